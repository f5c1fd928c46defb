"""The codebook as a workbook: variables, values, what stays in the office, what was shortened."""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING

import xlsxwriter

from danvan_study.exchange.leave import REASONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.exchange.dataset import Dataset
    from danvan_study.exchange.labels import Shortened

CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 -- xlsxwriter takes no zone; fixed, so that equal books are equal bytes
WIDEST = 70
Rows = list[list[str | int | float]]


def as_codebook_xlsx(dataset: Dataset, *, languages: Sequence[str], shortened: Sequence[Shortened] = ()) -> bytes:
    """Return the codebook as .xlsx; labels stand whole in every language."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": dataset.title(languages[0]), "created": CREATED})
    for title, rows in {
        "Biến": _variables(dataset, languages),
        "Giá trị": _values(dataset, languages),
        "Để lại": _left_out(dataset),
        "Nhãn rút gọn": _shortened(shortened),
    }.items():
        _write(book, title, rows, note=dataset.title(languages[0]))
    book.close()
    return stream.getvalue()


def _variables(dataset: Dataset, languages: Sequence[str]) -> Rows:
    head = ["biến (variable)", *(f"nhãn ({language})" for language in languages)]
    rows: Rows = [[*head, "thang đo (measure)", "vai trò (part)", "trong phiếu (in the form)", "n", "khuyết (missing)"]]
    for variable in dataset.variables:
        cells = dataset.table[variable.name]
        codes = [value.code for value in variable.missing]
        labels = [variable.labels.get(language, "") for language in languages]
        answered = int((cells.notna() & ~cells.isin(codes)).sum())
        missing = ", ".join(map(str, codes))
        rows.append([variable.name, *labels, variable.measure, variable.part, variable.source, answered, missing])
    return rows


def _values(dataset: Dataset, languages: Sequence[str]) -> Rows:
    head = ["biến (variable)", "mã (code)", *(f"nhãn ({language})" for language in languages)]
    rows: Rows = [[*head, "trong phiếu (in the form)", "khuyết (missing)", "n"]]
    for variable in dataset.variables:
        counts = dataset.table[variable.name].value_counts()
        for value in variable.codes:
            labels = [value.labels.get(language, "") for language in languages]
            count = int(counts.get(float(value.code), 0))
            rows.append([variable.name, value.code, *labels, value.answer, value.missing, count])
    return rows


def _left_out(dataset: Dataset) -> Rows:
    rows: Rows = [["câu hỏi (question)", "vì sao không có ở đây", "why it is not here"]]
    rows += [[name, *REASONS[reason]] for name, reason in dataset.left_out.items()]
    for name, count in dataset.outside.items():
        rows.append([name, f"{count} câu trả lời ngoài danh sách: để trống", f"{count} answers are no choice: blank"])
    return rows


def _shortened(shortened: Sequence[Shortened]) -> Rows:
    rows: Rows = [["tệp (file)", "biến (variable)", "mã (code)", "nhãn đầy đủ (full)", "trong tệp (in the file)"]]
    return rows + [[each.format, each.variable, each.value, each.full, each.written] for each in shortened]


def _write(book: xlsxwriter.Workbook, title: str, rows: Rows, *, note: str) -> None:
    sheet = book.add_worksheet(title)
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#DDE6EE"})
    cell = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.write_string(0, 0, note, book.add_format({"bold": True}))
    for place, row in enumerate(rows, 1):
        for column, content in enumerate(row):
            style = bold if place == 1 else cell
            if isinstance(content, (int, float)):
                sheet.write_number(place, column, content, style)
            else:
                sheet.write_string(place, column, content, style)
    for column, head in enumerate(rows[0]):
        longest = max(len(str(row[column])) for row in rows)
        sheet.set_column(column, column, min(max(longest, len(str(head)) // 2), WIDEST) + 2)
    sheet.freeze_panes(2, 1)
    sheet.autofilter(1, 0, max(len(rows), 1), len(rows[0]) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
