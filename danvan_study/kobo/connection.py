"""HTTP to one KoboToolbox server: every request is signed, waits are patient, only safe requests repeat."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import httpx

from danvan_study.errors import StudyError
from danvan_study.kobo.answer import Answer, NotWholeError, read_answer, retry_after
from danvan_study.messages import Words, say

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from danvan_study.kobo.token import Token

BUSY = (429, 502, 503, 504)
"""Answers that mean "later"."""
REPEATABLE = ("GET", "PUT", "PATCH", "DELETE")
"""Methods that may be sent again when nobody knows whether the first one arrived. POST may not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait and how often to try."""

    attempts: int = 7
    first_wait: float = 1.0
    """Seconds before the second attempt; each further wait is twice as long."""
    longest_wait: float = 120.0
    timeout: float = 60.0
    """Seconds without a byte from the server."""
    poll: float = 1.0
    """Seconds between two questions whether an import is complete."""
    polls: int = 300
    sleep: Callable[[float], None] = time.sleep


class Connection:
    """A signed connection to one server.

    Parameters
    ----------
    server
        Address of the KPI host, such as ``https://kf.example.org``.
    token
        Signs every request.

    Raises
    ------
    StudyError
        The address is not https, and not this machine.
    """

    def __init__(self, server: str, token: Token, *, patience: Patience | None = None) -> None:
        url = httpx.URL(server)
        is_here = _is_loopback(url.host)
        if not url.host or not (url.scheme == "https" or (url.scheme == "http" and is_here)):
            raise StudyError(
                "study.toml, [kobo] server",
                say('"{server}" is not an https address.', server=server),
                say('Write "https://…".'),
            )
        self.host = url.host
        self.base = str(url).rstrip("/")
        self.patience = patience or Patience()
        self._client = httpx.Client(
            base_url=self.base,
            auth=token,
            headers={"Accept": "application/json"},
            timeout=self.patience.timeout,
            trust_env=not is_here,
            follow_redirects=False,  # a redirect could carry answers to another host
        )

    def close(self) -> None:
        """Let go of the sockets."""
        self._client.close()

    def absolute(self, path: str) -> str:
        """Return the full address of a path, as the server wants resources to be named."""
        return f"{self.base}{path}"

    def read(self, path: str, *, parse: Callable[[str], Any] = json.loads, **parameters: str | int) -> Any:
        """GET a path and return its JSON, read by ``parse``, which raises ValueError where it breaks off."""
        return self.send("GET", path, parse=parse, params=parameters).json

    def send(
        self,
        method: str,
        path: str,
        *,
        accept: Collection[int] = (),
        parse: Callable[[str], Any] = json.loads,
        **content: Any,
    ) -> Answer:
        """Send a request, again and again where that is safe, until it is answered.

        Parameters
        ----------
        accept
            Statuses from 300 on that the caller will judge itself.
        parse
            Reads a JSON body.
        content
            ``params``, ``json``, ``data`` and ``files`` as httpx takes them.

        Raises
        ------
        StudyError
            The server refuses, stays busy, can't be reached, or does not answer with JSON.
        """
        failure: Words = ""
        wait = self.patience.first_wait
        for attempt in range(self.patience.attempts):
            if attempt:
                self.patience.sleep(min(wait, self.patience.longest_wait))
            wait = self.patience.first_wait * 2.0**attempt
            try:
                response = self._client.request(method, path, **content)
                answer = read_answer(response, parse)
            except (httpx.TransportError, httpx.DecodingError, NotWholeError) as error:
                failure = _tell(error)
                if method not in REPEATABLE:
                    raise self._unknown_outcome(failure) from None
                continue
            if answer.status not in BUSY:
                self._check(answer, path, accept=accept)
                return answer
            failure = say("it answered {status}", status=answer.status)
            if method not in REPEATABLE and answer.status != 429:  # 429: refused unread
                raise self._unknown_outcome(failure)
            wait = retry_after(response) or wait
        raise self.failed(
            say(
                "it did not answer after {attempts} attempts ({failure}).",
                attempts=self.patience.attempts,
                failure=failure,
            ),
            say("Nothing is lost: try again later, the work goes on where it stopped."),
        )

    def failed(self, what: Words, cure: Words) -> StudyError:
        """Return an error that names this server."""
        return StudyError(self.host, what, cure)

    def _unknown_outcome(self, failure: Words) -> StudyError:
        return self.failed(
            say("nobody knows whether the request arrived ({failure}); it is not sent twice.", failure=failure),
            say("Look on the server what is there, then run the command again."),
        )

    def _check(self, answer: Answer, path: str, *, accept: Collection[int]) -> None:
        status = answer.status
        if answer.is_success or status in accept:
            return
        if status == 401:
            raise self.failed(
                say("the token is not accepted; it may have expired."),
                say("Take a new one from the server's account page."),
            )
        if status == 403:
            raise self.failed(say("the account may not do this."), say("Ask the owner of the form for the permission."))
        if status == 404:
            raise self.failed(
                say('"{path}" is not there, or not for this account.', path=path), say("Check [kobo] and the account.")
            )
        if 300 <= status < 400:
            raise self.failed(
                say("it sends the request elsewhere."), say("Write the server's final address in [kobo] server.")
            )
        raise self.failed(
            say("it answered {status} to {path}: {text}.", status=status, path=path, text=answer.text),
            say("Look on the server."),
        )


@contextmanager
def connect(server: str, token: Token, *, patience: Patience | None = None) -> Iterator[Connection]:
    """Hold a connection open for a while."""
    connection = Connection(server, token, patience=patience)
    try:
        yield connection
    finally:
        connection.close()


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _tell(error: Exception) -> Words:
    if isinstance(error, httpx.TimeoutException):
        return say("it was silent for too long")
    if isinstance(error, httpx.ConnectError):
        return say("it can't be reached")
    return str(error) or say("the line broke")
