"""Turn the results of a wave into the files of its folder, with a record of what each was made from."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from danvan_study.categories import as_texts
from danvan_study.codebook import QuestionKind
from danvan_study.open_ended.release import show_texts
from danvan_study.pipeline.contexts import brief_contexts
from danvan_study.pipeline.told_fieldwork import removal_counts
from danvan_study.publish import start_outputs
from danvan_study.publish.brief import PARTS
from danvan_study.store.parquet import write_table
from danvan_study.tables import Answers, PublishedRows, Respondents

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Executor

    import pandas as pd

    from danvan_study.clean import CleanReport
    from danvan_study.collect import CollectReport
    from danvan_study.pipeline.result import Maker, WaveResult
    from danvan_study.pipeline.wave import PreparedWave
    from danvan_study.publish import PublishedConditions, Setting

RUN_SCHEMA = 1
DECIMALS = 6
"""Of the numbers in CSV tables: beyond them stands what sums in another order would change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveFiles:
    """The files of a wave, of which some are being set, perhaps by other processes."""

    result: WaveResult
    maker: Maker
    tables: dict[str, bytes]
    documents: Mapping[str, Setting]
    """By folder: ``""`` for the wave's own period, ``9T`` and so for a longer one."""

    def gather(self) -> dict[str, bytes]:
        """Wait for the last one; ``run.json`` lists the hashes of all others."""
        files = dict(self.tables)
        for folder, setting in self.documents.items():
            files |= {f"{folder}/{name}" if folder else name: content for name, content in setting.files().items()}
        return files | {"run.json": _json(run_record(self.result, self.maker, files))}


def start_wave(result: WaveResult, maker: Maker, executor: Executor) -> WaveFiles:
    """Write the tables of a wave, and have the documents of its periods set by an executor.

    A longer period has no CSV of its own: the tables of the wave hold its rows.
    """
    pooled = [part for part in PARTS if part != "tables"]
    documents = {
        folder: start_outputs(context, executor, parts=pooled if folder else PARTS)
        for folder, context in brief_contexts(result, maker).items()
    }
    return WaveFiles(result=result, maker=maker, tables=_tables(result), documents=documents)


def _tables(result: WaveResult) -> dict[str, bytes]:
    wave = result.wave
    codings = wave.source.codings
    return {
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
        "hidden_sets.csv": _csv(result.published.log),
        **{f"{name}.csv": _csv(table) for name, table in result.precision.items()},
        "weight_report.json": _json(wave.weighted.report.as_dict()),
    }


def _condition_files(conditions: PublishedConditions | None) -> dict[str, bytes]:
    if conditions is None:
        return {}
    return {
        "published_conditions.parquet": _parquet(conditions.figures.rows),
        "published_splits.parquet": _parquet(conditions.rows),
        "published_interviewers.parquet": _parquet(conditions.interviewers),
    }


def run_record(result: WaveResult, maker: Maker, files: Mapping[str, bytes]) -> dict[str, Any]:
    """Say from what the wave's files were made; no clock time, so that the same run gives the same record."""
    inputs = dict(result.inputs)
    for wave in result.past.waves:
        inputs |= wave.source.inputs
    return {
        "schema": RUN_SCHEMA,
        "commit": maker.commit,
        "versions": maker.versions,
        "made_from": maker.made_from.get(result.wave.source.wave.id, ""),
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
        "clean": _plain(result.wave.clean_report),
        "texts": asdict(result.wave.text_report),
        "own_words": [asdict(one.record) for one in result.own_words[result.periods[0].id]],
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
    asked = wave.answers[Answers.question].astype("category")
    of_free_text = [name for name in asked.cat.categories if re.sub(r"\[\d+\]$", "", name) in free]
    return asked.isin(of_free_text)


def without_free_text(wave: PreparedWave) -> pd.DataFrame:
    """Leave free text behind: a name in it must not spread beyond ``data/raw``."""
    return wave.answers[~_is_free_text(wave)].reset_index(drop=True)


def _parquet(table: pd.DataFrame) -> bytes:
    return write_table(as_texts(table))


def _csv(table: pd.DataFrame) -> bytes:
    return table.round(DECIMALS).to_csv(index=False, lineterminator="\n").encode()


def _json(content: object) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
