"""Turn the results of a wave into the files of its folder, with a record of what each was made from."""

from __future__ import annotations

import hashlib
import io
import json
from collections import Counter
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from danvan_study.codebook import QuestionKind
from danvan_study.open_ended.release import show_texts
from danvan_study.pipeline.told_fieldwork import removal_counts, tell_fieldwork, tell_weights
from danvan_study.publish import BriefContext, History, Provenance, write_outputs
from danvan_study.store import read_commit, read_versions
from danvan_study.study import Span
from danvan_study.tables import Answers, PublishedRows, Respondents

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from danvan_study.areas import Areas
    from danvan_study.clean import CleanReport
    from danvan_study.collect import CollectReport
    from danvan_study.pipeline.past import Past
    from danvan_study.pipeline.wave import PreparedWave
    from danvan_study.publish import Published, PublishedConditions, ToldWords
    from danvan_study.study import Period, Study

RUN_SCHEMA = 1
DECIMALS = 6
"""Of the numbers in CSV tables: beyond them stands what sums in another order would change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """Which code made the outputs."""

    commit: str
    versions: Mapping[str, str]

    @classmethod
    def current(cls) -> Maker:
        """Return the code that is running."""
        return cls(commit=read_commit(), versions=read_versions())


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveResult:
    """A wave's figures before they are written."""

    study: Study
    areas: Areas | None
    window: Sequence[PreparedWave]
    """The waves behind all periods; the last is the wave itself."""
    periods: tuple[Period, ...]
    """The wave, then the longer periods that end with it."""
    gaps: Mapping[str, str]
    """Periods that could not be made, with the reason."""
    estimates: pd.DataFrame
    indices: pd.DataFrame
    """Contract :class:`~danvan_study.tables.Indices`, of the wave and its four quarters."""
    skipped: Mapping[str, Mapping[str, str]]
    """Period to questions that were not estimated, with the reason."""
    published: Published
    conditions: PublishedConditions | None
    """How answers hang on the conditions of the interview; None: the study does not ask."""
    past: Past
    own_words: tuple[ToldWords, ...]
    """How the shares of the wave's open questions came about."""
    drift: pd.DataFrame
    """Contract :class:`~danvan_study.tables.Drift`."""
    precision: Mapping[str, pd.DataFrame]
    """Tables about weights and errors (:func:`~danvan_study.pipeline.precision.precision_tables`)."""
    inputs: Mapping[str, str]
    """SHA-256 of study.toml and the areas table."""

    @property
    def wave(self) -> PreparedWave:
        """The wave itself."""
        return self.window[-1]


def wave_files(result: WaveResult, maker: Maker) -> dict[str, bytes]:
    """Return every file of the wave's folder; ``run.json`` lists the hashes of all others."""
    wave = result.wave
    codings = wave.source.codings
    files = {
        "respondents.parquet": _parquet(wave.respondents),
        "answers.parquet": _parquet(without_free_text(wave)),
        "texts.parquet": _parquet(show_texts(wave.texts, codings.released, codings.decided)),
        "weights.parquet": _parquet(wave.weighted.weights),
        "estimates.parquet": _parquet(result.estimates),
        "indices.parquet": _parquet(result.indices),
        "published.parquet": _parquet(result.published.rows),
        "trends.parquet": _parquet(result.past.trends),
        "published_trends.parquet": _parquet(result.past.changes.rows),
        "smoothed.parquet": _parquet(result.past.outlooks.smoothed),
        "forecasts.parquet": _parquet(result.past.outlooks.forecasts),
        "signals.parquet": _parquet(result.past.outlooks.signals),
        "published_smoothed.parquet": _parquet(result.past.outlook.rows),
        "published_forecasts.parquet": _parquet(result.past.outlook.forecasts),
        "published_signals.parquet": _parquet(result.past.outlook.signals),
        "published_ranks.parquet": _parquet(result.past.ranks.rows),
        **_condition_files(result.conditions),
        "removed.csv": _csv(wave.removed),
        "drift.csv": _csv(result.drift),
        **{f"{name}.csv": _csv(table) for name, table in result.precision.items()},
        "weight_report.json": _json(wave.weighted.report.as_dict()),
        **write_outputs(brief_context(result, maker)),
    }
    return files | {"run.json": _json(run_record(result, maker, files))}


def _condition_files(conditions: PublishedConditions | None) -> dict[str, bytes]:
    if conditions is None:
        return {}
    return {
        "published_conditions.parquet": _parquet(conditions.figures.rows),
        "published_splits.parquet": _parquet(conditions.rows),
        "published_interviewers.parquet": _parquet(conditions.interviewers),
    }


