"""Vietnamese text: spelling, keys to match and to sort by, numbers and dates, encodings before Unicode."""

from danvan_study.text.legacy import decode_tcvn3, is_tcvn3, is_vni, read_legacy
from danvan_study.text.vietnamese import (
    collation_key,
    fold,
    format_date,
    format_number,
    format_quarter,
    is_syllable,
    iy_key,
    nfc,
    squeeze,
    tone_key,
    write_tones,
)

__all__ = [
    "collation_key",
    "decode_tcvn3",
    "fold",
    "format_date",
    "format_number",
    "format_quarter",
    "is_syllable",
    "is_tcvn3",
    "is_vni",
    "iy_key",
    "nfc",
    "read_legacy",
    "squeeze",
    "tone_key",
    "write_tones",
]
