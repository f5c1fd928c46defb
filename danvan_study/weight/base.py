"""Base weights: the inverse of the chance with which a respondent came into the sample."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from danvan_study.areas import APPORTIONED
from danvan_study.coding import code_texts
from danvan_study.errors import StudyError
from danvan_study.messages import Words, say
from danvan_study.study import Base
from danvan_study.tables import Answers, Respondents

if TYPE_CHECKING:
    from danvan_study.study import Weighting
    from danvan_study.weight.model import Codes, Floats, WeightSources


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """Who was to be reached and who was: what the adjustment for non-response is made of."""

    area: Codes
    """Area of each respondent."""
    household: Floats
    """Households that each respondent's household stands for."""
    cluster: Codes
    """The selected cluster of each respondent."""
    selected_area: Codes
    """Area of each selected cluster."""
    stands_for: Floats
    """Households that each selected cluster stands for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseWeights:
    """Base weights before and after the adjustment for non-response, in the order of the respondents."""

    base: Floats
    nonresponse: Floats
    uncovered: tuple[str, ...] = ()
    adults_filled: int = 0
    reached: Reached | None = None
    """None: the weights know of no selection."""


def base_weights(
    respondents: pd.DataFrame, answers: pd.DataFrame, *, weighting: Weighting, sources: WeightSources
) -> BaseWeights:
    """Return the base weights that ``weighting`` asks for.

    Raises
    ------
    StudyError
        A weight would be zero, negative or missing, or the sample file doesn't fit the interviews.
    """
    match weighting.base:
        case Base.SELECTION:
            return _selection(respondents, answers, weighting=weighting, sources=sources)
        case Base.FRAME:
            return _frame(respondents, weighting=weighting, sources=sources)
        case Base.COLUMN:
            base = _column(respondents, answers, weighting)
        case Base.EQUAL:
            base = np.ones(len(respondents))
    return BaseWeights(base=base, nonresponse=base)


def _selection(
    respondents: pd.DataFrame, answers: pd.DataFrame, *, weighting: Weighting, sources: WeightSources
) -> BaseWeights:
    """Weight by 1 / (P(cluster) x approached / households) x adults, then adjust for households without interview.

    Weighting classes are the areas: the households that the selected clusters stand for, over those that the
    interviews stand for (Lohr 2022, *Sampling: Design and Analysis*, section 8.5). A selected cluster where nobody
    was reached counts in the numerator, so its people are spread over its area instead of being lost.
    """
    sample = _read_sample(sources)
    listed = pd.MultiIndex.from_arrays([sample["area"], sample["cluster"]])
    row = listed.get_indexer(pd.MultiIndex.from_frame(respondents[[Respondents.area, Respondents.cluster]]))
    row = np.where(row < 0, _row_of_apportioned(respondents, sample), row)
    _refuse(
        row < 0,
        respondents[Respondents.cluster],
        where=sources.frame_name,
        what=say("interviews come from a cluster that the file doesn't list"),
        cure=say("Add the cluster, or mend its name."),
    )
    approached = sample["approached"].to_numpy()[row]
    _refuse(
        approached <= 0,
        respondents[Respondents.cluster],
        where=sources.frame_name,
        what=say("interviews come from a cluster with no household approached"),
        cure=say("Write how many households were approached."),
    )
    stands_for = (sample["households"] / sample["p_cluster"]).to_numpy()
    household = stands_for[row] / approached
    adults, filled = _adults(respondents, answers, weighting)
    area = respondents[Respondents.area]
    selected = pd.Series(stands_for).groupby(sample["area"].to_numpy()).sum()
    reached = pd.Series(household, index=area.index).groupby(area).sum()
    _refuse(
        ~area.isin(selected.index).to_numpy(),
        area,
        where=sources.frame_name,
        what=say("interviews lie in an area that the file doesn't list"),
        cure=say("Write the areas of the sample file as the interviews do."),
    )
    factor = area.map(selected / reached).to_numpy(dtype="float64")
    return BaseWeights(
        base=household * adults,
        nonresponse=household * adults * factor,
        uncovered=tuple(sorted(set(selected.index) - set(area))),
        adults_filled=filled,
        reached=_reached(area, sample, row=row, household=household),
    )


def _row_of_apportioned(respondents: pd.DataFrame, sample: pd.DataFrame) -> np.ndarray:
    """Return the row of the cluster of those whose area was drawn, if one cluster alone has that name; else -1.

    Their area is one of two by lot, but the chance of their household to be selected is that of the village where
    they were met. Everybody else must stand in the file under their own area.
    """
    once = sample[~sample["cluster"].duplicated(keep=False)]
    rows = respondents[Respondents.cluster].map(pd.Series(once.index, index=once["cluster"])).fillna(-1)
    return rows.where(respondents[Respondents.area_basis] == APPORTIONED, -1).to_numpy(dtype="int64")


def _reached(area: pd.Series, sample: pd.DataFrame, *, row: Codes, household: Floats) -> Reached:
    codes, names = code_texts(sample["area"])
    return Reached(
        area=pd.Index(names).get_indexer(pd.Index(area.astype("str"))).astype(np.int64),
        household=household,
        cluster=row,
        selected_area=codes,
        stands_for=(sample["households"] / sample["p_cluster"]).to_numpy(dtype="float64"),
    )


def _read_sample(sources: WeightSources) -> pd.DataFrame:
    """Return the sample file with numbers where numbers belong."""
    sample = _table(sources, ("cluster", "area", "p_cluster", "households", "approached"))
    repeated = sample.duplicated(["area", "cluster"])
    if repeated.any():
        name = sample.loc[repeated, "cluster"].iloc[0]
        raise StudyError(
            sources.frame_name,
            say('cluster "{name}" stands twice.', name=name),
            say("Keep one row per selected cluster."),
        )
    limits = {"p_cluster": (0.0, 1.0), "households": (0.0, np.inf), "approached": (-1.0, np.inf)}
    numbers = {name: _numbers(sample, name, file=sources.frame_name, limits=limits[name]) for name in limits}
    return sample.assign(**numbers)


def _adults(respondents: pd.DataFrame, answers: pd.DataFrame, weighting: Weighting) -> tuple[Floats, int]:
    """Return the capped number of adults; unknown: the median of the area, else of everybody."""
    adults = pd.to_numeric(_answers_to(weighting.adults, respondents, answers), errors="coerce").where(lambda n: n >= 1)
    if adults.isna().all():
        raise StudyError(
            "study.toml, [weighting] adults",
            say('nobody answered "{adults}" with a number of adults.', adults=weighting.adults),
            say("Name the question that asks for the adults in the household."),
        )
    capped = adults.clip(upper=weighting.adults_cap)
    by_area = capped.groupby(respondents[Respondents.area]).transform("median")
    filled = capped.fillna(by_area).fillna(float(capped.median()))
    return filled.to_numpy(dtype="float64"), int(adults.isna().sum())


def _frame(respondents: pd.DataFrame, *, weighting: Weighting, sources: WeightSources) -> BaseWeights:
    """Weight by the frame's count of the area over the interviews there."""
    frame = _table(sources, (weighting.area_column, weighting.column))
    counts = _numbers(frame, weighting.column, file=sources.frame_name, limits=(-1.0, np.inf))
    total = pd.Series(counts).groupby(frame[weighting.area_column].to_numpy()).sum()
    area = respondents[Respondents.area]
    _refuse(
        ~area.isin(total.index[total > 0]).to_numpy(),
        area,
        where=sources.frame_name,
        what=say("interviews lie in an area with no count in the frame"),
        cure=say("Add the area to the frame, or mend the area of the interviews."),
    )
    base = (area.map(total) / area.map(area.value_counts())).to_numpy(dtype="float64")
    return BaseWeights(base=base, nonresponse=base, uncovered=tuple(sorted(set(total.index[total > 0]) - set(area))))


