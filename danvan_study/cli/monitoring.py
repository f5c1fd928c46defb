"""The verbs that look after fieldwork: checks, the monitoring page, corrections."""

from __future__ import annotations

from collections import Counter
from pathlib import Path  # noqa: TC003 -- typer reads the annotations
from typing import Annotated

import typer

from danvan_study.cli.console import out
from danvan_study.cli.verbs import Verbs
from danvan_study.messages import say

monitoring_app = Verbs()

WaveId = Annotated[str, typer.Argument(metavar="WAVE", help="The wave, such as 2026q3.")]


@monitoring_app.command("check-wave")
def check_wave(context: typer.Context, wave: WaveId) -> None:
    """Check the interviews that came in; write down what has to be asked again."""
    from danvan_study.pipeline import check_fieldwork  # noqa: PLC0415 -- danvan --help need not wait for pandas

    findings, name = check_fieldwork(context.obj, wave)
    kinds = zip(findings["severity"].tolist(), findings["check"].tolist(), strict=True)
    for (severity, check), count in Counter(kinds).items():
        out.print(f"{count:5d}  {severity:8s}  {check}")
    out.print(say("{wave}: findings: {count} -> {file}", wave=wave, count=len(findings), file=name))


@monitoring_app.command()
def monitor(context: typer.Context, wave: WaveId) -> None:
    """Make the monitoring page (HTML, for a telephone too) and its workbook (XLSX)."""
    from danvan_study.pipeline import monitor_wave  # noqa: PLC0415 -- as above

    for name in monitor_wave(context.obj, wave):
        out.print(name)


@monitoring_app.command()
def corrections(context: typer.Context, wave: WaveId) -> None:
    """Make the workbook in which the supervisor decides on the findings."""
    from danvan_study.pipeline import offer_corrections  # noqa: PLC0415 -- as above

    name, count = offer_corrections(context.obj, wave)
    out.print(say("{file}: findings to decide on: {count}", file=name, count=count))


@monitoring_app.command()
def correct(
    context: typer.Context,
    wave: WaveId,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The filled workbook, XLSX.")],
) -> None:
    """Take the decisions down in data/corrections/WAVE.csv."""
    from danvan_study.pipeline import record_decisions  # noqa: PLC0415 -- as above

    name, count = record_decisions(context.obj, wave, file)
    out.print(say("{file}: lines added: {count}", file=name, count=count))


@monitoring_app.command()
def review(context: typer.Context, wave: WaveId) -> None:
    """Prove that clean data = raw data + corrections."""
    from danvan_study.pipeline import review_wave  # noqa: PLC0415 -- as above

    proof = review_wave(context.obj, wave)
    for (action, reason), count in proof.lines.items():
        out.print(f"{count:5d}  {action:8s}  {reason}")
    out.print(
        say(
            "{wave}: cells that agree: {cells}; changed: {changed}; interviews removed: {removed}",
            wave=wave,
            cells=proof.cells,
            changed=proof.changed,
            removed=proof.removed,
        )
    )


@monitoring_app.command("keep-traces")
def keep_traces(
    context: typer.Context,
    wave: WaveId,
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="CSV of positions, or event logs (audit).")],
) -> None:
    """Keep positions and event logs of the devices, encrypted, for the checks alone."""
    from danvan_study.pipeline import keep_wave_traces  # noqa: PLC0415 -- as above

    for name in keep_wave_traces(context.obj, wave, files):
        out.print(name)
