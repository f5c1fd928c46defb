"""The verbs of the documents that an office hands up."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 -- typer reads the annotations
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from danvan_study.cli.console import err, out
from danvan_study.messages import joined, say

WRITE = "write"
MISTAKE = 1


class _WaveFirst(TyperGroup):
    """A group whose first word may be a wave: ``danvan brief 2026q3`` is ``danvan brief write 2026q3``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, "--help"}:
            args = [WRITE, *args]
        return super().parse_args(ctx, args)


brief_app = typer.Typer(
    cls=_WaveFirst,
    help="Bản tin của một kỳ: danvan brief WAVE. (The documents of a period.)",
    no_args_is_help=True,
)


@brief_app.command(WRITE)
def write(
    context: typer.Context,
    wave: Annotated[str, typer.Argument(metavar="WAVE", help="Đợt khảo sát, ví dụ 2026q3. (Wave.)")],
    *,
    period: Annotated[
        str, typer.Option("--period", metavar="Q|6T|9T|NAM", help="Kỳ kết thúc ở đợt này. (Period ending here.)")
    ] = "Q",
    lang: Annotated[
        str, typer.Option("--lang", metavar="vi|en", help="Ngôn ngữ; mặc định theo study.toml. (Language.)")
    ] = "",
    target: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Thư mục mới hoặc trống. (A new or empty folder.)")
    ] = None,
) -> None:
    """Làm báo cáo, tóm tắt, phụ lục, tờ địa bàn của một kỳ, ra một thư mục. (Report, summary, annex, area pages.)"""
    from danvan_study.pipeline import Edition, open_processes, write_brief  # noqa: PLC0415 -- danvan --help need not wait for pandas

    with open_processes() as executor:
        made = write_brief(context.obj, wave, Edition(period=period, language=lang), target=target, executor=executor)
    out.print(f"{made}")


@brief_app.command("lint")
def lint(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Bản đã sửa: .docx, .html, .md, .txt. (The edited text.)")
    ],
    *,
    wave: Annotated[
        str, typer.Option("--wave", metavar="WAVE", help="So mọi con số với bảng công bố của đợt. (Compare figures.)")
    ] = "",
) -> None:
    """Kiểm tra bản báo cáo sau khi sửa: chữ đi với số, không có tên người, đúng thể thức. (Check an edited text.)"""
    from danvan_study.pipeline import lint_brief  # noqa: PLC0415 -- as above

    findings = lint_brief(context.obj, file, wave=wave)
    for finding in findings:
        out.print(joined((say("Note") if finding.is_warning else say("Error"), str(finding)), ": "))
    mistakes = sum(not finding.is_warning for finding in findings)
    if mistakes:
        err.print(say("{file}: mistakes: {count}", file=file.name, count=mistakes))
        raise typer.Exit(MISTAKE)
    out.print(say("{file}: in order.", file=file.name))
