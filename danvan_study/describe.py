"""Who answered: area, stratum, cluster and groups of each respondent, from the corrected answers."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from danvan_study.areas import APPORTIONED, AREA, draw_area
from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.tables import Answers, Interviews, Removed, Respondents

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from danvan_study.areas import Areas
    from danvan_study.codebook import Codebook
    from danvan_study.study import Design, Group, Study

EVERYBODY = "all"
"""Stratum of a study that has neither strata nor areas."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """The people of a wave, as the weights and the estimates need them."""

    respondents: pd.DataFrame
    """:class:`~danvan_study.tables.Respondents`, with one more column for each group."""
    removed: pd.DataFrame
    """Interviews without an area, stratum or cluster: nobody could say whom they stand for."""


def describe_respondents(
    interviews: pd.DataFrame,
    answers: pd.DataFrame,
    *,
    study: Study,
    areas: Areas | None,
    codebooks: Mapping[str, Codebook],
) -> Described:
    """Describe every respondent from the corrected answers.

    An area is written as ``vintage:code``, and ``area_basis`` says how it is known: somebody who names a commune,
    in the area question or in the one for those without an area, is put into the reporting area of its people
    (:mod:`danvan_study.areas.placement`). A stratum is the joined answers to the stratum questions, else the area,
    else ``all``; a cluster is written as answered and counts within its stratum (villages of two strata may share a
    code); without a cluster question each respondent is one. A group is the choice, the band of a number, or blank
    where the answer is missing, refused, unknown to the form or "Khác".

    Raises
    ------
    StudyError
        An area answer is none of the reporting areas, or a group has the name of one of our own columns.
    """
    _refuse_names(study.groups)
    design = study.design
    people = pd.Index(interviews[Interviews.respondent])
    wide = _Wide(answers, people)
    area, basis = _describe_area(wide, study, areas)
    parts = [wide.answer(question) for question in design.stratum]
    stratum = _join(parts) if parts else area if areas else pd.Series(EVERYBODY, index=people, dtype="str")
    unit = wide.answer(design.cluster) if design.cluster else pd.Series(people, index=people)
    described = interviews.set_index(Interviews.respondent, drop=False).assign(
        **{
            Respondents.area: area,
            Respondents.area_basis: basis,
            Respondents.stratum: stratum,
            Respondents.cluster: unit,
            Respondents.interviewer: wide.answer(design.interviewer),
            Respondents.mode: wide.answer(design.mode),
        }
    )
    versions = described[Interviews.form_version]
    for group in study.groups:
        described[group.name] = _describe_group(wide.answer(group.question), versions, group=group, codebooks=codebooks)
    removed = _find_incomplete({"area": area if areas else None, "stratum": stratum, "cluster": unit})
    kept = described[~described[Interviews.respondent].isin(removed[Removed.submission])]
    names = [group.name for group in study.groups]
    return Described(respondents=Respondents.conform(kept, extra=names), removed=removed)


def _refuse_names(groups: Sequence[Group]) -> None:
    for group in groups:
        if group.name in Respondents.columns():
            raise StudyError(
                "study.toml, [[group]] name",
                say('"{group}" is a column of the respondents table already.', group=group.name),
                say("Give the group another name; its question keeps its own."),
            )


class _Wide:
    """Answers by question, aligned to the respondents; blank where there is none."""

    def __init__(self, answers: pd.DataFrame, people: pd.Index[str]) -> None:
        self._answers = answers
        self._people = people

    def answer(self, question: str) -> pd.Series:
        given = self._answers[self._answers[Answers.question] == question]
        texts = given[Answers.answer].astype("str").set_axis(given[Answers.respondent].astype("str"))
        return texts.reindex(self._people, fill_value="")


def _join(parts: Sequence[pd.Series]) -> pd.Series:
    joined = parts[0]
    for part in parts[1:]:
        joined = joined + "/" + part
    # A stratum with a part missing is missing.
    complete = np.logical_and.reduce([part != "" for part in parts])
    return joined.where(complete, "").astype("str")


def _describe_area(wide: _Wide, study: Study, areas: Areas | None) -> tuple[pd.Series, pd.Series]:
    """Return the area of each respondent, and how it is known."""
    design = study.design
    given = wide.answer(design.area)
    blank = pd.Series("", index=given.index, dtype="str")
    if areas is None:
        return blank, blank
    given = given.mask(given.isin(list(study.missing)), "")
    commune = wide.answer(design.commune) if design.commune else blank
    # Communes are asked where no area was given; where both stand, the area was named and needs no conversion.
    asked = given.where(given != "", commune.mask(commune.isin(list(study.missing)), ""))
    own = {answer: area.key for answer, area in areas.by_answer().items()}
    _refuse_unknown(asked, {*own, *areas.places}, design=design, areas=areas)
    basis = asked.map(dict.fromkeys(own, AREA) | {choice: place.basis for choice, place in areas.places.items()})
    area = asked.map(own | {choice: place.shares[0].key for choice, place in areas.places.items()})
    drawn = {
        respondent: draw_area(str(respondent), areas.places[str(choice)].shares)
        for respondent, choice in asked[basis == APPORTIONED].items()
    }
    area = area.where(basis != APPORTIONED, area.index.to_series().map(drawn))
    return area.fillna("").astype("str"), basis.fillna("").astype("str")


def _refuse_unknown(asked: pd.Series, known: set[str], *, design: Design, areas: Areas) -> None:
    unknown = asked[(asked != "") & ~asked.isin(list(known))]
    if unknown.empty:
        return
    counts = unknown.value_counts().sort_index()
    others = say(" (and other values: {count})", count=len(counts) - 1) if len(counts) > 1 else ""
    raise StudyError(
        say("submissions, question {area}", area=design.area),
        say(
            '"{answer}"{others} is the answer of {count} respondents, but no reporting area of level '
            "{level}, vintage {vintage}, and no commune that lies in them.",
            answer=counts.index[0],
            others=others,
            count=len(unknown),
            level=areas.level,
            vintage=areas.vintage,
        ),
        say("Add it to the column answer of the areas table, or correct the answers."),
    )


def _describe_group(
    given: pd.Series, versions: pd.Series, *, group: Group, codebooks: Mapping[str, Codebook]
) -> pd.Series:
    blank = given.isin(list(group.other))
    if group.breaks:
        numbers = pd.to_numeric(given.mask(blank, ""), errors="coerce")
        labels = np.array([*band_labels(group.breaks), ""])
        bands = np.searchsorted(np.array(group.breaks), numbers.to_numpy(dtype="float64"), side="right")
        return pd.Series(labels[np.where(numbers.isna(), len(labels) - 1, bands)], index=given.index, dtype="str")
    for version, codebook in codebooks.items():
        question = codebook.question(group.question)
        if question is None or not question.choices:
            continue
        substantive = [choice.name for choice in question.choices if not choice.missing]
        blank |= (versions == version) & ~given.isin(substantive)
    return given.mask(blank, "").astype("str")


def band_labels(breaks: Sequence[float]) -> list[str]:
    """Return the names of the bands between lower bounds: 30, 45, 60 give ``<30``, ``30-44``, ``45-59``, ``60+``."""
    bands = [
        f"{low:g}-{high - 1:g}" if low.is_integer() and high.is_integer() else f"{low:g}-<{high:g}"
        for low, high in pairwise(breaks)
    ]
    return [f"<{breaks[0]:g}", *bands, f"{breaks[-1]:g}+"]


def _find_incomplete(parts: Mapping[str, pd.Series | None]) -> pd.DataFrame:
    reasons: dict[str, str] = {}
    for name, values in parts.items():
        if values is not None:
            for respondent in values.index[values == ""]:
                reasons.setdefault(str(respondent), f"no_{name}")
    table = pd.DataFrame(
        {
            Removed.submission: pd.Series(list(reasons), dtype="str"),
            Removed.stage: pd.Series(["describe"] * len(reasons), dtype="str"),
            Removed.reason: pd.Series(list(reasons.values()), dtype="str"),
        }
    )
    return Removed.conform(table)
