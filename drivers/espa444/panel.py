"""The panel's end of the line, for `guardroom simulate`, the demo and the tests.

It is always the opposite of the receiver: a control station with retries for a receiver that is a station, a polled
station for one that is the control station, and both sides of a line for a tap.

A transmission that is not answered is tried twice, then the session ends with EOT (ESPA 4.4.4); the event is tried
again in later sessions, `tries` of them, or for ever where that is 0.
"""

from __future__ import annotations

from enum import Enum, auto

from drivers.base import PanelSide, Signal
from drivers.espa444.calls import block_of
from drivers.espa444.frames import ACK, EOT, Block, End, Frame, Negative, Positive, Request, Scanner, request
from drivers.espa444.options import Options
from drivers.panel_queue import PanelQueue

ATTEMPTS = 2
SESSION_S = 10.0
BUSY = "2"
# Between two sessions for the same event; makers of paging gateways print one second.
RETRY_S = 1.0
# A polled station that has something to say and is not polled for so long counts a failed try.
UNPOLLED_S = 3.0

_ACK = bytes([ACK])
_EOT = bytes([EOT])


def make_panel(options: Options) -> PanelSide:
    """The panel that a receiver with these options listens to."""
    if options.role == "control":
        return PolledPanel(options)
    if options.role == "tap":
        return OverheardPanel(options)
    return PollingPanel(options)


class _Phase(Enum):
    IDLE = auto()
    POLLING = auto()  # we have polled the receiver
    SERVING = auto()  # it has selected us
    SELECTING = auto()  # we have selected it
    SENDING = auto()  # it has had a block from us


class _Queue(PanelQueue):
    """Calls that wait."""

    def __init__(self, options: Options) -> None:
        super().__init__(options.tries)
        self._options = options

    def send(self, signal: Signal) -> None:
        """Queue one call; ValueError for what ESPA 4.4.4 cannot say."""
        self._waiting.append(block_of(signal, self._options))


class _Master(_Queue):
    """Selecting a receiver and sending it blocks, each tried twice."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._scanner = Scanner(seven_bits=options.seven_bits)
        self._phase = _Phase.IDLE
        self._request = b""  # what is sent again when no answer comes
        self._attempts = 0
        self._until = 0.0
        self._next_session = 0.0

    def feed(self, data: bytes, now: float) -> bytes:
        """What the panel answers to the receiver's bytes."""
        return b"".join([self._take(frame, now) for frame in self._scanner.feed(data)])

    def _take(self, frame: Frame, now: float) -> bytes:
        if self._phase in (_Phase.SELECTING, _Phase.SENDING):
            if isinstance(frame, Positive):
                return self._go_on(now)
            if isinstance(frame, Negative):
                return self._fail(now) if frame.prefix == BUSY else self._again(now)
        return b""

    def _overdue(self, now: float) -> bytes:
        """No answer came."""
        return self._again(now) if self._phase in (_Phase.SELECTING, _Phase.SENDING) else self._end(now)

    def _transmit(self, phase: _Phase, data: bytes, now: float) -> bytes:
        self._phase = phase
        self._request = data
        self._attempts = 1
        self._until = now + self._options.reply_timeout_s
        return data

    def _again(self, now: float) -> bytes:
        if self._attempts >= ATTEMPTS:
            return self._fail(now)
        self._attempts += 1
        self._until = now + self._options.reply_timeout_s
        return self._request

    def _go_on(self, now: float) -> bytes:
        if self._phase is _Phase.SENDING:
            self._succeeded()
        if self._waiting:
            return self._transmit(_Phase.SENDING, self._waiting[0], now)
        return self._end(now)

    def _fail(self, now: float) -> bytes:
        self._not_yet()
        self._next_session = now + RETRY_S
        return self._end(now)

    def _end(self, now: float) -> bytes:
        self._phase = _Phase.IDLE
        return _EOT


class PollingPanel(_Master):
    """A control station: polls the receiver, and polls itself when it has something to say."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._begun = False
        self._next_poll = 0.0

    def tick(self, now: float) -> bytes:
        """Polls, calls, and what was not answered in time. Begins with EOT: a session may have been cut off."""
        begin = b"" if self._begun else _EOT
        self._begun = True
        if self._phase is not _Phase.IDLE:
            return self._overdue(now) if now >= self._until else b""
        if self._waiting and now >= self._next_session:
            select = request(self._options.address)
            self._transmit(_Phase.SELECTING, select, now)
            return begin + request(self._options.control_address) + select
        if now >= self._next_poll:
            return begin + self._transmit(_Phase.POLLING, request(self._options.address), now)
        return begin

    def _take(self, frame: Frame, now: float) -> bytes:
        if self._phase in (_Phase.POLLING, _Phase.SERVING):
            if isinstance(frame, End):
                self._phase = _Phase.IDLE
                self._next_poll = now + self._options.poll_s
            elif isinstance(frame, Block) or (
                isinstance(frame, Request) and frame.address == self._options.control_address
            ):
                # The receiver reports a status.
                self._phase = _Phase.SERVING
                self._until = now + SESSION_S
                return _ACK
        return super()._take(frame, now)

    def _end(self, now: float) -> bytes:
        self._next_poll = now + self._options.poll_s
        return super()._end(now)


class PolledPanel(_Master):
    """A station that selects the control station when it is polled and has something to say."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._unpolled_since: float | None = None

    def tick(self, now: float) -> bytes:
        """What was not answered in time; a call that waits for a poll for too long."""
        if self._phase is not _Phase.IDLE:
            return self._overdue(now) if now >= self._until else b""
        if not self._waiting or self._unpolled_since is None:
            self._unpolled_since = now
        elif now - self._unpolled_since >= UNPOLLED_S:
            self._unpolled_since = now
            self._not_yet()
        return b""

    def _take(self, frame: Frame, now: float) -> bytes:
        if isinstance(frame, Request) and frame.address == self._options.poll[0]:
            self._unpolled_since = now
            if not self._waiting or now < self._next_session:
                return self._end(now)
            return self._transmit(_Phase.SELECTING, request(self._options.control_address), now)
        if isinstance(frame, End) and self._phase is not _Phase.IDLE:
            # The control station has taken control back.
            self._fail(now)
            return b""
        return super()._take(frame, now)


class OverheardPanel(_Queue):
    """Both sides of a line with a control station and a paging system on it. Nobody can acknowledge to a tap: what
    has been said counts as acknowledged."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._next_poll = 0.0

    def feed(self, data: bytes, now: float) -> bytes:
        """A tap says nothing; what comes is ignored."""
        return b""

    def tick(self, now: float) -> bytes:
        """A poll and its answer now and then, and whole sessions."""
        select = request(self._options.control_address) + request(self._options.address) + _ACK
        said = b""
        while self._waiting:
            said += select + self._waiting[0] + _ACK + _EOT
            self._succeeded()
        if now >= self._next_poll:
            self._next_poll = now + self._options.poll_s
            said += request(self._options.address) + _EOT
        return said
