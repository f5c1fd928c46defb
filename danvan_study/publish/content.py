"""What every document of a period tells from: its figures read once, its headline questions, its title."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from danvan_study.codebook import Role
from danvan_study.publish import words
from danvan_study.publish.blocks import Document
from danvan_study.publish.gate import base_name
from danvan_study.publish.open_words import told_names
from danvan_study.publish.pooled import period_blocks
from danvan_study.publish.results import Results, key_reading
from danvan_study.publish.sources import Origin, with_sources
from danvan_study.publish.topics import numbered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.publish.blocks import Block, Kind
    from danvan_study.publish.context import BriefContext
    from danvan_study.publish.results import Result
    from danvan_study.study import Study

MOST_HEADLINES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The published figures of a context, as its documents tell them."""

    results: Results
    asked: tuple[Result, ...]
    """Every question that is no part of the design, in the order of the form."""
    shown: tuple[Result, ...]
    """Those without the answers in people's own words, which have a chapter of their own."""
    headlines: tuple[Result, ...]
    """What opens the documents."""

    @property
    def names(self) -> list[str]:
        """The headline questions."""
        return [result.name for result in self.headlines]


def read_content(context: BriefContext) -> Content:
    """Read the figures of a period once."""
    results = Results(context.published, period=context.period.id, codebook=context.codebook, language=context.language)
    hidden = design_questions(context.study)
    asked = tuple(result for result in results if base_name(result.name) not in hidden)
    in_words = told_names(context.own_words)
    shown = tuple(result for result in asked if result.name not in in_words)
    headlines = choose_headlines(shown, context.study.publication.headline)
    return Content(results=results, asked=asked, shown=shown, headlines=tuple(headlines))


def document_of(context: BriefContext, blocks: Sequence[Block], *, kind: Kind) -> Document:
    """Return the document of a period that is made of ``blocks``, with its pictures and tables numbered."""
    language, texts = context.language, words.phrases(context.language)
    simulated, title = context.published.simulated, study_name(context.study, language)
    origin = Origin(
        language=language,
        period=words.period_name(context.period, language),
        study=title,
        base=texts["table_interviews"].format(n=words.number(context.fieldwork.interviews, language)),
    )
    opening = period_blocks(context) if kind != "area" else []  # an area's page is of the rolling year
    return Document(
        kind=kind,
        language=language,
        kicker=texts[f"kind_{kind}"],
        title=title,
        period=edition(context),
        disclaimer=texts["not_official"],
        simulated=texts["simulated"] if simulated else "",
        simulated_note=texts["simulated_note"] if simulated else "",
        blocks=tuple(numbered([*opening, *with_sources(blocks, origin)], language)),
        subject=texts["subject"].format(period=words.period_name(context.period, language)),
        office=context.study.office,
    )


def edition(context: BriefContext) -> str:
    """Name the period, and the erratum that corrected its documents."""
    texts, period = words.phrases(context.language), words.capital(words.period_name(context.period, context.language))
    return f"{period} ({texts['erratum_mark'].format(number=context.erratum)})" if context.erratum else period


def study_name(study: Study, language: str) -> str:
    """Return what the study is called in a language, or in its first."""
    return study.name.get(language) or next(iter(study.name.values()))


def design_questions(study: Study) -> set[str]:
    """Return the questions that name places, interviewers and consent: parts of the design, never results."""
    design = study.design
    consent = {item.question for item in design.consent}
    fields = {design.respondent, *design.questions}
    return consent | fields | {design.started, design.ended, design.version}


def choose_headlines(shown: Sequence[Result], wanted: Sequence[str]) -> list[Result]:
    """Return the results that open the documents.

    Those that ``study.toml`` names; where it names none, the first five opinion questions of the form whose figures
    are published without a flag, questions on a scale before others.
    """
    if wanted:
        by_name = {result.name: result for result in shown}
        return [by_name[name] for name in wanted if name in by_name and by_name[name].is_shown]
    opinions = [result for result in shown if result.question.role in {Role.OPINION, Role.UNSTATED}]
    sound = [result for result in opinions if (reading := key_reading(result)) and not reading.is_doubtful]
    scales = [result for result in sound if result.is_scale]
    return (scales or sound)[:MOST_HEADLINES]
