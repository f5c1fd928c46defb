"""The chapters in ``notebooks/`` run on the demonstration study and agree with what a run stores."""

from __future__ import annotations

import base64
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest
from jupyter_client.manager import KernelManager, start_new_kernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from danvan_study.errors import StudyError
from danvan_study.pipeline import outputs, run_chapters, run_study
from danvan_study.publish.brief import Setting

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
CHAPTERS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
WAVE = "2025q1"  # the second wave: no rolling year behind it, so the shortest run


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("chapters")
    for name in ("data", "notebooks", "survey_forms"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("processed", ".ipynb_checkpoints"))
    shutil.copy(ROOT / "study.toml", root)
    with pytest.MonkeyPatch.context() as patch:  # chapters read the tables of a wave, and no document
        patch.setattr(outputs, "start_outputs", lambda *_, **__: Setting(ready={}, jobs=()))
        run_study(root, [WAVE])
    return root


ONCE = """
from functools import cache
from danvan_study import pipeline

def once(compute):
    computed = cache(lambda root, wave: next(compute(root, [wave])))
    return lambda root, waves: iter([computed(root, *waves)])

pipeline.compute_waves = once(pipeline.compute_waves)
"""


@pytest.fixture(scope="module")
def kernel(study: Path) -> Iterator[KernelManager]:
    """A kernel in which the figures that every chapter begins with are computed for the first of them alone."""
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(study / "notebooks"))
    reply = client.execute_interactive(ONCE, timeout=300)
    assert reply["content"]["status"] == "ok"
    client.stop_channels()
    yield manager
    manager.shutdown_kernel(now=True)


def execute(study: Path, chapter: str, kernel: KernelManager) -> nbformat.NotebookNode:
    """Run a chapter in the kernel, which remembers none of the names of the chapter before."""
    notebook = nbformat.read(study / "notebooks" / chapter, as_version=4)
    parameters = next(cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", []))
    parameters.source = f'%reset -f\n{parameters.source}\nWAVE = "{WAVE}"'
    return NotebookClient(notebook, km=kernel, timeout=300, record_timing=False).execute()


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_runs_to_its_end_and_draws(study: Path, kernel: KernelManager, chapter: str) -> None:
    notebook = execute(study, chapter, kernel)
    pictures = [
        output.data["image/png"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    assert pictures
    assert all(base64.b64decode(picture).startswith(b"\x89PNG") for picture in pictures)


def code(chapter: str) -> list[str]:
    notebook = nbformat.read(ROOT / "notebooks" / chapter, as_version=4)
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_ends_by_comparing_with_what_a_run_stored(chapter: str) -> None:
    last = code(chapter)[-1]
    assert "pd.testing.assert_frame_equal(result.published.rows, " in last
    assert 'read_processed(WAVE, "published")' in last


def test_a_chapter_fails_when_the_stored_figures_are_not_those_of_the_raw_data(
    study: Path, kernel: KernelManager
) -> None:
    stored = study / "data" / "processed" / WAVE / "published.parquet"
    sound = stored.read_bytes()
    stored.write_bytes((study / "data" / "processed" / WAVE / "weights.parquet").read_bytes())
    try:
        with pytest.raises(CellExecutionError, match="AssertionError"):
            execute(study, CHAPTERS[0], kernel)
    finally:
        stored.write_bytes(sound)


def test_a_chapter_is_kept_with_the_results_that_another_process_finds(study: Path, kernel: KernelManager) -> None:
    kept = "50_van_de_quan_tam.ipynb"
    for path in (study / "notebooks").glob("*.ipynb"):
        if path.name != kept:
            path.rename(path.with_suffix(".away"))
    try:
        (written,) = run_chapters(study, WAVE).iterdir()
    finally:
        for path in (study / "notebooks").glob("*.away"):
            path.rename(path.with_suffix(".ipynb"))
    assert written.name == kept
    assert b'"image/png"' in written.read_bytes()
    assert results(nbformat.read(written, as_version=4)) == results(execute(study, kept, kernel))


def results(notebook: nbformat.NotebookNode) -> list[dict]:
    """Return what stands below the cells; the text beside a table names places in memory."""
    found = [output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", [])]
    return [{kind: data[kind] for kind in data if kind != "text/plain" or "text/html" not in data} for data in found]


def test_chapters_of_a_wave_that_was_not_run_are_refused(study: Path) -> None:
    with pytest.raises(StudyError, match="2026q3"):
        run_chapters(study, "2026q3")


def test_the_chapters_are_those_of_the_table_of_contents() -> None:
    assert [int(name.partition("_")[0]) for name in CHAPTERS] == [10, 20, 30, 40, 50, 60, 90]
