"""Two coders who sometimes err, and somebody who settles where they differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.sampling.seeded import stream
from danvan_study.tables import Codings, Texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

    from danvan_study.simulate.model import OpenQuestion

Said = tuple[str, str, str]
"""Code, act and polarity."""
ACTS = ("complaint", "request", "none")
FEELINGS = ("negative", "neutral")


def code_by_hand(texts: pd.DataFrame, question: OpenQuestion, *, seed: tuple[int, str], version: str) -> pd.DataFrame:
    """Code ``texts`` as simulated people would: each coder errs now and then, the adjudicator never.

    Parameters
    ----------
    texts
        Contract :class:`~danvan_study.tables.Texts`: phrases of the truth.
    question
        What each phrase means, and how often coders err.
    seed
        The truth's, and the wave.
    version
        Of the codebook.

    Returns
    -------
    Contract :class:`~danvan_study.tables.Codings`, undated.

    Raises
    ------
    StudyError
        A text is no phrase of the truth.
    """
    meant = _meanings(question)
    for text in texts[Texts.text]:
        if text not in meant:
            raise StudyError(
                "data/simulation.toml, [open.phrases]", say('"{text}" is no phrase.', text=text), say("Simulate again.")
            )
    truth = [meant[text] for text in texts[Texts.text]]
    names, codes = texts[Texts.text_id].to_list(), list(question.phrases)
    said = {
        coder: [_heard(one, codes, wrong=question.coders.wrong, generator=generator) for one in truth]
        for coder in question.coders.names
        for generator in [stream(*seed, coder)]
    }
    lines = [
        (name, one, coder, "coder") for coder, given in said.items() for name, one in zip(names, given, strict=True)
    ]
    lines += [
        (name, right, question.coders.adjudicator, "adjudicator")
        for name, right, *heard in zip(names, truth, *said.values(), strict=True)
        if len(set(heard)) > 1
    ]
    return _table(lines, question.question, version)


def _meanings(question: OpenQuestion) -> dict[str, Said]:
    acts = {phrase: act for act, phrases in question.acts.items() for phrase in phrases}
    feelings = {phrase: feeling for feeling, phrases in question.feelings.items() for phrase in phrases}
    return {
        phrase: (code, acts.get(phrase, ACTS[0]), feelings.get(phrase, FEELINGS[0]))
        for code, phrases in question.phrases.items()
        for phrase in phrases
    }


def _heard(right: Said, codes: Sequence[str], *, wrong: Mapping[str, float], generator: np.random.Generator) -> Said:
    """Return what a coder writes down: in each part something else with the chance of an error there."""
    offered = zip(right, (codes, ACTS, FEELINGS), ("code", "act", "polarity"), strict=True)
    heard = []
    for meant, choices, part in offered:
        others = [choice for choice in choices if choice != meant]
        slips, other = generator.random() < wrong[part] / 100, others[int(generator.integers(len(others)))]
        heard.append(other if slips else meant)
    return heard[0], heard[1], heard[2]


def _table(lines: Sequence[tuple[str, Said, str, str]], question: str, version: str) -> pd.DataFrame:
    rows = [
        dict.fromkeys(Codings.columns(), "")
        | {
            Codings.text_id: name,
            Codings.question: question,
            Codings.codes: code,
            Codings.act: act,
            Codings.polarity: feeling,
            Codings.coder: coder,
            Codings.role: role,
            Codings.codebook_version: version,
        }
        for name, (code, act, feeling), coder, role in lines
    ]
    return Codings.conform(pd.DataFrame(rows, columns=list(Codings.columns()), dtype="str"))
