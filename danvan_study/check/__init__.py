"""Checks of a wave while it is in the field: findings for a supervisor, never a verdict, and nothing is removed."""

from danvan_study.check import alike, completeness, drift, habits, rules, scales, texts, timing, traces
from danvan_study.check.material import Material, Tables, lay_out
from danvan_study.check.registry import CHECKS, Check, check_wave

MODULES = (completeness, rules, texts, timing, scales, alike, habits, drift, traces)
"""Importing them fills the registry, in this order."""

__all__ = ["CHECKS", "MODULES", "Check", "Material", "Tables", "check_wave", "lay_out"]
