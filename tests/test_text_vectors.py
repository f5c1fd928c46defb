"""Text vectors from the user's own folder: right, the same each time, off the network, plainly refused if broken."""

from __future__ import annotations

import builtins
import math
import socket
from pathlib import Path

import numpy as np
import pytest

from danvan_study.errors import StudyError
from danvan_study.open_ended.encoder import MOST_TOKENS, OnnxEncoder
from danvan_study.open_ended.issues import read_issues
from danvan_study.open_ended.machine import Machine
from danvan_study.open_ended.vectors import Vectors
from tests.tiny_model import tiny_model, tiny_tokenizer

ROOT = Path(__file__).parents[1]
BOOK = read_issues((ROOT / "data/codes/issues.toml").read_text(encoding="utf-8"), "issues.toml")


def encoder(model=None, tokenizer=None):
    return OnnxEncoder(model or tiny_model(), tokenizer or tiny_tokenizer(), folder="vectors")


def test_a_vector_is_the_mean_of_its_words_at_length_one():
    found = encoder().encode(["đường xấu", "Đường đường xấu xấu", "cầu", "lạ", ""])
    assert found.dtype == np.float32
    assert found == pytest.approx(np.array([[0.6, 0.8], [0.6, 0.8], [1, 0], [0, 0], [0, 0]]), abs=1e-6)
    assert encoder().encode([]).shape == (0, 2)


def test_a_vector_depends_on_its_text_alone_and_is_the_same_each_time():
    texts = ["đường xấu", "cầu hỏng hỏng vui", "vui"]
    together = encoder().encode(texts)
    alone = np.vstack([encoder().encode([text]) for text in reversed(texts)])[::-1]
    assert together.tobytes() == encoder().encode(texts).tobytes() == alone.tobytes()


def test_a_very_long_answer_is_cut():
    assert encoder().encode(["vui " * MOST_TOKENS + "đường " * 5000]).tolist() == [[-1, 0]]


def test_a_bare_answer_falls_back_to_its_folded_words():
    texts = ["đường xấu", "duong xau"]
    plain, better = Vectors(texts, BOOK), Vectors(texts, BOOK, encoder())
    words = plain.of(texts).toarray()
    added = better.of(texts).toarray()
    assert added[:, : words.shape[1]].tolist() == words.tolist()
    assert added[:, words.shape[1] :] == pytest.approx(np.array([[0.6, 0.8], [0, 0]]))


def test_the_machine_reads_a_word_that_nobody_coded_by_its_neighbour():
    coded = [("đường", {"4"}), ("vui", {"9"})] * 20
    chances = [
        Machine.learn([text for text, _ in coded], coded, book=BOOK, names=("4", "9"), encoder=vectors).probabilities(
            ["cầu"]
        )[0, 0]
        for vectors in (None, encoder())
    ]
    keywords_alone, with_vectors = chances
    assert with_vectors > max(0.9, keywords_alone)


def test_nothing_is_asked_of_the_network(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("the network was touched")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert encoder().encode(["đường"]).tolist() == [[1, 0]]
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "tokenizers==" in lock
    assert "huggingface-hub" not in lock  # what tokenizers would download models with


@pytest.mark.parametrize(
    ("model", "tokenizer", "message"),
    [
        (b"<html>404</html>", None, r"vectors/model\.onnx: this is no ONNX model"),
        (tiny_model()[:-40], None, r"vectors/model\.onnx: this is no ONNX model"),
        (None, b'{"version"', r"vectors/tokenizer\.json: this is no tokenizer"),
        (None, b"\xff\xfe\x00", r"vectors/tokenizer\.json: this is no tokenizer"),
        (
            tiny_model(inputs=("input_ids", "pixel_values")),
            None,
            "does not read what the tokenizer gives .'pixel_values'",
        ),
        (tiny_model([(1.0,)]), None, r"vectors/model\.onnx: this model does not read what"),  # fewer words
        (tiny_model([(math.nan,)] * 6), None, "no vector of finite numbers"),
    ],
)
def test_a_broken_folder_is_refused_in_one_line_when_it_is_read(model, tokenizer, message, capfd):
    with pytest.raises(StudyError, match=message) as told:
        encoder(model, tokenizer)
    assert "\n" not in str(told.value)
    assert capfd.readouterr() == ("", "")


def test_without_the_packages_the_study_says_what_to_install(monkeypatch):
    import_it = builtins.__import__

    def no_onnxruntime(name, *args, **kwargs):
        if name == "onnxruntime":
            raise ModuleNotFoundError(name, name=name)
        return import_it(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", no_onnxruntime)
    with pytest.raises(StudyError, match=r"need the package onnxruntime.*danvan-study\[vectors\]"):
        encoder()
