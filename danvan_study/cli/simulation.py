"""The verb that draws simulated answers: of the study itself, or of a national one made from it."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 -- typer reads the annotations
from typing import Annotated

import typer

from danvan_study.cli.console import out
from danvan_study.cli.verbs import Verbs
from danvan_study.errors import StudyError
from danvan_study.messages import say

simulation_app = Verbs()


@simulation_app.command()
def simulate(
    context: typer.Context,
    *,
    provinces: Annotated[
        int,
        typer.Option("--provinces", metavar="N", help="Provinces (invented ones) of the national study."),
    ] = 0,
    years: Annotated[int, typer.Option("--years", metavar="N", help="Years, with a wave in each quarter.")] = 1,
    villages: Annotated[
        int, typer.Option("--villages", metavar="N", help="Villages of each province in each wave.")
    ] = 120,
    into: Annotated[Path | None, typer.Option("--into", metavar="DIR", help="The new folder of that study.")] = None,
) -> None:
    """Draw the simulated waves again by data/simulation.toml; with --provinces: a national study to measure speed."""
    from danvan_study.pipeline import (  # noqa: PLC0415 -- danvan --help need not wait for pandas
        simulate_national,
        simulate_study,
    )
    from danvan_study.simulate import Size  # noqa: PLC0415 -- as above

    if not provinces and into is None:
        simulate_study(context.obj, tell=out.print)
        return
    if into is None or not provinces:
        raise StudyError(
            "danvan simulate", say("--provinces and --into go together."), say("Write both, or none of them.")
        )
    size = Size(provinces=provinces, years=years, villages=villages)
    simulate_national(context.obj, into, size, tell=out.print)
