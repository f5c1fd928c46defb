"""The disclosure gate: the one way from estimates to anything that leaves the office.

Rules and their precedents are in ``docs/decisions`` (page "The gate"). In short: too few answers, too few clusters
or too wide an interval hides a question for a domain altogether; a second domain is hidden where subtraction would
bring back a single hidden one; small counts in small bases are shown as a bound; what is left is rounded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from danvan_study.codebook import QuestionKind, Role
from danvan_study.publish.figure_set import COUNTED
from danvan_study.publish.register import close_alone
from danvan_study.publish.rounding import leaves_some, round_rows
from danvan_study.publish.sealed import Sealed
from danvan_study.publish.small_counts import bound_small_counts
from danvan_study.tables import SHARE_ASKED, ClosedFigures, Estimates, HiddenSets, PublishedRows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from danvan_study.codebook import Codebook, Question
    from danvan_study.study import Publication

DOMAIN: Final = [Estimates.period, Estimates.level, Estimates.area, Estimates.group, Estimates.value]
SET: Final = [*DOMAIN, Estimates.question]
"""All statistics of a question in a domain: hidden or shown together, so that none is 100 minus the others."""

HIDDEN: Final = "hidden"
"""The reason that suppressed rows print."""
FEW_CLUSTERS: Final = 5
"""Up to this many clusters a shown figure is flagged (domain.md 5.4)."""

_PUBLIC_ROLES: Final = (Role.OPINION, Role.BACKGROUND, Role.FILTER, Role.QUALITY, Role.UNSTATED)
_PUBLIC_KINDS: Final = (
    QuestionKind.SELECT_ONE,
    QuestionKind.SELECT_MULTIPLE,
    QuestionKind.INTEGER,
    QuestionKind.DECIMAL,
)
_NUMBERS: Final = (
    PublishedRows.estimate,
    PublishedRows.se,
    PublishedRows.low,
    PublishedRows.high,
    PublishedRows.n_effective,
    PublishedRows.deff,
)
_NARROW: Final = 5.0
"""An interval of so many points is narrow, however small the share."""
_COARSE: Final = "_coarse"
_IN_POINTS: Final = ("share", "nonanswer", "positive", "negative", "mean")


class Published(Sealed):
    """Figures that passed the gate (:class:`~danvan_study.tables.PublishedRows`)."""

    __slots__ = ("_log", "_withheld")

    gate = "danvan_study.publish.gate.publish_estimates"
    _withheld: Mapping[str, str]
    _log: pd.DataFrame

    @property
    def withheld(self) -> dict[str, str]:
        """Questions that are not published at all, with the reason."""
        return dict(self._withheld)

    @property
    def log(self) -> pd.DataFrame:
        """Why each set is hidden (:class:`~danvan_study.tables.HiddenSets`). For the office; no output prints it."""
        return self._log.copy(deep=True)


def require_published(figures: object) -> Published:
    """Return ``figures`` if they passed the gate.

    Raises
    ------
    TypeError
        They are anything but :class:`Published`.
    """
    if type(figures) is not Published:
        raise TypeError(f"only Published figures can be shown, not {type(figures).__name__}")
    return figures


def publish_estimates(
    estimates: pd.DataFrame,
    *,
    rules: Publication,
    codebook: Codebook,
    simulated: bool,
    closed: pd.DataFrame | None = None,
) -> Published:
    """Let through what may leave the office, and hide the rest.

    Parameters
    ----------
    estimates
        Rows of :class:`~danvan_study.tables.Estimates`, of one period or several.
    rules
        Thresholds of the study.
    codebook
        The form: a question without an entry is withheld.
    simulated
        Whether any wave behind the estimates says so in its manifest.
    closed
        What to hide beside other figures (:meth:`ReleaseRegister.add`); by default found in each period by itself.

    Returns
    -------
    Published
        Suppressed rows have NaN for numbers, 0 for ``n``, ``df`` and ``clusters``, and :data:`HIDDEN` for the reason:
        which rule hid them would tell how many people they are. The office reads it in :attr:`Published.log`.
    """
    rows = Estimates.conform(estimates)
    withheld = _withheld_questions(rows, codebook)
    rows = _publishable(rows)
    rows = rows[~rows[Estimates.question].isin(list(withheld))].reset_index(drop=True)
    verdicts = _judge_sets(rows, rules)
    closed = close_alone(verdicts, rules) if closed is None else closed
    verdicts = _close(verdicts, closed[closed[ClosedFigures.statistic] == ""])
    verdicts = _hide_lone(verdicts)
    verdicts[_COARSE] = leaves_some(verdicts)
    rows = rows.merge(verdicts[[*SET, PublishedRows.flag, PublishedRows.reason, _COARSE]], on=SET, how="left")
    rows = _flag_wide_rows(rows, rules)
    rows = _blank_suppressed(bound_small_counts(rows, codebook, smallest=rules.smallest_count, closed=closed))
    rows = PublishedRows.conform(round_rows(rows, rows.pop(_COARSE)))
    return _seal(rows, simulated=simulated, withheld=withheld, log=verdicts)


def _seal(rows: pd.DataFrame, *, simulated: bool, withheld: Mapping[str, str], log: pd.DataFrame) -> Published:
    hidden = log.loc[log[PublishedRows.flag] == "suppressed", list(HiddenSets.columns())].reset_index(drop=True)
    sealed = {
        "_rows": rows,
        "_simulated": bool(simulated),
        "_withheld": dict(withheld),
        "_log": HiddenSets.conform(hidden),
    }
    published = object.__new__(Published)
    for name, value in sealed.items():
        object.__setattr__(published, name, value)
    return published


def base_name(question: str) -> str:
    """Return the form's name of a question that may be a turn of a repeat (``age[2]`` is ``age``)."""
    return question.split("[", 1)[0]


