"""Submissions in, interviews and answers out; every row is accounted for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from danvan_study.categories import as_categories, kind_of
from danvan_study.codebook import Role
from danvan_study.collect.keep import keep_one_each, require_consent, set_practice_aside
from danvan_study.collect.report import CollectReport
from danvan_study.collect.submission import RECEIVED, Submission, SubmissionReader, find_field
from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.tables import MISSING, Answers, Interviews, Removed, Timings
from danvan_study.text import nfc

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from danvan_study.codebook import Codebook
    from danvan_study.study import Design, Study, Wave

STAGE = "collect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What collect makes of the submissions of a wave."""

    interviews: pd.DataFrame
    """:class:`~danvan_study.tables.Interviews`, in the order of arrival."""
    answers: pd.DataFrame
    """:class:`~danvan_study.tables.Answers`, questions in form order; ``missing`` and ``score`` still blank."""
    removed: pd.DataFrame
    """:class:`~danvan_study.tables.Removed`."""
    report: CollectReport
    timings: pd.DataFrame
    """:class:`~danvan_study.tables.Timings`."""
    unconsented: tuple[str, ...] = ()
    """Respondents without consent whose submissions hold answers nevertheless."""


def collect_responses(
    records: Iterable[Mapping[str, object]], *, codebooks: Mapping[str, Codebook], study: Study, wave: Wave
) -> Collected:
    """Read the submissions of a wave.

    Parameters
    ----------
    records
        Submissions as decoded: key to text, or to a list of such mappings for a repeat. Read once, and not held.
    codebooks
        Form version to codebook, for every form of the wave.

    Raises
    ------
    StudyError
        A submission names a form version that is not among several forms, a column or a label is ambiguous, a field
        of the design is prohibited, or no submission answers any question.
    """
    report = CollectReport()
    submissions, practice = set_practice_aside(
        _read_submissions(records, codebooks, study=study, report=report), study.design
    )
    single, repeated = keep_one_each(submissions, study.design)
    kept, refused = require_consent(single, study.design)
    removed = practice + repeated + refused
    report.kept = len(kept)
    report.removed.update(reason for _, reason in removed)
    assert report.received == report.kept + len(removed), "a submission was lost"
    return Collected(
        interviews=_tabulate_interviews(kept, study.design, wave=wave, report=report),
        answers=_tabulate_answers(kept),
        removed=_tabulate_removed(removed),
        report=report,
        timings=_tabulate_timings(kept, study.design),
        unconsented=tuple(
            name
            for name, submission in single.items()
            if name not in kept and _is_answered(submission, codebooks[submission.form_version])
        ),
    )


def _is_answered(submission: Submission, codebook: Codebook) -> bool:
    """Whether anything that only a consenting person is asked was answered."""
    asked = {question.name for question in codebook.questions if question.role in (Role.OPINION, Role.BACKGROUND)}
    return any(question.partition("[")[0] in asked for question in submission.questions)


def _read_submissions(
    records: Iterable[Mapping[str, object]],
    codebooks: Mapping[str, Codebook],
    *,
    study: Study,
    report: CollectReport,
) -> list[Submission]:
    readers = {
        version: SubmissionReader(version, codebook, study=study, report=report)
        for version, codebook in codebooks.items()
    }
    submissions = []
    for position, record in enumerate(records, 1):
        version = _find_version(record, position, codebooks=codebooks, field=study.design.version, report=report)
        submissions.append(readers[version].read(record, position))
    report.received = len(submissions)
    for reader in readers.values():
        reader.check_spelling()
    if submissions and not any(submission.answers for submission in submissions):
        sources = ", ".join(codebook.source for codebook in codebooks.values())
        raise StudyError(
            say("submissions"),
            say(
                "none of the {count} submissions answers a question of {sources}.",
                count=len(submissions),
                sources=sources,
            ),
            say("Check that the export belongs to this form, and export again with XML values and headers."),
        )
    return submissions


