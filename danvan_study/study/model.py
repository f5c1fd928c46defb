"""The nouns of a study. Every field is a key of ``study.toml``; its comment there explains it to the office."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from danvan_study.study.disclosure import Disclosure
from danvan_study.study.periods import Calendar
from danvan_study.study.programme import Programme
from danvan_study.study.reports import Reports

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date


class Base(StrEnum):
    """Where a respondent's base weight comes from."""

    SELECTION = "selection"
    """1 / (P(cluster) x P(household)) x adults in the household, from the sample file of the wave."""
    FRAME = "frame"
    """Frame count of the area / interviews in the area."""
    COLUMN = "column"
    """A number that stands in the data."""
    EQUAL = "equal"
    """1 for everybody."""


class Allocation(StrEnum):
    """How the interviews are shared out to the areas."""

    PROPORTIONAL = "proportional"
    """In proportion to the adults."""
    SQUARE_ROOT = "square_root"
    """In proportion to the root of the adults."""
    NEYMAN = "neyman"
    """In proportion to adults times the standard deviation of the answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """The question that must have been answered with yes before anything else counts."""

    question: str
    yes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """Which question or field of a submission plays which part in the sample design."""

    respondent: str = "_uuid"
    area: str = ""
    """Question that names the area; empty: the study has no areas."""
    commune: str = ""
    """Question that names a commune, old or new, for respondents whose area is blank."""
    stratum: tuple[str, ...] = ()
    """Questions whose combined answers are the stratum; empty: the area."""
    cluster: str = ""
    """Question that names the primary sampling unit; empty: every respondent is one."""
    interviewer: str = ""
    mode: str = ""
    started: str = "start"
    ended: str = "end"
    version: str = "__version__"
    consent: tuple[Consent, ...] = ()
    clusters_between_waves: str = "fresh"
    """``fresh``: drawn anew for each wave; ``kept``: the same clusters return, and count as the same."""

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions that say where and by whom somebody was interviewed: no opinions."""
        named = (self.area, self.commune, *self.stratum, self.cluster, self.interviewer, self.mode)
        return tuple(question for question in named if question)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A variable by which results are broken down and weighted."""

    name: str
    question: str
    breaks: tuple[float, ...] = ()
    """For a number: lower bounds of the second and later bands."""
    other: tuple[str, ...] = ()
    """Choices without a population figure ("Khác"): shown apart never, weighted by allocation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """Known population counts to which the weights are raked."""

    by: tuple[str, ...]
    """``area`` and names of groups."""
    file: str


