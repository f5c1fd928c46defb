"""Time the whole trend step of a province: ``python -m benchmarks.trend_speed``.

Eight waves, 17 districts, 40 questions: lines, forecasts and signals at the end of every wave, as a first run needs
them.
"""

from __future__ import annotations

import time

import numpy as np
import pandas as pd

from benchmarks.trend_worlds import GRID, World, as_series, draw_survey
from danvan_study.tables import Directs
from danvan_study.trend import find_signals, fit_trends, score_forecasts

WAVES = {f"w{number}": float(number) for number in range(8)}
QUESTIONS, DISTRICTS = 40, 17


def main() -> None:
    """Print the seconds that the step takes, on the clock and of the processor."""
    directs = _directs(np.random.default_rng(GRID["seed"]))
    clock, processor = time.perf_counter(), time.process_time()
    made = [fit_trends(directs, dict(list(WAVES.items())[:last]), ahead=1.0).forecasts for last in range(1, 9)]
    following = dict(zip(WAVES, list(WAVES)[1:], strict=False))
    forecasts = score_forecasts(pd.concat(made, ignore_index=True), directs, following)
    signals = find_signals(forecasts, directs, period="w7")
    print(f"{len(forecasts)} forecasts, {len(signals)} figures watched")
    print(f"{time.perf_counter() - clock:.1f} s on the clock, {time.process_time() - processor:.1f} s of processor")


def _directs(rng: np.random.Generator) -> pd.DataFrame:
    world = World(**GRID["grid"]["middle"], districts=DISTRICTS, quarters=len(WAVES) - 1, people=10)
    parts = [_question(f"q{number:02d}", world, rng) for number in range(QUESTIONS)]
    return Directs.conform(pd.concat(parts, ignore_index=True)[list(Directs.columns())])


def _question(name: str, world: World, rng: np.random.Generator) -> pd.DataFrame:
    survey = draw_survey(world, rng)
    share = np.vstack([as_series(survey)[1], survey.share])
    n, people = (np.vstack([part.sum(axis=0), part]) for part in (survey.n, survey.people))
    deff = np.vstack([np.full(len(WAVES), 1.5), np.maximum(survey.deff, 0.2)])
    areas = np.array(["", *(f"d{number:02d}" for number in range(DISTRICTS))])
    table = pd.DataFrame(
        {
            Directs.period: np.tile(list(WAVES), len(areas)),
            Directs.area: np.repeat(areas, len(WAVES)),
            Directs.estimate: 100 * share.ravel(),
            Directs.se: 100 * np.sqrt(deff * share * (1 - share) / n).ravel(),
            Directs.deff: deff.ravel(),
            Directs.n: n.ravel().astype(np.int64),
            Directs.df: np.full(share.size, 4),
            Directs.people: people.ravel(),
        }
    )
    level = np.where(table[Directs.area] == "", "all", "area")
    texts = {Directs.level: level, Directs.question: name, Directs.statistic: "positive", Directs.answer: ""}
    named = table.assign(**texts)
    return named.astype(dict.fromkeys([*texts, Directs.period, Directs.area], "str"))


if __name__ == "__main__":
    main()
