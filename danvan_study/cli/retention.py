"""The verbs that look after the records: the dossier of a wave, what is kept until when, what is destroyed."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

import typer

from danvan_study.cli.console import err, out

retention_app = typer.Typer()

CODE = re.compile(r"[a-z][a-z0-9_]{1,29}")


@retention_app.command()
def dossier(
    context: typer.Context,
    wave: Annotated[str, typer.Argument(metavar="WAVE", help="Đợt khảo sát, ví dụ 2026q3. (Wave.)")],
) -> None:
    """Gom hồ sơ của đợt vào một thư mục, kể ra phần còn thiếu. (Assemble the wave's dossier; tell what is missing.)"""
    from danvan_study.pipeline import assemble_dossier  # noqa: PLC0415 -- danvan --help need not wait for pandas

    name, missing = assemble_dossier(context.obj, wave)
    for what in missing:
        err.print(f"Còn thiếu (missing): {what}", markup=False)
    out.print(f"{name}: thiếu {len(missing)} điều (missing).", markup=False)


@retention_app.command()
def retention(
    context: typer.Context,
    *,
    destroy: Annotated[bool, typer.Option("--destroy", help="Huỷ những gì đã quá hạn. (Destroy what is due.)")] = False,
    who: Annotated[str, typer.Option(metavar="CODE", help="Mã người huỷ, không phải tên. (Your code.)")] = "",
    erased_in: Annotated[
        str, typer.Option("--erased-in", metavar="COPY", help="Bản sao này đã xoá xong. (This copy is erased too.)")
    ] = "",
) -> None:
    """Cho biết tệp nào giữ đến bao giờ; huỷ tệp quá hạn, có ghi sổ. (What is kept until when; destroy.)"""
    from danvan_study.pipeline import destroy_due, note_erased, take_stock  # noqa: PLC0415 -- as in the others

    today = date.today()  # noqa: DTZ011 -- the office's day
    if erased_in:
        note_erased(context.obj, erased_in)
    account = take_stock(context.obj)
    for each in account.holdings:
        until = "giữ lâu dài" if each.due == date.max else f"đến {each.due:%d/%m/%Y}"
        mark = "QUÁ HẠN" if each.due < today else ""
        out.print(f"{each.wave:10}  {each.title:24}  {until:15}  {mark:8}  {each.path}", markup=False, soft_wrap=True)
    if not account.holdings:
        out.print("Không giữ tệp nào của người thật. (Nothing of real people is kept.)")
    for line in account.requests:
        err.print(
            f"Yêu cầu rút số {line['request']} ({line['wave']}) chưa xong: trả lời trước {line['answer_by']}, "
            f"xoá trước {line['erase_by']}. (Open withdrawal.)",
            markup=False,
        )
    if destroy and any(each.due < today for each in account.holdings):
        if not CODE.fullmatch(who):
            raise typer.BadParameter("chữ thường, số, _ (a code, not a name)", param_hint="--who")
        typer.confirm("Huỷ những tệp quá hạn, không lấy lại được. Tiếp tục? (Go on?)", abort=True)
        for each in destroy_due(context.obj, today=today, who=who):
            out.print(f"đã huỷ (destroyed): {each.path}, {each.files} tệp", markup=False)
            if each.kind == "responses":
                err.print(f"Xoá cả số liệu đợt {each.wave} trên máy chủ, nếu còn. (On the server too.)", markup=False)
        account = take_stock(context.obj)
    for backup in account.backups:
        err.print(f"Còn phải xoá trong bản sao (erase in): {backup}", markup=False)
