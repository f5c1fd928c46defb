"""What changed between periods, and what to expect."""

from __future__ import annotations

from typing import ClassVar

from danvan_study.contract import Column, Kind, Table
from danvan_study.tables.figures import FLAGS, STATISTICS

VERDICTS = ("", "up", "down", "unclear")


class _Pairs(Table):
    """The first columns of tables that compare two periods."""

    period = Column()
    against = Column()  # the earlier period
    level = Column(allowed=("all", "area"))
    area = Column()
    question = Column()
    statistic = Column(allowed=STATISTICS)
    answer = Column()
    estimate = Column(Kind.NUMBER, blank=True)
    earlier = Column(Kind.NUMBER, blank=True)  # estimate of the earlier period
    change = Column(Kind.NUMBER, blank=True)

    key = ("period", "against", "level", "area", "question", "statistic", "answer")


class Changes(_Pairs):
    """One row per pair of periods, area, question and statistic: how much it changed, with design-based errors.

    Where the question was not asked alike in all waves of both periods, numbers are NaN and ``note`` says why.
    """

    se = Column(Kind.NUMBER, blank=True)
    simple_se = Column(Kind.NUMBER, blank=True)  # from simple random samples of as many people
    null_se = Column(Kind.NUMBER, blank=True)  # the same, if both periods had the same distribution of answers
    n = Column(Kind.INTEGER)
    n_earlier = Column(Kind.INTEGER)
    df = Column(Kind.INTEGER)
    comparable = Column(Kind.FLAG)
    note = Column()


class Trends(_Pairs):
    """Changes with tests: intervals, p, p adjusted within the family, and the smallest change that could be seen."""

    se_design = Column(Kind.NUMBER, blank=True)  # from this area's clusters alone
    deff = Column(Kind.NUMBER, blank=True)  # pooled over areas where the area has few clusters
    se = Column(Kind.NUMBER, blank=True)  # what interval and test stand on
    low = Column(Kind.NUMBER, blank=True)
    high = Column(Kind.NUMBER, blank=True)
    df = Column(Kind.INTEGER)
    p = Column(Kind.NUMBER, blank=True)
    p_adjusted = Column(Kind.NUMBER, blank=True)
    family = Column()  # what the adjustment counts together
    mdc = Column(Kind.NUMBER, blank=True)  # smallest change seen with a power of 80 %
    n = Column(Kind.INTEGER)
    n_earlier = Column(Kind.INTEGER)
    comparable = Column(Kind.FLAG)
    note = Column()


class PublishedChanges(_Pairs):
    """Changes after the gate: numbers of suppressed rows are NaN, and ``reason`` says what is missing."""

    low = Column(Kind.NUMBER, blank=True)  # of the interval to show
    high = Column(Kind.NUMBER, blank=True)
    confidence = Column(Kind.NUMBER, blank=True)  # its level: 95 %, more where the change is called up or down
    p = Column(Kind.NUMBER, blank=True)
    p_adjusted = Column(Kind.NUMBER, blank=True)
    family = Column()
    mdc = Column(Kind.NUMBER, blank=True)
    n = Column(Kind.INTEGER)
    n_earlier = Column(Kind.INTEGER)
    verdict = Column(allowed=VERDICTS)
    flag = Column(allowed=FLAGS)
    reason = Column()
    note = Column()


class _Figures(Table):
    """The first columns of tables about the figures of waves."""

    period = Column()
    level = Column(allowed=("all", "area"))
    area = Column()
    question = Column()
    statistic = Column(allowed=STATISTICS)
    answer = Column()

    key: ClassVar[tuple[str, ...]] = ("period", "level", "area", "question", "statistic", "answer")


class Directs(_Figures):
    """One row per wave, area and figure that is followed over time: what the trend model takes."""

    estimate = Column(Kind.NUMBER, blank=True)
    se = Column(Kind.NUMBER, blank=True)
    deff = Column(Kind.NUMBER, blank=True)
    n = Column(Kind.INTEGER)
    df = Column(Kind.INTEGER)
    people = Column(Kind.NUMBER)  # for how many the base stands: the districts' weights in the province


