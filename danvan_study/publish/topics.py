"""The charts of each topic, and the annex with every question as it was asked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from danvan_study.codebook import QuestionKind, Role
from danvan_study.publish import words
from danvan_study.publish.blocks import Block, DataTable, Heading, Paragraph, Picture, Row
from danvan_study.publish.charts import draw_charts, kind_of
from danvan_study.publish.results import is_too_good, wording

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from danvan_study.codebook import Codebook
    from danvan_study.publish.charts import Chart
    from danvan_study.publish.results import Reading, Result, Results

CHARTED = (Role.OPINION, Role.FILTER, Role.UNSTATED)


def topic_blocks(results: Results, shown: Sequence[Result], codebook: Codebook) -> list[Block]:
    """Return heading, charts and averages of each topic, in the order of the form."""
    texts = words.phrases(results.language)
    blocks: list[Block] = [Heading(text=texts["topics_title"])]
    for topic, members in by_topic([result for result in shown if result.question.role in CHARTED]).items():
        title = topic_title(topic, codebook, results.language)
        charts = [
            drawn
            for kind in ("levels", "answers")
            if (names := [result.name for result in members if result.is_shown and kind_of(result) == kind])
            for drawn in draw_charts(results, kind=kind, names=names)
        ]
        inside: list[Block] = list(pictures(charts, results, title=title, topic=topic))
        inside += _averages(members, results.language)
        if inside:
            blocks += [Heading(text=title, level=2), *inside]
    return list(explained_once(blocks))


def by_topic(results: Sequence[Result]) -> dict[str, list[Result]]:
    """Group results by topic, topics in the order of the form."""
    topics: dict[str, list[Result]] = {}
    for result in results:
        topics.setdefault(result.question.topic, []).append(result)
    return topics


def topic_title(name: str, codebook: Codebook, language: str) -> str:
    """Return the heading of a topic; a question without one stands under "other questions"."""
    if any(topic.name == name for topic in codebook.topics):
        return " ".join(codebook.topic(name).label(language).split())
    return words.phrases(language)["other_topic"]


def pictures(charts: Sequence[Chart], results: Results, *, title: str, topic: str) -> Iterator[Picture]:
    """Yield the charts with their captions, what they show in words, and notes."""
    texts = words.phrases(results.language)
    for part, drawn in enumerate(charts, 1):
        caption = texts[f"figure_{drawn.kind}"].format(topic=title)
        if len(charts) > 1:
            caption = texts["chart_continues"].format(caption=caption, part=part, parts=len(charts))
        shown = [result for name in drawn.names if (result := results.get(name))]
        readings = " ".join(_described(result, results.language) for result in shown)
        yield Picture(
            name=f"{_file_name(topic)}-{part}" if len(charts) > 1 else _file_name(topic),
            caption=caption,
            alt=texts[f"alt_{drawn.kind}"].format(topic=title, readings=readings),
            chart=drawn.plan,
            height=drawn.plan.height,
            notes=(texts[f"figure_{drawn.kind}_note"],),
        )


def explained_once(blocks: Sequence[Block]) -> Iterator[Block]:
    """Keep a note beneath the first chart that it explains, and drop it beneath the charts after it."""
    told: set[str] = set()
    for block in blocks:
        if isinstance(block, Picture):
            yield replace(block, notes=tuple(note for note in block.notes if note not in told))
            told |= set(block.notes)
        else:
            yield block


def _file_name(topic: str) -> str:
    plain = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_") else "-" for letter in topic)
    return plain.strip("-") or "other"


def _described(result: Result, language: str) -> str:
    readings = result.shares if not result.is_scale else tuple(filter(None, [result.positive]))
    figures = ", ".join(f"{reading.label} {reading.text(language)}".strip() for reading in readings[:12])
    question = wording(result, language).rstrip("?.: ")
    return words.phrases(language)["alt_reading"].format(question=question, figures=figures)


def _averages(members: Sequence[Result], language: str) -> list[Block]:
    texts = words.phrases(language)
    rows = [
        Row(cells=(wording(result, language), annex_number(average, language), words.number(average.n, language)))
        for result in members
        for statistic, average in result.summary.items()
        if statistic == "average" and average.is_shown
    ]
    if not rows:
        return []
    head = (texts["question_column"], texts["average_column"], texts["n_column"])
    return [DataTable(caption=texts["numbers_caption"], head=head, rows=tuple(rows), widths=(95, 50, 20), small=True)]


def average_text(reading: Reading, language: str) -> str:
    """Write the average of a number with its interval."""
    if not reading.is_shown:
        return reading.text(language)
    low, high = words.plain_number(reading.low, language), words.plain_number(reading.high, language)
    return f"{words.plain_number(reading.estimate, language)} ({low}{words.DASH}{high})"


def annex_blocks(shown: Sequence[Result], codebook: Codebook, language: str) -> list[Block]:
    """Return one table per topic with each question's exact wording, answers, figures and base."""
    texts = words.phrases(language)
    blocks: list[Block] = [
        Heading(text=texts["questions_title"]),
        Paragraph(text=texts["questions_intro"], style="note"),
    ]
    for topic, members in by_topic(shown).items():
        rows = [row for result in members for row in _question_rows(result, language)]
        blocks.append(
            DataTable(
                caption=topic_title(topic, codebook, language),
                head=(texts["answer_column"], texts["share_column"]),
                rows=tuple(rows),
                widths=(105, 60),
                small=True,
            )
        )
    return blocks


def _question_rows(result: Result, language: str) -> Iterator[Row]:
    texts = words.phrases(language)
    extra = [words.base(result.n, language) if result.is_shown else texts["not_reported"].lower()]
    if result.question.kind is QuestionKind.SELECT_MULTIPLE:
        extra.append(texts["multiple_note"])
    if result.question.relevant:
        extra.append(texts["filtered_note"])
    yield Row(cells=(f"{wording(result, language)} ({'; '.join(extra)})",), kind="section")
    for reading in (*result.shares, *result.nonanswers):
        yield Row(cells=(reading.label, annex_text(reading, language)))
    for statistic in ("positive", "negative", "mean", "average"):
        if statistic in result.summary:
            write = annex_text if statistic in {"positive", "negative"} else annex_number
            text = write(result.summary[statistic], language)
            if statistic == "positive" and is_too_good(result):
                text += f" · {texts['ceiling_mark']}"
            yield Row(cells=(texts[f"{statistic}_row"], text), kind="total")


def annex_text(reading: Reading, language: str) -> str:
    """Write a share for a table, with its flag."""
    return _flagged(reading.text(language), reading, language)


def annex_number(reading: Reading, language: str) -> str:
    """Write a score or an average for a table, with its flag."""
    return _flagged(average_text(reading, language), reading, language)


def _flagged(text: str, reading: Reading, language: str) -> str:
    return f"{text} · {words.phrases(language)['low_precision']}" if reading.is_shown and reading.is_doubtful else text


def numbered(blocks: Sequence[Block], language: str) -> Iterator[Block]:
    """Give figures and tables their numbers, from the first to the last."""
    texts = words.phrases(language)
    counts = {"figure": 0, "table": 0}
    for block in blocks:
        if not isinstance(block, (Picture, DataTable)):
            yield block
            continue
        kind = "figure" if isinstance(block, Picture) else "table"
        counts[kind] += 1
        yield replace(block, caption=texts[f"{kind}_label"].format(number=counts[kind], text=block.caption))
