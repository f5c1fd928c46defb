"""What every test may rely on: tests that need an absent tool are left out by name, never in silence."""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parents[1]

TOOLS: dict[str, tuple[str, ...]] = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "git": ("git",),
    "java": ("java",),
    "libreoffice": ("soffice", "libreoffice"),
    "node": ("node", "nodejs"),
    "poppler": ("pdftoppm",),
    "pspp": ("pspp",),
    "r": ("Rscript",),
}
"""What ``@pytest.mark.needs`` may name, and the commands of which any one will do."""

REQUIRE_ALL = "DANVAN_REQUIRE_ALL"
"""Set to 1, a test whose tool is absent fails instead of being left out."""

LONG = ("notebooks", "crash", "walkthrough", "verify", "work_elsewhere", "handbook_built", "demonstration_documents")
"""Modules with tests of many seconds: workers of xdist begin with them, so that all are busy to the end."""

ACCEPTANCE = "tests/acceptance"

KEY_FILE = "DANVAN_KEY_FILE"

os.environ["DANVAN_LANG"] = "en"  # tests speak of messages in English, also of those of processes that they start

# A busy machine is no fault of the code: how long an example takes is for benchmarks/ to say.
settings.register_profile("no clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("no clock")

LEFT_OUT = pytest.StashKey[dict[str, str]]()
"""Id of a test that was left out -> the tools that it lacks."""


def absent(tools: Iterable[str]) -> list[str]:
    """Return those of ``tools`` that this machine lacks; git counts as lacking outside a clone."""
    missing = [tool for tool in tools if not any(shutil.which(command) for command in TOOLS[tool])]
    no_clone = "git" in tools and not (ROOT / ".git").exists()
    return missing + ["git"] * (no_clone and "git" not in missing)


def needed(item: pytest.Item) -> list[str]:
    """Return the tools that a test says it needs."""
    tools = [tool for marker in item.iter_markers("needs") for tool in marker.args]
    unknown = sorted(set(tools) - set(TOOLS))
    if unknown or any(not marker.args for marker in item.iter_markers("needs")):
        raise pytest.UsageError(f"{item.nodeid} needs {unknown or 'nothing'}; known tools: {', '.join(TOOLS)}.")
    return tools


def pytest_configure(config: pytest.Config) -> None:
    config.stash[LEFT_OUT] = {}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: item.path.stem.removeprefix("test_") not in LONG)
    lacking = {item: absent(needed(item)) for item in items}
    if os.environ.get(REQUIRE_ALL) == "1":
        return
    config.stash[LEFT_OUT] = {item.nodeid: ", ".join(tools) for item, tools in lacking.items() if tools}
    config.hook.pytest_deselected(items=[item for item, tools in lacking.items() if tools])
    items[:] = [item for item, tools in lacking.items() if not tools]


@pytest.fixture
def vietnamese(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages in Vietnamese, as an office reads them."""
    monkeypatch.setenv("DANVAN_LANG", "vi")


@pytest.fixture(scope="session", autouse=True)
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A key for whatever a test stores as answers of real people."""
    from danvan_study.vault import new_key

    path = tmp_path_factory.mktemp("key") / "study.key"
    path.write_text(new_key(), encoding="utf-8")
    path.chmod(0o600)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(KEY_FILE, str(path))
        yield path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small study after a run: made once for a module, to be read and copied."""
    from danvan_study.pipeline import run_study
    from tests.small_study import write_small_study

    root = write_small_study(tmp_path_factory.mktemp("made") / "study")
    run_study(root)
    return root


@pytest.fixture
def study(made: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    return Path(shutil.copytree(made, tmp_path / "study"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    if tools := absent(needed(item)):
        pytest.fail(f"{REQUIRE_ALL}=1, and this machine lacks: {', '.join(tools)}", pytrace=False)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand what a worker of xdist left out to the process that reports."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = session.config.stash[LEFT_OUT]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: pytest.Item) -> None:
    """Take over what a worker of xdist left out; every worker collects the same tests."""
    node.config.stash[LEFT_OUT].update(getattr(node, "workeroutput", {}).get("left_out", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    tests_by_tools: dict[str, list[str]] = defaultdict(list)
    for test, tools in config.stash[LEFT_OUT].items():
        tests_by_tools[tools].append(test)
    lines = [f"no {tools}: {test}" for tools, tests in sorted(tests_by_tools.items()) for test in sorted(tests)]
    if not any("acceptance" in str(argument) for argument in config.args):
        lines.append(f"not asked for: {ACCEPTANCE} (real data beside the repository; .ci/run runs them)")
    if lines:
        terminalreporter.section("left out", sep="-")
        for line in lines:
            terminalreporter.line(line)
