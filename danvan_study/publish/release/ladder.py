"""The ladder of recodings: from what was asked to ever coarser characteristics, the same steps for every wave."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from danvan_study.publish.release.microdata import UNKNOWN, Key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Groups = tuple[tuple[str, ...], ...]
JOINED = " + "
"""Stands between the values of a group in its name."""
MANY, SEVERAL = 4, 3
"""Values from which on they are joined in pairs; and from which on, if that is not enough, a characteristic goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One way to tell the keys: which values are told together. A key that is not here is not told at all."""

    groups: dict[str, Groups]
    steps: tuple[str, ...] = ()
    """What was done to come here: ``pairs edu_band``, ``coarser area``, ``drop residence``."""


def ladder(keys: Sequence[Key]) -> Iterator[Rung]:
    """Yield the rungs from fine to coarse, each with all steps before it.

    Coarser places first, then pairs of neighbouring bands, the last characteristic of study.toml first; then places go,
    those with most values first; then characteristics of many values go. Two values (sex) are never joined.
    """
    rung = Rung(groups={key.name: tuple((value,) for value in key.values) for key in keys})
    yield rung
    places = sorted((key for key in keys if key.is_place), key=lambda key: -len(key.values))
    people = [key for key in keys if not key.is_place][::-1]
    for key in places:
        if key.coarser:
            rung = _step(rung, key.name, key.coarser, step=f"coarser {key.name}")
            yield rung
    for key in people:
        if len(key.values) >= MANY:
            rung = _step(rung, key.name, _pairs(key.values), step=f"pairs {key.name}")
            yield rung
    wide = [key for key in people if len(key.values) >= SEVERAL]
    for key in [*places[:1], *wide[:1], *places[1:], *wide[1:]]:
        rung = _step(rung, key.name, (), step=f"drop {key.name}")
        yield rung


def recode(key: Key, groups: Groups) -> Key:
    """Return a key with its values joined into ``groups``; a group is called after all that is in it."""
    place = {value: number for number, group in enumerate(groups) for value in group}
    to = np.array([*(place.get(value, UNKNOWN) for value in key.values), UNKNOWN], dtype=np.int64)
    return replace(key, values=tuple(JOINED.join(group) for group in groups), codes=to[key.codes])


def _step(rung: Rung, name: str, groups: Groups, *, step: str) -> Rung:
    others = {key: kept for key, kept in rung.groups.items() if key != name}
    return Rung(groups=rung.groups | {name: groups} if groups else others, steps=(*rung.steps, step))


def _pairs(values: Sequence[str]) -> Groups:
    """Join neighbours two by two; of an odd number the last three stay together."""
    starts = range(0, len(values) - len(values) % 2, 2)
    groups = [tuple(values[start : start + 2]) for start in starts]
    if len(values) % 2:
        groups[-1] = (*groups[-1], values[-1])
    return tuple(groups)
