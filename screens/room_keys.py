"""The part of the key table that is about rooms: out of service, the cards, and the introduction for new guards."""

from __future__ import annotations

from dataclasses import replace

from screens.key import Key, both_ways, mark

ROOM_SCREENS = frozenset({"out_of_service", "cards", "introduction"})

_BOARD = frozenset({"board"})
_OUT = frozenset({"out_of_service"})
_CARDS = frozenset({"cards"})
_INTRODUCTION = frozenset({"introduction"})
_HELP = frozenset({"help"})


def cards_keys(shown: frozenset[str], everywhere: frozenset[str]) -> tuple[Key, Key]:
    """The key that shows the cards, from everywhere (P12: within one key), also while somebody types; there it turns
    the page. It stands at the bottom of the screens where it is `shown`."""
    first = Key(name="cards", keys=("f3",), action="cards", label=mark("Cards"), where=shown | _CARDS, typing=True)
    return first, replace(first, name="cards_too", where=everywhere - first.where, footer=False)


ROOM_KEYS: tuple[Key, ...] = (
    Key(
        name="out_of_service",
        keys=("m",),
        action="out_of_service",
        label=mark("Room out of service"),
        where=_BOARD,
        footer=False,
    ),
    *both_ways("out_room", ("down", "choose(1)"), ("up", "choose(-1)"), mark("Choose"), _OUT, footer=True, typing=True),
    Key(
        name="out_next",
        keys=("tab",),
        action="next_field",
        label=mark("Next field"),
        where=_OUT,
        typing=True,
    ),
    Key(name="out_save", keys=("ctrl+s",), action="save", label=mark("Save"), where=_OUT, typing=True),
    *both_ways("card_room", ("down", "choose(1)"), ("up", "choose(-1)"), mark("Another room"), _CARDS, footer=True),
    *both_ways("card", ("pagedown", "scroll(1)"), ("pageup", "scroll(-1)"), mark("Further down"), _CARDS),
    Key(name="rooms_print", keys=("u",), action="print_rooms", label=mark("Print for each room"), where=_CARDS),
    Key(
        name="page_on",
        keys=("enter", "pagedown", "right"),
        action="turn(1)",
        label=mark("Go on"),
        where=_INTRODUCTION,
    ),
    Key(
        name="page_back",
        keys=("pageup", "left", "backspace"),
        action="turn(-1)",
        label=mark("Page before"),
        where=_INTRODUCTION,
    ),
    Key(
        name="introduction",
        keys=("i",),
        action="introduction",
        label=mark("Introduction for new guards"),
        where=_HELP,
    ),
)
