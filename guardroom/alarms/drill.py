"""A drill among the alarms: which press it is, and what ends it. Pure.

Nobody's state says that a drill is to come: until its press it is an expectation in the monitor's memory alone. The
press carries its order into the journal, so that after a restart it is still a drill and still ends.

Only the one press that was expected is the drill. Whatever else comes is real, and ends the drill before it is taken.
"""

from __future__ import annotations

from drivers.base import Cause, Kind, Signal
from guardroom.alarms.closing import close
from guardroom.alarms.state import Change, Drill, DrillEnd, DrillOrder, Moment, Received, State, write_line
from guardroom.alarms.view import TimelineLine

OUTCOME = "drill"
"""How a drill's alarm ended where no guard has said how."""

TOLD_S = 900.0
"""So long every station shows that a drill is over."""


def fits(state: State, order: DrillOrder, panel: str, signal: Signal, room: str | None) -> bool:
    """Whether this signal is the press that was expected.

    Not where anything says that it may be another: an alarm stands in the room, it is by a person's number, told
    late or found by asking, a duress code, or from another button.
    """
    return (
        signal.kind is Kind.ALARM
        and signal.cause in (Cause.HOLD_UP, Cause.PANIC)
        and room == order.room
        and panel == order.panel
        and order.point in (None, signal.point)
        and not (signal.late or signal.found or signal.again or signal.by_user)
        and not state.alarms
    )


def running(state: State) -> Drill | None:
    """The drill that runs; None where none does."""
    return state.drill if state.drill is not None and state.drill.over is None else None


def ends_one(event: Received) -> bool:
    """Whether this signal is a real alarm, whatever its cause: it ends any drill."""
    return event.signal.kind is Kind.ALARM and not event.duplicate and event.drill is None


def can_begin(state: State, alarm: int) -> bool:
    """Whether an alarm that was taken for a drill's press may be one: it is alone, and no drill runs."""
    return set(state.alarms) <= {alarm} and running(state) is None


def begin(state: State, now: Moment, order: DrillOrder, alarm: int) -> None:
    """The press has come: its alarm is the drill's."""
    state.drill = Drill(order=order, alarm=alarm, began=now)


def end(state: State, now: Moment, why: DrillEnd, change: Change) -> None:
    """End the drill that runs; nothing happens where none does. Its alarm leaves the board as a drill."""
    drill = running(state)
    if drill is None:
        return
    drill.over, drill.why = now, why
    alarm = state.alarms.get(drill.alarm)
    if alarm is not None:
        alarm.outcome = alarm.outcome or OUTCOME
        write_line(alarm, change, TimelineLine(at=now.at, what="drill_over", detail=why))
        close(state, now, alarm, change)


def reveal(state: State, now: Moment, by: str, station: str, change: Change) -> None:
    """Somebody was about to call the police: from now on everybody is shown that it is a drill."""
    drill = running(state)
    if drill is None or drill.shown:
        return
    drill.shown = True
    if (alarm := state.alarms.get(drill.alarm)) is not None:
        write_line(alarm, change, TimelineLine(at=now.at, what="drill_revealed", by=by, station=station))


def time_is_up(state: State, now: Moment) -> bool:
    """Whether a drill that runs has lasted as long as it may; also where a clock set back leaves that unknown."""
    drill = running(state)
    return drill is not None and not now.within(drill.order.length_s, drill.began)
