"""From a figure of a brief back to what it was made from: tables, weights, corrections, raw files, form, code."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from danvan_study.errors import StudyError
from danvan_study.messages import Words, current_language, joined, say
from danvan_study.pipeline.makings import RECORD, read_record
from danvan_study.pipeline.sources import load_codebooks, load_study
from danvan_study.publish import words
from danvan_study.publish.rounding import decimals
from danvan_study.store import Folder, read_corrections
from danvan_study.tables import Corrections, PublishedRows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from danvan_study.areas import Areas
    from danvan_study.codebook import Codebook
    from danvan_study.messages import Message
    from danvan_study.study import Study

ROAD: Final = ("published.parquet", "estimates.parquet", "weights.parquet", "answers.parquet", "respondents.parquet")
"""The tables that a figure has come through, the last first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which figure is asked for; what is empty is not asked for."""

    wave: str
    question: str
    period: str
    area: str = ""
    """Name, code or key; empty: all together."""
    group: str = ""
    value: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What a figure says and how it was made; figures of many people only."""

    wording: str
    about: Words
    """Period, area and group in words."""
    figures: tuple[Words, ...]
    """A line for each statistic; one that isn't shown says so."""
    making: tuple[tuple[Message, Words], ...]
    """Step and what it was, from the table back to the raw files and the code."""


def explain_figure(root: Path, wave_id: str, question: str, *, which: Sequence[str] = ()) -> Explanation:
    """Follow a published figure back, told in the language of this process.

    Parameters
    ----------
    wave_id, question
        The wave whose results hold it, and the question's name in the form.
    which
        ``area=``, ``answer=``, ``period=`` and the name of a group with ``=`` and a value; without any: everybody in
        the wave.

    Raises
    ------
    StudyError
        The wave was not run, its results were changed since, or there is no such figure.
    """
    folder = Folder(root)
    study, areas = load_study(folder)
    wanted = _read_wanted(wave_id, question, which)
    record = _record(folder, wave_id)
    _choose(wanted.period, record["periods"], "period")
    waves = record["periods"][wanted.period]
    rows = _figure_rows(folder.read_processed(wave_id, "published"), wanted, areas=areas)
    book = list(load_codebooks(folder, study.wave(waves[-1]), study=study).values())[-1]
    return Explanation(
        wording=_wording(book, question),
        about=_about(wanted, waves, areas=areas),
        figures=tuple(_figure(row, book) for _, row in rows.iterrows()),
        making=tuple(_making(folder, wanted, record=record, waves=waves, study=study)),
    )


def _read_wanted(wave_id: str, question: str, which: Sequence[str]) -> Wanted:
    said = {}
    for each in which:
        key, sign, value = each.partition("=")
        if not sign or key in said:
            raise StudyError(
                "danvan explain",
                say('"{each}" is no KEY=VALUE, or stands twice.', each=each),
                say("Write area=164 or sex=1."),
            )
        said[key] = value
    known = {key: said.pop(key) for key in ("area", "answer") if key in said}
    period = said.pop("period", wave_id)
    if len(said) > 1:
        raise StudyError(
            "danvan explain", say("{said} are never crossed.", said=" and ".join(said)), say("Ask for one of them.")
        )
    group, value = next(iter(said.items()), ("", ""))
    return Wanted(wave=wave_id, question=question, period=period, group=group, value=value, **known)


def _record(folder: Folder, wave_id: str) -> dict[str, Any]:
    """Read the record of the run, and check that the tables are those that it made."""
    part = _part(wave_id)
    if not folder.has_file(f"{part}/{RECORD}"):
        raise StudyError(part, say("this wave has no results."), say("Make them: danvan run {wave}", wave=wave_id))
    record = read_record(folder, part)
    for name in ROAD:
        folder.read(f"{part}/{name}", needed_by=part)
        found, made = folder.hashes[f"{part}/{name}"], record["outputs"].get(name)
        if found != made:
            raise StudyError(
                f"{part}/{name}",
                say("its SHA-256 is {found}; the run made {made}.", found=found, made=made),
                say("It was changed: run the wave again."),
            )
    return record


def _figure_rows(published: pd.DataFrame, wanted: Wanted, *, areas: Areas | None) -> pd.DataFrame:
    rows = published[published[PublishedRows.period] == wanted.period]
    asked = {
        PublishedRows.question: wanted.question,
        PublishedRows.area: _area_key(wanted.area, areas),
        PublishedRows.group: wanted.group,
        PublishedRows.value: wanted.value,
    }
    if wanted.answer:
        asked[PublishedRows.answer] = wanted.answer
    for column, value in asked.items():
        _choose(value, rows[column], column)
        rows = rows[rows[column] == value]
    return rows


