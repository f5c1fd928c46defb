"""The annex of a brief: every published figure of its period in one workbook, and how the figures were made."""

from __future__ import annotations

from danvan_study.publish import words
from danvan_study.publish.annex.changes import change_sheet, model_sheets
from danvan_study.publish.annex.figures import condition_sheet, figure_sheets, rank_sheet
from danvan_study.publish.annex.questionnaire import questionnaire_sheet
from danvan_study.publish.annex.records import change_log_sheet, method_sheets, own_words_sheet, provenance_sheet
from danvan_study.publish.annex.sheets import Annex
from danvan_study.publish.as_xlsx import set_xlsx
from danvan_study.publish.content import edition, study_name
from danvan_study.publish.context import BriefContext

__all__ = ["annex_xlsx", "compose_annex"]


def annex_xlsx(context: BriefContext) -> bytes:
    """Write the annex of a period as .xlsx; the same context gives the same bytes.

    Raises
    ------
    TypeError
        ``context`` is not a :class:`BriefContext`, and so perhaps not published.
    """
    if type(context) is not BriefContext:
        raise TypeError(f"an annex is written from a BriefContext, not from {type(context).__name__}")
    return set_xlsx(compose_annex(context), dated=context.study.wave(context.wave).end)


def compose_annex(context: BriefContext) -> Annex:
    """Compose the sheets of a period: figures, what changed, what the model says, the questionnaire, the records."""
    language, texts = context.language, words.phrases(context.language)
    widest = words.number(context.study.publication.widest_interval, language)
    return Annex(
        language=language,
        title=study_name(context.study, language),
        period=edition(context),
        remarks=(
            texts["not_official"],
            texts["annex_read"],
            texts["suppressed_note"].format(widest=widest),
            texts["bound_note"].format(smallest_count=context.study.publication.smallest_count),
            texts["low_precision_note"],
        ),
        simulated=texts["simulated"] if context.published.simulated else "",
        sheets=(
            *figure_sheets(context),
            *rank_sheet(context),
            *change_sheet(context),
            *model_sheets(context),
            *own_words_sheet(context),
            *condition_sheet(context),
            *questionnaire_sheet(context),
            *method_sheets(context),
            *change_log_sheet(context),
            *provenance_sheet(context),
        ),
    )
