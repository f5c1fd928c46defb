"""What questions and groups are called in a running sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.publish import words

if TYPE_CHECKING:
    from danvan_study.publish.context import BriefContext


def sentence(text: str) -> str:
    """Return the text as a sentence, with a capital letter and a stop; an empty one stays empty."""
    text = words.capital(" ".join(text.split()))
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def question_label(context: BriefContext, name: str) -> str:
    """Return a question's label in small letters; of a long one its name."""
    if name == context.study.design.area:
        return words.phrases(context.language)["area_column"].lower()
    question = context.codebook.question(name)
    label = question.label(context.language).rstrip("?.: ") if question else name
    return " ".join(label.split()).lower() if len(label) < 60 else name


def group_label(context: BriefContext, name: str) -> str:
    """Return what a group, or ``area``, is called."""
    if name == "area":
        return words.phrases(context.language)["area_column"].lower()
    group = next((group for group in context.study.groups if group.name == name), None)
    return f"“{wording(context, group.question)}”" if group else name


def wording(context: BriefContext, name: str) -> str:
    """Return a question's wording on one line."""
    question = context.codebook.question(name)
    return " ".join(question.label(context.language).split()) if question else name
