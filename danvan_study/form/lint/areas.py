"""Areas: the code of a unit alone says nothing, for 19 was two provinces."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from danvan_study.codebook import Role
from danvan_study.form.lint.registry import Complaint, Form, rule
from danvan_study.messages import say

if TYPE_CHECKING:
    from collections.abc import Iterator

UNIT = re.compile(r"\d{2,5}")
PLACES = {"province", "district", "commune", "ward", "tinh", "huyen", "quan", "xa", "phuong"}
"""Words in the name of a question that asks for an administrative unit."""


@rule("areas-have-a-vintage")
def area_names_carry_their_vintage(form: Form) -> Iterator[Complaint]:
    """The choice name of an administrative unit carries the year of its list, as d2025_058."""
    for question in form.asked:
        if question.role is not Role.DESIGN or not PLACES & set(question.name.split("_")):
            continue
        for choice in question.choices:
            if UNIT.fullmatch(choice.name):
                yield Complaint(
                    where=form.at_choice(choice, "name"),
                    what=say('"{choice}" is a code without the year of its list.', choice=choice.name),
                    cure=say("Write it as in the areas table: d2025_{choice}.", choice=choice.name),
                )
