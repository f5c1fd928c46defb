"""How often invented interviews are found, and how often honest interviewers are asked about.

    python -m benchmarks.fabrication [RUNS] [HONEST WAVES]

Each run draws a wave of the demonstration's truth anew (120 villages, 24 interviewers, about 50 interviews each), takes
one interviewer, and replaces a share of their interviews. Times, places and numbers stay as they were: only the answers
can give the inventor away. Found is an interviewer whom any check of habits names; "honest beside" is the percentage of
spoiled waves in which somebody else is named. More honest waves are drawn than spoiled ones: the rate is small.

- copied: another interview of the same interviewer, one answer in ten changed;
- straight: one position on every scale item;
- popular: seven times in ten the most frequent answer, else an answer drawn;
- margins: each answer drawn from the true margins of the wave, follow-up questions together with their filter.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import binomtest

from danvan_study.check import Material, Tables, lay_out
from danvan_study.check.habits import outside
from danvan_study.check.material import BLANK
from danvan_study.check.scales import scale_items
from danvan_study.codebook import QuestionKind
from danvan_study.collect import collect_responses
from danvan_study.expression import parse
from danvan_study.score import score_answers
from danvan_study.simulate import simulate_wave
from tests import demonstration

if TYPE_CHECKING:
    from collections.abc import Iterator

WAVE = "2026q3"
SHARES = (0.1, 0.25, 0.5, 0.75, 1.0)
SEED = 20_261_122
CHANGED = 0.1
POPULAR = 0.7
TOLD_EVERY = 10


@dataclass(slots=True)
class Tally:
    """What was found so far."""

    runs: int = 0
    waves: int = 0
    named: int = 0
    """Honest waves in which anybody was named."""
    by: Counter[str] = field(default_factory=Counter)
    found: Counter[tuple[str, float]] = field(default_factory=Counter)
    beside: Counter[str] = field(default_factory=Counter)

    def take_honest(self, material: Material) -> None:
        """Check a wave that nobody spoiled."""
        named = outside(material)
        self.waves += 1
        self.named += bool(named)
        self.by.update(name for name, _ in named)

    def take_spoiled(self, material: Material, rng: np.random.Generator) -> None:
        """Spoil the wave in every way, and check it each time."""
        self.runs += 1
        culprit = str(rng.choice(np.unique(material.interviewer)))
        for kind in FORGERS:
            for share in SHARES:
                suspects = named_interviewers(fabricate(material, kind, share=share, culprit=culprit, rng=rng))
                self.found[kind, share] += culprit in suspects
                self.beside[kind] += bool(suspects - {culprit})

    def lines(self) -> Iterator[str]:
        """Yield the tables as they stand in docs/measured/checks.md."""
        yield f"{self.runs} runs, {WAVE}"
        yield "| | " + " | ".join(f"{share:.0%}" for share in SHARES) + " | honest beside |"
        yield "|---|" + "---|" * (len(SHARES) + 1)
        for kind in FORGERS:
            shares = " | ".join(f"{100 * self.found[kind, share] / self.runs:.0f}" for share in SHARES)
            yield f"| {kind} | {shares} | {100 * self.beside[kind] / self.runs / len(SHARES):.1f} |"
        interval = binomtest(self.named, self.waves).proportion_ci(0.95, method="exact")
        yield f"honest waves in which anybody was named: {self.named} of {self.waves}, by {dict(self.by)}"
        yield f"95 % interval (Clopper and Pearson): {100 * interval.low:.1f} to {100 * interval.high:.1f} %"


def main(arguments: list[str]) -> None:
    """Print the tables; the state so far goes to standard error now and then."""
    runs = int(arguments[0]) if arguments else 100
    waves = max(runs, int(arguments[1]) if len(arguments) > 1 else 300)
    tally = Tally()
    for run in range(waves):
        material = draw_wave(SEED + run)
        tally.take_honest(material)
        if run < runs:
            tally.take_spoiled(material, np.random.default_rng([SEED, run]))
        if run % TOLD_EVERY == TOLD_EVERY - 1:
            print(*tally.lines(), sep="\n", end="\n\n", file=sys.stderr, flush=True)
    print(*tally.lines(), sep="\n")


def draw_wave(seed: int) -> Material:
    """Draw a wave of the demonstration and lay it out."""
    study, book = demonstration.study(), demonstration.codebook(WAVE)
    wave, books = study.wave(WAVE), {book.version: book}
    records = simulate_wave(demonstration.world(), wave=wave, codebook=book, seed=seed).records
    collected = collect_responses(records, codebooks=books, study=study, wave=wave)
    tables = Tables(
        interviews=collected.interviews,
        answers=score_answers(collected.answers, interviews=collected.interviews, codebooks=books),
        timings=collected.timings,
        removed=collected.removed,
    )
    return lay_out(tables, wave=wave, study=study, codebooks=books)


def named_interviewers(material: Material) -> set[str]:
    """Return the interviewers whom any check of habits names."""
    return {standing.interviewer for _, standing in outside(material)}


def fabricate(material: Material, kind: str, *, share: float, culprit: str, rng: np.random.Generator) -> Material:
    """Return the wave with a share of an interviewer's interviews invented."""
    theirs = rng.permutation(np.flatnonzero(material.interviewer == culprit))
    invented = np.sort(theirs[: max(1, round(share * len(theirs)))])
    grid = material.grid
    codes, is_missing, scores = grid.codes.copy(), grid.is_missing.copy(), grid.scores.copy()
    for block in _blocks(material):
        places = [grid.questions.index(name) for name in block]
        donors = FORGERS[kind](material, (invented, theirs), places=places, rng=rng)
        codes[np.ix_(invented, places)] = grid.codes[np.ix_(donors, places)]
        is_missing[np.ix_(invented, places)] = grid.is_missing[np.ix_(donors, places)]
        scores[np.ix_(invented, places)] = grid.scores[np.ix_(donors, places)]
    return replace(material, grid=replace(grid, codes=codes, is_missing=is_missing, scores=scores))


