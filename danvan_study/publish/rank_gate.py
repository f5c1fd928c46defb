"""The gate for ranks: a question is ranked only where every share that stands in the ranking is published."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.publish.gate import require_published
from danvan_study.publish.sealed import Sealed
from danvan_study.tables import PublishedRows, Ranks

if TYPE_CHECKING:
    from danvan_study.publish.gate import Published


class PublishedRanks(Sealed):
    """Ranks that passed the gate (:class:`~danvan_study.tables.Ranks`)."""

    __slots__ = ()

    gate = "danvan_study.publish.rank_gate.publish_ranks"


def publish_ranks(ranks: pd.DataFrame, *, figures: Published) -> PublishedRanks:
    """Let through the ranks of questions whose shares are all told: a place among hidden ones would tell of them.

    Answers of so few people that a bound is told in the place of their share have no rank themselves.

    Parameters
    ----------
    ranks
        Contract :class:`~danvan_study.tables.Ranks`.
    figures
        The published figures of the same periods.

    Raises
    ------
    TypeError
        ``figures`` did not come through the gate.
    """
    rows = Ranks.conform(ranks)
    shown = require_published(figures).rows
    shown = shown[(shown[PublishedRows.level] == "all") & (shown[PublishedRows.group] == "")]
    shares = shown[shown[PublishedRows.statistic] == "share"]
    shown = shares[shares[PublishedRows.estimate].notna()]
    bounded = shares[shares[PublishedRows.reason].str.startswith("below")]
    key = list(Ranks.key)
    ranked = pd.MultiIndex.from_frame(rows[key])
    is_shown, is_bounded = (ranked.isin(pd.MultiIndex.from_frame(told[key])) for told in (shown, bounded))
    is_told = pd.Series(is_shown | is_bounded, index=rows.index)
    whole = is_told.groupby([rows[Ranks.period], rows[Ranks.question]]).transform("all") & is_shown
    published = object.__new__(PublishedRanks)
    object.__setattr__(published, "_rows", rows[whole.astype("bool")].reset_index(drop=True))
    object.__setattr__(published, "_simulated", figures.simulated)
    return published


def require_published_ranks(ranks: object) -> PublishedRanks:
    """Return ``ranks`` if they passed the gate.

    Raises
    ------
    TypeError
        They are anything but :class:`PublishedRanks`.
    """
    if type(ranks) is not PublishedRanks:
        raise TypeError(f"only PublishedRanks can be shown, not {type(ranks).__name__}")
    return ranks
