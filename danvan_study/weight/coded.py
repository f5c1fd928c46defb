"""Margin variables and margin tables as codes: what respondents and margins call a value has one number in both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

import numpy as np
import pandas as pd

from danvan_study.coding import alphabetical_codes, join_codes
from danvan_study.tables import Respondents
from danvan_study.weight.model import POPULATION, Codes, Floats, MarginTable

if TYPE_CHECKING:
    from collections.abc import Mapping

UNKNOWN = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A variable that people are counted by."""

    name: str
    code: np.ndarray
    """Place of each respondent's value."""
    names: tuple[str, ...]
    """In the order of the alphabet; some may stand in margins only, and some may not occur."""
    unknown: int
    """Place of the empty value; -1: it isn't among them."""

    @classmethod
    def of(cls, name: str, respondents: pd.DataFrame, tables: Sequence[MarginTable]) -> Variable:
        """Give a number to each value that respondents or margins have."""
        code, values = alphabetical_codes(respondents[Respondents.area if name == "area" else name])
        known = tuple(str(value) for value in values)
        in_margins = (pd.unique(table.cells[name]) for table in tables if name in table.by)
        names = tuple(sorted(set(known).union(*in_margins)))
        if names != known:
            place = {value: number for number, value in enumerate(names)}
            code = np.array([place[value] for value in known], dtype=np.int64)[code]
        return cls(name=name, code=code, names=names, unknown=names.index(UNKNOWN) if UNKNOWN in names else -1)

    def find(self, values: pd.Series) -> Codes:
        """Return the place of each of ``values``, which all are among the names."""
        code, found = pd.factorize(values)
        return pd.Index(self.names).get_indexer(pd.Index(found)).astype(np.int64)[code]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedMargin:
    """The cells of a margin that hold people, in the order of the alphabet."""

    variables: tuple[Variable, ...]
    codes: tuple[Codes, ...]
    """For each variable, the code of each cell."""
    people: Floats
    file: str

    @classmethod
    def of(cls, table: MarginTable, variables: Mapping[str, Variable]) -> CodedMargin:
        """Put a margin into codes."""
        people = table.cells[POPULATION].to_numpy(dtype="float64")
        codes = [variables[name].find(table.cells[name]) for name in table.by]
        order = np.lexsort(codes[::-1])
        order = order[people[order] > 0]
        return cls(
            variables=tuple(variables[name] for name in table.by),
            codes=tuple(code[order] for code in codes),
            people=people[order],
            file=table.file,
        )

    @property
    def by(self) -> tuple[str, ...]:
        """Names of the variables."""
        return tuple(variable.name for variable in self.variables)

    def code(self, name: str) -> Codes:
        """Return the code that each cell has of a variable."""
        return self.codes[self.by.index(name)]

    def join(self, codes: Sequence[Codes]) -> Codes:
        """Return one number for codes of all variables of this margin."""
        return join_codes(codes, [len(variable.names) for variable in self.variables])


@dataclass(frozen=True, slots=True)
class CellNames(Sequence[str]):
    """Names of cells, put together when somebody asks: there are thousands, and messages name one."""

    variables: tuple[Variable, ...]
    codes: tuple[Codes, ...]

    def __len__(self) -> int:
        """Return the number of cells."""
        return len(self.codes[0])

    @overload
    def __getitem__(self, number: int) -> str: ...

    @overload
    def __getitem__(self, number: slice) -> list[str]: ...

    def __getitem__(self, number: int | slice) -> str | list[str]:
        """Return the name of a cell."""
        if isinstance(number, slice):
            return [self[each] for each in range(*number.indices(len(self)))]
        values = (
            f"{variable.name} = {variable.names[code[number]] or 'unknown'}"
            for variable, code in zip(self.variables, self.codes, strict=True)
        )
        return ", ".join(values)
