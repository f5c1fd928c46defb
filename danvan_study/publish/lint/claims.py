"""What a survey cannot say: causes, official statistics, an order of places; and what its author left open."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from danvan_study.publish.lint.draft import Part
from danvan_study.publish.lint.figures import find_figures, find_lone
from danvan_study.publish.lint.lexicon import AREA, CAUSE, NEGATED, OFFICE_OF_STATISTICS, OFFICIAL, OPINION, RANK
from danvan_study.publish.lint.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from danvan_study.publish.lint.draft import Draft, Passage

_LEFT: Final = re.compile(r"\[(?:…|\.\.\.|[^\[\]]{8,})\]")
_SILENT: Final = {Part.ALT, Part.COMMENT}


@rule(
    "cause",
    cure="Khảo sát cho biết bao nhiêu, không cho biết vì sao: tách câu, hoặc viết “cùng lúc với”.",
    is_warning=True,
)
def no_cause_beside_a_figure(draft: Draft) -> Iterator[tuple[Passage, str]]:
    """Beside a figure no word claims a cause: the design does not show any."""
    for passage, sentence, found in _said(draft, CAUSE):
        if find_figures(sentence) or find_lone(sentence):
            yield passage, f"“{found}” nói về nguyên nhân bên cạnh con số."


@rule("official-statistics", cure="Gọi là “kết quả khảo sát dư luận”.")
def a_survey_is_no_official_statistic(draft: Draft) -> Iterator[tuple[Passage, str]]:
    """Results of a survey are not called official statistics."""
    for passage, sentence, found in _said(draft, OFFICIAL):
        if OPINION[draft.language].search(sentence) and not OFFICE_OF_STATISTICS.search(sentence):
            yield passage, f"“{found.lower()}” không phải là tên của kết quả khảo sát."


@rule("ranking", cure="Bỏ thứ hạng: số liệu này không dùng để xếp hạng địa bàn hay cán bộ.")
def places_are_not_ranked(draft: Draft) -> Iterator[tuple[Passage, str]]:
    """No area and no official is ranked."""
    for passage, sentence, found in _said(draft, RANK):
        if AREA[draft.language].search(sentence):
            yield passage, f"“{found}” là xếp hạng."


@rule("simulated-mark", cure="Ghi dòng “SỐ LIỆU MÔ PHỎNG” như bản gốc.")
def simulated_figures_say_so(draft: Draft) -> Iterator[tuple[Passage, str]]:
    """Answers that were simulated are called so, as in the original."""
    mark = draft.known.simulated_mark
    if mark and draft.passages and mark.lower() not in draft.text.lower():
        yield draft.passages[0], f"không còn dòng “{mark}”."


@rule("left-blank", cure="Viết phần này, hoặc bỏ ngoặc vuông.", is_warning=True)
def nothing_is_left_to_write(draft: Draft) -> Iterator[tuple[Passage, str]]:
    """Nothing stands in square brackets any more for an author to write."""
    for passage in draft.everything:
        for found in _LEFT.finditer(passage.text):
            yield passage, f"{found[0]} chưa viết."


def _said(draft: Draft, words: Mapping[str, re.Pattern[str]]) -> Iterator[tuple[Passage, str, str]]:
    """Yield where one of the words is said and not taken back: passage, sentence, word."""
    for statement in draft.statements:
        if statement.passage.part in _SILENT:
            continue
        for sentence in statement.sentences:
            for found in words[draft.language].finditer(sentence):
                if not NEGATED[draft.language].search(sentence[: found.start()]):
                    yield statement.passage, sentence, found[0]
