"""The codebook as a workbook: variables, values, what stays in the office, what was shortened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.exchange.leave import REASONS
from danvan_study.exchange.sheets import Rows, write_sheets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.exchange.dataset import Dataset
    from danvan_study.exchange.labels import Shortened


def as_codebook_xlsx(dataset: Dataset, *, languages: Sequence[str], shortened: Sequence[Shortened] = ()) -> bytes:
    """Return the codebook as .xlsx; labels stand whole in every language."""
    return write_sheets(
        dataset.title(languages[0]),
        {
            "Biến": _variables(dataset, languages),
            "Giá trị": _values(dataset, languages),
            "Để lại": _left_out(dataset),
            "Nhãn rút gọn": _shortened(shortened),
        },
    )


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
