"""What is usual among interviewers, and who lies outside it: each a question to the supervisor, never a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache, update_wrapper
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from danvan_study.check.alike import compare_interviews
from danvan_study.check.funnel import Standing, compare, set_apart
from danvan_study.check.material import BLANK
from danvan_study.check.registry import Finding, Severity, check
from danvan_study.check.rules import asked_if_relevant
from danvan_study.check.scales import FEWEST_ITEMS, same_position, scale_items
from danvan_study.codebook import QuestionKind
from danvan_study.tables import MIDDLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from danvan_study.check.material import Floats, Material

FAMILY_ERROR = 0.05
"""Highest share of waves in which any honest interviewer is named by any of these checks."""
CLOSED = (QuestionKind.SELECT_ONE, QuestionKind.SELECT_MULTIPLE, QuestionKind.INTEGER, QuestionKind.DECIMAL)
FEWEST_ROUND = 20
"""Distinct numbers that a question must have for its rounding to be looked at."""


class Side(Enum):
    """On which side of the others an interviewer is asked about."""

    HIGH = 1
    LOW = -1
    BOTH = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """A measure of every interview, by whose mean interviewers are compared."""

    name: str
    belief: str
    side: Side
    measure: Callable[[Material], Floats]
    within_areas: bool = False
    """Whether areas may honestly differ in it, so that only interviewers of one area are compared."""

    def standings(self, material: Material) -> list[Standing]:
        """Return every interviewer among the others."""
        return compare(self.measure(material), material.work, within_areas=self.within_areas)

    def chance(self, standing: Standing) -> float:
        """Return the p value of a standing, on the side that this habit asks about."""
        return standing.p(self.side.value)


HABITS: dict[str, Habit] = {}


def habit(
    belief: str, side: Side, *, within_areas: bool = False
) -> Callable[[Callable[[Material], Floats]], Callable[[Material], Floats]]:
    """Enter a measure, and the check that compares interviewers by it."""

    def enter(measure: Callable[[Material], Floats]) -> Callable[[Material], Floats]:
        each = Habit(name=measure.__name__, belief=belief, side=side, measure=measure, within_areas=within_areas)
        HABITS[each.name] = each

        def find(material: Material) -> Iterator[Finding]:
            return _outside(each, material)

        check(Severity.QUESTION, belief)(update_wrapper(find, measure))
        return measure

    return enter


def _outside(each: Habit, material: Material) -> Iterator[Finding]:
    for name, standing in outside(material):
        if name == each.name:
            side = "cao hơn" if standing.is_high else "thấp hơn"
            peers = " cùng địa bàn" if each.within_areas else ""
            yield Finding(
                interviewer=standing.interviewer,
                value=f"{standing.mean:.3g}",
                rule=f"thường gặp {standing.usual:.3g}; p = {each.chance(standing):.1g}; {standing.interviews} phiếu",
                message=f"{each.belief} Số đo của điều tra viên này {side} các điều tra viên khác{peers}.",
            )


@lru_cache(maxsize=2)
def outside(material: Material) -> list[tuple[str, Standing]]:
    """Return the interviewers who lie outside, each with the habit: one family of tests for the whole wave."""
    standings = {
        (name, standing.interviewer): standing for name, each in HABITS.items() for standing in each.standings(material)
    }
    chances = {test: HABITS[test[0]].chance(standing) for test, standing in standings.items()}
    return [(test[0], standings[test]) for test in set_apart(chances, FAMILY_ERROR)]


@habit("Phiếu của một điều tra viên không giống nhau hơn phiếu của người khác.", Side.HIGH)
def own_interviews_are_no_copies(material: Material) -> Floats:
    """Compare how much better the nearest neighbour of the same interviewer matches than the nearest of the others."""
    likeness = compare_interviews(material)
    if likeness is None:
        return _nothing(material)
    comparable = (likeness.own >= 0) & (likeness.elsewhere >= 0)
    return np.where(comparable, likeness.own - likeness.elsewhere, np.nan)


@habit("Thang đo được đọc hết cho người trả lời.", Side.HIGH)
def scales_are_read_out(material: Material) -> Floats:
    """Compare the mean share of scale items answered at an interview's most frequent position (8 items at least)."""
    share, items = same_position(material)
    return np.where(items >= FEWEST_ITEMS, share, np.nan)


@habit("Tỷ lệ không có ý kiến tương tự giữa các điều tra viên.", Side.BOTH)
def people_state_an_opinion(material: Material) -> Floats:
    """Compare the mean share of "don't know", "refused" and the like among the closed answers."""
    items = material.items(*CLOSED)
    places = [material.grid.questions.index(name) for name in items]
    answered = (material.grid.codes[:, places] != BLANK).sum(axis=1)
    return _ratio(material.grid.is_missing[:, places].sum(axis=1), answered)


