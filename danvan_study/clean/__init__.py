"""Decided corrections, applied to interviews and answers; cleaning logs of other tools, read as corrections."""

from danvan_study.clean.corrections import Cleaned, apply_corrections, pass_over_removed
from danvan_study.clean.import_log import IMPACT_LOG, ImportedLog, LogFormat, import_log
from danvan_study.clean.ledger import CleanReport

__all__ = [
    "IMPACT_LOG",
    "CleanReport",
    "Cleaned",
    "ImportedLog",
    "LogFormat",
    "apply_corrections",
    "import_log",
    "pass_over_removed",
]
