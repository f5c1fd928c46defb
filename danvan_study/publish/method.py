"""How the figures were made, what they cannot tell, whom to ask, and from which data they stem."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, cast

from danvan_study.publish import words
from danvan_study.publish.blocks import Block, Bullets, Facts, Heading, Paragraph
from danvan_study.study import Base
from danvan_study.tables import InterviewerEffects, PublishedRows, ReplicateErrors

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from danvan_study.publish.context import BriefContext
    from danvan_study.publish.results import Result


def method_blocks(context: BriefContext, shown: Sequence[Result]) -> list[Block]:
    """Return the method box."""
    texts = words.phrases(context.language)
    rows = [
        (texts["method_who"], _who(context)),
        (texts["method_population"], _sentence(context.study.population)),
        (texts["method_when"], _when(context)),
        (texts["method_mode"], _selection(context)),
        (texts["method_count"], _count(context)),
        (texts["method_response"], _response(context)),
        (texts["method_removed"], _removed(context)),
        (texts["method_apportioned"], _apportioned(context)),
        (texts["method_weights"], _weights(context)),
        (texts["method_merged"], _merged(context)),
        (texts["method_coverage"], _coverage(context)),
        (texts["method_uncovered"], _uncovered(context)),
        (texts["method_precision"], _precision(context)),
        (texts["method_checked"], _checked(context)),
        (texts["method_intervals"], texts["method_intervals_text"]),
        (texts["method_gate"], _gate(context)),
        (texts["method_not_pooled"], _not_pooled(context, shown)),
        (texts["method_words"], texts["method_words_text"]),
    ]
    return [Heading(text=texts["method_title"]), Facts(rows=tuple((term, text) for term, text in rows if text))]


def limit_blocks(context: BriefContext) -> list[Block]:
    """Return what the figures cannot tell."""
    texts = words.phrases(context.language)
    keys = ["limit_sponsor", "limit_sampling", "limit_change"]
    if context.areas is not None:
        keys += ["limit_areas", "limit_quarter" if context.rolling else "limit_quarter_single"]
    return [Heading(text=texts["limits_title"]), Bullets(items=tuple(texts[key] for key in keys))]


def contact_blocks(context: BriefContext) -> list[Block]:
    """Return whom to ask, and how an answer is withdrawn."""
    texts = words.phrases(context.language)
    return [
        Heading(text=texts["contact_title"]),
        Paragraph(text=texts["contact_text"].format(contact=context.study.contact.rstrip("."))),
        Paragraph(text=texts["contact_withdraw"]),
    ]


def origin_blocks(context: BriefContext) -> list[Block]:
    """Return from which data and code the figures stem."""
    texts, origin = words.phrases(context.language), context.provenance
    facts = [
        (texts["provenance_manifest"], origin.manifest_sha256),
        (texts["provenance_form"], origin.form_sha256),
        (texts["provenance_commit"], origin.commit),
        (texts["provenance_version"], f"danvan_study {origin.version}"),
    ]
    return [
        Heading(text=texts["provenance_title"]),
        Facts(rows=tuple((term, text) for term, text in facts if text)),
    ]


def _sentence(text: str) -> str:
    text = words.capital(" ".join(text.split()))
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def _who(context: BriefContext) -> str:
    texts, study = words.phrases(context.language), context.study
    return words.capital(
        texts["method_who_text"].format(conducted_by=study.conducted_by.rstrip("."), sponsor=study.sponsor.rstrip("."))
    )


def _when(context: BriefContext) -> str:
    texts, language, work = words.phrases(context.language), context.language, context.fieldwork
    wave = context.study.wave(context.wave)
    start, end = work.fieldwork_start or wave.start, work.fieldwork_end or wave.end
    text = texts["method_when_text"].format(start=words.day(start, language), end=words.day(end, language))
    if work.median_minutes is None:
        return text
    return f"{text} {texts['method_minutes'].format(minutes=words.shortest(round(work.median_minutes, 1), language))}"


def _selection(context: BriefContext) -> str:
    texts, work, design = words.phrases(context.language), context.fieldwork, context.study.design
    labels = [_label(context, name) for name in design.stratum or (design.area,) if name]
    key = "method_clusters_text" if work.clusters else "method_simple_text"
    text = texts[key].format(
        clusters=words.number(work.clusters, context.language),
        strata=" × ".join(labels) or texts["method_no_strata"],
        interviewers=words.number(work.interviewers, context.language),
    )
    return text if work.interviewers else text.partition(";")[0] + "."


def _label(context: BriefContext, name: str) -> str:
    if name == context.study.design.area:
        return words.phrases(context.language)["area_column"].lower()
    question = context.codebook.question(name)
    label = question.label(context.language).rstrip("?.: ") if question else name
    return " ".join(label.split()).lower() if len(label) < 60 else name


def _count(context: BriefContext) -> str:
    work, language = context.fieldwork, context.language
    return words.phrases(language)["method_count_text"].format(
        received=words.number(work.submissions_received, language),
        interviews=words.number(work.interviews, language),
        removed=words.number(sum(work.removed.values()), language),
        corrections=words.number(work.corrections, language),
    )


def _response(context: BriefContext) -> str:
    """Say what became of the households, and the response rates after AAPOR; nothing where nobody kept the attempts."""
    rates, language = context.fieldwork.response, context.language
    if rates is None:
        return ""
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
    return words.phrases(language)["method_response_text"].format(
        **{name: words.number(count, language) for name, count in counts.items()},
        **{name: words.percent(100 * share, language) for name, share in shares.items()},
    )


def _removed(context: BriefContext) -> str:
    reasons = [
        f"{_reason(context, reason)} ({words.number(count, context.language)})"
        for reason, count in sorted(context.fieldwork.removed.items(), key=lambda item: (-item[1], item[0]))
    ]
    return _sentence("; ".join(reasons))


def _reason(context: BriefContext, reason: str) -> str:
    """Say in the brief's language why a submission was removed; a reason that people wrote stands as it is."""
    kind, _, question = reason.partition(": ")
    said = words.phrases(context.language).get(f"removed_{kind}")
    if said is None:
        return reason
    return f"{said}: “{_wording(context, question)}”" if question else said


