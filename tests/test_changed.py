"""What changed in the way people were asked, told since the wave before the period."""

from __future__ import annotations

from danvan_study.publish import publish_estimates
from danvan_study.publish.blocks import Bullets, Paragraph
from danvan_study.publish.method import changed_blocks
from danvan_study.study import Calendar, Period, Span
from tests.brief_material import CODEBOOK, SHARES, STUDY, context, replace, set_of, table
from tests.test_trend_brief import WAVES, history

NINE = Period(id="2026-9T", waves=("2026q1", "2026q2", "2026q3"), span=Span.NINE)


def figures(**asked):
    """Make published figures in which each wave asks these questions."""
    rows = [row for wave, names in asked.items() for name in names for row in set_of(name, SHARES[name], period=wave)]
    return publish_estimates(table(*rows), rules=STUDY.publication, codebook=CODEBOOK, simulated=True)


def told(past, **fields):
    """Read the sentences."""
    blocks = changed_blocks(context(history=past, **fields))
    said = [block.text for block in blocks if isinstance(block, Paragraph)]
    return said + [item for block in blocks if isinstance(block, Bullets) for item in block.items]


def test_where_nothing_changed_the_brief_says_so():
    assert told(history()) == ["Phiếu hỏi và cách hỏi không đổi so với quý II/2026."]


def test_a_first_wave_has_nothing_to_compare():
    alone = Calendar(waves=WAVES[-1:])
    assert changed_blocks(context(history=history(calendar=alone))) == []
    assert changed_blocks(context()) == []


def test_a_new_form_is_named_from_the_wave_that_used_it():
    newer = replace(WAVES[-1], forms=("survey_forms/core_v2.xlsx",))
    past = history(calendar=Calendar(waves=(*WAVES[:-1], newer)))
    assert told(past) == ["So với quý II/2026:", "Từ quý III/2026 dùng phiếu core_v2.xlsx."]


def test_a_reworded_question_is_named_when_it_falls_into_the_period_and_not_before():
    past = history(breaks={"trust_commune": ("2026q2",), "life_overall": ("2026q3",)})
    (said,) = (line for line in told(past) if "khác đi" in line)
    assert said.startswith("Từ quý III/2026 hỏi, trả lời hoặc chấm điểm khác đi: “Nghĩ về ba tháng qua")
    assert said.endswith("Số trước và sau không so sánh với nhau.")
    longer = [line for line in told(past, period=NINE) if "khác đi" in line]
    assert [line.split(" hỏi,")[0] for line in longer] == ["Từ quý II/2026", "Từ quý III/2026"]


def test_questions_that_come_and_go_are_named_wave_by_wave():
    both, one = ("life_overall", "trust_commune"), ("life_overall",)
    past = history(figures=figures(**{"2025q4": both, "2026q1": one, "2026q2": one, "2026q3": both}))
    trust = "“Ông/bà tin đến mức nào là chính quyền xã/phường sẽ làm đúng những gì đã hứa với dân?”"
    assert told(past) == ["So với quý II/2026:", f"Hỏi thêm ở quý III/2026: {trust}."]
    assert told(past, period=NINE) == [
        "So với quý IV/2025:",
        f"Không hỏi ở quý I/2026: {trust}.",
        f"Hỏi thêm ở quý III/2026: {trust}.",
    ]
