"""A questionnaire to be printed, for interviews on paper: the same words, choices, codes and skips as on the tablet."""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING, Final

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from danvan_study.codebook import QuestionKind, Role
from danvan_study.form.skips import Skips

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from docx.document import Document as DocxDocument
    from docx.text.paragraph import Paragraph

    from danvan_study.codebook import Codebook, Question

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "vi": {
        "number": "Phiếu số: ________________     Đợt: _________     Ngày: ____/____/______     Bắt đầu: ____ giờ ____",
        "self": "Đưa phiếu cho người trả lời tự đánh dấu.",
        "apart": "Không đọc:",
        "list": "Mã (tra danh sách kèm theo): ______________________",
        "many": "Có thể đánh dấu nhiều ô.",
        "free": "Ghi:",
        "draw": "Bảng chọn người: hàng là chữ số cuối của số phiếu, cột là số người từ 18 tuổi trở lên; ô là thứ tự"
        " theo tuổi của người được hỏi, từ cao xuống thấp.",
        "digit": "Số cuối",
        "page": "trang",
    },
    "en": {
        "number": "Form no.: ________________     Wave: _________     Date: ____/____/_____     Start: ____:____",
        "self": "Hand the form over; the respondent marks alone.",
        "apart": "Do not read out:",
        "list": "Code (see the list): ______________________",
        "many": "Several boxes may be marked.",
        "free": "Write:",
        "draw": "Whom to ask: the row is the last digit of the form number, the column the number of people of 18 or"
        " older; the cell is the place by age, oldest first, of whom to ask.",
        "digit": "Last digit",
        "page": "page",
    },
}
FONT = "Times New Roman"
GREY = RGBColor(0x55, 0x55, 0x55)
LONGEST_LIST = 20
"""Longer lists are printed apart and answered by code."""
SIDE_BY_SIDE = 6
"""More choices than this stand in two columns."""
LARGEST_HOUSEHOLD = 12
APART = ("dont_know", "refused")
"""Meanings of choices that are not read out."""
MADE = datetime(2020, 1, 1)  # noqa: DTZ001 -- fixed, so that equal forms are equal bytes; documents know no zones


def print_form(codebook: Codebook, *, language: str) -> bytes:
    """Return the questionnaire as DOCX, A4.

    Parameters
    ----------
    codebook
        The form.
    language
        ``vi`` or ``en``.
    """
    paper = _Paper(codebook, language)
    paper.write()
    stream = io.BytesIO()
    paper.document.save(stream)
    return stream.getvalue()


