"""From a figure back to its making: what stands there is what the run wrote down, and of many people only."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from danvan_study.cli import app
from danvan_study.errors import StudyError
from danvan_study.pipeline import explain_figure, run_study
from tests.small_study import WAVE, submissions, write_small_study

QUESTION = "life_overall"


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    few = [each for each in submissions() if each["_uuid"][0] == "a" or each["_uuid"].endswith(("-00", "-01", "-02"))]
    root = write_small_study(tmp_path_factory.mktemp("made") / "study", records=few)
    run_study(root, [WAVE])
    return root


def published(root: Path) -> pd.DataFrame:
    rows = pd.read_parquet(root / "data/processed" / WAVE / "published.parquet")
    return rows[(rows["question"] == QUESTION) & (rows["level"] == "all") & (rows["group"] == "")]


def test_every_published_statistic_of_a_question_is_told_with_its_base(study: Path) -> None:
    told = [str(line) for line in explain_figure(study, WAVE, QUESTION).figures]
    rows = published(study)
    assert len(told) == len(rows)
    shown = rows[rows["statistic"] == "positive"].iloc[0]
    (line,) = (line for line in told if line.startswith("positive"))
    assert f"{shown['estimate']:.0f} ({shown['low']:.0f} to {shown['high']:.0f})" in line
    assert f"n = {shown['n']}" in line.replace("\N{NO-BREAK SPACE}", " ")


def test_every_hash_is_that_of_the_file_it_stands_beside(study: Path) -> None:
    steps = [(str(step), str(what)) for step, what in explain_figure(study, WAVE, QUESTION).making]
    hashed = [match for _, what in steps if (match := re.search(r"(\S+)  ([0-9a-f]{64})$", what))]
    assert len(hashed) >= 10
    for match in hashed:
        assert hashlib.sha256((study / match[1]).read_bytes()).hexdigest() == match[2]
    record = json.loads((study / "data/processed" / WAVE / "run.json").read_text(encoding="utf-8"))
    assert ("source code", record["commit"]) in steps
    assert {name for _, what in steps for name in re.findall(r"data/raw/\S+", what)} == {
        name for name in record["inputs"] if name.startswith("data/raw/")
    }


def test_nobody_and_no_village_is_named(study: Path) -> None:
    told = explain_figure(study, WAVE, QUESTION)
    people = pd.read_parquet(study / "data/processed" / WAVE / "respondents.parquet")
    names = {name for column in ("respondent", "cluster") for name in people[column]}
    assert not [name for name in names if re.search(rf"\b{name}\b", repr(told))]


def test_what_is_hidden_stays_hidden(study: Path) -> None:
    rows = pd.read_parquet(study / "data/processed" / WAVE / "published.parquet")
    hidden = rows[rows["flag"] == "suppressed"]
    assert "2025-06-30:002" in set(hidden.loc[hidden["question"] == QUESTION, "area"])
    figures = explain_figure(study, WAVE, QUESTION, which=["area=002"]).figures
    assert figures
    assert all(str(each).endswith(": not published") for each in figures)


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["life"], 'no figure of question "life". There is: life_overall'),
        ([QUESTION, "area=999"], 'no figure of area "999"'),
        ([QUESTION, "answer=9"], 'no figure of answer "9"'),
        ([QUESTION, "period=2024"], 'no figure of period "2024"'),
        ([QUESTION, "sex=1", "age=2"], "never crossed"),
        ([QUESTION, "sex"], "no KEY=VALUE"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(words: list[str], what: str, study: Path) -> None:
    with pytest.raises(StudyError, match=re.escape(what)):
        explain_figure(study, WAVE, words[0], which=words[1:])


def test_results_that_were_changed_are_not_explained(study: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(study, tmp_path / "study"))
    path = copy / "data/processed" / WAVE / "estimates.parquet"
    path.write_bytes(path.read_bytes() + b"?")
    with pytest.raises(StudyError, match="It was changed"):
        explain_figure(copy, WAVE, QUESTION)
    shutil.rmtree(copy / "data/processed")
    with pytest.raises(StudyError, match="danvan run"):
        explain_figure(copy, WAVE, QUESTION)


def on_the_screen(study: Path, *words: str) -> str:
    done = CliRunner().invoke(app, ["--study", str(study), "explain", WAVE, QUESTION, *words])
    assert done.exit_code == 0
    return done.output


@pytest.mark.usefixtures("vietnamese")
def test_the_verb_tells_it_on_the_screen(study: Path) -> None:
    told = on_the_screen(study, "sex=1")
    assert "sex = 1" in told
    assert "số liệu gốc   data/raw/" in told
    assert re.search(r"positive: .*; n hữu hiệu \d+,\d; deff \d,\d; \d+ cụm", on_the_screen(study))


def test_in_english_it_is_told_with_a_point(study: Path) -> None:
    told = on_the_screen(study)
    assert "raw data      data/raw/" in told
    assert re.search(r"positive: .*; effective n \d+\.\d; deff \d\.\d; clusters \d+", told)
