"""No random survey is released with a row below k, or with an answer that all who look alike gave."""

from __future__ import annotations

import time

import numpy as np
import pytest

from danvan_study.errors import StudyError
from danvan_study.publish.release.ladder import ladder
from danvan_study.publish.release.microdata import BLANK, UNKNOWN, WITHHELD, Item, Key, Microdata, encode
from danvan_study.publish.release.protect import CLUSTER, Protected, join_clusters, protect
from tests import release_material
from tests.release_material import RandomPeople, faults, random_people

SURVEYS = 1000
PLACES = ("area", "urban")


def microdata(people: RandomPeople, closed: dict[str, set[tuple[str, str]]] | None = None) -> Microdata:
    villages = sorted(set(people.cluster))
    return Microdata(
        keys=tuple(
            Key(
                name=name,
                values=tuple(people.orders[name]),
                codes=encode(people.orders[name], cells, absent=UNKNOWN),
                is_place=name in PLACES,
            )
            for name, cells in people.keys.items()
        ),
        items=tuple(
            Item(
                name=name,
                values=tuple(values := sorted(set(cells) - {""})),
                codes=encode(values, cells, absent=BLANK),
                depends=frozenset(people.depends.get(name, ())),
                closed=frozenset((closed or {}).get(name, ())),
            )
            for name, cells in people.items.items()
        ),
        weight=np.array(people.weight),
        cluster=encode(villages, people.cluster, absent=-1),
    )


def told(released: Protected) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """What a reader of the file sees."""
    keys = {
        key.name: [release_material.UNKNOWN if code == UNKNOWN else key.values[code] for code in key.codes]
        for key in released.keys
    }
    items = {}
    for item in released.items:
        wordings = [*item.values, release_material.WITHHELD, release_material.BLANK]  # -1 is the last, -2 before it
        items[item.name] = [wordings[code] for code in item.codes]
    return keys, items


def release(seed: int) -> tuple[RandomPeople, Protected] | None:
    people = random_people(seed)
    try:
        return people, protect(microdata(people), where="x")
    except StudyError:
        return None


@pytest.fixture(scope="module")
def releases() -> list[tuple[RandomPeople, Protected] | None]:
    return [release(seed) for seed in range(SURVEYS)]


def test_of_a_thousand_surveys_none_is_released_with_a_row_below_k_or_an_answer_below_l(releases):
    found = {
        seed: wrong for seed, one in enumerate(releases) if one and (wrong := faults(*told(one[1]), one[0].depends))
    }
    assert found == {}


def test_many_of_them_are_released_and_many_are_not(releases):
    count = sum(one is not None for one in releases)
    assert 0.25 * SURVEYS < count < 0.75 * SURVEYS


def test_of_those_released_every_way_of_holding_back_was_needed_by_some(releases):
    made = [one[1] for one in releases if one]
    assert any(one.rung.steps for one in made)
    assert any(not one.rung.steps for one in made)
    assert any(key.codes.min() == UNKNOWN for one in made for key in one.keys)
    assert any((item.codes == WITHHELD).any() for one in made for item in one.items)
    assert any(one.left_out for one in made)


def test_nothing_is_made_up(releases):
    """What is told of a person is what they said, or part of a wider band; never something else."""
    for one in releases:
        if one is None:
            continue
        people, released = one
        keys, items = told(released)
        for name, cells in keys.items():
            for cell, true in zip(cells, people.keys[name], strict=True):
                assert cell == release_material.UNKNOWN or true in cell.split(" + ")
        for name, cells in items.items():
            assert all(
                cell in (release_material.WITHHELD, true) for cell, true in zip(cells, people.items[name], strict=True)
            )


def test_weights_tell_nothing_that_the_keys_do_not(releases):
    for one in releases:
        if one is None:
            continue
        keys, _ = told(one[1])
        weights: dict[tuple[str, ...], set[float]] = {}
        for alike, weight in zip(
            zip(*keys.values(), strict=True) if keys else [()] * len(one[1].weight), one[1].weight, strict=True
        ):
            weights.setdefault(alike, set()).add(float(weight))
        assert all(len(found) == 1 for found in weights.values())
        assert one[1].weight.min() > 0


def test_the_same_people_give_the_same_file(releases):
    for seed in range(0, SURVEYS, 50):
        again = release(seed)
        first = releases[seed]
        assert (again is None) == (first is None)
        if again and first:
            assert told(again[1]) == told(first[1])
            assert np.array_equal(again[1].cluster, first[1].cluster)


def test_places_are_never_held_back_for_some(releases):
    """Neighbours in the same cluster would tell them."""
    for one in releases:
        if one:
            assert all((key.codes != UNKNOWN).all() for key in one[1].keys if key.is_place)


def test_released_clusters_are_large_and_lie_in_one_place(releases):
    for one in releases:
        if one is None:
            continue
        released = one[1]
        places = [
            tuple(int(key.codes[row]) for key in released.keys if key.is_place) for row in range(len(released.weight))
        ]
        for cluster in np.unique(released.cluster):
            rows = np.flatnonzero(released.cluster == cluster)
            assert len({places[row] for row in rows}) == 1
            whole = sum(place == places[rows[0]] for place in places)
            assert len(rows) >= min(CLUSTER, whole)


