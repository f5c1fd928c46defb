"""Which texts of a wave people code: drawn once, kept in a list, added to when more texts come in."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from danvan_study.open_ended.audit import Audit, draw_audit, draw_more
from danvan_study.tables import AuditList, Texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.open_ended.audit import Floats

DRAWN = "x"


def to_code(texts: pd.DataFrame, question: str) -> pd.DataFrame:
    """Return the texts of a question that are coded by the usual road, in the order of their names."""
    chosen = texts[(texts[Texts.question] == question) & (texts[Texts.kind] == "text")]
    return chosen.sort_values(Texts.text_id, kind="stable", ignore_index=True)


def draw_texts(
    texts: pd.DataFrame, listed: pd.DataFrame, *, size: int, seed: str, chances: Floats | None = None
) -> pd.DataFrame:
    """Draw from the texts that are not in the list yet.

    Parameters
    ----------
    texts
        From :func:`to_code`.
    listed
        Contract :class:`~danvan_study.tables.AuditList`, of the same question.
    size
        Texts to draw in the first draw; later ones take the same part of what is new.
    seed
        Words from which chance comes, such as wave and question: nobody chooses among draws.
    chances
        Of the machine, one row per text, to draw more where it doubts; None: all texts alike. Later draws take all
        alike.

    Returns
    -------
    The new lines of the list.

    Raises
    ------
    StudyError
        ``size`` is too small.
    """
    is_new = ~texts[Texts.text_id].isin(listed[AuditList.text_id]).to_numpy()
    new = texts[is_new]
    if new.empty:
        return AuditList.empty()
    number = 1 + max((int(stratum.partition(".")[0]) for stratum in listed[AuditList.stratum]), default=0)
    start = int.from_bytes(hashlib.sha256(f"{seed}\n{number}".encode()).digest()[:8])
    if listed.empty:
        doubts = np.zeros((len(new), 1)) if chances is None else chances
        audit = draw_audit(doubts, size, seed=start, by_uncertainty=chances is not None)
    else:
        audit = draw_more(len(new), float((listed[AuditList.chosen] == DRAWN).mean()), seed=start)
    lines = {
        AuditList.text_id: new[Texts.text_id].to_list(),
        AuditList.question: new[Texts.question].to_list(),
        AuditList.stratum: [f"{number}.{stratum}" for stratum in audit.stratum],
        AuditList.chosen: [DRAWN if chosen else "" for chosen in audit.chosen],
    }
    return AuditList.conform(pd.DataFrame(lines, dtype="str"))


def drawn_texts(texts: pd.DataFrame, lists: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the texts that were drawn, by one or several lists."""
    names = {name for listed in lists for name in listed.loc[listed[AuditList.chosen] == DRAWN, AuditList.text_id]}
    return texts[texts[Texts.text_id].isin(names)].reset_index(drop=True)


def audit_of(texts: pd.DataFrame, listed: pd.DataFrame) -> Audit | None:
    """Return the audit as it was drawn; None where a text had no chance to be drawn, for it came later.

    Texts that are gone (withdrawn, corrected away) leave the audit with the population that they were drawn from.
    """
    known = listed.set_index(AuditList.text_id)
    if not texts[Texts.text_id].isin(known.index).all():
        return None
    here = known.loc[texts[Texts.text_id]]
    return Audit(
        chosen=(here[AuditList.chosen] == DRAWN).to_numpy(),
        stratum=np.unique(here[AuditList.stratum].to_list(), return_inverse=True)[1].astype(np.int64),
    )
