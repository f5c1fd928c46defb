"""Search in Vietnamese: a word is found with or without its marks, "quyền số" as "quyen so"."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from sphinx.search import SearchLanguage, languages

if TYPE_CHECKING:
    from sphinx.application import Sphinx


class SearchVietnamese(SearchLanguage):
    """Words without marks, in the index as in what is searched for; Vietnamese words have no endings to cut off."""

    lang = "vi"
    language_name = "Vietnamese"
    js_stemmer_code = r"""
var Stemmer = function () {
  this.stemWord = function (word) {
    return word.toLowerCase().normalize("NFD").replace(/\p{Mn}/gu, "").replaceAll("đ", "d");
  };
};
"""

    def stem(self, word: str) -> str:
        """Return ``word`` in small letters without marks."""
        parts = unicodedata.normalize("NFD", word.lower())
        return "".join(part for part in parts if unicodedata.category(part) != "Mn").replace("đ", "d")


def setup(app: Sphinx) -> dict[str, Any]:
    """Make Vietnamese known to Sphinx's search."""
    del app
    languages["vi"] = SearchVietnamese
    return {"parallel_read_safe": True, "parallel_write_safe": True}
