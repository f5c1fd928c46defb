"""The verb that starts a new study."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 -- typer reads the annotations
from typing import Annotated

import typer

from danvan_study.cli.console import out
from danvan_study.cli.verbs import Verbs
from danvan_study.messages import say

init_app = Verbs()


@init_app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The new folder.")],
    *,
    wave: Annotated[str, typer.Option("--wave", metavar="WAVE", help="The first wave, such as 2027q1.")],
    province: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="thai-nguyen, bac-kan, quang-ninh, dien-bien, binh-phuoc; without it you fill in the areas.",
        ),
    ] = "",
    districts: Annotated[
        list[str] | None,
        typer.Option("--district", metavar="NAME", help="Only this district; can be given several times."),
    ] = None,
) -> None:
    """Set up the folder of a new study."""
    from danvan_study.pipeline import NewStudy, init_study  # noqa: PLC0415 -- danvan --help need not wait for pandas

    asked = NewStudy(wave=wave, province=province, districts=tuple(districts or ()))
    for name in init_study(folder, asked):
        out.print(f"{folder / name}")
    typed = f'"{folder}"' if " " in str(folder) else folder
    if province:
        out.print(say("Next: danvan --study {folder} check", folder=typed))
    else:
        table = folder / "data" / "areas" / "areas.csv"
        out.print(say("Fill in {table}, then: danvan --study {folder} areas lists", table=table, folder=typed))
