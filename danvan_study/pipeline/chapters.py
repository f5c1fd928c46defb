"""Run the study's notebooks for a wave, and keep them with their results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.store import Folder

if TYPE_CHECKING:
    from pathlib import Path

PARAMETERS: Final = "parameters"
"""Tag of the cell behind which the wave is set, as papermill has it."""
PATIENCE: Final = 600
"""Seconds for a cell."""


def run_chapters(root: Path, wave_id: str) -> Path:
    """Run every notebook of ``notebooks/`` for a wave; return the folder that holds them with their results.

    The same wave gives the same bytes: no times are recorded. Nothing is written unless all chapters ran to their end.

    Raises
    ------
    StudyError
        The wave has not been run, a chapter stops, or JupyterLab's parts are not installed.
    """
    folder = Folder(root)
    folder.read_processed(wave_id, "published")
    files = {}
    for name in folder.names("notebooks", ".ipynb"):
        content = folder.read(f"notebooks/{name}", needed_by="danvan chapters")
        files[name] = _run(content, wave_id, where=root / "notebooks" / name)
    with folder.locked():
        return folder.write_processed(f"chapters-{wave_id}", files)


def _run(content: bytes, wave_id: str, *, where: Path) -> bytes:
    try:
        import nbformat  # noqa: PLC0415 -- an extra
        from nbclient import NotebookClient  # noqa: PLC0415 -- an extra
        from nbclient.exceptions import CellExecutionError  # noqa: PLC0415 -- an extra
    except ImportError as error:
        cure = say('Set it up: python3 start.py lab, or pip install "danvan_study[notebooks]"')
        raise StudyError("danvan chapters", say("{package} is not installed.", package=error.name), cure) from error
    notebook = nbformat.reads(content.decode(), as_version=4)  # type: ignore[no-untyped-call]
    cells = [cell for cell in notebook.cells if PARAMETERS in cell.metadata.get("tags", [])]
    if not cells:
        raise StudyError(str(where), say("no cell is tagged as parameters."), say('Tag one "{tag}".', tag=PARAMETERS))
    cells[0].source += f'\nWAVE = "{wave_id}"'
    resources = {"metadata": {"path": str(where.parent)}}
    try:
        NotebookClient(notebook, timeout=PATIENCE, record_timing=False, resources=resources).execute()
    except CellExecutionError as error:
        last = str(error).strip().splitlines()[-1]
        raise StudyError(
            str(where), say("it stops: {last}", last=last), say("Run the wave again: danvan run {wave}", wave=wave_id)
        ) from error
    for output in (output for cell in notebook.cells for output in cell.get("outputs", [])):
        if "text/html" in output.get("data", {}):
            # The plain text beside a table names places in memory, which differ from run to run.
            output["data"].pop("text/plain", None)
    written: str = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    return f"{written}\n".encode()
