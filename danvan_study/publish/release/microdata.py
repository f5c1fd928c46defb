"""People as the protection sees them: characteristics that others know (keys), answers for nobody to learn (items).

Codes are whole numbers that point into the values; negative ones say why there is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]

UNKNOWN = -1
"""Of a key: not said, or held back; nobody can tell which."""
BLANK = -1
"""Of an item: not asked, or no answer."""
WITHHELD = -2
"""Of an item: held back, whether there was an answer or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A characteristic by which somebody who knows a person might find them."""

    name: str
    values: tuple[str, ...]
    """In the order of the form."""
    codes: Codes
    is_place: bool = False
    """The same for everybody in a village: held back for one, it could be read from the neighbours."""
    coarser: tuple[tuple[str, ...], ...] = ()
    """Values that belong together one step up, such as districts of one province; empty: there is no such step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A question's answers."""

    name: str
    values: tuple[str, ...]
    codes: Codes
    depends: frozenset[str] = frozenset()
    """Items whose answers decide whether this one is asked."""
    closed: frozenset[tuple[str, str]] = frozenset()
    """Key and value of the sets of this question that the gate hides in published tables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Microdata:
    """A wave's people, of those who agreed."""

    keys: tuple[Key, ...]
    items: tuple[Item, ...]
    weight: Floats
    cluster: Codes
    """Numbers 0 and up that mean nothing."""


def encode(values: Sequence[str], cells: Iterable[str], *, absent: int) -> Codes:
    """Return the place of each cell among ``values``; ``absent`` for any other."""
    places = {value: place for place, value in enumerate(values)}
    return np.array([places.get(cell, absent) for cell in cells], dtype=np.int64)


def classes(columns: Sequence[Codes], n: int) -> tuple[Codes, Codes]:
    """Return the class of each row, rows alike in every column having the same, and the size of each class.

    A code that is held back is a value like any other: people are alike only where the file shows the same of them.
    That is stricter than letting it stand for any value (as sdcMicro does): whoever looks for a person finds only whole
    classes that fit (k-anonymity: Sweeney 2002, Int. J. Uncertain. Fuzz. 10, 557-570).
    """
    found = np.zeros(n, dtype=np.int64)
    for codes in columns:
        joined = found * (int(codes.max(initial=0)) + 3) + codes + 2
        _, found = np.unique(joined, return_inverse=True)
    return found, np.bincount(found, minlength=1)
