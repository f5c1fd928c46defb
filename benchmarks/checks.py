"""How long it takes to check a large wave: 20,000 interviews × 80 questions.

    python -m benchmarks.checks [INTERVIEWS] [QUESTIONS]

Prints the seconds from the tables to the findings, and how many interviews of a planted pair were found. 400
interviewers with 50 interviews each; five answers to each question; people differ in their mood.
"""

from __future__ import annotations

import sys
import time
from datetime import date

import numpy as np
import pandas as pd

from danvan_study.check import Tables, check_wave, lay_out
from danvan_study.codebook import Choice, Codebook, Question, QuestionKind, Role
from danvan_study.study import Consent, Design, Publication, Study, Wave, Weighting
from danvan_study.tables import Answers, Findings, Interviews, Removed, Timings

SEED = 20_261_122
EACH = 50
"""Interviews of an interviewer."""
MEMBERS = 10
"""Interviews in a village."""
DESIGN = ("village", "interviewer")


def main(arguments: list[str]) -> None:
    """Time one wave."""
    interviews = int(arguments[0]) if arguments else 20_000
    questions = int(arguments[1]) if len(arguments) > 1 else 80
    tables, book = make_tables(interviews, questions)
    start, used = time.perf_counter(), time.process_time()
    material = lay_out(tables, wave=WAVE, study=STUDY, codebooks={"v1": book})
    findings = check_wave(material)
    seconds, used = time.perf_counter() - start, time.process_time() - used
    alike = findings[findings[Findings.check] == "interviews_differ_from_one_another"]
    found = alike[Findings.respondent].isin(["u1"]).any()
    print(f"{interviews} interviews x {questions} questions: {seconds:.1f} s ({used:.1f} s of processors)")
    print(f"the planted pair {'was' if found else 'was NOT'} found among {len(alike)} pairs")


WAVE = Wave(id="w", forms=("f.xlsx",), start=date(2026, 1, 1), end=date(2026, 12, 31))
STUDY = Study(
    name={"vi": "Đo tốc độ"},
    languages=("vi",),
    sponsor="",
    conducted_by="",
    contact="",
    population="",
    areas_file="",
    areas_vintage="",
    areas_level="",
    design=Design(consent=(Consent(question="ok", yes=("1",)),), cluster="village", interviewer="interviewer"),
    groups=(),
    missing={},
    withhold=(),
    weighting=Weighting(),
    publication=Publication(),
    waves=(WAVE,),
)


def make_tables(interviews: int, questions: int) -> tuple[Tables, Codebook]:
    """Draw a wave as tables, and the codebook of its form."""
    rng = np.random.default_rng(SEED)
    people = np.array([f"u{n}" for n in range(interviews)])
    mood = rng.normal(3.2, 0.6, (interviews, 1))
    answers = np.clip(np.rint(mood + rng.normal(0, 1.1, (interviews, questions))), 1, 5).astype(int)
    answers[1] = answers[0]
    number = np.arange(interviews)
    minute = number % EACH % MEMBERS * 40 + 480
    day = pd.Timestamp("2026-03-01") + pd.to_timedelta(number % EACH // MEMBERS, unit="D")
    start = pd.Series(day) + pd.to_timedelta(minute, unit="min")
    lasts = rng.integers(12, 30, interviews)
    design = {"village": number // MEMBERS, "interviewer": number // EACH}
    columns = {name: pd.Series(values).astype("str") for name, values in design.items()}
    columns |= {f"q{n}": pd.Series(answers[:, n]).astype("str") for n in range(questions)}
    long = pd.DataFrame({Answers.respondent: people} | columns).melt(
        Answers.respondent, var_name=Answers.question, value_name=Answers.answer
    )
    is_item = ~long[Answers.question].isin(list(DESIGN))
    score = (pd.to_numeric(long[Answers.answer].where(is_item)) - 1) * 25
    tables = Tables(
        interviews=pd.DataFrame(
            {
                Interviews.respondent: people,
                Interviews.wave: "w",
                Interviews.form_version: "v1",
                Interviews.started_on: start.dt.strftime("%Y-%m-%d"),
                Interviews.minutes: lasts.astype("float64"),
            }
        ),
        answers=long.assign(**{Answers.missing: "", Answers.score: score}),
        timings=pd.DataFrame(
            {
                Timings.respondent: people,
                Timings.started_at: start.dt.strftime("%Y-%m-%dT%H:%M:%S+07:00"),
                Timings.ended_at: (start + pd.to_timedelta(lasts, unit="min")).dt.strftime("%Y-%m-%dT%H:%M:%S+07:00"),
                Timings.received_at: start.dt.strftime("%Y-%m-%dT23:00:00"),
            }
        ),
        removed=Removed.empty(),
    )
    return tables, _codebook(questions)


def _codebook(questions: int) -> Codebook:
    scale = tuple(Choice(name=str(n), labels={"vi": str(n)}, score=25.0 * (n - 1)) for n in range(1, 6))
    items = [
        Question(
            name=f"q{n}",
            path=f"q{n}",
            kind=QuestionKind.SELECT_ONE,
            type_as_written="select_one scale",
            labels={"vi": f"q{n}"},
            choices=scale,
            role=Role.OPINION,
            required="yes",
            relevant="${q0} != '9'" if n else "",
        )
        for n in range(questions)
    ]
    fields = [
        Question(
            name=name, path=name, kind=QuestionKind.TEXT, type_as_written="text", labels={"vi": name}, role=Role.DESIGN
        )
        for name in DESIGN
    ]
    return Codebook(
        source="f.xlsx",
        sha256="",
        form_id="f",
        version="v1",
        languages=("vi",),
        questions=(*fields, *items),
        topics=(),
    )


if __name__ == "__main__":
    main(sys.argv[1:])
