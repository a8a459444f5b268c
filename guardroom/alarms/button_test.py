"""Buttons that are tried out: the window in which a room's next press is a test, and what is known of each button.

A mobile alarm is registered like a room that it is the button of (A20); `mobile_key` stands where a room's id does.

A window is for one room, short, and taken by its first press; a press from anywhere else, a second one, and a duress
code are real. Where no press comes in time, the button has failed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from datetime import datetime, timedelta

from drivers.base import Cause, Kind, Signal
from guardroom.alarms.places import matches, mobile_key
from guardroom.alarms.state import Change, DrillOrder, Moment, Received, State, Tested, TestWindow
from guardroom.alarms.view import ButtonState, ButtonView
from guardroom.clock import moment
from guardroom.settings import Claim, Mobile, Room

WAIT_S = 60.0
"""So long a press is waited for."""

_WORST: tuple[ButtonState, ...] = ("failed", "untested", "overdue", "tested")


def takes(state: State, now: Moment, event: Received) -> bool:
    """Whether the signal is the test that is waited for."""
    window, signal = state.test, event.signal
    return (
        window is not None
        and not state.alarms
        and (mobile_key(event.mobile) if event.mobile else event.room) == window.room
        and not event.duplicate
        and now.within(window.wait_s, window.opened)
        and not (signal.late or signal.found or signal.again or signal.by_user)
        and (signal.kind is Kind.TEST or (signal.kind is Kind.ALARM and signal.cause in (Cause.HOLD_UP, Cause.PANIC)))
    )


def passed(state: State, now: Moment, event: Received, change: Change) -> None:
    """The press has come: the button works, and the window is closed."""
    window, signal = state.test, event.signal
    assert window is not None
    state.test = None
    tested = Tested(
        at=now.at,
        room=window.room,
        by=window.by,
        worked=True,
        panel=event.panel,
        account=signal.account,
        area=signal.area,
        point=signal.point,
        text=signal.text or "",
    )
    told = (window.room, event.panel, tested.account, tested.area, tested.point, tested.text)
    state.tested["\x1f".join(part or "" for part in told)] = tested
    change.tested.append(tested)
    state.note(now, "tested", window.place, window.by)


def failed(state: State, now: Moment, change: Change) -> None:
    """No press has come in time; nothing happens where none is waited for."""
    window = state.test
    if window is None:
        return
    state.test = None
    tested = Tested(at=now.at, room=window.room, by=window.by, worked=False)
    state.tested[_of_room(window.room)] = tested
    change.tested.append(tested)
    state.note(now, "test_failed", window.place, window.by)


def is_over(window: TestWindow | None, now: Moment) -> bool:
    """Whether a press was waited for in vain."""
    return window is not None and not now.within(window.wait_s, window.opened)


def buttons(
    rooms: Iterable[Room],
    mobiles: Iterable[Mobile],
    tested: Mapping[str, Tested],
    now: datetime,
    interval_days: int,
    out: Container[str] = (),
) -> list[ButtonView]:
    """Every button that the configuration knows, with its last test: those of rooms, then mobile alarms.
    `interval_days` 0: none is ever overdue; neither is that of a room which is `out` of service."""
    # Made for every view: each room's own tests are looked through, not those of the whole house.
    of_room: defaultdict[str, list[Tested]] = defaultdict(list)
    for one in sorted(tested.values(), key=lambda one: one.at):
        of_room[one.room].append(one)
    owners = [(room.id, room.claims) for room in rooms] + [(mobile_key(each.id), each.claims) for each in mobiles]
    return [
        _button(owner, claim, of_room[owner], now, 0 if owner in out else interval_days)
        for owner, claims in owners
        for claim in claims
    ]


def worst(of_room: Iterable[ButtonView]) -> ButtonState:
    """What is to be said of a room with these buttons."""
    states = {button.state for button in of_room}
    return next((state for state in _WORST if state in states), "tested")


def _button(room: str, claim: Claim, known: list[Tested], now: datetime, interval_days: int) -> ButtonView:
    label = ":".join(part for part in (claim.panel, claim.account, claim.area, claim.point) if part)
    label = label or (claim.text.pattern if claim.text is not None else "")
    failure = next((one for one in reversed(known) if not one.worked), None)
    last = next((one for one in reversed(known) if one.worked and matches(claim, one.panel, _signal(one))), None)
    if failure is not None and (last is None or failure.at > last.at):
        return ButtonView(room=room, label=label, state="failed", at=failure.at, by=failure.by)
    if last is None:
        return ButtonView(room=room, label=label, state="untested")
    overdue = interval_days > 0 and now - moment(last.at) > timedelta(days=interval_days)
    return ButtonView(room=room, label=label, state="overdue" if overdue else "tested", at=last.at, by=last.by)


def _signal(tested: Tested) -> Signal:
    return Signal(
        kind=Kind.ALARM, account=tested.account, area=tested.area, point=tested.point, text=tested.text or None
    )


def _of_room(room: str) -> str:
    return f"room\x1f{room}"


def usual_text(state: State, order: DrillOrder) -> str | None:
    """What the panel wrote when this button was last tested: a drill's alarm that nobody pressed looks like a press."""
    of_button = (
        tested
        for tested in state.tested.values()
        if tested.worked and tested.text and (tested.panel, tested.point) == (order.panel, order.point)
    )
    return next((tested.text for tested in of_button), None)
