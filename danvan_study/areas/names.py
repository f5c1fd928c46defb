"""Find the unit that a written name means, or none: a name that could mean two is matched to neither.

The tiers, from sure to less sure; the first one with a candidate decides, and more than one candidate is a refusal:

1. the name with its accents, wherever the tone stands (``Định Hoá``, ``Định Hóa``);
2. i for y (``Đồng Hỉ``, ``Đồng Hỷ``);
3. an earlier or other name (``Hoành Bồ`` for Hạ Long);
4. the name without accents (``bac kan``), unless exactly this name belongs to another unit of the same level;
5. a slip of a letter that left no Vietnamese syllable (``Bù Đăg``), if no other name is near. ``Hải Hậu`` is no slip
   for Hải Hà: it is another place.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

from danvan_study.text import fold, is_syllable, iy_key, squeeze, tone_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from danvan_study.areas.gazetteer import Gazetteer, Unit

TYPES: Final[Mapping[str, tuple[str, ...]]] = {
    "Tỉnh": ("tỉnh", "tinh", "t."),
    "Thành phố": ("thành phố", "thanh pho", "tp.", "tp", "t.p.", "t.p"),
    "Thị xã": ("thị xã", "thi xa", "tx.", "tx", "t.x.", "t.x"),
    "Thị trấn": ("thị trấn", "thi tran", "tt.", "tt", "t.t.", "t.t"),
    "Huyện": ("huyện", "huyen", "h.", "h"),
    "Phường": ("phường", "phuong", "p.", "p"),
    "Xã": ("xã", "xa", "x.", "x"),
    "Đặc khu": ("đặc khu", "dac khu", "đk.", "đk"),
}
"""Type of a unit to the ways in which people write it before the name."""

OF_LEVEL: Final[Mapping[str, tuple[str, ...]]] = {
    "province": ("Tỉnh", "Thành phố"),
    "district": ("Thành phố", "Thị xã", "Huyện"),
    "commune": ("Thị trấn", "Phường", "Xã", "Đặc khu"),
}
"""Types that the units of a level have. What is written as a commune is no district of that name."""

_PREFIXES: Final = sorted(
    ((written, kind) for kind, ways in TYPES.items() for written in ways), key=lambda pair: -len(pair[0])
)
_APART: Final = re.compile(r"[,;()\[\]]|\s[-–/]\s")
LONG: Final = 5
"""Letters from which on one slip leaves a name recognisable."""
NEAR: Final = 0.85
FAR: Final = 0.10
"""A slip is taken only if the name is this alike, and every other one by so much less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What a written name means."""

    written: str
    unit: Unit | None
    tier: str
    """``exact``, ``iy``, ``alias``, ``folded``, ``slip``; empty where there is no match."""
    candidates: tuple[Unit, ...] = ()
    """Units that the name could mean, where it could mean several."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read what was written: type, then name."""

    kind: str
    name: str


