"""A study whose form holds what file formats dislike; 600 SIMULATED interviews, most of them free to be released."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests import small_study
from tests.small_study import STUDY, interview, workbook, write_small_study

if TYPE_CHECKING:
    from pathlib import Path

LONG_QUESTION = "Ông/bà đánh giá thế nào về việc giải quyết thủ tục hành chính ở xã, phường? " * 6
LONG_ANSWER = "Được giải quyết đúng hẹn, có hướng dẫn đầy đủ, thái độ đúng mực và không phải trả thêm khoản nào"
LONG_NAME = "danh_gia_viec_giai_quyet_thu_tuc_hanh_chinh"
ALIKE_NAME = LONG_NAME + "_lan_hai"
FORMULA = '+HYPERLINK("http://x.y";"Bấm vào đây")'

GROUPS = """[[group]]
name = "sex"
other = ["3"]

[[group]]
name = "age_band"

[[group]]
name = "edu_band"

[[group]]
name = "residence"
"""
HARD_STUDY = STUDY.replace('[[group]]\nname = "sex"\nother = ["3"]\n', GROUPS)

SURVEY: list[list[object]] = [
    ["type", "name", "label::Tiếng Việt (vi)", "label::English (en)", "topic", "role", "consent", "relevant"],
    ["start", "start", "", "", "", "", "", ""],
    ["end", "end", "", "", "", "", "", ""],
    ["select_one yes_no", "consent_part", "Có đồng ý không?", "Do you agree?", "", "consent", "part", ""],
    ["select_one yes_no", "consent_release", "Có thể công bố không?", "Release it?", "", "consent", "release", ""],
    ["select_one districts", "district", "Huyện cũ", "Old district", "", "design", "", ""],
    ["text", "village", "Thôn", "Village", "", "design", "", ""],
    ["text", "interviewer", "Mã điều tra viên", "Interviewer", "", "design", "", ""],
    ["select_one residences", "residence", "Thành thị hay nông thôn", "Urban or rural", "", "design", "", ""],
    ["text", "slip_code", "Mã trên mảnh giấy", "Code of the slip", "", "identifier", "", ""],
    ["begin_group", "living", "Đời sống", "Living", "", "", "", ""],
    ["select_one satisfaction", "life_overall", "Ông/bà hài lòng đến mức nào?", "Content?", "", "opinion", "", ""],
    ["select_one four", LONG_NAME, LONG_QUESTION, "How well?", "", "opinion", "", ""],
    ["select_one four", ALIKE_NAME, LONG_QUESTION + "Lần hai?", "How well again?", "", "opinion", "", ""],
    ["select_multiple issues", "worries", "Ông/bà lo việc gì?", "What worries you?", "", "opinion", "", ""],
    ["select_one contacts", "contact", "Có làm thủ tục gì không?", "Any business?", "", "filter", "", ""],
    ["select_one satisfaction", "service", "Với phục vụ?", "Service?", "", "opinion", "", "${contact} = 'co'"],
    ["integer", "children", "Nhà có mấy trẻ em?", "How many children?", "", "background", "", ""],
    ["text", "worry_open", "Việc gì khác?", "What else?", "", "opinion", "", ""],
    ["end_group", "", "", "", "", "", "", ""],
    ["select_one sexes", "sex", "Giới tính", "Sex", "", "background", "", ""],
    ["select_one ages", "age_band", "Nhóm tuổi", "Age band", "", "background", "", ""],
    ["select_one schools", "edu_band", "Học vấn", "Education", "", "background", "", ""],
    ["select_one origins", "ethnic_band", "Nhóm dân tộc", "Ethnic group", "", "design", "", ""],
]  # fmt: skip

CHOICES: list[list[object]] = [
    *small_study.CHOICES,
    ["satisfaction", "97", "Không áp dụng", "Not applicable", "", "not_applicable"],
    ["satisfaction", "99", "Không trả lời", "Refused", "", "refused"],
    ["issues", "98", "Khó trả lời", "Don't know", "", "dont_know"],
    ["residences", "urban", "Thành thị", "Urban", "", ""],
    ["residences", "rural", "Nông thôn", "Rural", "", ""],
    ["four", "1", LONG_ANSWER + ", lần đầu", "On time", 100, ""],
    ["four", "2", LONG_ANSWER + ", lần sau", "On time later", 50, ""],
    ["four", "3", FORMULA, "A formula", 0, ""],
    ["four", "98", "Khó trả lời", "Don't know", "", "dont_know"],
    ["contacts", "co", "Có", "Yes", "", ""],
    ["contacts", "khong", "Không", "No", "", ""],
    ["contacts", "khong_nho", "Không nhớ", "Don't remember", "", "dont_know"],
    ["ages", "18_29", "18–29", "18–29", "", ""],
    ["ages", "30_44", "30–44", "30–44", "", ""],
    ["ages", "45_59", "45–59", "45–59", "", ""],
    ["ages", "60_plus", "60 trở lên", "60 and over", "", ""],
    ["ages", "99", "Không trả lời", "Refused", "", "refused"],
    ["schools", "1", "Tiểu học", "Primary", "", ""],
    ["schools", "2", "Trung học cơ sở", "Lower secondary", "", ""],
    ["schools", "3", "Trung học phổ thông", "Upper secondary", "", ""],
    ["schools", "4", "Cao đẳng, đại học", "College", "", ""],
    ["origins", "1", "Kinh", "Kinh", "", ""],
    ["origins", "2", "Dân tộc khác", "Other", "", ""],
]  # fmt: skip


def hard_form(survey: list[list[object]] = SURVEY, choices: list[list[object]] = CHOICES) -> bytes:
    """Return the XLSForm."""
    settings = [["form_title", "form_id", "version", "default_language"], ["Thử", "hard", "v1", "Tiếng Việt (vi)"]]
    return workbook({"survey": survey, "choices": choices, "settings": settings})


def hard_people(seed: int = 7, *, agree: float = 0.8) -> list[dict[str, str]]:
    """Draw 25 interviews in each of twelve villages of two districts."""
    draw = random.Random(seed)
    return [
        _person(draw, area, village, number, agree=agree)
        for area in "ab"
        for village in range(12)
        for number in range(25)
    ]


def _person(draw: random.Random, area: str, village: int, number: int, *, agree: float) -> dict[str, str]:
    answers = ["1", "2", "3", "4", "5", "97", "98", "99", ""]
    contact = draw.choices(["co", "khong", "khong_nho"], [6, 3, 1])[0]
    given = {
        **interview(area, village, number),
        "consent_release": "1" if draw.random() < agree else "2",
        "residence": "urban" if village % 3 == 0 else "rural",
        "slip_code": f"S{draw.randrange(10**6):06}",
        "living/life_overall": draw.choices(answers, [4, 10, 12, 30, 12, 1, 3, 2, 1])[0],
        f"living/{LONG_NAME}": draw.choices(["1", "2", "3", "98"], [8, 6, 4, 2])[0],
        f"living/{ALIKE_NAME}": draw.choices(["1", "2", "3", "98"], [4, 8, 6, 2])[0],
        "living/worries": draw.choice(["prices", "roads", "prices roads", "98", ""]),
        "living/contact": contact,
        "living/service": draw.choices(answers[:5], [1, 2, 3, 6, 3])[0] if contact == "co" else "",
        "living/children": draw.choice(["0", "1", "2", "3", ""]),
        "living/worry_open": "Đường làng xấu",
        "sex": draw.choices(["1", "2", "3"], [48, 51, 1])[0],
        "age_band": draw.choices(["18_29", "30_44", "45_59", "60_plus", "99"], [25, 30, 25, 18, 2])[0],
        "edu_band": draw.choices(["1", "2", "3", "4"], [20, 35, 30, 15])[0],
        "ethnic_band": draw.choice(["1", "2"]),
    }
    return {key: value for key, value in given.items() if value}


def write_hard_study(root: Path, *, people: list[dict[str, str]] | None = None, form: bytes = b"") -> Path:
    """Write the study and its raw wave below ``root``; return ``root``."""
    return write_small_study(root, records=people or hard_people(), study=HARD_STUDY, xlsform=form or hard_form())
