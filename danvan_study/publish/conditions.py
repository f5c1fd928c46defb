"""How people were asked, beside what they said: figures that may hang on it, and figures that are too good."""

from __future__ import annotations

from string import ascii_uppercase
from typing import TYPE_CHECKING, Final

from danvan_study.codebook import Role
from danvan_study.publish import words
from danvan_study.publish.blocks import Block, DataTable, Heading, Paragraph, Row
from danvan_study.publish.breakdowns import domain_row, explain_marks, members_of
from danvan_study.publish.charts.strip import nonanswer_text
from danvan_study.publish.results import EVERYBODY, Results, is_too_good, key_reading, wording
from danvan_study.study import Group
from danvan_study.tables import ConditionTests, InterviewerEffects

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.publish.condition_gate import PublishedConditions
    from danvan_study.publish.context import BriefContext
    from danvan_study.publish.results import Result

CLEAR: Final = 0.10
"""Adjusted p up to which a split is called one: a warning is worth more than a missed one."""
_WIDTH: Final = 165.0
_NAMES: Final = 41.0
_BASES: Final = 24.0
_OPINIONS: Final = (Role.OPINION, Role.UNSTATED)


def condition_blocks(context: BriefContext, shown: Sequence[Result]) -> list[Block]:
    """Return the split figures of the study's questions, and the list of figures to be checked."""
    texts = words.phrases(context.language)
    told = [*_split(context), *_too_good(context, shown)]
    return [Heading(text=texts["conditions_title"]), *told] if told else []


def _split(context: BriefContext) -> list[Block]:
    """Return the table of the study's questions by condition; nothing where no figure may be shown."""
    conditions, texts = context.conditions, words.phrases(context.language)
    if conditions is None:
        return []
    period = context.rolling or context.period
    results = Results(conditions.figures, period=period.id, codebook=context.codebook, language=context.language)
    asked = [found for name in context.study.reports.conditions.questions if (found := results.get(name))]
    asked = [result for result in asked if result.is_scale and result.is_shown]
    if not asked:
        return []
    columns = [(result.name, key_reading(result)) for result in asked]
    rows = [domain_row(results, texts["everybody"], domain=EVERYBODY, columns=columns)]
    for name in context.study.reports.conditions.by:
        question = context.codebook.question(name)
        title = " ".join(question.label(context.language).split()) if question else name
        members = members_of(context, results, Group(name=name, question=name))
        rows.append(Row(cells=(title,), kind="section"))
        rows += [domain_row(results, label, domain=domain, columns=columns) for label, domain in members]
        rows.append(_verdicts(conditions, name, asked=asked, language=context.language))
    rows += _interviewers(conditions, asked, context.language)
    numbers = [texts["question_number"].format(number=letter) for letter in ascii_uppercase[: len(asked)]]
    keys = [f"{number}: {wording(result, context.language)}" for number, result in zip(numbers, asked, strict=True)]
    return [
        Paragraph(text=texts["conditions_intro"]),
        DataTable(
            caption=texts["conditions_caption"].format(period=words.period_name(period, context.language)),
            head=(texts["conditions_column"], texts["n_column"], *numbers),
            rows=tuple(rows),
            widths=(_NAMES, _BASES, *[(_WIDTH - _NAMES - _BASES) / len(asked)] * len(asked)),
            notes=(*keys, *explain_marks(context, rows), texts["conditions_note"]),
            small=True,
        ),
    ]


def _verdicts(conditions: PublishedConditions, name: str, *, asked: Sequence[Result], language: str) -> Row:
    """Say of each question whether its figures differ between the conditions of one kind."""
    texts, tests = words.phrases(language), conditions.rows
    tests = tests[tests[ConditionTests.condition] == name]
    found = dict(zip(tests[ConditionTests.question], tests[ConditionTests.p_adjusted], strict=True))
    cells = []
    for result in asked:
        if (p := found.get(result.name)) is None:
            cells.append(texts["suppressed_mark"])
            continue
        said = texts["conditions_differ" if p <= CLEAR else "conditions_unclear"]
        cells.append(f"{said}\np {words.p_value(p, language)}")
    return Row(cells=(texts["conditions_verdict"], "", *cells), kind="total")


def _interviewers(conditions: PublishedConditions, asked: Sequence[Result], language: str) -> list[Row]:
    """Return what all interviewers together account for, of each question."""
    texts = words.phrases(language)
    effects = _effects(conditions)
    known = [effects[result.name] for result in asked if result.name in effects]
    if not known:
        return []
    count = words.number(max(row[InterviewerEffects.interviewers] for row in known), language)
    cells = [_effect(effects.get(result.name), language) for result in asked]
    return [
        Row(cells=(texts["conditions_interviewers"],), kind="section"),
        Row(cells=(texts["conditions_variance"].format(count=count), "", *cells)),
    ]


def _effects(conditions: PublishedConditions | None) -> dict[str, dict[str, float]]:
    """Return question to what interviewers add to its error."""
    if conditions is None:
        return {}
    rows = conditions.interviewers.set_index(InterviewerEffects.question)
    return {str(name): {column: float(row[column]) for column in rows.columns} for name, row in rows.iterrows()}


def _effect(effect: dict[str, float] | None, language: str) -> str:
    texts = words.phrases(language)
    if effect is None:
        return texts["suppressed_mark"]
    factor = words.number(effect[InterviewerEffects.se_factor], language, 2)
    share = words.percent(100 * effect[InterviewerEffects.correlation], language)
    return f"{share}\n{texts['conditions_factor'].format(factor=factor)}"


def _too_good(context: BriefContext, shown: Sequence[Result]) -> list[Block]:
    """Return the opinions with a share of 95 % and more: a reason to look at the method, not a success."""
    texts, language = words.phrases(context.language), context.language
    found = [result for result in shown if result.question.role in _OPINIONS and is_too_good(result)]
    if not found:
        return [Paragraph(text=texts["ceiling_none"], style="note")]
    effects = _effects(context.conditions)
    rows = [
        Row(
            cells=(
                wording(result, language),
                result.positive.text(language) if result.positive else texts["suppressed_mark"],
                words.number(result.n, language),
                nonanswer_text(result, language) if result.nonanswers else texts["suppressed_mark"],
                _effect(effects.get(result.name), language),
            )
        )
        for result in found
    ]
    heads = ("question_column", "share_column", "n_column", "chart_nonanswer", "ceiling_interviewers")
    return [
        DataTable(
            caption=texts["ceiling_caption"],
            head=tuple(texts[key] for key in heads),
            rows=tuple(rows),
            widths=(68.0, 34.0, 15.0, 22.0, 26.0),
            notes=(texts["ceiling_note"],),
            small=True,
        )
    ]