def _apportioned(context: BriefContext) -> str:
    """Say how many people were put into an area by the rule; a study without areas has nothing to say."""
    if context.areas is None:
        return ""
    texts, count = words.phrases(context.language), context.fieldwork.apportioned
    return texts["method_apportioned_text"].format(n=words.number(count, context.language)) if count else ""


def _weights(context: BriefContext) -> str:
    texts, weighting, language = words.phrases(context.language), context.study.weighting, context.language
    text = texts[f"method_weights_base_{weighting.base}"].format(column=weighting.column)
    if weighting.margins:
        names = [" × ".join(_group_label(context, name) for name in margin.by) for margin in weighting.margins]
        text += texts["method_weights_raked"].format(margins="; ".join(names))
    if weighting.trim and weighting.base is not Base.EQUAL:
        low, high = (words.shortest(bound, language) for bound in weighting.trim)
        text += texts["method_weights_trimmed"].format(low=low, high=high)
    return text + "."


def _group_label(context: BriefContext, name: str) -> str:
    if name == "area":
        return words.phrases(context.language)["area_column"].lower()
    group = next((group for group in context.study.groups if group.name == name), None)
    return f"“{_wording(context, group.question)}”" if group else name


def _precision(context: BriefContext) -> str:
    texts, language = words.phrases(context.language), context.language
    rows = context.published.rows
    chosen = rows[(rows[PublishedRows.period] == context.period.id) & (rows[PublishedRows.level] == "all")]
    shares = chosen[(chosen[PublishedRows.group] == "") & chosen[PublishedRows.statistic].isin(["share", "positive"])]
    deffs = [float(value) for value in shares[PublishedRows.deff] if value == value]  # noqa: PLR0124 -- not NaN
    median_deff = words.number(median(deffs), language, 2) if deffs else texts["suppressed_mark"]
    kish, effective = context.weights.get("kish_deff"), context.weights.get("n_effective")
    if not isinstance(kish, (int, float)) or not isinstance(effective, (int, float)):
        return texts["method_precision_short"].format(median_deff=median_deff)
    return texts["method_precision_text"].format(
        deff=words.number(kish, language, 2),
        effective=words.number(effective, language),
        n=words.number(context.fieldwork.interviews, language),
        median_deff=median_deff,
    )


