"""XLSForms: what a codebook keeps, and how mistakes are told."""

from __future__ import annotations

import unicodedata

import pytest

from danvan_study.codebook import QuestionKind, Role
from danvan_study.errors import StudyError
from danvan_study.form import read_form
from tests.form_material import CHOICES, EN, SURVEY, VI, codebook, form_bytes, workbook


def read(survey=SURVEY, choice_rows=CHOICES, **sheets):
    return read_form(form_bytes(survey, choice_rows, **sheets), source="form.xlsx")


def test_every_question_stands_with_its_path_kind_row_and_labels() -> None:
    book = codebook()
    assert (book.form_id, book.version, book.languages) == ("f", "v1", ("vi", "en"))
    kinds = {question.name: question.kind for question in book.questions}
    assert kinds["life_overall"] is QuestionKind.SELECT_ONE
    assert kinds["issues"] is QuestionKind.SELECT_MULTIPLE
    assert kinds["hh_size"] is QuestionKind.INTEGER
    assert kinds["moved_on"] is QuestionKind.DATE
    assert kinds["spot"] is QuestionKind.OTHER
    age = book.question("age")
    assert (age.path, age.repeat, age.topic, age.row) == ("living/children/age", "children", "living", 11)
    assert book.question("end").row == 3
    assert [question.row for question in book.questions if not question.row] == []


def test_scores_missing_codes_roles_and_topics_come_from_our_own_columns() -> None:
    book = codebook()
    life = book.question("life_overall")
    assert [(choice.name, choice.score, choice.missing) for choice in life.choices] == [
        ("1", 0, ""), ("3", 50, ""), ("5", 100, ""), ("98", None, "dont_know"),
    ]  # fmt: skip
    assert life.role is Role.OPINION
    assert life.is_scored
    assert book.question("worry").topic == ""
    assert [(topic.name, topic.label("en")) for topic in book.topics] == [("living", "Living")]


def test_a_form_without_the_missing_column_takes_the_codes_of_the_study() -> None:
    rows = [{key: value for key, value in row.items() if key != "missing"} for row in CHOICES]
    book = read_form(form_bytes(SURVEY, rows), source="form.xlsx", missing={"98": "dont_know"})
    assert book.question("life_overall").choice("98").missing == "dont_know"
    with_column = read_form(form_bytes(), source="form.xlsx", missing={"1": "refused"})
    assert with_column.question("life_overall").choice("1").missing == ""


def test_a_plain_label_stands_under_the_default_language() -> None:
    survey = [{"type": "integer", "name": "a", "label": "Mấy người?", EN: "How many?"}]
    plain = read_form(workbook(survey=survey, settings=[{"form_id": "f"}]), source="f.xlsx")
    assert dict(plain.questions[0].labels) == {"vi": "Mấy người?", "en": "How many?"}
    settings = [{"form_id": "f", "default_language": "Français (fr)"}]
    french = read_form(workbook(survey=survey, settings=settings), source="f.xlsx")
    assert french.languages == ("fr", "en")


def test_old_spellings_of_types_and_columns_are_understood() -> None:
    survey = [
        {"type": "begin group", "name": "g", "label": "G"},
        {"type": "select one yn or_other", "name": "a", "label": "A", "relevance": "1 = 1"},
        {"type": "select all that apply from yn", "name": "b", "label": "B"},
        {"type": "select_one_from_file communes.csv", "name": "c", "label": "C"},
        {"type": "end group"},
    ]
    rows = [{"list name": "yn", "name": "y", "label": "Có"}]
    book = read_form(workbook(survey=survey, choices=rows, settings=[{"form_id": "f"}]), source="f.xlsx")
    kinds = [(question.name, question.kind.value) for question in book.questions]
    assert kinds == [("a", "select_one"), ("a_other", "text"), ("b", "select_multiple"), ("c", "select_one")]
    assert [choice.name for choice in book.question("a").choices] == ["y", "other"]
    assert book.question("a").relevant == "1 = 1"
    assert book.question("c").choices == ()
    assert book.question("a").choices[0].row == 2


def test_a_shuffled_question_keeps_its_choices_and_scores() -> None:
    plain = {"type": "select_one satisfaction", "name": "a", VI: "A"}
    shuffled = [plain | {"parameters": "randomize=true"}, plain | {"name": "b", "parameters": "randomize=true, seed=3"}]
    book = read([*shuffled, plain | {"name": "c"}])
    assert book.question("a").choices == book.question("b").choices == book.question("c").choices
    assert [choice.score for choice in book.question("a").choices] == [0, 50, 100, None]


def test_a_name_in_two_groups_becomes_its_path() -> None:
    survey = [
        row
        for group in ("father", "mother")
        for row in (
            {"type": "begin_group", "name": group, "label": group},
            {"type": "integer", "name": "age", "label": "Tuổi"},
            {"type": "end_group"},
        )
    ]
    book = read_form(workbook(survey=survey, settings=[{"form_id": "f"}]), source="f.xlsx")
    assert [(question.name, question.row) for question in book.questions] == [("father/age", 3), ("mother/age", 6)]


def test_topics_take_labels_from_the_sheet_topics() -> None:
    survey = [{"type": "text", "name": "a", VI: "A", "topic": "TRU"}]
    book = read(survey, topics=[{"name": "TRU", VI: "Niềm tin", EN: "Trust"}])
    assert book.topic("TRU").label("vi") == "Niềm tin"
    with pytest.raises(StudyError, match='sheet survey, row 2, column topic: "TRU" is neither'):
        read(survey, topics=[{"name": "LIV", VI: "Đời sống"}])


def test_decomposed_text_gives_the_same_codebook() -> None:
    def decompose(rows):
        return [
            {
                key: unicodedata.normalize("NFD", value) if isinstance(value, str) else value
                for key, value in row.items()
            }
            for row in rows
        ]

    assert read(decompose(SURVEY), decompose(CHOICES)).questions == read().questions


@pytest.mark.parametrize(
    ("column", "value", "where"),
    [
        ("score", "cao", 'sheet choices, row 4, column score: "cao" is not a number'),
        ("score", 101, 'sheet choices, row 4, column score: "101" is not a number'),
        ("score", "nan", 'sheet choices, row 4, column score: "nan" is not a number'),
        ("missing", "refuse", 'sheet choices, row 4, column missing: "refuse" is not known'),
        ("missing", "refused", 'row 4, column score: the choice "1" means refused and has the score 0'),
    ],
)
def test_a_mistake_on_the_choices_sheet_names_its_cell(column, value, where) -> None:
    rows = [dict(row) for row in CHOICES]
    rows[2][column] = value
    with pytest.raises(StudyError, match=where):
        read(SURVEY, rows)


def test_an_unknown_role_names_its_cell() -> None:
    survey = [dict(row) for row in SURVEY]
    survey[5]["role"] = "opinoin"
    with pytest.raises(StudyError, match=r'form.xlsx, sheet survey, row 7, column role: "opinoin" is not a role'):
        read(survey)


def test_bytes_that_are_no_workbook_are_refused() -> None:
    with pytest.raises(StudyError, match=r"form.xlsx: pyxform, which makes the form for tablets, says"):
        read_form(b"PK nothing", source="form.xlsx")
