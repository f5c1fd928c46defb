"""A real KoboToolbox assessment, from the field's files to a brief; its form is unknown to the code.

Raw + cleaning log must equal the clean data of the field team, compared by value, cell by cell. Every difference that
is not in their log is listed here by name; there is no other.
"""

from __future__ import annotations

import csv
import html
import io
import os
import random
import shutil
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import pandas as pd
import pytest

from danvan_study.areas import COLUMNS
from danvan_study.clean import apply_corrections, pass_over_removed
from danvan_study.codebook import QuestionKind
from danvan_study.collect import collect_responses
from danvan_study.pipeline import (
    PreparedWave,
    import_cleaning_log,
    import_raw_files,
    load_study,
    load_wave,
    prepare_wave,
    run_study,
    verify_study,
)
from danvan_study.pipeline.exchange import Format, Manner, export_wave
from danvan_study.store import Folder, read_rows, write_corrections
from danvan_study.tables import MILLION, Answers, Corrections, Interviews, Removed, Respondents, Weights

if TYPE_CHECKING:
    from danvan_study.clean import Cleaned
    from danvan_study.collect import Collected
    from danvan_study.pipeline.sources import WaveSource

HERE = Path(__file__).parent
REAL = Path(os.environ.get("DANVAN_SHARED", HERE.parents[2] / "shared")) / "real" / "field_assessment"
WAVE = "2021q3"

SERVER = {"_id", "_uuid", "_submission_time", "_notes", "_status", "_submitted_by", "_index"}
TIMES = {"start", "end"}  # become the day and the minutes of the interview
PROHIBITED = {"deviceid"}
ADDED = {"water_sector", "socio_eco_division"}  # by the field team, after cleaning


@dataclass(frozen=True, kw_only=True)
class Field:
    """The assessment after collect and clean."""

    source: WaveSource
    collected: Collected
    cleaned: Cleaned