def _merged(context: BriefContext) -> str:
    """Say which population cells were merged because too few people of them were interviewed."""
    cells = cast("Sequence[Mapping[str, object]]", context.weights.get("merged_cells", ()))
    if not cells:
        return ""
    thin = sum(cell["reason"] != "neighbour" for cell in cells)
    return words.phrases(context.language)["method_merged_text"].format(
        thin=words.number(thin, context.language),
        smallest=context.study.weighting.smallest_cell,
        groups=words.number(len({(cell["margin"], cell["merged"]) for cell in cells}), context.language),
    )


def _uncovered(context: BriefContext) -> str:
    """Name the areas that the sample was drawn from and nobody was interviewed in: their people are not covered."""
    areas = cast("Sequence[str]", context.weights.get("uncovered", ()))
    known = context.areas.by_key() if context.areas else {}
    return _sentence("; ".join(known[area].label(context.language) if area in known else area for area in areas))


def _coverage(context: BriefContext) -> str:
    """Say for how many of the population the selection stands before the weights are raked."""
    part = context.weights.get("frame_coverage")
    if not isinstance(part, float):
        return ""
    percent = words.number(100 * part, context.language, 1)
    return words.phrases(context.language)["method_coverage_text"].format(percent=percent)


def _checked(context: BriefContext) -> str:
    """Say how far errors made anew by replicates are from those shown, and what interviewers add."""
    said = [
        _median_of(context, "replicate_errors", ReplicateErrors.ratio),
        _uneven(context),
        _median_of(context, "interviewer_effects", InterviewerEffects.se_factor),
    ]
    return " ".join(text for text in said if text)


def _median_of(context: BriefContext, name: str, column: str) -> str:
    values = context.precision[name][column].dropna().tolist() if name in context.precision else []
    if not values:
        return ""
    return words.phrases(context.language)[f"method_{name}"].format(
        median=words.number(median(values), context.language, 2)
    )


def _uneven(context: BriefContext) -> str:
    table = context.precision.get("replicate_errors")
    count = 0 if table is None else int((table[ReplicateErrors.warning] == "uneven_clusters").sum())
    if not count:
        return ""
    return words.phrases(context.language)["method_uneven"].format(n=words.number(count, context.language))


def _gate(context: BriefContext) -> str:
    rules, language = context.study.publication, context.language
    return words.phrases(language)["method_gate_text"].format(
        smallest_n=rules.smallest_n,
        smallest_n_effective=rules.smallest_n_effective,
        smallest_clusters=rules.smallest_clusters,
        widest=words.number(rules.widest_interval, language),
        flag_n=rules.flag_n,
        flag_interval=words.number(rules.flag_interval, language),
        flag_df=rules.flag_df,
    )


def _not_pooled(context: BriefContext, shown: Sequence[Result]) -> str:
    if context.rolling is None:
        return ""
    texts = words.phrases(context.language)
    asked = {result.name for result in shown}
    left_out = [
        f"“{_wording(context, name)}” ({_remark(reason, context.language)})"
        for name, reason in sorted(context.skipped.items())
        if name in asked
    ]
    return _sentence("; ".join(left_out)) or texts["method_not_pooled_none"]


def _remark(remark: str, language: str) -> str:
    """Say in the brief's language what the estimates say of a question that was not pooled."""
    texts = words.phrases(language)
    for start in ("worded, answered or scored differently in ", "not asked in "):
        if remark.startswith(start):
            waves = [words.wave_name(wave, language) for wave in remark.removeprefix(start).split(", ")]
            return texts[f"not_pooled_{start.partition(' ')[0].rstrip(',')}"].format(waves=", ".join(waves))
    return remark


def _wording(context: BriefContext, name: str) -> str:
    question = context.codebook.question(name)
    return " ".join(question.label(context.language).split()) if question else name
