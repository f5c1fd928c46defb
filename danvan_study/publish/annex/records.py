"""What the annex tells beside the figures: people's own words, method, disclosure, changes of method, provenance."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from danvan_study.open_ended.told import FACETS, told_name
from danvan_study.publish import words
from danvan_study.publish.annex.sheets import Column, Line, columns, sheet
from danvan_study.publish.blocks import Facts
from danvan_study.publish.content import read_content
from danvan_study.publish.disclosure import disclosure_rows
from danvan_study.publish.method import method_blocks, origin_blocks
from danvan_study.publish.method.closing import limits
from danvan_study.publish.method.naming import wording
from danvan_study.publish.results import Results
from danvan_study.publish.told_words import require_published_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from danvan_study.publish.annex.sheets import Cell, Head, Sheet
    from danvan_study.publish.blocks import Block
    from danvan_study.publish.context import BriefContext
    from danvan_study.publish.told_words import WordRecord

_TERMS: Final[tuple[Head, ...]] = (("term", 34, "text"), ("content", 120, "text"))
_RATES: Final = ("rr1", "rr2", "rr3", "rr4", "coop1", "ref1", "con1")
_HOUSEHOLDS: Final = (
    *("households", "complete", "partial", "refused", "not_met"),
    *("other", "unknown_household", "unknown_other", "not_eligible"),
)
_DISCLOSED: Final = (8, 34, 96, 26)


def own_words_sheet(context: BriefContext) -> list[Sheet]:
    """Return the shares of what people said in their own words, with the agreement of two coders on each."""
    results = Results(context.published, period=context.period.id, codebook=context.codebook, language=context.language)
    heads = columns(
        context,
        *(("question", 60, "text"), ("answer", 44, "text")),
        *(("estimate", 9, "share"), ("low", 9, "share"), ("high", 9, "share"), ("n", 8, "count")),
        *(("alpha", 14, "ratio"), ("remark", 18, "text")),
    )
    lines = [line for one in map(require_published_words, context.own_words) for line in _told(one, context, results)]
    return sheet(context, "own_words", heads=heads, lines=lines)


def _told(one: WordRecord, context: BriefContext, results: Results) -> Iterator[Line]:
    texts = words.phrases(context.language)
    for name in (told_name(one.question, facet) for facet in FACETS):
        result = results.get(name)
        for reading in result.shares if result else ():
            agreed = one.agreement.get(f"{name} {reading.answer}")
            figure: tuple[Cell, ...] = (reading.estimate, reading.low, reading.high, reading.n)
            remark = texts["low_precision"] if reading.is_doubtful else ""
            if not reading.is_shown:
                figure, remark = (reading.text(context.language), None, None, None), texts["annex_hidden"]
            cells = (wording(context, name), reading.label, *figure, agreed.alpha if agreed else None, remark)
            yield Line(cells=cells, decimals=reading.decimals)


def method_sheets(context: BriefContext) -> list[Sheet]:
    """Return how the figures were made and their limits, what became of the households, and the disclosure sheet."""
    texts = words.phrases(context.language)
    facts = _facts(method_blocks(context, read_content(context).shown))
    facts += [(texts["limits_title"], limit) for limit in limits(context)]
    head, *items = disclosure_rows(context)
    disclosed = [Column(head=name, width=width) for name, width in zip(head, _DISCLOSED, strict=True)]
    return [
        *sheet(context, "method", heads=columns(context, *_TERMS), lines=_plain(facts)),
        *_response_sheet(context),
        *sheet(context, "disclosure", heads=disclosed, lines=_plain(items)),
    ]


def _response_sheet(context: BriefContext) -> list[Sheet]:
    rates, texts = context.fieldwork.response, words.phrases(context.language)
    if rates is None:
        return []
    lines = [Line(cells=(texts[f"annex_rate_{name}"], getattr(rates, name), None)) for name in _HOUSEHOLDS]
    lines += [Line(cells=(texts[f"annex_rate_{name}"], None, 100 * getattr(rates, name))) for name in _RATES]
    heads = columns(context, ("term", 80, "text"), ("count", 12, "count"), ("percent", 12, "share"))
    return sheet(context, "response", heads=heads, lines=lines)


def change_log_sheet(context: BriefContext) -> list[Sheet]:
    """Return what changed in wording and method since earlier waves, and how many answers were corrected."""
    texts, language = words.phrases(context.language), context.language
    rows: list[tuple[str, ...]] = [*_new_forms(context)]
    history = context.history
    for question, waves in sorted(history.breaks.items()) if history else ():
        said = texts["annex_log_break"].format(question=wording(context, question))
        rows += [(words.wave_name(wave, language), texts["annex_log_wording"], said) for wave in waves]
    for one in history.splices if history else ():
        said = texts[f"splice_{one.method}"].format(
            question=wording(context, one.question),
            wave=words.wave_name(one.wave, language),
            reason=one.reason.rstrip("."),
            who=one.decided_by,
            day=words.day(one.decided_on, language),
            shift=words.signed(one.shift, language),
            error=words.number(one.shift_se, language, 1),
        )
        rows.append((words.wave_name(one.wave, language), texts["annex_log_splice"], said))
    period = words.period_name(context.period, language)
    rows.append((period, texts["annex_log_corrections"], _corrected(context)))
    if context.erratum:
        said = texts["annex_log_corrected_again"].format(number=context.erratum)
        rows.append((period, texts["annex_log_erratum"], said))
    heads = columns(context, ("wave", 24, "text"), ("subject", 28, "text"), ("content", 110, "text"))
    return sheet(context, "log", heads=heads, lines=_plain(rows))


def _new_forms(context: BriefContext) -> Iterator[tuple[str, str, str]]:
    """Yield the waves whose form isn't that of the wave before."""
    texts, language = words.phrases(context.language), context.language
    for before, wave in pairwise(context.history.calendar.waves if context.history else ()):
        if before.forms != wave.forms:
            forms = ", ".join(form.rpartition("/")[2] for form in wave.forms)
            yield words.wave_name(wave.id, language), texts["annex_log_form"], forms


def _corrected(context: BriefContext) -> str:
    work, language = context.fieldwork, context.language
    return words.phrases(language)["annex_log_corrected"].format(
        corrections=words.number(work.corrections, language), removed=words.number(sum(work.removed.values()), language)
    )


def provenance_sheet(context: BriefContext) -> list[Sheet]:
    """Return from which data, forms and code the figures stem."""
    return sheet(context, "provenance", heads=columns(context, *_TERMS), lines=_plain(_facts(origin_blocks(context))))


def _facts(blocks: Sequence[Block]) -> list[tuple[str, str]]:
    return [row for block in blocks if isinstance(block, Facts) for row in block.rows]


def _plain(rows: Sequence[tuple[str, ...]]) -> list[Line]:
    return [Line(cells=row) for row in rows]
