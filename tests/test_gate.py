"""The gate lets through what may be published, hides the rest, and is the only maker of Published."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_study.publish import Published, publish_estimates
from danvan_study.publish.figure_set import bound_of
from danvan_study.publish.gate import DOMAIN, SET, require_published
from danvan_study.study import Publication
from danvan_study.tables import Estimates, PublishedRows
from tests.brief_material import AREAS, CODEBOOK, QUARTER, published, row, set_of, table, whole_estimates

RULES = Publication()
NUMBERS = ["estimate", "se", "low", "high", "n_effective", "deff"]


def through(*rows, rules=RULES):
    """Publish some rows; suppressed ones have the rule as reason that only the office's log names."""
    figures = publish_estimates(table(*rows), rules=rules, codebook=CODEBOOK, simulated=False)
    shown = figures.rows
    rule = shown[SET].merge(figures.log, on=SET, how="left")["reason"].fillna("hidden")
    shown["reason"] = shown["reason"].where(shown["flag"] != "suppressed", rule)
    return shown


def verdict(**fields):
    only = through(row(**fields)).iloc[0]
    return only["flag"], only["reason"]


def area_row(place, **fields):
    return row(level="area", area=AREAS.reporting[place].key, **fields)


# Published is a type that only the gate makes


def test_nobody_but_the_gate_can_make_published_figures():
    with pytest.raises(TypeError):
        Published()
    with pytest.raises(TypeError):
        Published(whole_estimates())
    with pytest.raises(TypeError):
        type("Mine", (Published,), {})
    with pytest.raises(TypeError):
        pickle.dumps(published())
    with pytest.raises(TypeError):
        copy.copy(published())


def test_published_figures_cannot_be_changed_from_outside():
    figures = published()
    before = figures.rows
    with pytest.raises(AttributeError):
        figures._rows = before
    with pytest.raises(AttributeError):
        figures.simulated = False
    with pytest.raises(AttributeError):
        del figures._rows
    taken = figures.rows
    taken.loc[:, "estimate"] = 99.0
    figures.withheld["life_overall"] = "gone"
    pd.testing.assert_frame_equal(figures.rows, before)
    assert "life_overall" not in figures.withheld


def test_the_estimates_may_change_afterwards_without_changing_what_was_published():
    estimates = whole_estimates()
    figures = publish_estimates(estimates, rules=RULES, codebook=CODEBOOK, simulated=True)
    before = figures.rows
    estimates.loc[:, "estimate"] = 0.0
    pd.testing.assert_frame_equal(figures.rows, before)


@pytest.mark.parametrize("figures", [None, pd.DataFrame(), whole_estimates(), [1.0]])
def test_anything_but_published_is_refused(figures):
    with pytest.raises(TypeError, match="only Published"):
        require_published(figures)


def test_published_rows_keep_their_contract():
    PublishedRows.conform(published().rows)


def test_no_rows_give_no_rows():
    assert through(*[row()]).shape[0] == 1
    empty = publish_estimates(Estimates.empty(), rules=RULES, codebook=CODEBOOK, simulated=False)
    assert empty.rows.empty


# Thresholds


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"n": 29}, ("suppressed", "smallest_n")),
        ({"n": 30, "n_effective": 30.0}, ("low_precision", "flag_n")),
        ({"n": 59}, ("low_precision", "flag_n")),
        ({"n": 60}, ("", "")),
        ({"n_effective": 29.9}, ("suppressed", "smallest_n_effective")),
        ({"n_effective": 30.0}, ("", "")),
        ({"clusters": 2}, ("suppressed", "smallest_clusters")),
        ({"clusters": 3, "df": 9}, ("low_precision", "few_clusters")),
        ({"clusters": 5, "df": 9}, ("low_precision", "few_clusters")),
        ({"clusters": 6, "df": 9}, ("", "")),
        ({"df": 7}, ("low_precision", "flag_df")),
        ({"df": 8}, ("", "")),
        ({"low": 45.0, "high": 75.1}, ("suppressed", "widest_interval")),
        ({"low": 45.0, "high": 75.0}, ("low_precision", "flag_interval")),
        ({"low": 50.0, "high": 70.0}, ("low_precision", "flag_interval")),
        ({"low": 50.5, "high": 70.0}, ("", "")),
        ({"low": np.nan, "high": np.nan, "se": np.nan}, ("suppressed", "no_interval")),
    ],
)
def test_each_threshold_acts_at_its_value_and_not_before(fields, expected):
    assert verdict(**fields) == expected


def test_an_interval_wide_beside_its_own_share_is_flagged():
    assert verdict(estimate=6.0, low=3.0, high=10.7, n=400) == ("", "")
    assert verdict(estimate=6.0, low=3.0, high=10.9, n=400) == ("low_precision", "flag_relative")
    assert verdict(estimate=3.0, low=1.0, high=5.9, n=400) == ("", "")


