"""One figure at the end of a wave: its districts' lines, and the direct figures that are to come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import stats

from danvan_study.trend.district_model import fit_lines
from danvan_study.trend.sampling import BORROWED, as_panel, find_scale

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from danvan_study.trend.sampling import Scale, Series

    Floats = NDArray[np.float64]

LEVEL: Final = 0.90
REACH: Final = float(stats.t.ppf((1 + LEVEL) / 2, BORROWED))
"""Errors to either side of an interval; the sampling variances rest on at least so many degrees of freedom."""
TURNS: Final = 20
"""Newton steps of the benchmark on the logit scale; it takes four or five."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Direct figures that are still to come, by the model and by "no change": one for each district, or one."""

    mean: Floats
    se: Floats
    """Of the figure: what the districts do and what a sample of ``n`` adds."""
    se_line: Floats
    """Of the true value alone."""
    low: Floats
    high: Floats
    last: Floats
    """The last direct figure: "no change"."""
    last_se: Floats
    n: Floats
    """Interviews that the forecast counts on: those of the last wave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """Lines, districts x periods, and forecasts, in the unit of the series."""

    line: Floats
    line_se: Floats
    low: Floats
    high: Floats
    ahead: Forecast
    whole: Forecast
    """Of all districts together."""
    is_logit: bool


def look_out(series: Series, people: Floats, whole: Floats, *, ahead: float) -> Outlook:
    """Fit the lines of one figure and forecast it.

    Lines are benchmarked: in each period the districts with a direct figure are moved so that they add up to the direct
    figure of all together, each the more, the larger its part in it and the less sure its line (Datta, Ghosh, Steorts
    and Maples 2011, *Test* 20, 574, with the inverse variances as weights of the loss). The move counts as an error of
    the line (You, Rao and Hidiroglou 2013, *Survey Methodology* 39, 217).

    Parameters
    ----------
    series
        Direct estimates of districts over periods.
    people
        For how many each of them stands; 0 where there is no estimate.
    whole
        The direct figure of all together, by period.
    ahead
        Quarters from the last period to the one to come.
    """
    scale = find_scale(series)
    share = _last(np.where(people > 0, people, np.nan))
    share = share / share.sum()
    fitted = fit_lines(as_panel(series, scale), share, ahead=ahead)
    mean, sd = fitted.mean[:, :-1], fitted.sd[:, :-1]
    if len(mean) > 1:
        move = _benchmark(mean, sd, scale, people=people, whole=whole)
        mean, sd = mean + move, np.hypot(sd, move)
    n = _last(np.where(series.n > 0, series.n, np.nan))
    error = scale.variance(n[:, None])[:, 0]
    next_mean, next_sd = fitted.mean[:, -1], fitted.sd[:, -1]
    together = scale.forth(np.atleast_1d(share @ scale.back(next_mean)))
    slopes = scale.slope(next_mean) / scale.slope(together)
    whole_error = np.atleast_1d((share * slopes) ** 2 @ error)
    return Outlook(
        line=scale.back(mean),
        line_se=sd * scale.slope(mean),
        low=scale.back(mean - REACH * sd),
        high=scale.back(mean + REACH * sd),
        ahead=_forecast(next_mean, next_sd, scale, error=error, past=_Past(figures=series.estimate, n=n)),
        whole=_forecast(
            together,
            np.atleast_1d(fitted.whole_sd[-1]),
            scale,
            error=whole_error,
            past=_Past(figures=whole[None], n=np.atleast_1d(n.sum())),
        ),
        is_logit=scale.is_logit,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Past:
    """Direct figures and the size of the last sample."""

    figures: Floats
    n: Floats


def _forecast(mean: Floats, sd: Floats, scale: Scale, *, error: Floats, past: _Past) -> Forecast:
    total = np.sqrt(sd**2 + error)
    slope = scale.slope(mean)
    return Forecast(
        mean=scale.back(mean),
        se=total * slope,
        se_line=sd * slope,
        low=scale.back(mean - REACH * total),
        high=scale.back(mean + REACH * total),
        last=_last(past.figures),
        last_se=_spread_of_changes(past.figures, 2 * error * slope**2),
        n=past.n,
    )


def _spread_of_changes(figures: Floats, sampling: Floats) -> Floats:
    """Return how far "no change" was off in the past, over all districts; what sampling alone does counts once."""
    changes = np.diff(figures, axis=1)
    known = np.isfinite(changes)
    total = (changes[known] ** 2).sum() + sampling.sum()
    spread: Floats = np.full(len(figures), np.sqrt(total / (known.sum() + len(figures))))
    return spread


def _benchmark(mean: Floats, sd: Floats, scale: Scale, *, people: Floats, whole: Floats) -> Floats:
    """Return the moves that make the districts add up in each period; 0 where there is nothing to add up to."""
    there = np.isfinite(whole) & (people.sum(axis=0) > 0)
    share = people / np.where(there, people.sum(axis=0), 1.0)
    part = share * scale.slope(mean) * sd**2
    part /= np.maximum(part.max(axis=0), np.finfo(float).tiny)
    move = np.zeros_like(mean)
    for _ in range(TURNS if scale.is_logit else 1):
        gap = np.where(there, whole - (share * scale.back(mean + move)).sum(axis=0), 0.0)
        reached = (share * scale.slope(mean + move) * part).sum(axis=0)
        step = gap / np.where(reached > 0, reached, 1.0)
        move += part * (np.clip(step, -1.0, 1.0) if scale.is_logit else step)
    return move


def _last(values: Floats) -> Floats:
    """Return each row's last finite value."""
    known = np.isfinite(values)
    place = values.shape[1] - 1 - np.argmax(known[:, ::-1], axis=1)
    last: Floats = values[np.arange(len(values)), place]
    return last
