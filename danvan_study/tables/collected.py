"""What was asked and answered, what was corrected, and what the checks found."""

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
