"""The tables behind a signature: replicate errors beside linearised ones, and what a run writes about its weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from danvan_study.estimate import estimate_period
from danvan_study.estimate.error_check import compare_errors
from danvan_study.estimate.replicated import Replicated
from danvan_study.pipeline import run_study
from danvan_study.tables import (
    DesignEffects,
    InterviewerEffects,
    MarginDistances,
    MergedCells,
    ReplicateErrors,
)
from danvan_study.weight.replicates import positive_bootstrap
from tests.small_sample import answers, period, respondents, study, wave_sample
from tests.small_study import STUDY, WAVE, submissions, write_small_study
from tests.test_estimate import said, unequal

if TYPE_CHECKING:
    from pathlib import Path

    from danvan_study.contract import Table
    from danvan_study.estimate import WaveSample


def replicates_of(sample: WaveSample, count: int) -> Replicated:
    """Draw villages again within their stratum; no weighting to repeat. Rows stand in the order of the ids."""
    people = sample.respondents.sort_values("respondent", ignore_index=True)
    cluster, names = pd.factorize(people["cluster"], sort=True)
    stratum = people.groupby("cluster")["stratum"].first()[names].astype("category").cat.codes.to_numpy()
    drawn = positive_bootstrap(stratum.astype(np.int64), count, seed=3)
    weight = sample.weights.set_index("respondent")["weight"][people["respondent"]].to_numpy() / 1e6
    return Replicated(weights=weight[:, None] * drawn.multiplier[cluster], scale=drawn.scale, around_full=False)


def compared(sample: WaveSample, questions: tuple[str, ...] = ("satisfied",), count: int = 4_000) -> pd.DataFrame:
    estimates = estimate_period(period("w1"), [sample], study=study()).estimates
    return compare_errors(estimates, sample, replicates_of(sample, count), study=study(), questions=questions)


def test_replicates_and_linearisation_agree_where_nothing_stands_in_the_way():
    people = respondents(villages=36)
    table = compared(wave_sample(people, said(people), weights=unequal(people)))
    assert table[["level", "area"]].agg("/".join, axis=1).tolist() == ["all/", "area/north", "area/south", "area/west"]
    assert set(table["statistic"]) == {"positive"}
    assert table["ratio"].to_numpy() == pytest.approx(1, abs=0.06)
    assert table["ratio"].to_numpy() == pytest.approx((table["replicate_se"] / table["se"]).to_numpy())


def test_an_unscored_question_is_compared_by_all_its_shares():
    people = respondents()
    table = compared(wave_sample(people, said(people)), ("issues",), count=50)
    assert table.loc[table["level"] == "all", "answer"].tolist() == ["roads", "land", "prices"]
    assert compared(wave_sample(people, said(people)), ("nothing",), count=5).empty


def test_few_villages_and_uneven_ones_carry_a_warning():
    people = respondents()
    table = compared(wave_sample(people, said(people)), count=50).set_index("area")
    assert table["warning"].tolist() == ["", "few_clusters", "few_clusters", "few_clusters"]  # 9, 3, 3 and 3 df
    assert table["effective_clusters"].tolist() == pytest.approx([12, 4, 4, 4])
    heavy = np.where(people["cluster"] == "v00", 30.0, 1.0)
    table = compared(wave_sample(people, said(people), weights=heavy), count=50).set_index("area")
    assert table["warning"].tolist() == ["uneven_clusters", "uneven_clusters", "few_clusters", "few_clusters"]
    assert table.loc["north", "effective_clusters"] == pytest.approx(33**2 / (30**2 + 3))


def test_where_everybody_agrees_there_is_no_ratio_to_tell():
    people = respondents()
    table = compared(wave_sample(people, answers(people, satisfied=["5"] * len(people))), count=20)
    assert table["ratio"].isna().all()
    assert (table["replicate_se"] < 1e-9).all()


BY_AREA_AND_SEX = """area,sex,population,source
2025-06-30:001,1,2940,thử
2025-06-30:001,2,3060,thử
2025-06-30:002,1,1960,thử
2025-06-30:002,2,2040,thử
"""

TABLES: dict[str, type[Table]] = {
    "merged_cells": MergedCells,
    "margin_distances": MarginDistances,
    "design_effects": DesignEffects,
    "replicate_errors": ReplicateErrors,
    "interviewer_effects": InterviewerEffects,
}


def test_a_run_writes_what_a_statistician_looks_at_and_names_no_interviewer(tmp_path: Path) -> None:
    candidate = '[[weighting.candidate]]\nby = ["area", "sex"]\nfile = "margin_area_sex.csv"\n\n[publication]'
    write_small_study(tmp_path, study=STUDY.replace("[publication]", candidate))
    (tmp_path / "margin_area_sex.csv").write_text(BY_AREA_AND_SEX, encoding="utf-8")
    run_study(tmp_path)
    made = tmp_path / "data" / "processed" / WAVE
    read = {name: pd.read_csv(made / f"{name}.csv", keep_default_na=False) for name in TABLES}
    assert {name: list(table.columns) for name, table in read.items()} == {
        name: list(contract.columns()) for name, contract in TABLES.items()
    }
    assert read["margin_distances"]["margin"].tolist() == ["area", "sex", "area x sex"]
    assert read["margin_distances"]["raked"].tolist() == [True, True, False]
    assert (read["margin_distances"]["largest_after"] < 1e-4).tolist() == [True, True, False]
    assert read["merged_cells"].empty
    assert read["replicate_errors"]["area"].tolist() == ["", "2025-06-30:001", "2025-06-30:002"]
    assert (read["replicate_errors"]["ratio"].astype(float) - 1).abs().max() < 0.5
    assert read["interviewer_effects"]["question"].tolist() == ["life_overall"]
    assert set(read["design_effects"]["question"]) == {"life_overall", "worries", "sex"}
    for name in TABLES:
        assert (
            not pd.Series((made / f"{name}.csv").read_text(encoding="utf-8").split(",")).isin(["i0", "i1", "i2"]).any()
        )
    indices = pd.read_parquet(made / "indices.parquet")
    assert set(indices["topic"]) == {"living"}
    assert len(indices) == 3 + 3 * 2  # all and two areas; everybody, men and women
    estimates = pd.read_parquet(made / "estimates.parquet")
    assert (estimates["statistic"] == "share_asked").any()
    published = pd.read_parquet(made / "published.parquet")
    assert not (published["statistic"] == "share_asked").any()


def test_a_merged_cell_stands_in_the_outputs_and_in_the_method_box(tmp_path: Path) -> None:
    margin = 'by = ["area", "sex"]\nfile = "margin_area_sex.csv"\n[[weighting.margin]]\nby = ["sex"]'
    study_with_cells = STUDY.replace('by = ["sex"]', margin, 1)
    records = submissions()
    men_of_b = [one for one in records if one.get("district") == "d_b" and one["sex"] != "2"]
    for number, one in enumerate(men_of_b):
        one["sex"] = "1" if number < 2 else "2"
    write_small_study(tmp_path, records=records, study=study_with_cells)
    (tmp_path / "margin_area_sex.csv").write_text(BY_AREA_AND_SEX, encoding="utf-8")
    run_study(tmp_path)
    made = tmp_path / "data" / "processed" / WAVE
    merged = pd.read_csv(made / "merged_cells.csv")
    assert merged["cell"].tolist() == ["area = 2025-06-30:002, sex = 1", "area = 2025-06-30:002, sex = 2"]
    assert merged["reason"].tolist() == ["thin", "neighbour"]
    assert merged["n"].tolist() == [2, 118]
    assert merged["population"].tolist() == [1960, 2040]
    page = (made / "brief.html").read_text(encoding="utf-8")
    assert "1 ô dân số có dưới 5 phiếu được ghép với ô bên cạnh trong cùng địa bàn" in page
    assert "sai số chuẩn có trung vị bằng" in page
