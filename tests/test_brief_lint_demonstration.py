"""Every sentence of the demonstration's documents keeps the rules of a brief."""

from __future__ import annotations

from collections import Counter
from io import BytesIO

import pytest
from PIL import Image

from danvan_study.pipeline import Maker, brief_contexts
from danvan_study.publish import write_outputs
from danvan_study.publish.charts import ink
from danvan_study.publish.lint import Known, lint_draft, read_draft
from danvan_study.publish.lint.draft import sentences
from danvan_study.publish.words import phrases
from tests.demonstration import areas, results, study

WAVE = "2025q2"
"""The wave that ends six months: two periods, and changes since the wave before."""
PLACES = frozenset(area.name.lower() for area in (*areas().reporting, *areas().others))


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """One dot for every chart: their sentences are captions, notes and alternative texts."""
    stream = BytesIO()
    Image.new("L", (1, 1)).save(stream, "png")
    monkeypatch.setattr(ink, "draw", lambda _: ink.Drawn(png=stream.getvalue(), svg=b""))


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_sentence_keeps_every_rule(language: str) -> None:
    known = Known(
        contact=study().contact,
        places=PLACES,
        simulated_mark=phrases(language)["simulated"],
        dated=study().wave(WAVE).end,
    )
    contexts = brief_contexts(results()[WAVE], Maker.current(), language=language)
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
