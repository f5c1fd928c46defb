"""Words for how many: each beside its figure, and no stronger than its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from danvan_study.messages import say
from danvan_study.publish.lint.figures import find_figures, has_base, nearest
from danvan_study.publish.lint.lexicon import QUANTIFIERS, VAGUE
from danvan_study.publish.lint.registry import rule
from danvan_study.publish.words import quantifiers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from danvan_study.messages import Message
    from danvan_study.publish.lint.draft import Draft, Passage, Statement
    from danvan_study.publish.lint.figures import Figure

_ALLOWED: Final = {
    "overwhelming_majority": "cận dưới từ 85 %",
    "majority": say("the lower limit is above 50 %"),
    "about_half": say("the interval holds 50 % and is no wider than 12 points"),
    "many": say("the interval lies in 20–50 %"),
    "some": say("the lower limit is from 5 % on, the upper below 25 %"),
}


@rule("quantifier-figures", cure=say("Write share, interval and n in that sentence or row, or take the word out."))
def quantifier_has_its_figures(draft: Draft) -> Iterator[tuple[Passage, Message]]:
    """Words for how many stand beside share, interval and base, in the same sentence or row."""
    for statement, _, word, figure in _quantified(draft):
        told, base = word.lower(), has_base(statement.whole)
        if not figure and not base:
            yield statement.passage, say("“{word}” has neither share and interval nor n beside it.", word=told)
        elif not figure:
            yield statement.passage, say("“{word}” has no share with its interval beside it.", word=told)
        elif not base:
            yield statement.passage, say("“{word}” has no n (number of answers) beside it.", word=told)


@rule("quantifier-fits", cure=say("Use a word that the interval allows, or the figure alone."))
def quantifier_fits_its_interval(draft: Draft) -> Iterator[tuple[Passage, Message]]:
    """Words for how many claim no more than the interval allows."""
    for statement, kind, word, figure in _quantified(draft):
        if figure and kind not in quantifiers(figure.low, figure.high):
            what = say(
                "“{word}” may be said where {allowed}; here the interval is {interval}.",
                word=word.lower(),
                allowed=_ALLOWED[kind],
                interval=_interval(figure),
            )
            yield statement.passage, what


@rule("vague-quantifier", cure=say("Better say a number."), is_warning=True)
def quantifier_is_a_known_one(draft: Draft) -> Iterator[tuple[Passage, Message]]:
    """Words for how many that no rule binds to an interval are better said as a number."""
    for statement in draft.told:
        for found in VAGUE[draft.language].finditer(statement.text):
            yield statement.passage, say("“{word}” has no threshold.", word=found[0].lower())


def _quantified(draft: Draft) -> Iterator[tuple[Statement, str, str, Figure | None]]:
    """Yield each quantifier with the rule it falls under and the share it goes with."""
    for statement in draft.told:
        shares = _shares(statement.text)
        for kind, pattern in QUANTIFIERS[draft.language].items():
            for found in pattern.finditer(statement.text):
                figure = nearest(shares, found.start()) or nearest(_shares(statement.row), 0)
                yield statement, kind, found[0], figure


def _shares(text: str) -> list[Figure]:
    return [figure for figure in find_figures(text) if not figure.in_points]


def _interval(figure: Figure) -> str:
    return figure.text[figure.text.find("(") :] if "(" in figure.text else figure.text
