"""Offer the areas of a study in its form: the lists of provinces and districts on the choices sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from danvan_study.areas.lists import province_answer
from danvan_study.errors import StudyError
from danvan_study.form.columns import language_code
from danvan_study.messages import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from danvan_study.areas import Area, Areas
    from danvan_study.form.sheets import Row, Sheets

PROVINCE: Final = "province"
"""List of the provinces, and column of the districts' list that says to which of them each belongs."""
DISTRICT: Final = "district"
LABEL: Final = "label::"


def offer_areas(sheets: Sheets, areas: Areas | None, *, file: str) -> Sheets:
    """Return the sheets with the reporting areas, and the provinces above them, as the places a form offers.

    Parameters
    ----------
    areas
        None: the study has none so far, and the form offers none.
    file
        Name of the areas table, for messages.

    Raises
    ------
    StudyError
        An area lies in no province of the table.
    """
    choices = sheets["choices"]
    labels = {column: language_code(column) for row in choices for column in row if column.startswith(LABEL)}
    kept = [row for row in choices if row.get("list_name") not in {PROVINCE, DISTRICT}]
    return sheets | {"choices": kept + list(_offered(areas, labels, file) if areas else ())}


def _offered(areas: Areas, labels: dict[str, str], file: str) -> Iterator[Row]:
    above = {area.key: area for area in areas.others}
    for area in areas.reporting:
        if area.parent not in above:
            raise StudyError(
                say("{file}, row {row}", file=file, row=area.row),
                say('the table has no province "{parent}" for "{name}".', parent=area.parent, name=area.name),
                say("Give the province a row of its own, and write its vintage:code as the parent."),
            )
    for key in dict.fromkeys(area.parent for area in areas.reporting):
        yield {"list_name": PROVINCE, "name": _answer(above[key]), **_labels(above[key], labels)}
    for area in areas.reporting:
        province = _answer(above[area.parent])
        yield {"list_name": DISTRICT, "name": area.answer, **_labels(area, labels), PROVINCE: province}


def _answer(province: Area) -> str:
    return province_answer(province.vintage, province.code)


def _labels(area: Area, labels: dict[str, str]) -> Row:
    return {column: area.label(language) for column, language in labels.items()}
