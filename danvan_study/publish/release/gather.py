"""From a wave to what a release may hold: people who agreed, what others know of them, what they answered."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.codebook import Role
from danvan_study.errors import StudyError
from danvan_study.exchange import Variable, reason_to_stay
from danvan_study.exchange.columns import code_question
from danvan_study.exchange.leave import CODED
from danvan_study.form.lint.consent import YES
from danvan_study.messages import say
from danvan_study.publish.release.ladder import JOINED
from danvan_study.publish.release.microdata import BLANK, UNKNOWN, Item, Key, Microdata, encode
from danvan_study.tables import MILLION, Answers, PublishedRows, Respondents, Weights

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from danvan_study.areas import Areas
    from danvan_study.codebook import Codebook, Question
    from danvan_study.exchange import WaveTables
    from danvan_study.study import Group, Study

AREA = "dia_ban"
PURPOSE = "release"
EVERYBODY = ("", "")
RELEASED = (Role.OPINION, Role.FILTER)
"""Opinions, and the questions that decide who is asked them. Everything else others may know, or it tells of the
interview; who is of which people (``ethnic_band``) is a question of the design and never here."""
_NAMED = re.compile(r"\$\{([^}]+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What of a wave can be released, before it is protected."""

    microdata: Microdata
    variables: Mapping[str, Variable]
    """Item to its column, with labels."""
    labels: Mapping[str, Mapping[str, Mapping[str, str]]]
    """Key to value to language to label; the key's own wording stands under the value ``""``."""
    left_out: Mapping[str, str]
    agreed: int
    interviews: int


def gather(tables: WaveTables, published: pd.DataFrame, *, study: Study, areas: Areas | None) -> Gathered:
    """Return what of a wave can be released.

    Parameters
    ----------
    published
        The wave's figures after the gate (:class:`~danvan_study.tables.PublishedRows`), by area and by group: what is
        hidden there is held back here.

    Raises
    ------
    StudyError
        As :func:`who_agreed`.
    """
    respondents = _in_secret_order(tables, who_agreed(tables))
    people = pd.Index(respondents[Respondents.respondent])
    latest = list(tables.codebooks.values())[-1]
    keys = list(_keys(respondents, latest, study=study, areas=areas))
    items, variables, left_out = _items(tables, people, published, study=study)
    weights = tables.weights.set_index(Weights.respondent)[Weights.weight]
    weight = weights.reindex(people).to_numpy("float64") / MILLION
    weight *= weights.sum() / MILLION / weight.sum()  # those who agreed stand for everybody
    units = respondents[Respondents.stratum] + "/" + respondents[Respondents.cluster]
    villages = list(dict.fromkeys(units))  # in the order of rows, which is secret
    return Gathered(
        microdata=Microdata(
            keys=tuple(key for key, _ in keys),
            items=tuple(items),
            weight=weight,
            cluster=encode(villages, units, absent=UNKNOWN),
        ),
        variables=variables,
        labels={key.name: labels for key, labels in keys},
        left_out=left_out,
        agreed=len(people),
        interviews=len(tables.respondents),
    )


def who_agreed(tables: WaveTables) -> set[str]:
    """Return the respondents who agreed to a release in so many words.

    Raises
    ------
    StudyError
        The form asks nobody, or nobody agreed.
    """
    agreed: set[str] = set()
    asked = False
    for version, codebook in tables.codebooks.items():
        for question in codebook.questions:
            if question.card.consent != PURPOSE or question.role is not Role.CONSENT:
                continue
            asked = True
            rows = tables.answers[tables.answers[Answers.question] == question.name]
            said_yes = set(rows.loc[rows[Answers.answer].isin(YES), Answers.respondent])
            versions = tables.respondents[Respondents.form_version]
            agreed |= said_yes & set(tables.respondents.loc[versions == version, Respondents.respondent])
    if not asked:
        raise StudyError(
            say("wave {wave}", wave=tables.wave),
            say("its form asks nobody whether the answers may be released, and silence is no consent."),
            say('Nothing is released. For later waves add a consent question with "release" in the column consent.'),
        )
    if not agreed:
        raise StudyError(
            say("wave {wave}", wave=tables.wave), say("nobody agreed to a release."), say("Nothing is released.")
        )
    return agreed


def _in_secret_order(tables: WaveTables, agreed: set[str]) -> pd.DataFrame:
    """Return those who agreed, in an order that only the whole wave decides: every id and every answer.

    Ids alone would not do: those of a past study are numbers that anybody could write down.
    """
    columns = [Answers.respondent, Answers.question, Answers.answer]
    told = sorted(map("\x1f".join, tables.answers[columns].astype("str").itertuples(index=False, name=None)))
    secret = hashlib.sha256("\x1e".join(told).encode()).hexdigest()
    kept = tables.respondents[tables.respondents[Respondents.respondent].isin(sorted(agreed))]
    order = kept[Respondents.respondent].map(lambda one: hashlib.sha256(f"{secret} {one}".encode()).hexdigest())
    return kept.loc[order.sort_values().index].reset_index(drop=True)


