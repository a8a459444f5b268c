"""Calling web addresses: notices are handed to them, one POST each, as JSON."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping

import msgspec

from guardroom import passwords
from guardroom.language import _
from guardroom.notices.delivering import Result
from guardroom.notices.web_address import WebAddress, web_address
from guardroom.text import one_line

_OK = range(200, 300)
_LATER = frozenset((408, 425, 429))


_WHOLE = 3


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What is posted. `key` is the same each time that the same notice is tried."""

    key: str
    occasion: str
    subject: str
    body: str
    urgent: bool
    at: str


def post(url: str, told: Told, timeout_s: float) -> Result:
    """Post one notice, with the token that is kept for its host: over an encrypted line alone."""
    headers = {}
    to = _address(url)
    if to is not None and to.secure:
        try:
            token = passwords.find(passwords.WEBHOOK + to.host)
        except passwords.NoPassword as refused:
            return Result("temporary", refused.sentence)
        if token is not None:
            headers["Authorization"] = f"Bearer {token.said}"
    return call("POST", url, timeout_s, msgspec.json.encode(told), headers)


def reach(url: str, timeout_s: float) -> str:
    """Why the server of a web address cannot be connected to; "" where it can. Nothing is asked of it."""
    to = _address(url)
    if to is None:
        return _unusable()
    try:
        with _line(to, timeout_s) as line:
            line.connect()
    except TimeoutError:
        return _("does not answer")
    except (OSError, ValueError) as error:
        return type(error).__name__
    return ""


def call(
    method: str, url: str, timeout_s: float, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Result:
    """One call of a web address; `body` is JSON."""
    to = _address(url)
    if to is None:
        return Result("permanent", _unusable())
    content = {"Content-Type": "application/json"} if body is not None else {}
    try:
        with _line(to, timeout_s) as line:
            # Not followed to where it redirects: a notice goes where the town hall has said.
            line.request(method, to.path, body, {**content, **(headers or {})})
            answer = line.getresponse()
    except TimeoutError:
        return Result("temporary", _("does not answer"))
    except (OSError, http.client.HTTPException, ValueError) as error:
        # Its words may show the address, which may hold a key.
        return Result("temporary", type(error).__name__)
    if answer.status in _OK:
        return Result("sent")
    said = f"{answer.status} {one_line(answer.reason, 80)}".strip()
    return Result("permanent" if 300 <= answer.status < 500 and answer.status not in _LATER else "temporary", said)


def _address(url: str) -> WebAddress | None:
    """Where it goes; None for one that cannot work: it was refused when the configuration was read, but what is in the
    outbox may be older than that."""
    try:
        return web_address(url)
    except ValueError:
        return None


def _unusable() -> str:
    return _("the address cannot be used")


@contextlib.contextmanager
def _line(to: WebAddress, timeout_s: float) -> Iterator[http.client.HTTPConnection]:
    """A line that is not connected yet, and closed at the end."""
    if to.secure:
        context = ssl.create_default_context()
        line: http.client.HTTPConnection = http.client.HTTPSConnection(
            to.host, to.port, timeout=timeout_s, context=context
        )
    else:
        line = http.client.HTTPConnection(to.host, to.port, timeout=timeout_s)
    # The time-out is for each answer; one that comes drop by drop is cut as a whole.
    timer = threading.Timer(_WHOLE * timeout_s, _cut, (line,))
    timer.daemon = True
    timer.start()
    try:
        yield line
    finally:
        timer.cancel()
        line.close()


def _cut(line: http.client.HTTPConnection) -> None:
    with contextlib.suppress(OSError):
        if line.sock is not None:
            line.sock.shutdown(socket.SHUT_RDWR)
