"""The verbs of the fieldwork: forms out, answers back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path  # noqa: TC003 -- typer reads the annotations
from random import SystemRandom
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from danvan_study.cli.console import err, out
from danvan_study.cli.verbs import Verbs
from danvan_study.messages import Words, say

if TYPE_CHECKING:
    from danvan_study.pipeline import PullReport

field_app = Verbs()

WaveId = Annotated[str, typer.Argument(metavar="WAVE", help="The wave, such as 2026q3.")]
SHOWN = 10


@field_app.command()
def deploy(
    context: typer.Context,
    wave: WaveId,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be done.")] = False,
) -> None:
    """Put the wave's form onto KoboToolbox, with its lists."""
    from danvan_study.pipeline import deploy_wave  # noqa: PLC0415 -- danvan --help need not wait for pandas

    deploy_wave(context.obj, wave, tell=_tell, dry_run=dry_run)


@field_app.command()
def roster(context: typer.Context, wave: WaveId) -> None:
    """Give and take back the enumerators' access; make each one's page to print."""
    from danvan_study.pipeline import assign_enumerators  # noqa: PLC0415 -- as above

    for name in assign_enumerators(context.obj, wave, tell=_tell):
        out.print(say("To print: {file}", file=name))


@field_app.command()
def pull(context: typer.Context, wave: WaveId) -> None:
    """Bring the answers into data/raw, edits and deletions too."""
    from danvan_study.pipeline import pull_wave  # noqa: PLC0415 -- as above

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(str(say("Pulling {wave}", wave=wave)), total=None)
        report = pull_wave(
            context.obj,
            wave,
            tell=_tell,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    _tell_pull(wave, report)


@field_app.command()
def judge(context: typer.Context, wave: WaveId) -> None:
    """Write the decisions back to the server: approved, not approved, on hold."""
    from danvan_study.pipeline import judge_wave  # noqa: PLC0415 -- as above

    if not judge_wave(context.obj, wave, tell=_tell):
        out.print(say("{wave}: nothing to write.", wave=wave))


@field_app.command()
def close(context: typer.Context, wave: WaveId) -> None:
    """Close the wave's form: the server takes no more answers."""
    from danvan_study.pipeline import close_wave  # noqa: PLC0415 -- as above

    close_wave(context.obj, wave, tell=_tell)


@field_app.command()
def slips(
    context: typer.Context,
    wave: WaveId,
    count: Annotated[
        int, typer.Option(min=1, max=5000, metavar="N", help="Slips for each enumerator, 1 to 5000.")
    ] = 100,
) -> None:
    """Make the slips of paper with the codes to withdraw answers."""
    from danvan_study.pipeline import draw_slips  # noqa: PLC0415 -- as above

    out.print(say("To print: {file}", file=draw_slips(context.obj, wave, count=count, draw=SystemRandom())))


@field_app.command()
def withdraw(
    context: typer.Context,
    wave: WaveId,
    code: Annotated[str, typer.Argument(metavar="CODE", help="The code on the slip.")],
    *,
    received: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="The day of the request; today unless given."),
    ] = None,
) -> None:
    """Withdraw one interview by its code, on the server and here, and make the results again."""
    from danvan_study.pipeline import (  # noqa: PLC0415 -- as above
        note_withdrawal,
        note_withdrawn,
        rebuild_outputs,
        withdraw_submission,
    )

    day = (received or datetime.now()).date()  # noqa: DTZ005 -- the office's day
    request = note_withdrawal(context.obj, wave, code, received_on=day)
    clock = request.clock
    _tell(
        say(
            "Request no. {number}: answer by {answer:%d/%m/%Y}, stop using by {stop:%d/%m/%Y}, erase by "
            "{erase:%d/%m/%Y}.",
            number=request.number,
            answer=clock.answer_by,
            stop=clock.stop_by,
            erase=clock.erase_by,
        )
    )
    withdraw_submission(context.obj, wave, code, tell=_tell)
    for rebuilt in rebuild_outputs(context.obj, wave):
        out.print(say("{wave}: results made again.", wave=rebuilt))
    note_withdrawn(context.obj, request)


@field_app.command()
def lock(context: typer.Context, wave: WaveId) -> None:
    """Lock the wave: destroy the links from codes to interviews, write down the day, issue the brief."""
    from danvan_study.pipeline import lock_wave, open_processes  # noqa: PLC0415 -- as above

    typer.confirm(str(say("All links from slips to submissions are destroyed for good. Go on?")), abort=True)
    with open_processes() as executor:
        issued = lock_wave(context.obj, wave, executor=executor)
    out.print(
        say("{wave}: locked. The server still holds the codes: delete its data when their time is up.", wave=wave)
    )
    if issued:
        out.print(say("Issued, and never changed from now on: {folder}", folder=issued))


@field_app.command()
def revise(
    context: typer.Context,
    wave: WaveId,
    *,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; printed on the erratum.")],
) -> None:
    """Correct what was issued: a new edition beside the old one, with every figure that differs."""
    from danvan_study.pipeline import open_processes, revise_wave  # noqa: PLC0415 -- as above

    with open_processes() as executor:
        issued = revise_wave(context.obj, wave, reason=reason, executor=executor)
    out.print(say("Erratum: {folder}", folder=issued))


@field_app.command()
def key(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the key is kept, outside the study's folder.")],
) -> None:
    """Make the key that encrypts real answers."""
    from danvan_study.pipeline import make_key  # noqa: PLC0415 -- as above

    make_key(context.obj, file)
    out.print(say("The key is in {file}. Keep a copy apart: without the key the data are lost.", file=file))
    out.print(f"export DANVAN_KEY_FILE={file.resolve()}")


def _tell(line: Words) -> None:
    err.print(line)


def _tell_pull(wave: str, report: PullReport) -> None:
    out.print(
        say(
            "{wave}: new {new}, edited {edited}, judged again {judged}, deleted on the server {deleted}",
            wave=wave,
            new=report.new,
            edited=report.edited,
            judged=report.judged,
            deleted=report.deleted,
        )
    )
    if ids := report.edited_after_approval:
        shown = ", ".join(map(str, ids[:SHOWN])) + (" …" if len(ids) > SHOWN else "")
        _tell(
            say(
                "Note: edited after approval, while the server still calls them approved ({count}): {shown}",
                count=len(ids),
                shown=shown,
            )
        )
    if report.withdrawn:
        _tell(say("Note: withdrawn before and still on the server, now deleted there: {count}", count=report.withdrawn))
    if report.attachments:
        _tell(say("Note: submissions with attachments, which the kit never fetches: {count}", count=report.attachments))
    for version in report.unknown_versions:
        _tell(
            say(
                "Note: the form version {version} on the server is none of the wave's; it is kept in "
                "data/raw/{wave}/{version}.form. Add that very form to forms in study.toml.",
                version=version,
                wave=wave,
            )
        )
