"""The computer at the receiver's automation output: stores, then answers once for whatever has come together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from drivers.base import Kind, Signal, Step, worth
from drivers.framing import Bad
from drivers.late import Backlog
from drivers.patience import Patience
from drivers.receiver.lines import ACK, HEARTBEAT, NAK, QUIET, Line, Scanner
from drivers.receiver.meaning import signals_of
from drivers.receiver.options import Options
from drivers.withheld import Withheld

# At 300 baud a line of SIA takes three seconds, but no byte of it 40 ms: one that stands still has been cut off.
LINE_TIMEOUT_S = 1.0
# A receiver waits four seconds for its answer, one make ten, and sends the line again: what comes sooner, though the
# line was answered, is another event.
SOONEST_COPY_S, LATEST_COPY_S = 2.0, 11.0
# It sends a line three or four times in all, and has then given us up.
GIVEN_UP_COPIES = 2
# A heartbeat comes every 30 s. Where nothing has come for longer, nobody may have listened, though the port was open.
ABSENT_S = 45.0


class Automation:
    """Answers the receiver, or only listens where `passive`."""

    def __init__(self, options: Options) -> None:
        self._answers = not options.passive
        self._scanner = Scanner(options.format)
        self._patience = Patience()
        self._backlog = Backlog()
        self._withheld = Withheld()
        self._heard = 0.0
        self._readable = 0.0  # when the last line came that could be read
        self._last = (b"", 0.0)  # the last event's line, and when it came
        self._copies = 0  # of it, that have come

    @property
    def transmits(self) -> bool:
        """False for a listener."""
        return self._answers

    def opened(self, now: float) -> Sequence[Step]:
        """Forget half lines. A receiver cannot be asked for anything; it may have kept events for us."""
        self._scanner.clear()
        self._patience.reset()
        self._withheld.clear()
        self._backlog.opened()
        self._heard = self._readable = now
        self._last, self._copies = (b"", now), 0
        return ()

    def feed(self, data: bytes, now: float) -> Sequence[Step]:
        """One step with the signals of all lines that `data` completes, and the answer to the last of them.

        Where another line seems to have begun behind it, the receiver has given up waiting and repeats: no answer yet.
        """
        if data:
            self._heard = now
        step = self._step(self._scanner.feed(data), now)
        return worth(self._withheld.pass_on(step, begun=self._scanner.begun))

    def tick(self, now: float) -> Sequence[Step]:
        """Give up a line that stands still. No answer to it: the receiver repeats it by itself."""
        if now - self._heard < LINE_TIMEOUT_S or not (self._scanner.unfinished or self._withheld):
            return ()
        step = self._step(self._scanner.expire(), now)
        return worth(self._withheld.released(replace(step, reply=b"")))

    def _step(self, frames: Iterable[Line | Bad], now: float) -> Step:
        signals: list[Signal] = []
        reply = b""
        alive = False
        for frame in frames:
            if isinstance(frame, Bad):
                signal, answer = self._rejected(frame)
                signals.append(signal)
                reply = answer or reply
            elif frame.form == QUIET:
                if frame.raw == ACK:
                    self._last = (b"", now)  # another computer has acknowledged it: what comes now is new
            else:
                signals += self._read(frame, now)
                reply = ACK
                alive = True
        if not self._answers:
            reply = b""
        return Step(tuple(signals), reply, alive)

    def _read(self, line: Line, now: float) -> list[Signal]:
        if now - self._readable > ABSENT_S:
            self._backlog.opened()
        self._readable = now
        if line.form == HEARTBEAT:
            return [self._heartbeat(line, now)]
        self._patience.reset()
        again = self._is_copy(line, now)
        self._copies = self._copies + 1 if again else 0
        self._last = (line.raw, now)
        late = self._answers and self._backlog.is_late(now, copy=again)
        if not late:
            # A receiver that has given us up sends heartbeats only: this one has not, and has kept nothing.
            self._backlog = Backlog()
        return [replace(signal, late=late or signal.late, again=again) for signal in signals_of(line)]

    def _heartbeat(self, line: Line, now: float) -> Signal:
        if self._copies >= GIVEN_UP_COPIES:
            # Our answers did not arrive, or were not given because nothing could be stored; this one may.
            self._backlog.opened()
        self._last = (b"", now)
        self._backlog.released(now)
        return Signal(kind=Kind.HEARTBEAT, raw=line.raw)

    def _is_copy(self, line: Line, now: float) -> bool:
        """Whether it is the last event once more, whose answer was lost."""
        raw, came = self._last
        if line.raw != raw:
            return False
        # What has come at one time was not answered in between.
        return now == came or SOONEST_COPY_S <= now - came <= LATEST_COPY_S

    def _rejected(self, bad: Bad) -> tuple[Signal, bytes]:
        """The signal for what is no line, and the answer to it if it wants one."""
        signal = Signal(kind=Kind.REJECTED, raw=bad.raw, reason=bad.reason)
        if not self._scanner.is_whole(bad):
            return signal, b""
        if self._answers and self._patience.is_over(bad.raw):
            return replace(signal, kind=Kind.UNKNOWN, reason=f"kept aside: {bad.reason}"), ACK
        return signal, NAK
