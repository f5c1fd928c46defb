"""What a table's contract is made of: columns of a kind, a key, and the check that a table keeps them."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
import pandas as pd

from danvan_study.coding import join_codes, portions

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOM = 8
"""So many possible keys for a row are ticked off in a list; more are looked up."""


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
    """Return which rows repeat an earlier row. Categories are ticked off: a table of lookups takes 50 bytes a row."""
    columns = [key[name] for name in key.columns]
    if all(isinstance(column.dtype, pd.CategoricalDtype) for column in columns):
        codes = [column.cat.codes.to_numpy() for column in columns]
        sizes = [len(column.cat.categories) for column in columns]
        if len(codes) == 1 and (codes[0][1:] > codes[0][:-1]).all():  # up and up, never the same again
            return np.zeros(len(key), dtype=bool)
        if math.prod(sizes) <= ROOM * len(key):
            seen = np.zeros(math.prod(sizes), dtype=bool)
            for part in portions(len(key)):
                seen[join_codes([column[part] for column in codes], sizes)] = True
            if np.count_nonzero(seen) == len(key):
                return np.zeros(len(key), dtype=bool)
    return key.duplicated().to_numpy()
