"""The brief says what changed in words that the sample allows, and draws breaks as breaks."""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from danvan_study.publish import BriefContext, History, publish_estimates, publish_trends, write_outputs
from danvan_study.publish.charts import draw_trends
from danvan_study.study import Against, Calendar, Comparison, Wave
from danvan_study.tables import Trends
from tests.brief_material import CODEBOOK, SHARES, STUDY, context, report_page, set_of, table

SCALES = ("life_overall", "petition_trust")


def wave(year: int, quarter: int) -> Wave:
    return Wave(
        id=f"{year}q{quarter}",
        forms=("f.xlsx",),
        start=date(year, 3 * quarter - 1, 1),
        end=date(year, 3 * quarter - 1, 28),
    )


WAVES = (wave(2025, 3), wave(2025, 4), wave(2026, 1), wave(2026, 2), wave(2026, 3))
CALENDAR = Calendar(waves=WAVES)


def trends(changes: dict[tuple[str, str], tuple[float, float, bool]]) -> pd.DataFrame:
    """Make trends from question and kind to change, p and comparable."""
    rows = []
    for comparison in CALENDAR.comparisons("2026q3"):
        for question in SCALES:
            change, p, comparable = changes.get((question, comparison.kind), (1.0, 0.6, True))
            row: dict[str, object] = dict.fromkeys(Trends.columns(), 1.0)
            row |= {"period": comparison.period.id, "against": comparison.against.id, "level": "all", "area": ""}
            row |= {"question": question, "statistic": "positive", "answer": "", "family": "f", "note": ""}
            row |= {"change": change, "se": abs(change) / stats.t.isf(p / 2, 200), "p": p, "mdc": 5.7}
            row |= {"df": 200, "n": 1180, "n_earlier": 1170, "comparable": comparable}
            row |= {"earlier": 50.0, "estimate": 50 + change}
            rows.append(row)
    return pd.DataFrame(rows).astype({name: "str" for name, one in Trends.columns().items() if one.kind == "text"})


def history(
    changes: dict[tuple[str, str], tuple[float, float, bool]] | None = None, *, missing: str = "", **fields: object
) -> History:
    calendar = Calendar(waves=tuple(one for one in WAVES if one.id != missing))
    rows = []
    for one in calendar.waves:
        for name in SCALES:
            rows += set_of(name, SHARES[name], period=one.id, n=1180, clusters=120)
    figures = publish_estimates(table(*rows), rules=STUDY.publication, codebook=CODEBOOK, simulated=True)
    comparisons = tuple(one for one in CALENDAR.comparisons("2026q3") if len(one.period.waves) == 1)
    table_of_changes = trends(changes or {})
    single = table_of_changes["period"].eq("2026q3")
    given: dict[str, object] = {
        "calendar": calendar,
        "figures": figures,
        "changes": publish_trends(table_of_changes[single].reset_index(drop=True), figures=figures),
        "comparisons": comparisons,
    }
    return History(**(given | fields))  # type: ignore[arg-type]


def page(past: History, **fields: object) -> str:
    given: BriefContext = context(history=past, **fields)
    return report_page(given).replace("\u00a0", " ")


PREVIOUS, YEAR = Against.PREVIOUS, Against.YEAR_BEFORE


def test_a_clear_change_is_named_and_an_unclear_one_is_not_called_stable() -> None:
    html = page(history({("life_overall", PREVIOUS): (6.0, 0.004, True), ("life_overall", YEAR): (-1.0, 0.6, True)}))
    assert "So với quý II/2026: tăng, +6,0 (1,3–10,7) điểm %" in html
    assert "So với quý III/2025: chưa thấy thay đổi rõ, −1,0 (−4,8 đến 2,8) điểm %" in html
    assert "ổn định" not in html.lower()


def test_a_question_that_was_reworded_is_not_compared() -> None:
    html = page(history({("life_overall", PREVIOUS): (np.nan, np.nan, False)}))
    assert "So với quý II/2026: không so sánh được (cách hỏi đã đổi)" in html


def test_the_table_prints_the_smallest_change_that_could_be_seen() -> None:
    html = page(history())
    found = html.split("Thay đổi của tỷ lệ tích cực, quý III/2026")[2].split("</table>")[0]
    assert "Thay đổi nhỏ nhất thấy được" in found
    assert found.count("5,7") == len(SCALES)


def test_without_a_past_the_brief_says_that_nothing_can_be_compared() -> None:
    html = report_page(context())
    assert "Chưa có thay đổi nào so sánh được." in html
    assert "Thay đổi của tỷ lệ tích cực" not in html


def test_changes_stand_beside_the_figures_as_a_file_marked_as_simulated() -> None:
    past = history({("life_overall", PREVIOUS): (np.nan, np.nan, False)})
    files = write_outputs(context(history=past), parts=["tables"])
    lines = files["published_trends.csv"].decode().splitlines()
    assert len(lines) == 1 + 2 * len(SCALES)
    assert all(line.endswith("SỐ LIỆU MÔ PHỎNG") for line in lines[1:])


def drawn(past: History) -> str:
    return draw_trends(past, SCALES, codebook=CODEBOOK, language="vi").svg.decode()


def bands(svg: str) -> int:
    return len(re.findall(r'id="FillBetweenPolyCollection_\d+"', svg))


def test_a_line_ends_where_the_question_was_asked_otherwise() -> None:
    whole, broken = drawn(history()), drawn(history(breaks={"life_overall": ("2026q1",)}))
    assert (bands(whole), bands(broken)) == (2, 3)
    assert ("đổi cách hỏi" in whole, "đổi cách hỏi" in broken) == (False, True)
    assert "SỐ LIỆU MÔ PHỎNG" in whole


def test_a_missing_wave_is_left_open() -> None:
    assert bands(drawn(history(missing="2026q1"))) == 4


def test_a_chart_of_changes_takes_only_what_passed_the_gate() -> None:
    past = history()
    with pytest.raises(TypeError):
        History(calendar=CALENDAR, figures=past.figures.rows, changes=past.changes)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        History(calendar=CALENDAR, figures=past.figures, changes=past.changes.rows)  # type: ignore[arg-type]


def test_the_same_history_gives_the_same_bytes() -> None:
    first, second = (draw_trends(history(), SCALES, codebook=CODEBOOK, language="vi") for _ in range(2))
    assert (first.png, first.svg) == (second.png, second.svg)


def test_comparisons_are_those_of_the_calendar() -> None:
    assert all(isinstance(one, Comparison) for one in history().comparisons)
    assert [one.against.id for one in history().comparisons] == ["2026q2", "2025q3"]
