"""A desk for coding in a notebook: one answer after the other, each decision written at once."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import ipywidgets
import pandas as pd

from danvan_study.open_ended.decisions import check_decisions
from danvan_study.open_ended.issues import Act, Polarity
from danvan_study.open_ended.workbook import CODER
from danvan_study.pipeline.coding_files import CodingNames
from danvan_study.pipeline.open_coding import texts_to_code
from danvan_study.store import Folder
from danvan_study.store.codings import append_codings
from danvan_study.tables import Codings, Texts

if TYPE_CHECKING:
    from pathlib import Path


class CodingDesk:
    """The released answers that a person has yet to code, as widgets.

    Parameters
    ----------
    root
        The study's folder.
    wave_id
        The wave.
    person
        Code of the coder.
    day
        When it is coded (ISO).

    Raises
    ------
    StudyError
        No answer of the wave has been drawn and released.
    """

    def __init__(self, root: Path, wave_id: str, *, person: str, day: str) -> None:
        self._folder, self._name = Folder(root), CodingNames(wave=wave_id).decided
        self._person, self._day = person, day
        waiting, self._book = texts_to_code(self._folder, wave_id, person=person, role=CODER)
        self._waiting = waiting.to_dict("records")
        self.told = ipywidgets.HTML()
        labels = [(f"{code.name} {self._book.label(code.name, 'vi')}", code.name) for code in self._book.codes]
        self.codes = ipywidgets.SelectMultiple(options=labels, rows=len(labels), description="Mã")
        self.act = ipywidgets.ToggleButtons(options=[(act.label, str(act)) for act in Act], description="Hành vi")
        self.polarity = ipywidgets.ToggleButtons(
            options=[(feeling.label, str(feeling)) for feeling in Polarity], description="Sắc thái"
        )
        self.save = ipywidgets.Button(description="Ghi, sang câu sau", button_style="primary")
        self.save.on_click(self._decide)
        self._show()

    @property
    def view(self) -> ipywidgets.VBox:
        """What the notebook shows."""
        return ipywidgets.VBox([self.told, self.codes, self.act, self.polarity, self.save])

    @property
    def left(self) -> int:
        """Answers still to be coded."""
        return len(self._waiting)

    def _show(self) -> None:
        self.save.disabled = not self._waiting
        if not self._waiting:
            self.told.value = "<p>Không còn câu nào phải mã hoá.</p>"
            return
        said = html.escape(str(self._waiting[0][Texts.text]))
        self.told.value = f"<p>Còn {self.left} câu.</p><p style='font-size:1.3em'>{said}</p>"
        self.codes.value, self.act.value, self.polarity.value = (), str(Act.COMPLAINT), str(Polarity.NEGATIVE)

    def _decide(self, _: object) -> None:
        """Write the decision down; without a code, or with too many, stay with the answer."""
        if not 1 <= len(self.codes.value) <= self._book.most:
            said = f"Chọn từ 1 đến {self._book.most} mã."
            if said not in self.told.value:
                self.told.value += f"<p style='color:#8a1c1c'>{said}</p>"
            return
        text = self._waiting.pop(0)
        line = dict.fromkeys(Codings.columns(), "") | {
            Codings.text_id: text[Texts.text_id],
            Codings.question: text[Texts.question],
            Codings.codes: self._book.ordered(set(self.codes.value)),
            Codings.act: self.act.value,
            Codings.polarity: self.polarity.value,
            Codings.coder: self._person,
            Codings.role: CODER,
            Codings.decided_at: self._day,
            Codings.codebook_version: self._book.version,
        }
        decided = check_decisions(pd.DataFrame([line], dtype="str"), self._book, self._name)
        append_codings(self._folder, self._name, decided)
        self._show()
