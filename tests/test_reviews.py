"""Two spans, or a pilot against other areas: comparable items only, in the words that the design allows."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from pypdf import PdfReader

from danvan_study.cli import app
from danvan_study.errors import StudyError
from danvan_study.estimate import estimate_review
from danvan_study.estimate.reviews import comparisons_of
from danvan_study.pipeline import review_study
from danvan_study.publish import (
    Provenance,
    ReviewContext,
    publish_estimates,
    publish_pilot,
    publish_trends,
    write_review,
)
from danvan_study.publish.pilot_gate import PublishedPilot
from danvan_study.study import Calendar, Review, read_study
from danvan_study.tables import Contrasts, Trends
from tests import small_sample
from tests.brief_material import AREAS, CODEBOOK, SHARES, STUDY, set_of, table
from tests.demonstration import ROOT
from tests.test_changes import sample
from tests.test_trend_brief import wave

if TYPE_CHECKING:
    from pathlib import Path

SMALL = Review(id="r", title="Thử", before=("w1", "w2"), after=("w3",), pilot=("north",))


def reviewed(review: Review = SMALL, *, calibrated: bool = False):
    samples = [sample(name, number) for number, name in enumerate(("w1", "w2", "w3"), 1)]
    if not calibrated:
        bare = [replace(one.calibration, membership=one.calibration.membership[:, :0]) for one in samples]
        samples = [replace(one, calibration=plain) for one, plain in zip(samples, bare, strict=True)]
    return estimate_review(review, samples, study=small_sample.study("w1", "w2", "w3"))


def joined(found) -> pd.DataFrame:
    """Put the changes of both sides beside their contrast."""
    sides = found.changes[found.changes["level"] == "area"].set_index(["area", *Contrasts.key])
    pilot, others = (
        sides.loc[side].rename(columns=lambda name, side=side: f"{side}_{name}") for side in ("pilot", "others")
    )
    return found.contrasts.set_index(list(Contrasts.key)).join([pilot, others], how="left")


def test_a_contrast_is_the_difference_of_two_changes_and_sides_that_share_nothing_add_their_errors() -> None:
    both = joined(reviewed())
    assert len(both) > 20
    np.testing.assert_allclose(both["contrast"], both["pilot_change"] - both["others_change"], atol=1e-7)
    np.testing.assert_allclose(both["se"].fillna(0) ** 2, both["pilot_se"] ** 2 + both["others_se"] ** 2, rtol=1e-6)
    assert (both["df"] == both[["pilot_df", "others_df"]].min(axis=1)).all()


def test_what_calibration_ties_together_enters_the_error() -> None:
    both = joined(reviewed(calibrated=True))
    apart = both["pilot_se"] ** 2 + both["others_se"] ** 2
    assert (np.abs(both["se"] ** 2 / apart - 1) > 1e-4).any()
    np.testing.assert_allclose(both["contrast"], both["pilot_change"] - both["others_change"], atol=1e-7)


def test_the_halves_of_the_span_before_show_what_went_apart_already() -> None:
    assert set(reviewed().contrasts["period"]) == {"after", "later"}
    assert set(reviewed(replace(SMALL, before=("w2",))).contrasts["period"]) == {"after"}
    assert reviewed(replace(SMALL, pilot=())).contrasts.empty


SPAN = Review(
    id="r",
    title="Thí điểm",
    before=("2025q1", "2025q2"),
    after=("2026q1", "2026q2"),
    pilot=(AREAS.reporting[0].key,),
)
NAMES = ("life_overall", "petition_trust")
CALENDAR = Calendar(waves=tuple(wave(year, quarter) for year in (2025, 2026) for quarter in (1, 2, 3, 4)))


def context(review: Review = SPAN, *, n: int = 700, p: tuple[float, float] = (0.001, 0.4)) -> ReviewContext:
    comparisons = comparisons_of(review)
    rows, changes, contrasts = [], [], []
    for one in comparisons:
        for period in (one.period.id, one.against.id):
            for name in NAMES:
                rows += set_of(name, SHARES[name], period=period)
                for area, size in (("pilot", n), ("others", 2000)):
                    rows += set_of(name, SHARES[name], period=period, level="area", area=area, n=size, clusters=60)
        for name, chance in zip(NAMES, p if one.period.id == "after" else (0.5, 0.5), strict=True):
            key = {
                "period": one.period.id,
                "against": one.against.id,
                "question": name,
                "statistic": "positive",
                "answer": "",
            }
            for area in ("", "pilot", "others") if review.pilot else ("",):
                row: dict[str, object] = dict.fromkeys(Trends.columns(), 1.0)
                row |= {"earlier": 50.0, "estimate": 51.0}
                row |= key | {"level": "area" if area else "all", "area": area, "family": "f", "note": ""}
                changes.append(row | {"comparable": True, "df": 90, "n": 700, "n_earlier": 700, "p": 0.5})
            contrasts.append(
                key
                | {
                    "pilot": 6.0,
                    "others": 1.0,
                    "contrast": 5.0,
                    "se": 1.5,
                    "low": 2.0,
                    "high": 8.0,
                    "p": chance,
                    "df": 60,
                }
            )
    figures = publish_estimates(table(*rows), rules=STUDY.publication, codebook=CODEBOOK, simulated=True)
    texts = {name: "str" for name, one in Trends.columns().items() if one.kind == "text"}
    published = publish_trends(pd.DataFrame(changes).astype(texts), figures=figures)
    whole = pd.DataFrame(contrasts).astype(dict.fromkeys(Contrasts.key, "str"))
    return ReviewContext(
        study=replace(STUDY, waves=CALENDAR.waves),
        review=review,
        codebook=CODEBOOK,
        calendar=CALENDAR,
        comparisons=comparisons,
        figures=figures,
        changes=published,
        pilot=publish_pilot(whole, changes=published) if review.pilot else None,
        areas=AREAS,
        provenance=Provenance(simulated=True, manifest_sha256="", commit="0123abc", version="0.1.0", form_sha256=""),
    )


def page(review: Review = SPAN, **fields: object) -> str:
    return write_review(context(review, **fields))["review.html"].decode().replace("\u00a0", " ")  # type: ignore[arg-type]


def test_without_a_recorded_lot_nothing_is_called_an_effect() -> None:
    html = page()
    assert "không được viết là do thí điểm" in html
    assert "tăng nhiều hơn nơi khác<br><small>+5,0 (2,0–8,0)</small>" in html
    assert "chưa thấy khác rõ" in html
    assert "thí điểm làm tăng" not in html


def test_a_recorded_lot_allows_to_speak_of_an_effect() -> None:
    html = page(replace(SPAN, drawn_by_lot="Biên bản rút thăm 12/2025"))
    assert "Biên bản rút thăm 12/2025" in html
    assert "thí điểm làm tăng<br><small>+5,0 (2,0–8,0)</small>" in html
    assert "không được viết là do thí điểm" not in html


def test_two_spans_without_other_areas_say_how_much_and_never_why() -> None:
    html = page(replace(SPAN, pilot=()))
    assert "không nói vì sao" in html
    assert "Nơi thí điểm" not in html


@pytest.mark.parametrize(
    ("fields", "warning"),
    [
        ({"before": ("2025q1",), "after": ("2026q1",)}, "không biết hai bên có đang thay đổi khác nhau từ trước"),
        ({"after": ("2025q4", "2026q1")}, "không gồm cùng những quý trong năm"),
        ({"before": ("2025q1", "2025q3")}, "Có quý không khảo sát"),
    ],
)
def test_what_the_spans_cannot_carry_is_a_warning(fields: dict[str, tuple[str, ...]], warning: str) -> None:
    assert warning not in page()
    assert warning in page(replace(SPAN, **fields))


def test_a_missing_quarter_is_named() -> None:
    assert "Thiếu quý II/2025." in page(replace(SPAN, before=("2025q1", "2025q3")))


def test_a_contrast_needs_both_sides() -> None:
    hidden = context(n=20)
    assert hidden.pilot is not None
    assert hidden.pilot.rows.empty
    assert "Chưa có câu hỏi nào đủ điều kiện công bố ở cả hai bên." in page(n=20)


def test_only_the_gate_makes_a_published_pilot() -> None:
    with pytest.raises(TypeError, match="publish_pilot only"):
        PublishedPilot()
    with pytest.raises(TypeError):
        replace(context(), pilot=context().pilot.rows)  # type: ignore[union-attr]


def test_the_same_review_gives_the_same_bytes_marked_as_simulated() -> None:
    first, second = write_review(context()), write_review(context())
    assert first == second
    documents = {f"review.{form}" for form in ("html", "docx", "pdf")}
    assert set(first) == documents | {"figures.csv", "changes.csv", "contrasts.csv"}
    read = {name: text for name, text in first.items() if not name.endswith((".docx", ".pdf"))}
    assert all("SỐ LIỆU MÔ PHỎNG" in text.decode() for text in read.values())
    pages = PdfReader(io.BytesIO(first["review.pdf"])).pages
    assert all("SỐ LIỆU MÔ PHỎNG" in page.extract_text() for page in pages)


STUDY_TOML = (ROOT / "study.toml").read_text(encoding="utf-8")
BLOCK = """
[[review]]
id = "x"
title = "Thử"
before = ["2024q4", "2025q1"]
after = ["2025q4", "2026q1"]
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('id = "x"', 'id = "a b"', '"a b" is not an id'),
        ('id = "x"', 'id = "sap-xep"', "used twice"),
        ('title = "Thử"', 'title = ""', "nothing is written here"),
        ('before = ["2024q4", "2025q1"]', "before = []", "the span has no wave"),
        ('"2025q4", "2026q1"', '"2025q1", "2026q1"', "does not come after"),
        ('"2025q4", "2026q1"', '"2027q4"', 'there is no wave "2027q4"'),
        ('id = "x"', 'id = "x"\ncause = "yes"', 'the key "cause" is not known'),
    ],
)
def test_a_review_that_cannot_be_is_refused(old: str, new: str, message: str) -> None:
    assert BLOCK.count(old) == 1
    with pytest.raises(StudyError, match=re.escape(message)):
        read_study(STUDY_TOML + BLOCK.replace(old, new))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration with two waves and reviews that lead nowhere."""
    root = tmp_path_factory.mktemp("reviews")
    for name in ("data", "survey_forms"):
        (root / name).symlink_to(ROOT / name)
    blocks = {
        "strange": 'pilot = ["2025-06-30:999"]',
        "all": f"pilot = {[area['vintage'] + ':' + area['code'] for area in districts()]}".replace("'", '"'),
    }
    made = "".join(BLOCK.replace('id = "x"', f'id = "{name}"\n{line}') for name, line in blocks.items())
    (root / "study.toml").write_text(STUDY_TOML + made, encoding="utf-8")
    return root


def districts() -> list[dict[str, str]]:
    rows = pd.read_csv(ROOT / "data/areas/areas.csv", dtype="str", keep_default_na=False).to_dict("records")
    return [row for row in rows if row["level"] == "district" and row["vintage"] == "2025-06-30"]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("strange", "no area is called 2025-06-30:999"),
        ("all", "every area is in the pilot"),
        ("nix", 'no review "nix"'),
    ],
)
def test_a_review_of_areas_that_are_not_there_is_refused(folder: Path, name: str, message: str) -> None:
    with pytest.raises(StudyError, match=re.escape(message)):
        review_study(folder, [name])


def test_no_verb_hides_another_of_the_same_name() -> None:
    flat = [app, *(group.typer_instance for group in app.registered_groups if not group.name and group.typer_instance)]
    verbs = [one.name or one.callback.__name__ for part in flat for one in part.registered_commands if one.callback]
    assert {"compare", "review", "run"} <= set(verbs)
    assert len(verbs) == len(set(verbs))
