"""Alarms of areas, which do not say where: told only where nothing else says it.

An area's alarm is held back for a moment, while the zones are asked for. It is told where by then neither a zone nor
a report has explained it: a keypad's own buttons, or a panel that does not know alarms by zone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from drivers.base import Cause, Kind, Signal

EXPLAINED_S = 10.0
"""An alarm with a place explains that of its area when they come so close."""

_PEOPLE = frozenset({Cause.HOLD_UP, Cause.PANIC, Cause.DURESS})

_Alarm = tuple[str, str]
"""An area and what its alarm is about."""


class Areas:
    """The areas in alarm. `place_s`: seconds for which an alarm waits for its place."""

    def __init__(self, place_s: float) -> None:
        self._place_s = place_s
        self._explained: dict[_Alarm, float] = {}  # alarms with a place, and when they were told
        self._somewhere: dict[str, tuple[str, float]] = {}  # zones whose area is not known: about what, and when
        self._standing: dict[str, Signal] = {}  # as last reported
        self._settled: set[_Alarm] = set()  # they were explained, or told
        self._waiting: dict[_Alarm, tuple[float, Signal]] = {}
        self._told: dict[_Alarm, Signal] = {}
        self._first = True
        self._reported = False

    def opened(self) -> None:
        """The line has just been opened: what the next report adds may have happened a while ago."""
        self._first = True

    def explain(self, signal: Signal, now: float, *, new: bool = True) -> bool:
        """An alarm with a place was told (`new`), or stands; whether its area's alarm had been told without one."""
        about = _about(signal)
        if signal.area is not None:
            self._explained[signal.area, about] = now
        elif new:
            self._somewhere[signal.point or ""] = (about, now)
        return any(alarm[0] == signal.area and alarm[1] == about for alarm in self._told)

    def reported(self, alarms: Mapping[str, Signal], now: float) -> bool:
        """Exactly these areas are in alarm; whether that is new. `told` says what is to be told of it."""
        changed = {area: alarm.code for area, alarm in alarms.items()} != {
            area: alarm.code for area, alarm in self._standing.items()
        }
        # An area shows one of its alarms: another letter does not end the one before, but should it come back, that
        # may be another press.
        over = self._standing.keys() - alarms.keys()
        self._explained = {alarm: time for alarm, time in self._explained.items() if alarm[0] not in over}
        shown = {area: (area, _about(signal)) for area, signal in alarms.items()}
        self._settled &= set(shown.values())
        for area, signal in alarms.items():
            alarm = shown[area]
            if alarm not in self._settled and alarm not in self._waiting:
                # That it was told before this program began to listen only the desk can know.
                self._waiting[alarm] = (now, replace(signal, found=not self._reported, late=self._first))
        self._standing = dict(alarms)
        self._first = False
        self._reported = True
        return changed

    def told(self, raw: bytes, now: float) -> Iterator[Signal]:
        """Alarms that have waited long enough, or are over already, and the end of those that were told. `raw` tells
        of the end."""
        if self._waiting:
            for alarm, (since, signal) in list(self._waiting.items()):
                over = alarm[0] not in self._standing
                explained = self._is_explained(alarm, now)
                if explained or over or now - since >= self._place_s:
                    del self._waiting[alarm]
                    self._settled.add(alarm)
                    if not explained:
                        self._told[alarm] = signal
                        yield signal
        if self._told:
            for alarm, signal in list(self._told.items()):
                if alarm[0] not in self._standing:
                    del self._told[alarm]
                    yield replace(signal, kind=Kind.RESTORE, code=None, late=False, raw=raw)

    def _is_explained(self, alarm: _Alarm, now: float) -> bool:
        time = self._explained.get(alarm)
        if time is not None and now - time <= EXPLAINED_S:
            return True
        for point, (about, since) in list(self._somewhere.items()):
            if now - since > EXPLAINED_S:
                del self._somewhere[point]
            elif about == alarm[1]:
                # It lies in one area: the alarm of another one is not its own.
                del self._somewhere[point]
                return True
        return False


def _about(signal: Signal) -> str:
    return "people" if signal.cause in _PEOPLE else str(signal.cause)
