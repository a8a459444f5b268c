"""Notices that did not arrive, on the board: a fault of the guarding itself (feature 104)."""

from __future__ import annotations

from collections.abc import Sequence

from guardroom.alarms.desk import AlarmDesk
from guardroom.text import one_line


def show_missed(desk: AlarmDesk, key: str, names: Sequence[str], why: str, newest: str) -> None:
    """Raise the fault for those who were not reached, or end it where there are none. `newest` names what they were
    not told last: something else is a fault that nobody has seen yet."""
    if not names:
        desk.trouble_over(key)
        return
    said = one_line(", ".join(dict.fromkeys(names)), 120)
    desk.trouble(key, "notices", detail=said, text=one_line(why, 120), about=newest)
