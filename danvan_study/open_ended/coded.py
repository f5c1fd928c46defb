"""The texts of one question in one wave: which people coded, what they said, and what the machine makes of the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.open_ended.audit import SMALLEST
from danvan_study.open_ended.decisions import settle
from danvan_study.open_ended.draw import audit_of
from danvan_study.open_ended.issues import Act, Polarity
from danvan_study.open_ended.told import ACT, ISSUE, POLARITY, told_name
from danvan_study.tables import AuditList, Codings, Texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from danvan_study.open_ended.audit import Audit, Floats
    from danvan_study.open_ended.issues import IssueCodebook
    from danvan_study.open_ended.vectors import Encoder

Taught = tuple[str, frozenset[str]]
"""A text and the labels that people gave it."""
FEWEST_TWICE: Final = 50
"""Answers that two people must have coded: without agreement measured no share is told."""


@dataclass(frozen=True, slots=True)
class Reader:
    """By what the machine reads a text."""

    book: IssueCodebook
    encoder: Encoder | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedTexts:
    """One question of one wave, its audit complete."""

    texts: pd.DataFrame
    """Those to be coded, contract :class:`~danvan_study.tables.Texts`."""
    audit: Audit
    labels: tuple[str, ...]
    """Codes, acts and polarities: ``issue:4``, ``act:request``, ``polarity:neutral``."""
    coded: Floats
    """Texts x labels, NaN where nobody decided."""
    chances: Floats
    """Of the machine, texts x labels."""
    codings: pd.DataFrame
    """The decisions on the texts of the audit."""


def all_labels(book: IssueCodebook) -> tuple[str, ...]:
    """Return every label that a text may have."""
    return (
        *(told_name(ISSUE, name) for name in book.names),
        *(told_name(ACT, str(act)) for act in Act),
        *(told_name(POLARITY, str(feeling)) for feeling in Polarity),
    )


def decided(codings: pd.DataFrame) -> dict[str, frozenset[str]]:
    """Return the labels of each settled text."""
    settled = settle(codings).codes
    return {
        str(name): frozenset(
            {
                *(told_name(ISSUE, code) for code in str(codes).split()),
                told_name(ACT, act),
                told_name(POLARITY, feeling),
            }
        )
        for name, codes, act, feeling in settled[
            [Codings.text_id, Codings.codes, Codings.act, Codings.polarity]
        ].itertuples(index=False)
    }


def _why_no_audit(texts: pd.DataFrame, listed: pd.DataFrame) -> str:
    """Say what is wrong with the draw, or nothing."""
    if texts.empty:
        return "nobody said anything that can be coded"
    if listed.empty:
        return "no answers were drawn for people to code"
    return "answers came in after the draw: draw again"


def _why_no_share(names: Sequence[str], codings: pd.DataFrame, *, said: Mapping[str, frozenset[str]], of: int) -> str:
    """Say what the drawn texts ``names``, of so many in all, lack for a share; or nothing."""
    drawn = len(names)
    if drawn < min(SMALLEST, of):
        return f"{drawn} drawn answers are left, {SMALLEST} are needed"
    if waiting := sum(name not in said for name in names):
        return f"{waiting} of {drawn} drawn answers are not settled by people"
    if _coded_twice(codings) < min(FEWEST_TWICE, drawn):
        return f"fewer than {FEWEST_TWICE} answers were coded by two people"
    return ""


def taught(texts: pd.DataFrame, listed: pd.DataFrame, codings: pd.DataFrame) -> list[Taught]:
    """Return what a later wave may learn from this one: the texts that people settled, with their labels."""
    said = decided(codings)
    drawn = set(listed.loc[listed[AuditList.chosen] != "", AuditList.text_id]) & said.keys()
    return [
        (text, said[name]) for name, text in zip(texts[Texts.text_id], texts[Texts.text], strict=True) if name in drawn
    ]


def code_texts(
    texts: pd.DataFrame, listed: pd.DataFrame, codings: pd.DataFrame, *, reader: Reader, earlier: Sequence[Taught]
) -> CodedTexts | str:
    """Join the texts of a question with what people decided, and let the machine read the rest.

    Parameters
    ----------
    texts
        From :func:`~danvan_study.open_ended.draw.to_code`.
    listed, codings
        Of the same wave and question.
    reader
        The codes, and the text vectors if there are any.
    earlier
        What people decided in earlier waves.

    Returns
    -------
    The coded texts; or, where there can be no share, the reason.
    """
    audit = audit_of(texts, listed)
    said, names = decided(codings), texts[Texts.text_id].to_list()
    if texts.empty or listed.empty or audit is None:
        return _why_no_audit(texts, listed)
    if why := _why_no_share([names[row] for row in np.flatnonzero(audit.chosen)], codings, said=said, of=len(texts)):
        return why
    labels = all_labels(reader.book)
    coded = np.full((len(texts), len(labels)), np.nan)
    for row in np.flatnonzero(audit.chosen):
        coded[row] = [label in said[names[row]] for label in labels]
    drawn = listed.loc[listed[AuditList.chosen] != "", AuditList.text_id]
    return CodedTexts(
        texts=texts,
        audit=audit,
        labels=labels,
        coded=coded,
        chances=_chances(texts[Texts.text].to_list(), coded, earlier=earlier, reader=reader),
        codings=codings[codings[Codings.text_id].isin(drawn)],
    )


def doubts(texts: pd.DataFrame, reader: Reader, earlier: Sequence[Taught]) -> Floats:
    """Return the machine's probabilities (texts x labels) before people have coded anything of the wave.

    Raises
    ------
    StudyError
        Nothing was decided in earlier waves from which it could learn.
    """
    if not earlier:
        raise StudyError(
            "danvan open draw",
            say("the machine has learnt nothing yet."),
            say("Draw the first wave without --by-doubt."),
        )
    unknown = np.full((len(texts), len(all_labels(reader.book))), np.nan)
    return _chances(texts[Texts.text].to_list(), unknown, earlier=earlier, reader=reader)


def _coded_twice(codings: pd.DataFrame) -> int:
    coders = codings[codings[Codings.role] == "coder"]
    pairs = coders.drop_duplicates([Codings.text_id, Codings.coder])
    return int((pairs.groupby(Codings.text_id).size() > 1).sum())


def _chances(said: list[str], coded: Floats, *, earlier: Sequence[Taught], reader: Reader) -> Floats:
    # A study that codes nothing, and every other verb, need not wait for scikit-learn.
    from danvan_study.open_ended.machine import cross_fit  # noqa: PLC0415 -- see above
    from danvan_study.open_ended.vectors import Vectors  # noqa: PLC0415 -- see above

    labels = all_labels(reader.book)
    known = np.array([[label in given for label in labels] for _, given in earlier], dtype=np.float64)
    words = [*said, *(text for text, _ in earlier)]
    distinct, place = np.unique(np.array(words, dtype=object), return_inverse=True)
    vectors = Vectors(words, reader.book, reader.encoder)
    features = vectors.of(distinct.tolist())[place]
    together = np.vstack([coded, known]) if len(known) else coded
    return cross_fit(features, together, taught=len(known))
