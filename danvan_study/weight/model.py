"""What the weights are made from, and what they leave behind."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

POPULATION = "population"
"""Column of a margin table with the population counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginTable:
    """Known population counts, as read."""

    by: tuple[str, ...]
    """``area`` and names of groups."""
    cells: pd.DataFrame
    """The ``by`` columns as text, and ``population``."""
    file: str
    """For messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightSources:
    """The files behind the weights."""

    frame: pd.DataFrame | None = None
    """Sample file or frame, text as read; its areas are written as the respondents' areas are."""
    frame_name: str = ""
    margins: tuple[MarginTable, ...] = ()
    candidates: tuple[MarginTable, ...] = ()
    """Margins to compare the sample with, not to rake to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What the estimator needs to take the raking into account. Rows stand in the order of the weights table."""

    cells: csr_array
    """Patterns x margin cells; a respondent with an unknown margin variable belongs to several cells in part."""
    pattern: Codes
    """The pattern of each respondent."""
    design_weight: Floats
    """The weights that went into the raking."""

    @property
    def membership(self) -> csr_array:
        """Respondents x margin cells."""
        return csr_array(self.cells[self.pattern])


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedCell:
    """A margin cell that was merged with others; a row of :class:`~danvan_study.tables.MergedCells`."""

    margin: str
    merged: str
    cell: str
    n: float
    population: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightReport:
    """What a statistician asks about a set of weights before trusting it."""

    n: int
    sum: float
    min: float
    median: float
    max: float
    kish_deff: float
    """1 + squared coefficient of variation of the weights (Kish 1965, p. 430; 1992)."""
    n_effective: float
    """``n / kish_deff``."""
    iterations: int
    """Cycles over the margins, all trimming rounds together."""
    trim_rounds: int
    largest_gap: float
    """Largest relative distance between a margin cell and its weighted count, final weights."""
    largest_gap_cell: str
    trimmed_low: int
    """Respondents raised to the lower bound."""
    trimmed_high: int
    """Respondents cut to the upper bound."""
    bounds_hold: bool
    """Whether every weight lies within the trimming bounds at the end."""
    adults_filled: int
    """Respondents whose number of adults was unknown and taken as the median of their area."""
    allocated: Mapping[str, int]
    """Margin to the number of respondents who were spread over several of its cells."""
    merged_cells: tuple[MergedCell, ...]
    """Margin cells with too few interviews, and the neighbours that joined them."""
    frame_coverage: float | None
    """People that the weights stand for before raking, over the population: far below 1, the frame or the answers miss
    some whom raking then makes up for. None: the weights don't count people, or no margin tells the population."""
    uncovered: tuple[str, ...]
    """Areas of the frame without any interview: their people are not covered."""
    areas: Mapping[str, tuple[int, float]]
    """Area to its number of respondents and the sum of their weights."""

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighted:
    """The weights of a wave, with what the estimator and the reader need beside them."""

    weights: pd.DataFrame
    """Contract :class:`~danvan_study.tables.Weights`, sorted by respondent."""
    calibration: Calibration
    report: WeightReport
