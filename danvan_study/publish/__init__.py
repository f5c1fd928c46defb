"""Figures that may leave the office, and the brief that carries them."""

from danvan_study.publish.at_once import AtOnce
from danvan_study.publish.brief import Setting, set_document, start_outputs, write_outputs
from danvan_study.publish.chapter_blocks import (
    condition_chapter,
    issue_chapter,
    notes,
    pictures,
    sentences,
    tables,
)
from danvan_study.publish.chapter_tables import change_table, figure_table, group_table, note_of, weight_table
from danvan_study.publish.condition_gate import PublishedConditions, publish_conditions
from danvan_study.publish.context import BriefContext, Fieldwork, History, Provenance
from danvan_study.publish.gate import Published, find_bases, find_imprecise, publish_estimates
from danvan_study.publish.outlook_gate import PublishedOutlook, publish_outlook
from danvan_study.publish.pilot_gate import PublishedPilot, publish_pilot
from danvan_study.publish.rank_gate import PublishedRanks, publish_ranks
from danvan_study.publish.register import ReleaseRegister, close_alone
from danvan_study.publish.reissue import close_changed, find_changed
from danvan_study.publish.releases import Release, ReviewedPeriod
from danvan_study.publish.results import Results
from danvan_study.publish.review import ReviewContext, write_review
from danvan_study.publish.told_words import ToldWords, WordRecord, tell_words
from danvan_study.publish.trend_gate import PublishedTrends, publish_trends

__all__ = [
    "AtOnce",
    "BriefContext",
    "Fieldwork",
    "History",
    "Provenance",
    "Published",
    "PublishedConditions",
    "PublishedOutlook",
    "PublishedPilot",
    "PublishedRanks",
    "PublishedTrends",
    "Release",
    "ReleaseRegister",
    "Results",
    "ReviewContext",
    "ReviewedPeriod",
    "Setting",
    "ToldWords",
    "WordRecord",
    "change_table",
    "close_alone",
    "close_changed",
    "condition_chapter",
    "figure_table",
    "find_bases",
    "find_changed",
    "find_imprecise",
    "group_table",
    "issue_chapter",
    "note_of",
    "notes",
    "pictures",
    "publish_conditions",
    "publish_estimates",
    "publish_outlook",
    "publish_pilot",
    "publish_ranks",
    "publish_trends",
    "sentences",
    "set_document",
    "start_outputs",
    "tables",
    "tell_words",
    "weight_table",
    "write_outputs",
    "write_review",
]
