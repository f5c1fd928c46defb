"""A national trend of half a century: shares, errors and changes of real answers, beside those of R.

The file is an archive's: it holds who took part, and no question that asked for it. The import says so in a field of
its own, ``took_part``; there is no way to work without one.
"""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
import xlsxwriter

from danvan_study.estimate import estimate_changes, sum_wave
from danvan_study.estimate.design import Design
from danvan_study.estimate.estimators import mean
from danvan_study.estimate.survey import Survey
from danvan_study.pipeline import Workshop, import_raw_files, load_study, run_study, verify_study
from danvan_study.store import Folder
from danvan_study.study import Against
from danvan_study.trend import find_trends

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
REAL = Path(os.environ.get("DANVAN_SHARED", HERE.parents[2] / "shared")) / "real" / "gss"

SURVEY = [
    ["type", "name", "label::English (en)", "label::Tiếng Việt (vi)", "role"],
    ["select_one yes", "took_part", "Took part", "Có tham gia", "consent"],
    ["text", "vstrat", "Stratum", "Tầng", "design"],
    ["text", "vpsu", "Cluster", "Cụm", "design"],
    ["decimal", "wtssps", "Weight", "Trọng số", "design"],
    [
        "select_one agree",
        "fefam",
        "It is better if the man is the achiever and the woman takes care of the home.",
        "Tốt nhất là đàn ông làm việc bên ngoài, phụ nữ lo việc nhà.",
        "opinion",
    ],
]
CHOICES = [
    ["list_name", "name", "label::English (en)", "label::Tiếng Việt (vi)", "score"],
    ["yes", "1", "Yes", "Có", ""],
    ["agree", "1", "Strongly agree", "Rất đồng ý", 0],
    ["agree", "2", "Agree", "Đồng ý", 33],
    ["agree", "3", "Disagree", "Không đồng ý", 67],
    ["agree", "4", "Strongly disagree", "Rất không đồng ý", 100],
]


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    return pd.read_csv(REAL / "gss.csv.gz")


@pytest.fixture(scope="module")
def expected() -> pd.DataFrame:
    return pd.read_csv(REAL / "expected_disagree_by_year.csv")


def form() -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        for name, rows in (
            ("survey", SURVEY),
            ("choices", CHOICES),
            ("settings", [["form_id", "version", "default_language"], ["gss", "1", "English (en)"]]),
        ):
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return content.getvalue()


def submissions(year: int, people: pd.DataFrame) -> bytes:
    """Write the people of a year as they would come from a server, with the field that says that they took part."""
    records = [
        {
            "_uuid": f"{year}-{person.id}",
            "__version__": "1",
            "took_part": "1",
            "vstrat": str(person.vstrat),
            "vpsu": str(person.vpsu),
            "wtssps": repr(float(person.wtssps)),
        }
        | ({"fefam": str(int(person.fefam))} if person.fefam == person.fefam else {})
        for person in people.itertuples()
    ]
    return "".join(json.dumps(record) + "\n" for record in records).encode()


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory, answers: pd.DataFrame, expected: pd.DataFrame) -> Path:
    root = tmp_path_factory.mktemp("gss")
    blocks = [
        f'\n[[wave]]\nid = "{year}"\nforms = ["form.xlsx"]\nstart = {year}-03-01\nend = {year}-06-30\n'
        for year in expected["year"]
    ]
    (root / "study.toml").write_text((HERE / "gss" / "study.toml").read_text() + "".join(blocks))
    (root / "form.xlsx").write_bytes(form())
    exports = tmp_path_factory.mktemp("exports")
    for year in expected["year"]:
        path = exports / f"{year}.jsonl"
        path.write_bytes(submissions(year, answers[answers["year"] == year]))
        import_raw_files(root, str(year), [path], source="GSS 1972-2024, gssr 827d7f0b")
    return root


@pytest.fixture(scope="module")
def workshop(study: Path, expected: pd.DataFrame) -> Workshop:
    described, areas = load_study(Folder(study))
    return Workshop(study, study=described, areas=areas, there=[str(year) for year in expected["year"]])


def test_the_kernel_agrees_with_r_to_eight_digits(answers: pd.DataFrame, expected: pd.DataFrame) -> None:
    strata = answers["year"].astype(str) + "\t" + answers["vstrat"].astype(str)
    survey = Survey(
        weight=answers["wtssps"].to_numpy(), design=Design.of(strata.to_list(), answers["vpsu"].astype(str).to_list())
    )
    disagrees = (answers["fefam"] >= 3).astype(float).where(answers["fefam"].notna()).to_numpy()
    inside = np.column_stack([(answers["year"] == year).to_numpy(dtype=float) for year in expected["year"]])
    found = mean(survey, np.repeat(disagrees[:, None], len(expected), axis=1), inside)
    np.testing.assert_allclose(found.value, expected["estimate"], atol=1e-8)
    np.testing.assert_allclose(found.se, expected["se"], atol=1e-8)


