"""The programme's own panel: how well the survey itself was done, each figure with where it comes from.

What nobody recorded is told as not recorded, never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING, Final

from danvan_study.publish import words
from danvan_study.publish.blocks import Block, DataTable, Heading, Paragraph, Row
from danvan_study.publish.content import read_content
from danvan_study.publish.forecast_scores import skill
from danvan_study.publish.kept.follow_up import raised_before
from danvan_study.publish.results import wording

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from danvan_study.publish.context import BriefContext

LAST: Final = 8
"""Waves of which it is told whether they were on time: two years of quarters."""
_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldWave:
    """A planned wave, and when its last interview was."""

    wave: str
    planned_end: date
    ended_on: date | None
    """None: there are no interviews of it, or none with a day."""

    @property
    def is_on_time(self) -> bool:
        """Whether it was done by the last day that ``study.toml`` planned."""
        return self.ended_on is not None and self.ended_on <= self.planned_end


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWork:
    """What records say of how the waves of a period were done."""

    calendar: tuple[HeldWave, ...]
    """The last :data:`LAST` planned waves up to the period's last, earliest first."""
    areas: tuple[int, int] | None = None
    """Planned, and with an interview; None: the study has no areas."""
    interviews_planned: int | None = None
    """None: the study plans no sample by itself."""
    backchecks: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """``factual`` and ``administrative``: people compared, people with a difference. Empty: nothing was recorded."""
    backchecks_unrecorded: tuple[str, ...] = ()
    """Waves of the period without a record."""
    dossier: tuple[int, int] = (0, 0)
    """Parts, and how many of them are whole; over the waves of the period."""
    dossier_gaps: tuple[str, ...] = ()
    """Names of the parts that are not."""


def own_work_blocks(context: BriefContext) -> list[Block]:
    """Return the panel; nothing where the context carries no records."""
    if context.own_work is None:
        return []
    texts = words.phrases(context.language)
    rows = [
        Row(
            cells=(
                texts[f"work_{name}"],
                tell(context, context.own_work) or texts["not_recorded"],
                texts[f"work_{name}_source"],
            )
        )
        for name, tell in _TELLERS.items()
    ]
    return [
        Heading(text=texts["work_title"]),
        Paragraph(text=texts["work_intro"], style="note"),
        DataTable(
            caption=texts["work_caption"].format(period=words.period_name(context.period, context.language)),
            head=(texts["work_measure"], texts["work_value"], texts["work_source"]),
            rows=tuple(rows),
            widths=(50.0, 75.0, 40.0),
            small=True,
            holds_words=True,
        ),
    ]


def _on_time(context: BriefContext, work: OwnWork) -> str:
    texts, language = words.phrases(context.language), context.language
    kinds = {
        "work_late": [one.wave for one in work.calendar if one.ended_on and not one.is_on_time],
        "work_not_held": [one.wave for one in work.calendar if one.ended_on is None],
    }
    said = texts["work_on_time_text"].format(
        on_time=sum(one.is_on_time for one in work.calendar), of=len(work.calendar)
    )
    more = [
        texts[key].format(waves=", ".join(words.wave_name(wave, language) for wave in waves))
        for key, waves in kinds.items()
        if waves
    ]
    return "; ".join([said, *more])


def _days(context: BriefContext, work: OwnWork) -> str:
    texts, language, ended = words.phrases(context.language), context.language, work.calendar[-1].ended_on
    if context.locked_on is None:
        return texts["work_not_locked"]
    if ended is None:
        return ""
    aim = context.study.programme.days_to_brief
    days = working_days(ended, context.locked_on)
    key = "work_days_text" if days <= aim else "work_days_late"
    return texts[key].format(days=words.number(days, language), aim=words.number(aim, language))


def working_days(start: date, end: date) -> int:
    """Return the working days after ``start`` up to ``end``; public holidays are not known here and count as such."""
    after = (start + timedelta(days=days) for days in range(1, (end - start).days + 1))
    return sum(day.weekday() < _SATURDAY for day in after)


def _areas(context: BriefContext, work: OwnWork) -> str:
    texts = words.phrases(context.language)
    if work.areas is None:
        return texts["work_no_areas"]
    planned, reached = work.areas
    return texts["work_areas_text"].format(reached=reached, planned=planned)


def _interviews(context: BriefContext, work: OwnWork) -> str:
    if work.interviews_planned is None:
        return ""
    language = context.language
    return words.phrases(language)["work_interviews_text"].format(
        interviews=words.number(context.fieldwork.interviews, language),
        planned=words.number(work.interviews_planned, language),
    )


