"""Make the files that go to the tablets, and the pilot and training twins of a form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.codebook import USE_FIELD, FormUse
from danvan_study.form.sheets import read_sheets
from danvan_study.form.workbook import read_workbook
from danvan_study.form.write import write_sheets

if TYPE_CHECKING:
    from danvan_study.form.sheets import Row

TITLES = {FormUse.PILOT: "[THỬ NGHIỆM]", FormUse.TRAINING: "[TẬP HUẤN]"}


def build_form(content: bytes, *, source: str, use: FormUse = FormUse.WAVE) -> dict[str, bytes]:
    """Return the files of a form: the workbook that goes to the server and the XForm that tablets read.

    A pilot or training form has an id and a title of its own, and marks each of its interviews, so that none of
    them can enter a wave.

    Raises
    ------
    StudyError
        pyxform refuses the form.
    """
    if use is not FormUse.WAVE:
        content = mark_form(content, source=source, use=use)
    return {"form.xlsx": content, "form.xml": read_workbook(content, source=source).xform.encode()}


def mark_form(content: bytes, *, source: str, use: FormUse) -> bytes:
    """Return a form's pilot or training twin."""
    sheets = read_sheets(content, source=source)
    settings = sheets["settings"][0]
    settings["form_id"] = f"{settings['form_id']}_{use}"
    settings["form_title"] = f"{TITLES[use]} {settings.get('form_title', '')}".strip()
    settings["use"] = str(use)
    part = next((place for place, row in enumerate(sheets["survey"]) if row.get("consent") == "part"), 0)
    consented = sheets["survey"][part + 1].get("relevant", "") if part + 1 < len(sheets["survey"]) else ""
    mark: Row = {"type": "calculate", "name": USE_FIELD, "calculation": f"'{use}'", "relevant": consented}
    sheets["survey"].insert(part + 1, mark)
    return write_sheets(sheets)
