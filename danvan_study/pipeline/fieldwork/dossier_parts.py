"""The parts of a wave's dossier: the files of each, and what is missing of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.field import response_rates
from danvan_study.form.paper import print_form
from danvan_study.messages import say
from danvan_study.pipeline.deployments import deployments_file
from danvan_study.pipeline.fieldwork.backcheck import totals_file
from danvan_study.pipeline.fieldwork.sampling import record_file, sample_file, visits_file
from danvan_study.publish import words
from danvan_study.publish.as_docx import with_fixed_dates
from danvan_study.publish.dossier import IMPACT_FIELDS, left_to_fill
from danvan_study.store import write_rows
from danvan_study.study.syntax import read_toml
from danvan_study.tables import Visits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from danvan_study.field import ResponseRates
    from danvan_study.messages import Words
    from danvan_study.pipeline.sources import WaveSource
    from danvan_study.store import Folder
    from danvan_study.study import Study

TRAINING_COLUMNS, LOG_COLUMNS = ("day", "topic", "people"), ("day", "area", "event", "decision")
RATE_COLUMNS = (
    "of", "households", "complete", "partial", "refused", "not_met", "other", "unknown", "not_eligible",
    "rr1", "rr2", "rr3", "rr4", "coop1", "ref1", "con1",
)  # fmt: skip
LABEL_COLUMNS = ("form", "question", "choice", "language", "text")
METHODS = ("run.json", "weight_report.json", "brief.docx")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """A part of the dossier with the content of its files."""

    name: str
    files: Mapping[str, bytes]
    missing: tuple[Words, ...] = ()

    def title(self, language: str) -> str:
        """Return what the part is called."""
        return words.phrases(language)[f"dossier_{self.name}"]


PARTS = 10
"""Of a dossier."""


def dossier_gaps(folder: Folder, study: Study, source: WaveSource) -> dict[str, tuple[Words, ...]]:
    """Return the names of parts of a wave's dossier that are not complete, with what is missing of each.

    Forms and findings are always there, and a run itself makes the methods.

    Raises
    ------
    StudyError
        Something of the dossier can't be read.
    """
    parts = [
        plan(folder, study, source),
        translations(study, source),
        training(folder, source),
        field_log(folder, source),
        backchecks(folder, source),
    ]
    gaps = {part.name: part.missing for part in parts if part.missing}
    gaps |= {"dispositions": _no_visits(source)} if source.visits.empty else {}
    left = left_to_fill(read_impact(folder, source.wave.id))
    return gaps | ({"impact": tuple(left)} if left else {})


def plan(folder: Folder, study: Study, source: WaveSource) -> Gathered:
    """Take the study's page, the sample and the record of its draw."""
    wave = source.wave.id
    wanted: dict[str, tuple[str, Words]] = {
        "khao_sat.toml": ("study.toml", ""),
        "mau.csv": (sample_file(study, wave), say("list of the villages drawn")),
        "rut_tham.json": (record_file(wave), say("record of the draw: danvan sample draw {wave}", wave=wave)),
    }
    return _copy(folder, "plan", wanted)


def forms(folder: Folder, study: Study, source: WaveSource) -> Gathered:
    """Take the forms, and print them in the study's languages."""
    files: dict[str, bytes] = {}
    for codebook in source.codebooks.values():
        stem = f"phieu_{codebook.version}"
        files[f"{stem}.xlsx"] = folder.read(
            codebook.source, needed_by=say("study.toml, wave {wave} forms", wave=source.wave.id)
        )
        for language in codebook.languages:
            if language in study.languages:
                files[f"{stem}_{language}.docx"] = with_fixed_dates(print_form(codebook, language=language))
    return Gathered(name="forms", files=files)


def translations(study: Study, source: WaveSource) -> Gathered:
    """List every wording in every language; a wording without one is missing."""
    rows, absent = [], set()
    for codebook in source.codebooks.values():
        wordings = [(question.name, "", question.labels) for question in codebook.questions if question.is_asked]
        wordings += [
            (question.name, choice.name, choice.labels)
            for question in codebook.questions
            if question.is_asked
            for choice in question.choices
        ]
        for question, choice, labels in wordings:
            for language in study.languages:
                text = labels.get(language, "")
                cells = (codebook.version, question, choice, language, text)
                rows.append(dict(zip(LABEL_COLUMNS, cells, strict=True)))
                if not text:
                    absent.add((question, language, codebook.version))
    missing = tuple(
        say(
            "not translated: {question} ({language}), version {version}",
            question=name,
            language=language,
            version=version,
        )
        for name, language, version in sorted(absent)
    )
    return Gathered(name="translations", files={"ban_dich.csv": write_rows(rows, LABEL_COLUMNS)}, missing=missing)


