"""What a keypad shows, compared with what was told: alarms that the radio did not tell of, and troubles.

A line shows one zone of several, and turns from one to the next; some flags turn with it. What has not been shown for
half a minute is over. An alarm is held back for a moment, for the radio to tell of it; the radio says more.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping

from msgspec.structs import replace

from drivers.alarmdecoder.frames import Line
from drivers.base import Cause, Kind, Signal, Trouble
from drivers.standing import Standing

SHOWN_S = 30.0
EXPLAINED_S = 60.0
"""How long before the keypad shows an alarm the radio may have told of it."""
SILENT_S = 90.0
"""A keypad without a line for so long is no panel's habit: what it shows next may be new."""

# Flags, counted from 0.
_MAINS, _OCCURRED, _SOUNDING, _BATTERY, _FIRE = 7, 9, 10, 11, 13
_ON, _OFF = 0x31, 0x30

_IN_ALARM = re.compile(r"\W*(?P<fire>FIRE)?(?:ALARM|PANIC)?\W+(?P<zone>\d{1,3})\b")
_CHECK = re.compile(r"\W*(?:CHECK|CHCK)\W+\d{1,3}\b")
_LOW_BATTERY = re.compile(r"\W*LO ?W? ?BAT\w*\W+\d{1,3}\b")
_EMERGENCY_KEYS: Mapping[str, Cause] = dict.fromkeys(("095", "096", "099"), Cause.PANIC)
"""Zones of a Vista that are pairs of keys at its keypads, for panic as the panel comes."""

_SILENT = (Cause.HOLD_UP, Cause.DURESS)

_SOMEWHERE = "somewhere"
_FIRE_SOMEWHERE = "fire somewhere"
_VAGUE = frozenset({_SOMEWHERE, _FIRE_SOMEWHERE})

_Zone = str
"""A zone's number as the keypad writes it, or one of the words for a zone that it does not name."""


