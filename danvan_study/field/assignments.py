"""Assignment sheets: which households an enumerator goes to, and what came of each attempt. No names, no answers."""

from __future__ import annotations

import io
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import xlsxwriter

from danvan_study.errors import StudyError
from danvan_study.field.dispositions import FILE_COLUMNS
from danvan_study.messages import Words, say
from danvan_study.tables import RESULTS, Visits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from danvan_study.field.roster import Enumerator

ATTEMPTS = 3
CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 -- a fixed date: the same content gives the same bytes
PLACE = ("điều tra viên", "thôn", "xã", "khu vực", "hộ số", "nhà thứ")
HEAD = (*PLACE, *(f"lần {n}: {what}" for n in range(1, ATTEMPTS + 1) for what in ("ngày", "kết quả")))
BLANKS = ("",) * (2 * ATTEMPTS)
WIDTHS = (13, 13, 26, 10, 7, 8, *(11,) * len(BLANKS))
HEAD_ROW, A4 = 4, 9
"""Row of the head, from 0; A4 as Excel calls it."""
RESIDENCE = {"urban": "thành thị", "rural": "nông thôn"}
RESULT_WORDS = dict(
    zip(
        RESULTS,
        (
            "phỏng vấn xong", "phỏng vấn một phần", "từ chối", "bỏ giữa chừng", "không gặp người được chọn",
            "người được chọn đã mất", "không đủ sức trả lời", "không cùng ngôn ngữ", "không rõ có hộ ở hay không",
            "không rõ có người từ 18 tuổi hay không", "không rõ, lý do khác", "không phải nhà ở", "nhà bỏ trống",
            "không có người từ 18 tuổi",
        ),
        strict=True,
    )
)  # fmt: skip
RULES = {
    "list": 'Cột "nhà thứ" là số thứ tự của hộ trong danh sách hộ của thôn.',
    "walk": 'Cột "nhà thứ" đếm từ nhà gần nhà văn hoá thôn nhất, luôn rẽ phải, mỗi nhà ở đếm một.',
}
NO_REPLACEMENT = (
    f"Đến mỗi hộ nhiều nhất {ATTEMPTS} lần, khác buổi. Không thay hộ, không thay người. Ghi kết quả mọi lần đến; "
    "không ghi tên, số điện thoại, địa chỉ hay câu trả lời vào bảng này."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What one enumerator is given; without a roster, what is to be done in one area."""

    name: str
    """Account, or the code of the area."""
    villages: tuple[str, ...]


def share_villages(
    sample: pd.DataFrame, roster: Sequence[Enumerator], *, names: Mapping[str, str]
) -> tuple[Assignment, ...]:
    """Give every village to an enumerator of its area: whoever has fewest so far, in the order of the roster.

    Neighbouring villages go to different enumerators, so that whoever stands out can be told from the place.

    Parameters
    ----------
    sample
        The sample file.
    roster
        Empty: one sheet for each area.
    names
        Key of an area to its name, as the roster writes it.

    Raises
    ------
    StudyError
        Nobody of the roster works in an area.
    """
    given: dict[str, list[str]] = defaultdict(list)
    for area, villages in sample.groupby("area", sort=False)["cluster"]:
        workers = [each.account for each in roster if names[str(area)] in each.areas]
        if roster and not workers:
            raise StudyError(
                say("the roster"),
                say("nobody works in {area}.", area=names[str(area)]),
                say("Add that area to somebody's row."),
            )
        for village in villages:
            name = min(workers, key=lambda who: len(given[who])) if workers else str(area).rpartition(":")[2]
            given[name].append(village)
    return tuple(Assignment(name=name, villages=tuple(villages)) for name, villages in sorted(given.items()))


def set_sheet(
    assignment: Assignment, frame: pd.DataFrame, *, numbers: Mapping[str, Sequence[int]], title: str, selection: str
) -> bytes:
    """Return the sheet of one assignment as .xlsx, with a second sheet that explains the results.

    Parameters
    ----------
    frame
        Indexed by village: ``commune_name`` and ``residence``.
    numbers
        Village to the households drawn.
    selection
        ``list`` or ``walk``.
    """
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.set_properties({"title": title, "created": CREATED})
        bold = book.add_format({"bold": True, "border": 1, "text_wrap": True})
        boxed = book.add_format({"border": 1, "num_format": "@"})
        sheet = book.add_worksheet("phan_cong")
        for row, line in enumerate((title, RULES[selection], NO_REPLACEMENT)):
            sheet.write(row, 0, line)
        sheet.write_row(HEAD_ROW, 0, HEAD, bold)
        row = HEAD_ROW
        for village in assignment.villages:
            where = frame.loc[village]
            for household, number in enumerate(numbers[village], 1):
                row += 1
                place = (assignment.name, village, where["commune_name"], RESIDENCE[str(where["residence"])])
                sheet.write_row(row, 0, (*place, household, number, *BLANKS), boxed)
        for attempt in range(ATTEMPTS):
            column = len(PLACE) + 2 * attempt + 1
            sheet.data_validation(HEAD_ROW + 1, column, row, column, {"validate": "list", "source": list(RESULTS)})
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(HEAD_ROW + 1, len(PLACE))
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEAD_ROW)
        meaning = book.add_worksheet("ket_qua")
        meaning.write_row(0, 0, ("kết quả", "nghĩa là"), bold)
        for number, (code, text) in enumerate(RESULT_WORDS.items(), 1):
            meaning.write_row(number, 0, (code, text), boxed)
        meaning.set_column(1, 1, 45)
    return stream.getvalue()


def read_sheet(cells: Sequence[Sequence[str]], *, file: str, areas: Mapping[str, str]) -> list[dict[str, str]]:
    """Read a filled sheet: one row for each attempt, as the file of visits has them.

    Parameters
    ----------
    cells
        Of the first sheet.
    areas
        Village to its area.

    Raises
    ------
    StudyError
        The head is another, a village was not drawn, an attempt has a day and no result, or a day can't be read.
    """
    start = next((n for n, row in enumerate(cells) if tuple(row[: len(HEAD)]) == HEAD), None)
    if start is None:
        raise StudyError(
            file, say("this is no assignment sheet."), say("Its head is: {columns}.", columns=", ".join(HEAD))
        )
    attempts = []
    for number, row in enumerate(cells[start + 1 :], start + 2):
        where = say("{file}, row {row}", file=file, row=number)
        interviewer, village, *_, household, _ = row[: len(PLACE)]
        if not village:
            continue
        if village not in areas:
            raise StudyError(
                where,
                say('the village "{village}" was not drawn.', village=village),
                say("Nobody is replaced; mend the name."),
            )
        for attempt in range(ATTEMPTS):
            day, result = (cell.strip() for cell in row[len(PLACE) + 2 * attempt :][:2])
            if day and not result:
                raise StudyError(
                    where,
                    say("attempt {attempt} has a day and no result.", attempt=attempt + 1),
                    say("Fill in the result."),
                )
            if result:
                row_of = (
                    f"{village}-{household}-{attempt + 1}",
                    areas[village],
                    village,
                    household,
                    result.replace(",", "."),
                    interviewer,
                    _day(day, where),
                )
                attempts.append(dict(zip(FILE_COLUMNS, row_of, strict=True)))
    return attempts


def _day(text: str, where: Words) -> str:
    for form in ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y", "%d-%m-%Y"):
        try:
            return datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007 -- a day, whatever the zone
        except ValueError:
            continue
    if text:
        raise StudyError(
            where, say('"{text}" is no day.', text=text), say("Write it as {date:%d/%m/%Y}.", date=date(2026, 9, 1))
        )
    return ""


assert FILE_COLUMNS[0] == Visits.visit