def _withheld_questions(rows: pd.DataFrame, codebook: Codebook) -> dict[str, str]:
    known = {question.name: question for question in codebook.questions}
    names = sorted(rows[Estimates.question].unique())
    reasons = {name: _why_withheld(known.get(base_name(name))) for name in names}
    return {name: reason for name, reason in reasons.items() if reason}


def _why_withheld(question: Question | None) -> str:
    if question is None:
        return "unknown"
    if question.role not in _PUBLIC_ROLES:
        return str(question.role)
    return "" if question.kind in _PUBLIC_KINDS else str(question.kind)


def _judge_sets(rows: pd.DataFrame, rules: Publication) -> pd.DataFrame:
    """Return one row per set with its smallest base, its governing interval, and the verdict."""
    sets = _governing_rows(rows).merge(_smallest_base(rows), on=SET, suffixes=("_governing", ""))
    n, clusters = sets[Estimates.n], sets[Estimates.clusters]
    width = sets[Estimates.high] - sets[Estimates.low]
    in_points = sets[Estimates.statistic].isin(_IN_POINTS)
    n_effective = sets[Estimates.n_effective].where(np.isfinite(sets[Estimates.n_effective]), n)
    suppress = {
        "smallest_n": n < rules.smallest_n,
        "smallest_clusters": clusters < rules.smallest_clusters,
        "no_interval": width.isna(),
        "smallest_n_effective": n_effective < rules.smallest_n_effective,
        "widest_interval": in_points & (width > rules.widest_interval),
    }
    doubt = {
        "flag_n": n < rules.flag_n,
        "flag_interval": in_points & (width >= rules.flag_interval),
        "flag_df": sets[Estimates.df] < rules.flag_df,
        "few_clusters": clusters <= FEW_CLUSTERS,
    }
    reasons = np.select([*suppress.values(), *doubt.values()], [*suppress, *doubt], default="")
    hidden = pd.Series(np.isin(reasons, list(suppress)), index=sets.index)
    flags = np.where(hidden, "suppressed", np.where(reasons == "", "", "low_precision"))
    return sets[[*SET, Estimates.n, Estimates.clusters]].assign(
        **{
            PublishedRows.flag: pd.Series(flags, index=sets.index, dtype="str"),
            PublishedRows.reason: pd.Series(reasons, index=sets.index, dtype="str"),
        }
    )


def _governing_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the row by which a set's precision is judged.

    The positive share where there is one: it is the figure that readers use. Else the widest of the shares, else
    the average, else whatever there is.
    """
    rank = rows[Estimates.statistic].map({"positive": 0, "share": 1, "average": 2}).fillna(3)
    width = (rows[Estimates.high] - rows[Estimates.low]).fillna(np.inf)
    ordered = rows.assign(_rank=rank, _width=-width).sort_values(["_rank", "_width"], kind="stable")
    columns = [*SET, Estimates.statistic, Estimates.low, Estimates.high, Estimates.n_effective]
    return ordered.drop_duplicates(SET)[columns]


def _smallest_base(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the smallest n, clusters and df of each set; those who gave no answer count only where nobody did."""
    without_answer = rows[Estimates.statistic] == "nonanswer"
    nobody_answered = without_answer.groupby([rows[name] for name in SET]).transform("all")
    base = rows[~without_answer | nobody_answered].groupby(SET, sort=False)
    return base[[Estimates.n, Estimates.clusters, Estimates.df]].min().reset_index()


