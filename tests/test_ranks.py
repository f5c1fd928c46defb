"""Issues are ranked as surely as the sample allows; ranks pass their gate, and the brief says what rises and fades."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from danvan_study.errors import StudyError
from danvan_study.estimate import estimate_period, pool_sums, rank_issues, sum_wave
from danvan_study.estimate.design import Design
from danvan_study.estimate.ranks import rank_sets
from danvan_study.publish import BriefContext, publish_estimates, publish_ranks, publish_trends, write_outputs
from danvan_study.publish.rank_gate import PublishedRanks
from danvan_study.study import Comparison, ListedIssues, Period, Reports, Span, read_study
from danvan_study.study.periods import Against
from danvan_study.tables import Ranks, Trends
from tests import small_sample
from tests.brief_material import CODEBOOK, SHARES, STUDY, context, set_of, table
from tests.demonstration import ROOT
from tests.test_changes import sample
from tests.test_trend_brief import CALENDAR, history

ISSUES = ListedIssues(question="priority_next_q", apart=("5",))
RANKED = replace(STUDY, reports=Reports(issues=ISSUES))
PERIOD = "2026q3"


def spread_of(share: np.ndarray, *, villages: int, people: int, alike: float = 0.0, seed: int = 0) -> np.ndarray:
    """Draw a sample of those very shares, people of one village more or less alike."""
    random = np.random.default_rng(seed)
    inside = random.dirichlet(share * (1 - alike) / alike, size=villages) if alike else np.tile(share, (villages, 1))
    counts = random.multinomial(people, inside) / (villages * people)
    return Design.of(["s"] * villages, [str(v) for v in range(villages)]).spread(counts - counts.mean(axis=0))


def test_shares_far_apart_have_one_place_each() -> None:
    share = np.array([0.1, 0.6, 0.3])
    low, high = rank_sets(share, spread_of(share, villages=100, people=10), df=99)
    assert low.tolist() == high.tolist() == [3, 1, 2]


def test_equal_shares_may_have_any_place() -> None:
    share = np.full(5, 0.2)
    low, high = rank_sets(share, spread_of(share, villages=100, people=10), df=99)
    assert (low.tolist(), high.tolist()) == ([1] * 5, [5] * 5)


def test_villages_that_answer_alike_widen_the_places() -> None:
    share = np.array([0.34, 0.28, 0.22, 0.16])
    reach = []
    for alike in (0.0, 0.3):
        low, high = rank_sets(share, spread_of(share, villages=60, people=20, alike=alike), df=59)
        reach.append(int((high - low).sum()))
    assert reach[0] < reach[1]


@pytest.mark.parametrize(("df", "places"), [(4, [1, 1]), (400, [1, 2])])
def test_with_few_degrees_of_freedom_a_difference_must_be_larger(df: int, places: list[int]) -> None:
    share, spread = np.array([0.615, 0.385]), np.array([[0.05, -0.05]])  # 2.3 standard errors apart
    assert stats.t.ppf(0.975, 400) < 2.3 < stats.t.ppf(0.975, 4)
    low, _ = rank_sets(share, spread, df=df)
    assert low.tolist() == places


def test_an_answer_that_nobody_gives_is_not_told_from_another_such() -> None:
    low, high = rank_sets(np.array([0.5, 0.0, 0.0]), np.array([[0.01, 0, 0], [-0.01, 0, 0]]), df=20)
    assert (low.tolist(), high.tolist()) == ([1, 2, 2], [1, 3, 3])


def test_answers_that_are_no_issue_are_not_ranked() -> None:
    sums = sum_wave(sample("w1", 1), small_sample.study("w1"))
    ranks = rank_issues(sums, ListedIssues(question="issues", apart=("land",)))
    assert set(ranks[Ranks.answer]) == {"roads", "prices"}
    assert sorted(ranks[Ranks.rank]) == [1, 2]
    assert (ranks[Ranks.rank_low] <= ranks[Ranks.rank]).all()
    assert (ranks[Ranks.rank] <= ranks[Ranks.rank_high]).all()
    assert rank_issues(sums, ListedIssues(question="elsewhere")).empty


def test_the_ranks_of_a_longer_period_stand_on_the_sums_of_its_waves() -> None:
    whole, issues = small_sample.study("w1", "w2"), ListedIssues(question="issues")
    samples = [sample("w1", 1), sample("w2", 2)]
    period = Period(id="2025-6T", waves=("w1", "w2"), span=Span.HALF)
    pooled = pool_sums(period, [sum_wave(one, whole) for one in samples], "issues", kept=False)
    part = pooled.questions["issues"]
    estimates = estimate_period(period, samples, study=whole).estimates
    rows = estimates[(estimates["question"] == "issues") & (estimates["statistic"] == "share")]
    rows = rows[(rows["level"] == "all") & (rows["group"] == "")].set_index("answer")
    for place, (_, answer) in enumerate(part.statistics[:3]):
        ratio = part.values[0, place] / part.people[0, 0]  # noqa: PD011 -- sums, no table
        assert 100 * ratio == pytest.approx(rows.loc[answer, "estimate"])
    assert set(rank_issues(pooled, issues)[Ranks.period]) == {"2025-6T"}


def test_issues_asked_otherwise_in_one_wave_have_no_ranks_over_both() -> None:
    whole = small_sample.study("w1", "w2")
    period = Period(id="2025-6T", waves=("w1", "w2"), span=Span.HALF)
    one, other = (sum_wave(sample(wave, seed), whole) for wave, seed in (("w1", 1), ("w2", 2)))
    changed = replace(other.questions["issues"], fingerprint="other words")
    other = replace(other, questions={**other.questions, "issues": changed})
    pooled = pool_sums(period, [one, other], "issues", kept=False)
    assert rank_issues(pooled, ListedIssues(question="issues")).empty


def ranks(**places: tuple[int, int, int]) -> pd.DataFrame:
    """Make ranks from answer to place, best and worst."""
    rows = [
        {"period": PERIOD, "question": "priority_next_q", "answer": answer.strip("a")}
        | dict(zip(("rank", "rank_low", "rank_high"), place, strict=True))
        | {"ranked": len(places)}
        for answer, place in places.items()
    ]
    return pd.DataFrame(rows).astype(dict.fromkeys(Ranks.key, "str"))


PLACES = ranks(a1=(1, 1, 2), a2=(3, 3, 3), a3=(4, 4, 4), a4=(2, 1, 2))


def figures(n: int = 1180):
    rows = set_of("priority_next_q", SHARES["priority_next_q"], period=PERIOD, n=n)
    return publish_estimates(table(*rows), rules=STUDY.publication, codebook=CODEBOOK, simulated=True)


def test_a_question_with_a_hidden_share_is_not_ranked() -> None:
    assert len(publish_ranks(PLACES, figures=figures()).rows) == 4
    assert publish_ranks(PLACES, figures=figures(n=25)).rows.empty


def test_only_the_gate_makes_published_ranks() -> None:
    with pytest.raises(TypeError, match="publish_ranks only"):
        PublishedRanks()
    with pytest.raises(TypeError):
        publish_ranks(PLACES, figures=figures().rows)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        context(study=RANKED, ranks=PLACES)


def brief(verdicts: dict[str, tuple[float, float]] | None = None, **fields: object) -> dict[str, bytes]:
    """Write a brief whose issues changed since the wave before by (change, p)."""
    rows = []
    for answer, (change, p) in (verdicts or {}).items():
        row: dict[str, object] = dict.fromkeys(Trends.columns(), 1.0)
        row |= {"period": PERIOD, "against": "2026q2", "level": "all", "area": "", "question": "priority_next_q"}
        row |= {"statistic": "share", "answer": answer, "family": "f", "note": "", "df": 200, "n": 1180}
        row |= {"n_earlier": 1170, "comparable": True, "change": change, "se": 3 / stats.t.isf(0.025, 200), "p": p}
        row |= {"earlier": 40.0, "estimate": 40 + change}
        rows.append(row)
    earlier = set_of("priority_next_q", SHARES["priority_next_q"], period="2026q2")
    both = table(*set_of("priority_next_q", SHARES["priority_next_q"], period=PERIOD), *earlier)
    shown = publish_estimates(both, rules=STUDY.publication, codebook=CODEBOOK, simulated=True)
    given: dict[str, object] = {"study": RANKED, "ranks": publish_ranks(PLACES, figures=figures())}
    if rows:
        texts = {name: "str" for name, one in Trends.columns().items() if one.kind == "text"}
        changes = publish_trends(pd.DataFrame(rows).astype(texts), figures=shown)
        periods = [CALENDAR.wave(wave) for wave in (PERIOD, "2026q2")]
        comparison = Comparison(period=periods[0], against=periods[1], kind=Against.PREVIOUS)
        given["history"] = replace(history(), figures=shown, changes=changes, comparisons=(comparison,))
    made: BriefContext = context(**(given | fields))
    return write_outputs(made, parts=["report"])


def page(files: dict[str, bytes]) -> str:
    return files["brief.html"].decode().replace("\u00a0", " ")


def test_issues_that_cannot_be_told_apart_lead_together() -> None:
    html = page(brief())
    assert "mẫu chưa cho biết việc nào đứng trước" in html
    assert "“Giá cả, thu nhập” 47,3 % (43,5–51,1); “Đường sá, điện, nước” 39,9 %" in html
    assert "charts/issues.svg" in brief()


def test_one_sure_leader_is_named_alone() -> None:
    sure = publish_ranks(ranks(a1=(1, 1, 1), a4=(2, 2, 2), a2=(3, 3, 4), a3=(4, 3, 4)), figures=figures())
    assert "Được nêu nhiều nhất: “Giá cả, thu nhập” 47,3 %" in page(brief(ranks=sure))


def test_what_is_new_and_what_fades_is_named_where_the_test_is_clear() -> None:
    html = page(brief({"1": (6.0, 0.001), "2": (-5.0, 0.002), "3": (1.0, 0.5), "4": (2.0, 0.4)}))
    assert "nổi lên: “Giá cả, thu nhập” +6,0 (3,0–9,0); lắng xuống: “Việc làm” −5,0 (−8,0 đến −2,0)" in html
    quiet = page(brief({"1": (1.0, 0.4), "2": (-1.0, 0.4)}))
    assert "nổi lên: chưa thấy việc nào; lắng xuống: chưa thấy việc nào" in quiet


def test_the_picture_stands_once_and_is_told_in_words() -> None:
    html = page(brief())
    assert html.count('aria-label="Biểu đồ chấm và vạch của các vấn đề') == 1
    assert "Giá cả, thu nhập: 47,3 % (43,5–51,1), hạng từ 1 đến 2" in html
    assert 'aria-label="Biểu đồ thanh ngang, chủ đề Việc người dân băn khoăn' not in html


def test_without_ranks_the_issues_keep_their_plain_chart() -> None:
    html = page(brief(ranks=None))
    assert "Vấn đề người dân quan tâm" not in html
    assert 'aria-label="Biểu đồ thanh ngang, chủ đề Việc người dân băn khoăn' in html


def test_an_unknown_key_of_the_issues_is_refused() -> None:
    text = (ROOT / "study.toml").read_text(encoding="utf-8").replace('apart = ["90"', 'apartt = ["90"', 1)
    with pytest.raises(StudyError, match='Did you mean "apart"'):
        read_study(text)
