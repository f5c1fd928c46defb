"""Random microdata to release, and a checker of its own that knows nothing of how the kit protects them."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field

K, L = 5, 2
BLANK, WITHHELD, UNKNOWN = "", "#", "."
"""A question that was not asked, an answer that is held back, a characteristic that is not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomPeople:
    """People with characteristics that others know (keys) and answers that nobody should learn (items)."""

    keys: dict[str, list[str]]
    """Places first; the same within a village."""
    items: dict[str, list[str]]
    cluster: list[str]
    weight: list[float]
    orders: dict[str, list[str]]
    """The values of each key in the order of the form."""
    depends: dict[str, set[str]] = field(default_factory=dict)
    """Item to the items on whose answers it hangs whether it is asked."""


def random_people(seed: int) -> RandomPeople:
    """Draw a survey: few or many people, even or very uneven characteristics, answers near certainty or not."""
    draw = random.Random(seed)
    n, areas, villages = draw.choice([3, 8, 30, 60, 150, 300, 500]), draw.randint(1, 5), draw.randint(1, 4)
    place = [(draw.randrange(areas), draw.randrange(villages)) for _ in range(n)]
    urban = {(area, village): draw.choice(["u", "r"]) for area in range(areas) for village in range(villages)}
    orders = {"area": [f"a{one}" for one in range(areas)], "urban": ["u", "r"]}
    keys = {"area": [f"a{area}" for area, _ in place], "urban": [urban[one] for one in place]}
    for name in ("sex", "age", "education")[: draw.randint(1, 3)]:
        values = [f"{name}{one}" for one in range(draw.randint(2, 6))]
        skew = draw.choice([1, 2, 5])
        keys[name] = draw.choices([*values, ""], [*(skew**-place for place in range(len(values))), 0.02], k=n)
        orders[name] = values
    items: dict[str, list[str]] = {}
    for name in ("trust", "paid", "heard")[: draw.randint(1, 3)]:
        sure = draw.choice([0.3, 0.6, 0.9, 0.99, 1.0])
        items[name] = [("1" if draw.random() < sure else draw.choice(["2", "3", "98", ""])) for _ in range(n)]
    depends = {}
    if draw.random() < 0.5:
        items["satisfied"] = [draw.choice(["1", "2"]) if one == "1" else "" for one in items["trust"]]
        depends["satisfied"] = {"trust"}
    return RandomPeople(
        keys=keys,
        items=items,
        cluster=[f"v{area}-{village}" for area, village in place],
        weight=[draw.choice([1.0, 3.7, 12.5]) * (1 + area) for area, _ in place],
        orders=orders,
        depends=depends,
    )


def faults(keys: dict[str, list[str]], items: dict[str, list[str]], depends: dict[str, set[str]]) -> list[str]:
    """Return what is wrong with released rows: too few alike, an answer all of them gave, or one that hangs on it."""
    alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for row, told in enumerate(zip(*keys.values(), strict=True)):
        alike[told].append(row)
    found = [f"{told}: {len(rows)} people" for told, rows in alike.items() if len(rows) < K]
    for name, answers in items.items():
        for told, rows in alike.items():
            given = {answers[row] for row in rows}
            held_back = WITHHELD in given
            if held_back and given != {WITHHELD}:
                found.append(f"{told}: {name} is held back for some only, {sorted(given)}")
            if not held_back and given != {BLANK} and len(given) < L:
                found.append(f"{told}: everybody answered {name} with {sorted(given)}")
            for reason in depends.get(name, ()):
                is_told = reason in items and items[reason][rows[0]] != WITHHELD
                if not held_back and not is_told:
                    found.append(f"{told}: {name} is told, and who was asked it shows what {reason} hides")
    return found
