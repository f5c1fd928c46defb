"""Write interviews down the way KoboToolbox's API hands them out: group paths, text answers, absent keys."""

from __future__ import annotations

import gzip
import json
import uuid
from typing import TYPE_CHECKING

from danvan_study.simulate.model import RESIDENCES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    import numpy as np

    from danvan_study.areas import Areas
    from danvan_study.simulate.diary import Entry
    from danvan_study.simulate.fill import FormFiller
    from danvan_study.simulate.interview import Answered
    from danvan_study.simulate.people import People
    from danvan_study.simulate.population import Population

Record = dict[str, object]

FIRST_ID = 410_000_000
IDS_PER_WAVE = 100_000
SERVER: Mapping[str, object] = {
    "_attachments": [],
    "_geolocation": [None, None],
    "_notes": [],
    "_status": "submitted_via_web",
    "_tags": [],
    "_validation_status": {},
}


class Clerk:
    """Writes the records of one wave.

    Parameters
    ----------
    filler
        Fills in the form of the wave.
    population, areas
        Where people live, and how the form calls the areas.
    generator
        For identifiers.
    """

    def __init__(
        self, filler: FormFiller, *, population: Population, areas: Areas, generator: np.random.Generator
    ) -> None:
        self._filler = filler
        self._codebook = filler.codebook
        self._paths = {question.name: question.path for question in filler.codebook.questions}
        self._population = population
        self._area_answers = [area.answer for area in areas.reporting]
        self._generator = generator

    def interview(self, row: int, people: People, *, answered: Answered, entry: Entry) -> Record:
        """Return the record of an interview: ``row`` is its position among ``people`` and in ``answered``."""
        village = people.village[row]
        district = self._area_answers[self._population.area[village]]
        would_say = {
            "adult_18": "1",
            "hh_adults": str(people.adults[row]),
            "consent_part": "1",
            "province": self._province(district),
            "district": district,
            "commune": self._population.communes[village],
            "village": self._population.villages[village],
            "residence": RESIDENCES[self._population.residence[village]],
            "interviewer": entry.interviewer,
        }
        would_say |= {question: str(answers[row]) for question, answers in answered.items()}
        return self._record(would_say, entry)

    def refusal(self, entry: Entry) -> Record:
        """Return the record of a refusal: that it happened, and nothing else."""
        return self._record({"adult_18": "1", "consent_part": "2"}, entry)

    def _province(self, district: str) -> str:
        """Return the province under which the form lists a district."""
        question = self._codebook.question("district")
        choice = question.choice(district) if question else None
        return choice.columns.get("province", "") if choice else ""

    def _record(self, would_say: Mapping[str, str], entry: Entry) -> Record:
        said = self._filler.fill(would_say, today=entry.start.date())
        identity = str(uuid.UUID(bytes=self._generator.bytes(16), version=4))
        return {
            **SERVER,
            "_submission_time": entry.sent.strftime("%Y-%m-%dT%H:%M:%S"),
            "_submitted_by": entry.interviewer,
            "_uuid": identity,
            "_xform_id_string": self._codebook.form_id,
            "__version__": self._codebook.version,
            "meta/instanceID": f"uuid:{identity}",
            "meta/rootUuid": f"uuid:{identity}",
            "start": local_time(entry.start),
            "end": local_time(entry.end),
            **{self._paths[question]: answer for question, answer in said.items()},
        }


def local_time(moment: datetime) -> str:
    """Return a moment as a phone writes it: milliseconds and the offset of Hà Nội."""
    return moment.isoformat(timespec="milliseconds")


def number_records(records: Sequence[Record], wave_number: int) -> list[Record]:
    """Return the records in the order in which the server received them, numbered by it."""
    arrived = sorted(records, key=lambda record: (str(record["_submission_time"]), str(record["_uuid"])))
    first = FIRST_ID + IDS_PER_WAVE * wave_number
    return [record | {"_id": first + number} for number, record in enumerate(arrived, 1)]


def write_records(records: Sequence[Record]) -> bytes:
    """Return the records as gzip JSON lines, the same bytes for the same records."""
    lines = [json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n" for record in records]
    return gzip.compress("".join(lines).encode(), compresslevel=9, mtime=0)
