"""Open answers on their way to people and back: the draw, the sheets, what is still to be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.open_ended.coded import Reader, doubts
from danvan_study.open_ended.decisions import measure_agreement, opinions, settle
from danvan_study.open_ended.draw import draw_texts, drawn_texts, to_code
from danvan_study.open_ended.release import read_review_sheet, released_texts, write_review_sheet
from danvan_study.open_ended.sheets import read_coding_sheet, write_coding_sheet
from danvan_study.open_ended.workbook import ADJUDICATOR, CODER, REVIEWER, Assignment, read_assignment
from danvan_study.pipeline.coding_files import CodingNames
from danvan_study.pipeline.named import load_named
from danvan_study.pipeline.sources import load_encoder, load_study
from danvan_study.pipeline.wave import prepare_wave
from danvan_study.pipeline.word_shares import learnt_from
from danvan_study.store import Folder, read_outside
from danvan_study.store.codings import append_codings, append_releases, extend_audit_list
from danvan_study.tables import Codings, Texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from danvan_study.open_ended.agreement import Agreement
    from danvan_study.open_ended.issues import IssueCodebook
    from danvan_study.pipeline.wave import PreparedWave


@dataclass(frozen=True, slots=True, kw_only=True)
class CodingStatus:
    """How far the coding of one question is."""

    question: str
    texts: int
    drawn: int
    released: int
    coded: Mapping[str, int]
    """Coder to texts."""
    disputed: int
    settled: int
    agreement: Mapping[str, Agreement]
    """Of each code, act and polarity, before adjudication."""


def draw_for_people(root: Path, wave_id: str, *, size: int, by_doubt: bool, reviewer: str) -> list[str]:
    """Draw the answers that people code, once for each question, and write the sheets on which names are looked for.

    Parameters
    ----------
    root
        The study's folder.
    wave_id
        The wave.
    size
        Answers to draw for each question.
    by_doubt
        Whether to draw more where the machine doubts; it must have learnt from an earlier wave.
    reviewer
        Code of the person who looks for names.

    Returns
    -------
    Paths of the sheets inside the study.

    Raises
    ------
    StudyError
        The study codes no open answers, ``size`` is too small, or the machine hasn't learnt anything yet.
    """
    folder = Folder(root)
    with folder.locked():
        wave, book = _prepared(folder, wave_id)
        names, written = CodingNames(wave=wave_id), []
        for question in book.questions:
            texts = to_code(wave.texts, question)
            files = wave.source.codings.of(question, book.version)
            chances = None
            if by_doubt and files.drawn.empty:
                reader = Reader(book, load_encoder(folder, load_study(folder)[0]))
                chances = doubts(texts, reader, _earlier(folder, wave_id, question))
            new = draw_texts(texts, files.drawn, size=size, seed=f"{wave_id} {question}", chances=chances)
            if len(new):
                extend_audit_list(folder, names.drawn, new)
            drawn = drawn_texts(texts, [files.drawn, new])
            waiting = drawn[~drawn[Texts.text_id].isin(released_texts(drawn, files.released)[Texts.text_id])]
            if len(waiting):
                assignment = Assignment(wave=wave_id, question=question, person=reviewer, role=REVIEWER)
                written.append(names.sheet(REVIEWER, question, reviewer))
                folder.write_file(written[-1], write_review_sheet(waiting, assignment))
    return written


def write_coding_sheets(root: Path, wave_id: str, people: Sequence[str], *, role: str = CODER) -> list[str]:
    """Write an Excel sheet for each person: for coders what they haven't coded yet, for adjudicators what is disputed.

    Raises
    ------
    StudyError
        No text has been drawn and released.
    """
    folder = Folder(root)
    wave, book = _prepared(folder, wave_id)
    names, written = CodingNames(wave=wave_id), []
    for question in book.questions:
        files, texts = wave.source.codings.of(question, book.version), _released(wave, question, book)
        for person in people:
            wanted = _wanted(texts, files.decided, person=person, role=role)
            if len(wanted):
                said = opinions(files.decided) if role == ADJUDICATOR else None
                assignment = Assignment(wave=wave_id, question=question, person=person, role=role)
                written.append(names.sheet(role, question, person))
                folder.write_file(written[-1], write_coding_sheet(wanted, book, assignment=assignment, said=said))
    return written


def texts_to_code(folder: Folder, wave_id: str, *, person: str, role: str) -> tuple[pd.DataFrame, IssueCodebook]:
    """Return the released texts of all questions that a person has yet to code, and the codebook.

    Raises
    ------
    StudyError
        No text has been drawn and released.
    """
    wave, book = _prepared(folder, wave_id)
    parts = [
        _wanted(
            _released(wave, question, book),
            wave.source.codings.of(question, book.version).decided,
            person=person,
            role=role,
        )
        for question in book.questions
    ]
    return pd.concat(parts, ignore_index=True), book


def take_sheet(root: Path, wave_id: str, path: Path, *, day: str) -> tuple[Assignment, int]:
    """Take a sheet that came back: releases from reviewers, decisions from coders and adjudicators.

    Returns
    -------
    What the sheet was about, and how many lines were added.

    Raises
    ------
    StudyError
        The sheet is of another wave, speaks of texts that were not drawn (or released), or breaks the codebook.
    """
    folder, file = Folder(root), path.name
    with folder.locked():
        content = read_outside(path)
        assignment = read_assignment(content, file)
        if assignment.wave != wave_id:
            raise StudyError(
                file,
                say("this sheet is of wave {wave}.", wave=assignment.wave),
                say("Name that wave, or take another file."),
            )
        wave, book = _prepared(folder, wave_id)
        names, files = CodingNames(wave=wave_id), wave.source.codings.of(assignment.question, book.version)
        drawn = drawn_texts(to_code(wave.texts, assignment.question), [files.drawn])
        if assignment.role == REVIEWER:
            passed = read_review_sheet(content, drawn, assignment=assignment, day=day, file=file)
            append_releases(folder, names.released, passed)
            return assignment, len(passed)
        decided = read_coding_sheet(content, book, assignment=assignment, day=day, file=file)
        released = set(released_texts(drawn, files.released)[Texts.text_id])
        for name in decided[Codings.text_id]:
            if name not in released:
                raise StudyError(
                    say("{file}, text {text}", file=file, text=name),
                    say("it was not drawn and released."),
                    say("Write the sheets again."),
                )
        append_codings(folder, names.decided, decided)
        return assignment, len(decided)


def coding_status(root: Path, wave_id: str) -> list[CodingStatus]:
    """Return how far the coding of each question is, and how far the coders agree."""
    wave, book = _prepared(Folder(root), wave_id)
    found = []
    for question in book.questions:
        files, texts = wave.source.codings.of(question, book.version), to_code(wave.texts, question)
        drawn, settled = drawn_texts(texts, [files.drawn]), settle(files.decided)
        coders = files.decided[files.decided[Codings.role] == CODER]
        found.append(
            CodingStatus(
                question=question,
                texts=len(texts),
                drawn=len(drawn),
                released=len(released_texts(drawn, files.released)),
                coded={str(name): part[Codings.text_id].nunique() for name, part in coders.groupby(Codings.coder)},
                disputed=len(settled.disputed),
                settled=len(settled.codes),
                agreement=measure_agreement(coders, book) if len(coders) else {},
            )
        )
    return found


def _prepared(folder: Folder, wave_id: str) -> tuple[PreparedWave, IssueCodebook]:
    study, areas, source = load_named(folder, wave_id)
    wave = prepare_wave(source, study=study, areas=areas)
    if wave.source.issues is None:
        raise StudyError("study.toml, [open]", say("the study codes no open answers."), say('Add codebook = "…".'))
    return wave, wave.source.issues


def _released(wave: PreparedWave, question: str, book: IssueCodebook) -> pd.DataFrame:
    """Return the texts that coders may see."""
    wave_id, files = wave.source.wave.id, wave.source.codings.of(question, book.version)
    texts = released_texts(drawn_texts(to_code(wave.texts, question), [files.drawn]), files.released)
    if texts.empty:
        raise StudyError(
            CodingNames(wave=wave_id).released,
            say('no answer to "{question}" has been released.', question=question),
            say("danvan open draw {wave}; look for names on the sheet; danvan open take {wave} SHEET", wave=wave_id),
        )
    return texts


def _earlier(folder: Folder, wave_id: str, question: str) -> list[tuple[str, frozenset[str]]]:
    study, _ = load_study(folder)
    ids = [wave.id for wave in study.waves]
    taught = []
    for earlier in ids[: ids.index(wave_id)]:
        if folder.has_file(CodingNames(wave=earlier).decided):
            wave, _ = _prepared(folder, earlier)
            taught += learnt_from(wave, question)
    return taught


def _wanted(texts: pd.DataFrame, decided: pd.DataFrame, *, person: str, role: str) -> pd.DataFrame:
    if role == ADJUDICATOR:
        return texts[texts[Texts.text_id].isin(list(settle(decided).disputed))]
    done = decided.loc[(decided[Codings.coder] == person) & (decided[Codings.role] == role), Codings.text_id]
    return texts[~texts[Texts.text_id].isin(done)]
