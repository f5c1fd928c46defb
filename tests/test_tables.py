"""The contracts of the tables: what conforms passes unchanged, what does not is named."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from danvan_study import tables
from danvan_study.contract import Column, Kind, Table
from danvan_study.tables import Answers, Estimates, PublishedRows, Respondents, Weights

CONTRACTS = [
    kind for kind in vars(tables).values() if isinstance(kind, type) and issubclass(kind, Table) and kind is not Table
]


def answers(**columns: object) -> pd.DataFrame:
    """Two answers of one respondent, with some columns replaced."""
    table = {
        "respondent": ["r1", "r1"],
        "question": ["life_overall", "worries"],
        "answer": ["4", ""],
        "missing": ["", "refused"],
        "score": [75.0, np.nan],
    }
    return pd.DataFrame(table | columns)


def test_a_table_that_keeps_its_contract_comes_back_equal():
    pd.testing.assert_frame_equal(Answers.conform(answers()), answers())


def test_columns_come_back_in_the_contracts_order_with_a_fresh_index():
    shuffled = answers()[["score", "answer", "question", "missing", "respondent"]].iloc[::-1]
    conforming = Answers.conform(shuffled)
    assert list(conforming.columns) == list(Answers.columns())
    assert list(conforming.index) == [0, 1]
    assert list(conforming["question"]) == ["worries", "life_overall"]


def test_the_table_that_was_given_is_left_as_it_was():
    given = answers().iloc[::-1]
    before = given.copy()
    conforming = Answers.conform(given)
    conforming["answer"] = "changed"
    pd.testing.assert_frame_equal(given, before)


@pytest.mark.parametrize(
    ("columns", "complaint"),
    [
        ({"answer": [4, 5]}, "column answer is int64, not text"),
        ({"answer": pd.Series(["4", "5"], dtype=object)}, "column answer is object, not text"),
        ({"answer": pd.Series(["4", None], dtype="str")}, "column answer has missing values"),
        ({"missing": ["", "lazy"]}, "column missing has values outside"),
        ({"score": [1, 2]}, "column score is int64, not number"),
        ({"score": ["75", "80"]}, "column score is str, not number"),
        ({"question": ["life_overall", "life_overall"]}, "the key repeats, first at {'respondent': 'r1'"),
        ({"extra": ["", ""]}, r"unknown columns \['extra'\]"),
    ],
)
def test_a_broken_contract_names_table_and_column(columns, complaint):
    with pytest.raises(ValueError, match=complaint) as caught:
        Answers.conform(answers(**columns))
    assert str(caught.value).startswith("Answers: ")


def test_a_missing_column_is_named():
    with pytest.raises(ValueError, match=r"missing columns \['score'\]"):
        Answers.conform(answers().drop(columns="score"))


def test_weights_are_whole_millionths_and_never_blank():
    row = {"respondent": ["r1"], "base": [1.0], "nonresponse": [1.0], "calibrated": [1.0], "trimmed": [1.0]}
    Weights.conform(pd.DataFrame(row | {"weight": [1_000_000]}))
    with pytest.raises(ValueError, match="weight is float64, not integer"):
        Weights.conform(pd.DataFrame(row | {"weight": [1_000_000.0]}))
    with pytest.raises(ValueError, match="base has missing values"):
        Weights.conform(pd.DataFrame(row | {"weight": [1_000_000], "base": [np.nan]}))


def test_group_variables_stand_behind_the_columns_of_respondents():
    empty = Respondents.empty(["sex", "age_band"])
    assert list(empty.columns) == [*Respondents.columns(), "sex", "age_band"]
    assert Respondents.conform(empty, ["sex", "age_band"]).empty
    with pytest.raises(ValueError, match=r"unknown columns \['age_band', 'sex'\]"):
        Respondents.conform(empty)


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.__name__)
def test_an_empty_table_conforms_to_its_own_contract(contract):
    pd.testing.assert_frame_equal(contract.conform(contract.empty()), contract.empty())


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.__name__)
def test_a_key_consists_of_columns_of_the_contract(contract):
    assert set(contract.key) <= set(contract.columns())


def test_a_column_is_read_as_its_name_and_a_mistyped_one_fails():
    assert Answers.question == "question"
    with pytest.raises(AttributeError):
        _ = Answers.qeustion  # type: ignore[attr-defined]


def test_a_contract_is_a_class_and_never_an_object():
    with pytest.raises(TypeError, match="Answers is a contract"):
        Answers()


def test_what_is_published_is_an_estimate_with_a_flag_and_a_reason():
    assert list(PublishedRows.columns()) == [*Estimates.columns(), "flag", "reason"]
    assert PublishedRows.key == Estimates.key


@pytest.mark.parametrize(
    ("kind", "values", "fits"),
    [
        (Kind.INTEGER, [1, 2], True),
        (Kind.INTEGER, [True, False], False),
        (Kind.FLAG, [True, False], True),
        (Kind.FLAG, [1, 0], False),
        (Kind.NUMBER, [1.5, 2.0], True),
        (Kind.NUMBER, [np.nan], False),
        (Kind.TEXT, ["a", ""], True),
    ],
)
def test_each_kind_takes_only_its_own_values(kind, values, fits):
    assert (Column(kind).complaint(pd.Series(values)) == "") is fits


def test_a_category_counts_as_text():
    assert Column().complaint(pd.Series(["a", "b"], dtype="category")) == ""
