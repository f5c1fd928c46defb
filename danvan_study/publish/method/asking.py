"""Who asked whom, when, and what became of every household: a sentence each, empty where nothing is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.publish import words
from danvan_study.publish.method.naming import question_label, sentence, wording

if TYPE_CHECKING:
    from danvan_study.publish.context import BriefContext


def who(context: BriefContext) -> str:
    """Say who carried the survey out, and for whom."""
    texts, study = words.phrases(context.language), context.study
    return words.capital(
        texts["method_who_text"].format(conducted_by=study.conducted_by.rstrip("."), sponsor=study.sponsor.rstrip("."))
    )


def when(context: BriefContext) -> str:
    """Say from when to when people were asked, in how many waves, and how long an interview took."""
    texts, language, work = words.phrases(context.language), context.language, context.fieldwork
    first, last = (context.study.wave(wave) for wave in (context.period.waves[0], context.period.waves[-1]))
    start, end = work.fieldwork_start or first.start, work.fieldwork_end or last.end
    said = [texts["method_when_text"].format(start=words.day(start, language), end=words.day(end, language))]
    if context.period.is_pooled:
        waves = ", ".join(words.wave_name(wave, language) for wave in context.period.waves)
        said.append(texts["method_when_waves"].format(count=len(context.period.waves), waves=waves))
    if work.misdated:
        said.append(texts["method_when_misdated"].format(count=words.number(work.misdated, language)))
    if work.median_minutes is not None:
        minutes = words.shortest(round(work.median_minutes, 1), language)
        said.append(texts["method_minutes"].format(minutes=minutes))
    return " ".join(said)


def selection(context: BriefContext) -> str:
    """Say in which steps people were chosen."""
    texts, work, design = words.phrases(context.language), context.fieldwork, context.study.design
    labels = [question_label(context, name) for name in design.stratum or (design.area,) if name]
    key = "method_clusters_text" if work.clusters else "method_simple_text"
    text = texts[key].format(
        clusters=words.number(work.clusters, context.language),
        strata=" × ".join(labels) or texts["method_no_strata"],
        interviewers=words.number(work.interviewers, context.language),
    )
    return text if work.interviewers else text.partition(";")[0] + "."


def counted(context: BriefContext) -> str:
    """Say how many interviews came in, were used, left out, corrected."""
    work, language = context.fieldwork, context.language
    key = "method_count_text" if work.corrections else "method_count_uncorrected"
    return words.phrases(language)[key].format(
        received=words.number(work.submissions_received, language),
        interviews=words.number(work.interviews, language),
        removed=words.number(sum(work.removed.values()), language),
        corrections=words.number(work.corrections, language),
    )


def response(context: BriefContext) -> str:
    """Say what became of the households, and the response rates after AAPOR; or that nobody kept the attempts."""
    rates, language = context.fieldwork.response, context.language
    texts = words.phrases(language)
    if rates is None:
        return texts["method_response_unknown"]
    counts = {
        "households": rates.households,
        "complete": rates.complete + rates.partial,
        "refused": rates.refused,
        "not_met": rates.not_met,
        "other": rates.other,
        "unknown": rates.unknown_household + rates.unknown_other,
        "not_eligible": rates.not_eligible,
    }
    shares = {name: getattr(rates, name) for name in ("rr1", "rr2", "rr3", "rr4", "coop1", "ref1", "con1")}
    said = texts["method_response_text"].format(
        **{name: words.number(count, language) for name, count in counts.items()},
        **{name: words.percent(100 * share, language) for name, share in shares.items()},
    )
    if not context.fieldwork.waves_without_visits:
        return said
    waves = ", ".join(words.wave_name(wave, language) for wave in context.fieldwork.waves_without_visits)
    return f"{said} {texts['method_response_part'].format(waves=waves)}"


def removed(context: BriefContext) -> str:
    """Say why interviews were left out, the most frequent reason first."""
    reasons = [
        f"{_reason(context, reason)} ({words.number(count, context.language)})"
        for reason, count in sorted(context.fieldwork.removed.items(), key=lambda item: (-item[1], item[0]))
    ]
    return sentence("; ".join(reasons))


def _reason(context: BriefContext, reason: str) -> str:
    """Say in the brief's language why a submission was removed; a reason that people wrote stands as it is."""
    kind, _, question = reason.partition(": ")
    said = words.phrases(context.language).get(f"removed_{kind}")
    if said is None:
        return reason
    return f"{said}: “{wording(context, question)}”" if question else said


def apportioned(context: BriefContext) -> str:
    """Say how many people were put into an area by the rule; a study without areas has nothing to say."""
    if context.areas is None:
        return ""
    texts, count = words.phrases(context.language), context.fieldwork.apportioned
    return texts["method_apportioned_text"].format(n=words.number(count, context.language)) if count else ""
