"""Satel INTEGRA by its INT-RS module: the panel answers questions about its state and says nothing by itself.

    FE FE  command  data…  CRC high  CRC low  FE 0D        an FE inside is sent as FE F0

The states are asked for in turn, one question at a time; each answer is compared with the one before. Checked against
the published command numbers and check values only, not against a device.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from drivers.base import Cause, Driver, Kind, OptionError, PanelSide, Signal, Step, Trouble, worth
from drivers.framing import CUT_OFF, WRONG_CHECK, Bad, Broken, Framer, Noise, Whole
from drivers.options import OptionReader
from drivers.panel_queue import Waiting
from drivers.questions import Questions
from drivers.registry import DriverDefaults
from drivers.standing import RESTORE_OF, Standing
from drivers.zone_causes import ZONE_KEYS, read_zone_causes

VIOLATED, TAMPERED, IN_ALARM, TAMPER_ALARM, BYPASSED = "00", "01", "02", "03", "06"
AREA_ALARM, AREA_FIRE, CLOCK, VERSION, DEVICE, RESULT = "13", "14", "1A", "7E", "EE", "EF"
ZONE_AND_AREA = 5
"""Of the kinds of `DEVICE`: a zone, its name, and the area it belongs to."""

SWEEP: tuple[str, ...] = (IN_ALARM, VIOLATED, AREA_ALARM, AREA_FIRE, TAMPERED, TAMPER_ALARM, BYPASSED, CLOCK)
"""What is asked for again and again, buttons first."""

SIGNS_OF_LIFE = frozenset({*SWEEP, VERSION, DEVICE})

ANSWER_S = 1.0
UNREAD_S = 5.0
"""Zones whose state has not been told for so long are not heard; after such a silence everything may have changed."""
# A frame of 37 bytes takes 20 ms at 19200 baud.
FRAME_TIMEOUT_S = 0.5
LONGEST = 160
ALL_ZONES = tuple(f"{number:03}" for number in range(1, 257))
LARGE_PANEL = 72
"""The number by which an INTEGRA 256 Plus calls itself; it tells of its zones above 128 only where asked so."""

ZONE_STATES: Mapping[str, tuple[Kind, Trouble | None]] = {
    VIOLATED: (Kind.ALARM, None),
    TAMPERED: (Kind.TAMPER, Trouble.SENSOR),
    IN_ALARM: (Kind.ALARM, None),
    TAMPER_ALARM: (Kind.TAMPER, Trouble.BOX),
    BYPASSED: (Kind.BYPASS, None),
}
RESTORES = frozenset(RESTORE_OF.values())

_KEYS = frozenset({"passive", "poll_s"}) | ZONE_KEYS
_END = re.compile(rb"\xfe(?!\xf0)(.?)", re.DOTALL)
_MESSAGE = "not a message"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`zones`: what the zones in the lists are for. `poll_s`: seconds from one round of questions to the next."""

    passive: bool = False
    poll_s: float = 0.2
    zones: Mapping[str, Cause]


@dataclass(frozen=True, slots=True)
class Message:
    """One frame. A question has no data, but for the zone questions to the largest panels."""

    raw: bytes
    command: str
    data: bytes


def defaults(options: Mapping[str, object]) -> DriverDefaults:
    """19200 8N1. A round of questions takes less than a second: five without an answer are a dead line."""
    read, _mistakes = _read(options)
    point = next(iter(read.zones), "005")
    return DriverDefaults(
        repeat_s=0, supervision_s=5, baudrate=19200, bytesize=8, parity="N", stopbits=1, point=point, points=r"\d{3}"
    )


def check_options(options: Mapping[str, object]) -> list[OptionError]:
    """All mistakes in the options."""
    return _read(options)[1]


def make(options: Mapping[str, object]) -> Driver:
    """The receiver; OptionError on the first mistake."""
    return Receiver(_checked(options))


def make_decoder(options: Mapping[str, object]) -> Driver:
    """A listener with these options: it takes the answers and passes over the questions."""
    return Receiver(_checked({**options, "passive": True}), follows=False)


def make_panel_side(options: Mapping[str, object]) -> PanelSide:
    """A panel of 128 zones in one area."""
    return Panel(_checked(options))


