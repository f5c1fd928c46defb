"""The contracts of the tables that flow between stages; each column is named once, here.

A stage reads a column as ``answers[Answers.question]``: a mistyped attribute fails when it is read, a mistyped
string would not.
"""

from __future__ import annotations

from danvan_study.areas import BASES
from danvan_study.contract import Column, Kind, Table

MISSING = ("", "dont_know", "refused", "not_applicable")
"""What ``Answers.missing`` may say; empty: a substantive answer."""


class Interviews(Table):
    """One row per consenting interview, as it came in: who, when, with which form."""

    respondent = Column()
    wave = Column()
    form_version = Column()
    started_on = Column()  # ISO date, "" when unknown
    minutes = Column(Kind.NUMBER, blank=True)

    key = ("respondent",)


class Timings(Table):
    """One row per consenting interview: the moments that its device and the server wrote down; never published."""

    respondent = Column()
    started_at = Column()  # ISO date and time with offset, as written; "" when unknown
    ended_at = Column()
    received_at = Column()

    key = ("respondent",)


class Respondents(Table):
    """One row per consenting person kept, described from the corrected answers.

    The study's group variables stand behind these columns, as text.
    """

    respondent = Column()
    wave = Column()
    form_version = Column()
    area = Column()
    area_basis = Column(allowed=BASES)  # how the area is known; "" without areas
    stratum = Column()
    cluster = Column()
    interviewer = Column()
    mode = Column()
    started_on = Column()  # ISO date, "" when unknown
    minutes = Column(Kind.NUMBER, blank=True)

    key = ("respondent",)


class Answers(Table):
    """One row per respondent and question that was answered.

    ``answer`` is the choice name, the number as typed, or the text; the names of a select_multiple stand in form
    order with a space between them. Inside a repeat, ``question`` is ``name[2]`` for the second turn.
    """

    respondent = Column()
    question = Column()
    answer = Column()
    missing = Column(allowed=MISSING)
    score = Column(Kind.NUMBER, blank=True)  # 0 to 100, NaN where the choice carries no score

    key = ("respondent", "question")


TEXT_KINDS = ("text", "nothing", "too_short", "identifier", "other_language")
"""What an open answer is; only ``text`` is coded by the usual road, the others are counted."""


class Texts(Table):
    """One row per respondent and open question: the answer with names and numbers masked, and its codes."""

    text_id = Column()  # the name under which coders know it
    respondent = Column()
    question = Column()
    kind = Column(allowed=TEXT_KINDS)
    text = Column()  # scrubbed
    themes = Column()  # codes with a space between them, "" while nobody coded it

    key = ("respondent", "question")


class Codings(Table):
    """One row per decision on the codes of a text; append-only, the coder's last word counts."""

    text_id = Column()
    question = Column()
    codes = Column()  # with a space between, in the order of the codebook
    act = Column(allowed=("praise", "complaint", "request", "none"))
    polarity = Column(allowed=("negative", "neutral", "positive"))
    coder = Column()  # a code, not a name
    role = Column(allowed=("coder", "adjudicator"))
    decided_at = Column()
    codebook_version = Column()
    note = Column()
    previous_hash = Column()


class AuditList(Table):
    """One row per text that was there when people's part was drawn, by stratum of the draw."""

    text_id = Column()
    question = Column()
    stratum = Column()
    chosen = Column(allowed=("", "x"))  # x: for people to code

    key = ("text_id",)


class Releases(Table):
    """One row per text that a person has passed for coders; append-only. No words: what is masked stands as places."""

    text_id = Column()
    question = Column()
    fingerprint = Column()  # of the masked text that the person saw; another text needs another look
    masked = Column()  # first-last letter of what the person masked further, with a space between
    released_by = Column()  # a code, not a name
    released_at = Column()
    previous_hash = Column()


class Removed(Table):
    """One row per submission that was not kept, with the reason."""

    submission = Column()
    stage = Column(allowed=("pull", "collect", "clean", "describe"))
    reason = Column()


class Corrections(Table):
    """One row per decided change; append-only."""

    respondent = Column()
    question = Column()
    old_value = Column()
    new_value = Column()
    action = Column(allowed=("change", "blank", "remove", "none"))
    reason = Column()
    check = Column()
    decided_by = Column()
    decided_at = Column()
    previous_hash = Column()


RESULTS = (
    "1.1", "1.2", "2.11", "2.12", "2.2", "2.31", "2.32", "2.33", "3.1", "3.2", "3.9", "4.5", "4.6", "4.7",
)  # fmt: skip
"""AAPOR's final dispositions of in-person surveys: complete, partial, refusal, break-off, non-contact, dead, unable,
language, unknown if a household, unknown if anybody is eligible, unknown otherwise, no household, vacant, nobody
eligible.
"""


