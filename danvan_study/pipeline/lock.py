"""A wave is closed: its links are destroyed, its brief is dated and issued; what is wrong later becomes an erratum."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.pipeline.contexts import brief_context
from danvan_study.pipeline.fieldwork.desk import now
from danvan_study.pipeline.fieldwork.withdraw import destroy_links
from danvan_study.pipeline.frozen import freeze_release
from danvan_study.pipeline.issued import Issue, check_issued, find_differences, read_issues, write_issue
from danvan_study.pipeline.named import known_wave
from danvan_study.pipeline.outputs import start_wave
from danvan_study.pipeline.result import Maker, Standing
from danvan_study.pipeline.run import compute_waves
from danvan_study.pipeline.sources import load_study
from danvan_study.publish import AtOnce
from danvan_study.publish.brief import FORMATS, set_document
from danvan_study.publish.erratum import compose_erratum
from danvan_study.store import Folder, check_raw

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from pathlib import Path

    import pandas as pd

    from danvan_study.pipeline.result import WaveResult


def lock_wave(root: Path, wave_id: str, *, executor: Executor | None = None) -> Path | None:
    """Close a wave: destroy all by which somebody could be told apart, date its brief with this day and issue it.

    The brief is made first, so that a wave whose brief can't be made isn't locked. Where the road breaks off after the
    links are destroyed, the same command issues the brief, dated with the day of the lock.

    Returns
    -------
    Path or None
        The folder of what was issued; None where the wave has no raw data.

    Raises
    ------
    StudyError
        The wave is locked and its brief issued already, or its brief can't be made.
    """
    folder = Folder(root)
    study, _ = load_study(folder)
    known_wave(study, wave_id)
    with folder.locked():
        check_issued(folder)
        if read_issues(folder, wave_id) or wave_id not in check_raw(folder):
            destroy_links(folder, wave_id)
            return None
        at = now()
        (result,) = compute_waves(root, [wave_id], executor=executor)
        day = result.standing.locked_on or date.fromisoformat(at[:10])
        files = _files(replace(result, standing=Standing(locked_on=day)), executor)
        if result.standing.locked_on is None:
            destroy_links(folder, wave_id, at=at)
        freeze_release(folder, wave_id, result.released)
        return write_issue(folder, Issue(wave=wave_id, number=1, at=at, reason="lock", sha256=""), files)


def revise_wave(root: Path, wave_id: str, *, reason: str, executor: Executor | None = None) -> Path:
    """Issue an erratum of a locked wave: its documents anew, beside a page with every figure that differs.

    What was issued before stays as it is. A road that breaks off leaves nothing that counts.

    Parameters
    ----------
    reason
        In the office's words; it stands on the page.

    Returns
    -------
    Path
        The folder of the erratum.

    Raises
    ------
    StudyError
        Nothing was issued of the wave, no published figure differs, there is no reason, or so few people were corrected
        that the erratum would tell, beside what was issued before, what they answered.
    """
    folder = Folder(root)
    study, _ = load_study(folder)
    known_wave(study, wave_id)
    if not reason.strip():
        raise StudyError("--reason", say("an erratum says why."), say('Write it: --reason "…"'))
    with folder.locked():
        check_issued(folder)
        issues = read_issues(folder, wave_id)
        if not issues:
            raise StudyError(
                say("wave {wave}", wave=wave_id),
                say("nothing was issued of it."),
                say("Lock it first: danvan lock {wave}", wave=wave_id),
            )
        at, last = now(), issues[-1]
        (result,) = compute_waves(root, [wave_id], executor=executor, revised=wave_id)
        _refuse_few(result)
        result = replace(result, standing=replace(result.standing, erratum=last.number))
        files = _files(result, executor)
        corrected = find_differences(folder, last, files)
        if not corrected:
            raise StudyError(
                say("wave {wave}", wave=wave_id),
                say("no published figure differs from what was issued on {day}.", day=last.day),
                say("There is nothing to correct; danvan run makes the outputs again."),
            )
        issue = Issue(wave=wave_id, number=last.number + 1, at=at, reason=reason.strip(), sha256="")
        files |= _erratum(result, corrected, issue=issue, corrects=last)
        freeze_release(folder, wave_id, result.released, number=issue.number)
        return write_issue(folder, issue, files)


def _refuse_few(result: WaveResult) -> None:
    """Refuse an erratum of fewer people than may stand behind a figure, wherever one looks."""
    if 0 < result.corrected < (fewest := result.study.publication.smallest_count):
        raise StudyError(
            say("wave {wave}", wave=result.wave.source.wave.id),
            say(
                "what differs from an earlier issue concerns {people} people, fewer than {fewest}: set side by side, "
                "the two would tell what they answered.",
                people=result.corrected,
                fewest=fewest,
            ),
            say("Take these corrections back, gather more, and issue one erratum of all."),
        )


def _files(result: WaveResult, executor: Executor | None) -> dict[str, bytes]:
    return start_wave(result, Maker.current(), executor or AtOnce()).gather()


def _erratum(
    result: WaveResult, corrected: dict[str, pd.DataFrame], *, issue: Issue, corrects: Issue
) -> dict[str, bytes]:
    context = brief_context(result, Maker.current())
    document = compose_erratum(context, corrected, reason=issue.reason, issued_on=issue.day, corrects=corrects.day)
    # Its pictures would stand beside those of the report: it has none.
    files = set_document("erratum", document, formats=FORMATS, dated=issue.day)
    tables = {f"published_erratum_{name}.csv": rows for name, rows in corrected.items()}
    return files | {name: rows.to_csv(index=False, lineterminator="\n").encode() for name, rows in tables.items()}
