"""XLSForm expressions: parsed once, evaluated many times, also before every answer is known."""

from danvan_study.expression.functions import ExpressionError, to_text
from danvan_study.expression.parse import UNKNOWN, Expression, Scope, Unknown, parse

__all__ = ["UNKNOWN", "Expression", "ExpressionError", "Scope", "Unknown", "parse", "to_text"]
