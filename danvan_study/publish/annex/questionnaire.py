"""The questionnaire in the annex: every question with its exact wording, its answers, and when it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from danvan_study.codebook import QuestionKind
from danvan_study.form.skips import Skips, printed
from danvan_study.publish import words
from danvan_study.publish.annex.sheets import Line, columns, sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from danvan_study.codebook import Choice, Question
    from danvan_study.publish.annex.sheets import Head, Sheet
    from danvan_study.publish.context import BriefContext

LONGEST_LIST: Final = 60
"""Longer lists of answers, such as those of villages, are named and not told."""

_HEADS: Final[tuple[Head, ...]] = (
    ("number", 6, "count"),
    ("code", 17, "name"),
    ("topic", 16, "text"),
    ("question", 54, "text"),
    ("kind", 16, "text"),
    ("skip", 26, "text"),
    ("answer_code", 8, "name"),
    ("answer", 36, "text"),
    ("score", 8, "ratio"),
)


def questionnaire_sheet(context: BriefContext) -> list[Sheet]:
    """Return the form of the period's last wave, a line for each question and for each of its answers."""
    skips = Skips(context.codebook, context.language)
    lines = [line for question in printed(context.codebook) for line in _question(context, question, skips)]
    return sheet(context, "questionnaire", heads=columns(context, *_HEADS), lines=lines)


def _question(context: BriefContext, question: Question, skips: Skips) -> Iterator[Line]:
    texts, language = words.phrases(context.language), context.language
    topics = {topic.name: topic.label(language) for topic in context.codebook.topics}
    asked = [skips.told(condition) for condition in context.codebook.relevance(question)]
    hint = question.hint(language)
    wording = question.label(language) + (f"\n{texts['annex_hint'].format(hint=hint)}" if hint else "")
    yield Line(
        cells=(
            skips.numbers[question.name],
            question.name,
            topics.get(question.topic, ""),
            wording,
            texts[f"annex_kind_{_kind(question)}"],
            " ".join(dict.fromkeys(filter(None, asked))),
            *[None] * 3,
        ),
        is_head=True,
    )
    if len(question.choices) > LONGEST_LIST:
        told = texts["annex_long_list"].format(count=words.number(len(question.choices), language))
        yield Line(cells=(*[None] * 7, told, None))
        return
    for choice in question.choices:
        yield _answer(choice, context)


def _answer(choice: Choice, context: BriefContext) -> Line:
    label = choice.label(context.language)
    if choice.missing:
        label += f" {words.phrases(context.language)['annex_no_answer']}"
    return Line(cells=(*[None] * 6, choice.name, label, choice.score))


def _kind(question: Question) -> str:
    if question.card.filled_by == "self" and question.kind in {QuestionKind.SELECT_ONE, QuestionKind.SELECT_MULTIPLE}:
        return f"{question.kind}_self"
    return str(question.kind)
