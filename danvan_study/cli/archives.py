"""The verbs that keep and prove a study: its archive, back into a folder, every result made again."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 -- typer reads the annotations
from typing import TYPE_CHECKING, Annotated

import typer

from danvan_study.cli.console import err, out
from danvan_study.cli.verbs import Verbs
from danvan_study.messages import joined, say

if TYPE_CHECKING:
    from danvan_study.pipeline import Verdict

archives_app = Verbs()

MOST_TOLD = 10
RELATIONS = {
    "same": say("the same as in the archive"),
    "grown": say("has grown since the archive was made"),
    "redacted": say("interviews were withdrawn since: make a new archive and destroy this one"),
    "gone": say("is no longer here"),
    "other": say("does NOT follow from the archive: look at data/raw"),
}


@archives_app.command()
def archive(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="The archive, on another disk.")] = None,
    *,
    check: Annotated[bool, typer.Option("--check", help="Check an archive byte by byte.")] = False,
) -> None:
    """Archive the whole study in one file that can be checked; without a file, list the archives."""
    from danvan_study.pipeline import (  # noqa: PLC0415 -- danvan --help need not wait for pandas
        archive_study,
        check_archive,
        list_archives,
    )
    from danvan_study.pipeline.copies import named_backups  # noqa: PLC0415 -- as above

    if file is None:
        for each in list_archives(context.obj):
            size = say("{count} bytes", count=each.size)
            out.print(f"{each.made_at}  {each.name}  {size}  {each.sha256}")
        for backup in named_backups(context.obj):
            out.print(say("copy that study.toml names: {backup}", backup=backup))
        return
    if check:
        relations = check_archive(context.obj, file)
        for wave, relation in relations.items():
            out.print(joined((wave, RELATIONS[relation]), ": "))
        if {"gone", "other"} & set(relations.values()):
            err.print(say("{file}: whole, but the data here do not follow from it.", file=file.name))
            raise typer.Exit(1)
        out.print(say("{file}: whole.", file=file.name))
        return
    made = archive_study(context.obj, file)
    size = say("{count} bytes", count=made.size)
    out.print(f"{made.name}: {size}, SHA-256 {made.sha256}")


@archives_app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The archive.")],
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A new, empty folder.")],
) -> None:
    """Open an archive into a new folder, checked byte by byte."""
    from danvan_study.pipeline import restore_study  # noqa: PLC0415 -- as above

    count = restore_study(file, folder)
    out.print(say("{folder}: {count} files, whole.", folder=folder, count=count))


@archives_app.command()
def verify(
    context: typer.Context,
    waves: Annotated[
        list[str] | None, typer.Argument(metavar="WAVE", help="Empty: every wave that has results.")
    ] = None,
) -> None:
    """Make every result again from the raw data in an empty folder, and compare byte by byte."""
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
    undo: Annotated[bool, typer.Option("--undo", help="Take the last move back, byte by byte.")] = False,
) -> None:
    """Move a study made with an older version to this one; raw data stay as they are."""
    from danvan_study.pipeline.migrate import migrate_study, undo_migration  # noqa: PLC0415 -- as above

    moved = undo_migration(context.obj) if undo else migrate_study(context.obj)
    if moved is None:
        out.print(say("There is nothing to move."))
        return
    for step in moved.steps:
        out.print(step)
    back = f"{moved.to} → {moved.start}" if undo else f"{moved.start} → {moved.to}"
    out.print(f"schema {back}: {', '.join(moved.files)}")
    if not undo:
        out.print(say("Kept as it was before: {record}; to go back: danvan migrate --undo", record=moved.record))


@archives_app.command()
def explain(
    context: typer.Context,
    wave: Annotated[str, typer.Argument(metavar="WAVE", help="The wave, such as 2026q3.")],
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="Name of the question in the form.")],
    *,
    which: Annotated[
        list[str] | None,
        typer.Argument(metavar="KEY=VALUE", help="area=…, sex=1, answer=5, period=…; empty: everybody in the wave."),
    ] = None,
) -> None:
    """Follow a figure of the brief back to the raw data."""
    from danvan_study.pipeline import explain_figure  # noqa: PLC0415 -- as above

    told = explain_figure(context.obj, wave, question, which=which or ())
    for line in (told.wording, told.about, *(f"  {figure}" for figure in told.figures)):
        out.print(line)
    for step, what in told.making:
        out.print(f"{step!s:12}  {what}")


def _tell(verdict: Verdict) -> None:
    how = say("byte for byte") if verdict.by_bytes else say("published tables, cell by cell")
    by = say("; made by {others}", others=", ".join(verdict.others)) if verdict.others else ""
    if not verdict.differences:
        same = say(
            "{folder}: {files} files made again are the same ({how}{by})",
            folder=verdict.folder,
            files=verdict.files,
            how=how,
            by=by,
        )
        out.print(same)
        return
    first = verdict.differences[0]
    err.print(
        say(
            "{folder}: {count} of {files} files differ ({how}{by}); the first stage that differs: {stage}",
            folder=verdict.folder,
            count=len(verdict.differences),
            files=verdict.files,
            how=how,
            by=by,
            stage=first.stage,
        )
    )
    if not verdict.same_code:
        err.print(say("  The code has changed since the last run: danvan run"))
    for each in verdict.differences[:MOST_TOLD]:
        err.print(joined((f"  {each.stage}", each.file, each.what), ": "))
