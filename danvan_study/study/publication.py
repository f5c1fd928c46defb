"""Read the section ``[publication]`` of ``study.toml``: what may leave the office."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from danvan_study.errors import StudyError
from danvan_study.messages import say

if TYPE_CHECKING:
    from danvan_study.study.toml import Section

FEWEST: Final = {"internal": 5, "public": 10}
"""Who may read what is published, to the smallest count of people that they are told (domain.md 5.4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What may leave the office. A threshold can be raised; lowering one below the floor is refused."""

    smallest_n: int = 30
    smallest_n_effective: int = 30
    smallest_clusters: int = 3
    audience: str = "internal"
    """A key of :data:`FEWEST`."""
    smallest_count: int = FEWEST["internal"]
    """People behind a share, below which it is told as a bound."""
    widest_interval: float = 30.0
    """Width of the 95 % interval in points."""
    flag_n: int = 60
    flag_interval: float = 20.0
    flag_relative: float = 130.0
    """Width of the interval in percent of the share itself; an interval of up to 5 points is never flagged by it."""
    flag_df: int = 8
    headline: tuple[str, ...] = ()
    """Questions whose positive share opens the brief."""


def read_publication(section: Section) -> Publication:
    """Read the readers and the thresholds.

    Raises
    ------
    StudyError
        A key is unknown, or a threshold lies below its floor.
    """
    audience = section.choice("audience", tuple(FEWEST), "internal")
    floor = Publication(audience=audience, smallest_count=FEWEST[audience])
    rules = Publication(
        audience=audience,
        smallest_n=section.whole("smallest_n", floor.smallest_n),
        smallest_n_effective=section.whole("smallest_n_effective", floor.smallest_n_effective),
        smallest_clusters=section.whole("smallest_clusters", floor.smallest_clusters),
        smallest_count=section.whole("smallest_count", floor.smallest_count),
        widest_interval=section.number("widest_interval", floor.widest_interval),
        flag_n=section.whole("flag_n", floor.flag_n),
        flag_interval=section.number("flag_interval", floor.flag_interval),
        flag_relative=section.number("flag_relative", floor.flag_relative),
        flag_df=section.whole("flag_df", floor.flag_df),
        headline=section.texts("headline", []),
    )
    section.close()
    for key in ("smallest_n", "smallest_n_effective", "smallest_clusters", "smallest_count", "flag_n", "flag_df"):
        _check_floor(section, key, floor, is_looser=getattr(rules, key) < getattr(floor, key))
    for key in ("widest_interval", "flag_interval", "flag_relative"):
        _check_floor(section, key, floor, is_looser=getattr(rules, key) > getattr(floor, key))
    return rules


def _check_floor(section: Section, key: str, floor: Publication, *, is_looser: bool) -> None:
    if is_looser:
        raise StudyError(
            section.where(key),
            say(
                "{value:g} is looser than the floor of {floor:g}.", value=section.number(key), floor=getattr(floor, key)
            ),
            say("A threshold may be made stricter, never looser."),
        )
