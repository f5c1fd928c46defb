"""``danvan form``: what is done with a questionnaire before it is in the field."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from danvan_study.cli.console import err, out
from danvan_study.messages import joined, say

form_app = typer.Typer(
    help="Phiếu hỏi: kiểm tra, so sánh, đóng băng, in, xem thử. (Questionnaires.)", no_args_is_help=True
)

MISTAKE = 1

FormFile = Annotated[Path, typer.Argument(metavar="FORM", help="Phiếu XLSForm, tệp .xlsx. (An XLSForm.)")]


@form_app.command("lint")
def lint(form: FormFile) -> None:
    """Kiểm tra phiếu theo mọi quy tắc: nêu trang, dòng, cột, lỗi và cách sửa. (Check a form by every rule.)"""
    from danvan_study.pipeline import lint_file  # noqa: PLC0415 -- danvan --help need not wait for pandas

    complaints = lint_file(form)
    for complaint in complaints:
        out.print(joined((say("Note") if complaint.is_warning else say("Error"), complaint.message), ": "))
    mistakes = sum(not complaint.is_warning for complaint in complaints)
    if mistakes:
        err.print(say("{file}: mistakes: {count}", file=form.name, count=mistakes))
        raise typer.Exit(MISTAKE)
    out.print(say("{file}: in order.", file=form.name))


@form_app.command("build")
def build(
    context: typer.Context,
    form: FormFile,
    use: Annotated[
        str, typer.Option(help="wave, pilot (thử nghiệm) hoặc training (tập huấn). (What it is for.)")
    ] = "wave",
) -> None:
    """Làm tệp cho máy tính bảng; phiếu tập huấn được đánh dấu để không lẫn vào đợt. (Make the files for tablets.)"""
    from danvan_study.codebook import FormUse  # noqa: PLC0415 -- as above
    from danvan_study.pipeline import build_file  # noqa: PLC0415 -- as above

    if use not in set(FormUse):
        raise typer.BadParameter(f"{', '.join(FormUse)}", param_hint="--use")
    for name in build_file(context.obj, form, use=FormUse(use)):
        out.print(name)


@form_app.command("diff")
def diff(
    context: typer.Context,
    old: Annotated[Path, typer.Argument(metavar="OLD", help="Bản cũ. (The old version.)")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="Bản mới. (The new version.)")],
) -> None:
    """So hai bản phiếu: ô nào đã sửa, câu nào không còn so sánh được. (Cells changed, trends broken.)"""
    from danvan_study.pipeline import compare_forms  # noqa: PLC0415 -- as above

    cells, breaks = compare_forms(context.obj, old, new)
    out.print(say("cells that differ: {count}", count=len(cells)))
    for cell in cells:
        what = f'"{cell.old}" -> "{cell.new}"' if cell.column else f'- "{cell.old}"' if cell.old else f'+ "{cell.new}"'
        out.print(f"  {cell.sheet} / {cell.key}{f' / {cell.column}' if cell.column else ''}: {what}")
    out.print(say("questions whose trend is broken: {count}; all others can be compared", count=len(breaks)))
    for each in breaks:
        out.print(f"  {each.question} ({each.reason}), {each.old_version} -> {each.new_version}")


@form_app.command("freeze")
def freeze(context: typer.Context, forms: Annotated[list[Path], typer.Argument(metavar="FORM...")]) -> None:
    """Đóng băng phiếu trước khi ra thực địa: sửa nữa thì bị từ chối. (Freeze a form before the field.)"""
    from danvan_study.pipeline import freeze_form  # noqa: PLC0415 -- as above

    for form in forms:
        out.print(say("frozen: {form}", form=freeze_form(context.obj, form)))


@form_app.command("preview")
def preview(
    form: FormFile,
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Ghi vào tệp này. (Where to write.)")] = None,
) -> None:
    """Làm một trang HTML mở được không cần mạng để xem thử và tập huấn. (One page to try the form out.)"""
    from danvan_study.pipeline import preview_file, write_outside  # noqa: PLC0415 -- as above

    target = to or form.with_suffix(".html")
    write_outside(target, preview_file(form))
    out.print(str(target))


@form_app.command("print")
def print_form(
    form: FormFile,
    language: Annotated[str, typer.Option(help="Ngôn ngữ: vi hoặc en. (Language.)")] = "vi",
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Ghi vào tệp này. (Where to write.)")] = None,
) -> None:
    """Làm phiếu giấy (DOCX) để in: cùng câu chữ, cùng mã, cùng bước nhảy. (A questionnaire to print.)"""
    from danvan_study.pipeline import print_file, write_outside  # noqa: PLC0415 -- as above

    target = to or form.with_suffix(".docx")
    write_outside(target, print_file(form, language=language))
    out.print(str(target))
