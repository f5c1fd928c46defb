"""What changed, how sure that is, and what to expect: tests of change, district lines, forecasts and signals."""

from danvan_study.trend.breaks import check_splices, find_breaks
from danvan_study.trend.change import adjust_families, find_trends, within_range
from danvan_study.trend.forecast import Fitted, fit_trends, score_forecasts
from danvan_study.trend.selected import Evidence, select_changes
from danvan_study.trend.signal import Outlooks, find_signals

__all__ = [
    "Evidence",
    "Fitted",
    "Outlooks",
    "adjust_families",
    "check_splices",
    "find_breaks",
    "find_signals",
    "find_trends",
    "fit_trends",
    "score_forecasts",
    "select_changes",
    "within_range",
]
