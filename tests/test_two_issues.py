"""Two issues of one wave, set side by side, do not tell what the few people answered whom a correction concerned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.disclosure_worlds import CODEBOOK, QUESTION, Family
from danvan_study.publish import close_changed, find_changed, publish_estimates
from danvan_study.study import Publication
from tests.two_issues import GRID, PEOPLE, Case, draw_case, found

if TYPE_CHECKING:
    import pandas as pd

RULES = Publication()


def printed(family: Family, closed: pd.DataFrame | None = None) -> pd.DataFrame:
    estimates = family.estimates(QUESTION)
    return publish_estimates(estimates, rules=RULES, codebook=CODEBOOK, simulated=True, closed=closed).rows


def closed(case: Case) -> pd.DataFrame:
    """Return what the rule keeps from being printed anew."""
    changed = find_changed([(case.first.sizes(0, QUESTION), case.second.sizes(0, QUESTION))])
    return close_changed(changed, case.first.releases[0][0].id, smallest=RULES.smallest_count)


@pytest.mark.parametrize("people", PEOPLE)
def test_what_two_issues_tell_of_single_people_is_not_printed_anew(people: int) -> None:
    cases = [draw_case(*one) for one in GRID if one[0] == people]
    firsts = [printed(case.first) for case in cases]
    pairs = list(zip(cases, firsts, strict=True))
    assert any(next(found(case, first, printed(case.second)), "") for case, first in pairs)
    assert not [one for case, first in pairs for one in found(case, first, printed(case.second, closed(case)))]
