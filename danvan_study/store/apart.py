"""A study made again in an empty folder, by a process of its own in other surroundings."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from danvan_study.errors import StudyError, reason_of
from danvan_study.messages import say
from danvan_study.store.output import cannot_write

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SURROUNDINGS: Final = {
    "TZ": "Pacific/Kiritimati",
    "LC_ALL": "C",
    "PYTHONHASHSEED": "271828",
    "OMP_NUM_THREADS": "1",
    "COLUMNS": "60",
}
"""A day ahead of nearly everybody, without a language, another order of sets, one thread. Results must not notice."""


@contextmanager
def copy_apart(root: Path, names: Sequence[str]) -> Iterator[Path]:
    """Copy files of a study into an empty folder, which is gone afterwards.

    Raises
    ------
    StudyError
        A file can't be read, or the disk is full or can't be written.
    """
    with tempfile.TemporaryDirectory(prefix="danvan-") as folder:
        target = Path(folder) / "study made again"
        try:
            for name in names:
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(root / name, target / name)
        except OSError as error:
            if error.filename == str(root / name):
                raise StudyError(
                    name, say("it can't be read ({reason}).", reason=reason_of(error)), say("Check its permissions.")
                ) from error
            raise cannot_write(target, error) from error
        yield target


def run_apart(root: Path, words: Sequence[str]) -> None:
    """Run ``danvan`` on a study as another process, in :data:`SURROUNDINGS`.

    Raises
    ------
    StudyError
        It ends with an error; the message is its own.
    """
    command = [sys.executable, "-m", "danvan_study", "--study", str(root), *words]
    done = subprocess.run(  # noqa: S603 -- this interpreter and our own words
        command, env=os.environ | SURROUNDINGS, capture_output=True, check=False, encoding="utf-8", errors="replace"
    )
    if done.returncode:
        last = done.stderr.strip().replace(str(root), "") or say("it ended with {code}.", code=done.returncode)
        raise StudyError(
            say("danvan {words}, made again elsewhere", words=" ".join(words)), last, say("Mend that first.")
        )
