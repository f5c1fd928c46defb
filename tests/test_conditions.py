"""Answers are split by how people were asked; no interviewer is ever listed, and 95 % is a warning."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from danvan_study.estimate import Conditioned, estimate_conditions
from danvan_study.publish import Published, PublishedConditions, publish_conditions, publish_estimates
from danvan_study.study import Conditions, Reports
from danvan_study.tables import ConditionTests, InterviewerEffects
from tests import small_sample
from tests.brief_material import CODEBOOK, SHARES, STUDY, context, published, report_page, set_of, table, tilted
from tests.small_sample import answers, period, respondents, wave_sample

CONDITIONS = Conditions(questions=("satisfied",), by=("sponsor", "others"))
ASKED = replace(small_sample.study("w1"), reports=Reports(conditions=CONDITIONS))


def told(*, lift: float, seed: int = 3) -> pd.DataFrame:
    """Test a wave in which people who name sponsor 1 are ``lift`` more often content."""
    random = np.random.default_rng(seed)
    people = respondents("w1", seed=seed, per_village=20)
    n = len(people)
    sponsor, others = random.integers(1, 3, n).astype(str), random.integers(0, 2, n).astype(str)
    content = random.random(n) < 0.4 + lift * (sponsor == "1")
    said = answers(people, satisfied=list(np.where(content, "5", "2")), sponsor=list(sponsor), others=list(others))
    sample = wave_sample(people, said)
    found = estimate_conditions(period("w1"), [sample], study=ASKED)
    by_sponsor = found.estimates[(found.estimates["group"] == "sponsor") & (found.estimates["level"] == "all")]
    assert set(by_sponsor["value"]) == {"1", "2"}
    return found.tests.set_index("condition")


def test_a_split_that_matters_is_found() -> None:
    assert told(lift=0.35).loc["sponsor", "p_adjusted"] < 0.01


def test_a_split_that_does_not_matter_is_seldom_found() -> None:
    p = pd.concat([told(lift=0.0, seed=seed)["p"] for seed in range(15)])
    assert len(p) == 30
    assert (p < 0.05).sum() <= 5


def test_p_is_adjusted_over_all_splits_together() -> None:
    tests = told(lift=0.2)
    assert tests.loc["sponsor", "p_adjusted"] == pytest.approx(min(1.0, 2 * tests.loc["sponsor", "p"]))


NAMES = ("trust_commune", "petition_trust")
SPLIT = replace(STUDY, reports=Reports(conditions=Conditions(questions=NAMES, by=("sex",))))


def conditioned(*, second: int = 620) -> Conditioned:
    rows = []
    for name in NAMES:
        rows += set_of(name, SHARES[name], period="2025q4-2026q3", n=1180)
        for value, points, n in (("1", 8, 560), ("2", -8, second)):
            shares = tilted(SHARES[name], points)
            rows += set_of(name, shares, period="2025q4-2026q3", group="sex", value=value, n=n, clusters=60)
    tests = pd.DataFrame(
        {
            ConditionTests.period: "2025q4-2026q3",
            ConditionTests.question: NAMES,
            ConditionTests.condition: "sex",
            ConditionTests.p: [0.0004, 0.3],
            ConditionTests.n: 1180,
            ConditionTests.p_adjusted: [0.0008, 0.3],
        }
    )
    return Conditioned(estimates=table(*rows), tests=tests.astype(dict.fromkeys(ConditionTests.key, "str")))


def effects(*, interviewers: int = 24, correlation: float = 0.031) -> pd.DataFrame:
    deff = 1 + 49 * correlation
    rows = [(name, interviewers, 50.0, correlation, deff, deff**0.5) for name in NAMES]
    return pd.DataFrame(rows, columns=list(InterviewerEffects.columns())).astype({"question": "str"})


def gate(given: Conditioned | None = None, beside: pd.DataFrame | None = None, **fields: object) -> PublishedConditions:
    found, whole = given or conditioned(), effects() if beside is None else beside
    split = publish_estimates(found.estimates, rules=STUDY.publication, codebook=CODEBOOK, simulated=True)
    figures: dict[str, object] = {"figures": published(), "split": split}
    return publish_conditions(found.tests, whole, **(figures | fields))  # type: ignore[arg-type]


def page(**fields: object) -> str:
    return report_page(context(study=SPLIT, **fields)).replace("\u00a0", " ")


def test_a_test_needs_two_conditions_that_are_shown() -> None:
    assert len(gate().rows) == 2
    assert gate(conditioned(second=20)).rows.empty


def test_few_interviewers_have_no_share_of_the_variance() -> None:
    assert len(gate().interviewers) == 2
    assert gate(beside=effects(interviewers=4)).interviewers.empty


def test_what_is_told_of_interviewers_holds_no_row_of_one() -> None:
    assert list(gate().interviewers.columns) == list(InterviewerEffects.columns())
    assert InterviewerEffects.key == ("question",)


def test_only_the_gate_makes_published_conditions() -> None:
    with pytest.raises(TypeError, match="publish_conditions only"):
        PublishedConditions()
    with pytest.raises(TypeError):
        gate(figures=published().rows)
    with pytest.raises(TypeError):
        gate(split=conditioned().estimates)
    with pytest.raises(TypeError):
        context(conditions=conditioned())


def test_the_brief_splits_the_figures_and_says_whether_they_differ() -> None:
    html = page(conditions=gate())
    section = html.split("Cách hỏi và câu trả lời</h3>")[1].split("<h2")[0]
    assert "Giới tính của ông/bà?" in section
    assert section.count("<td>khác nhau<br><small>p &lt; 0,001</small></td>") == 1
    assert section.count("<td>chưa thấy khác rõ<br><small>p = 0,30</small></td>") == 1
    assert "Phần chênh lệch do 24 điều tra viên" in section
    assert "3,1 %<br><small>sai số × 1,59</small>" in section
    assert "Khác nhau không có nghĩa là hoàn cảnh gây ra" in section


def high(share: float) -> Published:
    rest = (100 - share) / 2
    shares = {"1": rest, "2": rest, "3": share / 2, "4": share / 2}
    rows = set_of("trust_commune", shares) + set_of("life_overall", SHARES["life_overall"])
    return publish_estimates(table(*rows), rules=STUDY.publication, codebook=CODEBOOK, simulated=True)


@pytest.mark.parametrize(("share", "is_warned"), [(94.9, False), (95.0, True), (98.5, True)])
def test_a_share_of_95_percent_is_a_warning_wherever_it_stands(share: float, *, is_warned: bool) -> None:
    html = page(published=high(share), conditions=gate())
    assert ("Con số từ 95 % trở lên: dấu hiệu cần kiểm tra cách hỏi" in html) is is_warned
    assert ("· cần kiểm tra" in html) is is_warned
    assert ("Không có câu hỏi ý kiến nào có tỷ lệ tích cực từ 95 %" in html) is not is_warned
    if is_warned:
        row = html.split("Con số từ 95 % trở lên")[-1].split("</table>")[0]
        assert "4,5 %" in row  # who gave no answer
        assert "sai số × 1,59" in row


def test_a_study_that_names_no_conditions_has_no_table_of_them() -> None:
    html = report_page(context())
    assert "Tỷ lệ tích cực theo hoàn cảnh phỏng vấn" not in html
