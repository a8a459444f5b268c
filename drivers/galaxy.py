"""Honeywell Galaxy, RS232 module (and what else speaks SIA DC-03 in blocks): `length function data check`.

The length byte is 40h and the number of data bytes, the check byte makes the exclusive or of the whole block FFh. The
panel sends a block and waits for ours: 40 38 87 takes it, 40 39 86 wants it again. A session is

    # account, N event, [A text], [N event, [A text] ...], 0 end

An alarm is told with its N block: the text comes only after that has been acknowledged, and an alarm does not wait
for it. With the A block the same signal comes once more, with the text, as `again`: no news, but it says more.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import xor

from msgspec.structs import replace

from drivers import sia, sia_events
from drivers.base import Cause, Driver, Kind, OptionError, PanelSide, Signal, Step, worth
from drivers.framing import WRONG_CHECK, Bad, Broken, Framer, Noise, Whole
from drivers.options import OptionReader
from drivers.panel_queue import PanelQueue
from drivers.patience import GIVE_UP_AFTER
from drivers.registry import DriverDefaults
from drivers.withheld import Withheld

CHARSETS: tuple[str, ...] = ("cp865", "cp850", "latin-1")
KEPT_ASIDE = "kept aside: "

_LENGTH = 0x40
_SHORT = 0x3F  # SIA DC-03 gives the length six bits ...
_LONGEST = 0xFF - _LENGTH  # ... and panels that send longer texts go on counting
_OVERHEAD = 3  # length, function, check

# A byte takes a millisecond (9600 baud), and a serial server may hold some back for a tenth of a second.
_FRAME_S = 0.5
# The panel repeats what was not taken after some seconds, or begins its session anew.
_COPY_S = 60.0

_ACCOUNT, _EVENT, _OLD_EVENT, _TEXT, _END = "#", "N", "O", "A", "0"
_TAKEN, _REJECTED = "8", "9"
# What DC-03 knows besides: wait, abort, reserved, log-on, origin, configuration, control, environment, program,
# extended, listen-in, video, voice.
_OTHERS = frozenset("1234567&?@CEILPVXv")
_FUNCTIONS = frozenset(map(ord, _OTHERS | {_ACCOUNT, _EVENT, _OLD_EVENT, _TEXT, _END, _TAKEN, _REJECTED}))
# A block with another function is believed too where its check byte is right: the panel would send it for ever.
_PRINTABLE = range(0x21, 0x7F)

_IMPOSSIBLE = re.compile(rb"[\x00-\x1f\x7f-\xff]")
_IMPOSSIBLE_IN_TEXT = re.compile(rb"[\x00-\x1f\x7f]")
_AN_ACCOUNT = re.compile(r"[0-9A-Fa-f]{1,16}")

# One panel's letters, set to a Scandinavian language, were these where code page 865 has Greek ones.
_SCANDINAVIAN = str.maketrans("Θφ", "Øø")


@dataclass(frozen=True, slots=True)
class Block:
    """A block whose check byte is right."""

    raw: bytes
    function: str
    data: bytes


def build_block(function: str, data: bytes = b"") -> bytes:
    """A block's bytes; at most 191 bytes of data."""
    body = bytes([_LENGTH + len(data)]) + function.encode("ascii") + data
    return body + bytes([reduce(xor, body, 0xFF)])


SEND_TAKEN = build_block(_TAKEN)
SEND_REJECTED = build_block(_REJECTED)


@dataclass(frozen=True, slots=True)
class _Options:
    charset: str
    passive: bool
    tries: int


def _read(options: Mapping[str, object], keys: Collection[str]) -> tuple[_Options, list[OptionError]]:
    reader = OptionReader(options, keys)
    return (
        _Options(reader.word("charset", CHARSETS, "cp865"), reader.flag("passive", False), reader.count("tries", 5)),
        reader.mistakes,
    )


def _checked(options: Mapping[str, object], *more: str) -> _Options:
    read, mistakes = _read(options, {"charset", "passive", *more})
    if mistakes:
        raise mistakes[0]
    return read


def defaults(options: Mapping[str, object]) -> DriverDefaults:
    """9600 8N1. Nothing comes by itself except the panel's autotest, whose interval only the town hall knows."""
    return DriverDefaults(repeat_s=0, supervision_s=0, baudrate=9600, bytesize=8, parity="N", stopbits=1, point="1005")


