"""A small form that keeps every rule, to be broken one rule at a time."""

from __future__ import annotations

from danvan_study.errors import StudyError
from danvan_study.form import read_form
from danvan_study.form.lint.consent import script_hash
from tests.form_material import EN, VI, workbook

HVI, HEN = "hint::Tiếng Việt (vi)", "hint::English (en)"
MVI, MEN = "constraint_message::Tiếng Việt (vi)", "constraint_message::English (en)"
PART = "${consent_part} = '1'"


def row(kind: str, name: str, vi: str = "", **cells: str) -> dict[str, str]:
    labels = {VI: vi, EN: f"{vi} (en)"} if vi else {}
    return {"type": kind, "name": name, **labels, **cells}


def item(kind: str, name: str, vi: str, **cells: str) -> dict[str, str]:
    known = {"required": "yes", "relevant": PART, "role": "opinion", "purpose": "x", "valid_from": "2026-01-29"}
    return row(kind, name, vi, **(known | cells))


SURVEY = [
    row("start", "start"),
    row("end", "end"),
    row("note", "script_purpose", "Khảo sát này để biết ý kiến của người dân", consent="purpose"),
    row("note", "script_controller", "Đơn vị chủ trì chịu trách nhiệm về số liệu này", consent="controller"),
    row("note", "script_rights", "Ông bà tham gia hay không là tuỳ ý", consent="rights"),
    row("select_one yes_no", "consent_part", "Có đồng ý?", required="yes", role="consent", consent="part"),
    row("calculate", "consent_script", calculation="'?'", relevant=PART, role="consent"),
    row("select_one yes_no", "consent_sensitive", "Hỏi được không?", required="yes", relevant=PART, role="consent",
        consent="sensitive"),
    row("select_one yes_no", "consent_recontact", "Gọi lại?", required="yes", relevant=PART, role="consent",
        consent="recontact"),
    row("select_one yes_no", "consent_release", "Công bố?", required="yes", relevant=PART, role="consent",
        consent="release"),
    item("select_one district", "district", "Huyện nào?", role="design"),
    item("integer", "hh_adults", "Nhà có mấy người lớn?", role="design", constraint=". >= 1",
         **{MVI: "Từ 1", MEN: "1+"}),
    item("select_one satisfaction", "life", "Hài lòng đến mức nào?"),
    item("select_one satisfaction", "free", "Có thoải mái nói không?", filled_by="self",
         **{HVI: "Đưa máy", HEN: "Hand over"}),
    item("select_one topics", "first", "Việc gì trước?", scale="nominal"),
    item("text", "worry", "Băn khoăn gì?", required="no", **{HVI: "Không ghi tên", HEN: "No names"}),
    item("select_one origin", "ethnic_band", "Nhóm dân tộc nào?", role="background",
         relevant="${consent_sensitive} = '1'"),
]  # fmt: skip


def choice(list_name: str, name: str, vi: str, /, **cells: object) -> dict[str, object]:
    return {"list_name": list_name, "name": name, VI: vi, EN: f"{vi} (en)", **cells}


DONT_KNOW, REFUSED = {"missing": "dont_know"}, {"missing": "refused"}
CHOICES = [
    choice("yes_no", "1", "Có", score=None),
    choice("yes_no", "2", "Không"),
    choice("district", "d2025_058", "Bắc Kạn"),
    choice("satisfaction", "1", "Không", score=0),
    choice("satisfaction", "2", "Có", score=100),
    choice("satisfaction", "98", "Không biết", **DONT_KNOW),
    choice("satisfaction", "99", "Không trả lời", **REFUSED),
    choice("topics", "1", "Đường"),
    choice("topics", "98", "Không biết", **DONT_KNOW),
    choice("topics", "99", "Không trả lời", **REFUSED),
    choice("origin", "1", "Kinh"),
    choice("origin", "2", "Khác"),
]
SETTINGS = {"form_title": "Thử", "form_id": "f", "version": "v1", "default_language": "Tiếng Việt (vi)"}


def form(survey=SURVEY, choices=CHOICES, settings=SETTINGS) -> bytes:
    """Return the form; the hash of its script is filled in unless it was broken on purpose."""

    def write(rows):
        kept = [{key: value for key, value in each.items() if value not in ("", None)} for each in choices]
        return workbook(survey=rows, choices=kept, settings=[settings])

    if not any(each.get("calculation") == "'?'" for each in survey):
        return write(survey)
    try:
        said = script_hash(read_form(write(survey), source="f"))
    except StudyError:  # broken on purpose
        return write(survey)
    stored = {"calculation": f"'{said}'"}
    return write([each | stored if each.get("calculation") == "'?'" else each for each in survey])


def changed(name: str, /, **cells: str) -> list[dict[str, str]]:
    """Return the survey with some cells of one question replaced."""
    return [each | cells if each["name"] == name else each for each in SURVEY]


def without(*names: str) -> list[dict[str, str]]:
    return [each for each in SURVEY if each["name"] not in names]


def choices_changed(list_name: str, name: str, /, **cells: object) -> list[dict[str, object]]:
    return [each | cells if (each["list_name"], each["name"]) == (list_name, name) else each for each in CHOICES]
