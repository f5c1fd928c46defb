"""Estimates with design-based standard errors, for every question, area and group."""

from danvan_study.estimate.changes import estimate_changes
from danvan_study.estimate.conditions import Conditioned, estimate_conditions, size_conditions
from danvan_study.estimate.directs import find_directs
from danvan_study.estimate.indices import estimate_indices
from danvan_study.estimate.interviewers import interviewer_effects
from danvan_study.estimate.pool import Auxiliaries, Pool, WaveSample, pool_waves
from danvan_study.estimate.pooled_sums import pool_sums
from danvan_study.estimate.ranks import rank_issues
from danvan_study.estimate.reviews import Reviewed, estimate_review
from danvan_study.estimate.set_sizes import size_sets
from danvan_study.estimate.stage import Estimated, estimate_period
from danvan_study.estimate.sums import WaveSums, sum_wave

__all__ = [
    "Auxiliaries",
    "Conditioned",
    "Estimated",
    "Pool",
    "Reviewed",
    "WaveSample",
    "WaveSums",
    "estimate_changes",
    "estimate_conditions",
    "estimate_indices",
    "estimate_period",
    "estimate_review",
    "find_directs",
    "interviewer_effects",
    "pool_sums",
    "pool_waves",
    "rank_issues",
    "size_conditions",
    "size_sets",
    "sum_wave",
]
