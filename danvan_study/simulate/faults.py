"""Faults that are planted on purpose, so that cleaning and checks have something to find."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from danvan_study.simulate.records import Record, local_time
from danvan_study.tables import Corrections

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np
    import pandas as pd

    from danvan_study.simulate.model import Fault, Truth

NEW_COMMUNE = "new_commune"
"""The question that is asked where the old district isn't known."""
MEANT_ADULTS = "4"
TYPED_ADULTS = "44"
NIGHT_HOUR = 23
RESENT_AFTER = timedelta(minutes=11)
DECIDED_BY = "phu_trach_so_lieu"
REASON = "Gõ hai lần số 4; điều tra viên đã kiểm tra lại giấy nháp của hộ"


def miss_villages(sample: pd.DataFrame, truth: Truth, *, wave: str, generator: np.random.Generator) -> pd.DataFrame:
    """Return the sample with the villages of the fault "missing_village" drawn but never reached."""
    approached = sample["approached"].to_numpy().copy()
    for fault in truth.faults_of(wave, "missing_village"):
        approached[generator.choice(len(sample), size=fault.count, replace=False)] = 0
    return sample.assign(approached=approached)


def plant_faults(
    interviews: Sequence[Record],
    truth: Truth,
    *,
    wave: str,
    straddling: Mapping[str, str],
    generator: np.random.Generator,
) -> tuple[list[Record], list[dict[str, str]]]:
    """Spoil some interviews of a wave; return all of them, resent ones too, and the corrections already decided.

    ``straddling`` maps villages to their commune of today where that lies in several areas: there an interviewer may
    know the commune and not the old district.
    """
    records = list(interviews)
    corrections: list[dict[str, str]] = []
    for fault in truth.faults_of(wave, "household_size"):
        for row in _pick(records, fault, generator=generator, fits=_can_be_mistyped):
            records[row] = records[row] | {_adults_path(records[row]): TYPED_ADULTS}
            corrections.append(_correction(records[row]))
    for fault in truth.faults_of(wave, "out_of_hours"):
        for row in _pick(records, fault, generator=generator):
            records[row] = _at_night(records[row])
    for fault in truth.faults_of(wave, "clock"):
        records = [_other_clock(record, fault) for record in records]
    for fault in truth.faults_of(wave, "district_unknown"):
        for row in _pick(records, fault, generator=generator, fits=lambda record: _village(record) in straddling):
            records[row] = _with_commune_only(records[row], straddling[_village(records[row])])
    for fault in truth.faults_of(wave, "duplicate"):
        records += [_resent(records[row]) for row in _pick(records, fault, generator=generator)]
    return records, corrections


def _pick(
    records: Sequence[Record], fault: Fault, *, generator: np.random.Generator, fits: Callable[[Record], object] = bool
) -> list[int]:
    rows = [row for row, record in enumerate(records) if fits(record)]
    return sorted(int(row) for row in generator.choice(rows, size=fault.count, replace=False))


def _adults_path(record: Record) -> str:
    return next(key for key in record if key.endswith("/hh_adults"))


def _village(record: Record) -> str:
    return str(record[next(key for key in record if key.endswith("/village"))])


def _with_commune_only(record: Record, commune: str) -> Record:
    """Return the record without the old district and commune, with the commune of today in their place."""
    path = next(key for key in record if key.endswith("/district"))
    kept = {key: value for key, value in record.items() if key not in (path, path.removesuffix("district") + "commune")}
    return kept | {path.removesuffix("district") + NEW_COMMUNE: commune}


def _can_be_mistyped(record: Record) -> bool:
    return record[_adults_path(record)] == MEANT_ADULTS


def _correction(record: Record) -> dict[str, str]:
    day = datetime.fromisoformat(str(record["_submission_time"])) + timedelta(days=2)
    return {
        Corrections.respondent: str(record["_uuid"]),
        Corrections.question: "hh_adults",
        Corrections.old_value: TYPED_ADULTS,
        Corrections.new_value: MEANT_ADULTS,
        Corrections.action: "change",
        Corrections.reason: REASON,
        Corrections.check: "household_size",
        Corrections.decided_by: DECIDED_BY,
        Corrections.decided_at: day.date().isoformat(),
        Corrections.previous_hash: "",
    }


def _at_night(record: Record) -> Record:
    start, end = (datetime.fromisoformat(str(record[key])) for key in ("start", "end"))
    night = start.replace(hour=NIGHT_HOUR)
    sent = datetime.fromisoformat(str(record["_submission_time"])) + timedelta(days=1)
    return record | {
        "start": local_time(night),
        "end": local_time(night + (end - start)),
        "_submission_time": sent.isoformat(),
    }


def _other_clock(record: Record, fault: Fault) -> Record:
    """Shift what the phone of one interviewer says; the server's time stays right."""
    if record["_submitted_by"] != fault.interviewer:
        return record
    off = timedelta(days=fault.days)
    return record | {key: local_time(datetime.fromisoformat(str(record[key])) + off) for key in ("start", "end")}


def _resent(record: Record) -> Record:
    sent = datetime.fromisoformat(str(record["_submission_time"])) + RESENT_AFTER
    return record | {"_submission_time": sent.isoformat()}
