"""Secondary suppression: which other sets must be hidden so that nobody can subtract a set of too few people.

One question's table in one breakdown (areas, or the values of a group) is a grid of parts and waves. Its parts add up
to everybody in each wave, its waves to the longer periods of each part. A hidden count is safe while it can *move*: a
swap of people between two parts in one wave, or in two waves the opposite way, that leaves every shown figure as it
is (the cycles of Kelly, Golden and Assad 1992, Networks 22, on cell suppression). As what was published can't be taken
back, only sets of the release at hand are hidden.
"""

from __future__ import annotations

from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

CLOSE: Final = 10
"""An interval no wider than this tells a count to within five."""
EVERYBODY: Final = ""
"""The part that is the sum of all others."""
_REST: Final = "\0"
"""The people of everybody who are of no listed part. Nothing is ever printed of them."""
_NO_LIMIT: Final = 1 << 30

Span = int
"""Waves as bits: the first wave is bit 0."""
Set = tuple[str, Span]
"""A part in a period."""
Rank = tuple[bool, int, int]
"""How good it would be to hide some sets, the best first: not safe yet, less room made, people hidden."""


class Size(NamedTuple):
    """What a part's figures of one wave rest on."""

    n: int = 0
    clusters: int = 0
    is_imprecise: bool = False
    """Whether the set isn't shown for the width of its interval."""
    answers: Mapping[str, int] = MappingProxyType({})
    """Answer to the people who gave it."""


class _Swap(NamedTuple):
    """People go from one part to another in a wave, and as many come back in another wave, if there is one."""

    there: Span
    back: Span


