"""The verbs by which data leave for other programs and come in from them."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 -- typer reads the annotations
from typing import Annotated

import typer

from danvan_study.cli.console import out
from danvan_study.cli.verbs import Verbs
from danvan_study.messages import say

exchange_app = Verbs()

WaveId = Annotated[str, typer.Argument(metavar="WAVE", help="The wave, such as 2026q3.")]


@exchange_app.command("export")
def export(
    context: typer.Context,
    wave: WaveId,
    *,
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="sav, dta, csv, csv-excel, parquet, codebook-xlsx, ddi; without it: all of them.",
        ),
    ] = None,
    language: Annotated[str, typer.Option("--lang", metavar="vi|en", help="Language of the labels: vi or en.")] = "vi",
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="DIR", help="The folder to write into; data/exports/WAVE unless given."),
    ] = None,
) -> None:
    """Write the interviews, de-identified, for other programs; for the office alone."""
    from danvan_study.pipeline import exchange  # noqa: PLC0415 -- danvan --help need not wait for pandas

    for written in formats or ():
        if written not in set(exchange.Format):
            raise typer.BadParameter(f"{', '.join(exchange.Format)}", param_hint="--format")
    manner = exchange.Manner(formats=tuple(map(exchange.Format, formats or exchange.Format)), language=language)
    folder, files = exchange.export_wave(context.obj, wave, manner, to=to)
    out.print(f"{folder}: {', '.join(files)}")


@exchange_app.command("release")
def release(context: typer.Context, wave: WaveId) -> None:
    """Make a public-use file of those who agreed to it, or nothing at all."""
    from danvan_study.pipeline.release import release_wave  # noqa: PLC0415 -- as above

    done = release_wave(context.obj, wave)
    out.print(
        say(
            "{folder}: {rows} of {interviews} interviews, {columns} variables of answers ({left_out} left out), "
            "smallest group {smallest} people; {steps}",
            folder=done.folder,
            rows=done.rows,
            interviews=done.interviews,
            columns=done.columns,
            left_out=done.left_out,
            smallest=done.smallest_class,
            steps=", ".join(done.steps) or "-",
        )
    )


@exchange_app.command("import-study")
def import_study(
    context: typer.Context,
    wave: WaveId,
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The .sav or .dta file of the past study.")],
    encoding: Annotated[str, typer.Option(metavar="NAME", help="Code page of an old file: cp1258, tcvn3.")] = "",
) -> None:
    """Make a past study a wave: matches are proposed, people review them, then it is taken in."""
    from danvan_study.pipeline.past_study import import_past_study  # noqa: PLC0415 -- as above

    done = import_past_study(context.obj, wave, file, encoding=encoding)
    if not done.form:
        out.print(
            say(
                "{file}: lines to review: {count}; review them, then run this command again.",
                file=done.matches,
                count=done.lines,
            )
        )
        return
    decided = ", ".join(f"{word} {count}" for word, count in (done.decided or {}).items() if count)
    out.print(
        say(
            "{wave}: {count} interviews, {form}; {decided}",
            wave=wave,
            count=done.interviews,
            form=done.form,
            decided=decided,
        )
    )
