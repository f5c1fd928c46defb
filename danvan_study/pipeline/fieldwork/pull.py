"""Bring answers back: everything new, and everything that has changed on the server since."""

from __future__ import annotations

import gc
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from danvan_study.field import differences, read_outline, server_outline
from danvan_study.kobo import SWEPT
from danvan_study.pipeline.deployments import Deployment, record_deployment
from danvan_study.pipeline.fieldwork.changes import Difference, compare, known_submissions
from danvan_study.pipeline.fieldwork.deploy import freeze_form
from danvan_study.pipeline.fieldwork.desk import field_desk, now
from danvan_study.pipeline.fieldwork.parts import PartWriter
from danvan_study.store import DELETED, JUDGED, WITHDRAWN, Change, Manifest, note, open_raw_log

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from danvan_study.kobo import Patience, Record, Submissions
    from danvan_study.messages import Words
    from danvan_study.pipeline.fieldwork.desk import Desk
    from danvan_study.store import RawLog

Some = TypeVar("Some")

FETCHED_AT_ONCE = 200
"""Ids in one request; more would make its address too long for some proxies."""


@dataclass(slots=True, kw_only=True)
class PullReport:
    """What a pull found."""

    new: int = 0
    edited: int = 0
    judged: int = 0
    deleted: int = 0
    withdrawn: int = 0
    """Withdrawn here before, still there on the server: deleted there now."""
    edited_after_approval: list[int] = field(default_factory=list)
    """Ids whose approval is older than their last edit."""
    attachments: int = 0
    """Submissions with files, which the kit does not fetch."""
    unknown_versions: list[str] = field(default_factory=list)
    """Form versions on the server that are none of the wave's forms."""

    @property
    def changes(self) -> int:
        """Lines that were stored."""
        return self.new + self.edited + self.judged + self.deleted


def pull_wave(
    root: Path,
    wave_id: str,
    *,
    tell: Callable[[Words], None],
    progress: Callable[[int, int], None] | None = None,
    patience: Patience | None = None,
) -> PullReport:
    """Store what the server has of a wave and the raw data have not.

    First a light sweep over all that was pulled before finds what was edited, judged again or deleted; then everything
    with a larger id is fetched. What has arrived is stored even when the pull breaks off; the next one goes on there.

    Parameters
    ----------
    progress
        Called with the submissions done and to do.

    Raises
    ------
    StudyError
        The server does not answer, the disk is full, no key is named, or the wave is simulated.
    """
    with field_desk(root, wave_id, tell=tell, patience=patience) as desk, old_objects_aside():
        submissions = desk.submissions()
        source = f"{desk.connection.host}, {submissions.asset}"
        head = Manifest(wave=wave_id, provenance="field", source=source, received_at=now(), seed=None, files=())
        log = open_raw_log(desk.folder, head)
        writer = PartWriter(folder=desk.folder, log=log, slip=desk.study.kobo.slip, source=source)
        report = PullReport()
        last = log.last_id()
        try:
            if last:
                _sweep(submissions, log, last=last, writer=writer, report=report)
            _fetch_new(submissions, last, writer=writer, report=report, progress=progress)
        finally:
            writer.flush()
        report.attachments = writer.attachments
        report.unknown_versions = _store_versions(desk, log, sorted(writer.versions))
        log.enter_state()
        return report


def _sweep(submissions: Submissions, log: RawLog, *, last: int, writer: PartWriter, report: PullReport) -> None:
    pages = submissions.pages(until=last, fields=SWEPT)
    for found in compare(known_submissions(log.pulls()), ahead(pages)):
        for start in range(0, len(found), FETCHED_AT_ONCE):
            for line in _lines(submissions, found[start : start + FETCHED_AT_ONCE], report):
                writer.add(line)


def _lines(submissions: Submissions, found: Sequence[Difference], report: PullReport) -> Iterator[Record]:
    """Yield the line for each difference; whole submissions are fetched, a judgement is a note."""
    whole = submissions.fetch([each.id for each in found if each.kind in ("new", "edited")])
    for each in found:
        if each.kind == DELETED:
            report.deleted += 1
            yield note(DELETED, each.id)
        elif each.kind == JUDGED:
            report.judged += 1
            yield note(JUDGED, each.id, _validation_status=each.row.get("_validation_status"))
        elif each.kind == WITHDRAWN:
            report.withdrawn += 1
            submissions.delete(each.id)
        elif each.id in whole:  # else it was deleted a moment ago: the next sweep will say so
            report.new += each.kind == "new"
            report.edited += each.kind == "edited"
            if each.was_approved:
                report.edited_after_approval.append(each.id)
            yield whole[each.id]


def _fetch_new(
    submissions: Submissions,
    last: int,
    *,
    writer: PartWriter,
    report: PullReport,
    progress: Callable[[int, int], None] | None,
) -> None:
    total = submissions.count(after=last) if progress else 0
    for page in ahead(submissions.received(after=last)):
        writer.add_received(page)
        report.new += len(page)
        if progress:
            progress(report.new, max(total, report.new))


@contextmanager
def old_objects_aside() -> Iterator[None]:
    """Keep the garbage collector from walking through all libraries again for every page (a third of the time)."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def ahead(pages: Iterable[list[Some]]) -> Iterator[list[Some]]:
    """Yield pages while the next one is already on its way."""
    rest = iter(pages)
    with ThreadPoolExecutor(1, thread_name_prefix="page") as fetching:
        coming = fetching.submit(next, rest, None)
        while (page := coming.result()) is not None:
            coming = fetching.submit(next, rest, None)
            yield page


# Form versions


def _store_versions(desk: Desk, log: RawLog, met: Sequence[str]) -> list[str]:
    """Keep the server's form of every version that this study did not deploy; join it to a form that equals it."""
    unknown = []
    known = {each.version for each in desk.deployments}
    for version in met:
        name = f"{version}.form"
        if version in known or log.has(name):
            continue
        said = desk.forms.read_version(desk.needed_asset(), version)
        log.write(Change(name=name, content=said, event="pull", what="form version"), at=now())
        joined = _join_by_content(desk, version, said)
        if joined:
            record_deployment(desk.folder, desk.wave.id, joined)
        else:
            unknown.append(version)
    return unknown


def _join_by_content(desk: Desk, version: str, said: bytes) -> Deployment | None:
    try:
        content = json.loads(said).get("content") or {}
    except ValueError:
        return None
    theirs = server_outline(content)
    for form in desk.wave.forms:
        frozen = freeze_form(desk, form)
        if not differences(read_outline(frozen.workbook, source=form), theirs):
            found = frozen.deployment(desk.connection.host, desk.needed_asset())
            return replace(found, version=version)
    return None
