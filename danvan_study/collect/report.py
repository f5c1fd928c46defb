"""The account that collect gives of every row and every column."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class CollectReport:
    """What came in, what was kept, and everything that was left behind, by name and number."""

    received: int = 0
    kept: int = 0
    removed: Counter[str] = field(default_factory=Counter)
    """Reason to submissions."""
    versions: Counter[str] = field(default_factory=Counter)
    """Form version, as the submission says it, to submissions."""
    unknown_versions: Counter[str] = field(default_factory=Counter)
    """Versions that no form of the wave has; accepted where the wave has one form."""
    prohibited: Counter[str] = field(default_factory=Counter)
    """Field that never gets past collect, to submissions that had it filled."""
    unknown_keys: Counter[str] = field(default_factory=Counter)
    """Field that is neither in the form nor the server's, to submissions that had it filled."""
    unknown_choices: Counter[str] = field(default_factory=Counter)
    """``question: value`` that the form does not offer, kept as it is, to answers."""
    conflicts: Counter[str] = field(default_factory=Counter)
    """Question whose columns contradict each other; the first, and the unsplit, column counts."""
    before_wave: int = 0
    after_wave: int = 0
    undated: int = 0
    """Interviews that start before the wave, after it, or at no readable time; all kept."""
