"""The right to withdraw: slips with codes, one submission removed for a code, and the end of the link at the lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.field import COLUMNS, draw_codes, read_code, read_roster, slips_page
from danvan_study.messages import Words, say
from danvan_study.pipeline.coding_files import CodingNames
from danvan_study.pipeline.copies import copies_with
from danvan_study.pipeline.fieldwork.desk import field_desk, now
from danvan_study.pipeline.fieldwork.parts import LINK_COLUMNS, links_folder
from danvan_study.pipeline.fieldwork.retention import destroy_at_lock
from danvan_study.pipeline.lock_file import lock_file
from danvan_study.pipeline.monitoring import forget_respondents
from danvan_study.pipeline.named import known_wave
from danvan_study.pipeline.run import run_study
from danvan_study.pipeline.sources import load_study
from danvan_study.store import (
    WITHDRAWN,
    Change,
    Folder,
    Manifest,
    note,
    open_raw_log,
    pack_lines,
    read_corrections,
    read_lines,
    read_rows,
    read_sealed,
    write_corrections,
    write_rows,
    write_sealed,
)
from danvan_study.tables import Corrections

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from random import Random

    from danvan_study.kobo import Patience
    from danvan_study.pipeline.fieldwork.desk import Desk
    from danvan_study.store import RawLog

CODE_COLUMNS = ("code", "account")
REDACTED = "withdrawn"


def draw_slips(root: Path, wave_id: str, *, count: int, draw: Random) -> str:
    """Draw ``count`` codes for each account of the roster and write the slips to print.

    Returns
    -------
    str
        Name of the page inside the study.

    Raises
    ------
    StudyError
        The roster is missing or wrong, or the wave is locked.
    """
    folder = Folder(root)
    study, areas = load_study(folder)
    wave = known_wave(study, wave_id)
    with folder.locked():
        _refuse_locked(folder, wave_id)
        file = study.kobo.roster
        rows = folder.read_rows(file, needed_by="study.toml, [kobo] roster", columns=COLUMNS)
        accounts = [each.account for each in read_roster(rows, file=file, areas=areas)]
        drawn = read_codes(folder, wave_id)
        codes = draw_codes(count * len(accounts), draw, taken=frozenset(drawn))
        theirs = {account: codes[place * count : (place + 1) * count] for place, account in enumerate(accounts)}
        new = {code: account for account, some in theirs.items() for code in some}
        lines = [{"code": code, "account": account} for code, account in sorted((drawn | new).items())]
        write_sealed(folder, f"data/withdrawal/{wave_id}/codes.csv", write_rows(lines, CODE_COLUMNS))
        name = f"data/enumerators/{wave_id}/slips_{len(drawn) + 1:05d}.html"
        folder.write_file(name, slips_page(theirs, study=study, wave=wave))
        return name


def read_codes(folder: Folder, wave_id: str) -> dict[str, str]:
    """Return every code that was drawn for a wave, and the account it was printed for."""
    files = read_sealed(folder, f"data/withdrawal/{wave_id}")
    if "codes.csv" not in files:
        return {}
    return {row["code"]: row["account"] for row in read_rows(files["codes.csv"], "codes.csv", columns=CODE_COLUMNS)}


def withdraw_submission(
    root: Path, wave_id: str, code: str, *, tell: Callable[[Words], None], patience: Patience | None = None
) -> None:
    """Remove the one submission that a slip's code leads to: on the server, here, and from the corrections.

    What is left is a tombstone without answers and an entry in the manifest. A run that breaks off may be repeated:
    the link goes last. Coding sheets go too and may be written again. Outputs have to be made again; what was published
    stays as it is.

    Raises
    ------
    StudyError
        The code is mistyped, leads to no submission or to two, or the wave is locked.
    """
    with field_desk(root, wave_id, tell=tell, patience=patience) as desk:
        _refuse_locked(desk.folder, wave_id)
        submission = find_submission(desk.folder, wave_id, code)
        desk.submissions().delete(submission)
        head = Manifest(wave=wave_id, provenance="field", source="", received_at=now(), seed=None, files=())
        log = open_raw_log(desk.folder, head)
        theirs = _names(desk, log, submission)
        forget_respondents(desk.folder, wave_id, theirs)
        desk.folder.destroy(CodingNames(wave=wave_id).sheets)
        desk.folder.destroy(f"data/exports/{wave_id}")
        _redact_corrections(desk, theirs, submission)
        _redact_raw(log, submission)
        log.enter_state()
        _forget_link(desk.folder, wave_id, submission)
    copies = ", ".join(copies_with(root, wave_id)) or say("the backups")
    tell(
        say(
            "{wave}: one submission is withdrawn, on the server and in data/raw. Still to be erased in: {copies}",
            wave=wave_id,
            copies=copies,
        )
    )


def rebuild_outputs(root: Path, wave_id: str) -> list[str]:
    """Make the outputs again that held a wave: its own, and those of later waves, which may pool it.

    Returns
    -------
    list of str
        The waves whose outputs were made again.
    """
    folder = Folder(root)
    study, _ = load_study(folder)
    ids = [wave.id for wave in study.waves]
    made = [each for each in ids[ids.index(wave_id) :] if folder.has_file(f"data/processed/{each}/run.json")]
    if made:
        run_study(root, made)
    return made


def find_submission(folder: Folder, wave_id: str, code: str) -> int:
    """Return the id of the submission that a code leads to, or raise StudyError."""
    tidy = read_code(code)
    found = {
        row["submission"]
        for name, content in read_sealed(folder, links_folder(wave_id)).items()
        for row in read_rows(content, name, columns=LINK_COLUMNS)
        if row["code"] == tidy
    }
    if len(found) != 1:
        what = (
            say("it stands on more than one submission: {count}.", count=len(found))
            if found
            else say("it stands on no submission that was pulled.")
        )
        raise StudyError(
            say("code {tidy}", tidy=tidy),
            what,
            say(
                "Pull first (danvan pull {wave}); if it stays so, look at the submissions on the server: {found}.",
                wave=wave_id,
                found=", ".join(sorted(found)) or say("the slip may not have been entered"),
            ),
        )
    return int(found.pop())


def destroy_links(folder: Folder, wave_id: str, *, at: str = "") -> None:
    """Destroy links of slips, contacts and findings: nobody can tell any more whose a submission is.

    Parameters
    ----------
    at
        The moment that counts as that of the lock; by default this one.

    Raises
    ------
    StudyError
        The wave is locked already.
    """
    _refuse_locked(folder, wave_id)
    folder.write_file(lock_file(wave_id), f"{at or now()}\n".encode())
    destroy_at_lock(folder, wave_id)


def _refuse_locked(folder: Folder, wave_id: str) -> None:
    if folder.has_file(lock_file(wave_id)):
        since = folder.read(lock_file(wave_id), needed_by=wave_id).decode().strip()
        destroy_at_lock(folder, wave_id)  # a lock that was interrupted
        raise StudyError(
            say("wave {wave}", wave=wave_id),
            say("it is locked since {since}: no slip leads to a submission any more.", since=since),
            say("Tell the person so; the law asks for no more once the data can't be told apart."),
        )


def _redact_raw(log: RawLog, submission: int) -> None:
    for name in log.names:
        lines = list(read_lines(log.read(name)))
        if all(int(line["_id"]) != submission or line.get("danvan") == WITHDRAWN for line in lines):
            continue
        kept = [line for line in lines if int(line["_id"]) <= submission and int(line["_id"]) != submission]
        kept.append(note(WITHDRAWN, submission))
        kept += [line for line in lines if int(line["_id"]) > submission]
        log.write(Change(name=name, content=pack_lines(kept), event="redaction", what="withdrawal"), at=now())


def _names(desk: Desk, log: RawLog, submission: int) -> set[str]:
    """Return the random ids by which the tables know a submission."""
    return {
        str(line.get(key, "")).removeprefix("uuid:")
        for file in log.names
        for line in read_lines(log.read(file))
        if int(line["_id"]) == submission
        for key in ("_uuid", "meta/rootUuid", desk.study.design.respondent)
    } - {""}


def _redact_corrections(desk: Desk, theirs: set[str], submission: int) -> None:
    """Take what the corrections file repeats of the answers out of it; its chain is sealed anew."""
    name = desk.wave.corrections or f"data/corrections/{desk.wave.id}.csv"
    corrections = read_corrections(desk.folder, name)
    rows = [{str(key): str(value) for key, value in row.items()} for row in corrections.to_dict("records")]
    if not any(row[Corrections.respondent] in theirs for row in rows):
        return
    blank = dict.fromkeys((Corrections.question, Corrections.old_value, Corrections.new_value), "")
    gone = {**blank, Corrections.respondent: str(submission), Corrections.action: "none", Corrections.reason: REDACTED}
    write_corrections(
        desk.folder, name, [{**row, **gone} if row[Corrections.respondent] in theirs else row for row in rows]
    )


def _forget_link(folder: Folder, wave_id: str, submission: int) -> None:
    for name, content in read_sealed(folder, links_folder(wave_id)).items():
        rows = read_rows(content, name, columns=LINK_COLUMNS)
        kept = [row for row in rows if row["submission"] != str(submission)]
        if len(kept) < len(rows):
            write_sealed(folder, f"{links_folder(wave_id)}/{name}", write_rows(kept, LINK_COLUMNS))
