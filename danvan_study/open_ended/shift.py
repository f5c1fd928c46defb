"""What the shares would be if the machine were believed: a line for comparison, never a figure of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from danvan_study.open_ended.audit import Floats

STEPS: Final = 1000
NEAR: Final = 1e-6
EDGE: Final = 1e-4


def shifted_shares(chances: Floats, prior: Floats, weight: Floats) -> Floats:
    """Return the share of each label by expectation and maximisation (Saerens, Latinne and Decaestecker 2002).

    It takes for granted that people who mean the same thing speak as those from whom the machine learnt, whatever their
    share; on another topic it was 22 points off (``docs/decisions/0009-open-answers.md``).

    Parameters
    ----------
    chances
        Of the machine, texts x labels.
    prior
        Share of each label among the texts from which it learnt.
    weight
        Of each text.
    """
    chances = np.clip(chances, EDGE, 1 - EDGE)
    prior = np.clip(prior, EDGE, 1 - EDGE)
    part, share = weight / weight.sum(), prior
    for _ in range(STEPS):
        yes, no = chances * share / prior, (1 - chances) * (1 - share) / (1 - prior)
        last, share = share, part @ (yes / (yes + no))
        if np.abs(share - last).max() < NEAR:
            break
    return share
