"""Tests of change: how sure, among how many, and how large a change would have had to be."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from danvan_study.tables import Changes
from danvan_study.trend import adjust_families, find_trends


def row(area: str = "", **figures: object) -> dict[str, object]:
    base: dict[str, object] = {
        "period": "2025q2",
        "against": "2025q1",
        "level": "area" if area else "all",
        "area": area,
        "question": "life",
        "statistic": "positive",
        "answer": "",
        "estimate": 60.0,
        "earlier": 55.0,
        "change": 5.0,
        "se": 2.0,
        "simple_se": 1.6,
        "n": 1000,
        "n_earlier": 1000,
        "df": 200,
        "comparable": True,
        "note": "",
    }
    return base | {"null_se": figures.get("simple_se", base["simple_se"])} | figures


def changes(*rows: dict[str, object]) -> pd.DataFrame:
    table = pd.DataFrame(rows)
    texts = [name for name in table if name in {"period", "against", "level", "area", "question", "note"}]
    texts += ["statistic", "answer"]
    return Changes.conform(table.astype(dict.fromkeys(texts, "str")))


def test_all_together_stand_on_their_own_error() -> None:
    found = find_trends(changes(row())).iloc[0]
    reach = stats.t.ppf(0.975, 200)
    assert (found["low"], found["high"]) == pytest.approx((5 - 2 * reach, 5 + 2 * reach))
    assert found["p"] == pytest.approx(2 * stats.t.sf(2.5, 200))
    assert found["p_adjusted"] == found["p"]
    assert found["mdc"] == pytest.approx(2 * (reach + stats.t.ppf(0.8, 200)))
    assert found["deff"] == pytest.approx((2 / 1.6) ** 2)


def test_the_smallest_change_is_that_of_the_trade() -> None:
    # Two quarters of 100 interviews at 50 % and a design effect of 2: 28.0 points with 80 % power (domain.md 3.5).
    simple = 100 * np.sqrt(2 * 0.25 / 100)
    found = find_trends(changes(row(simple_se=simple, se=simple * np.sqrt(2), df=100_000))).iloc[0]
    assert found["mdc"] == pytest.approx(28.0, abs=0.05)


def test_areas_of_few_villages_share_their_design_effect() -> None:
    areas = [row("a", se=4.0, simple_se=2.0, df=10), row("b", se=2.0, simple_se=2.0, df=10, change=3.0)]
    found = find_trends(changes(*areas)).set_index("area")
    assert found["deff"].tolist() == [2.5, 2.5]
    assert found["se"].tolist() == pytest.approx([2 * np.sqrt(2.5)] * 2)
    assert found["df"].tolist() == [20, 20]
    assert found["se_design"].tolist() == [4.0, 2.0]


def test_an_area_of_many_villages_keeps_its_own_error() -> None:
    areas = [row("a", se=4.0, simple_se=2.0, df=30), row("b", se=2.0, simple_se=2.0, df=10)]
    found = find_trends(changes(*areas)).set_index("area")
    assert (found.loc["a", "se"], found.loc["a", "df"]) == (4.0, 30)
    assert found.loc["b", "deff"] == pytest.approx((4 * 30 + 1 * 10) / 40)


def test_a_design_effect_is_never_pooled_below_its_floor() -> None:
    areas = [row("a", se=1.0, simple_se=2.0, df=10), row("b", se=1.0, simple_se=2.0, df=10)]
    assert find_trends(changes(*areas))["deff"].tolist() == [0.8, 0.8]


def test_what_is_not_comparable_is_not_tested() -> None:
    numbers = dict.fromkeys(("estimate", "earlier", "change", "se", "simple_se", "null_se"), np.nan)
    broken = row(**numbers, n=0, n_earlier=0, df=0, comparable=False, note="not asked in 2025q1")
    found = find_trends(changes(broken, row(question="other"))).set_index("question")
    assert found.loc["life", ["p", "p_adjusted", "se", "low", "mdc"]].isna().all()
    assert found.loc["life", "note"] == "not asked in 2025q1"
    assert found.loc["other", "p_adjusted"] == found.loc["other", "p"]


@pytest.mark.parametrize("figures", [{"se": np.nan, "df": 0}, {"se": 0.0, "simple_se": 0.0, "change": 0.0}])
def test_without_an_error_nothing_is_tested_and_it_is_said(figures: dict[str, float]) -> None:
    found = find_trends(changes(row(**figures))).iloc[0]
    assert np.isnan(found["p"])
    assert np.isnan(found["se"])
    assert found["note"].startswith("not testable")


def test_families_are_adjusted_apart() -> None:
    rows = [row("a", question=f"q{n}", change=float(n), df=40) for n in range(6)]
    rows += [row(question=f"q{n}", change=float(n)) for n in range(6)]
    found = find_trends(changes(*rows))
    assert sorted(set(found["family"])) == ["2025q2 / 2025q1 · all · positive", "2025q2 / 2025q1 · area · positive"]
    for _, family in found.groupby("family"):
        np.testing.assert_allclose(family["p_adjusted"], stats.false_discovery_control(family["p"]), atol=1e-8)


@given(st.lists(st.floats(min_value=0, max_value=1), min_size=1, max_size=40), st.floats(min_value=0.01, max_value=0.5))
def test_adjusted_p_below_a_level_are_the_step_up_procedure(p: list[float], level: float) -> None:
    table = pd.DataFrame({"family": pd.Series("f", index=range(len(p)), dtype="str"), "p": p})
    ranked = np.sort(p)
    passing = ranked[ranked <= level * np.arange(1, len(p) + 1) / len(p)]
    threshold = passing.max(initial=-1.0)
    adjusted = adjust_families(table)
    clear = np.abs(adjusted - level) > 1e-6
    assert ((adjusted <= level) == (np.array(p) <= threshold))[clear].all()


def test_the_test_asks_how_likely_the_change_is_where_nothing_changed() -> None:
    found = find_trends(changes(row(null_se=2.0))).iloc[0]
    assert found["p"] == pytest.approx(2 * stats.t.sf(5 / (2.0 * 2 / 1.6), 200))
    assert found["se"] == pytest.approx(2.0)


def test_nothing_compared_gives_no_rows() -> None:
    assert find_trends(Changes.empty()).empty
