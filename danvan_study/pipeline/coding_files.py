"""What people decided on the open answers of a wave, as it lies in ``data/codings``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from danvan_study.store.codings import read_audit_list, read_codings, read_releases
from danvan_study.tables import AuditList, Codings, Releases

if TYPE_CHECKING:
    import pandas as pd

    from danvan_study.store import Folder


@dataclass(frozen=True, slots=True, kw_only=True)
class CodingNames:
    """The files of a wave."""

    wave: str

    @property
    def drawn(self) -> str:
        """Which texts were drawn for people."""
        return f"data/codings/{self.wave}-drawn.csv"

    @property
    def released(self) -> str:
        """Which of them a person has passed for coders."""
        return f"data/codings/{self.wave}-released.csv"

    @property
    def decided(self) -> str:
        """What coders and adjudicators said."""
        return f"data/codings/{self.wave}.csv"

    @property
    def sheets(self) -> str:
        """The folder of the sheets that go out; they hold masked texts, and git ignores it."""
        return f"data/coding_sheets/{self.wave}"

    def sheet(self, role: str, question: str, person: str) -> str:
        """Return the path of a sheet that goes out."""
        return f"{self.sheets}/{question}-{role}-{person}.xlsx"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodingFiles:
    """Draw, releases and decisions of a wave, of all its questions."""

    drawn: pd.DataFrame
    released: pd.DataFrame
    decided: pd.DataFrame

    def of(self, question: str, version: str) -> CodingFiles:
        """Return what concerns one question and one version of the codebook: other versions mean other things."""
        decided = self.decided[self.decided[Codings.question] == question]
        return CodingFiles(
            drawn=self.drawn[self.drawn[AuditList.question] == question],
            released=self.released[self.released[Releases.question] == question],
            decided=decided[decided[Codings.codebook_version] == version],
        )


def read_coding_files(folder: Folder, wave_id: str) -> CodingFiles:
    """Read what was decided on the open answers of a wave; empty tables where nothing was.

    Raises
    ------
    StudyError
        A line was changed or deleted after it was decided.
    """
    names = CodingNames(wave=wave_id)
    return CodingFiles(
        drawn=read_audit_list(folder, names.drawn),
        released=read_releases(folder, names.released),
        decided=read_codings(folder, names.decided),
    )
