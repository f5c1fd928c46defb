"""What the checks look at: the tables of a wave, and its answers laid out as a grid of codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from danvan_study.check.funnel import Work
from danvan_study.codebook import QuestionKind, Role
from danvan_study.tables import Answers, Interviews, Timings

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from danvan_study.codebook import Codebook, Question
    from danvan_study.study import Study, Wave

    Whole = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]
    Flags = npt.NDArray[np.bool_]
    Texts = npt.NDArray[np.str_]

BLANK = -1
"""Code of a question that was not answered."""
NOT_ITEMS = (Role.DESIGN, Role.CONSENT, Role.IDENTIFIER, Role.QUALITY)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Traces:
    """What devices wrote down of the interviews, in studies that keep it; a table may be empty."""

    positions: pd.DataFrame
    """``respondent``, ``latitude``, ``longitude`` (degrees), ``accuracy`` (metres)."""
    times: pd.DataFrame
    """``respondent``, ``question``, ``seconds`` on the screen, all visits together."""


POSITION_COLUMNS = ("respondent", "latitude", "longitude", "accuracy")
TIME_COLUMNS = ("respondent", "question", "seconds")
NO_TRACES = Traces(positions=pd.DataFrame(columns=POSITION_COLUMNS), times=pd.DataFrame(columns=TIME_COLUMNS))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grid:
    """People × questions."""

    questions: tuple[str, ...]
    """As answered: inside a repeat ``name[2]``."""
    words: Texts
    """Code to answer, one list for all questions."""
    codes: Whole
    """:data:`BLANK` where there is no answer."""
    is_missing: Flags
    """Don't know, refused, does not apply."""
    scores: Floats
    """0 to 100, NaN where the answer carries none."""

    def column(self, question: str) -> Whole:
        """Return the codes of a question; all blank where nobody answered it."""
        if question not in self.questions:
            return np.full(len(self.codes), BLANK)
        return self.codes[:, self.questions.index(question)]

    def answers(self, question: str) -> Texts:
        """Return the answers to a question as text, ``""`` where there is none."""
        codes = self.column(question)
        return np.where(codes == BLANK, "", self.words[codes]) if len(self.words) else np.full(len(codes), "")

    def numbers(self, question: str) -> Floats:
        """Return the answers to a question as numbers, NaN where they are none."""
        column = pd.Series(self.answers(question))
        numbers: Floats = pd.to_numeric(column, errors="coerce").to_numpy(dtype="float64", copy=True)
        return numbers


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Material:
    """A wave as the checks see it; rows of every array are the interviews.

    Equal to itself alone, so that it can be a key.
    """

    wave: Wave
    study: Study
    codebooks: Mapping[str, Codebook]
    people: pd.Index[str]
    form_version: Texts
    interviewer: Texts
    """Code of the interviewer, ``""`` where it isn't known."""
    cluster: Texts
    minutes: Floats
    started: pd.Series
    """Where the interview took place, in local time; NaT where it isn't known."""
    ended: pd.Series
    received: pd.Series
    """In UTC, as the server writes it; ``started_utc`` stands in the same clock."""
    started_utc: pd.Series
    grid: Grid
    removed: pd.DataFrame
    """:class:`~danvan_study.tables.Removed`."""
    traces: Traces
    unconsented: tuple[str, ...] = ()

    @property
    def work(self) -> Work:
        """Who did each interview, and where."""
        return Work(interviewer=self.interviewer, village=self.cluster, area=self.grid.answers(self.study.design.area))

    @property
    def codebook(self) -> Codebook:
        """The last form of the wave."""
        return list(self.codebooks.values())[-1]

    def who(self, row: int | np.signedinteger[Any]) -> str:
        """Return the random id of an interview's respondent."""
        return str(self.people[int(row)])

    def question(self, name: str) -> Question | None:
        """Return a question by its name, with or without the turn of a repeat, in any form of the wave."""
        bare = name.partition("[")[0]
        found = (codebook.question(bare) for codebook in reversed(list(self.codebooks.values())))
        return next((question for question in found if question), None)

    def items(self, *kinds: QuestionKind) -> list[str]:
        """Return the answered questions that the respondent was asked, of some kinds, in the order of the form."""
        design = self.study.design
        fields = {design.area, design.commune, design.cluster, design.interviewer, design.mode, *design.stratum}
        order = {question.name: place for place, question in enumerate(self.codebook.questions)}
        names = [
            name
            for name in self.grid.questions
            if (question := self.question(name))
            and question.is_asked
            and question.kind in kinds
            and question.role not in NOT_ITEMS
            and question.name not in fields
        ]
        return sorted(names, key=lambda name: order.get(name.partition("[")[0], len(order)))

    def codes(self, names: list[str]) -> Whole:
        """Return the codes of some questions, people × names."""
        return self.grid.codes[:, [self.grid.questions.index(name) for name in names]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The tables from which a wave is laid out."""

    interviews: pd.DataFrame
    answers: pd.DataFrame
    """Scored."""
    timings: pd.DataFrame
    removed: pd.DataFrame
    unconsented: tuple[str, ...] = ()
    traces: Traces = NO_TRACES


def lay_out(tables: Tables, *, wave: Wave, study: Study, codebooks: Mapping[str, Codebook]) -> Material:
    """Lay a wave out for the checks."""
    interviews = tables.interviews
    people = pd.Index(interviews[Interviews.respondent])
    grid = _grid(tables.answers[tables.answers[Answers.respondent].isin(people)], people)
    timings = tables.timings.set_index(Timings.respondent).reindex(people, fill_value="")
    return Material(
        wave=wave,
        study=study,
        codebooks=codebooks,
        people=people,
        form_version=_texts(interviews[Interviews.form_version]),
        interviewer=grid.answers(study.design.interviewer),
        cluster=grid.answers(study.design.cluster),
        minutes=interviews[Interviews.minutes].to_numpy(dtype="float64"),
        started=_local(timings[Timings.started_at]),
        ended=_local(timings[Timings.ended_at]),
        received=_utc(timings[Timings.received_at]),
        started_utc=_utc(timings[Timings.started_at]),
        grid=grid,
        removed=tables.removed,
        traces=tables.traces,
        unconsented=tables.unconsented,
    )


def _grid(answers: pd.DataFrame, people: pd.Index[str]) -> Grid:
    rows = people.get_indexer(pd.Index(answers[Answers.respondent]))
    columns, names = pd.factorize(answers[Answers.question])
    values, words = pd.factorize(answers[Answers.answer])
    shape = (len(people), len(names))
    codes = np.full(shape, BLANK, dtype="int64")
    codes[rows, columns] = values
    is_missing = np.zeros(shape, dtype="bool")
    is_missing[rows, columns] = (answers[Answers.missing] != "").to_numpy()
    scores = np.full(shape, np.nan)
    scores[rows, columns] = answers[Answers.score].to_numpy(dtype="float64")
    return Grid(
        questions=tuple(str(name) for name in names),
        words=np.array([str(word) for word in words]),
        codes=codes,
        is_missing=is_missing,
        scores=scores,
    )


def _texts(column: pd.Series) -> Texts:
    return np.array(column.to_list(), dtype="str")


def _local(column: pd.Series) -> pd.Series:
    """Return moments on the clock of the place: the offset is cut off, the hour stays."""
    clock = column.str.replace(r"(Z|[+-]\d\d:?\d\d)$", "", regex=True)
    return pd.to_datetime(clock.where(clock != ""), errors="coerce", format="ISO8601").reset_index(drop=True)


def _utc(column: pd.Series) -> pd.Series:
    moments = pd.to_datetime(column.where(column != ""), errors="coerce", format="ISO8601", utc=True)
    return moments.reset_index(drop=True)
