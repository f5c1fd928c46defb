"""What goes with the file: licence and a page for its users; and for the office, what was held back, what moved."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from danvan_study.exchange import REASONS
from danvan_study.exchange.sheets import Rows, write_sheets
from danvan_study.publish.release.microdata import classes
from danvan_study.publish.release.suppress import K, L
from danvan_study.publish.release.utility import MEAN, Compared, summarise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.exchange import Dataset
    from danvan_study.publish.release.gather import Gathered
    from danvan_study.publish.release.protect import Protected
    from danvan_study.study import Study

STEPS = {
    "pairs": ("ghép nhóm liền nhau", "neighbouring groups joined"),
    "coarser": ("thay bằng đơn vị cấp trên", "told by the unit above"),
    "drop": ("bỏ", "left out"),
}

PAGE = """{title}

SỐ LIỆU CÔNG BỐ, dùng theo GIAY_PHEP.txt. Cấm tìm cách nhận ra người trả lời, cấm ghép với số liệu khác.
(Public-use file under GIAY_PHEP.txt: finding out who answered and joining with other data are forbidden.)

{rows} phiếu của những người đã đồng ý công bố. (Of people who agreed to a release.)
Mỗi phiếu giống ít nhất {others} phiếu khác về mọi đặc điểm có trong tệp; những phiếu giống nhau không bao giờ cùng trả
lời một câu như nhau mà không che. (Each row is like at least {others} others in every characteristic that the file
tells; where all of them gave the same answer it is held back.)
Mã -1 (Stata: .d): không công bố. Trống: không được hỏi hoặc không trả lời. (-1: withheld. Blank: not asked, no answer.)
trong_so: quyền số trung bình của những phiếu giống nhau, đã làm tròn. cum: các thôn ghép ngẫu nhiên, dùng để tính sai
số; không có tầng. (Weight: mean of rows that are alike, rounded. cum: villages joined at random, for errors.)
Kết quả có thể khác số đã công bố. (Results may differ from published figures.)

Cách nói đặc điểm (how characteristics are told): {steps}

Không có ở đây (not here):
{left_out}"""


def licence(dataset: Dataset, study: Study) -> bytes:
    """Return the licence in both languages."""
    text = files("danvan_study").joinpath("publish", "release", "licence.txt").read_text(encoding="utf-8")
    filled = text.format(
        title=dataset.title("vi"), title_en=dataset.title("en"), sponsor=study.sponsor, contact=study.contact
    )
    return filled.encode()


def page(dataset: Dataset, protected: Protected) -> bytes:
    """Return the page for users of the file."""
    left_out = [f"  {name}: {REASONS[reason][0]} ({REASONS[reason][1]})" for name, reason in dataset.left_out.items()]
    filled = PAGE.format(
        title=dataset.title("vi"),
        rows=len(dataset.table),
        others=K - 1,
        steps="; ".join(_steps(protected)) or "như trong phiếu (as asked)",
        left_out="\n".join(left_out) + "\n",
    )
    return filled.encode()


def utility_report(gathered: Gathered, protected: Protected, compared: Sequence[Compared], *, title: str) -> bytes:
    """Return the office's report as a workbook; it tells figures of everybody and does not go with the file."""
    return write_sheets(
        f"{title} · DÙNG TRONG CƠ QUAN (for the office)",
        {
            "Tóm tắt": _summary(gathered, protected, compared),
            "Xê dịch": _moves(compared),
            "Đã che": _held_back(protected),
        },
    )


def _steps(protected: Protected) -> list[str]:
    told = []
    for step in protected.rung.steps:
        what, _, name = step.partition(" ")
        told.append(f"{name}: {STEPS[what][0]} ({STEPS[what][1]})")
    return told


def _summary(gathered: Gathered, protected: Protected, compared: Sequence[Compared]) -> Rows:
    asked = gathered.microdata
    _, sizes = classes([key.codes for key in asked.keys], len(asked.weight))
    below = int(sizes[sizes < K].sum())
    rows: Rows = [["nội dung", "content", "giá trị (value)"]]
    rows += [
        ["phiếu của cả đợt", "interviews of the wave", gathered.interviews],
        ["người đồng ý công bố = phiếu trong tệp", "people who agreed = rows of the file", gathered.agreed],
        [f"phiếu dưới k = {K} nếu không che", f"rows below k = {K} if nothing were done", below],
        [f"phiếu dưới k = {K} trong tệp", f"rows below k = {K} in the file", 0],
        ["nhóm giống nhau nhỏ nhất", "smallest class", protected.smallest_class],
        ["số nhóm", "classes", protected.classes],
        [f"câu trả lời khác nhau trong mỗi nhóm, ít nhất (l) = {L}", "different answers in a class, at least (l)", L],
        ["cách nói đặc điểm", "how characteristics are told", "; ".join(_steps(protected)) or "-"],
        ["biến câu trả lời trong tệp", "columns of answers in the file", len(protected.items)],
        ["biến phải để lại vì che quá nhiều", "columns left out for holding back", len(protected.left_out)],
    ]
    rows += [[vi, en, round(figure, 3)] for vi, en, figure in summarise(list(compared))]
    return rows


def _moves(compared: Sequence[Compared]) -> Rows:
    head = ["biến (variable)", "mã (code)", "trước (before)", "± 95 %", "n", "sau (after)", "± 95 %", "n"]
    rows: Rows = [[*head, "xê dịch (moved)"]]
    for one in compared:
        cells: list[str | int | float] = [one.variable, "điểm TB (mean)" if one.answer == MEAN else int(one.answer)]
        for figure in (one.before, one.after):
            cells += [round(figure.estimate, 2), round(figure.half_width, 2), figure.n]
        rows.append([*cells, round(one.moved, 2)])
    return rows


def _held_back(protected: Protected) -> Rows:
    rows: Rows = [["biến (variable)", "đã che, % (held back)"]]
    rows += [[name, round(100 * part, 2)] for name, part in protected.held_back.items()]
    return rows + [[name, "để lại cả biến (left out)"] for name in protected.left_out]
