"""XLSForms and submissions as the stand-in keeps them."""

from __future__ import annotations

import io
import secrets
from xml.etree import ElementTree as ET

import openpyxl


def read_content(workbook: bytes) -> dict[str, object]:
    """Read a workbook as the server does: survey, choices, settings, translations; nothing is checked."""
    book = openpyxl.load_workbook(io.BytesIO(workbook), read_only=True, data_only=True)
    sheets = {sheet.title: _rows(sheet) for sheet in book}
    book.close()
    survey = sheets.get("survey", [])
    translations = _translations(survey)
    return {
        "schema": "1",
        "survey": [_question(row, translations) for row in survey if row.get("type")],
        "choices": [_choice(row, translations) for row in sheets.get("choices", [])],
        "settings": next(iter(sheets.get("settings", [])), {}),
        "translations": translations,
        "translated": ["label"],
    }


def _rows(sheet) -> list[dict[str, str]]:
    lines = [["" if cell is None else str(cell) for cell in line] for line in sheet.iter_rows(values_only=True)]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:] if any(line)] if lines else []


def _translations(survey: list[dict[str, str]]) -> list[str | None]:
    heads = survey[0].keys() if survey else ()
    named = [head.partition("::")[2] for head in heads if head.startswith("label::")]
    return named or [None]


def _labels(row: dict[str, str], translations: list[str | None]) -> list[str | None]:
    return [row.get(f"label::{name}" if name else "label") or None for name in translations]


def _question(row: dict[str, str], translations: list[str | None]) -> dict[str, object]:
    kind, _, rest = row["type"].partition(" ")
    question: dict[str, object] = {"type": kind, "$kuid": secrets.token_hex(4)}
    if kind.startswith("select"):
        question["select_from_list_name"] = rest
    elif rest:
        question["type"] = row["type"].replace(" ", "_")
    if row.get("name"):
        question["name"] = question["$autoname"] = row["name"]
    if any(_labels(row, translations)):
        question["label"] = _labels(row, translations)
    plain = {key: text for key, text in row.items() if text and key not in ("type", "name") and "label" not in key}
    return question | plain


def _choice(row: dict[str, str], translations: list[str | None]) -> dict[str, object]:
    plain = {key: text for key, text in row.items() if text and "label" not in key}
    return plain | {"label": _labels(row, translations), "$kuid": secrets.token_hex(4)}


def compile_form(workbook: bytes) -> str:
    """Return the XForm, or raise as pyxform does."""
    from pyxform.xls2xform import convert

    return convert(workbook, validate=False, file_type=".xlsx").xform


def read_submission(xml: bytes, repeats: set[str], *, absent_keys: bool) -> tuple[str, dict[str, object]]:
    """Return the asset that a submission names, and its answers under full paths."""
    root = ET.fromstring(xml)
    record: dict[str, object] = {}
    _gather(root, "", record, repeats, absent_keys=absent_keys)
    return root.get("id", _plain(root.tag)), record


def _gather(element, path: str, record: dict[str, object], repeats: set[str], *, absent_keys: bool) -> None:
    for child in element:
        name = _plain(child.tag)
        inner = f"{path}/{name}" if path else name
        if name in repeats:
            turn: dict[str, object] = {}
            _gather(child, inner, turn, repeats, absent_keys=absent_keys)
            record.setdefault(inner, []).append(turn)
        elif len(child):
            _gather(child, inner, record, repeats, absent_keys=absent_keys)
        elif (child.text or "").strip() or not absent_keys:
            record[inner] = child.text or ""


def _plain(tag: str) -> str:
    return tag.rpartition("}")[2]
