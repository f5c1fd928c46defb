"""Write a pull part by part: what arrived is safe before more is asked for, and memory holds one part at most."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from danvan_study.field import tidy_code
from danvan_study.pipeline.fieldwork.desk import now
from danvan_study.pipeline.lock_file import lock_file
from danvan_study.store import Change, GzipLines, pull_file, write_line, write_rows, write_sealed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.kobo import Received, Record
    from danvan_study.store import Folder, RawLog

PART_BYTES = 4_000_000
"""Of compressed lines; some 20,000 interviews."""
LINK_COLUMNS = ("code", "submission")


def links_folder(wave_id: str) -> str:
    """Return where the links between slips and submissions lie, until the wave is locked."""
    return f"data/withdrawal/{wave_id}/links"


@dataclass(slots=True, kw_only=True)
class PartWriter:
    """Gathers the lines of one pull and stores them whenever there are enough.

    The code of the withdrawal slip is taken out of every submission: its link goes into a file of its own, and nowhere
    once the wave is locked.
    """

    folder: Folder
    log: RawLog
    slip: str
    source: str
    part: int = 0
    attachments: int = 0
    versions: set[str] = field(default_factory=set)
    """Form versions, by the server's name, that were met."""
    _lines: GzipLines = field(default_factory=GzipLines)
    _links: list[dict[str, str]] = field(default_factory=list)
    _pull: int = 0

    def add(self, line: Record) -> None:
        """Take a submission or a note."""
        self._notice(line)
        self._lines.add(self._without_slip(line))
        if self._lines.size >= PART_BYTES:
            self.flush()

    def add_received(self, page: Sequence[Received]) -> None:
        """Take submissions, and store them letter by letter as they were received but for the slip's code."""
        texts = []
        for record, text in page:
            self._notice(record)
            if (self.slip and self.slip in text) or "\n" in text:
                texts.append(write_line(self._without_slip(record)))
            else:
                texts.append(text)
        self._lines.extend(texts)
        if self._lines.size >= PART_BYTES:
            self.flush()

    def flush(self) -> None:
        """Store what has been gathered."""
        if not self._lines.count:
            return
        self._pull = self._pull or self.log.next_pull
        self.part += 1
        name = pull_file(self._pull, self.part)
        if self._links and not self.folder.has_file(lock_file(self.log.manifest.wave)):
            # First, so that no submission is ever without its link.
            links = write_rows(self._links, LINK_COLUMNS)
            write_sealed(self.folder, f"{links_folder(self.log.manifest.wave)}/{name}.csv", links)
        what = f"{self.source}: {self._lines.count}"
        self.log.write(Change(name=f"{name}.age", content=self._lines.close(), event="pull", what=what), at=now())
        self._lines, self._links = GzipLines(), []

    def _notice(self, line: Record) -> None:
        if version := line.get("__version__"):
            self.versions.add(version)
        if line.get("_attachments"):
            self.attachments += 1

    def _without_slip(self, line: Record) -> Record:
        # "/" before both, so that the end of a longer name is not taken for it
        keys = [key for key in line if self.slip and f"/{key}".endswith(f"/{self.slip}")]
        for key in keys:
            self._links.append({"code": tidy_code(str(line[key])), "submission": str(line["_id"])})
        return {key: value for key, value in line.items() if key not in keys} if keys else line
