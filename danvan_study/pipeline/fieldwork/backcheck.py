"""Back-checks of a wave: who is called again, the sheet that is filled in on the telephone, and the rates of error."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import xlsxwriter

from danvan_study.collect import collect_responses
from danvan_study.errors import StudyError
from danvan_study.field import DRAWN_COLUMNS, ErrorRate, compare_answers, draw_backchecks
from danvan_study.field.backcheck import RESPONDENT, RESULT
from danvan_study.messages import say
from danvan_study.pipeline.lock_file import lock_file
from danvan_study.pipeline.named import known_wave
from danvan_study.pipeline.sources import load_study, load_wave
from danvan_study.store import Folder, read_cells, write_rows
from danvan_study.tables import Answers, Interviews

if TYPE_CHECKING:
    from pathlib import Path

    from danvan_study.pipeline.sources import WaveSource
    from danvan_study.study import Study

RATE_COLUMNS = ("kind", "question", "interviewer", "compared", "different", "rate", "low", "high")
CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 -- a fixed date: the same content gives the same bytes


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


def refuse_locked(folder: Folder, wave_id: str) -> None:
    """Refuse to begin something that needs a call, once the wave is locked.

    Raises
    ------
    StudyError
        It is.
    """
    if folder.has_file(lock_file(wave_id)):
        raise StudyError(
            say("wave {wave}", wave=wave_id),
            say("it is locked: nobody is called any more."),
            say("Compare before the lock."),
        )


def drawn_file(wave_id: str) -> str:
    """Return where the list of those drawn lies."""
    return f"data/backchecks/{wave_id}.csv"


def rates_file(wave_id: str) -> str:
    """Return where the error rates lie: beside the findings, with which they go."""
    return f"data/processed/{wave_id}-fieldwork/backchecks.csv"


def totals_file(wave_id: str) -> str:
    """Return where those of everybody lie, which stay: no interviewer is in them."""
    return f"data/field/{wave_id}/backchecks.csv"


def _interviewed(folder: Folder, wave_id: str) -> Interviewed:
    study, areas = load_study(folder)
    wave = known_wave(study, wave_id)
    if not study.backcheck.agreed:
        raise StudyError(
            "study.toml, [backcheck]", say("the study does not say who may be called again."), say('Add agreed = "…".')
        )
    refuse_locked(folder, wave_id)
    source = load_wave(folder, wave, study=study, areas=areas)
    collected = collect_responses(source.raw.records, codebooks=source.codebooks, study=study, wave=wave)
    rows = collected.answers[[Answers.respondent, Answers.question, Answers.answer]]
    return Interviewed(
        study=study,
        source=source,
        answers={(who, question): answer for who, question, answer in rows.itertuples(index=False, name=None)},
        respondents=tuple(collected.interviews[Interviews.respondent]),
    )


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
