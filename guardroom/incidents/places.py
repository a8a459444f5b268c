"""Whether a place lies in the parts of the town hall that a ban names (H9)."""

from __future__ import annotations

from collections.abc import Collection

from guardroom.incidents.check import room_of
from guardroom.settings import Settings


def lies_in(scope: Collection[str], place: str, settings: Settings) -> bool | None:
    """Whether the place, a room's name or words, is in one of these parts. None where it cannot be told: both are also
    written in words that the house does not know."""
    parts = {part.casefold() for part in scope}
    room = room_of(place, settings.rooms)
    here = {place.casefold()} if room is None else {room.id.casefold(), room.name.casefold(), room.block.casefold()}
    if here & parts:
        return True
    known = {block.name.casefold() for block in settings.blocks}
    known.update(name.casefold() for each in settings.rooms for name in (each.id, each.name))
    return False if room is not None and parts and parts <= known else None
