"""What real people answered is kept encrypted (age, X25519); the key stays outside the study's folder."""

from __future__ import annotations

import pyrage

from danvan_study.errors import StudyError
from danvan_study.messages import Words, say

ENDING = ".age"
"""Of every encrypted file."""
COMMENT = "#"


def new_key() -> str:
    """Return the text of a new key file, as ``age-keygen`` would write it."""
    identity = pyrage.x25519.Identity.generate()
    return f"{COMMENT} public key: {identity.to_public()}\n{identity}\n"


class Vault:
    """Encrypts and decrypts with one key.

    Parameters
    ----------
    key
        Text of a key file: one ``AGE-SECRET-KEY-…`` line, comments allowed.
    where
        Name of the file, for messages.

    Raises
    ------
    StudyError
        The text holds no key; the message does not repeat it.
    """

    __slots__ = ("_identity", "_where")

    def __init__(self, key: str, where: Words) -> None:
        lines = [line.strip() for line in key.splitlines() if line.strip() and not line.startswith(COMMENT)]
        try:
            (line,) = lines
            self._identity = pyrage.x25519.Identity.from_str(line)
        except (ValueError, pyrage.IdentityError):
            raise StudyError(
                where,
                say("this is no key file (one line AGE-SECRET-KEY-…)."),
                say("Restore it from its backup, or: danvan key."),
            ) from None
        self._where = where

    def __repr__(self) -> str:
        return f"Vault({self._where})"

    @property
    def recipient(self) -> str:
        """The public half of the key."""
        return str(self._identity.to_public())

    def seal(self, content: bytes) -> bytes:
        """Encrypt; the same content never gives the same bytes twice."""
        return bytes(pyrage.encrypt(content, [self._identity.to_public()]))

    def open(self, sealed: bytes, where: Words) -> bytes:
        """Decrypt.

        Raises
        ------
        StudyError
            It was encrypted with another key, or is damaged.
        """
        try:
            return bytes(pyrage.decrypt(sealed, [self._identity]))
        except pyrage.DecryptError as error:
            raise StudyError(
                where,
                say("the key in {where} does not open it ({error}).", where=self._where, error=error),
                say("Name the key of this study."),
            ) from None
