"""Web addresses as people write them, with æ, ø and å in them, as they go over the line (RFC 3987, RFC 5891). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv6Address
from urllib.parse import SplitResult, quote, urlsplit

from guardroom.language import _

_SAFE = "!$&'()*+,;=:@/?-._~%"
"""What RFC 3986 lets stand in a path or a question, and the sign of what is encoded already."""

_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_LABEL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
_LONGEST_HOST = 253


@dataclass(frozen=True, slots=True)
class WebAddress:
    """Where something is posted: all of it in ASCII. `port` is None for the usual one; `path` has the question in
    it."""

    secure: bool
    host: str
    port: int | None
    path: str


def web_address(written: str) -> WebAddress:
    """The address that is meant. Raises ValueError with the sentence for why it cannot work."""
    try:
        parts = urlsplit(written)
        port = parts.port
    except ValueError:
        raise ValueError(_("the port or the host cannot be read")) from None
    if parts.scheme not in ("http", "https"):
        raise ValueError(_("it must begin with https:// or http://"))
    if any(sign.isspace() or not sign.isprintable() for sign in written):
        raise ValueError(_("there is a space in it: write %20 where one is meant"))
    if parts.username is not None or parts.password is not None:
        raise ValueError(_("a user or password before the host is not sent: leave it out"))
    if port == 0:
        raise ValueError(_("the port cannot be 0"))
    if _BROKEN_ESCAPE.search(parts.path + parts.query):
        raise ValueError(_("a % must be followed by two digits or letters a to f: write %25 for the sign itself"))
    path = quote(parts.path or "/", safe=_SAFE) + (f"?{quote(parts.query, safe=_SAFE)}" if parts.query else "")
    return WebAddress(parts.scheme == "https", _host(parts), port, path)


def _host(parts: SplitResult) -> str:
    """The host as it is looked up. Raises ValueError."""
    host = parts.hostname or ""
    if not host:
        raise ValueError(_("the host is missing"))
    try:
        if ":" in host:
            return str(IPv6Address(host))
        ascii_host = host.encode("idna").decode("ascii")
    except ValueError:
        raise ValueError(_("no computer can be called {host}").format(host=host)) from None
    labels = ascii_host.removesuffix(".").split(".")
    if len(ascii_host) > _LONGEST_HOST or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError(_("no computer can be called {host}").format(host=host))
    return ascii_host
