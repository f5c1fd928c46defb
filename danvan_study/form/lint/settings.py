"""Settings: a form says who it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from danvan_study.codebook import USE_FIELD, FormUse, QuestionKind
from danvan_study.form.lint.registry import Complaint, Form, rule
from danvan_study.form.refusals import tell_pyxform
from danvan_study.messages import say

if TYPE_CHECKING:
    from collections.abc import Iterator

METADATA = ("start", "end")


@rule("settings")
def form_says_who_it_is(form: Form) -> Iterator[Complaint]:
    """The settings sheet has form_id, version and default_language."""
    for column in ("form_id", "version", "default_language"):
        if not form.workbook.settings.get(
            column, form.workbook.settings.get("id_string" if column == "form_id" else "")
        ):
            yield Complaint(
                where=form.workbook.where("settings", 2, column),
                what=say("this is empty."),
                cure=say("Fill it in: each version of a form has its own."),
            )


@rule("interview-times")
def interviews_are_timed(form: Form) -> Iterator[Complaint]:
    """The form stores when an interview starts and ends."""
    types = {question.type_as_written for question in form.codebook.questions}
    for kind in METADATA:
        if kind not in types:
            yield Complaint(
                where=form.workbook.where("survey", 1, "type"),
                what=say('no row has the type "{kind}".', kind=kind),
                cure=say("Add it."),
            )


@rule("pilot-is-marked")
def pilot_interviews_are_marked(form: Form) -> Iterator[Complaint]:
    """A pilot or training form marks each of its interviews as such, and a field form none."""
    mark = form.codebook.question(USE_FIELD)
    use = form.codebook.use
    written = mark.calculation.strip("'\" ") if mark and mark.kind is QuestionKind.CALCULATE else ""
    if use is not FormUse.WAVE and written != use:
        yield Complaint(
            where=form.workbook.where("survey", mark.row if mark else 1, "calculation"),
            what=say('this {use} form does not mark its interviews ("{written}").', use=use, written=written),
            cure=say(
                "Make it with: danvan form build --use {use}, or add the calculate {use_field} with '{use}'.",
                use=use,
                use_field=USE_FIELD,
            ),
        )
    if use is FormUse.WAVE and mark is not None:
        yield Complaint(
            where=form.at(mark, "name"),
            what=say('a form for a wave marks its interviews as "{written}".', written=written),
            cure=say('Delete the row, or write the use in the column "use" of the settings sheet.'),
        )


@rule("pyxform-warnings")
def pyxform_has_no_doubts(form: Form) -> Iterator[Complaint]:
    """What pyxform warns of is passed on."""
    for warning in form.workbook.warnings:
        for said in re.split(r"\n(?=Language )", warning):
            where, what, cure = tell_pyxform(said, source=form.workbook.source)
            yield Complaint(where=where, what=what, cure=cure, is_warning=True)
