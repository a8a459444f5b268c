"""The receiver: takes the panel's messages, asks for its state after a reconnect, and polls.

What happens comes as log events. Those that did not come are asked for, as soon as a status tells that there are
some. What a status shows is told where no log event told it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Iterator, Sequence

from msgspec.structs import replace

from drivers.base import Cause, Kind, Signal, Step, Trouble
from drivers.framing import WRONG_CHECK, Bad
from drivers.nx584.events import (
    EVENTS,
    KEYPAD,
    PROGRAMMED,
    RIGHT_CODE,
    SYSTEM_PAIRS,
    UNKNOWN,
    ZONE_ALARM,
    Event,
    Number,
    Pair,
    cause_of,
    event_of,
    is_always_on,
    point_of,
    system_troubles,
    zone_troubles,
)
from drivers.nx584.frames import Message, Scanner, build
from drivers.nx584.log import CONFIRM_S, Came, Log
from drivers.nx584.messages import ANSWERS, FIRST_OF_OURS, Type
from drivers.nx584.options import Options
from drivers.nx584.shown import Key, Shown
from drivers.patience import Patience
from drivers.standing import RESTORE_OF, Standing

KEPT_ASIDE = "kept aside: "
FRAME_S = 0.5
# The panel answers within 2.5 s; 3 s without an answer is a no.
ANSWER_S = 3.0
TRIES = 3
POLL_S = 10.0
ALL_EVERY = 6  # every so many polls everything is asked for, else the system status alone
GROUP, MOST_ZONES = 16, 192
PAUSE_S = 0.05

_BEGINNING = {restore: kind for kind, restore in RESTORE_OF.items()}
_TROUBLES = frozenset({Kind.TAMPER, Kind.FAULT, Kind.LOW_BATTERY, Kind.BYPASS})
_SYSTEM = "system"
# These two the panel does not send without need; they are heard where a line gives back what is sent.
_ECHOES = (Type.TAKEN, Type.UNREADABLE)
_EVERY_POINT = (KEYPAD, *(point_of(zone) for zone in range(MOST_ZONES)))


class Receiver:
    """Answers as the panel speaks: in binary, or in ASCII."""

    def __init__(self, options: Options) -> None:
        self.transmits = not options.passive
        self._zones = options.zones
        self._auto = options.mode == "auto"
        self._ascii = options.mode == "ascii"  # as the panel was heard to speak, or as it is guessed to
        self._scanner = Scanner(options.mode)
        self._patience = Patience()
        self._standing = Standing()
        self._heard = 0.0
        self._unanswered: tuple[bytes, tuple[Signal, ...]] = (b"", ())
        # Asking
        self._plan: deque[bytes] = deque()
        self._asked = b""  # what waits for an answer
        self._due = 0.0  # when that is asked again, or the next poll
        self._tries = 0
        self._answers_want = False  # this panel's answers want one themselves
        self._answered = False  # anything since the line was opened
        self._polls = 0
        self._gap = True  # the line may have been dead since the last status
        # What is known of the panel
        self._log = Log()
        self._log_is_off = False
        self._shown = Shown()
        self._types: dict[int, bytes] = {}
        self._areas: dict[int, str] = {}
        self._memory: dict[int, bool] = {}  # a zone's alarm memory
        self._causes: dict[int, Cause | None] = {}  # of the alarms told of a zone; None: of several kinds
        self._over: set[int] = set()  # zones whose alarm has ended

    def opened(self, now: float) -> Sequence[Step]:
        """Forget half messages, and ask for everything."""
        self._scanner.clear()
        self._patience.reset()
        self._standing.opened()
        self._plan.clear()
        self._asked, self._heard, self._answered, self._gap, self._polls = b"", now, False, True, 0
        if not self.transmits:
            return ()
        self._plan_all()
        return (Step(request=self._ask(now)),)

    def feed(self, data: bytes, now: float) -> Sequence[Step]:
        """One step with the signals of all messages that `data` completes and the answer to the last."""
        if data:
            self._heard = now
        return self._steps(self._scanner.feed(data), now)

    def tick(self, now: float) -> Sequence[Step]:
        """Messages that were cut off, questions that were not answered, polls."""
        steps: Sequence[Step] = ()
        if now - self._heard >= FRAME_S and self._scanner.unfinished:
            steps = self._steps(self._scanner.expire(), now)
        if overdue := tuple(self._found(now, late=True)):
            steps = (*steps, Step(overdue))
        if not self.transmits or now < self._due:
            return steps
        return (*steps, Step(request=self._overdue(now)))

    def _steps(self, found: Iterable[Message | Bad], now: float) -> Sequence[Step]:
        """A step for each message, so that the answer acknowledges the last one and the link keeps the others."""
        told: list[tuple[Signal, ...]] = []
        reply = b""
        alive = answered = False
        for item in found:
            if isinstance(item, Bad):
                signals, answer = self._bad_came(item)
                told.append(signals)
                reply = answer or reply
            elif item.type < FIRST_OF_OURS and item.type not in _ECHOES:
                self._patience.reset()
                self._ascii = item.ascii
                # Beside another receiver, an acknowledgement may be that one's.
                alive = alive or self.transmits or item.type < Type.FAILED
                asked = self._answers(item)
                answered = answered or bool(asked)
                told.append(self._with_copies(item, asked, now))
                # Only a message that wants an answer may have one.
                reply = self._build(bytes([Type.TAKEN])) if item.wants_answer else reply
        if not self.transmits or self._scanner.begun:
            reply = b""
        request = self._ask(now) if answered else b""
        steps = [Step(signals) for signals in told if signals]
        if reply or alive or request:
            last = steps.pop().signals if steps else ()
            steps.append(Step(last, reply, alive, request, PAUSE_S if request else 0.0))
        return steps

    def _with_copies(self, message: Message, asked: bytes, now: float) -> tuple[Signal, ...]:
        """The message's signals, also where it comes again because they could not be stored; else a sign of life."""
        signals = tuple(self._of_message(message, asked, now))
        if message.wants_answer:
            raw, before = self._unanswered
            signals = signals or (before if message.raw == raw else ())
            self._unanswered = message.raw, signals
        if signals or message.type >= Type.FAILED:
            return signals
        return (Signal(kind=Kind.HEARTBEAT, code=f"{message.type:02X}", raw=message.raw),)

    def _bad_came(self, bad: Bad) -> tuple[tuple[Signal, ...], bytes]:
        if not bad.raw.strip(b"\r\n"):
            return (), b""  # the end of a line, which belongs to no message
        rejected = Signal(kind=Kind.REJECTED, raw=bad.raw, reason=bad.reason)
        if bad.reason != WRONG_CHECK or not self.transmits:
            return (rejected,), b""
        in_ascii = bad.raw[:1] == b"\n"
        if self._patience.is_over(bad.raw):
            aside = replace(rejected, kind=Kind.UNKNOWN, reason=KEPT_ASIDE + bad.reason)
            return (rejected, aside), build(bytes([Type.TAKEN]), ascii_=in_ascii)
        return (rejected,), build(bytes([Type.UNREADABLE]), ascii_=in_ascii)

    # Asking

    def _build(self, message: bytes) -> bytes:
        return build(message, ascii_=self._ascii)

    def _plan_all(self) -> None:
        requests = (Type.SYSTEM_REQUEST, Type.CONFIGURATION_REQUEST, Type.PARTITIONS_REQUEST)
        self._plan.extend(bytes([request]) for request in requests)
        self._plan.append(bytes([Type.ZONES_REQUEST, 0]))

    def _ask(self, now: float) -> bytes:
        """The next question; b"" where none is left, and then the next poll is set."""
        self._tries = 0
        if not self._plan:
            self._asked = b""
            self._due = now + (CONFIRM_S if self._log.misses else POLL_S)
            return b""
        self._asked = self._plan.popleft()
        self._due = now + ANSWER_S
        return self._build(self._asked)

    def _overdue(self, now: float) -> bytes:
        if not self._asked:
            self._polls += 1
            if self._polls % ALL_EVERY:
                self._plan.append(bytes([Type.SYSTEM_REQUEST]))
            else:
                self._plan_all()
            return self._ask(now)
        self._tries += 1
        self._gap = True
        if self._answered and self._tries >= TRIES and self._asked[0] != Type.SYSTEM_REQUEST:
            # Does the panel not know this question, or is the line dead? The system status is asked for until it comes.
            self._plan = deque(request for request in self._plan if request[0] != Type.LOG_REQUEST)
            self._plan.appendleft(bytes([Type.SYSTEM_REQUEST]))
            return self._ask(now)
        if self._auto and not self._answered:
            self._ascii = not self._ascii
        self._due = now + ANSWER_S
        return self._build(self._asked)

    def _answers(self, message: Message) -> bytes:
        """The question that this message answers; b"" where it came by itself."""
        asked = self._asked
        if not asked:
            return b""
        if message.type in (Type.FAILED, Type.REJECTED):
            if asked[0] == Type.ZONE_REQUEST:
                # Zones behind the last one: each would cost seconds.
                self._plan = deque(request for request in self._plan if request[0] != Type.ZONE_REQUEST)
            elif asked[0] == Type.LOG_REQUEST:
                self._log.refused(asked[1])
        elif message.type != ANSWERS[asked[0]] or asked[1:] != message.data[: len(asked) - 1]:
            return b""
        elif message.type == Type.SYSTEM:
            self._answers_want = message.wants_answer
        elif message.type == Type.LOG_EVENT and message.wants_answer and not self._answers_want:
            return b""  # the panel tells of it by itself, just now
        self._answered = True
        return asked

    # Reading

    def _of_message(self, message: Message, asked: bytes, now: float) -> Iterator[Signal]:
        data, raw = message.data, message.raw
        if message.type == Type.LOG_EVENT:
            yield from self._log_came(message, asked, now)
        elif message.type == Type.SYSTEM and len(data) >= 11:
            yield from self._system_came(data, raw)
            self._look_at_log(data[10], now)
        elif message.type == Type.ZONE and len(data) >= 7:
            yield from self._zone_came(data, raw, now)
        elif message.type == Type.ZONES and len(data) >= 9:
            yield from self._zones_came(message, asked, now)
        elif message.type == Type.PARTITION and len(data) >= 8:
            yield from self._partition_came(data, raw, now)
        elif message.type == Type.PARTITIONS and asked:
            self._plan.extendleft(
                bytes([Type.PARTITION_REQUEST, number])
                for number in reversed(range(min(8, len(data))))
                if data[number] & 0x01
            )
        elif message.type == Type.CONFIGURATION and len(data) >= 6:
            yield from self._configuration_came(data, raw)
        yield from self._found(now, late=bool(asked) or not self._log_is_off)

    def _configuration_came(self, data: bytes, raw: bytes) -> Iterator[Signal]:
        """A panel that does not send its log events tells of a button late and only when asked, if at all: a zone's
        memory shows the first alarm before the next arming, and the log is read with the polls."""
        self._log_is_off = not data[5] & 0x04
        fault = Signal(kind=Kind.FAULT, trouble=Trouble.PROGRAM, unheard=_EVERY_POINT)
        standing: dict[Hashable, Signal] = {"log": fault} if self._log_is_off else {}
        yield from self._standing.report("configuration", standing, raw)

    def _system_came(self, data: bytes, raw: bytes) -> Iterator[Signal]:
        """The status does not say which module: what the log told of one stands until none has such a trouble."""
        told = self._standing.of(_SYSTEM)
        standing: dict[Hashable, Signal] = {}
        for pair, trouble in system_troubles(data).items():
            standing |= {key: signal for key, signal in told.items() if _is_of(key, pair)} or {(*pair, None): trouble}
        yield from self._standing.report(_SYSTEM, standing, raw)

    def _log_came(self, message: Message, asked: bytes, now: float) -> Iterator[Signal]:
        event = event_of(message.data)
        if event is None:
            yield Signal(kind=Kind.UNKNOWN, code="log", raw=message.raw)
            return
        came = self._log.came(event, message.data, now, asked=bool(asked))
        if came is not Came.KNOWN:
            shown = event.type == ZONE_ALARM and self._shown.was_told(("zone", event.value))
            again = came is Came.AGAIN or (bool(asked) and shown)
            yield self._event(event, message.raw, now, again=again, late=bool(asked))
            if event.type in PROGRAMMED:
                self._types.clear()
            elif event.type in RIGHT_CODE:
                yield from self._standing.report((KEYPAD, event.partition), {}, message.raw)

    def _look_at_log(self, named: int, now: float) -> None:
        """Ask for the entries that did not come. What stood in the log when the program began is history."""
        if not self.transmits:
            return
        history = self._log.status_came(named, now)
        numbers = self._log.to_ask(now, at_once=self._gap) if history is None else [history]
        self._gap = False
        requests = (bytes([Type.LOG_REQUEST, number]) for number in reversed(numbers))
        self._plan.extendleft(request for request in requests if request not in self._plan)

    def _event(self, event: Event, raw: bytes, now: float, *, again: bool, late: bool) -> Signal:
        meaning = EVENTS.get(event.type, UNKNOWN)
        begins = _BEGINNING.get(meaning.kind, meaning.kind)
        area = str(event.partition + 1) if meaning.has_area else None
        point, cause = None, meaning.cause
        if meaning.number is Number.ZONE:
            point = point_of(event.value)
            if meaning.kind is Kind.ALARM:
                cause = self._cause_of(event.value)
                self._alarm_told(event.value, cause)
            elif meaning.kind is Kind.RESTORE:
                cause = self._causes.get(event.value)
                self._over.add(event.value)
            if begins in _TROUBLES:
                area = None  # the zone's status, which tells the same, names none
        elif meaning.number is Number.KEYPAD:
            point = KEYPAD
        elif meaning.number in (Number.DEVICE, Number.USER):
            point = str(event.value)
        signal = Signal(
            kind=meaning.kind,
            cause=cause,
            trouble=meaning.trouble,
            point=point,
            by_user=meaning.number is Number.USER,
            area=area,
            code=str(event.type),
            panel_time=event.panel_time,
            raw=raw,
            again=again,
            late=late,
        )
        if meaning.kind is Kind.ALARM:
            self._shown.log_told(("partition", event.partition), now)
            if meaning.number is Number.ZONE:
                self._shown.log_told(("zone", event.value), now)
        elif begins in _TROUBLES:
            self._trouble_told(event, (begins, meaning.trouble), meaning.number, signal)
        return signal

    def _trouble_told(self, event: Event, pair: Pair, number: Number, signal: Signal) -> None:
        """Let the statuses, which show the same, tell no more of it than its end."""
        group: Hashable
        key: Hashable = pair
        if number is Number.ZONE:
            group = ("zone", event.value)
        elif number is Number.KEYPAD:
            group = (KEYPAD, event.partition)
        elif pair in SYSTEM_PAIRS:
            group, key = _SYSTEM, (*pair, signal.point)
        else:
            return
        if signal.kind is pair[0]:
            self._standing.began(group, key, signal)
        else:
            self._standing.ended(group, key)

    def _cause_of(self, zone: int) -> Cause:
        return self._zones.get(point_of(zone)) or cause_of(self._types.get(zone, b""))

    def _alarm_told(self, zone: int, cause: Cause) -> None:
        """Its end will be told with the same cause, whatever becomes known of the zone meanwhile."""
        before = cause if zone in self._over else self._causes.get(zone, cause)
        self._over.discard(zone)
        self._causes[zone] = cause if before is cause else None

    def _zone_came(self, data: bytes, raw: bytes, now: float) -> Iterator[Signal]:
        zone, mask, conditions = data[0], data[1], data[5]
        first = zone not in self._types
        self._types[zone] = data[2:5]
        if mask:
            self._areas[zone] = str((mask & -mask).bit_length())
        yield from self._standing.report(("zone", zone), zone_troubles(zone, conditions), raw)
        # A button that is pressed when the program begins.
        pressed = conditions & 0x01 and (is_always_on(data[2:5]) or point_of(zone) in self._zones)
        yield from self._memory_came(zone, bool(data[6] & 0x01), raw, now, new=first and bool(pressed))

    def _zones_came(self, message: Message, asked: bytes, now: float) -> Iterator[Signal]:
        """Sixteen zones, four bits each: faulted, bypassed, trouble, alarm memory. What is wrong, each tells itself."""
        offset = message.data[0]
        for place in range(GROUP):
            zone = offset + place
            if zone > 0xFF:
                break
            bits = message.data[1 + place // 2] >> (4 * (place % 2))
            yield from self._memory_came(zone, bool(bits & 0x08), message.raw, now)
            if asked and (bits & 0x06 or zone not in self._types):
                self._plan.append(bytes([Type.ZONE_REQUEST, zone]))
        if asked and offset + GROUP < MOST_ZONES:
            self._plan.append(bytes([Type.ZONES_REQUEST, offset + GROUP]))

    def _memory_came(
        self, zone: int, remembers: bool, raw: bytes, now: float, *, new: bool = False
    ) -> Iterator[Signal]:
        """A zone that has come to remember an alarm. What it remembered already when the program began may be over for
        days, since a memory lasts until the next arming; unless it is `new` for another reason."""
        new = new or self._memory.get(zone) is False
        self._memory[zone] = remembers
        alarm = Signal(kind=Kind.ALARM, cause=self._cause_of(zone), point=point_of(zone), area=self._areas.get(zone))
        yield from self._show(("zone", zone), alarm, raw, now, stands=remembers, new=new)

    def _partition_came(self, data: bytes, raw: bytes, now: float) -> Iterator[Signal]:
        """A partition whose siren sounds."""
        fire, siren = bool(data[1] & 0x04), bool(data[2] & 0x06)
        alarm = Signal(kind=Kind.ALARM, cause=Cause.FIRE if fire else Cause.OTHER, area=str(data[0] + 1))
        yield from self._show(("partition", data[0]), alarm, raw, now, stands=fire or siren, new=True)

    def _show(self, key: Key, alarm: Signal, raw: bytes, now: float, *, stands: bool, new: bool) -> Iterator[Signal]:
        """A status shows this alarm (`new`: as it did not before), or, where it does not stand, shows none."""
        if stands:
            self._shown.stands(key, replace(alarm, raw=raw), now, new=new)
        elif (told := self._shown.ended(key, now)) is not None:
            yield replace(told, kind=Kind.RESTORE, found=True, raw=raw)

    def _found(self, now: float, *, late: bool) -> Iterator[Signal]:
        """The alarms that the log should have told and has not."""
        for (what, number), alarm in self._shown.overdue(now, at_once=self._log_is_off):
            if what == "zone" and alarm.cause is not None:
                self._alarm_told(number, alarm.cause)
            yield replace(alarm, found=True, late=late)


def _is_of(key: Hashable, pair: Pair) -> bool:
    return isinstance(key, tuple) and key[:2] == pair
