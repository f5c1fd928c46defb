"""From answers to texts: every open answer once, mended, masked and sorted by kind."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.open_ended.intake import TextKind, kind_of, mend_text
from danvan_study.open_ended.scrub import Scrubbed, scrub_text
from danvan_study.tables import Answers, Texts

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

ID_LETTERS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class TextReport:
    """What came in and what was masked; numbers only."""

    kinds: dict[str, dict[str, int]]
    """Question to kind of answer to count."""
    masked: dict[str, int]
    """Kind of what was masked to count."""
    texts_masked: int
    """Texts in which anything was masked."""


def scrub_answers(
    answers: pd.DataFrame, questions: Sequence[str], places: Collection[str] = ()
) -> tuple[pd.DataFrame, TextReport]:
    """Mask the answers to open questions.

    Parameters
    ----------
    answers
        Contract :class:`~danvan_study.tables.Answers`.
    questions
        The open questions that are coded; all other free text stays behind.
    places
        Names of places (any case) that look like names of people.

    Returns
    -------
    Contract :class:`~danvan_study.tables.Texts`, ordered by text, not by respondent; and the counts.
    """
    places = frozenset(place.lower() for place in places)
    wanted = answers[answers[Answers.question].isin(list(questions)) & (answers[Answers.missing] == "")]
    rows, masked, touched = [], Counter[str](), 0
    known: dict[str, tuple[TextKind, Scrubbed]] = {}
    for respondent, question, answer in zip(
        wanted[Answers.respondent], wanted[Answers.question], wanted[Answers.answer], strict=True
    ):
        if answer not in known:
            mended = mend_text(answer)
            found = scrub_text(mended, places)
            known[answer] = kind_of(mended, found.text), found
        kind, scrubbed = known[answer]
        masked.update(span.kind for span in scrubbed.spans)
        touched += bool(scrubbed.spans)
        text = "" if kind is TextKind.NOTHING else scrubbed.text
        rows.append((text_id(respondent, question), respondent, question, kind, text, ""))
    table = pd.DataFrame(rows, columns=list(Texts.columns()), dtype="str").sort_values(Texts.text_id, kind="stable")
    counts = Counter(zip(table[Texts.question], table[Texts.kind], strict=True))
    kinds: dict[str, dict[str, int]] = {}
    for (question, kind), count in sorted(counts.items()):
        kinds.setdefault(question, {})[kind] = count
    report = TextReport(kinds=kinds, masked=dict(sorted(masked.items())), texts_masked=touched)
    return Texts.conform(table), report


def text_id(respondent: str, question: str) -> str:
    """Return the name under which coders know a text; it orders texts at random and tells nothing of who spoke."""
    return hashlib.sha256(f"{respondent}\n{question}".encode()).hexdigest()[:ID_LETTERS]
