"""The people who look for names and code open answers, simulated like the answers themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from danvan_study.open_ended.draw import draw_texts, drawn_texts, to_code
from danvan_study.open_ended.release import pass_all
from danvan_study.pipeline.coding_files import CodingNames
from danvan_study.pipeline.sources import load_wave
from danvan_study.pipeline.wave import prepare_wave
from danvan_study.simulate import code_by_hand
from danvan_study.store.codings import append_codings, append_releases, extend_audit_list
from danvan_study.tables import AuditList, Codings

if TYPE_CHECKING:
    from danvan_study.areas import Areas
    from danvan_study.simulate import Truth
    from danvan_study.store import Folder
    from danvan_study.study import Study, Wave

REVIEWED, CODED = timedelta(days=7), timedelta(days=14)
"""After the end of fieldwork."""


def simulate_coding(folder: Folder, wave: Wave, *, study: Study, areas: Areas | None, truth: Truth) -> int:
    """Draw, release and code the open answers of a simulated wave; return the number of decisions.

    Raises
    ------
    StudyError
        An answer is no phrase of the truth.
    """
    names, question = CodingNames(wave=wave.id), truth.open_question
    for name in (names.drawn, names.released, names.decided):
        folder.remove_file(name)
    if question is None or not study.issues_file:
        return 0
    ready = prepare_wave(load_wave(folder, wave, study=study, areas=areas), study=study, areas=areas)
    texts, book = to_code(ready.texts, question.question), ready.source.issues
    drawn = draw_texts(texts, AuditList.empty(), size=question.coders.texts, seed=f"{wave.id} {question.question}")
    chosen = drawn_texts(texts, [drawn])
    decided = code_by_hand(chosen, question, seed=(truth.seed, wave.id), version=book.version if book else "")
    extend_audit_list(folder, names.drawn, drawn)
    append_releases(
        folder,
        names.released,
        pass_all(chosen, person=question.coders.reviewer, day=(wave.end + REVIEWED).isoformat()),
    )
    dated = decided.assign(**{Codings.decided_at: (wave.end + CODED).isoformat()})
    return append_codings(folder, names.decided, dated.astype("str"))
