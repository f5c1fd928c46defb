"""Nothing that the gate hides can be worked out from all that is published together and before."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pandas as pd

from benchmarks.disclosure import attack
from benchmarks.disclosure_worlds import draw_family
from danvan_study.pipeline.closing import Closing
from danvan_study.pipeline.frozen import IssuedSets
from danvan_study.publish import Release, ReleaseRegister, ReviewedPeriod
from danvan_study.publish.secondary import EVERYBODY, Grid, Size
from danvan_study.study import Calendar, Period, Publication, Reports
from danvan_study.tables import ClosedFigures, Estimates, ReleasedSets, SetSizes
from tests.brief_material import CODEBOOK, STUDY

if TYPE_CHECKING:
    import pytest

HARD = (8, 18, 170, 183, 264, 67)
"""Families in which earlier ways of hiding left something to find."""
ALONE = replace(STUDY, reports=Reports())
WAVES = ("2026q1", "2026q2", "2026q3")


def grid(*waves: dict[str, int], spans: tuple[tuple[int, ...], ...]) -> list[list[tuple[str, int]]]:
    """Release waves of some sizes; return what each hides beside sets of fewer than 30."""
    made = Grid(smallest_n=30, smallest_clusters=1)
    releases = []
    for sizes, periods in zip(waves, spans, strict=True):
        whole = {EVERYBODY: Size(sum(sizes.values()), 9)}
        parts = {part: Size(n, 9, answers={"1": n // 2, "2": n - n // 2}) for part, n in sizes.items()}
        releases.append(made.release(whole | parts, periods))
    return releases


def test_one_small_area_takes_the_smallest_that_hides_it() -> None:
    assert grid({"a": 300, "b": 90, "c": 20}, spans=((1,),)) == [[("b", 1)]]


def test_a_partner_must_leave_room_for_more_than_ten() -> None:
    # 7 + 3 = 10: each would be one to nine people.
    assert grid({"a": 300, "b": 31, "c": 90, "d": 7, "e": 3}, spans=((1,),)) == [[("b", 1)]]


def test_two_small_areas_hide_each_other() -> None:
    assert grid({"a": 300, "b": 20, "c": 20}, spans=((1,),)) == [[]]


def test_people_of_no_listed_value_hide_a_small_one() -> None:
    made = Grid(smallest_n=30, smallest_clusters=1)
    assert made.release({EVERYBODY: Size(1000, 9), "a": Size(20, 9)}, [1]) == []


def test_no_small_area_needs_no_partner() -> None:
    assert grid({"a": 300, "b": 30, "c": 90}, spans=((1,),)) == [[]]


def test_a_quarter_that_is_hidden_is_not_given_back_by_a_longer_period() -> None:
    quarter = {"a": 300, "b": 90, "c": 80}
    first, second = grid(quarter, quarter | {"c": 20}, spans=((0b01,), (0b10, 0b11)))
    assert first == []
    assert ("b", 0b10) in second
    assert {("b", 0b11), ("c", 0b11)} <= set(second)


def test_two_quarters_hidden_in_the_same_areas_leave_the_longer_period_open() -> None:
    small = {"a": 300, "b": 90, "c": 20}
    assert grid(small, small, spans=((0b01,), (0b10, 0b11))) == [[("b", 0b01)], [("b", 0b10)]]


def test_what_was_published_is_never_hidden_afterwards() -> None:
    quarter = {"a": 300, "b": 90, "c": 80}
    _, second = grid(quarter, quarter | {"c": 20}, spans=((0b01,), (0b10, 0b11)))
    assert {span for _, span in second} <= {0b10, 0b11}


def test_a_set_too_imprecise_to_show_hides_a_small_one_too() -> None:
    made = Grid(smallest_n=30, smallest_clusters=1)
    sizes = {EVERYBODY: Size(410, 9), "a": Size(300, 9), "b": Size(90, 9, is_imprecise=True), "c": Size(20, 9)}
    assert made.release(sizes, [1]) == []


def test_where_everybody_is_hidden_no_part_is_shown() -> None:
    register = ReleaseRegister(Publication())
    parts = {"": (110, 28), "a": (60, 14), "b": (50, 14)}
    columns = list(SetSizes.columns())

    def sets(place: int) -> pd.DataFrame:
        rows = [["area" if a else "all", a, "", "", "q", "1", n[place], 9] for a, n in parts.items()]
        return pd.DataFrame(rows, columns=columns)

    first = register.add(sets(0), Release(periods=(Period(id="2026q1", waves=("2026q1",)),)))
    longer = Period(id="2026-6T", waves=WAVES[:2])
    second = register.add(sets(1), Release(periods=(Period(id="2026q2", waves=("2026q2",)), longer)))
    assert first.empty
    ClosedFigures.conform(second)
    assert set(second[second["period"] == "2026-6T"]["area"]) == {"", "a", "b"}


def test_the_attack_finds_nothing_hidden_in_families_that_are_hard_to_hide() -> None:
    assert not [found for found, _ in attack([draw_family(seed) for seed in HARD]) if found]


def test_without_secondary_suppression_the_attack_finds_what_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ReleaseRegister, "add", lambda *_, **__: ClosedFigures.empty())
    found = [one for ones, _ in attack([draw_family(seed) for seed in HARD[:3]]) for one in ones]
    assert any(one.is_bound for one in found)
    assert any(not one.is_bound for one in found)


def sets_of(n: int) -> pd.DataFrame:
    """A wave of two areas, the second of n people."""
    parts = {"": 90 + n, "a": 90, "b": n}
    rows = [["area" if a else "all", a, "", "", "life_overall", "1", count, 9, False] for a, count in parts.items()]
    return pd.DataFrame(rows, columns=list(ReleasedSets.columns()))


def test_a_correction_after_the_lock_does_not_change_what_was_published() -> None:
    wave = STUDY.waves[0]
    calendar = Calendar(waves=(wave,))

    def closed(n: int) -> set[str]:
        prepared = SimpleNamespace(source=SimpleNamespace(latest_codebook=CODEBOOK))
        closing = Closing(
            lambda _: prepared,  # type: ignore[arg-type, return-value] # all it asks of a locked wave
            lambda _: Estimates.empty(),
            calendar=calendar,
            study=ALONE,
            issued=lambda _: [IssuedSets(place=0, sets=sets_of(n))],
        )
        return set(closing.of(wave.id, Estimates.empty())[ClosedFigures.area])

    assert closed(20) == {"a"}
    assert closed(40) == set()


def test_a_pilot_of_one_area_can_not_be_subtracted_from_its_quarters() -> None:
    register = ReleaseRegister(Publication())
    waves = {"2026q1": (200, 90, 80), "2026q2": (200, 90, 12)}
    columns, hidden = list(SetSizes.columns()), []
    for name, sizes in waves.items():
        parts = dict(zip(("a", "b", "c"), sizes, strict=True))
        rows = [["area", a, "", "", "q", "1", n, 9] for a, n in parts.items()]
        table = pd.DataFrame([["all", "", "", "", "q", "1", sum(sizes), 9], *rows], columns=columns)
        span = Period(id="pilot: after", waves=WAVES[:2])
        reviews = (ReviewedPeriod(period=span, pilot=("c",), others=("a", "b")),) if name == "2026q2" else ()
        release = Release(periods=(Period(id=name, waves=(name,)),), reviews=reviews)
        hidden.append(register.add(table, release))
    # The pilot's 92 people of the half year less the 80 printed for the first quarter are the 12 that are hidden.
    assert set(hidden[1].loc[hidden[1]["period"] == "pilot: after", "area"]) == {"pilot", "others"}