def write_study(root: Path, raw: str = "submissions.json") -> Path:
    """Write the study folder as an office would have it."""
    for name in ("form.xlsx", "sample_frame.csv"):
        (root / name).write_bytes((REAL / name).read_bytes())
    shutil.copy(HERE / "field_assessment" / "study.toml", root)
    frame = read_rows((root / "sample_frame.csv").read_bytes(), "sample_frame.csv")
    areas = [
        dict.fromkeys(COLUMNS, "")
        | {"vintage": "2021-07-01", "code": f"{number:02d}", "level": "neighbourhood", "name": row["Neighbourhood"]}
        | {"answer": row["Neighbourhood"], "source": "sample_frame.csv"}
        for number, row in enumerate(frame, 1)
    ]
    with (root / "areas.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows(areas)
    assert import_raw_files(root, WAVE, [REAL / raw], source="KoboToolbox") == 632
    return root


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Path:
    root = write_study(tmp_path_factory.mktemp("field"))
    import_cleaning_log(root, WAVE, REAL / "cleaning_log.csv")
    return root


@pytest.fixture(scope="module")
def field(study) -> Field:
    folder = Folder(study)
    made, areas = load_study(folder)
    source = load_wave(folder, made.wave(WAVE), study=made, areas=areas)
    collected = collect_responses(source.raw.records, codebooks=source.codebooks, study=made, wave=source.wave)
    cleaned = apply_corrections(
        collected.interviews,
        collected.answers,
        pass_over_removed(source.corrections, removed=collected.removed, interviews=collected.interviews),
        codebooks=source.codebooks,
        file=source.corrections_file,
    )
    return Field(source=source, collected=collected, cleaned=cleaned)


@pytest.fixture(scope="module")
def wave(study) -> PreparedWave:
    return prepared(study)


def prepared(root: Path) -> PreparedWave:
    """Run the wave up to its weights."""
    folder = Folder(root)
    made, areas = load_study(folder)
    return prepare_wave(load_wave(folder, made.wave(WAVE), study=made, areas=areas), study=made, areas=areas)


def export(name: str) -> dict[str, dict[str, str]]:
    """Read a wide export with the standard library alone: respondent to column to text."""
    text = (REAL / name).read_bytes().decode("utf-8-sig")
    return {row["_uuid"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}


def cells(answers: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Respondent to question to answer."""
    table: dict[str, dict[str, str]] = defaultdict(dict)
    columns = (answers[name].tolist() for name in (Answers.respondent, Answers.question, Answers.answer))
    for respondent, question, answer in zip(*columns, strict=True):
        table[respondent][question] = answer
    return table


def compare(theirs: dict[str, dict[str, str]], ours: dict[str, dict[str, str]], several: set[str]):
    """Yield (column, respondent, theirs, ours) for every cell of their export that differs by value."""
    for respondent, row in theirs.items():
        for column, cell in row.items():
            if column in SERVER | TIMES | PROHIBITED | ADDED:
                continue
            question, _, choice = column.partition("/")
            stored = ours[respondent].get(question, "")
            if choice:
                assert question in several
                chosen = {"": "", "0": "0", "1": "1", "False": "0", "True": "1"}[cell]
                stored = "" if not stored else str(int(choice in stored.split()))
                is_same = chosen == stored
            elif question in several:
                is_same = set(cell.split()) == set(stored.split())
            else:
                is_same = cell.strip() == stored or number(cell) == number(stored) is not None
            if not is_same:
                yield column, respondent, cell, stored


def number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def several(field: Field) -> set[str]:
    questions = field.source.latest_codebook.questions
    return {question.name for question in questions if question.kind is QuestionKind.SELECT_MULTIPLE}


def test_the_form_is_read_whole(field) -> None:
    book = field.source.latest_codebook
    # 235 rows on the survey sheet: 12 open or close a group; "audit" is the app's, not a question.
    assert len(book.questions) == 235 - 12 - 1
    assert book.languages == ("en", "ar")
    assert len(book.topics) == 6
    assert len(several(field)) == 24


def test_every_submission_is_accounted_for_and_no_prohibited_field_passes(field) -> None:
    report = field.collected.report
    assert (report.received, report.kept) == (632, 632)
    assert report.prohibited == Counter({"deviceid": 632})
    assert report.unknown_keys == Counter()
    assert report.conflicts == Counter()
    assert (report.before_wave, report.after_wave, report.undated) == (0, 0, 0)
    # Their names of places are masked, the form's are not; one answer was renamed after the form was archived.
    strangers = {value.partition(":")[0] for value in report.unknown_choices}
    assert strangers == {"neighbourhood", "pay_water_charges_when"}
    raw = export("export_raw.csv")
    devices = {row["deviceid"] for row in raw.values()}
    assert not field.collected.answers[Answers.answer].isin(devices).any()
    assert "deviceid" not in set(field.collected.answers[Answers.question])


def test_api_answer_and_wide_export_give_the_same_tables(field, tmp_path) -> None:
    folder = Folder(write_study(tmp_path, raw="export_raw.csv"))
    made, areas = load_study(folder)
    source = load_wave(folder, made.wave(WAVE), study=made, areas=areas)
    wide = collect_responses(source.raw.records, codebooks=source.codebooks, study=made, wave=source.wave)
    assert wide.answers.equals(field.collected.answers)
    assert wide.interviews.equals(field.collected.interviews)
    assert wide.report == field.collected.report


def test_collected_answers_are_the_raw_export_cell_by_cell(field) -> None:
    different = list(compare(export("export_raw.csv"), cells(field.collected.answers), several(field)))
    # The choice was added to the form later: exports leave its column blank in older submissions.
    assert Counter(column for column, *_ in different) == Counter({"primary_livelihood/own_business": 99})
    assert {(theirs, ours) for _, _, theirs, ours in different} == {("", "0")}


def test_the_log_removes_54_interviews_and_changes_47_cells(field) -> None:
    report = field.cleaned.report
    assert len(field.source.corrections) == 724  # 726 lines, two of them repeated
    assert (report.changed, report.blanked, report.removed, report.none) == (44, 3, 54, 620)
    assert (report.repeated, report.on_removed) == (1, 2)
    assert len(field.cleaned.removed) == 54
    assert set(field.cleaned.interviews[Interviews.respondent]) == set(export("export_clean.csv"))
    before, after = cells(field.collected.answers), cells(field.cleaned.answers)
    changed = {
        (respondent, question)
        for respondent, answers in after.items()
        for question in answers | before[respondent]
        if answers.get(question) != before[respondent].get(question)
    }
    assert len(changed) == 47
    assert changed == set(zip(field.cleaned.changes["respondent"], field.cleaned.changes["question"], strict=True))


def test_every_old_value_that_the_log_left_blank_was_filled_from_raw_and_marked(field) -> None:
    acts = field.source.corrections[field.source.corrections[Corrections.action].isin(["change", "blank"])]
    assert (acts[Corrections.old_value] != "").all()
    assert acts[Corrections.reason].str.contains("[giá trị cũ lấy từ số liệu gốc]", regex=False).sum() == 38


def test_raw_and_log_equal_the_clean_data_of_the_field_team(field) -> None:
    different = defaultdict(list)
    for column, respondent, theirs, ours in compare(
        export("export_clean.csv"), cells(field.cleaned.answers), several(field)
    ):
        different[column].append((respondent[:8], theirs, ours))
    # The choice was added to the form later; their export leaves it blank where the rest of the question is filled.
    own_business = different.pop("primary_livelihood/own_business")
    assert len(own_business) == 66  # of 99 in the raw export; the others were removed
    assert {(theirs, ours) for _, theirs, ours in own_business} == {("", "0")}
    emptied = [("3b9732e2", "False", ""), ("728e4de0", "False", "")]
    choices = ("boil", "let_stand", "expose_sunlight", "use_chlorine", "filter", "other", "dont_know")
    turned = ("04e28a1d", "1238747b", "40d8ee6f", "5a2d6c59", "745ce148", "90e04250", "d04074f2", "f28e9f8d")
    assert {column: sorted(rows) for column, rows in different.items()} == {
        # A spreadsheet turned the number 0 into False.
        "spend_tap": [(respondent, "False", "0") for respondent in turned],
        # Their log edits one choice and leaves the parent of the select_multiple as it was; here it is one set.
        "water_sources": [("51324001", "piped", "piped borehole"), ("d5d26992", "piped", "piped borehole")],
        "treat_drink_water_how": [("3b9732e2", "expose_sunlight", ""), ("728e4de0", "filter", "")],
        # Without its only choice that set is empty: no answer, where theirs says "not chosen" seven times.
        **{f"treat_drink_water_how/{choice}": emptied for choice in choices},
    }


def test_who_was_interviewed_when_is_that_of_the_export(field) -> None:
    raw = export("export_clean.csv")
    for row in field.cleaned.interviews.to_dict("records"):
        theirs = raw[row[Interviews.respondent]]
        start, end = (datetime.fromisoformat(theirs[name]) for name in ("start", "end"))
        assert row[Interviews.started_on] == theirs["start"][:10]
        assert row[Interviews.minutes] == pytest.approx((end - start).total_seconds() / 60)


def households() -> dict[str, int]:
    """Neighbourhood to households in the frame."""
    rows = read_rows((REAL / "sample_frame.csv").read_bytes(), "sample_frame.csv")
    return {row["Neighbourhood"]: int(row["Total.no.of.HH"]) for row in rows}


def drop_half(study: Path) -> dict[str, int]:
    """Remove a seeded half of the interviews of every second neighbourhood by corrections; return what is left."""
    place = {respondent: row["neighbourhood"] for respondent, row in export("export_clean.csv").items()}
    left = Counter(place.values())
    draw = random.Random(2021)
    names = list(Corrections.columns())
    rows = read_rows((study / f"data/corrections/{WAVE}.csv").read_bytes(), "corrections", columns=names)
    for neighbourhood in sorted(left)[::2]:
        there = sorted(respondent for respondent, name in place.items() if name == neighbourhood)
        for respondent in draw.sample(there, len(there) // 2):
            line = {
                Corrections.respondent: respondent,
                Corrections.action: "remove",
                Corrections.reason: "thử quyền số",
            }
            rows.append(dict.fromkeys(names, "") | line)
            left[neighbourhood] -= 1
    write_corrections(Folder(study), f"data/corrections/{WAVE}.csv", rows)
    return dict(left)


def test_with_every_interview_each_household_counts_once(wave) -> None:
    weights = wave.weighted.weights[Weights.weight]
    assert (weights == MILLION).all()
    assert len(weights) == sum(households().values()) == 578


def test_with_interviews_missing_weights_are_frame_over_n_and_add_up_to_the_frame(tmp_path) -> None:
    root = write_study(tmp_path)
    import_cleaning_log(root, WAVE, REAL / "cleaning_log.csv")
    left = drop_half(root)
    assert sum(left.values()) < 500
    wave = prepared(root)
    place = cells(wave.answers)
    expected = households()
    total: Counter[str] = Counter()
    people = zip(wave.weighted.weights[Weights.respondent], wave.weighted.weights[Weights.weight], strict=True)
    for respondent, weight in people:
        neighbourhood = place[respondent]["neighbourhood"]
        assert weight / MILLION == pytest.approx(expected[neighbourhood] / left[neighbourhood], abs=1e-6)
        total[neighbourhood] += weight
    assert {name: weight / MILLION for name, weight in total.items()} == expected


def test_nobody_gets_lost_between_raw_and_respondents(wave) -> None:
    assert len(wave.respondents) + len(wave.removed) == 632
    assert set(wave.removed[Removed.stage]) == {"clean"}
    assert wave.respondents[Respondents.area].nunique() == 42
    assert set(wave.respondents["age_band"]) == {"<30", "30-44", "45-59", "60+"}
    assert set(wave.answers[Answers.missing]) == {"", "dont_know", "refused"}


def test_a_brief_comes_out(study, wave) -> None:
    run_study(study)
    made = study / "data" / "processed" / WAVE
    brief = (made / "brief.html").read_text(encoding="utf-8")
    assert "Đánh giá hộ gia đình 2021" in brief
    assert "MÔ PHỎNG" not in brief
    wording = next(
        question.label("en") for question in wave.source.latest_codebook.questions if question.name == "level_service"
    )
    assert wording in " ".join(html.unescape(brief).split())
    document = docx.Document(str(made / "brief.docx"))
    assert any("Đánh giá hộ gia đình 2021" in paragraph.text for paragraph in document.paragraphs)


def test_every_result_and_export_is_made_again_from_the_raw_data(study) -> None:
    run_study(study)  # nothing to do where the test before has run
    export_wave(study, WAVE, Manner())
    results, exports = verify_study(study)
    for verdict in (results, exports):
        assert verdict.by_bytes
        assert verdict.differences == ()
    assert results.files > 40
    assert exports.files == len(Format) + 1


def test_what_the_study_page_names_as_design_is_not_published(study) -> None:
    published = pd.read_csv(study / "data" / "processed" / WAVE / "published.csv", keep_default_na=False)
    questions = set(published["question"])
    assert len(questions) > 100
    assert not questions & {"neighbourhood", "enumerator_num", "consent_remote", "deviceid"}
