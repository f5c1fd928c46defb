"""``danvan form``: what is done with a questionnaire before it is in the field."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from danvan_study.cli.console import err, out

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
        out.print(f"{'Lưu ý' if complaint.is_warning else 'Lỗi'}: {complaint}", markup=False)
    mistakes = sum(not complaint.is_warning for complaint in complaints)
    if mistakes:
        err.print(f"{form.name}: {mistakes} lỗi (mistakes).")
        raise typer.Exit(MISTAKE)
    out.print(f"{form.name}: đạt (in order).")
