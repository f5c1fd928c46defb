"""What a survey cannot say: causes, official statistics, an order of places; and what its author left open."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from danvan_study.messages import say
from danvan_study.publish.lint.draft import Part
from danvan_study.publish.lint.figures import find_figures, find_lone
from danvan_study.publish.lint.lexicon import AREA, CAUSE, NEGATED, OFFICE_OF_STATISTICS, OFFICIAL, OPINION, RANK
from danvan_study.publish.lint.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from danvan_study.messages import Message
    from danvan_study.publish.lint.draft import Draft, Passage

_LEFT: Final = re.compile(r"\[(?:…|\.\.\.|[^\[\]]{8,})\]")
_SILENT: Final = {Part.ALT, Part.COMMENT}


@rule(
    "cause",
    cure=say("A survey tells how many, not why: part the sentence, or write “at the same time as”."),
    is_warning=True,
)
def no_cause_beside_a_figure(draft: Draft) -> Iterator[tuple[Passage, Message]]:
    """Beside a figure no word claims a cause: the design does not show any."""
    for passage, sentence, found in _said(draft, CAUSE):
        if find_figures(sentence) or find_lone(sentence):
            yield passage, say("“{word}” speaks of a cause beside a figure.", word=found)


@rule("official-statistics", cure=say("Call it “results of the opinion survey”."))
def a_survey_is_no_official_statistic(draft: Draft) -> Iterator[tuple[Passage, Message]]:
    """Results of a survey are not called official statistics."""
    for passage, sentence, found in _said(draft, OFFICIAL):
        if OPINION[draft.language].search(sentence) and not OFFICE_OF_STATISTICS.search(sentence):
            yield passage, say("“{word}” is no name of a survey's results.", word=found.lower())


@rule("ranking", cure=say("Take the rank out: these data are not for ranking areas or officials."))
def places_are_not_ranked(draft: Draft) -> Iterator[tuple[Passage, Message]]:
    """No area and no official is ranked."""
    for passage, sentence, found in _said(draft, RANK):
        if AREA[draft.language].search(sentence):
            yield passage, say("“{word}” is a ranking.", word=found)


@rule("simulated-mark", cure=say("Write the line “SỐ LIỆU MÔ PHỎNG” as in the original."))
def simulated_figures_say_so(draft: Draft) -> Iterator[tuple[Passage, Message]]:
    """Answers that were simulated are called so, as in the original."""
    mark = draft.known.simulated_mark
    if mark and draft.passages and mark.lower() not in draft.text.lower():
        yield draft.passages[0], say("the line “{mark}” is gone.", mark=mark)


@rule("left-blank", cure=say("Write this part, or take the square brackets out."), is_warning=True)
def nothing_is_left_to_write(draft: Draft) -> Iterator[tuple[Passage, Message]]:
    """Nothing stands in square brackets any more for an author to write."""
    for passage in draft.everything:
        for found in _LEFT.finditer(passage.text):
            yield passage, say("{part} is not written.", part=found[0])


def _said(draft: Draft, words: Mapping[str, re.Pattern[str]]) -> Iterator[tuple[Passage, str, str]]:
    """Yield where one of the words is said and not taken back: passage, sentence, word."""
    for statement in draft.statements:
        if statement.passage.part in _SILENT:
            continue
        for sentence in statement.sentences:
            for found in words[draft.language].finditer(sentence):
                if not NEGATED[draft.language].search(sentence[: found.start()]):
                    yield statement.passage, sentence, found[0]
