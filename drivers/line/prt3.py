"""Paradox APR-PRT3 in home automation mode, ASCII protocol: events `GgggNnnnAaaa`, answers `RAaaa…` and `RZzzz…`.

After a reconnect the zones are asked for first, buttons before all others, then the areas: an area in alarm that
no zone explains is an alarm of its own. An area that has been in alarm and is not any more ends what has no event
for its end (the keypads' panic keys, say); what its state never shows at all is over after two answers.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Hashable

from msgspec.structs import replace

from drivers.base import Cause, Kind, Signal, Trouble
from drivers.line.dialect import SILENT, Dialect, Reading, alone, heartbeat, rejected, whole_events
from drivers.line.lines import Line
from drivers.line.options import Options
from drivers.line.prt3_events import DISARMED, event_of
from drivers.standing import RESTORE_OF, Standing

BETWEEN_S = 0.1
"""Commands follow each other at this distance at least (APR-PRT3 manual)."""

ANSWER_S = 1.5
"""A command that is not answered in this time is sent again, after the others."""

_EVENT = re.compile(r"G([0-9]{3})N([0-9]{3})A([0-9]{3})")
_AREA = re.compile(r"RA([0-9]{3})([A-Z]{7})")
_ZONE = re.compile(r"RZ([0-9]{3})([A-Z]{5})")
_LABEL = re.compile(r"([ZAU])L([0-9]{3})([^&].*)")
_RESULT = re.compile(r"([A-Z]{2}[0-9]{3})&(ok|fail)", re.IGNORECASE)
_PANEL = re.compile(r"CO(?:MM)?&(ok|fail)", re.IGNORECASE)
_OUTPUT = re.compile(r"PGM[0-9]{2}(?:ON|OFF)")
_COMMAND = re.compile(r"(?:RA|RZ|ZL|AL|UL|A[AQD]|V[OC]|P[EMF]|SR|UK)[0-9]{3}[A-Z]?[0-9]*")

_QUIET = 2  # so many answers without an alarm end one that the state of its area never shows (duress, say)
_AT_REST = ("COOOO", "OOOOO")
_ALL_AREAS = "000"
_AREA_ALARM = "area"
# What the state of a zone tells too.
_REPORTED = (Kind.ALARM, Kind.TAMPER, Kind.FAULT, Kind.LOW_BATTERY)


class Prt3(Dialect):
    """Events, and the panel's state by question and answer."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._questions: deque[str] = deque()
        self._asked: str | None = None
        self._sent = 0.0
        self._standing = Standing()
        self._alarms: dict[str, str | None] = {}  # zones in alarm, and their areas where those are known
        self._in_alarm: set[str] = set()  # areas, by their own word
        self._explained: set[str] = set()  # areas whose alarm has been told as something else
        self._unseen: dict[str, int] = {}  # areas whose alarm their state has not shown, and answers left to show it
        self._bypassed: dict[str, dict[str | None, Signal]] = {}  # by area, then by zone
        self._disarmed: dict[str, bool] = {}  # areas, by their own word
        self._broken: dict[str, Signal] = {}  # zones whose loop is tampered with or in trouble
        self._area_of: dict[str, str] = {}
        self._labels: dict[str, str] = {}
        self._last: dict[str, str] = {}

    @property
    def talks(self) -> bool:
        return not self.options.passive

    def opened(self, now: float) -> None:
        super().opened(now)
        self._standing.opened()
        self._last.clear()
        self._explained &= self._in_alarm
        # What no answer has denied yet may be what the next one shows.
        self._unseen = {area: left if left == self._answers(area) else 0 for area, left in self._unseen.items()}
        self._ask_everything()
        self._next_poll = now + self.options.poll_s

    def _ask_everything(self) -> None:
        zones = dict.fromkeys((*self._buttons(), *range(1, self.options.zones + 1)))
        areas = range(1, self.options.areas + 1)
        self._asked = None
        self._questions = deque(f"RZ{zone:03}" for zone in zones)
        self._questions += [f"RA{area:03}" for area in areas]
        if self.options.labels:
            self._questions += [f"AL{area:03}" for area in areas] + [f"ZL{zone:03}" for zone in zones]

    def _buttons(self) -> tuple[int, ...]:
        return (*self.options.hold_up_zones.numbers, *self.options.panic_zones.numbers)

    def _ask_buttons(self) -> None:
        """A line came that cannot be read: it may have been the event of a button, which is sent once only."""
        if self.talks:
            questions = [f"RZ{zone:03}" for zone in reversed(self._buttons())]
            self._questions.extendleft(question for question in questions if question not in self._questions)

    def may_be_alarm(self, text: str) -> bool:
        events = whole_events(_EVENT, text)
        return any(event_of(int(event[1]), int(event[2])).kind == Kind.ALARM for event in events)

    def ask(self, now: float) -> bytes:
        """The next question, once the one before is answered or has been waited for long enough."""
        if self._next_poll is not None and now >= self._next_poll:
            self._next_poll = now + self.options.poll_s
            polls = [f"RA{area:03}" for area in range(self.options.areas, 0, -1)]
            self._questions.extendleft(poll for poll in polls if poll not in self._questions)
        if self._asked is not None:
            if now - self._sent < ANSWER_S:
                return b""
            self._questions.append(self._asked)
            self._asked = None
        if not self._questions or now - self._sent < BETWEEN_S:
            return b""
        self._asked = self._questions.popleft()
        self._sent = now
        return f"{self._asked}\r".encode("ascii")

    def read(self, line: Line, now: float) -> Reading:
        """One event or one answer a line."""
        text = line.text
        if found := _EVENT.fullmatch(text):
            return Reading(tuple(self._event(*found.groups(), raw=line.raw)))
        if found := _AREA.fullmatch(text):
            return self._answered("RA" + found[1], self._area(found[1], found[2], line))
        if found := _ZONE.fullmatch(text):
            return self._answered("RZ" + found[1], self._zone(found[1], found[2], line))
        if found := _PANEL.fullmatch(text):
            return alone(self._panel(found[1].lower() == "ok", line.raw))
        if found := _LABEL.fullmatch(text):
            return self._answered(text[:5], self._label(found[1], found[2], found[3].strip(), line))
        if found := _RESULT.fullmatch(text):
            return self._answered(found[1].upper(), heartbeat(line))
        if text == "!":
            # Its buffer is full: what was asked last is asked again.
            return alone(Signal(kind=Kind.INFO, code="!", raw=line.raw))
        if _OUTPUT.fullmatch(text):
            return alone(Signal(kind=Kind.STATUS, code=text, raw=line.raw))
        if _COMMAND.fullmatch(text):
            return SILENT
        self._ask_buttons()
        events = whole_events(_EVENT, text)
        if not events:
            return rejected(line)
        return Reading(tuple(signal for event in events for signal in self._event(*event.groups(), raw=line.raw)))

    def _answered(self, question: str, reading: Reading) -> Reading:
        if question == self._asked:
            self._asked = None
        return reading

    def _event(self, group: str, number: str, area: str, *, raw: bytes) -> list[Signal]:
        event = event_of(int(group), int(number))
        zone = number if event.by_zone else None
        signal = Signal(
            kind=event.kind,
            cause=(self.options.button(zone) if event.cause == Cause.INTRUSION else None) or event.cause,
            point=zone,
            area=area,
            code=f"G{group}" if zone else f"G{group}N{number}",
            text=self._labels.get(f"Z{zone}"),
            trouble=event.trouble,
            raw=raw,
        )
        if event.kind == Kind.ALARM:
            self._explain(area)
        elif event.kind == Kind.BYPASS:
            self._bypassed.setdefault(area, {})[zone] = signal
        elif event.kind == Kind.UNBYPASS:
            self._bypassed.get(area, {}).pop(zone, None)
        if zone is None:
            if event.kind == Kind.ALARM:
                self._standing.began(area, event.cause, signal)
            elif event.kind == Kind.RESTORE:
                self._standing.ended(area, event.cause)
            return [signal, *(self._unbypassed(area, raw) if int(group) in DISARMED else ())]
        self._area_of[zone] = area
        return [signal, *self._zone_event(int(group), zone, signal)]

    def _explain(self, area: str) -> None:
        """An alarm in `area` has been told: its state need not tell it too."""
        self._explained.add(area)
        self._unseen[area] = self._answers(area)

    def _answers(self, area: str) -> int:
        return _QUIET * (self.options.areas if area == _ALL_AREAS else 1)

    def _unbypassed(self, area: str, raw: bytes) -> list[Signal]:
        """The end of all bypasses in an area that has been disarmed."""
        areas = list(self._bypassed) if area == _ALL_AREAS else [area]
        over = [signal for each in areas for signal in self._bypassed.pop(each, {}).values()]
        return [replace(signal, kind=Kind.UNBYPASS, code=None, text=None, raw=raw) for signal in over]

    def _zone_event(self, group: int, zone: str, signal: Signal) -> list[Signal]:
        """Keep what stands at a zone; a loop that is in order again ends its tamper or trouble."""
        key: Hashable = signal.trouble or signal.kind
        if group in (2, 3):
            self._broken[zone] = signal
        if signal.kind == Kind.ALARM and signal.area is not None:
            self._alarms[zone] = signal.area
        if signal.kind == Kind.RESTORE:
            self._alarms.pop(zone, None)
            self._standing.ended("Z" + zone, Kind.ALARM)
        elif signal.kind in _REPORTED:
            self._standing.began("Z" + zone, key, signal)
        else:
            self._standing.ended("Z" + zone, key)
        broken = self._broken.pop(zone, None) if group in (0, 1) else None
        if broken is None:
            return []
        self._standing.ended("Z" + zone, broken.trouble or broken.kind)
        return [replace(signal, kind=RESTORE_OF[broken.kind], trouble=broken.trouble, code=broken.code)]

    def _area(self, area: str, letters: str, line: Line) -> Reading:
        """`letters`: how it is armed, memory, trouble, not ready, programming, alarm, strobe; O is no."""
        alarm = letters[5] != "O"
        over_everywhere = self._never_shown(_ALL_AREAS, alarm)
        told = {} if self._never_shown(area, alarm) else self._standing.of(area)
        if alarm:
            self._in_alarm.add(area)
            elsewhere = self._explained | set(self._alarms.values())
            if not told and not elsewhere & {area, _ALL_AREAS} and not self._spare_zones():
                told = {_AREA_ALARM: Signal(kind=Kind.ALARM, cause=Cause.OTHER, area=area, code="RA")}
            self._explained.add(area)
        elif area in self._in_alarm:
            self._in_alarm.discard(area)
            self._explained.discard(area)
            told = {}
        news = self._standing.report(area, told, line.raw)
        shown_before = self._last.get(f"RA{area}", "OOOOOOO")[5] != "O"
        if over_everywhere or (not self._in_alarm and not alarm and shown_before):
            news += self._standing.report(_ALL_AREAS, {}, line.raw)
            self._explained.discard(_ALL_AREAS)
        disarmed = letters[0] == "D"
        if disarmed and self._disarmed.get(area) is False:
            news += self._unbypassed(area, line.raw)
        self._disarmed[area] = disarmed
        return self._changed(f"RA{area}", letters, news, line, area=area)

    def _never_shown(self, area: str, alarm: bool) -> bool:
        """Whether what was told of `area` is over without its state having shown it: it must hide nothing else."""
        left = self._unseen.get(area)
        if left is None:
            return False
        if left > 1 and not alarm:
            self._unseen[area] = left - 1
            return False
        del self._unseen[area]
        if alarm and left:
            return False
        self._explained.discard(area)
        return True

    def _spare_zones(self) -> int:
        """Zones in alarm whose area is not known, less the areas whose alarm may be theirs."""
        unknown = sum(area is None for area in self._alarms.values())
        known = set(self._alarms.values())
        return max(0, unknown - len((self._explained & self._in_alarm) - known))

    def _zone(self, zone: str, letters: str, line: Line) -> Reading:
        """`letters`: closed, open, tampered or fire loop trouble; alarm, fire alarm, supervision, battery; O is no."""
        state, alarm, fire, supervision, battery = tuple(letters)
        stands: dict[Hashable, Signal] = {}

        def add(key: Hashable, kind: Kind, *, cause: Cause | None = None, trouble: Trouble | None = None) -> None:
            stands[key] = Signal(
                kind=kind,
                cause=cause,
                trouble=trouble,
                point=zone,
                area=self._area_of.get(zone),
                code="RZ",
                text=self._labels.get(f"Z{zone}"),
            )

        if fire != "O":
            add(Kind.ALARM, Kind.ALARM, cause=Cause.FIRE)
        elif alarm != "O":
            add(Kind.ALARM, Kind.ALARM, cause=self.options.button(zone) or Cause.INTRUSION)
        if state in "TF":
            kind = Kind.TAMPER if state == "T" else Kind.FAULT
            add(Trouble.SENSOR, kind, trouble=Trouble.SENSOR)
        if supervision != "O":
            add(Trouble.SUPERVISION, Kind.FAULT, trouble=Trouble.SUPERVISION)
        if battery != "O":
            add(Trouble.BATTERY, Kind.LOW_BATTERY, trouble=Trouble.BATTERY)
        if Kind.ALARM in stands:
            self._alarms.setdefault(zone, self._area_of.get(zone))
        else:
            self._alarms.pop(zone, None)
        told = self._standing.report("Z" + zone, stands, line.raw)
        return self._changed(f"RZ{zone}", letters, told, line, point=zone)

    def _changed(
        self,
        key: str,
        letters: str,
        told: list[Signal],
        line: Line,
        *,
        point: str | None = None,
        area: str | None = None,
    ) -> Reading:
        """What a state says that is news; a state that is as it was is a sign of life."""
        before, self._last[key] = self._last.get(key), letters
        if told:
            return Reading(tuple(told))
        if letters in (before, *_AT_REST):
            return heartbeat(line, point=point, area=area)
        return alone(Signal(kind=Kind.STATUS, point=point, area=area, code=letters, raw=line.raw))

    def _panel(self, hears: bool, raw: bytes) -> Signal:
        """Whether the module hears the panel. When it does again, events may have been missed."""
        if hears and self.talks:
            self._standing.opened()
            self._ask_everything()
        kind = Kind.FAULT_RESTORE if hears else Kind.FAULT
        return Signal(kind=kind, trouble=Trouble.COMMUNICATION, code="COMM", raw=raw)

    def _label(self, letter: str, number: str, text: str, line: Line) -> Reading:
        key = letter + number
        known = self._labels.get(key)
        self._labels[key] = text
        where = {"Z": "point", "A": "area"}.get(letter)
        if known == text:
            return heartbeat(line)
        signal = Signal(kind=Kind.INFO, code=f"{letter}L", text=text or None, raw=line.raw)
        if where is None:
            return alone(replace(signal, code=f"UL{number}"))
        return alone(replace(signal, point=number) if where == "point" else replace(signal, area=number))
