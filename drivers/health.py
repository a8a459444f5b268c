"""What is known of a panel's line: the age of its last valid frame, and what is wrong where that is too long ago."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from drivers.base import Kind, Step
from drivers.diagnosis import LOOKED_AT, causes

SETTLED_S = 5.0
"""A port that stayed open this long, or brought a valid frame, is tried again without a long pause when it is lost."""

GARBAGE_BYTES = 16
GARBAGE_S = 5.0
"""On a line without heartbeat: this much without a valid frame, for this long, is called garbage."""

SHOWN = 32
"""How many of the last bytes a health tells."""


class LinkState(StrEnum):
    """How a panel's line is. Open alone says nothing: what counts is the last valid frame."""

    OPENING = "opening"
    """Not opened yet."""
    SILENT = "silent"
    """Open; no valid frame since."""
    ALIVE = "alive"
    """The last valid frame is no older than the supervision time."""
    STALE = "stale"
    """Open; the last valid frame is older than that."""
    LOST = "lost"
    """Not open, and tried again for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkHealth:
    """A panel's line at one moment. Times are monotonic seconds.

    `since`: when it came into this state. `device`: what the port is behind its symbolic links. `heard`: the last
    valid frame, also before the port was lost. `attempts`: failed tries to open since it was last open.
    `present`: whether the device exists; None where that cannot be known. `last_raw`: the last bytes, as hex.
    `by_path`: None, but for a USB adapter without a serial number that the port names by its kind: the name of the
    socket it is plugged into, "" where the system has none (see `drivers.ports.unnamed_adapter`).

    `problem` is "" or one of these, and `detail` goes with it:
    no_such_port, busy (detail: the holder), permission, bad_url, open_failed (detail: the system's words);
    hung_up (the line went away: the system's words), driver_error;
    no_bytes, garbage (bytes but no valid frame; detail: what they look like, a code of `drivers.diagnosis`, else "")
    or shared (another program reads the same port; detail: which) on a line that should have been heard;
    store_failed (no signal is stored, none acknowledged), write_blocked (the line takes no replies).
    """

    state: LinkState
    since: float
    port: str
    device: str
    heard: float | None = None
    frames: int = 0
    rejected: int = 0
    attempts: int = 0
    next_attempt: float | None = None
    present: bool | None = None
    last_raw: str = ""
    problem: str = ""
    detail: str = ""
    by_path: str | None = None

    def differs(self, other: LinkHealth) -> bool:
        """True if somebody who was told `other` should be told this: counters and times alone are no news."""
        return (self.state, self.problem, self.detail, self.device, self.present) != (
            other.state,
            other.problem,
            other.detail,
            other.device,
            other.present,
        )


class Condition:
    """What a link notes down about its line. Not locked: the link does that.

    Looked up while the line is not heard: `sharers`, other programs that have the port open, and `claimed`, the
    driver whose frames come in place of the panel's own. `by_path`: as in the health. `baudrate` is the port's.
    """

    def __init__(self, port: str, supervision_s: float, now: float, baudrate: int = 9600) -> None:
        self.device = port
        self.by_path: str | None = None
        self.present: bool | None = None
        self.next_attempt: float | None = None
        self.sharers: tuple[str, ...] = ()
        self.claimed = ""
        self._port = port
        self._supervision_s = supervision_s
        self._baudrate = baudrate
        self._state = LinkState.OPENING  # OPENING, LOST, or SILENT for any kind of open
        self._since = now
        self._alive_since: float | None = None
        self._heard: float | None = None
        self._attempts = 0
        self._problem = ("", "")
        self._troubles: dict[str, None] = {}
        self._frames = 0
        self._rejected = 0
        self._unheard_bytes = 0
        self._unheard_since = now
        self._tail = bytearray()
        self._looks_like = ""
        self._looked_at = 0

    def opened(self, now: float, present: bool | None) -> None:
        """The port has been opened; `present`: whether its device is seen to exist."""
        self._state, self._since = LinkState.SILENT, now
        self._alive_since = None
        self.present, self.next_attempt = present, None
        self.sharers, self.claimed = (), ""
        self._problem = ("", "")
        self._unheard_bytes = self._looked_at = 0
        self._tail.clear()

    def lost(self, now: float, problem: tuple[str, str], present: bool | None) -> int:
        """The port has gone, or could not be opened: the tries that have failed since it was last in order."""
        if self._state is LinkState.SILENT:
            if self._alive_since is not None or now - self._since >= SETTLED_S:
                self._attempts = 0
            self._troubles.pop("write_blocked", None)
        if self._state is not LinkState.LOST:
            self._state, self._since = LinkState.LOST, now
        self._problem = problem
        self.present = present
        self._attempts += 1
        return self._attempts

    def seen(self, present: bool | None) -> bool:
        """Whether the device exists by now: True if it has just turned up."""
        appeared = present is True and self.present is False
        self.present = present
        if appeared:
            self._attempts = 0
        return appeared

    def fed(self, data: bytes, steps: Sequence[Step], now: float) -> int:
        """Bytes have come and the driver has made `steps` of them: how many since the last valid frame."""
        self._tail += data[-LOOKED_AT:]
        del self._tail[:-LOOKED_AT]
        self.noted(steps, now)
        if not any(step.alive for step in steps):
            if not self._unheard_bytes:
                self._unheard_since = now
            self._unheard_bytes += len(data)
        return self._unheard_bytes

    def noted(self, steps: Sequence[Step], now: float) -> None:
        """The driver has made `steps`, of bytes or of time that passed."""
        alive = sum(step.alive for step in steps)
        self._rejected += sum(signal.kind is Kind.REJECTED for step in steps for signal in step.signals)
        if alive:
            if self._state_at(now) is not LinkState.ALIVE:
                self._alive_since = now
            self._frames += alive
            self._heard = now
            self._attempts = 0
            self._unheard_bytes = self._looked_at = 0
            self.sharers, self.claimed = (), ""

    def trouble(self, code: str, there: bool) -> bool:
        """Set or clear a trouble that is no state of the line (store_failed, write_blocked): True if that is new."""
        if (code in self._troubles) == there:
            return False
        if there:
            self._troubles[code] = None
        else:
            del self._troubles[code]
        return True

    def overdue(self, now: float) -> bool:
        """True where something should have been heard by now."""
        return self._line_problem(now) != ""

    @property
    def unheard(self) -> bytes:
        """The last bytes that have come since the last valid frame."""
        return bytes(self._tail[-self._unheard_bytes :]) if self._unheard_bytes else b""

    def health(self, now: float) -> LinkHealth:
        """All of it, as seen at `now`."""
        state = self._state_at(now)
        since = self._since
        if state is LinkState.ALIVE and self._alive_since is not None:
            since = self._alive_since
        elif state is LinkState.STALE and self._heard is not None:
            since = self._heard + self._supervision_s
        problem, detail = self._problem
        if self._state is LinkState.SILENT:
            problem, detail = next(iter(self._troubles), ""), ""
            if not problem:
                problem = self._line_problem(now)
                if problem and self.sharers:
                    problem, detail = "shared", ", ".join(self.sharers)
                elif problem == "garbage":
                    detail = f"driver:{self.claimed}" if self.claimed else self._guess()
        return LinkHealth(
            state=state,
            since=since,
            port=self._port,
            device=self.device,
            heard=self._heard,
            frames=self._frames,
            rejected=self._rejected,
            attempts=self._attempts,
            next_attempt=self.next_attempt,
            present=self.present,
            last_raw=self._tail[-SHOWN:].hex(" "),
            problem=problem,
            detail=detail,
            by_path=self.by_path,
        )

    def _guess(self) -> str:
        """What the bytes look like; thought over when as many again have come, a tail's worth at most."""
        if self._unheard_bytes >= self._looked_at + min(max(self._looked_at, 1), LOOKED_AT):
            self._looked_at = self._unheard_bytes
            self._looks_like = next(iter(causes(self.unheard, self._baudrate)), "")
        return self._looks_like

    def _state_at(self, now: float) -> LinkState:
        if self._state is not LinkState.SILENT or self._alive_since is None or self._heard is None:
            return self._state
        if self._supervision_s > 0 and now - self._heard > self._supervision_s:
            return LinkState.STALE
        return LinkState.ALIVE

    def _line_problem(self, now: float) -> str:
        if self._state is not LinkState.SILENT:
            return ""
        if self._supervision_s > 0:
            last = self._since if self._alive_since is None or self._heard is None else self._heard
            if now - last <= self._supervision_s:
                return ""
            return "garbage" if self._unheard_bytes else "no_bytes"
        garbled = self._unheard_bytes >= GARBAGE_BYTES and now - self._unheard_since > GARBAGE_S
        return "garbage" if garbled else ""