def check_options(options: Mapping[str, object]) -> list[OptionError]:
    """All mistakes in the options."""
    return _read(options, {"charset", "passive"})[1]


def make(options: Mapping[str, object]) -> Driver:
    """The receiver, or a listener beside another one; OptionError on the first mistake."""
    read = _checked(options)
    return Receiver(read.charset, passive=read.passive)


def make_decoder(options: Mapping[str, object]) -> Driver:
    """A listener."""
    return Receiver(_checked(options).charset, passive=True)


def make_panel_side(options: Mapping[str, object]) -> PanelSide:
    """The panel; it takes `tries` too. Beside a passive receiver both ends of the line."""
    return Panel(_checked(options, "tries"))


class _Blocks(Framer[Block]):
    def __init__(self) -> None:
        super().__init__(_look, _LONGEST + _OVERHEAD)

    @property
    def begun(self) -> bool:
        """A block seems to be on its way."""
        return len(self._read) > self._told


def _look(read: bytearray) -> Whole[Block] | Broken | Noise | None:
    if read[0] < _LENGTH:
        return Noise(1)
    if len(read) < 2:
        return None
    if read[1] not in _PRINTABLE:
        return Noise(1)
    known = read[1] in _FUNCTIONS
    size = 0
    for size in _sizes(read[0]):
        # Text has no control characters, and only the A block has letters with an eighth bit: what begins inside
        # another block shows early that it is none.
        strange = (_IMPOSSIBLE_IN_TEXT if read[1] == ord(_TEXT) else _IMPOSSIBLE).search(read, 2, size - 1)
        if strange is not None:
            return Broken(strange.end(), WRONG_CHECK) if known else Noise(1)
        if len(read) < size:
            return None
        if reduce(xor, read[:size]) == 0xFF:
            block = Block(bytes(read[:size]), chr(read[1]), bytes(read[2 : size - 1]))
            return Whole(size, block, weak=not _is_plain(block))
    return Broken(size, WRONG_CHECK) if known else Noise(1)


def _sizes(length: int) -> tuple[int, ...]:
    """How long the block may be that begins with this byte."""
    short, long = (length & _SHORT) + _OVERHEAD, length - _LENGTH + _OVERHEAD
    return (short,) if long <= _SHORT + _OVERHEAD else (short, long)


def _is_plain(block: Block) -> bool:
    """Whether the block makes sense beyond its check byte, which is right by chance once in 256 times."""
    data = block.data.decode("latin-1")
    if block.function == _ACCOUNT:
        return _AN_ACCOUNT.fullmatch(data) is not None
    return block.function in (_EVENT, _OLD_EVENT) and sia_events.holds_event(data)


