"""One wave from its raw submissions to its weights."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.clean import apply_corrections, pass_over_removed
from danvan_study.collect import collect_responses
from danvan_study.describe import describe_respondents
from danvan_study.estimate import WaveSample
from danvan_study.open_ended.texts import scrub_answers
from danvan_study.pipeline.sources import load_wave
from danvan_study.score import score_answers
from danvan_study.store import Folder
from danvan_study.tables import Answers, Removed, Respondents
from danvan_study.weight import Weighted, weight_respondents

if TYPE_CHECKING:
    from pathlib import Path

    from danvan_study.areas import Areas
    from danvan_study.clean import Cleaned, CleanReport
    from danvan_study.collect import Collected, CollectReport
    from danvan_study.open_ended.texts import TextReport
    from danvan_study.pipeline.sources import WaveSource
    from danvan_study.store import RawWave
    from danvan_study.study import Study, Wave


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedWave:
    """A wave that is ready to be estimated, with the account of every row."""

    source: WaveSource
    interviews: pd.DataFrame
    respondents: pd.DataFrame
    answers: pd.DataFrame
    removed: pd.DataFrame
    weighted: Weighted
    texts: pd.DataFrame
    """Answers in people's own words, masked, not yet seen by anybody: contract Texts."""
    text_report: TextReport
    collect_report: CollectReport
    clean_report: CleanReport
    changes: pd.DataFrame
    """The cells that corrections changed (:class:`~danvan_study.clean.Cleaned`)."""
    rows: dict[str, dict[str, int]]
    """Stage to rows in and out."""

    @property
    def sample(self) -> WaveSample:
        """What the estimator takes."""
        return WaveSample(
            wave=self.source.wave.id,
            respondents=self.respondents,
            answers=self.answers,
            weights=self.weighted.weights,
            calibration=self.weighted.calibration,
            codebooks=self.source.codebooks,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanedWave:
    """A wave after collect and clean."""

    collected: Collected
    removed: pd.DataFrame
    """Before clean: by the office, on the server, by collect."""
    cleaned: Cleaned


def clean_wave(source: WaveSource, *, study: Study) -> CleanedWave:
    """Collect one wave and apply its decided corrections."""
    codebooks = source.codebooks
    collected = collect_responses(source.raw.records, codebooks=codebooks, study=study, wave=source.wave)
    removed = pd.concat([_gone_before(source.raw), collected.removed], ignore_index=True)
    cleaned = apply_corrections(
        collected.interviews,
        collected.answers,
        pass_over_removed(source.corrections, removed=removed, interviews=collected.interviews),
        codebooks=codebooks,
        file=source.corrections_file,
    )
    return CleanedWave(collected=collected, removed=removed, cleaned=cleaned)


def read_and_prepare(root: Path, wave: Wave, *, study: Study, areas: Areas | None) -> PreparedWave:
    """Read a wave from a study's folder and prepare it; the submissions are let go and stay where they were read."""
    source = load_wave(Folder(root), wave, study=study, areas=areas)
    prepared = prepare_wave(source, study=study, areas=areas)
    return replace(prepared, source=replace(source, raw=replace(source.raw, records=())))


def prepare_wave(source: WaveSource, *, study: Study, areas: Areas | None) -> PreparedWave:
    """Collect, clean, describe, score and weight one wave; mask what people said."""
    codebooks = source.codebooks
    clean = clean_wave(source, study=study)
    report, removed, cleaned = clean.collected.report, clean.removed, clean.cleaned
    del clean  # with the answers as they were collected
    described = describe_respondents(cleaned.interviews, cleaned.answers, study=study, areas=areas, codebooks=codebooks)
    respondents = described.respondents
    described_too = cleaned.answers[Answers.respondent].isin(respondents[Respondents.respondent])
    kept = cleaned.answers if described_too.all() else cleaned.answers[described_too]
    answers = score_answers(kept, interviews=cleaned.interviews, codebooks=codebooks)
    weighting = study.weighting_of(source.wave)
    weighted = weight_respondents(respondents, answers, weighting=weighting, sources=source.weighting)
    questions = source.issues.questions if source.issues else ()
    texts, text_report = scrub_answers(kept, questions, _places(areas))
    return PreparedWave(
        source=source,
        interviews=cleaned.interviews,
        respondents=respondents,
        answers=answers,
        removed=pd.concat([removed, cleaned.removed, described.removed], ignore_index=True),
        weighted=weighted,
        texts=texts,
        text_report=text_report,
        collect_report=report,
        clean_report=cleaned.report,
        changes=cleaned.changes,
        rows={
            "collect": {"in": report.received, "out": report.kept},
            "clean": {"in": report.kept, "out": len(cleaned.interviews)},
            "describe": {"in": len(cleaned.interviews), "out": len(respondents)},
            "score": {"in": len(kept), "out": len(answers)},
            "weight": {"in": len(respondents), "out": len(weighted.weights)},
        },
    )


def _places(areas: Areas | None) -> list[str]:
    """Return the names of the study's areas: some look like names of people."""
    return [area.name for area in (*areas.reporting, *areas.others)] if areas else []


def _gone_before(raw: RawWave) -> pd.DataFrame:
    """Return the submissions that were pulled once and are no longer among the records."""
    reasons = dict.fromkeys(raw.deleted, "deleted_on_server") | dict.fromkeys(raw.withdrawn, "withdrawn")
    table = pd.DataFrame(
        {
            Removed.submission: pd.Series(list(reasons), dtype="str"),
            Removed.stage: pd.Series(["pull"] * len(reasons), dtype="str"),
            Removed.reason: pd.Series(list(reasons.values()), dtype="str"),
        }
    )
    return Removed.conform(table)
