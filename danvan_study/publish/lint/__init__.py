"""Rules that a brief must keep, also after people have edited it: one function per rule, in one registry."""

from danvan_study.publish.lint import (
    bodies,
    claims,
    heads,
    movement_words,
    numbers,
    people,
    quantities,
    table_rules,
)
from danvan_study.publish.lint.draft import Draft, Grid, Passage
from danvan_study.publish.lint.known import NOTHING, Known, published_figures
from danvan_study.publish.lint.read import read_draft
from danvan_study.publish.lint.registry import RULES, Finding, Rule, lint_draft

__all__ = [
    "NOTHING",
    "RULES",
    "Draft",
    "Finding",
    "Grid",
    "Known",
    "Passage",
    "Rule",
    "bodies",
    "claims",
    "heads",
    "lint_draft",
    "movement_words",
    "numbers",
    "people",
    "published_figures",
    "quantities",
    "read_draft",
    "table_rules",
]
