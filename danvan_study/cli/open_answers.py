"""The verbs of open answers: drawn for people, looked through for names, coded twice, taken back."""

from __future__ import annotations

from datetime import date
from pathlib import Path  # noqa: TC003 -- typer reads the annotations
from typing import Annotated

import typer

from danvan_study.cli.console import err, out
from danvan_study.cli.verbs import Verbs
from danvan_study.messages import say

open_app = Verbs("Open answers: draw, look for names, code, take back.")

WaveId = Annotated[str, typer.Argument(metavar="WAVE", help="The wave, such as 2026q3.")]


@open_app.command()
def draw(
    context: typer.Context,
    wave: WaveId,
    *,
    reviewer: Annotated[str, typer.Option(metavar="CODE", help="Code of who looks for names, not the name.")] = "soat",
    size: Annotated[int, typer.Option(min=1, metavar="N", help="Answers drawn for each question, from 100.")] = 120,
    by_doubt: Annotated[bool, typer.Option("--by-doubt", help="Draw more where the machine is in doubt.")] = False,
) -> None:
    """Draw answers for the coders; write the sheet to look for names."""
    from danvan_study.pipeline import draw_for_people  # noqa: PLC0415 -- danvan --help need not wait for pandas

    names = draw_for_people(context.obj, wave, size=size, by_doubt=by_doubt, reviewer=reviewer)
    for name in names:
        out.print(say("Look for names, and mark x in the column Đạt: {file}", file=name))
    if not names:
        out.print(say("{wave}: all answers that were drawn are released.", wave=wave))


@open_app.command()
def sheets(
    context: typer.Context,
    wave: WaveId,
    people: Annotated[list[str], typer.Argument(metavar="CODE", help="Codes of the coders.")],
    *,
    adjudicate: Annotated[
        bool, typer.Option("--adjudicate", help="Sheets to settle the answers that two people coded differently.")
    ] = False,
) -> None:
    """Write a coding sheet (Excel) for each person."""
    from danvan_study.pipeline import write_coding_sheets  # noqa: PLC0415 -- as above

    names = write_coding_sheets(context.obj, wave, people, role="adjudicator" if adjudicate else "coder")
    for name in names:
        out.print(name)
    if not names:
        out.print(say("{wave}: nothing is left to code.", wave=wave))


@open_app.command()
def take(
    context: typer.Context,
    wave: WaveId,
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="The sheets that are done.")],
) -> None:
    """Take back sheets of names, codes and settlements."""
    from danvan_study.pipeline import take_sheet  # noqa: PLC0415 -- as above

    for file in files:
        about, count = take_sheet(context.obj, wave, file, day=date.today().isoformat())  # noqa: DTZ011 -- the office's day
        out.print(
            say(
                "{file}: {person} ({role}), answers: {count}",
                file=file.name,
                person=about.person,
                role=about.role,
                count=count,
            )
        )


@open_app.command()
def status(context: typer.Context, wave: WaveId) -> None:
    """Tell how many are drawn, released and coded, and how far two coders agree."""
    from danvan_study.pipeline import coding_status  # noqa: PLC0415 -- as above

    for one in coding_status(context.obj, wave):
        coders = ", ".join(f"{name} {count}" for name, count in one.coded.items()) or "–"
        out.print(
            say(
                "{question}: answers {texts}, drawn {drawn}, released {released}; coded: {coders}; "
                "disputed {disputed}, settled {settled}",
                question=one.question,
                texts=one.texts,
                drawn=one.drawn,
                released=one.released,
                coders=coders,
                disputed=one.disputed,
                settled=one.settled,
            )
        )
        for name, found in one.agreement.items():
            err.print(
                f"{name:>10}  alpha {found.alpha:6.3f}  ({found.low:.3f} … {found.high:.3f})  {found.verdict}",
            )
