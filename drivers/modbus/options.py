"""`[panels.options]` of a modbus panel: the units of the line, their inputs, and how they are asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from drivers.base import Cause, Kind, OptionError
from drivers.modbus.frames import LAST_ADDRESS, READ_INPUTS, READS, bits_each, build_request, reply_data_size
from drivers.options import OptionReader

MOST_INPUTS = 256

HELD_S = 2.0
"""A button is held for so long; a debounced reading must fit into it."""

TICK_S = 0.1
"""The link looks for what has fallen due about so often."""

EXCHANGE_S = 0.02
"""One request and its reply take no less at 9600 baud. What they take in truth, `drivers.modbus.pace` measures."""

_KINDS = (Kind.ALARM, Kind.TAMPER, Kind.FAULT, Kind.LOW_BATTERY, Kind.TEST)
_CAUSES = tuple(Cause)
_CONTACT_KEYS = ("input", "kind", "cause", "nc")
_SHARED_KEYS = ("inputs", "first", "function", "nc", "cause", "contacts")
_UNIT_KEYS = ("address", *_SHARED_KEYS)
RECEIVER_KEYS: frozenset[str] = frozenset(
    {"units", *_SHARED_KEYS, "poll_s", "reply_timeout_s", "retries", "debounce", "silence_s", "passive"}
)
PANEL_KEYS: frozenset[str] = RECEIVER_KEYS | {"tries", "hold_s"}


@dataclass(frozen=True, slots=True)
class Contact:
    """What one input says while it is active. `nc`: its contact is closed at rest, and active when it opens."""

    kind: Kind = Kind.ALARM
    cause: Cause | None = Cause.HOLD_UP
    nc: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One module on the line. `first` is the address of its first input or register, counted from 0."""

    address: int = 1
    function: int = READ_INPUTS
    first: int = 0
    contacts: tuple[Contact, ...] = (Contact(),) * 8

    @property
    def request(self) -> bytes:
        """The frame that reads all its inputs."""
        count = -(-len(self.contacts) // bits_each(self.function))
        return build_request(self.address, self.function, self.first, count)

    @property
    def reply_header(self) -> bytes:
        """How the reply to it begins."""
        return bytes([self.address, self.function, reply_data_size(self.function, len(self.contacts))])

    @property
    def first_bit(self) -> int:
        """The number of its first input among all bits that the function can read."""
        return self.first * bits_each(self.function)

    def point(self, place: int) -> str:
        """The name of the input at a place counted from 0: "1.3" is the third input of unit 1."""
        return f"{self.address}.{place + 1}"

    @property
    def buttons(self) -> tuple[str, ...]:
        """The points that raise alarms."""
        return tuple(self.point(place) for place, contact in enumerate(self.contacts) if contact.kind is Kind.ALARM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options, checked.

    `unlisted`: what any other unit of a capture looks like; None where `units` names them all.
    `poll_s`: a unit is asked no oftener; `reply_timeout_s`: how long its answer may take; `retries`: how often it is
    asked again before it counts as silent; `debounce`: equal readings that make a change; `silence_s`: the pause
    before each request, three and a half characters or more.
    `tries`, `hold_s`: of the simulated panel.
    """

    units: tuple[Unit, ...] = (Unit(),)
    unlisted: Unit | None = None
    poll_s: float = 0.1
    reply_timeout_s: float = 0.3
    retries: int = 3
    debounce: int = 2
    silence_s: float = 0.004
    passive: bool = False
    tries: int = 5
    hold_s: float = HELD_S

    @property
    def longest_round_s(self) -> float:
        """Seconds in which each unit that answers is asked once at 9600 baud, while another one is silent."""
        asking = max(self.poll_s, len(self.units) * (EXCHANGE_S + self.silence_s)) + TICK_S
        return asking + (self.reply_timeout_s + TICK_S if len(self.units) > 1 else 0)


def read_options(options: Mapping[str, object], keys: Collection[str]) -> tuple[Options, list[OptionError]]:
    """The options and all mistakes in them; only `keys` may be there. What is wrong keeps its default."""
    reader = OptionReader(options, keys)
    shared = _Shared().read(reader)
    read = Options(
        units=_units(reader, shared),
        unlisted=None if "units" in reader else shared.unit(1, MOST_INPUTS),
        poll_s=reader.seconds("poll_s", 0.02, 1.0, 0.1),
        reply_timeout_s=reader.seconds("reply_timeout_s", 0.05, 2.0, 0.3),
        retries=reader.whole("retries", 0, 20, 3),
        debounce=reader.whole("debounce", 1, 10, 2),
        silence_s=reader.seconds("silence_s", 0.0, 0.1, 0.004),
        passive=reader.flag("passive", False),
        tries=reader.count("tries", 5),
        hold_s=reader.seconds("hold_s", 0.0, 60.0, HELD_S),
    )
    if not read.passive and read.debounce * read.longest_round_s > HELD_S:
        addresses = [unit.address for unit in read.units]
        template = (
            "fewer units, or a smaller poll_s, reply_timeout_s or debounce: a button is held for {held} s, and "
            "{rounds} rounds take up to {took} s at 9600 baud"
        )
        took = f"{read.debounce * read.longest_round_s:.1f}"
        mistake = OptionError("units", addresses, template, held=f"{HELD_S:g}", rounds=read.debounce, took=took)
        reader.mistakes.append(mistake)
    return read, reader.mistakes


@dataclass(frozen=True, slots=True)
class _Shared:
    """What the table of all units says, and each unit's own may say otherwise."""

    inputs: int = 8
    first: int = 0
    function: int = READ_INPUTS
    nc: bool | frozenset[int] = False
    cause: Cause = Cause.HOLD_UP
    contacts: Mapping[int, Contact] = field(default_factory=dict)

    def read(self, reader: OptionReader) -> _Shared:
        """The same with what `reader`'s table says."""
        inputs = reader.whole("inputs", 1, MOST_INPUTS, self.inputs)
        function = reader.whole("function", min(READS), max(READS), self.function)
        first = reader.whole("first", 0, 0xFFFF - MOST_INPUTS, self.first)
        cause = reader.word("cause", _CAUSES, self.cause)
        nc = _nc(reader, inputs, self.nc)
        contacts = dict(self.contacts)
        for table in reader.tables("contacts", _CONTACT_KEYS):
            number = table.whole("input", 1, inputs, 0)
            contacts[number] = _contact(table, cause, nc=_at_rest(nc, number))
        return _Shared(inputs, first, function, nc, cause, contacts)

    def unit(self, address: int, inputs: int | None = None) -> Unit:
        """The unit that this describes."""
        contacts = tuple(
            self.contacts.get(number, Contact(Kind.ALARM, self.cause, _at_rest(self.nc, number)))
            for number in range(1, (inputs or self.inputs) + 1)
        )
        return Unit(address=address, function=self.function, first=self.first, contacts=contacts)


def _units(reader: OptionReader, shared: _Shared) -> tuple[Unit, ...]:
    value = reader.value("units")
    if value is None and "units" not in reader:
        return (shared.unit(1),)
    if not isinstance(value, list | tuple) or not value:
        reader.wrong("units", "a list of addresses, or of tables with {keys}", keys=", ".join(_UNIT_KEYS))
        return (shared.unit(1),)
    tables = [{"address": entry} if isinstance(entry, int) else entry for entry in value]
    units: dict[int, Unit] = {}
    for table in OptionReader({"units": tables}, ("units",), reader.mistakes).tables("units", _UNIT_KEYS):
        own = shared.read(table)
        address = table.whole("address", 1, LAST_ADDRESS, 0)
        if address in units:
            table.wrong("address", "a different whole number for each unit, from 1 to {most}", most=LAST_ADDRESS)
        units[address] = own.unit(address)
    return tuple(units.values()) or (shared.unit(1),)


def _contact(table: OptionReader, cause: Cause, *, nc: bool) -> Contact:
    kind = table.word("kind", _KINDS, Kind.ALARM)
    if kind is not Kind.ALARM and "cause" in table:
        table.wrong("cause", "no cause, except for {kinds}", kinds=Kind.ALARM)
    said = table.word("cause", _CAUSES, cause) if kind is Kind.ALARM else None
    return Contact(kind, said, table.flag("nc", nc))


def _nc(reader: OptionReader, inputs: int, default: bool | frozenset[int]) -> bool | frozenset[int]:
    value = reader.value("nc")
    if "nc" not in reader:
        return default
    if isinstance(value, bool):
        return value
    if isinstance(value, list | tuple):
        numbers = [number for number in value if isinstance(number, int) and not isinstance(number, bool)]
        if len(numbers) == len(value) and all(1 <= number <= inputs for number in numbers):
            return frozenset(numbers)
    reader.wrong("nc", "true (all inputs), false, or a list of input numbers from 1 to {most}", most=inputs)
    return default


def _at_rest(nc: bool | frozenset[int], number: int) -> bool:
    return nc if isinstance(nc, bool) else number in nc
