"""Pages of the handbook on what is demanded of a form, of interviews, of a brief and of an office's own records."""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Final

from danvan_study.check import CHECKS, Check
from danvan_study.check.overview import SEVERITY_WORDS
from danvan_study.form.lint import RULES as FORM_RULES
from danvan_study.messages import Message
from danvan_study.publish.disclosure import ALWAYS_SAID
from danvan_study.publish.kept import consultations, follow_up
from danvan_study.publish.lint import RULES as BRIEF_RULES
from danvan_study.publish.words import phrases
from danvan_study.study.disclosure import ITEMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

FORMS: Final = {
    "vi": """# Quy tắc của phiếu hỏi

`danvan form lint` kiểm tra mọi quy tắc; không quy tắc nào tắt được.""",
    "en": """# Rules of a form

`danvan form lint` puts a form through every rule; none can be switched off.""",
}
CHECKED: Final = {
    "vi": """# Kiểm tra phiếu trong lúc thu

Một phát hiện là một câu hỏi cho người giám sát, không phải kết luận; không kiểm tra nào xoá hay sửa phiếu. Ở cột mức:
*phải sửa* là phải sửa hoặc giải thích, *hỏi lại* là hỏi lại điều tra viên, *để biết* thì không phải làm gì.""",
    "en": """# Checks of fieldwork

A finding is a question to the supervisor, never a verdict; no check removes or changes anything. *error*: to be
mended or explained; *question*: to be asked about; *note*: to be known.""",
}
BRIEFS: Final = {
    "vi": """# Quy tắc của bản báo cáo

`danvan brief lint FILE` kiểm tra bản báo cáo sau khi người soạn đã sửa (.docx, .html, .md, .txt); `--wave WAVE` so từng
con số với bảng công bố của đợt. Có lỗi thì mã thoát là 1; lưu ý thì không. Không quy tắc nào tắt được.""",
    "en": """# Rules of a brief

`danvan brief lint FILE` puts a text that people have edited (.docx, .html, .md, .txt) through every rule; with
`--wave WAVE` each figure is compared with what was published. An error makes the exit status 1, a warning does not.
No rule can be switched off.""",
}
RECORDS: Final = {
    "vi": """# Sổ do người giữ

Hai tệp CSV trong thư mục `data`, do cơ quan giữ; không có cũng được. Mỗi dòng sai được báo riêng theo số dòng; ô nào
giống như nói về một người thì bị từ chối. Báo cáo nói tình trạng đến ngày khoá sổ; chưa khoá thì đến ngày cuối thu
thập.""",
    "en": """# Records that people keep

Two CSV files in the folder `data` that the office keeps, or doesn't. Each bad line is told by its number; a cell that
looks as if it told of a person is refused. A report tells the state on the day of the lock, or else on the last day
of fieldwork.""",
}
DISCLOSURE: Final = {
    "vi": """## study.toml, [disclosure]

Một dòng cho mỗi mục mà sổ sách không cho biết, bằng ngôn ngữ chính của cuộc khảo sát; tiếng Anh ở `[disclosure.en]`.
Còn mục trống thì không in báo cáo; `danvan check` nói trước mục nào.""",
    "en": """## study.toml, [disclosure]

A line for each item that no record tells, in the study's first language; English stands in `[disclosure.en]`. No report
is made while one is empty; `danvan check` names them beforehand.""",
}
SAID: Final = {
    "vi": {
        "always": "luôn luôn",
        "sample": "nếu không có xác suất chọn (`[weighting] base` không phải `selection`)",
        "mode": "nếu phiếu không ghi hình thức (`[design] mode` không nêu câu hỏi)",
        "dispositions": "nếu có đợt thiếu sổ lượt đến hộ (`data/visits`)",
    },
    "en": {
        "always": "always",
        "sample": "unless there are chances of selection (`[weighting] base` is `selection`)",
        "mode": "unless the form asks for the mode (`[design] mode` names the question)",
        "dispositions": "unless every wave has its record of visits (`data/visits`)",
    },
}
RECORDED: Final = {
    "wave": "the wave whose report raised the matter",
    "issue": "code of an answer to the question on issues, code of a topic, or a few words",
    "proposed": "what was proposed",
    "owner": "the body in charge; never the name of a person",
    "due": "due: 2026-10-31 or 31/10/2026",
    "state": "how it stands",
    "result": "what was done, or why nothing; blank while it is open",
    "closed_on": "the day it was closed; blank while it is open",
    "round": "what people were consulted on, and for which time",
    "channel": "how: a meeting, in writing, a meeting of the village …",
    "held_on": "day: 2026-10-31 or 31/10/2026",
    "invited": "people or bodies invited; blank: not recorded",
    "attended": "people who came, bodies that answered; blank: not recorded",
    "opinions": "number of opinions; blank: not recorded",
    "accepted": "opinions accepted; blank: not recorded",
    "not_accepted": "opinions not accepted; blank: not recorded",
    "reason": "why they were not accepted; no percentages",
}
"""The columns of both records in English; the Vietnamese stands where they are read."""


