"""The ``danvan`` command: verbs only. It decides nothing and computes nothing."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.exceptions import TyperException

from danvan_study import __version__
from danvan_study.cli.archives import archives_app
from danvan_study.cli.areas import areas_app
from danvan_study.cli.backcheck import backcheck_app
from danvan_study.cli.brief import brief_app
from danvan_study.cli.console import err, out, speak_utf8
from danvan_study.cli.exchange import exchange_app
from danvan_study.cli.field import field_app
from danvan_study.cli.form import form_app
from danvan_study.cli.init import init_app
from danvan_study.cli.monitoring import monitoring_app
from danvan_study.cli.open_answers import open_app
from danvan_study.cli.retention import retention_app
from danvan_study.cli.sampling import sample_app
from danvan_study.cli.simulation import simulation_app
from danvan_study.cli.usage import tell_usage, where_to_look
from danvan_study.cli.verbs import Verbs
from danvan_study.errors import StudyError, reason_of
from danvan_study.messages import LANGUAGE, LANGUAGES, say

if TYPE_CHECKING:
    from danvan_study.pipeline import WaveOutput

app = Verbs(
    "Kit for opinion surveys: from the questionnaire to the quarterly brief.",
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(init_app)
app.add_typer(areas_app, name="areas")
app.add_typer(form_app, name="form")
app.add_typer(sample_app, name="sample")
app.add_typer(backcheck_app, name="backcheck")
app.add_typer(brief_app, name="brief")
app.add_typer(field_app)
app.add_typer(monitoring_app)
app.add_typer(retention_app)
app.add_typer(simulation_app)
app.add_typer(exchange_app)
app.add_typer(archives_app)
app.add_typer(open_app, name="open")

USER_ERROR = 2
INTERRUPTED = 130

WaveId = Annotated[str, typer.Argument(metavar="WAVE", help="The wave, such as 2026q3.")]


def _speak_english(*, asked: bool) -> bool:
    if asked:
        os.environ[LANGUAGE] = "en"
    return asked


@app.callback()
def _study(
    context: typer.Context,
    study: Annotated[Path, typer.Option("--study", metavar="DIR", help="The folder that holds study.toml.")] = Path(),
    *,
    _english: Annotated[
        bool,
        typer.Option(
            "--english", is_eager=True, callback=_speak_english, help="Speak English, as DANVAN_LANG=en does."
        ),
    ] = False,
) -> None:
    if (word := os.environ.get(LANGUAGE, "vi")) not in LANGUAGES:
        raise StudyError(
            LANGUAGE, say('"{word}" is not known.', word=word), say("Write one of {known}.", known=", ".join(LANGUAGES))
        )
    context.obj = study


@app.command()
def run(  # noqa: PLR0913 -- each option of the command is one
    context: typer.Context,
    waves: Annotated[list[str] | None, typer.Argument(metavar="WAVE", help="Empty: every wave that has data.")] = None,
    *,
    notebooks: Annotated[bool, typer.Option("--notebooks", help="Run the chapters of the newest wave, too.")] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Make results again whose inputs haven't changed, too.")
    ] = False,
    processes: Annotated[
        int,
        typer.Option("--processes", min=0, metavar="N", help="Number of processes; 0: as many as the machine bears."),
    ] = 0,
    scheduler: Annotated[
        str,
        typer.Option("--scheduler", metavar="tcp://…|tls://…", help="Give the work to Dask instead of processes."),
    ] = "",
) -> None:
    """Make every result, from the raw data to the brief."""
    from danvan_study.pipeline import (  # noqa: PLC0415 -- danvan --help need not wait for pandas
        open_workers,
        run_chapters,
        run_study,
    )

    with open_workers(context.obj, processes=processes, scheduler=scheduler) as executor:
        outputs = run_study(context.obj, waves or (), tell=_tell_wave, again=again, executor=executor)
    out.print(say("Latest brief: {file}", file=outputs[-1].brief))
    if notebooks:
        out.print(say("Chapters: {folder}", folder=run_chapters(context.obj, outputs[-1].wave)))


@app.command()
def compare(
    context: typer.Context,
    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID", help="Ids of [[review]] blocks; empty: all of them."),
    ] = None,
) -> None:
    """Compare two long spans, and the areas of a pilot with others."""
    from danvan_study.pipeline import review_study  # noqa: PLC0415 -- as above

    for written in review_study(context.obj, ids or ()):
        out.print(f"{written / 'review.html'}")


@app.command()
def chapters(context: typer.Context, wave: WaveId) -> None:
    """Run the chapters in notebooks for a wave and keep what they show."""
    from danvan_study.pipeline import run_chapters  # noqa: PLC0415 -- as above

    out.print(f"{run_chapters(context.obj, wave)}")


@app.command()
def check(context: typer.Context) -> None:
    """Check study.toml, the forms, the tables and the raw data; write nothing."""
    from danvan_study.pipeline import check_study  # noqa: PLC0415 -- as above

    for line in check_study(context.obj):
        out.print(line)


@app.command("import")
def import_raw(
    context: typer.Context,
    wave: WaveId,
    *,
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Exports of KoboToolbox, SPSS or Stata.")],
    source: Annotated[str, typer.Option(metavar="TEXT", help="Where the data come from, in words.")] = "danvan import",
) -> None:
    """Take files of data into data/raw, with a list of their SHA-256."""
    from danvan_study.pipeline import import_raw_files  # noqa: PLC0415 -- as above

    count = import_raw_files(context.obj, wave, files, source=source)
    out.print(say("{wave}: submissions in data/raw/{wave}: {count}", wave=wave, count=count))


@app.command("import-log")
def import_log(
    context: typer.Context,
    wave: WaveId,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Cleaning log of another tool, CSV.")],
) -> None:
    """Turn a cleaning log into data/corrections/WAVE.csv."""
    from danvan_study.pipeline import import_cleaning_log  # noqa: PLC0415 -- as above

    out.print(import_cleaning_log(context.obj, wave, file))


@app.command()
def version() -> None:
    """Tell the version."""
    out.print(__version__)


def _tell_wave(output: WaveOutput) -> None:
    out.print(
        say(
            "{wave}: submissions {submissions}, interviews used {interviews}, figures published {published}, "
            "held back {suppressed} -> {brief}{fresh}",
            wave=output.wave,
            submissions=output.submissions,
            interviews=output.interviews,
            published=output.published,
            suppressed=output.suppressed,
            brief=output.brief,
            fresh=say(" (unchanged)") if output.is_fresh else "",
        )
    )


def _end_in_order() -> None:
    """Let ``kill`` or a window that is closed end a command as Ctrl-C does, so that it takes away what it laid apart.

    What ``danvan verify`` makes again lies readable in a folder of the system until then. Whoever starts a command by
    ``nohup`` wants it to stay.
    """
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows knows no SIGHUP
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


def main() -> None:
    """Run the command; a user's mistake is one message on stderr and exit status 2."""
    speak_utf8()
    _end_in_order()
    try:
        status = app(prog_name="danvan", standalone_mode=False)
    except StudyError as error:
        err.print(say("Error: {error}", error=error))
        sys.exit(USER_ERROR)
    except OSError as error:
        where = error.filename or say("the computer")
        err.print(
            say("Error: {where}: {reason}. Check free space and permissions.", where=where, reason=reason_of(error))
        )
        sys.exit(USER_ERROR)
    except TyperException as error:
        if type(error).__name__ == "NoArgsIsHelpError":  # its message is the help
            err.print(error.format_message())
        else:
            err.print(say("Error: {error}", error=tell_usage(error)))
            err.print(where_to_look(error))
        sys.exit(USER_ERROR)
    except (KeyboardInterrupt, typer.Abort):
        status = INTERRUPTED
    if status == INTERRUPTED:
        err.print(say("Stopped."))
    sys.exit(status or 0)
