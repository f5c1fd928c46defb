"""Enumerators: their permissions on the server, and the page each of them is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.field import COLUMNS, enumerator_page, read_roster
from danvan_study.kobo import People
from danvan_study.messages import Words, say
from danvan_study.pipeline.fieldwork.desk import field_desk
from danvan_study.store import write_rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from danvan_study.field import Enumerator
    from danvan_study.kobo import Patience
    from danvan_study.pipeline.fieldwork.desk import Desk

SUBMIT, OWN = "add_submissions", "partial_submissions"
ACCOUNT = "account"


def assign_enumerators(
    root: Path, wave_id: str, *, tell: Callable[[Words], None], patience: Patience | None = None
) -> list[str]:
    """Give the accounts of the roster their permissions, take them from those that left it, write everybody's page.

    Only permissions that this verb gave are ever taken back; nobody else is touched.

    Returns
    -------
    list of str
        Names of the pages inside the study.

    Raises
    ------
    StudyError
        The roster is missing or wrong, or the wave has no form on the server.
    """
    with field_desk(root, wave_id, tell=tell, patience=patience) as desk:
        file = desk.study.kobo.roster
        rows = desk.folder.read_rows(file, needed_by="study.toml, [kobo] roster", columns=COLUMNS)
        roster = read_roster(rows, file=file, areas=desk.areas)
        people = People(desk.connection, desk.needed_asset())
        given = read_given(desk)
        _write_given(desk, given | {each.account for each in roster})  # first: what is given must be known to be ours
        for each in roster:
            _allow(people, each, tell)
        for account in sorted(given - {each.account for each in roster}):
            _dismiss(people, account, tell)
        _write_given(desk, {each.account for each in roster})
        return _write_pages(desk, roster)


def given_file(wave_id: str) -> str:
    """Return the name of the list of accounts that were given permissions."""
    return f"data/deployments/{wave_id}_accounts.csv"


def read_given(desk: Desk) -> set[str]:
    """Return the accounts that this verb gave permissions to."""
    name = given_file(desk.wave.id)
    if not desk.folder.has_file(name):
        return set()
    return {row[ACCOUNT] for row in desk.folder.read_rows(name, needed_by=name, columns=(ACCOUNT,))}


def _write_given(desk: Desk, accounts: set[str]) -> None:
    rows = [{ACCOUNT: account} for account in sorted(accounts)]
    desk.folder.write_file(given_file(desk.wave.id), write_rows(rows, (ACCOUNT,)))


def _allow(people: People, enumerator: Enumerator, tell: Callable[[Words], None]) -> None:
    account = enumerator.account
    held = {grant.permission: grant for grant in people.grants() if grant.account == account}
    if SUBMIT not in held:
        people.allow_submitting(account)
        tell(say("{account}: may send submissions", account=account))
    if OWN not in held or held[OWN].filters != (account,):
        people.show_own(account)
        tell(say("{account}: sees its own submissions only", account=account))


def _dismiss(people: People, account: str, tell: Callable[[Words], None]) -> None:
    for grant in people.grants():
        if grant.account == account and grant.permission in (SUBMIT, OWN):
            people.take(grant)
    tell(say("{account}: has no permission any more", account=account))


def _write_pages(desk: Desk, roster: tuple[Enumerator, ...]) -> list[str]:
    asset = desk.forms.read(desk.needed_asset())
    names = []
    for each in roster:
        page = enumerator_page(each, study=desk.study, wave=desk.wave, form_title=asset.name, links=asset.links)
        names.append(f"data/enumerators/{desk.wave.id}/{each.account}.html")
        desk.folder.write_file(names[-1], page)
    return names
