"""What is said of a heads-up: its warnings, and what is suggested instead."""

from __future__ import annotations

from textual.content import Content

from guardroom.days import written, written_in
from guardroom.headsups import words
from guardroom.headsups.warnings import Advice
from guardroom.language import _
from guardroom.settings import Settings
from screens.plain import plain
from screens.wrapping import wrapped


def urgent(said: str, width: int) -> list[Content]:
    """A sentence that must not be overlooked, behind its sign."""
    rows = wrapped(said, max(1, width - 2), "bold $warning")
    return [plain("  " if at else "! ", "bold $warning") + row for at, row in enumerate(rows)]


def advice_rows(found: Advice, settings: Settings, width: int) -> list[Content]:
    """A row, or more, for each; none where there is nothing to say."""
    policy, zone = settings.policy.headsups, settings.site.zone
    rows: list[Content] = []
    until = "" if found.out_until is None else written_in(found.out_until, zone)
    for code in found.warnings:
        said = words.warning(code, policy.lead, policy.lead_hours, until)
        rows += urgent(said, width)
    if found.police is not None:
        begin, end = (moment.astimezone(zone) for moment in found.police)
        said = _("The police are in the house {day} {begin}-{end}: could it be then?")
        rows += wrapped(said.format(day=written(begin), begin=f"{begin:%H:%M}", end=f"{end:%H:%M}"), width)
    if found.rooms:
        rooms = ", ".join(_named(room, settings) for room in found.rooms)
        rows += wrapped(_("Better rooms: {rooms}.").format(rooms=rooms), width)
    return rows


def _named(room_id: str, settings: Settings) -> str:
    """A room with what speaks for it."""
    room = settings.room(room_id)
    if room is None:
        return room_id
    facts = (
        (room.by_guard_station, _("by the guard room")),
        (room.escape_door or bool(room.escape_route), _("way out")),
        (room.cctv, _("CCTV")),
    )
    told = ", ".join(word for so, word in facts if so)
    return f"{room.id} ({told})" if told else room.id
