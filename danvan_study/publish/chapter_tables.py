"""Tables for notebooks, in the office's words: published figures, and the report on the weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.publish import words
from danvan_study.publish.movements import movements_of
from danvan_study.publish.results import EVERYBODY, Domain, key_reading, label_of, wording

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from danvan_study.codebook import Codebook
    from danvan_study.publish.context import History
    from danvan_study.publish.results import Results
    from danvan_study.study import Group


def figure_table(results: Results, names: Sequence[str], domain: Domain = EVERYBODY) -> pd.DataFrame:
    """Return wording, share, interval, base and remark of each question that has a figure in ``domain``."""
    language = results.language
    texts = words.phrases(language)
    rows = []
    for name in names:
        result = results.get(name, domain)
        reading = key_reading(result) if result else None
        if result is None or reading is None:
            continue
        rows.append(
            {
                texts["column_question"]: wording(result, language),
                texts["column_figure"]: reading.text(language),
                "n": words.number(result.n, language),
                texts["column_remark"]: texts["low_precision"] if reading.is_doubtful else "",
            }
        )
    return pd.DataFrame(rows)


def change_table(history: History, results: Results, names: Sequence[str]) -> pd.DataFrame:
    """Return a row for each question and comparison: the change, its word, and the smallest change to be seen."""
    language, movements = results.language, movements_of(history.changes)
    texts = words.phrases(language)
    rows = []
    for name in names:
        result = results.get(name)
        reading = key_reading(result) if result else None
        if result is None or reading is None:
            continue
        for comparison in history.comparisons:
            movement = movements.get(comparison, name, reading)
            if movement is None:
                continue
            shown = movement.is_shown
            rows.append(
                {
                    texts["column_question"]: wording(result, language),
                    texts["column_period"]: words.capital(words.period_name(comparison.period, language)),
                    texts["column_against"]: words.period_name(comparison.against, language),
                    texts["column_change"]: movement.figure(language) if shown else "",
                    texts["column_verdict"]: movement.word(language),
                    texts["smallest_column"]: words.number(movement.smallest, language, 1) if shown else "",
                }
            )
    return pd.DataFrame(rows)


def note_of(results: Results) -> str:
    """Return what stands under every table: the mark of simulated data, or an empty text."""
    return words.phrases(results.language)["simulated"] if results.simulated else ""


def weight_table(report: Mapping[str, object], language: str) -> pd.DataFrame:
    """Return the main figures of a weight report (``WeightReport.as_dict``), written as an office writes numbers."""
    texts = words.phrases(language)
    decimals = {"n": 0, "sum": 0, "min": 1, "median": 1, "max": 1, "kish_deff": 2, "n_effective": 0, "largest_gap": 4}
    values = {
        texts[f"weight_{name}"]: words.number(float(str(report[name])), language, places)
        for name, places in decimals.items()
    }
    return pd.DataFrame({texts["column_step"]: list(values), texts["column_value"]: list(values.values())})


def group_table(results: Results, name: str, *, codebook: Codebook, groups: Sequence[Group]) -> pd.DataFrame:
    """Return the figure of one question for each value of each group that may be shown.

    Parameters
    ----------
    results
        Of one period.
    name
        The question.
    codebook
        Gives the wording of groups and values.
    groups
        The study's groups.
    """
    language, whole = results.language, results.get(name)
    texts, key = words.phrases(language), key_reading(whole) if whole else None
    rows = []
    for group in groups:
        question = codebook.question(group.question)
        order = [choice.name for choice in question.choices] if question else []
        values = results.values(group.name) - {"", *group.other}
        for value in sorted(values, key=lambda one: (order.index(one) if one in order else len(order), one)):
            found = results.get(name, Domain(group=group.name, value=value))
            reading = found.matching(key) if found and key else None
            if found is None or reading is None:
                continue
            rows.append(
                {
                    texts["group_column"]: " ".join(question.label(language).split()) if question else group.name,
                    "": label_of(question, value, language) if question else value,
                    texts["column_figure"]: reading.text(language),
                    "n": words.number(found.n, language),
                }
            )
    return pd.DataFrame(rows)
