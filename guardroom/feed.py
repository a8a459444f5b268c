"""What dashboards see of the monitor: views come, acts go."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal, Protocol

import msgspec

from guardroom.alarms.acts import AT_ONCE, Act, ActReply
from guardroom.alarms.view import BoardView
from guardroom.endpoint import await_word, dial, hang_up, read_endpoint
from guardroom.version import VERSION

log = logging.getLogger(__name__)

Down = Literal["gone", "version", "key"]
"""Why there is no monitor: out of reach; of another program version; not ours (the key does not fit)."""

LARGEST_MESSAGE = 16 << 20
RETRY_S = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class ToMonitor:
    """One message to the monitor: first who is calling, then acts (or the wish that it stops)."""

    program: str = ""
    act: Act | None = None
    stop: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FromMonitor:
    """One message from the monitor: first who answers (`refused` where versions differ), then views and replies."""

    program: str = ""
    pid: int = 0
    refused: bool = False
    view: BoardView | None = None
    reply: ActReply | None = None


encode = msgspec.json.Encoder().encode
decode_to_monitor = msgspec.json.Decoder(ToMonitor).decode
decode_from_monitor = msgspec.json.Decoder(FromMonitor).decode


class Feed(Protocol):
    """A dashboard's line to the monitor. The callbacks are called from the feed's own threads.

    A view comes after every change and at least once a second: a dashboard that has had none for three seconds
    says that it no longer knows anything.
    """

    def start(self, on_view: Callable[[BoardView], None], on_down: Callable[[Down], None]) -> None:
        """Begin. `on_down` is told each time the monitor turns out to be out of reach."""
        ...

    def act(self, act: Act, on_reply: Callable[[ActReply], None] | None = None) -> None:
        """Send an act; returns at once. Sent again after a broken connection, applied once."""
        ...

    def stop(self) -> None:
        """End the line."""
        ...


class MonitorFeed:
    """The line to the monitor of a journal: finds it, stays with it, finds it again."""

    def __init__(self, journal: Path) -> None:
        self._journal = journal
        self._line: Connection[bytes, bytes] | None = None
        self._writing = threading.Lock()
        self._unanswered: dict[str, tuple[Act, Callable[[ActReply], None] | None]] = {}
        self._ended = threading.Event()

    def start(self, on_view: Callable[[BoardView], None], on_down: Callable[[Down], None]) -> None:
        """Begin, in a thread of its own."""
        threading.Thread(target=self._run, args=(on_view, on_down), name="feed", daemon=True).start()

    def act(self, act: Act, on_reply: Callable[[ActReply], None] | None = None) -> None:
        """Send an act; without a connection it waits for one, unless it is one that must not come late."""
        with self._writing:
            if self._line is not None or act.kind not in AT_ONCE:
                self._unanswered[act.id] = (act, on_reply)
                self._send(act)
                return
        if on_reply is not None:
            on_reply(ActReply(id=act.id, refused="too_late"))

    def stop(self) -> None:
        """End the line; acts without an answer stay unanswered."""
        self._ended.set()
        with self._writing:
            if self._line is not None:
                hang_up(self._line)

    def _run(self, on_view: Callable[[BoardView], None], on_down: Callable[[Down], None]) -> None:
        while not self._ended.is_set():
            down = self._listen(on_view)
            if not self._ended.is_set():
                on_down(down)
                self._ended.wait(RETRY_S)

    def _listen(self, on_view: Callable[[BoardView], None]) -> Down:
        endpoint = read_endpoint(self._journal)
        if endpoint is None:
            return "gone"
        try:
            line = dial(endpoint)
        except AuthenticationError:
            return "key"
        except (OSError, EOFError):
            return "gone"
        try:
            line.send_bytes(encode(ToMonitor(program=VERSION)))
            await_word(line)
            if decode_from_monitor(line.recv_bytes(LARGEST_MESSAGE)).refused:
                return "version"
            with self._writing:
                self._line = line
                late = [self._unanswered.pop(act.id) for act, _ in [*self._unanswered.values()] if act.kind in AT_ONCE]
                for act, _ in self._unanswered.values():
                    self._send(act)
            for act, on_reply in late:
                if on_reply is not None:
                    on_reply(ActReply(id=act.id, refused="too_late"))
            while not self._ended.is_set():
                self._take(decode_from_monitor(line.recv_bytes(LARGEST_MESSAGE)), on_view)
        except (OSError, EOFError, msgspec.DecodeError, TypeError, ValueError) as problem:
            log.warning("the line to the monitor broke: %s", problem)
        finally:
            with self._writing:
                self._line = None
                line.close()
        return "gone"

    def _take(self, message: FromMonitor, on_view: Callable[[BoardView], None]) -> None:
        if message.reply is not None:
            with self._writing:
                _, on_reply = self._unanswered.pop(message.reply.id, (None, None))
            if on_reply is not None:
                on_reply(message.reply)
        if message.view is not None:
            on_view(message.view)

    def _send(self, act: Act) -> None:
        if self._line is None:
            return
        try:
            self._line.send_bytes(encode(ToMonitor(act=act)))
        except OSError:
            self._line = None
