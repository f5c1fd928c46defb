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


class Told:
    """Base of the single figures that sentences are made of: only their reader makes one, out of published rows."""

    __slots__ = ()

    reader: ClassVar[str]
    """The one function that reads it."""

    def __new__(cls, *_: object, **__: object) -> Self:
        """Refuse: a figure that nobody published is not told."""
        raise TypeError(f"{cls.__name__} is read by {cls.reader} only")

    def __init_subclass__(cls) -> None:
        """Refuse to subclass a figure: it would be a second way to make one."""
        if Told not in cls.__bases__:
            raise TypeError(f"{cls.__bases__[0].__name__} cannot be subclassed")

    def __reduce__(self) -> NoReturn:
        """Refuse: a pickle could be altered and read back."""
        raise TypeError(f"{type(self).__name__} cannot be pickled; read it again")

    @classmethod
    def _read(cls, **fields: object) -> Self:
        """Make one; for its reader."""
        made = object.__new__(cls)
        for name, value in fields.items():
            object.__setattr__(made, name, value)
        return made


def require_told(figure: object) -> None:
    """Refuse anything but a figure that was read from published rows.

    Raises
    ------
    TypeError
        It is something else.
    """
    if not isinstance(figure, Told):
        raise TypeError(f"only published figures can be told, not {type(figure).__name__}")
