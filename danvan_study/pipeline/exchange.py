"""Hand a wave on to other programs, for the office's own use."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.exchange import (
    Dataset,
    Shortened,
    WaveTables,
    as_codebook_xlsx,
    as_csv,
    as_ddi,
    as_parquet,
    for_spss,
    for_stata,
    tabulate_wave,
)
from danvan_study.exchange.readme import write_readme
from danvan_study.messages import say
from danvan_study.pipeline.named import known_wave
from danvan_study.pipeline.sources import load_study, load_wave
from danvan_study.pipeline.wave import prepare_wave
from danvan_study.store import Folder
from danvan_study.store.handed_out import hand_out
from danvan_study.store.labelled import write_dta, write_sav

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from danvan_study.pipeline.wave import PreparedWave
    from danvan_study.study import Study

EXPORTS, PAGE = "data/exports", "DOC_TRUOC.txt"
ACCESS = "Chỉ dùng trong cơ quan; đã bỏ dấu hiệu nhận dạng, chưa ẩn danh. (For the office only: not anonymous.)"


class Format(StrEnum):
    """What a wave is written as."""

    SAV = "sav"
    DTA = "dta"
    CSV = "csv"
    """Codes, commas."""
    EXCEL = "csv-excel"
    """Wordings, semicolons: what an Excel that is set to Vietnamese opens by a double click."""
    PARQUET = "parquet"
    CODEBOOK = "codebook-xlsx"
    DDI = "ddi"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How files are written."""

    formats: tuple[Format, ...] = tuple(Format)
    language: str = "vi"


def export_wave(root: Path, wave_id: str, manner: Manner, *, to: Path | None = None) -> tuple[Path, list[str]]:
    """Write the answers of a wave, de-identified, in the formats asked for.

    Parameters
    ----------
    to
        Folder to write; by default ``data/exports/<wave>`` of the study.

    Returns
    -------
    The folder, and the names of its files.

    Raises
    ------
    StudyError
        The wave has no data, the language is none of the study's, the folder holds other things, or a format can't take
        a question.
    """
    folder = Folder(root)
    study, areas = load_study(folder)
    if manner.language not in study.languages:
        raise StudyError(
            "--lang",
            say('the study does not speak "{language}".', language=manner.language),
            ", ".join(study.languages),
        )
    source = load_wave(folder, known_wave(study, wave_id), study=study, areas=areas)
    wave = prepare_wave(source, study=study, areas=areas)
    dataset = tabulate_wave(wave_tables(wave), study=study, areas=areas)
    files, shortened = dataset_files(dataset, manner, study=study, access=ACCESS)
    files[PAGE] = write_readme(dataset, language=manner.language, files=sorted(files), shortened=shortened)
    target = to or root / EXPORTS / wave_id
    with folder.locked():
        hand_out(target, files, stem=wave_id)
    return target, sorted(files)


def wave_tables(wave: PreparedWave) -> WaveTables:
    """Return what of a prepared wave is handed on."""
    return WaveTables(
        wave=wave.source.wave.id,
        respondents=wave.respondents,
        answers=wave.answers,
        weights=wave.weighted.weights,
        codebooks=wave.source.codebooks,
        simulated=wave.source.raw.manifest.is_simulated,
    )


def dataset_files(
    dataset: Dataset, manner: Manner, *, study: Study, access: str
) -> tuple[dict[str, bytes], list[Shortened]]:
    """Return the files of a dataset by name, and the labels that are not whole in them."""
    name = f"{dataset.name}{'' if manner.language == study.languages[0] else f'_{manner.language}'}"
    files: dict[str, bytes] = {}
    shortened: list[Shortened] = []
    if Format.SAV in manner.formats:
        options, log = for_spss(dataset, manner.language)
        files[f"{name}.sav"] = write_sav(dataset.table, **options)
        shortened += log
    if Format.DTA in manner.formats:
        table, options, log = for_stata(dataset, manner.language)
        files[f"{name}.dta"] = write_dta(table, **options)
        shortened += log
    if Format.CSV in manner.formats:
        files[f"{name}.csv"] = as_csv(dataset)
    if Format.EXCEL in manner.formats:
        files[f"{name}_excel.csv"] = as_csv(dataset, separator=";", wordings=manner.language)
    if Format.PARQUET in manner.formats:
        files[f"{name}.parquet"] = as_parquet(dataset)
    return files | _codebooks(dataset, manner, study=study, access=access, shortened=shortened), shortened


def _codebooks(
    dataset: Dataset, manner: Manner, *, study: Study, access: str, shortened: Sequence[Shortened]
) -> dict[str, bytes]:
    files = {}
    if Format.CODEBOOK in manner.formats:
        content = as_codebook_xlsx(dataset, languages=study.languages, shortened=shortened)
        files[f"{dataset.name}_codebook.xlsx"] = content
    if Format.DDI in manner.formats:
        described = next(iter(_data_files(dataset.name, manner.formats)), f"{dataset.name}.csv")
        files[f"{dataset.name}_ddi.xml"] = as_ddi(dataset, study=study, file_name=described, access=access)
    return files


def _data_files(name: str, formats: Collection[Format]) -> list[str]:
    return [f"{name}.{one}" for one in (Format.SAV, Format.DTA, Format.CSV, Format.PARQUET) if one in formats]
