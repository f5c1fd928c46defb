"""What became of the issues of earlier briefs: a table that people keep, counted and told, never judged by the kit."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from danvan_study.messages import say
from danvan_study.publish import words
from danvan_study.publish.blocks import Block, DataTable, Heading, Paragraph, Row
from danvan_study.publish.kept.lines import Line, refuse_faults

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from danvan_study.publish.context import BriefContext

FILE: Final = "data/follow_up.csv"
COLUMNS: Final = {
    "wave": "mã đợt mà báo cáo đã nêu vấn đề",
    "issue": "mã câu trả lời của câu chọn vấn đề, mã chủ đề, hoặc vài chữ",
    "proposed": "việc đề nghị",
    "owner": "cơ quan chịu trách nhiệm; không bao giờ ghi tên người",
    "due": "hạn: 2026-10-31 hoặc 31/10/2026",
    "state": "tình trạng",
    "result": "đã làm gì, hoặc vì sao không làm; trống khi đang xử lý",
    "closed_on": "ngày xong; trống khi đang xử lý",
}
"""Name to what people write there."""
SOON, LONG = 30, 90
"""Days overdue at which the open issues are parted."""


class State(StrEnum):
    """How far an issue is."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


STATES: Final = {
    "đang xử lý": State.OPEN,
    "đã giải quyết": State.DONE,
    "không thực hiện": State.DROPPED,
    **{str(state): state for state in State},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """One issue that a brief raised, and what became of it."""

    wave: str
    """Whose brief raised it."""
    issue: str
    """Code of the question of issues, of a topic, or plain words."""
    proposed: str
    owner: str
    """A body, never a person."""
    due: date
    state: State
    result: str
    closed_on: date | None

    def is_open(self, day: date) -> bool:
        """Say whether it was still open at the end of a day."""
        return self.closed_on is None or self.closed_on > day

    def overdue(self, day: date) -> int:
        """Return for how many days it had been overdue; 0 or less: it was not."""
        return (day - self.due).days


def read_follow_up(
    rows: Sequence[Mapping[str, str]], *, waves: Collection[str], file: str = FILE
) -> tuple[FollowUp, ...]:
    """Read the follow-up table.

    Parameters
    ----------
    rows
        Of :data:`COLUMNS`. ``state`` is one of :data:`STATES`; what is no longer open has a day in ``closed_on`` and
        a ``result``.
    waves
        Those of the study.

    Raises
    ------
    StudyError
        With a message for each line that can't be used: a cell that is blank or can't be read, an unknown wave, a
        state that does not fit the day, a cell that tells of a person.
    """
    lines, found = [Line(row) for row in rows], []
    for line in lines:
        wave = line.choice("wave", {wave.lower(): wave for wave in waves})
        texts = {name: line.text(name) for name in ("issue", "proposed", "owner")}
        due, closed_on = line.day("due"), line.day("closed_on")
        state = line.choice("state", STATES)
        result = line.text("result", required=False)
        if due is None:
            line.blame(say('"{column}" is blank', column="due"))
        if state and (state == State.OPEN) != (closed_on is None):
            line.blame(say('state "{state}" and "closed_on" contradict each other', state=state))
        if state and state != State.OPEN and not result:
            line.blame(say('"result" is blank: say what was done, or why nothing'))
        if not line.fault and due is not None:
            found.append(FollowUp(wave=wave, due=due, state=State(state), result=result, closed_on=closed_on, **texts))
    refuse_faults(file, lines)
    return tuple(found)


def raised_before(context: BriefContext) -> list[FollowUp]:
    """Return what earlier briefs raised: in the waves before the last one of the period."""
    ids = [wave.id for wave in context.study.waves]
    earlier = ids[: ids.index(context.period.waves[-1])]
    return [one for one in context.follow_up or () if one.wave in earlier]


def follow_up_blocks(context: BriefContext) -> list[Block]:
    """Return what became of the issues that earlier briefs raised.

    Issues of the last brief before the period, and of those within it, are listed one by one; of older ones those that
    are still open. The counts are of all. Everything is as it stood on the brief's day; what was closed later is told
    by the next.
    """
    texts = words.phrases(context.language)
    head = Heading(text=texts["follow_up_title"])
    if context.follow_up is None:
        return [head, Paragraph(text=texts["follow_up_absent"])]
    raised = raised_before(context)
    if not raised:
        return [head, Paragraph(text=texts["follow_up_none"])]
    ids = [wave.id for wave in context.study.waves]
    recent = ids[max(ids.index(context.period.waves[0]) - 1, 0) :]
    listed = [one for one in raised if one.wave in recent or one.is_open(context.dated)]
    return [head, Paragraph(text=_summary(raised, context)), *_ages(raised, context), _table(listed, context)]


def _summary(raised: Sequence[FollowUp], context: BriefContext) -> str:
    texts, language, day = words.phrases(context.language), context.language, context.dated
    still = [one for one in raised if one.is_open(day)]
    states = Counter(one.state for one in raised if not one.is_open(day))
    counts = {
        "raised": len(raised),
        "done": states[State.DONE],
        "dropped": states[State.DROPPED],
        "open": len(still),
        "overdue": sum(one.overdue(day) > 0 for one in still),
    }
    return texts["follow_up_counts"].format(
        day=words.day(day, language), **{name: words.number(count, language) for name, count in counts.items()}
    )


def _ages(raised: Sequence[FollowUp], context: BriefContext) -> list[Block]:
    """Say for how long the open issues have been overdue; nothing where none is."""
    texts, language = words.phrases(context.language), context.language
    late = [days for one in raised if one.is_open(context.dated) and (days := one.overdue(context.dated)) > 0]
    if not late:
        return []
    ages = {"short": sum(days <= SOON for days in late), "long": sum(days > LONG for days in late), "most": max(late)}
    ages["middle"] = len(late) - ages["short"] - ages["long"]
    text = texts["follow_up_ages"].format(**{name: words.number(count, language) for name, count in ages.items()})
    return [Paragraph(text=text)]


def _table(listed: Sequence[FollowUp], context: BriefContext) -> DataTable:
    texts = words.phrases(context.language)
    ids = [wave.id for wave in context.study.waves]
    order = sorted(listed, key=lambda one: (ids.index(one.wave), one.due, one.issue))
    heads = ("wave", "issue", "proposed", "owner", "due", "state")
    return DataTable(
        caption=texts["follow_up_caption"],
        head=tuple(texts[f"follow_up_{name}"] for name in heads),
        rows=tuple(Row(cells=_cells(one, context)) for one in order),
        widths=(15.0, 27.0, 38.0, 27.0, 20.0, 38.0),
        notes=(texts["follow_up_note"],),
        small=True,
        holds_words=True,
    )


def _cells(one: FollowUp, context: BriefContext) -> tuple[str, ...]:
    language = context.language
    return (
        words.wave_label(one.wave, language),
        issue_label(context, one.issue),
        one.proposed,
        one.owner,
        words.day(one.due, language),
        _state(one, context),
    )


def _state(one: FollowUp, context: BriefContext) -> str:
    texts, language, day = words.phrases(context.language), context.language, context.dated
    if one.closed_on is not None and not one.is_open(day):
        said = texts[f"follow_up_state_{one.state}"].format(day=words.day(one.closed_on, language))
        return f"{said}: {one.result}"
    if (late := one.overdue(day)) > 0:
        return texts["follow_up_state_overdue"].format(days=words.number(late, language))
    return texts["follow_up_state_open"]


def issue_label(context: BriefContext, code: str) -> str:
    """Return what an issue is called: an answer of the question of issues, a topic, or the words themselves."""
    question = context.codebook.question(context.study.reports.issues.question)
    choice = question.choice(code) if question else None
    topic = next((topic for topic in context.codebook.topics if topic.name == code), None)
    labelled = choice or topic
    return labelled.label(context.language) if labelled else code
