"""Put a label in the place of everything that was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from danvan_study.open_ended.scrub.names import find_names
from danvan_study.open_ended.scrub.numbers import find_numbers
from danvan_study.open_ended.scrub.places import find_places
from danvan_study.open_ended.scrub.shadow import Shadowed, Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

LABELS: Final = {
    "PHONE": "[số điện thoại]",
    "ID": "[số giấy tờ]",
    "CODE": "[mã số]",
    "ACCOUNT": "[số tài khoản]",
    "EMAIL": "[thư điện tử]",
    "PLATE": "[biển số]",
    "BIRTH": "[ngày sinh]",
    "PARCEL": "[thửa đất]",
    "ADDRESS": "[địa chỉ]",
    "NAME": "[tên]",
}
"""What stands in the place of each kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrubbed:
    """A text without what was found in it."""

    text: str
    spans: tuple[Span, ...]
    """Where it stood in the text (NFC), in order, without overlap."""


def scrub_text(text: str, places: Collection[str] = ()) -> Scrubbed:
    """Mask numbers, addresses and names in ``text``.

    Parameters
    ----------
    text
        An answer as it was typed.
    places
        Names of places (small letters) that look like names of people.
    """
    seen = Shadowed.of(text)
    spans = _joined([*find_numbers(seen), *find_places(seen), *find_names(seen, places)])
    parts, last = [], 0
    for span in spans:
        parts += [seen.text[last : span.start], LABELS[span.kind]]
        last = span.end
    return Scrubbed(text="".join([*parts, seen.text[last:]]), spans=spans)


def _joined(found: Iterable[Span]) -> tuple[Span, ...]:
    """Join overlapping spans; the kind of the longest stays."""
    spans: list[Span] = []
    for span in sorted(found, key=lambda one: (one.start, -one.end, one.kind)):
        if spans and span.start < spans[-1].end:
            last = spans[-1]
            kind = max((last, span), key=lambda one: one.end - one.start).kind
            spans[-1] = Span(last.start, max(last.end, span.end), kind)
        else:
            spans.append(span)
    return tuple(spans)
