"""`[panels.options]` of an espa444 panel: what may stand there, and every mistake in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from drivers.base import OptionError
from drivers.charset import CHARSETS, SEVEN_BIT
from drivers.espa444.meaning import Interpreter, Rule
from drivers.options import OptionReader

ROLES: tuple[str, ...] = ("station", "control", "tap")
RECEIVER_KEYS: frozenset[str] = frozenset(
    {"role", "address", "control_address", "poll", "charset", "rules", "reply_timeout_s", "poll_s"}
)
_RULE_KEYS = ("kind", "cause", "address", "text", "priority", "type")
_ADDRESSES = '"0" to "9"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options, checked.

    `role`: what `guardroom` is on the line: "station" (polled and selected), "control" (polls the panel), "tap".
    `address`: the receiving station's address. `control_address`: the control station's, ours where role is control.
    `poll`: the stations that are polled where role is control.
    `reply_timeout_s`: how long an answer may take; `poll_s`: seconds between polls.
    `tries`: the simulated panel gives an event up after so many sessions without success; 0: never.
    """

    role: str = "station"
    address: str = "2"
    control_address: str = "1"
    poll: tuple[str, ...] = ("2",)
    charset: str = "iso646-dk"
    rules: tuple[Rule, ...] = ()
    reply_timeout_s: float = 1.0
    poll_s: float = 1.0
    tries: int = 5

    @property
    def seven_bits(self) -> bool:
        """The charset has seven bits, so an eighth on the line is a parity bit."""
        return self.charset in SEVEN_BIT

    @property
    def interpreter(self) -> Interpreter:
        """Frames to signals with this charset and these rules."""
        return Interpreter(self.charset, self.rules)


def read_options(options: Mapping[str, object], keys: Collection[str]) -> tuple[Options, list[OptionError]]:
    """The options and all mistakes in them; only `keys` may be there. What is wrong keeps its default."""
    reader = OptionReader(options, keys)
    read = Options(
        role=reader.word("role", ROLES, "station"),
        address=_address(reader, "address", "2"),
        control_address=_address(reader, "control_address", "1"),
        poll=_addresses(reader, "poll", ("2",)),
        charset=reader.word("charset", CHARSETS, "iso646-dk"),
        rules=tuple(_rule(table) for table in reader.tables("rules", _RULE_KEYS)),
        reply_timeout_s=reader.seconds("reply_timeout_s", 0.05, 10.0, 1.0),
        poll_s=reader.seconds("poll_s", 0.05, 10.0, 1.0),
        tries=reader.count("tries", 5),
    )
    if read.role == "control" and read.control_address in read.poll:
        reader.mistakes.append(OptionError("poll", list(read.poll), "stations other than control_address"))
    if read.role != "control" and read.control_address == read.address:
        reader.mistakes.append(OptionError("address", read.address, "another address than control_address"))
    return read, reader.mistakes


def _address(reader: OptionReader, key: str, default: str) -> str:
    found = _as_address(reader.value(key)) if key in reader else default
    if found is None:
        reader.wrong(key, _ADDRESSES)
        return default
    return found


def _addresses(reader: OptionReader, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
    if key not in reader:
        return default
    value = reader.value(key)
    found = [_as_address(item) for item in value] if isinstance(value, list | tuple) else []
    known = tuple(dict.fromkeys(address for address in found if address is not None))
    if not known or len(known) != len(found):
        reader.wrong(key, "a list of different addresses, {addresses}", addresses=_ADDRESSES)
        return default
    return known


def _rule(reader: OptionReader) -> Rule:
    kind, cause = reader.kind_and_cause()
    return Rule(
        kind=kind,
        cause=cause,
        address=reader.text("address", allowed="a text in quotes (01 and 1 are different addresses)"),
        text=reader.pattern("text"),
        priority=reader.digits("priority"),
        type=reader.digits("type"),
    )


def _as_address(value: object) -> str | None:
    """An address of one digit; a number is taken for its digit."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value if isinstance(value, str) and len(value) == 1 and value in "0123456789" else None
