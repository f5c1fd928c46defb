"""Shares from an audit: right whatever the machine says, honest near 0, in clusters too, and never without people."""

from __future__ import annotations

import numpy as np
import pytest

from danvan_study.errors import StudyError
from danvan_study.open_ended.audit import Audit, audited_shares, draw_audit
from danvan_study.open_ended.phase import PhaseOne


def masked(truth: np.ndarray, audit: Audit) -> np.ndarray:
    """Return the truth where people looked, NaN elsewhere."""
    return np.where(audit.chosen[:, None], truth, np.nan)


def population(draw: np.random.Generator, share: float, count: int, skill: float) -> tuple[np.ndarray, np.ndarray]:
    """Draw codes and a machine that is confident and wrong in ``1 - skill`` of the cases."""
    truth = (draw.random((count, 1)) < share).astype(float)
    wrong = draw.random((count, 1)) > skill
    return truth, np.where(wrong, 1 - truth, truth) * 0.8 + 0.1


@pytest.mark.parametrize("share", [0.01, 0.03, 0.2, 0.5, 0.97])
@pytest.mark.parametrize("skill", [0.5, 0.95])
@pytest.mark.parametrize("drawn", ["at random", "by uncertainty"])
def test_intervals_cover_the_truth_whatever_the_machine_says(share: float, skill: float, drawn: str) -> None:
    held = 0
    for seed in range(300):
        draw = np.random.default_rng(seed)
        truth, chances = population(draw, share, 1000, skill)
        chances = np.clip(chances + draw.normal(0, 0.03, chances.shape), 0.01, 0.99)
        audit = draw_audit(chances, 100, seed=seed, by_uncertainty=drawn == "by uncertainty")
        found = audited_shares(masked(truth, audit), chances, audit=audit, phase_one=PhaseOne.simple(1000))
        held += found.low[0] <= share <= found.high[0]
    assert held / 300 >= 0.92


def test_intervals_know_of_weights_and_clusters() -> None:
    # 40 villages in 2 strata; people of a village speak of the same thing; one stratum weighs three times the other.
    held, narrow = 0, 0
    for seed in range(300):
        draw = np.random.default_rng(seed)
        village = np.repeat(np.arange(40), 15)
        stratum = (village >= 20).astype(int)
        local = np.clip(np.where(stratum == 0, 0.2, 0.4)[::15] + draw.normal(0, 0.12, 40), 0.01, 0.99)
        truth = (draw.random(600) < local[village]).astype(float)[:, None]
        weight = np.where(stratum == 0, 3.0, 1.0)
        chances = np.clip(0.3 + 0.4 * (truth - 0.3) + draw.normal(0, 0.1, truth.shape), 0.01, 0.99)
        audit = draw_audit(chances, 150, seed=seed)
        names = [str(number) for number in stratum], [str(number) for number in village]
        found = audited_shares(
            masked(truth, audit), chances, audit=audit, phase_one=PhaseOne.of(weight.tolist(), *names)
        )
        plain = audited_shares(masked(truth, audit), chances, audit=audit, phase_one=PhaseOne.simple(600))
        held += found.low[0] <= 0.25 <= found.high[0]
        narrow += plain.low[0] <= 0.25 <= plain.high[0]
    assert 0.92 <= held / 300 <= 0.985
    assert narrow / 300 < 0.8  # without weights it answers another question


def test_where_everything_is_audited_the_machine_has_no_say() -> None:
    draw = np.random.default_rng(1)
    truth, chances = population(draw, 0.3, 250, 0.5)
    audit = draw_audit(chances, 250, seed=1)
    phase = PhaseOne.of(draw.uniform(1, 3, 250).tolist(), ["s"] * 250, [str(n % 25) for n in range(250)])
    found = audited_shares(truth, chances, audit=audit, phase_one=phase)
    assert found.share[0] == pytest.approx(phase.weight @ truth[:, 0] / phase.weight.sum())
    assert found.pseudo == pytest.approx(truth)


def test_a_good_machine_narrows_the_interval_and_a_useless_one_does_not_widen_it() -> None:
    draw = np.random.default_rng(2)
    truth, good = population(draw, 0.3, 1000, 0.97)
    audit = draw_audit(good, 100, seed=3)
    phase = PhaseOne.simple(1000)
    width = {
        name: float(np.ptp([found.low[0], found.high[0]]))
        for name, chances in (("good", good), ("noise", draw.random((1000, 1))), ("flat", np.full((1000, 1), 0.3)))
        for found in [audited_shares(masked(truth, audit), chances, audit=audit, phase_one=phase)]
    }
    assert width["good"] < 0.6 * width["flat"]
    assert width["noise"] < 1.05 * width["flat"]


def test_an_audit_that_finds_nothing_does_not_prove_that_there_is_nothing() -> None:
    chances = np.full((1000, 1), 0.001)
    audit = draw_audit(chances, 100, seed=1)
    found = audited_shares(masked(np.zeros((1000, 1)), audit), chances, audit=audit, phase_one=PhaseOne.simple(1000))
    assert found.low[0] == pytest.approx(0, abs=0.002)
    assert 0.015 < found.high[0] < 0.06  # the exact interval of 0 in 100 ends at .036


def test_without_an_audit_there_is_no_share() -> None:
    chances = np.full((1000, 1), 0.5)
    nobody = Audit(chosen=np.zeros(1000, dtype=bool), stratum=np.zeros(1000, dtype=np.int64))
    with pytest.raises(StudyError, match="0 of 1000 answers are audited"):
        audited_shares(np.full((1000, 1), np.nan), chances, audit=nobody, phase_one=PhaseOne.simple(1000))
    with pytest.raises(StudyError, match="99 answers are too few"):
        draw_audit(chances, 99, seed=1)
    audit = draw_audit(chances, 100, seed=1)
    with pytest.raises(StudyError, match="no settled code"):
        audited_shares(np.full((1000, 1), np.nan), chances, audit=audit, phase_one=PhaseOne.simple(1000))


def test_a_small_question_is_audited_as_a_whole() -> None:
    audit = draw_audit(np.full((40, 1), 0.5), 100, seed=1)
    assert audit.chosen.all()


def test_neyman_draws_more_where_the_machine_doubts() -> None:
    draw = np.random.default_rng(5)
    sure = np.where(draw.random((900, 1)) < 0.5, 0.01, 0.99)
    chances = np.vstack([sure, np.full((450, 1), 0.5)])
    audit = draw_audit(chances, 120, seed=1, by_uncertainty=True)
    assert audit.chosen.sum() == 120
    assert audit.chance[900:].mean() > 3 * audit.chance[:900].mean()
    assert np.bincount(audit.stratum, weights=audit.chosen).min() >= 15


def test_the_same_seed_draws_the_same_audit() -> None:
    chances = np.random.default_rng(1).random((500, 3))
    first, second = (draw_audit(chances, 100, seed=7, by_uncertainty=True).chosen for _ in range(2))
    assert (first == second).all()
    assert (first != draw_audit(chances, 100, seed=8, by_uncertainty=True).chosen).any()
