"""Rules that a form must keep before it is built, frozen or deployed: one function per rule, in one registry."""

from danvan_study.form.lint import areas, consent, items, languages, length, prohibited, settings
from danvan_study.form.lint.registry import RULES, Complaint, Rule, lint_form

__all__ = [
    "RULES",
    "Complaint",
    "Rule",
    "areas",
    "consent",
    "items",
    "languages",
    "length",
    "lint_form",
    "prohibited",
    "settings",
]
