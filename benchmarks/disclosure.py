"""Attack what the gate publishes: ``python -m benchmarks.disclosure [FAMILIES] [FIRST]``.

Prints how many hidden counts a linear program over all tables of all releases finds. What counts as found says
:class:`~benchmarks.disclosure_attack.Secret`.
"""

from __future__ import annotations

import hashlib
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from benchmarks.disclosure_attack import Attack
from benchmarks.disclosure_worlds import CODEBOOK, QUESTION, draw_family
from danvan_study.publish import Release, ReleaseRegister, find_imprecise, publish_estimates
from danvan_study.study import Publication
from danvan_study.tables import Estimates, HiddenSets, PublishedRows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.disclosure_attack import Found
    from benchmarks.disclosure_worlds import Family

TOGETHER = 50
"""Families that go through the gate at once."""
SET = [*Estimates.key[:6]]
ROOT = Path(__file__).parents[1]
MODULES = (
    *(f"benchmarks/disclosure{part}.py" for part in ("", "_attack", "_worlds")),
    *(f"danvan_study/publish/{name}.py" for name in ("figure_set", "gate", "lookalikes", "printed", "register")),
    *(f"danvan_study/publish/{name}.py" for name in ("releases", "rounding", "secondary", "small_counts")),
)
"""What hides, and what attacks."""


def main(arguments: list[str]) -> None:
    """Print what was found, and how much was hidden."""
    count, first = (int(given) for given in (*arguments, *["1000", "0"][len(arguments) :]))
    fates: Counter[str] = Counter()
    sets = bounds = 0
    print(f"sources {fingerprint()}", flush=True)
    for start in range(first, first + count, TOGETHER):
        seeds = range(start, min(start + TOGETHER, first + count))
        for seed, (found, hidden) in zip(seeds, attack([draw_family(seed) for seed in seeds]), strict=True):
            fates += hidden
            sets += any(not one.is_bound for one in found)
            bounds += any(one.is_bound for one in found)
            for one in found[:3]:
                print(f"family {seed}: {one.what} is {one.low:.0f} to {one.high:.0f}", flush=True)
        print(f"{first} to {seeds[-1]}: hidden sets found in {sets}, numbers behind bounds in {bounds}", flush=True)
    print(f"{count} families from {first}: hidden sets found in {sets}, numbers behind bounds in {bounds}")
    print(f"sets by fate: {dict(sorted(fates.items()))}")


def fingerprint() -> str:
    """Return the SHA-256 of what was measured."""
    together = hashlib.sha256()
    for name in MODULES:
        together.update((ROOT / name).read_bytes())
    return together.hexdigest()


def attack(families: Sequence[Family]) -> list[tuple[list[Found], Counter[str]]]:
    """Publish families wave by wave, and try to find what was hidden.

    Returns
    -------
    list
        Of each family the hidden counts that were found, and the number of sets by what became of them.
    """
    rules = Publication()
    names = [f"{QUESTION}[{number}]" for number in range(len(families))]  # the gate takes them as one study
    estimates = pd.concat(
        [family.estimates(name) for family, name in zip(families, names, strict=True)], ignore_index=True
    )
    waves = {periods[0].id for family in families for periods in family.releases}
    by_area = estimates[estimates[Estimates.period].isin(waves) & (estimates[Estimates.level] == "area")]
    imprecise = find_imprecise(by_area, rules)
    closed = []
    for family, name in zip(families, names, strict=True):
        register, mine = ReleaseRegister(rules), imprecise[imprecise[Estimates.question] == name]
        for number, periods in enumerate(family.releases):
            wide = mine[mine[Estimates.period] == periods[0].id]
            sizes = family.sizes(number, name)
            closed.append(register.add(sizes, Release(periods=periods), imprecise=wide, codebook=CODEBOOK))
    hidden = pd.concat(closed, ignore_index=True)
    published = publish_estimates(estimates, rules=rules, codebook=CODEBOOK, simulated=True, closed=hidden)
    rows, log = published.rows, published.log
    found = []
    for family, name in zip(families, names, strict=True):
        mine, why = rows[rows[PublishedRows.question] == name], log[log[HiddenSets.question] == name]
        enemy = Attack(family)
        enemy.add(mine, [period for periods in family.releases for period in periods], log=why)
        found.append((enemy.found(), _fates(mine, why)))
    return found


def _fates(rows: pd.DataFrame, log: pd.DataFrame) -> Counter[str]:
    """Count sets by what became of them."""
    shown = rows[rows[PublishedRows.flag] != "suppressed"]
    fates = Counter(log[HiddenSets.reason])
    fates["shown"] = int((~shown.duplicated(SET)).sum())
    fates["shares and sums not told in sets that are shown"] = int(shown[PublishedRows.estimate].isna().sum())
    return fates


if __name__ == "__main__":
    main(sys.argv[1:])
