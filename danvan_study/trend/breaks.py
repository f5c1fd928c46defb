"""Where a line must not be drawn through: the waves from which on a question was asked in another way."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def find_breaks(fingerprints: Mapping[str, Mapping[str, str]]) -> dict[str, tuple[str, ...]]:
    """Return for each question the waves that asked it otherwise than the wave before that asked it.

    Parameters
    ----------
    fingerprints
        Wave, in order of time, to question to fingerprint of its wording, answers and scores.
    """
    last: dict[str, str] = {}
    breaks: dict[str, tuple[str, ...]] = {}
    for wave, questions in fingerprints.items():
        for name, fingerprint in questions.items():
            if last.setdefault(name, fingerprint) != fingerprint:
                breaks[name] = (*breaks.get(name, ()), wave)
            last[name] = fingerprint
    return breaks
