"""Where a browser's question comes from: only what this server's own pages ask is answered.

A foreign page can make a browser ask anything here, and a name server can point a foreign name here. So the Host must
be ours, whatever is asked; and what changes anything must name one of our own pages as its Origin.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from guardroom.settings import Serve


def is_loopback(host: str) -> bool:
    """Whether only programs on this PC reach this address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


@dataclass(frozen=True, slots=True)
class Places:
    """The addresses that this server is reached at, as browsers write them (`http://127.0.0.1:8470`)."""

    origins: frozenset[str]

    @classmethod
    def of(cls, serve: Serve, host: str, port: int) -> Places:
        """The proxy's address, else this PC's own names."""
        if serve.behind_proxy:
            return cls(frozenset((serve.public_url,)))
        names = {f"[{host}]" if ":" in host else host, "127.0.0.1", "localhost", "[::1]"}
        usual = {f"http://{name}" for name in names} if port == 80 else set()
        return cls(frozenset({f"http://{name}:{port}" for name in names} | usual))

    @property
    def are_secure(self) -> bool:
        """Whether browsers come by TLS."""
        return any(origin.startswith("https://") for origin in self.origins)

    def is_ours(self, host: str) -> bool:
        """Whether a Host header names this server."""
        return self._origin(host) in self.origins

    def is_own_page(self, origin: str | None, host: str) -> bool:
        """Whether an Origin header names the very place that was asked; without one it may be anybody's."""
        return origin is not None and self.is_ours(host) and origin.lower() == self._origin(host)

    def _origin(self, host: str) -> str:
        return f"{'https' if self.are_secure else 'http'}://{host.lower()}"
