"""Write ``docs/measured/trend.md`` from the tables of ``benchmarks.trend``: ``python -m benchmarks.trend_page``."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pandas as pd

from benchmarks.trend import AXES, MEASURED, cells, is_middle
from benchmarks.trend_worlds import GRID

if TYPE_CHECKING:
    from collections.abc import Sequence

TARGETS = GRID["targets"]
ABOUT = """# Lines, forecasts and signals, simulated

`python -m benchmarks.trend`, then `python -m benchmarks.trend_page`, which makes this page. The truths stand in
`benchmarks/trend_grid.toml` and were fixed before the model; all cells, with their Monte Carlo errors and the commit,
are in [trend_grid.csv](trend_grid.csv), [trend_series.csv](trend_series.csv) and
[trend_signal.csv](trend_signal.csv). Districts of 3 to 7 villages, drawn afresh each quarter; people of unequal
weights. *Error*: mean squared error of the line of the last quarter, over that of the direct estimate (*all*: over
all quarters). *Cover*: intervals of 90 % that hold the district's true share, or, of forecasts, the direct figure
that came. *Against*: CRPS of the forecast over that of the last value, or of the mean of four quarters, each with the
spread of its own past errors, pooled over districts. Brackets: Monte Carlo errors.
"""


def main() -> None:
    """Write the page."""
    (MEASURED / "trend.md").write_text(page(), encoding="utf-8")


def page() -> str:
    """Return the page."""
    grid, series, signal = (_read(part) for part in ("grid", "series", "signal"))
    middle = grid[[is_middle(world) for world in cells()]]
    parts = [
        ABOUT,
        "## In the middle of the grid\n",
        _asked(),
        _table(middle, ("districts", "quarters", "people"), _LINE),
        f"## All {len(grid)} cells\n",
        _spread(grid),
        "By what passes in a district (wobble, in logits) and how much of it is left after a quarter (phi):\n",
        _table(
            grid.groupby(["wobble", "phi"], as_index=False)[list(_PLAIN.values())].mean(), ("wobble", "phi"), _PLAIN
        ),
        "## Steady, trending and shocked provinces\n",
        _SERIES,
        _table(series, ("kind", "quarters"), _FORECASTS),
        "## Signals\n",
        _SIGNALS,
        _table(signal, ("world", "people", "year"), _alarm_columns(signal)),
    ]
    return "\n".join(parts)


_LINE = {
    "error": "mse",
    "all": "mse_all",
    "cover": "cover",
    "all ": "cover_all",
    "forecasts' cover": "forecast_cover",
    "against last": "last",
    "against four": "four",
    "province: last": "province_last",
    "province: four": "province_four",
}
_PLAIN = {name: column for name, column in _LINE.items() if not name.startswith("province")}
_FORECASTS = {
    "cover": "forecast_cover",
    "against last": "last",
    "against four": "four",
    "province: cover": "province_forecast_cover",
    "province: last": "province_last",
    "province: four": "province_four",
}
_SERIES = """\
Forecasts of the quarter after 8 and after 16, in the middle of the grid, 17 districts, 20 people a village.
*Trending*: two points a quarter; *shocked*: -0.6 logits once, in one of the last four quarters or in the one to be
forecast, which no method knows of. Of a province that moves steadily or was just shocked the last figure is as good a
forecast as the model, or a better one; the brief prints the score of its own past, so it says so.
"""
_SIGNALS = """\
False alarms of a province-year over 17 districts and the province x 10 questions, where nothing but the usual
happens; one is stated. *Young*: quarters 3 to 6, nothing to recalibrate on; *settled*: quarters 9 to 12. *Unequal*:
villages of a t distribution with 4 degrees of freedom, districts whose villages differ threefold; *heavy*: what
passes in a district, too, comes from a t distribution with 5. Then the share of shocks that are seen, of the whole
province and of one district, by their size in logits (-0.6 is about 14 points).
"""


def _asked() -> str:
    cover, ahead = TARGETS["cover"], TARGETS["forecast_cover"]
    return _wrap(
        f"Asked for: error at most {TARGETS['mse']:.2f}, cover {cover[0]:.2f} to {cover[1]:.2f}, forecasts' cover "
        f"{ahead[0]:.2f} to {ahead[1]:.2f}, against last at most {TARGETS['last_value']:.2f}, against four at most "
        f"{TARGETS['four_quarters']:.2f}."
    )


def _spread(grid: pd.DataFrame) -> str:
    worst, low = grid.loc[grid["mse"].idxmax()], grid.loc[grid["cover_all"].idxmin()]
    least, most = TARGETS["cover"]
    said = (
        f"The largest error is {worst['mse']:.2f} ({worst['mse_error']:.2f}), at {_where(worst)};",
        f"asked for: at most {TARGETS['worst']:.2f}.",
        f"Over all quarters the largest is {grid['mse_all'].max():.2f}.",
        f"Cover over all quarters is {grid['cover_all'].mean():.3f} on average;",
        f"{grid['cover_all'].between(least, most).mean() * 100:.0f} % of the cells lie between",
        f"{least:.2f} and {most:.2f},",
        f"the lowest is {low['cover_all']:.2f}, at {_where(low)}.",
    )
    return _wrap(" ".join(said))


def _wrap(text: str) -> str:
    return textwrap.fill(text, 118, break_on_hyphens=False) + "\n"


def _where(cell: pd.Series) -> str:
    return ", ".join(f"{name} {cell[name]:g}" for name in AXES)


def _alarm_columns(signal: pd.DataFrame) -> dict[str, str]:
    sizes = [name.removeprefix("province_") for name in signal if name.startswith("province_")]
    levels = {f"{level} {size}": f"{level}_{size}" for level in ("province", "district") for size in sizes}
    return {"false alarms": "alarms", **levels}


def _table(rows: pd.DataFrame, keys: Sequence[str], columns: dict[str, str]) -> str:
    head = [*keys, *(name.strip() for name in columns)]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for row in rows.to_dict("records"):
        cells_of = [f"{row[key]:g}" if isinstance(row[key], float) else str(row[key]) for key in keys]
        lines.append("| " + " | ".join([*cells_of, *(_cell(row, column) for column in columns.values())]) + " |")
    return "\n".join(lines) + "\n"


def _cell(row: dict[object, object], column: str) -> str:
    error = row.get(f"{column}_error")
    return f"{row[column]:.2f}" + (f" ({error:.2f})" if error is not None else "")


def _read(part: str) -> pd.DataFrame:
    return pd.read_csv(MEASURED / f"trend_{part}.csv", comment="#")


if __name__ == "__main__":
    main()
