"""Writes the data of ``benchmarks.engines``: ``FOLDER ROWS``.

The sample as one data frame, the margins in long form, and a target of joint cells, in CSV and Parquet.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks import limit

KEYS = ("m1", "area", "ethnicity", "urban")
"""Columns of the four margins; ``m1`` is district x sex x age."""


def people_of(material: limit.Material) -> pd.DataFrame:
    """Return the sample without its items."""
    names = ("area", "sex", "age", "ethnicity", "urban")
    texts = {
        name: np.array([f"{name}{number:03d}" for number in range(codes.max() + 1)], dtype=object)[codes]
        for name, codes in zip(names, material.variables, strict=True)
    }
    people = pd.DataFrame(texts).assign(cluster=material.cluster, weight=material.weight)
    return people.assign(m1=people["area"] + people["sex"] + people["age"])


def main(folder: Path, rows: int) -> None:
    """Write everything."""
    material = limit.make_material(rows)
    people, pattern = people_of(material), limit.joint(material.variables)
    margins = []
    for name, cell, total in zip(KEYS, material.cells, material.totals, strict=True):
        cells, first = np.unique(cell[pattern], return_index=True)
        margins.append(pd.DataFrame({"margin": name, "value": people[name].iloc[first], "population": total[cells]}))
    pd.concat(margins).to_csv(folder / "margins.csv", index=False)
    some, first = np.unique(pattern, return_index=True)
    raked = np.bincount(pattern, limit.rake(material))[some]
    people.loc[first, list(KEYS)].assign(population=raked).to_csv(folder / "target.csv", index=False)
    items = {f"q{number:02d}": np.where(item > 0, item, np.nan) for number, item in enumerate(material.items)}
    people = people.assign(**items)
    people.to_parquet(folder / "sample.parquet")
    people.to_csv(folder / "sample.csv", index=False)
    (folder / "rows").write_text(str(rows), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
