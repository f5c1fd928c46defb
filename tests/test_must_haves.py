"""What every report must carry, of every period and in both languages; and it keeps the rules for edited briefs."""

from __future__ import annotations

from datetime import date

import pytest

from danvan_study.field import ResponseRates
from danvan_study.publish import words, write_outputs
from danvan_study.publish.blocks import DataTable, Facts, Heading
from danvan_study.publish.kept import read_consultations, read_follow_up
from danvan_study.publish.own_work import HeldWave, OwnWork
from danvan_study.publish.report import compose_report
from danvan_study.study import Period, Span
from tests.brief_material import QUARTER, STUDY, context, replace
from tests.test_brief_lint_own import CHANGED, KNOWN, complaints
from tests.test_kept import DONE, HELD, RAISED
from tests.test_trend_brief import WAVES

OF_WAVES = replace(STUDY, waves=(*WAVES[:-1], *STUDY.waves))
RATES = ResponseRates(complete=812, partial=18, refused=96, not_met=74, other=12, unknown_household=40, unknown_other=8)
PERIODS = (
    Period(id=QUARTER, waves=(QUARTER,)),
    Period(id=QUARTER, waves=("2026q1", "2026q2", QUARTER), span=Span.NINE),
)
HEADINGS = (
    "changed_title", "follow_up_title", "consultations_title", "work_title", "disclosure_title", "contact_title",
    "provenance_title",
)  # fmt: skip


def full(period, language):
    """Everything that an office can record is recorded."""
    lines = [RAISED, RAISED | DONE, RAISED | DONE | {"state": "dropped"}, RAISED | {"due": "2026-05-01"}]
    held = HeldWave(wave=QUARTER, planned_end=date(2026, 8, 28), ended_on=date(2026, 8, 29))
    return context(
        study=OF_WAVES,
        period=period,
        language=language,
        history=CHANGED,
        follow_up=read_follow_up(lines, waves=[wave.id for wave in OF_WAVES.waves]),
        consultations=read_consultations([HELD, HELD | {"invited": "", "not_accepted": "", "reason": ""}]),
        own_work=OwnWork(
            calendar=(held,),
            areas=(17, 16),
            interviews_planned=1200,
            backchecks={"factual": (96, 4), "administrative": (98, 1)},
            dossier=(10, 8),
            dossier_gaps=("training", "backchecks"),
        ),
        locked_on=date(2026, 9, 30),
        fieldwork=replace(context().fieldwork, response=RATES, misdated=3),
    )


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("period", PERIODS, ids=["quarter", "nine months"])
def test_the_report_of_every_period_carries_them_all(period, language):
    report, texts = compose_report(full(period, language)), words.phrases(language)
    headings = [block.text for block in report.blocks if isinstance(block, Heading)]
    for key in HEADINGS:
        assert headings.count(texts[key]) == 1, key
    facts = {term: text for block in report.blocks if isinstance(block, Facts) for term, text in block.rows}
    for rate in ("RR1", "RR2", "RR3", "RR4", "COOP1", "REF1", "CON1"):
        assert rate in facts[texts["method_response"]]
    for key in ("method_who", "method_when", "method_precision", "method_intervals"):
        assert facts[texts[key]]
    tables = [block.caption for block in report.blocks if isinstance(block, DataTable)]
    assert sum(texts["consultations_caption"] in caption for caption in tables) == 1


@pytest.mark.parametrize("language", ["vi", "en"])
def test_they_keep_the_rules_for_edited_briefs(language):
    files = write_outputs(full(PERIODS[0], language), parts=["report", "summary"], formats=["docx", "html"])
    known = KNOWN if language == "vi" else replace(KNOWN, simulated_mark="SIMULATED DATA")
    assert complaints(files, known) == []
