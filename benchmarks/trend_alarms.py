"""Simulate the signals of a province: how often they are false, and how often a shock is seen."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.trend_worlds import GRID, World, as_series, draw_survey
from danvan_study.trend.forecast import FEWEST
from danvan_study.trend.outlook import look_out
from danvan_study.trend.surprise import surprises, threshold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SIGNAL: dict[str, Any] = GRID["signal"]
DISTRICTS, QUARTERS = 17, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """The forecast errors of one province: quarters x questions x (the province, then districts)."""

    errors: Floats
    shocked: Floats
    """Sizes of shock x the same, as if a shock had come in the quarter: to one district, or to the whole province."""


def measure_alarms() -> Iterator[dict[str, Any]]:
    """Count alarms in each world: without a shock, and of shocks of each size."""
    worlds = [(name, kind) for name, kind in SIGNAL.items() if isinstance(kind, dict)]
    for number, ((name, kind), people) in enumerate(product(worlds, SIGNAL["people"])):
        rng = np.random.default_rng([GRID["seed"], 2, number])
        world = World(**GRID["grid"]["middle"], districts=DISTRICTS, quarters=QUARTERS - 1, people=people, **kind)
        years = [_province(world, rng) for _ in range(SIGNAL["draws"])]
        for age in ("young", "settled"):
            yield {"world": name, "people": people, "year": age} | _count(years, *SIGNAL[age])


def _province(world: World, rng: np.random.Generator) -> Year:
    parts = [_question(world, rng) for _ in range(SIGNAL["questions"])]
    return Year(errors=np.stack([part[0] for part in parts], axis=1), shocked=np.stack([p[1] for p in parts], axis=2))


def _question(world: World, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Return the errors of the forecasts of each quarter, and those if a shock had come in it."""
    survey = draw_survey(world, rng, shocks=SIGNAL["shocks"])
    series, whole = as_series(survey)
    errors = np.full((QUARTERS, DISTRICTS + 1), np.nan)
    shocked = np.full((len(SIGNAL["shocks"]), QUARTERS, DISTRICTS + 1), np.nan)
    share = survey.people[:, 0] / survey.people[:, 0].sum()
    for past in range(FEWEST, QUARTERS):
        outlook = look_out(series.until(past), survey.people[:, :past], whole[:past], ahead=1.0)
        came = np.append(whole[past], survey.share[:, past])
        expected = np.append(outlook.whole.mean, outlook.ahead.mean)
        error = np.append(outlook.whole.se, outlook.ahead.se)
        errors[past] = (came - expected) / error
        moved = np.column_stack([survey.moved[..., past] @ share, survey.moved[..., past]])
        shocked[:, past] = (moved - expected) / error
    return errors, shocked


def _count(years: list[Year], first: int, last: int) -> dict[str, float]:
    """Return false alarms a province-year with their Monte Carlo error, and the share of shocks that are seen."""
    limit = threshold(SIGNAL["questions"] * (DISTRICTS + 1), a_year=SIGNAL["false_alarms"])
    alarms = np.zeros(len(years))
    seen = np.zeros((len(SIGNAL["shocks"]), 2))
    for number, year in enumerate(years):
        for quarter in range(first - 1, last):
            past = year.errors[FEWEST:quarter]
            p = _both_levels(year.errors[quarter], past)
            alarms[number] += (p < limit).sum()
            for size, errors in enumerate(year.shocked[:, quarter]):
                called = _both_levels(errors, past) < limit
                seen[size] += called[:, 0].mean(), called[:, 1:].mean()
    quarters = len(years) * (last - first + 1)
    figures = {"alarms": alarms.mean(), "alarms_error": alarms.std(ddof=1) / np.sqrt(len(years)), "draws": len(years)}
    for size, (province, district) in zip(SIGNAL["shocks"], seen / quarters, strict=True):
        figures |= {f"province_{size}": province, f"district_{size}": district}
    return figures


def _both_levels(errors: Floats, past: Floats) -> Floats:
    """Return p of the province and of the districts, each recalibrated by its own past."""
    parts = [surprises(errors[:, part], past[..., part]) for part in (slice(0, 1), slice(1, None))]
    return np.concatenate(parts, axis=1)
