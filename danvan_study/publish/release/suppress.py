"""Local suppression: characteristics of the few, and answers that everybody alike gave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from danvan_study.publish.release.microdata import BLANK, UNKNOWN, Codes, Item, Key, classes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]

K = 5
"""People alike in all characteristics that the file tells, at least."""
L = 2
"""Different answers among people alike, at least."""


def suppress_keys(keys: Sequence[Key], n: int) -> list[Codes] | None:
    """Return the codes of the keys such that every class has K people; None where holding back can't do it.

    In classes of fewer than K the last characteristic of the person is held back. Where they are still too few, people
    who differ from them in nothing else that is told join them, as many as are needed, from a class that can spare
    them; else the characteristic before goes as well, and so on. Places are never held back for some: neighbours would
    tell them. Rows stand in random order, so the first of a class are as good as any.
    """
    told = [key.codes.copy() for key in keys]
    people = [column for column, key in enumerate(keys) if not key.is_place][::-1]
    for depth, column in enumerate(people, 1):
        told[column][_too_few(told, n)] = UNKNOWN
        while (rows := _joining(told, people[:depth], is_last=depth == len(people))) is not None:
            for held_back in people[:depth]:
                told[held_back][rows] = UNKNOWN
    return None if _too_few(told, n).any() else told


def _too_few(told: Sequence[Codes], n: int) -> Flags:
    of, sizes = classes(told, n)
    few: Flags = sizes[of] < K
    return few


def _joining(told: Sequence[Codes], blanked: Sequence[int], *, is_last: bool) -> Codes | None:
    """Return rows that fill up a class of too few; None where no class is too few, or nobody can be spared.

    They come from the largest class that is the same in every other column. Where that would fall below K and only
    places are left to tell (``is_last``), a whole class joins, the smallest.
    """
    n = len(told[0])
    of, sizes = classes(told, n)
    others = [codes for column, codes in enumerate(told) if column not in blanked]
    beside, _ = classes(others, n)
    held_back = np.logical_and.reduce([told[column] == UNKNOWN for column in blanked])
    for small in np.unique(of[held_back & (sizes[of] < K)]):
        place = beside[of == small][0]
        around = np.unique(of[(beside == place) & (of != small)])
        if not len(around):
            continue
        largest, smallest = around[sizes[around].argmax()], around[sizes[around].argmin()]
        need = K - int(sizes[small])
        if sizes[largest] - need >= K:
            return np.flatnonzero(of == largest)[:need]
        if is_last:
            return np.flatnonzero(of == smallest)
    return None


def withhold_answers(
    items: Sequence[Item], keys: Sequence[Key], told: Sequence[Codes], *, of: Codes
) -> dict[str, Flags]:
    """Return for each item the classes in which it is held back.

    That is where all gave the same answer (l-diversity: Machanavajjhala et al. 2007, ACM Trans. Knowl. Discov. Data 1,
    article 3); where the gate hides the question in published tables for what the class
    shares; and where a question is held back on whose answer it hangs, for who was asked would tell that.
    """
    count = int(of.max(initial=-1)) + 1
    hidden = {item.name: _all_alike(item.codes, of, count) | _closed(item, keys, told, of=of) for item in items}
    depends = {item.name: item.depends for item in items}
    changed = True
    while changed:
        before = sum(int(flags.sum()) for flags in hidden.values())
        for name, needed in depends.items():
            for other in needed:
                hidden[name] = hidden[name] | hidden[other]
        changed = sum(int(flags.sum()) for flags in hidden.values()) > before
    return hidden


def _all_alike(codes: Codes, of: Codes, count: int) -> Flags:
    """Return the classes with fewer than L different answers; where nobody was asked, there is nothing to tell."""
    width = int(codes.max(initial=0)) + 2
    class_and_answer = np.unique(of * width + codes + 1)
    is_answered = np.zeros(count, dtype=bool)
    is_answered[of[codes != BLANK]] = True
    alike: Flags = is_answered & (np.bincount(class_and_answer // width, minlength=count) < L)
    return alike


def _closed(item: Item, keys: Sequence[Key], told: Sequence[Codes], *, of: Codes) -> Flags:
    count = int(of.max(initial=-1)) + 1
    flags = np.zeros(count, dtype=bool)
    for key, codes in zip(keys, told, strict=True):
        for place, value in enumerate(key.values):
            if (key.name, value) in item.closed:
                flags[of[codes == place]] = True
    return flags
