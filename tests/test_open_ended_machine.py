"""What the machine learns from coded answers, and that the way of typing changes nothing."""

from __future__ import annotations

import random
import tomllib
from pathlib import Path

import numpy as np
import pytest

from danvan_study.open_ended.accents import Accents
from danvan_study.open_ended.issues import read_issues
from danvan_study.open_ended.machine import Machine
from danvan_study.open_ended.vectors import Vectors, has_accents
from danvan_study.text import fold

ROOT = Path(__file__).parents[1]
BOOK = read_issues((ROOT / "data/codes/issues.toml").read_text(encoding="utf-8"), "issues.toml")
PHRASES = tomllib.loads((ROOT / "data/simulation.toml").read_text(encoding="utf-8"))["open"]["phrases"]


def answers(count: int, seed: int) -> list[tuple[str, set[str]]]:
    """Join the demonstration's phrases, one or two to an answer."""
    draw = random.Random(seed)
    said = [(phrase, code) for code, phrases in PHRASES.items() for phrase in phrases]
    made = []
    for _ in range(count):
        picked = draw.sample(said, draw.choice([1, 1, 2]))
        made.append((", ".join(phrase for phrase, _ in picked), {code for _, code in picked}))
    return made


def test_a_hundred_coded_answers_teach_the_codes() -> None:
    coded, others = answers(100, 1), answers(300, 2)
    machine = Machine.learn([text for text, _ in coded + others], coded, book=BOOK)
    guessed = machine.guess([text for text, _ in others])
    right = sum(len(guess & codes) for guess, (_, codes) in zip(guessed, others, strict=True))
    f1 = 2 * right / (sum(map(len, guessed)) + sum(len(codes) for _, codes in others))
    assert f1 > 0.75


def test_answers_typed_without_accents_are_read_alike() -> None:
    coded, others = answers(100, 1), [text for text, _ in answers(300, 2)]
    machine = Machine.learn([*(text for text, _ in coded), *others], coded, book=BOOK)
    accented, bare = machine.guess(others), machine.guess([fold(text) for text in others])
    assert sum(one == two for one, two in zip(accented, bare, strict=True)) / len(others) > 0.95


def test_accents_are_restored_by_the_words_beside() -> None:
    texts = ["báo chí nói", "bão lũ lớn", "bão lũ về", "đọc báo chí"]
    accents = Accents([text.split() for text in texts])
    assert accents.restore(["bao", "lu"]) == ["bão", "lũ"]
    assert accents.restore(["bao", "chi"]) == ["báo", "chí"]
    assert accents.restore(["xyz"]) == ["xyz"]
    assert accents.restore([]) == []


def test_keywords_are_whole_words() -> None:
    vectors = Vectors(["giá tăng", "đánh giáp lá cà"], BOOK)
    first = [code.name for code in BOOK.codes if code.keywords].index("1")
    assert list(vectors.keyword_hits(["giá tăng quá", "giáp tết"])[:, first] > 0) == [True, False]


def test_probabilities_are_calibrated() -> None:
    # A word comes with the code seven times of ten: the machine must say about .7, not 1.
    draw = np.random.default_rng(3)
    coded = [
        (f"{word} {draw.integers(9)}", {"4"} if draw.random() < chance else {"9"})
        for word, chance in [("alpha", 0.7), ("beta", 0.2)] * 300
    ]
    machine = Machine.learn([text for text, _ in coded], coded, book=BOOK, names=("4", "9"))
    chances = machine.probabilities(["alpha 1", "beta 1"])[:, 0]
    assert chances == pytest.approx([0.7, 0.2], abs=0.1)


def test_a_code_that_nobody_used_is_unlikely_but_possible() -> None:
    machine = Machine.learn(["a b", "c d"], [("a b", {"4"}), ("c d", {"4"})], book=BOOK, names=("4", "9"))
    assert machine.probabilities(["a b"])[0] == pytest.approx([2.5 / 3, 0.5 / 3])


class Counting:
    """An encoder that remembers what it was asked."""

    def __init__(self, width: int = 2) -> None:
        self.width = width

    def encode(self, texts: list[str]) -> np.ndarray:
        return np.array([[float(len(text))] * self.width for text in texts], dtype=np.float32)


def test_an_encoder_adds_its_vectors_but_not_for_bare_answers() -> None:
    texts = ["đường xấu", "duong xau"]
    plain, better = Vectors(texts, BOOK), Vectors(texts, BOOK, Counting())
    added = better.of(texts).toarray()[:, plain.of(texts).shape[1] :]
    assert added.tolist() == [[9, 9], [0, 0]]
    assert not has_accents("duong xau")

    class Broken(Counting):
        def encode(self, texts: list[str]) -> np.ndarray:
            return np.full((1, 2), np.nan, dtype=np.float32)

    with pytest.raises(ValueError, match="one row of finite numbers"):
        Vectors(texts, BOOK, Broken()).of(texts)
