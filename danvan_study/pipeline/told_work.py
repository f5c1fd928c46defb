"""How well the waves of a period were done, from the records that are there; what is not recorded stays so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.field.backcheck import ADMINISTRATIVE, FACTUAL
from danvan_study.pipeline.fieldwork.backcheck import RATE_COLUMNS, totals_file
from danvan_study.pipeline.fieldwork.dossier_parts import PARTS, dossier_gaps
from danvan_study.pipeline.told_fieldwork import credible_days
from danvan_study.publish.own_work import LAST, HeldWave, OwnWork
from danvan_study.tables import Respondents

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from danvan_study.areas import Areas
    from danvan_study.pipeline.wave import PreparedWave
    from danvan_study.store import Folder
    from danvan_study.study import Period, Study


def tell_work(
    period: Period, prepared: Sequence[PreparedWave], *, study: Study, areas: Areas | None, folder: Folder
) -> OwnWork:
    """Return what the records say of the waves of a period.

    Parameters
    ----------
    prepared
        All waves up to the period's last, as far as there are data.
    folder
        The study's, for back-checks and dossiers.

    Raises
    ------
    StudyError
        A record can't be read.
    """
    known = {wave.source.wave.id: wave for wave in prepared}
    held = [known[wave] for wave in period.waves]
    rates = {wave: _everybody(folder, wave) for wave in period.waves}
    gaps = [dossier_gaps(folder, study, wave.source) for wave in held]
    return OwnWork(
        calendar=held_waves(period.waves[-1], known, study),
        areas=_areas(held, areas),
        interviews_planned=None if study.sampling.seed is None else study.sampling.interviews * len(held),
        backchecks=_add_up(rates.values()),
        backchecks_unrecorded=tuple(wave for wave, found in rates.items() if not found),
        dossier=(PARTS * len(held), PARTS * len(held) - sum(len(missing) for missing in gaps)),
        dossier_gaps=tuple(dict.fromkeys(name for missing in gaps for name in missing)),
    )


def held_waves(last: str, known: Mapping[str, PreparedWave], study: Study) -> tuple[HeldWave, ...]:
    """Return the last planned waves up to ``last``, with the last day of those that are ``known``."""
    ids = [wave.id for wave in study.waves]
    planned = study.waves[: ids.index(last) + 1][-LAST:]
    ended = {name: max(credible_days(wave), default=None) for name, wave in known.items()}
    return tuple(HeldWave(wave=wave.id, planned_end=wave.end, ended_on=ended.get(wave.id)) for wave in planned)


def _areas(held: Sequence[PreparedWave], areas: Areas | None) -> tuple[int, int] | None:
    """Count the areas with an interview in every wave, of those that the samples were drawn from."""
    if areas is None:
        return None
    planned, reached = set[str](), [set(wave.respondents[Respondents.area]) - {""} for wave in held]
    for wave, there in zip(held, reached, strict=True):
        planned |= there | set(wave.weighted.report.uncovered)
    if all(wave.source.weighting.frame is None for wave in held):
        planned = {area.key for area in areas.reporting}
    return len(planned), len(set.intersection(*reached))


def _everybody(folder: Folder, wave_id: str) -> dict[str, tuple[int, int]]:
    """Return how many people were asked again, and how many differ, of facts and of conduct; empty: no record."""
    name = totals_file(wave_id)
    rows = folder.read_rows(name, needed_by=name, columns=RATE_COLUMNS) if folder.has_file(name) else []
    return {
        row["kind"]: (int(row["compared"]), int(row["different"]))
        for row in rows
        if not row["question"] and row["kind"] in (FACTUAL, ADMINISTRATIVE)
    }


def _add_up(rates: Iterable[Mapping[str, tuple[int, int]]]) -> dict[str, tuple[int, int]]:
    sums: dict[str, tuple[int, int]] = {}
    for found in rates:
        for kind, (compared, different) in found.items():
            before = sums.get(kind, (0, 0))
            sums[kind] = (before[0] + compared, before[1] + different)
    return sums
