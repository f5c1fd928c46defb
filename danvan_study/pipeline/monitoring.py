"""Fieldwork while it can still be mended: findings of a wave, in a folder of their own beside its results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from danvan_study.check import Material, Tables, check_wave, lay_out, overview, progress
from danvan_study.check.sheets import Page, Sheet, set_page, set_workbook
from danvan_study.field import ResponseRates, response_rates
from danvan_study.pipeline.named import load_named
from danvan_study.pipeline.traces import forget_traces, keep_traces, read_traces
from danvan_study.pipeline.wave import clean_wave
from danvan_study.score import score_answers
from danvan_study.store import Folder
from danvan_study.study import Base
from danvan_study.tables import Visits
from danvan_study.weight.model import POPULATION

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    import pandas as pd

    from danvan_study.areas import Areas
    from danvan_study.check.material import Traces
    from danvan_study.pipeline.sources import WaveSource
    from danvan_study.study import Study

MADE = ("findings.csv", "monitor.html", "monitor.xlsx", "corrections.xlsx")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedWave:
    """A wave in the field, its decided corrections applied, and what the checks found in it."""

    study: Study
    areas: Areas | None
    source: WaveSource
    material: Material
    findings: pd.DataFrame


def fieldwork_folder(wave_id: str) -> str:
    """Return where the findings of a wave lie: never in the folder of its results, deleted at its lock."""
    return f"data/processed/{wave_id}-fieldwork"


def check_fieldwork(root: Path, wave_id: str) -> tuple[pd.DataFrame, str]:
    """Put a wave through every check, and write its findings.

    Returns
    -------
    :class:`~danvan_study.tables.Findings`, and the path of the file inside the study.

    Raises
    ------
    StudyError
        The wave is unknown or has no raw data, or something in it can't be read.
    """
    folder = Folder(root)
    with folder.locked():
        checked = load_checked(folder, wave_id)
        name = write_findings(folder, checked)
    return checked.findings, name


def monitor_wave(root: Path, wave_id: str) -> list[str]:
    """Check a wave, and write its monitoring page and workbook beside the findings.

    Returns
    -------
    Paths inside the study.

    Raises
    ------
    StudyError
        As :func:`check_fieldwork`; or the table of visits can't be read.
    """
    folder = Folder(root)
    with folder.locked():
        checked = load_checked(folder, wave_id)
        page = _page(checked, _rates(checked))
        names = [write_findings(folder, checked)]
        for name, content in {"monitor.html": set_page(page), "monitor.xlsx": set_workbook(page)}.items():
            names.append(f"{fieldwork_folder(wave_id)}/{name}")
            folder.write_file(names[-1], content)
    return names


def keep_wave_traces(root: Path, wave_id: str, paths: Sequence[Path]) -> list[str]:
    """Seal positions and event logs of a wave's devices for its checks; return the paths inside the study.

    Raises
    ------
    StudyError
        As :func:`~danvan_study.pipeline.traces.keep_traces`; or there is no such wave.
    """
    load_named(Folder(root), wave_id)
    return keep_traces(root, fieldwork_folder(wave_id), paths)


def forget_respondents(folder: Folder, wave_id: str, respondents: Collection[str]) -> None:
    """Take people who withdrew out of what lies beside a wave's results; findings are made again when asked for."""
    for name in MADE:
        folder.remove_file(f"{fieldwork_folder(wave_id)}/{name}")
    forget_traces(folder, fieldwork_folder(wave_id), respondents)


def load_checked(folder: Folder, wave_id: str) -> CheckedWave:
    """Read a wave, apply its corrections, check it; write nothing."""
    study, areas, source = load_named(folder, wave_id)
    tables = _tables(source, study, read_traces(folder, fieldwork_folder(wave_id)))
    material = lay_out(tables, wave=source.wave, study=study, codebooks=source.codebooks)
    return CheckedWave(study=study, areas=areas, source=source, material=material, findings=check_wave(material))


def write_findings(folder: Folder, checked: CheckedWave) -> str:
    """Write the findings as CSV; return the path inside the study."""
    name = f"{fieldwork_folder(checked.source.wave.id)}/findings.csv"
    folder.write_file(name, checked.findings.to_csv(index=False, lineterminator="\n").encode())
    return name


