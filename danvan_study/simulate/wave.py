"""One simulated wave, from the draw of villages to the records as a server would hand them out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.sampling import SAMPLE_COLUMNS, stream
from danvan_study.simulate.diary import keep_diary
from danvan_study.simulate.expectation import truth_table
from danvan_study.simulate.faults import miss_villages, plant_faults
from danvan_study.simulate.fill import FormFiller
from danvan_study.simulate.interview import ask
from danvan_study.simulate.people import meet_people
from danvan_study.simulate.records import Clerk, Record, number_records, write_records
from danvan_study.simulate.sample import draw_sample
from danvan_study.simulate.shares import Chances, chances
from danvan_study.simulate.visits import VISIT_COLUMNS, note_visits, village_days

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from danvan_study.areas import Areas
    from danvan_study.codebook import Codebook
    from danvan_study.simulate.model import Truth
    from danvan_study.simulate.population import Population
    from danvan_study.study import Wave


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What stays the same from wave to wave."""

    truth: Truth
    areas: Areas
    population: Population
    media: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict)
    """Rows of the files from which questions take their choices, by file name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedWave:
    """A wave of simulated answers and the truth behind them."""

    records: list[Record]
    """As KoboToolbox's API hands them out."""
    truth_table: pd.DataFrame
    """True figures of the population, keyed as estimates are."""
    sample: pd.DataFrame
    """The villages drawn: the sample file of the wave."""
    corrections: list[dict[str, str]]
    """Corrections already decided, rows of the table ``Corrections``."""
    visits: list[dict[str, str]]
    """Every attempt at a household."""

    def raw_files(self) -> dict[str, bytes]:
        """Return the files of the raw wave: the submissions, and the truth beside them."""
        return {
            "submissions.jsonl.gz": write_records(self.records),
            "truth.csv": self.truth_table.to_csv(index=False, lineterminator="\n").encode(),
        }

    def sample_file(self) -> bytes:
        """Return the sample file as CSV."""
        return self.sample.to_csv(index=False, lineterminator="\n").encode()

    def visits_file(self) -> bytes:
        """Return the attempts as CSV."""
        return pd.DataFrame(self.visits, columns=list(VISIT_COLUMNS)).to_csv(index=False, lineterminator="\n").encode()


def simulate_wave(
    world: World, *, wave: Wave, codebook: Codebook, seed: int | None = None, with_truth: bool = True
) -> SimulatedWave:
    """Draw a wave of interviews from the known truth.

    Parameters
    ----------
    world
        Truth, areas and population.
    wave
        The wave of the study.
    codebook
        The form in the field.
    seed
        Seed of the draw. The truth's own where None; another one draws another sample from the same truth.
    with_truth
        Whether the true figures of the population are wanted beside the draw; they take longer than a small sample.

    Raises
    ------
    StudyError
        The truth doesn't know the wave, or names a question or answer that the form doesn't have.
    """
    truth, population = world.truth, world.population
    _check_wave(truth, wave)
    seed = truth.seed if seed is None else seed
    every = all_chances(world, wave=wave.id, codebook=codebook)
    generator = stream(seed, "wave", wave.id)
    sample = draw_sample(population, truth.fieldwork, generator)
    sample = miss_villages(sample, truth, wave=wave.id, generator=generator)
    approached = meet_people(sample, truth, population=population, generator=generator)
    people = approached.only(approached.takes_part | approached.refuses)
    answered = ask(people, every, truth=truth, generator=generator)
    diary = keep_diary(people, wave=wave, fieldwork=truth.fieldwork, generator=generator)
    filler = FormFiller(codebook, media=world.media, generator=generator)
    clerk = Clerk(filler, population=population, areas=world.areas, generator=generator)
    interviews = [
        clerk.interview(int(row), people, answered=answered, entry=diary[row])
        for row in np.flatnonzero(people.takes_part)
    ]
    refusals = [clerk.refusal(diary[row]) for row in np.flatnonzero(people.refuses)]
    spoilt, corrections = plant_faults(
        interviews, truth, wave=wave.id, straddling=population.straddling, generator=generator
    )
    visits = note_visits(
        approached,
        list(zip(sample["area"], sample["cluster"], strict=True)),
        rounds=village_days(people.stop.tolist(), diary, wave=wave, fieldwork=truth.fieldwork),
        fieldwork=truth.fieldwork,
        generator=stream(seed, "visits", wave.id),
    )
    return SimulatedWave(
        records=number_records([*spoilt, *refusals], truth.waves.index(wave.id)),
        truth_table=truth_table(wave.id, every if with_truth else [], population=population, codebook=codebook),
        sample=sample[list(SAMPLE_COLUMNS)],
        corrections=corrections,
        visits=visits,
    )


def all_chances(world: World, *, wave: str, codebook: Codebook) -> list[Chances]:
    """Return the chances of every answer in a wave, in the order in which the truth asks."""
    return [
        chances(world.truth, item, population=world.population, wave=wave, codebook=codebook)
        for item in world.truth.items_of(wave)
    ]


def _check_wave(truth: Truth, wave: Wave) -> None:
    if wave.id not in truth.waves:
        raise StudyError(
            "data/simulation.toml, waves",
            say("the wave {wave} of study.toml is missing.", wave=wave.id),
            say("Add it in its place."),
        )
