"""Questions whose answers depend on who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from danvan_study.check.registry import Finding, Severity, check
from danvan_study.check.scales import scale_items

if TYPE_CHECKING:
    from collections.abc import Iterator

    from danvan_study.check.material import Floats, Material, Whole

ERROR = 0.05
FEWEST_INTERVIEWERS = 3


@check(Severity.NOTE, "Câu trả lời không phụ thuộc vào người hỏi.")
def answers_do_not_depend_on_the_interviewer(material: Material) -> Iterator[Finding]:
    """Report a scale item whose scores differ more between interviewers than between the villages of one interviewer.

    F test of the nested analysis of variance, Holm over the items at 5 % (Groves 1989, *Survey Errors and Survey
    Costs*, chapter 8); the intraclass correlation stands beside it.
    """
    tested = []
    for name in scale_items(material):
        scores = material.grid.scores[:, material.grid.questions.index(name)]
        known = np.isfinite(scores) & (material.interviewer != "")
        _, interviewer = np.unique(material.interviewer[known], return_inverse=True)
        unit = material.cluster if material.study.design.cluster else np.array(material.people.to_list())
        _, cluster = np.unique(unit[known], return_inverse=True)
        found = nested_anova(scores[known], interviewer, cluster)
        if found is not None:
            tested.append((found[0], found[1], name))
    for rank, (p, share, name) in enumerate(sorted(tested)):
        if p * (len(tested) - rank) > ERROR:
            return
        yield Finding(
            question=name,
            rule=f"tương quan trong điều tra viên {share:.2f}; p = {p:.1g}",
            message=f"Câu {name}: điều tra viên (hay vùng họ phụ trách) khác nhau nhiều hơn các thôn.",
        )


def nested_anova(scores: Floats, interviewer: Whole, cluster: Whole) -> tuple[float, float] | None:
    """Return p and intraclass correlation of interviewers over their clusters; None where nothing can be compared.

    A cluster that two interviewers share counts as two.
    """
    _, cell = np.unique(interviewer * (cluster.max(initial=0) + 1) + cluster, return_inverse=True)
    interviewers, cells, n = len(np.unique(interviewer)), len(np.unique(cell)), len(scores)
    if interviewers < FEWEST_INTERVIEWERS or cells <= interviewers:
        return None
    team_mean = np.bincount(interviewer, weights=scores) / np.bincount(interviewer)
    cell_mean = np.bincount(cell, weights=scores) / np.bincount(cell)
    between = float(((team_mean[interviewer] - scores.mean()) ** 2).sum()) / (interviewers - 1)
    nested = float(((cell_mean[cell] - team_mean[interviewer]) ** 2).sum()) / (cells - interviewers)
    if nested <= 0:
        return None
    p = float(stats.f.sf(between / nested, interviewers - 1, cells - interviewers))
    sizes = np.bincount(interviewer)
    usual = (n - float((sizes**2).sum()) / n) / (interviewers - 1)
    effect = max(0.0, (between - nested) / usual)
    return p, effect / (effect + float(scores.var(ddof=1))) if effect else 0.0