def test_the_pipeline_agrees_with_r_to_seven_digits(workshop: Workshop, expected: pd.DataFrame) -> None:
    for row in expected.itertuples():
        table = workshop.estimate(workshop.calendar.wave(str(row.year))).estimates
        (figure,) = table[(table["question"] == "fefam") & (table["statistic"] == "positive")].itertuples()
        assert figure.estimate / 100 == pytest.approx(row.estimate, abs=1e-7), row.year
        assert figure.se / 100 == pytest.approx(row.se, abs=1e-7), row.year
        assert figure.n == row.n


def test_changes_over_uneven_steps_are_the_differences_with_their_errors(
    workshop: Workshop, expected: pd.DataFrame
) -> None:
    by_year = expected.set_index("year")
    comparisons = [workshop.calendar.comparisons(str(year))[0] for year in expected["year"][1:]]
    assert {one.kind for one in comparisons} == {Against.PREVIOUS}
    sums = {str(year): sum_wave(workshop.wave(str(year)).sample, workshop.study) for year in expected["year"]}
    changes = estimate_changes(comparisons, sums, study=workshop.study)
    changes = changes[changes["statistic"] == "positive"]
    assert len(changes) == len(expected) - 1
    for row in changes.itertuples():
        later, earlier = by_year.loc[int(row.period)], by_year.loc[int(row.against)]
        assert row.change / 100 == pytest.approx(later["estimate"] - earlier["estimate"], abs=2e-7)
        assert row.se / 100 == pytest.approx(np.hypot(later["se"], earlier["se"]), abs=2e-7)
    tested = find_trends(changes.reset_index(drop=True)).set_index("period")
    assert tested.loc["1985", "p"] < 1e-10  # 35 % disagreed in 1977, 54 % in 1985
    assert tested.loc["1986", "p"] > 0.05


def test_the_line_is_surer_than_the_figures_and_one_step_forecasts_are_scored_beside_no_change(
    workshop: Workshop, expected: pd.DataFrame, record_property: Callable[[str, object], None]
) -> None:
    outlooks = workshop.outlooks("2024")
    line = outlooks.smoothed[outlooks.smoothed["statistic"] == "positive"].set_index("period")
    figures = expected.assign(period=expected["year"].astype(str)).set_index("period").loc[line.index]
    np.testing.assert_allclose(line["direct"] / 100, figures["estimate"], atol=1e-7)
    assert (line["estimate"] - line["direct"]).abs().max() < 3.0
    assert line["se"].mean() < 100 * figures["se"].mean()
    forecasts = outlooks.forecasts[outlooks.forecasts["statistic"] == "positive"]
    since = forecasts[forecasts["period"] >= "2000"]
    years = expected.loc[expected["year"] >= 2000, "year"].astype(str)
    assert since["period"].tolist() == years.tolist()
    inside = since["outcome"].between(since["low"], since["high"])
    # A national figure moves like a random walk: there is little to know beyond "no change", and nothing to lose.
    model, unchanged = since["crps"].mean(), since["crps_unchanged"].mean()
    record_property("crps", f"{len(since)} forecasts since 2000: {model:.3f}, no change {unchanged:.3f}")
    assert model < 1.02 * unchanged
    assert inside.mean() >= 0.85
    (ahead,) = forecasts[forecasts["period"] == ""].itertuples()
    assert ahead.low < ahead.unchanged < ahead.high


def test_the_last_wave_makes_a_brief_with_a_line_over_all_years(study: Path) -> None:
    (output,) = run_study(study, ["2024"])
    folder = output.brief.parent
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert record["compared"] == [["2024", "2022"]]
    assert record["periods_not_made"] == {}
    assert len(record["provenance"]) == 24
    assert (folder / "charts" / "trends.png").read_bytes().startswith(b"\x89PNG")
    changes = pd.read_parquet(folder / "published_trends.parquet")
    positive = changes[changes["statistic"] == "positive"].iloc[0]
    assert positive["verdict"] in {"up", "down", "unclear"}
    assert positive["flag"] == ""


def test_every_result_of_half_a_century_is_made_again_from_the_raw_data(study: Path) -> None:
    run_study(study, ["2024"])  # nothing to do where the test before has run
    (verdict,) = verify_study(study)
    assert verdict.by_bytes
    assert verdict.differences == ()
    assert verdict.files > 40
