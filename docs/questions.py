"""The page of the handbook that prints the questionnaire of the demonstration, from its XLSForm."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from danvan_study.codebook import QuestionKind, Role
from danvan_study.form import read_form
from danvan_study.form.skips import Skips
from danvan_study.publish.words import number as as_number
from danvan_study.study import read_study

if TYPE_CHECKING:
    from danvan_study.codebook import Choice, Question

ROOT: Final = Path(__file__).parents[1]
MOST_CHOICES: Final = 12
"""A longer list of places is told by its length."""
KEPT: Final = "\N{NO-BREAK SPACE}"
"""Keeps the code of an answer on a line with the answer's first word."""

TEXTS: Final = {
    "vi": {
        "title": "Bộ câu hỏi của cuộc khảo sát mẫu",
        "about": "Bộ câu hỏi đang dùng, đọc thẳng từ `{file}` (phiên bản {version}). Câu được đánh số như ở phiếu "
        "giấy; chữ máy ở cuối là tên câu trong phiếu. Số trong ngoặc sau câu trả lời là điểm của nó, từ 0 đến 100; câu "
        "trả lời không có điểm thì không nằm trên thang. Lời chào và lời đồng ý đọc nguyên văn. Muốn đổi, xem [Soạn "
        "phiếu hỏi](questionnaire.md).",
        "many": "{count} lựa chọn trong danh sách `{itemset}`.",
        "list": "Chọn trong danh sách `{itemset}`.",
        "several": "Được chọn nhiều câu trả lời.",
        "words": "Ghi chữ.",
        "number": "Ghi số.",
        "purpose": "Để làm gì",
        "self": "Người trả lời tự bấm.",
        "interviewer": "Điều tra viên tự ghi, không đọc.",
    },
    "en": {
        "title": "The questionnaire of the demonstration",
        "about": "The questionnaire in use, read from `{file}` (version {version}). Questions are numbered as on "
        "paper; behind each stands its name in the form. The number behind an answer is its score, 0 to 100; an answer "
        "without one is on no scale. Greeting and consent are read out word for word. What each question is for stands "
        "in the form in Vietnamese, and on this page's Vietnamese twin. To change the form, see [Adapting the "
        "questionnaire](questionnaire.md).",
        "many": "{count} choices in the list `{itemset}`.",
        "list": "Chosen from the list `{itemset}`.",
        "several": "Several answers may be chosen.",
        "words": "Words are written down.",
        "number": "A number is written down.",
        "self": "The respondent presses the key.",
        "interviewer": "The interviewer notes it and asks nothing.",
    },
}


def questions_page(language: str) -> str:
    """Return the newest form of the demonstration, question by question."""
    study = read_study((ROOT / "study.toml").read_text(encoding="utf-8"))
    file = study.waves[-1].forms[-1]
    form = read_form((ROOT / file).read_bytes(), source=file, missing=study.missing)
    texts, skips = TEXTS[language], Skips(form, language)
    parts = [f"# {texts['title']}", texts["about"].format(file=file, version=form.version)]
    for topic in form.topics:
        asked = [question for question in form.questions if question.topic == topic.name and _is_read(question)]
        if asked:
            parts += [f"## {topic.label(language)}", *(_question(one, skips, language) for one in asked)]
    return "\n\n".join(parts) + "\n"


def _is_read(question: Question) -> bool:
    return question.is_asked or question.type_as_written == "note"


def _question(question: Question, skips: Skips, language: str) -> str:
    texts, card = TEXTS[language], question.card
    label, number = _plain(question.label(language)), skips.numbers.get(question.name)
    lines = [f"**{number}. {label}** `{question.name}`" if number else f"{label} `{question.name}`"]
    if hint := question.hint(language):
        lines.append(f"*{_plain(hint)}*")
    if question.is_asked:
        lines += [_answers(question, language), _plain(skips.told(question.relevant))]
    lines.append(texts.get(card.filled_by, ""))
    if "purpose" in texts and card.purpose and question.role is not Role.IDENTIFIER:
        lines.append(f"{texts['purpose']}: {_plain(card.purpose)}.")
    return "\\\n".join(filter(None, lines))


def _answers(question: Question, language: str) -> str:
    texts = TEXTS[language]
    if not question.choices:
        written = texts["words" if question.kind is QuestionKind.TEXT else "number"]
        return texts["list"].format(itemset=question.itemset) if question.itemset else written
    if question.role is Role.DESIGN and len(question.choices) > MOST_CHOICES:
        return texts["many"].format(count=len(question.choices), itemset=question.itemset)
    several = f"{texts['several']} " if question.kind is QuestionKind.SELECT_MULTIPLE else ""
    return several + f"{KEPT}· ".join(_choice(choice, language) for choice in question.choices)


def _choice(choice: Choice, language: str) -> str:
    label = f"`{choice.name}`{KEPT}{_plain(choice.label(language))}"
    return label if choice.score is None else f"{label} ({as_number(choice.score, language)})"


def _plain(text: str) -> str:
    """Return text on one line in which nothing is a mark of Markdown but the name of what the tablet fills in."""
    plain = re.sub(r"([\\`*_\[\]<>$#|])", r"\\\1", " ".join(text.split()))
    return re.sub(r"\\\$\{([^}]+)\}", lambda gap: f"`{gap[1]}`".replace("\\", ""), plain)
