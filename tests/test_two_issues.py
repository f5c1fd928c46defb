"""Two issues of one wave, set side by side, do not tell what the few people answered whom a correction concerned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.disclosure_worlds import CODEBOOK, QUESTION, Family
from danvan_study.publish import publish_estimates
from danvan_study.study import Publication
from tests.two_issues import GRID, PEOPLE, draw_case, found

if TYPE_CHECKING:
    import pandas as pd

RULES = Publication()


def printed(family: Family, closed: pd.DataFrame | None = None) -> pd.DataFrame:
    estimates = family.estimates(QUESTION)
    return publish_estimates(estimates, rules=RULES, codebook=CODEBOOK, simulated=True, closed=closed).rows


@pytest.mark.parametrize("people", PEOPLE)
def test_two_issues_that_print_everything_tell_what_single_people_said(people: int) -> None:
    cases = [draw_case(*one) for one in GRID if one[0] == people]
    assert any(next(found(case, printed(case.first), printed(case.second)), "") for case in cases)
