"""How the answers were weighted, how precise that makes them, and whom they leave out: a sentence each."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, cast

from danvan_study.publish import words
from danvan_study.publish.method.naming import group_label, sentence
from danvan_study.study import Base
from danvan_study.tables import InterviewerEffects, PublishedRows, ReplicateErrors

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from danvan_study.publish.context import BriefContext


def weighted(context: BriefContext) -> str:
    """Say where the weights come from and to what they are brought."""
    texts, weighting, language = words.phrases(context.language), context.study.weighting, context.language
    text = texts[f"method_weights_base_{weighting.base}"].format(column=weighting.column)
    if weighting.margins:
        names = [" × ".join(group_label(context, name) for name in margin.by) for margin in weighting.margins]
        text += texts["method_weights_raked"].format(margins="; ".join(names))
    if weighting.trim and weighting.base is not Base.EQUAL:
        low, high = (words.shortest(bound, language) for bound in weighting.trim)
        text += texts["method_weights_trimmed"].format(low=low, high=high)
    return text + "."


def merged(context: BriefContext) -> str:
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


def coverage(context: BriefContext) -> str:
    """Say for how many of the population the selection stands before the weights are raked."""
    part = context.weights.get("frame_coverage")
    if not isinstance(part, float):
        return ""
    percent = words.number(100 * part, context.language, 1)
    return words.phrases(context.language)["method_coverage_text"].format(percent=percent)


def uncovered(context: BriefContext) -> str:
    """Name the areas that the sample was drawn from and nobody was interviewed in: their people are not covered."""
    areas = cast("Sequence[str]", context.weights.get("uncovered", ()))
    known = context.areas.by_key() if context.areas else {}
    return sentence("; ".join(known[area].label(context.language) if area in known else area for area in areas))


def precision(context: BriefContext) -> str:
    """Say how much less the sample tells than a simple one of its size; of several waves, each by itself."""
    texts, language, weights = words.phrases(context.language), context.language, context.weights
    rows = context.published.rows
    chosen = rows[(rows[PublishedRows.period] == context.period.id) & (rows[PublishedRows.level] == "all")]
    shares = chosen[(chosen[PublishedRows.group] == "") & chosen[PublishedRows.statistic].isin(["share", "positive"])]
    deffs = shares[PublishedRows.deff].dropna().tolist()
    median_deff = words.number(median(deffs), language, 2) if deffs else texts["suppressed_mark"]
    said = texts["method_precision_short"].format(median_deff=median_deff)
    reports = cast("Mapping[str, Mapping[str, float]]", weights.get("waves", {}))
    if context.period.is_pooled and reports:
        waves = [f"{words.wave_name(wave, language)}: {_kish(report, language)}" for wave, report in reports.items()]
        return f"{texts['method_precision_waves'].format(waves='; '.join(waves))} {said}"
    if "kish_deff" not in weights:
        return said
    return texts["method_precision_text"].format(
        deff=_kish(cast("Mapping[str, float]", weights), language),
        effective=words.number(cast("float", weights["n_effective"]), language),
        n=words.number(context.fieldwork.interviews, language),
        median_deff=median_deff,
    )


def _kish(report: Mapping[str, float], language: str) -> str:
    return words.number(report["kish_deff"], language, 2)


def checked(context: BriefContext) -> str:
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
