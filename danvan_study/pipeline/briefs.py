"""The outputs of one period in one language, gathered in a folder of their own: what is handed up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.pipeline.contexts import brief_contexts
from danvan_study.pipeline.result import Maker
from danvan_study.pipeline.run import compute_waves
from danvan_study.publish import write_outputs
from danvan_study.publish.words import LANGUAGES
from danvan_study.store import Folder, write_new_folder
from danvan_study.study import Span

if TYPE_CHECKING:
    from pathlib import Path

    from danvan_study.pipeline.result import WaveResult
    from danvan_study.publish import BriefContext


def write_brief(
    root: Path, wave_id: str, *, period: str = Span.WAVE, language: str = "", target: Path | None = None
) -> Path:
    """Make the outputs of a period that ends with a wave; return their folder.

    Parameters
    ----------
    period
        ``Q``, ``6T``, ``9T`` or ``NAM``.
    language
        ``vi`` or ``en``; by default the study's first.
    target
        A new or empty folder; by default ``data/processed/brief-WAVE-PERIOD-LANGUAGE`` of the study, replaced whole.

    Raises
    ------
    StudyError
        No such period ends with the wave, there are no texts in that language, or the target holds something.
    """
    if language and language not in LANGUAGES:
        raise StudyError("--lang", f'there are no texts in "{language}".', f"Languages: {', '.join(LANGUAGES)}.")
    folder = Folder(root)
    with folder.locked():
        (result,) = compute_waves(root, [wave_id])
        context = _context(result, period, language)
        files = write_outputs(context)
        if target is not None:
            return write_new_folder(target, files)
        return folder.write_processed(f"brief-{wave_id}-{period}-{context.language}", files)


def _context(result: WaveResult, period: str, language: str) -> BriefContext:
    contexts = brief_contexts(result, Maker.current(), language=language)
    wanted = "" if period == Span.WAVE else period
    if wanted in contexts:
        return contexts[wanted]
    wave = result.wave.source.wave.id
    reason = next((f": no data for {', '.join(of)}" for span, of in result.missed.items() if span == period), "")
    raise StudyError(
        f"wave {wave}",
        f"no period {period} ends with it{reason}.",
        f"Periods: {', '.join(name or Span.WAVE for name in contexts)}.",
    )
