"""`[panels.options]` of a line panel: what may stand there, and every mistake in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from drivers.base import Cause, OptionError, Trouble
from drivers.line.lines import CHARSETS, LINE_ENDS, LONGEST
from drivers.line.patterns import is_quick
from drivers.line.rules import GROUPS, MOST_LINES, Rule
from drivers.options import OptionReader

PRT3, JABLOTRON, TEXECOM, GALAXY, GENERIC = PRESETS = (
    "paradox-prt3",
    "jablotron-ja121t",
    "texecom-crestron",
    "galaxy-printer",
    "generic",
)

BAUDRATES: Mapping[str, int] = {PRT3: 2400, JABLOTRON: 9600, TEXECOM: 19200, GALAXY: 1200, GENERIC: 9600}
"""The speed that a panel has from the factory."""

_COMMON = frozenset({"preset", "charset", "line_end", "idle_s", "heartbeat", "ignore", "rules", "passive", "poll_s"})
_ZONES = frozenset({"panic_zones", "hold_up_zones"})
_KEYS: Mapping[str, frozenset[str]] = {
    PRT3: _COMMON | _ZONES | {"areas", "zones", "labels"},
    JABLOTRON: _COMMON | _ZONES | {"code"},
    TEXECOM: _COMMON | _ZONES | {"poll"},
    GALAXY: _COMMON | {"poll"},
    GENERIC: _COMMON | {"poll"},
}
_RULE_KEYS = ("match", "kind", "cause", "code", "trouble", "lines", "continues")
_LINE_ENDS_SENT = {"any": "\r", "cr": "\r", "lf": "\n"}
_HIGHEST = 999
_LONGEST_IDLE_S = 5.0  # a line that may begin a record waits so long, also where it names an alarm
_QUICK = (
    'a regular expression that cannot search for long: begin it with ^, let at most two repeats such as ".*" match '
    "letters that also stand behind them (one in a record of many lines), and repeat no group that holds one"
)


@dataclass(frozen=True, slots=True)
class Zones:
    """Zones of one kind, as ranges of numbers."""

    ranges: tuple[tuple[int, int], ...] = ()

    def __contains__(self, zone: object) -> bool:
        number = int(zone) if isinstance(zone, str) and zone.isascii() and zone.isdigit() else -1
        return any(first <= number <= last for first, last in self.ranges)

    @property
    def numbers(self) -> tuple[int, ...]:
        """All of them, in the order in which they were given."""
        return tuple(number for first, last in self.ranges for number in range(first, last + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options, checked.

    `idle_s`: a pause of so long ends a line, and a record of several lines.
    `poll`: a line that is sent every `poll_s` seconds; "": none.
    `areas`, `zones`: how many the panel is asked for after a reconnect. `labels`: their names too.
    `panic_zones`, `hold_up_zones`: the zones that are buttons. `access_code`: lets a Jablotron panel be asked.
    `tries` is the simulated panel's, which has nothing to try again.
    """

    preset: str = GENERIC
    charset: str = "cp850"
    line_end: str = "any"
    idle_s: float = 1.0
    heartbeat: re.Pattern[str] | None = None
    ignore: tuple[re.Pattern[str], ...] = ()
    rules: tuple[Rule, ...] = ()
    poll: str = ""
    poll_s: float = 30.0
    passive: bool = False
    areas: int = 8
    zones: int = 192
    labels: bool = False
    panic_zones: Zones = Zones()
    hold_up_zones: Zones = Zones()
    access_code: str | None = None
    tries: int = 5

    @property
    def poll_line(self) -> bytes:
        """What is sent as `poll`."""
        return (self.poll + _LINE_ENDS_SENT[self.line_end]).encode("ascii") if self.poll else b""

    def button(self, zone: str | None) -> Cause | None:
        """The cause of an alarm from this zone where it is a button."""
        if zone in self.hold_up_zones:
            return Cause.HOLD_UP
        return Cause.PANIC if zone in self.panic_zones else None


