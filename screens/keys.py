"""THE key table. Bindings, footer, help and the checking of `[keys]` in guardroom.toml are all made from it.

A key is named as Textual names it ("f12", "ctrl+s", "question_mark"). Single letters and digits act only where no
input has the focus, and act with Caps Lock on too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from textual.binding import Binding, BindingType

from guardroom.language import _
from guardroom.settings import ACKNOWLEDGE_KEYS, REMAPPABLE

BOARD = frozenset({"board"})
TAKEOVER = frozenset({"takeover"})
RESPONSE = frozenset({"response"})
DIALOGS = frozenset({"police", "raise_alarm", "help", "shift", "sound_check", "panels", "quit"})
EVERYWHERE = BOARD | TAKEOVER | RESPONSE | DIALOGS


def _mark(message: str) -> str:
    """Mark a message for the catalogue without translating it yet."""
    return message


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One thing a key does.

    `name` is the name in `[keys]`; `action` is the Textual action of the screen; `label` the message id of what it
    does; `where` the names of the screens it works on. `footer`: shown at the bottom of the screen.
    `typing`: works while an input has the focus.
    """

    name: str
    keys: tuple[str, ...]
    action: str
    label: str
    where: frozenset[str]
    footer: bool = True
    typing: bool = False


KEYS: tuple[Key, ...] = (
    Key(
        name="acknowledge",
        keys=ACKNOWLEDGE_KEYS,
        action="acknowledge",
        label=_mark("Acknowledge"),
        where=EVERYWHERE,
        typing=True,
    ),
    Key(
        name="both",
        keys=("f11",),
        action="respond('both')",
        label=_mark("We both go"),
        where=TAKEOVER,
        typing=True,
    ),
    Key(
        name="second_guard",
        keys=("f9",),
        action="respond('second_guard')",
        label=_mark("Send guard 2"),
        where=TAKEOVER,
        typing=True,
    ),
    Key(
        name="silence",
        keys=("s",),
        action="silence",
        label=_mark("Silence for 60 s"),
        where=TAKEOVER | RESPONSE,
    ),
    Key(
        name="open_response",
        keys=("enter",),
        action="open_response",
        label=_mark("Open the alarm"),
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
                _mark("At the room"),
                _mark("Conversation stopped"),
                _mark("Citizen asked to leave"),
                _mark("Left or escorted out"),
                _mark("Refused to leave, police called"),
                _mark("Police met in the hall"),
                _mark("Room secured, employee not alone"),
                _mark("Button reset at the panel"),
            ),
            start=1,
        )
    ),
    Key(
        name="late_entry",
        keys=("t",),
        action="late_entry",
        label=_mark("Late entry"),
        where=RESPONSE,
    ),
    Key(
        name="escorted_out",
        keys=("e",),
        action="outcome('escorted_out')",
        label=_mark("Escorted out"),
        where=RESPONSE,
        footer=False,
    ),
    Key(
        name="left_by_themselves",
        keys=("g",),
        action="outcome('left_by_themselves')",
        label=_mark("Left by themselves"),
        where=RESPONSE,
        footer=False,
    ),
    Key(
        name="ejected_not_escorted",
        keys=("b",),
        action="outcome('ejected_not_escorted')",
        label=_mark("Ejected, not escorted out"),
        where=RESPONSE,
        footer=False,
    ),
    Key(
        name="accidental",
        keys=("f",),
        action="outcome('accidental')",
        label=_mark("Accidental press"),
        where=RESPONSE,
        footer=False,
    ),
    Key(
        name="handed_to_police",
        keys=("o",),
        action="outcome('handed_to_police')",
        label=_mark("Handed to the police"),
        where=RESPONSE,
        footer=False,
    ),
    Key(
        name="other",
        keys=("a",),
        action="outcome('other')",
        label=_mark("Other outcome"),
        where=RESPONSE,
        footer=False,
    ),
    Key(name="note", keys=("n",), action="note", label=_mark("Note"), where=RESPONSE),
    Key(
        name="next_alarm",
        keys=("tab", "pagedown"),
        action="next_alarm",
        label=_mark("Next alarm"),
        where=RESPONSE,
        footer=False,
        typing=True,
    ),
    Key(
        name="previous_alarm",
        keys=("shift+tab", "pageup"),
        action="previous_alarm",
        label=_mark("Alarm before"),
        where=RESPONSE,
        footer=False,
        typing=True,
    ),
    Key(
        name="close",
        keys=("ctrl+s",),
        action="close_alarm",
        label=_mark("Close the alarm"),
        where=RESPONSE,
        typing=True,
    ),
    Key(
        name="police",
        keys=("p",),
        action="police",
        label=_mark("Police script"),
        where=BOARD | TAKEOVER | RESPONSE,
    ),
    Key(
        name="withdraw_step",
        keys=("backspace",),
        action="withdraw_step",
        label=_mark("Take back last step"),
        where=RESPONSE,
    ),
    Key(
        name="raise_alarm",
        keys=("r",),
        action="raise_alarm",
        label=_mark("Raise an alarm"),
        where=BOARD | RESPONSE,
    ),
    Key(name="clear_fault", keys=("x",), action="clear_fault", label=_mark("Fault is mended"), where=BOARD),
    Key(name="shift", keys=("i",), action="shift", label=_mark("Shift"), where=BOARD),
    Key(
        name="sound_check",
        keys=("l",),
        action="sound_check",
        label=_mark("Sound check"),
        where=BOARD,
    ),
    Key(name="panels", keys=("a",), action="panels", label=_mark("Panels"), where=BOARD),
    *(
        Key(
            name=f"panel_{way}",
            keys=(way,),
            action=f"choose({step})",
            label=_mark("Choose a panel"),
            where=frozenset({"panels"}),
            footer=way == "down",
        )
        for way, step in (("down", 1), ("up", -1))
    ),
    *(
        Key(
            name=f"panel_{way}",
            keys=(key,),
            action=f"scroll('{way}')",
            label=_mark("Scroll"),
            where=frozenset({"panels"}),
            footer=way == "page_down",
        )
        for way, key in (("page_down", "pagedown"), ("page_up", "pageup"))
    ),
    Key(
        name="save",
        keys=("ctrl+s",),
        action="save",
        label=_mark("Save"),
        where=frozenset({"shift", "raise_alarm"}),
        typing=True,
    ),
    Key(
        name="called_112",
        keys=("1",),
        action="called('112')",
        label=_mark("112 rung"),
        where=frozenset({"police"}),
    ),
    Key(
        name="called_114",
        keys=("4",),
        action="called('114')",
        label=_mark("114 rung"),
        where=frozenset({"police"}),
    ),
    *(
        Key(
            name=f"scroll_{way}",
            keys=(key,),
            action=f"scroll('{way}')",
            label=_mark("Scroll"),
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
        label=_mark("Yes"),
        where=frozenset({"sound_check", "quit"}),
    ),
    Key(
        name="no",
        keys=("n",),
        action="answer(False)",
        label=_mark("No"),
        where=frozenset({"sound_check", "quit"}),
    ),
    Key(
        name="tab_1",
        keys=("1",),
        action="tab('board')",
        label=_mark("Board"),
        where=BOARD,
        footer=False,
    ),
    Key(
        name="help",
        keys=("question_mark", "f1"),
        action="help",
        label=_mark("Help"),
        where=BOARD | TAKEOVER | RESPONSE | frozenset({"panels"}),
    ),
    Key(
        name="back",
        keys=("escape",),
        action="back",
        label=_mark("Back"),
        where=RESPONSE | DIALOGS,
        typing=True,
    ),
    Key(
        name="quit",
        keys=("ctrl+q",),
        action="quit_program",
        label=_mark("Quit"),
        where=EVERYWHERE - TAKEOVER,
        footer=False,
        typing=True,
    ),
)
"""Every key there is, in the order of the footer."""

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
            priority=key.typing and key.keys[0] not in ("escape", "ctrl+s"),
            id=key.name,
        )
        for key in KEYS
        if screen in key.where
    ]


def keymap(chosen: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """What `App.set_keymap` wants, from `[keys]` in guardroom.toml. Names that may not be re-mapped are left out."""
    return {name: ",".join(both_cases(keys)) for name, keys in chosen.items() if name in REMAPPABLE}


def keys_of(name: str, chosen: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The keys that do `name` now, with what the town hall chose.

    Raises:
        KeyError: there is no such name in the table.
    """
    key = next((key for key in KEYS if key.name == name), None)
    if key is None:
        raise KeyError(name)
    return chosen.get(name, key.keys) if name in REMAPPABLE else key.keys


def cap(key: str) -> str:
    """A key as it is written on the keyboard: "f12" is F12, "ctrl+s" is Ctrl+S."""
    return "+".join(_CAPS.get(part, part.capitalize() if len(part) > 1 else part.upper()) for part in key.split("+"))


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
