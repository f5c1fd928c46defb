"""The printed questionnaire: every question with its number, words, codes and skips."""

from __future__ import annotations

import io
import re
from collections import Counter
from functools import cache

import docx
import pytest

from danvan_study.codebook import Role
from danvan_study.form import read_form
from danvan_study.form.paper import LARGEST_HOUSEHOLD, LONGEST_LIST, print_form, whom_to_ask
from tests.demonstration import codebook
from tests.lint_material import CHOICES, changed, form


@cache
def lines(language: str = "vi") -> list[str]:
    return read(print_form(codebook("2026q3"), language=language))


def read(content: bytes) -> list[str]:
    document = docx.Document(io.BytesIO(content))
    in_tables = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in document.paragraphs] + in_tables


def number_of(name: str) -> int:
    label = codebook("2026q3").question(name).label("vi")
    return next(int(line.partition(".")[0]) for line in lines() if line.endswith(f". {label}"))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_question_is_printed_once_in_order_with_a_number(language):
    asked = [each for each in codebook("2026q3").questions if each.is_asked and each.role is not Role.IDENTIFIER]
    numbered = [line for line in lines(language) if re.match(r"\d+\. ", line)]
    assert numbered == [f"{number}. {each.label(language)}" for number, each in enumerate(asked, 1)]


def test_every_choice_is_printed_with_its_code_and_only_dont_know_and_refused_are_not_read():
    text = "\n".join(lines())
    for question in codebook("2026q3").questions:
        if question.choices and len(question.choices) <= LONGEST_LIST:
            for choice in question.choices:
                assert f"☐ {choice.name}  {choice.label('vi')}" in text, (question.name, choice.name)
    apart = [line for line in lines() if line.startswith("Không đọc:")]
    assert len(apart) > 30
    assert all("Chưa" not in line and "Không cần" not in line for line in apart)


def test_skips_are_told_by_the_numbers_of_questions():
    filter_, damage = number_of("svc_contact_3m"), number_of("disaster_hit_12m")
    assert f"Chỉ hỏi nếu câu {filter_} là 1 hoặc 2 hoặc 3." in lines()
    assert lines().count(f"Chỉ hỏi nếu câu {damage} là 1.") == 2
    assert f"Chỉ hỏi nếu câu {number_of('district')} để trống." in lines()
    adult, part = number_of("adult_18"), number_of("consent_part")
    assert f"Chỉ hỏi nếu câu {adult} là 2 hoặc câu {part} đã có câu trả lời." in lines()


def test_a_condition_that_has_no_words_is_printed_as_it_is():
    rows = changed("life", relevant="${consent_part} = '1' and ${hh_adults} > 2")
    text = "\n".join(read(print_form(read_form(form(rows, CHOICES), source="f"), language="vi")))
    assert "Chỉ hỏi nếu [1] = '1' and [6] > 2." in text


def test_items_for_the_respondent_alone_say_so():
    assert lines().count("Đưa phiếu cho người trả lời tự đánh dấu.") == 3


def test_nothing_personal_has_a_place_to_be_written():
    assert not [line for line in lines() if re.match(r"\d+\. .*(Họ tên|điện thoại|Địa chỉ|Mã trên mảnh giấy)", line)]


@pytest.mark.parametrize("adults", range(1, LARGEST_HOUSEHOLD + 1))
def test_the_draw_gives_each_adult_as_equal_a_chance_as_ten_digits_can(adults):
    drawn = Counter(whom_to_ask(digit, adults) for digit in range(10))
    assert set(drawn) <= set(range(1, adults + 1))
    if adults <= 10:
        assert set(drawn) == set(range(1, adults + 1))
        assert max(drawn.values()) - min(drawn.values()) <= 1