def read_options(options: Mapping[str, object], further: Collection[str] = ()) -> tuple[Options, list[OptionError]]:
    """The options and all mistakes in them; what is wrong keeps its default. `further`: keys that may be there too."""
    named = options.get("preset", GENERIC)
    preset = named if isinstance(named, str) and named in _KEYS else GENERIC
    every_key = _COMMON.union(*_KEYS.values()) if preset != named else _KEYS[preset]
    reader = OptionReader(options, every_key.union(further))
    read = Options(
        preset=reader.word("preset", PRESETS, GENERIC),
        charset=reader.word("charset", CHARSETS, "cp850"),
        line_end=reader.word("line_end", LINE_ENDS, "any"),
        idle_s=reader.seconds("idle_s", 0.1, _LONGEST_IDLE_S, 1.0),
        heartbeat=_pattern(reader, "heartbeat"),
        ignore=_patterns(reader, "ignore"),
        rules=tuple(rule for table in reader.tables("rules", _RULE_KEYS) if (rule := _rule(table)) is not None),
        poll=_sendable(reader, "poll"),
        poll_s=reader.seconds("poll_s", 1.0, 3600.0, 30.0),
        passive=reader.flag("passive", False),
        areas=reader.whole("areas", 1, 8, 8),
        zones=reader.whole("zones", 0, _HIGHEST, 192),
        labels=reader.flag("labels", False),
        panic_zones=_zones(reader, "panic_zones"),
        hold_up_zones=_zones(reader, "hold_up_zones"),
        access_code=_sendable(reader, "code") or None,
        tries=reader.count("tries", 5),
    )
    return read, reader.mistakes


def _sendable(reader: OptionReader, key: str) -> str:
    value = reader.digits(key) if key == "code" else reader.text(key)
    if value is None:
        return ""
    if not value.isascii() or not value.isprintable():
        reader.wrong(key, "printable ASCII characters")
        return ""
    return value


def _pattern(reader: OptionReader, key: str, letters: int = LONGEST) -> re.Pattern[str] | None:
    """A pattern that is searched in `letters` letters at most."""
    pattern = reader.pattern(key)
    if pattern is not None and not is_quick(pattern.pattern, letters):
        reader.wrong(key, _QUICK)
        return None
    return pattern


def _patterns(reader: OptionReader, key: str) -> tuple[re.Pattern[str], ...]:
    value = reader.value(key)
    listed = value if isinstance(value, list | tuple) else () if value is None else (value,)
    read = []
    for item in listed:
        alone = OptionReader({key: item}, (key,))
        pattern = _pattern(alone, key)
        reader.mistakes.extend(alone.mistakes)
        if pattern is not None:
            read.append(pattern)
    return tuple(read)


def _zones(reader: OptionReader, key: str) -> Zones:
    """A list of numbers and of ranges "5-12"."""
    if key not in reader:
        return Zones()
    value = reader.value(key)
    ranges = [_range(item) for item in value] if isinstance(value, list | tuple) else [None]
    known = tuple(found for found in ranges if found is not None)
    if len(known) != len(ranges):
        reader.wrong(key, 'a list of zones such as [5, "010", "21-28"]')
    return Zones(known)


def _range(item: object) -> tuple[int, int] | None:
    text = str(item) if isinstance(item, int | str) and not isinstance(item, bool) else ""
    found = re.fullmatch(r"([0-9]{1,3})(?:-([0-9]{1,3}))?", text)
    if found is None:
        return None
    first, last = int(found[1]), int(found[2] or found[1])
    return (first, last) if first <= last else None


def _lines_of(reader: OptionReader) -> int:
    """How many lines a record of this rule may have, at most."""
    if "continues" in reader:
        return MOST_LINES
    lines = reader.value("lines")
    return lines if isinstance(lines, int) and 1 <= lines <= MOST_LINES else 1


def _rule(reader: OptionReader) -> Rule | None:
    kind, cause = reader.kind_and_cause()
    match = _pattern(reader, "match", LONGEST * _lines_of(reader))
    if "match" not in reader:
        reader.wrong("match", "a regular expression")
    elif match is not None and not set(match.groupindex) <= set(GROUPS):
        reader.wrong("match", "the named groups {groups}", groups=", ".join(GROUPS))
    trouble = reader.word("trouble", tuple(trouble.value for trouble in Trouble), "") if "trouble" in reader else ""
    if "lines" in reader and "continues" in reader:
        reader.wrong("continues", "either lines or continues")
    lines = reader.whole("lines", 1, MOST_LINES, 1)
    continues = _pattern(reader, "continues")
    code = reader.text("code")
    if match is None:
        return None
    return Rule(
        match=match,
        kind=kind,
        cause=cause,
        code=code,
        trouble=Trouble(trouble) if trouble else None,
        lines=lines,
        continues=continues,
    )
