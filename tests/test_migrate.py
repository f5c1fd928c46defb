"""An older study is moved to the schema of the kit in one go, and back; a kill in between harms nothing."""

from __future__ import annotations

import itertools
import shutil
import tomllib
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from danvan_study.cli import app
from danvan_study.errors import StudyError
from danvan_study.pipeline import check_study, import_raw_files
from danvan_study.pipeline.migrate import migrate_study, undo_migration
from danvan_study.pipeline.migrations import STEPS, add_disclosure, begin_book
from danvan_study.store import Folder
from danvan_study.store.received import BOOK
from danvan_study.study import read_study
from danvan_study.study.schema import OLDEST, SCHEMA, schema_of, with_schema
from tests.demonstration import ROOT
from tests.small_study import STUDY, WAVE, lines, submissions, write_small_study

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OLD_PAGE = ROOT / "tests/data/study_of_schema_1.toml"
"""Of the demonstration's first day: it names schema 1 and has no disclosure sheet."""
OLD_STUDY = STUDY.replace(STUDY[STUDY.index("[disclosure]") : STUDY.index("[publication]")], "")
FIELD = "2025q4"
FIELD_WAVE = f'\n[[wave]]\nid = "{FIELD}"\nforms = ["form.xlsx"]\nstart = 2025-10-29\nend = 2025-12-02\n'


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A study as the first kits left it: no disclosure sheet, a wave of real people and no book of it."""
    root = write_small_study(tmp_path / "study", study=STUDY + FIELD_WAVE)
    export = tmp_path / "export.jsonl"
    export.write_bytes(lines(submissions(2)))
    import_raw_files(root, FIELD, [export], source="a test")
    (root / BOOK).unlink()
    page = with_schema(OLD_STUDY + FIELD_WAVE, OLDEST)
    (root / "study.toml").write_text(page, encoding="utf-8", newline="")
    return root


def contents(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()} | {
        "data/processed/.lock": b""
    }


def danvan(root: Path, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["--study", str(root), *words])
    return done.exit_code, done.stdout + str(done.exception or "")


def test_an_older_study_is_refused_by_one_message_that_names_the_command(old: Path) -> None:
    for words in (("check",), ("run",), ("archive", "/nowhere.tar")):
        assert "danvan migrate" in danvan(old, *words)[1]


def test_a_study_is_moved_over_all_steps_and_back_byte_for_byte(old: Path) -> None:
    before = contents(old)
    raw = {name for name in before if name.startswith("data/raw/")}
    code, told = danvan(old, "migrate")
    assert code == 0
    assert "study.toml" in told
    after = contents(old)
    assert all(after[name] == before[name] for name in raw)
    assert {name for name in after if name not in before} >= {BOOK}
    assert check_study(old)
    assert migrate_study(old) is None
    assert danvan(old, "migrate", "--undo")[0] == 0
    assert contents(old) == before
    migrate_study(old)
    assert contents(old) == after


def test_a_wave_that_is_gone_after_the_move_is_found(old: Path) -> None:
    migrate_study(old)
    shutil.rmtree(old / "data/raw" / FIELD)
    with pytest.raises(StudyError, match="received"):
        check_study(old)


def test_the_demonstration_with_its_page_of_the_first_day_is_read_after_the_move(tmp_path: Path) -> None:
    for name in ("data", "survey_forms"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("processed", "exports", "release"))
    text = OLD_PAGE.read_text(encoding="utf-8")
    (tmp_path / "study.toml").write_bytes(OLD_PAGE.read_bytes())
    before = contents(tmp_path)
    with pytest.raises(StudyError, match="danvan migrate"):
        check_study(tmp_path)
    moved = migrate_study(tmp_path)
    assert moved is not None
    assert moved.files == ("study.toml",)
    assert sum("nguyên vẹn" in line.told("vi") for line in check_study(tmp_path)) == 8
    page = tomllib.loads((tmp_path / "study.toml").read_text(encoding="utf-8"))
    assert page.pop("schema") == SCHEMA
    assert set(page.pop("disclosure")) >= {"funding", "en"}
    assert page == {name: value for name, value in tomllib.loads(text).items() if name != "schema"}
    undo_migration(tmp_path)
    assert contents(tmp_path) == before


def writes(old: Path, monkeypatch: pytest.MonkeyPatch, upto: int) -> None:
    """Let the process die at the file after so many."""
    left = itertools.count()
    write = Folder.write_file

    def count(folder: Folder, name: str, content: bytes) -> None:
        if next(left) == upto:
            raise KeyboardInterrupt
        write(folder, name, content)

    monkeypatch.setattr(Folder, "write_file", count)


@pytest.mark.parametrize("upto", [0, 1])
@pytest.mark.parametrize("after", ["migrate", "undo"])
def test_a_move_that_was_killed_ends_or_is_taken_back(
    old: Path, upto: int, after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(old)
    with monkeypatch.context() as patch:
        writes(old, patch, upto)
        with pytest.raises(KeyboardInterrupt):
            migrate_study(old)
    assert "danvan migrate" in danvan(old, "check")[1]
    if after == "undo":
        undo_migration(old)
        assert contents(old) == before
        return
    migrate_study(old)
    assert check_study(old)
    undo_migration(old)
    assert contents(old) == before


def test_a_taking_back_that_was_killed_ends_at_the_next_try(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(old)
    migrate_study(old)
    with monkeypatch.context() as patch:
        patch.setattr(Folder, "remove_file", lambda folder, name: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            undo_migration(old)
    assert "danvan migrate" in danvan(old, "check")[1]
    undo_migration(old)
    assert contents(old) == before


@pytest.mark.parametrize("next_try", [undo_migration, migrate_study])
def test_a_taking_back_that_was_killed_over_its_record_ends_at_the_next_try(
    old: Path, next_try: Callable[[Path], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(old)
    migrate_study(old)
    after = contents(old)

    def take_half(folder: Folder, name: str) -> None:
        shutil.rmtree(folder.root / name / "before")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Folder, "destroy", take_half)
        with pytest.raises(KeyboardInterrupt):
            undo_migration(old)
    next_try(old)
    assert contents(old) == (before if next_try is undo_migration else after)


def test_what_was_written_since_the_move_is_not_lost_by_taking_it_back(old: Path) -> None:
    migrate_study(old)
    page = old / "study.toml"
    page.write_text(page.read_text(encoding="utf-8") + "# more\n", encoding="utf-8")
    after = contents(old)
    with pytest.raises(StudyError, match="changed since"):
        undo_migration(old)
    assert contents(old) == after


@pytest.mark.parametrize("damage", ["{", '{"files": {}}'])
def test_a_damaged_record_of_the_move_is_one_message(old: Path, damage: str) -> None:
    migrate_study(old)
    [record] = (old / "data/logs/migrations").glob("*/record.json")
    record.write_text(damage, encoding="utf-8")
    with pytest.raises(StudyError, match="it is damaged"):
        undo_migration(old)


def test_nothing_to_take_back_and_a_newer_study_are_one_message_each(old: Path) -> None:
    with pytest.raises(StudyError, match="not moved"):
        undo_migration(old)
    page = old / "study.toml"
    page.write_text(with_schema(page.read_text(encoding="utf-8"), SCHEMA + 1), encoding="utf-8")
    with pytest.raises(StudyError, match="Update the kit"):
        migrate_study(old)


def test_a_page_without_its_first_section_is_moved_and_refused_by_its_reader(old: Path) -> None:
    page = old / "study.toml"
    page.write_text(page.read_text(encoding="utf-8").replace("[study]", "[studi]"), encoding="utf-8")
    migrate_study(old)
    assert "study" in danvan(old, "check")[1]


def test_damaged_raw_data_are_found_before_the_book_would_call_them_received(old: Path) -> None:
    page = (old / "study.toml").read_bytes()
    raw = old / "data/raw" / WAVE / "submissions.jsonl"
    raw.chmod(0o644)
    raw.write_bytes(raw.read_bytes()[:-1])
    with pytest.raises(StudyError, match="SHA-256"):
        migrate_study(old)
    assert (old / "study.toml").read_bytes() == page
    assert not (old / BOOK).exists()


def test_the_steps_lead_from_the_oldest_schema_to_this_one_without_a_gap() -> None:
    assert [step.to for step in STEPS] == list(range(OLDEST + 1, SCHEMA + 1))


PAGES = {
    "a line among others": ("# a\nschema = 1   # b\n[study]\n", "# a\nschema = 3   # b\n[study]\n"),
    "a mark of order and Windows' lines": ("\ufeffschema = 1\r\n[study]\r\n", "\ufeffschema = 3\r\n[study]\r\n"),
    "no line": ('[study]\nname = "x"\n', 'schema = 3\n[study]\nname = "x"\n'),
    "no line, a mark": ("\ufeff[study]\r\n", "\ufeffschema = 3\r\n[study]\r\n"),
    "a line of another table": ("[other]\nschema = 1\n", "schema = 3\n[other]\nschema = 1\n"),
}


@pytest.mark.parametrize(("text", "expected"), PAGES.values(), ids=PAGES)
def test_only_the_number_of_the_page_changes(text: str, expected: str) -> None:
    assert with_schema(text, 3) == expected
    assert schema_of(expected) == 3


def test_steps_leave_alone_what_is_laid_out_anew(tmp_path: Path) -> None:
    page = STUDY.encode()
    assert add_disclosure({"study.toml": page}) == {}
    moved = add_disclosure({"study.toml": OLD_STUDY.encode()})
    assert add_disclosure(moved) == {}
    assert begin_book({}) == {}


def test_the_lines_of_a_page_end_as_they_did() -> None:
    moved = add_disclosure({"study.toml": OLD_STUDY.replace("\n", "\r\n").encode()})["study.toml"]
    assert moved.count(b"\n") == moved.count(b"\r\n")
    assert read_study(with_schema(moved.decode(), SCHEMA)).disclosure.said("mode", "en").startswith("No record")
