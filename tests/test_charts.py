"""Charts draw published figures and nothing else; what they draw is the same each time and marked when simulated."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.text import Text
from PIL import Image

from danvan_study.publish.charts import STRIPS, chart, draw_areas, draw_charts, ink, kind_of
from danvan_study.publish.charts.levels import _shade
from danvan_study.publish.charts.pages import PAGE
from danvan_study.publish.charts.ranks import Place, draw_ranks
from danvan_study.publish.charts.sheet import WIDTH, text_width, wrap
from danvan_study.publish.results import EVERYBODY, Domain, Results
from tests.brief_material import AREAS, CODEBOOK, QUARTER, ROLLING, published, whole_estimates

SCALES = ["life_overall", "life_change_3m", "trust_commune"]


def results(*, simulated=True, period=QUARTER, language="vi"):
    return Results(published(simulated=simulated), period=period, codebook=CODEBOOK, language=language)


def area_rows():
    return [("Cả vùng khảo sát", EVERYBODY), *[(area.name, Domain(area=area.key)) for area in AREAS.reporting]]


def texts_of(svg):
    return re.findall(r">([^<>]+)</text>", svg.decode())


@pytest.mark.parametrize("figures", [None, whole_estimates(), "published", object()])
def test_unpublished_figures_cannot_be_drawn(figures):
    with pytest.raises(TypeError):
        Results(figures, period=QUARTER, codebook=CODEBOOK, language="vi")
    with pytest.raises(TypeError):
        draw_charts(figures, kind="levels", names=SCALES)
    with pytest.raises(TypeError):
        draw_areas(figures, rows=area_rows(), names=SCALES)


def test_a_chart_has_the_same_bytes_each_time():
    one, two = (draw_charts(results(), kind="levels", names=SCALES)[0] for _ in range(2))
    assert one.png == two.png
    assert one.svg == two.svg
    assert b"<dc:date>" not in one.svg
    assert "Software" not in Image.open(io.BytesIO(one.png)).info


def test_texts_stand_where_matplotlib_puts_them_whatever_was_drawn_before(monkeypatch):
    plan = draw_charts(results(), kind="levels", names=SCALES)[0].plan
    ink.draw(plan)
    ink.draw.cache_clear()
    again = ink.draw(plan)
    monkeypatch.setattr(ink, "_Words", Text)
    ink.draw.cache_clear()
    assert ink.draw(plan) == again


def test_labels_are_text_with_decimal_commas():
    [drawn] = draw_charts(results(), kind="levels", names=SCALES)
    texts = texts_of(drawn.svg)
    assert "61,2\u00a0% (57,5–64,9)" in texts
    assert "Rất hài lòng" in texts
    assert "Khó trả lời" in texts


def test_a_legend_is_not_repeated_for_questions_on_the_same_scale():
    [drawn] = draw_charts(results(), kind="levels", names=["trust_commune", "petition_trust"])
    assert texts_of(drawn.svg).count("Khá tin") == 1


def test_only_simulated_figures_carry_the_mark():
    for simulated in (True, False):
        charts = [
            *draw_charts(results(simulated=simulated), kind="levels", names=SCALES),
            *draw_charts(results(simulated=simulated), kind="answers", names=["priority_next_q"]),
            draw_areas(results(simulated=simulated), rows=area_rows(), names=SCALES),
        ]
        assert all(("SỐ LIỆU MÔ PHỎNG" in texts_of(drawn.svg)) is simulated for drawn in charts)


def test_many_questions_are_split_over_pages_and_none_is_lost():
    names = SCALES * 12
    charts = draw_charts(results(), kind="levels", names=names)
    assert len(charts) > 1
    assert [name for drawn in charts for name in drawn.names] == names
    assert all(drawn.height <= PAGE for drawn in charts)


def test_hidden_areas_are_hatched_and_show_no_dot():
    whole = draw_areas(results(period=ROLLING), rows=area_rows(), names=SCALES).svg
    quarter = draw_areas(results(), rows=area_rows(), names=SCALES).svg
    assert b"<pattern" in quarter
    assert b"<pattern" not in whole


def test_the_steps_of_a_scale_grow_darker_so_that_a_grey_copy_keeps_them():
    def grey(color):
        return np.dot([int(color[place : place + 2], 16) for place in (1, 3, 5)], [0.299, 0.587, 0.114])

    for steps in (2, 3, 4, 5, 7):
        shades = [grey(_shade(100 * step / (steps - 1))) for step in range(steps)]
        assert all(light - dark > 12 for light, dark in pairwise(shades))


@pytest.mark.parametrize(
    ("name", "kind"), [("life_overall", "levels"), ("priority_next_q", "answers"), ("household_size", "")]
)
def test_each_kind_of_question_finds_its_kind_of_chart(name, kind):
    assert kind_of(results().get(name)) == kind
    assert not kind or kind in STRIPS


def test_a_new_kind_of_chart_is_one_decorated_function():
    @chart("mine")
    def mine(result, language):
        return STRIPS["answers"](result, language)

    try:
        assert draw_charts(results(), kind="mine", names=["priority_next_q"])[0].kind == "mine"
    finally:
        del STRIPS["mine"]


def test_long_wordings_are_not_cut_at_the_edge():
    for size in range(60, 110, 7):
        long = replace(
            CODEBOOK.question("life_overall"), labels={"vi": "Mức độ hài lòng " * (size // 8) + "x" * (size % 8)}
        )
        codebook = replace(CODEBOOK, questions=(long, *CODEBOOK.questions[1:]))
        figures = Results(published(simulated=False), period=QUARTER, codebook=codebook, language="vi")
        [drawn] = draw_charts(figures, kind="levels", names=["life_overall"])
        dots = np.array(Image.open(io.BytesIO(drawn.png)).convert("L"))
        assert (dots[:, -4:] > 200).all()  # a rule may reach the edge, letters may not


@pytest.mark.parametrize("kind", ["answers", "ranks"])
def test_no_word_of_a_long_answer_is_left_out(kind: str) -> None:
    issues = CODEBOOK.question("priority_next_q")
    choices = tuple(
        replace(choice, labels={"vi": f"{choice.name}. " + "việc mà người dân ở địa phương nêu nhiều " * 4 + "nhất"})
        for choice in issues.choices
    )
    questions = tuple(replace(issues, choices=choices) if one is issues else one for one in CODEBOOK.questions)
    figures = Results(published(), period=QUARTER, codebook=replace(CODEBOOK, questions=questions), language="vi")
    result = figures.get(issues.name)
    if kind == "ranks":
        drawn = draw_ranks(figures, result, [Place(reading=reading) for reading in result.shares])
    else:
        [drawn] = draw_charts(figures, kind="answers", names=[issues.name])
    written = " ".join(given[1] for method, given, _ in drawn.plan.marks if method == "text")
    assert [reading.label for reading in result.shares if reading.label not in written] == []


def test_lines_fit_their_room_even_when_a_word_does_not():
    lines = wrap("Trình tự, giá đất, chỗ tái định cư được giải thích rõ đến mức nào " + "x" * 200, 40, 8)
    assert all(text_width(line, 8) <= 40 for line in lines)
    assert lines[-1].endswith("…")
    assert WIDTH == 165