class Distance(StrEnum):
    """How far a weight has moved from where it began (Deville and Särndal 1992, JASA 87, 376-382)."""

    RAKING = "raking"
    """Multiplicative: weights stay positive."""
    LINEAR = "linear"
    """Chi-squared: the generalised regression estimator. Weights can turn negative unless bounded."""
    LOGIT = "logit"
    """Between two bounds, which must be given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighting:
    """How the weights are made."""

    base: Base = Base.EQUAL
    file: str = ""
    """Sample file (``selection``; may hold ``{wave}``) or frame (``frame``)."""
    column: str = ""
    """Field with the base weight (``column``); column of the frame with the count (``frame``)."""
    area_column: str = ""
    """Column of the frame that names the area (``frame``)."""
    adults: str = ""
    """Question with the number of adults in the household (``selection``)."""
    adults_cap: int = 4
    trim: tuple[float, float] | None = None
    """Lower and upper bound of a weight, as multiples of the median weight of its area."""
    distance: Distance = Distance.RAKING
    """What is kept small when the weights are brought to the margins."""
    factors: tuple[float, float] | None = None
    """Bounds of what a weight is multiplied with, beside the average: ``logit`` needs them, raking has none."""
    margins: tuple[Margin, ...] = ()
    candidates: tuple[Margin, ...] = ()
    """Margins that the sample is compared with, and not raked to."""
    smallest_cell: int = 5
    """Respondents that a margin cell needs; one with fewer is merged with its neighbour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How the villages and households of a wave are drawn."""

    seed: int | None = None
    """Where chance comes from, written down before the draw; None: the study draws no sample by itself."""
    frame: str = "data/frame/villages.csv"
    interviews: int = 1200
    """Expected in a wave."""
    per_village: int = 10
    """Interviews expected in a village."""
    households: int = 16
    """Households on the list of a village, for ``per_village`` interviews; none is replaced."""
    smallest: int = 50
    """Interviews expected in an area, at least."""
    allocation: Allocation = Allocation.SQUARE_ROOT
    shares: str = ""
    """CSV with area and share (percent expected of the main answer), for Neyman's allocation."""
    selection: str = "list"
    """``list``: households drawn from the village's list; ``walk``: a fixed walk from a start by lot."""
    village_correlation: float = 0.05
    weighting_effect: float = 1.3
    """Part of the design effect that comes from unequal weights, 1 + cv squared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backcheck:
    """Who is called again after the interview, and what is asked a second time."""

    agreed: str = ""
    """Question by which people agree to be called; empty: nobody is."""
    yes: tuple[str, ...] = ("1",)
    share: float = 10.0
    """Percent of those who agreed, of each interviewer."""
    factual: tuple[str, ...] = ()
    """Questions whose answer does not change."""
    administrative: Mapping[str, str] = field(default_factory=dict)
    """Questions on how the interview was held, to the answer that is right."""
    attitude: tuple[str, ...] = ()
    """Questions of opinion: people may have changed their mind."""


FEWEST: Final = {"internal": 5, "public": 10}
"""Who may read what is published, to the smallest count of people that they are told (domain.md 5.4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What may leave the office. A threshold can be raised; lowering one below the floor is refused."""

    smallest_n: int = 30
    smallest_n_effective: int = 30
    smallest_clusters: int = 3
    audience: str = "internal"
    """A key of :data:`FEWEST`."""
    smallest_count: int = FEWEST["internal"]
    """People behind a share, below which it is told as a bound."""
    widest_interval: float = 30.0
    """Width of the 95 % interval in points."""
    flag_n: int = 60
    flag_interval: float = 20.0
    flag_relative: float = 130.0
    """Width of the interval in percent of the share itself; an interval of up to 5 points is never flagged by it."""
    flag_df: int = 8
    headline: tuple[str, ...] = ()
    """Questions whose positive share opens the brief."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """One round of fieldwork."""

    id: str
    forms: tuple[str, ...]
    """Form versions in the field; a submission names the one it was filled in with."""
    start: date
    end: date
    corrections: str = ""
    """Corrections file; empty: ``data/corrections/<id>.csv`` where it exists."""
    base: Base | None = None
    """Of a wave from a past file: its base weight, ``column`` or ``equal``; None: as ``[weighting]`` says."""
    column: str = ""
    """Question with the base weight (``column``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kobo:
    """The KoboToolbox server that the fieldwork runs on. Its token is a secret and never stands here."""

    server: str = ""
    """Address of KPI, ``https://kf.…``; empty: the study has no server."""
    collect_server: str = ""
    """Address that tablets send to; by default ``kc.`` in the place of ``kf.``."""
    allowed_hosts: tuple[str, ...] = ()
    """Hosts that may hold answers; any other is a warning, for it may lie abroad."""
    roster: str = "data/roster.csv"
    """Enumerators: columns account and areas."""
    slip: str = ""
    """Question that takes the code of the withdrawal slip; it never gets into the raw data."""
    assets: Mapping[str, str] = field(default_factory=dict)
    """Wave to uid, for forms that were deployed by other means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """In whose name documents go out. Number, date, signature and secrecy mark are never set by a program."""

    form: str
    """Name of a file in ``publish/forms``."""
    superior: str
    """The body above; empty: none is named."""
    body: str
    """The body that issues the documents."""
    place: str
    symbol: str
    """Its short name in a document's number: ``BTGDVTU``."""
    recipients: tuple[str, ...]
    """The last one keeps the file: ``Lưu …``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A study: its areas, design, weighting, publication rules and waves."""

    name: Mapping[str, str]
    """Language code to name."""
    languages: tuple[str, ...]
    """Languages of the outputs, the office's first."""
    sponsor: str
    conducted_by: str
    contact: str
    population: str
    areas_file: str
    areas_vintage: str
    areas_level: str
    areas_boundaries: str = ""
    """GeoJSON with the borders of the areas; empty: maps are drawn as tiles."""
    areas_code_field: str = "code"
    """Property of its features that holds the area's code."""
    design: Design
    groups: tuple[Group, ...]
    missing: Mapping[str, str]
    """Choice name to ``dont_know``, ``refused`` or ``not_applicable``, for forms without our own column."""
    withhold: tuple[str, ...]
    """Further fields that never get past ``collect``."""
    weighting: Weighting
    publication: Publication
    waves: tuple[Wave, ...]
    sampling: Sampling = field(default_factory=Sampling)
    backcheck: Backcheck = field(default_factory=Backcheck)
    backups: tuple[str, ...] = ()
    """Where copies of the study lie: what is destroyed here is destroyed there too."""
    kobo: Kobo = field(default_factory=Kobo)
    issues_file: str = ""
    """Codebook of the answers in people's own words, which names their questions; empty: they are not coded."""
    vectors_folder: str = ""
    """Folder of the study with an ONNX model of text and its tokenizer; empty: answers are read by their words."""
    reports: Reports = field(default_factory=Reports)
    disclosure: Disclosure = field(default_factory=Disclosure)
    programme: Programme = field(default_factory=Programme)
    office: Office | None = None
    """None: documents have a look of no office."""
    index: tuple[str, ...] = ()
    """Topics whose indices make the index over all of them; empty: there is none."""

    def wave(self, wave_id: str) -> Wave:
        """Return the wave called ``wave_id``.

        Raises
        ------
        KeyError
            The study has no such wave.
        """
        for wave in self.waves:
            if wave.id == wave_id:
                return wave
        raise KeyError(wave_id)

    def weighting_of(self, wave: Wave) -> Weighting:
        """Return how a wave is weighted: its own base weight, the study's margins."""
        return replace(self.weighting, base=wave.base, column=wave.column) if wave.base else self.weighting

    def calendar(self, there: Collection[str]) -> Calendar:
        """Return the waves that there are data for, from which periods are made."""
        return Calendar(waves=tuple(wave for wave in self.waves if wave.id in there))
