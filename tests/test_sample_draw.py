"""The sample of a wave: planned, drawn once, handed out, and weighted back to the people it stands for."""

from __future__ import annotations

import io
import json
import shutil
from collections import Counter
from dataclasses import replace
from functools import cache

import numpy as np
import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

from danvan_study.cli import app
from danvan_study.errors import StudyError
from danvan_study.field import (
    Assignment,
    draw_households,
    draw_sample,
    plan_sample,
    read_sheet,
    read_visits,
    response_rates,
    set_sheet,
)
from danvan_study.field.assignments import HEAD, RESULT_WORDS
from danvan_study.pipeline import bring_visits, close_sample, draw_wave, plan_wave, write_assignments
from danvan_study.study import Allocation, Base, Sampling, Weighting, read_study
from danvan_study.tables import RESULTS
from danvan_study.weight import WeightSources, weight_respondents
from tests.demonstration import ROOT, areas, table
from tests.test_weight import answers_to

WAVE = "2026q4"
NEXT_WAVE = f"""
[[wave]]
id = "{WAVE}"
forms = ["survey_forms/thai_nguyen_v2.xlsx"]
start = 2026-10-29
end = 2026-12-02
"""
KEYS = [area.key for area in areas().reporting]
SAMPLING = Sampling(seed=4)
ROSTER = "account,areas\n" + "".join(f"dtv{n:02},{';'.join(KEYS)}\n" for n in range(1, 6))


@cache
def frame() -> pd.DataFrame:
    villages = table("data/frame/villages.csv")
    return villages.assign(**{name: villages[name].astype("int64") for name in ("households", "adults")})


def plan(sampling: Sampling = SAMPLING, **more):
    return plan_sample(frame(), sampling=sampling, areas=KEYS, **more)


@pytest.fixture
def folder(tmp_path):
    for name in ("data/areas", "data/frame"):
        shutil.copytree(ROOT / name, tmp_path / name)
    page = (ROOT / "study.toml").read_text(encoding="utf-8")
    (tmp_path / "study.toml").write_text(page + NEXT_WAVE, encoding="utf-8")
    return tmp_path


def rewrite(folder, name, old, new):
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")


# The plan


def test_no_area_falls_below_the_floor_and_the_sample_keeps_its_size():
    made = plan()
    assert min(part.interviews for part in made.areas) >= 50
    assert sum(part.interviews for part in made.areas) == made.total.interviews == 1200
    assert made.total.villages == 120
    assert made.total.households == 120 * 16


def test_the_precision_of_the_plan_is_worked_out_by_hand():
    made = plan(replace(SAMPLING, weighting_effect=1.0))
    assert made.deff == pytest.approx(1.45)
    city = next(part for part in made.areas if part.area == "2025-06-30:164")
    # t with 13 degrees of freedom is 2.1604: 2.1604 x root(1.45 x 0.25 / 140)
    assert city.villages == 14
    assert city.margin == pytest.approx(100 * 2.16037 * (1.45 * 0.25 / 140) ** 0.5, rel=1e-4)
    assert city.margin_year == pytest.approx(100 * 2.00665 * (1.45 * 0.25 / 560) ** 0.5, rel=1e-4)


def test_unequal_sampling_of_districts_costs_the_province_precision():
    # two districts of 900 and 100 adults, 10 villages each: variance 0.81 + 0.01 times that of one district
    villages = pd.DataFrame({"village": range(40), "area": np.repeat(["a", "b"], 20), "adults": np.repeat([45, 5], 20)})
    sampling = replace(SAMPLING, interviews=200, smallest=100, village_correlation=0.0, weighting_effect=1.0)
    made = plan_sample(villages, sampling=sampling, areas=["a", "b"])
    assert made.total.margin == pytest.approx(100 * 2.10092 * (0.25 * (0.81 + 0.01) / 100) ** 0.5, rel=1e-4)


def test_proportional_allocation_is_the_best_for_the_province_and_the_root_better_for_small_districts():
    root = plan()
    proportional = plan(replace(SAMPLING, allocation=Allocation.PROPORTIONAL))
    smaller = [part for part in root.areas if part.adults < root.total.adults / 17]
    assert proportional.total.margin < root.total.margin
    assert sum(part.interviews for part in smaller) > sum(
        part.interviews for part in proportional.areas if part.area in {each.area for each in smaller}
    )


