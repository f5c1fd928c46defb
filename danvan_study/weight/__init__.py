"""Weights: how many people of the population each respondent stands for."""

from danvan_study.weight.model import Calibration, MarginTable, Weighted, WeightReport, WeightSources
from danvan_study.weight.stage import weight_respondents

__all__ = ["Calibration", "MarginTable", "WeightReport", "WeightSources", "Weighted", "weight_respondents"]
