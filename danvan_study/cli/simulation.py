"""The verb that draws simulated answers: of the study itself, or of a national one made from it."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 -- typer reads the annotations
from typing import Annotated

import typer

from danvan_study.cli.console import out
from danvan_study.errors import StudyError
from danvan_study.messages import say

simulation_app = typer.Typer()


@simulation_app.command()
def simulate(
    context: typer.Context,
    *,
    provinces: Annotated[
        int,
        typer.Option("--provinces", help="Số tỉnh (không có thật) của cuộc khảo sát toàn quốc. (Invented.)"),
    ] = 0,
    years: Annotated[int, typer.Option("--years", help="Số năm, mỗi quý một đợt. (Years of quarterly waves.)")] = 1,
    villages: Annotated[
        int, typer.Option("--villages", help="Số thôn mỗi tỉnh mỗi đợt. (Villages in a province and wave.)")
    ] = 120,
    into: Annotated[
        Path | None, typer.Option("--into", metavar="DIR", help="Thư mục mới cho cuộc khảo sát đó. (Its new folder.)")
    ] = None,
) -> None:
    """Rút lại số liệu mô phỏng theo data/simulation.toml; với --provinces: một cuộc khảo sát toàn quốc để đo tốc độ.

    (Draw the simulated waves again; with --provinces make a national study for benchmarks, elsewhere.)
    """
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
