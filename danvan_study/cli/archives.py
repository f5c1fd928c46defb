"""The verbs that keep a study: one file that holds it, what became of it since, and back into a folder."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 -- typer reads the annotations
from typing import Annotated

import typer

from danvan_study.cli.console import err, out

archives_app = typer.Typer()

RELATIONS = {
    "same": "như trong bản lưu (same)",
    "grown": "đã kéo thêm từ khi lưu (grown since)",
    "redacted": "có người đã rút phiếu từ khi lưu: làm bản mới, huỷ bản này (withdrawn since: replace this copy)",
    "gone": "không còn ở đây (gone here)",
    "other": "KHÔNG nối tiếp bản lưu: xem lại data/raw (does not follow from the archive)",
}


@archives_app.command()
def archive(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="Tệp lưu, ở đĩa khác. (Archive.)")] = None,
    *,
    check: Annotated[bool, typer.Option("--check", help="Soát tệp lưu đã có, từng byte. (Check it.)")] = False,
) -> None:
    """Lưu cả cuộc khảo sát vào một tệp soát được; không nêu tệp thì kể các bản đã lưu. (Archive the study; list.)"""
    from danvan_study.pipeline import (  # noqa: PLC0415 -- danvan --help need not wait for pandas
        archive_study,
        check_archive,
        list_archives,
    )

    if file is None:
        for each in list_archives(context.obj):
            out.print(f"{each.made_at}  {each.name}  {each.size} byte  {each.sha256}", markup=False, soft_wrap=True)
        return
    if check:
        relations = check_archive(context.obj, file)
        for wave, relation in relations.items():
            out.print(f"{wave}: {RELATIONS[relation]}", markup=False)
        if {"gone", "other"} & set(relations.values()):
            err.print(f"{file.name}: nguyên vẹn, nhưng số liệu ở đây không nối tiếp nó.", markup=False)
            raise typer.Exit(1)
        out.print(f"{file.name}: nguyên vẹn (whole).", markup=False)
        return
    made = archive_study(context.obj, file)
    out.print(f"{made.name}: {made.size} byte, SHA-256 {made.sha256}", markup=False, soft_wrap=True)


@archives_app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Tệp lưu. (Archive.)")],
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Thư mục mới, còn trống. (New folder.)")],
) -> None:
    """Mở tệp lưu ra một thư mục mới, soát từng byte. (Restore an archive into a new folder.)"""
    from danvan_study.pipeline import restore_study  # noqa: PLC0415 -- as above

    count = restore_study(file, folder)
    out.print(f"{folder}: {count} tệp, nguyên vẹn (whole).", markup=False)
