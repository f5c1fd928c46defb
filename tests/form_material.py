"""XLSForms and studies for tests, written as rows."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING

import xlsxwriter

from danvan_study.form import read_form
from danvan_study.study import Consent, Design, Publication, Study, Wave, Weighting

if TYPE_CHECKING:
    from danvan_study.codebook import Codebook

Rows = "Sequence[Mapping[str, object]]"
VI = "label::Tiếng Việt (vi)"
EN = "label::English (en)"

WAVE = Wave(id="2025q3", forms=("form.xlsx",), start=date(2025, 7, 1), end=date(2025, 7, 31))


def workbook(**sheets: Rows) -> bytes:
    """Return an .xlsx with one sheet per keyword; the columns are the keys in order of appearance."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        columns = list(dict.fromkeys(column for row in rows for column in row))
        sheet.write_row(0, 0, columns)
        for number, row in enumerate(rows, 1):
            for column, value in row.items():
                sheet.write(number, columns.index(column), value)
    book.close()
    return stream.getvalue()


def choices(list_name: str, **labels: str) -> list[dict[str, object]]:
    """Return rows of the choices sheet; a leading underscore lets a keyword name a number."""
    return [{"list_name": list_name, "name": name.lstrip("_"), VI: label} for name, label in labels.items()]


SURVEY: list[dict[str, object]] = [
    {"type": "start", "name": "start"},
    {"type": "end", "name": "end"},
    {"type": "deviceid", "name": "deviceid"},
    {"type": "select_one yes_no", "name": "consent_part", VI: "Ông/bà có đồng ý trả lời không?", "role": "consent"},
    {"type": "begin_group", "name": "living", VI: "Đời sống", EN: "Living"},
    {"type": "select_one satisfaction", "name": "life_overall", VI: "Hài lòng đến mức nào?", "role": "opinion"},
    {"type": "select_multiple issue", "name": "issues", VI: "Việc gì cần làm trước?"},
    {"type": "integer", "name": "hh_size", VI: "Nhà có mấy người?"},
    {"type": "begin_repeat", "name": "children", VI: "Các con"},
    {"type": "integer", "name": "age", VI: "Tuổi của con"},
    {"type": "select_multiple issue", "name": "needs", VI: "Con cần gì?"},
    {"type": "end_repeat"},
    {"type": "end_group"},
    {"type": "text", "name": "worry", VI: "Băn khoăn điều gì?"},
    {"type": "date", "name": "moved_on", VI: "Chuyển đến ngày nào?"},
    {"type": "text", "name": "so_dien_thoai", VI: "Số điện thoại"},
    {"type": "geopoint", "name": "spot", VI: "Vị trí"},
]
CHOICES: list[dict[str, object]] = [
    *choices("yes_no", _1="Đồng ý", _2="Không"),
    {"list_name": "satisfaction", "name": 1, VI: "Rất không hài lòng", EN: "Very dissatisfied", "score": 0},
    {"list_name": "satisfaction", "name": 3, VI: "Bình thường", EN: "Neither", "score": 50},
    {"list_name": "satisfaction", "name": 5, VI: "Rất hài lòng", EN: "Very satisfied", "score": 100},
    {"list_name": "satisfaction", "name": 98, VI: "Không biết", EN: "Don't know", "missing": "dont_know"},
    *choices("issue", roads="Đường sá", water="Điện nước", health="Y tế", school="Trường học", road="Đường"),
]


def form_bytes(survey: Rows = SURVEY, choice_rows: Rows = CHOICES, *, version: str = "v1", **sheets: Rows) -> bytes:
    """Return the bytes of an XLSForm."""
    settings = [{"form_id": "f", "version": version, "default_language": "Tiếng Việt (vi)"}]
    return workbook(survey=survey, choices=choice_rows, settings=settings, **sheets)


def codebook(survey: Rows = SURVEY, choice_rows: Rows = CHOICES, *, version: str = "v1") -> Codebook:
    """Return the codebook of such a form."""
    return read_form(form_bytes(survey, choice_rows, version=version), source=f"form_{version}.xlsx")


def study(design: Design | None = None, **changes: object) -> Study:
    """Return a study with one consent question; ``changes`` replace fields."""
    consent = (Consent(question="consent_part", yes=("1",)),)
    fields: dict[str, object] = {
        "name": {"vi": "Thử"},
        "languages": ("vi", "en"),
        "sponsor": "s",
        "conducted_by": "c",
        "contact": "k",
        "population": "p",
        "areas_file": "",
        "areas_vintage": "",
        "areas_level": "",
        "design": design or Design(consent=consent),
        "groups": (),
        "missing": {},
        "withhold": (),
        "weighting": Weighting(),
        "publication": Publication(),
        "waves": (WAVE,),
    }
    return Study(**(fields | changes))  # type: ignore[arg-type]
