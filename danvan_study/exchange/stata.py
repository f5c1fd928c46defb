"""A dataset for Stata: codes that are no answer become its extended missing values, each with its label."""

from __future__ import annotations

from string import ascii_lowercase
from typing import TYPE_CHECKING, Any

import pandas as pd

from danvan_study.errors import StudyError
from danvan_study.exchange.dataset import WITHHELD
from danvan_study.exchange.labels import STATA, Shortened, Shortener
from danvan_study.messages import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from danvan_study.exchange.dataset import Dataset, Variable

LETTERS: Mapping[str, str] = {"dont_know": "a", "refused": "b", "not_applicable": "c", WITHHELD: "d"}
"""``.a`` is don't know in every file; a second code of the same meaning takes the next free letter."""


def for_stata(dataset: Dataset, language: str) -> tuple[pd.DataFrame, dict[str, Any], list[Shortened]]:
    """Return the table and options of :func:`pyreadstat.write_dta`, and the labels that were shortened.

    Raises
    ------
    StudyError
        A variable has more missing codes than the alphabet has letters.
    """
    shorten = Shortener(STATA, language)
    letters = {variable.name: missing_letters(variable) for variable in dataset.variables}
    labels = {variable.name: shorten.codes(variable) for variable in dataset.variables if variable.codes}
    options = {
        "file_label": shorten.title(dataset),
        "column_labels": {variable.name: shorten.variable(variable) for variable in dataset.variables},
        "variable_value_labels": {
            name: {letters[name].get(code, code): label for code, label in by_code.items()}
            for name, by_code in labels.items()
        },
        "missing_user_values": {name: sorted(found.values()) for name, found in letters.items() if found},
    }
    cells = {variable.name: _cells(variable, dataset, letters[variable.name]) for variable in dataset.variables}
    return pd.DataFrame(cells), options, shorten.log


def missing_letters(variable: Variable) -> dict[int, str]:
    """Return the letter of each missing code.

    Raises
    ------
    StudyError
        There are more than 26.
    """
    found: dict[int, str] = {}
    free = [letter for letter in ascii_lowercase if letter not in LETTERS.values()]
    for value in variable.missing:
        letter = LETTERS[value.missing]
        if letter in found.values():
            if not free:
                raise StudyError(
                    say("{source}, .dta", source=variable.source),
                    say("it has {count} codes for no answer; Stata takes 26.", count=len(variable.missing)),
                    say("Export to .csv or Parquet."),
                )
            letter = free.pop(0)
        found[value.code] = letter
    return found


def _cells(variable: Variable, dataset: Dataset, letters: Mapping[int, str]) -> pd.Series:
    """Return numbers and letters as categories.

    Of a column of objects the writer guesses the kind by the first hundred rows; where these hold no number it takes it
    for text, and stops at the first number. Of categories it looks at each once. They have one kind of number: mixed
    ones are text again.
    """
    numbers = dataset.table[variable.name]
    if not variable.codes or numbers.isna().all():
        return numbers
    is_whole = bool((numbers.dropna() % 1 == 0).all())
    cells = {
        number: letters.get(int(number)) or (int(number) if is_whole else float(number))
        for number in sorted(numbers.dropna().unique())
    }
    kinds = pd.Index(list(dict.fromkeys(cells.values())), dtype="object")
    return pd.Series(pd.Categorical(numbers.map(cells), categories=kinds))
