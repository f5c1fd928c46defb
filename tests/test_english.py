"""The outputs in English: every word of ours is English, every number too; what is quoted stands as it was said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from danvan_study.pipeline import Maker, brief_contexts
from danvan_study.publish.annex import compose_annex
from danvan_study.publish.area_page import compose_area
from danvan_study.publish.blocks import Picture
from danvan_study.publish.report import compose_report
from danvan_study.publish.summary import compose_summary
from tests.demonstration import results
from tests.letters import is_vietnamese

if TYPE_CHECKING:
    from collections.abc import Iterator

    from danvan_study.publish import BriefContext

WAVE = "2025q3"
MARK = "SỐ LIỆU MÔ PHỎNG"
"""Simulated data are marked in both languages."""


def texts_in(value: object) -> Iterator[str]:
    """Yield every text inside blocks, charts and sheets."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Picture):
        yield from texts_in((value.caption, value.alt, value.notes))
        yield value.chart.watermark
        yield from (given[1] for method, given, _ in value.chart.marks if method == "text")
    elif isinstance(value, (tuple, list)):
        for each in value:
            yield from texts_in(each)
    elif hasattr(value, "__slots__") or hasattr(value, "__dataclass_fields__"):
        names = getattr(value, "__dataclass_fields__", ())
        for name in names:
            yield from texts_in(getattr(value, name))


@pytest.fixture(scope="module")
def contexts() -> dict[str, BriefContext]:
    return brief_contexts(results()[WAVE], Maker.current(), language="en")


@pytest.fixture(scope="module")
def told(contexts: dict[str, BriefContext]) -> dict[str, list[str]]:
    """Return the texts of every output, by folder and name."""
    found = {}
    for folder, context in contexts.items():
        assert context.areas is not None
        outputs = {
            "report": compose_report(context),
            "summary": compose_summary(context),
            "area": compose_area(context, context.areas.reporting[0]),
            "annex": compose_annex(context),
        }
        found |= {f"{folder}/{name}": list(texts_in(output)) for name, output in outputs.items()}
    return found


def quoted(contexts: dict[str, BriefContext]) -> set[str]:
    """Return what stands as it was written: study.toml, names of places, Vietnamese terms in the form's English."""
    (context, *_) = contexts.values()
    assert context.areas is not None
    places = {
        name for area in (*context.areas.reporting, *context.areas.others) for name in (area.name, area.label("en"))
    }
    bare = {re.sub(r"^(Thành phố|Thị xã|Huyện) ", "", name).removesuffix(" District") for name in places}
    labels = {" ".join(question.label("en").split()) for question in context.codebook.questions}
    return {text for text in {*texts_in(context.study), *places, *bare, *labels, MARK} if is_vietnamese(text)}


def test_no_sentence_of_ours_is_vietnamese(told, contexts):
    known = sorted(quoted(contexts), key=len, reverse=True)
    left = {}
    for output, texts in told.items():
        for text in texts:
            rest = re.sub("“[^”]*”", "", text)
            for each in known:
                rest = rest.replace(each, "").replace(each.rstrip("."), "")
            if is_vietnamese(rest):
                left.setdefault(output, []).append(text)
    assert left == {}


def test_periods_and_numbers_are_written_as_english_does(told):
    report = " ".join(told["9T/report"])
    assert "January to September 2025" in report
    assert re.search(r"\d\.\d%", report)
    assert not re.search(r"\d,\d ?%|\d,\d \(", report)
