"""What a pull wrote: lines that are read one after another give every submission as it stands now.

A line is a submission as the server sent it, or a note on one (:data:`NOTE`): judged again, deleted on the server, or
withdrawn. A later line on the same ``_id`` overrides an earlier one; no line is ever changed but by a withdrawal.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from danvan_study.store.decode import Submission

write_line = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""Return one line, without its end."""

NOTE = "danvan"
JUDGED, DELETED, WITHDRAWN = "judged", "deleted", "withdrawn"
STATUS = "_validation_status"
ROOT_UUID = "meta/rootUuid"
LEVEL = 3
"""Of compression: a fifth larger than the best, in a third of the time."""
GZIP = 31
"""``wbits`` of zlib for the gzip format with the largest window."""
BLOCK = 65_536
"""Characters that are compressed at once; line by line it takes ten times as long."""
PULL_FILE = re.compile(r"pull-(?P<pull>\d{4})-(?P<part>\d{4})\.jsonl\.gz(\.age)?")


def pull_file(pull: int, part: int) -> str:
    """Return the name of one part of a pull."""
    return f"pull-{pull:04d}-{part:04d}.jsonl.gz"


def note(kind: str, submission: int, **more: object) -> dict[str, object]:
    """Return a line that says what became of a submission."""
    return {NOTE: kind, "_id": submission, **more}


def read_lines(packed: bytes) -> Iterator[dict[str, Any]]:
    """Yield the lines of one part."""
    with gzip.GzipFile(fileobj=io.BytesIO(packed)) as stream:
        for line in stream:
            yield json.loads(line)


def pack_lines(lines: Iterable[Mapping[str, object]]) -> bytes:
    """Return the bytes of one part; the same lines give the same bytes."""
    packed = GzipLines()
    for line in lines:
        packed.add(line)
    return packed.close()


class GzipLines:
    """Lines on their way into one part; only the compressed bytes are kept."""

    def __init__(self) -> None:
        self._packer = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)
        self._packed: list[bytes] = []
        self._waiting: list[str] = []
        self._waiting_size = 0
        self.size = 0
        """Compressed bytes so far, but for what waits."""
        self.count = 0

    def add(self, line: Mapping[str, object]) -> None:
        """Take one line."""
        self.extend([write_line(line)])

    def extend(self, texts: Sequence[str]) -> None:
        """Take lines as they were received: JSON objects, none of which is broken across lines."""
        self._waiting += texts
        self._waiting_size += sum(map(len, texts))
        self.count += len(texts)
        if self._waiting_size >= BLOCK:
            self._pack()

    def close(self) -> bytes:
        """Return the bytes of the part."""
        self._pack()
        return b"".join([*self._packed, self._packer.flush()])

    def _pack(self) -> None:
        if self._waiting:
            packed = self._packer.compress(("\n".join(self._waiting) + "\n").encode())
            self._packed.append(packed)
            self.size += len(packed)
            self._waiting, self._waiting_size = [], 0


@dataclass(slots=True, kw_only=True)
class Folded:
    """Submissions as they stand after every line."""

    records: dict[str, Submission] = field(default_factory=dict)
    deleted: dict[str, str] = field(default_factory=dict)
    """Id to respondent of submissions that were deleted on the server."""
    withdrawn: list[str] = field(default_factory=list)
    """Ids of submissions whose authors withdrew."""


def fold(lines: Iterable[Submission]) -> Folded:
    """Read lines in their order.

    An edited submission keeps the ``_uuid`` of its first version, so that corrections still name it.
    """
    folded = Folded()
    for line in lines:
        submission = str(line["_id"])
        kind = line.get(NOTE)
        if kind is None:
            folded.deleted.pop(submission, None)
            folded.records[submission] = _under_first_name(line, folded.records.get(submission))
        elif kind == JUDGED and submission in folded.records:
            folded.records[submission] = {**folded.records[submission], STATUS: line.get(STATUS, "")}
        elif kind == DELETED and submission in folded.records:
            folded.deleted[submission] = str(folded.records.pop(submission).get("_uuid", submission))
        elif kind == WITHDRAWN:
            folded.records.pop(submission, None)
            folded.deleted.pop(submission, None)
            if submission not in folded.withdrawn:
                folded.withdrawn.append(submission)
    return folded


def _under_first_name(line: Submission, before: Submission | None) -> Submission:
    if before is not None:
        return {**line, "_uuid": before["_uuid"]} if "_uuid" in before else line
    root = str(line.get(ROOT_UUID, "")).removeprefix("uuid:")
    return {**line, "_uuid": root} if root else line
