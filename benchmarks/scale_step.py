"""The estimation step beside a bare query: the same scored answers and weights, the same Parquet files.

python -m benchmarks.scale_step STUDY

Writes answers and people of every wave to STUDY/step, then takes the step with one engine after the other, each in a
process of its own, one thread each. ``once`` sums weights and counts heads by question, answer and cluster.
``figures`` is the whole step: weighted shares with their standard errors for all, areas, groups (sex, age, …) and
groups in areas. The query makes them from sums by cluster for everybody and for each group, linearised; the kit makes
from the same sums eleven statistics of every question, with what calibration explains taken from the variance,
intervals and degrees of freedom. ``kit sums`` are its sums alone. Every engine must find the same whole millionths of
weight, and query and kit the same shares: ``compared`` tells the largest difference in points.
"""

from __future__ import annotations

import importlib
import pickle
import resource
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from danvan_study.estimate import WaveSample

STEPS = ("duckdb once", "ibis once", "kit sums", "duckdb figures", "kit figures")
KEY = ("wave", "question", "answer", "missing", "stratum", "cluster")
TEXTS = ["respondent", "question", "answer", "missing"]
GROUPS = ["sex", "age_band", "residence", "edu_band"]
MEMORY = "4GB"
SUMS = """
CREATE OR REPLACE TEMP TABLE said AS
SELECT wave, question, area, {value} AS value, stratum, cluster, answer, missing, count(*) AS n, sum(weight) AS w
FROM {answers} JOIN {people} USING (wave, respondent) GROUP BY ALL
"""
FIGURES = """
WITH valid AS (SELECT * REPLACE ({area} AS area) FROM said WHERE missing = '' AND value <> ''),
base AS (SELECT wave, question, area, value, stratum, cluster, sum(w)::DOUBLE AS w FROM valid GROUP BY ALL),
chosen AS (SELECT * REPLACE (unnest(string_split(answer, ' ')) AS answer) FROM valid),
part AS (SELECT wave, question, area, value, answer, stratum, cluster, sum(w)::DOUBLE AS w FROM chosen GROUP BY ALL),
whole AS (SELECT wave, question, area, value, sum(w) AS people FROM base GROUP BY ALL),
shares AS (
  SELECT wave, question, area, value, answer, any_value(people) AS people, sum(w) / any_value(people) AS share
  FROM part JOIN whole USING (wave, question, area, value) GROUP BY ALL),
sizes AS (SELECT wave, stratum, count(DISTINCT cluster) AS m FROM {people} GROUP BY ALL),
below AS (
  SELECT wave, question, area, value, stratum, sum(w * w) AS square, sum(w) AS total FROM base GROUP BY ALL),
above AS (
  SELECT wave, question, area, value, answer, stratum, sum(part.w * part.w) AS square, sum(part.w * base.w) AS product,
    sum(part.w) AS total
  FROM part JOIN base USING (wave, question, area, value, stratum, cluster) GROUP BY ALL)
SELECT wave, question, area, value, answer, any_value(share) AS share, sqrt(sum(m / (m - 1) * greatest(
    coalesce(above.square, 0) - 2 * share * coalesce(product, 0) + share * share * below.square
    - (coalesce(above.total, 0) - share * below.total) ** 2 / m, 0))) / any_value(people) AS se
FROM shares JOIN below USING (wave, question, area, value) JOIN sizes USING (wave, stratum)
LEFT JOIN above USING (wave, question, area, value, answer, stratum) GROUP BY ALL
"""
"""Linearised: the sum over strata of m / (m - 1) times the spread of what each of the m clusters deviates from the
share, from squares and products alone, for most clusters of a stratum have nobody of a domain."""


def main(study: Path) -> None:
    """Prepare the files and run every step."""
    _alone("--prepare", study)
    print(f"{'step':<16}{'busy s':>8}{'clock s':>9}{'peak GB':>9}{'answers':>12}   weight in millionths")
    for step in STEPS:
        print(_alone("--step", study, *step.split()), end="", flush=True)
    print(_compared(study / "step" / "figures"))