def training(folder: Folder, source: WaveSource) -> Gathered:
    """Take the log of the training."""
    return _by_hand(folder, source, name="training", columns=TRAINING_COLUMNS)


def _by_hand(folder: Folder, source: WaveSource, *, name: str, columns: tuple[str, ...]) -> Gathered:
    """Take a table that the team keeps by hand."""
    path = f"data/field/{source.wave.id}/{name}.csv"
    if not folder.has_file(path):
        hint = say("{file}, columns {columns}; no names of people", file=path, columns=", ".join(columns))
        return Gathered(name=name, files={}, missing=(hint,))
    rows = folder.read_rows(path, needed_by=path, columns=columns)
    kept = [{column: row[column] for column in columns} for row in rows]
    return Gathered(name=name, files={f"{name}.csv": write_rows(kept, columns)})


def field_log(folder: Folder, source: WaveSource) -> Gathered:
    """Take the log of the fieldwork, and what was deployed when."""
    log = _by_hand(folder, source, name="field_log", columns=LOG_COLUMNS)
    deployed = deployments_file(source.wave.id)
    if not folder.has_file(deployed):
        return log
    content = folder.read(deployed, needed_by=deployed)
    return replace(log, files={**log.files, "dua_phieu.csv": content})


def dispositions(source: WaveSource) -> Gathered:
    """Write the response rates of everybody, by area and by interviewer."""
    visits = source.visits
    if visits.empty:
        return Gathered(name="dispositions", files={}, missing=_no_visits(source))
    files = {
        "ca_dot.csv": _rates(response_rates(visits)),
        "theo_dia_ban.csv": _rates(response_rates(visits, Visits.area)),
        "theo_dieu_tra_vien.csv": _rates(response_rates(visits, Visits.interviewer)),
    }
    return Gathered(name="dispositions", files=files)


def _no_visits(source: WaveSource) -> tuple[Words, ...]:
    return (say("{file}: danvan sample visits, or copy it there", file=visits_file(source.wave.id)),)


def _rates(rates: Mapping[str, ResponseRates]) -> bytes:
    """Write rates in the order of the names, which is no rank."""
    rows = []
    for name, each in sorted(rates.items()):
        unknown = each.unknown_household + each.unknown_other
        counts = (each.households, each.complete, each.partial, each.refused, each.not_met, each.other, unknown)
        shares = (each.rr1, each.rr2, each.rr3, each.rr4, each.coop1, each.ref1, each.con1)
        cells = (name, *map(str, counts), str(each.not_eligible), *(f"{100 * share:.1f}" for share in shares))
        rows.append(dict(zip(RATE_COLUMNS, cells, strict=True)))
    return write_rows(rows, RATE_COLUMNS)


def backchecks(folder: Folder, source: WaveSource) -> Gathered:
    """Take the rates of everybody; those by interviewer stay with the findings."""
    wave = source.wave.id
    hint = say("danvan backcheck draw {wave}, call again, then danvan backcheck compare {wave} FILE", wave=wave)
    totals = totals_file(wave)
    if not folder.has_file(totals):
        return Gathered(name="backchecks", files={}, missing=(hint,))
    return Gathered(name="backchecks", files={"goi_lai.csv": folder.read(totals, needed_by=totals)})


def methods(folder: Folder, source: WaveSource) -> Gathered:
    """Take what the run left: its record, the weights, the report."""
    wave = source.wave.id
    wanted: dict[str, tuple[str, Words]] = {
        name: (f"data/processed/{wave}/{name}", f"{name}: danvan run {wave}") for name in METHODS
    }
    return _copy(folder, "methods", wanted)


def read_impact(folder: Folder, wave_id: str) -> dict[str, str]:
    """Read what the office says of the impact on personal data; nothing where there is no file."""
    name = f"data/field/{wave_id}/impact.toml"
    if not folder.has_file(name):
        return {}
    try:
        page = folder.read(name, needed_by=name).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StudyError(name, say("this is not UTF-8 text."), say("Save it as UTF-8.")) from error
    told = read_toml(page, name)
    for key, text in told.items():
        if key not in IMPACT_FIELDS or not isinstance(text, str):
            raise StudyError(
                name,
                say('"{key}" is not known, or no text.', key=key),
                say("Known: {known}.", known=", ".join(IMPACT_FIELDS)),
            )
    return told


def _copy(folder: Folder, name: str, wanted: Mapping[str, tuple[str, Words]]) -> Gathered:
    """Copy files of the study; of one that isn't there its hint is told."""
    there = {file: path for file, (path, _) in wanted.items() if folder.has_file(path)}
    return Gathered(
        name=name,
        files={file: folder.read(path, needed_by=path) for file, path in there.items()},
        missing=tuple(hint for file, (_, hint) in wanted.items() if file not in there),
    )
