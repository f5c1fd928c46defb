"""What stands beneath a chart of many figures: the exact wording of its questions, and how many people answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.publish import words
from danvan_study.publish.gate import require_published
from danvan_study.publish.results import Domain, Results, key_reading, wording
from danvan_study.tables import PublishedRows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from danvan_study.areas import Areas
    from danvan_study.publish.context import History


def area_keys(results: Results, areas: Areas, names: Sequence[str]) -> list[str]:
    """Return a line for each question: its number in the chart, its wording, its bases in the areas with a figure."""
    texts = words.phrases(results.language)
    keyed = [(found, key_reading(found)) for name in names if (found := results.get(name))]
    lines = []
    for place, (found, reading) in enumerate(keyed, 1):
        key = "question_key" if found.is_scale or reading is None else "question_key_answer"
        said = texts[key].format(
            number=place, wording=wording(found, results.language), answers=f"“{reading.label}”" if reading else ""
        )
        lines.append(" ".join(part for part in (said, area_base(results, areas, found.name)) if part))
    return lines


def area_base(results: Results, areas: Areas, name: str) -> str:
    """Say how many people answered a question in the areas with a figure: from the fewest to the most."""
    asked = results.get(name)
    key = key_reading(asked) if asked else None
    found = [results.get(name, Domain(area=area.key)) for area in areas.reporting]
    figures = [result.matching(key) for result in found if result and key]
    return _told([figure.n for figure in figures if figure and figure.is_shown], "base_areas", results.language)


def wave_base(history: History, names: Collection[str], *, language: str, by_area: bool = False) -> str:
    """Say how many people answered these questions in the waves with a figure, of all together or in each area."""
    rows = require_published(history.figures).rows
    rows = rows[rows[PublishedRows.period].isin([wave.id for wave in history.calendar.waves])]
    rows = rows[(rows[PublishedRows.level] == ("area" if by_area else "all")) & (rows[PublishedRows.group] == "")]
    rows = rows[rows[PublishedRows.question].isin(list(names)) & rows[PublishedRows.estimate].notna()]
    rows = rows[rows[PublishedRows.statistic].isin(["share", "positive"])]
    return _told(rows[PublishedRows.n], "base_area_waves" if by_area else "base_waves", language)


def _told(bases: Iterable[int], key: str, language: str) -> str:
    found = sorted({int(base) for base in bases})
    if not found:
        return ""
    ends = dict.fromkeys(words.number(base, language) for base in (found[0], found[-1]))
    return words.phrases(language)[key].format(n=words.DASH.join(ends))
