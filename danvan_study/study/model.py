"""The study. Every field is a key of ``study.toml``; its comment there explains it to the office.

Each section of the file has a module of its own, which holds its noun and the reader of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from danvan_study.study.backcheck import Backcheck
from danvan_study.study.disclosure import Disclosure
from danvan_study.study.kobo import Kobo
from danvan_study.study.periods import Calendar
from danvan_study.study.programme import Programme
from danvan_study.study.reports import Reports
from danvan_study.study.sampling import Sampling

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from danvan_study.study.design import Design
    from danvan_study.study.groups import Group
    from danvan_study.study.office import Office
    from danvan_study.study.publication import Publication
    from danvan_study.study.waves import Wave
    from danvan_study.study.weighting import Weighting


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A study: its areas, design, weighting, publication rules and waves."""

    name: Mapping[str, str]
    """Language code to name."""
    languages: tuple[str, ...]
    """Languages of the outputs, the office's first."""
    sponsor: str
    conducted_by: str
    contact: str
    population: str
    areas_file: str
    areas_vintage: str
    areas_level: str
    areas_boundaries: str = ""
    """GeoJSON with the borders of the areas; empty: maps are drawn as tiles."""
    areas_code_field: str = "code"
    """Property of its features that holds the area's code."""
    design: Design
    groups: tuple[Group, ...]
    missing: Mapping[str, str]
    """Choice name to ``dont_know``, ``refused`` or ``not_applicable``, for forms without our own column."""
    withhold: tuple[str, ...]
    """Further fields that never get past ``collect``."""
    weighting: Weighting
    publication: Publication
    waves: tuple[Wave, ...]
    sampling: Sampling = field(default_factory=Sampling)
    backcheck: Backcheck = field(default_factory=Backcheck)
    backups: tuple[str, ...] = ()
    """Where copies of the study lie: what is destroyed here is destroyed there too."""
    kobo: Kobo = field(default_factory=Kobo)
    issues_file: str = ""
    """Codebook of the answers in people's own words, which names their questions; empty: they are not coded."""
    vectors_folder: str = ""
    """Folder of the study with an ONNX model of text and its tokenizer; empty: answers are read by their words."""
    reports: Reports = field(default_factory=Reports)
    disclosure: Disclosure = field(default_factory=Disclosure)
    programme: Programme = field(default_factory=Programme)
    office: Office | None = None
    """None: documents have a look of no office."""
    index: tuple[str, ...] = ()
    """Topics whose indices make the index over all of them; empty: there is none."""

    def wave(self, wave_id: str) -> Wave:
        """Return the wave called ``wave_id``.

        Raises
        ------
        KeyError
            The study has no such wave.
        """
        for wave in self.waves:
            if wave.id == wave_id:
                return wave
        raise KeyError(wave_id)

    def weighting_of(self, wave: Wave) -> Weighting:
        """Return how a wave is weighted: its own base weight, the study's margins."""
        return replace(self.weighting, base=wave.base, column=wave.column) if wave.base else self.weighting

    def calendar(self, there: Collection[str]) -> Calendar:
        """Return the waves that there are data for, from which periods are made."""
        return Calendar(waves=tuple(wave for wave in self.waves if wave.id in there))
