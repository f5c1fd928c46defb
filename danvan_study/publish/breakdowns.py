"""The headline questions by area and by group of respondents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from danvan_study.publish import words
from danvan_study.publish.alt_texts import areas_alt, map_alt
from danvan_study.publish.blocks import Block, DataTable, Heading, Paragraph, Picture, Row
from danvan_study.publish.chart_bases import area_base, area_keys
from danvan_study.publish.charts import draw_areas, draw_map
from danvan_study.publish.results import EVERYBODY, Domain, Results, is_too_good, key_reading, label_of, wording

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.publish.context import BriefContext
    from danvan_study.publish.results import Reading, Result
    from danvan_study.study import Group, Period

COLUMNS: Final = 5
"""Questions beside each other in one table."""

_NAMES: Final = 38.0
_BASES: Final = 23.0
_WIDTH: Final = 165.0


def area_blocks(context: BriefContext, names: Sequence[str]) -> list[Block]:
    """Return table and picture of the areas, over the rolling year where there is one.

    Areas stand in the order of the areas table, always: the brief ranks nobody.
    """
    if context.areas is None or not names:
        return []
    texts = words.phrases(context.language)
    period = context.rolling or context.period
    results = _results(context, period)
    rows: list[tuple[str, Domain]] = [(texts["all_areas"], EVERYBODY)]
    rows += [(area.label(context.language), Domain(area=area.key)) for area in context.areas.reporting]
    blocks: list[Block] = [Heading(text=texts["areas_title"])]
    shown = list(names[:COLUMNS])
    if not any(_is_shown(results, name, domain) for name in shown for _, domain in rows[1:]):
        return [*blocks, Paragraph(text=texts["areas_none"])]
    caption = texts["areas_caption"].format(period=words.period_name(period, context.language))
    blocks.append(_table(context, results, rows=rows, names=shown, titles=(caption, texts["area_column"])))
    if not any(_has_number(results, name, domain) for name in shown for _, domain in rows[1:]):
        return [*blocks, Paragraph(text=texts["areas_note"], style="note")]
    chart = draw_areas(results, rows=rows, names=shown)
    blocks.append(
        Picture(
            name="areas",
            caption=texts["areas_figure"].format(period=words.period_name(period, context.language)),
            alt=areas_alt(results, areas=context.areas, names=shown, period=period),
            chart=chart.plan,
            height=chart.plan.height,
            notes=(*area_keys(results, context.areas, shown), texts["areas_note"]),
        )
    )
    return [*blocks, *_map_blocks(context, results, name=shown[0], period=period)]


def _map_blocks(context: BriefContext, results: Results, *, name: str, period: Period) -> list[Block]:
    """Return the map of the first question; nothing where the study has neither tiles nor borders."""
    drawn = draw_map(results, areas=context.areas, name=name) if context.areas else None
    if drawn is None or context.areas is None:
        return []
    texts, said = words.phrases(context.language), words.period_name(period, context.language)
    return [
        Picture(
            name="map",
            caption=texts["map_figure"].format(period=said),
            alt=map_alt(results, areas=context.areas, name=name, period=period),
            chart=drawn.plan,
            height=drawn.plan.height,
            notes=(
                area_base(results, context.areas, name),
                texts["map_note_borders" if context.areas.shapes else "map_note"],
            ),
        )
    ]


def group_blocks(context: BriefContext, names: Sequence[str]) -> list[Block]:
    """Return the table of the groups of respondents, over the quarter."""
    if not context.study.groups or not names:
        return []
    texts = words.phrases(context.language)
    results = _results(context, context.period)
    rows: list[tuple[str, Domain | None]] = [(texts["everybody"], EVERYBODY)]
    for group in context.study.groups:
        members = members_of(context, results, group)
        if members:
            rows += [(group_title(context, group), None), *members]
    if len(rows) == 1:
        return []
    caption = texts["groups_caption"].format(period=words.period_name(context.period, context.language))
    table = _table(context, results, rows=rows, names=names[:COLUMNS], titles=(caption, texts["group_column"]))
    return [Heading(text=texts["groups_title"]), table]


def _results(context: BriefContext, period: Period) -> Results:
    return Results(context.published, period=period.id, codebook=context.codebook, language=context.language)


def group_title(context: BriefContext, group: Group) -> str:
    """Return what a group asks."""
    question = context.codebook.question(group.question)
    return " ".join(question.label(context.language).split()) if question else group.name


def members_of(context: BriefContext, results: Results, group: Group) -> list[tuple[str, Domain]]:
    """Return the values of a group in the order of the form; those without a population figure are left out."""
    question = context.codebook.question(group.question)
    order = {choice.name: place for place, choice in enumerate(question.choices)} if question else {}
    values = results.values(group.name) - {"", *group.other}
    ranked = sorted(values, key=lambda value: (order.get(value, len(order)), _leading_number(value), value))
    return [
        (label_of(question, value, context.language) if question else value, Domain(group=group.name, value=value))
        for value in ranked
    ]


def _leading_number(value: str) -> float:
    digits = "".join(letter if letter.isdigit() else " " for letter in value).split()
    below = value.startswith("<")
    return float(digits[0]) - below / 2 if digits else -1.0


def _is_shown(results: Results, name: str, domain: Domain) -> bool:
    found = results.get(name, domain)
    return found is not None and found.is_shown


def _has_number(results: Results, name: str, domain: Domain) -> bool:
    found = results.get(name, domain)
    reading = key_reading(found) if found else None
    return reading is not None and reading.is_shown


def _table(
    context: BriefContext,
    results: Results,
    *,
    rows: Sequence[tuple[str, Domain | None]],
    names: Sequence[str],
    titles: tuple[str, str],
) -> DataTable:
    """Return a table of the questions ``names`` for the domains ``rows``; ``titles`` are caption and corner."""
    texts = words.phrases(context.language)
    caption, corner = titles
    keys = [(name, found, key_reading(found)) for name in names if (found := results.get(name))]
    columns = [(name, reading) for name, _, reading in keys]
    body = [domain_row(results, label, domain=domain, columns=columns) for label, domain in rows]
    head = (
        corner,
        texts["n_column"],
        *(texts["question_number"].format(number=place) for place in range(1, len(keys) + 1)),
    )
    notes = [
        texts["question_key"].format(number=place, wording=wording(found, context.language))
        if found.is_scale or reading is None
        else texts["question_key_answer"].format(
            number=place, wording=wording(found, context.language), answers=f"“{reading.label}”"
        )
        for place, (_, found, reading) in enumerate(keys, 1)
    ]
    return DataTable(
        caption=caption,
        head=head,
        rows=tuple(body),
        widths=(_NAMES, _BASES, *[(_WIDTH - _NAMES - _BASES) / max(len(keys), 1)] * len(keys)),
        notes=(*notes, *explain_marks(context, body)),
        small=True,
    )


def domain_row(
    results: Results, label: str, *, domain: Domain | None, columns: Sequence[tuple[str, Reading | None]]
) -> Row:
    """Return a domain's bases and figures; ``columns`` are questions and what stands for each. No domain: a heading."""
    if domain is None:
        return Row(cells=(label,), kind="section")
    found = [(results.get(name, domain), reading) for name, reading in columns]
    cells = [figure_cell(result, reading, language=results.language) for result, reading in found]
    return Row(
        cells=(label, _bases([result for result, _ in found], results.language), *cells),
        kind="total" if domain == EVERYBODY else "body",
    )


