"""Back-checks of a wave: drawn, called from a sheet that another key opens, compared."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import xlsxwriter

from danvan_study.collect import collect_responses
from danvan_study.errors import StudyError
from danvan_study.field import DRAWN_COLUMNS, ErrorRate, compare_answers, draw_backchecks, tidy_code
from danvan_study.field.backcheck import RESPONDENT, RESULT
from danvan_study.field.retention import due_day
from danvan_study.messages import say
from danvan_study.pipeline.fieldwork.desk import known_wave, now
from danvan_study.pipeline.fieldwork.parts import LINK_COLUMNS, links_folder
from danvan_study.pipeline.lock_file import lock_file
from danvan_study.pipeline.sources import load_study, load_wave
from danvan_study.store import (
    Folder,
    add_to_log,
    read_cells,
    read_contacts,
    read_outside,
    read_raw_wave,
    read_rows,
    read_sealed,
    write_contacts,
    write_rows,
)
from danvan_study.tables import Answers, Interviews

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from danvan_study.pipeline.sources import WaveSource
    from danvan_study.study import Study

CONTACT_COLUMNS = ("code", "contact")
RATE_COLUMNS = ("kind", "question", "interviewer", "compared", "different", "rate", "low", "high")
LOG = "data/logs/contacts.csv"
CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 -- a fixed date: the same content gives the same bytes
WHO = re.compile(r"[a-z][a-z0-9_]{1,29}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Interviewed:
    """The consenting interviews of a wave, as they came in."""

    study: Study
    source: WaveSource
    answers: dict[tuple[str, str], str]
    """Respondent and question to answer."""
    respondents: tuple[str, ...]

    def said(self, respondent: str, question: str) -> str:
        """Return an answer, blank where there is none."""
        return self.answers.get((respondent, question), "")


def draw_wave_backchecks(root: Path, wave_id: str) -> tuple[list[str], int, int]:
    """Draw who is called again, and write the list and the sheet to fill in; again as more interviews come in.

    Returns
    -------
    Names of the files inside the study, how many are on the list, and how many of them are new.

    Raises
    ------
    StudyError
        The study has no [backcheck] or no seed, or the wave is locked or has no interviews.
    """
    folder = Folder(root)
    with folder.locked():
        there = _interviewed(folder, wave_id)
        study, check = there.study, there.study.backcheck
        if study.sampling.seed is None:
            raise StudyError("study.toml, [sample]", say("there is no seed."), say("Write seed = … once; keep it."))
        agreed = {
            who: there.said(who, study.design.interviewer)
            for who in there.respondents
            if there.said(who, check.agreed) in check.yes
        }
        drawn = read_drawn(folder, wave_id)
        added = draw_backchecks(agreed, drawn=set(drawn), share=check.share, seed=study.sampling.seed, wave=wave_id)
        drawn |= {who: agreed[who] for who in added}
        cells = [(who, code, there.said(who, study.design.cluster)) for who, code in drawn.items()]
        rows = [dict(zip(DRAWN_COLUMNS, each, strict=True)) for each in cells]
        sheet = f"data/backchecks/{wave_id}_goi_lai.xlsx"
        folder.write_file(drawn_file(wave_id), write_rows(rows, DRAWN_COLUMNS))
        folder.write_file(sheet, _sheet(there, list(drawn)))
        return [drawn_file(wave_id), sheet], len(drawn), len(added)


def keep_contacts(root: Path, wave_id: str, path: Path) -> str:
    """Encrypt a sheet of contacts, columns ``code`` (of the slip, or the interview's id) and ``contact``.

    Returns
    -------
    Name of the encrypted file inside the study; the sheet itself is for the supervisor to destroy.

    Raises
    ------
    StudyError
        The wave is locked, no key of the contact sheets is named, or it is the key of the answers.
    """
    folder = Folder(root)
    study, _ = load_study(folder)
    known_wave(study, wave_id)
    with folder.locked():
        _refuse_locked(folder, wave_id)
        rows = read_rows(read_outside(path), str(path), columns=CONTACT_COLUMNS)
        lines = [{name: row[name] for name in CONTACT_COLUMNS} for row in rows]
        write_contacts(folder, contacts_file(wave_id), write_rows(lines, CONTACT_COLUMNS))
    return f"{contacts_file(wave_id)}.age"


def open_contacts(root: Path, wave_id: str, *, who: str, why: str, today: date) -> list[tuple[str, str]]:
    """Show the contacts of those who were drawn and of nobody else, after writing down who looked and why.

    Parameters
    ----------
    who
        Code of the supervisor, not a name.
    today
        After the day on which the sheet is to be destroyed it is opened no more.

    Returns
    -------
    Interview's id and contact of everybody drawn who left one.

    Raises
    ------
    StudyError
        The sheet is overdue, a key is missing, there is no sheet or no draw, or ``who`` is no code or ``why`` is blank.
    """
    if not WHO.fullmatch(who) or not why.strip():
        raise StudyError(
            "--who, --why", say("a look at contacts is written down."), say("Give your code and the reason.")
        )
    folder = Folder(root)
    with folder.locked():
        study, _ = load_study(folder)
        due = due_day("contact_sheet", known_wave(study, wave_id))
        if today > due:
            raise StudyError(
                contacts_file(wave_id),
                say("it was to be destroyed by {due}.", due=due),
                say("Destroy it: danvan retention --destroy"),
            )
        drawn = read_drawn(folder, wave_id)
        if not drawn:
            raise StudyError(
                drawn_file(wave_id),
                say("nobody was drawn."),
                say("Draw first: danvan backcheck draw {wave}", wave=wave_id),
            )
        content = read_contacts(folder, contacts_file(wave_id))
        rows = read_rows(content, contacts_file(wave_id), columns=CONTACT_COLUMNS)
        people = _people_of_codes(folder, wave_id)
        found = {people.get(tidy_code(row["code"]), row["code"]): row["contact"] for row in rows}
        shown = [(each, found[each]) for each in drawn if each in found]
        line = {"at": now(), "wave": wave_id, "who": who, "why": why.strip(), "contacts": str(len(shown))}
        add_to_log(folder, LOG, line)
        return shown


def compare_wave_backchecks(root: Path, wave_id: str, path: Path) -> tuple[str, list[ErrorRate]]:
    """Compare a filled sheet with the interviews; only the rates are kept.

    Returns
    -------
    Name of the table inside the study, and the rates.

    Raises
    ------
    StudyError
        The sheet lacks a column, or names somebody who was not drawn.
    """
    folder = Folder(root)
    with folder.locked():
        there = _interviewed(folder, wave_id)
        cells = read_cells(path)
        start = next((n for n, row in enumerate(cells) if row[:1] == [RESPONDENT]), None)
        if start is None or RESULT not in cells[start]:
            raise StudyError(
                str(path),
                say("this is no sheet of back-checks."),
                say("Its columns: {first}, {second}, ….", first=RESPONDENT, second=RESULT),
            )
        head = cells[start]
        rows = [dict(zip(head, map(str.strip, row), strict=False)) for row in cells[start + 1 :] if any(row)]
        rates = compare_answers(
            rows,
            there.answers,
            drawn=read_drawn(folder, wave_id),
            backcheck=there.study.backcheck,
            file=str(path),
        )
        name = rates_file(wave_id)
        folder.write_file(name, write_rows([_as_row(rate) for rate in rates], RATE_COLUMNS))
        everybody = [_as_row(rate) for rate in rates if not rate.interviewer]
        folder.write_file(totals_file(wave_id), write_rows(everybody, RATE_COLUMNS))
        return name, rates


def read_drawn(folder: Folder, wave_id: str) -> dict[str, str]:
    """Return who was drawn, to their interviewer."""
    name = drawn_file(wave_id)
    rows = folder.read_rows(name, needed_by=name, columns=DRAWN_COLUMNS) if folder.has_file(name) else []
    return {row["respondent"]: row["interviewer"] for row in rows}


def drawn_file(wave_id: str) -> str:
    """Return where the list of those drawn lies."""
    return f"data/backchecks/{wave_id}.csv"


def rates_file(wave_id: str) -> str:
    """Return where the error rates lie: beside the findings, with which they go."""
    return f"data/processed/{wave_id}-fieldwork/backchecks.csv"


def totals_file(wave_id: str) -> str:
    """Return where those of everybody lie, which stay: no interviewer is in them."""
    return f"data/field/{wave_id}/backchecks.csv"


def contacts_file(wave_id: str) -> str:
    """Return where the contact sheet lies, without ``.age``: a folder of its own."""
    return f"data/contacts/{wave_id}/contacts.csv"


def _interviewed(folder: Folder, wave_id: str) -> Interviewed:
    study, areas = load_study(folder)
    wave = known_wave(study, wave_id)
    if not study.backcheck.agreed:
        raise StudyError(
            "study.toml, [backcheck]", say("the study does not say who may be called again."), say('Add agreed = "…".')
        )
    _refuse_locked(folder, wave_id)
    source = load_wave(folder, wave, study=study, areas=areas)
    collected = collect_responses(source.raw.records, codebooks=source.codebooks, study=study, wave=wave)
    rows = collected.answers[[Answers.respondent, Answers.question, Answers.answer]]
    return Interviewed(
        study=study,
        source=source,
        answers={(who, question): answer for who, question, answer in rows.itertuples(index=False, name=None)},
        respondents=tuple(collected.interviews[Interviews.respondent]),
    )


def _refuse_locked(folder: Folder, wave_id: str) -> None:
    if folder.has_file(lock_file(wave_id)):
        raise StudyError(
            say("wave {wave}", wave=wave_id),
            say("it is locked: nobody is called any more."),
            say("Compare before the lock."),
        )


def _people_of_codes(folder: Folder, wave_id: str) -> dict[str, str]:
    """Map the codes of slips to the interviews' ids, for waves that were pulled from a server."""
    files = read_sealed(folder, links_folder(wave_id))
    if not files:
        return {}
    study, _ = load_study(folder)
    ids = {
        str(record.get("_id", "")): str(record.get(study.design.respondent, ""))
        for record in read_raw_wave(folder, wave_id).records
    }
    return {
        row["code"]: ids[row["submission"]]
        for name, content in files.items()
        for row in read_rows(content, name, columns=LINK_COLUMNS)
        if row["submission"] in ids
    }


def _sheet(there: Interviewed, drawn: list[str]) -> bytes:
    """Return the sheet that is filled in on the telephone: no answer of the interview stands in it."""
    check = there.study.backcheck
    questions = [*check.administrative, *check.factual, *check.attitude]
    books = there.source.latest_codebook
    wording = {name: question.label("vi") for name in questions if (question := books.question(name))}
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"created": CREATED})
        bold, wrapped = book.add_format({"bold": True, "bottom": 1}), book.add_format({"text_wrap": True})
        sheet = book.add_worksheet("goi_lai")
        sheet.write_row(0, 0, ("", "", "1.1: gặp được", *(wording.get(name, "") for name in questions)), wrapped)
        sheet.write_row(1, 0, (RESPONDENT, "interviewer", RESULT, *questions), bold)
        for row, who in enumerate(drawn, 2):
            sheet.write_row(row, 0, (who, there.said(who, there.study.design.interviewer)))
        sheet.set_column(0, 2 + len(questions), 18)
        sheet.freeze_panes(2, 3)
    return stream.getvalue()


def _as_row(rate: ErrorRate) -> dict[str, str]:
    low, high = rate.interval
    return {
        "kind": rate.kind,
        "question": rate.question,
        "interviewer": rate.interviewer,
        "compared": str(rate.compared),
        "different": str(rate.different),
        **{name: f"{value:.1f}" for name, value in (("rate", rate.rate), ("low", low), ("high", high))},
    }
