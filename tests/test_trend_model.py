"""The district model: the Kalman filter's twin, lines that add up, forecasts that do not look ahead, honest signals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.statespace.initialization import Initialization
from statsmodels.tsa.statespace.kalman_smoother import KalmanSmoother

from danvan_study.tables import Directs, Forecasts
from danvan_study.trend.district_model import Movement, Panel, fit_lines, lines_given
from danvan_study.trend.forecast import fit_trends, score_forecasts
from danvan_study.trend.outlook import look_out
from danvan_study.trend.sampling import Series
from danvan_study.trend.signal import find_signals
from danvan_study.trend.surprise import ENOUGH, surprises, threshold

DISTRICTS, QUARTERS = 5, 8
FIRST = Movement(spread=7, wobble=4, phi=0.6, step=1.5)
OTHER = Movement(spread=3, wobble=9, phi=0.2, step=4)


@pytest.fixture(scope="module")
def panel() -> Panel:
    """Estimates with holes: a district that began late, a single one missing, a quarter without fieldwork."""
    rng = np.random.default_rng(20261126)
    direct, variance = rng.normal(50, 8, (DISTRICTS, QUARTERS)), rng.uniform(20, 60, (DISTRICTS, QUARTERS))
    direct[2, 3] = direct[4, 0] = direct[4, 1] = np.nan
    variance[np.isnan(direct)] = np.nan
    at = np.array([0, 1, 2, 3, 5, 6, 7, 8], dtype=float)
    return Panel(direct=direct, variance=variance, at=at, unit=50.0)


def kalman(panel: Panel, movement: Movement) -> tuple[np.ndarray, np.ndarray, float]:
    """Return mean and spread of every quarter and the next, and the likelihood, by statsmodels' diffuse smoother."""
    when = panel.at.astype(int)
    districts, quarters = len(panel.direct), when[-1] + 2
    states = 1 + 2 * districts
    given, cov = np.full((quarters, districts), np.nan), np.ones((districts, quarters))
    given[when] = panel.direct.T
    cov[:, when] = np.nan_to_num(panel.variance, nan=1.0)
    model = KalmanSmoother(k_endog=districts, k_states=states, k_posdef=1 + districts)
    model.bind(given)
    eye = np.eye(districts)
    model["design"] = np.hstack([np.ones((districts, 1)), eye, eye])
    model["transition"] = np.diag([1.0] * (1 + districts) + [movement.phi] * districts)
    selection = np.zeros((states, 1 + districts))
    selection[0, 0], selection[1 + districts :, 1:] = 1, eye
    model["selection"] = selection
    passing = movement.wobble**2 * (1 - movement.phi**2)
    model["state_cov"] = np.diag([movement.step**2] + [passing] * districts)
    model["obs_cov"] = np.stack([np.diag(column) for column in cov.T], axis=-1)
    start = Initialization(states)
    start.set(0, "diffuse")
    for number, length in enumerate((movement.spread, movement.wobble)):
        place = 1 + number * districts
        known = {"constant": np.zeros(districts), "stationary_cov": eye * length**2}
        start.set((place, place + districts), "known", **known)
    model.initialization = start
    found = model.smooth()
    design = model["design"]
    spread = [np.sqrt(np.diag(design @ cov @ design.T)) for cov in np.moveaxis(found.smoothed_state_cov, -1, 0)]
    return design @ found.smoothed_state, np.array(spread).T, float(found.llf_obs.sum())


def test_the_lines_are_those_of_the_kalman_smoother(panel):
    weights = np.full(DISTRICTS, 1 / DISTRICTS)
    lines = lines_given(panel, FIRST, weights)[0]
    mean, spread, _ = kalman(panel, FIRST)
    there = [0, 1, 2, 3, 5, 6, 7, 8, 9]
    np.testing.assert_allclose(lines.mean, mean[:, there], atol=1e-6)
    np.testing.assert_allclose(lines.sd, spread[:, there], atol=1e-6)


