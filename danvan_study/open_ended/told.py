"""What is told of an open question: four questions with fixed answers, never a word that somebody said."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from danvan_study.codebook import Choice, QuestionKind
from danvan_study.open_ended.issues import Act, Polarity

if TYPE_CHECKING:
    from danvan_study.codebook import Codebook, Question
    from danvan_study.open_ended.issues import IssueCodebook

ISSUE, FIT, ACT, POLARITY = "issue", "fit", "act", "polarity"
FACETS: Final = (ISSUE, FIT, ACT, POLARITY)
NO_CODE: Final = "no_code"
"""The one answer of :data:`FIT`: something is said, and no code of the codebook takes it in."""
REST: Final = "rest"
"""Acts, or polarities, that few people show, together."""
_ACTS: Final = {
    Act.PRAISE: {"vi": "Khen", "en": "Praise"},
    Act.COMPLAINT: {"vi": "Phàn nàn", "en": "Complaint"},
    Act.REQUEST: {"vi": "Đề nghị", "en": "Request"},
    Act.NONE: {"vi": "Chỉ nêu việc", "en": "Statement only"},
    REST: {"vi": "Cách nói còn lại", "en": "The rest"},
}
_FEELINGS: Final = {
    Polarity.NEGATIVE: {"vi": "Nói điều chưa tốt", "en": "Speaks of something bad"},
    Polarity.NEUTRAL: {"vi": "Không rõ tốt hay chưa tốt", "en": "Neither good nor bad"},
    Polarity.POSITIVE: {"vi": "Nói điều tốt", "en": "Speaks of something good"},
    REST: {"vi": "Sắc thái còn lại", "en": "The rest"},
}
_SUFFIXES: Final = {
    ISSUE: {"vi": "việc được nhắc tới", "en": "issues named"},
    FIT: {"vi": "sổ mã có đủ không", "en": "does the codebook fit"},
    ACT: {"vi": "cách nói", "en": "what people do by saying it"},
    POLARITY: {"vi": "sắc thái", "en": "feeling"},
}


def told_name(question: str, facet: str) -> str:
    """Return the name under which the shares of an open question are told."""
    return f"{question}:{facet}"


def with_told(codebook: Codebook, book: IssueCodebook) -> Codebook:
    """Return the form with what is told of its open questions, each behind the question itself."""
    questions: list[Question] = []
    for question in codebook.questions:
        questions.append(question)
        if question.name in book.questions:
            questions += [_told(question, facet, book) for facet in FACETS]
    return replace(codebook, questions=tuple(questions))


def _told(question: Question, facet: str, book: IssueCodebook) -> Question:
    names: dict[str, dict[str, str]] = {
        ISSUE: {code.name: dict(code.labels) for code in book.codes},
        FIT: {NO_CODE: {"vi": "Không mã nào đúng", "en": "No code fits"}},
        ACT: {str(act): labels for act, labels in _ACTS.items()},
        POLARITY: {str(feeling): labels for feeling, labels in _FEELINGS.items()},
    }[facet]
    suffix = _SUFFIXES[facet]
    return replace(
        question,
        name=told_name(question.name, facet),
        path=told_name(question.path, facet),
        kind=QuestionKind.SELECT_MULTIPLE if facet in {ISSUE, FIT} else QuestionKind.SELECT_ONE,
        labels={
            language: f"{label.rstrip()} ({suffix.get(language, suffix['vi'])})"
            for language, label in question.labels.items()
        },
        choices=tuple(Choice(name=name, labels=labels) for name, labels in names.items()),
    )
