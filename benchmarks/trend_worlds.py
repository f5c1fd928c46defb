"""Provinces whose truth is known: districts over quarters, and what a survey of a few villages says of them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats
from scipy.special import expit, logit

from danvan_study.trend.sampling import Series

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

GRID = tomllib.loads(Path(__file__).with_name("trend_grid.toml").read_text(encoding="utf-8"))
FEWEST, MOST = GRID["world"]["villages"]
NODES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """How shares move and how answers come about; lengths in logits."""

    spread: float
    wobble: float
    phi: float
    correlation: float
    districts: int
    quarters: int
    people: int
    step: float = GRID["world"]["step"]
    drift: float = 0.0
    shock: float = 0.0
    """Of the whole province, once in the last four quarters before the end, or in the quarter to be forecast."""
    tails: int = 0
    """Degrees of freedom of the villages' distribution; 0: normal."""
    passing: int = 0
    """The same of what passes."""
    clustering: tuple[float, float] = (1.0, 1.0)
    """Between what factors the districts' spreads of villages lie."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Direct estimates of one question in parts of 1: districts x quarters, one quarter more than the world has."""

    truth: Floats
    share: Floats
    deff: Floats
    """From the district's own villages."""
    n: Floats
    df: Floats
    people: Floats
    """Population of each district in each quarter."""
    moved: Floats
    """Sizes of shock x districts x quarters: the share if the same people had been asked after a shock."""


def draw_survey(world: World, rng: np.random.Generator, *, shocks: Sequence[float] = ()) -> Survey:
    """Draw one question's truth and its surveys, and what they would be after shocks of some sizes."""
    shape = (world.districts, world.quarters + 1)
    shock_at = int(rng.integers(world.quarters - 3, world.quarters + 1)) if world.shock else -1
    eta = _level(world, rng, shock_at=shock_at)
    villages = np.round(np.linspace(MOST, FEWEST, world.districts)).astype(int)
    spread = np.sqrt(world.correlation / (1 - world.correlation) * np.pi**2 / 3)
    spread = spread * rng.uniform(*world.clustering, size=(world.districts, 1))
    asked = _ask(world, eta, spread=spread, villages=villages, rng=rng)
    share, variance, simple = asked.estimate()
    n = np.broadcast_to(villages[:, None] * world.people, shape).astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        deff = np.where(simple > 0, variance / simple, 1.0)
    return Survey(
        truth=_true_share(world, eta, spread),
        share=share,
        deff=deff,
        n=n,
        df=np.broadcast_to(villages[:, None] - 1.0, shape),
        people=np.broadcast_to(1000.0 * villages[:, None] * rng.uniform(0.7, 1.4, (world.districts, 1)), shape),
        moved=np.array([asked.estimate(shock)[0] for shock in shocks]),
    )


def as_series(survey: Survey) -> tuple[Series, Floats]:
    """Return the direct estimates as the trend takes them, and those of the province."""
    series = Series(
        estimate=survey.share,
        person=survey.share * (1 - survey.share),
        deff=survey.deff,
        n=survey.n,
        df=survey.df,
        at=np.arange(survey.share.shape[1], dtype=float),
        is_share=True,
    )
    return series, (survey.people * survey.share).sum(axis=0) / survey.people.sum(axis=0)


def _level(world: World, rng: np.random.Generator, *, shock_at: int) -> Floats:
    """Return the logit of the middle village: districts x quarters."""
    quarters = world.quarters + 1
    steps = np.concatenate([[logit(rng.uniform(*GRID["world"]["start"]))], rng.normal(0, 1, quarters - 1) * world.step])
    province = np.cumsum(steps) + world.drift * (np.arange(quarters) - quarters / 2)
    province += world.shock * (np.arange(quarters) >= shock_at) if shock_at >= 0 else 0.0
    own = rng.normal(0, world.spread, (world.districts, 1))
    passing = np.empty((world.districts, quarters))
    passing[:, 0] = rng.normal(0, world.wobble, world.districts)
    size = (world.districts, quarters)
    news = _scaled_t(world.passing, size, rng) if world.passing else rng.normal(size=size)
    for quarter in range(1, quarters):
        left = np.sqrt(1 - world.phi**2) * world.wobble
        passing[:, quarter] = world.phi * passing[:, quarter - 1] + left * news[:, quarter]
    level: Floats = province + own + passing
    return level


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The people asked: districts x quarters x villages x people."""

    eta: Floats
    """Of their village."""
    luck: Floats
    weight: Floats
    """0 in a village that there is not."""
    villages: Floats
    """Districts x 1."""

    def estimate(self, shock: float = 0.0) -> tuple[Floats, Floats, Floats]:
        """Return share, variance by the villages, and that of a simple random sample."""
        answers = self.luck < expit(self.eta + shock)
        people = self.weight.sum(axis=(-1, -2))
        share = (self.weight * answers).sum(axis=(-1, -2)) / people
        totals = (self.weight * (answers - share[..., None, None])).sum(axis=-1) / people[..., None]
        variance = self.villages / (self.villages - 1) * (totals**2).sum(axis=-1)
        return share, variance, share * (1 - share) / (self.villages * self.luck.shape[-1] - 1)


def _ask(world: World, eta: Floats, *, spread: Floats, villages: NDArray[np.int64], rng: np.random.Generator) -> _Asked:
    size = (*eta.shape, MOST)
    effect = _scaled_t(world.tails, size, rng) if world.tails else rng.normal(size=size)
    there = np.arange(MOST) < villages[:, None, None]
    luck = rng.random((*size, world.people))
    weight = rng.lognormal(0, 0.4, (*size, world.people)) * there[..., None]
    of_village = (eta[..., None] + spread[..., None] * effect)[..., None]
    return _Asked(eta=of_village, luck=luck, weight=weight, villages=villages[:, None].astype(float))


def _true_share(world: World, eta: Floats, spread: Floats) -> Floats:
    """Return the share of all villages of each district."""
    at = (np.arange(NODES) + 0.5) / NODES
    nodes = stats.t.ppf(at, world.tails) / np.sqrt(_variance_of_t(world.tails)) if world.tails else stats.norm.ppf(at)
    truth: Floats = expit(eta[..., None] + spread[..., None] * nodes).mean(axis=-1)
    return truth


def _scaled_t(freedom: int, size: tuple[int, ...], rng: np.random.Generator) -> Floats:
    return rng.standard_t(freedom, size) / np.sqrt(_variance_of_t(freedom))


def _variance_of_t(freedom: int) -> float:
    return freedom / (freedom - 2)
