"""Read the section ``[sample]`` of ``study.toml``: how villages and households are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.messages import say

if TYPE_CHECKING:
    from danvan_study.study.toml import Section


class Allocation(StrEnum):
    """How the interviews are shared out to the areas."""

    PROPORTIONAL = "proportional"
    """In proportion to the adults."""
    SQUARE_ROOT = "square_root"
    """In proportion to the root of the adults."""
    NEYMAN = "neyman"
    """In proportion to adults times the standard deviation of the answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How the villages and households of a wave are drawn."""

    seed: int | None = None
    """Where chance comes from, written down before the draw; None: the study draws no sample by itself."""
    frame: str = "data/frame/villages.csv"
    interviews: int = 1200
    """Expected in a wave."""
    per_village: int = 10
    """Interviews expected in a village."""
    households: int = 16
    """Households on the list of a village, for ``per_village`` interviews; none is replaced."""
    smallest: int = 50
    """Interviews expected in an area, at least."""
    allocation: Allocation = Allocation.SQUARE_ROOT
    shares: str = ""
    """CSV with area and share (percent expected of the main answer), for Neyman's allocation."""
    selection: str = "list"
    """``list``: households drawn from the village's list; ``walk``: a fixed walk from a start by lot."""
    village_correlation: float = 0.05
    weighting_effect: float = 1.3
    """Part of the design effect that comes from unequal weights, 1 + cv squared."""


def read_sampling(section: Section) -> Sampling:
    """Read the size of the sample, the allocation and the seed.

    Raises
    ------
    StudyError
        A key is unknown, or a number can't be.
    """
    default = Sampling()
    sampling = Sampling(
        seed=section.whole("seed") if "seed" in section else None,
        frame=section.text("frame", default.frame),
        interviews=section.whole("interviews", default.interviews),
        per_village=section.whole("per_village", default.per_village),
        households=section.whole("households", default.households),
        smallest=section.whole("smallest", default.smallest),
        allocation=Allocation(section.choice("allocation", tuple(Allocation), default.allocation)),
        shares=section.text("shares", default.shares),
        selection=section.choice("selection", ("list", "walk"), default.selection),
        village_correlation=section.number("village_correlation", default.village_correlation),
        weighting_effect=section.number("weighting_effect", default.weighting_effect),
    )
    households = say("Write {least} or more: each interview needs a household.", least=sampling.per_village)
    for key, is_right, cure in (
        ("seed", sampling.seed is None or sampling.seed >= 0, say("Write a whole number from 0 up.")),
        ("interviews", sampling.interviews >= 1, say("Write a number from 1 up.")),
        ("per_village", sampling.per_village >= 1, say("Write a number from 1 up.")),
        ("smallest", sampling.smallest >= 1, say("Write a number from 1 up.")),
        ("households", sampling.households >= sampling.per_village, households),
        ("village_correlation", 0 <= sampling.village_correlation < 1, say("Write 0 to below 1, such as 0.05.")),
        ("weighting_effect", sampling.weighting_effect >= 1, say("Write 1 or more, such as 1.3.")),
    ):
        if not is_right:
            raise StudyError(section.where(key), say("{value:g} is not possible.", value=getattr(sampling, key)), cure)
    if sampling.allocation is Allocation.NEYMAN and not sampling.shares:
        raise StudyError(
            section.where("shares"),
            say("Neyman's allocation needs the share expected in each area."),
            say('Name a CSV with the columns area and share: shares = "…".'),
        )
    section.close()
    return sampling
