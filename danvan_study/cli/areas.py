"""The verbs of administrative units: what became of which, who lives there, which villages there are."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 -- typer reads the annotations
from typing import Annotated

import typer

from danvan_study.cli.console import err, out
from danvan_study.cli.verbs import Verbs
from danvan_study.messages import say

areas_app = Verbs("Old and new administrative units, population, margins for the weights.")

MISTAKE = 1


@areas_app.command("check")
def check_tables(context: typer.Context) -> None:
    """Prove that all sums agree, and list every link in doubt."""
    from danvan_study.pipeline import check_areas  # noqa: PLC0415 -- danvan --help need not wait for pandas

    account = check_areas(context.obj)
    out.print(*account.lines, sep="\n")
    if account.mistakes:
        err.print(say("places that do not agree: {count}", count=account.mistakes))
        raise typer.Exit(MISTAKE)


@areas_app.command("convert")
def convert(
    units: Annotated[list[str], typer.Argument(metavar="UNIT", help="Such as 2025-07-01:01849 or n2025_01849.")],
) -> None:
    """Tell what became of an old unit, or what a new one was made from."""
    from danvan_study.pipeline import convert_unit  # noqa: PLC0415 -- as above

    for unit in units:
        out.print(*convert_unit(unit), sep="\n")


@areas_app.command("margins")
def margins(
    context: typer.Context,
    totals: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE", help="Newer population totals: CSV, or an export of the statistics office."),
    ] = None,
    *,
    bands: Annotated[str, typer.Option(metavar="LIST", help="The form's age groups.")] = "18_29,30_44,45_59,60_plus",
    as_of: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="The day of the newer totals.")] = "2019-04-01",
) -> None:
    """Write the tables of population for the weights, from the census of 2019."""
    from danvan_study.pipeline import write_margins  # noqa: PLC0415 -- as above

    lines = write_margins(context.obj, totals or (), bands=bands.split(","), as_of=as_of)
    out.print(*lines, sep="\n")


@areas_app.command("lists")
def lists(context: typer.Context) -> None:
    """Write the provinces, districts and communes that the form offers, by the table of areas."""
    from danvan_study.pipeline import write_place_lists  # noqa: PLC0415 -- as above

    out.print(*write_place_lists(context.obj), sep="\n")


@areas_app.command("frame")
def frame(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="List of villages, hamlets and residential groups, CSV.")
    ],
) -> None:
    """Take a list of villages into data/frame, compared with the census commune by commune."""
    from danvan_study.pipeline import import_frame  # noqa: PLC0415 -- as above

    out.print(*import_frame(context.obj, file), sep="\n")