class Smoothed(_Figures):
    """Model-based figures beside the direct ones, never instead; as they look at the end of ``origin``."""

    origin = Column()  # the last wave that the model knew
    direct = Column(Kind.NUMBER, blank=True)
    estimate = Column(Kind.NUMBER)  # adds up over the areas to the direct figure of all together
    se = Column(Kind.NUMBER)
    low = Column(Kind.NUMBER)  # 90 %
    high = Column(Kind.NUMBER)

    key = ("origin", *_Figures.key)


class Forecasts(_Figures):
    """What the model said of the next wave's direct figure, and what "no change" would have said; 90 % intervals."""

    origin = Column()  # the last wave that the forecast knew; ``period`` is the next, "" while there is none
    estimate = Column(Kind.NUMBER)
    se = Column(Kind.NUMBER)
    se_line = Column(Kind.NUMBER)  # of the true value, without what the next sample adds
    low = Column(Kind.NUMBER)
    high = Column(Kind.NUMBER)
    n = Column(Kind.INTEGER)  # interviews counted on: those of the last wave
    on_logit = Column(Kind.FLAG)  # whether the errors lie evenly on the logit scale: rare shares
    unchanged = Column(Kind.NUMBER, blank=True)  # the last direct figure
    unchanged_se = Column(Kind.NUMBER, blank=True)
    outcome = Column(Kind.NUMBER, blank=True)  # the direct figure that came
    crps = Column(Kind.NUMBER, blank=True)
    crps_unchanged = Column(Kind.NUMBER, blank=True)

    key = ("origin", "level", "area", "question", "statistic", "answer")


class Signals(_Figures):
    """How unexpected a wave's direct figures were, by the forecast made before it."""

    direct = Column(Kind.NUMBER)
    expected = Column(Kind.NUMBER)
    low = Column(Kind.NUMBER)  # 90 %
    high = Column(Kind.NUMBER)
    p = Column(Kind.NUMBER)  # recalibrated on past forecasts
    threshold = Column(Kind.NUMBER)  # p below it is a signal: a budget of false alarms over everything watched
    signal = Column(allowed=("", "up", "down"))


class Ranks(Table):
    """One row per ranked answer of a list of issues: its place in the sample, and the places it may truly have."""

    period = Column()
    question = Column()
    answer = Column()
    rank = Column(Kind.INTEGER)  # 1: the largest share
    rank_low = Column(Kind.INTEGER)  # the best place that the sample does not rule out
    rank_high = Column(Kind.INTEGER)
    ranked = Column(Kind.INTEGER)  # answers ranked together

    key = ("period", "question", "answer")


class Contrasts(Table):
    """One row per question and statistic: how much more a pilot changed than all other areas, in points."""

    period = Column()
    against = Column()
    question = Column()
    statistic = Column(allowed=STATISTICS)
    answer = Column()
    pilot = Column(Kind.NUMBER)  # change of the pilot
    others = Column(Kind.NUMBER)
    contrast = Column(Kind.NUMBER)  # their difference
    se = Column(Kind.NUMBER, blank=True)
    low = Column(Kind.NUMBER, blank=True)  # 95 %
    high = Column(Kind.NUMBER, blank=True)
    p = Column(Kind.NUMBER, blank=True)
    df = Column(Kind.INTEGER)  # of the side with fewer

    key = ("period", "against", "question", "statistic", "answer")


class PublishedContrasts(Table):
    """Contrasts after the gate, with their tests; hidden ones are left out."""

    period = Column()
    against = Column()
    question = Column()
    statistic = Column(allowed=STATISTICS)
    answer = Column()
    pilot = Column(Kind.NUMBER)
    others = Column(Kind.NUMBER)
    contrast = Column(Kind.NUMBER)
    low = Column(Kind.NUMBER)  # of the interval to show
    high = Column(Kind.NUMBER)
    confidence = Column(Kind.NUMBER)  # its level: 95 %, more where the contrast is called up or down
    p = Column(Kind.NUMBER)
    p_adjusted = Column(Kind.NUMBER)  # over the same statistic of all questions between the same two periods
    verdict = Column(allowed=VERDICTS)

    key = Contrasts.key
