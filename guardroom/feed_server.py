"""The monitor's end of the feed: tells every dashboard what is so, takes their acts.

A dashboard that does not read (frozen, stopped, its terminal stuck) holds up nobody: each has a thread of its own and
is told the newest view when it reads again, not every one that it missed.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, Listener
from pathlib import Path

import msgspec

from guardroom.alarms.acts import Act, ActReply
from guardroom.alarms.desk import AlarmDesk
from guardroom.endpoint import Endpoint, admit, hang_up, write_endpoint
from guardroom.feed import LARGEST_MESSAGE, FromMonitor, decode_to_monitor, encode
from guardroom.stations.exchange import Exchange
from guardroom.version import VERSION

log = logging.getLogger(__name__)

HEARTBEAT_S = 1.0
AGAIN_S = 0.5
MOST_LINES = 64
PAUSE_SHARE = 3.0
LONGEST_PAUSE_S = 0.1
"""After telling, a pause of so many times what it took, at most this long: the next view has what came meanwhile."""


_BROKEN = (OSError, EOFError, AuthenticationError, AssertionError, TypeError, ValueError, msgspec.DecodeError)
"""What a line that breaks, or that speaks something else, raises."""


class FeedServer:
    """Listens on loopback for dashboards that know the key in the endpoint file."""

    def __init__(
        self, desk: AlarmDesk, journal: Path, on_stop: Callable[[], None], exchange: Exchange | None = None
    ) -> None:
        self._desk = desk
        self._exchange = exchange
        self._on_stop = on_stop
        self._key = secrets.token_bytes(32)
        self._listener = Listener(("127.0.0.1", 0), backlog=16)
        self._lines: set[_Line] = set()
        self._lock = threading.Lock()
        self._ended = threading.Event()
        _host, port = self._listener.address
        self._address = ("127.0.0.1", int(port))
        self._journal = journal
        self._announced = False
        self.announce()
        threading.Thread(target=self._accept, name="feed-accept", daemon=True).start()
        threading.Thread(target=self._broadcast, name="feed", daemon=True).start()

    def announce(self) -> None:
        """Tell where dashboards find the monitor; called again until the disk has taken it."""
        if self._announced:
            return
        try:
            write_endpoint(self._journal, Endpoint(os.getpid(), self._address[1], self._key.hex(), VERSION))
        except OSError as problem:
            self._desk.trouble("endpoint", "storage", detail="io", text=str(problem))
            return
        self._announced = True
        self._desk.trouble_over("endpoint")

    def stop(self) -> None:
        """Take no more dashboards and tell nothing more."""
        self._ended.set()
        with contextlib.suppress(OSError):
            # A thread that waits for callers is woken by a call.
            socket.create_connection(self._address).close()
        self._listener.close()
        with self._lock:
            for line in self._lines:
                line.close()

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                connection = self._listener.accept()
            except OSError:
                # No file can be opened, for instance: that passes, and panels are answered meanwhile.
                self._ended.wait(AGAIN_S)
                continue
            if self._ended.is_set():
                connection.close()
                return
            threading.Thread(target=self._serve, args=(connection,), name="dashboard", daemon=True).start()

    def _serve(self, connection: Connection[bytes, bytes]) -> None:
        line = _Line(connection)
        try:
            admit(connection, self._key)
            with self._lock:
                if len(self._lines) >= MOST_LINES:
                    return
                self._lines.add(line)
            hello = decode_to_monitor(connection.recv_bytes(LARGEST_MESSAGE))
            refused = hello.program != VERSION and not hello.stop
            line.send(FromMonitor(program=VERSION, pid=os.getpid(), refused=refused))
            if hello.stop:
                self._on_stop()
            if hello.stop or refused:
                return
            line.admitted.set()
            line.offer(encode(FromMonitor(view=self._desk.view())))
            line.start()
            while True:
                message = decode_to_monitor(connection.recv_bytes(LARGEST_MESSAGE))
                if message.act is not None and message.act.owner and self._exchange is not None:
                    # Another station's answer is not waited for: the next act may be about an alarm of our own.
                    self._exchange.ask(message.act, line.reply)
                elif message.act is not None:
                    line.send(FromMonitor(reply=self._carry_out(message.act)))
        except _BROKEN as problem:
            log.info("a dashboard left: %s", problem or type(problem).__name__)
        finally:
            with self._lock:
                self._lines.discard(line)
            line.close()
            line.join()
            connection.close()

    def _carry_out(self, act: Act) -> ActReply:
        try:
            return self._desk.act(act)
        except Exception:
            # One act that cannot be done must not cost the line on which the next ones come.
            log.exception("act %s failed", act.kind)
            return ActReply(id=act.id, refused="bad_act")

    def _broadcast(self) -> None:
        version = -1
        while not self._ended.is_set():
            version = self._desk.wait(version, HEARTBEAT_S)
            begun = time.monotonic()
            try:
                self._tell()
            except Exception:
                log.exception("dashboards could not be told")
            # The first change is told at once; under a flood telling must not take the time of answering panels.
            time.sleep(min(LONGEST_PAUSE_S, PAUSE_SHARE * (time.monotonic() - begun)))

    def _tell(self) -> None:
        with self._lock:
            lines = [line for line in self._lines if line.admitted.is_set()]
        if lines:
            view = encode(FromMonitor(view=self._desk.view()))
            for line in lines:
                line.offer(view)


class _Line:
    """One dashboard. `offer` and `reply` never wait: only the newest view is kept for a dashboard that is slow."""

    def __init__(self, connection: Connection[bytes, bytes]) -> None:
        self.admitted = threading.Event()
        self._connection = connection
        self._writing = threading.Lock()
        self._news = threading.Condition()
        self._newest: bytes | None = None
        self._replies: list[FromMonitor] = []
        self._closed = False
        self._writer = threading.Thread(target=self._run, name="dashboard-writer", daemon=True)

    def offer(self, view: bytes) -> None:
        """Tell this view next, in place of one that was not told yet."""
        with self._news:
            self._newest = view
            self._news.notify()

    def start(self) -> None:
        """Begin to send views."""
        self._writer.start()

    def join(self) -> None:
        """Wait until nothing more is sent, after `close`."""
        if self._writer.ident is not None:
            self._writer.join()

    def _run(self) -> None:
        while True:
            with self._news:
                self._news.wait_for(lambda: self._newest is not None or self._replies or self._closed)
                if self._closed:
                    return
                view, self._newest = self._newest, None
                replies, self._replies = self._replies, []
            try:
                for reply in replies:
                    self.send(reply)
                if view is not None:
                    with self._writing:
                        self._connection.send_bytes(view)
            except OSError:
                self.close()

    def send(self, message: FromMonitor) -> None:
        """Send one message now. Raises OSError when the dashboard is gone."""
        with self._writing:
            self._connection.send_bytes(encode(message))

    def reply(self, reply: ActReply) -> None:
        """Tell another station's answer next; never waits. A dashboard that is gone asks again when it is back."""
        with self._news:
            self._replies.append(FromMonitor(reply=reply))
            self._news.notify()

    def close(self) -> None:
        """Hang up; may be said more than once."""
        with self._news:
            if self._closed:
                return
            self._closed = True
            self._news.notify()
        hang_up(self._connection)
