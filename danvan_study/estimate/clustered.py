"""Sums by cluster and area. Nearly all are nothing, and what a calibration explains follows from few numbers.

A national study holds them for dozens of waves, so only the rows that hold something are kept; the whole is laid out
for one question at a time, by the one who needs it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from danvan_study.estimate.design import Codes, Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A table by the rows that hold anything but nothing."""

    row: Codes
    values: np.ndarray
    """Filled rows x columns."""
    length: int

    @classmethod
    def of(cls, table: np.ndarray) -> Filled:
        """Keep the filled rows of a table (rows x columns)."""
        row = np.flatnonzero(table.any(axis=1))
        return cls(row=row, values=table[row], length=len(table))

    def whole(self) -> np.ndarray:
        """Return the table."""
        table = np.zeros((self.length, self.values.shape[1]), dtype=self.values.dtype)
        table[self.row] = self.values
        return table


@dataclass(frozen=True, slots=True, kw_only=True)
class Clustered:
    """What each cluster adds to the sums of each area, less what the calibration explains of it."""

    areas: int
    sums: Filled
    """(Clusters x areas) x columns."""
    explained: tuple[tuple[Floats, Filled], ...] = ()
    """Of each calibration: clusters x cells, by which (cells x areas) x columns have to be multiplied."""

    @classmethod
    def of(cls, cube: np.ndarray) -> Clustered:
        """Keep sums that are laid out (clusters x areas x columns)."""
        return cls(areas=cube.shape[1], sums=Filled.of(cube.reshape(-1, cube.shape[2])))

    def cube(self) -> np.ndarray:
        """Lay the sums out: clusters x areas x columns."""
        left = self.sums.whole().reshape(-1, self.areas, self.sums.values.shape[1])
        for effect, moments in self.explained:
            left -= (effect @ moments.whole().reshape(effect.shape[1], -1)).reshape(left.shape)
        return left
