"""Nothing of the model is shown without its direct figure, and the brief says how good its forecasts were."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from danvan_study.publish import publish_estimates, publish_outlook, write_outputs
from danvan_study.publish.charts import draw_districts
from danvan_study.publish.outlook_gate import PublishedOutlook, require_published_outlook
from danvan_study.tables import Forecasts, Signals, Smoothed
from danvan_study.trend import Outlooks
from tests.brief_material import AREAS, CODEBOOK, SHARES, STUDY, context, report_page, set_of, table
from tests.test_trend_brief import WAVES, history

NAME = "life_overall"
KEYS = [area.key for area in AREAS.reporting][:3]
LAST = WAVES[-1].id


def rows(contract: type, *given: dict[str, object]) -> pd.DataFrame:
    made = []
    for one in given:
        row: dict[str, object] = dict.fromkeys(contract.columns(), 50.04)
        row |= {"level": "area" if one.get("area") else "all", "area": "", "question": NAME, "statistic": "positive"}
        row |= {"answer": "", "n": 100, "on_logit": False, "signal": "", "origin": WAVES[-2].id}
        made.append({name: value for name, value in (row | one).items() if name in contract.columns()})
    frame = pd.DataFrame(made)
    texts = {name: "str" for name, one in contract.columns().items() if one.kind == "text"}
    return contract.conform(frame.astype(texts)[list(contract.columns())])


@pytest.fixture(scope="module")
def figures():
    """Figures of all waves; in the last, one area has too few answers, and another is hidden that it can't be told."""
    made = []
    for wave in WAVES:
        made += set_of(NAME, SHARES[NAME], period=wave.id, n=1180, clusters=120)
        for key in KEYS:
            few = wave.id == LAST and key == KEYS[1]
            size = {"n": 20, "clusters": 2} if few else {"n": 300, "clusters": 30}
            made += set_of(NAME, SHARES[NAME], period=wave.id, level="area", area=key, **size)
    return publish_estimates(table(*made), rules=STUDY.publication, codebook=CODEBOOK, simulated=True)


def outlooks(*, good: bool = True, p: float = 0.5) -> Outlooks:
    lines = [{"period": wave.id, "area": key, "origin": LAST} for wave in WAVES for key in KEYS]
    scores = {"crps": 1.0 if good else 2.0, "crps_unchanged": 1.5, "outcome": 50.0, "low": 55.0, "high": 65.0}
    past = [{"origin": WAVES[turn].id, "period": WAVES[turn + 1].id, **scores} for turn in range(4)]
    blank = {"outcome": np.nan, "crps": np.nan, "crps_unchanged": np.nan}
    new = [{"origin": LAST, "period": "", "area": area, **blank} for area in ("", *KEYS)]
    watched = [{"period": LAST, "area": area, "p": p, "threshold": 0.01, "expected": 30.0} for area in ("", *KEYS)]
    return Outlooks(
        smoothed=rows(Smoothed, *lines), forecasts=rows(Forecasts, *past, *new), signals=rows(Signals, *watched)
    )


def test_the_line_of_a_hidden_figure_is_hidden_in_that_wave_alone(figures):
    shown = publish_outlook(outlooks(), figures=figures).rows
    assert shown.loc[shown["period"] == LAST, "area"].tolist() == KEYS[2:]
    assert shown.loc[shown["period"] == WAVES[0].id, "area"].tolist() == KEYS


def test_a_hidden_area_has_no_forecast_and_no_signal(figures):
    published = publish_outlook(outlooks(p=1e-9), figures=figures)
    assert set(published.forecasts.loc[published.forecasts["period"] == "", "area"]) == {"", KEYS[2]}
    assert set(published.signals["area"]) == {"", KEYS[2]}
    assert set(published.signals["signal"]) == {"up"}


def test_direct_figures_are_those_that_were_published(figures):
    direct = figures.rows.set_index(["period", "area", "statistic"])["estimate"]
    for row in publish_outlook(outlooks(), figures=figures).rows.itertuples():
        assert row.direct == direct[row.period, row.area, "positive"]
        assert row.estimate == 50.0


