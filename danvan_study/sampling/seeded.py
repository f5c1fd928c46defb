"""Seeded random numbers: one independent stream for each purpose, so that a new purpose changes no other draw."""

from __future__ import annotations

import zlib

import numpy as np


def stream(seed: int, *purpose: str) -> np.random.Generator:
    """Return the generator that belongs to ``seed`` and ``purpose``, the same on every machine."""
    words = [zlib.crc32(word.encode()) for word in purpose]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *words])))
