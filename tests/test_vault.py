"""Encryption of real answers, and the files that hold keys and tokens."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_study.errors import StudyError
from danvan_study.store import Folder, Manifest, check_raw, read_raw_wave, read_token, write_key, write_raw_wave
from danvan_study.store.secret import KEY_FILE, TOKEN, TOKEN_FILE
from danvan_study.vault import Vault, new_key

if TYPE_CHECKING:
    from pathlib import Path

ANSWERS = '{"_uuid":"a","worry":"đường làng"}\n'.encode()


def field_wave() -> Manifest:
    return Manifest(wave="2026q4", provenance="field", source="thử", received_at="2026-11-01", seed=None, files=())


@given(st.binary(max_size=300))
def test_what_is_sealed_opens_to_the_same_bytes_and_shows_nothing(content: bytes) -> None:
    vault = Vault(new_key(), "key")
    sealed = vault.seal(content)
    assert vault.open(sealed, "x") == content
    assert len(content) < 8 or content not in sealed


def test_another_key_and_a_damaged_file_are_one_message_that_holds_no_key() -> None:
    key, other = new_key(), new_key()
    sealed = Vault(key, "mine").seal(ANSWERS)
    for vault, content in ((Vault(other, "theirs"), sealed), (Vault(key, "mine"), sealed[:-1])):
        with pytest.raises(StudyError, match="does not open it") as caught:
            vault.open(content, "x.age")
        assert "AGE-SECRET" not in f"{caught.value}{vault!r}"
    with pytest.raises(StudyError, match="no key file") as caught:
        Vault(key.replace("AGE-SECRET-KEY-1", "AGE-SECRET-KEY-1X"), "mine")
    assert "SECRET-KEY-1" not in str(caught.value)


def test_answers_of_real_people_are_encrypted_on_disk_and_read_back(tmp_path: Path) -> None:
    write_raw_wave(Folder(tmp_path), field_wave(), {"answers.jsonl": ANSWERS})
    stored = tmp_path / "data" / "raw" / "2026q4" / "answers.jsonl.age"
    assert stored.read_bytes().startswith(b"age-encryption.org")
    assert "làng".encode() not in stored.read_bytes()
    (record,) = read_raw_wave(Folder(tmp_path), "2026q4").records
    assert record["worry"] == "đường làng"


def test_without_the_key_integrity_is_still_checked_and_reading_is_one_clear_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_raw_wave(Folder(tmp_path), field_wave(), {"answers.jsonl": ANSWERS})
    monkeypatch.delenv(KEY_FILE)
    assert "2026q4" in check_raw(Folder(tmp_path))
    with pytest.raises(StudyError, match=rf"{KEY_FILE}.*danvan key"):
        read_raw_wave(Folder(tmp_path), "2026q4")
    with pytest.raises(StudyError, match=KEY_FILE):
        write_raw_wave(Folder(tmp_path / "new"), field_wave(), {"answers.jsonl": ANSWERS})
    assert not (tmp_path / "new" / "data").exists()


def test_a_simulated_wave_needs_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_FILE)
    drawn = Manifest(wave="2026q4", provenance="simulated", source="thử", received_at="2026-11-01", seed=1, files=())
    write_raw_wave(Folder(tmp_path), drawn, {"answers.jsonl": ANSWERS})
    assert (tmp_path / "data" / "raw" / "2026q4" / "answers.jsonl").read_bytes() == ANSWERS
    assert len(read_raw_wave(Folder(tmp_path), "2026q4").records) == 1


def test_a_new_key_is_its_owners_alone_outside_the_study_and_never_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study, path = tmp_path / "study", tmp_path / "study.key"
    study.mkdir()
    write_key(path, study)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    monkeypatch.setenv(KEY_FILE, str(path))
    Folder(study).vault()
    with pytest.raises(StudyError, match="never overwritten"):
        write_key(path, study)
    with pytest.raises(StudyError, match="inside the study"):
        write_key(study / "data" / "study.key", study)
    inside = study / "x.key"
    path.rename(inside)
    monkeypatch.setenv(KEY_FILE, str(inside))
    with pytest.raises(StudyError, match="inside the study"):
        Folder(study).vault()


def test_a_key_or_token_that_others_can_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "study.key"
    write_key(path, tmp_path / "study")
    path.chmod(0o640)
    monkeypatch.setenv(KEY_FILE, str(path))
    with pytest.raises(StudyError, match=r"chmod 600"):
        Folder(tmp_path / "study").vault()
    monkeypatch.setenv(KEY_FILE, str(tmp_path / "gone.key"))
    with pytest.raises(StudyError, match="can't be read"):
        Folder(tmp_path / "study").vault()


def test_the_token_comes_from_the_environment_or_a_private_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (TOKEN, TOKEN_FILE):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(StudyError, match=TOKEN):
        read_token()
    path = tmp_path / "token"
    path.write_text("abc123\n", encoding="utf-8")
    path.chmod(0o644)
    monkeypatch.setenv(TOKEN_FILE, str(path))
    with pytest.raises(StudyError, match="others can read") as caught:
        read_token()
    assert "abc123" not in str(caught.value)
    path.chmod(0o600)
    assert read_token().strip() == "abc123"
    monkeypatch.setenv(TOKEN, "def456")
    assert read_token() == "def456"
