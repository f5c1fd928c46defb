"""A study of a past year as its file tells it, and what stops it before anybody matches a variable."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Protocol

from danvan_study.errors import StudyError
from danvan_study.messages import Words, say
from danvan_study.text import fold, is_tcvn3, is_vni

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from danvan_study.codebook import Codebook


class PastFile(Protocol):
    """What is read of a .sav or .dta (:class:`danvan_study.store.labelled.LabelledFile`)."""

    @property
    def name(self) -> str:
        """File name, for messages."""

    @property
    def cells(self) -> pd.DataFrame:
        """Text in every cell, ``""`` where there is none."""

    @property
    def labels(self) -> Mapping[str, str]:
        """Variable to label."""

    @property
    def value_labels(self) -> Mapping[str, Mapping[str, str]]:
        """Variable to value to label."""

    def is_missing(self, variable: str, cell: str) -> bool:
        """Whether the file calls a value missing."""


_LEGAL = re.compile(r"[^\W\d_][\w.$#@]*")
"""A name as SPSS and Stata make them: a letter, then letters, digits and a few signs."""
_CP1258 = re.compile("[a-zâêôăơư][ÌÒÞ]|[aâăeêoôơ]ì|[aâăeê]ò|[ðÐ](?=[a-zà-ỹ])")
"""What Western European makes of cp1258: tones as letters behind their vowel, where Vietnamese has none; ð for đ."""


def refuse_unsound_file(file: PastFile) -> None:
    """Refuse a file whose names or letters can't be relied on.

    Raises
    ------
    StudyError
        It has no rows; names are illegal, or alike but for case; or its text was written for a code page or font that
        it was not read with.
    """
    if file.cells.empty:
        raise StudyError(file.name, say("it has no rows."), say("Export it again."))
    names = list(file.cells.columns)
    for name in names:
        if not _LEGAL.fullmatch(name):
            raise StudyError(
                say("{file}, variable {variable}", file=file.name, variable=name),
                say("this is no legal variable name: a letter first, then letters, digits, _ . $ # @."),
                say("Rename it in SPSS or Stata, save, and import again."),
            )
    for name, count in Counter(name.casefold() for name in names).items():
        if count > 1:
            alike = [each for each in names if each.casefold() == name]
            raise StudyError(
                say("{file}, variables {alike}", file=file.name, alike=", ".join(alike)),
                say("these names differ in case only, or stand twice; which one is meant can't be told."),
                say("Rename one of them, save, and import again."),
            )
    for place, text in _texts(file):
        _refuse_old_letters(f"{file.name}, {place}", text)


def _texts(file: PastFile) -> Iterator[tuple[str, str]]:
    for variable, label in file.labels.items():
        yield variable, label
    for variable, labels in file.value_labels.items():
        for value, label in labels.items():
            yield f"{variable} = {value}", label


def _refuse_old_letters(where: Words, text: str) -> None:
    if _CP1258.search(text):
        raise StudyError(
            where,
            say('"{text}" looks like Windows-1258 read as another code page.', text=text),
            say("Add --encoding cp1258."),
        )
    if is_tcvn3(text):
        raise StudyError(where, say('"{text}" looks like TCVN3 (ABC fonts).', text=text), say("Add --encoding tcvn3."))
    if is_vni(text):
        raise StudyError(
            where,
            say('"{text}" looks like VNI, two letters for each accented vowel.', text=text),
            say("Convert the labels to Unicode first (UniKey: Ctrl+Shift+F6, VNI Windows to Unicode)."),
        )


def refuse_contradicting_labels(file: PastFile, codebook: Codebook) -> None:
    """Refuse an export of today's form in which a code is said to mean something else than in the form.

    Raises
    ------
    StudyError
        A value has another wording than the choice of that name.
    """
    for variable, labels in file.value_labels.items():
        question = codebook.question(variable.rpartition("/")[2])
        for value, label in labels.items():
            choice = question.choice(value) if question else None
            if choice and label and fold(label) not in {fold(text) for text in (*choice.labels.values(), choice.name)}:
                raise StudyError(
                    say("{file}, variable {variable}", file=file.name, variable=variable),
                    say(
                        '{value} is "{label}" here, and "{other}" in {file}.',
                        value=value,
                        label=label,
                        other=choice.label(codebook.languages[0]),
                        file=codebook.source,
                    ),
                    say("Which is right can't be told: mend the labels, or bring it in by danvan import-study."),
                )