def _keys(
    respondents: pd.DataFrame, codebook: Codebook, *, study: Study, areas: Areas | None
) -> Iterator[tuple[Key, dict[str, dict[str, str]]]]:
    if areas:
        values = tuple(area.key for area in areas.reporting)
        labels = {area.key: {"vi": area.name, "en": area.label("en")} for area in areas.reporting}
        codes = encode(values, respondents[Respondents.area], absent=UNKNOWN)
        coarser = _coarser(values, {area.key: area.parent for area in areas.reporting if area.parent})
        labels |= _names_above(coarser, areas) | {"": {"vi": "Địa bàn báo cáo", "en": "Reporting area"}}
        yield Key(name=AREA, values=values, codes=codes, is_place=True, coarser=coarser), labels
    villages = respondents[Respondents.stratum] + "/" + respondents[Respondents.cluster]
    for group in study.groups:
        values, group_labels = _group_values(group, respondents, codebook)
        codes = encode(values, respondents[group.name], absent=UNKNOWN)
        in_villages = respondents.assign(village=villages)[["village", group.name]].drop_duplicates()
        is_place = bool(study.design.cluster) and not in_villages["village"].duplicated().any()
        yield Key(name=group.name, values=values, codes=codes, is_place=is_place), group_labels


def _coarser(values: Sequence[str], parents: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """Return the areas by the unit above them; nothing where they have none, or all the same."""
    above = dict.fromkeys(parents.get(value, "") for value in values)
    if "" in above or len(above) < 2:
        return ()
    return tuple(tuple(value for value in values if parents[value] == parent) for parent in above)


def _names_above(groups: Sequence[Sequence[str]], areas: Areas) -> dict[str, dict[str, str]]:
    """Return the name of the unit above for each group of areas, as far as the areas table has it."""
    units = {area.key: area for area in areas.others}
    above = {JOINED.join(group): areas.by_key()[group[0]].parent for group in groups}
    return {
        name: {"vi": units[parent].name, "en": units[parent].label("en")}
        for name, parent in above.items()
        if parent in units
    }


def _group_values(
    group: Group, respondents: pd.DataFrame, codebook: Codebook
) -> tuple[tuple[str, ...], dict[str, dict[str, str]]]:
    question = codebook.question(group.question)
    wording = {"": dict(question.labels) if question else {"vi": group.name}}
    if group.breaks or question is None:
        values = tuple(sorted(set(respondents[group.name]) - {""}))
        return values, {value: {"vi": value} for value in values} | wording
    real = [choice for choice in question.choices if not choice.missing and choice.name not in group.other]
    return tuple(choice.name for choice in real), {choice.name: dict(choice.labels) for choice in real} | wording


def _items(
    tables: WaveTables, people: pd.Index[str], published: pd.DataFrame, *, study: Study
) -> tuple[list[Item], dict[str, Variable], dict[str, str]]:
    items: list[Item] = []
    variables: dict[str, Variable] = {}
    left_out: dict[str, str] = {}
    codebook = list(tables.codebooks.values())[-1]
    hidden = _hidden(published)
    keys = {group.question for group in study.groups}
    for question in codebook.questions:
        if question.name in keys:
            continue
        named = _hangs_on(question, codebook)
        given = tables.answers[tables.answers[Answers.question] == question.name]
        reason = _reason_to_stay(question, tables, study) or ("unasked" if given.empty else "")
        if not reason and (EVERYBODY in hidden[question.name] or any(left_out.get(name) == "gate" for name in named)):
            reason = "gate"
        if reason:
            left_out[question.name] = reason
            continue
        depends = frozenset(item.name for item in items if variables[item.name].source.partition("/")[0] in named)
        for variable, cells in code_question(question, given, people):
            values = tuple(str(value.code) for value in variable.codes)
            told = cells.map("{:.0f}".format, na_action="ignore").fillna("")
            codes = encode(values, told, absent=BLANK)
            closed = frozenset(hidden[question.name])
            items.append(Item(name=variable.name, values=values, codes=codes, depends=depends, closed=closed))
            variables[variable.name] = variable
    return items, variables, left_out


def _hangs_on(question: Question, codebook: Codebook) -> set[str]:
    """Return the questions that decide whether this one is asked, through other conditions and calculations too."""
    found: set[str] = set()
    waiting = [question]
    while waiting:
        one = waiting.pop()
        for condition in (*codebook.relevance(one), one.calculation if one is not question else ""):
            new = set(_NAMED.findall(condition)) - found
            found |= new
            waiting += [other for name in sorted(new) if (other := codebook.question(name))]
    return found - {question.name}


def _reason_to_stay(question: Question, tables: WaveTables, study: Study) -> str:
    if reason := reason_to_stay(question, study):
        return reason
    if question.role is Role.QUALITY:
        return "quality"
    if question.role not in RELEASED or question.kind not in CODED or question.repeat:
        return "key"
    language = study.languages[0]
    versions = [codebook.question(question.name) for codebook in tables.codebooks.values()]
    return "reworded" if len({one.fingerprint(language) for one in versions if one}) > 1 else ""


def _hidden(published: pd.DataFrame) -> defaultdict[str, set[tuple[str, str]]]:
    """Return for each question the key and value of the sets that the gate hides; ``EVERYBODY`` for the whole."""
    hidden: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    rows = published[published[PublishedRows.flag] == "suppressed"]
    columns = [PublishedRows.question, PublishedRows.area, PublishedRows.group, PublishedRows.value]
    for question, area, group, value in rows[columns].drop_duplicates().to_numpy(dtype=object):
        if not area or not group:  # crossings of the two are published nowhere
            hidden[str(question)].add((AREA, str(area)) if area else (str(group), str(value)))
    return hidden
