"""A wave as one wide table of codes: who answered what, with weights and the design under new numbers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.exchange.columns import apply_codes, code_question, code_texts_of, count_outside
from danvan_study.exchange.dataset import Dataset, Measure, Part, Variable
from danvan_study.exchange.leave import reason_to_stay
from danvan_study.exchange.names import legal_names
from danvan_study.tables import MILLION, Answers, Respondents, Weights

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from danvan_study.areas import Areas
    from danvan_study.codebook import Codebook, Question
    from danvan_study.exchange.columns import Column
    from danvan_study.study import Group, Study


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveTables:
    """What a wave is made of."""

    wave: str
    respondents: pd.DataFrame
    answers: pd.DataFrame
    weights: pd.DataFrame
    codebooks: Mapping[str, Codebook]
    """By form version."""
    simulated: bool


def tabulate_wave(tables: WaveTables, *, study: Study, areas: Areas | None) -> Dataset:
    """Return a wave for the office's own use: de-identified, not anonymous.

    Respondents, clusters and strata get new numbers in an order that only their random ids decide. A question that was
    reworded within the wave stands once for each wording.
    """
    respondents = _in_random_order(tables.respondents)
    people = pd.Index(respondents[Respondents.respondent])
    columns = list(_design(respondents, tables, study=study, areas=areas))
    left_out: dict[str, str] = {}
    outside: dict[str, int] = {}
    by_question = {
        str(name): rows for name, rows in tables.answers.groupby(Answers.question, sort=False, observed=True)
    }
    for wording in _wordings(tables, study):
        question = wording.question
        if reason := reason_to_stay(question, study):
            left_out[question.name] = reason
            continue
        asked = _with_form(respondents, wording.versions)
        for turn in _turns(question, by_question):
            given = by_question.get(turn, Answers.empty())
            given = given[given[Answers.respondent].isin(asked)]
            if count := count_outside(question, given):
                outside[turn] = count
            columns += code_question(replace(question, name=f"{turn}{wording.suffix}"), given, people)
    names = legal_names(variable.name for variable, _ in columns)
    variables = [replace(variable, name=name) for (variable, _), name in zip(columns, names, strict=True)]
    cells = {one.name: values.to_numpy("float64") for one, (_, values) in zip(variables, columns, strict=True)}
    return Dataset(
        name=tables.wave,
        titles={language: f"{name}, {tables.wave}" for language, name in study.name.items()},
        variables=tuple(variables),
        table=pd.DataFrame(cells),
        left_out=left_out,
        outside=outside,
        simulated=tables.simulated,
    )


def random_numbers(units: pd.Series, respondents: pd.Series) -> pd.Series:
    """Return a number for each unit, 1 and up, in the order of the hashes of its people's random ids.

    A hash of the unit's own name could be found again by trying names; nobody outside knows the ids.
    """
    first = respondents.map(_hash).groupby(units.to_numpy()).min().sort_values()
    return units.map({unit: number for number, unit in enumerate(first.index, 1)}).astype("float64")


def _hash(respondent: str) -> str:
    return hashlib.sha256(f"row {respondent}".encode()).hexdigest()


def _in_random_order(respondents: pd.DataFrame) -> pd.DataFrame:
    order = respondents[Respondents.respondent].map(_hash).sort_values().index
    return respondents.loc[order].reset_index(drop=True)


def _design(respondents: pd.DataFrame, tables: WaveTables, *, study: Study, areas: Areas | None) -> Iterator[Column]:
    people = respondents[Respondents.respondent]
    yield (
        _plain("so_phieu", {"vi": "Số thứ tự (ngẫu nhiên)", "en": "Row (random)"}, Part.NUMBER),
        people.index.to_series() + 1.0,
    )
    if areas:
        labels = {
            area.key: {"vi": area.name} | ({"en": area.name_en} if area.name_en else {}) for area in areas.reporting
        }
        values = code_texts_of(labels, labels)
        yield (
            Variable(
                name="dia_ban", labels={"vi": "Địa bàn báo cáo", "en": "Reporting area"}, codes=values, part=Part.AREA
            ),
            apply_codes(values, respondents[Respondents.area]),
        )
    for group in study.groups:
        if group.breaks:
            yield _band(group, respondents)
    stratum, cluster = respondents[Respondents.stratum], respondents[Respondents.cluster]
    yield (
        _plain("tang", {"vi": "Tầng (mã ngẫu nhiên)", "en": "Stratum (random)"}, Part.STRATUM),
        random_numbers(stratum, people),
    )
    units = stratum + "/" + cluster
    yield (
        _plain("cum", {"vi": "Cụm: thôn (mã ngẫu nhiên)", "en": "Cluster (random)"}, Part.CLUSTER),
        random_numbers(units, people),
    )
    weights = tables.weights.set_index(Weights.respondent)
    final = weights[Weights.weight].reindex(people).reset_index(drop=True) / MILLION
    yield _plain("trong_so", {"vi": "Quyền số", "en": "Weight"}, Part.WEIGHT, decimals=6), final
    base = weights[Weights.base].reindex(people).reset_index(drop=True)
    yield _plain("trong_so_goc", {"vi": "Quyền số gốc", "en": "Base weight"}, Part.WEIGHT, decimals=6), base


def _plain(name: str, labels: dict[str, str], part: Part, *, decimals: int = 0) -> Variable:
    measure = Measure.SCALE if part is Part.WEIGHT else Measure.NOMINAL
    return Variable(name=name, labels=labels, part=part, measure=measure, decimals=decimals)


def _band(group: Group, respondents: pd.DataFrame) -> Column:
    bands = sorted(set(respondents[group.name]) - {""}, key=lambda band: (not band.startswith("<"), band))
    values = code_texts_of(bands, {band: {"vi": band} for band in bands})
    variable = Variable(name=f"nhom_{group.name}", labels={"vi": group.name}, codes=values, measure=Measure.ORDINAL)
    return variable, apply_codes(values, respondents[group.name])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wording:
    """A question as some of the wave's form versions ask it."""

    question: Question
    versions: list[str]
    suffix: str
    """Of the column's name; empty for the latest wording."""


def _wordings(tables: WaveTables, study: Study) -> Iterator[_Wording]:
    """Yield every question, in the order of the latest form."""
    language = study.languages[0]
    latest_first = list(tables.codebooks.items())[::-1]
    for name in dict.fromkeys(question.name for _, codebook in latest_first for question in codebook.questions):
        found: dict[str, _Wording] = {}
        for version, codebook in latest_first:
            if question := codebook.question(name):
                new = _Wording(question=question, versions=[], suffix=f"_{version}" if found else "")
                found.setdefault(question.fingerprint(language), new).versions.append(version)
        yield from found.values()


def _with_form(respondents: pd.DataFrame, versions: list[str]) -> pd.Series:
    return respondents.loc[respondents[Respondents.form_version].isin(versions), Respondents.respondent]


def _turns(question: Question, answered: Iterable[str]) -> list[str]:
    """Return under which names a question is answered: its own, or inside a repeat one for each turn."""
    return [name for name in answered if name.startswith(f"{question.name}[")] if question.repeat else [question.name]
