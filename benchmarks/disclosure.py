"""Attack what the gate publishes: ``python -m benchmarks.disclosure [FAMILIES] [FIRST]``.

Prints how many hidden counts a linear program over all tables of all releases finds. A count is *found* where the
attack bounds it to within five (an interval of at most ten), and this tells more than the rule that hid it:

- the base of a set of too few people, unless all that is known is "fewer than thirty";
- who gave an answer in such a set, if it is sure that anybody did;
- the people behind a bound such as "< 5 %", and people of no listed value, if their very number is told.
"""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

from benchmarks.disclosure_attack import Attack
from benchmarks.disclosure_worlds import CODEBOOK, draw_family
from danvan_study.publish import ReleaseRegister, find_imprecise, publish_estimates
from danvan_study.study import Publication
from danvan_study.tables import Estimates, PublishedRows

if TYPE_CHECKING:
    from benchmarks.disclosure_attack import Found
    from benchmarks.disclosure_worlds import Family

SET = [*Estimates.key[:6]]


def main(arguments: list[str]) -> None:
    """Print what was found, and how much was hidden."""
    count, first = (int(given) for given in (*arguments, *["1000", "0"][len(arguments) :]))
    reasons: Counter[str] = Counter()
    sets = bounds = 0
    for seed in range(first, first + count):
        found, hidden = attack(draw_family(seed))
        reasons += hidden
        sets += any(not one.is_bound for one in found)
        bounds += any(one.is_bound for one in found)
        for one in [one for one in found if not one.is_bound][:3]:
            print(f"family {seed}: {one.what} is {one.low:.0f} to {one.high:.0f}", flush=True)
    print(f"{count} families from {first}: hidden sets found in {sets}, numbers behind bounds in {bounds}")
    print(f"sets by fate: {dict(sorted(reasons.items()))}")


def attack(family: Family) -> tuple[list[Found], Counter[str]]:
    """Publish a family wave by wave, and try to find what was hidden.

    Returns
    -------
    tuple
        The hidden counts that were found, and the number of sets by what became of them.
    """
    enemy, fates, rules = Attack(family), Counter[str](), Publication()
    register = ReleaseRegister(rules)
    for number, periods in enumerate(family.releases):
        estimates = family.estimates(number)
        by_area = (estimates[Estimates.period] == periods[0].id) & (estimates[Estimates.level] == "area")
        imprecise = find_imprecise(estimates[by_area], rules)
        closed = register.add(family.sizes(number), periods, imprecise=imprecise)
        rows = publish_estimates(estimates, rules=rules, codebook=CODEBOOK, simulated=True, closed=closed).rows
        hidden = rows[PublishedRows.reason].where(rows[PublishedRows.flag] == "suppressed", "shown")
        fates += Counter(hidden[~rows.duplicated(SET)])
        enemy.add(rows, periods)
    return enemy.found(), fates


if __name__ == "__main__":
    main(sys.argv[1:])
