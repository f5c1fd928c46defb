"""A dataset for SPSS: labels of variables and values, codes that are no answer as user-missing, measurement levels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from danvan_study.errors import StudyError
from danvan_study.exchange.labels import SPSS, Shortened, Shortener
from danvan_study.messages import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.exchange.dataset import Dataset, Variable

Spans = list[Any]
MOST = 3
"""Separate user-missing values of one variable; or one span and one value beside it."""


def for_spss(dataset: Dataset, language: str) -> tuple[dict[str, Any], list[Shortened]]:
    """Return the options of :func:`pyreadstat.write_sav`, and the labels that were shortened.

    Raises
    ------
    StudyError
        A variable has more missing codes than SPSS can hold.
    """
    shorten = Shortener(SPSS, language)
    options = {
        "file_label": shorten.title(dataset),
        "column_labels": {variable.name: shorten.variable(variable) for variable in dataset.variables},
        "variable_value_labels": {
            variable.name: {float(code): label for code, label in shorten.codes(variable).items()}
            for variable in dataset.variables
            if variable.codes
        },
        "missing_ranges": {
            variable.name: missing_spans(variable) for variable in dataset.variables if variable.missing
        },
        "variable_measure": {variable.name: str(variable.measure) for variable in dataset.variables},
        "variable_format": {variable.name: _format(variable) for variable in dataset.variables},
    }
    return options, shorten.log


def missing_spans(variable: Variable) -> Spans:
    """Return a variable's missing codes as SPSS takes them: up to three values, or one span and one value.

    Raises
    ------
    StudyError
        There is no such way that leaves every answer an answer.
    """
    codes = sorted(value.code for value in variable.missing)
    if len(codes) <= MOST:
        return list(codes)
    answers = [value.code for value in variable.codes if not value.missing]
    for alone in (None, codes[0], codes[-1]):
        span = [code for code in codes if code != alone]
        if not any(span[0] <= code <= span[-1] for code in answers):
            return [{"lo": span[0], "hi": span[-1]}, *([] if alone is None else [alone])]
    raise StudyError(
        say("{source}, .sav", source=variable.source),
        say(
            "it has {count} codes for no answer ({codes}), and answers lie between them; SPSS takes three.",
            count=len(codes),
            codes=_listed(codes),
        ),
        say("Export to .dta, which takes 26; or give these choices codes beside each other in the next form."),
    )


def _listed(codes: Sequence[int]) -> str:
    return ", ".join(map(str, codes))


def _format(variable: Variable) -> str:
    return f"F{8 if not variable.decimals else 10 + variable.decimals}.{variable.decimals}"
