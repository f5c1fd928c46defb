"""Verbs whose help is told in the reader's language.

Help is written in English where the verb stands: a verb's own is its docstring, an argument's is ``help=``. The
catalogue collects it from the command line (``docs/catalogue.py``), and it is told when somebody asks. The library's
own page of help has headings in English alone.
"""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

from danvan_study.messages import Message, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from danvan_study.messages import Words


class Verbs(typer.Typer):
    """A group of verbs, or the verbs of one module where it has no ``help``."""

    def __init__(self, about: str | None = None, *, group: type[TyperGroup] | None = None, **manner: Any) -> None:
        super().__init__(cls=group or VerbGroup, help=about, no_args_is_help=True, rich_markup_mode=None, **manner)

    def command(self, name: str | None = None, **manner: Any) -> Callable[[Any], Any]:
        """Register a function as a verb; its docstring is the help."""
        return super().command(name, cls=_Verb, **manner)


class _Told:
    """A page of help in the reader's language."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write how the command is written, what it does, and what each word of it means."""
        command: Any = self
        params = command.get_params(ctx)
        formatter.write_usage(ctx.command_path, " ".join(_pieces(command, params)), prefix=str(say("Usage: ")))
        about = fill(_told(command.help), formatter.width, initial_indent="  ", subsequent_indent="  ")
        formatter.write(f"\n{about}\n")
        arguments = [(_word(each), _told(each.help)) for each in params if each.param_type_name == "argument"]
        options = [_option(each) for each in params if each.param_type_name == "option"]
        verbs = [(name, _told(each.help)) for name, each in getattr(command, "commands", {}).items()]
        for title, rows in (say("Arguments"), arguments), (say("Options"), options), (say("Commands"), verbs):
            if rows:
                with formatter.section(str(title)):
                    formatter.write_dl(rows)


class _Verb(_Told, TyperCommand):
    pass


class VerbGroup(_Told, TyperGroup):
    """A command that is made of verbs."""


def _told(text: str | None) -> str:
    return str(Message(text or ""))


def _pieces(command: Any, params: Iterable[Any]) -> Iterator[str]:
    yield str(say("[OPTIONS]"))
    for each in params:
        if each.param_type_name == "argument":
            yield _word(each) if each.required else f"[{_word(each)}]"
    if hasattr(command, "commands"):
        yield str(say("COMMAND ..."))


def _word(argument: Any) -> str:
    return f"{argument.metavar}{'...' if argument.nargs != 1 else ''}"


def _option(option: Any) -> tuple[str, str]:
    name, about = ", ".join(option.opts), _told(option.help)
    if option.is_flag:
        return name, about
    extra: Words = ""
    if option.required:
        extra = say("required")
    elif option.default not in (None, "", 0):
        extra = say("default: {value}", value=option.default)
    return f"{name} {option.metavar}", f"{about}  [{extra}]" if extra else about
