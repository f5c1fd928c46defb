"""Invented interviews: found where they can be, in one seeded wave; the table of shares is a benchmark."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.fabrication import FORGERS, draw_wave, fabricate, named_interviewers


@pytest.fixture(scope="module")
def wave():
    return draw_wave(1021)


def test_honest_interviewers_are_not_named(wave) -> None:
    assert named_interviewers(wave) == set()


@pytest.mark.parametrize("kind", ["copied", "straight", "popular"])
def test_the_inventor_of_half_of_the_work_is_named_and_nobody_else(wave, kind) -> None:
    rng = np.random.default_rng(5)
    assert named_interviewers(fabricate(wave, kind, share=0.5, culprit="dtv07", rng=rng)) == {"dtv07"}


@pytest.mark.parametrize("kind", list(FORGERS))
def test_only_the_answers_of_the_inventor_are_replaced(wave, kind) -> None:
    invented = fabricate(wave, kind, share=0.5, culprit="dtv07", rng=np.random.default_rng(5))
    changed = (invented.grid.codes != wave.grid.codes).any(axis=1)
    theirs = wave.interviewer == "dtv07"
    assert not changed[~theirs].any()
    assert 0.4 < changed[theirs].mean() <= 0.5 + 1 / theirs.sum()
