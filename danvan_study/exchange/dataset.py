"""What is handed on: coded variables with labels, and nothing else. A text has no place here, so none can leave."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

Labels = dict[str, str]
"""Language code to wording."""


class Measure(StrEnum):
    """Levels of measurement, as SPSS knows them."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    SCALE = "scale"


class Part(StrEnum):
    """What a variable is in the data."""

    NUMBER = "number"
    """Number of the row, of no meaning."""
    AREA = "area"
    STRATUM = "stratum"
    CLUSTER = "cluster"
    WEIGHT = "weight"
    ANSWER = "answer"


WITHHELD = "withheld"
"""Beside the meanings of :data:`danvan_study.tables.MISSING`: an answer that is held back."""
WITHHELD_CODE = -1

MEANINGS: Mapping[str, Labels] = {
    "dont_know": {"vi": "Khó trả lời", "en": "Don't know"},
    "refused": {"vi": "Không trả lời", "en": "Refused"},
    "not_applicable": {"vi": "Không áp dụng", "en": "Not applicable"},
    WITHHELD: {"vi": "Không công bố", "en": "Withheld"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A code and what it stands for."""

    code: int
    labels: Labels
    answer: str = ""
    """Name of the choice in the form."""
    missing: str = ""
    """Why it is no answer, or empty."""

    def label(self, language: str) -> str:
        """Return the wording in ``language``, else in any, else the code."""
        return self.labels.get(language) or next(iter(self.labels.values()), "") or str(self.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One column."""

    name: str
    """Legal in SPSS, Stata and R alike."""
    labels: Labels
    codes: tuple[Value, ...] = ()
    measure: Measure = Measure.NOMINAL
    part: Part = Part.ANSWER
    source: str = ""
    """What it is called in the form: the question, or the question and choice of several answers."""
    decimals: int = 0

    def label(self, language: str) -> str:
        """Return the wording in ``language``, else in any, else the name."""
        return self.labels.get(language) or next(iter(self.labels.values()), "") or self.name

    @property
    def missing(self) -> tuple[Value, ...]:
        """The codes that are no answer."""
        return tuple(value for value in self.codes if value.missing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """One wave, one row per respondent."""

    name: str
    """The wave."""
    titles: Labels
    variables: tuple[Variable, ...]
    table: pd.DataFrame
    """A column of float64 for each variable, NaN where nothing was asked or answered."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Question to the reason (:data:`danvan_study.exchange.leave.REASONS`) why it is not here."""
    outside: Mapping[str, int] = field(default_factory=dict)
    """Question to the number of answers that are none of its choices, and therefore blank here."""
    simulated: bool = False

    def __post_init__(self) -> None:
        """Refuse what a programmer can get wrong."""
        names = [variable.name for variable in self.variables]
        if list(self.table.columns) != names or len(set(names)) != len(names):
            raise ValueError(f"columns {list(self.table.columns)} are not the variables {names}")
        if any(dtype != "float64" for dtype in self.table.dtypes):
            raise ValueError("every column of a dataset is a number")

    def title(self, language: str) -> str:
        """Return the title, marked where the answers are simulated."""
        mark = {"vi": "SỐ LIỆU MÔ PHỎNG · ", "en": "SIMULATED · "}[language if language == "en" else "vi"]
        text = self.titles.get(language) or next(iter(self.titles.values()))
        return f"{mark if self.simulated else ''}{text}"
