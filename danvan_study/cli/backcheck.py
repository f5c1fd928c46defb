"""The verbs of back-checks: who is called again, the sealed contacts, what differs."""

from __future__ import annotations

from datetime import date
from pathlib import Path  # noqa: TC003 -- typer reads the annotations
from typing import Annotated

import typer

from danvan_study.cli.console import decimal, err, out
from danvan_study.cli.verbs import Verbs
from danvan_study.messages import say

backcheck_app = Verbs("Back-checks: draw, encrypted contacts, comparison.")

WaveId = Annotated[str, typer.Argument(metavar="WAVE", help="The wave, such as 2026q3.")]
KINDS = {"factual": say("facts"), "administrative": say("the interview"), "attitude": say("opinions")}


@backcheck_app.command("draw")
def draw(context: typer.Context, wave: WaveId) -> None:
    """Draw whom to call again: at least 10 % of those who agreed, of each enumerator."""
    from danvan_study.pipeline import draw_wave_backchecks  # noqa: PLC0415 -- danvan --help need not wait for pandas

    names, count, added = draw_wave_backchecks(context.obj, wave)
    out.print(say("{wave}: {count} people drawn, {added} of them new.", wave=wave, count=count, added=added))
    for name in names:
        out.print(name)


@backcheck_app.command("contacts")
def contacts(
    context: typer.Context,
    wave: WaveId,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV with the two columns code, contact.")],
) -> None:
    """Encrypt the list of contacts with a key of its own, DANVAN_CONTACT_KEY_FILE."""
    from danvan_study.pipeline import keep_contacts  # noqa: PLC0415 -- as above

    out.print(keep_contacts(context.obj, wave, file))
    err.print(say("Destroy {file} and every copy of it now, on paper too.", file=file))


@backcheck_app.command("open")
def open_sheet(
    context: typer.Context,
    wave: WaveId,
    *,
    who: Annotated[str, typer.Option(metavar="CODE", help="The supervisor's code, not the name.")],
    why: Annotated[str, typer.Option(metavar="TEXT", help="Why, which is written down.")],
) -> None:
    """Show the contacts of those drawn; every look is written down."""
    from danvan_study.pipeline import open_contacts  # noqa: PLC0415 -- as above

    for respondent, contact in open_contacts(context.obj, wave, who=who, why=why, today=date.today()):  # noqa: DTZ011 -- the office's day
        out.print(f"{respondent}  {contact}")


@backcheck_app.command("compare")
def compare(
    context: typer.Context,
    wave: WaveId,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The filled sheet, .xlsx or .csv.")],
) -> None:
    """Compare the answers of the second call with the interview: share that differs, with its interval."""
    from danvan_study.pipeline import compare_wave_backchecks  # noqa: PLC0415 -- as above

    name, rates = compare_wave_backchecks(context.obj, wave, file)
    for rate in rates:
        share, low, high = map(decimal, (rate.rate, *rate.interval))
        figure = f"{share:>5} % [{low}; {high}]" if rate.compared else "    –"
        what = rate.question or rate.interviewer or str(say("all"))
        out.print(f"{KINDS[rate.kind]!s:14}  {what:20}  {rate.different:4}/{rate.compared:<4}  {figure}")
    out.print(name)
