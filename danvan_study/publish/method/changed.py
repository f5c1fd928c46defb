"""What changed in the way people were asked since the wave before the period."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from danvan_study.publish import words
from danvan_study.publish.blocks import Block, Bullets, Heading, Paragraph
from danvan_study.publish.gate import base_name, require_published
from danvan_study.publish.method.naming import wording
from danvan_study.tables import PublishedRows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.publish.context import BriefContext


def changed_blocks(context: BriefContext) -> list[Block]:
    """Return the changes of form, wording and questions, or that there were none; nothing of a first wave.

    A question counts as asked in a wave of which any figure of it was estimated for everybody.
    """
    waves = _waves(context)
    if len(waves) < 2:
        return []
    texts = words.phrases(context.language)
    told = [*_forms(context, waves), *_reworded(context, waves), *_questions(context, waves)]
    head = Heading(text=texts["changed_title"])
    before = words.wave_name(waves[0], context.language)
    if not told:
        return [head, Paragraph(text=texts["changed_none"].format(before=before))]
    return [head, Paragraph(text=texts["changed_since"].format(before=before)), Bullets(items=tuple(told))]


def _waves(context: BriefContext) -> list[str]:
    """Return the waves of the period, after the last one with data before them."""
    if context.history is None:
        return []
    known = [wave.id for wave in context.history.calendar.waves]
    first = known.index(context.period.waves[0])
    return [*known[max(first - 1, 0) : first], *context.period.waves]


def _forms(context: BriefContext, waves: Sequence[str]) -> list[str]:
    texts, told = words.phrases(context.language), []
    forms = {wave.id: wave.forms for wave in context.history.calendar.waves} if context.history else {}
    for before, wave in pairwise(waves):
        if forms[wave] != forms[before]:
            named = ", ".join(form.rpartition("/")[2] for form in forms[wave])
            told.append(texts["changed_form"].format(wave=words.wave_name(wave, context.language), forms=named))
    return told


def _reworded(context: BriefContext, waves: Sequence[str]) -> list[str]:
    """Name the questions that are worded, answered or scored in another way from a wave of the period on."""
    history, texts = context.history, words.phrases(context.language)
    if history is None:
        return []
    return [
        texts["changed_wording"].format(wave=words.wave_name(wave, context.language), question=wording(context, name))
        for name, breaks in history.breaks.items()
        for wave in breaks
        if wave in waves[1:]
    ]


def _questions(context: BriefContext, waves: Sequence[str]) -> list[str]:
    """Name the questions that a wave asks and the one before did not, and the other way round."""
    asked, texts = _asked(context), words.phrases(context.language)
    told = []
    for before, wave in pairwise(waves):
        for key, here, there in (("changed_new", wave, before), ("changed_gone", before, wave)):
            names = [name for name in asked.get(here, ()) if name not in asked.get(there, ())]
            if names:
                questions = "; ".join(f"“{wording(context, name)}”" for name in names)
                told.append(texts[key].format(wave=words.wave_name(wave, context.language), questions=questions))
    return told


def _asked(context: BriefContext) -> dict[str, list[str]]:
    """Return wave to its questions, in the order of the form; answers in people's own words are left out."""
    if context.history is None:
        return {}
    rows = require_published(context.history.figures).rows
    rows = rows[(rows[PublishedRows.level] == "all") & (rows[PublishedRows.group] == "")]
    found: dict[str, set[str]] = {}
    for wave, name in zip(rows[PublishedRows.period], rows[PublishedRows.question], strict=True):
        found.setdefault(str(wave), set()).add(base_name(str(name)))
    order = {question.name: place for place, question in enumerate(context.codebook.questions)}
    return {wave: sorted(names, key=lambda name: (order.get(name, len(order)), name)) for wave, names in found.items()}
