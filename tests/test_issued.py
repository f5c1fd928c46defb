"""What is issued at the lock stays as it was; what is wrong later becomes a numbered erratum beside it."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import shutil
import signal
import time
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from danvan_study.errors import StudyError
from danvan_study.pipeline import lock_wave, revise_wave, run_study
from danvan_study.pipeline.copies import study_files
from danvan_study.pipeline.issued import read_issues
from danvan_study.pipeline.lock_file import lock_file
from danvan_study.pipeline.run import compute_waves
from danvan_study.pipeline.sources import load_study
from danvan_study.publish.erratum import find_corrected
from danvan_study.store import Folder, write_corrections
from danvan_study.tables import Corrections
from tests.small_study import WAVE, submissions, write_small_study
from tests.test_pipeline import tree

if TYPE_CHECKING:
    from pathlib import Path

FIRST, SECOND = f"data/issued/{WAVE}/1", f"data/issued/{WAVE}/2"
OF_PEOPLE = ("respondents", "answers", "texts", "weights", "estimates", "removed")


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = write_small_study(tmp_path_factory.mktemp("locked"))
    lock_wave(root, WAVE)
    return root


@pytest.fixture
def study(locked: Path, tmp_path: Path) -> Path:
    return shutil.copytree(locked, tmp_path / "study")


def correct(root: Path, count: int = 12, *, also: int = 0) -> None:
    """Decide that the first people of one village said the best: enough to move published figures.

    ``also``: and the last people of the other area.
    """
    columns = list(Corrections.columns())
    rows = []
    people = submissions()[:240]
    for record in [*people[:count], *people[len(people) - also :]]:
        old = record["living/life_overall"]
        if old != "5":
            change = {"question": "life_overall", "old_value": old, "new_value": "5", "action": "change"}
            rows.append(dict.fromkeys(columns, "") | change | {"respondent": record["_uuid"], "reason": "nhập nhầm"})
    write_corrections(Folder(root), f"data/corrections/{WAVE}.csv", rows)


def test_the_lock_issues_the_brief_dated_with_its_day_and_no_table_of_people(locked: Path) -> None:
    names = set(tree(locked / FIRST))
    assert {"brief.html", "brief.docx", "brief.pdf", "summary.pdf", "annex.xlsx", "published.parquet"} <= names
    assert not any(name.startswith(OF_PEOPLE) for name in names)
    (issue,) = read_issues(Folder(locked), WAVE)
    assert issue.day.isoformat() == (locked / lock_file(WAVE)).read_text(encoding="utf-8")[:10]


def test_a_run_after_the_lock_makes_the_documents_that_were_issued(study: Path) -> None:
    run_study(study)
    issued, made = tree(study / FIRST), tree(study / "data" / "processed" / WAVE)
    for name in ("brief.pdf", "summary.docx", "published.parquet", "annex.xlsx"):
        assert made[name] == issued[name]


def test_a_locked_wave_is_not_locked_again(study: Path) -> None:
    with pytest.raises(StudyError, match="locked since"):
        lock_wave(study, WAVE)


def test_a_lock_that_broke_off_before_the_brief_was_issued_is_taken_up_again(study: Path) -> None:
    shutil.rmtree(study / "data" / "issued")
    (study / "data" / "logs" / "issued.csv").unlink()
    (study / lock_file(WAVE)).write_text("2025-09-20T01:00:00+00:00\n", encoding="utf-8")
    assert lock_wave(study, WAVE) == study / FIRST
    assert len(read_issues(Folder(study), WAVE)) == 1


def test_figures_of_a_locked_wave_change_by_erratum_only(study: Path) -> None:
    run_study(study)
    before = tree(study / "data" / "processed")
    correct(study)
    with pytest.raises(StudyError, match=r"is locked, and figures .* would change .*danvan revise"):
        run_study(study)
    assert tree(study / "data" / "processed") == before
    first = tree(study / FIRST)
    assert revise_wave(study, WAVE, reason="Nhập nhầm câu trả lời ở một thôn") == study / SECOND
    assert tree(study / FIRST) == first
    run_study(study)
    made = (study / "data" / "processed" / WAVE / "brief.html").read_text(encoding="utf-8")
    assert "bản đính chính số 1" in made
    assert (study / SECOND / "brief.html").read_text(encoding="utf-8") == made


def test_an_erratum_lists_every_published_figure_that_differs_as_it_was_and_as_it_is(study: Path) -> None:
    correct(study)
    revise_wave(study, WAVE, reason="Nhập nhầm câu trả lời ở một thôn")
    old, new = (pd.read_parquet(study / part / "published.parquet") for part in (FIRST, SECOND))
    key = ["period", "level", "area", "group", "value", "question", "statistic", "answer"]
    both = old.merge(new, on=key, suffixes=("_a", "_b"))
    moved = both[(both["estimate_a"] != both["estimate_b"]) & ~(both["estimate_a"].isna() & both["estimate_b"].isna())]
    listed = pd.read_csv(study / SECOND / "published_erratum_published.csv", dtype="str", keep_default_na=False)
    told = set(listed[key].itertuples(index=False, name=None))
    assert len(moved) > 3
    assert set(moved[key].itertuples(index=False, name=None)) <= told
    page = (study / SECOND / "erratum.html").read_text(encoding="utf-8").replace("\u00a0", " ")
    assert "Bản đính chính số 1" in page
    assert "Nhập nhầm câu trả lời ở một thôn" in page
    whole = moved[(moved["level"] == "all") & (moved["group"] == "") & (moved["statistic"] == "positive")].iloc[0]
    for side in ("a", "b"):
        assert f">{whole[f'estimate_{side}']:.0f} % (" in page  # 240 answers bear no decimals
    assert "SỐ LIỆU MÔ PHỎNG" in page


def test_an_erratum_of_fewer_people_than_stand_behind_a_figure_is_refused(study: Path) -> None:
    correct(study, 4)
    before = tree(study)
    with pytest.raises(StudyError, match=r"fewer than 5.*gather more"):
        revise_wave(study, WAVE, reason="thử")
    assert tree(study) == before


def test_an_erratum_does_not_print_anew_what_would_tell_of_a_few_people(study: Path) -> None:
    correct(study, also=1)
    revise_wave(study, WAVE, reason="thử")
    old, new = (pd.read_parquet(study / part / "published.parquet") for part in (FIRST, SECOND))
    for rows, shown in ((old, {"", "2025-06-30:001", "2025-06-30:002"}), (new, {""})):
        told = rows[(rows["question"] == "life_overall") & (rows["group"] == "") & (rows["flag"] != "suppressed")]
        assert set(told["area"]) == shown
    others = [rows[rows["question"] == "worries"].reset_index(drop=True) for rows in (old, new)]
    pd.testing.assert_frame_equal(*others)
    page = (study / SECOND / "erratum.html").read_text(encoding="utf-8")
    assert page.count(">không in lại<") == 4  # both sexes, both areas
    assert f"data/register/{WAVE}.2.parquet" in study_files(Folder(study), load_study(Folder(study))[0])
    run_study(study)  # prints no more than the erratum did


def test_wrong_weights_are_corrected_whomever_they_concern(study: Path) -> None:
    (study / "margin_sex.csv").write_text("sex,population,source\n1,4700,thử\n2,5300,thử\n", encoding="utf-8")
    (result,) = compute_waves(study, [WAVE], revised=WAVE)
    assert result.corrected == 0
    issued = pd.read_parquet(study / FIRST / "published.parquet")
    assert not issued["estimate"].equals(result.published.rows["estimate"])
    pd.testing.assert_series_equal(result.published.rows["flag"] == "suppressed", issued["flag"] == "suppressed")


def test_errata_are_numbered_and_all_are_kept(study: Path) -> None:
    for number, count in enumerate((12, 30), 1):
        correct(study, count)
        revise_wave(study, WAVE, reason=f"lần {number}")
    issues = read_issues(Folder(study), WAVE)
    assert [(issue.number, issue.reason) for issue in issues] == [(1, "lock"), (2, "lần 1"), (3, "lần 2")]
    assert "bản đính chính số 2" in (study / "data/issued" / WAVE / "3" / "brief.html").read_text(encoding="utf-8")


def test_without_a_difference_a_reason_or_a_lock_there_is_no_erratum(study: Path, tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="no published figure differs"):
        revise_wave(study, WAVE, reason="thử")
    with pytest.raises(StudyError, match="says why"):
        revise_wave(study, WAVE, reason=" ")
    with pytest.raises(StudyError, match="nothing was issued"):
        revise_wave(write_small_study(tmp_path / "open"), WAVE, reason="thử")
    assert not (study / SECOND).exists()


@pytest.mark.parametrize("how", ["change", "remove", "add", "list"])
def test_whoever_touches_what_was_issued_is_found_out_by_the_next_run(study: Path, how: str) -> None:
    file = study / FIRST / {"add": "note.txt", "list": "SHA256.json"}.get(how, "brief.html")
    if how == "remove":
        file.unlink()
    else:
        file.write_bytes((file.read_bytes() if file.exists() else b"") + b" ")
    with pytest.raises(StudyError, match=f"data/issued/{WAVE}/1/{file.name}: it is not what was issued"):
        run_study(study)


def test_a_wave_whose_brief_cannot_be_made_is_not_locked(tmp_path: Path) -> None:
    root = write_small_study(tmp_path)
    (root / "margin_sex.csv").write_text("sex,population,source\n1,1,thử\n2,1,thử\n", encoding="utf-8")
    with pytest.raises(StudyError, match="margin"):
        lock_wave(root, WAVE)
    assert not (root / lock_file(WAVE)).exists()


def test_an_erratum_that_is_killed_counts_whole_or_not_at_all(locked: Path, tmp_path: Path) -> None:
    correct(shutil.copytree(locked, tmp_path / "undisturbed"))
    started = time.monotonic()
    revise_wave(tmp_path / "undisturbed", WAVE, reason="thử")
    length = time.monotonic() - started
    fork = multiprocessing.get_context("fork")
    draw = random.Random(7)
    killed = 0
    for turn in range(4):
        root = shutil.copytree(locked, tmp_path / str(turn))
        correct(root)
        child = fork.Process(target=revise_wave, args=(root, WAVE), kwargs={"reason": "thử"})
        child.start()
        assert child.pid is not None
        time.sleep(draw.uniform(0.5, 1.05) * length)
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        killed += child.exitcode == -signal.SIGKILL
        if len(read_issues(Folder(root), WAVE)) == 1:
            revise_wave(root, WAVE, reason="thử")
        run_study(root)
        assert [issue.number for issue in read_issues(Folder(root), WAVE)] == [1, 2]
        listed = json.loads((root / SECOND / "SHA256.json").read_text(encoding="utf-8"))
        assert {*listed, "SHA256.json"} == set(tree(root / SECOND))
        shutil.rmtree(root)
    assert killed


def test_rows_that_only_one_of_two_tables_has_count_as_different() -> None:
    old = pd.DataFrame({"key": ["a", "b", "c"], "x": [1.0, 2.0, float("nan")]})
    new = pd.DataFrame({"key": ["b", "c", "d"], "x": [2.5, float("nan"), 4.0]})
    found = find_corrected(old, new, key=["key"]).set_index("key")
    assert found["x_old"].dropna().to_dict() == {"a": 1.0, "b": 2.0}
    assert found["x_new"].dropna().to_dict() == {"b": 2.5, "d": 4.0}
    assert list(found.index) == ["b", "d", "a"]