def _bases(found: Sequence[Result | None], language: str) -> str:
    """Write the smallest and the largest base of a row's figures, one number where they are equal."""
    bases = sorted({result.n for result in found if result and result.n})
    if not bases:
        return words.phrases(language)["suppressed_mark"]
    return words.DASH.join(words.number(base, language) for base in dict.fromkeys((bases[0], bases[-1])))


def figure_cell(found: Result | None, reading: Reading | None, *, language: str) -> str:
    """Write a domain's figure for what ``reading`` is about: share, interval beneath, and its marks."""
    texts = words.phrases(language)
    if found is None:
        return texts["breakdown_unshown"]
    figure = found.matching(reading) if reading else None
    if figure is None or not figure.is_shown:
        return figure.text(language) if figure else texts["suppressed_mark"]
    lines = [words.number(figure.estimate, language, figure.decimals), f"({figure.interval(language)})"]
    lines += [texts["low_precision"]] * figure.is_doubtful + [texts["ceiling_mark"]] * is_too_good(found)
    return "\n".join(lines)


def explain_marks(context: BriefContext, rows: Sequence[Row]) -> list[str]:
    """Return the notes of a table of domains: what its numbers are, and what its marks mean."""
    cells = [cell for row in rows for cell in row.cells[2:]]
    return [words.phrases(context.language)["breakdown_note"], *notes_on_marks(context, cells)]


def notes_on_marks(context: BriefContext, cells: Sequence[str]) -> list[str]:
    """Return the notes that the marks in these cells call for, and no others."""
    texts = words.phrases(context.language)
    notes = []
    if any(texts["low_precision"] in cell for cell in cells):
        notes.append(texts["low_precision_note"])
    if any(texts["ceiling_mark"] in cell for cell in cells):
        notes.append(texts["ceiling_note"])
    if texts["suppressed_mark"] in cells:
        widest = words.number(context.study.publication.widest_interval, context.language)
        notes.append(texts["suppressed_note"].format(widest=widest))
    if any(cell.startswith(("<", ">")) for cell in cells):
        notes.append(texts["bound_note"].format(smallest_count=context.study.publication.smallest_count))
    return notes
