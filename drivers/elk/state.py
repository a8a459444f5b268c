"""What stands at an M1, put together from its reports and its states, so that one alarm is told as one.

An alarm may come three times: as a report (AR), as the state of its zone (AZ), as the state of its area (AS).

* A report has happened now; when the zone's state has just told of it, it is `found`, once: the same press.
* A zone that was quiet and is in alarm now is a press; where a report has just told of it, or the line has just been
  opened, it is `found`. What goes on standing is told once more as `found`: the panel is still in alarm.
* An area's state is told only where neither of them explains it: see `areas`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from msgspec.structs import replace

from drivers.base import Kind, Signal
from drivers.elk.areas import Areas
from drivers.elk.meaning import AREA_LETTERS, BY_ZONE, QUIET_AREA, SYSTEM_TROUBLES, ZONE_LETTERS, Stands
from drivers.standing import Standing

SAME_S = 30.0
"""A report and the state of its zone that come so close are one alarm: twice as long as the zones are asked for."""

_UNKNOWN = Stands(Kind.UNKNOWN)


class State:
    """The panel as it was last told. `place_s`: seconds for which an area's alarm waits for its zone."""

    def __init__(self, place_s: float) -> None:
        self._standing = Standing()
        self._area_alarms = Areas(place_s)
        self._quiet = False  # no area was in alarm when last reported
        self._areas = ""  # the area of each zone, a digit each
        self._found: dict[str, float] = {}  # zones whose alarm their state told, and no report yet: since when
        self._reported: dict[str, float] = {}  # zones whose alarm a report told, and their state not yet: since when
        self._restored: dict[str, float] = {}  # zones that a report restored, and when
        self._in_alarm: set[str] = set()  # zones with a letter, as last told
        self._zones_at: float | None = None  # when that was
        self._news: dict[str, Hashable] = {}  # zones told as presses by their last state, and by no report

    def opened(self) -> None:
        """The line has just been opened: what is found next may have stood for a while."""
        self._standing.opened()
        self._quiet = False
        self._area_alarms.opened()

    def zones_belong(self, areas: str) -> None:
        """The area of each zone, a digit each."""
        self._areas = areas

    def reported(self, signal: Signal, now: float) -> Signal:
        """A report has come: as it is to be told."""
        if signal.kind is Kind.ALARM:
            self._area_alarms.explain(signal, now)
        if signal.by_user or signal.point is None:
            return signal
        point = signal.point
        if signal.kind in (Kind.ALARM, Kind.RESTORE):
            self._news.pop(point, None)
        if signal.kind is Kind.RESTORE:
            if now != self._zones_at or point in self._in_alarm:
                self._restored[point] = now
            self._found.pop(point, None)
            self._reported.pop(point, None)
        elif signal.kind is Kind.ALARM:
            self._restored.pop(point, None)
            # Whatever the zone's state told, the next report is another press.
            if _is_recent(self._found.pop(point, None), now):
                return replace(signal, found=True)
            self._reported[point] = now
        return signal

    def zones(self, letters: str, raw: bytes, now: float) -> list[Signal]:
        """The alarm of each zone."""
        standing: dict[Hashable, Signal] = {}
        self._zones_at = now
        self._in_alarm.clear()
        for at, letter in enumerate(letters):
            point = f"{at + 1:03}"
            if letter == "0":
                self._restored.pop(point, None)
                continue
            self._in_alarm.add(point)
            signal = _signal(ZONE_LETTERS.get(letter, _UNKNOWN), letter, self._area_of(at), point)
            standing[_key(signal)] = signal
        # Of the zones behind the end of a short report nothing is known.
        before = self._standing.of("zones")
        standing |= {key: signal for key, signal in before.items() if int(signal.point or "") > len(letters)}
        unplaced = {
            signal.point
            for key, signal in standing.items()
            if signal.kind is Kind.ALARM and self._area_alarms.explain(signal, now, new=key not in before)
        }
        goes_on = [replace(standing[key], found=True, raw=raw) for key in self._news.values() if key in standing]
        self._news.clear()
        told = []
        for signal in self._standing.report("zones", standing, raw):
            point = signal.point or ""
            if signal.kind is Kind.RESTORE:
                self._found.pop(point, None)
            elif signal.kind is Kind.ALARM:
                if _is_recent(self._restored.get(point), now):
                    continue  # its report came and ended; the panel remembers it until a code is entered
                if _is_recent(self._reported.pop(point, None), now):
                    told.append(signal)
                    continue
                self._found[point] = now
                if not signal.late:
                    self._news[point] = _key(signal)
                # Its area's alarm, which may have been told, said nothing of this place.
                signal = replace(signal, found=signal.late and point not in unplaced)
            told.append(signal)
        return [*told, *goes_on]

    def areas(self, letters: str, raw: bytes, now: float) -> tuple[list[Signal], bool, bool]:
        """The alarm of each area; whether any is in alarm, and whether that is other than before."""
        quiet, self._quiet = self._quiet, not letters.strip(QUIET_AREA)
        if quiet and self._quiet:
            return [], False, False
        troubles: dict[Hashable, Signal] = {}
        alarms: dict[str, Signal] = {}
        for at, letter in enumerate(letters):
            if letter not in QUIET_AREA:
                area = f"{at + 1:02}"
                signal = replace(_signal(AREA_LETTERS.get(letter, _UNKNOWN), letter, area, None), raw=raw)
                if signal.kind is Kind.ALARM:
                    alarms[area] = signal
                else:
                    troubles[_key(signal)] = signal
        # An area shows one thing only: behind its alarm a trouble may stand.
        before = self._standing.of("areas")
        troubles |= {key: signal for key, signal in before.items() if signal.area in alarms}
        changed = self._area_alarms.reported(alarms, now)
        told = self._standing.report("areas", troubles, raw)
        return [*told, *self._area_alarms.told(raw, now)], bool(alarms), changed

    def system(self, places: str, raw: bytes) -> list[Signal]:
        """The troubles of the system. Several places may say the same: it is over when none says it any more."""
        standing: dict[Hashable, Signal] = {}
        for at, (stands, letter) in enumerate(zip(SYSTEM_TROUBLES, places, strict=False)):
            if stands is not None and letter > "0":
                signal = _signal(stands, None, None, f"{ord(letter) - 0x30:03}" if at in BY_ZONE else None)
                standing[_key(signal)] = signal
        return self._standing.report("system", standing, raw)

    def _area_of(self, at: int) -> str | None:
        area = self._areas[at : at + 1]
        return f"0{area}" if area and area in "12345678" else None

    def due(self, now: float) -> Iterator[Signal]:
        """Alarms of areas that have waited long enough for their place."""
        return self._area_alarms.told(b"", now)


def _signal(stands: Stands, code: str | None, area: str | None, point: str | None) -> Signal:
    return Signal(kind=stands.kind, cause=stands.cause, trouble=stands.trouble, code=code, area=area, point=point)


def _key(signal: Signal) -> Hashable:
    """What is known again from report to report, and ends as one."""
    unknown = signal.code if signal.kind is Kind.UNKNOWN else None
    return (
        signal.area if signal.point is None else None,
        signal.point,
        signal.kind,
        signal.cause,
        signal.trouble,
        unknown,
    )


def _is_recent(time: float | None, now: float) -> bool:
    return time is not None and now - time <= SAME_S
