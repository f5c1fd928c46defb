"""Decided corrections, applied to interviews and answers; cleaning logs of other tools, read as corrections."""

from danvan_study.clean.case import Case
from danvan_study.clean.corrections import Cleaned, apply_corrections, pass_over_removed
from danvan_study.clean.decisions import lay_before, read_decisions, read_rule_rows
from danvan_study.clean.import_log import IMPACT_LOG, ImportedLog, LogFormat, import_log
from danvan_study.clean.ledger import CleanReport
from danvan_study.clean.worksheet import DECISIONS, RULES, read_workbook, set_decisions

__all__ = [
    "DECISIONS",
    "IMPACT_LOG",
    "RULES",
    "Case",
    "CleanReport",
    "Cleaned",
    "ImportedLog",
    "LogFormat",
    "apply_corrections",
    "import_log",
    "lay_before",
    "pass_over_removed",
    "read_decisions",
    "read_rule_rows",
    "read_workbook",
    "set_decisions",
]
