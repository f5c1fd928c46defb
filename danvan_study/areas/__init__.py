"""The places that a study reports on, and all administrative units with their dates."""

from danvan_study.areas.facts import TABLES, Facts, read_facts
from danvan_study.areas.gazetteer import CENSUS, NEW, OLD, Gazetteer, Link, Share, Unit
from danvan_study.areas.names import Match, NameMatcher
from danvan_study.areas.placement import APPORTIONED, AREA, BASES, Place, draw_area, reporting_places
from danvan_study.areas.reporting import COLUMNS, Area, Areas, read_areas

__all__ = [
    "APPORTIONED",
    "AREA",
    "BASES",
    "CENSUS",
    "COLUMNS",
    "NEW",
    "OLD",
    "TABLES",
    "Area",
    "Areas",
    "Facts",
    "Gazetteer",
    "Link",
    "Match",
    "NameMatcher",
    "Place",
    "Share",
    "Unit",
    "draw_area",
    "read_areas",
    "read_facts",
    "reporting_places",
]
