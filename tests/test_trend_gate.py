"""No change leaves the office whose two figures are not both published."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from danvan_study.publish import PublishedTrends, publish_estimates, publish_trends
from danvan_study.publish.trend_gate import require_published_trends
from danvan_study.tables import Trends
from tests.brief_material import AREAS, CODEBOOK, STUDY, set_of, table

NOW, BEFORE = "2026q3", "2026q2"
SHARES = {"1": 4.2, "2": 11.6, "3": 23.0, "4": 48.1, "5": 13.1}


def figures(sizes: dict[str, int]):
    """Publish one scale question for both periods: all together, and one area with ``sizes`` respondents in each."""
    rows = []
    for period in (NOW, BEFORE):
        rows += set_of("life_overall", SHARES, period=period, n=1180, clusters=120)
        for place, area in enumerate(AREAS.reporting):
            n = sizes[period] if place == 0 else 120
            rows += set_of("life_overall", SHARES, period=period, level="area", area=area.key, n=n, clusters=12)
    return publish_estimates(table(*rows), rules=STUDY.publication, codebook=CODEBOOK, simulated=True)


def trend(area: str = "", **given: object) -> dict[str, object]:
    base: dict[str, object] = dict.fromkeys(Trends.columns(), 1.0)
    texts = {"period": NOW, "against": BEFORE, "level": "area" if area else "all", "area": area}
    texts |= {"question": "life_overall", "statistic": "positive", "answer": "", "family": "f", "note": ""}
    numbers = {"change": 9.0, "p": 0.001, "p_adjusted": 0.5, "mdc": 7.06}
    counts = {"df": 200, "n": 1180, "n_earlier": 1180}
    row = base | texts | numbers | counts | {"comparable": True} | given
    row |= {"earlier": 50.0, "estimate": 50.0 + row["change"]} | given
    return row | {"se": abs(row["change"]) / stats.t.isf(row["p"] / 2, 200)}


def trends(*rows: dict[str, object]) -> pd.DataFrame:
    made = pd.DataFrame(rows)
    return made.astype({name: "str" for name, column in Trends.columns().items() if column.kind == "text"})


def publish(*rows: dict[str, object], now: int = 120, before: int = 120) -> pd.DataFrame:
    return publish_trends(trends(*rows), figures=figures({NOW: now, BEFORE: before})).rows


def test_a_change_between_published_figures_is_shown_rounded_with_its_verdict() -> None:
    row = publish(trend()).iloc[0]
    assert (row["change"], row["low"], row["high"], row["mdc"]) == (9.0, 3.7, 14.3, 7.1)
    assert row["confidence"] == 95.0
    assert (row["verdict"], row["flag"], row["reason"]) == ("up", "", "")


@pytest.mark.parametrize(("now", "before"), [(20, 120), (120, 20)])
def test_a_change_of_a_hidden_figure_is_hidden(now: int, before: int) -> None:
    area = AREAS.reporting[0].key
    row = publish(trend(area), now=now, before=before).iloc[0]
    assert (row["flag"], row["reason"], row["verdict"]) == ("suppressed", "figure_hidden", "")
    assert row[["estimate", "earlier", "change", "low", "high", "p", "p_adjusted", "mdc"]].isna().all()
    assert row[["n", "n_earlier"]].tolist() == [0, 0]


def test_a_break_in_the_wording_is_told_and_shows_no_number() -> None:
    row = publish(trend(comparable=False, note="worded otherwise", p=np.nan, change=np.nan)).iloc[0]
    assert (row["flag"], row["reason"], row["note"]) == ("suppressed", "not_comparable", "worded otherwise")


def test_the_adjustment_counts_what_is_shown_together() -> None:
    hidden = AREAS.reporting[0].key
    rows = publish(trend(hidden, p=0.0001), trend(AREAS.reporting[-1].key, p=0.04), now=20)
    assert rows["p_adjusted"].tolist()[1] == 0.04
    assert np.isnan(rows["p_adjusted"].iloc[0])


@pytest.mark.parametrize(
    ("p", "change", "verdict"),
    [(0.04, 3.0, "up"), (0.04, -3.0, "down"), (0.06, 3.0, "unclear"), (0.9, 0.0, "unclear")],
)
def test_a_verdict_needs_an_interval_without_zero(p: float, change: float, verdict: str) -> None:
    assert publish(trend(p=p, change=change)).iloc[0]["verdict"] == verdict


def test_a_small_p_among_many_is_no_verdict() -> None:
    areas = [area.key for area in AREAS.reporting]
    rows = publish(*[trend(area, p=0.04 if place == 0 else 0.9) for place, area in enumerate(areas)])
    assert set(rows["verdict"]) == {"unclear"}


def test_a_change_that_was_picked_out_of_many_has_a_wider_interval() -> None:
    areas = [area.key for area in AREAS.reporting[:4]]
    rows = publish(*[trend(area, p=0.01 if place == 0 else 0.9) for place, area in enumerate(areas)])
    called, other = rows.iloc[0], rows.iloc[1]
    assert (called["verdict"], called["confidence"]) == ("up", 100 * (1 - 0.10 / 4))
    assert (other["verdict"], other["confidence"]) == ("unclear", 95.0)
    se = 9.0 / stats.t.isf(0.005, 200)
    reach = stats.t.isf(0.025 / 2, 200) * se
    assert (called["low"], called["high"]) == (round(9 - reach, 1), round(9 + reach, 1))


def test_a_change_that_is_printed_as_nothing_is_not_called() -> None:
    row = publish(trend(change=0.04, p=0.0001)).iloc[0]
    assert (row["verdict"], row["change"]) == ("unclear", 0.0)


def test_a_change_tells_nothing_that_its_two_figures_dont() -> None:
    key = AREAS.reporting[0].key
    # 46.5 - 44.4 is 2.1, but 46 and 44 are what is printed of so few people: all of them say 2.
    rows = publish(trend(key, earlier=44.4, estimate=46.5, change=2.1, n=120, n_earlier=120, p=0.3))
    row = rows.iloc[0]
    assert (row["earlier"], row["estimate"], row["change"]) == (44.0, 46.0, 2.0)
    assert row["high"] - row["change"] == row["change"] - row["low"]


def test_an_interval_that_moves_with_its_change_crosses_no_zero() -> None:
    row = publish(trend(earlier=49.96, estimate=50.24, change=0.28, p=0.049)).iloc[0]
    assert (row["earlier"], row["estimate"], row["change"]) == (50.0, 50.2, 0.2)
    assert row["low"] == 0.0
    assert row["verdict"] == "up"


def test_published_trends_can_only_be_made_by_the_gate() -> None:
    made = publish_trends(trends(trend()), figures=figures({NOW: 120, BEFORE: 120}))
    assert made.simulated
    for attempt in (PublishedTrends, lambda: pickle.dumps(made), lambda: copy.copy(made)):
        with pytest.raises(TypeError):
            attempt()
    with pytest.raises(AttributeError):
        made._rows = made.rows
    with pytest.raises(TypeError):
        type("Mine", (PublishedTrends,), {})
    with pytest.raises(TypeError, match="only PublishedTrends"):
        require_published_trends(made.rows)
    with pytest.raises(TypeError, match="Published"):
        publish_trends(trends(trend()), figures=made.rows)
    rows = made.rows
    rows["change"] = 0.0
    assert made.rows["change"].iloc[0] == 9.0
