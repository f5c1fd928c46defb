"""The page beside exported files: what they are, what they are for, and what is not in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.exchange.leave import REASONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from danvan_study.exchange.dataset import Dataset
    from danvan_study.exchange.labels import Shortened

ABOUT = """{title}

DÙNG TRONG CƠ QUAN. Đây là số liệu từng phiếu đã bỏ dấu hiệu nhận dạng, CHƯA phải số liệu ẩn danh: người quen vẫn có thể
nhận ra một người qua nhiều đặc điểm cùng lúc. Không gửi ra ngoài, không đăng lên mạng, không ghép với danh sách hay số
liệu khác, không tìm xem ai đã trả lời. Tệp để công bố làm bằng lệnh khác: danvan release {wave}.
Ai rút phiếu thì phải xoá thư mục này và xuất lại. Huỷ cùng hạn với số liệu gốc.

(For the office's own use: de-identified, not anonymous. Do not pass on, join with other data, or try to find out who
answered. The file to publish is made by: danvan release {wave}. Delete and export again after a withdrawal.)

{rows} phiếu, {columns} biến. Thứ tự phiếu và mã cụm, mã tầng là ngẫu nhiên. (Their numbers are random.)
Quyền số: trong_so. Sai số phải tính theo tầng (tang) và cụm (cum). (Weight trong_so; strata tang, clusters cum.)
Câu nhiều lựa chọn: mỗi lựa chọn một biến 0/1. (Several answers: one variable of 0 and 1 for each choice.)
Không trả lời: SPSS khai là khuyết (97, 98, 99…); Stata: .a khó trả lời, .b không trả lời, .c không áp dụng.
Trống: không được hỏi, hoặc không có câu trả lời. (Blank: not asked, or no answer.)
CSV: chữ UTF-8, dấu chấm thập phân; tệp _excel.csv ghi câu trả lời bằng chữ, ngăn bằng dấu chấm phẩy, và dấu ' đứng đầu
một ô để bảng tính không hiểu ô đó là công thức.
"""


def write_readme(dataset: Dataset, *, language: str, files: Sequence[str], shortened: Sequence[Shortened]) -> bytes:
    """Return the page as text, Vietnamese first."""
    title, rows, columns = dataset.title(language), len(dataset.table), len(dataset.variables)
    text = ABOUT.format(title=title, wave=dataset.name, rows=rows, columns=columns)
    text += f"\nTệp (files): {', '.join(files)}\n"
    text += "\nKhông có ở đây (not here):\n"
    for name, reason in dataset.left_out.items():
        text += f"  {name}: {REASONS[reason][0]} ({REASONS[reason][1]})\n"
    for name, count in dataset.outside.items():
        text += f"  {name}: {count} câu trả lời ngoài danh sách, để trống ({count} answers that are no choice)\n"
    if shortened:
        text += "\nNhãn rút gọn vì định dạng không nhận dài hơn (shortened labels; whole in the codebook):\n"
    for each in shortened:
        place = f"{each.variable} = {each.value}" if each.value else each.variable or "tên tệp (title)"
        text += f"  .{each.format} {place}: {each.written}\n"
    return text.encode()
