"""Simulate the trend model, its forecasts and its signals: ``python -m benchmarks.trend [PART ...]``.

The truths stand in ``trend_grid.toml`` and were fixed before the model. Parts are ``grid``, ``series`` and ``signal``,
all three where none is named; each goes to ``docs/measured/trend_PART.csv``. Every cell has its own seed.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from benchmarks.trend_alarms import measure_alarms
from benchmarks.trend_worlds import GRID, Survey, World, as_series, draw_survey
from danvan_study.trend.outlook import Forecast, look_out
from danvan_study.trend.scoring import crps_normal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

ROOT = Path(__file__).parents[1]
MEASURED = ROOT / "docs" / "measured"
SOURCES = (
    *("benchmarks/trend.py", "benchmarks/trend_alarms.py", "benchmarks/trend_grid.toml", "benchmarks/trend_worlds.py"),
    *(f"danvan_study/trend/{name}.py" for name in ("district_model", "outlook", "sampling", "scoring", "surprise")),
)
"""What the results depend on; when it changes, they must be measured again."""
AXES = ("spread", "wobble", "phi", "correlation", "districts", "quarters", "people")
FOUR = 4


def main(arguments: list[str]) -> None:
    """Run the parts that are asked for."""
    parts = {"grid": measure_grid, "series": measure_series, "signal": measure_alarms}
    with threadpool_limits(limits=1, user_api="blas"):
        for name in arguments or parts:
            table = pd.DataFrame(list(parts[name]())).round(4)
            head = f"# commit {_commit()}, sources {fingerprint()}\n"
            content = head + table.to_csv(index=False, lineterminator="\n")
            (MEASURED / f"trend_{name}.csv").write_text(content, encoding="utf-8")


def fingerprint() -> str:
    """Return the SHA-256 of what is measured."""
    return hashlib.sha256(b"".join((ROOT / name).read_bytes() for name in SOURCES)).hexdigest()


def cells() -> list[World]:
    """Return every world of the grid."""
    grid = GRID["grid"]
    names = ("spreads", "wobbles", "phis", "correlations", "districts", "quarters", "people")
    return [World(**dict(zip(AXES, values, strict=True))) for values in product(*(grid[name] for name in names))]


def is_middle(world: World) -> bool:
    """Say whether a world lies in the middle of the grid."""
    return all(getattr(world, name) == value for name, value in GRID["grid"]["middle"].items())


def measure_grid() -> Iterator[dict[str, Any]]:
    """Measure lines and forecasts in every cell."""
    for number, world in enumerate(cells()):
        draws = GRID["grid"]["middle_draws" if is_middle(world) else "draws"]
        rng = np.random.default_rng([GRID["seed"], number])
        yield {name: getattr(world, name) for name in AXES} | {"draws": draws} | _measure(world, draws, rng)


def measure_series() -> Iterator[dict[str, Any]]:
    """Measure forecasts of provinces that stay, move on, or fall once."""
    kinds = {name: value for name, value in GRID["series"].items() if isinstance(value, dict)}
    base = World(**GRID["grid"]["middle"], districts=17, quarters=0, people=20)
    for number, ((kind, moves), quarters) in enumerate(product(kinds.items(), GRID["grid"]["quarters"])):
        rng = np.random.default_rng([GRID["seed"], 1, number])
        draws = GRID["series"]["draws"]
        figures = _measure(replace(base, quarters=quarters, **moves), draws, rng)
        yield {"kind": kind, "quarters": quarters, "draws": draws} | figures


def _measure(world: World, draws: int, rng: np.random.Generator) -> dict[str, float]:
    """Return means over the draws, and their Monte Carlo errors where a target hangs on them."""
    found = pd.DataFrame([_judge(draw_survey(world, rng), world.quarters) for _ in range(draws)])
    mean = found.mean()
    figures = {
        "mse": mean["line"] / mean["direct"],
        "mse_error": _ratio_error(found["line"], found["direct"]),
        "mse_all": mean["line_all"] / mean["direct_all"],
        "cover": mean["cover"],
        "cover_error": found["cover"].std() / np.sqrt(draws),
        "cover_all": mean["cover_all"],
    }
    for level in ("", "province_"):
        forecast = found[f"{level}crps"]
        figures |= {f"{level}forecast_cover": mean[f"{level}forecast_cover"]}
        for rival in ("last", "four"):
            figures[f"{level}{rival}"] = mean[f"{level}crps"] / mean[f"{level}{rival}"]
            figures[f"{level}{rival}_error"] = _ratio_error(forecast, found[f"{level}{rival}"])
    return figures


def _ratio_error(above: pd.Series, below: pd.Series) -> float:
    ratio = above.mean() / below.mean()
    return float((above - ratio * below).std() / np.sqrt(len(above)) / below.mean())


def _judge(survey: Survey, quarters: int) -> dict[str, float]:
    """Fit the first quarters of one draw; judge the last of them, all of them, and the forecast of the next."""
    series, whole = as_series(survey)
    outlook = look_out(series.until(quarters), survey.people[:, :quarters], whole[:quarters], ahead=1.0)
    truth, direct = survey.truth[:, :quarters], survey.share[:, :quarters]
    off, direct_off = (outlook.line - truth) ** 2, (direct - truth) ** 2
    inside = (outlook.low <= truth) & (truth <= outlook.high)
    return {
        "line": off[:, -1].mean(),
        "direct": direct_off[:, -1].mean(),
        "line_all": off.mean(),
        "direct_all": direct_off.mean(),
        "cover": inside[:, -1].mean(),
        "cover_all": inside.mean(),
        **_score(outlook.ahead, survey.share[:, -1], direct),
        **{f"province_{name}": value for name, value in _score(outlook.whole, whole[-1:], whole[None, :-1]).items()},
    }


def _score(forecast: Forecast, came: Floats, past: Floats) -> dict[str, float]:
    mean = past[:, -FOUR:].mean(axis=1)
    misses = [past[:, end] - past[:, end - FOUR : end].mean(axis=1) for end in range(FOUR, past.shape[1])]
    spread = np.full(len(mean), np.sqrt(np.mean(np.square(misses))))
    return {
        "forecast_cover": float(((forecast.low <= came) & (came <= forecast.high)).mean()),
        "crps": float(crps_normal(came, forecast.mean, forecast.se).mean()),
        "last": float(crps_normal(came, forecast.last, forecast.last_se).mean()),
        "four": float(crps_normal(came, mean, spread).mean()),
    }


def _commit() -> str:
    return subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()


if __name__ == "__main__":
    main(sys.argv[1:])
