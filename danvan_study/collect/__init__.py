"""Submissions as they came in, whatever the export, into interviews and answers."""

from danvan_study.collect.collect import Collected, collect_responses
from danvan_study.collect.report import CollectReport

__all__ = ["CollectReport", "Collected", "collect_responses"]
