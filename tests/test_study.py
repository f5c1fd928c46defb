"""study.toml: what a right page says is kept, and each mistake is one message with file, key and cure."""

from __future__ import annotations

import copy
from dataclasses import fields
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_study.errors import StudyError
from danvan_study.study import Base, Consent, Margin, Publication, Study, read_study
from danvan_study.study.toml import Section

STUDY = """
schema = 3

[study]
name = "Đời sống người dân"
name_en = "Life of the people"
languages = ["vi", "en"]
sponsor = "Tỉnh ủy"
backups = ["ổ cứng dự phòng"]
conducted_by = "Ban Dân vận"
contact = "0208 000 000"
population = "Người từ 18 tuổi"

[areas]
file = "data/areas/areas.csv"
vintage = "2025-06-30"
level = "district"
boundaries = "data/areas/huyen.geojson"
code_field = "ma"

[design]
area = "district"
stratum = ["district", "residence"]
cluster = "village"

[[design.consent]]
question = "consent_part"
yes = ["1"]

[[group]]
name = "sex"
other = ["3"]

[[group]]
name = "age_band"
question = "age"
breaks = [30, 45, 60]

[missing]
dont_know = ["98"]
refused = "99"

[collect]
withhold = ["phone"]

[open]
codebook = "data/codes/issues.toml"
vectors = "model"

[index]
topics = ["LIV", "TRU"]

[weighting]
base = "selection"
file = "data/sample/{wave}.csv"
adults = "adults"
trim = [0.2, 5]

[[weighting.margin]]
by = ["area", "sex"]
file = "data/margins/sex.csv"

[publication]
smallest_n = 40
widest_interval = 25
headline = ["life_overall"]

[[wave]]
id = "2025q2"
forms = ["survey_forms/v1.xlsx"]
start = 2025-04-01
end = 2025-04-30

[[wave]]
id = "2025q3"
forms = "survey_forms/v1.xlsx"
start = 2025-07-01
end = 2025-07-31
corrections = "data/corrections/third.csv"
"""

SMALLEST = """
[study]
name = "N"
sponsor = "S"
conducted_by = "C"
contact = "T"
population = "P"
[design]
consent = [{question = "agree", yes = "yes"}]
[[wave]]
id = "w1"
forms = ["f.xlsx"]
start = 2025-01-01
end = 2025-01-01
"""


def changed(old: str, new: str, text: str = STUDY) -> str:
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the page"
    return text.replace(old, new)


OFFICE = """
[office]
form = "party_2026"
superior = "Tỉnh uỷ Thái Nguyên"
body = "Ban Tuyên giáo và Dân vận"
place = "Thái Nguyên"
symbol = "BTGDVTU"
recipients = ["Thường trực Tỉnh ủy", "Lưu Ban Tuyên giáo và Dân vận"]
"""


def mistake(text: str) -> StudyError:
    with pytest.raises(StudyError) as caught:
        read_study(text, "nghiencuu/study.toml")
    return caught.value


# A right page


def test_everything_that_the_page_says_is_kept():
    study = read_study(STUDY)
    assert study.name == {"vi": "Đời sống người dân", "en": "Life of the people"}
    assert study.languages == ("vi", "en")
    assert (study.areas_file, study.areas_vintage, study.areas_level) == (
        "data/areas/areas.csv", "2025-06-30", "district",
    )  # fmt: skip
    assert study.design.stratum == ("district", "residence")
    assert study.design.consent == (Consent(question="consent_part", yes=("1",)),)
    assert [group.question for group in study.groups] == ["sex", "age"]
    assert study.groups[1].breaks == (30, 45, 60)
    assert study.missing == {"98": "dont_know", "99": "refused"}
    assert study.withhold == ("phone",)
    assert study.weighting.base is Base.SELECTION
    assert study.weighting.trim == (0.2, 5)
    assert study.weighting.margins == (Margin(by=("area", "sex"), file="data/margins/sex.csv"),)
    assert study.publication == Publication(smallest_n=40, widest_interval=25, headline=("life_overall",))
    assert study.wave("2025q3").forms == ("survey_forms/v1.xlsx",)
    assert study.wave("2025q3").start == date(2025, 7, 1)
    assert [wave.corrections for wave in study.waves] == ["", "data/corrections/third.csv"]