def test_neyman_sends_more_interviews_where_opinions_differ():
    neyman = replace(SAMPLING, allocation=Allocation.NEYMAN, smallest=10)
    even = plan(neyman, shares=dict.fromkeys(KEYS, 50.0))
    agreed = plan(neyman, shares=dict.fromkeys(KEYS, 50.0) | {"2025-06-30:164": 98.0})
    there = [part.area for part in even.areas].index("2025-06-30:164")
    assert agreed.areas[there].interviews < even.areas[there].interviews / 2


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"interviews": 600}, "17 areas with 50 interviews at least need 85 villages"),
        (
            {"interviews": 12_000, "per_village": 4, "smallest": 400},
            "058 has 71 villages, and 1.. were to be drawn",
        ),
        ({"allocation": Allocation.NEYMAN}, "no share between 0 and 100"),
    ],
)
def test_a_plan_that_cannot_be_carried_out_is_refused(changes, what):
    with pytest.raises(StudyError, match=what):
        plan(replace(SAMPLING, **changes))


def test_an_area_without_villages_is_named():
    with pytest.raises(StudyError, match="no village lies in 2025-06-30:058"):
        plan_sample(frame()[frame()["area"] != "2025-06-30:058"], sampling=SAMPLING, areas=KEYS)


def test_a_village_of_the_frame_without_households_is_refused(folder):
    text = (folder / "data/frame/villages.csv").read_text(encoding="utf-8")
    (folder / "data/frame/villages.csv").write_text(text.replace(",urban,304,746,", ",urban,0,746,", 1), "utf-8")
    with pytest.raises(StudyError, match="not a count above 0"):
        plan_wave(folder, WAVE)


@pytest.mark.usefixtures("vietnamese")
def test_the_command_tells_what_the_sample_will_show_and_writes_nothing(folder):
    before = sorted(path for path in folder.rglob("*") if path.is_file())
    result = CliRunner().invoke(app, ["--study", str(folder), "sample", "plan", WAVE])
    assert result.exit_code == 0, result.output
    assert "Thành phố Thái Nguyên 246423 14 150 140 224 12,5 23,9 5,8" in " ".join(result.output.split())
    assert "cả mẫu" in result.output
    assert sorted(path for path in folder.rglob("*") if path.is_file()) == before


# The draw


def test_the_same_seed_draws_the_same_sample_and_another_wave_another_one():
    first, again, later = (draw_sample(frame(), plan(), sampling=SAMPLING, wave=wave) for wave in ("a", "a", "b"))
    pd.testing.assert_frame_equal(first, again)
    assert set(first["cluster"]) != set(later["cluster"])
    other = draw_sample(frame(), plan(), sampling=replace(SAMPLING, seed=5), wave="a")
    assert set(first["cluster"]) != set(other["cluster"])


def test_a_draw_gives_each_area_its_villages_and_keeps_urban_and_rural_in_proportion():
    made = plan()
    drawn = draw_sample(frame(), made, sampling=SAMPLING, wave="a")
    assert Counter(drawn["area"]) == {part.area: part.villages for part in made.areas}
    whole = frame().groupby(["area", "residence"])["households"].sum()
    for part in made.areas:
        share = whole.get((part.area, "urban"), 0) / whole[part.area].sum()
        urban = int(((drawn["area"] == part.area) & (drawn["residence"] == "urban")).sum())
        assert abs(urban - part.villages * share) < 1


def test_the_drawn_sample_weights_back_to_the_people_of_the_frame():
    """Everybody answers: base weights must add up to the households, and with adults to the adults."""
    generator = np.random.default_rng(3)
    drawn = draw_sample(frame(), plan(), sampling=SAMPLING, wave="a")
    stop = np.repeat(np.arange(len(drawn)), drawn["approached"])
    people = drawn.iloc[stop].reset_index(drop=True)
    names = [f"r{n:05}" for n in range(len(people))]
    respondents = pd.DataFrame(
        {
            "respondent": names, "wave": "a", "form_version": "1", "area": people["area"], "area_basis": "area",
            "stratum": people["area"], "cluster": people["cluster"], "interviewer": "", "mode": "", "started_on": "",
            "minutes": 15.0,
        }
    )  # fmt: skip
    adults = generator.integers(1, 5, len(people))
    weighted = weight_respondents(
        respondents,
        answers_to("hh_adults", dict(zip(names, map(str, adults), strict=True))),
        weighting=Weighting(base=Base.SELECTION, file="s.csv", adults="hh_adults"),
        sources=WeightSources(frame=drawn.astype("str"), frame_name="s.csv", margins=()),
    ).weights
    households = weighted["base"] / adults
    by_area = households.groupby(respondents["area"]).sum()
    for area, count in frame().groupby("area")["households"].sum().items():
        assert by_area[area] == pytest.approx(count, rel=1e-6)
    # Nobody is missing, so nothing is left to be made good.
    assert weighted["nonresponse"].to_numpy() == pytest.approx(weighted["base"].to_numpy(), rel=1e-6)


