"""The link: one thread a panel, the only place that reads and writes its port.

Bytes come in, the driver makes steps of them, their signals are stored, and only then the reply goes out. When
storing failed the link stays silent: a panel that hears nothing tries again, one that hears NAK gives up its event.
The line's health is the age of the last valid frame, never "the port is open".
"""

from __future__ import annotations

import logging
import os
import random
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import serial

from drivers.base import Driver, Kind, Signal, Step
from drivers.diagnosis import claimed_by, listeners
from drivers.health import Condition, LinkHealth, LinkState
from drivers.holders import holders
from drivers.ports import (
    PORT_ERRORS,
    PortProblem,
    close_port,
    device_of,
    forget_unsent,
    interrupt,
    is_present,
    is_url,
    open_port,
    receive,
    unnamed_adapter,
    unsent,
    waiting,
)
from drivers.rawlog import RawLog

_log = logging.getLogger(__name__)

__all__ = ["Backoff", "Clock", "Link", "LinkHealth", "LinkSettings", "LinkState", "RawLog", "Sink"]

READ_S = 0.1
"""How long one read waits: half the 0.2 s within which a driver's tick is due."""

TICK_S = 0.15
"""A driver's tick is not put off longer than this, however many bytes come."""

LOOK_S = 1.0
"""How often the device is looked for, and storing tried again what nobody repeats."""

SEARCH_S = 30.0
"""How often other programs on the port of a line that is not heard, and other drivers for its bytes, are tried."""

LOOKS = 8
"""How often a reply is put off for bytes that came meanwhile, before it is sent all the same."""

WARN_EVERY_S = 60.0
"""The program's log is told of the same trouble at most this often."""

KEPT_SIGNALS = 1000
"""How many signals that nobody sends again are kept in memory while the sink cannot even take them."""

LONGEST_PAUSE_S = 0.1
"""The silence before a request is never longer, whatever a driver asks for."""

_LINE_ENDS = b"\r\n\0"
# A door that opens and a person who moves are states by the thousand; the raw log has them.
_NOT_STORED = (Kind.HEARTBEAT, Kind.REJECTED, Kind.STATUS)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSettings:
    """One port. `supervision_s`: seconds without a valid frame after which the line is stale; 0 where the panel has
    no heartbeat: then it is never stale, and silent until the first frame."""

    port: str
    baudrate: int = 9600
    bytesize: int = 8
    parity: str = "N"
    stopbits: float = 1
    xonxoff: bool = False
    rtscts: bool = False
    supervision_s: float = 15


@dataclass(frozen=True, slots=True)
class Backoff:
    """Seconds between tries to open a port: `first`, doubled each time up to `most`, give or take a quarter."""

    first: float = 0.5
    most: float = 10.0


class Clock(Protocol):
    """Time of day and running time: the program's one clock."""

    def now(self) -> datetime:
        """The time of day, UTC, aware."""
        ...

    def monotonic(self) -> float:
        """Seconds that only ever grow."""
        ...


class Sink(Protocol):
    """Who takes what a link brings. Called from the link's thread."""

    def store(self, panel: str, signals: Sequence[Signal], *, told_once: bool) -> bool:
        """Put `signals` on the disk; True only when all of them (and all before) are there for good. May block.

        `told_once`: nobody sends them again, so whoever returns False has taken them all the same and stores them
        as soon as that is possible. Others the panel repeats. Heartbeats, rejected frames and mere states are not
        among them. An exception counts as False, and as not taken.
        """
        ...

    def health_changed(self, panel: str, health: LinkHealth) -> None:
        """State, problem, detail, device or presence have changed. Counters and `heard` do not count as a change."""
        ...


