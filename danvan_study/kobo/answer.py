"""What the server answers: whole, or not to be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx


class NotWholeError(Exception):
    """A body that breaks off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the server answered."""

    status: int
    content: bytes
    json: Any = None
    """The body, where it is JSON."""

    @property
    def text(self) -> str:
        """The body as text, cut for a message."""
        return " ".join(self.content[:400].decode(errors="replace").split())[:200]

    @property
    def is_success(self) -> bool:
        """Whether the request was carried out."""
        return 200 <= self.status < 300


def read_answer(response: httpx.Response, parse: Callable[[str], Any]) -> Answer:
    """Read the body; a successful answer must be whole, and no web page."""
    kind = response.headers.get("Content-Type", "")
    parsed = None
    if response.is_success and "html" in kind:
        # A login page, a captive portal or a page "under maintenance": it may pass, like any other busy server.
        raise NotWholeError("it sent a web page instead of data")
    if "json" in kind:
        try:
            parsed = parse(response.content.decode())
        except ValueError:
            if response.is_success:
                raise NotWholeError("its answer breaks off") from None
    return Answer(status=response.status_code, content=response.content, json=parsed)


def retry_after(response: httpx.Response) -> float:
    """Return the seconds that the server asks for, 0 when it doesn't ask."""
    said = response.headers.get("Retry-After", "")
    if said.isdigit():
        return float(said)
    try:
        moment = parsedate_to_datetime(said)
    except ValueError:
        return 0.0
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
