"""Gather what a wave is made from: files in, nouns and tables out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from danvan_study.areas import COLUMNS as AREA_COLUMNS
from danvan_study.areas import Areas, read_areas, reporting_places
from danvan_study.areas.shapes import read_shapes
from danvan_study.codebook import FormUse, QuestionKind, Role
from danvan_study.errors import StudyError
from danvan_study.field.dispositions import FILE_COLUMNS, read_visits
from danvan_study.form import read_form
from danvan_study.messages import say
from danvan_study.open_ended.encoder import MODEL, TOKENIZER, OnnxEncoder
from danvan_study.open_ended.issues import read_issues
from danvan_study.open_ended.told import with_told
from danvan_study.pipeline.coding_files import read_coding_files
from danvan_study.pipeline.deployments import join_form_versions, read_deployments
from danvan_study.pipeline.past_rows import read_past
from danvan_study.pipeline.weight_sources import load_weighting
from danvan_study.publish.forms import form_of
from danvan_study.store import load_facts, read_corrections, read_frozen, read_raw_wave, refuse_changed
from danvan_study.study import Study, Wave, read_study
from danvan_study.tables import Visits

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from danvan_study.codebook import Codebook
    from danvan_study.open_ended.issues import IssueCodebook
    from danvan_study.pipeline.coding_files import CodingFiles
    from danvan_study.store import Folder, RawWave
    from danvan_study.weight import WeightSources

NEVER_CODED = (Role.CONSENT, Role.DESIGN, Role.IDENTIFIER)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveSource:
    """Everything from disk that one wave needs."""

    wave: Wave
    raw: RawWave
    codebooks: Mapping[str, Codebook]
    """By form version, in the order of study.toml."""
    corrections: pd.DataFrame
    corrections_file: str
    weighting: WeightSources
    visits: pd.DataFrame
    """Every attempt at a household; empty where nobody kept them."""
    issues: IssueCodebook | None
    """Codes of the answers in people's own words; None: the study doesn't code them."""
    codings: CodingFiles
    """What people decided on the open answers."""
    inputs: Mapping[str, str]
    """SHA-256 of every file read for this wave, by path inside the study."""

    @property
    def latest_codebook(self) -> Codebook:
        """The last form version of the wave, with what is told of its open answers: what charts and briefs quote."""
        latest = list(self.codebooks.values())[-1]
        return with_told(latest, self.issues) if self.issues else latest


def load_study(folder: Folder) -> tuple[Study, Areas | None]:
    """Read ``study.toml`` and the areas table; an unknown document form is told now, not when a wave is computed."""
    study = read_study(folder.read_study())
    form_of(study.office, "vi")
    if not study.areas_file:
        return study, None
    rows = folder.read_rows(study.areas_file, needed_by="study.toml, [areas] file", columns=AREA_COLUMNS)
    areas = read_areas(rows, file=study.areas_file, vintage=study.areas_vintage, level=study.areas_level)
    facts, shapes = load_facts(), {}
    if study.areas_boundaries:
        content = folder.read(study.areas_boundaries, needed_by="study.toml, [areas] boundaries")
        shapes = read_shapes(content, file=study.areas_boundaries, code_field=study.areas_code_field, areas=areas)
    return study, replace(areas, places=reporting_places(facts.gazetteer, areas), tiles=facts.tiles, shapes=shapes)


def load_wave(folder: Folder, wave: Wave, *, study: Study, areas: Areas | None) -> WaveSource:
    """Read the raw submissions, forms, corrections, frame and margins of a wave."""
    corrections_file = wave.corrections or f"data/corrections/{wave.id}.csv"
    if wave.corrections and not folder.has_file(wave.corrections):
        raise StudyError(
            say("study.toml, wave {wave} corrections", wave=wave.id),
            say('the file "{corrections}" is missing.', corrections=wave.corrections),
            say("Mend the name."),
        )
    raw = read_raw_wave(folder, wave.id)
    deployments = read_deployments(folder, wave.id)
    codebooks = load_codebooks(folder, wave, study=study)
    records = join_form_versions(raw.records, deployments, field=study.design.version)
    return WaveSource(
        wave=wave,
        raw=replace(raw, records=read_past(folder, records, design=study.design, wave=wave.id)),
        codebooks=codebooks,
        corrections=read_corrections(folder, corrections_file),
        corrections_file=corrections_file,
        weighting=load_weighting(folder, wave, study=study, areas=areas),
        visits=load_visits(folder, wave.id),
        issues=load_issues(folder, study=study, codebooks=codebooks),
        codings=read_coding_files(folder, wave.id),
        inputs=dict(folder.hashes),
    )


def load_visits(folder: Folder, wave_id: str) -> pd.DataFrame:
    """Read the attempts of a wave, :class:`~danvan_study.tables.Visits`; an empty table where there is no file."""
    name = f"data/visits/{wave_id}.csv"
    if not folder.has_file(name):
        return Visits.empty()
    return read_visits(folder.read_rows(name, needed_by=name, columns=FILE_COLUMNS), wave=wave_id, file=name)


def load_codebooks(folder: Folder, wave: Wave, *, study: Study) -> dict[str, Codebook]:
    """Read the forms of a wave as codebooks, by version."""
    codebooks: dict[str, Codebook] = {}
    frozen = read_frozen(folder)
    for form in wave.forms:
        needed_by = say("study.toml, wave {wave} forms", wave=wave.id)
        content = folder.read(form, needed_by=needed_by)
        refuse_changed(form, content, frozen)
        codebook = read_form(content, source=form, missing=study.missing)
        if codebook.use is not FormUse.WAVE:
            raise StudyError(
                needed_by,
                say('"{form}" is a {use} form.', form=form, use=codebook.use),
                say("Name the form of the wave."),
            )
        codebook = codebook.with_roles(_roles(study))
        if codebook.version in codebooks:
            raise StudyError(
                needed_by,
                say(
                    '"{form}" and "{other}" both call themselves version {version}.',
                    form=form,
                    other=codebooks[codebook.version].source,
                    version=codebook.version,
                ),
                say("Give each form version its own version in the settings sheet."),
            )
        codebooks[codebook.version] = codebook
    _check_names(study, codebooks, wave)
    return codebooks


def load_issues(folder: Folder, *, study: Study, codebooks: Mapping[str, Codebook]) -> IssueCodebook | None:
    """Read the codebook of open answers, and check that the forms ask its questions."""
    if not study.issues_file:
        return None
    content = folder.read(study.issues_file, needed_by="study.toml, [open] codebook")
    book = read_issues(content.decode("utf-8-sig"), study.issues_file)
    for name in book.questions:
        for codebook in codebooks.values():
            question = codebook.question(name)
            if question is None or question.kind is not QuestionKind.TEXT or question.role in NEVER_CODED:
                raise StudyError(
                    say("{file}, questions", file=study.issues_file),
                    say(
                        '"{name}" is no question of opinion in words of the form "{form}".',
                        name=name,
                        form=codebook.source,
                    ),
                    say("Name a question of type text that asks for an opinion."),
                )
    return book


def load_encoder(folder: Folder, study: Study) -> OnnxEncoder | None:
    """Read the text vectors that study.toml names; None: answers are read by their words alone."""
    if not study.vectors_folder:
        return None
    needed_by = "study.toml, [open] vectors"
    model, tokenizer = (
        folder.read(f"{study.vectors_folder}/{name}", needed_by=needed_by) for name in (MODEL, TOKENIZER)
    )
    return OnnxEncoder(model, tokenizer, folder=study.vectors_folder)


def _roles(study: Study) -> dict[str, Role]:
    """Return the parts that study.toml gives to questions, for forms that don't say them in a column of their own."""
    design = study.design
    roles = {name: Role.DESIGN for name in (*design.questions, study.weighting.adults) if name}
    return roles | {consent.question: Role.CONSENT for consent in design.consent}


def _check_names(study: Study, codebooks: Mapping[str, Codebook], wave: Wave) -> None:
    for codebook in codebooks.values():
        known = [topic.name for topic in codebook.topics]
        for topic in study.index:
            if topic not in known:
                raise StudyError(
                    "study.toml, [index] topics",
                    say(
                        'the form "{form}" of wave {wave} has no topic "{topic}".',
                        form=codebook.source,
                        wave=wave.id,
                        topic=topic,
                    ),
                    say("Topics: {known}.", known=", ".join(known)),
                )
    needed = [(f"[[group]] {group.name}", group.question) for group in study.groups]
    needed += [("[[design.consent]] question", consent.question) for consent in study.design.consent]
    needed += [("[publication] headline", name) for name in study.publication.headline]
    needed += study.reports.questions
    needed += [("[programme] others", study.programme.others)] if study.programme.others else []
    for key, name in needed:
        for codebook in codebooks.values():
            if codebook.question(name) is None:
                raise StudyError(
                    say("study.toml, {key}", key=key),
                    say(
                        'the form "{form}" of wave {wave} has no question "{name}".',
                        form=codebook.source,
                        wave=wave.id,
                        name=name,
                    ),
                    say("Mend the name, or add the question to the form."),
                )
