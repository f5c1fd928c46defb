"""A small codebook and estimates for the tests of ``publish``: eight questions, five areas, two groups, two periods."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from danvan_study.areas import Area, Areas
from danvan_study.codebook import Choice, Codebook, Question, QuestionKind, Role, Topic
from danvan_study.publish import BriefContext, Fieldwork, Provenance, Published, publish_estimates, write_outputs
from danvan_study.study import Consent, Design, Group, Period, Publication, Study, Wave, Weighting
from danvan_study.study.disclosure import Disclosure
from danvan_study.tables import Estimates

QUARTER, ROLLING = "2026q3", "2025q4-2026q3"
SATISFACTION = ("Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng")
TRUST = ("Hoàn toàn không tin", "Không tin lắm", "Khá tin", "Rất tin")
DISTRICTS = (
    "Thành phố Thái Nguyên",
    "Thành phố Sông Công",
    "Huyện Định Hóa",
    "Huyện Đồng Hỷ",
    "Huyện Chợ Mới",
)


def scale(labels: tuple[str, ...]) -> tuple[Choice, ...]:
    """Choices 1…k scored 0 to 100, with the two non-answers."""
    step = 100 / (len(labels) - 1)
    scored = [Choice(name=str(k), labels={"vi": text}, score=(k - 1) * step) for k, text in enumerate(labels, 1)]
    missing = [
        Choice(name="98", labels={"vi": "Không biết / khó trả lời"}, missing="dont_know"),
        Choice(name="99", labels={"vi": "Không muốn trả lời"}, missing="refused"),
    ]
    return tuple(scored + missing)


def question(name: str, label: str, choices: tuple[Choice, ...] = (), **fields: Any) -> Question:
    """One question, a scored select_one of role opinion unless said otherwise."""
    given = {"kind": QuestionKind.SELECT_ONE, "type_as_written": "select_one", "topic": "LIV", "role": Role.OPINION}
    return Question(**{"name": name, "path": name, "labels": {"vi": label}, "choices": choices} | given | fields)


PLAIN = tuple(
    Choice(name=str(k), labels={"vi": text})
    for k, text in enumerate(
        ("Giá cả, thu nhập", "Việc làm", "Đất đai, bồi thường, tái định cư", "Đường sá, điện, nước", "Không có gì"), 1
    )
)
SEX = (Choice(name="1", labels={"vi": "Nam"}), Choice(name="2", labels={"vi": "Nữ"}))

CODEBOOK = Codebook(
    source="core.xlsx",
    sha256="f" * 64,
    form_id="core",
    version="1",
    languages=("vi",),
    questions=(
        question(
            "life_overall",
            "Nghĩ về ba tháng qua, ông/bà hài lòng đến mức nào với cuộc sống của gia đình mình?",
            scale(SATISFACTION),
        ),
        question(
            "life_change_3m",
            "So với ba tháng trước, đời sống gia đình ông/bà thay đổi ra sao?",
            scale(("Kém đi nhiều", "Kém đi một ít", "Như cũ", "Tốt lên một ít", "Tốt lên nhiều")),
        ),
        question(
            "trust_commune",
            "Ông/bà tin đến mức nào là chính quyền xã/phường sẽ làm đúng những gì đã hứa với dân?",
            scale(TRUST),
            topic="TRU",
        ),
        question(
            "petition_trust",
            "Nếu ông/bà nêu một việc bức xúc, ông/bà tin đến mức nào là việc đó sẽ được xem xét và trả lời?",
            scale(TRUST),
            topic="TRU",
        ),
        question(
            "priority_next_q",
            "Trong ba tháng tới, theo ông/bà địa phương nên làm việc nào trước?",
            PLAIN,
            kind=QuestionKind.SELECT_MULTIPLE,
            topic="ISS",
        ),
        question("household_size", "Nhà ông/bà có mấy người?", kind=QuestionKind.INTEGER, role=Role.BACKGROUND),
        question("sex", "Giới tính của ông/bà?", SEX, role=Role.BACKGROUND, topic="BKG"),
        question("village", "Thôn, bản", PLAIN, role=Role.DESIGN, topic="BKG"),
        question("top_issue_open", "Việc gì làm ông/bà băn khoăn nhất?", kind=QuestionKind.TEXT, topic="ISS"),
    ),
    topics=(
        Topic(name="LIV", labels={"vi": "Đời sống, giá cả"}),
        Topic(name="TRU", labels={"vi": "Niềm tin vào chính quyền"}),
        Topic(name="ISS", labels={"vi": "Việc người dân băn khoăn"}),
        Topic(name="BKG", labels={"vi": "Người trả lời"}),
    ),
)

AREAS = Areas(
    vintage="2025-06-30",
    level="district",
    reporting=tuple(
        Area(vintage="2025-06-30", code=str(k), level="district", name=name, answer=f"d{k}")
        for k, name in enumerate(DISTRICTS, 164)
    ),
)

STUDY = Study(
    name={"vi": "Khảo sát dư luận Nhân dân tỉnh Thái Nguyên"},
    languages=("vi", "en"),
    sponsor="Ban Tuyên giáo và Dân vận Tỉnh ủy",
    conducted_by="Nhóm khảo sát dư luận",
    contact="danvan@example.org",
    population="Người từ 18 tuổi trở lên đang sống tại các hộ gia đình trong tỉnh",
    areas_file="areas.csv",
    areas_vintage="2025-06-30",
    areas_level="district",
    design=Design(
        area="district",
        cluster="village",
        interviewer="interviewer",
        consent=(Consent(question="consent", yes=("1",)),),
    ),
    groups=(Group(name="sex", question="sex"),),
    missing={},
    withhold=(),
    weighting=Weighting(),
    disclosure=Disclosure(
        lines={
            "vi": {
                "funding": "Ngân sách của cơ quan yêu cầu",
                "sample": "Thôn rút thăm theo số dân, hộ rút thăm từ danh sách",
                "mode": "Hỏi trực tiếp, tiếng Việt",
                "training": "Một ngày tập huấn",
                "show_cards": "Không dùng",
                "dispositions": "Không giữ sổ các lượt đến hộ",
            },
            "en": {"funding": "Budget of the sponsor"},
        }
    ),
    publication=Publication(headline=("life_overall", "life_change_3m", "trust_commune", "priority_next_q")),
    waves=(Wave(id="2026q3", forms=("core.xlsx",), start=date(2026, 7, 20), end=date(2026, 8, 28)),),
)


def row(**fields: Any) -> dict[str, Any]:
    """One sound estimate of the positive share of ``life_overall`` for everybody, changed by ``fields``."""
    plain: dict[str, Any] = {
        "period": QUARTER, "level": "all", "area": "", "group": "", "value": "", "question": "life_overall",
        "statistic": "positive", "answer": "", "estimate": 61.23, "se": 2.1, "low": 57.04, "high": 65.31, "n": 1180,
        "n_effective": 640.0, "deff": 1.84, "df": 103, "clusters": 120,
    }  # fmt: skip
    return plain | fields


def table(*rows: dict[str, Any]) -> pd.DataFrame:
    """Estimates from rows, conforming to the contract."""
    whole = pd.DataFrame(list(rows))
    text = list(Estimates.key)
    numbers = ["estimate", "se", "low", "high", "n_effective", "deff"]
    return Estimates.conform(whole.astype(dict.fromkeys(text, "str") | dict.fromkeys(numbers, "float64")))


def set_of(
    question_name: str, shares: dict[str, float], *, n: int = 1180, clusters: int = 120, **domain: Any
) -> list[dict[str, Any]]:
    """All rows of one question in one domain from the shares of its answers, intervals as in a clustered sample."""
    asked = CODEBOOK.question(question_name)
    assert asked is not None
    made = [("share", answer, share) for answer, share in shares.items()]
    made += [("nonanswer", "dont_know", 3.4), ("nonanswer", "refused", 1.1)]
    if asked.is_scored:
        scores = {choice.name: choice.score for choice in asked.choices}
        positive = sum(share for answer, share in shares.items() if (scores[answer] or 0) > 50)
        negative = sum(share for answer, share in shares.items() if scores[answer] is not None and scores[answer] < 50)
        mean = sum(share * (scores[answer] or 0) for answer, share in shares.items()) / 100
        made += [
            ("positive", "", positive),
            ("negative", "", negative),
            ("net", "", positive - negative),
            ("mean", "", mean),
        ]
    return [
        _with_interval(
            row(
                question=question_name,
                statistic=kind,
                answer=answer,
                estimate=value,
                n=n,
                clusters=clusters,
                df=max(clusters - 17, 1),
                **domain,
            )
        )
        for kind, answer, value in made
    ]


def _with_interval(estimate: dict[str, Any]) -> dict[str, Any]:
    share = np.clip(estimate["estimate"], 1, 99)
    deff = min(1.8, estimate["n"] / 40)
    half = 196 * np.sqrt(share / 100 * (1 - share / 100) * deff / estimate["n"])
    low = estimate["estimate"] - half
    bounds = {
        "low": low if estimate["statistic"] == "net" else max(low, 0.0),
        "high": min(estimate["estimate"] + half, 100.0),
    }
    return estimate | bounds | {"se": half / 1.96, "deff": deff, "n_effective": estimate["n"] / deff}


SHARES = {
    "life_overall": {"1": 4.2, "2": 11.6, "3": 23.0, "4": 48.1, "5": 13.1},
    "life_change_3m": {"1": 3.1, "2": 14.9, "3": 45.5, "4": 30.2, "5": 6.3},
    "trust_commune": {"1": 6.0, "2": 20.5, "3": 55.2, "4": 18.3},
    "petition_trust": {"1": 11.7, "2": 31.3, "3": 43.0, "4": 14.0},
    "priority_next_q": {"1": 47.3, "2": 28.1, "3": 17.7, "4": 39.9, "5": 4.0},
    "sex": {"1": 49.1, "2": 50.9},
    "village": {"1": 20.0, "2": 80.0},
}


def whole_estimates() -> pd.DataFrame:
    """Everything that a quarter and its rolling year give: all questions, areas, a group and a forbidden crossing."""
    rows: list[dict[str, Any]] = []
    for period, factor in ((QUARTER, 1), (ROLLING, 4)):
        for name, shares in SHARES.items():
            rows += set_of(name, shares, period=period, n=1180 * factor, clusters=120 * factor)
            for place, area in enumerate(AREAS.reporting):
                tilt = tilted(shares, 5 * (place - 2))
                size = (70, 110, 64, 58, 24)[place] * factor
                rows += set_of(
                    name,
                    tilt,
                    period=period,
                    level="area",
                    area=area.key,
                    n=size,
                    clusters=(7, 11, 6, 2, 2)[place] * factor,
                )
            for value, n in (("1", 560), ("2", 620)):
                rows += set_of(
                    name,
                    tilted(shares, 3 if value == "1" else -3),
                    period=period,
                    group="sex",
                    value=value,
                    n=n * factor,
                )
        rows.append(
            row(
                period=period,
                question="household_size",
                statistic="average",
                estimate=4.213,
                low=4.05,
                high=4.37,
                se=0.08,
            )
        )
        rows.append(row(period=period, question="top_issue_open", statistic="share", answer="đường xấu"))
        rows.append(row(period=period, level="area", area=AREAS.reporting[0].key, group="sex", value="1"))
    return table(*rows)


def tilted(shares: dict[str, float], points: float) -> dict[str, float]:
    """Move ``points`` from the second answer to the second last one, as far as there are any."""
    answers = list(shares)
    moved = (
        min(max(points, -shares[answers[-2]] + 1), shares[answers[0]] + shares[answers[1]] - 1)
        if len(answers) > 2
        else 0.0
    )
    first = min(moved, shares[answers[1]] - 0.5)
    return shares | {answers[1]: shares[answers[1]] - first, answers[-2]: shares[answers[-2]] + first}


__all__ = [
    "AREAS",
    "CODEBOOK",
    "QUARTER",
    "ROLLING",
    "STUDY",
    "context",
    "published",
    "replace",
    "report_page",
    "row",
    "set_of",
    "table",
    "whole_estimates",
]


@cache
def published(*, simulated: bool = True) -> Published:
    """:func:`whole_estimates` through the gate, once for all tests: nobody can change what is published."""
    return publish_estimates(whole_estimates(), rules=STUDY.publication, codebook=CODEBOOK, simulated=simulated)


def context(*, simulated: bool = True, **fields: Any) -> BriefContext:
    """A brief's facts around :func:`published`."""
    given: dict[str, Any] = {
        "study": STUDY,
        "wave": QUARTER,
        "areas": AREAS,
        "codebook": CODEBOOK,
        "published": published(simulated=simulated),
        "period": Period(id=QUARTER, waves=(QUARTER,)),
        "rolling": Period(id=ROLLING, waves=("2025q4", "2026q1", "2026q2", "2026q3")),
        "fieldwork": Fieldwork(
            submissions_received=1227,
            removed={"duplicate": 19, "no consent": 28},
            interviews=1180,
            corrections=37,
            fieldwork_start=date(2026, 7, 20),
            fieldwork_end=date(2026, 8, 28),
            median_minutes=14.5,
            interviewers=24,
            clusters=120,
        ),
        "weights": {"kish_deff": 1.43, "n_effective": 825.2, "min": 0.31, "median": 0.92, "max": 4.7},
        "skipped": {"life_change_3m": "worded, answered or scored differently in 2025q4"},
        "provenance": Provenance(
            simulated=simulated, manifest_sha256="a" * 64, commit="0123abc", version="0.1.0", form_sha256="b" * 64
        ),
    }
    return BriefContext(**given | fields)


def report_page(context: BriefContext) -> str:
    """Write the report as HTML and nothing else: most tests look at no more."""
    return write_outputs(context, parts=["report"], formats=["html"])["brief.html"].decode()
