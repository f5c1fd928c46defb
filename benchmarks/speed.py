"""The kit against the numpy limit, on the same data and task, as ratios.

    python -m benchmarks.speed [ROWS ...] [--write]

*Kernel* takes prepared codes; *tables* is the public function of the stage, from respondents, long answers and weights
whose text columns are categorical. Limit and kit take turns and the shortest of each counts, so that the ratio
survives other work on the machine; seconds are of the processor. Tables are made anew for each turn: pandas remembers
what it once found out about an index. ``--write`` writes ``docs/measured/speed.md``, with the commit and a hash of the
measured modules (``benchmarks.results``), by which a test sees when the table has become stale.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from threadpoolctl import threadpool_limits

from benchmarks import limit
from benchmarks.memory import KERNEL
from benchmarks.results import write_results
from danvan_study.codebook import Choice, Codebook, Question, QuestionKind, Role
from danvan_study.coding import join_codes
from danvan_study.estimate import WaveSample, estimate_period
from danvan_study.estimate.design import Design
from danvan_study.estimate.domains import Domains, Partition
from danvan_study.estimate.error_check import compare_errors
from danvan_study.estimate.measures import Entries, Measure, Measures
from danvan_study.estimate.replicated import ReplicateEngine
from danvan_study.estimate.survey import Survey
from danvan_study.study import Base, Margin, Period, Publication, Study, Wave, Weighting
from danvan_study.study import Design as DesignOfStudy
from danvan_study.tables import MILLION
from danvan_study.weight import MarginTable, WeightSources, weight_respondents
from danvan_study.weight.margins import Constraint
from danvan_study.weight.rake import rake_rows
from danvan_study.weight.repeated import Draws, replicate_weights
from danvan_study.weight.replicates import Replicates, positive_bootstrap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.limit import Material

TURNS, MOST_TURNS, ENOUGH = 5, 25, 3.0
"""Turns as a rule and at most; a task that took so many seconds has two."""
REWEIGHTED = "500 replicates, raked again"
PERIOD = Period(id="w1", waves=("w1",))
SCORES = np.array([0.0, 1.0, 2.0, 3.0, 4.0, 5.0])


def constraints_of(material: Material) -> tuple[Constraint, ...]:
    """Return the margins as the kit's own objects."""
    return tuple(
        Constraint(
            membership=csr_array((np.ones(len(cell)), cell, np.arange(len(cell) + 1)), shape=(len(cell), len(total))),
            totals=total,
            cells=tuple(map(str, range(len(total)))),
            file="",
        )
        for cell, total in zip(material.cells, material.totals, strict=True)
    )


def engine_of(material: Material) -> ReplicateEngine:
    """Prepare the engine for districts."""
    design = Design(
        cluster=material.cluster,
        stratum=material.district_of_cluster,
        unsampled=np.ones(len(material.district_of_cluster)),
    )
    count = material.districts
    districts = Partition(code=material.district, count=count, place=np.arange(count))
    names = pd.DataFrame({"area": [str(number) for number in range(count)]})
    return ReplicateEngine(Survey(weight=material.weight, design=design), Domains(names=names, partitions=(districts,)))


def measures_of(item: np.ndarray) -> Measures:
    """Return the mean of an item as the engine takes it."""
    answered = (SCORES > 0).astype(np.float64)[:, None]
    mean = Measure(statistic="mean", answer="", base=0, low=1.0, high=5.0, is_share=False)
    return Measures(
        measures=(mean,),
        entries=Entries(row=None, level=item, levels=limit.LEVELS),
        values=SCORES[:, None],
        squares=SCORES[:, None] ** 2,
        bases=answered,
    )


