"""A national study made from the demonstration: large, invented, and on the same road as any other."""

from __future__ import annotations

import gzip
import hashlib
import json
import tomllib
from pathlib import Path

import pandas as pd
import pytest

from danvan_study.errors import StudyError
from danvan_study.pipeline import check_study, simulate_national
from danvan_study.pipeline.run import compute_waves
from danvan_study.pipeline.simulate import make_world
from danvan_study.pipeline.sources import load_study
from danvan_study.simulate import Size, province, quarters, settle
from danvan_study.store import Folder, check_raw
from danvan_study.study import read_study
from danvan_study.study.write import write_toml

PATTERN = Path(__file__).parents[1]
SIZE = Size(provinces=3, years=1, villages=4)
WAVE = "2026q3"


@pytest.fixture(scope="module")
def national(tmp_path_factory) -> Path:
    target = tmp_path_factory.mktemp("national") / "study"
    simulate_national(PATTERN, target, SIZE)
    return target


def files(root: Path) -> dict[str, str]:
    found = (path for path in sorted(root.rglob("*")) if path.is_file() and not path.name.startswith("."))
    return {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def records(root: Path, province: str) -> list[dict[str, object]]:
    with gzip.open(root / f"data/raw/{WAVE}/submissions-{province}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def test_it_is_a_study_whose_waves_are_simulated_and_whose_provinces_say_that_they_are_invented(national) -> None:
    check_study(national)
    manifests = check_raw(Folder(national))
    assert list(manifests) == ["2025q4", "2026q1", "2026q2", "2026q3"]
    assert all(manifest.is_simulated for manifest in manifests.values())
    areas = pd.read_csv(national / "data/areas/areas.csv", dtype="str")
    assert len(areas) == SIZE.provinces
    assert areas["name"].str.contains("mô phỏng").all()
    assert areas["source"].str.startswith("SIMULATED").all()


def test_it_goes_from_raw_to_published_figures_of_every_province(national) -> None:
    (result,) = compute_waves(national, [WAVE])
    rows = result.published.rows
    shown = rows[(rows["level"] == "area") & (rows["group"] == "") & (rows["flag"] != "suppressed")]
    assert set(shown["area"]) == {f"2025-06-30:s{number:02d}" for number in (1, 2, 3)}
    assert result.published.simulated


def test_provinces_live_through_draws_of_their_own_and_share_no_person_village_or_interviewer(national) -> None:
    own = [records(national, f"s{number:02d}") for number in (1, 2, 3)]
    for key in ("_id", "_uuid", "_submitted_by", "design/village"):
        met = [{record[key] for record in one if key in record} for one in own]
        assert sum(map(len, met)) == len(set().union(*met))
        assert all(met)
    answers = [[record.get("LIV/life_overall") for record in one] for one in own]
    assert answers[0] != answers[1]


def test_the_same_size_gives_the_same_bytes_and_the_pattern_stays_as_it_is(national, tmp_path) -> None:
    before = files(PATTERN / "data" / "frame") | files(PATTERN / "survey_forms")
    simulate_national(PATTERN, tmp_path / "again", SIZE)
    assert files(tmp_path / "again") == files(national)
    assert files(PATTERN / "data" / "frame") | files(PATTERN / "survey_forms") == before


def test_a_province_has_no_more_interviewers_than_its_codes_can_name() -> None:
    size = Size(provinces=1, years=1, villages=600, waves=1)
    source = Folder(PATTERN)
    study, areas = load_study(source)
    world, _ = make_world(source, areas)
    settled = settle(world, province(1, study.areas_vintage), waves=quarters(study.waves[-1], size, "f"), villages=600)
    assert settled.truth.fieldwork.interviewers == 99
    assert settled.truth.waves == (WAVE,)


@pytest.mark.parametrize(
    ("size", "where"),
    [
        (Size(provinces=0, years=1, villages=4), "--provinces"),
        (Size(provinces=3, years=0, villages=4), "--years"),
        (Size(provinces=3, years=1, villages=10_000), "--villages"),
    ],
)
def test_a_size_that_cannot_be_drawn_is_named(tmp_path, size, where) -> None:
    with pytest.raises(StudyError) as caught:
        simulate_national(PATTERN, tmp_path / "study", size)
    assert caught.value.where == where
    assert not (tmp_path / "study").exists()


def test_it_is_never_written_over_something_or_into_the_pattern(tmp_path) -> None:
    (tmp_path / "kept.txt").write_text("kept", encoding="utf-8")
    for target in (tmp_path, PATTERN / "national"):
        with pytest.raises(StudyError):
            simulate_national(PATTERN, target, SIZE)
    assert not (PATTERN / "national").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


def test_a_study_page_that_is_written_is_read_back_as_it_was() -> None:
    text = (PATTERN / "study.toml").read_text(encoding="utf-8")
    assert tomllib.loads(write_toml(tomllib.loads(text))) == tomllib.loads(text)
    assert read_study(write_toml(tomllib.loads(text))) == read_study(text)
    with pytest.raises(TypeError, match="None"):
        write_toml({"a": None})
