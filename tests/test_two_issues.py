"""Two issues of one wave, set side by side, do not tell what the few people answered whom a correction concerned."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

from benchmarks.disclosure_worlds import CODEBOOK, QUESTION, Family
from danvan_study.pipeline.closing import Closing
from danvan_study.pipeline.frozen import IssuedSets
from danvan_study.pipeline.reissues import Reissues
from danvan_study.publish import close_changed, find_changed, publish_estimates
from danvan_study.study import Calendar, Publication, Reports, Wave
from danvan_study.tables import ClosedFigures, Estimates, SetSizes
from tests.brief_material import CODEBOOK as DEMONSTRATION
from tests.brief_material import STUDY
from tests.two_issues import CROSSED, GRID, PEOPLE, Case, draw_case, found

RULES = Publication()
WITHOUT = {1: 8, 2: 7, 4: 7, 5: 7, 12: 2}
"""People corrected to the cases, of eight, in which issues that print everything tell of single ones."""


def sets(**areas: tuple[int, int]) -> pd.DataFrame:
    """Count a question of two answers in areas; ``rest`` is in none."""
    parts = [("area", area, counts) for area, counts in areas.items() if area != "rest"]
    whole = ("all", "", tuple(map(sum, zip(*areas.values(), strict=True))))
    rows = [
        [level, area, "", "", "q", answer, n, 9]
        for level, area, counts in (whole, *parts)
        for answer, n in zip("12", counts, strict=True)
    ]
    return pd.DataFrame(rows, columns=list(SetSizes.columns()))


def hidden(*waves: tuple[pd.DataFrame, pd.DataFrame]) -> set[str]:
    rows = close_changed(find_changed(waves), "p", rules=RULES)
    return {str(place) or "all" for place in rows[ClosedFigures.area] + rows[ClosedFigures.value]}


def by_sex(counts: pd.DataFrame) -> pd.DataFrame:
    """Take the areas for values of a group."""
    part = counts["level"] == "area"
    group = {"level": "all", "area": "", "group": "sex", "value": counts["area"]}
    return counts.assign(**{name: counts[name].mask(part, cells) for name, cells in group.items()})


def printed(families: list[Family], closed: pd.DataFrame | None = None) -> list[pd.DataFrame]:
    """Pass some issues through the gate, each as a period of its own."""
    tables = [one.estimates(QUESTION).assign(period=str(number)) for number, one in enumerate(families)]
    estimates = pd.concat(tables, ignore_index=True)
    rows = publish_estimates(estimates, rules=RULES, codebook=CODEBOOK, simulated=True, closed=closed).rows
    return [rows[rows["period"] == str(number)] for number in range(len(families))]


def issued(cases: list[Case]) -> list[tuple[Case, pd.DataFrame, pd.DataFrame, pd.DataFrame]]:
    """Return each case with its first issue, its second with everything printed, and as the rule prints it."""
    changed = [find_changed([(one.first.sizes(0, QUESTION), one.second.sizes(0, QUESTION))]) for one in cases]
    closed = pd.concat([close_changed(one, str(number), rules=RULES) for number, one in enumerate(changed)])
    second = [one.second for one in cases]
    tables = printed([one.first for one in cases]), printed(second), printed(second, closed)
    return list(zip(cases, *tables, strict=True))


@pytest.mark.parametrize("people", PEOPLE)
def test_what_two_issues_tell_of_single_people_is_not_printed_anew(people: int) -> None:
    cases = issued([draw_case(*one) for one in GRID if one[0] == people])
    told = [case for case, first, everything, _ in cases if next(found(case, first, everything), "")]
    assert (len(told), len(cases)) == (WITHOUT[people], 8)
    assert not [one for case, first, _, second in cases for one in found(case, first, second)]


def test_areas_and_groups_that_part_the_same_people_do_not_tell_single_ones() -> None:
    for case, first, everything, second in issued([draw_case(*one) for one in CROSSED]):
        assert next(found(case, first, everything), "")
        assert not list(found(case, first, second))
        assert set(second.loc[second["flag"] != "suppressed", "group"]) == {""}


def test_nothing_is_hidden_where_nothing_or_enough_differs() -> None:
    before = sets(a=(50, 50), b=(40, 60))
    assert hidden((before, before)) == set()
    assert hidden((before, sets(a=(44, 56), b=(40, 60)))) == set()
    assert hidden((before, sets(a=(44, 50), b=(40, 55)))) == set()


def test_one_person_of_a_second_area_hides_both_areas_but_not_everybody() -> None:
    assert hidden((sets(a=(50, 50), b=(40, 60), c=(30, 30)), sets(a=(44, 56), b=(41, 59), c=(30, 30)))) == {"a", "b"}


def test_few_people_in_all_hide_every_set_that_differs() -> None:
    assert hidden((sets(a=(50, 50), b=(40, 60)), sets(a=(48, 50), b=(40, 60)))) == {"all", "a"}


def test_a_group_that_parts_the_corrected_people_has_to_part_them_into_thirties() -> None:
    before = sets(m=(50, 50), f=(50, 60))
    assert hidden((by_sex(before), by_sex(sets(m=(40, 31), f=(40, 41))))) == {"m", "f"}
    assert hidden((by_sex(before), by_sex(sets(m=(30, 40), f=(30, 50))))) == set()
    assert hidden((by_sex(before), by_sex(sets(m=(44, 44), f=(50, 60))))) == set()


def test_a_person_who_moves_between_areas_hides_both_of_them() -> None:
    assert hidden((sets(a=(50, 50), b=(40, 60)), sets(a=(49, 50), b=(41, 60)))) == {"a", "b"}


def test_two_who_change_places_count_as_nobody() -> None:
    # One of area a now says 2, another of it 1: the figures are what they were.
    before = sets(a=(50, 50), b=(40, 60))
    assert hidden((before, before.copy())) == set()
    # In two areas they are one person each, and nobody in all.
    assert hidden((before, sets(a=(49, 51), b=(41, 59)))) == {"a", "b"}


def test_few_people_of_no_listed_area_hide_the_areas_they_are_subtracted_from() -> None:
    before = sets(a=(50, 50), b=(40, 60), rest=(9, 9))
    assert hidden((before, sets(a=(44, 50), b=(40, 60), rest=(9, 9)))) == set()
    assert hidden((before, sets(a=(44, 50), b=(40, 60), rest=(8, 9)))) == {"a"}


def test_a_longer_period_hides_what_one_of_its_waves_does() -> None:
    before = sets(a=(50, 50), b=(40, 60))
    many, few = sets(a=(40, 50), b=(30, 60)), sets(a=(50, 50), b=(39, 60))
    assert hidden((before, many)) == set()
    assert hidden((before, many), (before, few)) == {"all", "a", "b"}
    assert hidden((before, few), (before, sets(a=(50, 50), b=(41, 60)))) == {"all", "b"}


def issues(**waves: tuple[pd.DataFrame, ...]) -> Reissues:
    """Issue some waves, one after the other and then their errata in the same order."""
    most = max(map(len, waves.values()))
    issued: dict[str, list[IssuedSets]] = {wave: [] for wave in waves}
    order = [(wave, number) for number in range(most) for wave in waves if number < len(waves[wave])]
    for place, (wave, number) in enumerate(order):
        issued[wave].append(IssuedSets(place=place, sets=waves[wave][number]))
    calendar = Calendar(waves=tuple(wave for wave in YEAR if wave.id in waves))
    return Reissues(lambda wave: waves[wave][-1], issued.__getitem__, calendar=calendar, rules=RULES)


BEFORE, FEW, MORE = sets(a=(50, 50), b=(40, 60)), sets(a=(44, 50), b=(39, 60)), sets(a=(44, 44), b=(32, 60))
YEAR = tuple(
    Wave(id=f"2026q{number}", forms=(), start=date(2026, 3 * number - 2, 10), end=date(2026, 3 * number - 2, 20))
    for number in (1, 2, 3, 4)
)


def test_an_erratum_is_compared_with_every_issue_before_it() -> None:
    once, twice = issues(**{"2026q1": (BEFORE, FEW)}), issues(**{"2026q1": (BEFORE, FEW, FEW)})
    assert set(once.closed("2026q1")["area"]) == set(twice.closed("2026q1")["area"]) == {"a", "b"}
    # Of the people of area b one was corrected first, seven later: beside the second issue these are enough.
    assert issues(**{"2026q1": (BEFORE, FEW, MORE)}).closed("2026q1").empty


def test_a_run_prints_what_was_issued_last_and_an_erratum_what_is_known_now() -> None:
    calendar, issued = Calendar(waves=YEAR[:1]), [IssuedSets(place=0, sets=BEFORE)]
    unissued = Reissues(lambda _: FEW, lambda _: issued, calendar=calendar, rules=RULES)
    assert unissued.people("2026q1") == 0
    assert unissued.closed("2026q1").empty
    unissued.revise("2026q1")
    assert unissued.people("2026q1") == 7
    assert set(unissued.closed("2026q1")["area"]) == {"a", "b"}


def test_a_longer_period_takes_its_waves_as_they_were_issued_last() -> None:
    year = {wave.id: (BEFORE,) for wave in YEAR}
    corrected = issues(**(year | {"2026q2": (BEFORE, FEW)}))
    assert corrected.closed("2026q4").empty
    corrected = issues(**(year | {"2026q2": (BEFORE, FEW), "2026q4": (BEFORE, BEFORE)}))
    closed = corrected.closed("2026q4")
    assert set(closed["area"]) == {"a", "b"}
    assert "2026q4" not in set(closed["period"])


def test_an_erratum_takes_other_waves_as_they_were_issued_last() -> None:
    now = {wave.id: FEW for wave in YEAR[:2]}
    issued = {wave.id: [IssuedSets(place=place, sets=BEFORE)] for place, wave in enumerate(YEAR[:2])}
    waves = Reissues(now.__getitem__, issued.__getitem__, calendar=Calendar(waves=YEAR[:2]), rules=RULES)
    waves.revise("2026q2")
    # Both waves were corrected: of the half year the erratum counts its own people, as every later run will.
    assert waves.people("2026q2") == 7


def test_issues_whose_counts_an_older_kit_did_not_keep_are_passed_over() -> None:
    assert issues(**{"2026q1": (BEFORE, BEFORE[:0], FEW)}).closed("2026q1").empty


def test_later_waves_do_not_print_what_an_erratum_of_an_earlier_one_did_not() -> None:
    kept = [counts.assign(is_imprecise=False) for counts in (BEFORE, FEW)]
    prepared = SimpleNamespace(source=SimpleNamespace(latest_codebook=DEMONSTRATION))
    closing = Closing(
        lambda _: prepared,  # type: ignore[arg-type, return-value] # all it asks of an issued wave
        lambda _: Estimates.empty(),
        calendar=Calendar(waves=YEAR[:2]),
        study=replace(STUDY, reports=Reports()),
        issued=lambda wave: [
            IssuedSets(place=place, sets=sets) for place, sets in enumerate(kept if wave == "2026q1" else kept[:1])
        ],
    )
    closed = closing.of("2026q2", Estimates.empty())
    assert set(closed.loc[closed["period"] == "2026q1", "area"]) == {"a", "b"}
