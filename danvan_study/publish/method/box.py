"""The method box: how the figures were made, in the order in which a reader asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.publish import words
from danvan_study.publish.blocks import Block, Facts, Heading
from danvan_study.publish.method import asking, weighting
from danvan_study.publish.method.naming import sentence, wording

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.publish.context import BriefContext
    from danvan_study.publish.results import Result


def method_blocks(context: BriefContext, shown: Sequence[Result]) -> list[Block]:
    """Return the method box."""
    texts = words.phrases(context.language)
    rows = [
        (texts["method_who"], asking.who(context)),
        (texts["method_population"], sentence(context.study.population)),
        (texts["method_when"], asking.when(context)),
        (texts["method_mode"], asking.selection(context)),
        (texts["method_count"], asking.counted(context)),
        (texts["method_response"], asking.response(context)),
        (texts["method_removed"], asking.removed(context)),
        (texts["method_apportioned"], asking.apportioned(context)),
        (texts["method_weights"], weighting.weighted(context)),
        (texts["method_merged"], weighting.merged(context)),
        (texts["method_coverage"], weighting.coverage(context)),
        (texts["method_uncovered"], weighting.uncovered(context)),
        (texts["method_precision"], weighting.precision(context)),
        (texts["method_checked"], weighting.checked(context)),
        (texts["method_intervals"], texts["method_intervals_text"]),
        (texts["method_gate"], _gate(context)),
        (texts["method_not_pooled"], _not_pooled(context, shown)),
        (texts["method_words"], texts["method_words_text"]),
    ]
    return [Heading(text=texts["method_title"]), Facts(rows=tuple((term, text) for term, text in rows if text))]


def _gate(context: BriefContext) -> str:
    rules, language = context.study.publication, context.language
    return words.phrases(language)["method_gate_text"].format(
        smallest_n=rules.smallest_n,
        smallest_n_effective=rules.smallest_n_effective,
        smallest_clusters=rules.smallest_clusters,
        widest=words.number(rules.widest_interval, language),
        flag_n=rules.flag_n,
        flag_interval=words.number(rules.flag_interval, language),
        flag_relative=words.number(rules.flag_relative, language),
        flag_df=rules.flag_df,
    )


def _not_pooled(context: BriefContext, shown: Sequence[Result]) -> str:
    if context.rolling is None and not context.period.is_pooled:
        return ""
    texts = words.phrases(context.language)
    asked = {result.name for result in shown}
    left_out = [
        f"“{wording(context, name)}” ({_remark(reason, context.language)})"
        for name, reason in sorted(context.skipped.items())
        if name in asked
    ]
    return sentence("; ".join(left_out)) or texts["method_not_pooled_none"]


def _remark(remark: str, language: str) -> str:
    """Say in the brief's language what the estimates say of a question that was not pooled."""
    texts = words.phrases(language)
    for start in ("worded, answered or scored differently in ", "not asked in "):
        if remark.startswith(start):
            waves = [words.wave_name(wave, language) for wave in remark.removeprefix(start).split(", ")]
            return texts[f"not_pooled_{start.partition(' ')[0].rstrip(',')}"].format(waves=", ".join(waves))
    return remark
