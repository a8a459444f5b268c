"""THE key table. Bindings, footer, help and the checking of `[keys]` in guardroom.toml are all made from it.

A key is named as Textual names it ("f12", "ctrl+s", "question_mark"). Single letters and digits act only where no
input has the focus, and act with Caps Lock on too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from textual.binding import Binding, BindingType

from guardroom.language import _
from guardroom.people.roles import Right
from guardroom.settings import ACKNOWLEDGE_KEYS, REMAPPABLE, Settings
from screens.ban_keys import BAN_KEYS, BAN_SCREENS, BAN_TABS
from screens.drill_keys import DRILL_KEYS, DRILL_SCREENS, DRILL_TABS
from screens.duty_keys import DUTY_KEYS, DUTY_SCREENS, DUTY_TABS
from screens.followup_keys import FOLLOWUP_KEYS, FOLLOWUP_SCREENS, FOLLOWUP_TABS
from screens.headsup_keys import HEADSUP_KEYS, HEADSUP_SCREENS, HEADSUP_TABS
from screens.incident_keys import INCIDENT_KEYS, INCIDENT_SCREENS
from screens.key import Key, both_ways, mark
from screens.report_keys import REPORT_KEYS, REPORT_SCREENS, REPORT_TABS
from screens.room_keys import ROOM_KEYS, ROOM_SCREENS, cards_keys

BOARD = frozenset({"board"})
TAKEOVER = frozenset({"takeover"})
RESPONSE = frozenset({"response"})
TESTS = frozenset({"button_tests"})
DIALOGS = TESTS | {"police", "raise_alarm", "help", "shift", "sound_check", "panels", "quit", "sign_in"}
MESSAGES = frozenset({"messages"})
RECORDS = (
    REPORT_SCREENS
    | INCIDENT_SCREENS
    | BAN_SCREENS
    | HEADSUP_SCREENS
    | FOLLOWUP_SCREENS
    | DRILL_SCREENS
    | DUTY_SCREENS
    | MESSAGES
)
TABS = (
    BOARD | INCIDENT_SCREENS | BAN_TABS | HEADSUP_TABS | FOLLOWUP_TABS | DRILL_TABS | DUTY_TABS | REPORT_TABS | MESSAGES
)
EVERYWHERE = BOARD | TAKEOVER | RESPONSE | DIALOGS | ROOM_SCREENS | RECORDS


KEYS: tuple[Key, ...] = (
    Key(
        name="acknowledge",
        keys=ACKNOWLEDGE_KEYS,
        action="acknowledge",
        label=mark("Acknowledge"),
        where=EVERYWHERE,
        typing=True,
    ),
    Key(
        name="both",
        keys=("f11",),
        action="respond('both')",
        label=mark("We both go"),
        where=TAKEOVER,
        typing=True,
    ),
    Key(
        name="second_guard",
        keys=("f9",),
        action="respond('second_guard')",
        label=mark("Send guard 2"),
        where=TAKEOVER,
        typing=True,
    ),
    Key(
        name="silence",
        keys=("s",),
        action="silence",
        label=mark("Silence for 60 s"),
        where=TAKEOVER | RESPONSE,
    ),
    # S looks up a ban there.
    Key(name="silence_look_in", keys=("z",), action="silence", label=mark("Silence for 60 s"), where=BOARD),
    Key(
        name="open_response",
        keys=("enter",),
        action="open_response",
        label=mark("Open the alarm"),
        where=BOARD,
    ),
    *(
        Key(
            name=f"step_{number}",
            keys=(str(number),),
            action=f"step({number})",
            label=label,
            where=RESPONSE,
            footer=False,
        )
        for number, label in enumerate(
            (
                mark("At the room"),
                mark("Conversation stopped"),
                mark("Citizen asked to leave"),
                mark("Left or escorted out"),
                mark("Refused to leave, police called"),
                mark("Police met in the hall"),
                mark("Room secured, employee not alone"),
                mark("Button reset at the panel"),
                mark("Leader reached"),
            ),
            start=1,
        )
    ),
    Key(
        name="late_entry",
        keys=("t",),
        action="late_entry",
        label=mark("Late entry"),
        where=RESPONSE,
    ),
    Key(
        name="escorted_out",
        keys=("e",),
        action="outcome('escorted_out')",
        label=mark("Escorted out"),
        where=RESPONSE,
        footer=False,
    ),
    Key(
        name="left_by_themselves",
        keys=("g",),
        action="outcome('left_by_themselves')",
        label=mark("Left by themselves"),
        where=RESPONSE,
        footer=False,
    ),
    Key(
        name="ejected_not_escorted",
        keys=("b",),
        action="outcome('ejected_not_escorted')",
        label=mark("Ejected, not escorted out"),
        where=RESPONSE,
        footer=False,
    ),
    Key(
        name="accidental",
        keys=("f",),
        action="outcome('accidental')",
        label=mark("Accidental press"),
        where=RESPONSE,
        footer=False,
    ),
    Key(
        name="handed_to_police",
        keys=("o",),
        action="outcome('handed_to_police')",
        label=mark("Handed to the police"),
        where=RESPONSE,
        footer=False,
    ),
    Key(
        name="other",
        keys=("a",),
        action="outcome('other')",
        label=mark("Other outcome"),
        where=RESPONSE,
        footer=False,
    ),
    Key(name="note", keys=("n",), action="note", label=mark("Note"), where=RESPONSE),
    Key(
        name="next_alarm",
        keys=("tab", "pagedown"),
        action="next_alarm",
        label=mark("Next alarm"),
        where=RESPONSE,
        footer=False,
        typing=True,
    ),
    Key(
        name="previous_alarm",
        keys=("shift+tab", "pageup"),
        action="previous_alarm",
        label=mark("Alarm before"),
        where=RESPONSE,
        footer=False,
        typing=True,
    ),
    Key(
        name="close",
        keys=("ctrl+s",),
        action="close_alarm",
        label=mark("Close the alarm"),
        where=RESPONSE,
        typing=True,
    ),
    Key(
        name="police",
        keys=("p",),
        action="police",
        label=mark("Police script"),
        where=BOARD | TAKEOVER | RESPONSE | RECORDS,
    ),
    *cards_keys(BOARD | RESPONSE, EVERYWHERE - TAKEOVER - frozenset({"sign_in", "quit", "introduction"})),
    Key(
        name="withdraw_step",
        keys=("backspace",),
        action="withdraw_step",
        label=mark("Take back last step"),
        where=RESPONSE,
    ),
    Key(
        name="raise_alarm",
        keys=("r",),
        action="raise_alarm",
        label=mark("Raise an alarm"),
        where=BOARD | RESPONSE,
    ),
    Key(name="clear_fault", keys=("x",), action="clear_fault", label=mark("Fault is mended"), where=BOARD),
    Key(name="shift", keys=("i",), action="shift", label=mark("Shift"), where=BOARD),
    Key(
        name="sound_check",
        keys=("l",),
        action="sound_check",
        label=mark("Sound check"),
        where=BOARD,
    ),
    Key(name="panels", keys=("a",), action="panels", label=mark("Panels"), where=BOARD),
    Key(
        name="messages",
        keys=("b",),
        action="messages",
        label=mark("Messages"),
        where=BOARD,
        needs=frozenset({Right.NOTICES}),
    ),
    *both_ways("message", ("down", "choose(1)"), ("up", "choose(-1)"), mark("Choose"), MESSAGES, footer=True),
    *both_ways("message", ("pagedown", "scroll(1)"), ("pageup", "scroll(-1)"), mark("Further down"), MESSAGES),
    Key(name="button_tests", keys=("t",), action="button_tests", label=mark("Test buttons"), where=BOARD),
    Key(name="test_open", keys=("enter",), action="test_open", label=mark("Test this button"), where=TESTS),
    Key(name="test_close", keys=("x",), action="test_close", label=mark("Stop the test"), where=TESTS),
    Key(name="test_filter", keys=("f",), action="filter", label=mark("All / to test"), where=TESTS),
    *both_ways("button", ("down", "choose(1)"), ("up", "choose(-1)"), mark("Choose"), TESTS, footer=True),
    *both_ways("button", ("pagedown", "choose(10)"), ("pageup", "choose(-10)"), mark("Ten rows on"), TESTS),
    *both_ways(
        "panel", ("down", "choose(1)"), ("up", "choose(-1)"), mark("Choose a panel"), frozenset({"panels"}), footer=True
    ),
    *both_ways(
        "panel",
        ("pagedown", "scroll('page_down')"),
        ("pageup", "scroll('page_up')"),
        mark("Scroll"),
        frozenset({"panels"}),
        footer=True,
    ),
    Key(
        name="save",
        keys=("ctrl+s",),
        action="save",
        label=mark("Save"),
        where=frozenset({"shift", "raise_alarm"}),
        typing=True,
    ),
    Key(
        name="called_112",
        keys=("1",),
        action="called('112')",
        label=mark("112 rung"),
        where=frozenset({"police"}),
    ),
    Key(
        name="called_114",
        keys=("4",),
        action="called('114')",
        label=mark("114 rung"),
        where=frozenset({"police"}),
    ),
    *(
        Key(
            name=f"scroll_{way}",
            keys=(key,),
            action=f"scroll('{way}')",
            label=mark("Scroll"),
            where=frozenset({"help"}),
            footer=way == "down",
        )
        for way, key in (
            ("down", "down"),
            ("up", "up"),
            ("page_up", "pageup"),
            ("page_down", "pagedown"),
            ("home", "home"),
            ("end", "end"),
        )
    ),
    Key(
        name="yes",
        keys=("j", "y"),
        action="answer(True)",
        label=mark("Yes"),
        where=frozenset({"sound_check", "quit"}),
    ),
    Key(
        name="no",
        keys=("n",),
        action="answer(False)",
        label=mark("No"),
        where=frozenset({"sound_check", "quit"}),
    ),
    *INCIDENT_KEYS,
    *BAN_KEYS,
    *HEADSUP_KEYS,
    *FOLLOWUP_KEYS,
    *DRILL_KEYS,
    *DUTY_KEYS,
    *REPORT_KEYS,
    *ROOM_KEYS,
    Key(
        name="next_field",
        keys=("tab",),
        action="next_field",
        label=mark("Next field"),
        where=frozenset({"sign_in"}),
        typing=True,
    ),
    Key(
        name="sign_out",
        keys=("ctrl+o",),
        action="sign_out",
        label=mark("Sign out"),
        where=frozenset({"sign_in"}),
        typing=True,
    ),
    *(
        Key(
            name=f"tab_{number}",
            keys=(str(number),),
            action=f"tab('{name}')",
            label=label,
            where=TABS,
            footer=False,
            needs=needs,
        )
        for number, name, label, needs in (
            (1, "board", mark("Board"), frozenset[Right]()),
            (2, "incidents", mark("Incidents"), frozenset[Right]()),
            (3, "bans", mark("Bans"), frozenset[Right]()),
            (4, "headsups", mark("Heads-ups"), frozenset({Right.HEADSUP_READ})),
            (5, "followups", mark("Follow-ups"), frozenset({Right.FOLLOWUP_SEE})),
            (6, "drills", mark("Drills"), frozenset({Right.DRILL_PLAN})),
            (7, "reports", mark("Reports"), frozenset({Right.REPORT})),
            (8, "phone_card", mark("Phones"), frozenset[Right]()),
        )
    ),
    Key(
        name="refresh",
        keys=("ctrl+r",),
        action="refresh",
        label=mark("Read again"),
        where=frozenset({"incidents", "bans", "ban_list", "headsups", "followups"}),
        footer=False,
        typing=True,
    ),
    Key(
        name="sign_in",
        keys=("f2",),
        action="sign_in",
        label=mark("Sign in"),
        where=BOARD | RESPONSE | RECORDS | frozenset({"sign_in"}),
        typing=True,
    ),
    Key(
        name="mask",
        keys=("ctrl+l",),
        action="mask",
        label=mark("Hide names"),
        where=BOARD | RESPONSE | RECORDS,
        footer=False,
        typing=True,
    ),
    Key(
        name="help",
        keys=("question_mark", "f1"),
        action="help",
        label=mark("Help"),
        where=BOARD
        | TAKEOVER
        | RESPONSE
        | TESTS
        | frozenset({"panels", "raise_alarm", "shift", "out_of_service", "cards"})
        | RECORDS,
        # An input takes the question mark for itself; F1 is told to nobody but the screen.
        typing=True,
    ),
    Key(
        name="back",
        keys=("escape",),
        action="back",
        label=mark("Back"),
        where=RESPONSE | DIALOGS | ROOM_SCREENS | RECORDS,
        typing=True,
    ),
    Key(
        name="quit",
        keys=("ctrl+q",),
        action="quit_program",
        label=mark("Quit"),
        where=EVERYWHERE - TAKEOVER,
        footer=False,
        typing=True,
    ),
)
"""Every key there is, in the order of the footer."""

_IN_TURN = frozenset(("escape", "ctrl+s", "down", "up", "pagedown", "pageup", "question_mark"))
"""Keys that wait for those before them: they end what was typed, choose among what it found, or are typed too."""

_CAPS = {
    "escape": "Esc",
    "question_mark": "?",
    "backspace": "Backspace",
    "enter": "Enter",
    "space": "Space",
    "tab": "Tab",
    "pageup": "PgUp",
    "pagedown": "PgDn",
}

_ARROWS = {
    "up": mark("Up"),
    "down": mark("Down"),
    # "Left" is also what is left of a time, which is another word in Danish.
    "left": mark("Left arrow"),
    "right": mark("Right arrow"),
}


def both_cases(keys: Iterable[str]) -> tuple[str, ...]:
    """`keys` with the capital beside every single letter, so that Caps Lock changes nothing."""
    found: list[str] = []
    for key in keys:
        found.append(key)
        if len(key) == 1 and key.upper() != key:
            found.append(key.upper())
    return tuple(found)


def bindings(screen: str) -> list[BindingType]:
    """The Textual bindings of the screen with this name: `BINDINGS = bindings("board")` in the class."""
    return [
        Binding(
            ",".join(both_cases(key.keys)),
            key.action,
            key.label,
            show=False,
            # A priority binding overtakes the keys before it that still wait for the screen: not for keys that end
            # what those began. Escape must reach an input's own handling first.
            priority=key.typing and key.keys[0] not in _IN_TURN,
            id=key.name,
        )
        for key in KEYS
        if screen in key.where
    ]


def keymap(chosen: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """What `App.set_keymap` wants, from `[keys]` in guardroom.toml. Names that may not be re-mapped are left out."""
    return {name: ",".join(both_cases(keys)) for name, keys in chosen.items() if name in REMAPPABLE}


def keys_of(name: str, chosen: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The keys that do `name` now, with what the town hall chose. The letter that its word begins with in the chosen
    language comes first: J for Ja, Y for Yes.

    Raises:
        KeyError: there is no such name in the table.
    """
    key = next((key for key in KEYS if key.name == name), None)
    if key is None:
        raise KeyError(name)
    if name in REMAPPABLE and name in chosen:
        return chosen[name]
    word = label(key).lower()
    return tuple(sorted(key.keys, key=lambda each: not word.startswith(each)))


def cap(key: str) -> str:
    """A key as it is written on the keyboard, or called where nothing is written on it: "f12" is F12, "up" is Up."""
    if key in _ARROWS:
        return _(_ARROWS[key])
    return "+".join(_CAPS.get(part, part.capitalize() if len(part) > 1 else part.upper()) for part in key.split("+"))


def cap_of(name: str, settings: Settings) -> str:
    """The first key that does `name` in this town hall, as it is written on the keyboard.

    Raises:
        KeyError: there is no such name in the table.
    """
    return cap(keys_of(name, settings.keys)[0])


def in_table(action: str) -> bool:
    """True where this Textual action (without its parameters) is in the key table."""
    return any(key.action.split("(")[0] == action for key in KEYS)


def works_while_typing(action: str) -> bool:
    """True where the key of this Textual action (without its parameters) works while an input has the focus.

    Actions that are not in the table (Textual's own, moving the focus) work always.
    """
    found = [key for key in KEYS if key.action.split("(")[0] == action]
    return not found or any(key.typing for key in found)


def label(key: Key) -> str:
    """What the key does, in the chosen language."""
    return _(key.label)
