"""The verbs that keep and prove a study: its archive, back into a folder, every result made again."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 -- typer reads the annotations
from typing import TYPE_CHECKING, Annotated

import typer

from danvan_study.cli.console import err, out

if TYPE_CHECKING:
    from danvan_study.pipeline import Verdict

archives_app = typer.Typer()

MOST_TOLD = 10
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


@archives_app.command()
def verify(
    context: typer.Context,
    waves: Annotated[
        list[str] | None, typer.Argument(metavar="[WAVE]...", help="Bỏ trống: mọi đợt đã có kết quả. (Default: all.)")
    ] = None,
) -> None:
    """Làm lại mọi kết quả từ số liệu gốc ở thư mục trống, so từng byte. (Make everything again and compare.)"""
    from danvan_study.pipeline import verify_study  # noqa: PLC0415 -- as above

    verdicts = verify_study(context.obj, waves or ())
    for each in verdicts:
        _tell(each)
    if any(each.differences for each in verdicts):
        raise typer.Exit(1)


@archives_app.command()
def migrate(
    context: typer.Context,
    *,
    undo: Annotated[
        bool, typer.Option("--undo", help="Đưa về như trước lần chuyển gần nhất, từng byte. (Take it back.)")
    ] = False,
) -> None:
    """Chuyển cuộc khảo sát lập bằng bản cũ sang bản này; số liệu gốc không đổi. (Move an older study to this kit.)"""
    from danvan_study.pipeline.migrate import migrate_study, undo_migration  # noqa: PLC0415 -- as above

    moved = undo_migration(context.obj) if undo else migrate_study(context.obj)
    if moved is None:
        out.print("Không có gì phải chuyển. (Nothing to move.)")
        return
    for step in moved.steps:
        out.print(step, markup=False)
    back = f"{moved.to} → {moved.start}" if undo else f"{moved.start} → {moved.to}"
    out.print(f"schema {back}: {', '.join(moved.files)}", markup=False, soft_wrap=True)
    if not undo:
        out.print(f"Bản trước khi chuyển (before): {moved.record}; trở lại (back): danvan migrate --undo")


@archives_app.command()
def explain(
    context: typer.Context,
    wave: Annotated[str, typer.Argument(metavar="WAVE", help="Đợt khảo sát, ví dụ 2026q3. (Wave.)")],
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="Tên câu hỏi trong phiếu. (Question.)")],
    *,
    which: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[KEY=VALUE]...", help="area=…, sex=1, answer=5, period=…; bỏ trống: mọi người trong đợt."
        ),
    ] = None,
) -> None:
    """Từ một con số trong bản tin lần về số liệu gốc. (From a figure back to the raw files and the code.)"""
    from danvan_study.pipeline import explain_figure  # noqa: PLC0415 -- as above

    told = explain_figure(context.obj, wave, question, which=which or ())
    for line in (told.wording, told.about, *(f"  {figure}" for figure in told.figures)):
        out.print(line, markup=False, soft_wrap=True)
    for step, what in told.making:
        out.print(f"{step:12}  {what}", markup=False, soft_wrap=True)


def _tell(verdict: Verdict) -> None:
    how = "từng byte (byte for byte)" if verdict.by_bytes else "từng ô của bảng công bố (published tables, by cell)"
    by = f"; bằng {', '.join(verdict.others)}" if verdict.others else ""
    if not verdict.differences:
        out.print(f"{verdict.folder}: {verdict.files} tệp làm lại giống {how}{by}", markup=False, soft_wrap=True)
        return
    first = verdict.differences[0]
    err.print(
        f"{verdict.folder}: {len(verdict.differences)} trong {verdict.files} tệp khác khi so {how}{by}; "
        f"khác từ khâu {first.stage}",
        markup=False,
        soft_wrap=True,
    )
    if not verdict.same_code:
        err.print("  Mã nguồn đã đổi từ lần chạy trước (the code is another one): danvan run", markup=False)
    for each in verdict.differences[:MOST_TOLD]:
        err.print(f"  {each.stage}: {each.file}: {each.what}", markup=False, soft_wrap=True)
