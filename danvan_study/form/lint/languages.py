"""Languages: each of them whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.form.columns import default_language
from danvan_study.form.lint.registry import Complaint, Form, rule
from danvan_study.messages import Words, say

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule("languages-complete")
def every_label_in_every_language(form: Form) -> Iterator[Complaint]:
    """Every question, hint and choice has its words in every language of the form."""
    told: set[int] = set()
    for question in form.codebook.questions:
        for column, texts in (("label", question.labels), ("hint", question.hints)):
            if texts or (column == "label" and question.is_asked):
                for code in _lacking(form, texts):
                    yield _nothing(form.at(question, f"{column} ({code})"), question.name)
        for choice in question.choices:
            if choice.row not in told:
                told.add(choice.row)
                for code in _lacking(form, choice.labels):
                    yield _nothing(form.at_choice(choice, f"label ({code})"), choice.name)


@rule("default-language")
def default_language_is_there(form: Form) -> Iterator[Complaint]:
    """The default language of the settings sheet is a language of the labels."""
    default = default_language(form.workbook.tree)
    written = {code for question in form.codebook.questions for code in question.labels}
    if written and default not in written:
        yield Complaint(
            where=form.workbook.where("settings", 2, "default_language"),
            what=say('no label column is in the language "{default}".', default=default),
            cure=say("Write it exactly as behind label:: on the survey sheet."),
        )


def _lacking(form: Form, texts: object) -> list[str]:
    there = texts if isinstance(texts, dict) else {}
    return [code for code in form.codebook.languages if not there.get(code)]


def _nothing(where: Words, name: str) -> Complaint:
    return Complaint(
        where=where, what=say('"{name}" has no words in this language.', name=name), cure=say("Translate it.")
    )