class NameMatcher:
    """Matches written names to the units of one level and vintage.

    Parameters
    ----------
    gazetteer
        All units.
    vintage, level
        Which units a name may mean.
    """

    def __init__(self, gazetteer: Gazetteer, *, vintage: str, level: str) -> None:
        self._gazetteer = gazetteer
        self._units = {unit.key: unit for unit in gazetteer.units if (unit.vintage, unit.level) == (vintage, level)}
        self._types = OF_LEVEL[level]
        self._exact = self._index(tone_key, self._own_names)
        self._tiers: tuple[tuple[str, Callable[[str], str], Mapping[str, set[str]]], ...] = (
            ("exact", tone_key, self._exact),
            ("iy", iy_key, self._index(iy_key, self._own_names)),
            ("alias", iy_key, self._index(iy_key, self._other_names)),
            ("folded", fold, self._index(fold, lambda key: self._own_names(key) + self._other_names(key))),
        )

    def match(self, written: str, *, within: str = "") -> Match:
        """Find the unit that ``written`` means.

        Parameters
        ----------
        written
            As typed, with or without type, accents and the unit above: ``"TP. Bắc Kạn"``, ``"Lộc Ninh, Bình Phước"``.
        within
            Key of a unit that is known to hold it, of the same vintage.
        """
        name, *above = [squeeze(part) for part in _APART.split(squeeze(written)) if part.strip()] or [""]
        scope = self._scope(above, within)
        readings = [reading for reading in _readings(name) if reading.kind in ("", *self._types)]
        # Without any accent, "quang minh" may be Quang Minh or Quảng Minh: only the folded tier is fair to both.
        tiers = self._tiers[-1:] if name.isascii() else self._tiers
        for tier, key_of, index in tiers:
            found = self._look_up(readings, key_of, index) & scope
            if tier == "folded" and found and not name.isascii() and not self._may_fold(readings, scope):
                return Match(written=written, unit=None, tier="", candidates=self._in_order(found))
            if found:
                meant = self._of_kind(found, readings)
                unit = self._units[next(iter(meant))] if len(meant) == 1 else None
                return Match(
                    written=written,
                    unit=unit,
                    tier=tier if unit else "",
                    candidates=() if unit else self._in_order(meant),
                )
        slip = self._slip(readings, scope)
        return Match(written=written, unit=self._units[slip] if slip else None, tier="slip" if slip else "")

    def find(self, written: str, *, within: str = "") -> Unit | None:
        """Return the unit that a key, code, form choice or name means; None where it means none or several."""
        by_code = {name: unit for unit in self._units.values() for name in (unit.key, unit.code, unit.choice)}
        return by_code.get(written) or self.match(written, within=within).unit

    def _of_kind(self, found: set[str], readings: Sequence[_Reading]) -> set[str]:
        """Keep the units of the type that was written, if there are any: types change, names less so."""
        kinds = {reading.kind for reading in readings if reading.kind}
        return {key for key in found if self._units[key].type in kinds} or found

    def _scope(self, above: Sequence[str], within: str) -> set[str]:
        """Return the keys of the units that lie in all the units named above them."""
        scope = {key for key in self._units if not within or within in self._ancestors(key)}
        for name in above:
            keys = {fold(reading.name) for reading in _readings(name)}
            scope = {
                key
                for key in scope
                if any(fold(bare) in keys for parent in self._ancestors(key) for bare in self._names(parent))
            }
        return scope

    def _ancestors(self, key: str) -> list[str]:
        """Return the keys of the units that hold ``key``."""
        found = []
        parent = self._units[key].parent
        while parent:
            found.append(parent)
            parent = self._gazetteer.unit(parent).parent
        return found

    def _names(self, key: str) -> list[str]:
        return [self._gazetteer.unit(key).bare_name, *self._gazetteer.aliases.get(key, ())]

    def _own_names(self, key: str) -> list[str]:
        return [self._units[key].bare_name]

    def _other_names(self, key: str) -> list[str]:
        """Return the aliases, and the names of units that became this one as a whole and under the same code."""
        earlier = [
            self._gazetteer.unit(link.old).bare_name
            for link in self._gazetteer.links_to(key)
            if link.carries_population and link.old.endswith(f":{self._units[key].code}")
        ]
        return [*self._gazetteer.aliases.get(key, ()), *earlier]

    def _index(self, key_of: Callable[[str], str], names: Callable[[str], list[str]]) -> dict[str, set[str]]:
        index: dict[str, set[str]] = defaultdict(set)
        for key in self._units:
            for name in names(key):
                index[key_of(name)].add(key)
        return index

    def _look_up(
        self, readings: Sequence[_Reading], key_of: Callable[[str], str], index: Mapping[str, set[str]]
    ) -> set[str]:
        return {key for reading in readings for key in index.get(key_of(reading.name), ())}

    def _may_fold(self, readings: Sequence[_Reading], scope: set[str]) -> bool:
        """Accents may be dropped unless what was written is, letter by letter, the name of a unit somewhere else."""
        return not self._look_up(readings, tone_key, self._exact) - scope

    def _slip(self, readings: Sequence[_Reading], scope: set[str]) -> str:
        if not readings or not self._may_fold(readings, scope):
            return ""
        written = [fold(reading.name) for reading in readings]
        ranked = sorted(
            (
                (max(_likeness(text, fold(name)) for text in written for name in self._own_names(key)), key)
                for key in scope
            ),
            reverse=True,
        )
        if not ranked or ranked[0][0] < NEAR:
            return ""
        runner_up = ranked[1][0] if len(ranked) > 1 else 0.0
        return ranked[0][1] if ranked[0][0] - runner_up >= FAR else ""

    def _in_order(self, keys: set[str]) -> tuple[Unit, ...]:
        return tuple(self._units[key] for key in sorted(keys))


def _readings(written: str) -> list[_Reading]:
    """Return the name as it stands, and without what may be its type: Phương Giao may lack an accent or be one."""
    readings = [_Reading("", written)]
    lower = written.casefold()
    for prefix, kind in _PREFIXES:
        if lower.startswith(prefix) and (prefix.endswith(".") or lower[len(prefix) :].startswith((" ", "."))):
            readings.append(_Reading(kind, written[len(prefix) :].lstrip(" .")))
            break
    return [reading for reading in readings if reading.name]


def _likeness(left: str, right: str) -> float:
    """Return how alike a slip and a name are, both folded; 0 where the slip may be a word of its own."""
    pairs = [(one, other) for one, other in zip(left.split(), right.split(), strict=False) if one != other]
    if len(pairs) != 1 or is_syllable(pairs[0][0]):
        return 0.0
    if min(len(left.replace(" ", "")), len(right.replace(" ", ""))) < LONG or left.count(" ") != right.count(" "):
        return 0.0
    return SequenceMatcher(None, left, right, autojunk=False).ratio()
