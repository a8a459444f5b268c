"""The part of the key table that is about incidents."""

from __future__ import annotations

from guardroom.people.roles import Right
from screens.key import Key, both_ways, mark

INCIDENT_SCREENS = frozenset({"incidents", "incident", "incident_form"})

_LIST = frozenset({"incidents"})
_ONE = frozenset({"incident"})
_FORM = frozenset({"incident_form"})

INCIDENT_KEYS: tuple[Key, ...] = (
    Key(
        name="new_incident",
        keys=("n",),
        action="new_incident",
        label=mark("New incident"),
        where=frozenset({"board", "incidents", "bans"}),
        needs=frozenset({Right.INCIDENT_LOG}),
    ),
    Key(name="open_incident", keys=("enter",), action="open_chosen", label=mark("Open"), where=_LIST),
    Key(name="search_incidents", keys=("s",), action="search", label=mark("Search"), where=_LIST),
    *both_ways("incident", ("down", "choose(1)"), ("up", "choose(-1)"), mark("Choose"), _LIST, typing=True),
    *both_ways(
        "incidents",
        ("pagedown", "page(1)"),
        ("pageup", "page(-1)"),
        mark("Older"),
        _LIST,
        footer=True,
        typing=True,
        back=mark("Newer"),
    ),
    Key(name="newest_incident", keys=("home",), action="newest", label=mark("Newest"), where=_LIST, footer=False),
    Key(name="oldest_incident", keys=("end",), action="oldest", label=mark("Oldest"), where=_LIST, footer=False),
    Key(
        name="add_text",
        keys=("t",),
        action="add_text",
        label=mark("Add to it"),
        where=_ONE,
        needs=frozenset({Right.INCIDENT_LOG}),
    ),
    Key(
        name="join_person",
        keys=("k",),
        action="join_person",
        label=mark("Now known"),
        where=_ONE,
        needs=frozenset({Right.PERSON_SEARCH}),
    ),
    Key(
        name="not_person",
        keys=("w",),
        action="not_person",
        label=mark("Not this person"),
        where=_ONE,
        needs=frozenset({Right.BAN_LOOKUP}),
    ),
    Key(
        name="conduct_letter",
        keys=("b",),
        action="conduct_letter",
        label=mark("Letter"),
        where=_ONE,
        needs=frozenset({Right.BAN_DRAFT}),
    ),
    Key(name="incident_print", keys=("u",), action="print_incident", label=mark("Print it"), where=_ONE),
    *both_ways("citizen", ("down", "choose(1)"), ("up", "choose(-1)"), mark("Choose the citizen, or scroll"), _ONE),
    *both_ways("incident", ("pagedown", "page(1)"), ("pageup", "page(-1)"), mark("Scroll"), _ONE, typing=True),
    *both_ways(
        "about", ("down", "choose(1)"), ("up", "choose(-1)"), mark("Choose what it is about"), _FORM, footer=True
    ),
    Key(
        name="about_take",
        keys=("enter",),
        action="take",
        label=mark("Write about it"),
        where=_FORM,
    ),
    Key(
        name="save_incident",
        keys=("ctrl+s",),
        action="save",
        label=mark("Save"),
        where=_FORM | _ONE,
        typing=True,
    ),
    Key(
        name="another_citizen",
        keys=("ctrl+n",),
        action="another_citizen",
        label=mark("Another citizen"),
        where=_FORM,
        typing=True,
    ),
    Key(
        name="drop_draft",
        keys=("ctrl+d",),
        action="drop_draft",
        label=mark("Throw away"),
        where=_FORM,
        typing=True,
    ),
)
