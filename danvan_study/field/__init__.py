"""The fieldwork's own material: the form as it must be on the server, the roster, pages and slips to print."""

from danvan_study.field.outline import Outline, differences, media_names, read_outline, server_outline
from danvan_study.field.pages import enumerator_page, slips_page
from danvan_study.field.roster import COLUMNS, Enumerator, read_roster
from danvan_study.field.slips import draw_codes, is_code, tidy_code

__all__ = [
    "COLUMNS",
    "Enumerator",
    "Outline",
    "differences",
    "draw_codes",
    "enumerator_page",
    "is_code",
    "media_names",
    "read_outline",
    "read_roster",
    "server_outline",
    "slips_page",
    "tidy_code",
]
