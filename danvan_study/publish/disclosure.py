"""The disclosure sheet: each item of AAPOR's code told from the study's own records, or by a person who knows.

AAPOR 2021, *Code of Professional Ethics and Practices*, part III: A 1-11 and B 1-7.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.messages import Words, say
from danvan_study.publish import words
from danvan_study.publish.blocks import Block, Facts, Heading, Paragraph
from danvan_study.publish.method import asking, weighting
from danvan_study.publish.method.closing import limits
from danvan_study.publish.method.naming import sentence, wording
from danvan_study.study import Base
from danvan_study.study.disclosure import ITEMS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from danvan_study.publish.context import BriefContext
    from danvan_study.study import Study

SECTION = "study.toml, [disclosure]"
ALWAYS_SAID = ("funding", "training", "show_cards")
"""Items that no record of any study tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosed:
    """One item of the sheet."""

    key: str
    """As in ``[disclosure]``."""
    number: str
    """As in AAPOR's list: ``A1``, ``B5``."""
    title: str
    told: str
    """From the study's records."""
    said: str
    """By a person."""

    @property
    def text(self) -> str:
        """All that is disclosed."""
        return " ".join(part for part in (self.told, self.said) if part)

    @property
    def source(self) -> str:
        """Key of the text that says who tells it."""
        return "disclosure_both" if self.told and self.said else f"disclosure_{'said' if self.said else 'told'}"


def lines_needed(study: Study, *, has_visits: bool) -> tuple[str, ...]:
    """Return the items that no record of the study tells, so that a person must.

    Parameters
    ----------
    study
        Of a sample whose chances of selection are on file, the sheet tells how it was drawn; of a form that records the
        mode, how people were asked.
    has_visits
        Whether the attempts at the households were kept.
    """
    is_told = {
        "sample": study.weighting.base is Base.SELECTION,
        "mode": bool(study.design.mode),
        "dispositions": has_visits,
    }
    return tuple(item for item in ITEMS if item in ALWAYS_SAID or not is_told.get(item, True))


def empty_lines(study: Study, *, has_visits: bool) -> tuple[str, ...]:
    """Return the items that a person must tell and nobody has."""
    language = study.languages[0]
    needed = lines_needed(study, has_visits=has_visits)
    return tuple(item for item in needed if not study.disclosure.said(item, language))


def require_disclosed(context: BriefContext) -> None:
    """Stop where an item of the sheet is empty.

    Raises
    ------
    StudyError
        One or more are; the message names each.
    """
    unsaid = empty_lines(context.study, has_visits=context.fieldwork.has_visits)
    empty = [item.key for item in disclosure_items(context) if item.key in unsaid or not item.text]
    refuse_empty(context.study, empty, where=context.period.id)


def refuse_empty(study: Study, empty: Sequence[str], *, where: Words) -> None:
    """Stop where there are empty items.

    Parameters
    ----------
    where
        The wave or period, for the message.

    Raises
    ------
    StudyError
        With the name of each.
    """
    if not empty:
        return
    texts = words.phrases(study.languages[0])
    named = "; ".join(f"{item} ({ITEMS[item]}: {texts[f'disclosure_{item}']})" for item in empty)
    keys = ", ".join(f'{item} = "…"' for item in empty)
    raise StudyError(
        f"{SECTION}, {where}",
        say("the disclosure sheet has empty items, and no brief is built without them: {named}.", named=named),
        say("Write one true sentence for each below [disclosure]: {keys}. Where nothing is known, say so.", keys=keys),
    )


def disclosure_items(context: BriefContext) -> list[Disclosed]:
    """Return every item of the sheet, in AAPOR's order."""
    texts, language = words.phrases(context.language), context.language
    return [
        Disclosed(
            key=item,
            number=number,
            title=texts[f"disclosure_{item}"],
            told=_TELLERS[item](context),
            said=sentence(context.study.disclosure.said(item, language)),
        )
        for item, number in ITEMS.items()
    ]


def disclosure_blocks(context: BriefContext) -> list[Block]:
    """Return the sheet for the report's annex."""
    texts = words.phrases(context.language)
    rows = tuple((f"{item.number}. {item.title}", item.text) for item in disclosure_items(context))
    return [
        Heading(text=texts["disclosure_title"]),
        Paragraph(text=texts["disclosure_intro"], style="note"),
        Facts(rows=rows),
    ]


