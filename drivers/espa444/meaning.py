"""What a call means. ESPA 4.4.4 has no code for a panic alarm: rules on address, text, priority and call type say it.

Rules are tried in order, the town hall's own before `DEFAULT_RULES`; the first that matches counts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from drivers import charset as letters
from drivers.base import Cause, Kind, Signal, Trouble
from drivers.espa444.frames import NO_ADDRESS, Block, Frame, Request
from drivers.framing import Bad
from drivers.words import ALARM_WORDS, FAULT_WORDS, TEST_WORDS

CALL_HEADERS = frozenset({"1", "4"})
STATUS_HEADERS = frozenset({"2", "3"})

ADDRESS, TEXT, TYPE, PRIORITY, SYSTEM = "1", "2", "4", "6", "8"
RESET = "1"
ALARM_PRIORITY = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What the rules look at. None where the block has no such record. All are texts: "1" is not "01"."""

    address: str | None
    text: str | None
    priority: str | None
    type: str | None
    broken: bool = False  # "transmitter failure" of the system status


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Kind and cause of the calls that match. A condition that is None matches anything.

    Only a rule that names call type 1 matches a reset: a rule about a text must not make the end of an alarm
    into another one.
    """

    kind: Kind
    cause: Cause | None = None
    address: str | None = None
    text: re.Pattern[str] | None = None
    priority: str | None = None
    type: str | None = None

    def matches(self, call: Call) -> bool:
        """True where the call fulfils every condition."""
        if call.type == RESET and self.type is None:
            return False
        return (
            (self.address is None or self.address == call.address)
            and (self.priority is None or self.priority == call.priority)
            and (self.type is None or self.type == call.type)
            and (self.text is None or (call.text is not None and self.text.search(call.text) is not None))
        )


DEFAULT_RULES: tuple[Rule, ...] = (
    *(Rule(kind=Kind.RESTORE, type=RESET, text=words) for _, words in ALARM_WORDS),
    *(Rule(kind=restored, type=RESET, text=words) for _, restored, words in FAULT_WORDS),
    Rule(kind=Kind.RESTORE, type=RESET),
    *(Rule(kind=Kind.ALARM, cause=cause, text=words) for cause, words in ALARM_WORDS),
    *(Rule(kind=kind, text=words) for kind, _, words in FAULT_WORDS),
    Rule(kind=Kind.ALARM, cause=Cause.HOLD_UP, priority=ALARM_PRIORITY),
    # Behind the priority: what the panel calls an emergency is one, whatever else it says.
    Rule(kind=Kind.TEST, text=TEST_WORDS),
    Rule(kind=Kind.INFO),
)


@dataclass(frozen=True, slots=True)
class Interpreter:
    """Frames to signals, with one site's charset and rules."""

    charset: str
    rules: Sequence[Rule] = ()

    def signal(self, frame: Frame) -> Signal | None:
        """What `frame` says to whoever stores it; None for a frame that only runs the session."""
        if isinstance(frame, Block):
            return self._block(frame)
        if isinstance(frame, Bad):
            return Signal(kind=Kind.REJECTED, raw=frame.raw, reason=frame.reason)
        if isinstance(frame, Request):
            if not frame.address:
                return Signal(kind=Kind.REJECTED, raw=frame.raw, reason=NO_ADDRESS)
            return Signal(kind=Kind.HEARTBEAT, point=frame.address, raw=frame.raw)
        return None

    def meaning(self, call: Call) -> tuple[Kind, Cause | None]:
        """Kind and cause of a call."""
        rule = next(rule for rule in (*self.rules, *DEFAULT_RULES) if rule.matches(call))
        return rule.kind, rule.cause

    def _block(self, block: Block) -> Signal:
        call = Call(
            address=self._text(block, ADDRESS),
            text=self._text(block, TEXT),
            priority=self._text(block, PRIORITY),
            type=self._text(block, TYPE),
            broken=block.record(SYSTEM) == b"1",
        )
        code = None if block.header in CALL_HEADERS else block.header
        kind, cause = self._kind(block.header, call)
        return Signal(
            kind=kind,
            cause=cause,
            point=call.address,
            code=code,
            text=call.text,
            raw=block.raw,
            trouble=Trouble.RADIO if call.broken and kind is Kind.FAULT else None,
        )

    def _kind(self, header: str, call: Call) -> tuple[Kind, Cause | None]:
        if header in STATUS_HEADERS:
            return (Kind.FAULT if call.broken else Kind.STATUS), None
        kind, cause = self.meaning(call)
        if header in CALL_HEADERS:
            return kind, cause
        # A vendor's own block. An alarm in it counts (and its reset), and what the town hall has a rule for.
        if kind in (Kind.ALARM, Kind.RESTORE) or any(rule.matches(call) for rule in self.rules):
            return kind, cause
        return Kind.UNKNOWN, None

    def _text(self, block: Block, record: str) -> str | None:
        data = block.record(record)
        return None if data is None else letters.decode(data, self.charset)
