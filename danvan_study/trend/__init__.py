"""What changed, and how sure that is: tests of change, from tables to tables."""

from danvan_study.trend.breaks import find_breaks
from danvan_study.trend.change import adjust_families, find_trends

__all__ = ["adjust_families", "find_breaks", "find_trends"]
