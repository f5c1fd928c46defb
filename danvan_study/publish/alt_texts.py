"""What a chart of many figures says to those who do not see it: enough to do without it, and no ranking of areas."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from danvan_study.publish import words
from danvan_study.publish.charts.map import class_labels, class_of
from danvan_study.publish.results import Domain, Results, key_reading, wording
from danvan_study.tables import Smoothed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.areas import Areas
    from danvan_study.publish.context import BriefContext, History
    from danvan_study.publish.results import Reading, Result
    from danvan_study.study import Period


def areas_alt(results: Results, *, areas: Areas, names: Sequence[str], period: Period) -> str:
    """Describe the dots of the areas: for each question the whole, how far they reach, how many are hidden."""
    texts, language = words.phrases(results.language), results.language
    readings = []
    for name in names:
        whole = results.get(name)
        key = key_reading(whole) if whole else None
        if whole is None or key is None:
            continue
        found = _readings(results, areas, name=name, key=key)
        shown = sorted((reading for reading in found if reading and reading.is_shown), key=lambda one: one.estimate)
        told = [texts["alt_areas_whole"].format(whole=key.text(language))]
        if shown:
            ends = {"low": shown[0].text(language), "high": shown[-1].text(language)}
            told.append(texts["alt_areas_reach"].format(count=len(shown), **ends))
        if len(shown) < len(found):
            told.append(texts["alt_hidden"].format(count=len(found) - len(shown)))
        readings.append(texts["alt_reading"].format(question=_question(whole, language), figures="; ".join(told)))
    said_of = words.period_name(period, language)
    return texts["alt_areas"].format(period=said_of, readings=" ".join(readings))


def map_alt(results: Results, *, areas: Areas, name: str, period: Period) -> str:
    """Describe the map: how many areas lie in each class, and how many are hidden."""
    texts, language = words.phrases(results.language), results.language
    whole = results.get(name)
    key = key_reading(whole) if whole else None
    if whole is None or key is None:
        return ""
    counts = Counter(class_of(reading) for reading in _readings(results, areas, name=name, key=key))
    told = [
        texts["alt_map_class"].format(label=label, count=counts[place])
        for place, label in enumerate(class_labels(language))
        if counts[place]
    ]
    if counts[None]:
        told.append(texts["alt_hidden"].format(count=counts[None]))
    return texts["alt_map"].format(
        period=words.period_name(period, language), question=_question(whole, language), classes="; ".join(told)
    )


def trends_alt(context: BriefContext, history: History, drawn: Sequence[Result]) -> str:
    """Describe the lines: of each question its first and its last figure, and where it was asked in another way."""
    texts, language = words.phrases(context.language), context.language
    waves = [wave.id for wave in history.calendar.waves]
    by_wave = {
        wave: Results(history.figures, period=wave, codebook=context.codebook, language=language) for wave in waves
    }
    readings = []
    for result in drawn:
        key = key_reading(result)
        figures = {wave: _matching(results, result.name, key) for wave, results in by_wave.items()}
        shown = [
            f"{words.wave_name(wave, language)} {reading.text(language)}"
            for wave, reading in figures.items()
            if reading and reading.is_shown
        ]
        broken = [words.wave_name(wave, language) for wave in history.breaks.get(result.name, ()) if wave in waves]
        told = "; ".join([*dict.fromkeys((shown[0], shown[-1]))] if shown else [texts["suppressed_mark"]])
        if broken:
            told += f"; {texts['alt_trend_break'].format(waves=', '.join(broken))}"
        readings.append(texts["alt_reading"].format(question=_question(result, language), figures=told))
    return texts["alt_trends"].format(
        first=words.wave_name(waves[0], language),
        last=words.wave_name(waves[-1], language),
        readings=" ".join(readings),
    )


def lines_alt(context: BriefContext, history: History, result: Result) -> str:
    """Describe the areas' small lines: how far the model's last figures reach, with their 90 % intervals."""
    texts, language = words.phrases(context.language), context.language
    rows = history.outlook.rows if history.outlook else None
    last = history.calendar.waves[-1].id
    if rows is None:
        return ""
    rows = rows[(rows[Smoothed.question] == result.name) & (rows[Smoothed.statistic] == "positive")]
    rows = rows[(rows[Smoothed.level] == "area") & (rows[Smoothed.period] == last)]
    said = texts["alt_lines"].format(question=_question(result, language))
    if rows.empty:
        return said
    ends = rows.sort_values(Smoothed.estimate).iloc[[0, -1]]
    low, high = (
        f"{words.percent(row[Smoothed.estimate], language, 0)} "
        f"({words.span(row[Smoothed.low], row[Smoothed.high], language=language, decimals=0)})"
        for row in ends.to_dict("records")
    )
    wave = words.wave_name(last, language)
    return f"{said} {texts['alt_lines_reach'].format(wave=wave, count=len(rows), low=low, high=high)}"


def _readings(results: Results, areas: Areas, *, name: str, key: Reading) -> list[Reading | None]:
    found = [results.get(name, Domain(area=area.key)) for area in areas.reporting]
    return [one.matching(key) if one else None for one in found]


def _matching(results: Results, name: str, key: Reading | None) -> Reading | None:
    found = results.get(name)
    return found.matching(key) if found and key else None


def _question(result: Result, language: str) -> str:
    return wording(result, language).rstrip("?.: ")