def test_a_village_larger_than_the_step_is_drawn_for_certain_and_still_weights_back():
    villages = frame().copy()
    large = int(villages.index[villages["village"] == "v164_003"][0])
    villages.loc[large, ["households", "adults"]] = [60_000, 150_000]
    made = plan_sample(villages, sampling=SAMPLING, areas=KEYS)
    for seed in range(20):
        drawn = draw_sample(villages, made, sampling=replace(SAMPLING, seed=seed), wave="a")
        there = drawn[drawn["area"] == "2025-06-30:164"]
        assert float(there.loc[there["cluster"] == "v164_003", "p_cluster"].iloc[0]) == 1.0
        whole = villages.loc[villages["area"] == "2025-06-30:164", "households"].sum()
        assert (there["households"] / there["p_cluster"]).sum() == pytest.approx(whole, rel=1e-6)


def test_households_of_a_village_are_drawn_without_repetition_and_each_village_by_itself():
    drawn = draw_sample(frame(), plan(), sampling=SAMPLING, wave="a")
    numbers = draw_households(drawn, sampling=SAMPLING, wave="a")
    sizes = dict(zip(drawn["cluster"], drawn["households"], strict=True))
    assert all(len(set(each)) == 16 and max(each) <= sizes[village] for village, each in numbers.items())
    fewer = draw_households(drawn.iloc[40:50], sampling=SAMPLING, wave="a")
    assert fewer == {village: numbers[village] for village in fewer}


def test_draw_writes_sample_record_and_sheets_and_refuses_to_draw_again(folder):
    names = draw_wave(folder, WAVE)
    assert names[:2] == [f"data/sample/{WAVE}.csv", f"data/sample/{WAVE}_draw.json"]
    assert len(names) == 2 + 17  # no roster: one sheet for each area
    record = json.loads((folder / names[1]).read_text(encoding="utf-8"))
    assert record["seed"] == read_study((folder / "study.toml").read_text(encoding="utf-8")).sampling.seed
    assert len(record["frame"]["sha256"]) == len(record["sample"]["sha256"]) == 64
    before = {name: (folder / name).read_bytes() for name in names}
    with pytest.raises(StudyError, match="has a sample already"):
        draw_wave(folder, WAVE)
    assert {name: (folder / name).read_bytes() for name in names} == before


def test_whoever_draws_again_elsewhere_gets_the_same_bytes(folder, tmp_path_factory):
    copy = tmp_path_factory.mktemp("copy") / "study"
    shutil.copytree(folder, copy)
    for name in draw_wave(folder, WAVE):
        del name
    for name in draw_wave(copy, WAVE):
        assert (copy / name).read_bytes() == (folder / name).read_bytes(), name


def test_without_a_seed_nothing_is_drawn(folder):
    rewrite(folder, "study.toml", "seed = 20261001", "# no seed")
    with pytest.raises(StudyError, match="there is no seed"):
        draw_wave(folder, WAVE)
    assert not (folder / "data/sample").exists()


def test_a_sample_changed_by_hand_is_refused_but_for_households_approached(folder):
    draw_wave(folder, WAVE)
    path = folder / f"data/sample/{WAVE}.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([lines[0], lines[1].replace(",16,16", ",12,16"), *lines[2:]]), encoding="utf-8")
    assert len(write_assignments(folder, WAVE)) == 17
    path.write_text("".join([lines[0], *lines[2:]]), encoding="utf-8")
    with pytest.raises(StudyError, match="not the sample that was drawn"):
        write_assignments(folder, WAVE)


# Sheets


def cells(content: bytes) -> list[list[str]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]


