"""Which results stand in a study, and the commands that make each of them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.pipeline.exchange import EXPORTS, Format
from danvan_study.pipeline.release import RELEASES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from danvan_study.store import Folder
    from danvan_study.study import Study

RESULTS: Final = "data/processed"
RECORD: Final = "run.json"
OF_RECORD: Final = ("periods", "inputs", "outputs", "versions")
"""Parts of the record that are read again."""
ENDINGS: Final = {
    Format.CSV: r"(_[a-z]+)?(?<!_excel)\.csv",
    Format.EXCEL: r"(_[a-z]+)?_excel\.csv",
    Format.CODEBOOK: r"_codebook\.xlsx",
    Format.DDI: r"_ddi\.xml",
}
"""What follows the wave in the name of an export; in other formats a language, if not the first, and the ending."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """A command of ``danvan`` and the folders that it fills."""

    words: tuple[str, ...]
    folders: tuple[str, ...]
    """Inside the study."""


def waves_with_results(folder: Folder, study: Study) -> list[str]:
    """Return the waves that were run."""
    return [wave.id for wave in study.waves if folder.has_file(f"{RESULTS}/{wave.id}/{RECORD}")]


def read_record(folder: Folder, part: str) -> dict[str, Any]:
    """Return what a run has written about itself; empty where a folder has no record.

    Raises
    ------
    StudyError
        It is damaged.
    """
    name = f"{part}/{RECORD}"
    if not folder.has_file(name):
        return {}
    try:
        record = json.loads(folder.read(name, needed_by=part))
    except ValueError:
        record = None
    if not isinstance(record, dict) or not all(isinstance(record.get(key), dict) for key in OF_RECORD):
        raise StudyError(name, say("it is damaged."), say("Make the results again: danvan run --again"))
    return record


def find_makings(folder: Folder, study: Study, waves: Sequence[str], *, reviews: bool) -> list[Making]:
    """Return how the results that stand in a study are made, in the order in which they have to be.

    Parameters
    ----------
    waves
        Whose outputs, chapters, briefs, exports and releases are meant.
    reviews
        Whether the comparisons of two spans, which belong to no one wave, are meant as well.
    """
    there = {name.split("/")[2] for name in folder.files(RESULTS) if name.count("/") > RESULTS.count("/") + 1}
    made = [Making(words=("run", *waves), folders=tuple(f"{RESULTS}/{wave}" for wave in waves))]
    made += [
        Making(words=("chapters", wave), folders=(f"{RESULTS}/chapters-{wave}",))
        for wave in waves
        if f"chapters-{wave}" in there
    ]
    if reviews:
        made += [
            Making(words=("compare", review.id), folders=(f"{RESULTS}/review-{review.id}",))
            for review in study.reports.reviews
            if f"review-{review.id}" in there
        ]
    for wave in waves:
        made += _briefs(sorted(there), wave)
        made += _handed_on(folder, wave, first=study.languages[0])
    return made


def _briefs(there: Sequence[str], wave: str) -> Iterator[Making]:
    for name in there:
        if match := re.fullmatch(rf"brief-{re.escape(wave)}-(?P<period>\w+)-(?P<language>[a-z]+)", name):
            words = ("brief", wave, "--period", match["period"], "--lang", match["language"])
            yield Making(words=words, folders=(f"{RESULTS}/{name}",))


def _handed_on(folder: Folder, wave: str, *, first: str) -> Iterator[Making]:
    """Return how the files for other programs were made; their names tell the formats and the language."""
    target = f"{EXPORTS}/{wave}"
    names = [name.removeprefix(f"{target}/") for name in folder.files(target)]
    formats = [one for one in Format if any(re.fullmatch(_name(wave, one), name) for name in names)]
    if formats:
        languages = {match[1] for name in names if (match := re.match(rf"{re.escape(wave)}_([a-z]{{2}})[._]", name))}
        chosen = [word for one in formats for word in ("--format", one)]
        words = ("export", wave, *chosen, "--lang", next(iter(languages), first))
        yield Making(words=words, folders=(target,))
    if folder.files(f"{RELEASES}/{wave}"):
        yield Making(words=("release", wave), folders=(f"{RELEASES}/{wave}",))


def _name(wave: str, written: Format) -> str:
    return re.escape(wave) + ENDINGS.get(written, rf"(_[a-z]+)?\.{re.escape(written)}")
