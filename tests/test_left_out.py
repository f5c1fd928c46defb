"""A test whose tool is absent is left out by name, or fails where everything is required; it never vanishes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

TESTS = """
from pytest import mark

needs = mark.needs

def test_plain(): pass

@needs("chromium")
def test_page(): pass

@needs("r", "libreoffice")
def test_figures(): pass
"""


@pytest.fixture
def folder(tmp_path):
    """A folder with this project's conftest and settings, and three tests, two of which need tools."""
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines(keepends=True)
    light = "".join(line for line in settings if not line.startswith("filterwarnings"))  # these load pandas each time
    (tmp_path / "pyproject.toml").write_text(light, encoding="utf-8")
    (tmp_path / "tests").mkdir()
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path / "tests")
    (tmp_path / "tests" / "test_small.py").write_text(TESTS, encoding="utf-8")
    (tmp_path / "bin").mkdir()
    return tmp_path


def run(folder: Path, *words: str, tools: tuple[str, ...] = (), **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the tests of ``folder`` on a machine that has only ``tools``."""
    for tool in tools:
        (folder / "bin" / tool).write_text("#!/bin/sh\n", encoding="utf-8")
        (folder / "bin" / tool).chmod(0o755)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *words]
    settings = {"PATH": str(folder / "bin"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **environment}
    return subprocess.run(
        command, cwd=folder, env=settings, capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.mark.parametrize("words", [(), ("-p", "xdist", "-n", "1")])
def test_what_is_left_out_is_named_with_its_tool(folder, words):
    result = run(folder, *words)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "no chromium: tests/test_small.py::test_page" in result.stdout
    assert "no r, libreoffice: tests/test_small.py::test_figures" in result.stdout
    assert "not asked for: tests/acceptance" in result.stdout
    assert "1 passed" in result.stdout


def test_a_tool_that_is_there_brings_its_test_back(folder):
    result = run(folder, tools=("chromium-browser", "Rscript"))
    assert "2 passed" in result.stdout
    assert "no chromium" not in result.stdout
    assert "no libreoffice: tests/test_small.py::test_figures" in result.stdout


@pytest.mark.parametrize("words", [(), ("-p", "xdist", "-n", "1")])
def test_where_everything_is_required_an_absent_tool_is_a_failure(folder, words):
    result = run(folder, *words, DANVAN_REQUIRE_ALL="1")
    assert result.returncode == 1
    assert "this machine lacks: chromium" in result.stdout
    assert "this machine lacks: r, libreoffice" in result.stdout
    assert "1 passed" in result.stdout


@pytest.mark.parametrize("marker", ['needs("chromium", "abacus")', "needs()"])
def test_a_need_that_nobody_knows_stops_the_run(folder, marker):
    test = f"import pytest\n\n@pytest.mark.{marker}\ndef test_x(): pass\n"
    (folder / "tests" / "test_other.py").write_text(test, encoding="utf-8")
    result = run(folder)
    assert result.returncode == 4
    assert "test_other.py::test_x needs" in result.stdout + result.stderr
    assert "known tools: chromium" in result.stdout + result.stderr


def test_git_counts_as_absent_outside_a_clone(folder):
    (folder / "tests" / "test_small.py").write_text(TESTS.replace("chromium", "git"), encoding="utf-8")
    result = run(folder, tools=("git",))
    assert "no git: tests/test_small.py::test_page" in result.stdout
    (folder / ".git").mkdir()
    assert "no git" not in run(folder, tools=("git",)).stdout


def test_the_acceptance_runs_are_collected_only_when_asked_for(folder):
    (folder / "tests" / "acceptance").mkdir()
    (folder / "tests" / "acceptance" / "test_real.py").write_text("def test_real(): pass\n", encoding="utf-8")
    assert "1 passed" in run(folder).stdout
    asked = run(folder, "tests/acceptance").stdout
    assert "1 passed" in asked
    assert "not asked for" not in asked
