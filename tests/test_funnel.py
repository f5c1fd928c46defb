"""Interviewers among interviewers: honest ones inside the funnel, whatever villages and areas do."""

from __future__ import annotations

import numpy as np
import pytest

from danvan_study.check.funnel import Work, compare, set_apart

INTERVIEWERS, VILLAGES, PEOPLE = 20, 5, 10
WAVES = 300


def fieldwork(rng, *, village=0.0, area=0.0, manner=0.0):
    """Twenty interviewers of five villages each; two neighbours share an area, every third village changes hands."""
    person = np.arange(INTERVIEWERS * VILLAGES * PEOPLE)
    where = person // PEOPLE
    region = where // (2 * VILLAGES)
    who = where // VILLAGES
    swapped = np.where(where % 3 == 0, who ^ 1, who)
    values = rng.normal(size=len(person)) + manner * rng.normal(size=INTERVIEWERS)[swapped]
    values += village * rng.normal(size=where.max() + 1)[where] + area * rng.normal(size=region.max() + 1)[region]
    texts = (
        np.char.add(mark, numbers.astype("str")) for mark, numbers in (("i", swapped), ("v", where), ("a", region))
    )
    interviewer, villages, areas = texts
    return values, Work(interviewer=interviewer, village=villages, area=areas)


def named(standings):
    return set_apart({("m", each.interviewer): each.p() for each in standings}, 0.05)


@pytest.mark.parametrize(
    ("within_areas", "spread"),
    [
        (False, {}),
        (False, {"village": 0.5}),
        (False, {"village": 0.3, "manner": 0.5}),
        (True, {"village": 0.3, "area": 3.0}),
        (True, {"village": 0.3, "area": 3.0, "manner": 0.5}),
    ],
)
def test_anybody_honest_is_named_in_at_most_5_of_100_waves(within_areas, spread) -> None:
    rng = np.random.default_rng(20_261_126)
    waves = [named(compare(*fieldwork(rng, **spread), within_areas=within_areas)) for _ in range(WAVES)]
    share = np.mean([bool(wave) for wave in waves])
    assert share <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / WAVES)


def test_who_lies_far_outside_is_named_and_nobody_else() -> None:
    values, work = fieldwork(np.random.default_rng(1), village=0.2, manner=0.1)
    spoiled = np.where(work.interviewer == "i7", values + 2.0, values)
    assert named(compare(spoiled, work)) == [("m", "i7")]


def test_where_two_share_an_area_nobody_can_say_which_of_them_it_is() -> None:
    values, work = fieldwork(np.random.default_rng(1), village=0.2, manner=0.1)
    spoiled = np.where(work.interviewer == "i7", values + 2.0, values)
    assert named(compare(spoiled, work, within_areas=True)) == [("m", "i6"), ("m", "i7")]


def test_within_an_area_only_the_difference_from_its_other_interviewers_counts() -> None:
    rng = np.random.default_rng(2)
    values, work = fieldwork(rng, village=0.2)
    shifted = values + 5.0 * np.isin(work.area, ["a3"])
    before = {each.interviewer: each.t for each in compare(values, work, within_areas=True)}
    after = {each.interviewer: each.t for each in compare(shifted, work, within_areas=True)}
    assert after == pytest.approx(before)
    assert max(abs(each.t) for each in compare(shifted, work)) > 4


def test_who_is_alone_in_an_area_is_not_compared_within_it() -> None:
    values, work = fieldwork(np.random.default_rng(3))
    alone = Work(
        interviewer=work.interviewer, village=work.village, area=np.where(work.interviewer == "i4", "z", work.area)
    )
    assert "i4" not in {each.interviewer for each in compare(values, alone, within_areas=True)}
    assert "i4" in {each.interviewer for each in compare(values, alone)}


def test_the_fewer_interviews_the_more_a_figure_is_pulled_towards_the_others() -> None:
    rng = np.random.default_rng(4)
    values, work = fieldwork(rng, manner=0.5)
    few = np.flatnonzero(work.interviewer == "i9")[10:]
    kept = np.setdiff1d(np.arange(len(values)), few)
    less = Work(interviewer=work.interviewer[kept], village=work.village[kept], area=work.area[kept])

    def pulled(standings):
        each = next(each for each in standings if each.interviewer == "i9")
        return (each.shrunk - each.usual) / (each.mean - each.usual)

    assert 0 < pulled(compare(values[kept], less)) < pulled(compare(values, work)) < 1


def test_with_too_few_interviewers_nobody_can_say_what_is_usual() -> None:
    values, work = fieldwork(np.random.default_rng(5))
    four = np.isin(work.interviewer, ["i0", "i1", "i2", "i3"])
    assert compare(np.where(four, values, np.nan), work) == []
    assert compare(np.full(len(values), np.nan), work) == []


def test_holm_is_that_of_the_textbook() -> None:
    p = {("m", name): value for name, value in {"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005}.items()}
    assert set_apart(p, 0.05) == [("m", "a"), ("m", "d")]  # 0.005 x 4, 0.01 x 3, 0.03 x 2 > 0.05
    assert set_apart({}, 0.05) == []
