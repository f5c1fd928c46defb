"""A study of a past year as an office keeps it: codes turned round, its own names, a column with people's names.

``khao_sat_2023.sav`` was written by PSPP 1.6.2 from :func:`syntax`; every answer is SIMULATED.
"""

from __future__ import annotations

import random
from pathlib import Path

SAV = Path(__file__).parent / "data" / "legacy" / "khao_sat_2023.sav"
PEOPLE = 240
TRUE_SATISFIED = 0.7


def people(seed: int = 23) -> list[dict[str, str]]:
    """Draw 240 interviews in two districts of six villages each."""
    draw = random.Random(seed)
    return [
        {
            "SoPhieu": str(number + 1),
            "huyen": str(1 + number // 120),
            "thon": str(1 + number // 20),
            "gioi": draw.choices(["1", "2", "9"], [48, 50, 2])[0],
            "c1": draw.choices(["1", "2", "3", "4", "5", "8"], [20, 50, 15, 8, 4, 3])[0],
            "c2": draw.choices(["1", "2", "3", "4", "5", "8", "9"], [10, 30, 30, 20, 5, 3, 2])[0],
            "lo_gia": draw.choice(["0", "1"]),
            "nghe_dai": draw.choice(["1", "2", "3"]),
            "hoten": draw.choice(["Nguyen Van A", "Tran Thi B"]),
            "trongso": f"{draw.choice([0.75, 1, 1.5, 2.25]):.2f}",
        }
        for number in range(PEOPLE)
    ]


def syntax(target: Path) -> str:
    """Return PSPP's commands that write the file."""
    rows = "\n".join(
        " ".join(f'"{value}"' if name == "hoten" else value for name, value in row.items()) for row in people()
    )
    return f"""\
DATA LIST LIST /SoPhieu (F4.0) huyen (F1.0) thon (F2.0) gioi (F1.0) c1 (F1.0) c2 (F1.0) lo_gia (F1.0) nghe_dai (F1.0)
  hoten (A20) trongso (F5.2).
BEGIN DATA
{rows}
END DATA.
VARIABLE LABELS
  huyen "Huyện" /thon "Thôn" /gioi "Giới tính" /c1 "Ông/bà hài lòng đến mức nào?"
  /c2 "Gia đình ông/bà sống thế nào?" /lo_gia "Lo giá cả" /nghe_dai "Ông/bà có nghe đài xã không?"
  /hoten "Họ và tên" /trongso "Trọng số".
VALUE LABELS
  huyen 1 "Huyện A" 2 "Huyện B"
  /gioi 1 "Nam" 2 "Nữ" 9 "Không trả lời"
  /c1 1 "Rất hài lòng" 2 "Hài lòng" 3 "Bình thường" 4 "Không hài lòng" 5 "Rất không hài lòng" 8 "Khó trả lời"
  /c2 1 "Rất tốt" 2 "Tốt" 3 "Bình thường" 4 "Kém" 5 "Rất kém" 8 "Khó trả lời" 9 "Không trả lời"
  /lo_gia 0 "Không" 1 "Có" /nghe_dai 1 "Thường xuyên" 2 "Thỉnh thoảng" 3 "Không".
MISSING VALUES gioi (9) /c1 (8) /c2 (8 THRU 9).
SAVE OUTFILE="{target}".
"""
