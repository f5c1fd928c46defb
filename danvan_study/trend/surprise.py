"""How unexpected is a figure, by the forecast made before it; and how small must its p be to count as a signal.

A forecast's standardised errors of the past tell whether its errors are as large as it says: their mean square, by
question and by district, recalibrates the next one (Dawid 1984, JRSS A 147, on prequential calibration). What is left
is tails: a few villages that stand out make large errors more frequent than a normal distribution has them, so p is
that of a t distribution, whose degrees of freedom were set by simulation (``docs/measured/trend.md``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import stats

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

TAILS: Final = 60.0
"""Degrees of freedom of the standardised errors."""
ENOUGH: Final = 6
"""Past waves from which errors are recalibrated."""
PRIOR: Final = 30.0
"""Errors of the usual size that count beside the past ones of a question, or of a district."""


def surprises(errors: Floats, past: Floats) -> Floats:
    """Return two-sided p values of standardised forecast errors.

    Parameters
    ----------
    errors
        Questions x areas, (figure - forecast) / stated error; NaN where there is none.
    past
        The same of earlier waves: waves x questions x areas. With fewer than six waves nothing is recalibrated.
    """
    known = np.isfinite(past)
    scale = np.ones_like(errors)
    if known.any(axis=(1, 2)).sum() >= ENOUGH:
        square = np.where(known, past, 0.0) ** 2
        usual = _mean_square(square, known, (0, 1, 2), usual=1.0)
        question, area = (_mean_square(square, known, axes, usual=usual) for axes in ((0, 2), (0, 1)))
        # A calm past is no promise: the stated error is the least.
        scale = np.maximum((question * area / usual)[0], 1.0)
    p: Floats = 2 * stats.t.sf(np.abs(errors) / np.sqrt(scale), TAILS)
    return p


def threshold(watched: int, *, a_year: float, waves: float = 4.0) -> float:
    """Return the p below which a figure is a signal.

    Parameters
    ----------
    watched
        Figures that are looked at in a wave.
    a_year
        False alarms that a year may have, over all of them.
    waves
        In a year.
    """
    return min(a_year / (waves * watched), 1.0) if watched else 0.0


def _mean_square(square: Floats, known: NDArray[np.bool_], axes: tuple[int, ...], *, usual: Floats | float) -> Floats:
    total = square.sum(axis=axes, keepdims=True) + PRIOR * usual
    mean: Floats = total / (known.sum(axis=axes, keepdims=True) + PRIOR)
    return mean
