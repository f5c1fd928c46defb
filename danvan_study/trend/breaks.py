"""Where a line must not be drawn through: the waves from which on a question was asked in another way.

A recorded decision may draw a marked join over a break of wording. It joins what the eye sees: figures, tests and
pooled periods of the two wordings stay apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.messages import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from danvan_study.codebook import Question
    from danvan_study.study import Splice


def find_breaks(fingerprints: Mapping[str, Mapping[str, str]]) -> dict[str, tuple[str, ...]]:
    """Return for each question the waves that asked it otherwise than the wave before that asked it.

    Parameters
    ----------
    fingerprints
        Wave, in order of time, to question to fingerprint of its wording, answers and scores.
    """
    last: dict[str, str] = {}
    breaks: dict[str, tuple[str, ...]] = {}
    for wave, questions in fingerprints.items():
        for name, fingerprint in questions.items():
            if last.setdefault(name, fingerprint) != fingerprint:
                breaks[name] = (*breaks.get(name, ()), wave)
            last[name] = fingerprint
    return breaks


def check_splices(
    splices: Sequence[Splice], asked: Mapping[str, Mapping[str, Question]], *, language: str
) -> tuple[Splice, ...]:
    """Return the splices that the waves so far call for.

    Parameters
    ----------
    splices
        Recorded decisions; those of waves that are not here yet wait.
    asked
        Wave, in order of time, to question to how it was asked.
    language
        In which wordings are compared.

    Raises
    ------
    StudyError
        There is no break to splice, or more than the wording changed: other answers or scores make another scale.
    """
    called_for = []
    for splice in splices:
        if splice.wave not in asked:
            continue
        waves = list(asked)
        before = [asked[wave].get(splice.question) for wave in waves[: waves.index(splice.wave)]]
        earlier = next((question for question in reversed(before) if question), None)
        later = asked[splice.wave].get(splice.question)
        where = say("study.toml, [[splice]] {question} {wave}", question=splice.question, wave=splice.wave)
        if earlier is None or later is None or earlier.fingerprint(language) == later.fingerprint(language):
            raise StudyError(
                where, say("the question was not reworded there."), say("Take the block out, or mend the wave.")
            )
        if (earlier.kind, earlier.offered(language)) != (later.kind, later.offered(language)):
            raise StudyError(
                where,
                say("its answers or their scores changed too: that is another scale."),
                say("Take the block out: only a change of wording can be spliced."),
            )
        called_for.append(splice)
    return tuple(called_for)
