"""What a town hall has decided, as read from `guardroom.toml` (see `guardroom.config` for reading and checking)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

REMAPPABLE: tuple[str, ...] = (
    "acknowledge",
    "both",
    "second_guard",
    "silence",
    "police",
    "clear_fault",
    "open_response",
    "withdraw_step",
    "late_entry",
    "note",
    "next_alarm",
    "previous_alarm",
    "close",
    "raise_alarm",
    "shift",
    "sound_check",
    "panels",
    "help",
)
"""The actions that `[keys]` may put on other keys. Steps, outcomes and tabs keep theirs: they are printed."""

ACKNOWLEDGE_KEYS: tuple[str, ...] = ("f12", "f8")
"""The keys that acknowledge unless `[keys]` says otherwise. They do nothing else anywhere."""

POLICE_CALLS: tuple[str, ...] = ("guard", "with_leader")
"""Who decides that the police are called: rule E5 and rule E9."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The town hall itself: what the police are told on the telephone (rules.md F4, F5)."""

    name: str
    address: str
    entrance: str
    phone: str
    zone: ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A part of the house. `phone` is who to ring when its panel is silent; "" where none is set."""

    name: str
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelSettings:
    """One alarm panel and the line it speaks on.

    `supervision_s`: seconds without a valid frame after which the panel is silent; 0 where it has no heartbeat.
    `repeat_s`: seconds within which the same call again is a repeat and not a press; 0 where it sends once.
    `options` is what the driver made of `[panels.options]`, checked by the driver itself.
    """

    name: str
    driver: str
    port: str
    baudrate: int = 9600
    bytesize: int = 8
    parity: str = "N"
    stopbits: float = 1
    xonxoff: bool = False
    rtscts: bool = False
    supervision_s: float = 15
    repeat_s: float = 120
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Which signals belong to a room. A field that is None matches anything; `text` is searched in the text."""

    panel: str | None = None
    account: str | None = None
    area: str | None = None
    point: str | None = None
    text: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A contact room and how to get there and out of it (rules.md A7, A8, A15)."""

    id: str
    name: str
    block: str
    floor: str = ""
    route: str = ""
    escape_route: str = ""
    cctv: bool = False
    phone: str = ""
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What differs between town halls (rules.md 1.R, 1.S).

    `police_call`: "guard" where the guard decides (E5), "with_leader" where a leader is asked first (E9).
    `guidance`: the short lines shown beside the response, by language ("da", "en").
    """

    name: str
    municipality: str
    guard_word: Mapping[str, str]
    police_call: str
    guidance: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything in `guardroom.toml`, with paths resolved against the file's folder.

    `keys` maps an action of the key table to the keys that do it, only where the town hall re-mapped it.
    `player` is the command that plays a sound file, or "" to look for one.
    `language` is "da" or "en". `demo` marks every screen as a demonstration.
    """

    path: Path
    language: str
    database: str
    journal: Path
    station: str
    site: Site
    policy: Policy
    blocks: tuple[Block, ...]
    panels: tuple[PanelSettings, ...]
    rooms: tuple[Room, ...]
    technician: str = ""
    leader: str = ""
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    player: str = ""
    demo: bool = False

    def room(self, room_id: str) -> Room | None:
        """The room with this id, or None."""
        return next((room for room in self.rooms if room.id == room_id), None)
