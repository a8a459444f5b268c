"""The panel's log: which of its entries have come, and which have to be asked for.

The panel numbers them, and begins again behind the last. Numbers alone count here: its clock may be set back.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from enum import Enum, auto

from drivers.nx584.events import Event

MOST_MISSING = 32
CONFIRM_S = 2.0
"""An entry that the panel was about to tell of by itself has come within this."""
_REFUSALS = 3
_BEHIND = 8
"""A status that names an entry so little before the last was overtaken by it, or the log was emptied."""


class Came(Enum):
    """What an entry is: news, news once more, or nothing to tell."""

    NEWS = auto()
    AGAIN = auto()
    KNOWN = auto()


class Log:
    """What of the log is known.

    Whether a status names the last entry or the place of the next is read differently by different programs. It shows
    by an entry that was read because a status named it, at first as history: where another one stands at that place
    soon after, it was not written yet, and a status names the next.
    """

    def __init__(self) -> None:
        self._begun = False  # a status has come
        self._number: int | None = None  # up to here every entry has come or is missing
        self._size: int | None = None  # the highest number, as far as is known
        self._missing: dict[int, float] = {}  # since when it is known that they are
        self._refusals: dict[int, int] = {}
        self._payloads: deque[bytes] = deque(maxlen=2 * MOST_MISSING)
        self._last_told = -1  # by the panel itself
        self._named: int | None = None  # an entry that a status named, while the meaning of that is open
        self._then = b""  # that entry, as it was when it was read
        self._ahead = 0  # 1: a status names the next entry

    def status_came(self, named: int, now: float) -> int | None:
        """A status names an entry. Returns the entry to read as history, once, when the program has begun."""
        begun, self._begun = self._begun, True
        if self._last_told == named:  # so it is not the next
            self._ahead = 0
            self._missing.pop(-1 if self._named is None else self._named, None)
            self._named = None
        elif not begun:
            self._number = self._named = named
            return named
        self._reached((named - self._ahead) % self._entries(named), now)
        return None

    def to_ask(self, now: float, *, at_once: bool) -> list[int]:
        """The missing entries to ask for. Not `at_once`: those that the panel does not seem to tell of by itself."""
        return [number for number, since in self._missing.items() if at_once or now - since >= CONFIRM_S]

    @property
    def misses(self) -> bool:
        """Entries are known to be missing."""
        return bool(self._missing)

    def refused(self, number: int) -> None:
        """The panel does not give this entry; it may have been busy, so it is asked for a few times."""
        self._refusals[number] = self._refusals.get(number, 0) + 1
        if self._refusals[number] >= _REFUSALS:
            del self._refusals[number]
            self._missing.pop(number, None)

    def came(self, event: Event, payload: bytes, now: float, *, asked: bool) -> Came:
        """An entry has come: by itself, or because it was `asked` for."""
        number = event.number
        self._size = max(event.size, number, self._size or 0)
        missed = self._missing.pop(number, None) is not None
        self._refusals.pop(number, None)
        if asked and not missed:  # history, or it has come by itself meanwhile
            if number == self._named:
                self._then = payload
            return Came.KNOWN
        if number == self._named:
            self._settle(payload)
            if asked and payload == self._then:
                return Came.KNOWN
        elif asked and number == self._number and not self._ahead:
            self._named, self._then = number, payload
        if payload in self._payloads:
            return Came.KNOWN if asked else Came.AGAIN
        self._payloads.append(payload)
        if not asked:
            self._last_told = number
            if self._number is None:
                self._number = number
            elif not missed:
                self._reached(number, now, come=True)
        return Came.NEWS

    def _entries(self, number: int) -> int:
        return 1 + max(0xFF if self._size is None else self._size, number, self._number or 0)

    def _reached(self, number: int, now: float, *, come: bool = False) -> None:
        """The log reaches to this entry. `come`: which is here already."""
        last = self._number
        if last is None or number == last:
            return
        entries = self._entries(number)
        count = (number - last) % entries
        self._number = number
        if count >= entries - _BEHIND:
            return
        if self._named is not None:
            self._add([self._named], now)
        between = [(last + 1 + step) % entries for step in range(count - come)]
        if len(between) >= MOST_MISSING:
            # Where the log's size is not known, it may have begun again anywhere between: both ends may be real.
            front = MOST_MISSING // 2 if self._size is None else 0
            between = between[:front] + between[1 + front - MOST_MISSING :]
        self._add(between, now)

    def _add(self, numbers: Iterable[int], now: float) -> None:
        for number in numbers:
            self._missing.setdefault(number, now)
        while len(self._missing) > MOST_MISSING:
            del self._missing[next(iter(self._missing))]

    def _settle(self, payload: bytes) -> None:
        """The entry that a status named has come again: what that status meant is clear where it was read."""
        self._named = None
        if not self._then or payload == self._then:
            return
        self._ahead = 1
        last = self._number
        if last is not None and self._missing.pop(last, None) is not None:
            self._number = (last - 1) % self._entries(last)
