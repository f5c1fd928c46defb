"""Over a break of wording a line is joined by a recorded decision only, seen as such; figures and tests stay apart."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from danvan_study.codebook import Choice, Question
from danvan_study.errors import StudyError
from danvan_study.publish.charts import draw_trends
from danvan_study.study import Join, Splice, read_study
from danvan_study.trend import check_splices
from tests.brief_material import CODEBOOK
from tests.demonstration import ROOT
from tests.test_trend_brief import SCALES, history, page

if TYPE_CHECKING:
    from danvan_study.publish import History

DECIDED = Splice(
    question="life_overall",
    wave="2026q1",
    method=Join.EQUIVALENT,
    reason="thử nghiệm nhận thức: 20 người hiểu như nhau",
    decided_by="Tổ phương pháp",
    decided_on=date(2026, 1, 12),
)
BRIDGED = replace(DECIDED, method=Join.BRIDGED, shift=4.0, shift_se=1.2)
BLOCK = """
[[splice]]
question = "dem_informed"
wave = "2026q1"
method = "equivalent"
reason = "nghĩa như cũ"
decided_by = "Tổ phương pháp"
decided_on = 2026-01-12
"""
STUDY_TOML = (ROOT / "study.toml").read_text(encoding="utf-8")


def spliced(splice: Splice | None = None, **fields: object) -> History:
    given: dict[str, object] = {"breaks": {"life_overall": ("2026q1",)}, "splices": (splice,) if splice else ()}
    return history(**(given | fields))  # type: ignore[arg-type]


def svg(past: History) -> str:
    return draw_trends(past, SCALES, codebook=CODEBOOK, language="vi").svg.decode()


def dashes(drawing: str) -> int:
    return len(re.findall(r"stroke-dasharray", drawing))


def test_a_recorded_decision_draws_a_join_that_says_so() -> None:
    apart, joined = svg(spliced()), svg(spliced(DECIDED))
    assert ("đổi cách hỏi" in apart, "nối theo quyết định" in apart) == (True, False)
    assert ("đổi cách hỏi" in joined, "nối theo quyết định" in joined) == (False, True)
    assert dashes(joined) == dashes(apart) + 1


def test_a_bridge_draws_the_earlier_figures_once_more_as_the_new_wording_would_have_them() -> None:
    assert dashes(svg(spliced(BRIDGED))) == dashes(svg(spliced())) + 2  # two waves before the break, two pieces
    assert svg(spliced(BRIDGED)) != svg(spliced(replace(BRIDGED, shift=8.0)))


def test_no_join_crosses_a_missing_wave() -> None:
    open_line = spliced(DECIDED, missing="2025q4", breaks={"life_overall": ("2026q1",)})
    assert "nối theo quyết định" not in svg(open_line)


def test_the_brief_says_who_decided_when_and_why() -> None:
    html = page(spliced(DECIDED))
    assert "hai cách hỏi được coi là như nhau" in html
    assert "20 người hiểu như nhau. Quyết định: Tổ phương pháp, 12/01/2026." in html
    assert "chênh +4,0 điểm % (sai số chuẩn 1,2)" in page(spliced(BRIDGED))
    assert "Quyết định:" not in page(spliced())


def test_the_demonstration_takes_a_decision_in_full() -> None:
    (splice,) = read_study(STUDY_TOML + BLOCK).reports.splices
    assert (splice.question, splice.wave, splice.method) == ("dem_informed", "2026q1", Join.EQUIVALENT)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('reason = "nghĩa như cũ"\n', "", 'the key "reason" is missing'),
        ('reason = "nghĩa như cũ"', 'reason = " "', "nothing is written here"),
        ('decided_by = "Tổ phương pháp"\n', "", 'the key "decided_by" is missing'),
        ("decided_on = 2026-01-12\n", "", 'the key "decided_on" is missing'),
        ('wave = "2026q1"', 'wave = "2027q1"', '"2027q1" is not known'),
        ('"equivalent"', '"looks_fine"', '"looks_fine" is not known'),
        ('"equivalent"', '"bridged"', "a bridge needs the measured shift"),
        ('"equivalent"', '"bridged"\nshift = 2', "a bridge needs the measured shift"),
        ('"equivalent"', '"equivalent"\nshift = 2', "need no shift"),
        ("2026-01-12\n", "2026-01-12\n" + BLOCK, "spliced twice"),
    ],
)
def test_a_decision_that_is_not_recorded_in_full_is_refused(old: str, new: str, message: str) -> None:
    assert BLOCK.count(old) == 1
    with pytest.raises(StudyError, match=re.escape(message)):
        read_study(STUDY_TOML + BLOCK.replace(old, new))


LATER = next(question for question in CODEBOOK.questions if question.name == "life_overall")
EARLIER = replace(LATER, labels={"vi": "Ông/bà hài lòng với cuộc sống đến mức nào?"})


def check(earlier: Question, later: Question, splice: Splice = DECIDED) -> tuple[Splice, ...]:
    asked = {"2025q4": {"life_overall": earlier}, "2026q1": {"life_overall": later}}
    return check_splices([splice], asked, language="vi")


def test_only_a_change_of_wording_can_be_spliced() -> None:
    assert check(EARLIER, LATER) == (DECIDED,)
    with pytest.raises(StudyError, match="was not reworded there"):
        check(LATER, LATER)
    fewer = replace(EARLIER, choices=EARLIER.choices[1:])
    rescored = replace(
        EARLIER, choices=(Choice(name="1", labels=LATER.choices[0].labels, score=10.0), *LATER.choices[1:])
    )
    for other in (fewer, rescored):
        with pytest.raises(StudyError, match="another scale"):
            check(other, LATER)


def test_a_decision_on_a_wave_to_come_waits() -> None:
    assert check(EARLIER, LATER, replace(DECIDED, wave="2026q2")) == ()


def test_a_decision_on_a_question_that_was_never_asked_is_refused() -> None:
    with pytest.raises(StudyError, match="was not reworded there"):
        check(EARLIER, LATER, replace(DECIDED, question="elsewhere"))