class _Paper:
    """One printed questionnaire in the making."""

    def __init__(self, codebook: Codebook, language: str) -> None:
        self.codebook = codebook
        self.language = language
        self.words = WORDS.get(language, WORDS["en"])
        self.document = _blank()
        self.skips = Skips(codebook, language)
        self.numbers = self.skips.numbers

    def write(self) -> None:
        title = self._line(self.codebook.title, size=15, bold=True)
        title.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._line(self.words["number"], size=11)
        self._footer()
        headed = ""
        for question in self.codebook.questions:
            section = question.path.rpartition("/")[0]
            if section != headed and (question.name in self.numbers or question.type_as_written == "note"):
                headed = section
                self._heading(section)
            if question.name in self.numbers:
                self._question(question)
            elif question.type_as_written == "note" and "${" not in question.label(self.language):
                for part in question.label(self.language).split("\n"):
                    self._line(part, size=11.5)

    def _heading(self, path: str) -> None:
        label = next((each.label(self.language) for each in self.codebook.sections if each.path == path), "")
        if label:
            heading = self._line(label.upper(), size=12, bold=True)
            heading.paragraph_format.space_before = Pt(12)
            heading.paragraph_format.keep_with_next = True

    def _question(self, question: Question) -> None:
        asked = self._line(f"{self.numbers[question.name]}. {question.label(self.language)}", size=12, bold=True)
        asked.paragraph_format.space_before = Pt(7)
        asked.paragraph_format.keep_with_next = True
        for note in self._notes(question):
            line = self._line(note, size=10, italic=True)
            line.paragraph_format.keep_with_next = True
        if question.kind in (QuestionKind.SELECT_ONE, QuestionKind.SELECT_MULTIPLE):
            self._choices(question)
        else:
            self._line(f"{self.words['free']} {'_' * (60 if question.kind is QuestionKind.TEXT else 12)}", size=11.5)
        if question.kind is QuestionKind.TEXT and question.role is Role.OPINION:
            self._line("_" * 75, size=11.5)
        if question.name == "hh_adults":
            self._draw_table()

    def _notes(self, question: Question) -> Iterator[str]:
        if condition := self.skips.told(question.relevant):
            yield condition
        if question.card.filled_by == "self":
            yield self.words["self"]
        elif question.hint(self.language):
            yield question.hint(self.language)
        if question.kind is QuestionKind.SELECT_MULTIPLE:
            yield self.words["many"]

    def _choices(self, question: Question) -> None:
        if not question.choices or len(question.choices) > LONGEST_LIST:
            self._line(self.words["list"], size=11.5)
            return
        plain = [
            f"☐ {each.name}  {each.label(self.language)}" for each in question.choices if each.missing not in APART
        ]
        apart = [f"☐ {each.name}  {each.label(self.language)}" for each in question.choices if each.missing in APART]
        if len(plain) > SIDE_BY_SIDE:
            self._columns(plain)
        else:
            for place, text in enumerate(plain, 1):
                line = self._line(text, size=11.5, indent=6)
                line.paragraph_format.keep_with_next = place < len(plain) or bool(apart)
        if apart:
            line = self._line(f"{self.words['apart']} {'     '.join(apart)}", size=10, indent=6)
            line.runs[0].font.color.rgb = GREY

    def _columns(self, texts: Sequence[str]) -> None:
        half = (len(texts) + 1) // 2
        table = self.document.add_table(rows=half, cols=2)
        for place, text in enumerate(texts):
            cell = table.cell(place % half, place // half)
            _fill(cell.paragraphs[0], text, size=11.5)
            cell.paragraphs[0].paragraph_format.left_indent = Mm(4)
        for row in table.rows:
            _never_split(row)

    def _draw_table(self) -> None:
        self._line(self.words["draw"], size=10, italic=True).paragraph_format.keep_with_next = True
        table = self.document.add_table(rows=11, cols=LARGEST_HOUSEHOLD + 1)
        table.style = "Table Grid"
        heads = [self.words["digit"], *map(str, range(1, LARGEST_HOUSEHOLD + 1))]
        for place, head in enumerate(heads):
            _fill(table.cell(0, place).paragraphs[0], head, size=9, bold=True)
        for digit in range(10):
            _never_split(table.rows[digit])
            _fill(table.cell(digit + 1, 0).paragraphs[0], str(digit), size=9, bold=True)
            for adults in range(1, LARGEST_HOUSEHOLD + 1):
                _fill(table.cell(digit + 1, adults).paragraphs[0], str(whom_to_ask(digit, adults)), size=9)

    def _line(
        self, text: str, *, size: float, bold: bool = False, italic: bool = False, indent: float = 0
    ) -> Paragraph:
        line = self.document.add_paragraph()
        _fill(line, text, size=size, bold=bold)
        line.runs[0].italic = italic
        line.paragraph_format.left_indent = Mm(indent)
        line.paragraph_format.space_after = Pt(2)
        return line

    def _footer(self) -> None:
        line = self.document.sections[0].footer.paragraphs[0]
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _fill(line, f"{self.codebook.form_id} {self.codebook.version} · {self.words['page']} ", size=9)
        run = line.add_run()
        run.font.size = Pt(9)
        for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
            run._r.append(_field_part(kind, text))  # noqa: SLF001 -- python-docx has no page numbers


def whom_to_ask(digit: int, adults: int) -> int:
    """Return which person by age is asked in a household of ``adults``, for the last digit of a form's number.

    Ten digits are dealt out as evenly as they can be, beginning elsewhere for each size, so that no place by age is
    favoured over all sizes.
    """
    return 1 + ((digit * 7 + adults * 3) % 10) * adults // 10


def _blank() -> DocxDocument:
    document = Document()
    document.core_properties.created = document.core_properties.modified = MADE
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin = page.bottom_margin = Mm(18)
    page.left_margin, page.right_margin = Mm(22), Mm(15)
    document.styles["Normal"].font.name = FONT
    document.styles["Normal"].element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    return document


def _fill(line: Paragraph, text: str, *, size: float, bold: bool = False) -> None:
    run = line.add_run(text)
    run.font.size = Pt(size)
    run.font.name = FONT
    run.bold = bold
    line.paragraph_format.space_after = Pt(0)


def _never_split(row: object) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # type: ignore[attr-defined]  # noqa: SLF001 -- as above


def _field_part(kind: str, text: str) -> object:
    if kind:
        part = OxmlElement("w:fldChar")
        part.set(qn("w:fldCharType"), kind)
        return part
    part = OxmlElement("w:instrText")
    part.text = text
    return part
