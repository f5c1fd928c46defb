"""Figures that may leave the office, and the brief that carries them."""

from danvan_study.publish.brief import BriefContext, Fieldwork, Provenance, write_brief
from danvan_study.publish.gate import Published, publish_estimates

__all__ = ["BriefContext", "Fieldwork", "Provenance", "Published", "publish_estimates", "write_brief"]