class Link(threading.Thread):
    """Carries one panel's bytes between its port and its driver until `stop`.

    Signals of a step without a reply (a listener's, for instance) are told once: nobody sends them again. Others the
    panel, not acknowledged, repeats. A driver must therefore bring the signal again with each repeated copy of a frame.
    """

    def __init__(
        self,
        name: str,
        settings: LinkSettings,
        driver: Driver,
        sink: Sink,
        raw_log: RawLog | None,
        clock: Clock,
        *,
        jitter: Callable[[], float] = random.random,
        backoff: Backoff | None = None,
    ) -> None:
        super().__init__(name=f"link {name}", daemon=True)
        self.panel = name
        self._settings = settings
        self._driver = driver
        self._sink = sink
        self._raw_log = raw_log
        self._clock = clock
        self._jitter = jitter
        self._backoff = backoff or Backoff()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._line: serial.Serial | None = None
        self._condition = Condition(settings.port, settings.supervision_s, clock.monotonic(), settings.baudrate)
        self._announced: LinkHealth | None = None
        self._kept: deque[Signal] = deque(maxlen=KEPT_SIGNALS)
        self._failing = False
        self._unnamed = False  # whether the adapter has still to be looked up
        self._ticked = 0.0
        self._looked = 0.0
        self._searched: float | None = None
        self._output_due: float | None = None
        self._unlogged: list[tuple[str, bytes, datetime, float]] = []
        self._warned: dict[str, float] = {}

    def health(self) -> LinkHealth:
        """The line as it is now. From any thread; true also while the link waits for the store."""
        now = self._clock.monotonic()
        with self._lock:
            return self._condition.health(now)

    def stop(self, timeout: float = 5.0) -> None:
        """End the thread and close the port. Waits at most `timeout` seconds for an opening or storing under way."""
        self._stopping.set()
        with self._lock:
            if self._line is not None:
                interrupt(self._line)
        if self.is_alive() and threading.current_thread() is not self:
            self.join(timeout)

    def run(self) -> None:
        """Open, converse, and after any trouble begin again, until stopped."""
        while not self._stopping.is_set():
            try:
                self._visit()
            except Exception as error:
                # Nothing may end this thread: the next try may be the one that hears an alarm.
                self._warn("driver", "panel %s: the port is reopened", self.panel, trace=True)
                self._lost("driver_error", f"{type(error).__name__}: {error}")
            self._wait()
        self._store_kept()
        if self._raw_log is not None:
            self._raw_log.close()

    def _visit(self) -> None:
        """Open the port once and converse until it is lost or the link is stopped."""
        line = self._open()
        if line is None:
            return
        try:
            self._converse(line)
        except PORT_ERRORS as error:
            self._lost("hung_up", str(error))
        finally:
            self._log_bytes()
            self._close(line)

    def _open(self) -> serial.Serial | None:
        wanted = self._settings
        with self._lock:
            self._condition.device = device_of(wanted.port)
        try:
            line = open_port(
                wanted.port,
                baudrate=wanted.baudrate,
                bytesize=wanted.bytesize,
                parity=wanted.parity,
                stopbits=wanted.stopbits,
                xonxoff=wanted.xonxoff,
                rtscts=wanted.rtscts,
                timeout=READ_S,
            )
        except PortProblem as problem:
            self._lost(problem.code, problem.detail)
            return None
        present = is_present(wanted.port)
        self._unnamed = True
        with self._lock:
            self._line = line
            self._condition.opened(self._clock.monotonic(), present)
        _log.info("panel %s: %s is open", self.panel, wanted.port)
        self._announce()
        return line

    def _close(self, line: serial.Serial) -> None:
        with self._lock:
            self._line = None
        close_port(line)

    def _lost(self, code: str, detail: str) -> None:
        now = self._clock.monotonic()
        present = is_present(self._settings.port)
        with self._lock:
            tries = self._condition.lost(now, (code, detail), present)
            pause = min(self._backoff.most, self._backoff.first * 2 ** min(tries - 1, 30))
            self._condition.next_attempt = now + pause * (0.75 + 0.5 * self._jitter())
        self._warn(f"lost {code}", "panel %s: %s: %s %s", self.panel, self._settings.port, code, detail)
        self._announce()

    def _wait(self) -> None:
        """Until the next try is due, or the device turns up that was not there."""
        while not self._stopping.is_set():
            now = self._clock.monotonic()
            present = is_present(self._settings.port)
            with self._lock:
                appeared = self._condition.seen(present)
                due = self._condition.next_attempt
            self._announce()
            if now - self._looked >= LOOK_S:
                self._looked = now
                self._store_kept()
            if appeared or due is None or now >= due:
                return
            self._stopping.wait(min(0.25, max(due - now, 0.005)))

    def _converse(self, line: serial.Serial) -> None:
        self._output_due = None
        now = self._ticked = self._looked = self._clock.monotonic()
        # What the driver asks first is no answer to anything that waits: it goes out whatever has come.
        steps = self._driver.opened(now)
        self._write(line, self._carry_out(steps))
        self._ask(line, steps)
        while not self._stopping.is_set():
            data = receive(line)
            now = self._clock.monotonic()
            if data:
                self._answer(line, data, now)
            if not data or now - self._ticked >= TICK_S:
                self._ticked = now
                steps = self._driver.tick(now)
                reply = self._carry_out(steps)
                with self._lock:
                    self._condition.noted(steps, now)
                if reply:
                    late = waiting(line)
                    if late:
                        self._answer(line, late, now)
                    else:
                        self._write(line, reply)
                self._ask(line, steps)
            self._watch(line, now)

    def _answer(self, line: serial.Serial, data: bytes, now: float) -> None:
        """Feed what has come, and whatever comes meanwhile; answer only the last of it.

        A reader that was frozen between reading and writing finds the panel's repeated copies here: a reply for
        each would acknowledge later events that nobody has stored.
        """
        reply, steps = self._feed(data, now)
        asked = list(steps)
        for _look in range(LOOKS):
            if not reply:
                break
            late = waiting(line)
            if not late:
                break
            newer, steps = self._feed(late, now)
            asked += steps
            # The line end behind a frame is no new frame.
            if steps or late.strip(_LINE_ENDS):
                reply = newer
        self._write(line, reply)
        self._ask(line, asked)

    def _ask(self, line: serial.Serial, steps: Sequence[Step]) -> None:
        """Send the steps' requests, each after the silence it wants."""
        for step in steps:
            if step.request:
                if step.pause > 0:
                    self._stopping.wait(min(step.pause, LONGEST_PAUSE_S))
                self._write(line, step.request)

    def _feed(self, data: bytes, now: float) -> tuple[bytes, Sequence[Step]]:
        """Give bytes to the driver and store what they say: the reply that may go out, and the driver's steps."""
        self._record("in", data)
        steps = self._driver.feed(data, now)
        reply = self._carry_out(steps)
        with self._lock:
            unheard = self._condition.fed(data, steps, now)
        if unheard > 4096:
            self._warn("noise", "panel %s: %d bytes without a valid frame", self.panel, unheard)
        return reply, steps

    def _carry_out(self, steps: Sequence[Step]) -> bytes:
        """Store the steps' signals; the reply that may go out now, b"" when storing failed."""
        reply = next((step.reply for step in reversed(steps) if step.reply), b"")
        once = [signal for step in steps if not step.reply for signal in step.signals if signal.kind not in _NOT_STORED]
        if once:
            self._store_once(once)
        repeated = [signal for step in steps if step.reply for signal in step.signals if signal.kind not in _NOT_STORED]
        return reply if not repeated or self._store(repeated, told_once=False) else b""

    def _store_once(self, signals: Sequence[Signal]) -> None:
        self._kept.extend(signals)
        self._store_kept()

    def _store_kept(self) -> None:
        """Hand over what the sink has not taken yet; also look whether it stores again."""
        if self._kept or self._failing:
            self._store(tuple(self._kept), told_once=True)

    def _store(self, signals: Sequence[Signal], *, told_once: bool) -> bool:
        stored = False
        try:
            stored = self._sink.store(self.panel, signals, told_once=told_once)
        except Exception:
            self._warn("store", "panel %s: storing failed", self.panel, trace=True)
        else:
            if told_once:
                self._kept.clear()
        self._failing = not stored
        self._trouble("store_failed", not stored)
        return stored

    def _write(self, line: serial.Serial, data: bytes) -> None:
        if not data:
            return
        if not self._driver.transmits:
            self._warn("listener", "panel %s: its driver only listens, yet wanted to send", self.panel)
            return
        self._unblock(line, self._clock.monotonic())
        try:
            written = line.write(data)
        except serial.SerialTimeoutException:
            written = 0
        if written is None or written < len(data):
            forget_unsent(line)
            self._output_due = None
            self._trouble("write_blocked", True)
            return
        self._record("out", data)
        # Half as long again as the bytes take at most (start, 8 bits, parity, 2 stop bits), and a second.
        self._output_due = self._clock.monotonic() + 1 + 1.5 * len(data) * 12 / self._settings.baudrate

    def _unblock(self, line: serial.Serial, now: float) -> None:
        """Throw away a reply that flow control has held back for so long that the panel has given up waiting."""
        if self._output_due is not None and now > self._output_due:
            self._output_due = None
            blocked = unsent(line) > 0
            if blocked:
                forget_unsent(line)
            self._trouble("write_blocked", blocked)

    def _watch(self, line: serial.Serial, now: float) -> None:
        """The raw log, what is due about once a second, and news of the line's health."""
        self._log_bytes()
        self._unblock(line, now)
        if now - self._looked >= LOOK_S:
            self._looked = now
            self._store_kept()
            self._name_adapter()
            present = is_present(self._settings.port)
            with self._lock:
                self._condition.present = present
                device, overdue = self._condition.device, self._condition.overdue(now)
            if is_present(device) is False:
                raise serial.SerialException(f"{device} is gone")
            if not overdue:
                self._searched = None
            elif self._searched is None or now - self._searched >= SEARCH_S:
                self._searched = now
                with self._lock:
                    unheard = self._condition.unheard
                sharers = _others(device)
                claimed = claimed_by(unheard, listeners()) if unheard else ()
                with self._lock:
                    self._condition.sharers, self._condition.claimed = sharers, next(iter(claimed), "")
        self._announce()

    def _name_adapter(self) -> None:
        """Look once whether the adapter has a name of its own; later than the opening: to be armed comes first."""
        if self._unnamed:
            self._unnamed = False
            by_path = unnamed_adapter(self._settings.port)
            with self._lock:
                self._condition.by_path = by_path

    def _trouble(self, code: str, there: bool) -> None:
        with self._lock:
            changed = self._condition.trouble(code, there)
        if changed:
            if there:
                self._warn(code, "panel %s: %s", self.panel, code)
            self._announce()

    def _announce(self) -> None:
        """Tell the sink when the line's health is another than was last told."""
        health = self.health()
        told = self._announced
        if told is not None and not health.differs(told):
            return
        self._announced = health
        try:
            self._sink.health_changed(self.panel, health)
        except Exception:
            self._warn("health", "panel %s: telling its health failed", self.panel, trace=True)

    def _record(self, direction: str, data: bytes) -> None:
        """Note bytes for the raw log; the panel's answer does not wait for its file."""
        if self._raw_log is not None:
            self._unlogged.append((direction, data, self._clock.now(), self._clock.monotonic()))

    def _log_bytes(self) -> None:
        if self._raw_log is not None:
            for record in self._unlogged:
                self._raw_log.write(*record)
            self._unlogged.clear()

    def _warn(self, about: str, text: str, *values: object, trace: bool = False) -> None:
        now = self._clock.monotonic()
        last = self._warned.get(about)
        if last is None or now - last >= WARN_EVERY_S:
            self._warned[about] = now
            _log.warning(text, *values, exc_info=trace)


def _others(device: str) -> tuple[str, ...]:
    """The other programs that have the device open, though they hold no lock: they take part of its bytes."""
    if is_url(device):
        return ()
    return tuple(str(holder) for holder in holders(device) if holder.pid != os.getpid())
