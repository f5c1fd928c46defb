"""Walk down the ladder until a file protects everybody and is still worth having, or release nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from danvan_study.errors import StudyError
from danvan_study.messages import Words, say
from danvan_study.publish.release.ladder import Rung, ladder, recode
from danvan_study.publish.release.microdata import (
    BLANK,
    UNKNOWN,
    WITHHELD,
    Codes,
    Floats,
    Item,
    Key,
    Microdata,
    classes,
)
from danvan_study.publish.release.suppress import K, suppress_keys, withhold_answers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from danvan_study.publish.release.suppress import Flags

KEYS_HELD_BACK = 0.05
"""Part of the people's characteristics that may be held back; more, and the next coarser telling is better."""
ANSWERS_HELD_BACK = 0.10
"""Part of a question's answers that may be held back; more would tell a wrong story, and the question stays here."""
ITEMS_KEPT = 0.5
"""Part of the questions that a file must keep to be worth having."""
CLUSTER = 30
"""People in a released cluster, at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Protected:
    """A file that may be released; rows in the order of the people given."""

    keys: tuple[Key, ...]
    items: tuple[Item, ...]
    """Codes include :data:`WITHHELD`."""
    weight: Floats
    """The same for all who are alike: it tells nothing that the keys don't."""
    cluster: Codes
    """Villages joined at random to at least 30 people each, within the place that is told."""
    rung: Rung
    left_out: tuple[str, ...]
    """Items of which too much would have to be held back."""
    held_back: Mapping[str, float]
    """Key or item to the part of it that is held back."""
    smallest_class: int
    classes: int


def protect(microdata: Microdata, *, where: Words) -> Protected:
    """Return the finest telling in which every class has K people and no class gave one answer to a question.

    Parameters
    ----------
    where
        The wave, for messages.

    Raises
    ------
    StudyError
        No rung of the ladder will do.
    """
    for rung in ladder(microdata.keys):
        keys = [recode(key, rung.groups[key.name]) for key in microdata.keys if key.name in rung.groups]
        told = suppress_keys(keys, len(microdata.weight))
        if told is None or _part_held_back(keys, told) > KEYS_HELD_BACK:
            continue
        of, sizes = classes(told, len(microdata.weight))
        if sizes.min() < K:
            continue
        hidden = withhold_answers(microdata.items, keys, told, of=of)
        kept, left_out = _choose(microdata.items, hidden, of)
        if not kept or len(kept) < ITEMS_KEPT * len(microdata.items):
            continue
        telling = _Telling(rung=rung, keys=keys, told=told, of=of, hidden=hidden)
        return _assemble(microdata, telling, kept=kept, left_out=left_out)
    raise StudyError(
        where,
        say(
            "with {count} people who agree, no telling of their characteristics leaves {k} alike "
            "everywhere, two answers among them, and half of the questions.",
            count=len(microdata.weight),
            k=K,
        ),
        say("Nothing is released. Release it pooled with later waves, or publish tables only."),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Telling:
    """What a rung comes to."""

    rung: Rung
    keys: Sequence[Key]
    told: Sequence[Codes]
    of: Codes
    hidden: Mapping[str, Flags]


def _part_held_back(keys: Sequence[Key], told: Sequence[Codes]) -> float:
    known = sum(int((key.codes != UNKNOWN).sum()) for key in keys if not key.is_place)
    lost = sum(int(((codes == UNKNOWN) & (key.codes != UNKNOWN)).sum()) for key, codes in zip(keys, told, strict=True))
    return lost / known if known else 0.0


def _choose(items: Sequence[Item], hidden: Mapping[str, Flags], of: Codes) -> tuple[list[Item], tuple[str, ...]]:
    """Leave out items of which too much is held back, and those that hang on them."""
    gone = {item.name for item in items if _part_hidden(item, hidden[item.name], of) > ANSWERS_HELD_BACK}
    while more := {item.name for item in items if item.depends & gone} - gone:
        gone |= more
    return [item for item in items if item.name not in gone], tuple(item.name for item in items if item.name in gone)


def _part_hidden(item: Item, hidden: Flags, of: Codes) -> float:
    """Return which part of an item's answers is held back; of one that nobody answered, everything."""
    answered = item.codes != BLANK
    return float((hidden[of] & answered).sum() / answered.sum()) if answered.any() else 1.0


def _assemble(microdata: Microdata, telling: _Telling, *, kept: Sequence[Item], left_out: tuple[str, ...]) -> Protected:
    of = telling.of
    held_back = {
        key.name: float(((codes == UNKNOWN) & (key.codes != UNKNOWN)).mean())
        for key, codes in zip(telling.keys, telling.told, strict=True)
    }
    held_back |= {item.name: _part_hidden(item, telling.hidden[item.name], of) for item in kept}
    places = [codes for key, codes in zip(telling.keys, telling.told, strict=True) if key.is_place]
    sizes = np.bincount(of)
    return Protected(
        keys=tuple(replace(key, codes=codes) for key, codes in zip(telling.keys, telling.told, strict=True)),
        items=tuple(
            replace(item, codes=np.where(telling.hidden[item.name][of], WITHHELD, item.codes)) for item in kept
        ),
        weight=_weights(microdata.weight, of),
        cluster=join_clusters(microdata.cluster, places),
        rung=telling.rung,
        left_out=left_out,
        held_back=held_back,
        smallest_class=int(sizes.min()),
        classes=len(sizes),
    )


def _weights(weight: Floats, of: Codes) -> Floats:
    """Return the mean weight of each class, with two digits of the median: one's own would tell age and household."""
    mean = np.bincount(of, weights=weight) / np.bincount(of)
    step = 10.0 ** (math.floor(math.log10(float(np.median(mean)))) - 1)
    rounded: Floats = np.maximum(np.round(mean / step), 1.0) * step
    return rounded[of]


def join_clusters(cluster: Codes, places: Sequence[Codes]) -> Codes:
    """Join villages in the order of their numbers, which means nothing, until each has CLUSTER people.

    Who finds their own row finds their village's number, and with it the neighbours. Sums of independent clusters are
    independent: variances stay right, with fewer degrees of freedom. Villages whose places differ are never joined.
    """
    of_place, _ = classes(places, len(cluster))
    joined = np.zeros(len(cluster), dtype=np.int64)
    number = 0
    for place in np.unique(of_place):
        here = of_place == place
        size, first = 0, number
        for village in np.unique(cluster[here]):
            rows = here & (cluster == village)
            if size >= CLUSTER:
                number, size = number + 1, 0
            joined[rows] = number
            size += int(rows.sum())
        if size < CLUSTER and number > first:  # the last is too small: it goes with the one before
            joined[joined == number] = number - 1
            number -= 1
        number += 1
    return joined
