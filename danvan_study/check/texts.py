"""What stands in free text: things that must not be there, and things that somebody has to read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from danvan_study.check.material import BLANK
from danvan_study.check.registry import Finding, Severity, check
from danvan_study.codebook import QuestionKind, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from danvan_study.check.material import Material

PERSONAL = {
    "số điện thoại": re.compile(r"(?<!\d)(?:\+?84|0)(?:[\s.-]?\d){9}(?!\d)"),
    "số giấy tờ": re.compile(r"(?<!\d)\d{12}(?!\d)|(?<!\d)\d{9}(?!\d)"),
    "thư điện tử": re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"),
}
OTHER = re.compile(r"(?:^|_)(?:other|oth|khac|specify|ghi_ro)(?:_|$)")
"""In the name of a question: the words behind "other, please say"."""


@check(Severity.ERROR, "Chữ ghi tự do không chứa thông tin nhận ra một người.")
def text_holds_no_personal_data(material: Material) -> Iterator[Finding]:
    """Report a phone number, identity number or e-mail address in an answer typed freely, without quoting it."""
    for name in _free(material):
        codes = material.grid.column(name)
        for code in np.unique(codes[codes != BLANK]):
            kinds = [kind for kind, pattern in PERSONAL.items() if pattern.search(str(material.grid.words[code]))]
            for row in np.flatnonzero(codes == code) if kinds else ():
                yield Finding(
                    respondent=material.who(row),
                    question=name,
                    message=f"Câu {name} có {kinds[0]}: xoá trên máy chủ, nhắc điều tra viên.",
                )


@check(Severity.NOTE, 'Câu trả lời "khác, ghi rõ" được đọc và xếp lại.')
def other_answers_are_read(material: Material) -> Iterator[Finding]:
    """Report, for each "other, please say" question, how many texts wait to be read."""
    for name in _free(material):
        count = int((material.grid.column(name) != BLANK).sum())
        if OTHER.search(name.partition("[")[0]) and count:
            yield Finding(question=name, rule=f"{count} phiếu", message=f"Câu {name}: {count} câu ghi thêm cần đọc.")


@check(Severity.NOTE, "Ghi chú của điều tra viên được đọc.")
def field_comments_are_read(material: Material) -> Iterator[Finding]:
    """Report a remark that the interviewer typed in a question of role ``quality``."""
    for name in _free(material):
        question = material.question(name)
        if question is not None and question.role is Role.QUALITY:
            for row in np.flatnonzero(material.grid.column(name) != BLANK):
                message = "Điều tra viên có ghi chú: đọc trên máy chủ."
                yield Finding(respondent=material.who(row), question=name, message=message)


def _free(material: Material) -> Iterator[str]:
    design = material.study.design
    fields = {design.area, design.commune, design.cluster, design.interviewer, design.mode, *design.stratum}
    for name in material.grid.questions:
        question = material.question(name)
        if question and question.kind is QuestionKind.TEXT and name not in fields and question.role is not Role.DESIGN:
            yield name
