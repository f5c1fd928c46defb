"""Estimates with design-based standard errors, for every question, area and group."""

from danvan_study.estimate.changes import estimate_changes
from danvan_study.estimate.directs import find_directs
from danvan_study.estimate.pool import Auxiliaries, Pool, WaveSample, pool_waves
from danvan_study.estimate.ranks import rank_issues
from danvan_study.estimate.stage import Estimated, estimate_period
from danvan_study.estimate.sums import WaveSums, sum_wave

__all__ = [
    "Auxiliaries",
    "Estimated",
    "Pool",
    "WaveSample",
    "WaveSums",
    "estimate_changes",
    "estimate_period",
    "find_directs",
    "pool_waves",
    "rank_issues",
    "sum_wave",
]
