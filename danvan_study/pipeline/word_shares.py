"""Shares of what people say in their own words: the texts people coded, the machine, the survey, put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from danvan_study.estimate import pool_waves
from danvan_study.open_ended.agreement import Verdict
from danvan_study.open_ended.audit import Audit, audited_shares
from danvan_study.open_ended.coded import CodedTexts, Reader, code_texts, taught
from danvan_study.open_ended.decisions import measure_agreement
from danvan_study.open_ended.draw import to_code
from danvan_study.open_ended.themes import find_themes, themed
from danvan_study.open_ended.told import FIT, ISSUE, told_name
from danvan_study.tables import Estimates, Respondents, Texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from danvan_study.estimate import Pool
    from danvan_study.open_ended.agreement import Agreement
    from danvan_study.open_ended.audit import AuditedShares, Floats
    from danvan_study.open_ended.coded import Taught
    from danvan_study.open_ended.issues import IssueCodebook
    from danvan_study.open_ended.themes import Theme, Themes
    from danvan_study.open_ended.vectors import Encoder
    from danvan_study.pipeline.wave import PreparedWave
    from danvan_study.study import Period, Study

DECIMALS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedWords:
    """Themes put through the audit."""

    shares: AuditedShares
    phase: PooledPhase
    chances: Floats
    """Of the machine, texts x themes."""
    coded: Floats
    """What people said, audited texts x themes."""
    chosen: np.ndarray
    """Which texts are audited."""

    @property
    def prior(self) -> Floats:
        """Share of each theme where the machine could learn, as it sees it."""
        prior: Floats = self.chances[self.chosen].mean(axis=0)
        return prior

    @property
    def weight(self) -> Floats:
        """Of each text."""
        return self.phase.weight


@dataclass(frozen=True, slots=True, kw_only=True)
class SharesOfWords:
    """One open question in one period."""

    question: str
    rows: pd.DataFrame
    """Contract :class:`~danvan_study.tables.Estimates`."""
    themes: Themes
    told: tuple[Theme, ...]
    """The themes of ``rows``, in the order of the shares."""
    audited: AuditedWords
    agreement: Mapping[str, Agreement]
    """Told question and answer, as ``top_issue_open:issue 4``, to the agreement of the coders."""

    @property
    def shares(self) -> AuditedShares:
        """Of the themes told."""
        return self.audited.shares

    @property
    def texts(self) -> int:
        """Answers from which the shares are made."""
        return len(self.audited.chances)

    @property
    def unreliable(self) -> list[str]:
        """The themes on which coders agree too little for a share to be told."""
        return [name for name, found in self.agreement.items() if found.verdict is Verdict.UNRELIABLE]


class PooledPhase:
    """The answers to an open question inside the survey: calibrated weights, strata and clusters of all waves."""

    def __init__(self, pool: Pool, respondents: Sequence[str]) -> None:
        self._survey = pool.survey
        self._rows = pd.Index(pool.respondents[Respondents.respondent]).get_indexer(pd.Index(respondents))
        clusters = np.unique(self._survey.design.cluster[self._rows])
        self.clusters = len(clusters)
        self._strata = len(np.unique(self._survey.design.stratum[clusters]))

    @property
    def weight(self) -> Floats:
        """Of each answer."""
        weight: Floats = self._survey.weight[self._rows]
        return weight

    @property
    def df(self) -> int:
        """Clusters with an answer minus their strata."""
        return self.clusters - self._strata

    def variance(self, influence: Floats) -> Floats:
        """Return the variance of weighted sums of ``influence``; people who said nothing stay in the design."""
        everybody = np.zeros((self._survey.n, influence.shape[1]))
        everybody[self._rows] = influence
        variance: Floats = np.diag(self._survey.covariance(everybody)).copy()
        return variance


def code_wave(
    wave: PreparedWave, question: str, earlier: Sequence[Taught], *, encoder: Encoder | None = None
) -> CodedTexts | str:
    """Return the coded texts of a question; or the reason why there can be no share.

    Parameters
    ----------
    earlier
        What people decided in earlier waves.
    encoder
        Text vectors of the user's own.
    """
    book = _book(wave)
    files = wave.source.codings.of(question, book.version)
    return code_texts(
        to_code(wave.texts, question),
        files.drawn,
        files.decided,
        reader=Reader(book, encoder),
        earlier=earlier,
    )


def learnt_from(wave: PreparedWave, question: str) -> list[Taught]:
    """Return what people decided on a question in a wave."""
    book = _book(wave)
    files = wave.source.codings.of(question, book.version)
    return taught(to_code(wave.texts, question), files.drawn, files.decided)


def share_words(
    period: Period, waves: Sequence[PreparedWave], coded: Sequence[CodedTexts], *, question: str, study: Study
) -> SharesOfWords:
    """Estimate what is said in answer to an open question in a period, for all areas together."""
    book = _book(waves[-1])
    themes = find_themes(coded, book)
    agreement = _agreement(coded, themes, question=question, book=book)
    told = tuple(theme for theme in themes.told if agreement[_key(question, theme)].verdict is not Verdict.UNRELIABLE)
    audited = audit_words(waves, coded, told, study=study)
    return SharesOfWords(
        question=question,
        rows=_rows(period, told, audited, question=question),
        themes=themes,
        told=told,
        audited=audited,
        agreement=agreement,
    )


def audit_words(
    waves: Sequence[PreparedWave], coded: Sequence[CodedTexts], told: Sequence[Theme], *, study: Study
) -> AuditedWords:
    """Estimate the share of each theme among the answers of some waves, with the survey's weights and design."""
    columns = [themed(one, told) for one in coded]
    said, chances = (np.vstack([part[side] for part in columns]) for side in (0, 1))
    phase = PooledPhase(
        pool_waves([wave.sample for wave in waves], study),
        [name for one in coded for name in one.texts[Texts.respondent]],
    )
    audit = _stacked([one.audit for one in coded])
    return AuditedWords(
        shares=audited_shares(said, chances, audit=audit, phase_one=phase),
        phase=phase,
        chances=chances,
        coded=said[audit.chosen],
        chosen=audit.chosen,
    )