def test_the_likelihood_is_that_of_the_diffuse_filter(panel):
    weights = np.full(DISTRICTS, 1 / DISTRICTS)
    ours = [lines_given(panel, movement, weights)[1] for movement in (FIRST, OTHER)]
    theirs = [kalman(panel, movement)[2] for movement in (FIRST, OTHER)]
    assert ours[0] - ours[1] == pytest.approx(theirs[0] - theirs[1], abs=1e-6)


def test_the_whole_is_the_weighted_sum_of_its_districts(panel):
    weights = np.array([0.4, 0.3, 0.1, 0.1, 0.1])
    lines = fit_lines(panel, weights)
    np.testing.assert_allclose(lines.whole_mean, weights @ lines.mean)
    # Districts err together: less than all alike, more than each for itself.
    assert (lines.whole_sd <= weights @ lines.sd).all()
    assert (lines.whole_sd >= np.sqrt(weights**2 @ lines.sd**2) * 0.8).all()


def test_one_district_alone_is_a_random_walk_over_uneven_steps():
    at = np.array([0.0, 4, 8, 40])
    panel = Panel(direct=np.array([[30.0, 40, 35, 60]]), variance=np.full((1, 4), 0.01), at=at, unit=50.0)
    near, far = (fit_lines(panel, np.ones(1), ahead=ahead) for ahead in (1.0, 16.0))
    np.testing.assert_allclose(near.mean[0, :-1], panel.direct[0], atol=0.1)
    assert near.mean[0, -1] == pytest.approx(60, abs=0.1)
    assert far.sd[0, -1] == pytest.approx(4 * near.sd[0, -1], rel=0.01)


def series(share: float = 0.4, districts: int = 6, quarters: int = 6, seed: int = 1) -> tuple[Series, np.ndarray]:
    rng = np.random.default_rng(seed)
    n = np.broadcast_to(np.linspace(40, 200, districts)[:, None].round(), (districts, quarters)).copy()
    estimate = rng.binomial(n.astype(int), share) / n
    drawn = Series(
        estimate=estimate,
        person=estimate * (1 - estimate),
        deff=rng.uniform(1, 2, estimate.shape),
        n=n,
        df=np.full(estimate.shape, 5.0),
        at=np.arange(quarters, dtype=float),
        is_share=True,
    )
    return drawn, n * 10.0


@pytest.mark.parametrize("share", [0.4, 0.03])
def test_districts_add_up_to_the_direct_figure_of_all(share):
    drawn, people = series(share)
    drawn.estimate[2, 3], drawn.n[2, 3], people[2, 3] = np.nan, 0, 0
    whole = np.nansum(drawn.estimate * people, axis=0) / people.sum(axis=0)
    outlook = look_out(drawn, people, whole, ahead=1.0)
    assert outlook.is_logit is (share < 0.1)
    np.testing.assert_allclose((outlook.line * people).sum(axis=0) / people.sum(axis=0), whole, atol=1e-9)
    assert ((outlook.low > 0) & (outlook.high < 1)).all() or share > 0.1
    assert np.isfinite(outlook.line).all()


def test_a_district_with_few_interviews_is_drawn_more_to_the_others():
    drawn, people = series(seed=7)
    drawn.estimate[:, -1] = 0.4
    drawn.estimate[[0, -1], -1] = 0.8
    outlook = look_out(drawn, people, (drawn.estimate * people).sum(axis=0) / people.sum(axis=0), ahead=1.0)
    assert outlook.line[0, -1] < outlook.line[-1, -1] < 0.8


def test_unanimous_districts_get_a_line_that_is_not_sure():
    drawn, people = series(0.0)
    outlook = look_out(drawn, people, np.zeros(6), ahead=1.0)
    assert (outlook.line < 0.01).all()
    assert (outlook.ahead.high > 0.001).all()
    assert np.isfinite(outlook.ahead.se).all()


WAVES = {f"w{number}": float(number) for number in range(6)}


