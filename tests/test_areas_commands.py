"""danvan areas: what an office worker sees."""

from __future__ import annotations

import csv
import shutil

import pytest
from typer.testing import CliRunner

from danvan_study.cli import app
from danvan_study.pipeline import areas as pipeline_areas
from tests.demonstration import ROOT
from tests.letters import is_vietnamese

RUN = CliRunner()

pytestmark = pytest.mark.usefixtures("vietnamese")


@pytest.fixture
def study(tmp_path):
    for name in ("study.toml", "data/areas/areas.csv", "data/frame/villages.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_check_names_every_sum_and_every_doubtful_link(tmp_path):
    told = RUN.invoke(app, ["--study", str(tmp_path), "areas", "check"])
    assert told.exit_code == 0
    assert told.output.count("khớp:") == 11
    assert "SAI" not in told.output
    assert "7 liên kết còn nghi vấn" in told.output
    assert "2025-06-30:06799 Xã Hải Hòa → 2025-07-01:06886 Xã Hải Lạng" in told.output


def test_check_names_its_sums_in_english_too(tmp_path, monkeypatch):
    monkeypatch.setenv("DANVAN_LANG", "en")
    told = RUN.invoke(app, ["--study", str(tmp_path), "areas", "check"]).output
    sums = [line for line in told.splitlines() if line.startswith("agrees: ")]
    assert len(sums) == 11
    assert [line for line in sums if is_vietnamese(line)] == []


def test_check_compares_the_areas_of_the_study(study):
    told = RUN.invoke(app, ["--study", str(study), "areas", "check"])
    assert told.exit_code == 0
    assert "khớp: bảng địa bàn" in told.output
    file = study / "data/areas/areas.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("Huyện Pác Nặm", "Huyện Pác Năm"), encoding="utf-8")
    told = RUN.invoke(app, ["--study", str(study), "areas", "check"])
    assert told.exit_code == 1
    assert "“Huyện Pác Năm” ≠ “Huyện Pác Nặm”" in told.output


def test_check_fails_on_a_mistake(monkeypatch):
    facts = pipeline_areas.load_facts()
    from danvan_study.areas import read_facts

    row = facts.tables["census_communes"][0]
    spoilt = read_facts(
        dict(facts.tables) | {"census_communes": [row | {"population": "1"}, *facts.tables["census_communes"][1:]]}
    )
    monkeypatch.setattr(pipeline_areas, "load_facts", lambda: spoilt)
    told = RUN.invoke(app, ["areas", "check"])
    assert told.exit_code == 1
    assert "SAI: dân số tỉnh" in told.output
    assert "≠ 313905" in told.output


def test_convert_tells_shares_and_exactness():
    told = RUN.invoke(app, ["areas", "convert", "n2025_01849", "2025-06-30:01834"])
    assert "2 nơi" in told.output
    assert "55,4 %" in told.output
    assert "huyện cũ: chính xác" in told.output
    assert "6886" not in told.output


def test_a_frame_is_written_as_it_was_read_and_a_strange_commune_is_named(study, tmp_path):
    before = (study / "data/frame/villages.csv").read_bytes()
    rows = list(csv.DictReader(before.decode().splitlines()))
    told = RUN.invoke(app, ["--study", str(study), "areas", "frame", str(study / "data/frame/villages.csv")])
    assert told.exit_code == 0, told.output
    assert "1.780 thôn" in told.output
    assert (study / "data/frame/villages.csv").read_bytes() == before
    kept = [row for row in rows if row["commune"] != "x2025_01834"]
    short = tmp_path / "short.csv"
    with short.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(kept)
    told = RUN.invoke(app, ["--study", str(study), "areas", "frame", str(short)])
    assert "x2025_01834 Phường Nguyễn Thị Minh Khai: 0 người lớn" in told.output


@pytest.mark.parametrize("day", ["yesterday", "20250701", "2025-13-01"])
def test_newer_totals_are_of_a_day(study, day):
    told = RUN.invoke(app, ["--study", str(study), "areas", "margins", "--as-of", day])
    assert told.exit_code == 1
    assert str(told.exception).startswith("--as-of: ")


def test_margins_take_a_yearbook_table(study, tmp_path):
    lines = ["area,sex,population"]
    with (study / "data/areas/areas.csv").open(encoding="utf-8") as file:
        names = [row["name"] for row in csv.DictReader(file) if row["level"] == "district"]
    lines += [f"{name},{sex},60000" for name in names for sex in ("Nam", "Nữ")]
    book = tmp_path / "nien_giam_2025.csv"
    book.write_text("\n".join(lines), encoding="utf-8")
    told = RUN.invoke(app, ["--study", str(study), "areas", "margins", str(book), "--as-of", "2025-07-01"])
    assert told.exit_code == 0, told.output
    margin = (study / "data/areas/margin_area_age.csv").read_text(encoding="utf-8")
    assert "raked to nien_giam_2025.csv" in margin
    assert "2025-07-01" in margin
    sums = {}
    for name in ("margin_area_age", "margin_sex_age", "margin_residence"):
        with (study / f"data/areas/{name}.csv").open(encoding="utf-8") as file:
            sums[name] = sum(int(row["population"]) for row in csv.DictReader(file))
    assert len(set(sums.values())) == 1
    assert 0.65 < sums["margin_residence"] / (17 * 120_000) < 0.8
