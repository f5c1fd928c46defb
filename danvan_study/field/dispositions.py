"""What became of every household approached, and the response rates that follow.

AAPOR 2023, *Standard Definitions*, 10th edition: final disposition codes of an in-person household survey, and the
rates RR1 to RR4, COOP1, REF1 and CON1.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.tables import RESULTS, Visits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LETTERS: Mapping[str, str] = {
    "1.1": "I",
    "1.2": "P",
    "2.11": "R",
    "2.12": "R",
    "2.2": "NC",
    "2.31": "O",
    "2.32": "O",
    "2.33": "O",
    "3.1": "UH",
    "3.2": "UO",
    "3.9": "UO",
    "4.5": "NE",
    "4.6": "NE",
    "4.7": "NE",
}
"""AAPOR code to letter: interview, partial, refusal or break-off, non-contact, other, unknown if a household, unknown
otherwise, not eligible."""
STRENGTH = ("I", "P", "NE", "R", "O", "NC", "UO", "UH")
"""Of several attempts the one that settles most decides; a refusal is not undone by a closed door later on."""
FILE_COLUMNS = ("visit", "area", "cluster", "household", "result", "interviewer", "visited_on")
assert set(LETTERS) == set(RESULTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseRates:
    """Response rates of a set of households, 0 to 1; NaN where nobody was approached."""

    complete: int
    partial: int
    refused: int
    not_met: int
    other: int
    unknown_household: int
    unknown_other: int
    not_eligible: int = 0
    eligible_share: float | None = None
    """Estimated share of the unknown that are eligible (e); None: as among those that are known."""

    @property
    def e(self) -> float:
        """The share of eligible households among the unknown."""
        if self.eligible_share is not None:
            return self.eligible_share
        known = self._eligible + self.not_eligible
        return self._eligible / known if known else 1.0

    @property
    def rr1(self) -> float:
        """Complete interviews over all that may be eligible."""
        return _over(self.complete, self._eligible + self._unknown)

    @property
    def rr2(self) -> float:
        """Complete and partial interviews over all that may be eligible."""
        return _over(self.complete + self.partial, self._eligible + self._unknown)

    @property
    def rr3(self) -> float:
        """Complete interviews over those estimated to be eligible."""
        return _over(self.complete, self._eligible + self.e * self._unknown)

    @property
    def rr4(self) -> float:
        """Complete and partial interviews over those estimated to be eligible."""
        return _over(self.complete + self.partial, self._eligible + self.e * self._unknown)

    @property
    def coop1(self) -> float:
        """Complete interviews over all contacted."""
        return _over(self.complete, self._contacted)

    @property
    def ref1(self) -> float:
        """Refusals and break-offs over all that may be eligible."""
        return _over(self.refused, self._eligible + self._unknown)

    @property
    def con1(self) -> float:
        """Contacted over all that may be eligible."""
        return _over(self._contacted, self._eligible + self._unknown)

    @property
    def households(self) -> int:
        """How many households were approached."""
        return self._eligible + self._unknown + self.not_eligible

    @property
    def _contacted(self) -> int:
        return self.complete + self.partial + self.refused + self.other

    @property
    def _eligible(self) -> int:
        return self._contacted + self.not_met

    @property
    def _unknown(self) -> int:
        return self.unknown_household + self.unknown_other


def read_visits(rows: Sequence[Mapping[str, str]], *, wave: str, file: str) -> pd.DataFrame:
    """Return the attempts of a wave as :class:`~danvan_study.tables.Visits`.

    Raises
    ------
    StudyError
        A result is no AAPOR code that we know, a visit stands twice, or a cell that is needed is blank.
    """
    seen: set[str] = set()
    for number, row in enumerate(rows, 2):
        where = say("{file}, row {row}", file=file, row=number)
        blank = [name for name in ("visit", "cluster", "household", "interviewer") if not row[name]]
        if blank:
            raise StudyError(where, say('"{column}" is blank.', column=blank[0]), say("Fill it in."))
        if row["result"] not in LETTERS:
            raise StudyError(
                where,
                say('"{result}" is no result of a visit.', result=row["result"]),
                say("Write one of {known}.", known=", ".join(LETTERS)),
            )
        if row["visit"] in seen:
            raise StudyError(
                where,
                say('the visit "{visit}" stands twice.', visit=row["visit"]),
                say("Give each attempt its own number."),
            )
        seen.add(row["visit"])
    table = pd.DataFrame([{name: row[name] for name in FILE_COLUMNS} for row in rows], columns=list(FILE_COLUMNS))
    return Visits.conform(table.astype("str").assign(**{Visits.wave: pd.Series([wave] * len(rows), dtype="str")}))


def settle_households(visits: pd.DataFrame) -> pd.DataFrame:
    """Return one row per household with its final ``letter``: of all attempts the strongest."""
    order = visits.assign(letter=visits[Visits.result].map(dict(LETTERS)))
    order["strength"] = order["letter"].map({letter: rank for rank, letter in enumerate(STRENGTH)})
    ranked = order.sort_values([Visits.cluster, Visits.household, "strength", Visits.visit], kind="stable")
    final = ranked.drop_duplicates([Visits.cluster, Visits.household])
    return final.drop(columns="strength").reset_index(drop=True)


def response_rates(
    visits: pd.DataFrame, by: str = "", *, eligible_share: float | None = None
) -> dict[str, ResponseRates]:
    """Return the rates of all households (key ``""``), or of each area or interviewer.

    Parameters
    ----------
    visits
        :class:`~danvan_study.tables.Visits`.
    by
        Column: ``area``, ``interviewer``, ``visited_on``; blank for all together. A household belongs to the attempt
        that settled it.
    eligible_share
        e, where it is known from elsewhere.
    """
    final = settle_households(visits)
    groups = final.groupby(by, sort=True) if by else [("", final)]
    rates = {}
    for name, households in groups:
        count = Counter(households["letter"].tolist())
        rates[str(name)] = ResponseRates(
            complete=count["I"],
            partial=count["P"],
            refused=count["R"],
            not_met=count["NC"],
            other=count["O"],
            unknown_household=count["UH"],
            unknown_other=count["UO"],
            not_eligible=count["NE"],
            eligible_share=eligible_share,
        )
    return rates


def sum_rates(rates: Sequence[ResponseRates]) -> ResponseRates | None:
    """Return the rates of several waves together; None where there are none. A household counts in every wave."""
    if not rates:
        return None
    counts = [each.name for each in fields(ResponseRates) if each.name != "eligible_share"]
    return ResponseRates(**{name: sum(getattr(each, name) for each in rates) for name in counts})


def _over(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")
