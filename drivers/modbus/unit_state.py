"""What is known of one unit: its inputs after debouncing, and whether it answers."""

from __future__ import annotations

from msgspec.structs import replace

from drivers.base import Kind, Signal, Trouble
from drivers.modbus.options import Contact, Unit
from drivers.standing import RESTORE_OF

HELD_READINGS = 50
"""A button that is still active after so many readings is told once more, as found: it is held, or stuck."""


class UnitState:
    """Readings, refusals and silences of a unit to signals. It outlives a reconnect: what was told is not told again.

    An input changes when `debounce` readings in a row say so. `retries`: refusals or silences that are no fault yet.
    `answers`: it has answered the last time it was asked since the line was opened.
    `follows`: an earlier run of the program may have told a fault that is over by now: the first reading ends it.
    """

    def __init__(self, unit: Unit, *, debounce: int, retries: int, follows: bool = True) -> None:
        self.unit = unit
        self.answers = False
        self._silences = 0
        self._debounce = debounce
        self._retries = retries
        self._refusals = 0
        self._troubles: set[Trouble] = set()
        self._follows = follows
        self._active = [False] * len(unit.contacts)
        self._readings = [0] * len(unit.contacts)  # since the line was opened, or the unit last silent
        self._held = [0] * len(unit.contacts)  # readings since it became active
        self._other = [0] * len(unit.contacts)  # the last so many of them said the contrary of `_active`

    @property
    def is_silent(self) -> bool:
        """It is told to be silent."""
        return Trouble.UNIT in self._troubles

    def opened(self) -> None:
        """What it reads next may have happened a while ago."""
        self.answers = False
        self._silences = self._refusals = 0
        self._forget_readings()

    def read(self, levels: int, places: range, raw: bytes) -> list[Signal]:
        """It has answered: `levels` has the bits of `places`, the first in the lowest place."""
        signals = [*self._over(Trouble.UNIT, raw), *self._over(Trouble.PROGRAM, raw)]
        if self._follows and not signals:
            signals.append(Signal(kind=Kind.FAULT_RESTORE, area=self._area, raw=raw, found=True))
        self._follows = False
        self._has_answered()
        self._refusals = 0
        for bit, place in enumerate(places):
            if 0 <= place < len(self._active):
                signals += self._input_read(place, bool(levels >> bit & 1), raw)
        return signals or [Signal(kind=Kind.HEARTBEAT, area=self._area, raw=raw)]

    def refused(self, code: str, raw: bytes) -> list[Signal]:
        """It has answered that it cannot do what it was asked."""
        signals = self._over(Trouble.UNIT, raw)
        self._has_answered()
        self._refusals += 1
        if self._refusals > self._retries:
            signals += self._fault(Trouble.PROGRAM, code, raw)
        return signals or [Signal(kind=Kind.HEARTBEAT, area=self._area, code=code, raw=raw)]

    def silent(self) -> list[Signal]:
        """It has not answered in time."""
        self.answers = False
        self._silences += 1
        return self._fault(Trouble.UNIT, None, b"") if self._silences > self._retries else []

    def _has_answered(self) -> None:
        self.answers = True
        self._silences = 0

    def _forget_readings(self) -> None:
        self._readings = [0] * len(self._readings)
        self._other = [0] * len(self._other)

    def _input_read(self, place: int, level: bool, raw: bytes) -> list[Signal]:
        contact = self.unit.contacts[place]
        self._readings[place] += 1
        self._other[place] = self._other[place] + 1 if (level is not contact.nc) is not self._active[place] else 0
        self._held[place] += self._active[place]
        if self._other[place] < self._debounce:
            if self._held[place] == HELD_READINGS and contact.kind is Kind.ALARM:
                return [replace(self._signal(contact, contact.kind, place, raw, found=True), late=False)]
            return []
        self._other[place] = self._held[place] = 0
        self._active[place] = not self._active[place]
        kind = contact.kind if self._active[place] else RESTORE_OF.get(contact.kind)
        if kind is None:
            return []
        # Every reading since the gap says so: it may have begun, or ended, while nobody looked.
        found = self._readings[place] == self._debounce
        return [self._signal(contact, kind, place, raw, found=found)]

    def _signal(self, contact: Contact, kind: Kind, place: int, raw: bytes, *, found: bool) -> Signal:
        return Signal(
            kind=kind,
            cause=contact.cause,
            point=self.unit.point(place),
            area=self._area,
            raw=raw,
            found=found,
            late=found,
        )

    def _fault(self, trouble: Trouble, code: str | None, raw: bytes) -> list[Signal]:
        if trouble in self._troubles:
            return []
        self._troubles.add(trouble)
        unheard = self.unit.buttons
        return [Signal(kind=Kind.FAULT, area=self._area, code=code, raw=raw, trouble=trouble, unheard=unheard)]

    def _over(self, trouble: Trouble, raw: bytes) -> list[Signal]:
        if trouble not in self._troubles:
            return []
        self._troubles.remove(trouble)
        self._forget_readings()
        return [Signal(kind=Kind.FAULT_RESTORE, area=self._area, raw=raw, trouble=trouble)]

    @property
    def _area(self) -> str:
        return str(self.unit.address)
