"""The manual for enumerators says what the form and the assignment sheets say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from danvan_study.field.assignments import RESULT_WORDS
from tests.demonstration import ROOT, codebook

if TYPE_CHECKING:
    from collections.abc import Iterator

SCRIPT = ("greeting", "consent_purpose", "consent_controller", "consent_rights", "adult_18", "consent_part")
"""What is read out at the door and to the person drawn, in this order."""
RESULT = re.compile(r"^\| ([1-4]\.\d+) \| ([^|]+?) \|", re.MULTILINE)


def manual(language: str) -> str:
    return (ROOT / f"docs/{language}/training.md").read_text(encoding="utf-8")


def script(language: str) -> Iterator[str]:
    form = codebook("2026q3")
    for name in SCRIPT:
        question = form.question(name)
        assert question
        yield from question.label(language).split("\n")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_manual_has_the_introduction_word_for_word_and_in_its_order(language: str) -> None:
    quoted = " ".join(re.sub(r"(?m)^> ?", "", manual(language)).split())
    places = [quoted.find(" ".join(part.split())) for part in script(language)]
    assert -1 not in places
    assert places == sorted(places)


def test_the_manual_has_the_result_codes_of_the_assignment_sheets() -> None:
    assert dict(RESULT.findall(manual("vi"))) == RESULT_WORDS
    assert dict(RESULT.findall(manual("en"))).keys() == RESULT_WORDS.keys()