def _blocks(material: Material) -> list[list[str]]:
    """Return the questions that are drawn together: a filter with what hangs on it."""
    blocks: dict[str, list[str]] = {}
    for name in material.items(QuestionKind.SELECT_ONE):
        question = material.question(name)
        assert question is not None
        leads = sorted(parse(question.relevant).names & set(blocks)) if question.relevant else []
        blocks.setdefault(leads[0] if leads else name, []).append(name)
    return list(blocks.values())


Rows = tuple[np.ndarray, np.ndarray]
"""The invented interviews, and all of the same interviewer."""


def _margins(material: Material, rows: Rows, *, places: list[int], rng: np.random.Generator) -> np.ndarray:
    answered = np.flatnonzero(material.grid.codes[:, places[0]] != BLANK)
    return rng.choice(answered, size=len(rows[0]))


def _popular(material: Material, rows: Rows, *, places: list[int], rng: np.random.Generator) -> np.ndarray:
    first = material.grid.codes[:, places[0]]
    mode = np.bincount(first[first != BLANK]).argmax()
    usual = rng.choice(np.flatnonzero(first == mode), size=len(rows[0]))
    return np.where(rng.random(len(rows[0])) < POPULAR, usual, _margins(material, rows, places=places, rng=rng))


def _copied(material: Material, rows: Rows, *, places: list[int], rng: np.random.Generator) -> np.ndarray:
    invented, theirs = rows
    kept = np.setdiff1d(theirs, invented)
    models = kept if len(kept) else theirs[: max(1, len(theirs) // 10)]
    copied = models[np.arange(len(invented)) % len(models)]
    return np.where(rng.random(len(invented)) < CHANGED, _margins(material, rows, places=places, rng=rng), copied)


def _straight(material: Material, rows: Rows, *, places: list[int], rng: np.random.Generator) -> np.ndarray:
    """Choose a donor who stands at the interview's position on the scale; other questions are drawn."""
    donors = _margins(material, rows, places=places, rng=rng)
    name = material.grid.questions[places[0]]
    question = material.question(name)
    if question is None or name not in scale_items(material):
        return donors
    words = material.grid.answers(name)
    for place, row in enumerate(rows[0]):
        position = int(row) % 2 + 1  # the second or the third of the list, the same in the whole interview
        at = np.flatnonzero(words == question.choices[min(position, len(question.choices) - 1)].name)
        if len(at):
            donors[place] = rng.choice(at)
    return donors


FORGERS = {"copied": _copied, "straight": _straight, "popular": _popular, "margins": _margins}

if __name__ == "__main__":
    main(sys.argv[1:])
