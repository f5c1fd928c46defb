"""Periods are made of whole quarters; what is missing is a gap, and comparisons join periods of equal length."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_study.study import REPORTED, Against, Calendar, Period, Span, Wave


def wave(quarter: int) -> Wave:
    """Make a wave in the middle of the quarter with this number, the first quarter of 2024 being 0."""
    start = date(2024 + quarter // 4, 3 * (quarter % 4) + 2, 1)
    return Wave(id=f"{start.year}q{quarter % 4 + 1}", forms=("f.xlsx",), start=start, end=start + timedelta(days=20))


def calendar(*quarters: int) -> Calendar:
    return Calendar(waves=tuple(map(wave, quarters)))


def yearly(*years: int) -> Calendar:
    return Calendar(
        waves=tuple(
            Wave(id=str(year), forms=("f.xlsx",), start=date(year, 2, 1), end=date(year, 5, 31)) for year in years
        )
    )


def test_a_year_of_waves_gives_each_period_that_offices_report() -> None:
    whole = calendar(*range(8))
    periods = {wave.id: [period.id for period in whole.periods(wave.id)] for wave in whole.waves}
    assert periods["2025q1"] == ["2025q1", "2024q2-2025q1"]
    assert periods["2025q2"] == ["2025q2", "2024q3-2025q2", "2025-6T"]
    assert periods["2025q3"] == ["2025q3", "2024q4-2025q3", "2025-9T"]
    assert periods["2025q4"] == ["2025q4", "2025q1-2025q4", "2025-NAM", "2025-6TC"]
    assert whole.periods("2025q3")[2] == Period(id="2025-9T", waves=("2025q1", "2025q2", "2025q3"), span=Span.NINE)


@given(st.sets(st.integers(min_value=0, max_value=15), min_size=1), st.data())
def test_a_pooled_period_has_every_one_of_its_quarters(quarters: set[int], data: st.DataObject) -> None:
    some = calendar(*sorted(quarters))
    end = data.draw(st.sampled_from(sorted(quarters)))
    _, *longer = some.periods(wave(end).id)
    for period in longer:
        first = {Span.ROLLING: end - 3, Span.SECOND_HALF: end - 1}.get(period.span, end - end % 4)
        assert period.waves == tuple(wave(quarter).id for quarter in range(first, end + 1))
    expected = {Span.ROLLING} if set(range(end - 3, end + 1)) <= quarters else set()
    if end % 4 and set(range(end - end % 4, end)) <= quarters:
        expected.add({1: Span.HALF, 2: Span.NINE, 3: Span.YEAR}[end % 4])
    if end % 4 == 3 and end - 1 in quarters:
        expected.add(Span.SECOND_HALF)
    assert {period.span for period in longer} == expected


def test_a_missing_wave_is_named_as_a_gap() -> None:
    assert calendar(0, 1, 3, 4, 5).gaps("2025q2") == {"2025q2-4Q": "no data for 2024q3"}
    assert calendar(1, 2, 3, 4, 5).gaps("2025q2") == {}


def test_waves_years_apart_have_no_longer_periods_and_no_gaps() -> None:
    uneven = yearly(1977, 1985, 1986, 1988, 1989, 1990, 1991)
    assert uneven.periods("1991") == (Period(id="1991", waves=("1991",)),)
    assert uneven.gaps("1991") == {}
    assert [(one.against.id, one.kind) for one in uneven.comparisons("1988")] == [("1986", Against.PREVIOUS)]
    assert [one.against.id for one in uneven.comparisons("1986")] == ["1985"]


def test_each_period_is_compared_with_the_one_before_and_the_same_one_a_year_earlier() -> None:
    pairs = [(one.period.id, one.against.id, one.kind) for one in calendar(*range(3, 11)).comparisons("2026q3")]
    assert pairs == [
        ("2026q3", "2026q2", Against.PREVIOUS),
        ("2026q3", "2025q3", Against.YEAR_BEFORE),
        ("2025q4-2026q3", "2025q3-2026q2", Against.PREVIOUS),
        ("2025q4-2026q3", "2024q4-2025q3", Against.YEAR_BEFORE),
        ("2026-9T", "2025-9T", Against.YEAR_BEFORE),
    ]


def test_six_months_are_compared_with_the_six_before_and_never_with_months_of_their_own() -> None:
    pairs = [(one.period.id, one.against.id, one.kind) for one in calendar(*range(8)).comparisons("2025q2")]
    assert pairs[-2:] == [
        ("2025-6T", "2024-6TC", Against.PREVIOUS),
        ("2025-6T", "2024-6T", Against.YEAR_BEFORE),
    ]
    without = [(one.period.id, one.against.id) for one in calendar(0, 1, 2, 4, 5).comparisons("2025q2")]
    assert ("2025-6T", "2024-6T") in without
    assert not any(against == "2024-6TC" for _, against in without)


def test_a_year_is_compared_with_the_year_before_only() -> None:
    pairs = [(one.period.id, one.against.id, one.kind) for one in calendar(*range(8)).comparisons("2025q4")]
    assert [pair for pair in pairs if pair[0].endswith(("NAM", "6TC"))] == [
        ("2025-NAM", "2024-NAM", Against.YEAR_BEFORE)
    ]


@given(st.sets(st.integers(min_value=0, max_value=15), min_size=1), st.data())
def test_no_period_of_a_report_shares_a_wave_with_what_it_is_compared_with(
    quarters: set[int], data: st.DataObject
) -> None:
    some = calendar(*sorted(quarters))
    end = data.draw(st.sampled_from(sorted(quarters)))
    for one in some.comparisons(wave(end).id):
        if one.period.span in REPORTED:
            assert not set(one.period.waves) & set(one.against.waves)
            assert len(one.period.waves) == len(one.against.waves)


def test_the_quarters_that_keep_a_period_from_being_made_are_named() -> None:
    assert calendar(0, 2, 3, 4, 6).missed("2025q3") == {Span.ROLLING: ("2025q2",), Span.NINE: ("2025q2",)}


def test_over_a_gap_a_wave_is_compared_with_the_last_one_there_is() -> None:
    pairs = [(one.against.id, one.kind) for one in calendar(0, 1, 2, 4).comparisons("2025q1")]
    assert pairs == [("2024q3", Against.PREVIOUS), ("2024q1", Against.YEAR_BEFORE)]


def test_the_first_wave_is_compared_with_nothing() -> None:
    assert calendar(5).comparisons("2025q2") == ()


def test_overlapping_periods_name_each_wave_once() -> None:
    rolling = calendar(*range(5)).comparisons("2025q1")[2]
    assert rolling.waves == ("2024q1", "2024q2", "2024q3", "2024q4", "2025q1")


def test_a_wave_without_data_has_no_periods() -> None:
    with pytest.raises(KeyError, match="2031q1"):
        calendar(0).periods("2031q1")
