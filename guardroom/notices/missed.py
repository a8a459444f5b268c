"""Notices that did not arrive, on the board: a fault of the guarding itself (feature 104)."""

from __future__ import annotations

from collections.abc import Sequence

from db.outbox_tables import DeliveryRow
from guardroom.alarms.desk import AlarmDesk
from guardroom.text import one_line


def show_missed(desk: AlarmDesk, key: str, rows: Sequence[DeliveryRow]) -> None:
    """Raise the fault for these, or end it where there are none."""
    if not rows:
        desk.trouble_over(key)
        return
    names = ", ".join(dict.fromkeys(row.recipient for row in rows))
    desk.trouble(key, "notices", detail=one_line(names, 120), text=one_line(rows[-1].error, 120))