def _alone(*task: object) -> str:
    command = [sys.executable, "-m", "benchmarks.scale_step", *map(str, task)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def prepare(root: Path) -> None:
    """Write the answers to the questions that are estimated, and the weighted people, of every wave."""
    from danvan_study.categories import as_texts  # noqa: PLC0415 -- each task is a process of its own
    from danvan_study.estimate.questions import comparable_questions  # noqa: PLC0415
    from danvan_study.pipeline.sources import load_study  # noqa: PLC0415
    from danvan_study.pipeline.workshop import Workshop  # noqa: PLC0415
    from danvan_study.store import Folder, check_raw  # noqa: PLC0415

    folder = Folder(root)
    study, areas = load_study(folder)
    workshop = Workshop(root, study=study, areas=areas, there=check_raw(folder))
    target = root / "step"
    target.mkdir(exist_ok=True)
    for wave in workshop.calendar.waves:
        sample = workshop.wave(wave.id).sample
        asked = [comparable.question.name for comparable in comparable_questions([sample], study)[0]]
        answers = as_texts(sample.answers[sample.answers["question"].isin(asked)]).assign(wave=wave.id)
        answers.to_parquet(target / f"{wave.id}-answers.parquet", compression="zstd", index=False)
        people = sample.respondents.merge(sample.weights[["respondent", "weight"]], on="respondent")
        people.to_parquet(target / f"{wave.id}-people.parquet", compression="zstd", index=False)
        content = (wave.id, replace(sample, answers=sample.answers[:0]), study)
        (target / f"{wave.id}.pickle").write_bytes(pickle.dumps(content))


def step(root: Path, engine: str, what: str) -> None:
    """Do one step and print what it took and what it found."""
    importlib.import_module({"kit": "danvan_study.estimate"}.get(engine, engine))  # loading an engine is not timed
    work = {"duckdb": _duckdb, "ibis": _ibis, "kit": _kit}[engine]
    started = time.perf_counter(), time.process_time()
    answers, weight = work(root / "step", what)
    wall, busy = time.perf_counter() - started[0], time.process_time() - started[1]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{engine} {what:<{15 - len(engine)}}{busy:8.2f}{wall:9.2f}{peak:9.2f}{answers:>12}   {weight or 'not told'}")


def _duckdb(files: Path, what: str) -> tuple[int, int]:
    import duckdb  # noqa: PLC0415

    engine = duckdb.connect()
    engine.execute(f"SET memory_limit='{MEMORY}'; SET threads=1")
    answers, people = (f"read_parquet('{files}/*-{name}.parquet') AS {name}" for name in ("answers", "people"))
    if what == "once":
        key = ", ".join(KEY)
        query = f"SELECT {key}, count(*) AS n, sum(weight)::HUGEINT AS weight FROM {answers} JOIN {people}"
        return _totals(engine.sql(f"{query} USING (wave, respondent) GROUP BY {key}").to_arrow_table())
    for group, value in {"": "'everybody'", **dict(zip(GROUPS, GROUPS, strict=True))}.items():
        engine.execute(SUMS.format(value=value, answers=answers, people=people))
        if not group:
            found = _totals(engine.sql("SELECT n, w::HUGEINT AS weight FROM said").to_arrow_table())
        for level, area in (("all", "''"), ("area", "area")):
            figures = engine.sql(FIGURES.format(area=area, people=people)).to_arrow_table()
            _keep(files, f"{level}-{group}", figures)
    return found


def _keep(files: Path, name: str, figures: Any) -> None:
    """Write figures down: how a table is handed on counts for both."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    (files / "figures").mkdir(exist_ok=True)
    pq.write_table(figures, files / "figures" / f"{name}.parquet", compression="zstd")


def _compared(files: Path) -> str:
    """Set the shares of the query beside those of the kit."""
    import pandas as pd  # noqa: PLC0415

    made = {path.stem: pd.read_parquet(path) for path in sorted(files.glob("*.parquet"))}
    queried = pd.concat([table.assign(kind=name) for name, table in made.items() if name.startswith(("all-", "area-"))])
    queried["value"] = queried["value"].replace("everybody", "")
    own = pd.concat([table for name, table in made.items() if not name.startswith(("all-", "area-"))])
    own = (
        own[own["statistic"] == "share"]
        .rename(columns={"period": "wave"})
        .assign(kind=own["level"] + "-" + own["group"])
    )
    both = queried.merge(own, on=["wave", "kind", "question", "area", "value", "answer"], suffixes=("_query", ""))
    apart = (both["estimate"] - 100 * both["share"]).abs().max()
    return f"compared: {len(both)} of {len(queried)} shares of the query, {apart:.1e} points apart at most"


def _ibis(files: Path, what: str) -> tuple[int, int]:
    assert what == "once"
    import ibis  # noqa: PLC0415

    engine = ibis.duckdb.connect(memory_limit=MEMORY, threads=1)
    answers, people = (engine.read_parquet(f"{files}/*-{name}.parquet") for name in ("answers", "people"))
    joined = answers.join(people, ["wave", "respondent"])
    found = joined.group_by(list(KEY)).aggregate(n=joined.count(), weight=joined.weight.sum()).to_pyarrow()
    return _totals(found)


def _totals(found: Any) -> tuple[int, int]:
    """Return answers and weight over all cells."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    return pc.sum(found["n"]).as_py(), pc.sum(found["weight"].cast(pa.int64())).as_py()


def _kit(files: Path, what: str) -> tuple[int, int]:
    count = weight = 0
    for name, sample, study in _samples(files):
        if what == "figures":
            import pyarrow as pa  # noqa: PLC0415

            from danvan_study.estimate import estimate_period  # noqa: PLC0415

            figures = estimate_period(
                study.calendar([name]).wave(name), [sample], study=study, both_bases=True
            ).estimates
            _keep(files, name, pa.Table.from_pandas(figures))
            found = len(sample.answers), 0
        else:
            found = _sums(sample, study)
        count, weight = count + found[0], weight + found[1]
    return count, weight


def _sums(sample: WaveSample, study: Any) -> tuple[int, int]:
    """Make all sums of a wave from which its estimates follow; return answers and weight of those for all."""
    from danvan_study.estimate.domains import find_domains  # noqa: PLC0415
    from danvan_study.estimate.measures import Entries  # noqa: PLC0415
    from danvan_study.estimate.pool import pool_answers, pool_waves  # noqa: PLC0415
    from danvan_study.estimate.ratios import Engine  # noqa: PLC0415

    pool = pool_waves([sample], study)
    (said,) = pool_answers([sample], pool)
    engine = Engine(pool.survey, find_domains(pool.respondents, [group.name for group in study.groups]))
    count = weight = 0
    for question in said.places:
        responses = said.to(question)
        entries = Entries(row=responses.row, level=responses.level, levels=len(responses.answers))
        everybody = engine._all_sums(entries)[0]  # noqa: SLF001 -- the step by itself, without what follows from it
        count += int(everybody.counts.sum())
        weight += round(everybody.weights.sum() * 1e6)
    return count, weight


def _samples(files: Path) -> Iterator[tuple[str, WaveSample, Any]]:
    import pyarrow.parquet as pq  # noqa: PLC0415

    for path in sorted(files.glob("*.pickle")):
        name, sample, study = pickle.loads(path.read_bytes())
        table = pq.read_table(files / f"{name}-answers.parquet", read_dictionary=TEXTS, columns=[*TEXTS, "score"])
        yield name, replace(sample, answers=table.to_pandas()), study


if __name__ == "__main__":
    if sys.argv[1] == "--prepare":
        prepare(Path(sys.argv[2]))
    elif sys.argv[1] == "--step":
        step(Path(sys.argv[2]), *sys.argv[3:5])
    else:
        main(Path(sys.argv[1]))
