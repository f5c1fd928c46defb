"""Raw files into submissions: API pages, JSON lines, CSV and Excel exports, SPSS and Stata files.

A submission is a mapping from key to text; a repeat is a list of such mappings. Text is NFC; blank cells are absent.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import openpyxl

from danvan_study.errors import StudyError
from danvan_study.messages import Message, Words, say
from danvan_study.store.central import from_central_csv, from_central_json, is_central_csv, is_central_json
from danvan_study.store.labelled import SPSS, STATA, read_labelled, write_cell
from danvan_study.text import nfc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import BinaryIO

Submission = dict[str, object]

INDEX = "_index"
PARENT_INDEX = "_parent_index"
PARENT_TABLE = "_parent_table_name"
PARENT_UUID = "_submission__uuid"
UUID = "_uuid"


def decode_submissions(name: str, content: bytes) -> list[Submission]:
    """Decode a file of submissions by its ending.

    Parameters
    ----------
    name
        File name: .jsonl, .jsonl.gz, .json, .csv, .xlsx, .sav or .dta; also for messages.

    Raises
    ------
    StudyError
        The ending is unknown or the content is not what the ending says; the message names the line or the sheet.
    """
    for ending, decode in DECODERS.items():
        if name.lower().endswith(ending):
            return decode(name, content)
    raise StudyError(
        name, say("this kind of file is not known."), say("Known endings: {known}.", known=", ".join(DECODERS))
    )


def read_lines(name: str, content: bytes) -> Iterator[Submission]:
    """Decode a file of JSON lines, packed or not, one submission after the other; none is held once it is handed on.

    Raises
    ------
    StudyError
        As :func:`decode_submissions`, when the reading comes to the line.
    """
    stream: BinaryIO = io.BytesIO(content)
    lines = gzip.GzipFile(fileobj=stream) if name.lower().endswith(".gz") else stream
    try:
        for number, line in enumerate(lines, 1):
            where = say("{file}, line {line}", file=name, line=number)
            if text := _text(name, line, first=number).strip():
                yield _check_submission(where, _loads(where, text))
    except (OSError, EOFError, zlib.error) as error:
        raise StudyError(
            name, say("this is not a whole gzip file ({error}).", error=error), say("Fetch the file again.")
        ) from error


def _decode_lines(name: str, content: bytes) -> list[Submission]:
    return list(read_lines(name, content))


def _decode_json(name: str, content: bytes) -> list[Submission]:
    parsed = _loads(name, _text(name, content))
    results = parsed.get("results", parsed.get("value")) if isinstance(parsed, dict) else parsed
    if not isinstance(results, list):
        raise StudyError(
            name,
            say('this is neither a list of submissions nor a page with "results".'),
            say("Save the server's data answer."),
        )
    if results and is_central_json(results[0]):
        results = [from_central_json(name, each) for each in results]
    return [
        _check_submission(say("{file}, submission {number}", file=name, number=number), each)
        for number, each in enumerate(results, 1)
    ]


def _loads(where: Words, text: str) -> Any:
    try:
        # Numbers stay as typed: "4.0" is not "4" before somebody says so.
        return json.loads(text, parse_int=str, parse_float=str)
    except json.JSONDecodeError as error:
        place = where if isinstance(where, Message) else say("{file}, line {line}", file=where, line=error.lineno)
        raise StudyError(
            place, say("this is not JSON ({error}).", error=error.msg), say("Fetch the file again.")
        ) from error


def _check_submission(where: Words, parsed: object) -> Submission:
    if not isinstance(parsed, dict):
        raise StudyError(where, say("this is not a submission with keys and values."), say("Fetch the file again."))
    return _tidy(parsed)


def _tidy(record: dict[str, Any]) -> Submission:
    return {nfc(key): _tidy_value(value) for key, value in record.items() if value is not None and value != ""}


def _tidy_value(value: object) -> object:
    if isinstance(value, str):
        return nfc(value)
    if isinstance(value, list):
        return [_tidy(item) if isinstance(item, dict) else _tidy_value(item) for item in value if item is not None]
    if isinstance(value, dict):
        return nfc(json.dumps(value, ensure_ascii=False, sort_keys=True))
    return str(value)


def _decode_csv(name: str, content: bytes) -> list[Submission]:
    text = _text(name, content)
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if head.count(";") > head.count(",") else ",", strict=True)
    records: list[Submission] = []
    try:
        names = _check_head(name, next(reader, []))
        for cells in reader:
            if len(cells) > len(names):
                raise StudyError(
                    say("{file}, line {line}", file=name, line=reader.line_num),
                    say("it has {cells} cells, the head has {head}.", cells=len(cells), head=len(names)),
                    say("Export again: a separator stands outside quotes."),
                )
            records.append({key: cell for key, cell in zip(names, cells, strict=False) if key and cell})
    except csv.Error as error:
        raise StudyError(
            say("{file}, line {line}", file=name, line=reader.line_num),
            say("this is not CSV ({error}).", error=error),
            say("Export again."),
        ) from error
    if is_central_csv(names):
        return [from_central_csv(name, record) for record in records if record]
    return [record for record in records if record]


def _text(name: str, content: bytes, *, first: int = 1) -> str:
    """Return the text of a file, or of a part of it that begins with line ``first``."""
    try:
        return nfc(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + first
        raise StudyError(
            say("{file}, line {line}", file=name, line=line),
            say("this is not UTF-8 text."),
            say('Save it as "CSV UTF-8".'),
        ) from error


def _check_head(where: Words, names: Sequence[str]) -> list[str]:
    stripped = [name.strip() for name in names]
    for name, count in Counter(stripped).items():
        if name and count > 1:
            raise StudyError(
                say("{file}, line 1", file=where),
                say('the column "{column}" stands {count} times.', column=name, count=count),
                say("Export with XML values and headers."),
            )
    return stripped


def _decode_xlsx(name: str, content: bytes) -> list[Submission]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (BadZipFile, KeyError, OSError, ValueError) as error:
        raise StudyError(
            name, say("this is not an Excel workbook ({error}).", error=error), say("Export it again as .xlsx.")
        ) from error
    sheets = {
        nfc(sheet.title): _read_sheet(f"{name}, sheet {sheet.title}", sheet.iter_rows(values_only=True))
        for sheet in book
    }
    book.close()
    first, *repeats = sheets
    for title in repeats:
        _join_repeat(f"{name}, sheet {title}", title, sheets=sheets, main=first)
    return sheets[first]


def _read_sheet(where: Words, rows: Iterable[tuple[object, ...]]) -> list[Submission]:
    lines = iter(rows)
    names = _check_head(where, [write_cell(cell) for cell in next(lines, ())])
    records: list[Submission] = [
        {key: text for key, cell in zip(names, line, strict=False) if key and (text := write_cell(cell))}
        for line in lines
    ]
    return [record for record in records if record]


def _join_repeat(where: Words, title: str, *, sheets: dict[str, list[Submission]], main: str) -> None:
    """Hang the rows of a repeat's sheet on the submission, or on the row of the repeat around it, that they name."""
    parents: dict[str, dict[object, Submission]] = defaultdict(dict)
    for sheet, records in sheets.items():
        for record in records:
            for key in (INDEX, UUID):
                if key in record:
                    parents[f"{sheet} {key}"][record[key]] = record
    for number, row in enumerate(sheets[title], 2):
        table = str(row.get(PARENT_TABLE, main))
        parent = parents[f"{table} {INDEX}"].get(row.get(PARENT_INDEX))
        if parent is None:
            parent = parents[f"{main} {UUID}"].get(row.get(PARENT_UUID))
        if parent is None:
            raise StudyError(
                say("{file}, row {row}", file=where, row=number),
                say("it belongs to no submission: {index} and {uuid} name none.", index=PARENT_INDEX, uuid=PARENT_UUID),
                say("Export again with all sheets and with the index columns."),
            )
        turns = parent.setdefault(title, [])
        assert isinstance(turns, list)
        turns.append(row)


def _decode_statistics(name: str, content: bytes) -> list[Submission]:
    cells = read_labelled(name, content).cells
    rows = cells.itertuples(index=False, name=None)
    return [{key: cell for key, cell in zip(cells.columns, row, strict=True) if cell} for row in rows]


DECODERS: dict[str, Callable[[str, bytes], list[Submission]]] = {
    ".jsonl.gz": _decode_lines,
    ".jsonl": _decode_lines,
    ".json": _decode_json,
    ".csv": _decode_csv,
    ".xlsx": _decode_xlsx,
    SPSS: _decode_statistics,
    STATA: _decode_statistics,
}