def test_a_survey_of_many_people_takes_seconds_at_most():
    once = microdata(random_people(next(seed for seed in range(SURVEYS) if release(seed))))
    many = 40
    large = Microdata(
        keys=tuple(
            Key(name=key.name, values=key.values, codes=np.tile(key.codes, many), is_place=key.is_place)
            for key in once.keys
        ),
        items=tuple(
            Item(name=item.name, values=item.values, codes=np.tile(item.codes, many), depends=item.depends)
            for item in once.items
        ),
        weight=np.tile(once.weight, many),
        cluster=np.tile(once.cluster, many),
    )
    began = time.monotonic()
    protect(large, where="x")
    assert time.monotonic() - began < 5


# Examples worked out by hand


def hand_made(keys: dict[str, list[str]], items: dict[str, list[str]], **more: object) -> Microdata:
    n = len(next(iter(keys.values())))
    people = RandomPeople(
        keys=keys,
        items=items,
        cluster=["v"] * n,
        weight=[1.0] * n,
        orders={name: sorted(set(cells) - {""}) for name, cells in keys.items()},
        depends=more.get("depends", {}),
    )
    return microdata(people, more.get("closed"))


def test_the_few_lose_their_last_characteristic_and_others_keep_theirs():
    sex = ["m"] * 50 + ["f"] * 50
    education = ["low"] * 48 + ["high"] * 2 + ["low"] * 25 + ["high"] * 25
    trust = ["1", "2"] * 50
    released = protect(hand_made({"sex": sex, "education": education}, {"trust": trust}), where="x")
    keys, _ = told(released)
    assert released.rung.steps == ()
    assert keys["sex"] == sex
    held = [row for row, cell in enumerate(keys["education"]) if cell == "."]
    assert set(held) >= {48, 49}
    assert faults(*told(released), {}) == []


def test_a_lone_person_of_another_sex_is_hidden_among_others():
    sex = ["m"] * 99 + ["x"]
    released = protect(hand_made({"sex": sex}, {"trust": ["1", "2"] * 50}), where="x")
    sexes = told(released)[0]["sex"]
    assert sexes[99] == "."
    assert sexes.count(".") == 5


def test_an_answer_that_all_alike_gave_is_held_back_with_what_hangs_on_it():
    sex = ["m"] * 95 + ["f"] * 5
    asked = ["yes", "no"] * 47 + ["yes"] + ["yes"] * 5
    content = [("good" if row % 4 else "bad") if cell == "yes" else "" for row, cell in enumerate(asked)]
    people = hand_made({"sex": sex}, {"asked": asked, "content": content}, depends={"content": {"asked"}})
    released = protect(people, where="x")
    _, items = told(released)
    assert items["asked"][95:] == ["#"] * 5
    assert items["content"][95:] == ["#"] * 5
    assert "#" not in items["asked"][:95]


def test_a_question_nearly_all_answer_alike_stays_in_the_office_with_what_hangs_on_it():
    sex = ["m", "f"] * 50
    stolen = ["no"] * 99 + ["yes"]
    told_police = [""] * 99 + ["no"]
    trust = ["1", "2", "3", "4"] * 25
    items = {"stolen": stolen, "police": told_police, "trust": trust, "fair": trust}
    released = protect(hand_made({"sex": sex}, items, depends={"police": {"stolen"}}), where="x")
    assert [item.name for item in released.items] == ["trust", "fair"]
    assert released.left_out == ("stolen", "police")


def test_what_the_gate_hides_of_an_area_the_file_hides():
    area = ["a"] * 100 + ["b"] * 5
    closed = {"trust": {("area", "b")}}
    released = protect(hand_made({"area": area}, {"trust": ["1", "2", "3"] * 35}, closed=closed), where="x")
    assert [key.name for key in released.keys] == ["area"]
    assert set(told(released)[1]["trust"][100:]) == {"#"}


def test_too_few_people_are_no_file_and_one_clear_message():
    with pytest.raises(StudyError, match=r"with 4 people who agree.*Nothing is released"):
        protect(hand_made({"sex": ["m", "m", "f", "f"]}, {"trust": ["1", "2", "1", "2"]}), where="x")


def test_people_who_all_answer_everything_alike_are_no_file():
    with pytest.raises(StudyError, match="Nothing is released"):
        protect(hand_made({"sex": ["m", "f"] * 50}, {"trust": ["1"] * 100}), where="x")


def test_the_ladder_goes_from_coarser_places_to_pairs_to_places_gone():
    codes = np.zeros(1, dtype=np.int64)
    keys = [
        Key(name="area", values=("a", "b", "c"), codes=codes, is_place=True, coarser=(("a", "b"), ("c",))),
        Key(name="sex", values=("m", "f"), codes=codes),
        Key(name="age", values=("1", "2", "3", "4"), codes=codes),
        Key(name="education", values=("1", "2", "3", "4", "5"), codes=codes),
        Key(name="urban", values=("u", "r"), codes=codes, is_place=True),
    ]
    rungs = list(ladder(keys))
    assert [rung.steps[-1] for rung in rungs[1:]] == [
        "coarser area", "pairs education", "pairs age", "drop area", "drop education", "drop urban", "drop age",
    ]  # fmt: skip
    assert rungs[2].groups["education"] == (("1", "2"), ("3", "4", "5"))
    assert list(rungs[-1].groups) == ["sex"]


def test_clusters_too_small_are_joined_within_their_place():
    cluster = np.repeat(np.arange(6), 12)
    place = np.repeat([0, 0, 0, 0, 1, 1], 12)
    assert list(join_clusters(cluster, [place])[::12]) == [0, 0, 0, 0, 1, 1]
