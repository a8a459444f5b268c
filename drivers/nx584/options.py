"""`[panels.options]` of an nx584 panel."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from drivers.base import Cause, OptionError
from drivers.options import OptionReader
from drivers.zone_causes import ZONE_KEYS, read_zone_causes

MODES: tuple[str, ...] = ("auto", "ascii", "binary")
RECEIVER_KEYS: frozenset[str] = ZONE_KEYS | {"mode", "passive"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options, checked.

    `mode`: how the panel writes its messages; "auto" finds out. `passive`: only listen.
    `zones`: what zones of three digits are for, where their type in the panel does not say it.
    `tries`: the simulated panel gives a message up after so many tries; 0: never.
    """

    mode: str = "auto"
    passive: bool = False
    zones: Mapping[str, Cause] = field(default_factory=dict)
    tries: int = 5


def read_options(options: Mapping[str, object], keys: Collection[str]) -> tuple[Options, list[OptionError]]:
    """The options and all mistakes in them; only `keys` may be there. What is wrong keeps its default."""
    reader = OptionReader(options, keys)
    read = Options(
        mode=reader.word("mode", MODES, "auto"),
        passive=reader.flag("passive", False),
        zones=read_zone_causes(reader, digits=3),
        tries=reader.count("tries", 5),
    )
    return read, reader.mistakes
