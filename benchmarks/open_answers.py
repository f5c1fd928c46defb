"""How good the shares of open answers are: 500 seeded draws from UIT-ViSFD, audited shares beside classify-and-count.

    python -m benchmarks.open_answers FOLDER [DRAWS]

FOLDER holds ``uit_visfd.tsv.gz`` (Luc Phan and others, KSEM 2021; for internal evaluation, never part of the kit). A
machine learns from 300 coded answers of ``train``; each draw takes 1,000 answers of ``dev`` and ``test`` from a shifted
population and audits 100 of them. The truth is the share in the shifted population.
"""

from __future__ import annotations

import gzip
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from danvan_study.open_ended.audit import audited_shares, draw_audit
from danvan_study.open_ended.issues import IssueCodebook, read_issues
from danvan_study.open_ended.machine import Machine
from danvan_study.open_ended.phase import PhaseOne
from danvan_study.text import fold

Coded = tuple[str, set[str]]
Floats = npt.NDArray[np.float64]
CODES = Path(__file__).with_name("phone_reviews.toml")
SHIFTS = ("none", "classes", "length", "uncertainty audit")
SIZE, AUDITED, LEARNT = 1000, 100, 300


@dataclass(frozen=True, kw_only=True)
class Line:
    """The result of one kind of draw."""

    shift: str
    error: float
    """Mean absolute error of the audited shares, in points."""
    coverage: float
    width: float
    counted_error: float
    """The same for classify-and-count."""
    counted_coverage: float


def read_reviews(folder: Path) -> dict[str, list[Coded]]:
    """Read the reviews by part: text and its topics."""
    parts: dict[str, list[Coded]] = {}
    with gzip.open(folder / "uit_visfd.tsv.gz", "rt", encoding="utf-8") as stream:
        next(stream)
        for line in stream:
            part, labels, text = line.rstrip("\n").split("\t", 2)
            topics = {label.split("#")[0] for label in re.findall(r"\{(.*?)\}", labels)}
            parts.setdefault(part, []).append((text, topics))
    return parts


def codebook() -> IssueCodebook:
    """Return the eleven topics with their keywords."""
    return read_issues(CODES.read_text(encoding="utf-8"), CODES.name)


def learn(train: list[Coded], seed: int, count: int = LEARNT) -> Machine:
    """Learn from ``count`` answers drawn from ``train``; the words come from 3,000 texts of it, codes unseen."""
    order = np.random.default_rng(seed).permutation(len(train))
    return Machine.learn([text for text, _ in train[:3000]], [train[row] for row in order[:count]], book=codebook())


def micro_f1(guessed: list[set[str]], coded: list[Coded]) -> float:
    """Return the micro-averaged F1."""
    right = sum(len(guess & topics) for guess, (_, topics) in zip(guessed, coded, strict=True))
    return 2 * right / (sum(map(len, guessed)) + sum(len(topics) for _, topics in coded))


def bare(coded: list[Coded]) -> list[Coded]:
    """Return the answers as somebody without accents types them."""
    return [(fold(text), topics) for text, topics in coded]


def simulate(machine: Machine, population: list[Coded], draws: int) -> list[Line]:
    """Draw samples under each shift and compare."""
    texts = [text for text, _ in population]
    chances = machine.probabilities(texts)
    truth = np.array([[name in topics for name in machine.names] for _, topics in population], dtype=np.float64)
    guessed = np.array([[name in guess for name in machine.names] for guess in machine.guess(texts)], dtype=np.float64)
    words = np.array([len(text.split()) for text in texts], dtype=np.float64)
    return [_simulate_shift(shift, chances, guessed, truth, words, draws) for shift in SHIFTS]


def _simulate_shift(  # noqa: PLR0913, PLR0917 -- a table in six columns
    shift: str, chances: Floats, guessed: Floats, truth: Floats, words: Floats, draws: int
) -> Line:
    errors, held, widths, counted, counted_held = [], [], [], [], []
    for seed in range(draws):
        generator = np.random.default_rng([seed, SHIFTS.index(shift)])
        pull = _pull(shift, truth, words=words, generator=generator)
        rows = generator.choice(len(truth), SIZE, p=pull)
        target = pull @ truth
        audit = draw_audit(chances[rows], AUDITED, seed=seed, by_uncertainty=shift == "uncertainty audit")
        coded = np.where(audit.chosen[:, None], truth[rows], np.nan)
        found = audited_shares(coded, chances[rows], audit=audit, phase_one=PhaseOne.simple(SIZE))
        errors.append(np.abs(found.share - target).mean())
        held.append(((found.low <= target) & (target <= found.high)).mean())
        widths.append((found.high - found.low).mean())
        naive = guessed[rows].mean(axis=0)
        reach = 1.96 * np.sqrt(naive * (1 - naive) / SIZE)
        counted.append(np.abs(naive - target).mean())
        counted_held.append((np.abs(naive - target) <= reach).mean())
    return Line(
        shift=shift,
        error=100 * float(np.mean(errors)),
        coverage=100 * float(np.mean(held)),
        width=100 * float(np.mean(widths)),
        counted_error=100 * float(np.mean(counted)),
        counted_coverage=100 * float(np.mean(counted_held)),
    )


def _pull(shift: str, truth: Floats, *, words: Floats, generator: np.random.Generator) -> Floats:
    """Return the chance of each review: equal, tilted by its topics, or by its length."""
    logits = np.zeros(len(truth))
    if shift == "classes":
        logits = truth @ generator.normal(0, 0.7, truth.shape[1])
    elif shift == "length":
        logits = generator.choice([-1.0, 1.0]) * (np.log1p(words) - np.log1p(words).mean())
    pull: Floats = np.exp(logits - logits.max())
    return pull / pull.sum()


def main(folder: str, draws: str = "500") -> None:
    """Print the table."""
    parts = read_reviews(Path(folder))
    lines = simulate(learn(parts["train"], 0), [*parts["dev"], *parts["test"]], int(draws))
    print("| shift | audited: error | coverage | width | classify-and-count: error | coverage |")
    print("|---|---|---|---|---|---|")
    for line in lines:
        print(
            f"| {line.shift} | {line.error:.2f} | {line.coverage:.1f} % | {line.width:.1f} "
            f"| {line.counted_error:.2f} | {line.counted_coverage:.1f} % |"
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