def _read(options: Mapping[str, object]) -> tuple[Options, list[OptionError]]:
    reader = OptionReader(options, _KEYS)
    read = Options(
        passive=reader.flag("passive", False),
        poll_s=reader.seconds("poll_s", 0.05, 5.0, 0.2),
        zones=read_zone_causes(reader, 3),
    )
    return read, reader.mistakes


def _checked(options: Mapping[str, object]) -> Options:
    read, mistakes = _read(options)
    if mistakes:
        raise mistakes[0]
    return read


def check_word(data: Iterable[int]) -> int:
    """The CRC of a frame's command and data."""
    crc = 0x147A
    for byte in data:
        crc = ((crc << 1) | (crc >> 15)) & 0xFFFF ^ 0xFFFF
        crc = (crc + (crc >> 8) + byte) & 0xFFFF
    return crc


def build(command: str, data: bytes = b"") -> bytes:
    """A frame's bytes."""
    inside = bytes.fromhex(command) + data
    inside += check_word(inside).to_bytes(2, "big")
    return b"\xfe\xfe" + inside.replace(b"\xfe", b"\xfe\xf0") + b"\xfe\x0d"


def look(read: bytearray) -> Whole[Message] | Broken | Noise | None:
    """What stands at the start: noise up to FE FE, or a frame."""
    start = read.find(b"\xfe")
    if start:
        return Noise(len(read) if start < 0 else start)
    if len(read) < 3:
        return None
    if read[1] != 0xFE:
        return Noise(1)
    if read[2] == 0xFE:  # any number of FE may stand before a frame
        return Noise(1)
    end = _END.search(read, 2)
    if end is None or not end[1]:
        return None
    if end[1] != b"\x0d":  # only the end of a frame and a stuffed FE may follow an FE
        return Broken(end.start(), CUT_OFF)
    inside = bytes(read[2 : end.start()]).replace(b"\xfe\xf0", b"\xfe")
    size = end.end()
    if len(inside) < 3:
        return Broken(size, _MESSAGE)
    if check_word(inside[:-2]) != int.from_bytes(inside[-2:], "big"):
        return Broken(size, WRONG_CHECK)
    return Whole(size, Message(bytes(read[:size]), f"{inside[0]:02X}", inside[1:-2]))


def numbers(data: bytes) -> list[int]:
    """The zones or areas, from 1, whose bits are set."""
    return [8 * at + bit + 1 for at, byte in enumerate(data) if byte for bit in range(8) if byte >> bit & 1]


