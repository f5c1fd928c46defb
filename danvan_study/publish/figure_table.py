"""Published figures as a table for a notebook: one row per question, in the office's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from danvan_study.publish import words
from danvan_study.publish.results import EVERYBODY, Domain, key_reading, wording

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.publish.results import Results


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
