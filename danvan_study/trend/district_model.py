"""One line for each district, with strength lent by the province and by the district's own past.

The model: ``y[d, t] = province[t] + own[d] + passing[d, t] + error[d, t]``. The province walks at random from a level
of which nothing is known beforehand, a district's own deviation stays, what passes is autoregressive, and the variances
of the errors are known from the design (Rao and Yu 1994, *Canadian Journal of Statistics* 22; Rao and Molina 2015,
*Small Area Estimation*, 4.4 and 8.3). Given the province the districts know nothing of each other, so the likelihood
needs only small matrices, periods x periods; ``docs/decisions/0015-trend.md`` says what that saves, and a test shows
that it is the Kalman filter's.

Nobody knows how large the four movements are. They are integrated over a grid that is laid twice closer around the
posterior, with half-normal priors on lengths and Beta(4, 2) on what is left after a quarter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

NODES: Final = (4, 4, 4)
"""Nodes on each axis of the grid, pass by pass."""
REACH: Final = 2.2
"""Standard deviations of the posterior that the next grid reaches to either side."""
KEPT: Final = 0.995
"""Share of the posterior that the nodes have on which the lines are worked out."""

SPREAD, WOBBLE, STEP = 0.30, 0.15, 0.06
"""Scales of the half-normal priors, in standard deviations of one person's answer: a district's own deviation, what
passes, and the province's step in a quarter (at a share of one half: 15, 7.5 and 3 points)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Direct estimates of one figure, districts x periods; NaN where there is none."""

    direct: Floats
    variance: Floats
    """Of the sampling, known; NaN where there is no estimate."""
    at: Floats
    """When each period was, in quarters, rising."""
    unit: float
    """Standard deviation of one person's answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """How much moves; lengths in the unit of the estimates."""

    spread: float
    wobble: float
    phi: float
    step: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """True values: districts x periods, and one period more that is still to come."""

    mean: Floats
    sd: Floats
    whole_mean: Floats
    """Of all districts by their weights: periods, and one more."""
    whole_sd: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class _Axis:
    """Nodes of one length or rate, on the scale where they stand evenly."""

    nodes: Floats
    low: float
    high: float
    value: Callable[[Floats], Floats]
    log_prior: Callable[[Floats], Floats]
    """Of the value, with the Jacobian."""

    def closer(self, weight: Floats, nodes: int) -> _Axis:
        """Return the axis with so many nodes around the posterior."""
        if len(self.nodes) == 1:
            return self
        centre = weight @ self.nodes
        gap = self.nodes[1] - self.nodes[0]
        reach = REACH * np.sqrt(weight @ (self.nodes - centre) ** 2 + gap**2 / 12)
        low, high = max(self.low, centre - reach), min(self.high, centre + reach)
        return replace(self, nodes=np.linspace(low, high, nodes))


def fit_lines(panel: Panel, weights: Floats, *, ahead: float = 1.0) -> Lines:
    """Integrate the model over how much moves.

    Parameters
    ----------
    panel
        At least one estimate in the first and one in the last period.
    weights
        Share of each district in the whole, summing to 1.
    ahead
        Quarters from the last period to the one to come.
    """
    axes = _first_axes(panel)
    likelihood, posterior = _lay(panel, axes)
    for nodes in NODES[1:]:
        axes = [axis.closer(_margin(posterior, place), nodes) for place, axis in enumerate(axes)]
        likelihood, posterior = _lay(panel, axes)
    return likelihood.lines(posterior, weights, ahead=ahead)


def lines_given(panel: Panel, movement: Movement, weights: Floats, *, ahead: float = 1.0) -> tuple[Lines, float]:
    """Return the lines, and the log likelihood up to a constant, where it is known how much moves."""
    one = [np.array([value]) for value in (movement.wobble, movement.phi, movement.spread, movement.step)]
    likelihood = _Likelihood(panel, *one)
    lines = likelihood.lines(np.ones((1, 1, 1, 1)), weights, ahead=ahead)
    return lines, float(likelihood.log.ravel()[0])


def _first_axes(panel: Panel) -> list[_Axis]:
    """Return wobble, phi, spread and step, as wide as the priors. One district alone has only its random walk."""
    unit = panel.unit
    if panel.direct.shape[0] == 1:
        none = _Axis(nodes=np.zeros(1), low=0, high=0, value=np.asarray, log_prior=np.zeros_like)
        return [none, none, none, _length(unit * STEP)]
    return [_length(unit * WOBBLE), _rate(), _length(unit * SPREAD), _length(unit * STEP)]


def _length(scale: float) -> _Axis:
    """Return an axis of log lengths with a half-normal prior on the length."""

    def log_prior(value: Floats) -> Floats:
        density: Floats = np.log(value) - (value / scale) ** 2 / 2
        return density

    ends = np.log(0.05 * scale), np.log(3.0 * scale)
    return _Axis(nodes=np.linspace(*ends, NODES[0]), low=ends[0], high=ends[1], value=np.exp, log_prior=log_prior)


def _rate() -> _Axis:
    """Return an axis of logits with the prior Beta(4, 2)."""

    def value(node: Floats) -> Floats:
        rate: Floats = 1 / (1 + np.exp(-node))
        return rate

    def log_prior(phi: Floats) -> Floats:
        density: Floats = 4 * np.log(phi) + 2 * np.log(1 - phi)
        return density

    return _Axis(nodes=np.linspace(-1.5, 3.5, NODES[0]), low=-1.5, high=3.5, value=value, log_prior=log_prior)


def _lay(panel: Panel, axes: Sequence[_Axis]) -> tuple[_Likelihood, Floats]:
    """Return the likelihood on a grid, and the posterior of its nodes."""
    values = [axis.value(axis.nodes) for axis in axes]
    likelihood = _Likelihood(panel, *values)
    priors = [axis.log_prior(value) for axis, value in zip(axes, values, strict=True)]
    total = likelihood.log + reduce(np.add.outer, priors)
    weight = np.exp(total - total.max())
    return likelihood, weight / weight.sum()


def _margin(posterior: Floats, place: int) -> Floats:
    margin: Floats = posterior.sum(axis=tuple(axis for axis in range(posterior.ndim) if axis != place))
    return margin


class _Likelihood:
    """The restricted likelihood on a grid, and the lines at its nodes.

    ``kinds`` are the combinations of wobble, phi and spread: on them the districts' inverses depend; the province's
    step comes in afterwards.
    """

    def __init__(self, panel: Panel, wobbles: Floats, phis: Floats, spreads: Floats, steps: Floats) -> None:  # noqa: PLR0917 -- the four axes of the grid
        there = np.isfinite(panel.direct)
        self._panel, self._there = panel, there.astype(np.float64)
        self._centre = panel.direct[there].mean()
        self._y = np.where(there, panel.direct - self._centre, 0.0)
        self._kinds = [axis.ravel() for axis in np.meshgrid(wobbles, phis, spreads, indexing="ij")]
        self._steps = steps
        self._base, log_base = self._invert(wobbles, phis)
        # What stays has rank one (Sherman and Morrison 1950, Annals of Mathematical Statistics 21).
        self._column = (self._base @ self._there[:, :, None])[..., 0]
        inside = 1 + spreads[:, None] ** 2 * (self._column * self._there).sum(axis=-1)[:, None]
        self._factor = spreads[:, None] ** 2 / inside
        log_v = (log_base[:, None] + np.log(inside)).sum(axis=-1)
        pull, square = self._pulls()
        whole = self._precisions()[..., None, :, :] + _roughness(panel.at) / steps[:, None, None] ** 2
        self._province = np.linalg.inv(whole).reshape(-1, *whole.shape[2:])
        self._line = (self._province @ pull.reshape(-1, 1, len(panel.at), 1))[..., 0]
        explained = (self._line.reshape(whole.shape[:-1]) * pull[..., None, :]).sum(axis=-1)
        walk = 2 * (len(panel.at) - 1) * np.log(steps)
        log = -((log_v + square)[..., None] + np.linalg.slogdet(whole)[1] + walk - explained) / 2
        self.log: Floats = log.reshape(len(wobbles), len(phis), len(spreads), len(steps))

    def _invert(self, wobbles: Floats, phis: Floats) -> tuple[Floats, Floats]:
        """Return the inverse of what passes and the errors, 0 where there is no estimate, and its log determinant."""
        there = self._there
        apart = np.abs(self._panel.at[:, None] - self._panel.at)
        passing = (wobbles[:, None, None, None] ** 2 * phis[:, None, None] ** apart).reshape(-1, 1, *apart.shape)
        both = there[:, :, None] * there[:, None, :]
        known = np.where(there > 0, self._panel.variance, 1.0)
        covariance = passing * both + known[:, :, None] * np.eye(len(apart))
        inverse: Floats = np.linalg.inv(covariance) * both
        log: Floats = np.linalg.slogdet(covariance)[1]
        return inverse, log

    def _pulls(self) -> tuple[Floats, Floats]:
        """Return how the districts pull the province's line, and their weighted squares."""
        base = (self._base @ self._y[:, :, None])[..., 0]
        along = self._factor * (self._column * self._y).sum(axis=-1)[:, None]
        left = base[:, None] - along[..., None] * self._column[:, None]
        return left.sum(axis=2), (left * self._y).sum(axis=(2, 3))

    def _precisions(self) -> Floats:
        """Return what the districts together know of the province's line."""
        column = self._column[:, None]
        taken = (self._factor[..., None] * column).swapaxes(-1, -2) @ column
        precisions: Floats = self._base.sum(axis=1)[:, None] - taken
        return precisions

    def _inverses(self, kinds: NDArray[np.int64]) -> Floats:
        """Return the inverse of each district's covariance: kinds x districts x periods x periods."""
        passing, spread = np.divmod(kinds, self._factor.shape[1])
        column = self._column[passing]
        taken = self._factor[passing, spread][..., None, None] * column[..., :, None] * column[..., None, :]
        inverses: Floats = self._base[passing] - taken
        return inverses

    def lines(self, posterior: Floats, weights: Floats, *, ahead: float) -> Lines:
        """Return the lines, integrated over the posterior of the grid."""
        at, there = self._panel.at, self._there[:, None, :]
        later = np.append(at, at[-1] + ahead)
        kinds, share, province = self._provinces(posterior.reshape(-1, len(self._steps)), ahead=ahead)
        wobble, phi, spread = (axis[kinds][:, None, None] for axis in self._kinds)
        reach = (spread**2 + wobble**2 * phi ** np.abs(later[:, None] - at))[:, None] * there
        gain = reach @ self._inverses(kinds)
        left = np.vstack([np.eye(len(at)), np.eye(len(at))[-1]]) - gain
        mean = (left @ province.line[:, None, :, None] + gain @ self._y[:, :, None])[..., 0]
        own = (spread**2 + wobble**2)[:, None, :, 0] - (gain * reach).sum(axis=-1)
        variance = own + ((left @ province.covariance[:, None]) * left).sum(axis=-1) + province.walk[:, None]
        jointly = (weights[:, None, None] * left).sum(axis=1)
        whole = (weights[:, None] ** 2 * own).sum(axis=1) + province.walk
        whole += ((jointly @ province.covariance) * jointly).sum(axis=-1)
        districts = _mixture(share, mean, variance)
        together = _mixture(share, (weights[:, None] * mean).sum(axis=1), whole)
        return Lines(
            mean=districts[0] + self._centre,
            sd=districts[1],
            whole_mean=together[0] + self._centre * weights.sum(),
            whole_sd=together[1],
        )

    def _provinces(self, posterior: Floats, *, ahead: float) -> tuple[NDArray[np.int64], Floats, _Province]:
        """Return the kinds that hold nearly all of the posterior, their shares, and on each the province's line."""
        margin = posterior.sum(axis=1)
        order = np.argsort(-margin, kind="stable")
        kinds = order[: int(np.searchsorted(np.cumsum(margin[order]), KEPT)) + 1]
        share = posterior[kinds] / margin[kinds][:, None]
        line = (share[..., None] * self._line[kinds]).sum(axis=1)
        off = self._line[kinds] - line[:, None]
        covariance = (share[..., None, None] * self._province[kinds]).sum(axis=1)
        covariance += (share[..., None] * off).swapaxes(1, 2) @ off
        walk = np.zeros((len(kinds), len(self._panel.at) + 1))
        walk[:, -1] = share @ self._steps**2 * ahead
        return kinds, margin[kinds] / margin[kinds].sum(), _Province(line=line, covariance=covariance, walk=walk)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Province:
    """The province's line on each kind: mean, covariance, and the variance of the step that is still to come."""

    line: Floats
    covariance: Floats
    walk: Floats


def _mixture(share: Floats, mean: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """Return mean and standard deviation of a mixture over the first axis."""
    centre = np.tensordot(share, mean, axes=1)
    second = np.tensordot(share, variance + (mean - centre) ** 2, axes=1)
    return centre, np.sqrt(np.maximum(second, 0.0))


def _roughness(at: Floats) -> Floats:
    """Return the precision of a random walk with unit variance in a quarter and an unknown level."""
    difference = np.diff(np.eye(len(at)), axis=0)
    rough: Floats = difference.T @ (difference / np.diff(at)[:, None])
    return rough
