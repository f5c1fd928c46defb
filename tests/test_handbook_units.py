"""A number of the handbook is never parted from its unit by the end of a line."""

from __future__ import annotations

from docutils.core import publish_doctree

from docs.book.units import KeepUnits

GIVEN = """\
Có 96,1 % người trả lời, sai số 2
% mỗi bên; 5 phần, 12 GB, ``5 %``, 3 means, 7 percent, ± 3.

::

    5 % of what is printed
"""
KEPT = """\
Có 96,1_% người trả lời, sai số 2_% mỗi bên; 5 phần, 12_GB, 5 %, 3 means, 7 percent, ±_3.

5 % of what is printed"""


def test_a_number_stays_with_its_unit_and_what_is_quoted_stays_as_it_is() -> None:
    page = publish_doctree(GIVEN)
    KeepUnits(page).apply()
    assert page.astext() == KEPT.replace("_", "\N{NO-BREAK SPACE}")
