"""Who gave which codes to which text: an append-only table, from which the settled codes follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.errors import StudyError
from danvan_study.messages import Words, say
from danvan_study.open_ended.agreement import Agreement, Level, agree, agree_on_codes
from danvan_study.open_ended.issues import Act, Polarity
from danvan_study.tables import Codings

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from danvan_study.open_ended.issues import IssueCodebook

_SAID = [Codings.codes, Codings.act, Codings.polarity]
_RANK = {Polarity.NEGATIVE: 0.0, Polarity.NEUTRAL: 1.0, Polarity.POSITIVE: 2.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of the decisions."""

    codes: pd.DataFrame
    """One row per settled text: text_id, codes, act, polarity."""
    disputed: tuple[str, ...]
    """Texts on which coders differ and nobody has adjudicated."""


def latest_decisions(codings: pd.DataFrame) -> pd.DataFrame:
    """Return each coder's last word on each text: a later line of the same coder takes the place of an earlier one."""
    return codings.drop_duplicates([Codings.text_id, Codings.question, Codings.role, Codings.coder], keep="last")


def settle(codings: pd.DataFrame) -> Settled:
    """Settle each text: the adjudicator's word, else what all its coders say.

    Parameters
    ----------
    codings
        Contract :class:`~danvan_study.tables.Codings`, of one question, in the order in which they were decided.
    """
    latest = latest_decisions(codings)
    judged = latest[latest[Codings.role] == "adjudicator"].drop_duplicates(Codings.text_id, keep="last")
    others = latest[(latest[Codings.role] == "coder") & ~latest[Codings.text_id].isin(judged[Codings.text_id])]
    opinions = others.drop_duplicates([Codings.text_id, *_SAID]).groupby(Codings.text_id).size()
    disputed = tuple(sorted(opinions.index[opinions > 1]))
    agreed = others[~others[Codings.text_id].isin(disputed)].drop_duplicates(Codings.text_id)
    codes = pd.concat([judged, agreed])[[Codings.text_id, *_SAID]].sort_values(Codings.text_id)
    return Settled(codes=codes.reset_index(drop=True), disputed=disputed)


def opinions(codings: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Return coder to text to what that coder said, as an adjudicator reads it."""
    latest = latest_decisions(codings)
    coders = latest[latest[Codings.role] == "coder"]
    return {
        str(coder): {
            str(name): f"{codes} · {Act(act).label} · {Polarity(feeling).label}"
            for name, codes, act, feeling in part[[Codings.text_id, *_SAID]].itertuples(index=False)
        }
        for coder, part in coders.groupby(Codings.coder, sort=True)
    }


def measure_agreement(
    codings: pd.DataFrame, book: IssueCodebook, themes: Mapping[str, Collection[str]] | None = None
) -> Mapping[str, Agreement]:
    """Return the agreement of the coders before adjudication: for each code, then ``act`` and ``polarity``.

    Parameters
    ----------
    codings
        Contract :class:`~danvan_study.tables.Codings`, of one question.
    book
        The codes.
    themes
        Theme to its codes, where codes are told together; by default every code is a theme.
    """
    coders = latest_decisions(codings)
    coders = coders[coders[Codings.role] == "coder"]
    acts = {act: float(place) for place, act in enumerate(Act)}
    numbers = coders.assign(
        **{Codings.act: coders[Codings.act].map(acts), Codings.polarity: coders[Codings.polarity].map(_RANK)}
    )
    wide = {said: numbers.pivot(index=Codings.coder, columns=Codings.text_id, values=said) for said in _SAID}  # noqa: PD010 -- each coder once per text
    given = [
        [None if pd.isna(cell) else set(str(cell).split()) for cell in row]
        for row in wide[Codings.codes].to_numpy(dtype=object)
    ]
    found = {
        theme: agree_on_codes([[_said(cell, theme, codes) for cell in coder] for coder in given], theme)
        for theme, codes in (themes or {code: (code,) for code in book.names}).items()
    }
    found[Codings.act] = agree(wide[Codings.act].to_numpy(dtype="float64"))
    found[Codings.polarity] = agree(wide[Codings.polarity].to_numpy(dtype="float64"), Level.ORDINAL)
    return found


def _said(codes: set[str] | None, theme: str, of: Collection[str]) -> set[str] | None:
    if codes is None:
        return None
    return set() if codes.isdisjoint(of) else {theme}


def check_decisions(codings: pd.DataFrame, book: IssueCodebook, where: Words) -> pd.DataFrame:
    """Return the decisions if they keep to the codebook.

    Raises
    ------
    StudyError
        A code is unknown, there are too many, or "nothing" stands beside an issue.
    """
    for row, (text, codes) in enumerate(zip(codings[Codings.text_id], codings[Codings.codes], strict=True), 2):
        given = codes.split()
        unknown = [code for code in given if code not in book.names]
        if unknown:
            raise StudyError(
                say("{file}, row {row}, text {text}", file=where, row=row, text=text),
                say('"{code}" is no code of {file}.', code=unknown[0], file=book.source),
                say("Mend the code."),
            )
        if not given or len(given) > book.most:
            raise StudyError(
                say("{file}, row {row}, text {text}", file=where, row=row, text=text),
                say("it has {count} codes.", count=len(given)),
                say("Give 1 to {most} codes.", most=book.most),
            )
        if book.nothing in given and len(given) > 1:
            raise StudyError(
                say("{file}, row {row}, text {text}", file=where, row=row, text=text),
                say('"{nothing}" (nothing) stands beside an issue.', nothing=book.nothing),
                say("Keep one of the two."),
            )
    return Codings.conform(codings)
