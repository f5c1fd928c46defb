"""Where the fieldwork stands: findings, pace, non-response, balance, and the interviewers by code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from danvan_study.check.habits import CLOSED, HABITS
from danvan_study.check.material import BLANK
from danvan_study.check.registry import CHECKS
from danvan_study.check.sheets import Sheet
from danvan_study.tables import Findings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from danvan_study.check.material import Material

SEVERITY_WORDS = {"error": "phải sửa", "question": "hỏi lại", "note": "để biết"}
PACE = "interviews_keep_the_usual_pace"
SHOWN_HABITS = {
    PACE: "phút (kéo về)",
    "people_state_an_opinion": "% không ý kiến",
    "scales_are_read_out": "% cùng vị trí",
    "own_interviews_are_no_copies": "giống nhau hơn, điểm",
}


def findings_sheet(findings: pd.DataFrame) -> Sheet:
    """Return the findings, the urgent ones first; a random id, the check, and no answer of opinion."""
    order = {severity: rank for rank, severity in enumerate(SEVERITY_WORDS)}
    ordered = findings.sort_values(Findings.severity, key=lambda column: column.map(order), kind="stable")
    columns = (
        Findings.severity,
        Findings.message,
        Findings.respondent,
        Findings.interviewer,
        Findings.value,
        Findings.rule,
        Findings.check,
        Findings.finding,
    )
    rows = ordered[list(columns)].assign(
        **{
            Findings.severity: ordered[Findings.severity].map(SEVERITY_WORDS),
            Findings.value: _with_commas(ordered[Findings.value]),
            Findings.rule: _with_commas(ordered[Findings.rule]),
        }
    )
    return Sheet(
        name="phat_hien",
        title="Phát hiện cần xem",
        about="Mỗi dòng là một câu hỏi cho người giám sát; mã phiếu là mã ngẫu nhiên.",
        head=("mức", "điều cần hỏi", "mã phiếu", "điều tra viên", "số đo", "quy tắc", "kiểm tra", "mã"),
        rows=tuple(rows.itertuples(index=False, name=None)),
    )


def days_sheet(material: Material) -> Sheet:
    """Return interviews and their median length by day."""
    table = pd.DataFrame({"day": material.started.dt.date, "minutes": material.minutes, "who": material.interviewer})
    days = table.dropna(subset=["day"]).groupby("day")
    rows = [
        (f"{day:%d/%m/%Y}", len(group), group["who"].nunique(), float(group["minutes"].median())) for day, group in days
    ]
    return Sheet(
        name="theo_ngay",
        title="Theo ngày",
        about="Số phiếu, số điều tra viên và trung vị số phút của từng ngày.",
        head=("ngày", "phiếu", "điều tra viên", "phút (trung vị)"),
        rows=tuple(rows),
    )


def interviewers_sheet(material: Material, findings: pd.DataFrame) -> Sheet:
    """Return the interviewers in the order of their codes, unranked, with measures pulled towards the others'."""
    standings = {
        name: {each.interviewer: each.shrunk for each in HABITS[name].standings(material)} for name in SHOWN_HABITS
    }
    open_findings = findings[findings[Findings.severity] != "note"][Findings.interviewer].value_counts()
    rows = []
    for code in sorted(set(material.interviewer.tolist()) - {""}):
        theirs = material.interviewer == code
        minutes = material.minutes[theirs]
        median = float(np.median(minutes[np.isfinite(minutes)])) if np.isfinite(minutes).any() else float("nan")
        shrunk = (standings[name].get(code, float("nan")) for name in SHOWN_HABITS)
        measures = (
            float(np.exp(value)) if name == PACE else 100 * value
            for name, value in zip(SHOWN_HABITS, shrunk, strict=True)
        )
        rows.append((code, int(theirs.sum()), int(open_findings.get(code, 0)), median, *measures))
    return Sheet(
        name="dieu_tra_vien",
        title="Điều tra viên (theo mã, không xếp hạng)",
        about="Số đo đã kéo về mức thường gặp, càng ít phiếu càng kéo nhiều. Khác biệt có thể do địa bàn.",
        head=("mã", "phiếu", "phát hiện", "phút", *SHOWN_HABITS.values()),
        rows=tuple(rows),
    )


def nonresponse_sheet(material: Material) -> Sheet:
    """Return the closed questions with the share of those asked who gave no answer of substance, highest first."""
    rows: list[tuple[str, str, int, float]] = []
    for name in material.items(*CLOSED):
        place = material.grid.questions.index(name)
        answered = material.grid.codes[:, place] != BLANK
        if answered.any():
            share = 100 * float(material.grid.is_missing[answered, place].mean())
            question = material.question(name)
            rows.append((name, question.label("vi") if question else "", int(answered.sum()), share))
    highest_first = sorted(rows, key=_highest_first)
    return Sheet(
        name="khong_tra_loi",
        title="Câu hỏi: tỷ lệ không có ý kiến",
        about="Không biết, từ chối, không áp dụng; phần trăm số người được hỏi câu đó.",
        head=("câu", "lời hỏi", "được hỏi", "% không ý kiến"),
        rows=tuple(highest_first),
        share=3,
    )


def balance_sheet(material: Material, margins: Mapping[str, pd.Series]) -> Sheet:
    """Return each group's share among the interviews beside its share in the population.

    Parameters
    ----------
    margins
        Name of a group to its population by answer.
    """
    rows = []
    for name, population in margins.items():
        group = next(group for group in material.study.groups if group.name == name)
        question = material.question(group.question)
        given = pd.Series(material.grid.answers(group.question))
        counts = given[given.isin(population.index)].value_counts()
        for value, people in population.items():
            label = question.choice(str(value)) if question else None
            ours = 100 * float(counts.get(value, 0)) / max(1, int(counts.sum()))
            share = 100 * float(people) / float(population.sum())
            rows.append((name, label.label("vi") if label else str(value), ours, share, ours - share))
    return Sheet(
        name="so_dan",
        title="So với số dân",
        about="Phần trăm trong phiếu đã thu (chưa có quyền số) và trong dân số của mảng chỉnh quyền số.",
        head=("nhóm", "giá trị", "% phiếu", "% dân số", "chênh"),
        rows=tuple(rows),
    )


def checks_sheet(findings: pd.DataFrame) -> Sheet:
    """Return every check with the number of its findings."""
    counts = findings[Findings.check].value_counts()
    return Sheet(
        name="kiem_tra",
        title="Các kiểm tra đã chạy",
        about="Kiểm tra nào không có phát hiện cũng đã chạy.",
        head=("kiểm tra", "điều đáng tin", "mức", "phát hiện"),
        rows=tuple(
            (check.name, check.belief, SEVERITY_WORDS[check.severity.value], int(counts.get(check.name, 0)))
            for check in CHECKS.values()
        ),
    )


def _highest_first(row: tuple[str, str, int, float]) -> tuple[float, str]:
    return -row[3], row[0]


def _with_commas(column: pd.Series) -> pd.Series:
    return column.str.replace(r"(?<=\d)\.(?=\d)", ",", regex=True)
