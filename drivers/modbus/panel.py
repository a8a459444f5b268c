"""The units of a line, for `guardroom simulate`, the demo and the tests."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.base import PanelSide, Signal
from drivers.framing import WRONG_CHECK, Broken, Framer, Noise, Whole
from drivers.modbus.frames import (
    ILLEGAL_ADDRESS,
    ILLEGAL_FUNCTION,
    LAST_ADDRESS,
    LONGEST,
    READS,
    REQUEST_SIZE,
    Request,
    build_refusal,
    build_reply,
    is_whole,
)
from drivers.modbus.options import Options, Unit
from drivers.panel_queue import Waiting
from drivers.standing import RESTORE_OF

UNREAD_S = 3.0
"""A contact that waits to be read for so long counts a failed try."""

_Place = tuple[int, int]
"""A unit's address and one of its inputs, counted from 0."""


@dataclass(frozen=True, slots=True)
class Move:
    """A contact that goes into its active state, or back to rest."""

    place: _Place
    active: bool


@dataclass(slots=True)
class _Contact:
    """A contact that has moved: when, and how often it has been read since."""

    active: bool
    since: float
    reads: int = 0


def make_panel(options: Options) -> PanelSide:
    """The units that a receiver with these options listens to."""
    return OverheardLine(options) if options.passive else Units(options)


class Units(Waiting[Move]):
    """The units of a line, each with its inputs; they answer and say nothing by themselves.

    A signal is a contact that moves, whatever others do. It has arrived when the master has read it as often as it
    debounces, and once more: one answer may have been lost. An active contact stays so until that, for `hold_s` at
    least (0: until a restore).
    """

    def __init__(self, options: Options) -> None:
        super().__init__(options.tries)
        self._options = options
        self._units = {unit.address: unit for unit in options.units}
        self._places = [(unit.address, place) for unit in options.units for place in range(len(unit.contacts))]
        self._framer: Framer[Request] = Framer(self._look, LONGEST)
        self._contacts: dict[_Place, _Contact] = {}
        self._begun: set[_Place] = set()  # contacts that have moved for the first that waits for them
        self._unread_since: float | None = None

    def send(self, signal: Signal) -> None:
        """Queue the movement of one contact.

        The point is an input's name ("1.3"), or a number that counts the inputs of all units and begins again behind
        the last. ValueError where there is no such input, or it says another thing than `signal`.
        """
        place = self._place(signal.point or "")
        contact = self._units[place[0]].contacts[place[1]]
        active = signal.kind is contact.kind and signal.cause is contact.cause
        at_rest = signal.kind is RESTORE_OF.get(contact.kind) and signal.cause in (None, contact.cause)
        if not active and not at_rest:
            raise ValueError(f"input {signal.point} says {contact.cause or contact.kind} with these options")
        self._waiting.append(Move(place, active))

    def feed(self, data: bytes, now: float) -> bytes:
        """The answers to the master's requests."""
        said = [self._answer(frame) for frame in self._framer.feed(data) if isinstance(frame, Request)]
        self._move_contacts(now)
        return b"".join(said)

    def tick(self, now: float) -> bytes:
        """Nothing is said, but contacts move."""
        self._move_contacts(now)
        return b""

    def _move_contacts(self, now: float) -> None:
        hold_s = self._options.hold_s
        for place, contact in self._contacts.items():
            if contact.active and hold_s and now - contact.since >= hold_s and self._is_read(contact):
                self._contacts[place] = _Contact(False, now)
        self._begin_moves(now)
        while self._waiting and self._has_arrived(self._waiting[0]):
            self._end(self._waiting[0])
            self._succeeded()
            self._begin_moves(now)
        if not self._waiting:
            return
        if self._unread_since is None:
            self._unread_since = now
        elif now - self._unread_since >= UNREAD_S:
            self._unread_since = now
            first, given_up = self._waiting[0], self._abandoned
            self._not_yet()
            if self._abandoned > given_up:
                self._contacts[first.place] = _Contact(False, now)
                self._end(first)

    def _begin_moves(self, now: float) -> None:
        """Move each contact for the first that waits for it, if it can be moved now."""
        firsts = {move.place: move for move in reversed(self._waiting)}
        for place in [place for place in firsts if place not in self._begun]:
            contact = self._contacts.get(place)
            if contact is None or self._is_read(contact):
                # A contact that is active already goes back to rest before it is pressed again.
                again = firsts[place].active and contact is not None and contact.active
                self._contacts[place] = _Contact(firsts[place].active and not again, now)
                if not again:
                    self._begun.add(place)

    def _has_arrived(self, move: Move) -> bool:
        contact = self._contacts.get(move.place)
        return move.place in self._begun and contact is not None and self._is_read(contact)

    def _end(self, move: Move) -> None:
        self._begun.discard(move.place)
        self._unread_since = None

    def _is_read(self, contact: _Contact) -> bool:
        return contact.reads > self._options.debounce

    def _answer(self, asked: Request) -> bytes:
        """What the unit says that is asked; nothing where it is none of these."""
        unit = self._units.get(asked.address)
        if unit is None:
            return b""
        if asked.function != unit.function:
            return build_refusal(asked.address, asked.function, ILLEGAL_FUNCTION)
        bits, whole = asked.bits, Request(unit.request).bits
        if not bits or bits[0] not in whole or bits[-1] not in whole:
            return build_refusal(asked.address, asked.function, ILLEGAL_ADDRESS)
        levels = 0
        for bit, number in enumerate(bits):
            place = number - whole.start
            if place < len(unit.contacts):
                levels |= self._level(unit, place) << bit
        return build_reply(asked.address, asked.function, levels, len(bits))

    def _level(self, unit: Unit, place: int) -> bool:
        """What is read at an input."""
        contact = self._contacts.get((unit.address, place))
        if contact is not None:
            contact.reads += 1
        return (contact is not None and contact.active) is not unit.contacts[place].nc

    def _place(self, point: str) -> _Place:
        address, dot, number = point.partition(".")
        if not dot and point.isascii() and point.isdecimal() and int(point):
            return self._places[(int(point) - 1) % len(self._places)]
        for place in self._places:
            if (address, number) == (str(place[0]), str(place[1] + 1)):
                return place
        raise ValueError(f"there is no input {point} among these units")

    def _look(self, read: bytearray) -> Whole[Request] | Broken | Noise | None:
        noise = next((at for at in range(len(read)) if _may_be_asked(read, at)), len(read))
        if noise:
            return Noise(noise)
        if len(read) < REQUEST_SIZE:
            return None
        raw = bytes(read[:REQUEST_SIZE])
        return Whole(REQUEST_SIZE, Request(raw)) if is_whole(raw) else Broken(REQUEST_SIZE, WRONG_CHECK)


class OverheardLine(Units):
    """Both sides of a line that has a master already: what a tap hears."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._next_round = 0.0

    def feed(self, data: bytes, now: float) -> bytes:
        """A tap says nothing; what comes is ignored."""
        return b""

    def tick(self, now: float) -> bytes:
        """All units are asked, now and then, and answer."""
        self._move_contacts(now)
        if now < self._next_round:
            return b""
        self._next_round = now + self._options.poll_s
        return b"".join(unit.request + self._answer(Request(unit.request)) for unit in self._units.values())


def _may_be_asked(read: bytearray, at: int) -> bool:
    return 0 < read[at] <= LAST_ADDRESS and (at + 1 == len(read) or read[at + 1] in READS)