def _rows(period: Period, told: Sequence[Theme], audited: AuditedWords, *, question: str) -> pd.DataFrame:
    shares, phase, n = audited.shares, audited.phase, len(audited.chances)
    steady = np.clip(shares.share, 1 / (shares.audited + 1), 1 - 1 / (shares.audited + 1))
    with np.errstate(divide="ignore"):
        effective = steady * (1 - steady) / shares.variance
    numbers = {
        Estimates.estimate: 100 * shares.share,
        Estimates.se: 100 * np.sqrt(shares.variance),
        Estimates.low: 100 * shares.low,
        Estimates.high: 100 * shares.high,
        Estimates.n_effective: np.minimum(effective, n),
        Estimates.deff: n / effective,
    }
    table = pd.DataFrame({name: values.round(DECIMALS) + 0.0 for name, values in numbers.items()})
    texts = {
        Estimates.period: period.id,
        Estimates.level: "all",
        Estimates.area: "",
        Estimates.group: "",
        Estimates.value: "",
        Estimates.question: [told_name(question, theme.facet) for theme in told],
        Estimates.statistic: "share",
        Estimates.answer: [theme.name for theme in told],
    }
    table = table.assign(**texts).astype(dict.fromkeys(texts, "str"))
    return Estimates.conform(
        table.assign(**{Estimates.n: n, Estimates.df: phase.df, Estimates.clusters: phase.clusters})
    )


def _stacked(audits: Sequence[Audit]) -> Audit:
    """Put the audits of several waves behind one another, each with strata of its own."""
    strata, first = [], 0
    for audit in audits:
        strata.append(audit.stratum + first)
        first += int(audit.stratum.max()) + 1
    return Audit(chosen=np.concatenate([audit.chosen for audit in audits]), stratum=np.concatenate(strata))


def _agreement(
    coded: Sequence[CodedTexts], themes: Themes, *, question: str, book: IssueCodebook
) -> dict[str, Agreement]:
    """Return the agreement on each theme, before adjudication, over all waves of the period."""
    codings = pd.concat([one.codings for one in coded], ignore_index=True)
    codes = {
        told_name(theme.facet, theme.name): tuple(label.partition(":")[2] for label in theme.of)
        for theme in themes.told
        if theme.facet in {ISSUE, FIT}
    }
    found = measure_agreement(codings, book, codes)
    of = {theme: told_name(theme.facet, theme.name) for theme in themes.told}
    return {_key(question, theme): found[name if name in codes else theme.facet] for theme, name in of.items()}


def _key(question: str, theme: Theme) -> str:
    return f"{told_name(question, theme.facet)} {theme.name}"


def _book(wave: PreparedWave) -> IssueCodebook:
    if wave.source.issues is None:
        raise ValueError("the study codes no open answers")
    return wave.source.issues
