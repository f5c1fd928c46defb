"""A person looks at each text before coders see it: the rules find formats, only people find all names.

What was passed is kept without words: the place of a further mask, and a fingerprint of the text that was seen. A text
that is masked otherwise later, by better rules or a corrected answer, needs another look.
"""

from __future__ import annotations

import hashlib
import io
import re
from typing import TYPE_CHECKING, Final

import pandas as pd

from danvan_study.errors import StudyError
from danvan_study.messages import Words, say
from danvan_study.open_ended.decisions import settle
from danvan_study.open_ended.scrub import LABELS
from danvan_study.open_ended.workbook import HEAD, fill, new_workbook, read_filled
from danvan_study.tables import Codings, Releases, Texts

if TYPE_CHECKING:
    from danvan_study.open_ended.workbook import Assignment

REVIEW: Final = "Soát tên"
_MORE, _PASSED = "Che thêm (các từ, cách nhau bằng ;)", "Đạt (x)"
_LETTERS: Final = 12


def write_review_sheet(texts: pd.DataFrame, assignment: Assignment) -> bytes:
    """Write the sheet on which a person looks for names that the rules missed, before coders see any text."""
    stream = io.BytesIO()
    workbook, sheet = new_workbook(stream, assignment, REVIEW)
    fill(sheet, [*HEAD, _MORE, _PASSED], texts)
    workbook.close()
    return stream.getvalue()


def read_review_sheet(
    content: bytes, texts: pd.DataFrame, *, assignment: Assignment, day: str, file: str
) -> pd.DataFrame:
    """Read which texts the reviewer passed, and what they masked further.

    Parameters
    ----------
    content
        The sheet.
    texts
        Contract :class:`~danvan_study.tables.Texts`, as the rules masked them.
    assignment
        Of the sheet.
    day
        When it was reviewed (ISO).
    file
        Its name, for messages.

    Returns
    -------
    Contract :class:`~danvan_study.tables.Releases`.

    Raises
    ------
    StudyError
        The file is no review sheet, or words to mask do not stand in their text.
    """
    by_id = dict(zip(texts[Texts.text_id], texts[Texts.text], strict=True))
    passed = []
    for number, row in enumerate(read_filled(content, REVIEW, file), 2):
        name, text = row[HEAD[0]], by_id.get(row[HEAD[0]])
        if text is None or row.get(_PASSED, "").lower() != "x":
            continue
        spans = _places(text, row.get(_MORE, ""), f"{file}, sheet {REVIEW}, row {number}")
        passed.append(
            {
                Releases.text_id: name,
                Releases.question: assignment.question,
                Releases.fingerprint: fingerprint(name, text),
                Releases.masked: " ".join(f"{start}-{end}" for start, end in spans),
                Releases.released_by: assignment.person,
                Releases.released_at: day,
                Releases.previous_hash: "",
            }
        )
    return Releases.conform(pd.DataFrame(passed, columns=list(Releases.columns()), dtype="str"))


def pass_all(texts: pd.DataFrame, *, person: str, day: str) -> pd.DataFrame:
    """Return the releases of somebody who passed every text as it stands."""
    names, words = texts[Texts.text_id], texts[Texts.text]
    lines = {
        Releases.text_id: names,
        Releases.question: texts[Texts.question],
        Releases.fingerprint: [fingerprint(name, text) for name, text in zip(names, words, strict=True)],
        Releases.masked: "",
        Releases.released_by: person,
        Releases.released_at: day,
        Releases.previous_hash: "",
    }
    return Releases.conform(pd.DataFrame(lines).astype("str"))


def released_texts(texts: pd.DataFrame, releases: pd.DataFrame) -> pd.DataFrame:
    """Return the texts that a person has passed, as that person left them."""
    latest = releases.drop_duplicates(Releases.text_id, keep="last").set_index(Releases.text_id)
    shown = {}
    for name, text in zip(texts[Texts.text_id], texts[Texts.text], strict=True):
        if name in latest.index and latest.loc[name, Releases.fingerprint] == fingerprint(name, text):
            shown[name] = _masked(text, str(latest.loc[name, Releases.masked]))
    kept = texts[texts[Texts.text_id].isin(list(shown))]
    return Texts.conform(kept.assign(**{Texts.text: kept[Texts.text_id].map(shown).astype("str")}))


def show_texts(texts: pd.DataFrame, releases: pd.DataFrame, codings: pd.DataFrame) -> pd.DataFrame:
    """Return all texts as they may be stored: words only where a person has passed them, codes where people settled."""
    words = released_texts(texts, releases).set_index(Texts.text_id)[Texts.text].to_dict()
    codes = settle(codings).codes.set_index(Texts.text_id)[Codings.codes].to_dict()
    shown = {
        column: pd.Series([known.get(name, "") for name in texts[Texts.text_id]], index=texts.index, dtype="str")
        for column, known in ((Texts.text, words), (Texts.themes, codes))
    }
    return Texts.conform(texts.assign(**shown))


def fingerprint(text_id: str, text: str) -> str:
    """Return what tells whether a text is still the one that was reviewed."""
    return hashlib.sha256(f"{text_id}\n{text}".encode()).hexdigest()[:_LETTERS]


def _places(text: str, more: str, where: Words) -> list[tuple[int, int]]:
    """Return where the words to mask stand, from first to last, overlaps joined."""
    found: list[tuple[int, int]] = []
    for words in filter(None, map(str.strip, more.split(";"))):
        here = [match.span() for match in re.finditer(re.escape(words), text)]
        if not here:
            raise StudyError(
                where,
                say('"{words}" does not stand in the text.', words=words),
                say("Copy the words as they stand there."),
            )
        found += here
    joined: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _masked(text: str, places: str) -> str:
    for place in reversed(places.split()):
        start, _, end = place.partition("-")
        text = text[: int(start)] + LABELS["NAME"] + text[int(end) :]
    return text
