"""A command that is written wrongly, told in the reader's language; the library's own words are English."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import typer

from danvan_study.messages import say

if TYPE_CHECKING:
    from danvan_study.messages import Words

COMMAND = re.compile(r"No such command '(.+?)'\.(?: Did you mean (.+)\?)?")
TOO_MANY = re.compile(r"Got unexpected extra argument\(s\) \((.+)\)")


def tell_usage(error: Any) -> Words:
    """Say what is wrong with the words of a command; what the kit has no sentence for stays as the library says it."""
    if hasattr(error, "possibilities"):
        known = ", ".join(sorted(error.possibilities or ()))
        wrong = say("there is no option {option}.", option=error.option_name)
        return say("{wrong} There is: {known}.", wrong=wrong, known=known) if known else wrong
    if isinstance(error, typer.BadParameter):
        hint = error.param_hint or (error.param.get_error_hint() if error.param else "")
        name = " / ".join([hint] if isinstance(hint, str) else hint).replace("'", "")
        if hasattr(error, "param_type"):
            return say("{name} is missing.", name=name)
        return say("{name}: {reason}", name=name, reason=_wanted(error))
    if hasattr(error, "option_name"):
        told = say("{option} takes no value.", option=error.option_name)
        return told if "does not take" in error.message else say("{option} needs a value.", option=error.option_name)
    return _told_of_words(error.format_message())


def _wanted(error: Any) -> Words:
    """Say how the value of an option is written."""
    if "valid integer" in error.message:
        return say("write a whole number.")
    if "does not match the formats" in error.message:
        return say("write a day as {form}.", form=error.param.metavar)
    if error.message.startswith("Input should be"):
        if error.param.max is None:
            return say("write a number not below {least}.", least=error.param.min)
        return say("write a number from {least} to {most}.", least=error.param.min, most=error.param.max)
    return str(error.message)


def _told_of_words(message: str) -> Words:
    if message == "Missing command.":
        return say("a command is missing.")
    if found := TOO_MANY.fullmatch(message):
        return say("words too many: {words}.", words=found[1])
    if found := COMMAND.fullmatch(message):
        wrong = say("there is no command {name}.", name=found[1])
        return say("{wrong} Did you mean {known}?", wrong=wrong, known=found[2]) if found[2] else wrong
    return message


def where_to_look(error: Any) -> Words:
    """Name the command whose help says how it is written."""
    context = getattr(error, "ctx", None)
    return say("How it is written: {command} --help", command=context.command_path if context else "danvan")
