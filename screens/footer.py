"""The line of keys at the bottom, made from the key table when it is shown, so that the language is right.

Textual's own Footer keeps every key it ever showed; this is one widget that repaints itself.
"""

from __future__ import annotations

from textual.content import Content

from guardroom.alarms.view import BoardView
from guardroom.people.who import Who
from guardroom.settings import Settings
from screens.drill import running
from screens.keys import KEYS, cap_of, label
from screens.plain import Line, plain

_ALWAYS = frozenset(("acknowledge", "close", "back", "help", "new_incident", "look_up", "sign_in", "save"))
"""Where there is room for few, these first: the way on, the way out, and where the others are told."""


class StatusLine(Line):
    """The keys of one screen: `F12 Acknowledge  S Silence for 60 s …`; what does not fit is left out from the end."""

    def __init__(self, screen_name: str, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._screen_name = screen_name

    def show_keys(self, view: BoardView, settings: Settings, who: Who | None, typing: bool) -> None:
        """Show the keys that do something now, for `who` is signed in; `typing`: an input takes the letters."""
        width = max(1, self.size.width)
        here = [
            (key.name, plain(cap_of(key.name, settings), "bold $key") + plain(f" {label(key)}"))
            for key in KEYS
            if key.footer
            and self._screen_name in key.where
            and (not typing or (key.typing and key.name != "help"))  # its first key is a letter there
            and (who is None or not key.needs or any(who.may(right) for right in key.needs))
            and _useful(key.name, view, who is not None)
            and (key.name != "door_locks" or settings.policy.door_lock or view.locks)
        ]
        used = 1
        kept: set[str] = set()
        for name, part in sorted(here, key=lambda named: named[0] not in _ALWAYS):
            if used + part.cell_length + 2 <= width:
                used += part.cell_length + 2
                kept.add(name)
        self.show(Content(" ") + Content("  ").join(part for name, part in here if name in kept))


def _useful(name: str, view: BoardView, signed_in: bool) -> bool:
    """Whether a key does anything at the moment: no "acknowledge" where there is nothing to acknowledge."""
    if name == "acknowledge":
        return any(alarm.unacknowledged for alarm in view.alarms) or any(
            not fault.acknowledged and fault.kind != "monitor_gone" for fault in view.faults
        )
    if name == "sign_out":
        return signed_in
    if name == "clear_fault":
        return any(fault.clearable for fault in view.faults)
    if name == "open_response":
        return bool(view.alarms)
    if name in ("called_112", "called_114"):
        return running(view) is None
    if name == "test_close":
        return view.test is not None
    if name == "silence":
        return bool(view.faults) or any(alarm.unacknowledged for alarm in view.alarms)
    return True
