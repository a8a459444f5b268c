"""A card for each room: what to press and for how long, the way out, who comes, whom to ring (A15, A3, A7).

One page of A5 for each, to hang up where the button is. Nobody's name and no private number stands on it: citizens
sit in these rooms too.
"""

from __future__ import annotations

from datetime import datetime
from html import escape

from guardroom import printed
from guardroom.days import day_in, written
from guardroom.duties import words
from guardroom.language import _, said_number
from guardroom.settings import Room, Settings

_STYLE = f"""@page {{ size: A5; margin: 10mm; }}
body {{ font-size: 10pt; line-height: 1.25; width: 128mm; }}
{printed.CARD}
section {{ break-after: page; }} section:last-child {{ break-after: auto; }}
.press {{ border: 3px solid #b00; padding: 2mm 4mm; margin: 3mm 0; font-size: 13pt; overflow-wrap: anywhere; }}
td.number {{ text-align: right; }}"""


def room_cards(settings: Settings, now: datetime) -> str:
    """The cards of all rooms as one page of HTML, in the order of the file; every text in it is escaped."""
    cards = (f"<section>\n{_card(room, settings, now)}\n</section>" for room in settings.rooms)
    return printed.page(title=_("Room cards"), language=settings.language, style=_STYLE, parts=cards)


def button_of(room: Room) -> str:
    """Where the room's button sits and how long it is held. Where nobody has said, that is said (A14)."""
    button = room.button or _("nobody has written down where it sits: see for yourself before the meeting")
    if not room.claims and not room.button:
        button = _("this room has none")
    if room.hold_s:
        button = _("{button} Hold it for {seconds} seconds.").format(
            button=button.rstrip(".") + ".", seconds=said_number(room.hold_s)
        )
    return button


def _card(room: Room, settings: Settings, now: datetime) -> str:
    policy = settings.policy
    parts = [
        printed.title(_named(room)),
        printed.paragraph(_where(room, settings)),
        f'<div class="press"><b>{escape(_("The button"))}:</b> {escape(button_of(room))}</div>',
        printed.section(_("What to do first"), printed.listing("ol", _first(room))),
        printed.section(_("Who comes"), printed.paragraph(_who_comes(settings))),
        printed.section(
            _("What calms a citizen"), printed.listing("ul", policy.deescalation.get(settings.language, ()))
        ),
        printed.section(_("Whom to ring"), _numbers(room, settings)),
        printed.footer(_("Printed {day}.").format(day=written(day_in(now, settings.site.zone)))),
    ]
    return "\n".join(part for part in parts if part)


def _named(room: Room) -> str:
    return f"{room.id}  {room.name}" if room.id != room.name else room.name


def _where(room: Room, settings: Settings) -> str:
    """Where one is, as it is told on the telephone (F4)."""
    said = (room.block, room.floor, settings.site.name, settings.site.address)
    return _("You are here: {where}").format(where=", ".join(part for part in said if part))


def _first(room: Room) -> tuple[str, ...]:
    """Rules A4, A7, A16, F1; in a room without a button the telephone is what is left."""
    has_button = bool(room.claims or room.button)
    rows = [_("Press as soon as a citizen seems threatening.") if has_button else _("Call for help, or ring.")]
    if room.escape_route:
        rows.append(_("Way out: {way}").format(way=room.escape_route))
    elif room.escape_door:
        rows.append(_("Way out: the room's own escape door."))
    else:
        rows.append(_("Way out: the door that you came in by."))
    rows.append(_("Danger now: ring 112, and say which room."))
    return tuple(rows)


def _who_comes(settings: Settings) -> str:
    """Who hears the button, and when there is anybody (C1)."""
    policy = settings.policy
    comes = policy.guard_word.get(settings.language) or _("the guard")
    comes = comes[:1].upper() + comes[1:]
    week = words.week(policy.guard_hours)
    return _("{who}, on duty {hours}.").format(who=comes, hours=week) if week else f"{comes}."


def _numbers(room: Room, settings: Settings) -> str:
    """The town hall's own numbers, and this room's, so that one can be rung back."""
    phone = next((block.phone for block in settings.blocks if block.name and block.name == room.block), "")
    rows = [
        (_("danger now"), "112"),
        (_("not urgent"), "114"),
        (settings.site.name, settings.site.phone),
        (room.block, phone),
        (_("This room"), room.phone),
    ]
    return printed.table(((name, number) for name, number in rows if number), columns=("", "number"))
