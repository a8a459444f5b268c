"""The life of alarms and faults: a fold over the journal, pure and deterministic.

Every entry of the journal changes a `State` through `apply`; nothing else does. What depends on the configuration
(which room, whether a copy is a repeat) is decided once, when the signal comes in, and written into the entry, so
that replaying the journal after a crash or a change of configuration gives the same alarms.
"""

from __future__ import annotations

from dataclasses import replace

from drivers.base import Cause, Kind, Signal
from guardroom.alarms import button_test, drill
from guardroom.alarms.doing import do
from guardroom.alarms.state import (
    Alarm,
    Call,
    Change,
    Done,
    Event,
    Fault,
    Health,
    Moment,
    Received,
    State,
    group_of,
    open_alarm_at,
    write_line,
)
from guardroom.alarms.view import TimelineLine

REMEMBERED_ACTS = 2000
"""So many acts are known again when a dashboard sends them a second time."""

COPY_S = 60.0
"""A copy of an event comes no later than this."""

REPORT_S = 400.0
"""What a panel, asked for its state, says within this time of the last word about a call, is that call. Later, and
with the alarm closed, its restore may have been missed: then it is an alarm."""

MANY_UNKNOWN = 20
"""So many different unknown messages of one panel stand as faults of their own; later ones share the last."""

_NO_ALARM = 0
"""Stands for the alarm of a call that made none."""

_FAULTS: dict[Kind, str] = {
    Kind.TAMPER: "tamper",
    Kind.FAULT: "fault",
    Kind.LOW_BATTERY: "low_battery",
    Kind.BYPASS: "bypass",
    Kind.UNKNOWN: "unknown_code",
}
_ENDS_FAULT: dict[Kind, str] = {
    Kind.TAMPER_RESTORE: "tamper",
    Kind.FAULT_RESTORE: "fault",
    Kind.BATTERY_RESTORE: "low_battery",
    Kind.UNBYPASS: "bypass",
}


def apply(state: State, number: int, now: Moment, event: Event) -> Change:
    """Carry out one journal entry on `state`. Entries come in order; one that was applied before changes nothing."""
    change = Change()
    if number <= state.number:
        return change
    state.number = number
    match event:
        case Received():
            _receive(state, number, now, event, change)
        case Done():
            state.acts[event.act.id] = number
            if len(state.acts) > REMEMBERED_ACTS:
                del state.acts[next(iter(state.acts))]
            do(state, number, now, event, change)
        case Health():
            _health(state, now, event)
    return change


def is_repeat(state: State, panel: str, signal: Signal, room: str | None, repeat_s: float, now: Moment) -> bool:
    """Whether a signal only says again what is known: a repeat is journalled and counted, never a press.

    An alarm is a repeat within `repeat_s` of the last copy of the same call with no restore between, also after
    a guard has closed the alarm. A fault is a repeat while the same fault stands.
    """
    if signal.kind is Kind.ALARM:
        call = _standing_call(state, panel, signal)
        if call is None or not call.active:
            return False
        if signal.found:
            return call.found or call.alarm in state.alarms or now.within(REPORT_S, call.last)
        if signal.again:
            return call.alarm in state.alarms or now.within(COPY_S, call.last)
        return repeat_s > 0 and now.within(repeat_s, call.last)
    if kind := _FAULTS.get(signal.kind):
        return _standing_fault(state, kind, panel, signal, room) is not None
    return signal.again and signal.kind in (Kind.TEST, Kind.INFO, Kind.CANCEL)


def stands(state: State, panel: str, signal: Signal) -> bool:
    """Whether this very call has an open alarm, or was a test, and has not been restored."""
    call = state.calls.get(_call_key(panel, signal))
    return call is not None and call.active and (call.alarm in state.alarms or call.alarm == _NO_ALARM)


def still_in_alarm(state: State, room: str, now: Moment) -> bool:
    """True while a panel keeps repeating an alarm of `room` that a guard has closed."""
    return any(
        call.room == room
        and call.active
        and call.alarm not in state.alarms
        and (call.found or (call.repeat_s > 0 and now.within(call.repeat_s, call.last)))
        for call in state.calls.values()
    )


