"""What a zone is for, where a panel's line tells only that the zone is in alarm: `hold_up_zones` and its like."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeGuard

from drivers.base import Cause, OptionError
from drivers.options import OptionReader

_LISTS: Mapping[str, Cause] = {
    "hold_up_zones": Cause.HOLD_UP,
    "panic_zones": Cause.PANIC,
    "fire_zones": Cause.FIRE,
    "medical_zones": Cause.MEDICAL,
}
ZONE_KEYS: frozenset[str] = frozenset(_LISTS)


RECEIVER_KEYS: frozenset[str] = ZONE_KEYS | {"passive"}
"""All options of a driver that has only these."""


@dataclass(frozen=True, slots=True)
class ZoneOptions:
    """The options of such a driver, checked. `passive`: listen only. `zones`: those that are for something special."""

    passive: bool
    zones: Mapping[str, Cause]


def read_zone_options(
    options: Mapping[str, object], keys: Collection[str], digits: int
) -> tuple[ZoneOptions, list[OptionError]]:
    """The options and all mistakes in them; only `keys` may be there. Zones have so many digits."""
    reader = OptionReader(options, keys)
    reader.count("tries", 0)
    return ZoneOptions(reader.flag("passive", False), read_zone_causes(reader, digits)), reader.mistakes


def checked_zone_options(options: Mapping[str, object], keys: Collection[str], digits: int) -> ZoneOptions:
    """The options; OptionError on the first mistake."""
    read, mistakes = read_zone_options(options, keys, digits)
    if mistakes:
        raise mistakes[0]
    return read


def list_for(cause: Cause | None) -> str | None:
    """The option that says that a zone is for this."""
    return next((key for key, listed in _LISTS.items() if listed is cause), None)


def read_zone_causes(reader: OptionReader, digits: int) -> dict[str, Cause]:
    """Zones of so many digits by what they are for; a zone that is in no list is in none of the result."""
    causes: dict[str, Cause] = {}
    for key, cause in _LISTS.items():
        value = reader.value(key)
        if value is None:
            continue
        zones = value if isinstance(value, list | tuple) else [value]
        good = [zone for zone in zones if _is_zone(zone, digits) and zone not in causes]
        if len(set(good)) != len(zones) or value is not zones:
            example = "5".zfill(digits)
            template = 'a list of zones of {digits} digits in quotes such as ["{example}"], none of them twice'
            reader.wrong(key, template, digits=digits, example=example)
        causes |= dict.fromkeys(good, cause)
    return causes


def _is_zone(value: object, digits: int) -> TypeGuard[str]:
    return isinstance(value, str) and len(value) == digits and value.isascii() and value.isdigit()
