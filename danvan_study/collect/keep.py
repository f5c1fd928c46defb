"""Which submissions are kept: one for each respondent, and only with consent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.codebook import FormUse
from danvan_study.collect.submission import RECEIVED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from danvan_study.collect.submission import Submission
    from danvan_study.study import Design

PRACTICE = (FormUse.PILOT, FormUse.TRAINING)
NO_RESPONDENT = "no_respondent"
DUPLICATE = "duplicate"
OLDER_VERSION = "older_version"
NO_CONSENT = "no_consent"


def set_practice_aside(
    submissions: Iterable[Submission], design: Design
) -> tuple[list[Submission], list[tuple[str, str]]]:
    """Set pilot and training interviews aside: their form marks each of them.

    Returns
    -------
    The submissions of the wave in the order of arrival, and (submission, reason) for the others.
    """
    kept: list[Submission] = []
    aside: list[tuple[str, str]] = []
    for submission in submissions:
        if submission.use in PRACTICE:
            aside.append((submission.metadata.get(design.respondent) or submission.name, submission.use))
        else:
            kept.append(submission)
    return kept, aside


def keep_one_each(
    submissions: Iterable[Submission], design: Design
) -> tuple[dict[str, Submission], list[tuple[str, str]]]:
    """Keep one submission for each respondent: of equal ones the first, of different ones the latest submitted.

    Returns
    -------
    Respondent to submission in the order of arrival, and (submission, reason) for the others.
    """
    kept: dict[str, Submission] = {}
    removed: list[tuple[str, str]] = []
    for submission in submissions:
        respondent = submission.metadata.get(design.respondent, "")
        if not respondent:
            removed.append((submission.name, NO_RESPONDENT))
        elif respondent not in kept:
            kept[respondent] = submission
        elif _content(submission, design) == _content(kept[respondent], design):
            removed.append((respondent, DUPLICATE))
        else:
            removed.append((respondent, OLDER_VERSION))
            if submission.metadata.get(RECEIVED, "") >= kept[respondent].metadata.get(RECEIVED, ""):
                kept[respondent] = submission
    return kept, removed


def require_consent(
    submissions: dict[str, Submission], design: Design
) -> tuple[dict[str, Submission], list[tuple[str, str]]]:
    """Keep the respondents who said yes to every consent question; absence of an answer is no consent."""
    removed = []
    for respondent, submission in submissions.items():
        for consent in design.consent:
            if submission.answer(consent.question) not in consent.yes:
                removed.append((respondent, f"{NO_CONSENT}: {consent.question}"))
                break
    without = {respondent for respondent, _ in removed}
    return {name: submission for name, submission in submissions.items() if name not in without}, removed


def _content(submission: Submission, design: Design) -> tuple[object, ...]:
    times = (submission.metadata.get(design.started, ""), submission.metadata.get(design.ended, ""))
    return submission.form_version, submission.questions, submission.answers, *times
