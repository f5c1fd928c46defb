"""The wave that a command names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.pipeline.sources import load_study, load_wave

if TYPE_CHECKING:
    from danvan_study.areas import Areas
    from danvan_study.pipeline.sources import WaveSource
    from danvan_study.store import Folder
    from danvan_study.study import Study, Wave


def known_wave(study: Study, wave_id: str) -> Wave:
    """Return a wave of the study.

    Raises
    ------
    StudyError
        There is no such wave.
    """
    try:
        return study.wave(wave_id)
    except KeyError:
        raise StudyError(
            "study.toml",
            say('there is no wave "{wave}".', wave=wave_id),
            say("Add a [[wave]] block, or mend the name."),
        ) from None


def load_named(folder: Folder, wave_id: str) -> tuple[Study, Areas | None, WaveSource]:
    """Read the study and one of its waves.

    Raises
    ------
    StudyError
        There is no such wave, or something in it can't be read.
    """
    study, areas = load_study(folder)
    return study, areas, load_wave(folder, known_wave(study, wave_id), study=study, areas=areas)
