"""Scores and missing codes come from the form version in which the answer was given."""

from __future__ import annotations

import math

from danvan_study.collect import collect_responses
from danvan_study.score import score_answers
from danvan_study.tables import Answers
from tests.form_material import CHOICES, SURVEY, VI, WAVE, codebook, study


def scored(records, books):
    collected = collect_responses(records, codebooks=books, study=study(), wave=WAVE)
    table = score_answers(collected.answers, interviews=collected.interviews, codebooks=books)
    keys = zip(table[Answers.respondent], table[Answers.question], strict=True)
    return dict(zip(keys, zip(table[Answers.missing], table[Answers.score], strict=True), strict=True))


def person(name, version="v1", **answers):
    return {"_uuid": name, "consent_part": "1", "__version__": version} | answers


def test_each_version_scores_its_own_answers() -> None:
    turned = [row | {"score": 100 - row["score"]} if "score" in row else row for row in CHOICES]
    books = {"v1": codebook(), "v2": codebook(SURVEY, turned, version="v2")}
    values = scored([person("a", life_overall="5"), person("b", "v2", life_overall="5")], books)
    assert values["a", "life_overall"] == ("", 100)
    assert values["b", "life_overall"] == ("", 0)


def test_a_missing_code_has_no_score_and_an_unknown_choice_neither() -> None:
    values = scored([person("a", life_overall="98"), person("b", life_overall="7")], {"v1": codebook()})
    assert values["a", "life_overall"][0] == "dont_know"
    assert values["b", "life_overall"][0] == ""
    assert math.isnan(values["a", "life_overall"][1])
    assert math.isnan(values["b", "life_overall"][1])


def test_several_choices_have_no_score_and_are_missing_only_when_nothing_else_is_chosen() -> None:
    rows = [*CHOICES, {"list_name": "issue", "name": "unsure", VI: "Không biết", "missing": "dont_know", "score": ""}]
    rows = [row | {"score": 10} if row["name"] == "water" else row for row in rows]
    book = codebook(SURVEY, rows)
    values = scored(
        [person("a", issues="water"), person("b", issues="unsure"), person("c", issues="water unsure")], {"v1": book}
    )
    assert [values[name, "issues"][0] for name in "abc"] == ["", "dont_know", ""]
    assert all(math.isnan(values[name, "issues"][1]) for name in "abc")


def test_a_number_equal_to_a_choice_of_another_question_is_no_code() -> None:
    values = scored([person("a", hh_size="98", life_overall="5")], {"v1": codebook()})
    assert values["a", "hh_size"][0] == ""


def test_answers_inside_a_repeat_are_scored_by_their_question() -> None:
    survey = [*SURVEY[:9], {"type": "select_one satisfaction", "name": "school", VI: "?"}, *SURVEY[9:]]
    values = scored([person("a", children=[{"school": "1"}, {"school": "98"}])], {"v1": codebook(survey)})
    assert values["a", "school[1]"] == ("", 0)
    assert values["a", "school[2]"][0] == "dont_know"


def test_no_answers_are_no_error() -> None:
    assert scored([], {"v1": codebook()}) == {}
