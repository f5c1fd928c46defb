"""Before and after: two long spans, and a pilot against other areas, in the words that the design allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from danvan_study.codebook import Role
from danvan_study.publish import words
from danvan_study.publish.as_docx import set_docx
from danvan_study.publish.as_html import set_html
from danvan_study.publish.as_pdf import set_pdf
from danvan_study.publish.blocks import Block, Bullets, DataTable, Document, Facts, Heading, Paragraph, Row
from danvan_study.publish.content import study_name
from danvan_study.publish.csv_tables import changes_csv, figures_csv
from danvan_study.publish.gate import require_published
from danvan_study.publish.movements import movement_cell, movements_of
from danvan_study.publish.pilot_gate import require_published_pilot
from danvan_study.publish.results import Results, key_reading, wording
from danvan_study.publish.sources import Origin, with_sources
from danvan_study.publish.topics import numbered
from danvan_study.publish.trend_gate import require_published_trends
from danvan_study.tables import PublishedChanges, PublishedContrasts

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from danvan_study.areas import Areas
    from danvan_study.codebook import Codebook
    from danvan_study.publish.context import Provenance
    from danvan_study.publish.gate import Published
    from danvan_study.publish.pilot_gate import PublishedPilot
    from danvan_study.publish.results import Reading, Result
    from danvan_study.publish.trend_gate import PublishedTrends
    from danvan_study.study import Calendar, Comparison, Review, Study

_OPINIONS: Final = (Role.OPINION, Role.UNSTATED)
_WIDTH: Final = 165.0
_QUESTION: Final = 67.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewContext:
    """Everything that a review tells.

    Raises
    ------
    TypeError
        Figures, changes or contrasts did not come through their gate.
    """

    study: Study
    review: Review
    codebook: Codebook
    calendar: Calendar
    comparisons: tuple[Comparison, ...]
    """After against before; with a pilot perhaps the two halves of the span before."""
    figures: Published
    changes: PublishedTrends
    provenance: Provenance
    pilot: PublishedPilot | None = None
    areas: Areas | None = None

    def __post_init__(self) -> None:
        require_published(self.figures)
        require_published_trends(self.changes)
        if self.pilot is not None:
            require_published_pilot(self.pilot)

    @property
    def language(self) -> str:
        """The office's first language."""
        return self.study.languages[0]


def write_review(context: ReviewContext) -> dict[str, bytes]:
    """Write the review; the same context gives the same bytes.

    Returns
    -------
    dict
        File name to content: ``review.html``, ``review.docx``, ``review.pdf``, ``figures.csv``, ``changes.csv``, and
        with a pilot ``contrasts.csv``.
    """
    document = compose_review(context)
    dated = context.study.wave(context.review.after[-1]).end
    files = {
        "review.html": set_html(document),
        "review.docx": set_docx(document, dated=dated),
        "review.pdf": set_pdf(document, dated=dated),
        "figures.csv": figures_csv(context.figures, context.language),
        "changes.csv": changes_csv(context.changes, context.language),
    }
    if context.pilot is not None:
        rows = context.pilot.rows
        rows["data"] = document.simulated
        files["contrasts.csv"] = rows.to_csv(index=False, lineterminator="\n").encode()
    return files


def compose_review(context: ReviewContext) -> Document:
    """Compose the review."""
    language, review = context.language, context.review
    texts = words.phrases(language)
    results = Results(
        context.figures, period=context.comparisons[0].period.id, codebook=context.codebook, language=language
    )
    asked = [result for result in results if result.question.role in _OPINIONS and result.is_scale]
    blocks: list[Block] = [
        Heading(text=texts["review_design"]),
        Facts(rows=tuple(_design(context))),
        Bullets(items=tuple(_warnings(context))),
        Heading(text=texts["review_changes"]),
        *_changes(context, asked),
        *_pilot(context, asked),
        Heading(text=texts["provenance_title"]),
        Facts(
            rows=(
                (texts["provenance_commit"], context.provenance.commit),
                (texts["provenance_version"], f"danvan_study {context.provenance.version}"),
            )
        ),
    ]
    simulated = context.figures.simulated
    period = texts["review_period"].format(before=_span(context, review.before), after=_span(context, review.after))
    largest = max((result.n for result in asked), default=0)
    origin = Origin(
        language=language,
        period=period,
        study=study_name(context.study, language),
        base=texts["table_largest"].format(n=words.number(largest, language)),
    )
    return Document(
        language=language,
        kicker=texts["review_kicker"],
        title=review.title,
        period=words.capital(period),
        disclaimer=texts["not_official"],
        simulated=texts["simulated"] if simulated else "",
        simulated_note=texts["simulated_note"] if simulated else "",
        blocks=tuple(numbered(list(with_sources(blocks, origin)), language)),
    )


def _span(context: ReviewContext, waves: Sequence[str]) -> str:
    first, last = (words.wave_name(wave, context.language) for wave in (waves[0], waves[-1]))
    return first if len(waves) == 1 else f"{first} {words.phrases(context.language)['to']} {last}"


def _design(context: ReviewContext) -> list[tuple[str, str]]:
    texts, review = words.phrases(context.language), context.review
    rows = []
    for key, waves in (("review_before", review.before), ("review_after", review.after)):
        named = ", ".join(words.wave_name(wave, context.language) for wave in waves)
        missing = [words.wave_name(quarter, context.language) for quarter in context.calendar.missing(waves)]
        gap = texts["review_missing"].format(quarters=", ".join(missing)) if missing else texts["review_complete"]
        rows.append((texts[key], f"{words.capital(named)}. {gap}"))
    if review.pilot:
        known = {area.key: area.label(context.language) for area in context.areas.reporting} if context.areas else {}
        rows.append((texts["review_pilot"], ", ".join(known.get(key, key) for key in review.pilot)))
        rows.append((texts["review_assigned"], review.drawn_by_lot or texts["review_not_drawn"]))
    return rows


