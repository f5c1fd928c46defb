"""Every rule of the lint: a form that keeps them all, and for each rule forms that break it."""

from __future__ import annotations

import inspect

import pytest

from danvan_study.form.lint import RULES, lint_form
from danvan_study.form.lint.consent import YES
from tests.form_material import EN, VI
from tests.lint_material import (
    CHOICES,
    HEN,
    HVI,
    MEN,
    MVI,
    PART,
    SETTINGS,
    SURVEY,
    changed,
    choice,
    choices_changed,
    form,
    item,
    row,
    without,
)

LONG = " ".join(["một câu hỏi rất dài mà không ai nghe hết"] * 400)


def plus(*rows):
    return {"survey": [*SURVEY, *rows]}


def before_consent(*rows):
    return {"survey": [*SURVEY[:2], *rows, *SURVEY[2:]]}


BROKEN = [
    # rule, changes, what the complaint says
    ("consent-question", {"survey": changed("consent_part", consent="")}, '0 questions have "part"'),
    ("consent-question", {"survey": changed("consent_part", required="no")}, "silence is no consent"),
    ("consent-question", {"survey": changed("consent_part", type="text")}, "select_one"),
    ("consent-question", {"survey": changed("consent_release", type="select_one district")}, "says yes"),
    ("consent-first", before_consent(item("select_one satisfaction", "early", "Sớm?", relevant="")), '"early"'),
    ("consent-first", before_consent(item("integer", "early", "Sớm?", role="", relevant="")), "no role"),
    ("consent-no-default", {"survey": changed("consent_part", default="1")}, 'answered "1" before anybody was asked'),
    ("consent-no-default", {"survey": changed("consent_release", calculation="'1'")}, "before anybody was asked"),
    ("consent-ends-interview", {"survey": changed("life", relevant="")}, '"life" is there also'),
    ("consent-ends-interview", {"survey": changed("life", relevant="${consent_part} != '2'")}, '"life" is there also'),
    ("consent-ends-interview", {"survey": changed("life", relevant=PART + " or today() > 3")}, '"life"'),
    (
        "consent-ends-interview",
        before_consent(item("integer", "rooms", "Mấy phòng?", role="design", relevant="")),
        '"rooms"',
    ),
    ("consent-ends-interview", plus(row("calculate", "age_sum", calculation="1 + 1")), '"age_sum"'),
    ("consent-script", {"survey": without("script_rights")}, 'no block "rights"'),
    ("consent-script", {"survey": changed("script_controller", **{EN: ""})}, '(en) has no block "controller"'),
    ("consent-script", {"survey": [*without("script_purpose"), SURVEY[2]]}, 'no block "purpose"'),
    ("consent-script-hash", {"survey": without("consent_script")}, 'no calculate is called "consent_script"'),
    ("consent-script-hash", {"survey": changed("consent_script", calculation="'sha256-0'")}, "not the hash"),
    ("consent-per-purpose", {"survey": changed("ethnic_band", relevant=PART)}, '"ethnic_band" asks for origin'),
    ("consent-per-purpose", {"survey": without("consent_release")}, '"release"'),
    ("consent-per-purpose", {"survey": without("consent_recontact")}, '"recontact"'),
    *(
        ("no-places-recordings-devices", plus(row(kind, "x", "X", relevant=PART)), kind)
        for kind in ("geopoint", "geotrace", "geoshape", "audio", "image", "video", "barcode", "file")
    ),
    *(
        ("no-places-recordings-devices", plus(row(kind, "x")), kind)
        for kind in ("deviceid", "phonenumber", "username", "email", "start-geopoint", "background-audio")
    ),
    ("no-names-and-addresses", plus(item("text", "ho_ten", "Ai trả lời?", role="design")), "a person can be found"),
    ("no-names-and-addresses", plus(item("text", "x", "Số điện thoại của ông/bà?", role="design")), '"x"'),
    ("no-names-and-addresses", plus(item("text", "x", "Địa chỉ nhà?", role="design")), '"x"'),
    ("no-names-and-addresses", plus(item("integer", "cccd", "Số giấy tờ?", role="design")), '"cccd"'),
    ("no-exact-birth", plus(item("date", "dob", "Khi nào?", role="background")), '"dob"'),
    ("no-exact-birth", plus(item("integer", "x", "Ông/bà sinh năm nào?", role="background")), '"x"'),
    ("no-exact-birth", plus(item("integer", "age", "Tuổi?", role="background")), '"age"'),
    ("no-religion", {"survey": changed("life", **{VI: "Bất kể dân tộc hay tín ngưỡng?"})}, "religion or belief"),
    ("no-religion", {"survey": changed("life", **{EN: "Whatever their religion?"})}, "religion or belief"),
    ("no-religion", {"choices": choices_changed("topics", "1", **{VI: "Tôn giáo"})}, 'the choice "1" of "first"'),
    ("opinion-dont-know-refuse", {"survey": changed("life", type="select_one yes_no", scale="nominal")}, "dont_know"),
    ("opinion-dont-know-refuse", {"choices": [each for each in CHOICES if each["name"] != "99"]}, "refused"),
    ("opinion-dont-know-refuse", {"survey": changed("worry", required="yes")}, "must be answered"),
    ("missing-codes", {"choices": choices_changed("satisfaction", "98", missing="refused")}, 'means "refused"'),
    ("missing-codes", {"choices": choices_changed("topics", "98", missing="")}, 'means ""'),
    ("scales-are-scored", {"choices": choices_changed("satisfaction", "2", score=None)}, "the choices 2 have no score"),
    ("scales-are-scored", {"survey": changed("first", scale="")}, '"first"'),
    ("item-card", {"survey": changed("life", purpose="")}, "column purpose"),
    ("item-card", {"survey": changed("life", valid_from="")}, "column valid_from"),
    ("item-card", {"survey": changed("life", role="")}, "has no role"),
    ("names", {"survey": changed("life", name="Life_Overall")}, "does not fit SPSS"),
    ("names", {"survey": changed("life", name="l" * 33)}, "does not fit SPSS"),
    (
        "names",
        plus(
            {"type": "begin_group", "name": "g", VI: "G", EN: "G", "relevant": PART},
            item("select_one satisfaction", "life", "Hài lòng?"),
            {"type": "end_group", "name": ""},
        ),
        "stands in two groups",
    ),
    ("numbers-have-bounds", {"survey": changed("hh_adults", constraint="")}, "takes any number"),
    ("numbers-have-bounds", {"survey": changed("hh_adults", **{MEN: ""})}, "constraint_message (en)"),
    ("expressions", {"survey": changed("life", relevant=PART + " and ../x = 1")}, "is not understood"),
    ("expressions", {"survey": changed("hh_adults", constraint=". >> 1")}, "is not understood"),
    ("self-completed", {"survey": changed("free", **{HVI: "", HEN: ""})}, '"free" is for the respondent alone'),
    ("open-answers-warn", {"survey": changed("worry", **{HVI: "", HEN: ""})}, "without a warning"),
    ("areas-have-a-vintage", {"choices": choices_changed("district", "d2025_058", name="058")}, "d2025_058"),
    ("languages-complete", {"survey": changed("life", **{EN: ""})}, "label (en)"),
    ("languages-complete", {"choices": choices_changed("topics", "1", **{EN: ""})}, "sheet choices, row 9"),
    ("default-language", {"settings": SETTINGS | {"default_language": "Français (fr)"}}, "label column"),
    ("settings", {"settings": {key: SETTINGS[key] for key in ("form_id", "default_language")}}, "column version"),
    ("interview-times", {"survey": without("end")}, 'no row has the type "end"'),
    ("pilot-is-marked", {"settings": SETTINGS | {"use": "pilot"}}, "this pilot form does not mark"),
    ("pilot-is-marked", plus(row("calculate", "interview_use", calculation="'training'", relevant=PART)), "for a wave"),
    ("length", {"survey": changed("life", **{VI: LONG})}, "minutes"),
    ("pyxform-warnings", {"survey": changed("life", **{"label::Français (fr)": "Q"})}, "missing"),
    ("pyxform", {"survey": changed("life", type="select_one nothing")}, "nothing"),
    ("pyxform", {"survey": changed("life", role="opinoin")}, "opinoin"),
    ("pyxform", {"survey": changed("life", valid_from="soon")}, "is no day"),
]