class Visits(Table):
    """One row per attempt at a household of the list, refused and closed doors too; no answers."""

    visit = Column()
    wave = Column()
    area = Column()
    cluster = Column()
    household = Column()  # its number on the enumerator's list
    result = Column(allowed=RESULTS)
    interviewer = Column()
    visited_on = Column()  # ISO date, "" when unknown

    key = ("visit",)


SEVERITIES = ("error", "question", "note")
"""``error``: to be mended or explained before the wave closes; ``question``: to be asked about; ``note``: to be
read."""


class Findings(Table):
    """One row per problem that a check found; never an answer to an opinion item, never a verdict on a person.

    ``finding`` is a hash of what it is about, so that a decision on it outlives the next run.
    """

    finding = Column()
    check = Column()
    severity = Column(allowed=SEVERITIES)
    respondent = Column()  # "" where an interviewer, a village or a question is concerned
    question = Column()
    value = Column()  # what was found: minutes, a share, a code of the design; blank for answers of opinion
    rule = Column()  # what was expected, with the threshold in figures
    interviewer = Column()
    message = Column()

    key = ("finding",)


class Weights(Table):
    """One row per respondent: each step of the weight, and the final weight in whole millionths.

    Integers make sums independent of order and engine; divide by :data:`MILLION` last.
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
    cells = Column(Kind.INTEGER)
    mean_before = Column(Kind.NUMBER)  # with the weights that went into the raking
    largest_before = Column(Kind.NUMBER)
    mean_after = Column(Kind.NUMBER)  # with the final weights
    largest_after = Column(Kind.NUMBER)
    worst = Column()  # cell that is farthest off before

    key = ("margin",)


MILLION = 1_000_000

STATISTICS = ("share", "nonanswer", "positive", "negative", "net", "mean", "average")
"""``share`` of an answer among valid answers; ``nonanswer`` share among all asked; ``positive`` and ``negative``
shares of scores above and below 50; ``net`` their difference; ``mean`` score; ``average`` of a number as typed."""

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
    """One row per scored question: how much interviewers add to its error, all of them together."""

    question = Column()
    interviewers = Column(Kind.INTEGER)
    workload = Column(Kind.NUMBER)  # interviews of an interviewer in an area, mean weighted by itself
    correlation = Column(Kind.NUMBER)  # of answers to the same interviewer, within areas
    deff = Column(Kind.NUMBER)
    se_factor = Column(Kind.NUMBER)  # by which the standard error grows

    key = ("question",)


class Changes(Table):
    """One row per pair of periods, area, question and statistic: how much it changed, with design-based errors.

    Where the question was not asked alike in all waves of both periods, numbers are NaN and ``note`` says why.
    """

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
    se = Column(Kind.NUMBER, blank=True)
    simple_se = Column(Kind.NUMBER, blank=True)  # from simple random samples of as many people
    null_se = Column(Kind.NUMBER, blank=True)  # the same, if both periods had the same distribution of answers
    n = Column(Kind.INTEGER)
    n_earlier = Column(Kind.INTEGER)
    df = Column(Kind.INTEGER)
    comparable = Column(Kind.FLAG)
    note = Column()

    key = ("period", "against", "level", "area", "question", "statistic", "answer")


class Trends(Table):
    """Changes with tests: intervals, p, p adjusted within the family, and the smallest change that could be seen."""

    period = Column()
    against = Column()
    level = Column(allowed=("all", "area"))
    area = Column()
    question = Column()
    statistic = Column(allowed=STATISTICS)
    answer = Column()
    estimate = Column(Kind.NUMBER, blank=True)
    earlier = Column(Kind.NUMBER, blank=True)
    change = Column(Kind.NUMBER, blank=True)
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

    key = Changes.key


VERDICTS = ("", "up", "down", "unclear")
FLAGS = ("", "low_precision", "suppressed")


class PublishedChanges(Table):
    """Changes after the gate: numbers of suppressed rows are NaN, and ``reason`` says why."""

    period = Column()
    against = Column()
    level = Column(allowed=("all", "area"))
    area = Column()
    question = Column()
    statistic = Column(allowed=STATISTICS)
    answer = Column()
    estimate = Column(Kind.NUMBER, blank=True)
    earlier = Column(Kind.NUMBER, blank=True)
    change = Column(Kind.NUMBER, blank=True)
    low = Column(Kind.NUMBER, blank=True)
    high = Column(Kind.NUMBER, blank=True)
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

    key = Changes.key


class PublishedRows(Table):
    """Estimates after the gate: numbers of suppressed rows are NaN, ``n`` is 0, and ``reason`` says why."""

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