def _tables(source: WaveSource, study: Study, traces: Traces) -> Tables:
    wave = clean_wave(source, study=study)
    collected, cleaned = wave.collected, wave.cleaned
    return Tables(
        interviews=cleaned.interviews,
        answers=score_answers(cleaned.answers, interviews=cleaned.interviews, codebooks=source.codebooks),
        timings=collected.timings,
        removed=collected.removed,
        unconsented=collected.unconsented,
        traces=traces,
    )


def _page(checked: CheckedWave, rates: Sheet) -> Page:
    material, findings = checked.material, checked.findings
    area_names = {
        name: area.name
        for area in (checked.areas.reporting if checked.areas else ())
        for name in (area.key, area.answer)
    }
    sample = _sample(checked)
    count = len(material.people)
    last = material.received.max()
    return Page(
        title=checked.study.name[checked.study.languages[0]],
        wave=checked.source.wave.id,
        as_of=f"{last:%d/%m/%Y %H:%M} (UTC)" if last == last else "–",  # noqa: PLR0124 -- NaT is unequal to itself
        is_simulated=checked.source.raw.manifest.is_simulated,
        facts=(
            ("phiếu đã thu", str(count)),
            ("điều cần sửa hoặc hỏi lại", str(int((findings["severity"] != "note").sum()))),
            ("sai số ± điểm, cả đợt", f"{progress.margin_of_error(count):.1f}".replace(".", ",")),
            ("thay đổi nhỏ nhất thấy được, điểm", f"{progress.smallest_change(count):.1f}".replace(".", ",")),
        ),
        sheets=(
            overview.findings_sheet(findings),
            progress.progress_sheet(material, sample, area_names),
            progress.villages_sheet(material, sample, area_names),
            rates,
            overview.days_sheet(material),
            overview.interviewers_sheet(material, findings),
            overview.balance_sheet(material, _population(checked)),
            overview.nonresponse_sheet(material),
            overview.checks_sheet(findings),
        ),
    )


def _sample(checked: CheckedWave) -> pd.DataFrame | None:
    is_sample = checked.study.weighting.base is Base.SELECTION
    return checked.source.weighting.frame if is_sample else None


def _population(checked: CheckedWave) -> dict[str, pd.Series]:
    """Return the population of each group that a margin holds, by answer; bands of numbers are left out."""
    plain = {group.name for group in checked.study.groups if not group.breaks}
    return {
        name: margin.cells.groupby(name)[POPULATION].sum()
        for margin in checked.source.weighting.margins
        for name in margin.by
        if name in plain
    }


def _rates(checked: CheckedWave) -> Sheet:
    """Return the response rates by area, interviewer and day, from the table of visits where there is one."""
    visits, name = checked.source.visits, f"data/visits/{checked.source.wave.id}.csv"
    areas = {area.key: area.name for area in (checked.areas.reporting if checked.areas else ())}
    rows: list[tuple[str | float, ...]] = []
    if len(visits):
        for kind, column in {
            "cả đợt": "",
            "địa bàn": Visits.area,
            "điều tra viên": Visits.interviewer,
            "ngày": Visits.visited_on,
        }.items():
            by = response_rates(visits, column)
            rows += [(kind, areas.get(who, who), *_shares(rates)) for who, rates in by.items()]
    return Sheet(
        name="ty_le_tra_loi",
        title="Tỷ lệ trả lời",
        about="AAPOR, phần trăm số hộ; hộ tính một lần, theo lần đến có kết quả rõ nhất."
        if rows
        else f"Chưa có bảng lượt đến {name}: mỗi lần đến một hộ là một dòng, cả khi bị từ chối hay không gặp.",
        head=("theo", "của", "hộ", "RR1", "RR2", "RR3", "RR4", "COOP1", "REF1", "CON1"),
        rows=tuple(rows),
    )


def _shares(rates: ResponseRates) -> tuple[str | float, ...]:
    shares = (rates.rr1, rates.rr2, rates.rr3, rates.rr4, rates.coop1, rates.ref1, rates.con1)
    return (str(rates.households), *(100 * share for share in shares))
