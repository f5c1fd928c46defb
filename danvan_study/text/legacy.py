"""Text of the years before Unicode: TCVN3 (ABC fonts) is decoded, VNI is refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from danvan_study.errors import StudyError
from danvan_study.messages import Words, say
from danvan_study.text.vietnamese import nfc

if TYPE_CHECKING:
    from collections.abc import Sequence

_FIRST_BYTE: Final = 0xA1
_TCVN3: Final = (
    "ĂÂÊÔƠƯĐăâêôơưđẰ\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵ"
    "ắẴẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịòỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ"
)
"""The letters of the bytes 0xA1 to 0xFF (TCVN 5712:1993, VN3). Capitals with a tone have no codes of their own."""

_VIETNAMESE: Final = frozenset("àáâãèéêìíòóôõùúýÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝ")
_SIGNS: Final = "".join(chr(byte) for byte in range(_FIRST_BYTE, 0x100) if chr(byte) not in _VIETNAMESE | set("°±²³´"))
_TCVN3_SIGN: Final = re.compile(f"[A-Za-z][{_SIGNS}]|[{_SIGNS}][a-z]")
"""What Western European makes of TCVN3 and no Vietnamese word in Unicode has."""

_VNI: Final = re.compile("[aeAE][âáàåãäêéèúüëùøûõïÂÁÀÅÃÄÊÉÈÚÜËÙØÛÕÏ]|[ñÑ](?=[aeiouyAEIOUYöôÖÔ])")
"""A vowel and its mark as two letters: neither Unicode nor TCVN3 writes an accented vowel behind a or e."""


def is_tcvn3(text: str) -> bool:
    """Whether ``text`` looks like TCVN3 bytes that somebody read as Western European: ``B¾c K¹n``."""
    return _TCVN3_SIGN.search(text) is not None and not is_vni(text)


def is_vni(text: str) -> bool:
    """Whether ``text`` looks like VNI, two letters for one: ``Daân soá``."""
    return _VNI.search(nfc(text)) is not None


def decode_tcvn3(text: str) -> str:
    """Return the Vietnamese behind TCVN3 text that was read as cp1252 or Latin-1: ``D©n sè`` becomes ``Dân số``.

    Raises
    ------
    StudyError
        A letter stands for no byte: the text is not TCVN3.
    """
    letters = []
    for letter in text:
        byte = _byte(letter, text)
        letters.append(_TCVN3[byte - _FIRST_BYTE] if byte >= _FIRST_BYTE else letter)
    return nfc("".join(letters))


def read_legacy(texts: Sequence[str], where: Words) -> list[str]:
    """Return the texts of one file in Unicode, decoded if the file is TCVN3.

    One text may be no proof (``sè`` is a word in Unicode and means ``số`` in TCVN3), so the file decides as a whole.

    Raises
    ------
    StudyError
        The file is VNI.
    """
    for text in texts:
        if is_vni(text):
            raise StudyError(
                where,
                say('"{text}" is written in VNI, two letters for each accented vowel.', text=text),
                say("Convert it to Unicode first (UniKey: Ctrl+Shift+F6, VNI Windows to Unicode) and import it again."),
            )
    is_old = any(is_tcvn3(text) for text in texts)
    return [decode_tcvn3(text) if is_old else nfc(text) for text in texts]


def _byte(letter: str, text: str) -> int:
    if ord(letter) <= 0xFF:
        return ord(letter)
    try:
        return letter.encode("cp1252")[0]
    except UnicodeEncodeError as error:
        raise StudyError(
            f'"{text}"', say('the letter "{letter}" is no TCVN3.', letter=letter), say("Read it as Unicode.")
        ) from error
