"""What people say in their own words, as shares with their errors: never a word that somebody said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.open_ended.agreement import RELIABLE, TENTATIVE, Verdict
from danvan_study.open_ended.told import ACT, FACETS, FIT, ISSUE, NO_CODE, POLARITY, told_name
from danvan_study.publish import words
from danvan_study.publish.blocks import Block, Bullets, DataTable, Heading, Paragraph, Row
from danvan_study.publish.charts import draw_charts
from danvan_study.publish.results import label_of
from danvan_study.publish.told_words import require_published_words
from danvan_study.publish.topics import annex_text, pictures

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from danvan_study.publish.context import BriefContext
    from danvan_study.publish.results import Results
    from danvan_study.publish.told_words import ToldWords, WordRecord


def told_names(told: Iterable[ToldWords]) -> set[str]:
    """Return the questions that this chapter tells, and no other."""
    return {told_name(require_published_words(one).question, facet) for one in told for facet in FACETS}


def own_words_blocks(context: BriefContext, results: Results) -> list[Block]:
    """Return the chapter on open answers; nothing where none was coded by people."""
    blocks: list[Block] = []
    for one in map(require_published_words, context.own_words):
        issues = results.get(told_name(one.question, ISSUE))
        if issues is None or not issues.is_shown:
            continue
        blocks += [Paragraph(text=_lead(one, context)), *_charts(one, results)]
        blocks += [*_manner(one, results), Bullets(items=(*_fit(one, results), *_remarks(one, context)))]
    if not blocks:
        return []
    return [Heading(text=words.phrases(context.language)["own_words_title"]), *blocks]


def _lead(one: WordRecord, context: BriefContext) -> str:
    texts, language = words.phrases(context.language), context.language
    question = context.codebook.question(one.question)
    return texts["own_words_lead"].format(
        question=" ".join(question.label(language).split()) if question else one.question,
        texts=words.number(one.texts, language),
        audited=words.number(one.audited, language),
    )


def _charts(one: WordRecord, results: Results) -> Iterator[Block]:
    title = words.phrases(results.language)["own_words_title"]
    charts = draw_charts(results, kind="answers", names=[told_name(one.question, ISSUE)])
    return pictures(charts, results, title=title, topic=f"{one.question}-words")


def _manner(one: WordRecord, results: Results) -> Iterator[Block]:
    """Yield the table of acts and polarities."""
    language, texts = results.language, words.phrases(results.language)
    rows = []
    for facet in (ACT, POLARITY):
        found = results.get(told_name(one.question, facet))
        if found is not None:
            rows.append(Row(cells=(texts[f"own_words_{facet}"],), kind="section"))
            rows += [Row(cells=(reading.label, annex_text(reading, language))) for reading in found.shares]
    if rows:
        yield DataTable(
            caption=texts["own_words_manner"],
            head=(texts["answer_column"], texts["share_column"]),
            rows=tuple(rows),
            widths=(105, 60),
        )


def _fit(one: WordRecord, results: Results) -> Iterator[str]:
    """Say how much of what people speak of no code takes in."""
    texts, found = words.phrases(results.language), results.get(told_name(one.question, FIT))
    reading = found.share(NO_CODE) if found else None
    if reading and reading.flag != "suppressed":
        yield texts["own_words_no_code"].format(share=annex_text(reading, results.language))
    elif one.untold_fit:
        yield texts[f"own_words_no_code_{one.untold_fit}"]


def _remarks(one: WordRecord, context: BriefContext) -> Iterator[str]:
    """Say how sure the codes are, what stands together, what was set apart, and whether the codebook still fits."""
    texts, language = words.phrases(context.language), context.language
    yield _agreement(one, context)
    if unsure := _named(one, context, Verdict.TENTATIVE):
        yield texts["own_words_tentative"].format(names=", ".join(unsure))
    if refused := _named(one, context, Verdict.UNRELIABLE):
        yield texts["own_words_unreliable"].format(names=", ".join(refused))
    if one.merged:
        yield texts["own_words_merged"].format(names=", ".join(_labels(one, one.merged, context)))
    if one.rest:
        yield texts["own_words_rest"].format(names=", ".join(_manners(one, context)))
    if one.set_apart:
        kinds = [f"{texts[f'own_words_{kind}']} {words.number(n, language)}" for kind, n in one.set_apart.items()]
        yield texts["own_words_apart"].format(kinds="; ".join(kinds))
    if one.new_words:
        yield texts["own_words_new"].format(words=", ".join(f"“{word}”" for word in one.new_words))
    if one.fading:
        yield texts["own_words_fading"].format(names=", ".join(_labels(one, one.fading, context)))
    if one.farthest:
        theme, points = one.farthest
        yield texts["own_words_sensitivity"].format(
            points=words.number(points, language, 1), name=_labels(one, [theme], context)[0]
        )


def _agreement(one: WordRecord, context: BriefContext) -> str:
    texts, language = words.phrases(context.language), context.language
    alphas = [found.alpha for found in one.agreement.values() if found.verdict is not Verdict.UNUSED]
    if not alphas:
        return texts["own_words_no_alpha"]
    return texts["own_words_alpha"].format(
        low=words.number(min(alphas), language, 2),
        high=words.number(max(alphas), language, 2),
        reliable=words.number(RELIABLE, language, 2),
        tentative=words.number(TENTATIVE, language, 3),
    )


def _named(one: WordRecord, context: BriefContext, verdict: Verdict) -> list[str]:
    """Return the labels of the themes with a verdict; an act or polarity is judged as a whole and named once."""
    names = []
    for key, found in one.agreement.items():
        told, _, answer = key.partition(" ")
        facet = told.rpartition(":")[2]
        if found.verdict is verdict:
            names.append(
                _labels(one, [answer], context)[0]
                if facet == ISSUE
                else words.phrases(context.language)[f"own_words_{facet}"]
            )
    return list(dict.fromkeys(names))


def _manners(one: WordRecord, context: BriefContext) -> Iterator[str]:
    for facet, _, answer in (label.partition(":") for label in one.rest):
        question = context.codebook.question(told_name(one.question, facet))
        yield f"“{label_of(question, answer, context.language)}”" if question else answer


def _labels(one: WordRecord, codes: Sequence[str], context: BriefContext) -> list[str]:
    question = context.codebook.question(told_name(one.question, ISSUE))
    return [f"“{label_of(question, code, context.language)}”" if question else code for code in codes]