@habit("Mức tán thành tương tự giữa các điều tra viên cùng địa bàn.", Side.BOTH, within_areas=True)
def people_do_not_always_agree(material: Material) -> Floats:
    """Compare the share of answers above the middle of their scale with what the area's other interviewers get.

    Areas differ in opinion, and no interviewer is to be asked about that; one who is alone in an area is not compared.
    """
    scores = material.grid.scores
    return _ratio((scores > MIDDLE).sum(axis=1), np.isfinite(scores).sum(axis=1))


@habit('Câu lọc không bị trả lời "không" để khỏi hỏi tiếp.', Side.LOW)
def filters_open_their_branches(material: Material) -> Floats:
    """Compare the mean share of conditional questions whose condition came true: a "no" at a filter saves time."""
    opened = [is_relevant for _, is_relevant in asked_if_relevant(material)]
    return np.mean(opened, axis=0) if opened else _nothing(material)


@habit("Nhịp phỏng vấn tương tự giữa các điều tra viên.", Side.BOTH)
def interviews_keep_the_usual_pace(material: Material) -> Floats:
    """Compare the mean logarithm of the minutes."""
    return np.log(np.where(material.minutes > 0, material.minutes, np.nan))


@habit("Phỏng vấn không ngắn dần theo ngày làm việc.", Side.LOW)
def interviews_do_not_grow_shorter(material: Material) -> Floats:
    """Compare the later half of an interviewer's interviews with the earlier half: half the change in log minutes."""
    table = pd.DataFrame(
        {
            "interviewer": material.interviewer,
            "started": material.started,
            "log": np.log(np.where(material.minutes > 0, material.minutes, np.nan)),
        }
    )
    theirs = table.groupby("interviewer")
    place = theirs["started"].rank(method="first", pct=True)
    sign = np.where(place > 0.5, 1.0, -1.0)
    centred = (table["log"] - theirs["log"].transform("median")).to_numpy(dtype="float64")
    return np.where(place.notna(), sign * centred, np.nan)


@habit("Câu trả lời không dồn vào những phương án phổ biến nhất.", Side.LOW)
def answers_are_sometimes_unusual(material: Material) -> Floats:
    """Compare the mean surprise of the closed answers: minus the logarithm of an answer's share in the wave."""
    items = material.items(QuestionKind.SELECT_ONE)
    total, count = np.zeros(len(material.people)), np.zeros(len(material.people))
    for name in items:
        codes = material.grid.column(name)
        answered = codes != BLANK
        tally = np.bincount(codes[answered], minlength=len(material.grid.words))
        total[answered] -= np.log(tally[codes[answered]] / answered.sum())
        count += answered
    return _ratio(total, count)


@habit("Câu trả lời của một người gắn với nhau như ở người khác.", Side.LOW)
def answers_hang_together(material: Material) -> Floats:
    """Compare how far a person's mean score strays: drawn answer by answer, it stays near the average.

    The mean of a person's standardised scores, times the root of their number, has variance 1 where answers have
    nothing to do with one another, more where people are contented or not; the root of its size tames the tail.
    """
    places = [material.grid.questions.index(name) for name in scale_items(material)]
    if not places:
        return _nothing(material)
    scores = material.grid.scores[:, places]
    varied = np.nanstd(scores, axis=0) > 0 if np.isfinite(scores).any() else np.zeros(len(places), dtype="bool")
    scores = scores[:, varied]
    standard = (scores - np.nanmean(scores, axis=0)) / np.nanstd(scores, axis=0)
    count = np.isfinite(standard).sum(axis=1)
    mean = _ratio(np.nansum(standard, axis=1), count)
    return np.where(count >= FEWEST_ITEMS, np.sqrt(np.abs(mean) * np.sqrt(count)), np.nan)


@habit("Con số không bị điều tra viên làm tròn.", Side.HIGH)
def numbers_are_not_rounded(material: Material) -> Floats:
    """Compare the mean share of whole numbers that end in 0 or 5, in questions with at least 20 different numbers."""
    rounded, count = np.zeros(len(material.people)), np.zeros(len(material.people))
    for name in material.items(QuestionKind.INTEGER):
        numbers = material.grid.numbers(name)
        known = np.isfinite(numbers)
        if len(np.unique(numbers[known])) >= FEWEST_ROUND:
            rounded += known & (np.mod(np.where(known, numbers, 1), 5) == 0)
            count += known
    return _ratio(rounded, count)


@habit("Câu hỏi mở được hỏi và ghi lại.", Side.LOW)
def open_questions_are_written_down(material: Material) -> Floats:
    """Compare the share of open questions (free text that everybody is asked) that hold words."""
    items = [
        name for name in material.items(QuestionKind.TEXT) if (each := material.question(name)) and not each.relevant
    ]
    if not items:
        return _nothing(material)
    share: Floats = (material.codes(items) != BLANK).mean(axis=1)
    return share


def _ratio(part: np.ndarray, whole: np.ndarray) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole > 0, part / whole, np.nan)


def _nothing(material: Material) -> Floats:
    return np.full(len(material.people), np.nan)