def _receive(state: State, number: int, now: Moment, event: Received, change: Change) -> None:
    signal = event.signal
    if event.duplicate and _speaks_of_another_room(state, event):
        # The text behind an event names the room: it was no test, and no drill, after all.
        event = replace(event, duplicate=False)
    if button_test.takes(state, now, event):
        button_test.passed(state, now, event, change)
        if signal.kind is Kind.ALARM:
            # Its copies are copies of the test.
            state.calls[_call_key(event.panel, signal)] = _call(event, now, _NO_ALARM)
    elif signal.kind is Kind.ALARM:
        if drill.ends_one(event):
            here = state.drill is not None and event.room == state.drill.order.room
            drill.end(state, now, "second_press" if here else "real_alarm", change)
        if not event.duplicate:
            # Somebody needs help: nobody tries buttons out now, and no press that follows is a test.
            state.test = None
        _alarm(state, number, now, event, change)
    elif signal.kind is Kind.RESTORE:
        _restore(state, now, event, change)
    elif signal.kind is Kind.CANCEL:
        if not event.duplicate:
            _cancel(state, now, event, change)
    elif kind := _FAULTS.get(signal.kind):
        _fault(state, now, kind, event)
    elif kind := _ENDS_FAULT.get(signal.kind):
        for key, fault in list(state.faults.items()):
            same_trouble = not (signal.trouble and fault.trouble) or signal.trouble == fault.trouble
            if fault.kind == kind and same_trouble and _same_point(fault, event) and event.room in (None, fault.room):
                del state.faults[key]
    elif signal.kind in (Kind.TEST, Kind.INFO) and not event.duplicate:
        state.note(now, signal.kind.value, event.place, signal.text or "")


def _speaks_of_another_room(state: State, event: Received) -> bool:
    """Whether a copy of what was taken for a test, or for the drill that runs, names another room."""
    call = _standing_call(state, event.panel, event.signal) if event.signal.kind is Kind.ALARM else None
    if call is None or event.room in (None, call.room):
        return False
    running = drill.running(state)
    return call.alarm == _NO_ALARM or (running is not None and call.alarm == running.alarm)


def _fault(state: State, now: Moment, kind: str, event: Received) -> None:
    signal = event.signal
    standing = _standing_fault(state, kind, event.panel, signal, event.room)
    if standing is not None:
        standing.text = standing.text or signal.text or ""
        return
    key = _fault_key(kind, event.panel, signal, event.room)
    state.faults[key] = Fault(
        key,
        kind,
        now,
        panel=event.panel,
        account=signal.account,
        area=signal.area,
        point=signal.point,
        room=event.room,
        place=event.place,
        text=signal.text or "",
        detail=_unknown(signal) if kind == "unknown_code" else "",
        trouble=signal.trouble or "",
        unheard=signal.unheard,
    )


def _alarm(state: State, number: int, now: Moment, event: Received, change: Change) -> None:
    signal = event.signal
    cause = signal.cause or Cause.OTHER
    key = _call_key(event.panel, signal)
    call = _standing_call(state, event.panel, signal)
    if event.duplicate and call is not None:
        call.last = now
        call.found = call.found or signal.found
        if alarm := state.alarms.get(call.alarm):
            # The text behind an event, and an answer about the state, are no calls of their own.
            alarm.repeats += not (signal.again or signal.found)
            alarm.text = alarm.text or signal.text or ""
            if alarm.room is None and (event.room is not None or (event.mobile and not alarm.mobile)):
                # A text that came behind the event has named the room, or the mobile alarm.
                alarm.room = event.room
                _carried(alarm, event)
                call.room, call.place = event.room, event.place
            change.alarms.add(alarm.id)
        return
    alarm = open_alarm_at(state, event.room, event.place, cause, event.mobile)
    if alarm is None:
        alarm = Alarm(
            number,
            event.room,
            event.place,
            cause.value,
            event.panel,
            signal.point or "",
            signal.text or "",
            opened=now,
            last_press=now,
            last_press_number=number,
            received_late=signal.late,
            by_user=signal.by_user,
            panel_time=signal.panel_time or "",
        )
        _carried(alarm, event)
        state.alarms[number] = alarm
        if event.drill is not None and drill.can_begin(state, number):
            alarm.drill = event.drill.id
            drill.begin(state, now, event.drill, number)
    else:
        alarm.presses += 1
        alarm.last_press = now
        alarm.last_press_number = number
        alarm.text = signal.text or alarm.text
        if event.mobile:
            # It may have changed hands since.
            _carried(alarm, event)
        alarm.restored = False
        alarm.cancelled = False
        alarm.received_late = alarm.received_late and signal.late
        alarm.by_user = alarm.by_user and signal.by_user
    said = f"{event.panel}:{signal.point or ''} {signal.text or ''}".strip()
    if signal.late and signal.panel_time:
        said += f" [{signal.panel_time}]"
    # One line for each entry of the journal: a line is known by its number.
    what = ("late_" if signal.late else "") + ("press" if group_of(cause.value) == "people" else "alarm")
    write_line(alarm, change, TimelineLine(at=now.at, what=what, detail=str(alarm.presses), text=said))
    if not event.played:
        # What no panel said has no copies: the button's first press is another.
        state.calls[key] = _call(event, now, alarm.id)
        _forget_quiet_calls(state, now)


