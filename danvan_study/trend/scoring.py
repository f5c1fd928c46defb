"""How good was a forecast? Proper scores: the smaller, the better; honesty pays (Gneiting and Raftery 2007, JASA)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special, stats

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def crps_normal(observed: Floats, mean: Floats, sd: Floats) -> Floats:
    """Return the continuous ranked probability score of normal forecasts."""
    z = (observed - mean) / sd
    score: Floats = sd * (z * (2 * special.ndtr(z) - 1) + 2 * stats.norm.pdf(z) - 1 / np.sqrt(np.pi))
    return score


def crps_t(observed: Floats, location: Floats, scale: Floats, *, df: float) -> Floats:
    """Return the score of t forecasts, ``df`` above 1 (Jordan, Krüger and Lerch 2019, J. Stat. Softw. 90, app. A)."""
    z = (observed - location) / scale
    spread = 2 * np.sqrt(df) / (df - 1) * special.beta(0.5, df - 0.5) / special.beta(0.5, df / 2) ** 2
    inner = 2 * stats.t.pdf(z, df) * (df + z**2) / (df - 1)
    score: Floats = scale * (z * (2 * stats.t.cdf(z, df) - 1) + inner - spread)
    return score


def crps_mixture(observed: Floats, means: Floats, sds: Floats, *, weights: Floats) -> Floats:
    """Return the score of mixtures of normals, forecasts x parts (Grimit et al. 2006, *QJRMS* 132)."""
    share = weights / weights.sum()
    apart = _expected_distance(observed[:, None] - means, sds) @ share
    gaps = means[:, :, None] - means[:, None, :]
    within = _expected_distance(gaps, np.hypot(sds[:, :, None], sds[:, None, :]))
    score = apart - np.einsum("fij,i,j->f", within, share, share) / 2
    return np.asarray(score, dtype=np.float64)


def crps_sample(observed: Floats, draws: Floats) -> Floats:
    """Return the score of the empirical distribution of ``draws`` (forecasts x draws)."""
    ordered, m = np.sort(draws, axis=1), draws.shape[1]
    apart = np.abs(ordered - observed[:, None]).mean(axis=1)
    # The mean distance between two draws, from their order.
    spread = ordered @ (2 * np.arange(1, m + 1) - m - 1.0) / m**2
    score: Floats = apart - spread
    return score


def log_score_normal(observed: Floats, mean: Floats, sd: Floats) -> Floats:
    """Return minus the log density of normal forecasts."""
    z = (observed - mean) / sd
    score: Floats = z**2 / 2 + np.log(sd) + np.log(2 * np.pi) / 2
    return score


def _expected_distance(gap: Floats, sd: Floats) -> Floats:
    """Return the mean of ``|X|`` for a normal X with mean ``gap``."""
    z = gap / sd
    distance: Floats = gap * (2 * special.ndtr(z) - 1) + 2 * sd * stats.norm.pdf(z)
    return distance
