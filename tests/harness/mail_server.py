"""A real mail server on loopback that does what a test wants of it.

with MailServer() as server:
    server.refuse["nobody@byby.example"] = "550 no such mailbox"
    ...
    server.wait_for(3)
    assert [message["Subject"] for message in server.got("leder@byby.example")] == [...]
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any
from weakref import WeakSet

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from guardroom.settings import Mail

PATIENCE_S = 20.0
SENDER = "guardroom@byby.example"
_TURNS = 20


def free_port() -> int:
    """A port on loopback that nobody listens at now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class _Lines(Controller):
    """Listens, and knows who is on the line."""

    def __init__(self, handler: MailServer, **options: Any) -> None:
        super().__init__(handler, **options)
        self._open: WeakSet[SMTP] = WeakSet()

    def factory(self) -> SMTP:
        """The conversation with one who has rung."""
        made = super().factory()
        self._open.add(made)
        return made

    def hang_up(self) -> None:
        """Leave nobody on the line: its loop ends, and would close none of them."""
        asyncio.run_coroutine_threadsafe(self._hang_up(), self.loop).result(PATIENCE_S)

    async def _hang_up(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        # Nobody is admitted any more. It is not closed yet: whoever is on the way in would be left behind.
        for listening in self.server.sockets:
            self.loop.remove_reader(listening.fileno())
        # Whoever rang just now is put through some turns later, and a transport closes its socket in the turn after.
        for _turn in range(_TURNS):
            for each in list(self._open):
                if each.transport is not None:
                    each.transport.abort()
            await asyncio.sleep(0)


@dataclass
class MailServer:
    """The server. `refuse`: by address what it answers to RCPT. `greylist`: addresses it puts off once.

    `at_data` is called with each message before it is answered and may answer otherwise, or return None for yes;
    `hang`: it takes messages and does not answer; `drop`: it hangs up in the middle of so many messages; `hang_up`: at
    these recipients. `not_from`: what it answers to MAIL, "" for yes.
    """

    port: int = field(default_factory=free_port)
    refuse: dict[str, str] = field(default_factory=dict)
    greylist: set[str] = field(default_factory=set)
    hang: bool = False
    drop: int = 0
    hang_up: set[str] = field(default_factory=set)
    not_from: str = ""
    at_data: Callable[[EmailMessage], str | None] | None = None
    tls: ssl.SSLContext | None = None
    user: str = ""
    password: str = ""

    def __post_init__(self) -> None:
        self.taken: list[tuple[str, EmailMessage]] = []
        self._news = threading.Condition()
        self._controller: _Lines | None = None

    def __enter__(self) -> MailServer:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def start(self) -> None:
        """Listen; also again, on the same port."""
        options: dict[str, Any] = {}
        if self.tls is not None:
            options |= {"tls_context": self.tls, "require_starttls": True}
        if self.user:
            options |= {"authenticator": self._known, "auth_required": True, "auth_require_tls": self.tls is not None}
        self._controller = _Lines(self, hostname="127.0.0.1", port=self.port, **options)
        self._controller.start()

    def stop(self) -> None:
        """Listen no more."""
        if self._controller is not None:
            self._controller.hang_up()
            self._controller.stop(no_assert=True)
            self._controller = None

    def mail(self, **other: Any) -> Mail:
        """How it is reached."""
        told: dict[str, Any] = {
            "server": "127.0.0.1",
            "port": self.port,
            "security": "none",
            "sender": SENDER,
            "sms": "{number}@sms.example",
            "timeout_s": 2.0,
        }
        return Mail(**{**told, **other})

    def toml(self) -> str:
        """The same, as it stands in guardroom.toml."""
        return (
            f'\n[mail]\nserver = "127.0.0.1"\nport = {self.port}\nsecurity = "none"\nsender = "{SENDER}"\n'
            'sms = "{number}@sms.example"\ntimeout_s = 2\n'
        )

    def wait_for(self, count: int) -> list[tuple[str, EmailMessage]]:
        """Wait until so many messages have been taken."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.taken) >= count, PATIENCE_S), self.subjects()
            return list(self.taken)

    def got(self, address: str) -> list[EmailMessage]:
        """What was taken for this address, in order."""
        return [message for to, message in self.taken if to == address]

    def subjects(self) -> list[tuple[str, str]]:
        """To whom what was taken, in order."""
        return [(to, str(message["Subject"])) for to, message in self.taken]

    async def handle_RCPT(  # noqa: N802 - called by that name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.hang_up:
            assert server.transport is not None
            server.transport.abort()
            return "421 gone"
        if address in self.refuse:
            return self.refuse[address]
        if address in self.greylist:
            self.greylist.remove(address)
            return "451 4.7.1 Greylisted, try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_MAIL(  # noqa: N802 - called by that name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.not_from:
            return self.not_from
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - called by that name
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        if self.hang:
            await asyncio.sleep(3600)
        if self.drop:
            self.drop -= 1
            assert server.transport is not None
            server.transport.abort()
            return "421 gone"
        answer = self.at_data(message) if self.at_data is not None else None
        if answer is None or answer.startswith("2"):
            with self._news:
                self.taken += [(to, message) for to in envelope.rcpt_tos]
                self._news.notify_all()
        return answer or "250 OK"

    def _known(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, told: object
    ) -> AuthResult:
        assert isinstance(told, LoginPassword)
        return AuthResult(
            success=(told.login.decode(), told.password.decode()) == (self.user, self.password), handled=False
        )