def _response(context: BriefContext, _: OwnWork) -> str:
    rates, language = context.fieldwork.response, context.language
    if rates is None:
        return ""
    said = f"RR1 {words.percent(100 * rates.rr1, language)}; RR3 {words.percent(100 * rates.rr3, language)}"
    return f"{said} {_without(context.fieldwork.waves_without_visits, language)}".strip()


def _without(waves: tuple[str, ...], language: str) -> str:
    """Name the waves of which something was not recorded."""
    named = ", ".join(words.wave_name(wave, language) for wave in waves)
    return words.phrases(language)["work_without"].format(waves=named) if waves else ""


def _nonresponse(context: BriefContext, _: OwnWork) -> str:
    """Tell the share without an answer over the headline questions: the middle one and the highest."""
    language = context.language
    told = [
        (result.nonanswer(), wording(result, language))
        for result in read_content(context).headlines
        if any(reading.is_shown for reading in result.nonanswers)
    ]
    if not told:
        return words.phrases(language)["suppressed_mark"]
    most, question = max(told)
    return words.phrases(language)["work_nonresponse_text"].format(
        median=words.percent(median(share for share, _ in told), language),
        most=words.percent(most, language),
        question=question,
    )


def _backchecks(context: BriefContext, work: OwnWork) -> str:
    texts, language = words.phrases(context.language), context.language
    said = [
        texts[f"work_backchecks_{kind}"].format(
            compared=words.number(compared, language), different=words.number(different, language)
        )
        for kind, (compared, different) in work.backchecks.items()
    ]
    if not said:
        return ""
    return f"{'; '.join(said)} {_without(work.backchecks_unrecorded, language)}".strip()


def _others(context: BriefContext, _: OwnWork) -> str:
    """Tell how many interviews somebody else could hear: all but those of which the form says nobody did.

    The interval is that of the others mirrored, and is told where one answer means "nobody".
    """
    programme, texts = context.study.programme, words.phrases(context.language)
    if not programme.others:
        return texts["work_others_unasked"]
    result = read_content(context).results.get(programme.others)
    alone = [reading for reading in result.shares if reading.answer in programme.alone] if result else []
    if not alone or not all(reading.is_shown for reading in alone):
        return texts["suppressed_mark"]
    language, first = context.language, alone[0]
    share = words.percent(max(100 - sum(reading.estimate for reading in alone), 0.0), language, first.decimals)
    base = words.base(first.n, language)
    if len(alone) > 1:
        return f"{share}; {base}"
    interval = words.span(100 - first.high, 100 - first.low, language=language, decimals=first.decimals)
    return f"{share} ({interval}); {base}"


def _skill(context: BriefContext, _: OwnWork) -> str:
    """Tell how much closer the forecasts of all together came than "no change"."""
    if context.history is None or context.history.outlook is None:
        return ""
    texts, language = words.phrases(context.language), context.language
    found = skill(context.history.outlook.forecasts, "all")
    if found is None:
        return texts["work_skill_none"]
    key = "work_skill_better" if round(found) > 0 else "work_skill_worse"
    return texts[key].format(skill=words.number(abs(found), language))


def _open(context: BriefContext, _: OwnWork) -> str:
    """Tell how many of the actions that the last brief proposed are still open."""
    if context.follow_up is None:
        return ""
    ids = [wave.id for wave in context.study.waves]
    before = ids[: ids.index(context.period.waves[0])][-1:]
    raised = [one for one in raised_before(context) if one.wave in before]
    texts = words.phrases(context.language)
    if not raised:
        return texts["work_open_none"]
    return texts["work_open_text"].format(open=sum(one.is_open(context.dated) for one in raised), raised=len(raised))


def _dossier(context: BriefContext, work: OwnWork) -> str:
    texts, (parts, whole) = words.phrases(context.language), work.dossier
    if not parts:
        return ""
    said = texts["work_dossier_text"].format(whole=whole, parts=parts)
    missing = texts["work_dossier_gaps"].format(gaps="; ".join(texts[f"dossier_{name}"] for name in work.dossier_gaps))
    return f"{said} {missing}" if work.dossier_gaps else said


_TELLERS: Mapping[str, Callable[[BriefContext, OwnWork], str]] = {
    "on_time": _on_time,
    "days": _days,
    "areas": _areas,
    "interviews": _interviews,
    "response": _response,
    "nonresponse": _nonresponse,
    "backchecks": _backchecks,
    "others": _others,
    "skill": _skill,
    "open": _open,
    "dossier": _dossier,
}
"""What is told in each row; blank: not recorded."""