def _warnings(context: ReviewContext) -> list[str]:
    """Say what the design does not allow to conclude."""
    review, calendar = context.review, context.calendar
    keys = []
    if not review.pilot:
        keys.append("review_warn_alone")
    elif review.drawn_by_lot:
        keys.append("review_warn_lot")
    else:
        keys.append("review_warn_chosen")
    if review.pilot and len(review.before) == 1:
        keys.append("review_warn_no_trend")
    if calendar.seasons(review.before) != calendar.seasons(review.after):
        keys.append("review_warn_seasons")
    if calendar.missing(review.before) or calendar.missing(review.after):
        keys.append("review_warn_gaps")
    texts = words.phrases(context.language)
    return [texts[key] for key in keys]


def _changes(context: ReviewContext, asked: Sequence[Result]) -> list[Block]:
    """Return the change of every question, and the questions that cannot be compared."""
    texts, language, comparison = words.phrases(context.language), context.language, context.comparisons[0]
    earlier = Results(context.figures, period=comparison.against.id, codebook=context.codebook, language=language)
    movements, rows = movements_of(context.changes), []
    for result in asked:
        reading, before = key_reading(result), earlier.get(result.name)
        movement = movements.get(comparison, result.name, reading) if reading else None
        past = before.matching(reading) if before and reading else None
        if reading is None or past is None or movement is None:
            continue
        shown = movement.is_shown
        rows.append(
            Row(
                cells=(
                    wording(result, language),
                    _stacked(past, language),
                    _stacked(reading, language),
                    movement_cell(movement, language),
                    words.number(movement.smallest, language, 1) if shown else texts["suppressed_mark"],
                )
            )
        )
    room = (_WIDTH - _QUESTION) / 4
    blocks: list[Block] = [
        DataTable(
            caption=texts["review_changes_caption"],
            head=tuple(
                texts[key]
                for key in ("question_column", "review_before", "review_after", "column_verdict", "smallest_column")
            ),
            rows=tuple(rows),
            widths=(_QUESTION, room - 4, room - 4, room + 13, room - 5),
            notes=(texts["review_note"], texts["changes_words"]),
            small=True,
        )
    ]
    if broken := _broken(context):
        blocks.append(Paragraph(text=texts["review_broken"].format(questions="; ".join(broken)), style="note"))
    return blocks


def _stacked(reading: Reading, language: str) -> str:
    """Write a share with its interval beneath."""
    if not reading.is_shown:
        return reading.text(language)
    return f"{reading.share(language)}\n({reading.interval(language)})"


def _broken(context: ReviewContext) -> list[str]:
    """Return the opinion questions that were not asked alike in every wave."""
    rows = context.changes.rows
    names = set(rows.loc[rows[PublishedChanges.reason] == "not_comparable", PublishedChanges.question])
    asked = [one for one in context.codebook.questions if one.name in names and one.role in _OPINIONS]
    return [" ".join(one.label(context.language).split()) for one in asked]


def _pilot(context: ReviewContext, asked: Sequence[Result]) -> list[Block]:
    """Return how much more the pilot changed than the others, and whether it had done so before it began."""
    if context.pilot is None:
        return []
    texts, language = words.phrases(context.language), context.language
    found = {
        (str(row[PublishedContrasts.period]), str(row[PublishedContrasts.question])): row
        for row in context.pilot.rows.to_dict("records")
        if row[PublishedContrasts.statistic] == "positive"
    }
    effect = "effect" if context.review.drawn_by_lot else "apart"
    rows = []
    for result in asked:
        row = found.get((context.comparisons[0].period.id, result.name))
        if row is None:
            continue
        trend = found.get((context.comparisons[-1].period.id, result.name)) if len(context.comparisons) > 1 else None
        contrast = f"{texts[f'review_{effect}_{row[PublishedContrasts.verdict]}']}\n{_figure(row, language)}"
        before = texts["review_no_trend"] if trend is None else _figure(trend, language)
        if trend is not None and trend[PublishedContrasts.verdict] != "unclear":
            before += f"\n{texts['review_trend_differs']}"
        changes = [words.signed(float(str(row[side])), language) for side in ("pilot", "others")]
        rows.append(Row(cells=(wording(result, language), *changes, contrast, before)))
    blocks: list[Block] = [Heading(text=texts["review_pilot_title"])]
    if not rows:
        return [*blocks, Paragraph(text=texts["review_pilot_none"])]
    heads = ("question_column", "review_pilot_column", "review_others_column", "review_contrast", "review_trend")
    table = DataTable(
        caption=texts["review_pilot_caption"],
        head=tuple(texts[key] for key in heads),
        rows=tuple(rows),
        widths=(_QUESTION - 3, 20.0, 20.0, 33.0, _WIDTH - _QUESTION - 70),
        notes=(texts["review_pilot_note"].format(count=len(rows)),),
        small=True,
    )
    return [*blocks, table]


def _figure(row: Mapping[Hashable, object], language: str) -> str:
    contrast, low, high = (float(str(row[name])) for name in ("contrast", "low", "high"))
    return f"{words.signed(contrast, language)} ({words.span(low, high, language=language)})"
