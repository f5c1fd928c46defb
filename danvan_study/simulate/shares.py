"""From a level in logits to the chance of each answer: used to draw answers and to compute their truth alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, logit, softmax

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.simulate.latent import answer_level, cell_effects, level

if TYPE_CHECKING:
    from danvan_study.codebook import Codebook
    from danvan_study.simulate.model import Floats, Item, Truth, Whole
    from danvan_study.simulate.population import Population


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """The answers to one question in one wave, and what decides between them."""

    item: Item
    answers: tuple[str, ...]
    """Substantive answers, K in all, worst to best where they lie on a scale."""
    apart: tuple[str, ...]
    """Don't know, refusal, not applicable."""
    level: Floats
    """V x 8, or V x 1 x K for answers without an order."""
    apart_shares: Floats
    """Chance of each apart answer for each cell (8 x apart)."""

    def of(self, village: Whole, cell: Whole, person: Floats) -> Floats:
        """Return the chance of each substantive answer (... x K) for villages, cells and person effects (z-scores)."""
        base = np.array([self.item.shares[answer] for answer in self.answers]) / 100
        if not self.item.ordered:
            pushed = np.log(base) + self.level[village]
            return np.asarray(softmax(np.broadcast_to(pushed, (*person.shape, len(base))), axis=-1))
        shifted = self.level[village, cell] + self.item.person_sd * person
        return ordered_shares(base, shifted)


def ordered_shares(base: Floats, shift: Floats) -> Floats:
    """Move the shares ``base`` (K,) of a scale up by ``shift`` logits (...); return ... x K.

    The proportional-odds model (McCullagh 1980): P(answer <= k) = expit(cut k - shift).
    """
    cuts = logit(np.cumsum(base)[:-1])
    up_to = expit(cuts - shift[..., None])
    ends = np.zeros((*shift.shape, 1))
    return np.diff(np.concatenate([ends, up_to, ends + 1], axis=-1), axis=-1)


def chances(truth: Truth, item: Item, *, population: Population, wave: str, codebook: Codebook) -> Chances:
    """Work out the answers of ``item`` in ``wave``, in the order of the form's scores.

    Raises
    ------
    StudyError
        The truth names a question or answer that the form doesn't have.
    """
    answers = _scale(item, codebook)
    if item.ordered:
        pushed = level(truth, item, population=population, wave=wave, version=codebook.version)
    else:
        pushed = answer_level(truth, item, population=population, wave=wave, answers=answers)
    percent = np.array(list(item.apart.values()))
    total = percent.sum() / 100
    moved = expit(logit(total) + cell_effects(truth.nonanswer)) if total else np.zeros(8)
    split = percent / percent.sum() if total else percent
    return Chances(
        item=item, answers=answers, apart=tuple(item.apart), level=pushed, apart_shares=moved[:, None] * split[None, :]
    )


def _scale(item: Item, codebook: Codebook) -> tuple[str, ...]:
    """Return the answers worst to best by the form's scores; without scores, in the form's order."""
    where = say("data/simulation.toml, question {question}", question=item.question)
    question = codebook.question(item.question)
    if question is None:
        raise StudyError(
            where, say("the form {form} has no such question.", form=codebook.source), say("Mend the name.")
        )
    offered = {choice.name: choice for choice in question.choices}
    for name in (*item.shares, *item.apart):
        if name not in offered:
            raise StudyError(
                where,
                say('the form {form} has no answer "{name}".', form=codebook.source, name=name),
                say("Mend the answer."),
            )
    scored = [choice for choice in question.choices if choice.name in item.shares]
    return tuple(choice.name for choice in sorted(scored, key=lambda choice: choice.score or 0.0))
