"""Weights, and the figures that they make."""

from __future__ import annotations

from danvan_study.contract import Column, Kind, Table

FLAGS = ("", "low_precision", "suppressed")


class Weights(Table):
    """One row per respondent: each step of the weight, and the final weight in whole millionths.

    Integers make sums independent of order and engine; divide by ``MILLION`` last.
    """

    respondent = Column()
    base = Column(Kind.NUMBER)
    nonresponse = Column(Kind.NUMBER)
    calibrated = Column(Kind.NUMBER)
    trimmed = Column(Kind.NUMBER)
    weight = Column(Kind.INTEGER)  # millionths of a person

    key = ("respondent",)


MERGED_FOR = ("empty", "thin", "neighbour")
"""Why a margin cell was merged: nobody or too few were interviewed in it, or it stands beside such a cell."""


class MergedCells(Table):
    """One row per margin cell that was merged with others before raking."""

    margin = Column()
    merged = Column()  # name of the cell they make together
    cell = Column()
    n = Column(Kind.NUMBER)  # respondents; those of unknown age or sex count in part
    population = Column(Kind.NUMBER)
    reason = Column(allowed=MERGED_FOR)

    key = ("margin", "cell")


class MarginDistances(Table):
    """One row per margin: how far shares of its cells in the sample are from the population's, in points."""

    margin = Column()
    raked = Column(Kind.FLAG)  # whether the weights are raked to it, or it is a candidate
    cells = Column(Kind.INTEGER)
    mean_before = Column(Kind.NUMBER)  # with the weights that went into the raking
    largest_before = Column(Kind.NUMBER)
    mean_after = Column(Kind.NUMBER)  # with the final weights
    largest_after = Column(Kind.NUMBER)
    worst = Column()  # cell that is farthest off before

    key = ("margin", "raked")


MILLION = 1_000_000

MIDDLE = 50.0
"""Of a scale: scores above it are positive, scores below it negative."""

STATISTICS = ("share", "nonanswer", "positive", "negative", "net", "mean", "average")
"""``share`` of an answer among valid answers; ``nonanswer`` share among all asked; ``positive`` and ``negative``
shares of scores above and below :data:`MIDDLE`; ``net`` their difference; ``mean`` score; ``average`` of a number as
typed."""

SHARE_ASKED = "share_asked"
"""Share of an answer among all asked, with don't know and refused as answers of their own. It stands in the estimates
for the office and is not published: beside ``share`` it would tell a count that the gate may have hidden."""


class Estimates(Table):
    """One row per period, area, group value, question and statistic. Shares and scores are in points, 0 to 100."""

    period = Column()
    level = Column(allowed=("all", "area"))
    area = Column()  # "" for all areas together
    group = Column()  # name of the group variable, "" for everybody
    value = Column()  # value of the group variable, "" for everybody
    question = Column()
    statistic = Column(allowed=(*STATISTICS, SHARE_ASKED))
    answer = Column()  # for shares and nonanswer, else ""
    estimate = Column(Kind.NUMBER, blank=True)
    se = Column(Kind.NUMBER, blank=True)
    low = Column(Kind.NUMBER, blank=True)
    high = Column(Kind.NUMBER, blank=True)
    n = Column(Kind.INTEGER)  # respondents in the base
    n_effective = Column(Kind.NUMBER, blank=True)
    deff = Column(Kind.NUMBER, blank=True)
    df = Column(Kind.INTEGER)  # clusters minus strata of the domain
    clusters = Column(Kind.INTEGER)

    key = ("period", "level", "area", "group", "value", "question", "statistic", "answer")


class Indices(Table):
    """One row per period, area, group value and topic: the mean of respondents' mean scores, in points of 0 to 100.

    For the office beside its parts, the questions; the gate lets no index through.
    """

    period = Column()
    level = Column(allowed=("all", "area"))
    area = Column()
    group = Column()
    value = Column()
    topic = Column()  # "": the index over topics
    questions = Column()  # what it is made of, with a space between: questions, or topics
    estimate = Column(Kind.NUMBER)
    se = Column(Kind.NUMBER, blank=True)
    low = Column(Kind.NUMBER, blank=True)
    high = Column(Kind.NUMBER, blank=True)
    n = Column(Kind.INTEGER)  # respondents with a valid score
    n_effective = Column(Kind.NUMBER, blank=True)
    deff = Column(Kind.NUMBER, blank=True)
    df = Column(Kind.INTEGER)
    clusters = Column(Kind.INTEGER)

    key = ("period", "level", "area", "group", "value", "topic")


ERROR_WARNINGS = ("", "few_clusters", "uneven_clusters")
"""When linearised errors may be too small: few degrees of freedom, or few clusters hold most of the weight."""