def test_the_budget_of_false_alarms_is_shared_among_what_is_shown(figures):
    shown = publish_outlook(outlooks(p=0.012), figures=figures).signals
    assert shown["threshold"].tolist() == pytest.approx([0.04 / 2] * 2)
    assert set(shown["signal"]) == {"up"}


def test_only_the_gate_makes_what_can_be_shown(figures):
    with pytest.raises(TypeError):
        PublishedOutlook()
    with pytest.raises(TypeError):
        require_published_outlook(outlooks())
    with pytest.raises(TypeError):
        publish_outlook(outlooks(), figures=figures.rows)
    with pytest.raises(TypeError):
        history(outlook=outlooks())


def brief(figures, made: Outlooks) -> str:
    past = history(figures=figures, outlook=publish_outlook(made, figures=figures))
    return report_page(context(history=past)).replace("\u00a0", " ")


def test_the_brief_sets_the_forecast_beside_no_change_and_scores_the_past(figures):
    html = brief(figures, outlooks())
    assert "Nếu giữ nguyên như quý III/2026" in html
    assert "(4 dự báo): sai số (CRPS) nhỏ hơn 33 % so với cách “giữ nguyên”" in html
    assert "100 % con số đo được nằm trong khoảng 90 %" in html
    assert "Tín hiệu sớm: không có." in html


@pytest.mark.parametrize(("high", "verdict"), [(65.0, "trong khoảng"), (60.0, "NGOÀI khoảng")])
def test_what_was_forecast_for_the_wave_stands_beside_what_came(figures, high, verdict):
    made = outlooks()
    made.forecasts.loc[made.forecasts["period"] == LAST, "high"] = high
    table = brief(figures, made).split("Dự báo lập ở kỳ trước cho quý III/2026")[-1].split("</table>")[0]
    (row,) = re.findall(r"<tr class=.body.>(.*?)</tr>", table, re.DOTALL)
    cells = re.findall(r"<td>(.*?)</td>", row)
    assert cells == ["61,2 %", f"50,0 % (55,0–{high:.0f},0)", "61,2 %", verdict]


def test_a_wave_that_nothing_was_forecast_for_has_no_table_of_it(figures):
    made = outlooks()
    earlier = made.forecasts[made.forecasts["period"] != LAST].reset_index(drop=True)
    assert "Dự báo lập ở kỳ trước" not in brief(figures, replace(made, forecasts=earlier))


def test_lines_forecasts_and_signals_stand_beside_the_brief_marked_as_the_models_and_as_simulated(figures):
    past = history(figures=figures, outlook=publish_outlook(outlooks(), figures=figures))
    files = write_outputs(context(history=past), parts=["tables"])
    for name in ("lines", "forecasts", "signals"):
        head, *lines = files[f"published_{name}.csv"].decode().splitlines()
        assert head.endswith(",source,data")
        assert lines
        assert all(line.endswith(",model,SỐ LIỆU MÔ PHỎNG") for line in lines)


def test_a_method_without_skill_says_so(figures):
    html = brief(figures, outlooks(good=False))
    assert "CHƯA tốt hơn cách “giữ nguyên” con số gần nhất" in html
    assert "nhỏ hơn 33 %" not in html


def test_a_signal_names_place_figure_and_forecast(figures):
    html = brief(figures, outlooks(p=1e-6))
    assert "cao hơn hẳn dự báo (30,0 %; khoảng 90 %: " in html


def test_direct_figure_and_line_are_drawn_together_for_every_area(figures):
    past = history(figures=figures, outlook=publish_outlook(outlooks(), figures=figures))
    areas = [(key, f"Area {number}") for number, key in enumerate(KEYS)]
    svg = draw_districts(past, NAME, areas=areas, language="vi").svg.decode()
    assert "con số trực tiếp" in svg
    assert "đường của mô hình" in svg
    assert "SỐ LIỆU MÔ PHỎNG" in svg
    assert svg.index("Area 0") < svg.index("Area 1")
    assert draw_districts(past, "unknown", areas=areas, language="vi") is None
