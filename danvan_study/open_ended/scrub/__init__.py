"""Mask what could name a person before a text goes anywhere: numbers, addresses, names.

Formats are found nearly always, names are not (``docs/decisions/0009-open-answers.md`` has the measured figures), so a
person looks through the masked texts before coders see them.
"""

from danvan_study.open_ended.scrub.mask import LABELS, Scrubbed, scrub_text
from danvan_study.open_ended.scrub.names import called_names
from danvan_study.open_ended.scrub.shadow import Span

__all__ = ["LABELS", "Scrubbed", "Span", "called_names", "scrub_text"]
