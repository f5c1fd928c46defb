"""A small stratified sample of villages, made in memory, for the tests of the estimator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from danvan_study.codebook import Choice, Codebook, Question, QuestionKind, Role
from danvan_study.estimate import WaveSample
from danvan_study.study import Design, Group, Period, Publication, Study, Wave, Weighting
from danvan_study.tables import MILLION

SATISFIED = Question(
    name="satisfied",
    path="satisfied",
    kind=QuestionKind.SELECT_ONE,
    type_as_written="select_one five",
    labels={"vi": "Hài lòng?"},
    role=Role.OPINION,
    choices=(
        *(Choice(name=str(x), labels={"vi": f"mức {x}"}, score=25.0 * (x - 1)) for x in range(1, 6)),
        Choice(name="98", labels={"vi": "không biết"}, missing="dont_know"),
        Choice(name="99", labels={"vi": "không trả lời"}, missing="refused"),
    ),
)
ISSUES = Question(
    name="issues",
    path="issues",
    kind=QuestionKind.SELECT_MULTIPLE,
    type_as_written="select_multiple issues",
    labels={"vi": "Việc gì?"},
    choices=tuple(Choice(name=name, labels={"vi": name}) for name in ("roads", "land", "prices")),
)
HOUSEHOLD = Question(
    name="household",
    path="household",
    kind=QuestionKind.INTEGER,
    type_as_written="integer",
    labels={"vi": "Mấy người?"},
)


def codebook(*questions: Question, version: str = "1") -> Codebook:
    return Codebook(
        source="form.xlsx",
        sha256="",
        form_id="form",
        version=version,
        languages=("vi",),
        questions=questions,
        topics=(),
    )


def study(*waves: str, design: Design | None = None) -> Study:
    return Study(
        name={"vi": "Thử"},
        languages=("vi",),
        sponsor="",
        conducted_by="",
        contact="",
        population="",
        areas_file="areas.csv",
        areas_vintage="2025",
        areas_level="district",
        design=design or Design(area="place", cluster="village"),
        groups=(Group(name="sex", question="sex_question"),),
        missing={},
        withhold=(),
        weighting=Weighting(),
        publication=Publication(),
        waves=tuple(
            Wave(id=wave, forms=("form.xlsx",), start=date(2025, n, 1), end=date(2025, n, 20))
            for n, wave in enumerate(waves or ("w1",), 1)
        ),
    )


def period(*waves: str) -> Period:
    return Period(id="-".join(waves), waves=waves)


def respondents(wave: str = "w1", *, villages: int = 12, per_village: int = 10, seed: int = 5) -> pd.DataFrame:
    """Three areas with a third of the villages each; ids do not stand in the order of the villages."""
    rng = np.random.default_rng(seed)
    n = villages * per_village
    village = np.repeat(np.arange(villages), per_village)
    area = np.array(["north", "south", "west"])[village * 3 // villages]
    return pd.DataFrame(
        {
            "respondent": [f"{wave}-{i:04d}" for i in rng.permutation(n)],
            "wave": wave,
            "form_version": "1",
            "area": area,
            "area_basis": "area",
            "stratum": area,
            "cluster": [f"v{v:02d}" for v in village],
            "interviewer": "",
            "mode": "",
            "started_on": "",
            "minutes": 20.0,
            "sex": rng.choice(["m", "f", ""], n, p=[0.45, 0.5, 0.05]),
        }
    )


MISSING = {"98": "dont_know", "99": "refused", "97": "not_applicable"}


def answers(people: pd.DataFrame, **given: list[str]) -> pd.DataFrame:
    """Long answers; an empty text means that the question was not asked."""
    parts = []
    for question, values in given.items():
        said = np.asarray(values, dtype=object)
        missing = [MISSING.get(value, "") for value in values]
        scored = question == SATISFIED.name
        score = [
            25.0 * (int(v) - 1) if scored and v and not m else np.nan for v, m in zip(values, missing, strict=True)
        ]
        part = {
            "respondent": people["respondent"],
            "question": question,
            "answer": said,
            "missing": missing,
            "score": score,
        }
        parts.append(pd.DataFrame(part)[said != ""])
    table = pd.concat(parts, ignore_index=True)
    return table.astype({"respondent": "str", "question": "str", "answer": "str", "missing": "str"})


@dataclass
class Calibrated:
    membership: csr_array
    design_weight: np.ndarray


def wave_sample(people: pd.DataFrame, said: pd.DataFrame, **options) -> WaveSample:
    """Wrap a wave; weights in people (whole millionths), ``cells`` the auxiliaries of a calibration."""
    weights = np.asarray(options.get("weights", np.ones(len(people))))
    cells = options.get("cells", np.zeros((len(people), 0)))
    table = pd.DataFrame({"respondent": people["respondent"], "weight": np.rint(weights * MILLION).astype("int64")})
    return WaveSample(
        wave=people["wave"].iloc[0],
        respondents=people,
        answers=said,
        weights=table,
        calibration=Calibrated(csr_array(cells), np.asarray(options.get("design_weight", weights), dtype=float)),
        codebooks=options.get("codebooks", {"1": codebook(SATISFIED, ISSUES, HOUSEHOLD)}),
    )
