"""The gallery: every kind of chart, drawn from the demonstration, with what it shows and how it is read.

``docs/gallery/*.csv`` hold rows of a run of the demonstration, so that the handbook is built without one; they pass the
gate anew. After a change that moves estimates: ``danvan run``, then ``python -m docs.gallery data/processed``.
"""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import pandas as pd

from danvan_study.pipeline.sources import load_codebooks, load_study
from danvan_study.publish import History, Published, Results, charts, publish_estimates, publish_outlook, publish_trends
from danvan_study.publish.results import EVERYBODY, Domain
from danvan_study.publish.words import phrases
from danvan_study.store import Folder
from danvan_study.study import Calendar
from danvan_study.tables import ClosedFigures, Estimates, Forecasts, PublishedRows, Ranks, Signals, Smoothed, Trends
from danvan_study.trend import Outlooks

if TYPE_CHECKING:
    from danvan_study.codebook import Codebook
    from danvan_study.contract import Table
    from danvan_study.publish.charts import Chart

T = TypeVar("T")

DOCS: Final = Path(__file__).parent
ROOT: Final = DOCS.parent
TABLES: Final = DOCS / "gallery"
PICTURES: Final = DOCS / "pictures"
TEXTS: Final = {
    "vi": {
        "title": "Các loại biểu đồ",
        "about": "Bản tin và sổ tay phân tích chỉ dùng {count} loại biểu đồ dưới đây. Hình vẽ từ cuộc khảo sát mẫu: "
        "số liệu mô phỏng, không phải ý kiến của ai. Chỉ con số đã qua ngưỡng công bố mới vẽ được; trong bản tin, hình "
        "nào cũng có lời tả cho người không nhìn thấy hình.",
        "reads": "Đọc thế nào",
        "code": "Mã nguồn",
    },
    "en": {
        "title": "The kinds of charts",
        "about": "Briefs and notebooks use the {count} kinds of charts below and no others. They are drawn from the "
        "demonstration: simulated data, nobody's opinion. Only figures that passed the publication thresholds can be "
        "drawn; in a brief every chart has a description for those who cannot see it.",
        "reads": "How to read it",
        "code": "Code",
    },
}

SCALES: Final = ("life_overall", "safety_night")
PLAIN: Final = "svc_contact_3m"
IN_AREAS: Final = ("life_overall", "svc_satisfaction", "safety_night")
OVER_TIME: Final = ("life_overall", "dem_informed")
LINES: Final = "life_overall"


def gallery_page(language: str) -> str:
    """Return the page: for each kind of chart its picture and how to read it."""
    texts, kinds = TEXTS[language], _kinds()
    parts = [f"# {texts['title']}", texts["about"].format(count=len(kinds))]
    for kind, said in kinds.items():
        own = said[language]
        reads = "\n".join(f"- {line}" for line in own["reads"])
        parts += [
            f"## {own['title']}",
            own["shows"],
            f"![{own['shows']}](../pictures/{kind}-{language}.png)",
            f"**{texts['reads']}.**\n\n{reads}",
            f"{texts['code']}: `danvan_study/publish/charts/{kind}.py`",
        ]
    return "\n\n".join(parts) + "\n"


def draw_gallery() -> None:
    """Draw every kind of chart in every language into ``docs/pictures``."""
    PICTURES.mkdir(exist_ok=True)
    shown = Demonstration()
    for language in TEXTS:
        for kind, png in shown.pictures(language).items():
            (PICTURES / f"{kind}-{language}.png").write_bytes(png)


def _kinds() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads((TABLES / "kinds.toml").read_text(encoding="utf-8"))


