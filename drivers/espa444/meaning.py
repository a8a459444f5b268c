"""What a call means. ESPA 4.4.4 has no code for a panic alarm: rules on address, text, priority and call type say it.

Rules are tried in order, the town hall's own before `DEFAULT_RULES`; the first that matches counts. Words of an
alarm win over words of a fault: a fault taken for an alarm costs a walk, the other way round nobody comes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from drivers.base import Cause, Kind, Signal
from drivers.espa444 import charset as letters
from drivers.espa444.frames import NO_ADDRESS, Block, Frame, Request
from drivers.framing import Bad

CALL_HEADERS = frozenset({"1", "4"})
STATUS_HEADERS = frozenset({"2", "3"})

ADDRESS, TEXT, TYPE, PRIORITY = "1", "2", "4", "6"
RESET = "1"
ALARM_PRIORITY = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What the rules look at. None where the block has no such record. All are texts: "1" is not "01"."""

    address: str | None
    text: str | None
    priority: str | None
    type: str | None


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


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# Danish first, as panels in Denmark write; "fire" is Danish for four ("KONTAKTRUM FIRE"), so it must lead the text.
_ALARM_WORDS: tuple[tuple[Cause, re.Pattern[str]], ...] = (
    (Cause.DURESS, _words(r"\btvang(?:s(?:alarm|kode))?\b|duress")),
    (Cause.PANIC, _words(r"panik|panic")),
    (
        Cause.HOLD_UP,
        _words(r"overfald|h[aå]ndtryk|assist|n(?:ø|oe)d(?!lys|bel|udg|str)|hold.?up|r(?:ø|oe)veri|robbery"),
    ),
    (Cause.MEDICAL, _words(r"medical|ambulance|hjertestop|l(?:æ|ae)gehj(?:æ|ae)lp")),
    (Cause.FIRE, _words(r"\bbrand(?:alarm|melding|dør)?\b|\br(?:ø|oe)g(?:alarm|meld)|^\W*fire\b|\bfire ?alarm")),
    (Cause.INTRUSION, _words(r"indbrud|intrusion|burglar")),
    (Cause.OTHER, _words(r"teknisk alarm")),
)
_FAULT_WORDS: tuple[tuple[Kind, Kind, re.Pattern[str]], ...] = (
    (Kind.TAMPER, Kind.TAMPER_RESTORE, _words(r"sabotage|tamper")),
    (
        Kind.LOW_BATTERY,
        Kind.BATTERY_RESTORE,
        _words(r"lavt? ?batt|low ?batt|batteri(?:et)? (?:er )?(?:lavt?|fejl)|batterifejl"),
    ),
    # "fejltryk" is an accidental press, which somebody has to look at all the same.
    (
        Kind.FAULT,
        Kind.FAULT_RESTORE,
        _words(r"\bfejl(?:meld\w*)?\b|\w{3,}fejl\b|\bfaults?\b|str(?:ø|oe)msvigt|netsvigt"),
    ),
)

DEFAULT_RULES: tuple[Rule, ...] = (
    *(Rule(kind=Kind.RESTORE, type=RESET, text=words) for _, words in _ALARM_WORDS),
    *(Rule(kind=restored, type=RESET, text=words) for _, restored, words in _FAULT_WORDS),
    Rule(kind=Kind.RESTORE, type=RESET),
    *(Rule(kind=Kind.ALARM, cause=cause, text=words) for cause, words in _ALARM_WORDS),
    *(Rule(kind=kind, text=words) for kind, _, words in _FAULT_WORDS),
    Rule(kind=Kind.ALARM, cause=Cause.HOLD_UP, priority=ALARM_PRIORITY),
    # Behind the priority: what the panel calls an emergency is one, whatever else it says.
    Rule(kind=Kind.TEST, text=_words(r"\btest\b|\bpr(?:ø|oe)ve\b")),
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
        )
        code = None if block.header in CALL_HEADERS else block.header
        kind, cause = self._kind(block.header, call)
        return Signal(kind=kind, cause=cause, point=call.address, code=code, text=call.text, raw=block.raw)

    def _kind(self, header: str, call: Call) -> tuple[Kind, Cause | None]:
        if header in STATUS_HEADERS:
            return Kind.STATUS, None
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
