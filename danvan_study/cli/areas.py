"""The verbs of administrative units: what became of which, who lives there, which villages there are."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 -- typer reads the annotations
from typing import Annotated

import typer

from danvan_study.cli.console import err, out
from danvan_study.messages import say

areas_app = typer.Typer(
    help="Đơn vị hành chính cũ và mới, dân số, mảng chỉnh quyền số. (Units, population, margins.)", no_args_is_help=True
)

MISTAKE = 1


@areas_app.command("check")
def check_tables(context: typer.Context) -> None:
    """Chứng minh mọi tổng khớp nhau, kể ra mọi liên kết còn nghi vấn. (Prove the sums, list doubtful links.)"""
    from danvan_study.pipeline import check_areas  # noqa: PLC0415 -- danvan --help need not wait for pandas

    account = check_areas(context.obj)
    out.print(*account.lines, sep="\n")
    if account.mistakes:
        err.print(say("places that do not agree: {count}", count=account.mistakes))
        raise typer.Exit(MISTAKE)


@areas_app.command("convert")
def convert(
    units: Annotated[list[str], typer.Argument(metavar="UNIT...", help="Ví dụ 2025-07-01:01849 hoặc n2025_01849.")],
) -> None:
    """Cho biết đơn vị cũ thành đơn vị mới nào, hoặc ngược lại. (Old to new and new to old, with shares.)"""
    from danvan_study.pipeline import convert_unit  # noqa: PLC0415 -- as above

    for unit in units:
        out.print(*convert_unit(unit), sep="\n")


@areas_app.command("margins")
def margins(
    context: typer.Context,
    totals: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]...", help="Số dân mới hơn: CSV, hoặc tệp xuất của cơ quan thống kê."),
    ] = None,
    *,
    bands: Annotated[
        str, typer.Option(help="Các nhóm tuổi của phiếu. (Age bands of the form.)")
    ] = "18_29,30_44,45_59,60_plus",
    as_of: Annotated[str, typer.Option(help="Ngày của số dân mới. (Day of the newer totals.)")] = "2019-04-01",
) -> None:
    """Ghi các bảng dân số để chỉnh quyền số, từ Tổng điều tra 2019. (Write the margins of study.toml.)"""
    from danvan_study.pipeline import write_margins  # noqa: PLC0415 -- as above

    lines = write_margins(context.obj, totals or (), bands=bands.split(","), as_of=as_of)
    out.print(*lines, sep="\n")


@areas_app.command("lists")
def lists(context: typer.Context) -> None:
    """Ghi tỉnh, huyện, xã mà phiếu cho chọn, theo bảng địa bàn. (Write the places that the form offers.)"""
    from danvan_study.pipeline import write_place_lists  # noqa: PLC0415 -- as above

    out.print(*write_place_lists(context.obj), sep="\n")


@areas_app.command("frame")
def frame(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Danh sách thôn, xóm, tổ dân phố, CSV.")],
) -> None:
    """Đưa danh sách thôn vào data/frame, so với Tổng điều tra theo xã. (Bring in the village frame.)"""
    from danvan_study.pipeline import import_frame  # noqa: PLC0415 -- as above

    out.print(*import_frame(context.obj, file), sep="\n")
