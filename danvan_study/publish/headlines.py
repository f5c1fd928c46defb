"""The headline figures: a card for each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from danvan_study.publish import words
from danvan_study.publish.blocks import Block, Card, Headline, Paragraph
from danvan_study.publish.charts.strip import nonanswer_text
from danvan_study.publish.results import is_too_good, key_reading, wording
from danvan_study.publish.trends import card_changes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.publish.context import BriefContext
    from danvan_study.publish.results import Result


def headline_blocks(headlines: Sequence[Result], context: BriefContext) -> list[Block]:
    """Return the cards of the headline figures, or say that there is none."""
    language, texts = context.language, words.phrases(context.language)
    if not headlines:
        return [Paragraph(text=texts["headline_none"])]
    cards = tuple(
        replace(_card(result, str(place), language), changes=card_changes(context, result))
        for place, result in enumerate(headlines, 1)
    )
    return [Headline(cards=cards), Paragraph(text=texts["headline_note"], style="note")]


def _card(result: Result, mark: str, language: str) -> Card:
    texts = words.phrases(language)
    reading = key_reading(result)
    base = words.base(result.n, language)
    if result.nonanswers:
        base += f" · {texts['chart_nonanswer'].lower()} {nonanswer_text(result, language)}"
    asked = wording(result, language)
    if reading is None or not reading.is_shown:
        figure = reading.text(language) if reading else texts["suppressed_mark"]
        return Card(mark=mark, figure=figure, interval="", base=base, wording=asked, sentence="")
    said = result.positive_answers(language) if result.is_scale else [reading.label]
    sentence = words.answer_sentence(said, reading, language)
    if is_too_good(result):
        sentence += " " + texts["sentence_high"]
    return Card(
        mark=mark,
        figure=reading.share(language),
        interval=reading.interval(language),
        base=base,
        wording=asked,
        sentence=sentence,
        doubt=texts["low_precision"] if reading.is_doubtful else "",
    )
