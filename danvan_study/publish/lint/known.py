"""What a study has published of a wave, as the rules look it up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from danvan_study.publish.lint.figures import find_bases, find_figures, find_lone
from danvan_study.tables import PublishedChanges, PublishedRows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    import pandas as pd

Triple = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the study at hand knows; empty where there is none."""

    figures: frozenset[Triple] = frozenset()
    """Published estimates and changes, each with its interval."""
    numbers: frozenset[float] = frozenset()
    """Every published number."""
    bases: frozenset[int] = frozenset()
    """Every published number of answers, and those that the kit's own documents name."""
    verdicts: Mapping[Triple, frozenset[str]] = field(default_factory=dict)
    """What a published change may be called: ``up``, ``down``, ``unclear``."""
    labels: frozenset[str] = frozenset()
    """Wordings of questions and answers, folded: they may be quoted."""
    places: frozenset[str] = frozenset()
    """Names of areas in small letters: they look like names of people."""
    contact: str = ""
    """Whom to ask, as study.toml has it."""
    dated: date | None = None
    """The last day of fieldwork."""
    simulated_mark: str = ""
    """What a document about simulated answers must say; empty for real ones."""

    @property
    def has_figures(self) -> bool:
        """Whether there is anything to compare with."""
        return bool(self.figures)


NOTHING: Final = Known()


def published_figures(rows: pd.DataFrame, changes: pd.DataFrame | None, texts: Iterable[str]) -> Known:
    """Return the figures of a wave's published tables, and of the texts that the kit itself made of them.

    The texts tell more than the tables: response rates, forecasts, splits by the conditions of the interview.

    Parameters
    ----------
    rows
        ``published.csv``.
    changes
        ``published_trends.csv``, where there is one.
    texts
        What the kit's own documents of the wave say.
    """
    figures = set(_triples(rows, (PublishedRows.estimate, PublishedRows.low, PublishedRows.high)))
    figures |= {(round(value, 2), round(low, 2), round(high, 2)) for value, low, high in figures}  # averages are finer
    numbers = {number for triple in figures for number in triple} | _unanswered(rows)
    bases = {int(n) for n in rows[PublishedRows.n].dropna()}
    verdicts: dict[Triple, frozenset[str]] = {}
    if changes is not None:
        names = (PublishedChanges.change, PublishedChanges.low, PublishedChanges.high)
        moved = _triples(changes, names)
        for triple, verdict in zip(moved, _shown(changes, names)[PublishedChanges.verdict].astype("str"), strict=True):
            verdicts[triple] = verdicts.get(triple, frozenset()) | {verdict}
        figures |= set(moved)
        numbers |= {number for triple in moved for number in triple}
        bases |= {int(n) for name in (PublishedChanges.n, PublishedChanges.n_earlier) for n in changes[name].dropna()}
        numbers |= set(_shown(changes, names)[PublishedChanges.mdc].astype("float64"))
    for text in texts:
        figures |= {figure.key for figure in find_figures(text)}
        numbers |= {lone.value for lone in find_lone(text)}
        bases |= {n for n, _ in find_bases(text)}
    return Known(figures=frozenset(figures), numbers=frozenset(numbers), bases=frozenset(bases), verdicts=verdicts)


def _unanswered(rows: pd.DataFrame) -> set[float]:
    """Return for each question how many gave no answer, of whatever kind: documents tell the sum."""
    keys = [PublishedRows.period, PublishedRows.area, PublishedRows.group, PublishedRows.value, PublishedRows.question]
    if not {*keys, PublishedRows.statistic} <= {*rows.columns}:
        return set()
    kinds = rows[rows[PublishedRows.statistic] == "nonanswer"]
    sums = kinds.groupby(keys, dropna=False)[PublishedRows.estimate].sum()
    return {round(float(total), decimals) for total in sums for decimals in (0, 1)}


def _shown(rows: pd.DataFrame, names: tuple[str, str, str]) -> pd.DataFrame:
    return rows[rows[list(names)].notna().all(axis=1)]


def _triples(rows: pd.DataFrame, names: tuple[str, str, str]) -> list[Triple]:
    shown = _shown(rows, names)[list(names)].astype("float64") + 0.0
    return [(float(value), float(low), float(high)) for value, low, high in shown.itertuples(index=False, name=None)]
