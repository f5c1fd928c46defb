"""What no form of the kit asks: fields by which a person or a device could be found, exact birth, religion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.codebook import QuestionKind
from danvan_study.form.lint.registry import Complaint, Form, rule
from danvan_study.messages import say
from danvan_study.prohibited import asks_for_birth, asks_for_contact, asks_for_religion, is_prohibited_type

if TYPE_CHECKING:
    from collections.abc import Iterator

SELECTS = (QuestionKind.SELECT_ONE, QuestionKind.SELECT_MULTIPLE)


@rule("no-places-recordings-devices")
def no_prohibited_types(form: Form) -> Iterator[Complaint]:
    """No position, sound, image, barcode, file, and nothing that names the device or its user."""
    for question in form.codebook.questions:
        if is_prohibited_type(question):
            yield Complaint(
                where=form.at(question, "type"),
                what=say(
                    '"{type_as_written}" records a place, a person or a device.',
                    type_as_written=question.type_as_written,
                ),
                cure=say("Delete the row."),
            )


@rule("no-names-and-addresses")
def no_contact_fields(form: Form) -> Iterator[Complaint]:
    """No free entry asks for a name, telephone, address, e-mail or identity number."""
    for question in form.asked:
        if question.kind not in SELECTS and asks_for_contact(question.name, *question.labels.values()):
            yield Complaint(
                where=form.at(question, "name"),
                what=say('"{question}" takes something by which a person can be found.', question=question.name),
                cure=say("Delete the row; contacts for back-checks stand on a separate sheet."),
            )


@rule("no-exact-birth")
def no_birth_date(form: Form) -> Iterator[Complaint]:
    """No date or year of birth and no age in years: an age band is enough."""
    for question in form.asked:
        if question.kind not in SELECTS and asks_for_birth(question.name, *question.labels.values()):
            yield Complaint(
                where=form.at(question, "name"),
                what=say('"{question}" asks for an exact age or day of birth.', question=question.name),
                cure=say("Ask for an age band with select_one."),
            )


@rule("no-religion")
def no_religion(form: Form) -> Iterator[Complaint]:
    """No question and no choice speaks of religion or belief."""
    for question in form.codebook.questions:
        if asks_for_religion(question.name, *question.labels.values(), *question.hints.values()):
            yield Complaint(
                where=form.at(question, "label"),
                what=say('"{question}" speaks of religion or belief.', question=question.name),
                cure=say("Delete the words, or the row: the kit holds no item on religion."),
            )
        for choice in question.choices:
            if asks_for_religion(choice.name, *choice.labels.values()):
                yield Complaint(
                    where=form.at_choice(choice, "label"),
                    what=say(
                        'the choice "{choice}" of "{question}" speaks of religion or belief.',
                        choice=choice.name,
                        question=question.name,
                    ),
                    cure=say("Delete the choice."),
                )