def _carried(alarm: Alarm, event: Received) -> None:
    """The alarm's place is the event's, and whoever carries it there."""
    alarm.place, alarm.mobile = event.place, event.mobile
    alarm.holder, alarm.whereabouts = event.holder, event.whereabouts


def _call(event: Received, now: Moment, alarm: int) -> Call:
    signal = event.signal
    return Call(
        event.panel,
        signal.account,
        signal.area,
        signal.point,
        _normal(signal.text),
        event.room,
        event.place,
        alarm,
        event.repeat_s,
        now,
        (signal.cause or Cause.OTHER).value,
        by_user=signal.by_user,
        found=signal.found,
    )


def _restore(state: State, now: Moment, event: Received, change: Change) -> None:
    for call in _calls_of(state, event):
        call.active = False
        alarm = state.alarms.get(call.alarm)
        still = any(c.active and c.alarm == call.alarm for c in state.calls.values())
        if alarm is not None and not still and not alarm.restored:
            alarm.restored = True
            write_line(alarm, change, TimelineLine(at=now.at, what="restore", text=event.signal.text or ""))
    if event.signal.cause is None:
        # A general reset of the point (an ESPA call of type "reset") ends its faults too.
        for key, fault in list(state.faults.items()):
            if fault.point is not None and _same_point(fault, event):
                text = _normal(event.signal.text)
                if not text or text == _normal(fault.text):
                    del state.faults[key]


def _calls_of(state: State, event: Received) -> list[Call]:
    """The active calls that a restore or cancel speaks of: the same point, and the same text where it gives one.

    A text that no call had ("reset K2") is taken by the room it names, or by the only call of the point.
    """
    signal = event.signal
    around = [
        call
        for call in state.calls.values()
        if call.active
        and call.panel == event.panel
        and _agree(signal, call)
        and (signal.cause is None or group_of(call.cause) == group_of(signal.cause))
    ]
    here = [call for call in around if call.point == signal.point and call.by_user == signal.by_user]
    if signal.kind is Kind.CANCEL and (signal.by_user or signal.point is None):
        # Somebody cancels at a keypad: whatever stands in that area.
        return around
    if signal.by_user and not here:
        return [call for call in around if call.cause == signal.cause]
    text = _normal(signal.text)
    if not text:
        return here
    if same := [call for call in here if call.text == text]:
        return same
    if event.room is not None and (same := [call for call in here if call.room == event.room]):
        return same
    return here if len(here) == 1 else []


def _cancel(state: State, now: Moment, event: Received, change: Change) -> None:
    alarms = {call.alarm for call in _calls_of(state, event)}
    cause = event.signal.cause
    alarms |= {
        alarm.id
        for alarm in state.alarms.values()
        if event.room is not None
        and alarm.room == event.room
        and (cause is None or group_of(alarm.cause) == group_of(cause))
    }
    noted = False
    for alarm in state.alarms.values():
        if alarm.id in alarms:
            alarm.cancelled = noted = True
            write_line(alarm, change, TimelineLine(at=now.at, what="cancel", text=event.signal.text or ""))
    if not noted:
        state.note(now, "cancel", event.place, event.signal.text or "")