def test_an_unknown_effective_n_falls_back_on_n():
    assert verdict(n_effective=np.nan) == ("", "")
    assert verdict(n=31, n_effective=np.inf) == ("low_precision", "flag_n")


def test_stricter_rules_of_the_study_are_followed():
    rules = Publication(smallest_n=100, widest_interval=15.0)
    assert through(row(n=99), rules=rules)["reason"].tolist() == ["smallest_n"]
    assert through(row(low=50.0, high=65.5), rules=rules)["reason"].tolist() == ["widest_interval"]


def test_an_average_is_not_judged_by_a_width_in_points():
    assert verdict(question="household_size", statistic="average", estimate=400.0, low=300.0, high=500.0) == ("", "")


# A set is hidden or shown as a whole


def test_one_thin_base_hides_every_statistic_of_the_question_in_that_domain():
    shares = {"1": 4.2, "2": 11.6, "3": 23.0, "4": 48.1, "5": 13.1}
    rows = through(*set_of("life_overall", shares, n=25), row(question="trust_commune"))
    hidden = rows[rows["question"] == "life_overall"]
    assert set(hidden["flag"]) == {"suppressed"}
    assert hidden[NUMBERS].isna().all(axis=None)
    assert (hidden[["n", "df", "clusters"]] == 0).all(axis=None)
    assert rows.loc[rows["question"] == "trust_commune", "flag"].tolist() == [""]


def test_the_smallest_base_counts_but_not_the_larger_one_of_those_who_did_not_answer():
    rows = through(row(n=29), row(statistic="nonanswer", answer="refused", estimate=70.0, n=100))
    assert set(rows["reason"]) == {"smallest_n"}


def test_the_width_of_a_scale_is_that_of_its_positive_share():
    wide_part = row(statistic="share", answer="3", estimate=50.0, low=34.0, high=66.0)
    rows = through(row(), wide_part)
    assert rows["flag"].tolist() == ["", "low_precision"]


def test_without_a_scale_the_widest_share_decides():
    narrow = row(question="priority_next_q", statistic="share", answer="1", estimate=10.0, low=5.0, high=15.0)
    wide = row(question="priority_next_q", statistic="share", answer="2", estimate=50.0, low=34.0, high=66.0)
    assert set(through(narrow, wide)["reason"]) == {"widest_interval"}


def test_net_is_flagged_by_half_its_width():
    assert through(row(), row(statistic="net", low=0.0, high=39.0))["flag"].tolist() == ["", ""]
    assert through(row(), row(statistic="net", low=0.0, high=40.0))["flag"].tolist() == ["", "low_precision"]


# What is never published


def test_crossings_of_area_and_group_never_pass():
    rows = published().rows
    assert not ((rows["level"] == "area") & (rows["group"] != "")).any()
    assert ((whole_estimates()["level"] == "area") & (whole_estimates()["group"] != "")).any()


@pytest.mark.parametrize(
    ("question", "reason"), [("top_issue_open", "text"), ("village", "design"), ("not_in_the_form", "unknown")]
)
def test_texts_design_questions_and_strangers_are_withheld_with_a_reason(question, reason):
    figures = publish_estimates(table(row(), row(question=question)), rules=RULES, codebook=CODEBOOK, simulated=False)
    assert figures.rows["question"].tolist() == ["life_overall"]
    assert figures.withheld == {question: reason}


def test_turns_of_a_repeat_are_looked_up_by_the_name_in_the_form():
    rows = through(row(question="household_size[2]", statistic="average"), row(question="top_issue_open[1]"))
    assert rows["question"].tolist() == ["household_size[2]"]


# Nothing can be subtracted


def test_where_one_area_is_hidden_the_smallest_other_one_is_hidden_too():
    sizes = [300, 90, 120, 20, 400]
    rows = through(row(), *[area_row(place, n=n) for place, n in enumerate(sizes)])
    areas = rows[rows["level"] == "area"]
    assert areas["reason"].tolist() == ["", "complement", "", "smallest_n", ""]
    assert rows.iloc[0]["flag"] == ""


def test_two_hidden_areas_need_no_third():
    rows = through(*[area_row(place, n=n) for place, n in enumerate([300, 20, 120, 20, 400])])
    assert rows["reason"].tolist() == ["", "smallest_n", "", "smallest_n", ""]


def test_where_one_value_of_a_group_is_hidden_another_one_is_too():
    rows = through(row(), row(group="sex", value="1", n=20), row(group="sex", value="2", n=700))
    assert rows["reason"].tolist() == ["", "smallest_n", "complement"]


