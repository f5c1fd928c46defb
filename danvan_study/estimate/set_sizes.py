"""How many people and clusters stand behind each question in each domain of a wave, without estimating anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from danvan_study.coding import alphabetical_codes, close_up, code_texts, join_codes, raw_codes
from danvan_study.tables import Answers, Respondents, SetSizes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.estimate.design import Codes
    from danvan_study.estimate.pool import WaveSample


def size_sets(sample: WaveSample, groups: Sequence[str]) -> pd.DataFrame:
    """Count who gave each answer, for all, in each area and for each value of a group.

    Several answers at once, and numbers as typed, are answers of their own.

    Returns
    -------
    pandas.DataFrame
        Contract :class:`~danvan_study.tables.SetSizes`.
    """
    people, said = sample.respondents, _Said.of(sample)
    parts = [said.count(np.zeros(len(people), dtype=np.int64), [""], level="all")]
    for level, group, name in [("area", "", Respondents.area), *(("all", group, group) for group in groups)]:
        code, values = code_texts(people[name])
        parts.append(said.count(code, values, level=level, group=group))
    return SetSizes.conform(pd.concat(parts, ignore_index=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """Every answer that is not missing, as codes."""

    person: np.ndarray
    """Row of the respondents."""
    question: np.ndarray
    answer: np.ndarray
    questions: pd.Index
    answers: pd.Index
    cluster: Codes
    """Of each respondent."""

    @classmethod
    def of(cls, sample: WaveSample) -> _Said:
        people, answers = sample.respondents, sample.answers
        code, names = raw_codes(answers[Answers.respondent])
        person = pd.Index(people[Respondents.respondent]).get_indexer(names)[code]
        kept = (answers[Answers.missing] == "").to_numpy() & (person >= 0)
        question, questions = alphabetical_codes(answers.loc[kept, Answers.question])
        answer, given = alphabetical_codes(answers.loc[kept, Answers.answer])
        cluster = people.groupby([Respondents.stratum, Respondents.cluster], sort=False).ngroup()
        return cls(
            person=person[kept],
            question=question,
            answer=answer,
            questions=questions,
            answers=given,
            cluster=np.asarray(cluster, dtype=np.int64),
        )

    def count(self, code: Codes, values: Sequence[str], *, level: str, group: str = "") -> pd.DataFrame:
        """Count people and their clusters within each value of a variable of the respondents; "" is unknown."""
        value, sizes = code[self.person], [len(self.questions), len(values), len(self.answers)]
        known = np.array([(level == "all" and not group) or name != "" for name in values])[value]
        whole = [column[known] for column in (self.question, value, self.answer)]
        found, n, _ = close_up(join_codes(whole, sizes), int(np.prod(sizes)))
        question, place, answer = np.unravel_index(found, sizes)
        clusters = int(self.cluster.max(initial=0)) + 1
        lived = join_codes([*whole[:2], self.cluster[self.person][known]], [*sizes[:2], clusters])
        seen, _, _ = close_up(lived, sizes[0] * sizes[1] * clusters)
        in_clusters = np.bincount(seen // clusters, minlength=sizes[0] * sizes[1])
        texts = pd.array(list(values), dtype="str").take(place)
        blank = pd.array([""], dtype="str").take(np.zeros(len(found), dtype=np.int64))
        return pd.DataFrame(
            {
                SetSizes.level: pd.array([level], dtype="str").take(np.zeros(len(found), dtype=np.int64)),
                SetSizes.area: texts if level == "area" else blank,
                SetSizes.group: pd.array([group], dtype="str").take(np.zeros(len(found), dtype=np.int64)),
                SetSizes.value: blank if level == "area" else texts,
                SetSizes.question: self.questions.array.take(question),
                SetSizes.answer: self.answers.array.take(answer),
                SetSizes.n: n,
                SetSizes.clusters: in_clusters[question * sizes[1] + place],
            }
        )
