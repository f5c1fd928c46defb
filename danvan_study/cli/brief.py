"""The verbs of the documents that an office hands up."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 -- typer reads the annotations
from typing import Annotated, Any

import typer

from danvan_study.cli.console import err, out
from danvan_study.cli.verbs import VerbGroup, Verbs
from danvan_study.messages import joined, say

WRITE = "write"
MISTAKE = 1


class _WaveFirst(VerbGroup):
    """A group whose first word may be a wave: ``danvan brief 2026q3`` is ``danvan brief write 2026q3``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, "--help"}:
            args = [WRITE, *args]
        return super().parse_args(ctx, args)


brief_app = Verbs("The brief of a period: danvan brief WAVE.", group=_WaveFirst)


@brief_app.command(WRITE)
def write(
    context: typer.Context,
    wave: Annotated[str, typer.Argument(metavar="WAVE", help="The wave, such as 2026q3.")],
    *,
    period: Annotated[
        str, typer.Option("--period", metavar="Q|6T|9T|NAM", help="The period that ends with this wave.")
    ] = "Q",
    lang: Annotated[str, typer.Option("--lang", metavar="vi|en", help="Language; by study.toml unless given.")] = "",
    target: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="A new or empty folder.")] = None,
) -> None:
    """Make report, summary, annex and area pages of a period, into one folder."""
    from danvan_study.pipeline import Edition, open_processes, write_brief  # noqa: PLC0415 -- danvan --help need not wait for pandas

    with open_processes() as executor:
        made = write_brief(context.obj, wave, Edition(period=period, language=lang), target=target, executor=executor)
    out.print(f"{made}")


@brief_app.command("lint")
def lint(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The edited text: .docx, .html, .md, .txt.")],
    *,
    wave: Annotated[
        str, typer.Option("--wave", metavar="WAVE", help="Compare every figure with what was published of the wave.")
    ] = "",
) -> None:
    """Check an edited report: words that go with the figures, no names of people, the official form."""
    from danvan_study.pipeline import lint_brief  # noqa: PLC0415 -- as above

    findings = lint_brief(context.obj, file, wave=wave)
    for finding in findings:
        out.print(joined((say("Note") if finding.is_warning else say("Error"), finding.message), ": "))
    mistakes = sum(not finding.is_warning for finding in findings)
    if mistakes:
        err.print(say("{file}: mistakes: {count}", file=file.name, count=mistakes))
        raise typer.Exit(MISTAKE)
    out.print(say("{file}: in order.", file=file.name))
