"""Ten million answers under 4 GB, held at a small size: what stages that see every answer take of memory for one."""

from __future__ import annotations

import tracemalloc
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from danvan_study.estimate import estimate_period
from danvan_study.pipeline.sources import load_study, load_wave
from danvan_study.pipeline.wave import prepare_wave
from danvan_study.store import Folder

if TYPE_CHECKING:
    from danvan_study.pipeline.sources import WaveSource

ROOT = Path(__file__).parents[1]
WAVE = "2026q3"
TIMES = (1, 4)
MOST = {"to the weights": 75, "held": 22, "estimating": 50}
"""Bytes an answer, of what Python and numpy take; measured were 54, 18 and 37 (``docs/scale.md``)."""


@dataclass(frozen=True, kw_only=True)
class Memory:
    """What a wave took, in bytes."""

    answers: int
    bytes: dict[str, int]


def enlarged(source: WaveSource, *, times: int, field: str) -> WaveSource:
    """Return a wave in which everybody was met so many times, each time as another person."""
    records = [record | {field: f"{record[field]}-{n}"} for n in range(times) for record in source.raw.records]
    return replace(source, raw=replace(source.raw, records=records), corrections=source.corrections[:0])


def measure(times: int) -> Memory:
    """Prepare and estimate the last wave of the demonstration, so many times as large."""
    folder = Folder(ROOT)
    study, areas = load_study(folder)
    source = load_wave(folder, study.wave(WAVE), study=study, areas=areas)
    source = enlarged(source, times=times, field=study.design.respondent)
    period = study.calendar([WAVE]).wave(WAVE)
    tracemalloc.start()
    wave = prepare_wave(source, study=study, areas=areas)
    held, prepared = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    estimate_period(period, [wave.sample], study=replace(study, groups=()))
    _, estimated = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return Memory(
        answers=len(wave.answers), bytes={"to the weights": prepared, "held": held, "estimating": estimated - held}
    )


@pytest.fixture(scope="module")
def measured() -> list[Memory]:
    return [measure(times) for times in TIMES]


@pytest.mark.parametrize("stage", MOST)
def test_an_answer_more_takes_few_bytes_more(measured, stage) -> None:
    small, large = measured
    grown = (large.bytes[stage] - small.bytes[stage]) / (large.answers - small.answers)
    assert 0 < grown < MOST[stage], f"{stage}: {grown:.0f} bytes an answer"
