"""samplics, from its data frame."""

import sys
import time
import warnings
from pathlib import Path

import pandas as pd

warnings.simplefilter("ignore")
from samplics import PopParam, SampleWeight, TaylorEstimator  # noqa: E402 -- it warns when it is imported

folder, task = Path(sys.argv[1]), sys.argv[2]
people = pd.read_parquet(folder / "sample.parquet")
margins = pd.read_csv(folder / "margins.csv", dtype={"value": str})

began = time.process_time()
if task == "rake":
    SampleWeight().rake(
        samp_weight=people["weight"].to_numpy(),
        margins={name: people[name].to_numpy() for name in margins["margin"].unique()},
        control={
            name: dict(zip(rows["value"], rows["population"], strict=True)) for name, rows in margins.groupby("margin")
        },
        tol=1e-9,
        max_iter=1000,
    )
else:
    for number in range(20):
        TaylorEstimator(PopParam.mean).estimate(
            y=people[f"q{number:02d}"],
            samp_weight=people["weight"],
            stratum=people["area"],
            psu=people["cluster"],
            domain=people["area"],
            remove_nan=True,
        )
print(time.process_time() - began)
