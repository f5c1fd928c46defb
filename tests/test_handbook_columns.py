"""The style sheet of the handbook knows what the columns of a table hold."""

from __future__ import annotations

from docutils.core import publish_doctree
from docutils.nodes import row

from docs.book.columns import ClassifyColumns, kind_of

GIVEN = """\
===== ============= ================= ====================================================== ====
name  share         what it counts    why                                                    note
===== ============= ================= ====================================================== ====
rake  96.1 %        all interviews    An office that wants more precision asks more people.  yes
trim  0.33 (0.01)   kept ones         What was asked.                                        no
===== ============= ================= ====================================================== ====
"""


def test_each_cell_of_a_column_has_the_class_of_the_column_head_included() -> None:
    page = publish_doctree(GIVEN)
    ClassifyColumns(page).apply()
    kinds = [[cell["classes"] for cell in line.children] for line in page.findall(row)]
    assert kinds == 3 * [[["word"], ["number"], ["phrase"], ["sentence"], ["word"]]]


def test_dashes_and_blanks_beside_numbers_are_no_words_and_blanks_alone_no_numbers() -> None:
    assert kind_of(["1.244", "–", "", "−0,6"]) == "number"
    assert kind_of(["", ""]) == "word"
    assert kind_of(["352 of 396", "12"]) == "word"