def test_every_village_goes_to_one_enumerator_of_its_area_and_work_is_even(folder):
    (folder / "data/roster.csv").write_text(ROSTER, encoding="utf-8")
    sheets = {name: cells((folder / name).read_bytes()) for name in draw_wave(folder, WAVE)[2:]}
    assert len(sheets) == 5
    villages = [{row[1] for row in rows[5:]} for rows in sheets.values()]
    assert [len(each) for each in villages] == [24] * 5
    assert len(set.union(*villages)) == 120
    for rows in sheets.values():
        assert tuple(rows[4]) == HEAD
        assert len(rows) == 5 + 24 * 16
        assert {row[0] for row in rows[5:]} == {rows[5][0]}


@pytest.mark.parametrize(("selection", "rule"), [("list", "danh sách hộ của thôn"), ("walk", "luôn rẽ phải")])
def test_the_sheet_says_how_households_are_found_and_that_nobody_is_replaced(selection, rule):
    villages = pd.DataFrame({"commune_name": ["Xã A"], "residence": ["rural"]}, index=["v1"])
    given = Assignment(name="dtv01", villages=("v1",))
    rows = cells(set_sheet(given, villages, numbers={"v1": [3, 19]}, title="Phân công", selection=selection))
    assert rule in rows[1][0]
    assert "Không thay hộ, không thay người" in rows[2][0]
    assert [row[:6] for row in rows[5:]] == [
        ["dtv01", "v1", "Xã A", "nông thôn", "1", "3"],
        ["dtv01", "v1", "Xã A", "nông thôn", "2", "19"],
    ]


def test_a_roster_that_leaves_an_area_out_is_refused(folder):
    (folder / "data/roster.csv").write_text(f"account,areas\ndtv01,{KEYS[0]}\n", encoding="utf-8")
    with pytest.raises(StudyError, match="nobody works in"):
        draw_wave(folder, WAVE)