def disclosure_rows(context: BriefContext) -> list[tuple[str, str, str, str]]:
    """Return the sheet for the annex, after a row of heads: number, item, what is disclosed, who tells it."""
    texts = words.phrases(context.language)
    number, title, content, source = (
        texts[f"disclosure_head_{name}"] for name in ("number", "item", "content", "source")
    )
    return [
        (number, title, content, source),
        *((item.number, item.title, item.text, texts[item.source]) for item in disclosure_items(context)),
    ]


def _strategy(context: BriefContext) -> str:
    count = sum(question.is_asked for question in context.codebook.questions)
    return words.phrases(context.language)["disclosure_strategy_text"].format(
        count=words.number(count, context.language)
    )


def _instrument(context: BriefContext) -> str:
    waves = context.period.waves
    forms = dict.fromkeys(form.rpartition("/")[2] for wave in waves for form in context.study.wave(wave).forms)
    return words.phrases(context.language)["disclosure_instrument_text"].format(forms=", ".join(forms))


def _sample(context: BriefContext) -> str:
    texts, weights = words.phrases(context.language), context.study.weighting
    said = [asking.selection(context)]
    if weights.base is Base.SELECTION:
        files = ", ".join(dict.fromkeys(weights.file.replace("{wave}", wave) for wave in context.period.waves))
        said.append(texts["disclosure_sample_drawn"].format(files=files))
    if weights.adults:
        said.append(texts["disclosure_sample_one"])
    return " ".join(said)


def _mode(context: BriefContext) -> str:
    question = context.codebook.question(context.study.design.mode)
    labels = {choice.name: choice.label(context.language) for choice in question.choices} if question else {}
    modes = [
        f"{labels.get(mode, mode)} ({words.number(count, context.language)})"
        for mode, count in context.fieldwork.modes.items()
    ]
    return sentence("; ".join(modes))


def _size(context: BriefContext) -> str:
    texts = words.phrases(context.language)
    return " ".join((asking.counted(context), weighting.precision(context), texts["method_intervals_text"]))


def _weighting(context: BriefContext) -> str:
    texts = words.phrases(context.language)
    files = ", ".join(dict.fromkeys(margin.file for margin in context.study.weighting.margins))
    said = [weighting.weighted(context), weighting.coverage(context), weighting.merged(context)]
    if files:
        said.append(texts["disclosure_weighting_files"].format(files=files))
    return " ".join(part for part in said if part)


def _processing(context: BriefContext) -> str:
    texts = words.phrases(context.language)
    removed = asking.removed(context)
    said = [removed and f"{texts['method_removed']}: {removed}", weighting.checked(context)]
    return " ".join(part for part in [*said, texts["disclosure_processing_text"]] if part)


def _panel(context: BriefContext) -> str:
    return words.phrases(context.language)[f"disclosure_panel_{context.study.design.clusters_between_waves}"]


def _training(context: BriefContext) -> str:
    count = context.fieldwork.interviewers
    if not count:
        return ""
    texts, language = words.phrases(context.language), context.language
    return texts["disclosure_training_text"].format(count=words.number(count, language))


def _screening(context: BriefContext) -> str:
    texts, language, asked = words.phrases(context.language), context.language, []
    for consent in context.study.design.consent:
        question = context.codebook.question(consent.question)
        labels = {choice.name: choice.label(language) for choice in question.choices} if question else {}
        answers = words.listed([labels.get(answer, answer) for answer in consent.yes], language)
        asked.append(
            texts["disclosure_screening_one"].format(question=wording(context, consent.question), answers=answers)
        )
    return texts["disclosure_screening_text"].format(questions="; ".join(asked))


def _dispositions(context: BriefContext) -> str:
    return asking.response(context) if context.fieldwork.response else ""


def _models(context: BriefContext) -> str:
    texts = words.phrases(context.language)
    said = [texts["disclosure_models_positive"]]
    if context.history and context.history.outlook:
        said.append(texts["disclosure_models_outlook"])
    return " ".join([*said, texts["disclosure_models_code"]])


_TELLERS: Mapping[str, Callable[[BriefContext], str]] = {
    "strategy": _strategy,
    "funding": asking.who,
    "instrument": _instrument,
    "population": lambda context: sentence(context.study.population),
    "sample": _sample,
    "mode": _mode,
    "dates": asking.when,
    "size": _size,
    "weighting": _weighting,
    "processing": _processing,
    "limitations": lambda context: " ".join(limits(context)),
    "panel": _panel,
    "training": _training,
    "screening": _screening,
    "show_cards": lambda _: "",
    "dispositions": _dispositions,
    "subgroups": lambda context: words.phrases(context.language)["disclosure_subgroups_text"],
    "models": _models,
}
"""What the study's own records tell of each item; blank: nothing."""
