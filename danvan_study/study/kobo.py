"""Read the section ``[kobo]`` of ``study.toml``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.messages import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from danvan_study.study.toml import Section


CURE = say("Delete it here, take a new one from the server, and set DANVAN_KOBO_TOKEN.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kobo:
    """The KoboToolbox server that the fieldwork runs on. Its token is a secret and never stands here."""

    server: str = ""
    """Address of KPI, ``https://kf.…``; empty: the study has no server."""
    collect_server: str = ""
    """Address that tablets send to; by default ``kc.`` in the place of ``kf.``."""
    allowed_hosts: tuple[str, ...] = ()
    """Hosts that may hold answers; any other is a warning, for it may lie abroad."""
    roster: str = "data/roster.csv"
    """Enumerators: columns account and areas."""
    slip: str = ""
    """Question that takes the code of the withdrawal slip; it never gets into the raw data."""
    assets: Mapping[str, str] = field(default_factory=dict)
    """Wave to uid, for forms that were deployed by other means."""


def read_kobo(section: Section) -> Kobo:
    """Read the server, who may hold answers, and the forms that were deployed by other means.

    Raises
    ------
    StudyError
        A key is unknown; one that looks like a secret is told to leave.
    """
    for key in ("token", "password", "key"):
        if key in section:
            raise StudyError(section.where(key), say("a secret does not stand in study.toml."), CURE)
    server = section.text("server", "").rstrip("/")
    assets = section.section("assets", required=False)
    kobo = Kobo(
        server=server,
        collect_server=section.text("collect_server", server.replace("://kf.", "://kc.")).rstrip("/"),
        allowed_hosts=section.texts("allowed_hosts", []),
        roster=section.text("roster", Kobo().roster),
        slip=section.text("slip", ""),
        assets={wave: assets.text(wave) for wave in list(assets.keys())},
    )
    section.close()
    return kobo
