"""Pages of the handbook that are made from the code: ``python -m docs.generate`` writes, ``--check`` compares.

A page that differs from what the code says is stale; CI refuses it.
"""

from __future__ import annotations

import inspect
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import typer

from danvan_study.check import CHECKS, Check
from danvan_study.cli import app
from danvan_study.contract import Table
from danvan_study.form.lint import RULES
from danvan_study.messages import LANGUAGE
from danvan_study.publish.disclosure import ALWAYS_SAID
from danvan_study.publish.kept import consultations, follow_up
from danvan_study.publish.lint import RULES as BRIEF_RULES
from danvan_study.publish.words import phrases
from danvan_study.study.disclosure import ITEMS
from danvan_study.tables import collected, figures, trends, words
from docs.catalogue import messages_page, verbs
from docs.gallery import gallery_page
from docs.questions import questions_page

if TYPE_CHECKING:
    from collections.abc import Mapping

DOCS = Path(__file__).parent
HEAD = "<!-- Made by python -m docs.generate; changes made here are lost. -->\n\n"
WIDTH = 84
"""Letters of a line of help that stand beside one another in the book."""
CHECKS_ABOUT = """Một phát hiện là một câu hỏi cho người giám sát, không phải kết luận; không kiểm tra nào xoá hay sửa
phiếu. `error`: phải sửa hoặc giải thích; `question`: hỏi lại; `note`: để biết. (A finding is a question, never a
verdict; no check removes or changes anything.)"""

BRIEFS_ABOUT = """`danvan brief lint FILE` kiểm tra bản báo cáo sau khi người soạn đã sửa (.docx, .html, .md, .txt);
`--wave WAVE` so từng con số với bảng công bố của đợt. Có lỗi thì mã thoát là 1; lưu ý thì không. Không quy tắc nào tắt
được. (A text that people have edited is put through every rule; an error makes the exit status 1. With the wave, each
figure is compared with what was published. No rule can be switched off.)"""


RECORDS_ABOUT = """Hai tệp CSV trong thư mục data, do cơ quan giữ; không có cũng được. Mỗi dòng sai được báo riêng theo
số dòng; ô nào giống như nói về một người thì bị từ chối. Báo cáo nói tình trạng đến ngày khoá sổ; chưa khoá thì đến
ngày cuối thu thập. (Two CSV files that the office keeps, or doesn't. Each bad line is told by its number; a cell that
looks as if it told of a person is refused. A report tells the state on the day of the lock, or else on the last day of
fieldwork.)"""

DISCLOSURE_ABOUT = """Một dòng cho mỗi mục mà sổ sách không cho biết, bằng ngôn ngữ chính của cuộc khảo sát; tiếng Anh ở
[disclosure.en]. Còn mục trống thì không in báo cáo; `danvan check` nói trước mục nào. (A line for each item that no
record tells. No brief is built while one is empty; `danvan check` names them beforehand.)"""

SAID_UNLESS = {
    "sample": 'nếu không có xác suất chọn (unless [weighting] base is "selection")',
    "mode": "nếu phiếu không ghi hình thức (unless [design] mode names its question)",
    "dispositions": "nếu có đợt thiếu sổ lượt đến hộ (unless data/visits holds every wave)",
}


def main(arguments: list[str]) -> int:
    """Write the pages, or with ``--check`` say which are stale; return the exit status."""
    stale = []
    for name, text in pages().items():
        path = DOCS / name
        if "--check" not in arguments:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
    for name in stale:
        print(f"docs/{name} is stale: run python -m docs.generate")
    return 1 if stale else 0


def pages() -> dict[str, str]:
    """Return every page by its file below ``docs``."""
    return {
        "reference/forms.md": HEAD + forms_page(),
        "reference/briefs.md": HEAD + briefs_page(),
        "reference/records.md": HEAD + records_page(),
        "reference/messages.md": HEAD + messages_page(),
        "reference/tables.md": HEAD + tables_page(),
        "reference/checks.md": HEAD + checks_page(),
        "vi/commands.md": HEAD + commands_page("vi"),
        "en/commands.md": HEAD + commands_page("en"),
        "vi/gallery.md": HEAD + gallery_page("vi"),
        "en/gallery.md": HEAD + gallery_page("en"),
        "vi/questions.md": HEAD + questions_page("vi"),
        "en/questions.md": HEAD + questions_page("en"),
    }


def commands_page(language: str) -> str:
    """Return the help of every verb in a language."""
    title = {"vi": "Các lệnh", "en": "Commands"}[language]
    with patch.dict(os.environ, {LANGUAGE: language}):
        blocks = "\n".join(_help(path, command) for path, command in verbs((), typer.main.get_command(app)))
    return f"# {title}\n\n{blocks}"


