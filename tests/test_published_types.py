"""Every published type is made by its gate alone, and nothing else is accepted in its place."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pickle
import pkgutil
import re
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import danvan_study.publish
from danvan_study.publish import BriefContext, History, ReviewContext, words
from danvan_study.publish.results import Results
from danvan_study.publish.sealed import Sealed, Told, require_told
from tests.brief_material import CODEBOOK, QUARTER, published, whole_estimates

if TYPE_CHECKING:
    from collections.abc import Callable

MODULES = [
    importlib.import_module(module.name)
    for module in pkgutil.walk_packages(danvan_study.publish.__path__, "danvan_study.publish.")
]
SETTERS = ("compose_", "draw_", "set_", "write_", "start_")
"""How the functions begin that make charts, documents and their files."""
ISSUED = ("compose_erratum",)
"""Takes rows of published tables that were issued and are checked byte by byte (danvan_study.pipeline.issued)."""

TYPES = sorted(Sealed.__subclasses__(), key=lambda kind: kind.__name__)
GATES = sorted({kind.gate.rpartition(".")[0] for kind in TYPES})


def guards() -> list[Callable[[object], object]]:
    """Return the functions that charts and briefs check with."""
    modules = [importlib.import_module(name) for name in GATES]
    return [
        value
        for module in modules
        for name, value in sorted(vars(module).items())
        if name.startswith("require_published") and value.__module__ == module.__name__
    ]


def test_the_known_types_are_among_them() -> None:
    names = {kind.__name__ for kind in TYPES}
    assert names >= {"Published", "PublishedOutlook", "PublishedRanks", "PublishedTrends"}
    assert len(guards()) == len(TYPES)


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.__name__)
def test_a_published_type_cannot_be_made_subclassed_or_pickled(kind: type[Sealed]) -> None:
    with pytest.raises(TypeError, match="is made by"):
        kind()
    with pytest.raises(TypeError, match="cannot be subclassed"):
        type("Mine", (kind,), {})
    empty = object.__new__(kind)
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(empty)
    with pytest.raises(AttributeError, match="is frozen"):
        empty._rows = pd.DataFrame()


@pytest.mark.parametrize("guard", guards(), ids=lambda guard: guard.__name__)
@pytest.mark.parametrize("other", [None, pd.DataFrame({"estimate": [50.0]}), [1.0], "50 %"], ids=type)
def test_nothing_unpublished_is_taken_for_published(guard: Callable[[object], object], other: object) -> None:
    with pytest.raises(TypeError, match="can be shown"):
        guard(other)


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.__name__)
def test_its_gate_exists(kind: type[Sealed]) -> None:
    module, _, name = kind.gate.rpartition(".")
    assert callable(getattr(importlib.import_module(module), name))


FIGURES = sorted(Told.__subclasses__(), key=lambda kind: kind.__name__)


def test_the_figures_that_sentences_tell_are_among_them() -> None:
    assert {kind.__name__ for kind in FIGURES} >= {"Movement", "Reading"}


@pytest.mark.parametrize("kind", FIGURES, ids=lambda kind: kind.__name__)
def test_a_figure_cannot_be_made_subclassed_or_pickled(kind: type[Told]) -> None:
    with pytest.raises(TypeError, match="is read by"):
        kind()
    with pytest.raises(TypeError, match="cannot be subclassed"):
        type("Mine", (kind,), {})
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(object.__new__(kind))


def test_a_sentence_is_made_of_published_figures_only() -> None:
    read = Results(published(), period=QUARTER, codebook=CODEBOOK, language="vi").get("life_overall")
    assert read is not None
    reading = read.positive
    assert reading is not None
    assert "n\u00a0=\u00a01.180" in words.answer_sentence(["Hài lòng"], reading, "vi")
    with pytest.raises(TypeError, match="is read by"):
        replace(reading, estimate=99.0)
    with pytest.raises(AttributeError):
        reading.estimate = 99.0  # type: ignore[misc] # what is tried
    stand_in = SimpleNamespace(low=90.0, high=95.0, n=7, text=lambda _: "93 %")
    with pytest.raises(TypeError, match="only published figures can be told"):
        words.answer_sentence(["Hài lòng"], stand_in, "vi")  # type: ignore[arg-type] # what is tried
    with pytest.raises(TypeError, match="only published figures can be told"):
        require_told(pd.DataFrame())


def setters() -> list[Callable[..., object]]:
    """Return every function that makes a chart, a document or a file of one."""
    return [
        value
        for module in MODULES
        for name, value in sorted(vars(module).items())
        if inspect.isfunction(value) and value.__module__ == module.__name__ and name.startswith(SETTERS)
    ]


def test_no_chart_and_no_document_takes_a_table_of_estimates() -> None:
    names = {each.__name__ for each in setters()}
    assert names >= {"compose_report", "compose_summary", "compose_area", "compose_annex", "draw_areas", "draw_map"}
    for each in setters():
        given = [str(one.annotation) for one in inspect.signature(each).parameters.values()]
        assert not any("DataFrame" in one or "Estimates" in one for one in given) or each.__name__ in ISSUED, each


def carriers() -> list[tuple[type, str]]:
    """Return the fields by which documents are given figures: each names a published type."""
    names = {kind.__name__ for kind in TYPES}
    return [
        (carrier, one.name)
        for carrier in (BriefContext, History, ReviewContext)
        for one in dataclasses.fields(carrier)
        if names & set(re.findall(r"\w+", str(one.type)))
    ]


def test_the_fields_that_carry_figures_are_found() -> None:
    assert {name for _, name in carriers()} >= {"published", "figures", "changes", "outlook", "ranks", "own_words"}


@pytest.mark.parametrize(("carrier", "name"), carriers(), ids=lambda one: getattr(one, "__name__", one))
def test_no_document_is_made_of_unpublished_figures(carrier: type, name: str) -> None:
    estimates = whole_estimates()
    broken = object.__new__(carrier)
    for one in dataclasses.fields(carrier):
        object.__setattr__(broken, one.name, published() if one.name in ("published", "figures") else None)
    if carrier is BriefContext:
        object.__setattr__(broken, "own_words", ())
    object.__setattr__(broken, name, (estimates,) if name == "own_words" else estimates)
    with pytest.raises(TypeError, match="can be shown"):
        broken.__post_init__()


def test_a_chart_and_a_sentence_read_published_figures_only() -> None:
    with pytest.raises(TypeError, match="only Published"):
        Results(whole_estimates(), period=QUARTER, codebook=CODEBOOK, language="vi")  # type: ignore[arg-type]
