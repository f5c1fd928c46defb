"""How much more alike the people of a village are in one area than in another, learned from all questions together.

The design effect of a question, pooled over the areas, is too small for an area whose villages differ more than
elsewhere. One question cannot tell that from a few villages; all questions together can. An area's factor is a
credibility estimate (Buehlmann and Straub 1970, *Bulletin of the Swiss Association of Actuaries* 70): drawn towards 1,
the more so the less its questions agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from danvan_study.tables import Changes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

ALIKE: Final = 0.05
"""Correlation of the variance estimates of two questions in one area: a village that stands out in one may do so in
another. Zero would trust chance too much, and from 0.2 on little is learned (``benchmarks/change.py``)."""
FEWEST_AREAS: Final = 5
"""Below, the spread between areas cannot be told from chance."""

_COMPARISON: Final = [Changes.period, Changes.against]
_AREA: Final = [*_COMPARISON, Changes.area]
_FACTOR, _LEFT = "factor", "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """For each row of ``changes``, what its area adds to the pooled design effect of its question."""

    factor: Floats
    """1 where the area is as all are, or nothing is known of it."""
    variance: Floats
    """Relative variance that is left of the factor."""


def find_places(changes: pd.DataFrame, relative: Floats) -> Places:
    """Estimate the factor of each area, between the same two periods.

    Parameters
    ----------
    changes
        Contract :class:`~danvan_study.tables.Changes`.
    relative
        Of each row, the area's own design effect over the pooled one; NaN where unknown.
    """
    rows = changes[[*_AREA, Changes.question]].assign(relative=relative).dropna(subset="relative")
    # The answers of one question hang together: a question counts once.
    questions = rows.groupby([*_AREA, Changes.question])["relative"].mean()
    areas = questions.groupby(_AREA).agg(["mean", "var", "size"])
    found = [_credible(comparison) for _, comparison in areas.groupby(_COMPARISON)]
    unknown = pd.DataFrame({_FACTOR: 1.0, _LEFT: 0.0}, index=pd.MultiIndex.from_frame(changes[_AREA].drop_duplicates()))
    places = pd.concat([*found, unknown])
    places = places[~places.index.duplicated()].reindex(pd.MultiIndex.from_frame(changes[_AREA]))
    return Places(factor=places[_FACTOR].to_numpy(), variance=places[_LEFT].to_numpy())


def _credible(areas: pd.DataFrame) -> pd.DataFrame:
    """Return the factors of the areas of one comparison, and the variance left of them.

    Parameters
    ----------
    areas
        Of each area the ``mean`` and ``var`` of its questions' relative effects, and how many they are (``size``).
    """
    several = areas["size"] > 1
    if several.sum() < FEWEST_AREAS:
        return pd.DataFrame({_FACTOR: 1.0, _LEFT: 0.0}, index=areas.index)
    mean = areas["mean"] / areas["mean"].mean()
    within = float(areas.loc[several, "var"].mean()) / (1 - ALIKE)
    noise = within * (ALIKE + (1 - ALIKE) / areas["size"])
    between = max(float(mean.var() - noise.mean()), 0.0)
    credibility = between / (between + noise) if between else 0.0 * noise
    return pd.DataFrame({_FACTOR: 1 + credibility * (mean - 1), _LEFT: credibility * noise})
