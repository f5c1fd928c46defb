"""What other programs say against a form or a page of TOML is told in sentences of the kit, in either language."""

from __future__ import annotations

import pytest

from danvan_study.errors import StudyError
from danvan_study.form.refusals import tell_odk_validate, tell_pyxform
from danvan_study.form.workbook import read_workbook
from danvan_study.study.syntax import read_toml
from tests.form_material import CHOICES, SURVEY, VI, form_bytes

A = {"type": "text", "name": "a", VI: "A"}
FORMS = {
    "an unknown list": ([A | {"type": "select_one nothing"}], 'row 2: the sheet "choices" has no list "nothing".'),
    "an unknown type": ([A | {"type": "selekt"}], '"selekt" is no type of question.'),
    "no type": ([A | {"type": ""}], "row 2: the type is empty."),
    "no name": ([A | {"name": ""}], "row 2: the name is empty."),
    "a name with a space": ([A | {"name": "a b"}], "row 2, column name: this can't be a name."),
    "no label": ([A | {VI: ""}], 'the question "a" has no label.'),
    "no end": ([A | {"type": "begin_group"}], 'row 2: begin_group "a" has no end_group.'),
    "no beginning": ([A, {"type": "end_group"}], "row 3: end_group stands here, but nothing began."),
    "a name twice": ([A, A], 'row 3, column name: the name "a" stands twice.'),
    "nobody's name": ([A | {"relevant": "${b} = 1"}], 'row 2, column relevant: it asks for "b", but no question'),
    "half a name": ([A | {"relevant": "${b = 1"}], "row 2, column relevant: a question is not named as it should be."),
    "no calculation": ([A | {"type": "calculate"}], "row 2: the calculation is empty."),
    "no column type": ([{"name": "a", VI: "A"}], "columns are missing: 'type'."),
}


@pytest.mark.parametrize("case", FORMS)
def test_what_pyxform_refuses_is_told_in_a_sentence_of_the_kit(case: str) -> None:
    survey, told = FORMS[case]
    with pytest.raises(StudyError) as refused:
        read_workbook(form_bytes(survey), source="form.xlsx")
    assert told in refused.value.told("en")
    assert "nguyên văn" not in refused.value.told("vi")


def test_a_choice_that_stands_twice_is_named_with_its_row() -> None:
    with pytest.raises(StudyError, match="sheet choices, row 3, column name: this choice's name stands twice"):
        read_workbook(form_bytes(SURVEY, [CHOICES[0], *CHOICES]), source="form.xlsx")


def test_what_pyxform_says_and_nobody_knows_is_quoted() -> None:
    where, what, _ = tell_pyxform("[row : 4] On the 'survey' sheet, the 'x' value is odd.", source="form.xlsx")
    assert str(where) == "form.xlsx, sheet survey, row 4, column x"
    assert what.told("vi").endswith("""nguyên văn: "On the 'survey' sheet, the 'x' value is odd.\"""")


ODK = {
    "Error evaluating field 'a' (${a}[1]): The problem was located in Condition expression for ${a} XPath evaluation: "
    "cannot handle function 'foo' ... The following files failed validation: ${form}.xml": 'no function "foo".',
    "XForm is invalid. : Encountered a problem with display condition for node [${a}] at line: (1 = 2, "
    "mismatched brackets or parentheses!": "opens a bracket",
    "Cycle detected in form's relevant and calculation logic! The following nodes are likely involved in the loop: "
    "${a} ${b} The following files failed": "waits for the other: ${a} ${b}.",
    "bind for ${a} contains invalid constraint expression [. >=] Bad node: ast@5f2108b5": 'the constraint ". >="',
    "${a}: XForm took to long to completely validate.": 'says: "${a}: XForm took',
}
"""What ODK Validate 1.20 said of such forms, to what is told."""


@pytest.mark.parametrize("said", ODK)
def test_what_odk_validate_refuses_is_told_at_the_row_of_the_question(said: str) -> None:
    where, what, _ = tell_odk_validate(said, {"a": 7, "form": 1}, source="form.xlsx")
    assert str(where) == "form.xlsx, sheet survey, row 7"
    assert ODK[said] in str(what)


TOML = {
    'a = "x\n': "line 1: a text isn't closed.",
    'a = """x': "a text isn't closed.",
    'a = "c:\\data"': "line 1: a text holds \\",
    "[a]\nb = True": "line 2: what stands after = is no value.",
    "a = “x”": "line 1: what stands after = is no value.",
    "a = 1,5": "line 1: something stands after the value.",
    "a = 2026-13-01": "line 1: something stands after the value.",
    "tên = 1": "line 1: this is neither a key",
    "a b = 1": "line 1: this is neither a key",
    "a = [1, 2": "a [ isn't closed.",
    "[a\n": "line 1: a [ isn't closed.",
    "a = {b = 1": "a { isn't closed.",
    "[a]\n[a]\n": "line 2: this stands twice.",
    "a = 1\na = 2\n": "line 2: this stands twice.",
}


@pytest.mark.parametrize("text", TOML)
def test_what_is_no_toml_is_told_with_its_line_and_a_cure(text: str) -> None:
    with pytest.raises(StudyError) as refused:
        read_toml(text, "study.toml")
    assert f"study.toml, {TOML[text]}".replace("toml, a", "toml: a") in str(refused.value).replace("\n", " ")
    assert "nguyên văn" not in refused.value.told("vi")
    assert refused.value.cure
