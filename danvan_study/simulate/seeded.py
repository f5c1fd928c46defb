"""Seeded random numbers: one independent stream for each purpose, so that a new purpose changes no other draw."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from danvan_study.simulate.model import Floats, Whole


def stream(seed: int, *purpose: str) -> np.random.Generator:
    """Return the generator that belongs to ``seed`` and ``purpose``, the same on every machine."""
    words = [zlib.crc32(word.encode()) for word in purpose]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *words])))


def draw(shares: Floats, generator: np.random.Generator) -> Whole:
    """Draw one column per row of ``shares`` (rows x answers, each row adding up to 1)."""
    point = generator.random(len(shares))[:, None]
    picked = (point >= np.cumsum(shares, axis=1)).sum(axis=1)
    return np.asarray(np.minimum(picked, shares.shape[1] - 1))
