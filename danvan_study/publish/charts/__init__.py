"""Charts of published figures. A new kind of chart is one decorated function in this folder."""

from danvan_study.publish.charts import answers, levels
from danvan_study.publish.charts.areas import draw_areas
from danvan_study.publish.charts.counts import draw_counts
from danvan_study.publish.charts.districts import draw_districts
from danvan_study.publish.charts.map import draw_map
from danvan_study.publish.charts.pages import Chart, draw_charts, kind_of
from danvan_study.publish.charts.ranks import Place, draw_ranks
from danvan_study.publish.charts.strip import STRIPS, Strip, chart
from danvan_study.publish.charts.trends import draw_trends

__all__ = [
    "STRIPS",
    "Chart",
    "Place",
    "Strip",
    "answers",
    "chart",
    "draw_areas",
    "draw_charts",
    "draw_counts",
    "draw_districts",
    "draw_map",
    "draw_ranks",
    "draw_trends",
    "kind_of",
    "levels",
]
