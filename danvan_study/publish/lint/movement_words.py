"""Words for change: each beside its difference in points and the interval, and never more than the sample shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from danvan_study.messages import say
from danvan_study.publish.lint.figures import find_figures, nearest
from danvan_study.publish.lint.lexicon import FALL, MEASURE, NEGATED, NOT_OPINION, OPINION, RISE, STABLE, WISH
from danvan_study.publish.lint.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from danvan_study.messages import Message
    from danvan_study.publish.lint.draft import Draft, Passage, Statement
    from danvan_study.publish.lint.figures import Figure

_POINTS: Final = ("điểm %", "percentage point")
_VERDICT: Final = 4
"""A cell of so few words speaks of the figures in its row."""
_OF_WORDING: Final = re.compile(r"cách hỏi|câu chữ|bảng hỏi|ranh giới|wording|asked alike", re.IGNORECASE)
"""What may well stay as it was."""


@rule(
    "change-figures",
    cure=say("Write the change in percentage points with its interval in that sentence or row, or take the word out."),
)
def change_has_its_figures(draft: Draft) -> Iterator[tuple[Passage, Message]]:
    """“Tăng”, “giảm” stand beside the change in percentage points and its interval."""
    for statement, word, _, figure in _moved(draft):
        if figure is None:
            yield statement.passage, say("“{word}” has no change with an interval beside it.", word=word)
        elif not figure.has_unit and not any(unit in statement.around for unit in _POINTS):
            yield (
                statement.passage,
                say("“{word}”: {figure} is not in percentage points.", word=word, figure=figure.text),
            )


@rule("change-fits", cure=say("Write “no clear change”, or mend the figure."))
def change_fits_its_interval(draft: Draft) -> Iterator[tuple[Passage, Message]]:
    """“Tăng”, “giảm” go with an interval that leaves 0 out, on the side that the word says."""
    for statement, word, is_rise, figure in _moved(draft):
        if figure is None:
            continue
        if figure.low < 0 < figure.high:
            yield statement.passage, say("“{word}”: the interval {figure} contains 0.", word=word, figure=figure.text)
        elif (is_rise and figure.low < figure.high <= 0) or (not is_rise and figure.text[0] == "+"):
            yield statement.passage, say("“{word}”, but the change is {figure}.", word=word, figure=figure.text)


@rule(
    "change-allowed", cure=say("Say “rose” or “fell” only of a change of which the published table of changes says so.")
)
def change_is_allowed_by_its_verdict(draft: Draft) -> Iterator[tuple[Passage, Message]]:
    """With the study at hand: “tăng”, “giảm” only of a published change whose adjusted p allows the word."""
    verdicts = draft.known.verdicts
    for statement, word, is_rise, figure in _moved(draft) if verdicts else ():
        if figure is None or figure.low < 0 < figure.high:
            continue
        sides = (1.0, -1.0) if figure.value > 0 and not is_rise else (1.0,)
        found = [verdicts.get(_turned(figure, side)) for side in sides]
        allowed = {verdict for verdicts_of_one in found if verdicts_of_one for verdict in verdicts_of_one}
        wanted = "up" if is_rise else "down"
        if not any(found):
            yield (
                statement.passage,
                say("“{word}”: {figure} is not in the published table of changes.", word=word, figure=figure.text),
            )
        elif wanted not in allowed:
            yield (
                statement.passage,
                say("“{word}”: the published table doesn't say so of {figure}.", word=word, figure=figure.text),
            )


@rule("never-stable", cure=say("Write “no clear change”: no sample shows that nothing changed."))
def nothing_is_called_stable(draft: Draft) -> Iterator[tuple[Passage, Message]]:
    """No figure is called stable or unchanged: no sample can show that."""
    for statement in draft.told:
        for sentence in statement.sentences:
            is_verdict = bool(statement.row) and len(sentence.split()) <= _VERDICT
            for found in STABLE[draft.language].finditer(sentence):
                if _is_of_figures(f"{sentence} | {statement.row}" if is_verdict else sentence, found, draft.language):
                    yield statement.passage, say("“{word}” is said of a figure.", word=found[0].lower())


def _is_of_figures(sentence: str, found: re.Match[str], language: str) -> bool:
    """Whether a sentence calls a figure stable; not if it speaks of the questionnaire, or is a wish."""
    before, rest = sentence[: found.start()], sentence[: found.start()] + sentence[found.end() :]
    about = OPINION[language].search(rest) or MEASURE[language].search(rest)
    taken_back = WISH[language].search(before) or NEGATED[language].search(before)
    return bool(about) and not taken_back and not _OF_WORDING.search(rest)


def _moved(draft: Draft) -> Iterator[tuple[Statement, str, bool, Figure | None]]:
    """Yield each word of change with its direction and the difference it goes with."""
    language = draft.language
    for statement in draft.told:
        figures = _changes(statement.text)
        for pattern, is_rise in ((RISE[language], True), (FALL[language], False)):
            for found in pattern.finditer(statement.text):
                before = statement.text[: found.start()]
                if WISH[language].search(before) or NOT_OPINION[language].search(before):
                    continue
                if not MEASURE[language].search(statement.whole.replace(found[0], "")):
                    continue
                figure = nearest(figures, found.start()) or nearest(_changes(statement.row), 0)
                yield statement, found[0].lower(), is_rise, figure


def _changes(text: str) -> list[Figure]:
    """Return the differences of a text; where none says so, whatever has an interval and no percent sign."""
    figures = find_figures(text)
    return [one for one in figures if one.in_points] or [one for one in figures if "%" not in one.text]


def _turned(figure: Figure, side: float) -> tuple[float, float, float]:
    """Return the figure as the table has it: "giảm 4,0 (2,0–6,0)" is −4,0 there."""
    if side > 0:
        return figure.key
    return -figure.value, -figure.high, -figure.low