def brief_context(result: WaveResult, maker: Maker) -> BriefContext:
    """Gather what the brief tells beside the figures."""
    wave = result.wave
    codebook = wave.source.latest_codebook
    rolling = next((period for period in result.periods if period.span is Span.ROLLING), None)
    return BriefContext(
        study=result.study,
        areas=result.areas,
        wave=wave.source.wave.id,
        codebook=codebook,
        published=result.published,
        period=result.periods[0],
        rolling=rolling,
        fieldwork=tell_fieldwork([wave], result.study),
        weights=tell_weights([wave]),
        precision=result.precision,
        history=brief_history(result),
        own_words=result.own_words,
        ranks=result.past.ranks,
        conditions=result.conditions,
        skipped=result.skipped[(rolling or result.periods[0]).id],
        provenance=Provenance(
            simulated=result.published.simulated,
            manifest_sha256=wave.source.raw.manifest.seal,
            commit=maker.commit,
            version=maker.versions["danvan_study"],
            form_sha256=codebook.sha256,
        ),
    )


def brief_history(result: WaveResult) -> History:
    """Return what came before the wave, as charts and briefs take it."""
    past = result.past
    return History(
        calendar=past.calendar,
        figures=past.published,
        changes=past.changes,
        comparisons=past.comparisons,
        breaks=past.breaks,
        outlook=past.outlook,
        splices=past.splices,
    )


def run_record(result: WaveResult, maker: Maker, files: Mapping[str, bytes]) -> dict[str, Any]:
    """Say from what the wave's files were made; no clock time, so that the same run gives the same record."""
    inputs = dict(result.inputs)
    for wave in result.past.waves:
        inputs |= wave.source.inputs
    return {
        "schema": RUN_SCHEMA,
        "commit": maker.commit,
        "versions": maker.versions,
        "seeds": {wave.source.wave.id: wave.source.raw.manifest.seed for wave in result.past.waves},
        "provenance": {wave.source.wave.id: wave.source.raw.manifest.provenance for wave in result.past.waves},
        "periods": {period.id: period.waves for period in result.periods},
        "periods_not_made": result.gaps,
        "compared": [[one.period.id, one.against.id] for one in result.past.comparisons],
        "asked_otherwise_from": result.past.breaks,
        "spliced": [[splice.question, splice.wave, splice.method] for splice in result.past.splices],
        "rows": {wave.source.wave.id: wave.rows for wave in result.window}
        | {
            "estimate": {"out": len(result.estimates)},
            "publish": {
                "in": len(result.estimates),
                "out": int((result.published.rows[PublishedRows.flag] != "suppressed").sum()),
            },
        },
        "removed": removal_counts(result.wave.removed),
        "area_known_by": _area_bases(result.wave.respondents),
        "collect": _plain(result.wave.collect_report),
        "clean": _plain(result.wave.cleaned.report),
        "texts": asdict(result.wave.text_report),
        "own_words": [asdict(one) for one in result.own_words],
        "free_text_withheld": int(_is_free_text(result.wave).sum()),
        "not_estimated": result.skipped,
        "not_published": result.published.withheld,
        "inputs": dict(sorted(inputs.items())),
        "outputs": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())},
    }


def _area_bases(respondents: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Count by area how the respondents' areas are known; ``apportioned`` were put there by a fixed rule."""
    known = respondents[respondents[Respondents.area] != ""]
    return {
        str(area): {
            str(basis): int(count) for basis, count in there[Respondents.area_basis].value_counts().sort_index().items()
        }
        for area, there in known.groupby(Respondents.area, sort=True)
    }


def _plain(report: CollectReport | CleanReport) -> dict[str, object]:
    """Return a report's fields as plain values, its counters in the order of their names."""
    values = {field.name: getattr(report, field.name) for field in fields(report)}
    return {
        name: dict(sorted(value.items())) if isinstance(value, Counter) else value for name, value in values.items()
    }


def _is_free_text(wave: PreparedWave) -> pd.Series:
    kinds = {
        question.name: question.kind for codebook in wave.source.codebooks.values() for question in codebook.questions
    }
    free = [name for name, kind in kinds.items() if kind is QuestionKind.TEXT]
    return wave.answers[Answers.question].str.replace(r"\[\d+\]$", "", regex=True).isin(free)


def without_free_text(wave: PreparedWave) -> pd.DataFrame:
    """Leave free text behind: a name in it must not spread beyond ``data/raw``."""
    return wave.answers[~_is_free_text(wave)].reset_index(drop=True)


def _parquet(table: pd.DataFrame) -> bytes:
    stream = io.BytesIO()
    table.to_parquet(stream, index=False, compression="zstd")
    return stream.getvalue()


def _csv(table: pd.DataFrame) -> bytes:
    return table.round(DECIMALS).to_csv(index=False, lineterminator="\n").encode()


def _json(content: object) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