def find_bases(estimates: pd.DataFrame) -> pd.DataFrame:
    """Return one row per publishable set with its smallest ``n``, ``clusters`` and ``df``."""
    return _smallest_base(_publishable(estimates))


def find_imprecise(estimates: pd.DataFrame, rules: Publication) -> pd.DataFrame:
    """Return the sets of enough people that are hidden for the width of their interval."""
    verdicts = _judge_sets(_publishable(estimates), rules)
    enough = ~verdicts[PublishedRows.reason].isin(["smallest_n", "smallest_clusters"])
    return verdicts[(verdicts[PublishedRows.flag] == "suppressed") & enough]


def _publishable(rows: pd.DataFrame) -> pd.DataFrame:
    crossing = (rows[Estimates.level] == "area") & (rows[Estimates.group] != "")
    return rows[~crossing & (rows[Estimates.statistic] != SHARE_ASKED)]


def _close(verdicts: pd.DataFrame, closed: pd.DataFrame) -> pd.DataFrame:
    """Hide the sets that would give hidden ones back."""
    beside = pd.MultiIndex.from_frame(verdicts[SET]).isin(pd.MultiIndex.from_frame(closed[SET]))
    beside &= verdicts[PublishedRows.flag] != "suppressed"
    verdicts = verdicts.copy()
    verdicts.loc[beside, PublishedRows.flag] = "suppressed"
    verdicts.loc[beside, PublishedRows.reason] = "complement"
    return verdicts


def _hide_lone(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Where exactly one area (or value of a group) is hidden, hide the smallest other one as well.

    Otherwise the total minus the rest would give the hidden one back (Cox 1980, JASA 75, on complementary
    suppression; here the simplest case, one additive margin).
    """
    by_area = verdicts[Estimates.level] == "area"
    by_group = (verdicts[Estimates.level] == "all") & (verdicts[Estimates.group] != "")
    parts = verdicts[by_area | by_group]
    families = [Estimates.period, Estimates.level, Estimates.group, Estimates.question]
    hidden = parts[PublishedRows.flag] == "suppressed"
    count = hidden.groupby([parts[name] for name in families]).transform("sum")
    shown = parts[~hidden & (count == 1)]
    second = shown.sort_values([Estimates.n, Estimates.area, Estimates.value], kind="stable").drop_duplicates(families)
    verdicts = verdicts.copy()
    verdicts.loc[second.index, PublishedRows.flag] = "suppressed"
    verdicts.loc[second.index, PublishedRows.reason] = "complement"
    return verdicts


def _flag_wide_rows(rows: pd.DataFrame, rules: Publication) -> pd.DataFrame:
    """Flag single figures of a shown set whose own interval is wide, in points or beside their share.

    ``net`` spans twice the range of a share. By the rule of NCHS (Parker et al. 2017, *Vital and Health Statistics*
    2(175), p. 4) a share is not shown when its interval is wider than 5 points and than 130 % of the share itself;
    here, where sets are shown as a whole, it is flagged.
    """
    range_of = rows[Estimates.statistic].eq("net") + 1
    width = (rows[Estimates.high] - rows[Estimates.low]) / range_of
    wide = (rows[PublishedRows.flag] == "") & (rows[Estimates.statistic] != "average") & (width >= rules.flag_interval)
    vague = (rows[PublishedRows.flag] == "") & rows[Estimates.statistic].isin(COUNTED) & (width > _NARROW)
    vague &= 100 * width > rules.flag_relative * rows[Estimates.estimate]
    blind = (rows[PublishedRows.flag] != "suppressed") & width.isna()
    rows.loc[vague, PublishedRows.reason] = "flag_relative"
    rows.loc[wide, PublishedRows.reason] = "flag_interval"
    rows.loc[wide | vague, PublishedRows.flag] = "low_precision"
    rows.loc[blind, PublishedRows.flag] = "suppressed"
    rows.loc[blind, PublishedRows.reason] = "no_interval"
    return rows


def _blank_suppressed(rows: pd.DataFrame) -> pd.DataFrame:
    hidden = rows[PublishedRows.flag] == "suppressed"
    rows.loc[hidden, list(_NUMBERS)] = np.nan
    rows.loc[hidden, [PublishedRows.n, PublishedRows.df, PublishedRows.clusters]] = 0
    rows.loc[hidden, PublishedRows.reason] = HIDDEN
    return rows
