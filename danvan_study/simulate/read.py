"""Read ``data/simulation.toml``: every mistake is one message with file, key and cure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.simulate.model import (
    AGE_BANDS,
    LARGEST_HOUSEHOLD,
    AskedIf,
    Coders,
    Fault,
    Fieldwork,
    Item,
    OpenQuestion,
    Response,
    Shift,
    Truth,
)
from danvan_study.simulate.sections import (
    ALL,
    check_sum,
    inner_sections,
    read_effects,
    read_numbers,
    read_shares,
    read_texts,
)
from danvan_study.study.toml import Section, parse

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

FAULTS = ("duplicate", "household_size", "missing_village", "out_of_hours", "clock", "district_unknown")


def read_truth(text: str, file: str = "data/simulation.toml") -> Truth:
    """Read the text of a ``simulation.toml``.

    Parameters
    ----------
    text
        Content of the file.
    file
        Its name, for messages.

    Raises
    ------
    StudyError
        A key is unknown, missing or of the wrong kind, shares don't add up to 100, or a name isn't known.
    """
    top = parse(text, file)
    waves = top.texts("waves")
    regions = read_texts(top.section("regions"))
    defaults = _Defaults(top.section("default"))
    truth = Truth(
        seed=top.whole("seed"),
        waves=waves,
        persistence=top.number("persistence"),
        nonanswer=read_effects(top.section("nonanswer", required=False)),
        regions=regions,
        adults_in_household=_household_sizes(top.section("adults_in_household")),
        response=_response(top.section("response"), regions),
        fieldwork=_fieldwork(top.section("fieldwork")),
        background=_background(top.section("background", required=False)),
        quality={name: read_shares(inner) for name, inner in inner_sections(top.section("quality", required=False))},
        items=tuple(_item(section, defaults, waves=waves, regions=regions) for section in top.sections("question")),
        unstated={name: read_numbers(inner) for name, inner in inner_sections(top.section("unstated", required=False))},
        open_question=_open_question(top.section("open")) if "open" in top else None,
        faults=tuple(_fault(section, waves) for section in top.sections("fault")),
    )
    _check_filters(truth, file)
    top.close()
    return truth


class _Defaults:
    """What holds for a question that doesn't say otherwise."""

    def __init__(self, section: Section) -> None:
        self.apart = read_numbers(section.section("apart", required=False))
        self.effects = read_effects(section.section("effects", required=False))
        self.sds = {key: section.number(key) for key in ("person_sd", "village_sd", "area_sd", "drift_sd")}
        section.close()


def _item(section: Section, defaults: _Defaults, *, waves: tuple[str, ...], regions: Mapping[str, object]) -> Item:
    item = Item(
        question=section.text("name"),
        shares=read_shares(section.section("shares")),
        apart=read_numbers(section.section("apart")) if "apart" in section else defaults.apart,
        effects=defaults.effects | read_effects(section.section("effects", required=False)),
        asked_if=_asked_if(section),
        shifts=(*_trend(section, waves), *(_shift(inner, waves, regions) for inner in section.sections("shift"))),
        wording=read_numbers(section.section("wording", required=False)),
        ordered=bool(section.value("ordered", bool, default=True)),
        asked_in=_asked_in(section, waves),
        **{key: section.number(key, default) for key, default in defaults.sds.items()},
    )
    section.close()
    return item


def _trend(section: Section, waves: tuple[str, ...]) -> tuple[Shift, ...]:
    """Return the trend of the whole province, one number a wave, as a shift without a region."""
    trend = section.numbers("trend", [])
    if not trend:
        return ()
    if len(trend) != len(waves):
        raise StudyError(
            section.where("trend"),
            say("there are {count} numbers for {waves} waves.", count=len(trend), waves=len(waves)),
            say("Write one for each wave."),
        )
    return (Shift(region="", by_wave=dict(zip(waves, trend, strict=True))),)


def _shift(section: Section, waves: tuple[str, ...], regions: Mapping[str, object]) -> Shift:
    shift = Shift(
        region=section.choice("region", ("", *regions), ""),
        by_wave=read_numbers(section.section("by_wave"), known=waves),
        answer=section.text("answer", ""),
    )
    section.close()
    return shift


