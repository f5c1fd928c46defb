"""``danvan form``: what is done with a questionnaire before it is in the field."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from danvan_study.cli.console import err, out
from danvan_study.cli.verbs import Verbs
from danvan_study.messages import joined, say

form_app = Verbs("Questionnaires: check, compare, freeze, print, try out.")

MISTAKE = 1

FormFile = Annotated[Path, typer.Argument(metavar="FORM", help="An XLSForm, .xlsx.")]


@form_app.command("lint")
def lint(form: FormFile) -> None:
    """Check a form by every rule: sheet, row, column, mistake and cure."""
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
        str, typer.Option(metavar="wave|pilot|training", help="What it is for: wave, pilot or training.")
    ] = "wave",
) -> None:
    """Make the files for tablets; a training form is marked, lest its answers get into a wave."""
    from danvan_study.codebook import FormUse  # noqa: PLC0415 -- as above
    from danvan_study.pipeline import build_file  # noqa: PLC0415 -- as above

    if use not in set(FormUse):
        raise typer.BadParameter(f"{', '.join(FormUse)}", param_hint="--use")
    for name in build_file(context.obj, form, use=FormUse(use)):
        out.print(name)


@form_app.command("diff")
def diff(
    context: typer.Context,
    old: Annotated[Path, typer.Argument(metavar="OLD", help="The old version.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The new version.")],
) -> None:
    """Compare two versions of a form: cells changed, questions that can't be compared any more."""
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
def freeze(
    context: typer.Context, forms: Annotated[list[Path], typer.Argument(metavar="FORM", help="An XLSForm, .xlsx.")]
) -> None:
    """Freeze a form before it goes into the field: later changes are refused."""
    from danvan_study.pipeline import freeze_form  # noqa: PLC0415 -- as above

    for form in forms:
        out.print(say("frozen: {form}", form=freeze_form(context.obj, form)))


@form_app.command("preview")
def preview(
    form: FormFile,
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Write into this file.")] = None,
) -> None:
    """Make one HTML page to try the form out and to train with, without a network."""
    from danvan_study.pipeline import preview_file, write_outside  # noqa: PLC0415 -- as above

    target = to or form.with_suffix(".html")
    write_outside(target, preview_file(form))
    out.print(str(target))


@form_app.command("print")
def print_form(
    form: FormFile,
    language: Annotated[str, typer.Option(metavar="vi|en", help="Language: vi or en.")] = "vi",
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Write into this file.")] = None,
) -> None:
    """Make the questionnaire on paper (DOCX): the same words, codes and skips."""
    from danvan_study.pipeline import print_file, write_outside  # noqa: PLC0415 -- as above

    target = to or form.with_suffix(".docx")
    write_outside(target, print_file(form, language=language))
    out.print(str(target))
