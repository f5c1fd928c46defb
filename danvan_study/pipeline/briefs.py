"""The outputs of one period in one language, gathered in a folder of their own: what is handed up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.pipeline.contexts import brief_contexts
from danvan_study.pipeline.result import Maker
from danvan_study.pipeline.run import compute_waves
from danvan_study.publish import AtOnce, start_outputs
from danvan_study.publish.words import LANGUAGES
from danvan_study.store import Folder, refuse_taken, write_new_folder
from danvan_study.study import Span

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from pathlib import Path

    from danvan_study.pipeline.result import WaveResult
    from danvan_study.publish import BriefContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """Which outputs of a wave."""

    period: str = Span.WAVE
    """``Q``, ``6T``, ``9T`` or ``NAM``."""
    language: str = ""
    """``vi`` or ``en``; empty: the study's first."""


def write_brief(
    root: Path, wave_id: str, edition: Edition, *, target: Path | None = None, executor: Executor | None = None
) -> Path:
    """Make the outputs of a period that ends with a wave; return their folder.

    Parameters
    ----------
    edition
        Period and language.
    target
        A new or empty folder; by default ``data/processed/brief-WAVE-PERIOD-LANGUAGE`` of the study, replaced whole.
    executor
        Draws and sets the documents; None: one after the other, here.

    Raises
    ------
    StudyError
        No such period ends with the wave, there are no texts in that language, or the target holds something.
    """
    if edition.language and edition.language not in LANGUAGES:
        raise StudyError(
            "--lang",
            say('there are no texts in "{language}".', language=edition.language),
            say("Languages: {known}.", known=", ".join(LANGUAGES)),
        )
    if target is not None:
        refuse_taken(target)  # before the work, and again before writing
    folder = Folder(root)
    with folder.locked():
        (result,) = compute_waves(root, [wave_id], executor=executor)
        context = _context(result, edition)
        files = start_outputs(context, executor or AtOnce()).files()
        if target is not None:
            return write_new_folder(target, files)
        return folder.write_processed(f"brief-{wave_id}-{edition.period}-{context.language}", files)


def _context(result: WaveResult, edition: Edition) -> BriefContext:
    contexts = brief_contexts(result, Maker.current(), language=edition.language)
    period = edition.period
    wanted = "" if period == Span.WAVE else period
    if wanted in contexts:
        return contexts[wanted]
    wave = result.wave.source.wave.id
    lacking = next((", ".join(of) for span, of in result.missed.items() if span == period), "")
    raise StudyError(
        say("wave {wave}", wave=wave),
        (
            say("no period {period} ends with it: no data for {waves}.", period=period, waves=lacking)
            if lacking
            else say("no period {period} ends with it.", period=period)
        ),
        say("Periods: {known}.", known=", ".join(name or Span.WAVE for name in contexts)),
    )