class ReplicateErrors(Table):
    """One row per headline figure: the linearised standard error beside that of replicates, in points.

    The replicates repeat the adjustment for non-response and the raking.
    """

    level = Column(allowed=("all", "area"))
    area = Column()
    question = Column()
    statistic = Column(allowed=STATISTICS)
    answer = Column()
    se = Column(Kind.NUMBER, blank=True)
    replicate_se = Column(Kind.NUMBER, blank=True)
    ratio = Column(Kind.NUMBER, blank=True)  # replicate_se over se
    df = Column(Kind.INTEGER)
    clusters = Column(Kind.INTEGER)
    effective_clusters = Column(Kind.NUMBER)  # as many of equal weight would vary alike
    warning = Column(allowed=ERROR_WARNINGS)

    key = ("level", "area", "question", "statistic", "answer")


class DesignEffects(Table):
    """One row per period and statistic: the design effect of all areas together beside the areas' pooled one."""

    period = Column()
    question = Column()
    statistic = Column(allowed=(*STATISTICS, SHARE_ASKED))
    answer = Column()
    deff = Column(Kind.NUMBER, blank=True)  # of the figure for all
    pooled = Column(Kind.NUMBER)  # of the areas, weighted by degrees of freedom
    areas = Column(Kind.INTEGER)
    df = Column(Kind.INTEGER)

    key = ("period", "question", "statistic", "answer")


class InterviewerEffects(Table):
    """One row per scored question: how much interviewers add to its error, all of them together.

    Where each village has one interviewer, what the village shares cannot be told from what its interviewer adds.
    """

    question = Column()
    interviewers = Column(Kind.INTEGER)
    workload = Column(Kind.NUMBER)  # interviews of an interviewer in an area, mean weighted by itself
    correlation = Column(Kind.NUMBER)  # of answers to the same interviewer, within areas
    deff = Column(Kind.NUMBER)
    se_factor = Column(Kind.NUMBER)  # by which the standard error grows

    key = ("question",)


class ConditionTests(Table):
    """One row per question and condition of the interview: whether its positive share is the same under all of them."""

    period = Column()
    question = Column()
    condition = Column()  # the question by whose answers it is split
    p = Column(Kind.NUMBER)
    n = Column(Kind.INTEGER)
    p_adjusted = Column(Kind.NUMBER)  # over all splits shown together

    key = ("period", "question", "condition")


class PublishedRows(Table):
    """Estimates after the gate. Numbers of suppressed rows are NaN and ``n`` is 0.

    ``reason`` says why a figure is flagged, which bound stands in its place, or that it is ``hidden``, and no more:
    the rule that hid a set would tell of its size (``HiddenSets``).
    """

    period = Column()
    level = Column(allowed=("all", "area"))
    area = Column()
    group = Column()
    value = Column()
    question = Column()
    statistic = Column(allowed=STATISTICS)
    answer = Column()
    estimate = Column(Kind.NUMBER, blank=True)
    se = Column(Kind.NUMBER, blank=True)
    low = Column(Kind.NUMBER, blank=True)
    high = Column(Kind.NUMBER, blank=True)
    n = Column(Kind.INTEGER)
    n_effective = Column(Kind.NUMBER, blank=True)
    deff = Column(Kind.NUMBER, blank=True)
    df = Column(Kind.INTEGER)
    clusters = Column(Kind.INTEGER)
    flag = Column(allowed=FLAGS)
    reason = Column()

    key = Estimates.key


class HiddenSets(Table):
    """One row per set that is not shown, and the rule that hid it. For the office alone: the rule tells of its size."""

    period = Column()
    level = Column(allowed=("all", "area"))
    area = Column()
    group = Column()
    value = Column()
    question = Column()
    reason = Column()

    key = ("period", "level", "area", "group", "value", "question")


class SetSizes(Table):
    """One row per set of a wave, that is a question in a domain, and answer: how many people gave it.

    Kept within the office: it is what the gate hides sets by.
    """

    level = Column(allowed=("all", "area"))
    area = Column()
    group = Column()
    value = Column()
    question = Column()
    answer = Column()
    n = Column(Kind.INTEGER)
    clusters = Column(Kind.INTEGER)  # of all who answered the question in the domain

    key = ("level", "area", "group", "value", "question", "answer")


class ReleasedSets(SetSizes):
    """What the register of releases remembers of a wave; kept when the wave is locked."""

    is_imprecise = Column(Kind.FLAG)  # whether the set was not shown for the width of its interval


class ClosedFigures(Table):
    """One row per set, or figure of a set that is shown, that is hidden so that nothing hidden can be worked out."""

    period = Column()
    level = Column(allowed=("all", "area"))
    area = Column()
    group = Column()
    value = Column()
    question = Column()
    statistic = Column(allowed=("", *STATISTICS))  # "": all figures of the set
    answer = Column()

    key = ("period", "level", "area", "group", "value", "question", "statistic", "answer")