def tables_of(material: Material) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return respondents, answers and weights as tables with categorical columns, answers person after person."""
    rows, items = len(material.weight), len(material.items)
    ids = pd.Index([f"r{number:08d}" for number in range(rows)], dtype="str")

    def text(codes: np.ndarray, names: Any) -> pd.Categorical:
        return pd.Categorical.from_codes(codes, pd.Index(names, dtype="str"))

    districts = [f"d{number:03d}" for number in range(material.districts)]
    clusters = [f"c{number:06d}" for number in range(len(material.district_of_cluster))]
    nothing = text(np.zeros(rows, dtype=np.int8), [""])
    respondents = pd.DataFrame(
        {
            "respondent": text(np.arange(rows), ids),
            "wave": text(np.zeros(rows, dtype=np.int8), ["w1"]),
            "form_version": text(np.zeros(rows, dtype=np.int8), ["1"]),
            "area": text(material.district, districts),
            "stratum": text(material.district, districts),
            "cluster": text(material.cluster, clusters),
            "interviewer": nothing,
            "mode": nothing,
            "started_on": nothing,
            "minutes": 20.0,
            **{
                name: text(code, [f"{name}{number}" for number in range(code.max() + 1)])
                for name, code in zip(("sex", "age", "ethnicity", "urban"), material.variables[1:], strict=True)
            },
        }
    )
    given = material.items.T.ravel()
    answers = pd.DataFrame(
        {
            "respondent": text(np.repeat(np.arange(rows, dtype=np.int32), items), ids),
            "question": text(np.tile(np.arange(items, dtype=np.int8), rows), [f"q{i:02d}" for i in range(items)]),
            "answer": text(given, ["98", "1", "2", "3", "4", "5"]),
            "missing": text((given == 0).astype(np.int8), ["", "dont_know"]),
            "score": np.array([np.nan, 0, 25, 50, 75, 100])[given],
        }
    )
    weights = pd.DataFrame(
        {
            "respondent": respondents["respondent"],
            **dict.fromkeys(("base", "nonresponse", "calibrated", "trimmed"), material.weight),
            "weight": np.rint(material.weight * MILLION).astype(np.int64),
        }
    )
    return respondents, answers, weights


def study_of(material: Material) -> tuple[Study, Codebook, WeightSources]:
    """Return the study behind the tables: twenty questions of five scored choices and four margins."""
    choices = (
        *(Choice(name=str(level), labels={"vi": str(level)}, score=25.0 * (level - 1)) for level in range(1, 6)),
        Choice(name="98", labels={"vi": "không biết"}, missing="dont_know"),
    )
    questions = tuple(
        Question(
            name=f"q{number:02d}",
            path=f"q{number:02d}",
            kind=QuestionKind.SELECT_ONE,
            type_as_written="select_one five",
            labels={"vi": f"q{number:02d}"},
            role=Role.OPINION,
            choices=choices,
        )
        for number in range(len(material.items))
    )
    codebook = Codebook(
        source="", sha256="", form_id="f", version="1", languages=("vi",), questions=questions, topics=()
    )
    margins = []
    by = (("area", "sex", "age"), ("area",), ("ethnicity",), ("urban",))
    for names, total in zip(by, material.totals, strict=True):
        cells: dict[str, Any] = {"population": total}
        left = np.arange(len(total))
        for name in reversed(names):
            levels = {"age": 6, "area": material.districts}.get(name, 2)
            label = "d{:03d}" if name == "area" else name + "{}"
            cells[name] = pd.Series([label.format(code) for code in left % levels], dtype="str")
            left = left // levels
        margins.append(MarginTable(by=names, cells=pd.DataFrame(cells), file=" x ".join(names)))
    study = Study(
        name={"vi": "Đo"},
        languages=("vi",),
        sponsor="",
        conducted_by="",
        contact="",
        population="",
        areas_file="",
        areas_vintage="",
        areas_level="",
        design=DesignOfStudy(area="place", cluster="village"),
        groups=(),
        missing={},
        withhold=(),
        weighting=Weighting(base=Base.EQUAL, margins=tuple(Margin(by=names, file="") for names in by)),
        publication=Publication(),
        waves=(Wave(id="w1", forms=("f",), start=date(2026, 1, 1), end=date(2026, 1, 2)),),
    )
    return study, codebook, WeightSources(margins=tuple(margins))


class _NoCalibration:
    """Weights that were calibrated to nothing."""

    def __init__(self, rows: int) -> None:
        self.membership = csr_array((rows, 0))
        self.design_weight = np.ones(rows)


def remade(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with new indexes of its categories, as if just read."""
    columns = {}
    for name in table:
        column = table[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            names = pd.Index(column.cat.categories.array.copy())
            column = pd.Series(pd.Categorical.from_codes(column.cat.codes, names, validate=False))
        columns[name] = column
    return pd.DataFrame(columns, copy=False)


@dataclass(frozen=True, slots=True)
class Task:
    """A task of the kit beside the same task of the limit."""

    bar: Callable[[], Any]
    fresh: Callable[[], Callable[[], Any]]
    """Prepares what is not timed, and returns the work."""


def kernel_task(material: Material, name: str) -> Task:
    """Return a task from prepared codes; only what it needs is in memory."""
    if name == "rake":
        constraints, sizes = constraints_of(material), (material.districts, *limit.LEVELS_OF_MARGINS[1:])
        return Task(
            lambda: limit.rake(material),
            lambda: lambda: rake_rows(material.weight, join_codes(material.variables, sizes), constraints),
        )
    engine, measures = engine_of(material), [measures_of(item) for item in material.items]
    if name == "domain means":
        return Task(lambda: limit.domain_means(material), lambda: lambda: [engine.estimate(one) for one in measures])
    drawn = Replicates(
        multiplier=limit.make_multipliers(material), scale=np.full(limit.REPLICATES, 1 / limit.REPLICATES)
    )
    return Task(
        lambda: limit.replicate_variances(material, drawn.multiplier),
        lambda: lambda: engine.replicate(measures, drawn),
    )


def kernel_tasks(material: Material) -> dict[str, Task]:
    """Return the tasks from prepared codes."""
    return {name: kernel_task(material, name) for name in KERNEL}


def table_tasks(material: Material) -> dict[str, Task]:
    """Return the tasks of the public functions, from tables."""
    respondents, answers, weights = tables_of(material)
    study, codebook, sources = study_of(material)

    def rake() -> Callable[[], Any]:
        people = remade(respondents)
        return lambda: weight_respondents(people, answers, weighting=study.weighting, sources=sources)

    def sample() -> WaveSample:
        return WaveSample(
            wave="w1",
            respondents=remade(respondents),
            answers=remade(answers),
            weights=remade(weights),
            calibration=_NoCalibration(len(respondents)),
            codebooks={"1": codebook},
        )

    def means() -> Callable[[], Any]:
        taken = sample()
        return lambda: estimate_period(PERIOD, [taken], study=study)

    def replicates() -> Callable[[], Any]:
        taken = sample()
        estimates = estimate_period(PERIOD, [taken], study=study).estimates
        items = [question.name for question in codebook.questions]

        def work() -> pd.DataFrame:
            again = replicate_weights(
                taken.respondents, taken.answers, weighting=study.weighting, sources=sources, draws=Draws()
            )
            return compare_errors(estimates, taken, again, study=study, questions=items)

        return work

    multiplier = positive_bootstrap(material.district_of_cluster, limit.REPLICATES, seed=1).multiplier
    return {
        "rake": Task(lambda: limit.rake(material), rake),
        "domain means": Task(lambda: limit.domain_means(material), means),
        REWEIGHTED: Task(lambda: limit.reweighted_variances(material, multiplier), replicates),
    }


def take_turns(task: Task) -> tuple[float, float]:
    """Return the shortest times of the limit and of the kit; short tasks take more turns."""
    bars: list[float] = []
    times: list[float] = []
    while len(times) < (TURNS if sum(times) < ENOUGH else 2) or (len(times) < MOST_TURNS and sum(times) < ENOUGH):
        work = task.fresh()
        bars.append(seconds(task.bar))
        times.append(seconds(work))
    return min(bars), min(times)


def seconds(work: Callable[[], Any]) -> float:
    """Return the processor time of some work, which other programs don't lengthen by taking turns with it."""
    began = time.process_time()
    work()
    return time.process_time() - began


def measure(rows: int) -> Iterator[str]:
    """Walk over the tasks; yield a line of the table for each."""
    material = limit.make_material(rows)
    for road, tasks in (("kernel", kernel_tasks), ("tables", table_tasks)):
        for name, task in tasks(material).items():
            bar, spent = take_turns(task)
            most, ours = limit.peak(task.bar), limit.peak(task.fresh())
            yield (
                f"{rows:>9} {name + ', ' + road:<36} {bar:8.4f} {spent:8.4f} {spent / bar:6.2f}"
                f" {most:9.1f} {ours:8.1f} {ours / most:6.2f}"
            )


def main(arguments: list[str]) -> None:
    """Print time, memory and ratio of each task, and write them down where asked to."""
    threadpool_limits(limits=1, user_api="blas")
    sizes = [int(float(argument)) for argument in arguments if argument != "--write"] or [10_000, 100_000, 1_000_000]
    lines = ["     rows task                                  limit s    kit s  ratio  limit MB   kit MB  ratio"]
    print(lines[0])
    for rows in sizes:
        for line in measure(rows):
            print(line, flush=True)
            lines.append(line)
    if "--write" in arguments:
        write_results("speed.md", "benchmarks.speed", arguments, lines=lines)


if __name__ == "__main__":
    main(sys.argv[1:])