def demands() -> Iterator[tuple[str, str]]:
    """Yield every sentence of these pages that stands in the code in English, and the module in which it does."""
    for rule in (*FORM_RULES.values(), *BRIEF_RULES.values()):
        yield rule.about, rule.check.__module__
    for check in CHECKS.values():
        yield _about(check), check.find.__module__
        yield check.about, check.find.__module__


def forms_page(language: str) -> str:
    """Return every rule that a form must keep."""
    heads = {"vi": ("quy tắc", "yêu cầu"), "en": ("rule", "what it demands")}[language]
    rows = [(each.name, Message(each.about).told(language)) for each in FORM_RULES.values()]
    return f"{FORMS[language]}\n\n{_table(heads, rows)}"


def checks_page(language: str) -> str:
    """Return every check of fieldwork, module by module."""
    by_module: dict[str, list[Check]] = {}
    for check in CHECKS.values():
        by_module.setdefault(check.find.__module__, []).append(check)
    return "\n".join((f"{CHECKED[language]}\n", *(_checks(each, language) for _, each in sorted(by_module.items()))))


def _checks(checks: list[Check], language: str) -> str:
    title, _, more = Message(_about(checks[0])).told(language).removesuffix(".").partition(": ")
    heads = {"vi": ("kiểm tra", "mức", "điều đáng tin", "quy tắc"), "en": ("check", "severity", "rule")}[language]
    rows = []
    for check in checks:
        severity = {"vi": SEVERITY_WORDS[check.severity], "en": str(check.severity)}[language]
        belief = [check.belief] if language == "vi" else []
        rows.append((_breakable(check.name), severity, *belief, Message(check.about).told(language)))
    said = f"{more[0].upper()}{more[1:]}.\n\n" if more else ""
    return f"## {title}\n\n{said}{_table(heads, rows)}"


def _about(check: Check) -> str:
    return (inspect.getdoc(sys.modules[check.find.__module__]) or "").partition("\n")[0]


def _breakable(name: str) -> str:
    """Let a long name go on in a second line, so that it leaves room to the columns beside it."""
    return name.replace("_", "_<wbr>")


def briefs_page(language: str) -> str:
    """Return every rule that an edited brief must keep."""
    heads = {
        "vi": ("quy tắc", "mức", "yêu cầu", "cách sửa"),
        "en": ("rule", "severity", "what it demands", "what to do"),
    }[language]
    severities = {"vi": ("lỗi", "lưu ý"), "en": ("error", "warning")}[language]
    rows = [
        (
            each.name,
            severities[each.is_warning],
            Message(each.about).told(language),
            each.cure.told(language),
        )
        for each in BRIEF_RULES.values()
    ]
    return f"{BRIEFS[language]}\n\n{_table(heads, rows)}"


def records_page(language: str) -> str:
    """Return the records that people keep: follow-up table, consultations, lines of the disclosure sheet."""
    states = ", ".join(f"“{state}”" for state in follow_up.STATES)
    one_of = {"vi": "Cột `state` nhận:", "en": "`state` is one of:"}[language]
    heads = {"vi": ("số", "khoá", "mục", "phải ghi"), "en": ("number", "key", "item", "a person must tell")}[language]
    texts, said = phrases(language), SAID[language]
    items = [
        (number, item, texts[f"disclosure_{item}"], said.get("always" if item in ALWAYS_SAID else item, ""))
        for item, number in ITEMS.items()
    ]
    parts = (
        RECORDS[language],
        f"## {follow_up.FILE}\n\n{_columns(follow_up.COLUMNS, language)}\n{one_of} {states}.",
        f"## {consultations.FILE}\n\n{_columns(consultations.COLUMNS, language)}",
        f"{DISCLOSURE[language]}\n\n{_table(heads, items)}",
    )
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _columns(columns: Mapping[str, str], language: str) -> str:
    heads = {"vi": ("cột", "ghi gì"), "en": ("column", "what is written there")}[language]
    return _table(heads, [(name, about if language == "vi" else RECORDED[name]) for name, about in columns.items()])


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [heads, ["---" for _ in heads], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
