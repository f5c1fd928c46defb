"""Read the section ``[sample]`` of ``study.toml``: how villages and households are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.study.model import Allocation, Sampling

if TYPE_CHECKING:
    from danvan_study.study.toml import Section


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
            raise StudyError(section.where(key), say("{value:g} can't be.", value=getattr(sampling, key)), cure)
    if sampling.allocation is Allocation.NEYMAN and not sampling.shares:
        raise StudyError(
            section.where("shares"),
            say("Neyman's allocation needs the share expected in each area."),
            say('Name a CSV with the columns area and share: shares = "…".'),
        )
    section.close()
    return sampling
