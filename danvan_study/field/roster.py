"""Who goes into the field: accounts and their areas."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.messages import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from danvan_study.areas import Areas

COLUMNS = ("account", "areas")
ACCOUNT = re.compile(r"[a-z][a-z0-9_]{1,29}")
"""What KoboToolbox takes as a username."""
FIRST_ROW = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Enumerator:
    """An account on the server, and the areas it works in. The kit keeps no names of enumerators."""

    account: str
    areas: tuple[str, ...]
    """Names of the areas, as the areas table writes them."""


def read_roster(rows: Sequence[Mapping[str, str]], *, file: str, areas: Areas | None) -> tuple[Enumerator, ...]:
    """Read the rows of a roster: an account, and its areas (codes, keys or form answers, ``;`` between them).

    Raises
    ------
    StudyError
        An account can't be one or stands twice, or an area is none of the study's; the message names the row.
    """
    names = {
        name: area.name
        for area in (areas.reporting if areas else ())
        for name in (area.code, area.answer, area.key)
        if name
    }
    roster: dict[str, Enumerator] = {}
    for number, row in enumerate(rows, FIRST_ROW):
        where, account = say("{file}, row {row}", file=file, row=number), row["account"]
        if not ACCOUNT.fullmatch(account):
            raise StudyError(
                where,
                say('"{account}" is no account.', account=account),
                say("Write it as the server does: a-z, 0-9 and _."),
            )
        if account in roster:
            raise StudyError(
                where,
                say('"{name}" stands twice.', name=account),
                say("Write one row for each account, areas joined by ;"),
            )
        said = [part.strip() for part in row["areas"].split(";") if part.strip()]
        for part in said:
            if names and part not in names:
                raise StudyError(
                    where,
                    say('"{part}" is no area of the study.', part=part),
                    say("Write its code, key or form answer."),
                )
        roster[account] = Enumerator(account=account, areas=tuple(names.get(part, part) for part in said))
    if not roster:
        raise StudyError(file, say("the roster names nobody."), say("Write one row for each enumerator's account."))
    return tuple(roster.values())
