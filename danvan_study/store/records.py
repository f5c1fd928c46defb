"""The submissions of a wave, unpacked from their files each time somebody reads them: packed they are small."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, overload

from danvan_study.store.decode import decode_submissions, read_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from danvan_study.store.decode import Submission

LINES = (".jsonl", ".jsonl.gz")


class Records(Sequence[dict[str, object]]):
    """Submissions in the order in which they stand in the files of a wave.

    Files of JSON lines are read line by line at each pass; a submission lives as long as its reader holds it. Files of
    another kind, and what was pulled from a server, are held unpacked.

    Parameters
    ----------
    files
        Name, for messages, and content of each file, opened if it was encrypted.
    pulled
        Submissions behind those of the files.
    """

    def __init__(self, files: Sequence[tuple[str, bytes]], pulled: Sequence[Submission] = ()) -> None:
        self._parts = [
            (name, content if name.lower().endswith(LINES) else decode_submissions(name, content))
            for name, content in files
        ]
        self._pulled = pulled
        self._count: int | None = None

    def __iter__(self) -> Iterator[Submission]:
        """Read every submission.

        Raises
        ------
        StudyError
            A line is no submission, or a file isn't whole; the message names the line.
        """
        count = 0
        parts = (read_lines(name, part) if isinstance(part, bytes) else part for name, part in self._parts)
        for count, record in enumerate(chain(*parts, self._pulled), 1):  # noqa: B007 -- counted for len
            yield record
        self._count = count

    def __len__(self) -> int:
        """Count the submissions; read them for it where nobody has done so yet."""
        if self._count is None:
            self._count = sum(1 for _ in self)
        return self._count

    @overload
    def __getitem__(self, place: int) -> Submission: ...
    @overload
    def __getitem__(self, place: slice) -> list[Submission]: ...
    def __getitem__(self, place: int | slice) -> Submission | list[Submission]:
        """Read up to a place; one after the other, iterate."""
        if isinstance(place, int) and place >= 0:
            for record in islice(self, place, None):
                return record
            raise IndexError(place)
        return list(self)[place]