class Grid:
    """One question in one breakdown, released wave by wave.

    Parameters
    ----------
    smallest_n, smallest_clusters
        Sets below are hidden for the sake of the people in them.
    keeps_clusters
        Whether every wave goes to the same clusters.
    waves
        How many went by before the first one in which the question was asked.
    """

    def __init__(
        self, *, smallest_n: int, smallest_clusters: int, keeps_clusters: bool = False, waves: int = 0
    ) -> None:
        self._smallest_n, self._smallest_clusters, self._waves = smallest_n, smallest_clusters, waves
        self._pool = max if keeps_clusters else sum
        self._sizes: dict[str, list[Size]] = {}
        self._n: dict[Set, int] = {}
        self._shown: dict[str, list[Span]] = {}
        self._hidden: dict[str, list[Span]] = {}
        self._secret: list[Set] = []
        self._released: list[Span] = []
        self._last: dict[tuple[str, Span, Span], _Swap] = {}
        self._joint: set[Span] = set()

    def release(
        self,
        sizes: Mapping[str, Size],
        spans: Sequence[Span],
        *,
        closed: Collection[Span] = (),
        sides: Mapping[Span, Sequence[Collection[str]]] = MappingProxyType({}),
    ) -> list[Set]:
        """Publish a wave and longer periods, and return the sets to hide beside those of too few people.

        Parameters
        ----------
        sizes
            Part to its size in the wave, :data:`EVERYBODY` among them.
        spans
            The wave, and the periods that end with it. A period in which the question wasn't asked throughout is
            not published.
        closed
            Periods in which nothing is shown.
        sides
            Further periods, in which parts are shown together only: to the parts of each side.
        """
        self._grow(sizes)
        spans = [span for span in spans if all(size.n for size in self._within(EVERYBODY, span))]
        self._released += spans
        for part in self.parts:
            for span in spans:
                self._enter(part, span)
        for span, joined in sides.items():
            self._join(span, joined)
        spans = [*spans, *sides]
        hidden = [(part, span) for part in self._parts for span in spans if span in closed and self.shows(part, span)]
        self._hide(hidden)
        for secret in self._secret:
            while not self._is_safe(*secret) and (cheapest := self._cheapest(*secret, current=set(spans))):
                self._hide(cheapest)
                hidden += cheapest
        return hidden

    def shows(self, part: str, span: Span) -> bool:
        """Say whether a part's figures of a period are published."""
        return span in self._shown.get(part, ()) and self._n[part, span] > 0

    def _grow(self, sizes: Mapping[str, Size]) -> None:
        sizes = dict(sizes) | self._rest(sizes)
        for part in sizes:
            if part not in self._sizes:
                self._sizes[part] = [Size()] * self._waves
                self._shown[part], self._hidden[part] = list(self._released), []
        for part, known in self._sizes.items():
            known.append(sizes.get(part, Size()))
        self._waves += 1

    def _rest(self, sizes: Mapping[str, Size]) -> dict[str, Size]:
        listed = [size for part, size in sizes.items() if part != EVERYBODY]
        if not listed:
            return {}
        everybody = sizes.get(EVERYBODY, Size())
        answers = {
            answer: count - sum(size.answers.get(answer, 0) for size in listed)
            for answer, count in everybody.answers.items()
        }
        return {_REST: Size(everybody.n - sum(size.n for size in listed), answers=answers)}

    def _enter(self, part: str, span: Span) -> None:
        sizes = self._within(part, span)
        n = self._n[part, span] = sum(size.n for size in sizes)
        few = 0 < n < self._smallest_n
        thin = n > 0 and self._pool(size.clusters for size in sizes) < self._smallest_clusters
        imprecise = len(sizes) == 1 and sizes[0].is_imprecise
        (self._hidden if few or thin or imprecise else self._shown)[part].append(span)
        if (few or thin) and (part != EVERYBODY or not self._parts):
            self._secret.append((part, span))

    def _join(self, span: Span, sides: Sequence[Collection[str]]) -> None:
        """Show sides together: nobody may swap in or out of a part unless all of them are hidden."""
        sizes = [[size for part in side if part in self._sizes for size in self._within(part, span)] for side in sides]
        if min(sum(size.n for size in side) for side in sizes) < self._smallest_n:
            return
        self._joint.add(span)
        for side, theirs in zip(sides, sizes, strict=True):
            for part in self._sizes.keys() & set(side):
                self._n[part, span] = sum(size.n for size in theirs)
                self._shown[part].append(span)

    def _hide(self, sets: Sequence[Set]) -> None:
        for part, span in sets:
            for one in self._shown if span in self._joint else [part]:
                if span in self._shown[one]:
                    self._shown[one].remove(span)
                    self._hidden[one].append(span)

    def _is_safe(self, part: str, span: Span) -> bool:
        inside = [wave for wave in self._waves_of(span) if self._sizes[part][wave.bit_length() - 1].n]
        return all(self._can_move(part, span, there) for there in inside)

    def _can_move(self, part: str, span: Span, there: Span) -> bool:
        """Say whether any swap in a wave hides a count; the one that did last time is tried first."""
        swaps = self._swaps(span, there)
        last = self._last.get((part, span, there))
        found = next((swap for swap in chain([last] if last else [], swaps) if self._moves(part, swap)), None)
        if found:
            self._last[part, span, there] = found
        return found is not None

    def _moves(self, part: str, swap: _Swap) -> bool:
        if self._blocks(part, swap):
            return False
        partners = [one for one in self._partners(part) if not self._blocks(one, swap)]
        return sum(self._room(part, partners, swap)) > CLOSE and (
            not swap.back or self._hides_answers(part, partners, swap)
        )

    def _hides_answers(self, part: str, partners: Collection[str], swap: _Swap) -> bool:
        """Say whether each answer may be nobody's, or anything within more than ten, for those who come back."""
        there, back = swap.there.bit_length() - 1, swap.back.bit_length() - 1
        for answer, count in self._sizes[part][there].answers.items():
            theirs = [sum(self._sizes[one][wave].answers.get(answer, 0) for one in partners) for wave in (there, back)]
            up, down = min(theirs[0], self._sizes[part][back].answers.get(answer, 0)), min(theirs[1], count)
            if down < count and up + down <= CLOSE:
                return False
        return True

    def _cheapest(self, part: str, span: Span, *, current: set[Span]) -> list[Set]:
        """Return the sets of the current release whose hiding makes a count safe, the fewest people first.

        Where no partner alone is enough, the one that makes most room; nothing where nothing helps.
        """
        best: tuple[Rank, list[Set]] | None = None
        for there in self._waves_of(span):
            if self._can_move(part, span, there):
                continue
            for swap in self._swaps(span, there):
                for offer in self._offers(part, swap, current=current):
                    best = min(best or offer, offer)
        return best[1] if best else []

    def _offers(self, part: str, swap: _Swap, *, current: set[Span]) -> Iterator[tuple[Rank, list[Set]]]:
        """Walk over the partners whose sets could be hidden, each with how good that would be."""
        own = self._blocks(part, swap)
        if not self._can_hide(part, own, current):
            return
        blocks = {one: self._blocks(one, swap) for one in self._partners(part)}
        partners = [one for one, shown in blocks.items() if not shown]
        before = 0 if own else sum(self._room(part, partners, swap))
        mine = [(part, one) for one in own]
        higher, lower = self._reach(part, swap, mine)
        reached = [self._reach(one, swap) for one in partners]
        ups, downs = sum(up for up, _ in reached), sum(down for _, down in reached)
        for partner, shown in blocks.items():
            extra = mine + [(partner, one) for one in shown if partner != part]
            if not extra or not self._can_hide(partner, shown, current):
                continue
            up, down = self._reach(partner, swap, extra) if shown and partner != part else (0, 0)
            room = min(higher, downs + down), min(lower, ups + up)
            if partner == part:
                room = higher, lower
            safe = sum(room) > CLOSE
            safe = safe and (not swap.back or self._hides_answers(part, {*partners, partner}, swap))
            if safe or sum(room) > before:
                yield (not safe, 0 if safe else -sum(room), sum(self._n[one] for one in extra)), extra

    def _room(self, part: str, partners: Sequence[str], swap: _Swap) -> tuple[int, int]:
        """Return by how much a part's count may be higher, and lower, in a swap with all partners together."""
        higher, lower = self._reach(part, swap)
        if partners == [part]:
            return higher, lower
        theirs = [self._reach(one, swap) for one in partners]
        return min(higher, sum(down for _, down in theirs)), min(lower, sum(up for up, _ in theirs))

    def _reach(self, part: str, swap: _Swap, extra: Collection[Set] = ()) -> tuple[int, int]:
        """Return how many people a swap may bring to a part in its first wave, and take from it."""
        up = down = _NO_LIMIT
        there, back = swap
        if part == _REST:
            here, then = (self._sizes[part][wave.bit_length() - 1].n if wave else _NO_LIMIT for wave in swap)
            return (then, here) if here and then else (0, 0)  # where all are listed, everybody knows that they are
        for span in (*self._hidden[part], *(span for one, span in extra if one == part)):
            change = bool(span & there) - bool(span & back)
            if change > 0:  # a hidden set is known to have one person at least
                down = min(down, self._n[part, span] - 1)
            elif change < 0:
                up = min(up, self._n[part, span] - 1)
        return up, down

    def _blocks(self, part: str, swap: _Swap) -> list[Span]:
        """Return the shown sets of a part that a swap would change."""
        there, back = swap
        return [span for span in self._shown[part] if bool(span & there) != bool(span & back)]

    def _can_hide(self, part: str, spans: Sequence[Span], current: set[Span]) -> bool:
        return all(span in current and self._n[part, span] for span in spans)

    def _swaps(self, span: Span, there: Span) -> Iterator[_Swap]:
        """Walk over the swaps in a wave of a period; of a single wave also those that come back in another."""
        yield _Swap(there, 0)
        if span == there:
            yield from (_Swap(there, 1 << number) for number in range(self._waves) if there != 1 << number)

    def _waves_of(self, span: Span) -> list[Span]:
        return [1 << number for number in range(self._waves) if span >> number & 1]

    def _partners(self, part: str) -> list[str]:
        """Return with whom a part may swap; where there are no parts, everybody by themselves."""
        return [one for one in self._parts if one != part] if self._parts else [part]

    @property
    def parts(self) -> list[str]:
        """All parts that were ever listed, everybody among them."""
        return [part for part in self._sizes if part != _REST]

    @property
    def _parts(self) -> list[str]:
        return [part for part in self._sizes if part != EVERYBODY]

    def _within(self, part: str, span: Span) -> list[Size]:
        return [size for place, size in enumerate(self._sizes[part]) if span >> place & 1]
