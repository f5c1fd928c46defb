"""Labels that are longer than a format takes: shortened on purpose, between letters, told apart, and written down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from danvan_study.text import squeeze

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from danvan_study.exchange.dataset import Dataset, Variable

DOTS = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a format takes."""

    format: str
    size: Callable[[str], int]
    """Bytes or letters of a text."""
    variable: int
    value: int
    title: int


SPSS = Limits(format="sav", size=lambda text: len(text.encode()), variable=255, value=120, title=64)
STATA = Limits(format="dta", size=len, variable=80, value=32_000, title=80)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortened:
    """One label that is not whole in a file; the codebook has it whole."""

    format: str
    variable: str
    value: str
    full: str
    written: str


class Shortener:
    """Shortens the labels of one file and remembers which."""

    def __init__(self, limits: Limits, language: str) -> None:
        self._limits, self._language = limits, language
        self.log: list[Shortened] = []

    def title(self, dataset: Dataset) -> str:
        """Return the title of the file."""
        return self._fit(dataset.title(self._language), self._limits.title, place=("", ""))

    def variable(self, variable: Variable) -> str:
        """Return the label of a variable."""
        return self._fit(variable.label(self._language), self._limits.variable, place=(variable.name, ""))

    def codes(self, variable: Variable) -> Mapping[int, str]:
        """Return the labels of a variable's codes; labels that would be cut to the same get their code."""
        full = {value.code: squeeze(value.label(self._language)) for value in variable.codes}
        ends = dict.fromkeys(full, DOTS)
        cut = {code: self._cut(text, self._limits.value, DOTS) for code, text in full.items()}
        for code, text in full.items():
            if cut[code] != text and list(cut.values()).count(cut[code]) > 1:
                ends[code] = f"{DOTS} ({code})"
        return {
            code: self._fit(text, self._limits.value, place=(variable.name, str(code)), end=ends[code])
            for code, text in full.items()
        }

    def _fit(self, text: str, limit: int, *, place: tuple[str, str], end: str = DOTS) -> str:
        text = squeeze(text)
        written = self._cut(text, limit, end)
        if written != text:
            variable, value = place
            self.log.append(
                Shortened(format=self._limits.format, variable=variable, value=value, full=text, written=written)
            )
        return written

    def _cut(self, text: str, limit: int, end: str) -> str:
        if self._limits.size(text) <= limit and end == DOTS:
            return text
        room = limit - self._limits.size(end)
        while self._limits.size(text) > room:
            text = text[:-1]
        return text.rstrip() + end
