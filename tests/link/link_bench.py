"""What the link's tests need: a tiny protocol, a sink that can fail, a clock to move, and a wire that can be pulled.

The protocol: STX, text, ETX; answered with ACK. The text `H` is a heartbeat, every other one an alarm of that point.
"""

from __future__ import annotations

import fcntl
import os
import select
import sys
import termios
import threading
import time
import tty
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from drivers.base import Cause, Driver, Kind, Signal, Step
from drivers.link import Backoff, Link, LinkHealth, LinkSettings, RawLog

ACK = b"\x06"
QUICK = Backoff(0.02, 0.05)


def frame(text: str) -> bytes:
    """One message of the panel."""
    return b"\x02" + text.encode() + b"\x03"


def until(condition: Callable[[], object], what: str = "what was waited for", seconds: float = 20) -> None:
    """Wait until `condition` holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come"
        time.sleep(0.005)


class HandClock:
    """A clock that stands still until the test moves it."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def now(self) -> datetime:
        return datetime.fromtimestamp(1_763_988_127 + self.seconds, UTC)

    def monotonic(self) -> float:
        return self.seconds


class RealClock:
    """The computer's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class FrameDriver:
    """The receiver's side of the protocol."""

    def __init__(
        self, *, transmits: bool = True, answer: bytes = ACK, greeting: bytes = b"", question: bytes = b""
    ) -> None:
        self.answer = answer
        self.question = question  # asked after each frame
        self.greeting = greeting
        self.poll = b""
        self.openings = 0
        self.longest = 0
        self.fail: Exception | None = None
        self._transmits = transmits
        self._rest = b""

    @property
    def transmits(self) -> bool:
        return self._transmits

    def opened(self, now: float) -> Sequence[Step]:
        self.openings += 1
        self._rest = b""
        return [Step(reply=self.greeting)] if self.greeting else []

    def feed(self, data: bytes, now: float) -> Sequence[Step]:
        if self.fail is not None:
            failure, self.fail = self.fail, None
            raise failure
        self.longest = max(self.longest, len(data))
        rejected: list[Signal] = []
        taken: list[Signal] = []
        self._rest += data
        while b"\x03" in self._rest:
            raw, self._rest = self._rest.split(b"\x03", 1)
            noise, start, text = raw.rpartition(b"\x02")
            if noise.strip():
                rejected.append(Signal(kind=Kind.REJECTED, raw=noise[-64:], reason="noise"))
            if not start:
                continue
            kind = Kind.HEARTBEAT if text == b"H" else Kind.ALARM
            taken.append(Signal(kind=kind, cause=Cause.HOLD_UP, point=text.decode(), raw=raw + b"\x03"))
        self._rest = self._rest[-64:]
        steps = [Step(signals=tuple(rejected))] if rejected else []
        if taken:
            steps.append(Step(tuple(taken), self.answer, alive=True, request=self.question, pause=0.005))
        return steps

    def tick(self, now: float) -> Sequence[Step]:
        poll, self.poll = self.poll, b""
        return [Step(reply=poll)] if poll else []


class ListSink:
    """Keeps what it is given; fails while `full`; `before` runs in the link's thread before each storing."""

    def __init__(self) -> None:
        self.points: list[str | None] = []
        self.kinds: set[Kind] = set()
        self.healths: list[LinkHealth] = []
        self.full = False
        self.taken: list[Signal] = []  # told once while it was full
        self.refused = 0
        self.error: Exception | None = None
        self.before: Callable[[], None] = lambda: None

    def store(self, panel: str, signals: Sequence[Signal], *, told_once: bool) -> bool:
        self.before()
        if self.error is not None:
            failure, self.error = self.error, None
            raise failure
        if self.full:
            self.refused += 1
            if told_once:
                self.taken += signals
            return False
        self.points += [signal.point for signal in (*self.taken, *signals)]
        self.taken.clear()
        self.kinds |= {signal.kind for signal in signals}
        return True

    def health_changed(self, panel: str, health: LinkHealth) -> None:
        self.healths.append(health)


class Wire:
    """A pseudo-terminal behind a symbolic link that keeps its name, as /dev/serial/by-id does."""

    def __init__(self, link: Path) -> None:
        self.link = link
        self.port = str(link)
        self._next: tuple[int, int] | None = None
        self.master = -1
        self.slave = -1
        self.plug()

    def plug(self) -> None:
        """Plug in."""
        self.master, self.slave = self._next or os.openpty()
        self._next = None
        tty.setraw(self.slave)
        os.set_blocking(self.master, False)
        fresh = self.link.with_suffix(".new")
        fresh.symlink_to(os.ttyname(self.slave))
        fresh.replace(self.link)

    def pull(self) -> None:
        """Pull the plug; the next one gets another name."""
        self._next = os.openpty()
        os.close(self.master)
        os.close(self.slave)
        self.master = self.slave = -1
        self.link.unlink()

    def send(self, data: bytes) -> None:
        """From the panel to the port, all of it."""
        while data:
            select.select([], [self.master], [], 10)
            data = data[os.write(self.master, data[:4096]) :]

    def send_and_wait(self, data: bytes) -> None:
        """Send, and wait until all of it lies ready for a reader that holds still."""
        self.send(data)
        until(lambda: self._ready() >= len(data), f"{len(data)} bytes ready")

    def _ready(self) -> int:
        return int.from_bytes(fcntl.ioctl(self.slave, termios.FIONREAD, bytes(4)), sys.byteorder)

    def received(self) -> bytes:
        """What has come from the port by now."""
        try:
            return os.read(self.master, 1 << 20)
        except BlockingIOError:
            return b""

    def expect(self, wanted: bytes) -> None:
        """Wait for exactly `wanted` from the port."""
        got = b""

        def complete() -> bool:
            nonlocal got
            got += self.received()
            return len(got) >= len(wanted)

        until(complete, f"{wanted!r} from the port")
        assert got == wanted

    def close(self) -> None:
        """Put all away."""
        for number in (self.master, self.slave, *(self._next or ())):
            if number >= 0:
                os.close(number)


class Bench:
    """Links and wires of one test, put away afterwards."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._wires: list[Wire] = []
        self._links: list[Link] = []

    def wire(self, name: str = "usb-panel") -> Wire:
        """A wire, plugged in."""
        wire = Wire(self._folder / name)
        self._wires.append(wire)
        return wire

    def link(
        self,
        port: str,
        driver: Driver,
        sink: ListSink,
        *,
        supervision_s: float = 15,
        clock: HandClock | RealClock | None = None,
        raw_log: RawLog | None = None,
        name: str = "blok-a",
    ) -> Link:
        """A link that runs."""
        settings = LinkSettings(port=port, supervision_s=supervision_s)
        link = Link(name, settings, driver, sink, raw_log, clock or RealClock(), jitter=lambda: 0.5, backoff=QUICK)
        self._links.append(link)
        link.start()
        return link

    def close(self) -> None:
        """Stop and close everything."""
        for link in self._links:
            link.stop()
        for wire in self._wires:
            wire.close()


class Gate:
    """Holds the link's thread between reading and writing, as a process is held that is stopped."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self._open = threading.Event()

    def __call__(self) -> None:
        self.reached.set()
        assert self._open.wait(20)

    def open(self) -> None:
        """Let it go on, now and later."""
        self._open.set()
