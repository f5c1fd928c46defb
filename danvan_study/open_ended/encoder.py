"""Text vectors from a model in the user's own folder: ONNX and its tokenizer, on this machine and on nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from danvan_study.errors import StudyError
from danvan_study.messages import Words, joined, say

if TYPE_CHECKING:
    from typing import NoReturn

MODEL, TOKENIZER = "model.onnx", "tokenizer.json"
MOST_TOKENS: Final = 256
"""An answer is cut there: small models know no more places."""
_HIDDEN: Final = "last_hidden_state"
_TYPES: Final = {"tensor(int64)": np.int64, "tensor(int32)": np.int32}


class OnnxEncoder:
    """Mean of the model's token vectors, scaled to length 1 (Reimers and Gurevych 2019, arXiv 1908.10084, section 3).

    Texts go through one by one on one thread: a vector depends on its text alone, and is the same every time.

    Parameters
    ----------
    model
        Content of ``model.onnx``, its weights inside.
    tokenizer
        Content of ``tokenizer.json``.
    folder
        Where both come from, for messages.

    Raises
    ------
    StudyError
        The packages of the extra ``vectors`` are not installed; a file can't be used; the two don't fit one another.
    """

    def __init__(self, model: bytes, tokenizer: bytes, *, folder: str) -> None:
        try:
            # Loading them takes half a second that only a study with text vectors should spend.
            import onnxruntime  # noqa: PLC0415 -- see above
            import tokenizers  # noqa: PLC0415 -- see above
        except ImportError as error:
            raise StudyError(
                "study.toml, [open] vectors",
                say("text vectors need the package {package}.", package=error.name),
                say('pip install "danvan-study[vectors]", or take the line out.'),
            ) from error
        self._folder = folder
        onnxruntime.disable_telemetry_events()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.use_deterministic_compute = True
        options.log_severity_level = 4  # what goes wrong is told once, below
        try:
            self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # noqa: BLE001 -- the package's errors share no other class
            self._refuse(MODEL, say("this is no ONNX model with its weights inside"), error)
        try:
            self._tokenizer = tokenizers.Tokenizer.from_str(tokenizer.decode("utf-8-sig"))
        except Exception as error:  # noqa: BLE001 -- the package raises Exception itself
            self._refuse(TOKENIZER, say("this is no tokenizer"), error)
        self._tokenizer.enable_truncation(MOST_TOKENS)
        self._tokenizer.no_padding()
        outputs = [output.name for output in self._session.get_outputs()]
        self._output = _HIDDEN if _HIDDEN in outputs else outputs[0]
        self._width = len(self._of_one("đường"))

    def encode(self, texts: list[str]) -> npt.NDArray[np.float32]:
        """Return one row per text (texts x width)."""
        rows = [self._of_one(text) for text in texts]
        return np.array(rows, dtype=np.float32).reshape(len(texts), self._width)

    def _of_one(self, text: str) -> npt.NDArray[np.float32]:
        tokens = self._tokenizer.encode(text)
        if not tokens.ids:
            return np.zeros(self._width, dtype=np.float32)
        given = {"input_ids": tokens.ids, "attention_mask": tokens.attention_mask, "token_type_ids": tokens.type_ids}
        try:
            wanted = {
                one.name: np.array([given[one.name]], dtype=_TYPES[one.type]) for one in self._session.get_inputs()
            }
            (states,) = self._session.run([self._output], wanted)
        except Exception as error:  # noqa: BLE001 -- as above; a KeyError is an input that no text has
            self._refuse(MODEL, say("this model does not read what the tokenizer gives"), error)
        if states.ndim != 3 or states.shape[:2] != (1, len(tokens.ids)) or not np.isfinite(states).all():
            self._refuse(
                MODEL,
                say(
                    "this is no model of text: {output} holds no vector of finite numbers for each token",
                    output=self._output,
                ),
            )
        mean: npt.NDArray[np.float32] = states[0].mean(axis=0, dtype=np.float32)
        return mean / max(float(np.linalg.norm(mean)), 1e-12)

    def _refuse(self, file: str, what: Words, cause: Exception | None = None) -> NoReturn:
        because = f" ({str(cause).strip().splitlines()[0][:160]})" if cause and str(cause).strip() else ""
        raise StudyError(
            f"{self._folder}/{file}",
            joined([what, because, "."], ""),
            say(
                "Export the model again, {model} and {tokenizer} together, or take [open] vectors out of study.toml.",
                model=MODEL,
                tokenizer=TOKENIZER,
            ),
        ) from cause