class Receiver:
    """Takes the panel's blocks. `passive`: only listens, beside another receiver."""

    def __init__(self, charset: str, *, passive: bool) -> None:
        self.transmits = not passive
        self._charset = charset
        self._blocks = _Blocks()
        self._heard = 0.0
        self._account: str | None = None
        self._last = (b"", 0.0)  # the last N block of this session, and when it came
        self._events: tuple[Signal, ...] = ()  # its events: what an A block speaks of
        self._withheld = Withheld()
        # Since the last good block. Not only those in a row: behind a bad block, what is in it is looked at too.
        self._bad: deque[bytes] = deque(maxlen=32)

    def opened(self, now: float) -> Sequence[Step]:
        """Forget half blocks. The panel cannot be asked: what it has to tell, it tries to tell until it is taken."""
        self._blocks.clear()
        self._bad.clear()
        self._withheld.clear()
        self._heard = now
        return ()

    def feed(self, data: bytes, now: float) -> Sequence[Step]:
        """One step with the signals of all blocks that `data` completes and the answer to the last."""
        if data:
            self._heard = now
        step = self._step(self._blocks.feed(data), now)
        # A panel that has begun anew has given up the block before.
        return worth(self._withheld.pass_on(step, begun=self._blocks.begun))

    def tick(self, now: float) -> Sequence[Step]:
        """Give up a block that stands still. A good one that was taken for its inside is answered."""
        if now - self._heard < _FRAME_S or not (self._blocks.unfinished or self._withheld):
            return ()
        return worth(self._withheld.released(self._step(self._blocks.expire(), now)))

    def _step(self, found: Iterable[Block | Bad], now: float) -> Step:
        signals: list[Signal] = []
        reply = b""
        alive = False
        for item in found:
            if isinstance(item, Bad):
                said, answer = self._bad_came(item)
            elif item.function in (_TAKEN, _REJECTED):
                continue  # a receiver's, of which there may be another one
            else:
                said, answer, alive = tuple(self._block_came(item, now)), SEND_TAKEN, True
                self._bad.clear()
            signals += said
            reply = answer or reply
        return Step(tuple(signals), reply if self.transmits else b"", alive)

    def _bad_came(self, bad: Bad) -> tuple[tuple[Signal, ...], bytes]:
        rejected = Signal(kind=Kind.REJECTED, raw=bad.raw, reason=bad.reason)
        if bad.reason != WRONG_CHECK:
            return (rejected,), b""
        self._bad.append(bad.raw)
        if self._bad.count(bad.raw) < GIVE_UP_AFTER or not self.transmits:
            return (rejected,), SEND_REJECTED
        self._bad.clear()
        self._events = ()  # a text that comes now speaks of what was in there
        return (rejected, replace(rejected, kind=Kind.UNKNOWN, reason=KEPT_ASIDE + bad.reason)), SEND_TAKEN

    def _block_came(self, block: Block, now: float) -> Iterator[Signal]:
        text = self._text(block.data) or None
        if block.function in (_EVENT, _OLD_EVENT):
            yield from self._events_came(block, now)
        elif block.function == _TEXT:
            yield self._with_text(text, block.raw, now)
        else:
            self._events = ()
            said = Signal(kind=Kind.UNKNOWN, code=block.function, text=text, account=self._account, raw=block.raw)
            if block.function == _ACCOUNT:
                self._account = text
                yield Signal(kind=Kind.HEARTBEAT, account=text, raw=block.raw)
            elif block.function == _END:
                self._last = (b"", now)
            else:
                yield replace(said, kind=Kind.STATUS) if block.function in _OTHERS else said

    def _events_came(self, block: Block, now: float) -> Iterator[Signal]:
        raw, came = self._last
        # Our answer was lost, or the panel has not come to the end of its session and begins it anew.
        again = block.raw == raw and now - came <= _COPY_S
        self._last = (block.raw, now)
        late = block.function == _OLD_EVENT
        said = Signal(kind=Kind.UNKNOWN, account=self._account, raw=block.raw, again=again, late=late)
        text = self._text(block.data)
        self._events = tuple(sia_events.events(text, said)) or (replace(said, text=text or None),)
        for event in self._events:
            yield from sia.all_told(event)

    def _with_text(self, text: str | None, raw: bytes, now: float) -> Signal:
        """The event before, with its text. A text behind several events, or behind none, is told as it is."""
        event, came = self._last
        if len(self._events) == 1 and now - came <= _COPY_S:
            self._last = (event, now)
            return replace(self._events[0], text=text, raw=raw, again=True)
        return Signal(kind=Kind.INFO, text=text, account=self._account, raw=raw)

    def _text(self, data: bytes) -> str:
        text = data.decode(self._charset, "replace")
        return (text.translate(_SCANDINAVIAN) if self._charset == "cp865" else text).strip()


_ZONE_LETTER = {
    Cause.HOLD_UP: "H",
    Cause.PANIC: "P",
    Cause.INTRUSION: "B",
    Cause.FIRE: "F",
    Cause.MEDICAL: "M",
    Cause.OTHER: "U",
}
_CODES = {
    Kind.CANCEL: "BC",
    Kind.TAMPER: "TA",
    Kind.TAMPER_RESTORE: "TR",
    Kind.FAULT: "BT",
    Kind.FAULT_RESTORE: "BJ",
    Kind.LOW_BATTERY: "XT",
    Kind.BATTERY_RESTORE: "XR",
    Kind.BYPASS: "BB",
    Kind.UNBYPASS: "BU",
    Kind.TEST: "RP",
}


