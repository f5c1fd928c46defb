"""Opinions given at meetings and in writing: a log that people keep, told apart from the survey and never pooled.

Whoever comes or writes was not drawn by chance. Counts are told as they were written down; no share of "the people" is
ever computed from them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from danvan_study.messages import say
from danvan_study.publish import words
from danvan_study.publish.blocks import Block, DataTable, Heading, Paragraph, Row
from danvan_study.publish.kept.lines import Line, refuse_faults

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from danvan_study.publish.context import BriefContext

FILE: Final = "data/consultations.csv"
COUNTS: Final = {
    "invited": "số người, số nơi được mời; trống: không ghi",
    "attended": "số người dự, số nơi gửi; trống: không ghi",
    "opinions": "số ý kiến; trống: không ghi",
    "accepted": "số ý kiến tiếp thu; trống: không ghi",
    "not_accepted": "số ý kiến không tiếp thu; trống: không ghi",
}
COLUMNS: Final = {
    "round": "lấy ý kiến về việc gì, lần thứ mấy",
    "channel": "hình thức: hội nghị, văn bản, họp thôn …",
    "held_on": "ngày: 2026-10-31 hoặc 31/10/2026",
    **COUNTS,
    "reason": "vì sao không tiếp thu; không ghi tỷ lệ phần trăm",
}
"""Name to what people write there."""
_SHARE: Final = re.compile(r"%|phần trăm|percent", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consultation:
    """One round of opinions asked for through one channel; a count that nobody wrote down is None."""

    round: str
    """What was asked about, and which round it was."""
    channel: str
    held_on: date
    counts: Mapping[str, int | None]
    """By name, of :data:`COUNTS`."""
    reason: str
    """Why opinions were not accepted."""


def read_consultations(rows: Sequence[Mapping[str, str]], *, file: str = FILE) -> tuple[Consultation, ...]:
    """Read the log of consultations, in the order of their days.

    Raises
    ------
    StudyError
        With a message for each line that can't be used: a cell that is blank or can't be read, more opinions decided
        than given, no reason where opinions were not accepted, a share where only counts may stand, a cell that tells
        of a person.
    """
    lines, found = [Line(row) for row in rows], []
    for line in lines:
        texts = {name: line.text(name, required=name != "reason") for name in ("round", "channel", "reason")}
        held_on = line.day("held_on")
        counts = {name: line.count(name) for name in COUNTS}
        if held_on is None:
            line.blame(say('"{column}" is blank', column="held_on"))
        if any(_SHARE.search(text) for text in texts.values()):
            line.blame(say("a share stands in it; whoever came was not drawn by chance, so write counts alone"))
        if (counts["accepted"] or 0) + (counts["not_accepted"] or 0) > (counts["opinions"] or 0):
            line.blame(say('"accepted" and "not_accepted" are more than "opinions"'))
        if counts["not_accepted"] and not texts["reason"]:
            line.blame(say('"reason" is blank: say why opinions were not accepted'))
        if not line.fault and held_on is not None:
            found.append(
                Consultation(
                    round=texts["round"],
                    channel=texts["channel"],
                    held_on=held_on,
                    reason=texts["reason"],
                    counts=counts,
                )
            )
    refuse_faults(file, lines)
    return tuple(sorted(found, key=lambda one: (one.held_on, one.round, one.channel)))


def consultation_blocks(context: BriefContext) -> list[Block]:
    """Return the consultations held since the wave before the period; nothing where there were none."""
    held = [one for one in context.consultations if _is_of_period(one, context)]
    if not held:
        return []
    texts = words.phrases(context.language)
    heads = ("round", "channel", "held_on", "invited", "attended", "opinions", "accepted", "not_accepted")
    return [
        Heading(text=texts["consultations_title"]),
        Paragraph(text=texts["consultations_intro"]),
        DataTable(
            caption=texts["consultations_caption"],
            head=tuple(texts[f"consultations_{name}"] for name in heads),
            rows=tuple(Row(cells=_cells(one, context.language)) for one in held),
            widths=(38.0, 24.0, 20.0, 13.0, 13.0, 14.0, 14.0, 29.0),
            notes=(texts["consultations_note"],),
            small=True,
            holds_words=True,
        ),
    ]


def _is_of_period(one: Consultation, context: BriefContext) -> bool:
    """Say whether it was held after the last wave before the period and up to the period's last day."""
    waves = context.study.waves
    ids = [wave.id for wave in waves]
    first, last = ids.index(context.period.waves[0]), ids.index(context.period.waves[-1])
    return (first == 0 or one.held_on > waves[first - 1].end) and one.held_on <= waves[last].end


def _cells(one: Consultation, language: str) -> tuple[str, ...]:
    unknown = words.phrases(language)["not_recorded"]
    *counts, refused = (
        unknown if (count := one.counts[name]) is None else words.number(count, language) for name in COUNTS
    )
    if one.reason:
        refused = f"{refused}: {one.reason}"
    return (one.round, one.channel, words.day(one.held_on, language), *counts, refused)
