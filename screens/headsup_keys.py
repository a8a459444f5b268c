"""The part of the key table that is about heads-ups."""

from __future__ import annotations

from guardroom.people.roles import Right
from screens.key import Key, both_ways, mark

HEADSUP_SCREENS = frozenset({"headsups", "headsup_form", "headsup_step", "headsup_import"})
HEADSUP_TABS = frozenset({"headsups"})
"""Where the digits of the tabs work: nowhere that one writes."""

_WRITTEN = frozenset({"headsup_form", "headsup_step", "headsup_import"})
_WRITE = frozenset({Right.HEADSUP_WRITE})


def _act(name: str, key: str, action: str, label: str, *, footer: bool = True, needs: frozenset[Right] = _WRITE) -> Key:
    return Key(
        name=f"headsup_{name}",
        keys=(key,),
        action=action,
        label=label,
        where=HEADSUP_TABS,
        footer=footer,
        needs=needs,
    )


HEADSUP_KEYS: tuple[Key, ...] = (
    *both_ways("headsup", ("down", "choose(1)"), ("up", "choose(-1)"), mark("Choose"), HEADSUP_TABS),
    *both_ways("headsup", ("pagedown", "scroll(1)"), ("pageup", "scroll(-1)"), mark("Further down"), HEADSUP_TABS),
    _act("new", "n", "new", mark("New")),
    _act("edit", "e", "edit", mark("Change")),
    _act("take", "t", "take_it", mark("Seen")),
    _act("begin", "b", "begin", mark("Begins")),
    _act("well", "k", "all_well", mark("All well")),
    _act("over", "s", "end(False)", mark("Over")),
    _act("early", "d", "end(True)", mark("Ended early"), footer=False),
    _act("watch", "w", "watch_it", mark("Watching begins / ends"), footer=False),
    _act("postpone", "u", "postpone", mark("Postpone"), footer=False),
    _act("call_off", "x", "call_off", mark("Call it off"), footer=False),
    _act("name", "v", "show_name", mark("Show the name"), footer=False, needs=frozenset({Right.PERSON_SEARCH})),
    _act(
        "prewarn",
        "f",
        "step('prewarn')",
        mark("Police pre-warning"),
        footer=False,
        needs=frozenset({Right.POLICE_PREWARN}),
    ),
    _act("lend", "m", "step('lend')", mark("Lend a mobile alarm"), footer=False),
    _act("give_back", "r", "step('give_back')", mark("Mobile alarm is back"), footer=False),
    _act("announce", "h", "step('announce')", mark("Announced arrival"), footer=False),
    _act(
        "decide",
        "g",
        "step('decide')",
        mark("Decide an arrival"),
        footer=False,
        needs=frozenset({Right.ARRIVAL_DECIDE}),
    ),
    _act("withdraw", "a", "step('withdraw')", mark("An arrival is taken back"), footer=False),
    _act("import", "i", "import_file", mark("From a file"), footer=False),
    _act("which", "l", "next_list", mark("Today / coming / past"), needs=frozenset()),
    Key(name="headsup_save", keys=("ctrl+s",), action="save", label=mark("Save"), where=_WRITTEN, typing=True),
)
