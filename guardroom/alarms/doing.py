"""What a guard's acts do to alarms and faults, and why an act may be refused. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from drivers.base import Cause
from guardroom.alarms import button_test, drill, out_of_service
from guardroom.alarms.acts import Act, Refusal
from guardroom.alarms.closing import close
from guardroom.alarms.state import (
    Alarm,
    Change,
    Done,
    Fault,
    Moment,
    State,
    TestWindow,
    open_alarm_at,
    write_line,
)
from guardroom.alarms.view import CLEARABLE, OUTCOMES, STEPS, TimelineLine
from guardroom.clock import moment
from guardroom.people.cpr import without_cpr

SILENCE_S = 60.0
ASKED_S = 5.0
"""An act that waited longer for the monitor may not open a test: by then a press may be real."""

ASKED_LATE_S = 2.0
"""What was asked for at another station longer ago than this is told with the time when it was."""

ABOUT_AN_ALARM = frozenset(
    ("acknowledge", "respond", "step", "withdraw_step", "police_called", "note", "outcome", "close")
)
"""Acts that name the alarm they are about."""


def kept(act: Act) -> Act:
    """The act as it is kept: a CPR number in what was typed is crossed out. It is never refused for one, nor held up:
    an alarm does not wait."""
    return replace(act, text=without_cpr(act.text)) if act.text else act


def refusal(
    state: State,
    act: Act,
    now: Moment,
    rooms: frozenset[str],
    faults: frozenset[str],
    mobiles: frozenset[str] = frozenset(),
) -> Refusal:
    """Why `act` cannot be done, or "" when it can. `mobiles` are the keys of the mobile alarms; `faults` are the keys
    of all faults that stand."""
    alarm = state.alarms.get(act.alarm) if act.alarm is not None else None
    if act.kind in ABOUT_AN_ALARM and alarm is None:
        return "unknown_alarm"
    match act.kind:
        case "step" | "withdraw_step" if act.detail not in STEPS:
            return "unknown_step"
        case "step" if act.at is not None and alarm is not None and not _plausible(act.at, alarm, now):
            return "bad_time"
        case "withdraw_step" if alarm is not None and act.detail not in alarm.steps:
            return "unknown_step"
        case "outcome" if act.detail not in OUTCOMES.values():
            return "unknown_outcome"
        case "note" if not act.text.strip():
            return "nothing_said"
        case "close" if alarm is not None and alarm.unacknowledged:
            return "not_acknowledged"
        case "close" if alarm is not None and not (act.detail or alarm.outcome):
            return "no_outcome"
        case "close" if act.detail and act.detail not in OUTCOMES.values():
            return "unknown_outcome"
        case "raise" if act.room and act.room not in rooms:
            return "unknown_room"
        case "raise" if not act.room and not act.text.strip():
            return "nothing_said"
        case "acknowledge_fault" | "clear_fault" if act.fault not in faults:
            return "unknown_fault"
        case "clear_fault" if not _clearable(state.faults.get(act.fault)):
            return "fault_stands"
        case "drill_reveal" | "drill_stop" if not _meant(state, act):
            return "no_drill"
        case "test_open" if act.room not in rooms and act.room not in mobiles:
            return "unknown_room"
        case "test_open" if state.alarms:
            return "alarm_stands"
        case "test_open" if not act.by.strip():
            return "nobody_on_duty"
        case "test_open" if _is_late(act, now):
            return "too_late"
        case "test_open" if state.test is not None and _another_tests(state.test, act, now):
            return "another_tests"
        case "out_of_service" if act.room not in rooms:
            return "unknown_room"
        case "out_of_service" if not act.text.strip():
            return "no_reason"
        case "out_of_service" if not out_of_service.may_last(act.until, now):
            return "bad_end"
        case "in_service" if act.room not in state.out:
            return "in_service"
        case "shift" if not all(1 <= len(p) <= 6 and p.isalpha() for p in act.people):
            return "bad_initials"
    return ""


def do(state: State, number: int, now: Moment, done: Done, change: Change) -> None:
    """Carry out one act that was not refused."""
    act = done.act
    alarm = state.alarms.get(act.alarm) if act.alarm is not None else None
    match act.kind:
        case "raise":
            here = state.drill is not None and done.room == state.drill.order.room
            state.test = None
            drill.end(state, now, "second_press" if here else "real_alarm", change)
            alarm = Alarm(
                number, done.room, done.place, Cause.HOLD_UP.value, "", "", act.text, now, now, number, manual=True
            )
            if (standing := open_alarm_at(state, done.room, done.place, Cause.HOLD_UP)) is not None:
                standing.presses += 1
                standing.last_press = now
                standing.last_press_number = number
                standing.restored = False
                alarm = standing
            state.alarms[alarm.id] = alarm
            write_line(alarm, change, _said(now, act, "raise", str(alarm.presses)))
        case "silence":
            state.silence = now
            seen = number if act.press is None else act.press
            state.silenced = {a.id: a.presses for a in state.alarms.values() if a.last_press_number <= seen}
            for sounding in state.alarms.values():
                if sounding.unacknowledged and sounding.id in state.silenced:
                    write_line(sounding, change, _said(now, act))
        case "shift":
            state.shift = act.people
            state.shift_since = now.at
            state.known_guards = tuple(dict.fromkeys((*state.known_guards, *act.people)))
            change.shift = True
        case "sound_checked":
            state.sound_checked_at = now.at
        case "sound_fault":
            _sound(state, now, act)
        case "drill_reveal":
            drill.reveal(state, now, act.by, act.station, change)
        case "drill_stop":
            drill.end(state, now, "stopped", change)
        case "drill_time":
            drill.end(state, now, "time", change)
        case "drill_elsewhere":
            drill.end(state, now, "real_alarm", change)
        case "test_open":
            state.test = TestWindow(done.room or act.room, done.place, now, button_test.WAIT_S, act.by, act.station)
        case "test_close":
            state.test = None
        case "test_over":
            button_test.failed(state, now, change)
        case "out_of_service":
            out_of_service.begin(state, now, act)
        case "in_service" | "out_over":
            state.out.pop(act.room, None)
        case "panel_read":
            state.reads[act.detail] = act.text
            state.note(now, "panel_read", act.detail, act.text)
        case "acknowledge_fault":
            _acknowledge_fault(state, act)
        case "clear_fault":
            state.faults.pop(act.fault, None)
        case _ if alarm is not None:
            _about(state, now, act, alarm, change)


def _about(state: State, now: Moment, act: Act, alarm: Alarm, change: Change) -> None:
    match act.kind:
        case "acknowledge":
            alarm.seen_presses = max(alarm.seen_presses, min(act.press or alarm.presses, alarm.presses))
            if alarm.acknowledged_at is None:
                alarm.acknowledged_at = now.at
                alarm.acknowledged_by = act.by
                alarm.acknowledged_s = now.since(alarm.opened)
            write_line(alarm, change, _said(now, act))
        case "step":
            if act.detail in alarm.steps:
                return
            late = act.at is not None
            line = TimelineLine(
                at=act.at or now.at,
                what="step",
                detail=act.detail,
                by=act.by,
                station=act.station,
                late=late,
                asked=_asked(now, act),
            )
            alarm.steps[act.detail] = line
            if act.detail == "on_scene":
                alarm.on_scene_s = (
                    max(0.0, (moment(line.at) - moment(alarm.opened.at)).total_seconds())
                    if late
                    else now.since(alarm.opened)
                )
            write_line(alarm, change, line)
        case "withdraw_step":
            alarm.steps.pop(act.detail, None)
            if act.detail == "on_scene":
                alarm.on_scene_s = None
            write_line(alarm, change, _said(now, act))
        case "police_called":
            alarm.police_called_at = alarm.police_called_at or now.at
            write_line(alarm, change, _said(now, act))
        case "outcome":
            alarm.outcome = act.detail
            write_line(alarm, change, _said(now, act))
        case "close":
            alarm.outcome = act.detail or alarm.outcome
            write_line(alarm, change, _said(now, act, "close", alarm.outcome))
            close(state, now, alarm, change)
            if alarm.drill:
                drill.end(state, now, "closed", change)
        case _:
            write_line(alarm, change, _said(now, act))
    alarm.last_done = now


def _sound(state: State, now: Moment, act: Act) -> None:
    key = f"sound:{act.station}"
    if not act.detail:
        state.faults.pop(key, None)
    elif key not in state.faults:
        state.faults[key] = Fault(key, "sound", now, place=act.station, detail=act.detail)


def _acknowledge_fault(state: State, act: Act) -> None:
    fault = state.faults.get(act.fault)
    if fault is None:
        return
    fault.acknowledged_by = act.by
    if fault.kind == "unknown_code":
        # It tells of a moment, not of a condition: nothing would ever end it.
        del state.faults[act.fault]


def _said(now: Moment, act: Act, what: str = "", detail: str = "") -> TimelineLine:
    return TimelineLine(
        at=now.at,
        what=what or act.kind,
        detail=detail or act.detail,
        by=act.by,
        station=act.station,
        text=act.text,
        asked=_asked(now, act),
    )


def _asked(now: Moment, act: Act) -> str:
    """When another station asked for the act, "" where that was just now."""
    if not (act.owner and act.asked):
        return ""
    return act.asked if abs((moment(now.at) - moment(act.asked)).total_seconds()) > ASKED_LATE_S else ""


def silence_left(state: State, now: Moment, missed: Sequence[str] = ()) -> float | None:
    """Seconds of silence left, None when what sounds now is not silenced. A new alarm or press breaks silence; where no
    alarm sounds, so does another look in that is `missed`: since when each is, as a stamp."""
    if state.silence is None or not now.within(SILENCE_S, state.silence):
        return None
    sounding = [alarm for alarm in state.alarms.values() if alarm.unacknowledged]
    if sounding:
        broken = any(state.silenced.get(a.id, 0) < a.presses for a in sounding)
    else:
        broken = not missed or max(missed) > state.silence.at
    return None if broken else SILENCE_S - now.since(state.silence)


def _meant(state: State, act: Act) -> bool:
    """Whether a drill runs, and the act is about it."""
    running = drill.running(state)
    return running is not None and act.alarm in (None, running.alarm)


def _is_late(act: Act, now: Moment) -> bool:
    """Whether an act comes so long after it was asked for that it may mean something else now."""
    try:
        asked = moment(act.asked) if act.asked else None
    except ValueError:
        return True
    return asked is not None and abs((moment(now.at) - asked).total_seconds()) > ASKED_S


def _another_tests(window: TestWindow, act: Act, now: Moment) -> bool:
    return window.station != act.station and window.room != act.room and now.within(window.wait_s, window.opened)


def _plausible(at: str, alarm: Alarm, now: Moment) -> bool:
    try:
        told = moment(at)
    except ValueError:
        return False
    # The minute is what people tell: the press's own minute is not before the press.
    return told.tzinfo is not None and moment(alarm.opened.at).replace(second=0, microsecond=0) <= told <= moment(
        now.at
    )


def _clearable(fault: Fault | None) -> bool:
    return fault is not None and fault.acknowledged_by is not None and fault.kind in CLEARABLE
