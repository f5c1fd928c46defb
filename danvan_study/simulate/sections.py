"""What tables of ``data/simulation.toml`` have in common: effects of groups, shares, numbers by name.

Each function takes one table of the file and raises StudyError where a name isn't known or a value is no number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.messages import Words, say
from danvan_study.simulate.model import AGE_BANDS, RESIDENCES, SEXES, Effects

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from danvan_study.study.toml import Section

KNOWN_GROUPS = {"sex": SEXES, "age_band": AGE_BANDS, "residence": RESIDENCES}
ALL = 100.0
ROUNDING = 1e-6


def inner_sections(section: Section) -> Iterator[tuple[str, Section]]:
    """Yield the tables inside ``section`` with their names."""
    names = section.keys()
    for name in names:
        yield name, section.section(name)


def read_numbers(section: Section, known: Iterable[str] = ()) -> dict[str, float]:
    """Read numbers by name; with ``known``, no other names are allowed."""
    names = section.keys()
    for name in names:
        if known and name not in known:
            raise StudyError(
                section.where(name), say("this name isn't known."), say("Known: {known}.", known=", ".join(known))
            )
    return {name: section.number(name) for name in names}


def read_texts(section: Section) -> dict[str, tuple[str, ...]]:
    """Read lists of texts by name."""
    names = section.keys()
    return {name: section.texts(name) for name in names}


def read_shares(section: Section) -> dict[str, float]:
    """Read percents by name, which must add up to 100."""
    shares = read_numbers(section)
    check_sum(shares.values(), section.where())
    return shares


def read_effects(section: Section) -> Effects:
    """Read logits by group variable and value."""
    effects: Effects = {}
    for group, inner in inner_sections(section):
        if group not in KNOWN_GROUPS:
            raise StudyError(
                section.where(group),
                say("this group isn't known."),
                say("Known: {known}.", known=", ".join(KNOWN_GROUPS)),
            )
        effects[group] = read_numbers(inner, known=KNOWN_GROUPS[group])
    return effects


def check_sum(percents: Iterable[float], where: Words) -> None:
    """Refuse percents that don't add up to 100."""
    total = sum(percents)
    if abs(total - ALL) > ROUNDING:
        raise StudyError(where, say("the shares add up to {total:g}.", total=total), say("They must add up to 100."))