class Receiver:
    """Asks the panel and tells what has changed."""

    def __init__(self, options: Options, *, follows: bool = True) -> None:
        self._options = options
        self._framer = Framer(look, LONGEST)
        self._questions = Questions(ANSWER_S)
        self._asked = ""
        self._standing = Standing()
        self._version_known = self._large = False
        self._latched: set[str] = set()  # zones in alarm until somebody clears them at the panel
        self._pressed: set[str] = set()  # buttons whose contact is active now
        self._let_go: set[str] = set()  # buttons whose alarm stands and whose contact is at rest again
        self._areas = Areas()
        self._stood: set[int] = set()  # areas in alarm since before anybody looked
        self._seen: set[str] = set()  # what has been answered since the line was opened, or silent
        self._read_at = dict.fromkeys(("001", *options.zones), 0.0)
        self._unread: tuple[str, ...] = ()
        self._service_mode = False
        self._follows = follows  # an earlier run of the program may have told a fault that is over by now
        self._heard = self._answered_at = self._next_sweep = 0.0

    @property
    def transmits(self) -> bool:
        """False where it only listens to another computer's questions and the panel's answers."""
        return not self._options.passive

    def opened(self, now: float) -> Sequence[Step]:
        """Forget half frames; ask what panel it is, then for its state."""
        self._framer.clear()
        self._questions.clear()
        self._version_known = False
        self._areas.ask = True
        self._nobody_looked(now)
        self._heard = self._answered_at = self._next_sweep = now
        self._questions.put(VERSION)
        return self._steps((), now)

    def feed(self, data: bytes, now: float) -> Sequence[Step]:
        """What the answers say, and the next question."""
        if data:
            self._heard = now
        return self._steps(self._framer.feed(data), now)

    def tick(self, now: float) -> Sequence[Step]:
        """The next round of questions, and answers that did not come."""
        self._cannot_tell(self._questions.expired(now))
        cut_off = now - self._heard >= FRAME_TIMEOUT_S and self._framer.unfinished
        return self._steps(self._framer.expire() if cut_off else (), now)

    def _steps(self, frames: Iterable[Message | Bad], now: float) -> Sequence[Step]:
        signals: list[Signal] = []
        alive = False
        for frame in frames:
            if isinstance(frame, Bad):
                signals.append(Signal(kind=Kind.REJECTED, raw=frame.raw, reason=frame.reason))
            elif is_answer(frame):
                alive |= frame.command in SIGNS_OF_LIFE
                signals += self._answered(frame, now)
        request = b"" if self._options.passive else self._question(now)
        return worth(Step(tuple(signals), alive=alive, request=request))

    def _question(self, now: float) -> bytes:
        if now >= self._next_sweep:
            self._next_sweep = now + self._options.poll_s
            self._questions.put(*SWEEP)
            if not self._version_known:
                self._questions.put(VERSION)
        asked = self._questions.following(now)
        if asked is None:
            return b""
        self._asked = asked
        more = "00" if self._large and asked in ZONE_STATES else asked[2:]
        return build(asked[:2], bytes.fromhex(more))

    def _cannot_tell(self, asked: str | None) -> None:
        """A question was refused, or not answered."""
        self._areas.ask &= not (asked or "").startswith(DEVICE)

    def _nobody_looked(self, now: float) -> None:
        """What the next answers show may have happened a while ago."""
        self._seen.clear()
        self._read_at = dict.fromkeys(self._read_at, now)

    def _answered(self, message: Message, now: float) -> list[Signal]:
        if now - self._answered_at >= UNREAD_S:
            self._nobody_looked(now)
        self._answered_at = now
        if message.command != RESULT:
            self._questions.answered(question_of(message))
        elif self._questions.answered(self._asked):
            self._cannot_tell(self._asked)
        if message.command == IN_ALARM:
            told_of = 8 * len(message.data)
            self._read_at |= {zone: now for zone in self._read_at if int(zone) <= told_of}
        self._unread = tuple(sorted(zone for zone, at in self._read_at.items() if now - at >= UNREAD_S))
        signals = [*self._told(message), *self._settings(message)]
        self._seen.add(message.command)
        return signals

    def _told(self, message: Message) -> list[Signal]:
        data = message.data
        match message.command:
            case "02":
                latched = {f"{number:03}" for number in numbers(data)}
                self._areas.came(latched - self._latched, alarm=True)
                self._latched = latched
                self._ask_area()
                return self._alarms(message)
            case "00":
                pressed = {f"{number:03}" for number in numbers(data)} & self._options.zones.keys()
                again = (pressed - self._pressed) & self._let_go
                self._pressed = pressed
                told = self._alarms(message)
                self._let_go = self._latched - pressed
                late = message.command not in self._seen
                return [*told, *(replace(self._alarm(zone, message), late=late) for zone in sorted(again))]
            case "13":
                return self._areas_in_alarm(message)
            case "14":
                self._areas.on_fire = set(numbers(data))
                return self._report(message, dict.fromkeys(numbers(data), (Kind.ALARM, Cause.FIRE, None)))
            case "01" | "03" | "06":
                kind, trouble = ZONE_STATES[message.command]
                told = self._report(message, {f"{n:03}": (kind, None, trouble) for n in numbers(data)})
                if message.command == TAMPER_ALARM:
                    self._areas.came({signal.point or "" for signal in told if signal.kind is kind}, alarm=False)
                    self._ask_area()
                return told
            case "1A" if len(data) >= 9:
                self._service_mode = bool(data[7] & 0x80)
                return self._report(message, {0x40: (Kind.FAULT, None, Trouble.MODULE)} if data[7] & 0x40 else {})
            case "7E":
                self._version_known, self._large = True, data[0] == LARGE_PANEL
                return [Signal(kind=Kind.STATUS, code=message.command, raw=message.raw)]
            case "EE" if data[0] == ZONE_AND_AREA and len(data) >= 20:
                self._areas.of[f"{data[1] or 256:03}"] = data[19]
                self._ask_area()
        return []

    def _alarm(self, zone: str, message: Message) -> Signal:
        cause = self._options.zones.get(zone, Cause.INTRUSION)
        return Signal(kind=Kind.ALARM, cause=cause, point=zone, code=message.command, raw=message.raw)

    def _alarms(self, message: Message) -> list[Signal]:
        """Zones in alarm, and buttons whose contact says so sooner."""
        zones = sorted(self._latched | self._pressed)
        return self._changes("zones", {zone: self._alarm(zone, message) for zone in zones}, message)

    def _areas_in_alarm(self, message: Message) -> list[Signal]:
        areas = set(numbers(message.data))
        self._stood = areas & self._stood if message.command in self._seen else areas
        alarm = Signal(kind=Kind.ALARM, cause=Cause.PANIC, code=message.command, raw=message.raw)
        standing: dict[Hashable, Signal] = {
            area: replace(alarm, area=f"{area:02}") for area in self._areas.unexplained(areas)
        }
        stood = {f"{area:02}" for area in self._stood}
        told = self._changes(message.command, standing, message)
        return [replace(signal, found=signal.area in stood, late=signal.area in stood) for signal in told]

    def _ask_area(self) -> None:
        """Ask which area a zone belongs to that has just come; one at a time."""
        if zone := self._areas.unknown():
            self._questions.put(f"{DEVICE}{ZONE_AND_AREA:02X}{int(zone) & 0xFF:02X}")

    def _settings(self, message: Message) -> list[Signal]:
        """Zones that are not told of and the service mode: one fault, told anew when there is more or less to it."""
        codes = [code for code, wrong in ((IN_ALARM, self._unread), (CLOCK, self._service_mode)) if wrong]
        code, unheard = " ".join(codes), ALL_ZONES if "001" in self._unread else self._unread
        fault = Signal(kind=Kind.FAULT, code=code, trouble=Trouble.PROGRAM, raw=message.raw, unheard=unheard)
        told = self._changes("settings", {(code, *unheard): fault} if codes else {}, message)
        if message.command == IN_ALARM and self._follows:
            self._follows = False
            over = replace(fault, kind=Kind.FAULT_RESTORE, code=None, found=True)
            return told or ([] if codes else [over])
        return told

    def _report(
        self, message: Message, standing: Mapping[Hashable, tuple[Kind, Cause | None, Trouble | None]]
    ) -> list[Signal]:
        """A state whose bits are zones (texts), areas (numbers from 1) or the system's own (1A)."""
        signals: dict[Hashable, Signal] = {}
        for key, (kind, cause, trouble) in standing.items():
            point = key if isinstance(key, str) else None
            area = f"{key:02}" if isinstance(key, int) and cause else None
            signals[key] = Signal(
                kind=kind, cause=cause, point=point, area=area, code=message.command, trouble=trouble, raw=message.raw
            )
        return self._changes(message.command, signals, message)

    def _changes(self, group: str, standing: Mapping[Hashable, Signal], message: Message) -> list[Signal]:
        """What is new and what is over. Only what the first answer shows is found, and may have happened before."""
        first = message.command not in self._seen
        told = self._standing.report(group, standing, message.raw)
        return [replace(signal, found=first, late=first) for signal in told]


