"""Assemble the dossier of a wave: what was planned, asked, trained, done and found, and what is missing of it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from danvan_study.messages import current_language, joined, say
from danvan_study.pipeline.fieldwork.dossier_parts import (
    Gathered,
    backchecks,
    dispositions,
    field_log,
    forms,
    methods,
    plan,
    read_impact,
    training,
    translations,
)
from danvan_study.pipeline.monitoring import CheckedWave, load_checked
from danvan_study.publish.dossier import Part, dossier_index, impact_assessment, left_to_fill
from danvan_study.store import Folder, write_rows
from danvan_study.tables import Corrections, Findings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd

    from danvan_study.messages import Message


def assemble_dossier(root: Path, wave_id: str) -> tuple[str, list[Message]]:
    """Gather the dossier of a wave into one folder; nothing in it tells of one respondent.

    Returns
    -------
    Name of the folder inside the study, and what is missing.

    Raises
    ------
    StudyError
        The wave is unknown or has no raw data, or something of it can't be read.
    """
    folder = Folder(root)
    with folder.locked():
        checked = load_checked(folder, wave_id)
        told = read_impact(folder, wave_id)
        study, source = checked.study, checked.source
        gathered = [
            plan(folder, study, source),
            forms(folder, study, source),
            translations(study, source),
            training(folder, source),
            field_log(folder, source),
            _findings(checked),
            dispositions(source),
            backchecks(folder, source),
            methods(folder, source),
            _impact(checked, told),
        ]
        files: dict[str, bytes] = {}
        parts: list[Part] = []
        for number, part in enumerate(gathered, 1):
            named = {f"{number:02}_{name}": content for name, content in part.files.items()}
            files |= named
            parts.append(Part(title=part.title("vi"), files=tuple(named), missing=part.missing))
        files["00_muc_luc.docx"] = dossier_index(
            checked.study, checked.source.wave, parts=parts, simulated=checked.source.raw.manifest.is_simulated
        )
        folder.write_processed(f"{wave_id}-dossier", files)
    missing = [joined((part.title(current_language()), what), ": ") for part in gathered for what in part.missing]
    return f"data/processed/{wave_id}-dossier", missing


def _findings(checked: CheckedWave) -> Gathered:
    """Count findings and corrections by check: who was concerned stays where it was found."""
    return Gathered(
        name="findings",
        files={
            "phat_hien.csv": _counts(checked.findings, (Findings.check, Findings.severity)),
            "sua_chua.csv": _counts(checked.source.corrections, (Corrections.check, Corrections.action)),
        },
    )


def _counts(table: pd.DataFrame, by: tuple[str, str]) -> bytes:
    """Write how many rows there are of each pair."""
    counts = Counter(zip(*(table[name].astype("str") for name in by), strict=True))
    rows = [dict(zip(by, pair, strict=True)) | {"count": str(count)} for pair, count in sorted(counts.items())]
    return write_rows(rows, (*by, "count"))


def _impact(checked: CheckedWave, told: Mapping[str, str]) -> Gathered:
    source = checked.source
    content = impact_assessment(
        checked.study,
        source.wave,
        codebook=source.latest_codebook,
        told=told,
        simulated=source.raw.manifest.is_simulated,
    )
    missing = tuple(
        say("“{text}”: write it into data/field/{wave}/impact.toml", text=text, wave=source.wave.id)
        for text in left_to_fill(told)
    )
    return Gathered(name="impact", files={"danh_gia_tac_dong.docx": content}, missing=missing)
