"""XLSForm expressions: parsed once, evaluated many times, also before every answer is known."""

from danvan_study.expression.functions import ExpressionError, to_text
from danvan_study.expression.meaning import UNKNOWN, Scope, Unknown
from danvan_study.expression.parse import Expression, parse

__all__ = ["UNKNOWN", "Expression", "ExpressionError", "Scope", "Unknown", "parse", "to_text"]
