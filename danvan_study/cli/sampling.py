"""The verbs of the sample: what it will be able to tell, the draw, the sheets for the field, the visits."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 -- typer reads the annotations
from typing import TYPE_CHECKING, Annotated

import typer

from danvan_study.cli.console import out
from danvan_study.messages import say

if TYPE_CHECKING:
    from danvan_study.field import AreaPlan

sample_app = typer.Typer(
    help="Chọn mẫu: kế hoạch, rút thăm thôn và hộ, phân công, lượt thăm. (Sampling.)", no_args_is_help=True
)

WaveId = Annotated[str, typer.Argument(metavar="WAVE", help="Đợt khảo sát, ví dụ 2026q3. (Wave.)")]
HEAD = (
    say("adults"),
    say("villages"),
    say("in frame"),
    say("interviews"),
    say("households"),
    say("margin ±"),
    say("change"),
    say("± a year"),
)
WIDEST_NAME = 24


@sample_app.command("plan")
def plan(context: typer.Context, wave: WaveId) -> None:
    """Cho biết trước: mỗi huyện bao nhiêu thôn, phiếu, sai số nào; không ghi gì. (Sizes and precision.)"""
    from danvan_study.pipeline import plan_wave  # noqa: PLC0415 -- danvan --help need not wait for pandas

    planned = plan_wave(context.obj, wave)
    out.print(_line(str(say("area")), tuple(map(str, HEAD))))
    for part in (*planned.plan.areas, planned.plan.total):
        out.print(_line(planned.names.get(part.area, str(say("whole sample"))), _cells(part)))
    out.print(
        say(
            "Margin and smallest change that can be seen (95 %, power 80 %): percentage points of a share of 50 %; "
            "design effect {deff}; ± a year: four quarters pooled.",
            deff=_comma(planned.plan.deff, 2),
        )
    )


@sample_app.command("draw")
def draw(context: typer.Context, wave: WaveId) -> None:
    """Rút thăm thôn và hộ một lần duy nhất, ghi biên bản và bảng phân công. (Draw once; record and sheets.)"""
    from danvan_study.pipeline import draw_wave  # noqa: PLC0415 -- as above

    for name in draw_wave(context.obj, wave):
        out.print(name)


@sample_app.command("sheets")
def sheets(context: typer.Context, wave: WaveId) -> None:
    """Làm lại bảng phân công của mẫu đã rút, sau khi đổi danh sách điều tra viên. (Assignment sheets again.)"""
    from danvan_study.pipeline import write_assignments  # noqa: PLC0415 -- as above

    for name in write_assignments(context.obj, wave):
        out.print(name)


@sample_app.command("visits")
def visits(
    context: typer.Context,
    wave: WaveId,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Bảng phân công đã điền. (Filled sheets.)")],
) -> None:
    """Nhận bảng phân công đã điền: mỗi lần đến một hộ là một dòng trong data/visits. (Read the attempts.)"""
    from danvan_study.pipeline import bring_visits  # noqa: PLC0415 -- as above

    name, count = bring_visits(context.obj, wave, files)
    out.print(say("{file}: visits: {count}", file=name, count=count))


@sample_app.command("close")
def close(context: typer.Context, wave: WaveId) -> None:
    """Hết đợt: ghi vào mẫu số hộ đã đến của từng thôn, theo lượt thăm. (Households gone to, for the weights.)"""
    from danvan_study.pipeline import close_sample  # noqa: PLC0415 -- as above

    unfinished = close_sample(context.obj, wave)
    for village, gone, listed in unfinished:
        out.print(say("{village}: households {gone}/{listed}", village=village, gone=gone, listed=listed))
    out.print(say("{wave}: villages not finished: {count}", wave=wave, count=len(unfinished)))


def _cells(part: AreaPlan) -> tuple[str, ...]:
    counts = (part.adults, part.villages, part.in_frame, part.interviews, part.households)
    return (*map(str, counts), *(_comma(value) for value in (part.margin, part.change, part.margin_year)))


def _line(name: str, cells: tuple[str, ...]) -> str:
    columns = (cell.rjust(len(str(head))) for cell, head in zip(cells, HEAD, strict=True))
    return f"{name[:WIDEST_NAME]:{WIDEST_NAME}}  {'  '.join(columns)}"


def _comma(value: float, digits: int = 1) -> str:
    return f"{value:.{digits}f}".replace(".", ",")
