"""The secret that signs requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.messages import Words, say

if TYPE_CHECKING:
    import httpx


class Token:
    """A secret that shows itself to nobody but the server.

    Raises
    ------
    StudyError
        It can't be a token; the message does not repeat it.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str, where: Words) -> None:
        stripped = text.strip()
        if not stripped or not stripped.isascii() or not stripped.isalnum():
            raise StudyError(
                where, say("this is no token."), say("Copy it from the server's account page, and nothing else.")
            )
        self._text = stripped

    def __repr__(self) -> str:
        return "Token(…)"

    def __call__(self, request: httpx.Request) -> httpx.Request:
        """Sign a request; httpx calls this just before sending."""
        request.headers["Authorization"] = f"Token {self._text}"
        return request
