"""What several waves add up to together, as if they were one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from danvan_study.estimate.clustered import Clustered
from danvan_study.estimate.sums import QuestionSums, WaveSums

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.estimate.design import Floats
    from danvan_study.study import Period


def pool_sums(period: Period, waves: Sequence[WaveSums], question: str, *, kept: bool) -> WaveSums:
    """Return the sums of one question over the waves of a period, for all areas together.

    Every wave counts alike: each is weighted to the population. Clusters drawn afresh are strata of their own in each
    wave; ``kept`` ones are the same.

    Returns
    -------
    WaveSums
        Named after the period. Without the question where a wave did not ask it, or asked it otherwise.
    """
    parts = [wave.questions[question] for wave in waves if question in wave.questions]
    alike = len(parts) == len(waves) and len({part.fingerprint for part in parts}) == 1
    last = waves[-1]
    return WaveSums(
        wave=period.id,
        areas=("",),
        strata=tuple(("" if kept else f"{wave.wave}\t") + name for wave in waves for name in wave.strata),
        clusters=tuple(name for wave in waves for name in wave.clusters),
        questions={question: _added(parts)} if alike else {},
        order=tuple(one for one in last.order if alike and one.name == question),
    )


def _added(parts: Sequence[QuestionSums]) -> QuestionSums:
    statistics = tuple(dict.fromkeys(one for part in reversed(parts) for one in part.statistics))
    wide = {
        name: [_aligned(getattr(part, name), part.statistics, statistics) for part in parts]
        for name in ("values", "squares", "cluster_values")
    }
    return QuestionSums(
        fingerprint=parts[-1].fingerprint,
        statistics=statistics,
        values=np.sum(wide["values"], axis=0),
        squares=np.sum(wide["squares"], axis=0),
        people=np.sum([part.people[:1] for part in parts], axis=0),
        n=np.sum([part.n[:1] for part in parts], axis=0),
        by_cluster=Clustered.of(np.concatenate(wide["cluster_values"])),
        people_by_cluster=Clustered.of(np.concatenate([part.cluster_people[:, :1] for part in parts])),
        members=Clustered.of(np.concatenate([part.present[:, :1] for part in parts])),
    )


def _aligned(given: Floats, own: Sequence[object], statistics: Sequence[object]) -> Floats:
    """Return the sums for all areas together, with the statistics of the whole period in its order."""
    aligned = np.zeros((*given.shape[:-2], 1, len(statistics)))
    aligned[..., 0, [statistics.index(one) for one in own]] = given[..., 0, :]
    return aligned
