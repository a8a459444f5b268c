"""The receiving end of an M1's line: reports answered, state asked for, everything else noted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec.structs import replace

from drivers import contact_id
from drivers.base import Kind, Signal, Step
from drivers.elk.frames import Frame, Scanner, line
from drivers.elk.meaning import AREAS, BUTTON_TYPES, ZONES
from drivers.elk.state import State
from drivers.framing import Bad
from drivers.patience import Patience
from drivers.questions import Questions

POLL_S = 15.0
ANSWER_S = 2.0
PLACE_S = 2.0
SILENT_S = 70.0
"""So long without a line is no pause: the panel says something every 30 s."""
COPY_S = 30.0
"""So soon the same report once more is a copy, where it was not acknowledged."""
# A line of 257 characters takes a quarter of a second at 9600 baud.
FRAME_TIMEOUT_S = 1.0

POLLED = ("AZ", "AS", "SS")
"""Asked for every time. The zones come first, so that the alarm of an area is explained when it comes."""
ASKED_ONCE = ("ZP", "ZD")
"""The areas and the types of the zones: until answered, and again when somebody has programmed the panel."""

_DELIVERED = line("ar")
_TEST_DELIVERED = line("at")
_LINE_ENDS = b"\r\n\0"
_PROGRAMMED = frozenset({b"IE", b"RP"})
_VIOLATED = "9AB"


class Receiver:
    """Listens to an M1. `asks`: asks for its state; `acknowledges`: tells it that a report has arrived.

    `place_s`: seconds for which an area's alarm waits for its zone.
    """

    def __init__(self, *, asks: bool, acknowledges: bool, place_s: float = PLACE_S) -> None:
        self._asks = asks
        self._acknowledges = asks and acknowledges
        self._scanner = Scanner()
        self._state = State(place_s)
        self._questions = Questions(ANSWER_S)
        self._unknown = set(ASKED_ONCE)
        self._types = ""
        self._last_report = b""
        self._reported_at = 0.0  # when it came first
        self._repeated_at = 0.0  # when it came last
        self._answered: float | None = None  # when a report was answered, if by the last reading
        self._answered_for = Signal(kind=Kind.STATUS)
        self._patience = Patience()
        self._heard = 0.0
        self._lived = 0.0
        self._poll_at = 0.0
        self._readers: Mapping[bytes, Callable[[bytes, float], Iterable[Signal]]] = {
            b"XK": self._sign_of_life,
            b"AT": self._sign_of_life,
            b"AS": self._areas,
            b"AZ": self._zones,
            b"SS": self._system,
            b"ZC": self._zone_changed,
            b"ZP": self._zone_areas,
            b"ZD": self._zone_types,
            b"IC": self._code_entered,
        }

    @property
    def transmits(self) -> bool:
        """False where it only listens."""
        return self._asks

    def opened(self, now: float) -> Sequence[Step]:
        """Forget half lines, and ask for everything that may stand."""
        self._scanner.clear()
        self._state.opened()
        self._questions.clear()
        self._unknown.update(ASKED_ONCE)
        self._questions.put("ZP", *POLLED, "ZD")
        self._patience.reset()
        self._answered = None
        self._heard = self._lived = now
        self._poll_at = now + POLL_S
        return self._steps((), now)

    def feed(self, data: bytes, now: float) -> Sequence[Step]:
        """What the lines that `data` completes say: a step for its reports with one acknowledgement, and before it one
        for everything else, which nobody sends again."""
        if data:
            self._heard = now
        # At one and the same time: these bytes came before the last answer could go out, so it did not. A panel goes
        # on talking while it waits for it.
        owed = self._answered == now and bool(data.strip(_LINE_ENDS))
        self._answered = None
        return self._steps(self._scanner.feed(data), now, owed=owed)

    def tick(self, now: float) -> Sequence[Step]:
        """Polls, answers that did not come, area alarms that nothing explains, a line that stands still."""
        self._questions.expired(now)
        if now >= self._poll_at:
            self._poll_at = now + POLL_S
            self._questions.put(*POLLED, *sorted(self._unknown))
        return self._steps(self._scanner.finish() if now - self._heard >= FRAME_TIMEOUT_S else (), now)

    def _steps(self, frames: Iterable[Frame], now: float, *, owed: bool = False) -> Sequence[Step]:
        signals: list[Signal] = []
        reports: list[bytes] = []
        kept_aside: list[Signal] = []
        alive = tested = False
        for frame in frames:
            if isinstance(frame, Bad):
                signals.append(Signal(kind=Kind.REJECTED, raw=frame.raw, reason=frame.reason))
                self._questions.put(*POLLED)
                if frame.raw[2:4] == b"AR":
                    aside = Signal(kind=Kind.UNKNOWN, raw=frame.raw, reason=f"kept aside: {frame.reason}")
                    if not self._acknowledges:
                        signals.append(aside)  # whoever acknowledges reports may have read it: it comes no more
                    elif self._patience.is_over(frame.raw):
                        kept_aside.append(aside)
                continue
            message = frame[2:4]
            if not message.isupper():
                continue  # a line end, or what another host says
            if not alive:
                alive = True
                self._lives(now)
            if message == b"AR" and self._acknowledges:
                reports.append(frame)
            elif message == b"AR":
                signals.append(self._report(frame, now))
            else:
                tested = tested or message == b"AT"
                signals += self._readers.get(message, self._other)(frame, now)
        # Reports come last, as if they had come so: their step is told again where it could not be stored.
        reported = [*(self._report(frame, now) for frame in reports), *kept_aside]
        if owed and not reported:
            reported = [replace(self._answered_for, again=True)]
        signals += self._state.due(now)
        request = self._request(now)
        if reported:
            self._answered, self._answered_for = now, reported[-1]
            before = (Step(tuple(signals), alive=alive),) if signals else ()
            return (*before, Step(tuple(reported), _DELIVERED, alive, request))
        if not (signals or alive or request):
            return ()
        if tested and self._acknowledges:
            return (Step(tuple(signals), alive=alive), Step((), _TEST_DELIVERED, alive, request))
        return (Step(tuple(signals), alive=alive, request=request),)

    def _lives(self, now: float) -> None:
        """A line of the panel has come. After a long silence what stands now may have stood for a while."""
        if now - self._lived > SILENT_S:
            self._state.opened()
            self._questions.put(*POLLED)
        self._lived = now

    def _request(self, now: float) -> bytes:
        question = self._questions.following(now) if self._asks else None
        return b"" if question is None else line(question.lower())

    def _report(self, raw: bytes, now: float) -> Signal:
        """The report. Whether one that comes once more was not heard to be acknowledged, or tells of another press,
        cannot be known: then it is a press."""
        self._patience.reset()
        # At one and the same time: it has waited beside the first, and nothing was answered in between.
        copy = raw == self._last_report and (
            now == self._repeated_at or (not self._acknowledges and now - self._reported_at <= COPY_S)
        )
        if not copy:
            self._last_report, self._reported_at = raw, now
        self._repeated_at = now
        signal = self._meaning(raw)
        return replace(signal, again=True) if copy else self._state.reported(signal, now)

    def _meaning(self, raw: bytes) -> Signal:
        """16AR AAAAAA CCCC GG ZZZ T 00: account, Contact ID with its qualifier, area, zone or user."""
        said = raw.decode("latin-1")
        if len(said) != 24:
            return Signal(kind=Kind.UNKNOWN, code="AR", raw=raw)
        meaning = contact_id.meaning(said[11:14], said[10])
        number = said[16:19]
        return Signal(
            kind=meaning.kind,
            cause=meaning.cause,
            trouble=meaning.trouble,
            point=number,
            by_user=meaning.by_user,
            area=said[14:16],
            code=said[10:14],
            account=said[4:10],
            raw=raw,
            found=said[10] == "6",
        )

    def _areas(self, raw: bytes, now: float) -> Iterable[Signal]:
        asked = self._questions.answered("AS")
        if len(raw) < 20 + AREAS + 4:
            return self._other(raw, now)
        told, in_alarm, changed = self._state.areas(raw[20 : 20 + AREAS].decode("latin-1"), raw, now)
        # One that comes by itself tells of a change, perhaps of another zone of an area that is in alarm already.
        if changed or (in_alarm and not asked):
            self._questions.put("AZ")
        return told or self._sign_of_life(raw, now)

    def _zones(self, raw: bytes, now: float) -> Iterable[Signal]:
        self._questions.answered("AZ")
        return self._state.zones(_by_zone(raw), raw, now) or self._sign_of_life(raw, now)

    def _system(self, raw: bytes, now: float) -> Iterable[Signal]:
        self._questions.answered("SS")
        return self._state.system(raw[4:-4].decode("latin-1"), raw) or self._sign_of_life(raw, now)

    def _zone_areas(self, raw: bytes, now: float) -> Iterable[Signal]:
        self._questions.answered("ZP")
        self._unknown.discard("ZP")
        self._state.zones_belong(_by_zone(raw))
        return self._sign_of_life(raw, now)

    def _zone_types(self, raw: bytes, now: float) -> Iterable[Signal]:
        self._questions.answered("ZD")
        self._unknown.discard("ZD")
        self._types = _by_zone(raw)
        return self._sign_of_life(raw, now)

    def _zone_changed(self, raw: bytes, now: float) -> Iterable[Signal]:
        """0AZC zzz S 00. A button that is pressed: the panel is asked at once whether that is an alarm."""
        point, status = raw[4:7].decode("latin-1"), chr(raw[7])
        if status in _VIOLATED and point.isdecimal():
            kind = self._types[int(point) - 1 : int(point)]
            if kind in BUTTON_TYPES or not self._types:
                self._questions.put("AZ")
        return (Signal(kind=Kind.STATUS, code="ZC", point=point, raw=raw),)

    def _code_entered(self, raw: bytes, now: float) -> Iterable[Signal]:
        """A code was typed at a keypad, and stands in the line where it was a wrong one: it is not kept."""
        return (Signal(kind=Kind.HEARTBEAT, code="IC"),)

    def _sign_of_life(self, raw: bytes, now: float) -> Iterable[Signal]:
        return (Signal(kind=Kind.HEARTBEAT, code=raw[2:4].decode("latin-1"), raw=raw),)

    def _other(self, raw: bytes, now: float) -> Iterable[Signal]:
        """One of dozens of messages about lights, thermostats, keys and arming: none says more than is told above."""
        if raw[2:4] in _PROGRAMMED:
            self._unknown.update(ASKED_ONCE)
            self._questions.put(*ASKED_ONCE)
        return (Signal(kind=Kind.STATUS, code=raw[2:4].decode("latin-1"), raw=raw),)


def _by_zone(raw: bytes) -> str:
    return raw[4:-4][:ZONES].decode("latin-1")