def test_one_question_or_period_does_not_hide_another():
    lone = [area_row(0, n=20), area_row(1)]
    other = [area_row(0, period="2026q2"), area_row(1, period="2026q2"), area_row(0, question="trust_commune")]
    assert through(*lone, *other)["reason"].tolist() == ["smallest_n", "complement", "", "", ""]


def areas_of(period, sizes):
    areas = [area_row(place, period=period, n=n, clusters=clusters) for place, (n, clusters) in enumerate(sizes)]
    return [row(period=period), *areas]


AREA_SIZES = st.lists(st.tuples(st.integers(1, 200), st.integers(1, 12)), min_size=2, max_size=5)


@settings(max_examples=15, deadline=None)
@given(st.lists(AREA_SIZES, min_size=5, max_size=5))
def test_never_is_exactly_one_area_hidden_and_never_is_a_hidden_number_shown(quarters):
    rows = through(*(one for year, sizes in enumerate(quarters, 2020) for one in areas_of(f"{year}q1", sizes)))
    areas = rows[rows["level"] == "area"]
    assert (areas["flag"].eq("suppressed").groupby(areas["period"]).sum() != 1).all()
    hidden = rows[rows["flag"] == "suppressed"]
    assert hidden[NUMBERS].isna().all(axis=None)
    assert (hidden["n"] == 0).all()
    assert (hidden["reason"] != "").all()
    shown = rows[rows["flag"] != "suppressed"]
    assert (shown["n"] >= RULES.smallest_n).all()
    assert (shown["clusters"] >= RULES.smallest_clusters).all()


def test_in_no_set_is_a_figure_shown_beside_a_suppressed_one():
    rows = published().rows
    suppressed = rows["flag"].eq("suppressed")
    part = suppressed.groupby([rows[name] for name in SET]).mean()
    assert set(part) <= {0.0, 1.0}
    assert 0 < suppressed.mean() < 1
    assert set(SET) - set(DOMAIN) == {"question"}


# Small counts in small bases


def share(answer, estimate, **fields):
    return row(
        statistic="share", answer=answer, estimate=estimate, low=max(estimate - 9, 0), high=estimate + 9, **fields
    )


def test_a_share_of_a_handful_in_a_small_base_becomes_a_bound_and_its_partner_is_hidden():
    rows = through(*[share(a, e, n=80) for a, e in (("1", 3.0), ("2", 22.0), ("3", 30.0), ("4", 45.0))])
    assert rows["reason"].tolist() == ["below_5", "complement", "", ""]
    assert rows["estimate"].isna().tolist() == [True, True, False, False]
    assert rows["n"].tolist() == [80] * 4


@pytest.mark.parametrize(
    ("estimate", "n", "reason"),
    [
        (0.0, 99, "below_5"),
        (100.0, 99, "above_95"),
        (4.9, 60, "below_5"),
        (6.0, 70, "below_10"),
        (12.0, 31, "below_20"),
        (96.0, 60, "above_95"),
        (94.0, 70, "above_90"),
        (0.0, 100, ""),
        (100.0, 100, ""),
        (1.0, 1180, ""),
    ],
)
def test_bounds_stand_for_under_five_people_and_only_below_a_hundred_answers(estimate, n, reason):
    only = through(row(estimate=estimate, low=max(0, estimate - 6), high=min(100, estimate + 6), n=n, n_effective=50.0))
    shown = only.iloc[0]["reason"]
    assert (shown if shown.startswith(("below", "above")) else "") == reason


@given(st.lists(st.tuples(st.floats(0, 100), st.integers(30, 99)), min_size=10, max_size=10))
@settings(max_examples=20, deadline=None)
def test_a_bound_is_always_true(shares):
    rows = [
        row(period=f"{year}q1", estimate=estimate, low=max(0, estimate - 6), high=min(100, estimate + 6), n=n)
        for year, (estimate, n) in enumerate(shares, 2020)
    ]
    for (estimate, n), (_, only) in zip(shares, through(*rows).iterrows(), strict=True):
        side, _, value = only["reason"].partition("_")
        if side == "below":
            assert estimate < int(value) + 0.5  # bounds are whole points
            assert np.isnan(only["estimate"])
        elif side == "above":
            assert estimate > int(value) - 0.5
            assert np.isnan(only["estimate"])
        else:
            assert round(estimate * n / 100) >= 5
            assert n - round(estimate * n / 100) >= 5


@pytest.mark.parametrize("smallest", [5, 10])
def test_no_bound_stands_for_one_count_alone(smallest):
    for n in range(30, 400):
        counts = {}
        for count in range(n + 1):
            counts.setdefault(bound_of(100 * count / n, n, smallest), []).append(count)
        few = {
            label for label, found in counts.items() if set(found) & {*range(1, smallest), *range(n - smallest + 1, n)}
        }
        assert "" not in few
        assert all(len(counts[label]) > 1 for label in few), (n, counts)


