"""Which questions of a period may be estimated together: same wording, same choices, same scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from danvan_study.codebook import QuestionKind, Role
from danvan_study.coding import occurring
from danvan_study.tables import Answers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from danvan_study.codebook import Codebook, Question
    from danvan_study.estimate.pool import WaveSample
    from danvan_study.study import Study

KINDS = (QuestionKind.SELECT_ONE, QuestionKind.SELECT_MULTIPLE, QuestionKind.INTEGER, QuestionKind.DECIMAL)
NEVER = (Role.CONSENT, Role.DESIGN, Role.IDENTIFIER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparable:
    """A question that means the same in all waves of a period."""

    question: Question
    """As the latest form asks it."""
    left_out: Mapping[str, frozenset[str]]
    """Wave to the form versions that asked it in other words; their answers don't count."""


def comparable_questions(samples: Sequence[WaveSample], study: Study) -> tuple[list[Comparable], dict[str, str]]:
    """Return the questions to estimate, in the order of the latest form, and those left out with the reason."""
    kept: list[Comparable] = []
    skipped: dict[str, str] = {}
    answered = {sample.wave: occurring(sample.answers[Answers.question]) for sample in samples}
    for question in _latest_first(samples, study):
        latest = {sample.wave: _latest(sample.codebooks, question.name) for sample in samples}
        prints = {
            wave: version.fingerprint(study.languages[0]) for wave, version in latest.items() if version is not None
        }
        # A rotating question stands in every form and is asked in its own quarters only.
        silent = {wave for wave, names in answered.items() if question.name not in names}
        absent = [wave for wave in latest if latest[wave] is None or (wave in silent and len(silent) < len(latest))]
        if absent:
            skipped[question.name] = f"not asked in {', '.join(absent)}"
        elif len(set(prints.values())) > 1:
            changed = [wave for wave, print_ in prints.items() if print_ != prints[samples[-1].wave]]
            skipped[question.name] = f"worded, answered or scored differently in {', '.join(changed)}"
        else:
            left_out = {sample.wave: _other_versions(sample, question, study) for sample in samples}
            kept.append(Comparable(question=question, left_out=left_out))
    return kept, skipped


def _latest_first(samples: Sequence[WaveSample], study: Study) -> Iterator[Question]:
    """Walk over every question once, in its latest version."""
    design = study.design
    reserved = {design.respondent, *design.questions}
    reserved |= {consent.question for consent in design.consent}
    seen: set[str] = set()
    for sample in reversed(samples):
        for codebook in reversed(list(sample.codebooks.values())):
            for question in codebook.questions:
                if question.name in seen or question.name in reserved:
                    continue
                seen.add(question.name)
                if question.kind in KINDS and question.role not in NEVER and not question.repeat:
                    yield question


def _latest(codebooks: Mapping[str, Codebook], name: str) -> Question | None:
    found = (codebook.question(name) for codebook in reversed(list(codebooks.values())))
    return next((question for question in found if question is not None), None)


def _other_versions(sample: WaveSample, question: Question, study: Study) -> frozenset[str]:
    wanted = question.fingerprint(study.languages[0])
    versions = ((version, codebook.question(question.name)) for version, codebook in sample.codebooks.items())
    return frozenset(
        version for version, other in versions if other and other.fingerprint(study.languages[0]) != wanted
    )