def _choose(name: str, known: Iterable[str], what: str) -> None:
    if name not in (there := sorted(set(known))):
        listed = ", ".join(filter(None, there))
        raise StudyError(
            "danvan explain",
            say('there is no figure of {kind} "{name}".', kind=what, name=name),
            say("There is: {known}.", known=listed or say("none")),
        )


def _area_key(name: str, areas: Areas | None) -> str:
    if not name:
        return ""
    known = {word: area.key for area in (areas.reporting if areas else ()) for word in (area.name, area.code, area.key)}
    _choose(name, known, "area")
    return known[name]


def _wording(book: Codebook, name: str) -> str:
    question = book.question(name.partition("[")[0])
    return question.label(current_language()) if question else name


def _about(wanted: Wanted, waves: Sequence[str], *, areas: Areas | None) -> Words:
    names = {area.key: area.label(current_language()) for area in (areas.reporting if areas else ())}
    place = names.get(_area_key(wanted.area, areas)) or say("all areas")
    group = [f"{wanted.group} = {wanted.value}"] if wanted.group else []
    return joined([f"{wanted.period} ({', '.join(waves)})", place, *group], " · ")


def _figure(row: pd.Series, book: Codebook) -> Words:
    language = current_language()
    name, answer = row[PublishedRows.statistic], row[PublishedRows.answer]
    question = book.question(str(row[PublishedRows.question]).partition("[")[0])
    labels = {choice.name: choice.label(language) for choice in question.choices} if question else {}
    title = f"{name} {answer} {labels.get(answer, '')}".strip()
    if pd.isna(row[PublishedRows.estimate]):
        return joined((title, words.bound(row[PublishedRows.reason], language) or say("not published")), ": ")
    n = int(row[PublishedRows.n])
    places = 2 if name == "average" else decimals(n)
    value, low, high = (
        words.number(row[part], language, places)
        for part in (PublishedRows.estimate, PublishedRows.low, PublishedRows.high)
    )
    n_effective, deff = (
        words.number(row[part], language, 1) if pd.notna(row[part]) else ""
        for part in (PublishedRows.n_effective, PublishedRows.deff)
    )
    told: list[Words] = [
        say("{value} ({low} to {high})", value=value, low=low, high=high),
        words.base(n, language),
        *([say("effective n {n_effective}", n_effective=n_effective)] if n_effective else []),
        *([f"deff {deff}"] if deff else []),
        say("clusters {count}", count=int(row[PublishedRows.clusters])),
        *([words.phrases(language)["low_precision"]] if row[PublishedRows.flag] else []),
    ]
    return joined((title, joined(told, "; ")), ": ")


def _making(
    folder: Folder, wanted: Wanted, *, record: Mapping[str, Any], waves: Sequence[str], study: Study
) -> Iterator[tuple[Message, Words]]:
    part = _part(wanted.wave)
    for name in ROAD:
        yield say("table"), f"{part}/{name}  {record['outputs'][name]}"
    report = json.loads(folder.read(f"{part}/weight_report.json", needed_by=part))
    low, middle, high, total = (
        words.number(report[key], current_language(), 1) for key in ("min", "median", "max", "sum")
    )
    yield (
        say("weights"),
        say(
            "sum {total}; smallest {low}, median {middle}, largest {high}",
            total=total,
            low=low,
            middle=middle,
            high=high,
        ),
    )
    for margin in study.weighting.margins:
        yield say("adjusted to"), joined((" x ".join(margin.by), _hash(record, margin.file)), "  ")
    for wave_id in waves:
        wave = study.wave(wave_id)
        name = wave.corrections or f"data/corrections/{wave_id}.csv"
        lines = read_corrections(folder, name)
        here = int((lines[Corrections.question] == wanted.question.partition("[")[0]).sum())
        counts = say("{wave}: {count} rows, {here} of this question", wave=wave_id, count=len(lines), here=here)
        yield say("corrections"), joined((counts, _hash(record, name)), "  ")
        for form in wave.forms:
            yield say("form"), _hash(record, form)
        for file in record["inputs"]:
            if file.startswith(f"data/raw/{wave_id}/"):
                yield say("raw data"), _hash(record, file)
    yield say("source code"), record["commit"]
    yield say("software"), ", ".join(f"{name} {version}" for name, version in record["versions"].items())


def _part(wave_id: str) -> str:
    return f"data/processed/{wave_id}"


def _hash(record: Mapping[str, Any], name: str) -> Words:
    return f"{name}  {record['inputs'][name]}" if name in record["inputs"] else say("(no file)")
