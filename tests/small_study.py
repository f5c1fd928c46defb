"""A study small enough to run in a second: two areas, six villages each, one topic, one wave."""

from __future__ import annotations

import io
import json
import random
from typing import TYPE_CHECKING

import xlsxwriter

from danvan_study.store import Folder, Manifest, write_raw_wave

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

WAVE = "2025q3"

STUDY = """
[study]
name = "Khảo sát thử"
name_en = "A small survey"
sponsor = "Ban thử"
conducted_by = "Tổ thử"
contact = "0000"
population = "Người từ 18 tuổi"

[areas]
file = "areas.csv"
vintage = "2025-06-30"
level = "district"

[design]
area = "district"
cluster = "village"
interviewer = "interviewer"
[[design.consent]]
question = "consent_part"
yes = ["1"]

[[group]]
name = "sex"
other = ["3"]

[weighting]
base = "equal"
trim = [0.2, 5]
[[weighting.margin]]
by = ["area"]
file = "margin_area.csv"
[[weighting.margin]]
by = ["sex"]
file = "margin_sex.csv"

[disclosure]
funding = "Không có: số liệu do bài kiểm dựng"
sample = "Không ai được chọn: phiếu do bài kiểm dựng"
mode = "Không hỏi ai"
training = "Không có điều tra viên"
show_cards = "Không có thẻ gợi ý"
dispositions = "Không có lượt đến hộ"

[publication]
headline = ["life_overall"]

[[wave]]
id = "2025q3"
forms = ["form.xlsx"]
start = 2025-07-05
end = 2025-08-31
"""

SURVEY = [
    ["type", "name", "label::Tiếng Việt (vi)", "label::English (en)", "topic", "role"],
    ["start", "start", "", "", "", ""],
    ["end", "end", "", "", "", ""],
    ["select_one yes_no", "consent_part", "Ông/bà có đồng ý trả lời không?", "Do you agree?", "", "consent"],
    ["select_one districts", "district", "Huyện cũ", "Old district", "", "design"],
    ["text", "village", "Thôn", "Village", "", "design"],
    ["text", "interviewer", "Mã điều tra viên", "Interviewer", "", "design"],
    ["begin_group", "living", "Đời sống", "Living", "", ""],
    ["select_one satisfaction", "life_overall", "Ông/bà hài lòng đến mức nào?", "How satisfied?", "", "opinion"],
    ["select_multiple issues", "worries", "Ông/bà lo việc gì?", "What worries you?", "", "opinion"],
    ["text", "worry_open", "Việc gì khác?", "What else?", "", "opinion"],
    ["end_group", "", "", "", "", ""],
    ["select_one sexes", "sex", "Giới tính", "Sex", "", "background"],
]

CHOICES = [
    ["list_name", "name", "label::Tiếng Việt (vi)", "label::English (en)", "score", "missing"],
    ["yes_no", "1", "Đồng ý", "Yes", "", ""],
    ["yes_no", "2", "Không", "No", "", ""],
    ["districts", "d_a", "Huyện A", "District A", "", ""],
    ["districts", "d_b", "Huyện B", "District B", "", ""],
    ["satisfaction", "1", "Rất không hài lòng", "Very dissatisfied", 0, ""],
    ["satisfaction", "2", "Không hài lòng", "Dissatisfied", 25, ""],
    ["satisfaction", "3", "Bình thường", "Neutral", 50, ""],
    ["satisfaction", "4", "Hài lòng", "Satisfied", 75, ""],
    ["satisfaction", "5", "Rất hài lòng", "Very satisfied", 100, ""],
    ["satisfaction", "98", "Khó trả lời", "Don't know", "", "dont_know"],
    ["issues", "prices", "Giá cả", "Prices", "", ""],
    ["issues", "roads", "Đường sá", "Roads", "", ""],
    ["sexes", "1", "Nam", "Male", "", ""],
    ["sexes", "2", "Nữ", "Female", "", ""],
    ["sexes", "3", "Khác", "Other", "", ""],
]

AREAS = """vintage,code,level,name,name_en,parent,answer,valid_from,valid_to,source,as_of
2025-06-30,001,district,Huyện A,District A,,d_a,,2025-06-30,thử,2025-06-30
2025-06-30,002,district,Huyện B,District B,,d_b,,2025-06-30,thử,2025-06-30
"""

MARGIN_AREA = "area,population,source\n2025-06-30:001,6000,thử\n2025-06-30:002,4000,thử\n"
MARGIN_SEX = "sex,population,source\n1,4900,thử\n2,5100,thử\n"


def workbook(sheets: dict[str, list[list[object]]]) -> bytes:
    """Return an .xlsx with these sheets, row by row."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return stream.getvalue()


def form() -> bytes:
    """Return the XLSForm of the small study."""
    settings = [["form_title", "form_id", "version", "default_language"], ["Thử", "small", "v1", "Tiếng Việt (vi)"]]
    return workbook({"survey": SURVEY, "choices": CHOICES, "settings": settings})


def interview(area: str, village: int, person: int) -> dict[str, str]:
    """Return what is known of an interview before its first question of opinion."""
    return {
        "_uuid": f"{area}-{village}-{person:02}",
        "__version__": "v1",
        "_submission_time": f"2025-07-{10 + village}T03:00:00",
        "start": f"2025-07-{10 + village}T09:00:00.000+07:00",
        "end": f"2025-07-{10 + village}T09:14:00.000+07:00",
        "consent_part": "1",
        "district": f"d_{area}",
        "village": f"{area}{village}",
        "interviewer": f"i{village % 3}",
    }


def submissions(seed: int = 1) -> list[dict[str, str]]:
    """Draw 240 interviews, 20 in each of six villages of two areas, and two refusals."""
    draw = random.Random(seed)
    people = [(area, village, person) for area in "ab" for village in range(6) for person in range(20)]
    records = [
        {
            **interview(area, village, person),
            "living/life_overall": draw.choices(["1", "2", "3", "4", "5", "98"], [1, 3, 4, 8, 3, 1])[0],
            "living/worries": draw.choice(["prices", "roads", "prices roads"]),
            "living/worry_open": "Đường làng xấu",
            "sex": draw.choices(["1", "2", "3"], [45, 54, 1])[0],
        }
        for area, village, person in people
    ]
    refusals = [{"_uuid": f"no-{number}", "__version__": "v1", "consent_part": "2"} for number in range(2)]
    return records + refusals


def lines(records: Iterable[dict[str, str]]) -> bytes:
    """Return records as JSON lines."""
    return "".join(json.dumps(record, ensure_ascii=False, sort_keys=True) + "\n" for record in records).encode()


def write_small_study(
    root: Path, *, records: list[dict[str, str]] | None = None, study: str = STUDY, xlsform: bytes = b""
) -> Path:
    """Write the study and its raw wave below ``root``; return ``root``."""
    folder = Folder(root)
    for name, content in {
        "study.toml": study.encode(),
        "form.xlsx": xlsform or form(),
        "areas.csv": AREAS.encode(),
        "margin_area.csv": MARGIN_AREA.encode(),
        "margin_sex.csv": MARGIN_SEX.encode(),
    }.items():
        folder.write_file(name, content)
    manifest = Manifest(
        wave=WAVE,
        provenance="simulated",
        source="thử",
        received_at="2025-09-01T00:00:00+07:00",
        seed=1,
        files=(),
    )
    write_raw_wave(folder, manifest, {"submissions.jsonl": lines(records or submissions())})
    return root
