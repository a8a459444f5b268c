"""The part of the key table that is about bans, and about the persons they are about."""

from __future__ import annotations

from guardroom.people.roles import Right
from screens.key import Key, both_ways, mark

BAN_SCREENS = frozenset(
    {"bans", "ban_card", "ban_list", "ban", "ban_form", "ban_step", "ban_sign", "reconcile", "persons"}
)

BAN_TABS = BAN_SCREENS - {"ban_form", "ban_step", "ban_sign"}
"""Where the digits of the tabs work: nowhere that one writes."""

_LISTS = frozenset({"bans", "ban_list", "persons"})
_SCROLLING = frozenset({"ban_card", "ban", "reconcile"})
_WRITING = frozenset({"ban_form", "ban_step", "reconcile", "persons"})
_CARD = frozenset({"ban_card"})
_LIST = frozenset({"ban_list"})
_BAN = frozenset({"ban"})
_PERSONS = frozenset({"persons"})

BAN_STEPS: tuple[tuple[str, str, str, str], ...] = (
    ("change", "e", "change", mark("Edit the text")),
    ("hearing", "h", "hearing", mark("Hearing")),
    ("sign", "u", "sign", mark("Sign")),
    ("withdraw_signatures", "q", "withdraw_signatures", mark("Withdraw the signatures")),
    ("file_letter", "j", "file_letter", mark("Letter filed")),
    ("serve", "g", "serve", mark("Served")),
    ("activate", "a", "activate", mark("Put in force")),
    ("normalise", "n", "normalise", mark("Attempt to normalise")),
    ("extend", "f", "extend", mark("Extend")),
    ("lift", "x", "lift", mark("Lift")),
    ("drop", "z", "drop", mark("Give up the draft")),
    ("letter", "b", "letter", mark("Write the letter")),
)
"""The steps of one ban: the name, the key, the screen's action, and what it is called."""

BAN_KEYS: tuple[Key, ...] = (
    Key(
        name="look_up",
        keys=("s",),
        action="tab('bans')",
        label=mark("Look up a ban"),
        where=frozenset({"board", "incident", "ban_card", "ban_list", "ban"}),
        needs=frozenset({Right.BAN_LOOKUP}),
    ),
    *both_ways("ban", ("down", "choose(1)"), ("up", "choose(-1)"), mark("Choose"), _LISTS, footer=True, typing=True),
    *both_ways("ban", ("pagedown", "choose(10)"), ("pageup", "choose(-10)"), mark("Ten rows on"), _LISTS, typing=True),
    Key(
        name="ban_open",
        keys=("enter",),
        action="open_chosen",
        label=mark("Open"),
        where=_LIST,
    ),
    Key(
        name="ban_breach",
        keys=("o",),
        action="breach",
        label=mark("Breach: the person is here now"),
        where=_CARD,
        footer=False,
    ),
    Key(
        name="not_this_person",
        keys=("w",),
        action="not_this_person",
        label=mark("Not this person"),
        where=_CARD,
        footer=False,
    ),
    Key(name="ban_details", keys=("d",), action="details", label=mark("Details"), where=_CARD, footer=False),
    Key(name="ban_read", keys=("r",), action="confirm_read", label=mark("I have read it"), where=_CARD, footer=False),
    Key(
        name="ban_list",
        keys=("f4",),
        action="open_list",
        label=mark("All bans"),
        where=frozenset({"bans"}),
        typing=True,
        needs=frozenset({Right.BAN_LIST}),
    ),
    Key(
        name="purpose",
        keys=("f5",),
        action="next_purpose",
        label=mark("Purpose"),
        where=_LISTS,
        typing=True,
        needs=frozenset({Right.BAN_LIST, Right.BAN_REGISTER, Right.PERSON_SEARCH}),
    ),
    Key(
        name="unread",
        keys=("f6",),
        action="unread",
        label=mark("New bans to read"),
        where=frozenset({"bans"}),
        typing=True,
        needs=frozenset({Right.BAN_READ}),
    ),
    Key(
        name="persons",
        keys=("f7",),
        action="open_persons",
        label=mark("Persons"),
        where=frozenset({"bans", "ban_list"}),
        typing=True,
        needs=frozenset({Right.PERSON_SEARCH}),
    ),
    Key(name="bans_active", keys=("a",), action="which('active')", label=mark("All active"), where=_LIST),
    Key(
        name="bans_ending",
        keys=("u",),
        action="which('ending')",
        label=mark("Ending soon"),
        where=_LIST,
        needs=frozenset({Right.BAN_LIST}),
    ),
    Key(
        name="bans_drafts",
        keys=("d",),
        action="which('drafts')",
        label=mark("Under way"),
        where=_LIST,
        needs=frozenset({Right.BAN_PAST}),
    ),
    Key(
        name="bans_all",
        keys=("l",),
        action="which('all')",
        label=mark("All, past ones too"),
        where=_LIST,
        needs=frozenset({Right.BAN_PAST}),
    ),
    Key(
        name="bans_to_read",
        keys=("t",),
        action="which('to_read')",
        label=mark("To be read"),
        where=_LIST,
        needs=frozenset({Right.BAN_READ}),
    ),
    Key(
        name="reconcile",
        keys=("i",),
        action="open_reconcile",
        label=mark("Hold against the case system"),
        where=_LIST,
        needs=frozenset({Right.BAN_REGISTER}),
    ),
    *(
        Key(name=f"ban_{name}", keys=(key,), action=action, label=label, where=_BAN, footer=False)
        for name, key, action, label in BAN_STEPS
    ),
    Key(name="person_correct", keys=("e",), action="correct", label=mark("Correct"), where=_PERSONS, footer=False),
    Key(name="person_merge", keys=("m",), action="merge", label=mark("Merge two"), where=_PERSONS, footer=False),
    Key(name="person_separate", keys=("t",), action="separate", label=mark("Separate"), where=_PERSONS, footer=False),
    Key(name="person_ban", keys=("b",), action="begin_ban", label=mark("Begin a ban"), where=_PERSONS, footer=False),
    *(
        Key(
            name=f"person_{name}",
            keys=(key,),
            action=action,
            label=label,
            where=_PERSONS,
            footer=False,
            needs=frozenset({Right.ACCESS_REQUEST}),
        )
        for name, key, action, label in (
            ("access", "i", "access", mark("What the person would be given")),
            ("asked", "a", "asked", mark("The person has asked")),
        )
    ),
    Key(
        name="person_new",
        keys=("ctrl+n",),
        action="new_person",
        label=mark("New person"),
        where=_PERSONS,
        typing=True,
        needs=frozenset({Right.PERSON_EDIT}),
    ),
    Key(
        name="take_new",
        keys=("t",),
        action="take_new",
        label=mark("Take the new ones over, or not"),
        where=frozenset({"reconcile"}),
        footer=False,
    ),
    *both_ways(
        "ban_scroll",
        ("pagedown", "scroll('page_down')"),
        ("pageup", "scroll('page_up')"),
        mark("Scroll"),
        _SCROLLING,
        footer=True,
        typing=True,
    ),
    Key(
        name="save_ban",
        keys=("ctrl+s",),
        action="save",
        label=mark("Save"),
        where=_WRITING,
        typing=True,
    ),
)
