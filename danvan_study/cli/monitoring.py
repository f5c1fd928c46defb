"""The verbs that look after fieldwork: checks, the monitoring page, corrections."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer

from danvan_study.cli.console import out

monitoring_app = typer.Typer()

WaveId = Annotated[str, typer.Argument(metavar="WAVE", help="Đợt khảo sát, ví dụ 2026q3. (Wave.)")]


@monitoring_app.command("check-wave")
def check_wave(context: typer.Context, wave: WaveId) -> None:
    """Kiểm tra phiếu đã thu, ghi những điều cần hỏi lại. (Check the interviews; write the findings.)"""
    from danvan_study.pipeline import check_fieldwork  # noqa: PLC0415 -- danvan --help need not wait for pandas

    findings, name = check_fieldwork(context.obj, wave)
    kinds = zip(findings["severity"].tolist(), findings["check"].tolist(), strict=True)
    for (severity, check), count in Counter(kinds).items():
        out.print(f"{count:5d}  {severity:8s}  {check}", markup=False)
    out.print(f"{wave}: {len(findings)} phát hiện (findings) -> {name}", markup=False)


@monitoring_app.command()
def monitor(context: typer.Context, wave: WaveId) -> None:
    """Trang theo dõi thực địa (HTML, mở được trên điện thoại) và bảng XLSX. (Monitoring page and workbook.)"""
    from danvan_study.pipeline import monitor_wave  # noqa: PLC0415 -- as above

    for name in monitor_wave(context.obj, wave):
        out.print(name, markup=False)
