"""The smallest model of text there is: a table of word vectors as ONNX, and the tokenizer that goes with it.

An ONNX file is a protobuf message (onnx.proto, IR version 8): written here field by field, it needs no package that
only tests would use.
"""

from __future__ import annotations

import json
import struct
from itertools import chain

FLOAT, INT64 = 1, 7  # TensorProto.DataType
WORDS = {"đường": (3.0, 0.0), "xấu": (0.0, 4.0), "cầu": (3.0, 0.0), "hỏng": (0.0, 4.0), "vui": (-1.0, 0.0)}
VECTORS = ((0.0, 0.0), *WORDS.values())


def tiny_model(vectors=VECTORS, *, inputs=("input_ids", "attention_mask")) -> bytes:
    """Return a model that looks each token up in ``vectors``, that of an unknown word first."""
    numbers = list(chain.from_iterable(vectors))
    table = (
        b"".join(_number(1, size) for size in (len(vectors), len(vectors[0])))
        + _number(2, FLOAT)
        + _text(8, "table")
        + _bytes(9, struct.pack(f"<{len(numbers)}f", *numbers))
    )
    look_up = _text(1, "table") + _text(1, inputs[0]) + _text(2, "last_hidden_state") + _text(4, "Gather")
    graph = (
        _bytes(1, look_up)
        + _text(2, "tiny")
        + _bytes(5, table)
        + b"".join(_bytes(11, _value(name, INT64, ("batch", "tokens"))) for name in inputs)
        + _bytes(12, _value("last_hidden_state", FLOAT, ("batch", "tokens", "width")))
    )
    return _number(1, 8) + _bytes(7, graph) + _bytes(8, _number(2, 17))


def tiny_tokenizer() -> bytes:
    """Return a tokenizer that takes each word of :data:`WORDS` as one token."""
    known = {word: place for place, word in enumerate(("[UNK]", *WORDS))}
    content = {
        "version": "1.0",
        "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": {"type": "Whitespace"},
        "model": {"type": "WordLevel", "vocab": known, "unk_token": "[UNK]"},
        "added_tokens": [],
    }
    return json.dumps(content, ensure_ascii=False).encode()


def _value(name, kind, shape):
    dimensions = b"".join(_bytes(1, _text(2, size)) for size in shape)
    return _text(1, name) + _bytes(2, _bytes(1, _number(1, kind) + _bytes(2, dimensions)))


def _number(field, value):
    return _varint(field << 3) + _varint(value)


def _bytes(field, content):
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _text(field, content):
    return _bytes(field, content.encode())


def _varint(value):
    low, rest = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + _varint(rest) if rest else bytes([low])
