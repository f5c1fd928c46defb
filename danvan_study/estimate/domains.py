"""The parts of the population that figures are made for: all, each area, each group, each group in each area."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from danvan_study.tables import Respondents

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.estimate.design import Codes


@dataclass(frozen=True, slots=True, kw_only=True)
class Domains:
    """Which respondent belongs to which domains; rows outside a domain keep their place in the design."""

    names: pd.DataFrame
    """One row per domain: level, area, group, value."""
    rows: Codes
    """Row of each (row, domain) pair."""
    domains: Codes
    """Domain of each pair."""

    @property
    def count(self) -> int:
        """Number of domains."""
        return len(self.names)

    def matrix(self, values: np.ndarray) -> csr_array:
        """Return the matrix (domains x rows) that holds ``values`` of the rows where they belong to the domain."""
        shape = (self.count, len(values))
        return csr_array((values[self.rows], (self.domains, self.rows)), shape=shape)


def find_domains(respondents: pd.DataFrame, groups: Sequence[str]) -> Domains:
    """List the domains that have a respondent: all first, then areas, both with everybody before the groups."""
    pairs = []
    everybody = pd.Series("", index=respondents.index, dtype="str")
    for level, area in (("all", everybody), ("area", respondents[Respondents.area])):
        for group, value in [("", everybody), *((group, respondents[group]) for group in groups)]:
            part = pd.DataFrame({"area": area, "value": value, "row": np.arange(len(respondents))})
            known = (level == "all") | (part["area"] != "")
            part = part[known & ((group == "") | (part["value"] != ""))]
            pairs.append(part.assign(level=level, group=group))
    long = pd.concat(pairs, ignore_index=True)
    order = {"": 0} | {group: number for number, group in enumerate(groups, 1)}
    keys = long.assign(group_order=long["group"].map(order), level_order=(long["level"] == "area").astype(int))
    grouped = keys.groupby(["level_order", "area", "group_order", "value"], sort=True)
    codes = grouped.ngroup().to_numpy().astype(np.int64)
    first = np.unique(codes, return_index=True)[1]
    return Domains(
        names=long[["level", "area", "group", "value"]].iloc[first].reset_index(drop=True),
        rows=long["row"].to_numpy(dtype=np.int64),
        domains=codes,
    )
