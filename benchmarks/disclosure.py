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
from benchmarks.disclosure_worlds import CODEBOOK, draw_family
from danvan_study.publish import Published, Release, ReleaseRegister, find_imprecise, publish_estimates
from danvan_study.study import Publication
from danvan_study.tables import Estimates, HiddenSets, PublishedRows

if TYPE_CHECKING:
    from benchmarks.disclosure_attack import Found
    from benchmarks.disclosure_worlds import Family

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
    for seed in range(first, first + count):
        found, hidden = attack(draw_family(seed))
        fates += hidden
        sets += any(not one.is_bound for one in found)
        bounds += any(one.is_bound for one in found)
        for one in found[:3]:
            print(f"family {seed}: {one.what} is {one.low:.0f} to {one.high:.0f}", flush=True)
        if not (seed + 1) % 100:
            print(f"{first} to {seed}: hidden sets found in {sets}, numbers behind bounds in {bounds}", flush=True)
    print(f"{count} families from {first}: hidden sets found in {sets}, numbers behind bounds in {bounds}")
    print(f"sets by fate: {dict(sorted(fates.items()))}")


def fingerprint() -> str:
    """Return the SHA-256 of what was measured."""
    together = hashlib.sha256()
    for name in MODULES:
        together.update((ROOT / name).read_bytes())
    return together.hexdigest()


def attack(family: Family) -> tuple[list[Found], Counter[str]]:
    """Publish a family wave by wave, and try to find what was hidden.

    Returns
    -------
    tuple
        The hidden counts that were found, and the number of sets by what became of them.
    """
    rules = Publication()
    estimates = pd.concat([family.estimates(number) for number in range(len(family.releases))], ignore_index=True)
    waves = [periods[0].id for periods in family.releases]
    by_area = estimates[estimates[Estimates.period].isin(waves) & (estimates[Estimates.level] == "area")]
    imprecise = find_imprecise(by_area, rules)
    register, closed = ReleaseRegister(rules), []
    for number, periods in enumerate(family.releases):
        wide = imprecise[imprecise[Estimates.period] == waves[number]]
        release = Release(periods=periods)
        closed.append(register.add(family.sizes(number), release, imprecise=wide, codebook=CODEBOOK))
    hidden = pd.concat(closed, ignore_index=True)
    published = publish_estimates(estimates, rules=rules, codebook=CODEBOOK, simulated=True, closed=hidden)
    enemy = Attack(family)
    enemy.add(published, [period for periods in family.releases for period in periods])
    return enemy.found(), _fates(published)


def _fates(published: Published) -> Counter[str]:
    """Count sets by what became of them."""
    rows, log = published.rows, published.log
    shown = rows[rows[PublishedRows.flag] != "suppressed"]
    fates = Counter(log[HiddenSets.reason])
    fates["shown"] = int((~shown.duplicated(SET)).sum())
    fates["shares and sums not told in sets that are shown"] = int(shown[PublishedRows.estimate].isna().sum())
    return fates


if __name__ == "__main__":
    main(sys.argv[1:])