class Demonstration:
    """Figures of the demonstration, through the gate, and the charts made of them."""

    def __init__(self) -> None:
        self.folder = Folder(ROOT)
        self.study, self.areas = load_study(self.folder)
        self.wave, self.before = (wave.id for wave in reversed(self.study.waves[-2:]))
        self.rolling = f"{self.study.waves[-4].id}-{self.wave}"

    def pictures(self, language: str) -> dict[str, bytes]:
        """Return each kind of chart as PNG."""
        now, year = self.results(self.wave, language), self.results(self.rolling, language)
        drawn = {
            "levels": charts.draw_charts(now, kind="levels", names=SCALES)[0],
            "answers": charts.draw_charts(now, kind="answers", names=[PLAIN])[0],
            "areas": self._areas(year),
            "map": _there(charts.draw_map(year, areas=_there(self.areas), name=LINES)),
            "ranks": self._ranks(now, self.results(self.before, language)),
            "trends": charts.draw_trends(self.history, OVER_TIME, codebook=self._form(self.wave), language=language),
            "districts": self._districts(language),
        }
        return {kind: chart.png for kind, chart in drawn.items()} | {"counts": self._counts(language)}

    @cached_property
    def figures(self) -> Published:
        """What the gate lets through of the kept estimates."""
        return publish_estimates(
            _kept("estimates", Estimates),
            rules=self.study.publication,
            codebook=self._form(self.wave),
            simulated=True,
            closed=_kept("closed", ClosedFigures),
        )

    @cached_property
    def history(self) -> History:
        """All waves, with the model's lines."""
        outlooks = Outlooks(smoothed=_kept("smoothed", Smoothed), forecasts=Forecasts.empty(), signals=Signals.empty())
        return History(
            calendar=Calendar(waves=self.study.waves),
            figures=self.figures,
            changes=publish_trends(Trends.empty(), figures=self.figures),
            breaks={name: self._breaks(name) for name in OVER_TIME},
            outlook=publish_outlook(outlooks, figures=self.figures),
        )

    def results(self, period: str, language: str) -> Results:
        """Return the figures of one period."""
        return Results(self.figures, period=period, codebook=self._form(self.wave), language=language)

    def _form(self, wave: str) -> Codebook:
        forms = load_codebooks(self.folder, self.study.wave(wave), study=self.study)
        return list(forms.values())[-1]

    def _breaks(self, name: str) -> tuple[str, ...]:
        """Return the waves from which on a question was worded otherwise."""
        worded = {}
        for wave in self.study.waves:
            question = self._form(wave.id).question(name)
            worded[wave.id] = question.fingerprint("vi") if question else ""
        return tuple(late for early, late in pairwise(worded) if worded[early] != worded[late])

    def _areas(self, year: Results) -> Chart:
        everybody = (phrases(year.language)["all_areas"], EVERYBODY)
        rows = [(area.label(year.language), Domain(area=area.key)) for area in _there(self.areas).reporting]
        return charts.draw_areas(year, rows=[everybody, *rows], names=IN_AREAS)

    def _districts(self, language: str) -> Chart:
        areas = [(area.key, area.label(language)) for area in _there(self.areas).reporting]
        return _there(charts.draw_districts(self.history, LINES, areas=areas, language=language))

    def _ranks(self, now: Results, before: Results) -> Chart:
        question = self.study.reports.issues.question
        result, earlier = _there(now.get(question)), _there(before.get(question))
        found = {row[Ranks.answer]: row for row in _kept("ranks", Ranks).to_dict("records")}
        places = []
        for reading in result.shares:
            rank, low, high = (
                int(found[reading.answer][name]) if reading.answer in found else 0
                for name in (Ranks.rank, Ranks.rank_low, Ranks.rank_high)
            )
            places.append(
                charts.Place(reading=reading, rank=rank, low=low, high=high, earlier=earlier.share(reading.answer))
            )
        ordered = sorted(places, key=lambda place: place.rank or len(places))
        return charts.draw_ranks(now, result, ordered)

    def _counts(self, language: str) -> bytes:
        visits = Counter(row["visited_on"] for row in _text_rows(f"data/visits/{self.wave}.csv"))
        days = pd.date_range(min(visits), max(visits))  # a day without a visit keeps its place
        by_day = {f"{day:%d/%m}": visits[f"{day:%Y-%m-%d}"] for day in days}
        title = {"vi": "Số lượt đến hộ theo ngày", "en": "Visits to households by day"}[language]
        mark = phrases(language)["simulated"]
        return charts.draw_counts(by_day, title=title, language=language, mark=mark)


def take(processed: Path) -> None:
    """Keep those rows of a run of the demonstration that the gallery draws."""
    shown = Demonstration()
    waves = [wave.id for wave in shown.study.waves]
    issue = shown.study.reports.issues.question
    rows = pd.concat([pd.read_parquet(processed / wave / "estimates.parquet") for wave in waves])
    rows = rows[rows[Estimates.group] == ""].drop_duplicates(list(Estimates.key))
    whole, period, question = rows[Estimates.level] == "all", rows[Estimates.period], rows[Estimates.question]
    wanted = (
        (whole & period.isin(waves) & question.isin(OVER_TIME))
        | (whole & (period == shown.wave) & question.isin([*SCALES, PLAIN]))
        | (whole & period.isin([shown.wave, shown.before]) & (question == issue))
        | ((period == shown.rolling) & question.isin(IN_AREAS))
        | (period.isin(waves) & (question == LINES))
    )
    _keep("estimates", rows[wanted])
    _keep(
        "closed",
        _closed(pd.concat([pd.read_parquet(processed / wave / "published.parquet") for wave in waves]), rows[wanted]),
    )
    last = processed / shown.wave
    smoothed = pd.read_parquet(last / "smoothed.parquet")
    _keep("smoothed", smoothed[(smoothed[Smoothed.question] == LINES) & (smoothed[Smoothed.level] == "area")])
    ranks = pd.read_parquet(last / "published_ranks.parquet")
    _keep("ranks", ranks[(ranks[Ranks.period] == shown.wave) & (ranks[Ranks.question] == issue)])


def _closed(published: pd.DataFrame, kept: pd.DataFrame) -> pd.DataFrame:
    """Return what the run hid of the kept figures beside others, many of which the gallery does not have."""
    key = list(ClosedFigures.key)
    hidden = published.merge(kept[key], on=key).drop_duplicates(key)
    sets = hidden[hidden[PublishedRows.flag] == "suppressed"].assign(statistic="", answer="")
    alone = hidden[hidden[PublishedRows.reason] == "complement"]
    return pd.concat([sets, alone])[key].drop_duplicates()


def _keep(name: str, rows: pd.DataFrame) -> None:
    rows.to_csv(TABLES / f"{name}.csv", index=False, float_format="%.6g", lineterminator="\n")


def _kept(name: str, contract: type[Table]) -> pd.DataFrame:
    texts = {column: "str" for column, one in contract.columns().items() if one.kind == "text"}
    blank = {column: [""] for column in contract.columns() if column not in texts}
    rows = pd.read_csv(TABLES / f"{name}.csv", dtype=texts, keep_default_na=False, na_values=blank)
    return contract.conform(rows)


def _text_rows(file: str) -> list[dict[str, str]]:
    return pd.read_csv(ROOT / file, dtype="str", keep_default_na=False).to_dict("records")


def _there(found: T | None) -> T:
    if found is None:
        raise ValueError("docs/gallery lacks rows that a chart needs: take them anew")
    return found


if __name__ == "__main__":
    take(Path(sys.argv[1]))