def _asked_in(section: Section, waves: tuple[str, ...]) -> tuple[str, ...]:
    asked_in = section.texts("asked_in", [])
    for wave in asked_in:
        if wave not in waves:
            raise StudyError(
                section.where("asked_in"),
                say('"{wave}" is no wave.', wave=wave),
                say("Waves: {known}.", known=", ".join(waves)),
            )
    return asked_in


def _asked_if(section: Section) -> AskedIf | None:
    if "asked_if" not in section:
        return None
    inner = section.section("asked_if")
    rule = AskedIf(question=inner.text("question"), answers=inner.texts("answers"))
    inner.close()
    return rule


def _household_sizes(section: Section) -> dict[str, tuple[float, ...]]:
    sizes = {}
    for band in AGE_BANDS:
        sizes[band] = section.numbers(band)
        check_sum(sizes[band], section.where(band))
        if len(sizes[band]) != LARGEST_HOUSEHOLD:
            raise StudyError(
                section.where(band),
                say("there are {count} numbers.", count=len(sizes[band])),
                say("Write the percent in households of 1 to {most} adults.", most=LARGEST_HOUSEHOLD),
            )
    section.close()
    return sizes


def _response(section: Section, regions: Mapping[str, object]) -> Response:
    response = Response(
        percent=section.number("percent"),
        effects=read_effects(section.section("effects", required=False)),
        by_region=read_numbers(section.section("by_region", required=False), known=regions),
        asked_consent=section.number("asked_consent"),
    )
    if not 0 < response.percent < ALL:
        raise StudyError(
            section.where("percent"),
            say("{percent:g} is no rate.", percent=response.percent),
            say("Write a percent below 100."),
        )
    section.close()
    return response


def _fieldwork(section: Section) -> Fieldwork:
    fieldwork = Fieldwork(
        villages=section.whole("villages"),
        smallest=section.whole("smallest"),
        households=section.whole("households"),
        interviewers=section.whole("interviewers"),
        closed=tuple(_days(inner) for inner in section.sections("closed")),
        visits=section.texts("visits", []),
    )
    section.close()
    return fieldwork


def _days(section: Section) -> tuple[date, date]:
    days = section.day("first"), section.day("last")
    section.close()
    return days


def _background(section: Section) -> dict[str, dict[str, dict[str, float]]]:
    questions = {}
    for name, by_age in inner_sections(section):
        questions[name] = {band: read_shares(by_age.section(band)) for band in AGE_BANDS}
        by_age.close()
    return questions


def _open_question(section: Section) -> OpenQuestion:
    question = OpenQuestion(
        question=section.text("question"),
        follows=section.text("follows"),
        percent=section.number("percent"),
        phrases=read_texts(section.section("phrases")),
        acts=read_texts(section.section("act", required=False)),
        feelings=read_texts(section.section("polarity", required=False)),
        coders=_coders(section.section("coders")),
    )
    section.close()
    return question


def _coders(section: Section) -> Coders:
    coders = Coders(
        texts=section.whole("texts"),
        reviewer=section.text("reviewer"),
        names=section.texts("names"),
        adjudicator=section.text("adjudicator"),
        wrong=read_numbers(section.section("wrong"), known=("code", "act", "polarity")),
    )
    section.close()
    return coders


def _fault(section: Section, waves: tuple[str, ...]) -> Fault:
    fault = Fault(
        kind=section.choice("kind", FAULTS),
        wave=section.choice("wave", waves),
        count=section.whole("count", 1),
        interviewer=section.text("interviewer", ""),
        days=section.whole("days", 0),
    )
    section.close()
    return fault


def _check_filters(truth: Truth, file: str) -> None:
    asked: dict[str, Item] = {}
    for item in truth.items:
        rule = item.asked_if
        if rule and (rule.question not in asked or asked[rule.question].asked_if):
            raise StudyError(
                say("{file}, question {question} asked_if", file=file, question=item.question),
                say('"{question}" is no earlier question that everybody is asked.', question=rule.question),
                say("Put the filter question before it."),
            )
        asked[item.question] = item
