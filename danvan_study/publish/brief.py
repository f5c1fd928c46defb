"""The brief of a period: one set of facts, as HTML, as DOCX, with its charts and its figures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from danvan_study.publish import words
from danvan_study.publish.gate import require_published

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from danvan_study.areas import Areas
    from danvan_study.codebook import Codebook
    from danvan_study.publish.gate import Published
    from danvan_study.study import Period, Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Fieldwork:
    """What happened between the first submission and the last answer kept."""

    submissions_received: int
    removed: Mapping[str, int]
    """Reason to number of submissions."""
    interviews: int
    corrections: int
    """Values changed or blanked."""
    fieldwork_start: date | None = None
    fieldwork_end: date | None = None
    median_minutes: float | None = None
    interviewers: int = 0
    """0: the study does not say."""
    clusters: int = 0
    """0: every respondent is a sampling unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """From what the figures were made."""

    simulated: bool
    manifest_sha256: str
    commit: str
    version: str
    form_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefContext:
    """Everything that a brief tells.

    Raises
    ------
    TypeError
        ``published`` did not come through the gate.
    ValueError
        The provenance says simulated and the figures do not, or the other way round.
    """

    study: Study
    wave: str
    codebook: Codebook
    published: Published
    """Rows of ``quarter`` and, where there is one, of ``rolling``."""
    quarter: Period
    fieldwork: Fieldwork
    provenance: Provenance
    areas: Areas | None = None
    rolling: Period | None = None
    weights: Mapping[str, object] = field(default_factory=dict)
    """``WeightReport.as_dict()``."""
    skipped: Mapping[str, str] = field(default_factory=dict)
    """Questions left out of the pooled figures, with the reason."""

    def __post_init__(self) -> None:
        require_published(self.published)
        if self.published.simulated is not self.provenance.simulated:
            raise ValueError("figures and provenance disagree about whether the answers are simulated")

    @property
    def language(self) -> str:
        """The office's first language."""
        return self.study.languages[0]


def write_brief(context: BriefContext) -> dict[str, bytes]:
    """Write the brief; the same context gives the same bytes.

    Returns
    -------
    dict
        File name to content: ``brief.html``, ``brief.docx``, ``charts/….png`` and ``.svg``, ``published.csv``.

    Raises
    ------
    TypeError
        ``context`` is not a :class:`BriefContext`, and so perhaps not published.
    """
    from danvan_study.publish.as_docx import set_docx  # noqa: PLC0415 -- matplotlib and python-docx load on first use
    from danvan_study.publish.as_html import set_html  # noqa: PLC0415
    from danvan_study.publish.blocks import Picture  # noqa: PLC0415
    from danvan_study.publish.content import compose  # noqa: PLC0415

    if type(context) is not BriefContext:
        raise TypeError(f"a brief is written from a BriefContext, not from {type(context).__name__}")
    document = compose(context)
    dated = context.study.wave(context.wave).end
    files = {"brief.html": set_html(document), "brief.docx": set_docx(document, dated=dated)}
    for block in document.blocks:
        if isinstance(block, Picture):
            files[f"charts/{block.name}.png"] = block.png
            files[f"charts/{block.name}.svg"] = block.svg
    files["published.csv"] = published_csv(context.published, context.language)
    return files


def published_csv(published: Published, language: str) -> bytes:
    """Return the published rows as CSV: UTF-8, decimal points, and a column that marks simulated data."""
    rows = require_published(published).rows
    rows["data"] = words.phrases(language)["simulated"] if published.simulated else ""
    return rows.to_csv(index=False, lineterminator="\n").encode()
