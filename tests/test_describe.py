"""Describe: area, stratum, cluster and groups of each respondent."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_study.areas import Area, Areas, Share, draw_area, reporting_places
from danvan_study.collect import collect_responses
from danvan_study.describe import band_labels, describe_respondents
from danvan_study.errors import StudyError
from danvan_study.store import load_facts
from danvan_study.study import Consent, Design, Group
from danvan_study.tables import Removed, Respondents
from tests.form_material import CHOICES, SURVEY, VI, WAVE, choices, codebook, study

BOOK = codebook(
    [
        *SURVEY,
        {"type": "select_one place", "name": "district", VI: "Huyện"},
        {"type": "select_one kind", "name": "kind", VI: "Vùng"},
        {"type": "text", "name": "village", VI: "Thôn"},
        {"type": "select_one sex", "name": "sex", VI: "Giới tính"},
    ],
    [*CHOICES, *choices("place", d1="Võ Nhai", d2="Ba Bể"), *choices("kind", u="Thành thị", r="Nông thôn"),
     *choices("sex", _1="Nam", _2="Nữ", _3="Khác"),
     {"list_name": "sex", "name": 99, VI: "Từ chối", "missing": "refused"}],
)  # fmt: skip
AREAS = Areas(
    vintage="2025-06-30",
    level="district",
    reporting=tuple(
        Area(vintage="2025-06-30", code=code, level="district", name=code, answer=answer)
        for code, answer in (("170", "d1"), ("061", "d2"))
    ),
)
CONSENT = (Consent(question="consent_part", yes=("1",)),)


def describe(*people, areas=AREAS, groups=(), **design):
    made = study(Design(consent=CONSENT, **({"area": "district"} if areas else {}), **design), groups=groups)
    records = [{"_uuid": f"u{n}", "consent_part": "1"} | person for n, person in enumerate(people, 1)]
    books = {"v1": BOOK}
    collected = collect_responses(records, codebooks=books, study=made, wave=WAVE)
    return describe_respondents(collected.interviews, collected.answers, study=made, areas=areas, codebooks=books)


def column(described, name):
    return described.respondents[name].tolist()


def test_an_area_is_its_vintage_and_code_and_the_default_stratum() -> None:
    described = describe({"district": "d2"}, {"district": "d1"})
    assert column(described, Respondents.area) == ["2025-06-30:061", "2025-06-30:170"]
    assert column(described, Respondents.stratum) == ["2025-06-30:061", "2025-06-30:170"]
    assert column(described, Respondents.cluster) == ["u1", "u2"]


def test_a_study_without_areas_has_one_stratum() -> None:
    described = describe({}, areas=None)
    assert column(described, Respondents.area) == [""]
    assert column(described, Respondents.stratum) == ["all"]
    assert column(described, Respondents.cluster) == ["u1"]


def test_strata_join_their_answers_and_clusters_stand_as_answered() -> None:
    people = [
        {"district": area, "kind": kind, "village": "t1"}
        for area, kind in (("d1", "u"), ("d1", "r"), ("d2", "r"), ("d2", "r"))
    ]
    described = describe(*people, stratum=("district", "kind"), cluster="village", interviewer="worry", mode="hh_size")
    assert column(described, Respondents.stratum) == ["d1/u", "d1/r", "d2/r", "d2/r"]
    assert column(described, Respondents.cluster) == ["t1", "t1", "t1", "t1"]
    assert column(described, Respondents.mode) == ["", "", "", ""]


def test_an_area_that_is_not_reported_on_stops_the_run() -> None:
    wrong = r'question district: "d9" is the answer of 2 respondents, but no reporting area of level district'
    with pytest.raises(StudyError, match=wrong):
        describe({"district": "d9"}, {"district": "d1"}, {"district": "d9"})


def test_who_cannot_be_placed_is_removed_with_the_first_reason() -> None:
    described = describe(
        {"kind": "u", "village": "t1"}, {"district": "d1", "village": "t1"}, {"district": "d1", "kind": "u"},
        {"district": "d1", "kind": "u", "village": "t1"}, {},
        stratum=("district", "kind"), cluster="village",
    )  # fmt: skip
    assert column(described, Respondents.respondent) == ["u4"]
    reasons = dict(zip(described.removed[Removed.submission], described.removed[Removed.reason], strict=True))
    assert reasons == {"u1": "no_area", "u2": "no_stratum", "u3": "no_cluster", "u5": "no_area"}


def test_a_group_is_the_choice_and_blank_where_nothing_is_known() -> None:
    people = [{"district": "d1"} | ({"sex": sex} if sex else {}) for sex in ("1", "2", "3", "99", "7", "")]
    described = describe(*people, groups=(Group(name="sex", question="sex", other=("3",)),))
    assert column(described, "sex") == ["1", "2", "", "", "", ""]


def test_numbers_fall_into_bands_at_their_lower_bounds() -> None:
    sizes = ["0", "29", "30", "44", "45", "59.5", "60", "120", "", "nhiều", "99"]
    people = [{"district": "d1", "hh_size": size} for size in sizes]
    group = Group(name="size_band", question="hh_size", breaks=(30.0, 45.0, 60.0), other=("99",))
    bands = column(describe(*people, groups=(group,)), "size_band")
    assert bands == ["<30", "<30", "30-44", "30-44", "45-59", "45-59", "60+", "60+", "", "", ""]
    assert band_labels((0.5, 2.0)) == ["<0.5", "0.5-<2", "2+"]


def test_a_group_must_not_hide_a_column_of_the_table() -> None:
    with pytest.raises(StudyError, match='"area" is a column of the respondents table already'):
        describe({"district": "d1"}, groups=(Group(name="area", question="sex"),))


def test_no_interviews_are_no_error() -> None:
    described = describe(
        groups=(Group(name="sex", question="sex"), Group(name="band", question="hh_size", breaks=(3.0,)))
    )
    assert list(described.respondents.columns[-2:]) == ["sex", "band"]
    assert described.respondents.empty


# Respondents who name another unit than their reporting area

GAZETTEER = load_facts().gazetteer
DRAWN = ["058", "063", "058", "058", "063", "058"]  # sha256sum by hand: below 2981/5382 of its range is 058
THAI_NGUYEN = sorted(
    {
        unit.key
        for unit in GAZETTEER.units
        if (unit.vintage, unit.level) == ("2025-06-30", "district") and unit.parent[-2:] in {"06", "19"}
    }
)
REPORTING = Areas(
    vintage="2025-06-30",
    level="district",
    reporting=tuple(
        Area(vintage="2025-06-30", code=key[-3:], level="district", name=key, answer=f"d2025_{key[-3:]}")
        for key in THAI_NGUYEN
    ),
)
PLACED = replace(REPORTING, places=reporting_places(GAZETTEER, REPORTING))


def place(*people):
    described = describe(*people, areas=PLACED, commune="worry")
    return list(zip(column(described, Respondents.area), column(described, Respondents.area_basis), strict=True))


def test_a_commune_tells_the_district_and_how_it_is_known():
    assert place(
        {"district": "d2025_061"},
        {"district": "x2025_01834"},
        {"district": "x2019_01834"},
        {"district": "n2025_01840"},
        {"worry": "x2025_01834"},
        {"district": "d2025_061", "worry": "x2025_01834"},
    ) == [
        ("2025-06-30:061", "area"),
        ("2025-06-30:058", "old_commune"),
        ("2025-06-30:058", "old_commune"),
        ("2025-06-30:058", "new_commune"),
        ("2025-06-30:058", "old_commune"),
        ("2025-06-30:061", "area"),
    ]


def test_a_straddling_commune_is_apportioned_by_a_lot_that_never_changes():
    people = [{"_uuid": f"p{n}", "worry": "n2025_01849"} for n in range(4000)]
    placed = place(*people)
    assert {basis for _, basis in placed} == {"apportioned"}
    counts = Counter(area for area, _ in placed)
    shares = {share.key: float(share.share) for share in PLACED.places["n2025_01849"].shares}
    assert set(counts) == set(shares)
    for area, share in shares.items():
        assert counts[area] / 4000 == pytest.approx(share, abs=0.03)  # four standard errors
    alone = {person["_uuid"]: place(person)[0][0] for person in people[:20]}
    backwards = dict(zip([person["_uuid"] for person in people[19::-1]], place(*people[19::-1]), strict=True))
    assert alone == {name: area for name, (area, _) in backwards.items()}
    assert [alone[f"p{n}"][-3:] for n in range(6)] == DRAWN


def test_the_lot_is_a_rule_that_anybody_can_follow():
    shares = PLACED.places["n2025_01849"].shares
    first = min(shares, key=lambda share: share.key)
    number = int.from_bytes(hashlib.sha256(b"p7").digest()[:8], "big") / 2**64
    assert (draw_area("p7", shares) == first.key) == (number < first.share)


@given(st.text(), st.lists(st.integers(1, 10_000), min_size=1, max_size=5))
def test_a_lot_falls_on_one_of_the_areas_in_any_order(respondent, people):
    total = sum(people)
    shares = [
        Share(key=f"k{n}", people=Fraction(count), share=Fraction(count, total)) for n, count in enumerate(people)
    ]
    assert draw_area(respondent, shares) == draw_area(respondent, shares[::-1])
    assert draw_area(respondent, shares) in {share.key for share in shares}


def test_a_commune_outside_the_study_is_refused():
    with pytest.raises(StudyError, match="no commune that lies in them"):
        place({"district": "n2025_06862"})


def test_neither_district_nor_commune_is_removed():
    described = describe({"district": "d2025_061"}, {}, areas=PLACED, commune="worry")
    assert described.removed[Removed.reason].to_list() == ["no_area"]
