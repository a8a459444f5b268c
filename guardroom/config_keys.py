"""`[keys]` in `guardroom.toml`: which keys a town hall has put its actions on.

A key is stored as Textual names it; a single sign such as `?` may be written as itself.
"""

from __future__ import annotations

import re
import unicodedata

from guardroom.alarms.view import OUTCOMES
from guardroom.config_table import Table, unknown
from guardroom.language import _
from guardroom.settings import ACKNOWLEDGE_KEYS, REMAPPABLE, TAKEN_KEYS
from guardroom.text import clean

_NAMED = ("insert", "delete", "home", "end", "pageup", "pagedown", "up", "down", "left", "right")
_FIXED = ("enter", "space", "escape", "tab", "backspace")
_SAME_IN_A_TERMINAL = {"ctrl+m": "enter", "ctrl+i": "tab", "ctrl+h": "backspace", "ctrl+j": "enter"}
_SIGN_NAMES = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
_FUNCTION_KEY = re.compile(r"f([1-9]|1[0-9]|2[0-4])")
_MODIFIERS = ("ctrl", "alt", "shift")


def read_keys(table: Table) -> dict[str, tuple[str, ...]]:
    """The keys of every action that the table puts elsewhere, first the one to show."""
    chosen: dict[str, tuple[str, ...]] = {}
    for action in table.values:
        if action not in REMAPPABLE:
            table.has(action)
            table.wrong(action, _("is not an action; {hint}").format(hint=unknown(action, REMAPPABLE)))
        elif keys := _keys_of(table, action):
            chosen[action] = keys
    _refuse_shared(table, chosen)
    return chosen


def _keys_of(table: Table, action: str) -> tuple[str, ...]:
    value = table.values[action]
    entries = value if isinstance(value, list) else [value]
    keys: list[str] = []
    for entry in entries:
        key = key_name(entry) if isinstance(entry, str) else None
        if key is None:
            form = _('a key such as "f12", "ctrl+x" or "x", or a list of keys')
            table.mistakes.wrong(table.key(action), entry, _("allowed is {allowed}").format(allowed=form))
        elif key in _FIXED or key.isdigit() or key in OUTCOMES:
            sentence = _(
                "Enter, Space, Esc, Tab, Backspace, the digits and the letters of the outcomes keep what they do"
            )
            table.mistakes.wrong(table.key(action), entry, sentence)
        elif key in TAKEN_KEYS and (action, key) != ("close", "ctrl+s"):
            sentence = _("this key keeps what it does: {keys}")
            table.mistakes.wrong(table.key(action), entry, sentence.format(keys=", ".join(sorted(TAKEN_KEYS))))
        elif action == "acknowledge" and not _fit_to_acknowledge(key):
            sentence = _("an alarm must not be acknowledged by typing; allowed is {allowed}")
            form = _('a function key, or one with Ctrl or Alt, such as "f12" or "ctrl+k"')
            table.mistakes.wrong(table.key(action), entry, sentence.format(allowed=form))
        else:
            keys.append(key)
    if isinstance(value, list) and not value:
        table.wrong(action, _("is empty; every action needs a key"))
    return tuple(dict.fromkeys(keys))


def key_name(written: str) -> str | None:
    """The name by which the program knows a key, or None where there is no such key. Capitals make no difference."""
    text = clean(written, 40).strip().lower()
    if text in ("", "+"):
        return "plus" if text else None
    *modifiers, key = text.split("+") if not text.endswith("++") else [*text[:-2].split("+"), "plus"]
    if any(modifier not in _MODIFIERS for modifier in modifiers) or len(set(modifiers)) < len(modifiers):
        return None
    if len(key) == 1:
        if not key.isalnum():
            key = unicodedata.name(key, "").lower().replace("-", "_").replace(" ", "_")
            key = _SIGN_NAMES.get(key, key)
            if not key:
                return None
    elif not (_FUNCTION_KEY.fullmatch(key) or key in _NAMED or key in _FIXED or _is_sign(key)):
        return None
    name = "+".join([*(modifier for modifier in _MODIFIERS if modifier in modifiers), key])
    return _SAME_IN_A_TERMINAL.get(name, name)


def _is_sign(name: str) -> bool:
    """True for Textual's name of a sign, such as question_mark."""
    if name in _SIGN_NAMES.values():
        return True
    try:
        sign = unicodedata.lookup(name.replace("_", " "))
    except KeyError:
        return False
    return len(sign) == 1 and unicodedata.category(sign)[0] in "PS"


def _fit_to_acknowledge(key: str) -> bool:
    """True for keys that nobody presses while writing a note."""
    return bool(_FUNCTION_KEY.fullmatch(key.rpartition("+")[2])) or key.startswith(("ctrl+", "alt+"))


def _refuse_shared(table: Table, chosen: dict[str, tuple[str, ...]]) -> None:
    owners = {} if "acknowledge" in chosen else dict.fromkeys(ACKNOWLEDGE_KEYS, "acknowledge")
    for action, keys in chosen.items():
        for key in keys:
            owner = owners.setdefault(key, action)
            if owner != action:
                sentence = _("{other} is on this key already; a key does one thing")
                table.mistakes.wrong(table.key(action), key, sentence.format(other=owner))