def tables_page() -> str:
    """Return every table's contract, column by column."""
    here = [value for module in (collected, figures, trends, words) for value in vars(module).values()]
    classes = dict.fromkeys(value for value in here if inspect.isclass(value) and issubclass(value, Table))
    contracts = [value for value in classes if value is not Table and not value.__name__.startswith("_")]
    return "# Các bảng (tables)\n\n" + "\n".join(_contract(contract) for contract in contracts)


def checks_page() -> str:
    """Return every check of fieldwork, module by module."""
    by_module: dict[str, list[Check]] = {}
    for check in CHECKS.values():
        by_module.setdefault(check.find.__module__, []).append(check)
    blocks = []
    for module, checks in sorted(by_module.items()):
        about = (inspect.getdoc(sys.modules[module]) or "").partition("\n")[0]
        rows = "\n".join(
            f"| {_breakable(check.name)} | {check.severity} | {check.belief} | {check.about} |" for check in checks
        )
        head = "| kiểm tra (check) | mức (severity) | điều đáng tin (belief) | quy tắc (rule) |\n|---|---|---|---|"
        blocks.append(f"## {about}\n\n{head}\n{rows}\n")
    return f"# Kiểm tra phiếu trong lúc thu (checks of fieldwork)\n\n{CHECKS_ABOUT}\n\n" + "\n".join(blocks)


def _breakable(name: str) -> str:
    """Let a long name go on in a second line, so that it leaves room to the columns beside it."""
    return name.replace("_", "_<wbr>")


def forms_page() -> str:
    """Return every rule that a form must keep."""
    rules = "\n".join(f"| {each.name} | {each.about} |" for each in RULES.values())
    head = "| quy tắc (rule) | yêu cầu (what it demands) |\n|---|---|"
    said = "`danvan form lint` kiểm tra mọi quy tắc; không quy tắc nào tắt được. (No rule can be switched off.)"
    return f"# Quy tắc của phiếu hỏi (rules of a form)\n\n{said}\n\n{head}\n{rules}\n"


def briefs_page() -> str:
    """Return every rule that an edited brief must keep."""
    rules = "\n".join(
        f"| {each.name} | {'lưu ý (warning)' if each.is_warning else 'lỗi (error)'} | {each.about} | {each.cure} |"
        for each in BRIEF_RULES.values()
    )
    head = "| quy tắc (rule) | mức (severity) | yêu cầu (what it demands) | cách sửa (cure) |\n|---|---|---|---|"
    return f"# Quy tắc của bản báo cáo (rules of a brief)\n\n{BRIEFS_ABOUT}\n\n{head}\n{rules}\n"


def records_page() -> str:
    """Return the records that people keep: follow-up table, consultations, lines of the disclosure sheet."""
    states = ", ".join(f"“{state}”" for state in follow_up.STATES)
    issues = f"{_columns(follow_up.COLUMNS)}\nCột state nhận (state is one of): {states}.\n"
    texts = phrases("vi")
    items = "\n".join(
        f"| {number} | {item} | {texts[f'disclosure_{item}']} | {_who_tells(item)} |" for item, number in ITEMS.items()
    )
    head = "| số (number) | khoá (key) | mục (item) | phải ghi (a person must tell) |\n|---|---|---|---|"
    return (
        f"# Sổ do người giữ (records that people keep)\n\n{RECORDS_ABOUT}\n\n## {follow_up.FILE}\n\n{issues}\n"
        f"## {consultations.FILE}\n\n{_columns(consultations.COLUMNS)}\n"
        f"## study.toml, [disclosure]\n\n{DISCLOSURE_ABOUT}\n\n{head}\n{items}\n"
    )


def _columns(columns: Mapping[str, str]) -> str:
    rows = "\n".join(f"| {name} | {about} |" for name, about in columns.items())
    return f"| cột (column) | ghi gì (what is written there) |\n|---|---|\n{rows}\n"


def _who_tells(item: str) -> str:
    if item in ALWAYS_SAID:
        return "luôn luôn (always)"
    return SAID_UNLESS.get(item, "")


def _help(path: tuple[str, ...], command: Any) -> str:
    words = " ".join(("danvan", *path))
    context = typer.Context(command, info_name=words, terminal_width=WIDTH)
    return f"## {words}\n\n```text\n{command.get_help(context)}\n```\n"


def _contract(contract: type[Table]) -> str:
    rows = []
    for name, column in contract.columns().items():
        blank, allowed = "có (yes)" if column.blank else "", ", ".join(value or "∅" for value in column.allowed)
        rows.append(f"| {name} | {column.kind} | {blank} | {allowed} |")
    about = inspect.getdoc(contract) or ""
    key = ", ".join(contract.key) or "—"
    head = "| cột (column) | kiểu (kind) | có thể trống (may be blank) | chỉ nhận (only) |\n|---|---|---|---|"
    return f"## {contract.__name__}\n\n{about}\n\nKhoá (key): {key}\n\n{head}\n" + "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
