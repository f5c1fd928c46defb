"""What Windows does otherwise, as far as another system can stand in for it; docs/windows.md says what it can't."""

from __future__ import annotations

import ast
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from danvan_study.errors import StudyError
from danvan_study.store import Folder
from danvan_study.store.output import delete_file, protect, remove_folder, replace_file, write_folder
from danvan_study.study import read_study
from tests.demonstration import ROOT
from tests.small_study import STUDY, WAVE

SHARED, DENIED = 32, 5


def refused(number: int) -> PermissionError:
    """Return the error that Windows gives; elsewhere it has no such number."""
    error = PermissionError(13, "The process cannot access the file")
    error.winerror = number
    return error


def hold(monkeypatch: pytest.MonkeyPatch, held: Path) -> None:
    """Stand in for a program that has a file open: nothing takes its place, nor can its folder be renamed."""
    replace, rename = Path.replace, Path.rename

    def no_replace(path: Path, target: Path) -> Path:
        if target == held:
            raise refused(SHARED)
        return replace(path, target)

    def no_rename(path: Path, target: Path) -> Path:
        if path == held:
            raise refused(SHARED)
        if path in held.parents:
            raise refused(DENIED)
        return rename(path, target)

    monkeypatch.setattr(Path, "replace", no_replace)
    monkeypatch.setattr(Path, "rename", no_rename)


def test_a_file_that_excel_has_open_is_named_and_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = tmp_path / "follow_up.csv"
    sheet.write_bytes(b"old")
    hold(monkeypatch, sheet)
    with pytest.raises(StudyError, match=r"follow_up\.csv.*Excel"):
        replace_file(sheet, b"new")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("follow_up.csv", b"old")]


def test_the_one_document_of_a_folder_that_word_has_open_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, old = tmp_path / WAVE, {"a.html": b"1", "areas/brief.docx": b"2", "z.pdf": b"3"}
    write_folder(target, old)
    hold(monkeypatch, target / "areas/brief.docx")
    with pytest.raises(StudyError, match=r"brief\.docx.*Word") as caught:
        write_folder(target, {"a.html": b"new"})
    assert caught.value.where == str(target / "areas/brief.docx")
    assert {path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file()} == set(old)
    assert [path.name for path in tmp_path.iterdir()] == [WAVE]


def test_a_folder_without_permission_is_not_called_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_rename(path: Path, target: Path) -> Path:
        if path != target:
            raise refused(DENIED)
        return target

    write_folder(tmp_path / WAVE, {"a.html": b"1"})
    monkeypatch.setattr(Path, "rename", no_rename)
    with pytest.raises(StudyError, match="permissions"):
        write_folder(tmp_path / WAVE, {"a.html": b"2"})
    assert (tmp_path / WAVE / "a.html").read_bytes() == b"1"


def test_when_the_new_folder_can_not_take_its_place_the_old_one_does_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def no_rename(path: Path, target: Path) -> Path:
        if path.name.endswith(".new"):
            raise refused(SHARED)
        return rename(path, target)

    write_folder(tmp_path / WAVE, {"a.html": b"1"})
    monkeypatch.setattr(Path, "rename", no_rename)
    with pytest.raises(StudyError):
        write_folder(tmp_path / WAVE, {"a.html": b"2"})
    assert (tmp_path / WAVE / "a.html").read_bytes() == b"1"


def refuse_read_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing replace or delete a read-only file."""

    def guard(name: str) -> None:
        plain = getattr(Path, name)

        def checked(path: Path, *others: Path, **how: bool) -> object:
            touched = others[0] if others else path
            if touched.exists() and not touched.stat().st_mode & stat.S_IWRITE:
                raise refused(DENIED)
            return plain(path, *others, **how)

        monkeypatch.setattr(Path, name, checked)

    tree = shutil.rmtree

    def checked_tree(path: Path) -> None:
        if any(not each.stat().st_mode & stat.S_IWRITE for each in path.rglob("*")):
            raise refused(DENIED)
        tree(path)

    guard("replace")
    guard("unlink")
    monkeypatch.setattr(shutil, "rmtree", checked_tree)


def test_read_only_files_are_replaced_and_deleted_by_the_kit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_read_only(monkeypatch)
    raw = tmp_path / "raw"
    write_folder(raw, {"a.jsonl": b"1", "b.jsonl": b"2"})
    for path in raw.iterdir():
        protect(path)
    replace_file(raw / "a.jsonl", b"3")
    assert (raw / "a.jsonl").read_bytes() == b"3"
    delete_file(raw / "b.jsonl")
    protect(raw / "a.jsonl")
    write_folder(raw, {"c.jsonl": b"4"})
    assert [path.name for path in tmp_path.iterdir()] == ["raw"]
    protect(raw / "c.jsonl")
    remove_folder(raw)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [["--help"], ["check"]])
def test_a_stream_with_an_old_code_page_gets_vietnamese_letters_whole(words: list[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "danvan_study", "--study", str(tmp_path), *words],
        env=os.environ | {"PYTHONIOENCODING": "cp1252", "DANVAN_LANG": "vi"},
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert {"ộ", "ỗ"} & set((done.stdout + done.stderr).decode())
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["con", "NUL", "lpt1", "2026:1", 'a"b', "2026."])
def test_a_wave_is_never_called_what_windows_takes_for_no_folder(name: str) -> None:
    with pytest.raises(StudyError, match="is not a wave id"):
        read_study(STUDY.replace(f'id = "{WAVE}"', f"id = '{name}'"))


def without_encoding(source: str) -> list[int]:
    """Return the lines whose calls take text from files or processes in whatever code page the computer has."""
    found = []
    for call in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        keys = {each.arg: each.value for each in call.keywords}
        modes = [each.value for each in [*call.args, *keys.values()] if isinstance(each, ast.Constant)]
        is_bytes = any(isinstance(mode, str) and "b" in mode and len(mode) <= 3 for mode in modes)
        is_text = name in ("read_text", "write_text") or (name == "open" and isinstance(call.func, ast.Name))
        is_text |= bool({"text", "universal_newlines"} & set(keys)) and name in ("run", "Popen", "check_output")
        if is_text and not is_bytes and "encoding" not in keys:
            found.append(call.lineno)
    return found


def test_no_text_is_read_or_written_in_the_code_page_of_the_computer() -> None:
    modules = [*sorted((ROOT / "danvan_study").rglob("*.py")), ROOT / "start.py"]
    found = {path.name: lines for path in modules if (lines := without_encoding(path.read_text(encoding="utf-8")))}
    assert found == {}


def test_the_search_for_code_pages_sees_what_is_planted() -> None:
    planted = "p.read_text()\nopen(p)\nrun(a, text=True)\np.write_text(x, encoding='utf-8')\nopen(p, 'rb')\n"
    assert without_encoding(planted) == [1, 2, 3]


def test_names_of_files_that_a_study_writes_are_told_with_forward_slashes(tmp_path: Path) -> None:
    write_folder(tmp_path / "data/issued/2026q3/1", {"areas/058.html": b""})
    assert Folder(tmp_path).files("data") == ["data/issued/2026q3/1/areas/058.html"]
