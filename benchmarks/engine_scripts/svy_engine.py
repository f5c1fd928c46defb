"""svy, from its data frame."""

import sys
import time
from pathlib import Path

import polars as pl
import svy

folder, task = Path(sys.argv[1]), sys.argv[2]
people = pl.read_parquet(folder / "sample.parquet")
margins = pl.read_csv(folder / "margins.csv")
controls = {
    name[0]: dict(zip(rows["value"].cast(pl.String), rows["population"], strict=True))
    for name, rows in margins.group_by("margin", maintain_order=True)
}
items = [f"q{number:02d}" for number in range(20)]

began = time.process_time()
sample = svy.Sample(people, svy.Design(stratum="area", psu="cluster", wgt="weight"))
if task == "rake":
    sample.weighting.rake(controls=controls, tol=1e-9, max_iter=1000)
else:
    sample.estimation.mean(items, by="area", drop_nulls=True)
print(time.process_time() - began)
