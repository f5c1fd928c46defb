"""Draw the sample of a wave: villages by lot, households of each village by lot, nobody replaced."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from danvan_study.sampling import DECIMALS, SAMPLE_COLUMNS, draw_clusters, equal_steps, stream

if TYPE_CHECKING:
    from danvan_study.field.plan import Plan
    from danvan_study.study import Sampling

LOT_COLUMNS = ("cluster", "area", "residence", "p_cluster", "households", "selected")
"""What the lot decided; ``approached`` is mended after the field where a village could not be finished."""


def draw_sample(frame: pd.DataFrame, plan: Plan, *, sampling: Sampling, wave: str) -> pd.DataFrame:
    """Draw the villages of a wave with probability proportional to households, one systematic walk in each area.

    The walk passes the urban villages first, then the rural ones, each in the order of the frame, so that both are
    drawn in proportion (implicit stratification). A village larger than the step is certain. Its list is as long as
    any other's: the weight makes good what that leaves out.

    Parameters
    ----------
    frame
        As the plan was made from.
    sampling
        With a seed.
    wave
        Another wave is another draw from the same seed.

    Returns
    -------
    pandas.DataFrame
        The sample file: :data:`~danvan_study.sampling.SAMPLE_COLUMNS`, from which base weights are made.
    """
    keys = [part.area for part in plan.areas]
    inside = frame[frame["area"].isin(keys)].reset_index(drop=True)
    households = inside["households"].to_numpy(dtype="int64")
    rows, chances = draw_clusters(
        pd.Index(keys).get_indexer(pd.Index(inside["area"])),
        households.astype("float64"),
        implicit=np.where(inside["residence"] == "urban", 0, 1),
        counts=np.array([part.villages for part in plan.areas]),
        generator=stream(_seed(sampling), "sample", wave),
    )
    selected = np.minimum(sampling.households, households[rows])
    drawn = pd.DataFrame(
        {
            "cluster": inside["village"].to_numpy()[rows],
            "area": inside["area"].to_numpy()[rows],
            "residence": inside["residence"].to_numpy()[rows],
            "p_cluster": chances.round(DECIMALS),
            "households": households[rows],
            "approached": selected,
            "selected": selected,
        }
    )
    return drawn[list(SAMPLE_COLUMNS)]


def draw_households(sample: pd.DataFrame, *, sampling: Sampling, wave: str) -> dict[str, list[int]]:
    """Draw the households of each village with equal chances: numbers on its list, in steps from a start by lot."""
    return {
        village: equal_steps(
            int(households),
            int(selected),
            start=float(stream(_seed(sampling), "households", wave, village).random()),
        ).tolist()
        for village, households, selected in zip(
            sample["cluster"], sample["households"], sample["selected"], strict=True
        )
    }


def lot_hash(sample: pd.DataFrame) -> str:
    """Return the SHA-256 of what the lot decided."""
    return hashlib.sha256(sample[list(LOT_COLUMNS)].to_csv(index=False, lineterminator="\n").encode()).hexdigest()


def _seed(sampling: Sampling) -> int:
    if sampling.seed is None:
        raise ValueError("no draw without a seed")
    return sampling.seed
