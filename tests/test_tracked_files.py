"""What git carries to strangers: no path of the machine it was written on, no address of a registry."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

MACHINE_PATH = re.compile(r"""(?:^|["'(= `])/(?:root|home|work|Users)/|\b[A-Z]:\\Users\\""", re.MULTILINE)
REGISTRY = re.compile(
    r"pypi[.]org|pythonhosted[.]org|npmjs[.](?:org|com)|anaconda[.]org|--(?:extra-)?index-url[ =]|/simple/"
)
LOCKS_WITH_ADDRESSES = {"uv.lock", "pylock.toml", "poetry.lock", "Pipfile.lock"}


def faults(text: str) -> list[str]:
    """Return the machine paths and registry addresses in a text."""
    return MACHINE_PATH.findall(text) + REGISTRY.findall(text)


def files_for_git() -> list[Path]:
    """Return what is tracked or would be by the next ``git add``."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    return [path for name in listed if name and (path := ROOT / name).is_file()]


@pytest.mark.needs("git")
def test_no_file_names_this_machine_or_a_registry():
    found = {}
    for path in files_for_git():
        content = path.read_bytes()
        if path != Path(__file__) and b"\0" not in content and (hits := faults(content.decode("utf-8"))):
            found[path.relative_to(ROOT).as_posix()] = hits
    assert found == {}


@pytest.mark.needs("git")
def test_no_lock_that_names_addresses_is_tracked():
    assert [path.name for path in files_for_git() if path.name in LOCKS_WITH_ADDRESSES] == []


@pytest.mark.parametrize(
    "text",
    [
        *(f"see /{place}/x" for place in ("root", "work")),
        *(f"open('/{place}/an/x')" for place in ("home", "Users")),
        "--index-url https://x",
        "https://pypi!org/p/x".replace("!", "."),  # written whole it would itself be an address
        r"C:\Users\An",
    ],
)
def test_paths_and_addresses_are_seen(text):
    assert len(faults(text)) == 1


@pytest.mark.parametrize(
    "text", ["--no-emit-index-url", "framework/x", "a/home/b", "notes/work/", "the work/life balance"]
)
def test_ordinary_words_are_not(text):
    assert faults(text) == []
