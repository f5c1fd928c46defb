"""What a brief tells beside the shares of people's own words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from danvan_study.open_ended.agreement import Agreement


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldWords:
    """How the shares of one open question came about. Nothing that anybody said stands here."""

    question: str
    texts: int
    """Answers from which the shares are made."""
    set_apart: Mapping[str, int] = field(default_factory=dict)
    """Kind of answer that isn't coded, such as another language, to number."""
    audited: int
    agreement: Mapping[str, Agreement]
    """Told question and answer, as ``top_issue_open:issue 4``, to the agreement of two coders."""
    merged: tuple[str, ...] = ()
    """Codes told as "other", for too few named them."""
    rest: tuple[str, ...] = ()
    """Acts and polarities told together, as ``act:praise``, for few people showed them."""
    untold_fit: str = ""
    """Why the share that no code fits isn't told: ``few`` people, or ``beside`` "other" it would tell of few."""
    new_words: tuple[str, ...] = ()
    """Said far more often than in earlier waves, by ten people or more."""
    fading: tuple[str, ...] = ()
    """Codes that fell to less than half their share."""
    farthest: tuple[str, float] | None = None
    """The theme on which believing the machine alone would differ most from the audited share, and by how many
    points."""
