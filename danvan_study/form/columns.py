"""Our own columns beside XLSForm's: topic and role of a question, score and missing code of a choice; and languages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from danvan_study.codebook import Choice, FormUse, ItemCard, Role
from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.tables import MISSING
from danvan_study.text import nfc

if TYPE_CHECKING:
    from collections.abc import Mapping

    from danvan_study.form.workbook import FormWorkbook

DEFAULT_LANGUAGE = "vi"
"""Language of a plain ``label`` column in a form that names no default language."""
_CODE = re.compile(r"\(([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]+)*)\)\s*$")


def language_code(written: str) -> str:
    """Return the code in ``Tiếng Việt (vi)``, else the name as written."""
    code = _CODE.search(written)
    return code[1].lower() if code else nfc(written.strip())


def default_language(tree: Mapping[str, Any]) -> str:
    """Return the code of the form's default language."""
    written = str(tree.get("default_language") or "")
    return language_code(written) if written and written != "default" else DEFAULT_LANGUAGE


def read_labels(label: object, default: str) -> dict[str, str]:
    """Return language code to label; a label without a language stands under ``default``."""
    if label is None:
        return {}
    if not isinstance(label, dict):
        return {default: nfc(str(label).strip())}
    labels = {}
    for language, text in label.items():
        code = default if language == "default" else language_code(str(language))
        if text:
            labels[code] = nfc(str(text).strip())
    return labels


def read_role(element: Mapping[str, Any], form: FormWorkbook, row: int) -> Role:
    """Return the role of a question.

    Raises
    ------
    StudyError
        The word is not a role.
    """
    written = str(element.get("role") or "").strip()
    if written not in set(Role):
        words = ", ".join(role for role in Role if role)
        raise StudyError(
            form.where("survey", row, "role"),
            say('"{written}" is not a role.', written=written),
            say("Write one of {known}.", known=words),
        )
    return Role(written)


CARD_WORDS: Mapping[str, tuple[str, ...]] = {
    "scale": ("", "nominal"),
    "filled_by": ("", "self", "interviewer"),
    "consent": ("", "purpose", "controller", "rights", "part", "sensitive", "recontact", "release"),
}
"""Our own columns that know a few words only."""
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?: 00:00:00)?")


def read_card(element: Mapping[str, Any], form: FormWorkbook, row: int) -> ItemCard:
    """Return what our own columns say of a question.

    Raises
    ------
    StudyError
        A column holds a word that it doesn't know, or ``valid_from`` is no day.
    """
    written = {name: nfc(str(element.get(name) or "").strip()) for name in ItemCard.__slots__}
    for name, words in CARD_WORDS.items():
        if written[name] not in words:
            raise StudyError(
                form.where("survey", row, name),
                say('"{word}" is not known.', word=written[name]),
                say("Write one of {known}, or nothing.", known=", ".join(word for word in words if word)),
            )
    day = _DAY.fullmatch(written["valid_from"])
    if written["valid_from"] and not day:
        raise StudyError(
            form.where("survey", row, "valid_from"),
            say('"{text}" is no day.', text=written["valid_from"]),
            say("Write it as 2026-01-29."),
        )
    return ItemCard(**{**written, "valid_from": day[1] if day else ""})


def read_use(form: FormWorkbook) -> FormUse:
    """Return what the form is for, from the column ``use`` of its settings sheet.

    Raises
    ------
    StudyError
        The word is unknown.
    """
    written = str(form.settings.get("use") or FormUse.WAVE).strip()
    if written not in set(FormUse):
        raise StudyError(
            form.where("settings", 2, "use"),
            say('"{word}" is not known.', word=written),
            say("Write one of {known}.", known=", ".join(FormUse)),
        )
    return FormUse(written)


def read_choice(
    element: Mapping[str, Any], form: FormWorkbook, *, list_name: str, default: str, missing: Mapping[str, str]
) -> Choice:
    """Return one choice with its score and missing code.

    Raises
    ------
    StudyError
        A score is no number from 0 to 100, a missing code is unknown, or a choice has both.
    """
    name = nfc(str(element["name"]))
    row = form.choice_rows.get((nfc(list_name), name), 0)
    meaning = str(element.get("missing") or "").strip() if form.has_missing_column else missing.get(name, "")
    if meaning not in MISSING:
        words = ", ".join(word for word in MISSING if word)
        raise StudyError(
            form.where("choices", row, "missing"),
            say('"{word}" is not known.', word=meaning),
            say("Write one of {known}, or nothing.", known=words),
        )
    score = _read_score(str(element.get("score") or "").strip(), form, row)
    if score is not None and meaning:
        raise StudyError(
            form.where("choices", row, "score"),
            say(
                'the choice "{name}" means {meaning} and has the score {score:g}.',
                name=name,
                meaning=meaning,
                score=score,
            ),
            say("Empty one of the two cells: an answer that is missing has no score."),
        )
    own = ("name", "label", "score", "missing", "list_name")
    return Choice(
        name=name,
        labels=read_labels(element.get("label"), default),
        score=score,
        missing=meaning,
        columns={nfc(str(key)): nfc(str(cell)) for key, cell in element.items() if key not in own and cell is not None},
        row=row,
    )


def _read_score(written: str, form: FormWorkbook, row: int) -> float | None:
    if not written:
        return None
    try:
        score = float(written)
    except ValueError:
        score = float("nan")
    if not 0 <= score <= 100:
        raise StudyError(
            form.where("choices", row, "score"),
            say('"{written}" is not a number from 0 (worst) to 100 (best).', written=written),
            say("Write such a number, with a decimal point, or leave the cell empty."),
        )
    return score
