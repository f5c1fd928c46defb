"""The runner of reference cases, on a folder of our own whose figures are worked out by hand."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.reference import judge_folder

# Two strata of two clusters; weight 2 everywhere. Mean of y: (1+3+5+7+2+4+6+8)/8 = 4.5.
ROWS = """stratum,cluster,weight,y,sex
a,1,2,1,f
a,1,2,3,m
a,2,2,5,f
a,2,2,7,m
b,1,2,2,f
b,1,2,4,m
b,2,2,6,f
b,2,2,8,m
"""
# Weighted deviations of the clusters from the mean, over 16 people: a: -10, 6; b: -6, 10 (in sixteenths).
# Both strata vary by twice two squares of 8, in sixteenths: the variance is 2.
SE = 2.0**0.5
DESIGN = {
    "data_file": "rows.csv",
    "psu": ["cluster"],
    "strata": "stratum",
    "weights": "weight",
    "fpc": None,
    "stages": 1,
}


def case(name: str, operation: dict, expected: dict, **more) -> dict:
    common = {"case_id": name, "design": DESIGN, "weight_steps": None, "rel_tol": 1e-9}
    return common | {"operation": operation, "expected": expected} | more


RIGHT = case("mean", {"fn": "mean", "y": "y"}, {"names": ["y"], "est": [4.5], "se": [SE], "df": [2]})
BY_SEX = case("by", {"fn": "mean", "y": "y", "by": ["sex"]}, {"by": {"sex": ["f", "m"]}, "est": [3.5, 5.5]})
TOTAL = case("total", {"fn": "total", "y": "y"}, {"est": [72.0]})
WRONG = case("wrong", {"fn": "mean", "y": "y"}, {"est": [4.5], "se": [SE * 1.001]})
UNDONE = case("undone", {"fn": "palm_reading", "y": "y"}, {"est": [1.0]})
MORE_ASKED = case("more", {"fn": "mean", "y": "y"}, {"est": [4.5], "skewness": [0.0]})


def folder_of(tmp_path: Path, *cases: dict) -> Path:
    (tmp_path / "rows.csv").write_text(ROWS, encoding="utf-8")
    (tmp_path / "cases.json").write_text(json.dumps({"cases": list(cases)}), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("one", "word"),
    [
        (RIGHT, "agree"),
        (BY_SEX, "agree"),
        (TOTAL, "agree"),
        (WRONG, "differ"),
        (WRONG | {"rel_tol_se": 0.01}, "agree"),
        (WRONG | {"informational": True}, "informational"),
        (UNDONE, "not done"),
        (MORE_ASKED, "not done"),
    ],
)
def test_a_case_gets_its_word(tmp_path, one, word):
    assert [verdict.word for verdict in judge_folder(folder_of(tmp_path, one))] == [word]


@pytest.mark.parametrize(("cases", "status"), [((RIGHT, UNDONE), 0), ((RIGHT, WRONG), 1)])
def test_the_exit_status_is_0_only_if_no_case_differs(tmp_path, cases, status):
    root = Path(__file__).parents[1]
    command = [sys.executable, "-m", "benchmarks.reference", str(folder_of(tmp_path, *cases))]
    run = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert run.returncode == status, run.stderr
    assert run.stdout.splitlines()[0].startswith("agree         mean")
    assert "1 agree" in run.stdout
