"""What a family of panels says on its lines: the seam between the engine and a preset."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass

from drivers.base import Kind, Signal
from drivers.framing import CUT_OFF
from drivers.line.lines import Line
from drivers.line.options import Options

UNREADABLE = "no line of this panel"


SAME_PRESS_S = 3.0
"""An alarm of a whole area so soon behind a button tells of the same press."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a line says. `alive`: it is a valid line of the panel."""

    signals: tuple[Signal, ...] = ()
    alive: bool = True


SILENT = Reading(alive=False)
"""Nothing that the panel wrote (a command to it, say)."""


class Dialect:
    """Reads lines; asks nothing but `poll`. A preset that knows more overrides what it knows better."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self._next_poll: float | None = None

    @property
    def talks(self) -> bool:
        """It sends something."""
        return not self.options.passive and bool(self.options.poll)

    def opened(self, now: float) -> None:
        """The line has just been opened: the panel's state is not known any more."""
        self._next_poll = now

    def read(self, line: Line, now: float) -> Reading:
        """What a line says that no own rule matches."""
        raise NotImplementedError

    def may_be_alarm(self, text: str) -> bool:
        """Whether a line of this text is read even where the options leave it out."""
        raise NotImplementedError

    def ask(self, now: float) -> bytes:
        """A question that is due now."""
        if self._next_poll is None or now < self._next_poll:
            return b""
        self._next_poll = now + self.options.poll_s
        return self.options.poll_line


class Presses:
    """Presses of listed buttons. Each explains one alarm that names no button, and only at once."""

    def __init__(self) -> None:
        self._at: deque[float] = deque(maxlen=32)

    def clear(self) -> None:
        """Forget them."""
        self._at.clear()

    def add(self, now: float) -> None:
        """A button was pressed."""
        self._at.append(now)

    def explain(self, now: float) -> bool:
        """Whether an alarm that comes now is a press that has been told; that press explains no other."""
        while self._at and now - self._at[0] > SAME_PRESS_S:
            self._at.popleft()
        if not self._at:
            return False
        self._at.popleft()
        return True


def whole_events(event: re.Pattern[str], text: str) -> list[re.Match[str]]:
    """The events in a line that ends with one: noise may stand before it, or an event whose line end was lost."""
    events = list(event.finditer(text))
    return events if events and events[-1].end() == len(text) else []


def alone(signal: Signal) -> Reading:
    """A line that says one thing."""
    return Reading((signal,))


def rejected(line: Line) -> Reading:
    """A line that is none of this panel's: noise, or part of one."""
    reason = UNREADABLE if line.whole else CUT_OFF
    return Reading((Signal(kind=Kind.REJECTED, raw=line.raw, reason=reason),), alive=False)


def heartbeat(line: Line, *, point: str | None = None, area: str | None = None) -> Reading:
    """A sign of life that says nothing else."""
    return alone(Signal(kind=Kind.HEARTBEAT, point=point, area=area, raw=line.raw))
