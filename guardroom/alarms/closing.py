"""An alarm leaves the board, with or without a guard's act."""

from __future__ import annotations

from guardroom.alarms.state import Alarm, Change, Moment, Past, State

HISTORY_LENGTH = 500
"""More than a town hall has in the thirty days that the board tells of."""


def close(state: State, now: Moment, alarm: Alarm, change: Change) -> None:
    """Take the alarm off the board and into the history, with the outcome it has."""
    alarm.closed_at = now.at
    del state.alarms[alarm.id]
    state.silenced.pop(alarm.id, None)
    change.closed.append(alarm)
    state.history.append(
        Past(
            alarm.id,
            alarm.place,
            alarm.room,
            alarm.cause,
            alarm.opened.at,
            now.at,
            alarm.outcome,
            alarm.presses,
            alarm.acknowledged_s,
            alarm.on_scene_s,
            drill=bool(alarm.drill),
        )
    )
    del state.history[:-HISTORY_LENGTH]
