"""A clean wave of fieldwork for tests and benchmarks: fourteen interviewers, two villages each, people with a mood."""

from __future__ import annotations

import random
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.check import Material, Tables, check_wave, lay_out
from danvan_study.check.material import POSITION_COLUMNS, TIME_COLUMNS, Traces
from danvan_study.collect import collect_responses
from danvan_study.score import score_answers
from danvan_study.study import Consent, Design
from tests.form_material import VI, WAVE, choices, codebook, study

if TYPE_CHECKING:
    from danvan_study.codebook import Codebook

ITEMS = 18
INTERVIEWERS = 14
PEOPLE = 16
"""In each village."""

SURVEY: list[dict[str, object]] = [
    {"type": "start", "name": "start"},
    {"type": "end", "name": "end"},
    {"type": "select_one yes_no", "name": "consent_part", VI: "Đồng ý?", "role": "consent"},
    {"type": "text", "name": "village", VI: "Thôn", "role": "design"},
    {"type": "text", "name": "interviewer", VI: "Mã", "role": "design"},
    *(
        {"type": "select_one scale", "name": f"item_{n:02}", VI: f"Câu {n}?", "role": "opinion", "required": "yes"}
        for n in range(ITEMS)
    ),
    {"type": "select_one yes_no", "name": "used", VI: "Có làm thủ tục?", "role": "filter"},
    {"type": "select_one scale", "name": "liked", VI: "Hài lòng?", "role": "opinion", "relevant": "${used} = '1'"},
    {"type": "integer", "name": "age", VI: "Tuổi", "role": "background", "constraint": ". >= 18"},
    {"type": "integer", "name": "land", VI: "Ruộng, mét vuông", "role": "background"},
    {"type": "date", "name": "moved_on", VI: "Về đây ở ngày nào?", "role": "background"},
    {"type": "text", "name": "worry", VI: "Băn khoăn?", "role": "opinion"},
    {"type": "text", "name": "worry_other", VI: "Ghi rõ", "role": "opinion", "relevant": "${used} = '1'"},
    {"type": "text", "name": "remark", VI: "Ghi chú", "role": "quality"},
]
CHOICES: list[dict[str, object]] = [
    *choices("yes_no", _1="Có", _2="Không"),
    *({"list_name": "scale", "name": n, VI: f"Mức {n}", "score": 25 * (n - 1)} for n in range(1, 6)),
    {"list_name": "scale", "name": 98, VI: "Không biết", "missing": "dont_know"},
]
STUDY = study(
    Design(consent=(Consent(question="consent_part", yes=("1",)),), cluster="village", interviewer="interviewer")
)

Record = dict[str, str]


@cache
def form(version: str) -> Codebook:
    """Return a version of the form; all have the same questions."""
    return codebook(SURVEY, CHOICES, version=version)


def honest_wave(seed: int = 7) -> list[Record]:
    """Draw interviews that no check has anything against."""
    draw = random.Random(seed)
    return [
        _interview(draw, team, village, person)
        for team in range(INTERVIEWERS)
        for village in range(2)
        for person in range(PEOPLE)
    ]


def _interview(draw: random.Random, team: int, village: int, person: int) -> Record:
    start, length = 8 * 60 + person * 40 + draw.randrange(8), draw.randrange(12, 20)
    mood = draw.gauss(3.1, 0.9)
    day = f"2025-07-{2 + 2 * team + village:02}T"
    record = {
        "_uuid": f"u-{team}-{village}-{person:02}",
        "__version__": "v1",
        "_submission_time": f"{day}23:00:00",
        "start": f"{day}{start // 60:02}:{start % 60:02}:00.000+07:00",
        "end": f"{day}{(start + length) // 60:02}:{(start + length) % 60:02}:00.000+07:00",
        "consent_part": "1",
        "village": f"t{team}{village}",
        "interviewer": f"dtv{team}",
        "used": draw.choice("11112"),
        "age": str(draw.choice([age for age in range(18, 80) if age % 5 or draw.random() < 0.9])),
        "land": str(draw.randrange(200, 900)),
        "worry": draw.choice(["Đường xấu", "Giá cả", "Việc làm cho con"]),
        "moved_on": f"20{10 + (team + person) % 14}-{1 + (person + village) % 12:02}-{1 + (7 * person + team) % 28:02}",
    }
    for n in range(ITEMS):
        answer = min(5, max(1, round(draw.gauss(mood, 0.9))))
        record[f"item_{n:02}"] = "98" if draw.random() < 0.04 else str(answer)
    if record["used"] == "1":
        record["liked"] = str(min(5, max(1, round(draw.gauss(mood, 1)))))
    return record


def device_traces(records: list[Record]) -> Traces:
    """Return where each interview took place and how long its questions stood on the screen.

    ``_at`` (latitude, longitude, accuracy) and ``_haste`` (a factor) in a record stand in for what is drawn.
    """
    draw = random.Random(11)
    positions, times = [], []
    for record in records:
        team, village = (int(part) for part in [*record["_uuid"].split("-"), 0, 0][1:3])
        drawn = (21.5 + team / 100 + draw.gauss(0, 0.001), 105.8 + village / 100 + draw.gauss(0, 0.001), 8.0)
        told = [float(part) for part in record["_at"].split()] if "_at" in record else drawn
        if told:
            positions.append((record["_uuid"], *told))
        haste = float(record.get("_haste", 1))
        times += [(record["_uuid"], f"item_{n:02}", haste * draw.uniform(6, 14)) for n in range(ITEMS)]
    return Traces(
        positions=pd.DataFrame(positions, columns=POSITION_COLUMNS), times=pd.DataFrame(times, columns=TIME_COLUMNS)
    )


def material(records: list[Record], versions: tuple[str, ...] = ("v1",)) -> Material:
    """Lay records out for the checks, as the pipeline does."""
    books = {version: form(version) for version in versions}
    told = [{key: value for key, value in record.items() if key not in {"_at", "_haste"}} for record in records]
    collected = collect_responses(told, codebooks=books, study=STUDY, wave=WAVE)
    tables = Tables(
        interviews=collected.interviews,
        answers=score_answers(collected.answers, interviews=collected.interviews, codebooks=books),
        timings=collected.timings,
        removed=collected.removed,
        unconsented=collected.unconsented,
        traces=device_traces(records),
    )
    return lay_out(tables, wave=WAVE, study=STUDY, codebooks=books)


def findings(records: list[Record], versions: tuple[str, ...] = ("v1",)) -> pd.DataFrame:
    """Check records."""
    return check_wave(material(records, versions))
