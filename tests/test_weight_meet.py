"""Weights brought to the margins by the distance that study.toml names."""

from __future__ import annotations

import numpy as np
import pytest

from danvan_study.errors import StudyError
from danvan_study.study import Distance, Weighting
from tests.test_weight import AGE_SHARES, AREAS, MARGINS, margin, sample, weigh

BOUNDS = (0.1, 9.0)


@pytest.mark.parametrize(
    ("distance", "factors"),
    [(Distance.LINEAR, None), (Distance.LINEAR, BOUNDS), (Distance.LOGIT, BOUNDS)],
)
def test_every_distance_meets_the_margins(distance: Distance, factors: tuple[float, float] | None) -> None:
    weighted = weigh(respondents := sample(), weighting=Weighting(distance=distance, factors=factors))
    merged = respondents.merge(weighted.weights, on="respondent")
    for table in MARGINS:
        reached = merged.groupby(list(table.by))["calibrated"].sum().to_dict()
        assert reached == pytest.approx(table.cells.set_index(list(table.by))["population"].to_dict(), rel=1e-8)
    assert weighted.weights["weight"].sum() == pytest.approx(1e6 * MARGINS[0].cells["population"].sum(), rel=1e-12)


def test_linear_calibration_is_the_generalised_regression() -> None:
    """The weights of the textbook, w (1 + x'b), with dummies for all but the last cell of the second margin."""
    respondents = sample()
    found = weigh(respondents, weighting=Weighting(distance=Distance.LINEAR)).weights.set_index("respondent")
    first, second = (respondents["area"] + respondents[name] for name in ("sex", "age"))
    names, totals = [], []
    columns = []
    for by, table in zip((first, second), MARGINS, strict=True):
        for *key, people in table.cells.itertuples(index=False, name=None):
            names.append("".join(key))
            totals.append(people)
            columns.append((by == "".join(key)).to_numpy(dtype=float))
    x, start = np.array(columns).T, found["nonresponse"].loc[respondents["respondent"]].to_numpy()
    slope = np.linalg.lstsq(x.T @ (start[:, None] * x), np.array(totals) - x.T @ start, rcond=None)[0]
    expected = start * (1 + x @ slope)
    assert found["calibrated"].loc[respondents["respondent"]].to_numpy() == pytest.approx(expected, rel=1e-8)


def test_factors_stay_within_their_bounds_beside_the_average() -> None:
    free = weigh(sample()).weights["calibrated"]
    bounds = 0.98 * free.min() / free.mean(), 1.02 * free.max() / free.mean()
    bounded = weigh(sample(), weighting=Weighting(distance=Distance.LOGIT, factors=bounds)).weights["calibrated"]
    assert bounds[0] < (bounded / bounded.mean()).min() < (bounded / bounded.mean()).max() < bounds[1]


def test_negative_weights_are_refused_with_the_cure() -> None:
    shares = {"young": 0.002, "middle": 0.003, "old": 0.995}
    cells = {(a, g): (2000 * (i + 1) + 37) * shares[g] for i, a in enumerate(AREAS) for g in AGE_SHARES}
    sexes = {(a, s): (2000 * (i + 1) + 37) * p for i, a in enumerate(AREAS) for s, p in (("m", 0.995), ("f", 0.005))}
    margins = margin(("area", "age"), cells), margin(("area", "sex"), sexes)
    with pytest.raises(StudyError, match=r"linear calibration gives \d+ kinds of respondents.*factors = "):
        weigh(sample(), weighting=Weighting(distance=Distance.LINEAR), margins=margins)


def test_bounds_that_leave_no_room_are_said() -> None:
    with pytest.raises(StudyError, match=r"logit stopped after .* widen \[weighting\] factors"):
        weigh(sample(), weighting=Weighting(distance=Distance.LOGIT, factors=(0.999, 1.001)))
