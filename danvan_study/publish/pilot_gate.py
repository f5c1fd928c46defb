"""The gate for a pilot: a contrast is shown only where the changes of both sides are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from scipy import stats

from danvan_study.publish.sealed import Sealed
from danvan_study.publish.trend_gate import ERROR, FALSE_DISCOVERIES, require_published_trends
from danvan_study.tables import Contrasts, PublishedChanges, PublishedContrasts
from danvan_study.trend import Evidence, select_changes

if TYPE_CHECKING:
    from danvan_study.publish.trend_gate import PublishedTrends

_FAMILY: Final = [Contrasts.period, Contrasts.against, Contrasts.statistic]
_DIGITS: Final = dict.fromkeys(("pilot", "others", "contrast", "low", "high"), 1) | {
    "confidence": 2,
    "p": 4,
    "p_adjusted": 4,
}


class PublishedPilot(Sealed):
    """Contrasts that passed the gate (:class:`~danvan_study.tables.PublishedContrasts`)."""

    __slots__ = ()

    gate = "danvan_study.publish.pilot_gate.publish_pilot"


def publish_pilot(contrasts: pd.DataFrame, *, changes: PublishedTrends) -> PublishedPilot:
    """Let through the contrasts of changes that are themselves published on both sides, and judge them.

    p is adjusted over what is shown together (Benjamini and Hochberg 1995, JRSS B 57); verdict and interval follow the
    rule of all changes (:func:`~danvan_study.trend.select_changes`).

    Raises
    ------
    TypeError
        ``changes`` did not come through the gate.
    """
    rows = Contrasts.conform(contrasts)
    shown = require_published_trends(changes).rows
    shown = shown[(shown[PublishedChanges.level] == "area") & (shown[PublishedChanges.flag] != "suppressed")]
    sides = shown.groupby(list(Contrasts.key)).size()
    both = pd.MultiIndex.from_frame(rows[list(Contrasts.key)]).isin(sides.index[sides == 2])
    rows = rows[both & rows[Contrasts.p].notna()].reset_index(drop=True)
    adjusted = rows.groupby(_FAMILY)[Contrasts.p].transform(stats.false_discovery_control)
    evidence = Evidence(
        change=rows[Contrasts.contrast].to_numpy(),
        se=rows[Contrasts.se].to_numpy(),
        df=rows[Contrasts.df].to_numpy(dtype="float64"),
        p=rows[Contrasts.p].to_numpy(),
        family=rows[_FAMILY[0]].str.cat(rows[_FAMILY[1:]], sep=" ").to_numpy(dtype="object"),
    )
    selected = select_changes(evidence, error=ERROR, false_share=FALSE_DISCOVERIES)
    verdict = np.where(selected.called, np.where(rows[Contrasts.contrast] > 0, "up", "down"), "unclear")
    numbers = {
        PublishedContrasts.low: selected.low,
        PublishedContrasts.high: selected.high,
        PublishedContrasts.confidence: selected.confidence,
        PublishedContrasts.p_adjusted: adjusted.astype("float64").to_numpy(),
    }
    rows = rows.assign(**numbers).round(_DIGITS)
    rows[PublishedContrasts.verdict] = pd.Series(verdict, index=rows.index, dtype="str")
    published = object.__new__(PublishedPilot)
    object.__setattr__(published, "_rows", PublishedContrasts.conform(rows[list(PublishedContrasts.columns())]))
    object.__setattr__(published, "_simulated", changes.simulated)
    return published


def require_published_pilot(pilot: object) -> PublishedPilot:
    """Return ``pilot`` if it passed the gate.

    Raises
    ------
    TypeError
        It is anything but :class:`PublishedPilot`.
    """
    if type(pilot) is not PublishedPilot:
        raise TypeError(f"only PublishedPilot can be shown, not {type(pilot).__name__}")
    return pilot
