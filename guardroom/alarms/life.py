"""The life of alarms and faults: a fold over the journal, pure and deterministic.

Every entry of the journal changes a `State` through `apply`; nothing else does. What depends on the configuration
(which room, whether a copy is a repeat) is decided once, when the signal comes in, and written into the entry, so
that replaying the journal after a crash or a change of configuration gives the same alarms.
"""

from __future__ import annotations

from drivers.base import Cause, Kind, Signal
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
    Note,
    Received,
    State,
    open_alarm_at,
    write_line,
)
from guardroom.alarms.view import TimelineLine

REMEMBERED_ACTS = 2000
"""So many acts are known again when a dashboard sends them a second time."""

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
        call = state.calls.get(_call_key(panel, signal))
        return call is not None and call.active and repeat_s > 0 and now.within(repeat_s, call.last)
    if kind := _FAULTS.get(signal.kind):
        return _fault_key(kind, panel, signal, room) in state.faults
    return False


def stands(state: State, panel: str, signal: Signal) -> bool:
    """Whether this very call has an open alarm and has not been restored."""
    call = state.calls.get(_call_key(panel, signal))
    return call is not None and call.active and call.alarm in state.alarms


def still_in_alarm(state: State, room: str, now: Moment) -> bool:
    """True while a panel keeps repeating an alarm of `room` that a guard has closed."""
    return any(
        call.room == room and call.active and call.alarm not in state.alarms and now.within(call.repeat_s, call.last)
        for call in state.calls.values()
    )


def _receive(state: State, number: int, now: Moment, event: Received, change: Change) -> None:
    signal = event.signal
    if signal.kind is Kind.ALARM:
        _alarm(state, number, now, event, change)
    elif signal.kind is Kind.RESTORE:
        _restore(state, now, event, change)
    elif signal.kind is Kind.CANCEL:
        _cancel(state, now, event, change)
    elif kind := _FAULTS.get(signal.kind):
        key = _fault_key(kind, event.panel, signal, event.room)
        if key not in state.faults:
            state.faults[key] = Fault(
                key,
                kind,
                now,
                panel=event.panel,
                point=signal.point,
                room=event.room,
                place=event.place,
                text=signal.text or "",
                detail=signal.code or signal.raw.hex(" ") if kind == "unknown_code" else "",
            )
    elif kind := _ENDS_FAULT.get(signal.kind):
        for key, fault in list(state.faults.items()):
            if fault.kind == kind and _same_point(fault, event) and event.room in (None, fault.room):
                del state.faults[key]
    elif signal.kind in (Kind.TEST, Kind.INFO):
        _note(state, now, signal.kind.value, event)


def _alarm(state: State, number: int, now: Moment, event: Received, change: Change) -> None:
    signal = event.signal
    cause = signal.cause or Cause.OTHER
    key = _call_key(event.panel, signal)
    call = state.calls.get(key)
    if event.duplicate and call is not None:
        call.last = now
        if alarm := state.alarms.get(call.alarm):
            alarm.repeats += 1
            change.alarms.add(alarm.id)
        return
    alarm = open_alarm_at(state, event.room, event.place, cause)
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
        )
        state.alarms[number] = alarm
    else:
        alarm.presses += 1
        alarm.last_press = now
        alarm.last_press_number = number
        alarm.text = signal.text or alarm.text
        alarm.restored = False
    said = f"{event.panel}:{signal.point or ''} {signal.text or ''}".strip()
    write_line(alarm, change, TimelineLine(at=now.at, what="press", detail=str(alarm.presses), text=said))
    state.calls[key] = Call(
        event.panel,
        signal.account,
        signal.area,
        signal.point,
        _normal(signal.text),
        event.room,
        event.place,
        alarm.id,
        event.repeat_s,
        now,
    )
    _forget_quiet_calls(state, now)


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
    here = [
        call
        for call in state.calls.values()
        if call.active
        and call.panel == event.panel
        and (signal.account is None or call.account == signal.account)
        and (signal.area is None or call.area == signal.area)
        and call.point == signal.point
    ]
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
    alarms |= {a.id for a in state.alarms.values() if event.room is not None and a.room == event.room}
    noted = False
    for alarm in state.alarms.values():
        if alarm.id in alarms:
            alarm.cancelled = noted = True
            write_line(alarm, change, TimelineLine(at=now.at, what="cancel", text=event.signal.text or ""))
    if not noted:
        _note(state, now, "cancel", event)


def _note(state: State, now: Moment, what: str, event: Received) -> None:
    state.notes.append(Note(now, what, event.place, event.signal.text or ""))
    del state.notes[:-20]


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


def _call_key(panel: str, signal: Signal) -> str:
    told = (signal.account, signal.area, signal.point, signal.cause, signal.code, _normal(signal.text))
    return "\x1f".join((panel, *(part or "" for part in told)))


def _same_point(fault: Fault, event: Received) -> bool:
    return fault.panel == event.panel and fault.point == event.signal.point


def _fault_key(kind: str, panel: str, signal: Signal, room: str | None) -> str:
    parts = [kind, panel, signal.account or "", signal.area or "", signal.point or "", room or ""]
    if kind == "unknown_code":
        parts += [signal.code or signal.raw.hex(), _normal(signal.text)]
    return ":".join(parts)


def _normal(text: str | None) -> str:
    """A text as calls are told apart by it: without what panels vary from copy to copy, spacing and case."""
    return " ".join((text or "").split()).casefold()
