"""Estimates with design-based standard errors, for every question, area and group."""

from danvan_study.estimate.pool import Auxiliaries, WaveSample
from danvan_study.estimate.stage import Estimated, estimate_period

__all__ = ["Auxiliaries", "Estimated", "WaveSample", "estimate_period"]