@pytest.fixture(scope="module")
def directs() -> pd.DataFrame:
    """Two questions of a small province over six waves."""
    rows = []
    for question, share, seed in (("life", 0.6, 3), ("trust", 0.3, 4)):
        drawn, people = series(share, districts=4, seed=seed)
        for place, wave in enumerate(WAVES):
            whole = np.average(drawn.estimate[:, place], weights=people[:, place])
            for area, figure, n in [
                ("", whole, 480),
                *zip("abcd", drawn.estimate[:, place], drawn.n[:, place], strict=True),
            ]:
                rows.append([wave, "area" if area else "all", area, question, "positive", "", 100 * figure,
                             100 * np.sqrt(1.5 * figure * (1 - figure) / n), 1.5, int(n), 9, 10.0 * n])  # fmt: skip
    table = pd.DataFrame(rows, columns=list(Directs.columns()))
    texts = {name: "str" for name in table if table[name].dtype == object}
    return Directs.conform(table.astype(texts))


def until(last: int) -> dict[str, float]:
    return dict(list(WAVES.items())[:last])


def all_forecasts(directs: pd.DataFrame) -> pd.DataFrame:
    fitted = [fit_trends(directs, until(last), ahead=1.0).forecasts for last in range(2, 7)]
    following = dict(zip(WAVES, list(WAVES)[1:], strict=False))
    return score_forecasts(pd.concat(fitted, ignore_index=True), directs, following)


def test_a_forecast_does_not_look_ahead(directs):
    early = fit_trends(directs[directs["period"] <= "w3"].reset_index(drop=True), until(4), ahead=1.0)
    pd.testing.assert_frame_equal(early.forecasts, fit_trends(directs, until(4), ahead=1.0).forecasts)


def test_past_forecasts_are_scored_and_the_last_waits(directs):
    scored = all_forecasts(directs)
    waiting = scored[Forecasts.origin] == "w5"
    assert scored.loc[waiting, Forecasts.crps].isna().all()
    assert scored.loc[~waiting, [Forecasts.crps, Forecasts.crps_unchanged]].notna().all().all()
    assert set(scored.loc[~waiting, Forecasts.period]) == {"w2", "w3", "w4", "w5"}


def test_a_question_asked_otherwise_begins_anew(directs):
    fitted = fit_trends(directs, WAVES, ahead=1.0, begins={"life": "w3"})
    assert set(fitted.smoothed.loc[fitted.smoothed["question"] == "life", "period"]) == {"w3", "w4", "w5"}
    assert set(fitted.smoothed.loc[fitted.smoothed["question"] == "trust", "period"]) == set(WAVES)
    assert fit_trends(directs, WAVES, ahead=1.0, begins={"life": "w5"}).forecasts["question"].unique() == ["trust"]


def test_a_shock_is_signalled_and_a_self_completed_question_never_by_area(directs):
    shocked = directs.copy()
    hit = (shocked["period"] == "w5") & (shocked["question"] == "trust") & (shocked["area"].isin(["", "d"]))
    shocked.loc[hit, "estimate"] += 40
    found = find_signals(all_forecasts(shocked), shocked, period="w5").set_index(["question", "area"])
    assert found.loc[("trust", "d"), "signal"] == found.loc[("trust", ""), "signal"] == "up"
    assert (found["signal"] != "").sum() == 2
    assert set(found["threshold"]) == {round(1 / (4 * 10), 9)}
    quiet = find_signals(all_forecasts(shocked), shocked, period="w5", whole_only={"trust"})
    assert set(quiet.loc[quiet["question"] == "trust", "area"]) == {""}
    assert set(quiet["threshold"]) == {round(1 / (4 * 6), 9)}


def test_larger_errors_in_the_past_make_p_larger_once_there_are_six_waves():
    rng = np.random.default_rng(5)
    past, now = 2 * rng.normal(size=(ENOUGH, 10, 17)), np.full((10, 17), 3.0)
    stated = surprises(now, past[:-1])
    assert (stated == surprises(now, np.empty((0, 10, 17)))).all()
    assert np.median(surprises(now, past)) == pytest.approx(2 * 0.067, abs=0.02)  # twice the error: 1.5 of it
    assert (surprises(now, past / 20) == stated).all()  # a calm past is no promise


def test_the_budget_of_false_alarms_is_shared_by_all_that_is_watched():
    assert threshold(180, a_year=1.0) == pytest.approx(1 / 720)
    assert threshold(0, a_year=1.0) == 0.0
