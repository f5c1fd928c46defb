"""The verb that starts a new study."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 -- typer reads the annotations
from typing import Annotated

import typer

from danvan_study.cli.console import out
from danvan_study.messages import say

init_app = typer.Typer()


@init_app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Thư mục mới. (New folder.)")],
    *,
    wave: Annotated[str, typer.Option("--wave", metavar="WAVE", help="Đợt đầu tiên, ví dụ 2027q1. (First wave.)")],
    province: Annotated[
        str,
        typer.Option(
            help="thai-nguyen, bac-kan, quang-ninh, dien-bien, binh-phuoc; không nêu: tự điền địa bàn. (Or none.)"
        ),
    ] = "",
    districts: Annotated[
        list[str] | None,
        typer.Option("--district", help="Chỉ huyện này; nêu được nhiều lần. (Only these districts.)"),
    ] = None,
) -> None:
    """Lập thư mục cho một cuộc khảo sát mới. (Start a new study folder.)"""
    from danvan_study.pipeline import NewStudy, init_study  # noqa: PLC0415 -- danvan --help need not wait for pandas

    asked = NewStudy(wave=wave, province=province, districts=tuple(districts or ()))
    for name in init_study(folder, asked):
        out.print(f"{folder / name}")
    if province:
        out.print(say("Next: danvan --study {folder} check", folder=folder))
    else:
        table = folder / "data" / "areas" / "areas.csv"
        out.print(say("Fill in {table}, then: danvan --study {folder} areas lists", table=table, folder=folder))
