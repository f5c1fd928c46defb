"""What single pages of the handbook quote or claim is so: the introduction, the result codes, the sentences found."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from danvan_study.field.assignments import RESULT_WORDS
from danvan_study.publish.lint import lint_draft, read_draft
from tests.demonstration import ROOT, codebook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from danvan_study.publish.lint import Draft

LANGUAGES = ("vi", "en")
SCRIPT = ("greeting", "consent_purpose", "consent_controller", "consent_rights", "adult_18", "consent_part")
"""What is read out at the door and to the person drawn, in this order."""
RESULT = re.compile(r"^\| ([1-4]\.\d+) \| ([^|]+?) \|", re.MULTILINE)
WRONG = re.compile(r"^\| “([^”]+)” \|", re.MULTILINE)


def page(name: str, language: str) -> str:
    return (ROOT / f"docs/{language}/{name}.md").read_text(encoding="utf-8")


def script(language: str) -> Iterator[str]:
    for name in SCRIPT:
        question = codebook("2026q3").question(name)
        assert question
        yield from question.label(language).split("\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_manual_has_the_introduction_word_for_word_and_in_its_order(language: str) -> None:
    quoted = " ".join(re.sub(r"(?m)^> ?", "", page("training", language)).split())
    places = [quoted.find(" ".join(part.split())) for part in script(language)]
    assert -1 not in places
    assert places == sorted(places)


def test_the_manual_has_the_result_codes_of_the_assignment_sheets() -> None:
    assert dict(RESULT.findall(page("training", "vi"))) == RESULT_WORDS
    assert dict(RESULT.findall(page("training", "en"))).keys() == RESULT_WORDS.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_linter_finds_every_sentence_that_is_shown_as_wrong(language: str) -> None:
    sentences = WRONG.findall(page("briefs", language))
    drafts = [read_draft(sentence.encode(), source="brief.md") for sentence in sentences]
    missed = [sentence for sentence, draft in zip(sentences, drafts, strict=True) if not errors(draft)]
    assert len(sentences) == 6
    assert missed == []


def errors(draft: Draft) -> list[str]:
    return [one.rule for one in lint_draft(draft) if not one.is_warning]
