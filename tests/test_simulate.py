"""The simulator: same seed same bytes, answers as its truth says, weights that undo what it does to the sample."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_study.collect import collect_responses
from danvan_study.describe import describe_respondents
from danvan_study.errors import StudyError
from danvan_study.pipeline import simulate_study
from danvan_study.pipeline.simulate import make_world
from danvan_study.sampling import allocate, stream
from danvan_study.score import score_answers
from danvan_study.simulate import SimulatedWave, read_truth, simulate_wave
from danvan_study.simulate.interview import ask
from danvan_study.simulate.people import People, meet_people
from danvan_study.simulate.population import CELLS, household_sizes, share_out
from danvan_study.simulate.sample import draw_sample
from danvan_study.simulate.shares import ordered_shares
from danvan_study.simulate.wave import all_chances
from danvan_study.store import Folder
from danvan_study.tables import MILLION, Answers, Respondents, Weights
from danvan_study.weight import MarginTable, WeightSources, weight_respondents
from tests.demonstration import ROOT, areas, codebook, study, table, truth, world

if TYPE_CHECKING:
    from pathlib import Path

WAVE = "2025q3"
MANY = 200_000
"""People drawn one by one: a share of 50 % then has a standard error of 0.11 points."""
TRUTH_TEXT = (ROOT / "data/simulation.toml").read_text(encoding="utf-8")


@cache
def drawn(seed: int | None = None) -> SimulatedWave:
    return simulate_wave(world(), wave=study().wave(WAVE), codebook=codebook(WAVE), seed=seed)


def content(wave: SimulatedWave) -> str:
    parts = [*wave.raw_files().values(), wave.sample_file(), repr(wave.corrections).encode()]
    return hashlib.sha256(b"".join(parts)).hexdigest()


def whole_province(wave: SimulatedWave, statistic: str) -> pd.Series:
    rows = wave.truth_table
    chosen = rows[(rows["level"] == "all") & (rows["group"] == "") & (rows["statistic"] == statistic)]
    return chosen.set_index(["question", "answer"])["truth"]


# Same seed, same bytes


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_ones():
    again = simulate_wave(world(), wave=study().wave(WAVE), codebook=codebook(WAVE))
    assert content(again) == content(drawn())
    assert content(drawn(1)) != content(drawn())


def test_the_stored_wave_is_what_the_truth_gives():
    for name, made in drawn().raw_files().items():
        assert (ROOT / "data/raw" / WAVE / name).read_bytes() == made, name
    assert (ROOT / f"data/sample/{WAVE}.csv").read_bytes() == drawn().sample_file()


def test_a_fault_taken_out_of_the_truth_takes_its_corrections_with_it(tmp_path):
    for name in ("data/areas", "data/codes", "data/simulation.toml", "data/raw", "survey_forms"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, make_room(tmp_path / name))
    whole = (ROOT / "study.toml").read_text(encoding="utf-8")
    one_wave = whole[: whole.index("[[review]]")] + whole[whole.index('[[wave]]\nid = "2025q2"') :]
    (tmp_path / "study.toml").write_text(one_wave[: one_wave.index('[[wave]]\nid = "2025q3"')], encoding="utf-8")
    corrections = tmp_path / "data/corrections/2025q2.csv"
    simulate_study(tmp_path)
    assert "household_size" in corrections.read_text(encoding="utf-8")
    truth_file = tmp_path / "data/simulation.toml"
    text = truth_file.read_text(encoding="utf-8")
    truth_file.write_text(text.replace('kind = "household_size"', 'kind = "duplicate"', 1), encoding="utf-8")
    simulate_study(tmp_path)
    assert not corrections.exists()


def test_margins_of_other_age_bands_are_one_message(tmp_path):
    for name in ("data/areas/census_2019.csv", "data/areas/margin_sex_age.csv", "data/simulation.toml"):
        shutil.copy(ROOT / name, make_room(tmp_path / name))
    margin = tmp_path / "data/areas/margin_sex_age.csv"
    margin.write_text(margin.read_text(encoding="utf-8").replace("18_29", "18_24"), encoding="utf-8")
    with pytest.raises(StudyError, match="knows the bands 18_29"):
        make_world(Folder(tmp_path), areas())


def make_room(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def test_another_seed_draws_another_sample_from_the_same_truth():
    pd.testing.assert_frame_equal(drawn(1).truth_table, drawn().truth_table)
    assert not drawn(1).sample.equals(drawn().sample)


# The truth


def test_many_people_asked_one_by_one_answer_as_the_truth_table_says():
    population, generator = world().population, stream(7, "many")
    people = population.people()
    cell = generator.choice(people.size, size=MANY, p=(people / people.sum()).ravel())
    village, kind = np.divmod(cell, len(CELLS))
    nobody = np.zeros(MANY, dtype=bool)
    crowd = People(
        stop=village,
        village=village,
        adults=np.ones(MANY, dtype=np.int64),
        sex=kind // 4,
        age=kind % 4,
        person=generator.normal(size=MANY),
        takes_part=~nobody,
        refuses=nobody,
    )
    every = all_chances(world(), wave=WAVE, codebook=codebook(WAVE))
    answered = ask(crowd, every, truth=truth(), generator=generator)
    expected = whole_province(drawn(), "share")
    for chance in every:
        given_ = answered[chance.item.question]
        valid = given_[np.isin(given_, chance.answers)]
        for answer in chance.answers:
            true = expected[chance.item.question, answer]
            error = 100 * np.mean(valid == answer) - true
            standard = np.sqrt(true * (100 - true) / len(valid))
            assert abs(error) < 4.5 * standard, (chance.item.question, answer, error, standard)


def test_shares_of_a_truth_add_up_to_a_hundred_in_every_domain():
    rows = drawn().truth_table
    shares = rows[rows["statistic"] == "share"]
    keys = ["level", "area", "group", "value", "question"]
    assert shares.groupby(keys)["truth"].sum().between(99.99, 100.01).all()
    assert rows["truth"].between(0, 100).all()
    assert not rows.duplicated([*keys, "statistic", "answer"]).any()


def test_true_area_means_average_to_the_province():
    rows = drawn().truth_table
    means = rows[(rows["level"] == "area") & (rows["question"] == "theft_hh_3m") & (rows["statistic"] == "mean")]
    people = np.bincount(world().population.area, weights=world().population.adults)
    province = whole_province(drawn(), "mean")["theft_hh_3m", ""]
    # Not exactly: who has no answer differs a little between areas.
    assert np.average(means["truth"], weights=people) == pytest.approx(province, abs=0.02)


def test_mountain_districts_lose_trust_in_services_in_2025q3_and_win_it_back():
    positive = {}
    for wave in ("2025q2", "2025q3", "2026q3"):
        rows = pd.read_csv(ROOT / f"data/raw/{wave}/truth.csv", dtype={"area": "str"})
        chosen = rows[(rows["level"] == "area") & (rows["question"] == "svc_satisfaction")]
        positive[wave] = chosen[chosen["statistic"] == "positive"].set_index("area")["truth"]
    mountain = list(truth().regions["mountain"])
    fall = positive["2025q3"] - positive["2025q2"]
    assert (fall[mountain] < -10).all()
    assert fall[mountain].mean() < fall.drop(mountain).mean() - 10
    assert (positive["2026q3"] - positive["2025q3"])[mountain].min() > 10


def test_the_reworded_question_breaks_between_form_versions_and_no_other_does():
    wave = study().wave("2026q1")
    old, new = (simulate_wave(world(), wave=wave, codebook=codebook(form)) for form in ("2025q4", "2026q1"))
    jump = (whole_province(new, "mean") - whole_province(old, "mean")).droplevel("answer")
    assert list(jump.index[jump != 0]) == ["dem_informed"]
    assert jump["dem_informed"] < -5


# The sample


def test_systematic_draws_reach_each_village_as_often_as_p_cluster_says():
    population, design = world().population, truth().fieldwork
    draws = 400
    hits = np.zeros(len(population.villages))
    chance = np.zeros(len(population.villages))
    for seed in range(draws):
        sample = draw_sample(population, design, stream(seed, "draw"))
        rows = sample["village"].to_numpy()
        hits[rows] += 1
        chance[rows] = sample["p_cluster"]
    seen = chance > 0
    z = (hits[seen] - draws * chance[seen]) / np.sqrt(draws * chance[seen] * (1 - chance[seen]))
    # Villages never drawn have small chances; all others lie about their expectation.
    assert abs(z.mean()) < 0.25
    assert z.std() < 1.1
    assert hits.sum() == draws * design.villages


def test_base_weights_of_a_full_response_add_up_to_the_population_and_its_ages():
    eager = replace(truth().response, percent=99.9999, effects={}, by_region={})
    everyone = replace(truth(), response=eager)
    totals, young = [], []
    for seed in range(12):
        generator = stream(seed, "full")
        sample = draw_sample(world().population, truth().fieldwork, generator)
        people = meet_people(sample, everyone, population=world().population, generator=generator)
        stop = sample.iloc[people.stop]
        weight = people.adults / (stop["p_cluster"] * stop["approached"] / stop["households"]).to_numpy()
        totals.append(weight.sum())
        young.append(weight[people.age == 0].sum())
    true = world().population.people()
    for estimates, target in ((totals, true.sum()), (young, true[:, [0, 4]].sum())):
        standard = np.std(estimates, ddof=1) / np.sqrt(len(estimates))
        assert abs(np.mean(estimates) - target) < 4 * standard
        assert np.mean(estimates) == pytest.approx(target, rel=0.04)


def test_people_who_live_alone_come_into_the_sample_too_often():
    sizes = household_sizes(np.full((1, 4), 0.25), truth().adults_in_household)[0]
    people = sizes * np.arange(1, 7)
    assert sizes[0] > 2 * people[0] / people.sum()


def test_weighting_brings_the_figures_nearer_to_the_truth():
    larger = replace(truth(), fieldwork=replace(truth().fieldwork, villages=240, smallest=12, households=24), faults=())
    plain, weighted = [], []
    for seed in range(2):
        wave = simulate_wave(
            replace(world(), truth=larger), wave=study().wave(WAVE), codebook=codebook(WAVE), seed=seed
        )
        respondents, answers = prepare(wave)
        weights = weigh(wave, respondents, answers)
        scored = answers[(answers[Answers.missing] == "") & answers[Answers.score].notna()]
        true = whole_province(wave, "mean").droplevel("answer")
        for question, rows in scored[scored[Answers.question].isin(true.index)].groupby(Answers.question):
            score, weight = rows[Answers.score], rows[Answers.respondent].map(weights)
            plain.append(score.mean() - true[question])
            weighted.append(np.average(score, weights=weight) - true[question])
    # The old answer more often and are more content, and small mountain districts are sampled more densely.
    assert np.sqrt(np.mean(np.square(weighted))) < 0.7 * np.sqrt(np.mean(np.square(plain)))
    assert np.mean(plain) - np.mean(weighted) > 0.5


def prepare(wave: SimulatedWave) -> tuple[pd.DataFrame, pd.DataFrame]:
    book = codebook(WAVE)
    books = {book.version: book}
    collected = collect_responses(wave.records, codebooks=books, study=study(), wave=study().wave(WAVE))
    described = describe_respondents(
        collected.interviews, collected.answers, study=study(), areas=areas(), codebooks=books
    )
    answers = score_answers(collected.answers, interviews=collected.interviews, codebooks=books)
    return described.respondents, answers


def weigh(wave: SimulatedWave, respondents: pd.DataFrame, answers: pd.DataFrame) -> pd.Series:
    margins = tuple(
        MarginTable(by=margin.by, file=margin.file, cells=cells.assign(population=cells["population"].astype(float)))
        for margin in study().weighting.margins
        for cells in [table(margin.file)[[*margin.by, "population"]]]
    )
    sources = WeightSources(frame=wave.sample, frame_name="sample", margins=margins)
    done = weight_respondents(respondents, answers, weighting=study().weighting, sources=sources)
    assert set(respondents[Respondents.respondent]) == set(done.weights[Weights.respondent])
    return done.weights.set_index(Weights.respondent)[Weights.weight] / MILLION


# Pieces


@given(
    shares=st.lists(st.floats(0.01, 1), min_size=2, max_size=7),
    shift=st.floats(-6, 6),
)
def test_a_shifted_scale_stays_a_distribution_and_moves_one_way(shares: list[float], shift: float):
    base = np.array(shares) / sum(shares)
    moved = ordered_shares(base, np.array([0.0, shift]))
    assert np.allclose(moved[0], base)
    assert np.isclose(moved[1].sum(), 1)
    assert (moved >= 0).all()
    rise = np.cumsum(base)[:-1] - np.cumsum(moved[1])[:-1]
    assert (rise * np.sign(shift) >= -1e-12).all()


@given(total=st.integers(0, 10_000), sizes=st.lists(st.floats(0.01, 1e6), min_size=1, max_size=40))
def test_whole_parts_add_up_and_miss_their_share_by_less_than_one(total: int, sizes: list[float]):
    parts = share_out(total, np.array(sizes))
    assert parts.sum() == total
    assert (np.abs(parts - total * np.array(sizes) / sum(sizes)) < 1 + 1e-6).all()


def test_allocation_follows_square_roots_above_the_floor():
    parts = allocate(np.array([100.0, 400.0, 90_000.0]), villages=100, smallest=10)
    assert parts.sum() == 100
    assert list(parts[:2]) == [10, 10]


# Mistakes in simulation.toml


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("seed = 20241029", "sed = 20241029", "seed"),
        ("shares = {1 = 4, 2 = 11, 3 = 31, 4 = 43, 5 = 11}", "shares = {1 = 4, 2 = 11}", "add up to 15"),
        ('region = "mountain"', 'region = "moutain"', "moutain"),
        ("trend = [0, 0.02, 0.05, -0.05, -0.15, -0.08, 0, 0.05]", "trend = [0, 1]", "2 numbers for 8 waves"),
        ("by_wave = {2025q4 = -0.35, 2026q1 = -0.15}", "by_wave = {2025q5 = -0.35}", "2025q5"),
        ('kind = "clock"', 'kind = "clok"', "clok"),
        ("percent = 59", "percent = 120", "120"),
        ('question = "svc_contact_3m", answers = ["1", "2", "3"]', 'question = "nothing", answers = ["1"]', "nothing"),
        ("60_plus = [14, 40, 20, 17, 6, 3]", "60_plus = [60, 40]", "1 to 6"),
        ("age_band = {18_29 = -0.5,", "age_band = {18_30 = -0.5,", "18_30"),
    ],
)
def test_a_mistake_in_the_truth_is_one_message_with_its_place(old: str, new: str, complaint: str):
    assert old in TRUTH_TEXT
    with pytest.raises(StudyError) as caught:
        read_truth(TRUTH_TEXT.replace(old, new, 1))
    assert complaint in str(caught.value)
    assert str(caught.value).startswith("data/simulation.toml")


def test_a_truth_that_names_what_the_form_lacks_is_refused():
    text = TRUTH_TEXT.replace('name = "safety_night"', 'name = "safety_day"', 1)
    with pytest.raises(StudyError, match="safety_day"):
        simulate_wave(replace(world(), truth=read_truth(text)), wave=study().wave(WAVE), codebook=codebook(WAVE))


def test_a_wave_that_the_truth_does_not_know_is_refused():
    other = replace(study().wave(WAVE), id="2031q1")
    with pytest.raises(StudyError, match="2031q1"):
        simulate_wave(world(), wave=other, codebook=codebook(WAVE))
