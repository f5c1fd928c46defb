"""weightipy, from its data frame; it rakes without base weights, an easier task, and has no standard errors."""

import sys
import time
from pathlib import Path

import pandas as pd
import weightipy

folder = Path(sys.argv[1])
people = pd.read_parquet(folder / "sample.parquet")
margins = pd.read_csv(folder / "margins.csv", dtype={"value": str})
shares = margins.assign(share=100 * margins["population"] / margins.groupby("margin")["population"].transform("sum"))

began = time.process_time()
scheme = weightipy.scheme_from_dict(
    {name: dict(zip(rows["value"], rows["share"], strict=True)) for name, rows in shares.groupby("margin")}
)
weightipy.weight_dataframe(people, scheme)
print(time.process_time() - began)