class Panel(PanelQueue):
    """The panel: a session for each signal, each block sent again until it is taken."""

    ACCOUNT = b"001234"
    REPLY_S = 3.0
    TEXT_LENGTH = _SHORT

    def __init__(self, options: _Options) -> None:
        super().__init__(options.tries)
        self._charset = options.charset
        self._overheard = options.passive
        self._blocks = _Blocks()
        self._session: list[bytes] = []  # of the first that waits; its first block is under way
        self._until: float | None = None  # when that is sent again; None: it has not been sent
        self._standing: dict[str, Cause] = {}

    def send(self, signal: Signal) -> None:
        """Queue one session; ValueError for what SIA cannot say."""
        point = signal.point or ""
        if re.fullmatch(r"[0-9A-F]{0,8}", point) is None:
            raise ValueError("a point has at most eight digits (0-9, A-F)")
        if re.fullmatch(r"[0-9A-Z]{0,8}", signal.area or "") is None:
            raise ValueError("an area has at most eight digits or capital letters")
        code = self._code(signal, point)
        parts = [f"ti{signal.panel_time}"] if signal.panel_time else []
        parts += [f"ri{signal.area}"] if signal.area else []
        event = "/".join((*parts, code + point)).encode("ascii", "replace")
        if len(event) > _SHORT:
            raise ValueError(f"an event has at most {_SHORT} characters")
        session = build_block(_ACCOUNT, self.ACCOUNT) + build_block(_EVENT, event)
        if signal.text:
            printable = "".join(letter if letter.isprintable() else " " for letter in signal.text)
            session += build_block(_TEXT, printable.encode(self._charset, "replace")[: self.TEXT_LENGTH])
        self._waiting.append(session + build_block(_END))

    def feed(self, data: bytes, now: float) -> bytes:
        """The next block where the one before was taken, the same where it was rejected."""
        said = b""
        for item in self._blocks.feed(data):
            if isinstance(item, Bad) or self._until is None:
                continue
            if item.function == _TAKEN:
                said = self._go_on(now)
            elif item.function == _REJECTED:
                said = self._again(now)
        return said

    def tick(self, now: float) -> bytes:
        """The beginning of a session, and a block that was not answered. To a listener, all at once."""
        if self._overheard:
            return self._converse()
        if self._until is None:
            return self._begin(now)
        return self._again(now) if now >= self._until else b""

    def _begin(self, now: float) -> bytes:
        if not self._waiting:
            return b""
        self._session = list(_cut(self._waiting[0]))
        return self._transmit(now)

    def _transmit(self, now: float) -> bytes:
        self._until = now + self.REPLY_S
        return self._session[0]

    def _go_on(self, now: float) -> bytes:
        del self._session[0]
        self._until = None
        if self._session:
            return self._transmit(now)
        self._succeeded()
        return self._begin(now)

    def _again(self, now: float) -> bytes:
        waiting = len(self._waiting)
        self._not_yet()
        if len(self._waiting) < waiting:  # given up
            self._until = None
            return b""
        return self._transmit(now)

    def _converse(self) -> bytes:
        said = b""
        while self._waiting:
            said += b"".join(block + SEND_TAKEN for block in _cut(self._waiting[0]))
            self._succeeded()
        return said

    def _code(self, signal: Signal, point: str) -> str:
        if signal.kind is Kind.ALARM:
            cause = signal.cause or Cause.HOLD_UP
            if cause not in _ZONE_LETTER:
                raise ValueError(f"a Galaxy has no code for {cause}: it tells of it as hold_up")
            self._standing[point] = cause
            return _ZONE_LETTER[cause] + "A"
        if signal.kind is Kind.RESTORE:
            standing = self._standing.pop(point, Cause.HOLD_UP)
            cause = signal.cause or standing
            if cause not in _ZONE_LETTER:
                raise ValueError(f"a Galaxy has no code for {cause}: it tells of it as hold_up")
            return _ZONE_LETTER[cause] + "R"
        if signal.kind not in _CODES:
            raise ValueError(f"SIA has no code for {signal.kind}")
        return _CODES[signal.kind]


def _cut(session: bytes) -> Iterator[bytes]:
    """The blocks of a session."""
    begin = 0
    while begin < len(session):
        end = begin + session[begin] - _LENGTH + _OVERHEAD
        yield session[begin:end]
        begin = end