class Areas:
    """Which areas are in alarm without a zone that has put them there: a keypad's or remote control's panic button.

    The panel reports zones and areas in different answers, so an area waits for `PATIENCE` rounds whether a zone of
    its own goes into alarm too, or is tampered with. Of a zone whose area is not known nothing is believed but that
    the only area in alarm is its own: rather a panic too many than one that is hidden.
    """

    PATIENCE = 2

    def __init__(self) -> None:
        self.of: dict[str, int] = {}
        self.on_fire: set[int] = set()
        self.ask = True  # the panel tells which area a zone belongs to
        self._round = 0
        self._came: dict[tuple[str, bool], int] = {}  # zones, whether in alarm, and the round in which they came
        self._explained: set[int] = set()
        self._waited: dict[int, int] = {}

    def came(self, zones: Iterable[str], *, alarm: bool) -> None:
        """These zones have gone into alarm, or into tamper alarm."""
        self._came |= {(zone, alarm): self._round for zone in sorted(zones)}

    def unknown(self) -> str | None:
        """A zone that has come of late and whose area should be asked for."""
        return next((zone for zone, _alarm in self._came if zone not in self.of), None) if self.ask else None

    def unexplained(self, in_alarm: set[int]) -> list[int]:
        """Of the areas that are in alarm now, those that no zone explains. Ends the round."""
        self._round += 1
        self._came = {zone: came for zone, came in self._came.items() if came >= self._round - 2 * self.PATIENCE}
        self._explained &= in_alarm
        self._waited = {area: self._waited.get(area, 0) + 1 for area in sorted(in_alarm - self._explained)}
        theirs = {self.of[zone] for zone, _alarm in self._came if zone in self.of} | self.on_fire
        if len(in_alarm) == 1 and any(alarm and zone not in self.of for zone, alarm in self._came):
            theirs |= in_alarm
        self._explained |= {area for area in theirs if self._waited.get(area) == self.PATIENCE + 1}
        return [area for area, rounds in self._waited.items() if rounds > self.PATIENCE and area not in self._explained]


