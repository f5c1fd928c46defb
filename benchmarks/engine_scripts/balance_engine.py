"""balance, from its data frame; it rakes and has no standard errors of a design."""

import logging
import sys
import time
from pathlib import Path

import pandas as pd

logging.disable(logging.CRITICAL)
from balance.weighting_methods.rake import rake  # noqa: E402 -- it logs when it is imported

folder = Path(sys.argv[1])
people = pd.read_csv(folder / "sample.csv")
target = pd.read_csv(folder / "target.csv")
names = [name for name in target if name != "population"]

began = time.process_time()
rake(people[names], people["weight"], target[names], target["population"], variables=names, transformations=None)
print(time.process_time() - began)
