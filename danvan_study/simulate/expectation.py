"""The true value of every figure in the whole population, by summing over villages and people, not over a sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from danvan_study.simulate.model import AGE_BANDS, RESIDENCES, SEXES
from danvan_study.simulate.population import CELLS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from danvan_study.codebook import Codebook
    from danvan_study.simulate.model import Floats, Whole
    from danvan_study.simulate.population import Population
    from danvan_study.simulate.shares import Chances

TRUTH_COLUMNS = ("period", "level", "area", "group", "value", "question", "statistic", "answer", "truth")
NODES = 15
"""Points of the Gauss-Hermite rule over person effects; 30 change no figure by 0.0001 points."""
DECIMALS = 4
NEUTRAL = 50.0


def truth_table(wave: str, every: Sequence[Chances], *, population: Population, codebook: Codebook) -> pd.DataFrame:
    """Return the truth in points, 0 to 100, with the key columns of the estimates' table.

    Shares are among people who would give a substantive answer, as ``share``, ``positive``, ``negative`` and
    ``mean`` of the estimates are.
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    people = population.people()[:, :, None] * (weights / weights.sum())
    village = np.arange(len(population.villages))[:, None, None]
    cell = np.arange(len(CELLS))[None, :, None]
    person = np.broadcast_to(nodes, people.shape)
    shares: dict[str, Floats] = {}
    rows: list[dict[str, object]] = []
    for chance in every:
        question = chance.item.question
        shares[question] = chance.of(village, cell, person)
        valid = people * (1 - chance.apart_shares.sum(axis=1))[None, :, None]
        if chance.item.asked_if:
            valid = valid * _asked(chance, every, shares)
        counts = np.einsum("vcq,vcqk->vck", valid, shares[question])
        scores = _scores(chance, codebook)
        for domain, chosen in _domains(population):
            rows += [domain | row | {"question": question} for row in _figures(chance, counts[chosen], scores)]
    return pd.DataFrame(rows, columns=list(TRUTH_COLUMNS)).assign(period=wave)


def _asked(chance: Chances, every: Sequence[Chances], shares: Mapping[str, Floats]) -> Floats:
    """Return the chance to be asked at all, by village, cell and node."""
    rule = chance.item.asked_if
    if rule is None:
        raise ValueError(f"{chance.item.question} is asked of everybody")
    filter_ = next(other for other in every if other.item.question == rule.question)
    opens = [answer in rule.answers for answer in filter_.answers]
    answered = 1 - filter_.apart_shares.sum(axis=1)
    return np.asarray(shares[rule.question][..., opens].sum(axis=-1) * answered[None, :, None])


def _scores(chance: Chances, codebook: Codebook) -> Floats:
    question = codebook.question(chance.item.question)
    if question is None:
        raise ValueError(f"the form has no question {chance.item.question}")
    found = [question.choice(answer) for answer in chance.answers]
    return np.array([np.nan if choice is None or choice.score is None else choice.score for choice in found])


def _domains(population: Population) -> Iterator[tuple[dict[str, str], tuple[Whole, ...]]]:
    """Yield each domain with its villages and cells."""
    everywhere = np.arange(len(population.villages))
    everybody = np.arange(len(CELLS))
    whole = {"level": "all", "area": "", "group": "", "value": ""}
    yield whole, np.ix_(everywhere, everybody)
    for number, area in enumerate(population.areas):
        yield whole | {"level": "area", "area": area}, np.ix_(np.flatnonzero(population.area == number), everybody)
    for group, values, place in (("sex", SEXES, 0), ("age_band", AGE_BANDS, 1)):
        for value in values:
            cells = np.array([number for number, cell in enumerate(CELLS) if cell[place] == value])
            yield whole | {"group": group, "value": value}, np.ix_(everywhere, cells)
    for number, value in enumerate(RESIDENCES):
        villages = np.flatnonzero(population.residence == number)
        yield whole | {"group": "residence", "value": value}, np.ix_(villages, everybody)


def _figures(chance: Chances, counts: Floats, scores: Floats) -> Iterator[dict[str, object]]:
    shares = counts.sum(axis=(0, 1)) / counts.sum()
    for answer, share in sorted(zip(chance.answers, shares, strict=True)):
        yield {"statistic": "share", "answer": answer, "truth": round(100 * float(share), DECIMALS)}
    if np.isnan(scores).any():
        return
    figures = {
        "positive": 100 * shares[scores > NEUTRAL].sum(),
        "negative": 100 * shares[scores < NEUTRAL].sum(),
        "mean": shares @ scores,
    }
    for statistic, figure in figures.items():
        yield {"statistic": statistic, "answer": "", "truth": round(float(figure), DECIMALS)}
