"""Rooms that are out of service: for how long that may be, and when it is over by itself. Pure.

It silences nothing: a press from such a room is an alarm like any other, and its faults are told. It only says on the
board that the room is not to be used, and why; and nobody is asked to test its button meanwhile.
"""

from __future__ import annotations

from datetime import timedelta

from guardroom.alarms.acts import Act
from guardroom.alarms.state import Moment, OutOfService, State
from guardroom.clock import moment, stamp

LONGEST = timedelta(days=31)
"""Nothing is out of service for longer without somebody saying so again."""


def may_last(until: str, now: Moment) -> bool:
    """Whether a room may be out of service until then: a time that comes, within `LONGEST`."""
    try:
        end = moment(until)
    except ValueError:
        return False
    return end.tzinfo is not None and timedelta() < end - moment(now.at) <= LONGEST


def begin(state: State, now: Moment, act: Act) -> None:
    """The room is out of service from now on; said again, it is so for the new reason and until the new time."""
    until = stamp(moment(act.until))
    state.out[act.room] = OutOfService(room=act.room, until=until, reason=act.text, since=now, by=act.by)


def is_over(out: OutOfService, now: Moment) -> bool:
    """Whether its time is up; also where a clock set back leaves that unknown: the room is then in service again."""
    length = (moment(out.until) - moment(out.since.at)).total_seconds()
    return moment(now.at) >= moment(out.until) or now.since(out.since) >= length or not now.within(length, out.since)


def standing(state: State, now: Moment) -> dict[str, OutOfService]:
    """The rooms that are out of service at this moment, whether or not the end of another has been written down."""
    return {room: out for room, out in state.out.items() if not is_over(out, now)}


def over(state: State, now: Moment) -> list[str]:
    """The rooms whose time is up."""
    return [room for room, out in state.out.items() if is_over(out, now)]