def _column(respondents: pd.DataFrame, answers: pd.DataFrame, weighting: Weighting) -> Floats:
    """Take the weights that stand in the data."""
    typed = _answers_to(weighting.column, respondents, answers)
    base = pd.to_numeric(typed, errors="coerce").to_numpy(dtype="float64")
    _refuse(
        ~(np.isfinite(base) & (base > 0)),
        typed,
        where="study.toml, [weighting] column",
        what=say('respondents have no positive weight in "{column}"', column=weighting.column),
        cure=say("Mend those values; a respondent who should not count is removed by a correction."),
    )
    return base


def _answers_to(question: str, respondents: pd.DataFrame, answers: pd.DataFrame) -> pd.Series:
    """Return what each respondent answered to ``question``, ``""`` where nothing."""
    rows = answers[(answers[Answers.question] == question) & (answers[Answers.missing] == "")]
    given = rows.set_index(Answers.respondent)[Answers.answer]
    return respondents[Respondents.respondent].map(given).fillna("")


def _table(sources: WeightSources, columns: tuple[str, ...]) -> pd.DataFrame:
    if sources.frame is None:
        raise StudyError("study.toml, [weighting] file", say("the base weights need a file."), say("Name it."))
    for name in columns:
        if name not in sources.frame.columns:
            known = ", ".join(map(str, sources.frame.columns))
            raise StudyError(
                sources.frame_name,
                say('the column "{column}" is missing.', column=name),
                say("There are: {known}.", known=known),
            )
    return sources.frame.reset_index(drop=True)


def _numbers(table: pd.DataFrame, name: str, *, file: str, limits: tuple[float, float]) -> Floats:
    """Return a column as numbers above the lower limit and up to the upper one."""
    numbers = pd.to_numeric(table[name], errors="coerce").to_numpy(dtype="float64")
    low, high = limits
    bad = ~((numbers > low) & (numbers <= high) & np.isfinite(numbers))
    if bad.any():
        first = int(bad.argmax())
        span = say("a probability above 0 and up to 1") if high == 1 else say("a count")
        raise StudyError(
            say("{file}, row {row}, column {column}", file=file, row=first + 2, column=name),
            say('"{value}" is not {wanted}.', value=table[name].iloc[first], wanted=span),
            say("Write {wanted}.", wanted=span),
        )
    return numbers


def _refuse(bad: np.ndarray, values: pd.Series, *, where: Words, what: Words, cure: Words) -> None:
    """Stop when any respondent is ``bad``, with their number and the first value."""
    if bad.any():
        first = values.to_numpy()[int(bad.argmax())]
        raise StudyError(
            where, say('{count} {what} (first: "{first}").', count=int(bad.sum()), what=what, first=first), cure
        )
