"""The line of keys at the bottom, made from the key table when it is shown, so that the language is right.

Textual's own Footer keeps every key it ever showed; this is one widget that repaints itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import chain

from textual.content import Content

from guardroom.alarms.view import BoardView
from guardroom.people.who import Who
from guardroom.settings import Settings
from screens.drill import running
from screens.keys import KEYS, cap_of, label
from screens.plain import Line, lines, plain

_FIRST = (
    frozenset(("acknowledge", "police", "close", "drill_stop")),
    frozenset(("late_entry", "new_incident", "look_up", "save", "note", "raise_alarm")),
)
"""Where there is room for few, these first: what safety hangs on, then the way on."""
_BY_CAP = frozenset(("help", "back"))
"""The same on every screen and known by their caps: their words give way first, their caps to what safety hangs on."""

_LOWEST_FOR_TWO_ROWS = 24
_ONE_ROW = frozenset(("takeover",))
"""Screens that need every row for what is on them."""


class StatusLine(Line):
    """The keys of one screen: `F12 Acknowledge  S Silence for 60 s …`, in two rows where one is too narrow; what does
    not fit then is left out, what matters least first."""

    def __init__(self, screen_name: str, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._screen_name = screen_name

    def show_keys(
        self,
        view: BoardView,
        settings: Settings,
        who: Who | None,
        typing: bool,
        offers: Callable[[str], bool] = lambda _name: True,
    ) -> None:
        """Show the keys that do something now, for `who` is signed in; `typing`: an input takes the letters; `offers`:
        whether the screen has a use for the key of this name now."""
        here = tuple(
            (key.name, cap_of(key.name, settings), label(key))
            for key in KEYS
            if key.footer
            and self._screen_name in key.where
            and (not typing or (key.typing and key.name != "help"))  # its first key is a letter there
            and (who is None or not key.needs or any(who.may(right) for right in key.needs))
            and _useful(key.name, view, who is not None)
            and (key.name != "door_locks" or settings.policy.door_lock or view.locks)
            and offers(key.name)
        )
        two = self.app.size.height >= _LOWEST_FOR_TWO_ROWS and self._screen_name not in _ONE_ROW
        rows = _packed(here, max(1, self.size.width), 2 if two else 1, signed_in=who is not None)
        self.styles.height = len(rows)
        self.show(lines(*rows))


@lru_cache(maxsize=64)
def _packed(here: tuple[tuple[str, str, str], ...], width: int, most: int, *, signed_in: bool) -> list[Content]:
    """The keys (name, cap, label) in at most so many rows, in their order; what matters least is left out first."""
    caps = {name: plain(cap, "bold $key") for name, cap, _text in here}
    labelled = {name: caps[name] + plain(f" {text}") for name, _cap, text in here}
    in_turn = sorted((name for name in caps if name not in _BY_CAP), key=lambda name: _weight(name, signed_in))
    urgent = [name for name in in_turn if name in _FIRST[0]]
    known = [name for name in caps if name in _BY_CAP]
    kept: dict[str, Content] = {}
    rows: list[Content] = []
    for name, part in chain(
        ((name, labelled[name]) for name in urgent),
        ((name, caps[name]) for name in known),
        ((name, labelled[name]) for name in (*in_turn[len(urgent) :], *known)),
    ):
        with_it = kept | {name: part}
        tried = _rows([with_it[other] for other in caps if other in with_it], width)
        if len(tried) <= most and all(row.cell_length <= width for row in tried):
            kept, rows = with_it, tried
    return rows or [Content("")]


def _weight(name: str, signed_in: bool) -> int:
    """Signing in comes last where somebody is signed in, and early where nobody is: most of the rest asks for it."""
    if name == "sign_in":
        return len(_FIRST) + 1 if signed_in else 1
    return next((at for at, names in enumerate(_FIRST) if name in names), len(_FIRST))


def _rows(parts: list[Content], width: int) -> list[Content]:
    rows: list[Content] = []
    for part in parts:
        if rows and rows[-1].cell_length + 2 + part.cell_length <= width:
            rows[-1] = rows[-1] + Content("  ") + part
        else:
            rows.append(Content(" ") + part)
    return rows


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
    if name == "drill_stop":
        return running(view) is not None
    if name == "test_close":
        return view.test is not None
    if name == "silence":
        return bool(view.faults) or any(alarm.unacknowledged for alarm in view.alarms)
    if name == "silence_look_in":
        return view.misses_a_look_in
    return True