def test_in_a_large_base_few_people_are_a_bound_and_nobody_is_nobody():
    assert through(row(estimate=0.3, low=0.1, high=0.8))["reason"].tolist() == ["below_1"]
    assert through(row(estimate=0.0, low=0.0, high=0.4))["estimate"].tolist() == [0.0]
    assert through(row(estimate=99.7, low=99.2, high=99.9))["reason"].tolist() == ["above_99"]


def test_why_a_set_is_hidden_is_printed_nowhere():
    figures = publish_estimates(
        table(row(n=20), row(question="trust_commune", low=40.0, high=80.0)),
        rules=RULES,
        codebook=CODEBOOK,
        simulated=False,
    )
    assert figures.rows["reason"].tolist() == ["hidden", "hidden"]
    assert sorted(figures.log["reason"]) == ["smallest_n", "widest_interval"]


def test_net_is_hidden_beside_a_bound():
    rows = through(
        row(estimate=2.0, low=0.0, high=7.0, n=80), row(statistic="net", estimate=-60.0, low=-70.0, high=-50.0, n=80)
    )
    assert rows["reason"].tolist() == ["below_5", "complement"]


# Rounding


def test_figures_in_points_are_rounded_and_averages_are_not():
    rows = through(row(), row(question="household_size", statistic="average", estimate=4.2137, low=4.05, high=4.37))
    assert rows.iloc[0][["estimate", "low", "high"]].tolist() == [61.2, 57.0, 65.3]
    assert rows.iloc[1]["estimate"] == 4.2137


def test_below_a_hundred_answers_figures_are_whole_points():
    assert through(row(n=99)).iloc[0][["estimate", "low", "high"]].tolist() == [61, 57, 65]


def test_the_same_estimates_in_another_order_are_published_alike():
    estimates = whole_estimates()
    shuffled = estimates.sample(frac=1, random_state=1).reset_index(drop=True)
    sides = [
        publish_estimates(one, rules=RULES, codebook=CODEBOOK, simulated=True).rows.sort_values(list(Estimates.key))
        for one in (estimates, shuffled)
    ]
    pd.testing.assert_frame_equal(*[side.reset_index(drop=True) for side in sides])
    assert set(estimates["period"]) >= {QUARTER}


# Bounds stay bounds


def scale_rows(shares, **fields):
    """Shares of a scale with their sums, in a base of 96 unless said otherwise."""
    return set_of("life_overall", shares, **({"n": 96, "clusters": 60} | fields))


def hidden(shares, **fields):
    rows = through(*scale_rows(shares, **fields))
    blank = rows[rows["estimate"].isna()]
    return set(blank["statistic"] + blank["answer"])


def test_a_bounded_share_hides_another_of_its_side_of_the_scale():
    # Two people said 5. Were 3 hidden beside it, the positive share less that of 4 would still tell it.
    found = hidden({"1": 20.0, "2": 20.0, "3": 12.5, "4": 45.0, "5": 2.5})
    assert {"share5", "share4"} <= found
    assert {"positive", "share1", "share2", "share3"} & found == set()


def test_a_bounded_middle_hides_one_side_of_the_scale_with_a_share_of_it():
    found = hidden({"1": 10.0, "2": 20.0, "3": 2.5, "4": 45.0, "5": 22.5})
    assert {"share3", "share1", "negative", "net"} <= found
    assert {"positive", "share4", "share5"} & found == set()


def test_the_mean_score_goes_with_a_hidden_share():
    assert "mean" in hidden({"1": 20.0, "2": 20.0, "3": 12.5, "4": 45.0, "5": 2.5})


def test_a_larger_smallest_count_bounds_more():
    rules = Publication(smallest_count=10)
    figure = row(estimate=10.0, low=4.0, high=16.0, n=80, n_effective=50.0)
    assert through(figure).iloc[0]["reason"] == ""
    assert through(figure, rules=rules).iloc[0]["reason"] == "below_15"


# People of no listed value


def test_where_a_table_leaves_people_unlisted_its_bases_are_told_in_tens():
    values = [row(group="sex", value="1", n=541), row(group="sex", value="2", n=636)]
    rows = through(row(n=1180), *values)
    assert rows["n"].tolist() == [1180, 540, 640]


def test_where_all_are_listed_the_bases_are_told():
    values = [row(group="sex", value="1", n=541), row(group="sex", value="2", n=639)]
    assert through(row(n=1180), *values)["n"].tolist() == [1180, 541, 639]