def _find_version(
    record: Mapping[str, object],
    position: int,
    *,
    codebooks: Mapping[str, Codebook],
    field: str,
    report: CollectReport,
) -> str:
    said = find_field(record, field)
    written = nfc(str(said).strip()) if said is not None else ""
    report.versions[written] += 1
    if written in codebooks:
        return written
    if len(codebooks) == 1:
        report.unknown_versions[written] += 1
        return next(iter(codebooks))
    raise StudyError(
        say("submission no. {position}, field {field}", position=position, field=field),
        (
            say('the form version "{version}" is none of {known}.', version=written, known=", ".join(codebooks))
            if written
            else say("it names no form version.")
        ),
        say("Add the form of that version to the wave's forms; its settings sheet must hold exactly that version."),
    )


def _tabulate_interviews(
    kept: Mapping[str, Submission], design: Design, *, wave: Wave, report: CollectReport
) -> pd.DataFrame:
    started = [submission.metadata.get(design.started, "") for submission in kept.values()]
    ended = [submission.metadata.get(design.ended, "") for submission in kept.values()]
    days = [_day(text) for text in started]
    report.undated = days.count("")
    report.before_wave = sum("" < day < wave.start.isoformat() for day in days)
    report.after_wave = sum(day > wave.end.isoformat() for day in days)
    table = pd.DataFrame(
        {
            Interviews.respondent: pd.Series(list(kept), dtype="str"),
            Interviews.wave: pd.Series([wave.id] * len(kept), dtype="str"),
            Interviews.form_version: pd.Series([each.form_version for each in kept.values()], dtype="str"),
            Interviews.started_on: pd.Series(days, dtype="str"),
            Interviews.minutes: pd.Series(list(map(_minutes, started, ended)), dtype="float64"),
        }
    )
    return Interviews.conform(table)


def _tabulate_timings(kept: Mapping[str, Submission], design: Design) -> pd.DataFrame:
    fields = {
        Timings.started_at: design.started,
        Timings.ended_at: design.ended,
        Timings.received_at: RECEIVED,
    }
    moments = {
        column: pd.Series([each.metadata.get(name, "") for each in kept.values()], dtype="str")
        for column, name in fields.items()
    }
    return Timings.conform(pd.DataFrame({Timings.respondent: pd.Series(list(kept), dtype="str")} | moments))


def _tabulate_answers(kept: Mapping[str, Submission]) -> pd.DataFrame:
    """Return the long table. Its texts are categories: few different ones stand in very many rows."""
    sizes = np.fromiter((len(each.answers) for each in kept.values()), dtype=np.int64, count=len(kept))
    count = int(sizes.sum())
    people = as_categories(kept, len(kept))
    table = pd.DataFrame(
        {
            Answers.respondent: pd.Categorical.from_codes(np.repeat(people.codes, sizes), dtype=people.dtype),
            Answers.question: as_categories(chain.from_iterable(each.questions for each in kept.values()), count),
            Answers.answer: as_categories(chain.from_iterable(each.answers for each in kept.values()), count),
            Answers.missing: pd.Categorical.from_codes(np.zeros(count, dtype=np.int8), dtype=kind_of(sorted(MISSING))),
            Answers.score: np.full(count, np.nan),
        }
    )
    return Answers.conform(table)


def _tabulate_removed(removed: Sequence[tuple[str, str]]) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            Removed.submission: pd.Series([submission for submission, _ in removed], dtype="str"),
            Removed.stage: pd.Series([STAGE] * len(removed), dtype="str"),
            Removed.reason: pd.Series([reason for _, reason in removed], dtype="str"),
        }
    )
    return Removed.conform(table)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _day(text: str) -> str:
    # The date where the interview took place: the phone's own, whatever its offset.
    moment = _moment(text)
    return moment.date().isoformat() if moment else ""


def _minutes(started: str, ended: str) -> float:
    start, end = _moment(started), _moment(ended)
    if start is None or end is None or (start.tzinfo is None) != (end.tzinfo is None):
        return float("nan")
    return (end - start).total_seconds() / 60
