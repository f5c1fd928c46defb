"""How finely figures are told: no finer than their sample knows, and not fine enough to subtract."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from danvan_study.tables import Estimates, PublishedRows

WHOLE_BELOW: Final = 1000
"""Answers below which shares are whole points: a decimal would say more than the sample knows, and would make the
difference of two shares tell single people."""
STEP: Final = 10
"""What bases are rounded to in a table that leaves people unlisted."""

_TABLE: Final = [Estimates.period, Estimates.group, Estimates.question]


def decimals(n: int) -> int:
    """Return the decimals that a share of ``n`` answers is told with."""
    return 0 if n < WHOLE_BELOW else 1


def leaves_some(sets: pd.DataFrame) -> pd.Series:
    """Say of each set whether its table leaves people unlisted, who could be counted as everybody less the others.

    Parameters
    ----------
    sets
        One row per set with its ``n``.
    """
    at_large = sets[sets[Estimates.level] == "all"]
    base = at_large[at_large[Estimates.group] == ""].set_index([Estimates.period, Estimates.question])[Estimates.n]
    listed = at_large[at_large[Estimates.group] != ""].groupby(_TABLE)[Estimates.n].sum()
    whole = [base.get((period, question), np.nan) for period, _, question in listed.index]
    tables = listed.index[listed.to_numpy() < np.array(whole)]
    return pd.Series(pd.MultiIndex.from_frame(sets[_TABLE]).isin(tables), index=sets.index)


def round_rows(rows: pd.DataFrame, coarse: pd.Series) -> pd.DataFrame:
    """Round shares and scores (:func:`decimals`); averages keep their unit's digits.

    Parameters
    ----------
    coarse
        Rows whose bases are told in tens, with design effects so rough that these can't be worked out.
    """
    rows = rows.copy()
    for name in (PublishedRows.n, PublishedRows.n_effective):
        stepped = (rows[name] / STEP).round() * STEP
        rows[name] = rows[name].round(0).where(~coarse, stepped).astype(rows[name].dtype)
    in_points = rows[PublishedRows.statistic] != "average"
    whole = in_points & (rows[PublishedRows.n] < WHOLE_BELOW)
    for name in (PublishedRows.estimate, PublishedRows.low, PublishedRows.high):
        rows[name] = rows[name].where(~in_points, rows[name].round(1)).where(~whole, rows[name].round(0))
    rows[PublishedRows.se] = rows[PublishedRows.se].where(~in_points, rows[PublishedRows.se].round(1))
    rows[PublishedRows.deff] = rows[PublishedRows.deff].round(2).where(~coarse, rows[PublishedRows.deff].round(1))
    return rows