def is_answer(message: Message) -> bool:
    """The panel's answers carry data; a question carries none, a zero to the largest panels, or a device's number."""
    return len(message.data) > 2 or message.command == RESULT


def question_of(answer: Message) -> str:
    """The question that is answered, as `Questions` has it."""
    return answer.command + (answer.data[:2].hex().upper() if answer.command == DEVICE else "")


class Panel(Waiting[Signal]):
    """An INTEGRA with 128 zones, all of them in area 1: it answers what it is asked, and nothing else."""

    def __init__(self, options: Options) -> None:
        super().__init__()
        self._options = options
        self._framer = Framer(look, LONGEST)
        self._states: dict[str, set[int]] = {state: set() for state in SWEEP}
        self._unread: set[str] = set()  # what has to be read before the first that waits has arrived
        self._begun: set[str] = set()

    def send(self, signal: Signal) -> None:
        """Queue one change of state; ValueError for what an INTEGRA cannot show."""
        self._bits(signal)
        self._waiting.append(signal)

    def feed(self, data: bytes, now: float) -> bytes:
        """The answers to the questions in `data`."""
        questions = [message for message in self._framer.feed(data) if isinstance(message, Message)]
        return b"".join(self._answer(question) for question in questions if not is_answer(question))

    def tick(self, now: float) -> bytes:
        """The panel never speaks unasked."""
        if self._waiting and not self._unread:
            for state, number, active in self._bits(self._waiting[0]):
                (self._states[state].add if active else self._states[state].discard)(number)
                self._unread.add(state)
        return b""

    def _answer(self, question: Message) -> bytes:
        command = question.command
        if command in self._unread:
            self._unread.discard(command)
            if not self._unread:
                self._succeeded()
        if command == VERSION:
            return build(VERSION, bytes([3]) + b"12320260101" + b"\x01\x00")
        if command == CLOCK:
            flags = sum(self._states[CLOCK])
            return build(CLOCK, bytes.fromhex("20260101120000") + bytes([flags, 0x03]))
        if command == DEVICE and question.data[:1] == bytes([ZONE_AND_AREA]):
            return build(DEVICE, question.data + b"\x00" + b"ZONE".ljust(16) + b"\x01")
        if command not in self._states:
            return build(RESULT, b"\x08")
        size = 4 if command in (AREA_ALARM, AREA_FIRE) else 16
        active = self._states[command]
        if command == AREA_ALARM and self._states[IN_ALARM]:
            active = {1}
        bits = sum(1 << number - 1 for number in active)
        return build(command, bits.to_bytes(size, "little"))

    def _bits(self, signal: Signal) -> list[tuple[str, int, bool]]:
        """The bits that the signal changes: state, number, active."""
        active = signal.kind not in RESTORES
        if signal.kind in (Kind.FAULT, Kind.FAULT_RESTORE):
            return [(CLOCK, 0x40, active)]
        point = signal.point or ""
        if not (point.isascii() and point.isdigit() and len(point) == 3 and 1 <= int(point) <= 128):
            raise ValueError("a zone is a number of three digits, 001 to 128")
        number = int(point)
        if signal.kind in (Kind.TAMPER, Kind.TAMPER_RESTORE):
            return [(TAMPERED, number, active)]
        if signal.kind in (Kind.BYPASS, Kind.UNBYPASS):
            return [(BYPASSED, number, active)]
        cause = self._options.zones.get(point, Cause.INTRUSION)
        if signal.kind is Kind.RESTORE or (signal.kind is Kind.ALARM and signal.cause in (None, cause)):
            return [(IN_ALARM, number, active)]
        raise ValueError(f"a zone shows alarm, tamper or bypass, and alarm of zone {point} is {cause} by the options")
