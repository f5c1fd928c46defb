"""Contracts of the tables about what people say in their own words."""

from __future__ import annotations

from danvan_study.contract import Column, Kind, Table

SIGNS = ("no_code", "new_word", "fading")


class Drift(Table):
    """One row per sign that the codebook of an open question may no longer fit; kept within the office.

    ``no_code`` is the share that no code takes in, ``fading`` a code that fell by half: weighted shares from the audit,
    with their intervals. ``new_word`` is a pair of syllables that many say for the first time: a share of the answers.
    """

    question = Column()
    sign = Column(allowed=SIGNS)
    name = Column()  # the code, or the word
    share = Column(Kind.NUMBER)
    low = Column(Kind.NUMBER, blank=True)  # of words no interval is told
    high = Column(Kind.NUMBER, blank=True)
    before = Column(Kind.NUMBER, blank=True)  # codes: in the wave before; words: in all earlier waves

    key = ("question", "sign", "name")
