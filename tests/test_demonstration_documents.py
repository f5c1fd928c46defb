"""The documents of the demonstration: every sentence keeps the rules of a brief, and in English all of ours is English.

Quoted is what was said, as it was said.
"""

from __future__ import annotations

import re
from collections import Counter
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from danvan_study.pipeline import Maker, brief_contexts, compute_waves
from danvan_study.publish import write_outputs
from danvan_study.publish.annex import compose_annex
from danvan_study.publish.area_page import compose_area
from danvan_study.publish.blocks import Picture
from danvan_study.publish.charts import ink
from danvan_study.publish.lint import Known, lint_draft, read_draft
from danvan_study.publish.lint.draft import sentences
from danvan_study.publish.report import compose_report
from danvan_study.publish.summary import compose_summary
from danvan_study.publish.words import phrases
from tests.demonstration import ROOT, areas, study
from tests.letters import is_vietnamese

if TYPE_CHECKING:
    from collections.abc import Iterator

    from danvan_study.pipeline.result import WaveResult
    from danvan_study.publish import BriefContext

HALF_YEAR = "2025q2"
"""The wave that ends six months: two periods, and changes since the wave before."""
ROLLING_YEAR = "2025q3"
"""The wave after it, which ends nine months and the first rolling year."""
PLACES = frozenset(area.name.lower() for area in (*areas().reporting, *areas().others))
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
def results() -> dict[str, WaveResult]:
    """Return the figures of both waves: together they take a quarter longer than the later alone."""
    waves = (HALF_YEAR, ROLLING_YEAR)
    return dict(zip(waves, compute_waves(ROOT, waves), strict=True))


@pytest.fixture(scope="module")
def contexts(results: dict[str, WaveResult]) -> dict[str, BriefContext]:
    return brief_contexts(results[ROLLING_YEAR], Maker.current(), language="en")


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


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """One dot for every chart: their sentences are captions, notes and alternative texts."""
    stream = BytesIO()
    Image.new("L", (1, 1)).save(stream, "png")
    monkeypatch.setattr(ink, "draw", lambda _: ink.Drawn(png=stream.getvalue(), svg=b""))


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_sentence_keeps_every_rule(results: dict[str, WaveResult], language: str) -> None:
    known = Known(
        contact=study().contact,
        places=PLACES,
        simulated_mark=phrases(language)["simulated"],
        dated=study().wave(HALF_YEAR).end,
    )
    contexts = brief_contexts(results[HALF_YEAR], Maker.current(), language=language)
    assert len(contexts) == 2
    said, broken = Counter[str](), []
    for period, context in contexts.items():
        files = write_outputs(context, parts=["report", "summary", "areas"], formats=["docx"])
        for name, content in files.items():
            if not name.endswith(".docx"):
                continue
            draft = read_draft(content, source=name, known=known)
            said[name.partition("/")[0]] += sum(len(sentences(passage.text)) for passage in draft.everything)
            broken += [f"{period} {name} {one}" for one in lint_draft(draft) if one.rule != "left-blank"]
    assert broken == []
    assert said["brief.docx"] > 1000
    assert said["summary.docx"] > 100
    assert said["areas"] > 500
