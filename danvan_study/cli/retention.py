"""The verbs that look after the records: the dossier of a wave, what is kept until when, what is destroyed."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

import typer

from danvan_study.cli.console import err, out
from danvan_study.cli.verbs import Verbs
from danvan_study.messages import say

retention_app = Verbs()

CODE = re.compile(r"[a-z][a-z0-9_]{1,29}")


@retention_app.command()
def dossier(
    context: typer.Context,
    wave: Annotated[str, typer.Argument(metavar="WAVE", help="The wave, such as 2026q3.")],
) -> None:
    """Assemble the wave's dossier in one folder; tell what is missing."""
    from danvan_study.pipeline import assemble_dossier  # noqa: PLC0415 -- danvan --help need not wait for pandas

    name, missing = assemble_dossier(context.obj, wave)
    for what in missing:
        err.print(say("Missing: {what}", what=what))
    out.print(say("{folder}: parts missing: {count}", folder=name, count=len(missing)))


@retention_app.command()
def retention(
    context: typer.Context,
    *,
    destroy: Annotated[bool, typer.Option("--destroy", help="Destroy what is past its date.")] = False,
    who: Annotated[str, typer.Option(metavar="CODE", help="The code of who destroys, not the name.")] = "",
    erased_in: Annotated[str, typer.Option("--erased-in", metavar="COPY", help="This copy is erased.")] = "",
) -> None:
    """Tell which files are kept until when; destroy those past their date, on record."""
    from danvan_study.pipeline import destroy_due, note_erased, take_stock  # noqa: PLC0415 -- as in the others

    today = date.today()  # noqa: DTZ011 -- the office's day
    if erased_in:
        note_erased(context.obj, erased_in)
    account = take_stock(context.obj)
    for each in account.holdings:
        until = say("kept") if each.due == date.max else say("until {day:%d/%m/%Y}", day=each.due)
        mark = say("OVERDUE") if each.due < today else ""
        out.print(f"{each.wave:10}  {each.title!s:26}  {until!s:15}  {mark!s:8}  {each.path}")
    if not account.holdings:
        out.print(say("Nothing of real people is kept."))
    for line in account.requests:
        err.print(
            say(
                "Withdrawal no. {request} ({wave}) is open: answer by {answer}, erase by {erase}.",
                request=line["request"],
                wave=line["wave"],
                answer=line["answer_by"],
                erase=line["erase_by"],
            )
        )
    if destroy and any(each.due < today for each in account.holdings):
        if not CODE.fullmatch(who):
            raise typer.BadParameter(str(say("a code, not a name: small letters, digits, _")), param_hint="--who")
        typer.confirm(str(say("Files past their date are destroyed for good. Go on?")), abort=True)
        for each in destroy_due(context.obj, today=today, who=who):
            out.print(say("destroyed: {path}, files: {count}", path=each.path, count=each.files))
            if each.kind == "responses":
                err.print(
                    say("Delete the data of wave {wave} on the server too, if they are still there.", wave=each.wave)
                )
        account = take_stock(context.obj)
    for backup in account.backups:
        err.print(say("Still to be erased in the copy: {backup}", backup=backup))
