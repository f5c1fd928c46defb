"""What a longer period says of itself: which waves it pools, what it is compared with, which one could not be made."""

from __future__ import annotations

from datetime import date

from danvan_study.publish.blocks import DataTable, Document, Paragraph
from danvan_study.publish.report import compose_report
from danvan_study.publish.summary import compose_summary
from danvan_study.publish.trends import comparisons_of
from danvan_study.study import Against, Comparison, Period, Span, Wave
from tests.brief_material import STUDY, context, replace
from tests.test_trend_brief import history

NINE = Period(id="2026-9T", waves=("2026q1", "2026q2", "2026q3"), span=Span.NINE)
STUDY_OF_WAVES = replace(
    STUDY,
    waves=(
        *(
            Wave(id=f"2026q{quarter}", forms=("core.xlsx",), start=date(2026, month, 5), end=date(2026, month, 28))
            for quarter, month in ((1, 2), (2, 5))
        ),
        *STUDY.waves,
    ),
)
BEFORE = Period(id="2025-9T", waves=("2025q1", "2025q2", "2025q3"), span=Span.NINE)


def opening(document: Document) -> str:
    """Return the first words of a document."""
    first = document.blocks[0]
    return first.text if isinstance(first, Paragraph) else ""


def test_a_longer_period_names_the_waves_that_it_pools_before_anything_else():
    for compose in (compose_report, compose_summary):
        said = opening(compose(context(study=STUDY_OF_WAVES, period=NINE)))
        assert "gộp 3 đợt khảo sát: quý I/2026, quý II/2026, quý III/2026; 1.180 phiếu" in said
        assert "không phải là tổng hay trung bình" in said


def test_a_wave_says_which_period_lacks_which_quarters_and_is_silent_else():
    missed = {Span.ROLLING: ("2026q2",), Span.NINE: ("2026q2",)}
    assert opening(compose_report(context(missed=missed))) == (
        "Chưa lập được báo cáo 9 tháng đầu năm 2026: không có số liệu quý II/2026. "
        "Đợt thiếu để trống, không ước đoán thay."
    )
    assert "Chưa lập được" not in opening(compose_report(context()))


def test_a_longer_period_is_told_in_english_too():
    said = opening(compose_summary(context(study=STUDY_OF_WAVES, period=NINE, language="en")))
    assert said.startswith("This period pools 3 waves: Q1 2026, Q2 2026, Q3 2026; 1,180 interviews.")


def test_only_what_the_period_itself_is_compared_with_is_told():
    wave = Period(id="2026q3", waves=("2026q3",))
    pairs = tuple(
        Comparison(period=one, against=other, kind=Against.YEAR_BEFORE)
        for one, other in ((wave, Period(id="2025q3", waves=("2025q3",))), (NINE, BEFORE))
    )
    past = replace(history(), comparisons=pairs)
    assert [one.against for one in comparisons_of(context(study=STUDY_OF_WAVES, period=NINE, history=past))] == [BEFORE]
    heads = [
        block.head
        for block in compose_report(context(study=STUDY_OF_WAVES, period=NINE, rolling=None, history=past)).blocks
        if isinstance(block, DataTable)
    ]
    assert not any("quý III/2025" in " ".join(head) for head in heads)
