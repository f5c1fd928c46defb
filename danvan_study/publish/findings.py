"""What can be said for sure: clear changes first, then what most people answer, each bound to its figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from danvan_study.codebook import Role
from danvan_study.publish import words
from danvan_study.publish.blocks import Block, Bullets, Paragraph
from danvan_study.publish.movements import Movement, movements_of
from danvan_study.publish.results import is_too_good, key_reading, wording
from danvan_study.publish.trends import comparisons_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.publish.context import BriefContext
    from danvan_study.publish.results import Reading, Result
    from danvan_study.study import Comparison

_OPINIONS: Final = (Role.OPINION, Role.FILTER, Role.UNSTATED)
_CLEAR: Final = ("up", "down")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How the figure of a question differs from an earlier period's."""

    result: Result
    reading: Reading
    movement: Movement

    @property
    def is_clear(self) -> bool:
        """Whether it may be called a rise or a fall."""
        return self.movement.verdict in _CLEAR

    @property
    def strength(self) -> float:
        """How far it is from nothing, in half widths of its interval."""
        return abs(self.movement.change) / max((self.movement.high - self.movement.low) / 2, 1e-9)


def scales_of(shown: Sequence[Result]) -> list[Result]:
    """Return the opinion questions on a scale."""
    return [result for result in shown if result.is_scale and result.question.role in _OPINIONS]


def changes_since(context: BriefContext, comparison: Comparison, shown: Sequence[Result]) -> list[Change]:
    """Return the changes that can be told since the other period, the clearest first."""
    if context.history is None:
        return []
    movements, found = movements_of(context.history.changes), []
    for result in scales_of(shown):
        reading = key_reading(result)
        movement = movements.get(comparison, result.name, reading) if reading else None
        if reading and movement and movement.is_shown:
            found.append(Change(result=result, reading=reading, movement=movement))
    return sorted(found, key=lambda change: -change.strength)


def change_blocks(context: BriefContext, shown: Sequence[Result]) -> list[Block]:
    """Say for each comparison which questions changed clearly, or that none did."""
    texts, language = words.phrases(context.language), context.language
    blocks: list[Block] = []
    for comparison in comparisons_of(context):
        changes = changes_since(context, comparison, shown)
        clear = [change for change in changes if change.is_clear]
        if not changes:
            continue
        blocks.append(
            Paragraph(
                text=texts["changes_clear" if clear else "changes_unclear"].format(
                    against=words.period_name(comparison.against, language),
                    count=words.number(len(changes), language),
                    clear=words.number(len(clear), language),
                ),
                style="lead" if clear else "body",
            )
        )
        if clear:
            blocks.append(Bullets(items=tuple(_told(change, language) for change in clear)))
    return blocks


def _told(change: Change, language: str) -> str:
    return words.phrases(language)["change_told"].format(
        question=wording(change.result, language),
        answers=words.listed(change.result.positive_answers(language), language),
        verdict=change.movement.word(language),
        change=change.movement.figure(language),
        figures=change.reading.text(language),
        n=words.number(change.reading.n, language),
    )


def findings(context: BriefContext, shown: Sequence[Result], *, headlines: Sequence[str], count: int = 3) -> list[str]:
    """Return the sentences that a summary opens with, each on a topic of its own as far as there are enough.

    Clear changes come first, the clearest foremost, or the sentence that nothing changed clearly. Then questions that
    are no headline: of which most people give a negative answer, then of which most give a positive one, by the bound
    of the interval that the phrase hangs on. Shares so high that the method must be looked at are no finding.
    """
    language = context.language
    told: list[tuple[str, str]] = []
    for comparison in comparisons_of(context):
        changes = changes_since(context, comparison, shown)
        clear = [change for change in changes if change.is_clear]
        told += [(change.result.question.topic, _since(change, comparison, language)) for change in clear]
        if changes and not clear:
            told.append((f"none {comparison.against.id}", _nothing(changes, comparison, language)))
    others = [result for result in scales_of(shown) if result.name not in headlines]
    told += _majorities(others, language) or _majorities(scales_of(shown), language)
    firsts: dict[str, str] = {}
    for topic, sentence in told:
        firsts.setdefault(topic, sentence)
    chosen = list(firsts.values())[:count]
    return chosen + [sentence for _, sentence in told if sentence not in chosen][: count - len(chosen)]


def _since(change: Change, comparison: Comparison, language: str) -> str:
    texts = words.phrases(language)
    return texts["finding_since"].format(
        against=words.period_name(comparison.against, language), told=_told(change, language)
    )


def _nothing(changes: Sequence[Change], comparison: Comparison, language: str) -> str:
    return words.phrases(language)["changes_unclear"].format(
        against=words.period_name(comparison.against, language), count=words.number(len(changes), language)
    )


def _majorities(results: Sequence[Result], language: str) -> list[tuple[str, str]]:
    """Return topic and sentence of each question on which most people agree, negative answers before positive ones."""
    found = []
    for order, kind in enumerate(("negative", "positive")):
        for result in results:
            reading = result.summary.get(kind)
            if reading is None or not reading.is_shown or reading.is_doubtful or is_too_good(result):
                continue
            if words.quantifier(reading.low, reading.high) in {"majority", "overwhelming_majority"}:
                answers = result.positive_answers(language) if kind == "positive" else result.negative_answers(language)
                sentence = f"{wording(result, language)} {words.answer_sentence(answers, reading, language)}"
                found.append((order, -reading.low, result.question.topic, sentence))
    return [(topic, sentence) for _, _, topic, sentence in sorted(found)]
