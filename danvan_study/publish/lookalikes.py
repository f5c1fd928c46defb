"""A handful of people stay unknown as long as another table of other people prints alike.

Where a figure isn't told because few people stand behind it, the other figures of the question, in other parts and
other periods, must not tell how many they are. They don't while somebody could have answered otherwise in one wave,
and somebody else the opposite way, so that every printed figure stays as it is. Where no such pair is found, figures
of the release at hand are hidden until there is one. As everything printed of older releases left one before, and a
release of which nothing is printed leaves it as it was, there is always a way.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from danvan_study.publish.printed import Printed, Sheet
from danvan_study.publish.rounding import WHOLE_BELOW

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from danvan_study.publish.figure_set import Label
    from danvan_study.publish.secondary import Span

    Counts = Mapping[str, int]

Part = tuple[str, str, str]
"""Level, group, and area or value; blank the people of a breakdown who are listed nowhere."""
EVERYBODY: Final[Part] = ("all", "", "")


class Shift(NamedTuple):
    """Somebody gives another answer in a wave, and somebody the opposite way in another wave, if there is one."""

    there: Span
    back: Span
    gone: str
    come: str

    @property
    def opposite(self) -> Shift:
        """The shift that makes up for it in another part."""
        return self._replace(gone=self.come, come=self.gone)


Plan = tuple[tuple[Part, Shift], ...]
"""Shifts that leave every sum over parts as it is."""
Price = tuple[int, int, int]
"""What must be hidden for a plan: sets of everybody, sets, people in them."""


class Lookalikes:
    """The answers to one question in all its breakdowns, released wave by wave.

    Parameters
    ----------
    sheet
        Which figures are printed.
    smallest
        The smallest count of people that is told.
    waves
        How many went by before the first one in which the question was asked.
    """

    def __init__(self, sheet: Sheet, *, smallest: int, waves: int = 0) -> None:
        self._sheet, self._smallest, self._waves = sheet, smallest, waves
        self._counts: dict[Part, list[Counts]] = {}
        self._printed: dict[Part, dict[Span, Printed]] = {}
        self._plans: dict[tuple[Part, Span, Label], Plan] = {}
        self._current: set[Span] = set()
        self._blocked_by: dict[tuple[Part, Shift], list[Span] | None] = {}

    def release(
        self,
        counts: Mapping[Part, Counts],
        shown: Mapping[Part, Sequence[Span]],
        sides: Mapping[Span, Sequence[Sequence[Part]]] = MappingProxyType({}),
    ) -> list[tuple[Part, Span, Label]]:
        """Publish a wave and the periods that end with it, and return the figures to hide.

        Parameters
        ----------
        counts
            Part to its people by answer in the wave, :data:`EVERYBODY` among them.
        shown
            Part to the periods in which the question is shown for it.
        sides
            Further periods in which it is shown for the parts of each side together. What is to be hidden of a side
            is returned for one of its parts.
        """
        self._grow(counts)
        self._current = {*sides, *(span for spans in shown.values() for span in spans)}
        secrets = list(self._plans)
        sets = [((part,), span) for part, spans in shown.items() for span in spans]
        for parts, span in [*sets, *((side, span) for span, both in sides.items() for side in both)]:
            known = [part for part in parts if part in self._counts]
            largest = max(known, key=lambda part: sum(self._count([part], span).values()))
            secrets += [(largest, span, label) for label in self._print(known, span).few]
        hidden: list[tuple[Part, Span, Label]] = []
        self._blocked_by.clear()
        for secret in secrets:
            if not self._still_holds(self._plans.get(secret)):
                plan = self._plans[secret] = self._cheapest(*secret)
                hidden += self._hide(plan)
        return hidden

    def _grow(self, counts: Mapping[Part, Counts]) -> None:
        everybody = dict(counts.get(EVERYBODY, {}))
        known: dict[Part, Counts] = {EVERYBODY: everybody}
        for breakdown in sorted({part[:2] for part in (*counts, *self._counts)} - {EVERYBODY[:2]}):
            listed = {part: there for part, there in counts.items() if part[:2] == breakdown}
            rest = {
                answer: people - sum(there.get(answer, 0) for there in listed.values())
                for answer, people in everybody.items()
            }
            known |= {**listed, (*breakdown, ""): rest}
        for part in known:
            if part not in self._counts:
                self._counts[part], self._printed[part] = [{}] * self._waves, {}
        for part, waves in self._counts.items():
            waves.append(known.get(part, {}))
        self._waves += 1

    def _count(self, parts: Sequence[Part], span: Span) -> Counts:
        counts: dict[str, int] = {}
        for part in parts:
            for place, wave in enumerate(self._counts[part]):
                if span >> place & 1:
                    for answer, people in wave.items():
                        counts[answer] = counts.get(answer, 0) + people
        return counts

    def _print(self, parts: Sequence[Part], span: Span) -> Printed:
        counts = self._count(parts, span)
        alone = EVERYBODY in parts and span & (span - 1) == 0 and sum(counts.values()) < WHOLE_BELOW
        printed = Printed(self._sheet, counts, smallest=self._smallest, is_benchmark=alone)
        for part in parts:
            self._printed[part][span] = printed
        return printed

    def _still_holds(self, plan: Plan | None) -> bool:
        return plan is not None and all(self._blocks(part, shift) == [] for part, shift in plan)

    def _hide(self, plan: Plan) -> list[tuple[Part, Span, Label]]:
        hidden = []
        for part, shift in plan:
            for span in self._blocks(part, shift) or ():
                printed = self._printed[part][span]
                labels = printed.close(printed.changed(*_seen_in(span, shift)))
                hidden += [(part, span, label) for label in labels]
        if hidden:  # what older releases tell, and what nothing tells, stays so
            self._blocked_by = {key: spans for key, spans in self._blocked_by.items() if not spans}
        return hidden

    def _cheapest(self, part: Part, span: Span, label: Label) -> Plan:
        """Return the shifts for which least must be hidden, most often nothing; none where all has been told before."""
        best: tuple[Price, Plan] | None = None
        others = self._others(part)
        for shift in self._shifts(span, label):
            if self._blocks(part, shift) is None:
                continue
            for plan in self._plans_with(part, shift, others):
                price = self._price(plan)
                if best is None or price < best[0]:
                    best = price, plan
                if not price[1]:
                    return plan
        return best[1] if best else ()

    def _shifts(self, span: Span, label: Label) -> Iterator[Shift]:
        """Walk over the shifts that change a figure of a period."""
        waves = [1 << number for number in range(self._waves)]
        pairs = self._sheet.pairs(label)
        for back in (0, *(wave for wave in waves if not span & wave)):
            for there in (wave for wave in waves if span & wave):
                for pair in pairs:
                    yield Shift(there, back, *pair)

    def _others(self, part: Part) -> dict[tuple[str, str], list[Part]]:
        """Return the other parts, by breakdown."""
        breakdowns: dict[tuple[str, str], list[Part]] = {}
        for one in self._counts:
            if one not in (part, EVERYBODY):
                breakdowns.setdefault(one[:2], []).append(one)
        return breakdowns

    def _plans_with(self, part: Part, shift: Shift, others: Mapping[tuple[str, str], list[Part]]) -> Iterator[Plan]:
        """Make up for a part's shift by another part's, or in the sums and all other breakdowns."""
        mine = part[:2]
        if part != EVERYBODY and (partner := self._best(others.get(mine, []), shift.opposite)):
            yield (part, shift), (partner, shift.opposite)
        if self._blocks(EVERYBODY, shift) is None:
            return
        joined = [self._best(parts, shift) for breakdown, parts in others.items() if breakdown != mine]
        if all(joined):
            also = [] if part == EVERYBODY else [(EVERYBODY, shift)]
            yield (part, shift), *also, *((one, shift) for one in joined if one)

    def _best(self, parts: Sequence[Part], shift: Shift) -> Part | None:
        """Return the part in which a shift costs least, if it can be anywhere."""
        best: tuple[Price, Part] | None = None
        for part in parts:
            blocks = self._blocks(part, shift)
            if blocks == []:
                return part
            if blocks:
                price = 0, len(blocks), sum(self._printed[part][span].n for span in blocks)
                best = min(best or (price, part), (price, part))
        return best[1] if best else None

    def _price(self, plan: Sequence[tuple[Part, Shift]]) -> Price:
        blocked = [(part, span) for part, shift in plan for span in self._blocks(part, shift) or ()]
        everybody = sum(part == EVERYBODY for part, _ in blocked)
        return everybody, len(blocked), sum(self._printed[part][span].n for part, span in blocked)

    def _blocks(self, part: Part, shift: Shift) -> list[Span] | None:
        """Return the periods of the release at hand that tell a shift in a part; None where it can't be at all."""
        key = part, shift
        if key not in self._blocked_by:
            self._blocked_by[key] = self._find_blocks(part, shift)
        return self._blocked_by[key]

    def _find_blocks(self, part: Part, shift: Shift) -> list[Span] | None:
        waves = self._counts[part]
        if not waves[shift.there.bit_length() - 1].get(shift.gone, 0):
            return None
        if shift.back and not waves[shift.back.bit_length() - 1].get(shift.come, 0):
            return None
        blocks = []
        for span, printed in self._printed[part].items():
            is_seen = (not span & shift.there) != (not span & shift.back)
            if is_seen and printed.tells(*_seen_in(span, shift)):
                if span not in self._current:
                    return None
                blocks.append(span)
        return blocks


def _seen_in(span: Span, shift: Shift) -> tuple[str, str]:
    """Return the answer given no more, and the one in its place, as a period's sums see it."""
    return (shift.gone, shift.come) if span & shift.there else (shift.come, shift.gone)
