"""The fieldwork's own material: the form as it must be on the server, the roster, pages and slips to print."""

from danvan_study.field.assignments import Assignment, read_sheet, set_sheet, share_villages
from danvan_study.field.backcheck import DRAWN_COLUMNS, ErrorRate, compare_answers, draw_backchecks
from danvan_study.field.dispositions import ResponseRates, read_visits, response_rates, sum_rates
from danvan_study.field.draw import LOT_COLUMNS, draw_households, draw_sample, lot_hash
from danvan_study.field.outline import Outline, differences, media_names, read_outline, server_outline
from danvan_study.field.pages import enumerator_page, slips_page
from danvan_study.field.plan import AreaPlan, Plan, plan_sample
from danvan_study.field.roster import COLUMNS, Enumerator, read_roster
from danvan_study.field.slips import draw_codes, is_code, read_code, tidy_code

__all__ = [
    "COLUMNS",
    "DRAWN_COLUMNS",
    "LOT_COLUMNS",
    "AreaPlan",
    "Assignment",
    "Enumerator",
    "ErrorRate",
    "Outline",
    "Plan",
    "ResponseRates",
    "compare_answers",
    "differences",
    "draw_backchecks",
    "draw_codes",
    "draw_households",
    "draw_sample",
    "enumerator_page",
    "is_code",
    "lot_hash",
    "media_names",
    "plan_sample",
    "read_code",
    "read_outline",
    "read_roster",
    "read_sheet",
    "read_visits",
    "response_rates",
    "server_outline",
    "set_sheet",
    "share_villages",
    "slips_page",
    "sum_rates",
    "tidy_code",
]
