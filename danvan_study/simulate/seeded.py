"""Draw answers by lot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from danvan_study.simulate.model import Floats, Whole


def draw(shares: Floats, generator: np.random.Generator) -> Whole:
    """Draw one column per row of ``shares`` (rows x answers, each row adding up to 1)."""
    point = generator.random(len(shares))[:, None]
    picked = (point >= np.cumsum(shares, axis=1)).sum(axis=1)
    return np.asarray(np.minimum(picked, shares.shape[1] - 1))
