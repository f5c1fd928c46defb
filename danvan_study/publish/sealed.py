"""What the gates hand out: rows that only a gate makes and nobody outside can change."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NoReturn, Self

if TYPE_CHECKING:
    import pandas as pd


class Sealed:
    """Base of the published types. Each gate seals its own; there is no other way to make one."""

    __slots__ = ("_rows", "_simulated")

    gate: ClassVar[str]
    """The one function that makes it."""
    _rows: pd.DataFrame
    _simulated: bool

    def __new__(cls, *_: object, **__: object) -> Self:
        """Refuse: figures are published by the gate or not at all."""
        raise TypeError(f"{cls.__name__} is made by {cls.gate} only")

    def __init_subclass__(cls) -> None:
        """Refuse to subclass a published type: it would be a second way around its gate."""
        if Sealed not in cls.__bases__:
            raise TypeError(f"{cls.__bases__[0].__name__} cannot be subclassed")

    def __setattr__(self, name: str, value: object) -> NoReturn:
        """Refuse: what is published stays as it is."""
        raise AttributeError(f"{type(self).__name__} is frozen: {name}")

    def __delattr__(self, name: str) -> NoReturn:
        """Refuse: what is published stays as it is."""
        raise AttributeError(f"{type(self).__name__} is frozen: {name}")

    def __reduce__(self) -> NoReturn:
        """Refuse: a pickle could be altered and read back without passing the gate."""
        raise TypeError(f"{type(self).__name__} cannot be pickled; publish again")

    @property
    def rows(self) -> pd.DataFrame:
        """A fresh copy of the rows."""
        return self._rows.copy(deep=True)

    @property
    def simulated(self) -> bool:
        """Whether the figures stem from simulated answers; everything drawn from them says so."""
        return self._simulated

    def __repr__(self) -> str:
        """Say how much is inside."""
        return f"<{type(self).__name__}: {len(self._rows)} rows{', simulated' if self._simulated else ''}>"
