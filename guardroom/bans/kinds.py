"""The codes of bans: kinds, channels, meetings, stages. Their words are in `guardroom.bans.words`."""

from __future__ import annotations

from typing import Literal

KINDS: tuple[str, ...] = (
    "full",  # may not be in the town hall at all (H5, H6)
    "department",  # may not be in the named parts of it (H9)
    "contact",  # may only write or ring as the decision says (H17)
    "mail_redirect",  # mail goes to the mailbox `mail_to` instead of the employees (H20)
    "mail_block",  # mail from the address `mail_to` is blocked (G7)
)
ATTENDANCE = frozenset(("full", "department"))
"""Kinds that forbid being somewhere."""

CHANNELS: tuple[str, ...] = ("phone", "letter", "digital_post", "mail", "appointment")
"""How the citizen may still reach the municipality: never none of them (H16)."""

MEETINGS: tuple[str, ...] = ("", "police_station", "room_two_guards")
"""Where a meeting that cannot be avoided is held (F6)."""

SERVED: tuple[str, ...] = ("digital_post", "letter", "handed_over")

Stage = Literal["draft", "hearing", "signing", "decided", "served", "in_force", "lifted", "dropped"]
"""How far the decision has come. `signing`: signed by some; its text stands still. `dropped`: given up as a draft."""

Standing = Literal[
    "draft", "hearing", "signing", "decided", "served", "coming", "active", "expired", "lifted", "dropped"
]
"""What it is today, with the dates: `in_force` is coming, active, expired or lifted. A ban that was lifted before it
was in force has the stage `lifted`."""
