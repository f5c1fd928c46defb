"""Words for how many: each beside its figure, and no stronger than its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from danvan_study.publish.lint.figures import find_figures, has_base, nearest
from danvan_study.publish.lint.lexicon import QUANTIFIERS, VAGUE
from danvan_study.publish.lint.registry import rule
from danvan_study.publish.words import quantifiers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from danvan_study.publish.lint.draft import Draft, Passage, Statement
    from danvan_study.publish.lint.figures import Figure

_ALLOWED: Final = {
    "overwhelming_majority": "cận dưới từ 85 %",
    "majority": "cận dưới trên 50 %",
    "about_half": "khoảng chứa 50 % và rộng không quá 12 điểm",
    "many": "khoảng nằm trong 20–50 %",
    "some": "cận dưới từ 5 %, cận trên dưới 25 %",
}


@rule("quantifier-figures", cure="Ghi tỷ lệ, khoảng tin cậy và n ngay trong câu hoặc dòng đó, hoặc bỏ chữ ấy.")
def quantifier_has_its_figures(draft: Draft) -> Iterator[tuple[Passage, str]]:
    """Words for how many stand beside share, interval and base, in the same sentence or row."""
    for statement, _, word, figure in _quantified(draft):
        lacks = [] if figure else ["tỷ lệ kèm khoảng tin cậy"]
        lacks += [] if has_base(statement.whole) else ["n (số người trả lời)"]
        if lacks:
            yield statement.passage, f"“{word.lower()}” không có {' và '.join(lacks)}."


@rule("quantifier-fits", cure="Dùng chữ mà khoảng tin cậy cho phép, hoặc chỉ nêu con số.")
def quantifier_fits_its_interval(draft: Draft) -> Iterator[tuple[Passage, str]]:
    """Words for how many claim no more than the interval allows."""
    for statement, kind, word, figure in _quantified(draft):
        if figure and kind not in quantifiers(figure.low, figure.high):
            what = f"“{word.lower()}” chỉ dùng khi {_ALLOWED[kind]}; ở đây khoảng tin cậy là {_interval(figure)}."
            yield statement.passage, what


@rule("vague-quantifier", cure="Nên thay bằng con số.", is_warning=True)
def quantifier_is_a_known_one(draft: Draft) -> Iterator[tuple[Passage, str]]:
    """Words for how many that no rule binds to an interval are better said as a number."""
    for statement in draft.told:
        for found in VAGUE[draft.language].finditer(statement.text):
            yield statement.passage, f"“{found[0].lower()}” không có ngưỡng nào."


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
