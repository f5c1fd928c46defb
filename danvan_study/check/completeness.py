"""Is the submission what it should be: once, agreed to, with its place, to the end, on the form that counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from danvan_study.check.material import BLANK
from danvan_study.check.registry import Finding, Severity, check
from danvan_study.codebook import QuestionKind
from danvan_study.tables import Removed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from danvan_study.check.material import Material

REPEATED = ("duplicate", "older_version")
"""Reasons of collect: the same submission again, or another one of the same respondent."""
CLOSED = (QuestionKind.SELECT_ONE, QuestionKind.SELECT_MULTIPLE, QuestionKind.INTEGER, QuestionKind.DECIMAL)
FINISHED = 0.5
"""Share of the median number of answers below which an interview was broken off."""
ENOUGH = 30
"""Answers from which one value throughout is no accident."""


@check(Severity.NOTE, "Mỗi người trả lời chỉ có một phiếu.")
def submission_came_once(material: Material) -> Iterator[Finding]:
    """Report a respondent whose submission came twice; the latest is kept."""
    removed = material.removed
    repeated = removed[removed[Removed.reason].isin(REPEATED)]
    for respondent, reason in zip(repeated[Removed.submission], repeated[Removed.reason], strict=True):
        same = reason == REPEATED[0]
        message = "Phiếu gửi hai lần, nội dung giống nhau." if same else "Phiếu gửi hai lần, nội dung khác nhau."
        yield Finding(respondent=respondent, message=message, rule="1 phiếu")


@check(Severity.ERROR, "Không có sự đồng ý thì không ghi câu trả lời nào.")
def nothing_is_recorded_without_consent(material: Material) -> Iterator[Finding]:
    """Report answers in a submission without consent; collect has left them behind, the tablet has not."""
    for respondent in material.unconsented:
        yield Finding(
            respondent=respondent,
            message="Người này không đồng ý nhưng phiếu vẫn có câu trả lời: hỏi điều tra viên, xoá trên máy chủ.",
        )


@check(Severity.QUESTION, "Phiếu được điền bằng phiên bản mới nhất của đợt.")
def form_version_is_current(material: Material) -> Iterator[Finding]:
    """Report a form version that a later one of the wave had replaced when the interview began."""
    versions = list(material.codebooks)
    rank = np.array([versions.index(version) for version in material.form_version], dtype="int64")
    for later in range(1, len(versions)):
        first = material.started[rank >= later].min()
        outdated = (rank == later - 1) & (material.started > first.normalize() + np.timedelta64(1, "D")).to_numpy()
        for row in np.flatnonzero(outdated):
            yield Finding(
                respondent=material.who(row),
                value=str(material.form_version[row]),
                rule=versions[later],
                message="Máy tính bảng còn dùng phiên bản phiếu cũ: cập nhật phiếu trên máy.",
            )


@check(Severity.ERROR, "Phiếu nào cũng biết địa bàn, thôn và điều tra viên.")
def interview_names_its_place_and_interviewer(material: Material) -> Iterator[Finding]:
    """Report a blank area (where no commune stands in for it), cluster or interviewer."""
    design = material.study.design
    for question in dict.fromkeys((design.area, design.cluster, design.interviewer)):
        if not question:
            continue
        blank = material.grid.column(question) == BLANK
        if question == design.area and design.commune:
            blank &= material.grid.column(design.commune) == BLANK
        for row in np.flatnonzero(blank):
            yield Finding(respondent=material.who(row), question=question, message=f"Bỏ trống {question}.")


@check(Severity.QUESTION, "Phỏng vấn được hỏi đến hết.")
def interview_was_finished(material: Material) -> Iterator[Finding]:
    """Report fewer than half as many answers to closed questions as the median interview has."""
    items = material.items(*CLOSED)
    if not items:
        return
    answered = (material.codes(items) != BLANK).sum(axis=1)
    median = float(np.median(answered))
    for row in np.flatnonzero(answered < FINISHED * median):
        yield Finding(
            respondent=material.who(row),
            value=str(answered[row]),
            rule=f"≥ {FINISHED * median:g} câu (nửa trung vị)",
            message="Phỏng vấn bỏ dở: chỉ có ít câu trả lời.",
        )


@check(Severity.NOTE, "Câu hỏi nào cũng có người trả lời, và trả lời khác nhau.")
def question_tells_people_apart(material: Material) -> Iterator[Finding]:
    """Report a question that nobody answered with substance, or that at least 30 people answered all alike."""
    for name in material.items(*CLOSED):
        place = material.grid.questions.index(name)
        codes = material.grid.codes[:, place]
        valid = codes[(codes != BLANK) & ~material.grid.is_missing[:, place]]
        if len(valid) == 0 or (len(valid) >= ENOUGH and (valid == valid[0]).all()):
            message = "Không ai trả lời câu này." if len(valid) == 0 else "Mọi người trả lời câu này như nhau."
            yield Finding(question=name, message=message)
