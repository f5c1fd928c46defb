"""What a brief tells beside the shares of people's own words."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.publish.sealed import Sealed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from danvan_study.open_ended.agreement import Agreement


@dataclass(frozen=True, slots=True, kw_only=True)
class WordRecord:
    """How the shares of one open question came about. Nothing that anybody said stands here."""

    question: str
    texts: int
    """Answers from which the shares are made."""
    set_apart: Mapping[str, int] = field(default_factory=dict)
    """Kind of answer that isn't coded, such as another language, to number."""
    audited: int
    agreement: Mapping[str, Agreement]
    """Told question and answer, as ``top_issue_open:issue 4``, to the agreement of two coders."""
    merged: tuple[str, ...] = ()
    """Codes told as "other", for too few named them."""
    rest: tuple[str, ...] = ()
    """Acts and polarities told together, as ``act:praise``, for few people showed them."""
    untold_fit: str = ""
    """Why the share that no code fits isn't told: ``few`` people, or ``beside`` "other" it would tell of few."""
    new_words: tuple[str, ...] = ()
    """Said far more often than in earlier waves, by ten people or more."""
    fading: tuple[str, ...] = ()
    """Codes that fell to less than half their share."""
    farthest: tuple[str, float] | None = None
    """The theme on which believing the machine alone would differ most from the audited share, and by how many
    points."""


class ToldWords(Sealed):
    """A record that passed the gate."""

    __slots__ = ("_record",)

    gate = "danvan_study.publish.told_words.tell_words"
    _record: WordRecord

    @property
    def record(self) -> WordRecord:
        """How the shares came about."""
        return self._record


def tell_words(record: WordRecord, *, smallest: int, simulated: bool) -> ToldWords:
    """Let a record through, without kinds of answers set apart that fewer than ``smallest`` people gave."""
    kept = {kind: count for kind, count in record.set_apart.items() if count >= smallest}
    told = object.__new__(ToldWords)
    sealed = {"_record": replace(record, set_apart=kept), "_rows": pd.DataFrame(), "_simulated": simulated}
    for name, value in sealed.items():
        object.__setattr__(told, name, value)
    return told


def require_published_words(told: object) -> WordRecord:
    """Return the record inside ``told`` if it passed the gate.

    Raises
    ------
    TypeError
        It is anything but :class:`ToldWords`.
    """
    if type(told) is not ToldWords:
        raise TypeError(f"only ToldWords can be shown, not {type(told).__name__}")
    return told.record
