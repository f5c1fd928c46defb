"""What a longer period pools, and which longer periods could not be made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.publish import words
from danvan_study.publish.blocks import Block, Paragraph
from danvan_study.study import REPORTED

if TYPE_CHECKING:
    from danvan_study.publish.context import BriefContext


def period_blocks(context: BriefContext) -> list[Block]:
    """Say which waves a longer period pools and how; of a wave, which longer period lacks quarters."""
    texts, language = words.phrases(context.language), context.language
    if context.period.is_pooled:
        said = texts["period_pools"].format(
            count=words.number(len(context.period.waves), language),
            waves=", ".join(words.wave_name(wave, language) for wave in context.period.waves),
            interviews=words.number(context.fieldwork.interviews, language),
        )
        return [Paragraph(text=said, style="note")]
    return [
        Paragraph(
            text=texts["period_missed"].format(
                period=texts[f"period_{span}"].format(year=quarters[0][:4]),
                quarters=", ".join(words.wave_name(quarter, language) for quarter in quarters),
            ),
            style="note",
        )
        for span, quarters in context.missed.items()
        if span in REPORTED
    ]