class Keypad:
    """The keypad as it was last told. `place_s`: seconds for which an alarm waits for the radio.

    `causes`: what zones are for, where it is not burglary.
    """

    def __init__(self, place_s: float, causes: Mapping[str, Cause]) -> None:
        self._place_s = place_s
        self._causes = {**_EMERGENCY_KEYS, **causes}
        self._standing = Standing()
        self._shown: dict[Hashable, tuple[float, Signal]] = {}  # troubles
        self._alarms: dict[_Zone, Signal] = {}  # as told here or by the radio, or as it waits
        self._waiting: dict[_Zone, float] = {}
        self._told: dict[_Zone, float] = {}  # told here and not yet by the radio, and when
        self._goes_on: dict[_Zone, bool] = {}  # to be told as found when shown again; whether late
        self._ended: set[str] = set()  # zones whose alarm the radio has ended; the keypad still remembers it
        self._ends_too: list[Signal] = []  # told here, and by the radio as something else
        self._alarm_shown = 0.0
        self._radio: dict[str, tuple[float, Signal]] = {}  # alarms that the radio told of, by zone
        self._first = True
        self._began = False  # a line was read since the program began
        self._read_at = 0.0
        self._idle = b""  # the last line, where it showed nothing and nothing stands

    def opened(self) -> None:
        """The line has just been opened: what is shown next may have stood for a while."""
        self._standing.opened()
        self._first = True
        self._idle = b""

    def told_by_radio(self, signal: Signal, now: float) -> Signal:
        """The radio has told of an alarm: as it is to be told. What it says of a person's number, or of what it told
        before, explains nothing at the keypad."""
        if signal.by_user or signal.found:
            return signal
        zone = _number(signal.point or "")
        self._radio[zone] = (now, signal)
        self._ended.discard(zone)
        known = False
        for shown, alarm in list(self._alarms.items()):
            if shown not in _VAGUE and _number(shown) == zone:
                # The keypad may be the first to tell: panels put off what they send, to let a false alarm be cancelled.
                told = self._told.pop(shown, None)
                if told is not None:
                    known = now - told <= EXPLAINED_S
                    if alarm.cause is not signal.cause:
                        self._ends_too.append(alarm)
                self._waiting.pop(shown, None)
                self._goes_on.pop(shown, None)
                self._alarms[shown] = signal
            elif shown in self._waiting and _explains(signal, fire=shown == _FIRE_SOMEWHERE):
                del self._waiting[shown]
                self._alarms[shown] = signal
        return replace(signal, found=True) if known else signal

    def ended_by_radio(self, signal: Signal) -> None:
        """The radio has told of the end of an alarm."""
        if not signal.by_user:
            zone = _number(signal.point or "")
            self._ended.add(zone)
            self._goes_on = {shown: late for shown, late in self._goes_on.items() if _number(shown) != zone}

    def read(self, line: Line, now: float) -> list[Signal]:
        """What a line says that was not known."""
        silent = now - self._read_at > SILENT_S
        self._read_at = now
        if line[0] == self._idle:
            return []
        if self._began and silent:
            self._was_silent(now)
        flags = line["flags"]
        text = line["shown"].decode("latin-1")
        number = line["number"].decode("ascii")
        for key, signal in _troubles(flags, number, text):
            self._shown[key] = (now, signal)
        self._shown = {key: shown for key, shown in self._shown.items() if now - shown[0] <= SHOWN_S}
        told = self._standing.report("troubles", {key: shown[1] for key, shown in self._shown.items()}, line[0])
        if _ON in (flags[_OCCURRED], flags[_SOUNDING], flags[_FIRE]):
            told += self._alarm(flags, number, text, line[0], now)
        elif self._alarms and now - self._alarm_shown > SHOWN_S:
            told += self._over(line[0])
        self._first = False
        self._began = True
        self._idle = b"" if self._shown or self._alarms else line[0]
        return [*told, *self.due(now)]

    def due(self, now: float) -> Iterator[Signal]:
        """Alarms that have waited long enough."""
        for zone in [zone for zone, since in self._waiting.items() if now - since >= self._place_s]:
            del self._waiting[zone]
            if zone in _VAGUE and self._is_shown(fire=zone == _FIRE_SOMEWHERE, but=zone):
                del self._alarms[zone]  # the line did not name the zone; another one did
            else:
                self._told[zone] = now
                if not self._alarms[zone].found:
                    self._goes_on[zone] = False
                yield self._alarms[zone]

    def _was_silent(self, now: float) -> None:
        """The keypad is shown again after a gap: whether its alarm is the same as before only the desk can know."""
        self.opened()
        self._alarm_shown = now
        self._goes_on = dict.fromkeys(
            (zone for zone in self._alarms if zone not in self._waiting and _number(zone) not in self._ended), True
        )

    def _alarm(self, flags: bytes, number: str, text: str, raw: bytes, now: float) -> Iterable[Signal]:
        """A line that shows an alarm: what is to be told at once."""
        self._alarm_shown = now
        named = _IN_ALARM.match(text)
        fire = flags[_FIRE] == _ON and (named is None or named["fire"] is not None)
        zone = number if named is not None else _FIRE_SOMEWHERE if fire else _SOMEWHERE
        if zone in self._alarms:
            late = self._goes_on.pop(zone, None) if zone not in self._waiting else None
            return () if late is None else (replace(self._alarms[zone], raw=raw, found=True, late=late),)
        self._radio = {of: told for of, told in self._radio.items() if now - told[0] <= EXPLAINED_S}
        if named is None:
            if self._is_shown(fire=fire) or any(_explains(signal, fire=fire) for _at, signal in self._radio.values()):
                return ()
        elif (known := self._radio.get(_number(number))) is not None:
            self._alarms[zone] = known[1]
            return ()
        self._alarms[zone] = Signal(
            kind=Kind.ALARM,
            cause=Cause.FIRE if fire else self._causes.get(zone, Cause.INTRUSION),
            point=None if named is None else number,
            text=text.strip() or None,
            raw=raw,
            # What was told before, perhaps by the radio alone, only the desk can know. Where an alarm was told without
            # its zone, this is what was not known.
            found=not self._began if named is None else self._first and not self._told.keys() & _VAGUE,
            late=self._first,
        )
        self._waiting[zone] = now
        return ()

    def _is_shown(self, *, fire: bool, but: str = "") -> bool:
        """Whether an alarm is known that a line which names no zone may show."""
        return any(zone != but and (not fire or alarm.cause is Cause.FIRE) for zone, alarm in self._alarms.items())

    def _over(self, raw: bytes) -> list[Signal]:
        told = [signal for zone, signal in self._alarms.items() if zone not in self._waiting]
        told += self._ends_too
        for zones in (self._alarms, self._waiting, self._told, self._goes_on, self._radio, self._ended, self._ends_too):
            zones.clear()
        return [
            replace(signal, kind=Kind.RESTORE, code=None, text=None, raw=raw, found=True, late=False)
            for signal in dict.fromkeys(told)
        ]


def _troubles(flags: bytes, number: str, text: str) -> Iterator[tuple[Hashable, Signal]]:
    if flags[_MAINS] == _OFF:
        yield "mains", Signal(kind=Kind.FAULT, trouble=Trouble.MAINS)
    if flags[_BATTERY] == _ON:
        point = number if _LOW_BATTERY.match(text) else None
        yield (
            ("battery", point),
            Signal(kind=Kind.LOW_BATTERY, trouble=Trouble.BATTERY, point=point, text=text.strip()),
        )
    if _CHECK.match(text):
        yield ("check", number), Signal(kind=Kind.FAULT, trouble=Trouble.SENSOR, point=number, text=text.strip())


def _explains(told: Signal, *, fire: bool) -> bool:
    """Whether what the radio told may be what a keypad shows without its zone: silent alarms are shown on none."""
    return told.cause is Cause.FIRE if fire else told.cause not in _SILENT


def _number(zone: str) -> str:
    """Without zeros in front: radio and keypad may write it with different lengths."""
    return zone.lstrip("0")
