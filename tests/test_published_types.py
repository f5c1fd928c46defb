"""Every published type is made by its gate alone, and nothing else is accepted in its place."""

from __future__ import annotations

import importlib
import pickle
import pkgutil
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import danvan_study.publish
from danvan_study.publish import words
from danvan_study.publish.results import Results
from danvan_study.publish.sealed import Sealed, Told, require_told
from tests.brief_material import CODEBOOK, QUARTER, published

if TYPE_CHECKING:
    from collections.abc import Callable

for module in pkgutil.iter_modules(danvan_study.publish.__path__, "danvan_study.publish."):
    importlib.import_module(module.name)

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
