"""The verbs of the sample: what it will be able to tell, the draw, the sheets for the field, the visits."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 -- typer reads the annotations
from typing import TYPE_CHECKING, Annotated

import typer

from danvan_study.cli.console import decimal, out
from danvan_study.cli.verbs import Verbs
from danvan_study.messages import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from danvan_study.field import AreaPlan

sample_app = Verbs("The sample: plan, draw of villages and households, assignment sheets, visits.")

WaveId = Annotated[str, typer.Argument(metavar="WAVE", help="The wave, such as 2026q3.")]
HEAD = (
    say("area"),
    say("adults"),
    say("villages"),
    say("in frame"),
    say("interviews"),
    say("households"),
    say("margin ±"),
    say("change"),
    say("± a year"),
)


@sample_app.command("plan")
def plan(context: typer.Context, wave: WaveId) -> None:
    """Tell beforehand: villages, interviews and margin of error of each district; write nothing."""
    from danvan_study.pipeline import plan_wave  # noqa: PLC0415 -- danvan --help need not wait for pandas

    planned = plan_wave(context.obj, wave)
    parts = (*planned.plan.areas, planned.plan.total)
    rows = [(planned.names.get(part.area, str(say("whole sample"))), *_cells(part)) for part in parts]
    for line in _lines([tuple(map(str, HEAD)), *rows]):
        out.print(line)
    out.print(
        say(
            "Margin and smallest change that can be seen (95 %, power 80 %): percentage points of a share of 50 %; "
            "design effect {deff}; ± a year: four quarters pooled.",
            deff=decimal(planned.plan.deff, 2),
        )
    )


@sample_app.command("draw")
def draw(context: typer.Context, wave: WaveId) -> None:
    """Draw villages and households, once and for all; write the record and the assignment sheets."""
    from danvan_study.pipeline import draw_wave  # noqa: PLC0415 -- as above

    for name in draw_wave(context.obj, wave):
        out.print(name)


@sample_app.command("sheets")
def sheets(context: typer.Context, wave: WaveId) -> None:
    """Write the assignment sheets of the sample again, after a change of the roster."""
    from danvan_study.pipeline import write_assignments  # noqa: PLC0415 -- as above

    for name in write_assignments(context.obj, wave):
        out.print(name)


@sample_app.command("visits")
def visits(
    context: typer.Context,
    wave: WaveId,
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="The filled assignment sheets.")],
) -> None:
    """Take filled assignment sheets: each visit to a household is one row in data/visits."""
    from danvan_study.pipeline import bring_visits  # noqa: PLC0415 -- as above

    name, count = bring_visits(context.obj, wave, files)
    out.print(say("{file}: visits: {count}", file=name, count=count))


@sample_app.command("close")
def close(context: typer.Context, wave: WaveId) -> None:
    """At the end: write into the sample how many households of each village were gone to, by the visits."""
    from danvan_study.pipeline import close_sample  # noqa: PLC0415 -- as above

    unfinished = close_sample(context.obj, wave)
    for village, gone, listed in unfinished:
        out.print(say("{village}: households {gone}/{listed}", village=village, gone=gone, listed=listed))
    out.print(say("{wave}: villages not finished: {count}", wave=wave, count=len(unfinished)))


def _cells(part: AreaPlan) -> tuple[str, ...]:
    counts = (part.adults, part.villages, part.in_frame, part.interviews, part.households)
    return (*map(str, counts), *(decimal(value) for value in (part.margin, part.change, part.margin_year)))


def _lines(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Yield the rows in columns as wide as their widest cell: the name to the left, numbers to the right."""
    name_width, *widths = (max(map(len, column)) for column in zip(*rows, strict=True))
    for name, *cells in rows:
        yield "  ".join((name.ljust(name_width), *map(str.rjust, cells, widths)))
