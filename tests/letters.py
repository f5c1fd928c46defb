"""Which texts are Vietnamese, by their letters."""

from __future__ import annotations

import re
import unicodedata

VIETNAMESE = re.compile(r"[ăđơưĂĐƠƯ]|[a-zA-Z][̛̣̀́̂̃̆̉]")
"""In decomposed text: a letter of our alphabet with a Vietnamese mark."""


def is_vietnamese(text: str) -> bool:
    """Return whether a text has letters that only Vietnamese has."""
    return bool(VIETNAMESE.search(unicodedata.normalize("NFD", text)))