def test_the_smallest_page_is_enough():
    study = read_study(SMALLEST)
    assert study.weighting.base is Base.EQUAL
    assert study.publication == Publication()
    assert study.languages == ("vi", "en")
    assert study.areas_file == study.design.area == ""
    assert study.name == {"vi": "N"}


def test_every_field_of_a_study_is_read_from_the_page():
    assert all(getattr(read_study(STUDY + OFFICE), field.name) for field in fields(Study))


def test_a_study_cannot_be_changed_once_it_is_read():
    with pytest.raises(AttributeError):
        read_study(SMALLEST).sponsor = "another"  # type: ignore[misc]


def test_an_unknown_wave_is_a_fault_of_the_program():
    with pytest.raises(KeyError, match="2031q1"):
        read_study(STUDY).wave("2031q1")


# Mistakes


MISTAKES = {
    "not TOML": ("schema = 3", "schema = ", "", "no value", "Write a text between"),
    "older schema": ("schema = 3", "schema = 1", "schema", "is of schema 1", "danvan migrate"),
    "newer schema": ("schema = 3", "schema = 9", "schema", "is of schema 9", "Update the kit"),
    "unknown section": ("[publication]", "[publications]", "", '"publications" is not known', '"publication"?'),
    "mistyped key": ("sponsor =", "sponser =", "[study]", '"sponsor" is missing', "Add sponsor"),
    "mistyped optional key": ("cluster =", "clutser =", "[design]", '"clutser" is not known', '"cluster"?'),
    "key like no other": ("cluster =", "zzz =", "[design]", '"zzz" is not known', "Known keys: area, cluster,"),
    "no contact": ('contact = "0208 000 000"', "", "[study]", '"contact" is missing', "Add contact"),
    "number for text": ('sponsor = "Tỉnh ủy"', "sponsor = 7", "[study] sponsor", "7 is not a text", "a text in quotes"),
    "text for number": ("smallest_n = 40", 'smallest_n = "40"', "[publication] smallest_n", "'40' is not", "whole"),
    "fraction for whole": ("smallest_n = 40", "smallest_n = 40.5", "[publication] smallest_n", "40.5 is", "whole"),
    "true for number": ("smallest_n = 40", "smallest_n = true", "[publication] smallest_n", "True is", "whole"),
    "number in a list": ('yes = ["1"]', "yes = [1]", "[[consent]] no. 1 yes", "1 is not", '"1"'),
    "text among breaks": ("[30, 45, 60]", '[30, "45"]', "[[group]] no. 2 breaks", "'45' is not", "without quotes"),
    "falling breaks": ("[30, 45, 60]", "[30, 60, 45]", "[[group]] no. 2 breaks", "do not rise", "small to large"),
    "equal breaks": ("[30, 45, 60]", "[30, 30]", "[[group]] no. 2 breaks", "do not rise", "small to large"),
    "text for a date": ("start = 2025-04-01", 'start = "1/4"', "[[wave]] no. 1 start", "'1/4' is not", "2025-07-05"),
    "no such base": ('base = "selection"', 'base = "census"', "[weighting] base", '"census"', "selection, frame"),
    "selection without file": ('file = "data/sample/{wave}.csv"', "", "[weighting]", '"file" is missing', "Add file"),
    "selection without adults": ('adults = "adults"', "", "[weighting]", '"adults" is missing', "Add adults"),
    "frame without column": ('base = "selection"', 'base = "frame"', "[weighting]", '"column" is missing', "Add"),
    "margin twice": (
        "[publication]",
        '[[weighting.margin]]\nby = ["area", "sex"]\nfile = "again.csv"\n\n[publication]',
        "no. 2 by",
        "stands twice",
        "one of the two",
    ),
    "margin unknown": ('["area", "sex"]', '["area", "sexe"]', "no. 1 by", '"sexe" is neither', "area, sex"),
    "no such distance": ("trim = [0.2, 5]", 'distance = "near"', "[weighting] distance", '"near"', "raking, linear"),
    "logit without bounds": ("trim = [0.2, 5]", 'distance = "logit"', "[weighting] factors", "no bounds", "Add"),
    "raking with bounds": ("trim = [0.2, 5]", "factors = [0.2, 5]", "[weighting] factors", "takes no bounds", "logit"),
    "trim upside down": ("[0.2, 5]", "[5, 0.2]", "[weighting] trim", "does not stand around 1", "[0.2, 5]"),
    "trim of three": ("[0.2, 5]", "[0.2, 1, 5]", "[weighting] trim", "does not stand around 1", "[0.2, 5]"),
    "trim above one": ("[0.2, 5]", "[1.5, 5]", "[weighting] trim", "does not stand around 1", "[0.2, 5]"),
    "too few allowed": ("smallest_n = 40", "smallest_n = 29", "[publication] smallest_n", "floor of 30", "never"),
    "too wide allowed": ("widest_interval = 25", "widest_interval = 31", "widest_interval", "floor of 30", "never"),
    "code twice": ('refused = "99"', 'refused = "98"', "[missing] refused", '"98" also means dont_know', "once"),
    "wave with a weight and no column": (
        'id = "2025q3"', 'id = "2025q3"\nbase = "column"', "[[wave]] no. 2 column", "go together", "or neither",
    ),
    "wave with a sample of its own": (
        'id = "2025q3"', 'id = "2025q3"\nbase = "selection"', "[[wave]] no. 2 base", "selection", "column",
    ),
    "wave twice": ('id = "2025q3"', 'id = "2025q2"', "[[wave]] no. 2 id", "used twice", "its own id"),
    "wave with a slash": ('id = "2025q3"', 'id = "../q3"', "[[wave]] no. 2 id", "not a wave id", "letters, digits"),
    "wave without id": ('id = "2025q3"', 'id = ""', "[[wave]] no. 2 id", "not a wave id", "letters, digits"),
    "wave without form": ('forms = ["survey_forms/v1.xlsx"]', "forms = []", "no. 1 forms", "no form", "forms ="),
    "ends before it starts": ("end = 2025-04-30", "end = 2025-03-30", "[[wave]] no. 1 end", "lies before", "Swap"),
    "overlap by one day": ("end = 2025-04-30", "end = 2025-07-01", "no. 2 start", "before wave 2025q2 ends", "overlap"),
    "out of order": ("start = 2025-07-01", "start = 2024-07-01", "[[wave]] no. 2 start", "before wave 2025q2", "order"),
    "fresh or kept": ('cluster = "village"', 'clusters_between_waves = "new"', "between_waves", '"new"', "fresh"),
    "question without areas": ('file = "data/areas/areas.csv"', "", "[areas]", "no areas table", "Add file"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "key", "what", "cure"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_file_key_and_cure(old, new, key, what, cure):
    error = mistake(changed(old, new))
    assert error.where.startswith("nghiencuu/study.toml")
    assert key in error.where
    assert what in error.what
    assert cure in error.cure


def test_a_study_without_consent_is_refused():
    error = mistake(changed('consent = [{question = "agree", yes = "yes"}]', "", SMALLEST))
    assert "no consent question" in error.what
    assert "[[design.consent]]" in error.cure


def test_a_study_without_waves_is_refused():
    error = mistake(SMALLEST.split("[[wave]]", maxsplit=1)[0])
    assert "no wave" in error.what
    assert "[[wave]]" in error.cure


def test_areas_that_no_question_names_are_refused():
    error = mistake(SMALLEST + '[areas]\nfile = "areas.csv"\n')
    assert error.where.endswith("[design]")
    assert "no question names them" in error.what
    assert "Add area" in error.cure


def test_a_margin_by_area_needs_areas():
    text = SMALLEST + '[[weighting.margin]]\nby = ["area"]\nfile = "m.csv"\n'
    assert '"area" is neither' in mistake(text).what


@pytest.mark.parametrize(
    "key", ["smallest_n", "smallest_n_effective", "smallest_clusters", "smallest_count", "flag_n", "flag_df"]
)
@given(below=st.integers(min_value=1, max_value=8))
def test_no_smallest_number_can_be_lowered(key: str, below: int):
    floor = getattr(Publication(), key)
    error = mistake(f"{SMALLEST}[publication]\n{key} = {floor - below}\n")
    assert f"floor of {floor}" in error.what


@pytest.mark.parametrize(
    "key", ["smallest_n", "smallest_n_effective", "smallest_clusters", "smallest_count", "flag_n", "flag_df"]
)
@given(above=st.integers(min_value=0, max_value=500))
def test_every_smallest_number_can_be_raised(key: str, above: int):
    floor = getattr(Publication(), key)
    study = read_study(f"{SMALLEST}[publication]\n{key} = {floor + above}\n")
    assert getattr(study.publication, key) == floor + above


def test_what_everybody_may_read_tells_of_ten_people_or_more() -> None:
    public = f'{SMALLEST}[publication]\naudience = "public"\n'
    assert read_study(SMALLEST).publication.smallest_count == 5
    assert read_study(public).publication.smallest_count == 10
    assert "floor of 10" in mistake(f"{public}smallest_count = 9\n").what
    assert '"everyone" is not known' in mistake(public.replace('public"', 'everyone"')).what


@pytest.mark.parametrize("key", ["widest_interval", "flag_interval", "flag_relative"])
def test_no_interval_can_be_widened_and_each_can_be_narrowed(key: str):
    floor = getattr(Publication(), key)
    assert "looser" in mistake(f"{SMALLEST}[publication]\n{key} = {floor + 0.5}\n").what
    assert getattr(read_study(f"{SMALLEST}[publication]\n{key} = {floor - 0.5}\n").publication, key) == floor - 0.5


# The reader of one section


@given(st.dictionaries(st.text(min_size=1, max_size=8), st.integers(), min_size=1, max_size=5), st.data())
def test_a_section_closes_only_when_every_key_was_read(content: dict[str, Any], data: st.DataObject):
    read = data.draw(st.sets(st.sampled_from(sorted(content))))
    section = Section(copy.deepcopy(content), "study.toml", "[x]")
    for key in read:
        assert section.whole(key) == content[key]
    if read == set(content):
        section.close()
    else:
        with pytest.raises(StudyError, match="is not known"):
            section.close()


def test_a_message_reads_as_one_line():
    error = mistake(changed("smallest_n = 40", "smallest_n = 29"))
    assert str(error) == (
        "nghiencuu/study.toml, [publication] smallest_n: 29 is looser than the floor of 30. "
        "A threshold may be made stricter, never looser."
    )


def test_the_server_is_named_in_the_study_and_its_secrets_are_refused() -> None:
    kobo = read_study(
        STUDY
        + "[kobo]\nserver = 'https://kf.tinh.vn/'\nallowed_hosts = ['kf.tinh.vn']\n[kobo.assets]\n2026q3 = 'aXYZ'\n"
    ).kobo
    assert (kobo.server, kobo.collect_server) == ("https://kf.tinh.vn", "https://kc.tinh.vn")
    assert (kobo.allowed_hosts, kobo.assets) == (("kf.tinh.vn",), {"2026q3": "aXYZ"})
    assert read_study(STUDY).kobo.server == ""
    with pytest.raises(StudyError, match=r"\[kobo\] token: a secret") as caught:
        read_study(STUDY + '[kobo]\ntoken = "s3cret"\n')
    assert "s3cret" not in str(caught.value)
    with pytest.raises(StudyError, match=r'"servr" is not known. Did you mean "server"'):
        read_study(STUDY + '[kobo]\nservr = "https://kf.tinh.vn"\n')
