"""One design effect per item: what single areas tell too shakily, all of them tell together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from danvan_study.tables import DesignEffects, Estimates

if TYPE_CHECKING:
    import pandas as pd

LEAST = 0.8
"""A pooled design effect is not taken for smaller: clusters rarely help, and chance often says they do."""
ITEM = [Estimates.period, Estimates.question, Estimates.statistic, Estimates.answer]


def pool_design_effects(estimates: pd.DataFrame) -> pd.DataFrame:
    """Pool the design effects of the areas for each statistic, weighted by degrees of freedom.

    The generalised variance function behind it says that the design effect belongs to the item and the design, not to
    the area (Wolter 2007, ch. 7). It stands beside the raw one and smooths variances of models; it replaces none.

    Parameters
    ----------
    estimates
        Contract :class:`~danvan_study.tables.Estimates`.

    Returns
    -------
    pandas.DataFrame
        Contract :class:`~danvan_study.tables.DesignEffects`; pooled ones are at least 0.8.
    """
    whole_areas = (estimates[Estimates.level] == "area") & (estimates[Estimates.group] == "")
    rows = estimates[whole_areas & np.isfinite(estimates[Estimates.deff]) & (estimates[Estimates.df] > 0)]
    weighted = rows.assign(_sum=rows[Estimates.deff] * rows[Estimates.df])
    grouped = weighted.groupby(ITEM, sort=True)
    pooled = grouped.agg(_sum=("_sum", "sum"), df=(Estimates.df, "sum"), areas=(Estimates.area, "size")).reset_index()
    together = estimates[(estimates[Estimates.level] == "all") & (estimates[Estimates.group] == "")]
    beside = pooled.merge(together[[*ITEM, Estimates.deff]], on=ITEM, how="left")
    smoothed = np.maximum(beside["_sum"] / beside["df"], LEAST)
    return DesignEffects.conform(beside.assign(pooled=smoothed).drop(columns="_sum"))