def filled(path, **results):
    """Write results into a sheet: row number and attempt to (day, result)."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for place, (day, result) in results.items():
        row, attempt = (int(part) for part in place.removeprefix("r").split("_"))
        sheet.cell(5 + row, 7 + 2 * (attempt - 1)).value = day
        sheet.cell(5 + row, 8 + 2 * (attempt - 1)).value = result
    book.save(path)
    return path


def test_a_filled_sheet_becomes_visits_and_response_rates(folder):
    name = draw_wave(folder, WAVE)[2]
    path = filled(
        folder / name,
        r1_1=("29/10/2026", "2.2"), r1_2=("2026-10-30", "1.1"), r2_1=("29/10/2026", "2,11"), r3_1=("", 3.1),
    )  # fmt: skip
    assert bring_visits(folder, WAVE, [path]) == (f"data/visits/{WAVE}.csv", 4)
    assert bring_visits(folder, WAVE, [path])[1] == 4  # a sheet read again adds nothing
    rows = pd.read_csv(folder / f"data/visits/{WAVE}.csv", dtype="str", keep_default_na=False).to_dict("records")
    assert [row["visited_on"] for row in rows] == ["2026-10-29", "2026-10-30", "2026-10-29", ""]
    rates = response_rates(read_visits(rows, wave=WAVE, file="f"))[""]
    assert (rates.complete, rates.refused, rates.unknown_household, rates.households) == (1, 1, 1, 3)
    filled(path, r1_2=("", ""))
    assert bring_visits(folder, WAVE, [path])[1] == 3  # what was taken off the sheet is gone


def test_closing_writes_how_many_households_were_gone_to_and_names_villages_not_finished(folder):
    with pytest.raises(StudyError, match="is missing"):
        close_sample(folder, WAVE)
    names = draw_wave(folder, WAVE)
    before = pd.read_csv(folder / names[0])
    with pytest.raises(StudyError, match="is missing"):
        close_sample(folder, WAVE)
    whole = {f"r{row}_1": ("", "1.1") for row in range(1, 17)}  # the first village
    bring_visits(folder, WAVE, [filled(folder / names[2], **whole, r17_1=("", "2.2"), r17_2=("", "1.1"))])
    unfinished = close_sample(folder, WAVE)
    after = pd.read_csv(folder / names[0])
    assert after["approached"].tolist() == [16, 1, *[0] * 118]
    assert unfinished[0] == (before["cluster"][1], 1, 16)
    assert len(unfinished) == 119
    pd.testing.assert_frame_equal(after.drop(columns="approached"), before.drop(columns="approached"))
    assert len(write_assignments(folder, WAVE)) == 17  # still the sample that was drawn


def test_the_demonstrations_samples_are_closed_by_their_visits(tmp_path):
    shutil.copytree(ROOT / "data", tmp_path / "data", ignore=shutil.ignore_patterns("raw", "processed"))
    shutil.copy(ROOT / "study.toml", tmp_path)
    before = pd.read_csv(tmp_path / "data/sample/2026q3.csv")
    missed = before.loc[before["approached"] == 0, "cluster"]  # a planted fault
    assert close_sample(tmp_path, "2026q3") == [(village, 0, 16) for village in missed]
    assert len(missed) == 1
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "data/sample/2026q3.csv"), before)


def test_neymans_shares_are_read_from_a_file_of_the_study(folder):
    rewrite(folder, "study.toml", 'allocation = "square_root"', 'allocation = "neyman"\nshares = "data/shares.csv"')
    lines = [f"{key},{98 if key.endswith('164') else 50}" for key in KEYS]
    (folder / "data/shares.csv").write_text("\n".join(["area,share", *lines, ""]), encoding="utf-8")
    parts = {part.area: part.villages for part in plan_wave(folder, WAVE).plan.areas}
    assert parts["2025-06-30:164"] < parts["2025-06-30:172"]  # although far more people live there
    (folder / "data/shares.csv").write_text("\n".join(["area,share", *lines[1:], ""]), encoding="utf-8")
    with pytest.raises(StudyError, match="2025-06-30:058 has no share"):
        plan_wave(folder, WAVE)


@pytest.mark.parametrize(
    ("row", "what"),
    [
        (["d", "elsewhere", "x", "x", "1", "4", "", "1.1"], "was not drawn"),
        (["d", "v1", "x", "x", "1", "4", "29/10/2026", ""], "a day and no result"),
        (["d", "v1", "x", "x", "1", "4", "hôm qua", "1.1"], '"hôm qua" is no day'),
    ],
)
def test_a_badly_filled_sheet_is_named_by_its_row(row, what):
    with pytest.raises(StudyError, match=what) as caught:
        read_sheet([list(HEAD), [*row, "", "", "", ""]], file="phan_cong.xlsx", areas={"v1": "a"})
    assert caught.value.where == "phan_cong.xlsx, row 2"


def test_any_other_workbook_is_no_assignment_sheet():
    with pytest.raises(StudyError, match="no assignment sheet"):
        read_sheet([["tên", "điện thoại"]], file="x.xlsx", areas={})


def test_sheets_have_no_place_for_names_phones_or_answers_and_explain_every_result():
    assert set(RESULT_WORDS) == set(RESULTS)
    assert not any(word in " ".join(HEAD) for word in ("tên", "điện thoại", "địa chỉ", "tuổi"))


# study.toml


def page(*lines: str) -> str:
    study = (ROOT / "study.toml").read_text(encoding="utf-8")
    start, end = study.index("[sample]"), study.index("[publication]")
    return study[:start] + "\n".join(["[sample]", *lines, "", ""]) + study[end:]


def test_every_key_of_the_section_is_read():
    sampling = read_study(
        page(
            "seed = 9",
            'frame = "f.csv"',
            "interviews = 900",
            "per_village = 9",
            "households = 12",
            "smallest = 45",
            'allocation = "neyman"',
            'shares = "s.csv"',
            'selection = "walk"',
            "village_correlation = 0.1",
            "weighting_effect = 1.5",
        )
    ).sampling
    assert sampling == Sampling(
        seed=9, frame="f.csv", interviews=900, per_village=9, households=12, smallest=45,
        allocation=Allocation.NEYMAN, shares="s.csv", selection="walk", village_correlation=0.1, weighting_effect=1.5,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        (["sed = 9"], 'the key "sed" is not known'),
        (["seed = -1"], "-1 is not possible"),
        (["interviews = 0"], "0 is not possible"),
        (["per_village = 20"], "16 is not possible"),
        (["village_correlation = 1.0"], "1 is not possible"),
        (["weighting_effect = 0.5"], "0.5 is not possible"),
        (['allocation = "lot"'], '"lot" is not known'),
        (['allocation = "neyman"'], "needs the share expected"),
    ],
)
def test_a_mistake_in_the_section_is_named(lines, what):
    with pytest.raises(StudyError, match=what):
        read_study(page(*lines))