def test_the_sound_form_keeps_every_rule():
    assert [str(each) for each in lint_form(form(), source="f.xlsx")] == []


@pytest.mark.parametrize("number", range(len(BROKEN)))
def test_a_form_that_breaks_a_rule_hears_of_it_with_sheet_row_column_and_cure(number):
    rule, changes, complaint = BROKEN[number]
    said = lint_form(form(**changes), source="f.xlsx")
    assert any(complaint in str(each) for each in said if each.rule == rule), said
    for each in said:
        assert each.cure, rule
        if each.rule not in ("pyxform", "pyxform-warnings"):
            assert all(part in str(each.where) for part in (", sheet ", ", row ", ", column ")), each


def test_every_rule_has_a_form_that_breaks_it():
    assert {rule for rule, _, _ in BROKEN} == {*RULES, "pyxform"}


def test_every_rule_says_what_it_demands_in_a_sentence():
    for each in RULES.values():
        assert each.about.endswith("."), each.name


def test_no_rule_knows_a_switch():
    for each in RULES.values():
        assert list(inspect.signature(each.check).parameters) == ["form"], each.name
    assert list(inspect.signature(lint_form).parameters) == ["content", "source"]


def test_any_word_for_yes_will_do():
    for name in sorted(YES):
        survey = [
            {key: text.replace("= '1'", f"= '{name}'") if isinstance(text, str) else text for key, text in each.items()}
            for each in SURVEY
        ]
        said = lint_form(form(survey, choices_changed("yes_no", "1", name=name)), source="f")
        assert [str(each) for each in said] == [], name


def test_words_about_a_thing_are_no_question_for_it():
    survey = plus(
        item("select_one topics", "phone_use", "Ông/bà có dùng điện thoại không?", scale="nominal"),
        item("integer", "adults_18", "Mấy người từ 18 tuổi trở lên?", role="design", constraint=". < 9",
             **{MVI: "a", MEN: "b"}),
    )  # fmt: skip
    assert [str(each) for each in lint_form(form(**survey), source="f")] == []


def test_bytes_that_are_no_workbook_are_one_complaint():
    (complaint,) = lint_form(b"PK nothing", source="f.xlsx")
    assert complaint.rule == "pyxform"


def test_a_scale_with_a_hole_is_told_once_a_question():
    said = lint_form(form(choices=choices_changed("satisfaction", "1", score=None)), source="f")
    assert sorted(str(each.what).split('"')[1] for each in said) == ["free", "life"]


def test_a_choice_without_words_is_told_once_a_row():
    rows = [*CHOICES, choice("satisfaction", "3", "Bình thường", score=50) | {EN: ""}]
    said = lint_form(form(choices=rows), source="f")
    assert [each.rule for each in said if each.rule == "languages-complete"] == ["languages-complete"]
