"""An area's page for its briefing: its own figures beside those of all, and beside no other area's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.publish import words
from danvan_study.publish.blocks import Block, DataTable, Document, Heading, Paragraph, Row
from danvan_study.publish.content import document_of, read_content
from danvan_study.publish.results import Domain, Results, key_reading, wording

if TYPE_CHECKING:
    from danvan_study.areas import Area
    from danvan_study.publish.context import BriefContext


def compose_area(context: BriefContext, area: Area) -> Document:
    """Compose the page of an area, over the rolling year where there is one.

    Parameters
    ----------
    area
        One of the reporting areas of ``context.areas``.
    """
    language, texts = context.language, words.phrases(context.language)
    content, period = read_content(context), context.rolling or context.period
    results = Results(context.published, period=period.id, codebook=context.codebook, language=language)
    rows = []
    for name in content.names:
        everybody, here = results.get(name), results.get(name, Domain(area=area.key))
        reading = key_reading(everybody) if everybody else None
        if everybody is None or reading is None:
            continue
        own = here.matching(reading) if here else None
        figure = own.text(language) if own else texts["suppressed_mark"]
        doubt = texts["low_precision"] if own and own.is_doubtful else ""
        rows.append(Row(cells=(wording(everybody, language), reading.text(language), figure, doubt)))
    blocks: list[Block] = [
        Heading(text=area.label(language)),
        DataTable(
            caption=texts["areas_caption"].format(period=words.period_name(period, language)),
            head=(texts["question_column"], texts["all_areas"], area.label(language), texts["column_remark"]),
            rows=tuple(rows),
            widths=(75, 32, 32, 26),
        ),
        Paragraph(text=texts["areas_note"], style="note"),
    ]
    return document_of(context, blocks, kind="area")
