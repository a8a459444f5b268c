"""The part of the key table that is about the daily duties: the phone card, the handover, locked doors."""

from __future__ import annotations

from guardroom.people.roles import Right
from screens.key import Key, both_ways, mark

DUTY_SCREENS = frozenset({"phone_card", "handover", "door_locks", "duty_step"})
DUTY_TABS = frozenset({"phone_card", "handover", "door_locks"})
"""Where the digits of the tabs work: nowhere that one writes."""

_BOARD = frozenset({"board"})
_PHONES = frozenset({"phone_card"})
_HANDOVER = frozenset({"handover"})
_LOCKS = frozenset({"door_locks"})
_STEP = frozenset({"duty_step"})

DUTY_KEYS: tuple[Key, ...] = (
    Key(
        name="handover",
        keys=("o",),
        action="handover",
        label=mark("Handover"),
        where=_BOARD,
        needs=frozenset({Right.HANDOVER}),
    ),
    Key(
        name="door_locks",
        keys=("d",),
        action="door_locks",
        label=mark("Locked doors"),
        where=_BOARD,
        needs=frozenset({Right.DOOR_LOCK, Right.DOOR_LOCK_READ}),
    ),
    *both_ways("duty", ("down", "choose(1)"), ("up", "choose(-1)"), mark("Choose"), DUTY_TABS),
    *both_ways("phone", ("pagedown", "choose(10)"), ("pageup", "choose(-10)"), mark("Ten rows on"), _PHONES),
    *both_ways("duty", ("pagedown", "scroll(1)"), ("pageup", "scroll(-1)"), mark("Further down"), _HANDOVER | _LOCKS),
    Key(
        name="phone_verify",
        keys=("v",),
        action="verify",
        label=mark("Number is right"),
        where=_PHONES,
        needs=frozenset({Right.PHONE_VERIFY}),
    ),
    Key(name="phone_print", keys=("u",), action="print_card", label=mark("Emergency card"), where=_PHONES),
    Key(name="note_confirm", keys=("k",), action="confirm", label=mark("Read"), where=_HANDOVER | _LOCKS),
    Key(name="note_write", keys=("n",), action="write", label=mark("Write a note"), where=_HANDOVER),
    Key(
        name="lock_begin",
        keys=("n",),
        action="begin",
        label=mark("Lock doors"),
        where=_LOCKS,
        needs=frozenset({Right.DOOR_LOCK}),
    ),
    Key(
        name="lock_lift",
        keys=("x",),
        action="lift",
        label=mark("Open them again"),
        where=_LOCKS,
        needs=frozenset({Right.DOOR_LOCK}),
    ),
    Key(name="duty_save", keys=("ctrl+s",), action="save", label=mark("Save"), where=_STEP, typing=True),
)