def _health(state: State, now: Moment, event: Health) -> None:
    key = f"panel:{event.panel}"
    if not event.kind:
        state.faults.pop(key, None)
        return
    fault = state.faults.get(key)
    if fault is None:
        state.faults[key] = Fault(
            key,
            event.kind,
            now,
            panel=event.panel,
            place=event.panel,
            text=event.problem,
            detail=event.detail,
        )
    else:
        fault.kind, fault.text, fault.detail = event.kind, event.problem, event.detail


def _forget_quiet_calls(state: State, now: Moment) -> None:
    # Now and then only: looking through them all at every press would be slow just when presses are many.
    if len(state.calls) > 500 and len(state.calls) % 100 == 0:
        for key, call in list(state.calls.items()):
            if call.alarm not in state.alarms and not (call.active and now.within(call.repeat_s, call.last)):
                del state.calls[key]


def _agree(signal: Signal, known: Call | Fault) -> bool:
    """Whether account and area are the same, as far as both tell them."""
    return all(
        told is None or there is None or told == there
        for told, there in ((signal.account, known.account), (signal.area, known.area))
    )


def _may_be(signal: Signal, call: Call) -> bool:
    """Whether point and cause speak of that call.

    Without a point only the very same cause does, and only where nobody could listen before: else the state that was
    asked for last time would have shown it.
    """
    if signal.point is None:
        return call.cause == signal.cause and (signal.late or signal.again)
    return call.point in (None, signal.point) and group_of(call.cause) == group_of(signal.cause or Cause.OTHER)


def _standing_call(state: State, panel: str, signal: Signal) -> Call | None:
    """The call that `signal` says again. What was found by asking names no text or code, perhaps not even the point:
    it is any call that stands where it says, for the same kind of cause. The same goes for a text behind its event."""
    call = state.calls.get(_call_key(panel, signal))
    if not (signal.found or signal.again) or (call is not None and call.active):
        return call
    return next(
        (
            call
            for call in state.calls.values()
            if call.active
            and call.panel == panel
            and call.by_user == signal.by_user
            and _agree(signal, call)
            and _may_be(signal, call)
        ),
        call,
    )


def _standing_fault(state: State, kind: str, panel: str, signal: Signal, room: str | None) -> Fault | None:
    """The fault that `signal` says again; the text that comes behind an event belongs to that event's fault."""
    fault = state.faults.get(_fault_key(kind, panel, signal, room))
    if fault is None and kind == "unknown_code":
        unknown = [fault for fault in state.faults.values() if fault.kind == kind and fault.panel == panel]
        fault = unknown[-1] if len(unknown) >= MANY_UNKNOWN else None
    if fault is not None or not signal.again:
        return fault
    told = (panel, signal.account, signal.area, signal.point, signal.trouble or "")
    return next(
        (
            fault
            for fault in reversed(state.faults.values())
            if fault.kind == kind
            and (fault.panel, fault.account, fault.area, fault.point, fault.trouble) == told
            and (kind != "unknown_code" or signal.code is None or fault.detail == signal.code)
        ),
        None,
    )


def _unknown(signal: Signal) -> str:
    """What is told of a message that nobody knows: its code, or all of it."""
    return signal.code or signal.raw.hex(" ")


def _call_key(panel: str, signal: Signal) -> str:
    # A person with the number of a point is not that point.
    who = "user" if signal.by_user else None
    told = (signal.account, signal.area, signal.point, who, signal.cause, signal.code, _normal(signal.text))
    return "\x1f".join((panel, *(part or "" for part in told)))


def _same_point(fault: Fault, event: Received) -> bool:
    signal = event.signal
    return fault.panel == event.panel and fault.point == signal.point and _agree(signal, fault)


def _fault_key(kind: str, panel: str, signal: Signal, room: str | None) -> str:
    parts = [kind, panel, signal.account or "", signal.area or "", signal.point or "", room or ""]
    if signal.trouble:
        parts.append(signal.trouble)
    if kind == "unknown_code":
        parts.append(_unknown(signal))
    return ":".join(parts)


def _normal(text: str | None) -> str:
    """A text as calls are told apart by it: without what panels vary from copy to copy, spacing and case."""
    return " ".join((text or "").split()).casefold()
