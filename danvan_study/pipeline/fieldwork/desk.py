"""The desk that all field verbs work at: the study, the wave, the server, and the lock that keeps others away."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from danvan_study.errors import StudyError
from danvan_study.kobo import Connection, Forms, Submissions, Token, connect
from danvan_study.messages import Words, say
from danvan_study.pipeline.deployments import Deployment, read_deployments
from danvan_study.pipeline.named import known_wave
from danvan_study.pipeline.sources import load_study
from danvan_study.store import TOKEN, Folder, read_token, write_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from danvan_study.areas import Areas
    from danvan_study.kobo import Patience
    from danvan_study.study import Study, Wave


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One wave, ready for work in the field."""

    folder: Folder
    study: Study
    areas: Areas | None
    wave: Wave
    connection: Connection
    deployments: list[Deployment]

    @property
    def forms(self) -> Forms:
        """The forms of the account."""
        return Forms(self.connection)

    @property
    def asset(self) -> str:
        """The wave's form on the server; empty before the first deployment."""
        named = self.study.kobo.assets.get(self.wave.id, "")
        return named or (self.deployments[-1].asset if self.deployments else "")

    def submissions(self) -> Submissions:
        """Return the wave's submissions on the server.

        Raises
        ------
        StudyError
            The wave has no form there.
        """
        return Submissions(self.connection, self.needed_asset())

    def needed_asset(self) -> str:
        """Return the wave's form on the server, or raise StudyError when it has none."""
        if not self.asset:
            raise StudyError(
                say("wave {wave}", wave=self.wave.id),
                say("it has no form on the server."),
                say("Put it there (danvan deploy {wave}), or name it in [kobo.assets].", wave=self.wave.id),
            )
        return self.asset


@contextmanager
def field_desk(
    root: Path, wave_id: str, *, tell: Callable[[Words], None], patience: Patience | None = None
) -> Iterator[Desk]:
    """Open the study, the wave and the server, and keep every other run out meanwhile.

    Raises
    ------
    StudyError
        There is no such wave, no server, no token, or another run is at work.
    """
    folder = Folder(root)
    study, areas = load_study(folder)
    wave = known_wave(study, wave_id)
    if not study.kobo.server:
        raise StudyError(
            "study.toml, [kobo]", say("the study names no server."), say('Add [kobo] with server = "https://…".')
        )
    if warning := foreign_host(study):
        tell(warning)
    with (
        folder.locked(),
        connect(study.kobo.server, Token(read_token(), TOKEN), patience=patience) as connection,
    ):
        yield Desk(
            folder=folder,
            study=study,
            areas=areas,
            wave=wave,
            connection=connection,
            deployments=read_deployments(folder, wave_id),
        )


def make_key(root: Path, path: Path) -> None:
    """Write a new key into a file outside the study, for its owner's eyes alone."""
    write_key(path, root)


def foreign_host(study: Study) -> Words:
    """Return a warning when a host that may hold answers is not on the study's list; else nothing."""
    hosts = {str(urlsplit(url).hostname or "") for url in (study.kobo.server, study.kobo.collect_server)}
    others = sorted(hosts - set(study.kobo.allowed_hosts) - {""})
    if not others:
        return ""
    return say(
        "WARNING: the server {hosts} is not in [kobo] allowed_hosts. A server abroad is a transfer of personal data "
        "across the border (Law 91/2025/QH15, Article 20): its dossier comes before its use.",
        hosts=", ".join(others),
    )


def now() -> str:
    """Return the moment, in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
