"""Our end of the line: takes what the panel says, and asks it for the state of its zones."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from drivers.base import Kind, Signal, Step
from drivers.concord import meaning
from drivers.concord.frames import ACK, LF, NAK, Answer, Frame, Message, framer, message
from drivers.framing import Bad
from drivers.patience import Patience
from drivers.questions import Questions
from drivers.standing import Standing

ANSWER_S = 1.0
"""A panel acknowledges a request within this."""
QUIET_S = 3.0
"""A panel sends its state in one go, four messages a second or more, and what was not acknowledged after 2 s once more;
this much silence ends it."""
COPY_S = 3.5
"""A message that was not acknowledged comes again within this."""
LONGEST_REPORT_S = 15.0
SOON_S = 5.0
"""A panel that has forgotten things brings the next questions forward to so long after the last."""
CUT_OFF_S = 1.0
"""The longest message takes 0.15 s."""
MOST_ZONES = 1000

_ZONES, _REFRESH = "zones", "refresh"
_REQUESTS = {_ZONES: message(b"\x02\x03"), _REFRESH: message(b"\x20")}
_ZONE_DATA, _ZONE_STATUS, _LIST_DONE = b"\x03", b"\x21", b"\x08"
_EVENT, _ARMING = b"\x22\x02", b"\x22\x01"
_EVENT_LOST, _CLEAR_IMAGE = b"\x02", b"\x20"
_STATE = (_ZONE_DATA, _ZONE_STATUS, _LIST_DONE, _ARMING, b"\x22\x0c", b"\x22\x0e")
"""What a panel sends when it is asked for its state."""

_LONG_COMMANDS = (0x22, 0x23)
_SIGNS_OF_LIFE = frozenset(
    {
        *(_ZONE_DATA, _ZONE_STATUS, _LIST_DONE),
        *(bytes([command]) for command in (0x04, 0x05, 0x06, 0x07, 0x09, 0x0A, 0x0B, 0x0C)),  # the equipment's list
        *(bytes([0x22, sub]) for sub in (0x03, 0x04, 0x05, 0x06, 0x09, 0x0B, 0x0C, 0x0D, 0x0E)),  # delays, sirens,
        # touchpad display, features, temperature, time
        *(bytes([0x23, sub]) for sub in (0x01, 0x02)),  # lights
    }
)
_STATUSES = frozenset({b"\x01", _EVENT_LOST, _CLEAR_IMAGE, b"\x23\x03", b"\x40"})
"""Panel type, events lost, forget everything, keyfob; and the keys a computer presses, in captures of both directions
(whose requests are written like the panel's own 02h and 20h)."""

_IN_ALARM, _IN_TROUBLE, _BYPASSED = 4, 8, 16
_BITS = {_IN_ALARM: Kind.ALARM, _IN_TROUBLE: Kind.FAULT, _BYPASSED: Kind.BYPASS}
_BEGINS = {
    meaning.ALARM: _IN_ALARM,
    meaning.FIRE_TROUBLE: _IN_TROUBLE,
    meaning.TROUBLE: _IN_TROUBLE,
    meaning.BYPASS: _BYPASSED,
}
_ENDS = {
    meaning.ALARM_RESTORAL: _IN_ALARM,
    meaning.FIRE_TROUBLE_RESTORAL: _IN_TROUBLE,
    meaning.TROUBLE_RESTORAL: _IN_TROUBLE,
    meaning.UNBYPASS: _BYPASSED,
}


@dataclass(frozen=True, slots=True)
class _Zone:
    """What the panel last said of a zone."""

    area: str
    bits: int
    raw: bytes


class Receiver:
    """The driver. `passive`: a tap that neither answers nor asks. `poll_s`: seconds between questions."""

    def __init__(self, *, passive: bool, poll_s: float) -> None:
        self._passive = passive
        self._poll_s = poll_s
        self._framer = framer()
        self._patience = Patience()
        self._questions = Questions(ANSWER_S)
        self._standing = Standing()
        self._zones: dict[int, _Zone] = {}  # reported since the panel was last asked
        self._groups: dict[int, int] = {}
        self._listed = False  # the zones' groups are known
        self._arming: dict[str, int] = {}
        self._last: tuple[bytes, float] = b"", 0.0  # the last message, and when it came
        self._polled_at = 0.0
        self._next_poll = 0.0
        self._report_began: float | None = None
        self._report_heard = 0.0
        self._reported = False  # the report has said anything
        self._damaged = False  # something of it could not be read
        self._asks_again = False  # this report is the second try
        self._heard = 0.0

    @property
    def transmits(self) -> bool:
        """False for a tap."""
        return not self._passive

    def opened(self, now: float) -> Sequence[Step]:
        """Ask for the zones' state, and at first for their groups too."""
        self._framer.clear()
        self._patience.reset()
        self._questions.clear()
        self._standing.opened()
        self._poll(now)
        return self._step([], now)

    def feed(self, data: bytes, now: float) -> Sequence[Step]:
        """Everything that has come, answered once: a panel waits for the answer to its last message only."""
        self._heard = now
        return self._take(self._framer.feed(data), now)

    def tick(self, now: float) -> Sequence[Step]:
        """Questions; messages that were cut off; the end of a report."""
        steps: list[Step] = []
        if self._report_began is not None and (
            now - self._report_heard >= QUIET_S or now - self._report_began >= LONGEST_REPORT_S
        ):
            found = self._report_ended(now)
            if found:
                steps.append(Step(tuple(found)))
        unanswered = self._questions.expired(now)
        if unanswered == _REFRESH:
            self._questions.put(_REFRESH)
            self._standing.opened()  # nobody may have listened
        if now >= self._next_poll and not self._passive:
            self._poll(now)
        frames = self._framer.expire() if self._framer.unfinished and now - self._heard >= CUT_OFF_S else ()
        return [*steps, *self._take(frames, now)]

    def _report_ended(self, now: float) -> list[Signal]:
        """What the report says. Where a part of it may be missing, nothing is over because it is not named, and the
        panel is asked once more."""
        quiet = now - self._report_heard >= QUIET_S
        whole = quiet and self._reported and not self._damaged and not self._framer.unfinished
        self._report_began = None
        found = self._found(whole=whole)
        again = not whole and not self._asks_again
        if again:
            self._poll(now)
        self._asks_again = again
        return found

    def _take(self, frames: Iterable[Frame | Bad], now: float) -> list[Step]:
        signals: list[Signal] = []
        alive = False
        reply = b""
        for frame in frames:
            if isinstance(frame, Answer):
                alive |= self._answered(bytes([frame.byte]), now)
            elif isinstance(frame, Message):
                self._answered(frame.answers, now)
                self._patience.reset()
                alive, reply = True, bytes([ACK])
                signals.append(self._read(frame, now))
            else:
                self._damaged = True
                answer, signal = self._refuse(frame)
                reply = answer or reply
                signals.append(signal)
        return self._step(signals, now, b"" if self._passive else reply, alive=alive)

    def _step(self, signals: list[Signal], now: float, reply: bytes = b"", *, alive: bool = False) -> list[Step]:
        question = self._questions.following(now)
        request = _REQUESTS[question] if question is not None else b""
        return [Step(tuple(signals), reply, alive, request)] if signals or reply or alive or request else []

    def _refuse(self, bad: Bad) -> tuple[bytes, Signal]:
        """NAK what began like a message. What comes a third time as it was is wrong in itself, and is let pass."""
        if bad.raw[0] != LF or len(bad.raw) < 3:
            return b"", Signal(kind=Kind.REJECTED, raw=bad.raw, reason=bad.reason)
        if not self._passive and self._patience.is_over(bad.raw):
            return bytes([ACK]), Signal(kind=Kind.UNKNOWN, raw=bad.raw, reason=f"kept aside: {bad.reason}")
        return bytes([NAK]), Signal(kind=Kind.REJECTED, raw=bad.raw, reason=bad.reason)

    def _poll(self, now: float) -> None:
        self._polled_at, self._next_poll = now, now + self._poll_s
        self._report_began = None
        if self._passive:
            return
        self._zones.clear()
        if not self._listed:
            self._questions.put(_ZONES)
        self._questions.put(_REFRESH)

    def _answered(self, answers: bytes, now: float) -> bool:
        """The panel's ACK to a question; a NAK is left to the next try. True where it answers one."""
        if ACK not in answers:
            return False
        if self._questions.answered(_REFRESH):
            self._report_began = self._report_heard = now
            self._reported = self._damaged = False
            return True
        return self._questions.answered(_ZONES)

    def _read(self, frame: Message, now: float) -> Signal:
        data, raw = frame.data, frame.raw
        again = raw == self._last[0] and now - self._last[1] <= COPY_S
        self._last = raw, now
        size = 2 if data[0] in _LONG_COMMANDS else 1
        command, rest = data[:size], data[size:]
        if command in _STATE:
            self._report_heard = now
            self._reported = True
        code = ".".join(f"{byte:02X}" for byte in command)
        if command == _EVENT and len(rest) == 10:
            return self._event(rest, raw, again=again)
        if command == _ARMING and len(rest) == 5:
            return self._armed(rest, raw)
        if command == _ZONE_STATUS and len(rest) == 5:
            area, zone = _area(rest), int.from_bytes(rest[2:4], "big")
            self._note(zone, _Zone(area, rest[4], raw))
            return Signal(kind=Kind.HEARTBEAT, point=_zone(zone), area=area, code=f"{code}.{rest[4]:02X}", raw=raw)
        if command == _ZONE_DATA and len(rest) >= 7:
            area, zone = _area(rest), int.from_bytes(rest[3:5], "big")
            bits = rest[6] | (self._zones[zone].bits if zone in self._zones else 0)
            self._note(zone, _Zone(area, bits, raw))
            if zone in self._groups or len(self._groups) < MOST_ZONES:
                self._groups[zone] = rest[2]
            return Signal(kind=Kind.HEARTBEAT, point=_zone(zone), area=area, code=code, raw=raw)
        if command == _LIST_DONE:
            self._listed = True
        elif command in (_EVENT_LOST, _CLEAR_IMAGE) and not rest:
            # The panel has forgotten what it wanted to say, or has been programmed anew.
            self._listed = False
            self._next_poll = min(self._next_poll, self._polled_at + SOON_S)
        if command in _STATUSES:
            return Signal(kind=Kind.STATUS, code=code, raw=raw)
        return Signal(kind=Kind.HEARTBEAT if command in _SIGNS_OF_LIFE else Kind.UNKNOWN, code=code, raw=raw)

    def _event(self, rest: bytes, raw: bytes, *, again: bool) -> Signal:
        source, number = rest[2], int.from_bytes(rest[3:6], "big")
        general, specific = rest[6:8]
        said = meaning.meaning(general, specific, self._groups.get(number) if source == meaning.ZONE else None)
        signal = Signal(
            kind=said.kind,
            cause=said.cause,
            # Who cancels at a touchpad means what stands in the area.
            point=None if said.kind is Kind.CANCEL and source != meaning.ZONE else _point(source, number),
            area=_area(rest),
            code=f"{general}.{specific}",
            trouble=said.trouble,
            raw=raw,
            again=again,
        )
        if source == meaning.ZONE and 0 < number <= MOST_ZONES and not self._passive:
            self._happened(number, general, specific, signal)
        return signal

    def _happened(self, number: int, general: int, specific: int, signal: Signal) -> None:
        """An event has changed a zone's state, whether or not the panel then says so."""
        begins, ends = _BEGINS.get(general, 0), _ENDS.get(general, 0)
        if not begins and not ends:
            return
        key = _key(number, begins or ends, specific if (begins or ends) == _IN_TROUBLE else signal.trouble)
        if begins and not signal.again:
            self._standing.began(_ZONES, key, signal)
        else:
            # Over; or the panel had no answer, so it was not stored, and the panel may give up: the next report tells.
            self._standing.ended(_ZONES, key)
        if any(_is_of(other, number, ends) for other in self._standing.of(_ZONES)):
            ends = 0  # an alarm and a tamper show by the same bit
        bits = self._zones[number].bits if number in self._zones else 0
        self._zones[number] = _Zone(signal.area or "", (bits | begins) & ~ends, signal.raw)

    def _armed(self, rest: bytes, raw: bytes) -> Signal:
        """A change of the arming level; each refresh tells it again, which is no news."""
        area, level = _area(rest), rest[4]
        news = self._arming.get(area) != level
        if area in self._arming or len(self._arming) < MOST_ZONES:
            self._arming[area] = level
        return Signal(kind=Kind.STATUS if news else Kind.HEARTBEAT, area=area, code=f"22.01.{level:02X}", raw=raw)

    def _note(self, number: int, zone: _Zone) -> None:
        if 0 < number <= MOST_ZONES and not self._passive:
            self._zones[number] = zone

    def _found(self, *, whole: bool) -> list[Signal]:
        """What the zones' state says beside what was told as it happened. A zone that is not named is in order, if the
        report is whole."""
        told = self._standing.of(_ZONES)
        now: dict[Hashable, Signal] = {} if whole else dict(told)
        raw = b""
        for number, zone in self._zones.items():
            for bit, kind in _BITS.items():
                if not zone.bits & bit:
                    continue
                raw += zone.raw
                known = {key: signal for key, signal in told.items() if _is_of(key, number, bit)}
                cause = meaning.group_cause(self._groups.get(number)) if kind is Kind.ALARM else None
                new = Signal(kind=kind, cause=cause, point=_zone(number), area=zone.area)
                now |= known or {_key(number, bit, None): new}
        return self._standing.report(_ZONES, now, raw)


def _key(number: int, bit: int, about: Hashable) -> Hashable:
    """Alarms of one zone are one; its tampers, which are told as alarms, and its troubles are told apart."""
    return (number, bit, about)


def _is_of(key: Hashable, number: int, bit: int) -> bool:
    return isinstance(key, tuple) and key[:2] == (number, bit)


def _zone(number: int) -> str:
    return f"{number:03}"


def _area(data: bytes) -> str:
    """Partition, and the area where a panel has areas."""
    partition, area = data[:2]
    return f"{partition}/{area}" if area else str(partition)


def _point(source: int, number: int) -> str:
    """Who reported: a zone by its number, a device on the panel's bus or a phone with a word before it."""
    match source:
        case meaning.ZONE:
            return _zone(number)
        case meaning.SYSTEM:
            return meaning.SYSTEM_POINT
        case meaning.BUS_DEVICE:
            return f"bus {number}"
        case meaning.LOCAL_PHONE:
            return f"phone {number}"
        case meaning.REMOTE_PHONE:
            return f"remote phone {number}"
    return f"source {source} {number}"
