"""Which questions may leave as columns: those with codes or numbers for an answer, and never what leads to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.codebook import QuestionKind, Role
from danvan_study.prohibited import is_prohibited_question

if TYPE_CHECKING:
    from collections.abc import Mapping

    from danvan_study.codebook import Question
    from danvan_study.study import Study

REASONS: Mapping[str, tuple[str, str]] = {
    "identifies": ("có thể dẫn tới một người", "could lead to a person"),
    "words": ("câu trả lời bằng lời", "an answer in words"),
    "date": ("ngày tháng", "a date"),
    "design": ("cách chọn mẫu, người đi hỏi: đã thay bằng mã ngẫu nhiên hoặc bỏ", "design: coded anew, or left out"),
    "consent": ("câu hỏi đồng ý", "consent"),
    "device": ("máy tự ghi hoặc tính ra", "filled in or worked out by the device"),
    "key": ("đặc điểm mà người quen biết được", "a characteristic that others know"),
    "few": ("nói ra thì quá ít người giống nhau", "telling it would leave too few people alike"),
    "quality": ("ghi chép về cuộc phỏng vấn", "a remark on the interview"),
    "unasked": ("không hỏi trong đợt này", "not asked in this wave"),
    "reworded": ("được hỏi theo hai cách trong cùng đợt", "asked in two ways within the wave"),
    "gate": ("không công bố số liệu toàn tỉnh của câu này", "its figure for everybody is not published"),
    "alike": ("giữ lại thì phải che quá nhiều câu trả lời", "too many of its answers would have to be held back"),
}
"""Why a question is left out, in Vietnamese and English."""

CODED = (QuestionKind.SELECT_ONE, QuestionKind.SELECT_MULTIPLE)
NUMBERS = (QuestionKind.INTEGER, QuestionKind.DECIMAL)


def reason_to_stay(question: Question, study: Study) -> str:
    """Return why the answers to a question never leave, a key of :data:`REASONS`; empty: they may."""
    if is_prohibited_question(question) or question.name in study.withhold or question.path in study.withhold:
        return "identifies"
    if question.role is Role.CONSENT:
        return "consent"
    if question.kind in (QuestionKind.CALCULATE, QuestionKind.OTHER) or not question.is_asked:
        return "device"
    if question.kind is QuestionKind.DATE:
        return "date"
    is_group = any(group.question == question.name for group in study.groups)
    if question.name in study.design.questions or (question.role is Role.DESIGN and not is_group):
        return "design"
    return "" if question.kind in (*CODED, *NUMBERS) else "words"
