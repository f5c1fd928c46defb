"""What a table's contract is made of: columns of a kind, a key, and the check that a table keeps them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    FLAG = "flag"


class Column:
    """A column of a contract; read through its table class it is the column's name.

    Parameters
    ----------
    kind
        What the column holds.
    blank
        Whether a value may be missing (NaN for numbers; text columns use ``""`` and are never NaN).
    allowed
        The only values that a text column may take; empty means any.
    """

    name: str

    def __init__(self, kind: Kind = Kind.TEXT, *, blank: bool = False, allowed: Sequence[str] = ()) -> None:
        self.kind = kind
        self.blank = blank
        self.allowed = tuple(allowed)

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: object, owner: type | None = None) -> str:
        return self.name

    def complaint(self, values: pd.Series) -> str:
        """Say in a few words how ``values`` break this column's contract; ``""`` when they keep it."""
        if self.kind is Kind.TEXT:
            if not isinstance(values.dtype, (pd.StringDtype, pd.CategoricalDtype)):
                return f"is {values.dtype}, not text"
            if values.isna().any():
                return "has missing values; text columns use an empty string"
            if self.allowed and not values.isin(self.allowed).all():
                return f"has values outside {', '.join(self.allowed)}"
            return ""
        wanted = {Kind.INTEGER: "iu", Kind.NUMBER: "f", Kind.FLAG: "b"}[self.kind]
        if values.dtype.kind not in wanted:
            return f"is {values.dtype}, not {self.kind}"
        return "" if self.blank or not values.isna().any() else "has missing values"


class Table:
    """Base of the contracts. A subclass lists its columns as attributes and its key."""

    key: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def columns(cls) -> dict[str, Column]:
        """Return the columns in the order in which they stand in the class, those of its bases first."""
        bases = reversed(cls.__mro__)
        return {name: column for base in bases for name, column in vars(base).items() if isinstance(column, Column)}

    @classmethod
    def conform(cls, table: pd.DataFrame, extra: Sequence[str] = ()) -> pd.DataFrame:
        """Return ``table`` with exactly this contract's columns (then ``extra``, text), in order.

        Raises
        ------
        ValueError
            A column is missing, unknown or of the wrong kind, or the key repeats: a fault of the program, not of
            the user, hence no :class:`~danvan_study.errors.StudyError`.
        """
        contract = cls.columns() | {name: Column() for name in extra}
        if set(table.columns) != set(contract):
            missing = sorted(set(contract) - set(table.columns))
            unknown = sorted(set(table.columns) - set(contract))
            raise ValueError(f"{cls.__name__}: missing columns {missing}, unknown columns {unknown}")
        for name, column in contract.items():
            if complaint := column.complaint(table[name]):
                raise ValueError(f"{cls.__name__}: column {name} {complaint}")
        if cls.key and (repeats := _repeats(table[list(cls.key)])).any():
            first = table.loc[repeats, list(cls.key)].iloc[0].to_dict()
            raise ValueError(f"{cls.__name__}: the key repeats, first at {first}")
        return table[list(contract)].reset_index(drop=True)

    @classmethod
    def empty(cls, extra: Sequence[str] = ()) -> pd.DataFrame:
        """Return a table of this contract without rows."""
        dtypes = {Kind.TEXT: "str", Kind.INTEGER: "int64", Kind.NUMBER: "float64", Kind.FLAG: "bool"}
        contract = cls.columns() | {name: Column() for name in extra}
        return pd.DataFrame({name: pd.Series(dtype=dtypes[column.kind]) for name, column in contract.items()})

    def __new__(cls) -> Self:
        """Refuse instances: a contract is a class."""
        raise TypeError(f"{cls.__name__} is a contract, not an object")


def _repeats(key: pd.DataFrame) -> np.ndarray:
    """Return which rows repeat an earlier row. Codes of a single category that go up without a step back never do."""
    column = key.iloc[:, 0]
    if len(key.columns) == 1 and isinstance(column.dtype, pd.CategoricalDtype):
        codes = column.cat.codes.to_numpy()
        if (codes[1:] > codes[:-1]).all():
            return np.zeros(len(key), dtype=bool)
    return key.duplicated().to_numpy()
