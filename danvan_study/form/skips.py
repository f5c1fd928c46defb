"""When a question is asked, said in words: on paper and in the annex nobody reads expressions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from danvan_study.codebook import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from danvan_study.codebook import Codebook, Question

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "vi": {
        "only": "Chỉ hỏi nếu {condition}.",
        "=": "câu {number} là {answers}",
        "!=": "câu {number} khác {answers}",
        "= ''": "câu {number} để trống",
        "!= ''": "câu {number} đã có câu trả lời",
        "or": " hoặc ",
        "and": " và ",
        "turn": "Câu luân phiên, chỉ hỏi trong quý có ghi ở kế hoạch đợt.",
    },
    "en": {
        "only": "Ask only if {condition}.",
        "=": "question {number} is {answers}",
        "!=": "question {number} is not {answers}",
        "= ''": "question {number} is empty",
        "!= ''": "question {number} is answered",
        "or": " or ",
        "and": " and ",
        "turn": "A rotating question, asked only in the quarter that the plan of the wave names.",
    },
}
_TEST = re.compile(r"\$\{([^}]+)\}\s*(!?=)\s*'([^']*)'")
_NAME = re.compile(r"\$\{([^}]+)\}")
_JOINTS = re.compile(r"\b(?:and|or)\b|[()\s]")


def printed(codebook: Codebook) -> list[Question]:
    """Return the questions that are printed, in the order of their numbers."""
    return [each for each in codebook.questions if each.is_asked and each.role is not Role.IDENTIFIER]


class Skips:
    """The conditions of one form, with the numbers of its printed questions."""

    def __init__(self, codebook: Codebook, language: str) -> None:
        self._words = WORDS.get(language, WORDS["en"])
        self.numbers = {each.name: number for number, each in enumerate(printed(codebook), 1)}
        self._consent = {each.name for each in codebook.questions if each.card.consent == "part"}

    def told(self, condition: str) -> str:
        """Say in words when a question is asked; what consent decides is said where consent is asked."""
        tests, names = _TEST.findall(condition), set(_NAME.findall(condition))
        if not condition or names <= self._consent:
            return ""
        if not names <= set(self.numbers):
            return self._words["turn"]
        if _JOINTS.sub("", _TEST.sub("", condition)):  # more than comparisons: as written, with the numbers
            told = _NAME.sub(lambda name: f"[{self.numbers[name[1]]}]", condition)
            return self._words["only"].format(condition=told)
        answers: dict[tuple[str, str], list[str]] = {}
        for name, sign, answer in tests:
            answers.setdefault((name, sign if answer else f"{sign} ''"), []).append(answer)
        parts = [
            self._words[sign].format(number=self.numbers[name], answers=self._words["or"].join(said))
            for (name, sign), said in answers.items()
        ]
        return self._words["only"].format(condition=self._words["and" if " and " in condition else "or"].join(parts))
