"""The form of a past study: today's form with what was not asked then closed, and what is not asked today added."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.exchange.matches import BASE_WEIGHT, Decision, Match, Matches
from danvan_study.exchange.names import legal_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from danvan_study.codebook import Codebook

Row = dict[str, str]
NEVER = "false()"
OWN = "cau_hoi_rieng"
"""Section of the questions that are not asked today."""


def past_form(
    sheets: Mapping[str, Sequence[Row]], matches: Matches, codebook: Codebook, *, wave: str
) -> dict[str, list[Row]]:
    """Return the sheets of a past wave's form.

    Today's questions keep words, choices and scores where they were asked the same, so that the trend joins them; a
    reworded one has the words of its day; what was not asked can never be asked (``relevant`` is ``false()``). The
    others stand at the end under names of their own. Required marks and constraints go: nobody fills this form in.
    """
    label = _label_column(sheets["survey"], codebook)
    survey = [_then(row, matches, label=label) for row in sheets["survey"]]
    own, lists = _own(matches, label=label, wave=wave)
    settings = [
        {**row, "version": wave, "form_title": f"{row.get('form_title', '')} · {wave}"} for row in sheets["settings"]
    ]
    others = {name: list(rows) for name, rows in sheets.items() if name not in ("survey", "choices", "settings")}
    return {"survey": [*survey, *own], "choices": [*sheets.get("choices", ()), *lists], "settings": settings, **others}


def own_names(matches: Matches, wave: str) -> dict[str, str]:
    """Return the names in the form of the variables that are kept apart."""
    apart = [match.line.variable for match in matches.items if match.decision is Decision.APART]
    return dict(zip(apart, (f"cu_{wave}_{name}" for name in legal_names(apart)), strict=True))


def _label_column(survey: Sequence[Row], codebook: Codebook) -> str:
    """Return the column of the labels in the form's own language."""
    columns = [column for row in survey for column in row if column.partition("::")[0].strip() == "label"]
    named = [column for column in columns if column.endswith(f"({codebook.languages[0]})")]
    return (named or columns or ["label"])[0]


def _then(row: Row, matches: Matches, *, label: str) -> Row:
    kind, name = row.get("type", ""), row.get("name", "")
    if not name or kind.startswith(("begin", "end ", "end_")):
        return {column: cell for column, cell in row.items() if column != "relevant"}
    if kind in ("start", "end", "today"):
        return row
    found = matches.of(name)
    if not found:
        return _without_duties(row) | {"relevant": NEVER}
    asked = {column: cell for column, cell in _without_duties(row).items() if column != "relevant"}
    if found[0].decision is Decision.REWORDED:
        others = {column: cell for column, cell in asked.items() if column.partition("::")[0].strip() != "label"}
        return others | {label: found[0].line.label or name}
    return asked


def _without_duties(row: Row) -> Row:
    return {column: cell for column, cell in row.items() if column.partition("::")[0] not in ("required", "constraint")}


def _own(matches: Matches, *, label: str, wave: str) -> tuple[list[Row], list[Row]]:
    names = own_names(matches, wave)
    survey: list[Row] = [{"type": "begin_group", "name": OWN, label: f"Câu hỏi riêng của khảo sát {wave}"}]
    lists: list[Row] = []
    for match in matches.items:
        if match.question == BASE_WEIGHT and match.decision is not Decision.DROP:
            survey.append(
                {"type": "decimal", "name": BASE_WEIGHT, label: match.line.label or BASE_WEIGHT, "role": "design"}
            )
        elif match.decision is Decision.APART:
            name = names[match.line.variable]
            kind = f"select_one {name}" if match.meanings else "decimal"
            survey.append(
                {"type": kind, "name": name, label: match.line.label or name, "role": "background", "scale": "nominal"}
            )
            lists += [_choice(match, value, list_name=name, label=label) for value in match.meanings]
    return ([*survey, {"type": "end_group"}] if len(survey) > 1 else []), lists


def _choice(match: Match, value: str, *, list_name: str, label: str) -> Row:
    line = match.meanings[value]
    return {
        "list_name": list_name,
        "name": choice_name(value),
        label: line.value_label or value,
        "missing": line.answer,
    }


def choice_name(value: str) -> str:
    """Return a value as the name of a choice: no blanks, no comma."""
    return "_".join(value.replace(",", ".").split())
