"""The content of a brief, composed once for every form of output: what is said, in which order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from danvan_study.codebook import Role
from danvan_study.publish import words
from danvan_study.publish.blocks import Block, Card, Document, Heading, Headline, Paragraph
from danvan_study.publish.breakdowns import area_blocks, group_blocks
from danvan_study.publish.conditions import condition_blocks
from danvan_study.publish.gate import base_name
from danvan_study.publish.issues import issue_blocks
from danvan_study.publish.method import closing_blocks, method_blocks
from danvan_study.publish.open_words import own_words_blocks, told_names
from danvan_study.publish.outlook import outlook_blocks
from danvan_study.publish.results import Results, is_too_good, key_reading, wording
from danvan_study.publish.topics import annex_blocks, numbered, topic_blocks
from danvan_study.publish.trends import card_changes, trend_blocks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.publish.context import BriefContext
    from danvan_study.publish.results import Result
    from danvan_study.study import Study

MOST_HEADLINES = 5


def compose(context: BriefContext) -> Document:
    """Compose the brief of a period."""
    language = context.language
    texts = words.phrases(language)
    results = Results(context.published, period=context.period.id, codebook=context.codebook, language=language)
    hidden = design_questions(context.study)
    asked = [result for result in results if base_name(result.name) not in hidden]
    in_words = told_names(context.own_words)
    shown = [result for result in asked if result.name not in in_words]
    headlines = choose_headlines(shown, context.study.publication.headline)
    names = [result.name for result in headlines]
    issues = issue_blocks(context, results)
    charted = [result for result in shown if not issues or result.name != context.study.reports.issues.question]
    blocks: list[Block] = [
        *_headline_blocks(headlines, context),
        *issues,
        *trend_blocks(context, headlines, shown),
        *outlook_blocks(context, headlines),
        *topic_blocks(results, charted, context.codebook),
        *own_words_blocks(context, results),
        *condition_blocks(context, shown),
        *area_blocks(context, names),
        *group_blocks(context, names),
        *method_blocks(context, shown),
        *closing_blocks(context),
        *annex_blocks(asked, context.codebook, language),
    ]
    simulated = context.published.simulated
    return Document(
        language=language,
        kicker=texts["brief"],
        title=context.study.name.get(language) or next(iter(context.study.name.values())),
        period=words.capital(words.period_name(context.period, language)),
        disclaimer=texts["not_official"],
        simulated=texts["simulated"] if simulated else "",
        simulated_note=texts["simulated_note"] if simulated else "",
        blocks=tuple(numbered(blocks, language)),
    )


def design_questions(study: Study) -> set[str]:
    """Return the questions that name places, interviewers and consent: parts of the design, never results."""
    design = study.design
    consent = {item.question for item in design.consent}
    fields = {design.respondent, *design.questions}
    return consent | fields | {design.started, design.ended, design.version}


def choose_headlines(shown: Sequence[Result], wanted: Sequence[str]) -> list[Result]:
    """Return the results that open the brief.

    Those that ``study.toml`` names; where it names none, the first five opinion questions of the form whose figures
    are published without a flag, questions on a scale before others.
    """
    if wanted:
        by_name = {result.name: result for result in shown}
        return [by_name[name] for name in wanted if name in by_name and by_name[name].is_shown]
    opinions = [result for result in shown if result.question.role in {Role.OPINION, Role.UNSTATED}]
    sound = [result for result in opinions if (reading := key_reading(result)) and not reading.is_doubtful]
    scales = [result for result in sound if result.is_scale]
    return (scales or sound)[:MOST_HEADLINES]


def _headline_blocks(headlines: Sequence[Result], context: BriefContext) -> list[Block]:
    language, texts = context.language, words.phrases(context.language)
    blocks: list[Block] = [Heading(text=texts["headline_title"])]
    if not headlines:
        return [*blocks, Paragraph(text=texts["headline_none"])]
    cards = tuple(
        replace(_card(result, str(place), language), changes=card_changes(context, result))
        for place, result in enumerate(headlines, 1)
    )
    return [*blocks, Headline(cards=cards), Paragraph(text=texts["headline_note"], style="note")]


def _card(result: Result, mark: str, language: str) -> Card:
    texts = words.phrases(language)
    reading = key_reading(result)
    base = words.base(result.n, language)
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
