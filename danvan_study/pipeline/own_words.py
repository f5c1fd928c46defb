"""Open answers of a study, wave by wave: coded once, shared out over every period that asks for them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from danvan_study.open_ended.coded import CodedTexts
from danvan_study.open_ended.draw import to_code
from danvan_study.open_ended.drift import find_drift, new_words
from danvan_study.open_ended.release import released_texts
from danvan_study.open_ended.shift import shifted_shares
from danvan_study.open_ended.themes import FEWEST_MENTIONS, each_code
from danvan_study.open_ended.told import ISSUE
from danvan_study.pipeline.word_shares import audit_words, code_wave, learnt_from, share_words
from danvan_study.publish import ToldWords, WordRecord, tell_words
from danvan_study.tables import Drift, Estimates, Texts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from danvan_study.open_ended.coded import Taught
    from danvan_study.open_ended.drift import NewWord
    from danvan_study.open_ended.vectors import Encoder
    from danvan_study.pipeline.wave import PreparedWave
    from danvan_study.pipeline.word_shares import SharesOfWords
    from danvan_study.study import Calendar, Period, Study

UNRELIABLE = "coders agree too little (alpha below .667) on: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The open questions in one period."""

    shares: tuple[SharesOfWords, ...] = ()
    skipped: Mapping[str, str] = field(default_factory=dict)
    """Question to the reason why there is no share."""

    @property
    def rows(self) -> pd.DataFrame:
        """The shares of all questions: contract Estimates."""
        tables = [one.rows for one in self.shares]
        return pd.concat(tables, ignore_index=True) if tables else Estimates.empty()


class OwnWords:
    """Codes each wave when it is asked for, and remembers."""

    def __init__(
        self, wave: Callable[[str], PreparedWave], *, calendar: Calendar, study: Study, encoder: Encoder | None = None
    ) -> None:
        self._wave, self._study, self._encoder = wave, study, encoder
        self._order = [one.id for one in calendar.waves]
        self._coded: dict[tuple[str, str], CodedTexts | str] = {}
        self._learnt: dict[tuple[str, str], list[Taught]] = {}
        self._words: dict[str, Words] = {}
        self._drifts: dict[str, pd.DataFrame] = {}

    def of(self, period: Period) -> Words:
        """Return the shares of every open question in a period."""
        if period.id not in self._words:
            self._words[period.id] = self._share(period)
        return self._words[period.id]

    def _share(self, period: Period) -> Words:
        waves = [self._wave(wave_id) for wave_id in period.waves]
        shares, skipped = [], {}
        for question in _questions(waves[-1]):
            coded = [self._code(wave_id, question) for wave_id in period.waves]
            ready = [one for one in coded if isinstance(one, CodedTexts)]
            if len(ready) < len(coded):
                reasons = zip(period.waves, coded, strict=True)
                skipped[question] = "; ".join(f"{wave}: {why}" for wave, why in reasons if isinstance(why, str))
                continue
            found = share_words(period, waves, ready, question=question, study=self._study)
            shares.append(found)
            if found.unreliable:
                skipped[question] = UNRELIABLE + ", ".join(found.unreliable)
        return Words(shares=tuple(shares), skipped=skipped)

    def tell(self, period: Period) -> tuple[ToldWords, ...]:
        """Return how the shares of a period came about, and whether the codebook fits what its last wave said."""
        return tuple(self._tell(one, period) for one in self.of(period).shares)

    def drift(self, period: Period) -> pd.DataFrame:
        """Return the signs that the codebook no longer fits what is said in a wave: contract Drift."""
        if period.id not in self._drifts:
            tables = [self._drift(one, period.waves[-1]) for one in self.of(period).shares]
            self._drifts[period.id] = pd.concat(tables, ignore_index=True) if tables else Drift.empty()
        return self._drifts[period.id]

    def _tell(self, shares: SharesOfWords, period: Period) -> ToldWords:
        drift = self.drift(period)
        drift = drift[drift[Drift.question] == shares.question]
        names = drift.groupby(Drift.sign, sort=False)[Drift.name].apply(tuple).to_dict()
        kinds: Counter[str] = Counter()
        for one in period.waves:
            kinds.update(self._wave(one).text_report.kinds.get(shares.question, {}))
        record = WordRecord(
            question=shares.question,
            texts=shares.texts,
            set_apart={kind: count for kind, count in kinds.items() if kind != "text"},
            audited=shares.shares.audited,
            agreement=shares.agreement,
            merged=shares.themes.merged,
            rest=shares.themes.rest,
            untold_fit=shares.themes.untold_fit,
            new_words=names.get("new_word", ()),
            fading=names.get("fading", ()),
            farthest=_farthest(shares),
        )
        simulated = any(self._wave(one).source.raw.manifest.is_simulated for one in period.waves)
        return tell_words(record, smallest=self._study.publication.smallest_count, simulated=simulated)

    def _earlier(self, wave_id: str) -> list[str]:
        return self._order[: self._order.index(wave_id)]

    def _drift(self, shares: SharesOfWords, wave_id: str) -> pd.DataFrame:
        wave, earlier = self._wave(wave_id), self._earlier(wave_id)
        book = wave.source.issues
        if book is None:
            raise ValueError("the study codes no open answers")
        now, *before = (
            audit_words([self._wave(one)], [coded], each_code(book), study=self._study).shares
            for one in (wave_id, *earlier[-1:])
            if isinstance(coded := self._code(one, shares.question), CodedTexts)
        )
        return find_drift(
            book,
            now,
            before[0] if before else None,
            words=self._new_words(wave, shares.question),
            question=shares.question,
        )

    def _new_words(self, wave: PreparedWave, question: str) -> list[NewWord]:
        texts = to_code(wave.texts, question)
        seen = released_texts(texts, wave.source.codings.released)[Texts.text].to_list()
        before = [
            text
            for wave_id in self._earlier(wave.source.wave.id)
            for text in to_code(self._wave(wave_id).texts, question)[Texts.text]
        ]
        return new_words(texts[Texts.text].to_list(), before, seen=seen)

    def _code(self, wave_id: str, question: str) -> CodedTexts | str:
        key = wave_id, question
        if key not in self._coded:
            earlier = [one for past in self._earlier(wave_id) for one in self._taught(past, question)]
            self._coded[key] = code_wave(self._wave(wave_id), question, earlier, encoder=self._encoder)
        return self._coded[key]

    def _taught(self, wave_id: str, question: str) -> list[Taught]:
        key = wave_id, question
        if key not in self._learnt:
            self._learnt[key] = learnt_from(self._wave(wave_id), question)
        return self._learnt[key]


def _questions(wave: PreparedWave) -> tuple[str, ...]:
    return wave.source.issues.questions if wave.source.issues else ()


def _farthest(shares: SharesOfWords) -> tuple[str, float] | None:
    """Return the theme on which the machine alone would be farthest from the audited share, and how far (points).

    A theme that people coded in a few answers only has taught the machine nothing to be believed.
    """
    audited, often = shares.audited, shares.audited.coded.sum(axis=0) >= FEWEST_MENTIONS
    here = [place for place, theme in enumerate(shares.told) if theme.facet == ISSUE and often[place]]
    if not here:
        return None
    alone = shifted_shares(audited.chances[:, here], audited.prior[here], audited.weight)
    apart = 100 * np.abs(alone - shares.shares.share[here])
    return shares.told[here[int(apart.argmax())]].name, float(apart.max())
