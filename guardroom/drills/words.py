"""What is said of drills, in the chosen language."""

from __future__ import annotations

from guardroom.language import _


def how(code: str) -> str:
    """How the time is found."""
    return {
        "fixed": _("fixed, with day and time"),
        "proposed": _("drawn at once"),
        "sealed": _("sealed: drawn when the time has come"),
    }.get(code, code)


def press(code: str) -> str:
    """Who raises the alarm."""
    return {"program": _("the program"), "helper": _("a helper at the button")}.get(code, code)


def notice(code: str) -> str:
    """How long before it the coordinator is told."""
    return {"none": _("not at all"), "morning": _("three hours before"), "day": _("a day before")}.get(code, code)


def confirmation(code: str) -> str:
    """What has to be seen to before a drill (rule M2)."""
    return {
        "stop_word": _("a stop word is agreed"),
        "leader_at_room": _("whoever leads it can be at the room when it begins"),
        "police_told": _("police or alarm centre are told"),
        "colleagues_considered": _("exposed colleagues are considered"),
        "not_forwarded": _("the panel rings no outside centre"),
    }.get(code, code)


def hindrance(code: str) -> str:
    """Why a drill did not begin."""
    return {
        "alarm": _("an alarm stands"),
        "alarm_just_over": _("an alarm has only just been closed"),
        "incident": _("an incident is fresh and not closed"),
        "meeting": _("guards are told of a meeting at that time"),
        "test_open": _("a button is being tested"),
        "drill_runs": _("a drill runs"),
        "staffing": _("too few guards on duty"),
        "room_out_of_service": _("the room is out of service"),
        "room_not_ready": _("the room's button cannot be heard"),
        "no_button": _("the room has no button of its own"),
        "off_duty": _("outside duty hours"),
        "police_here": _("the police are in the house"),
        "not_confirmed": _("not everything is seen to"),
        "not_stored": _("the program cannot be sure to store it"),
        "no_press": _("nobody pressed"),
        "missed": _("the program was not running"),
    }.get(code, code)


def news(code: str, detail: str) -> str:
    """What the coordinator is told of a plan."""
    said = {
        "slot_missed": _("A time went by while the program was not running; the others share its chance."),
        "drawn": _("The time is drawn."),
        "put_off": _("It could not begin and is drawn again: {why}."),
        "called_off": _("It is held back: {why}."),
        "too_late": _("It did not take place: {why}. Plan another one."),
        "window_over": _("The window has gone by without a drill. Plan another one."),
    }.get(code, code)
    return said.format(why=hindrance(detail))


def aim(code: str) -> str:
    """What is measured (rule M2)."""
    return {
        "acknowledged": _("acknowledged"),
        "on_scene": _("on the scene"),
        "stopped": _("conversation broken off"),
        "leader": _("leader reached"),
    }.get(code, code)


def end(code: str) -> str:
    """How a drill ended."""
    return {
        "time": _("its time was up"),
        "closed": _("the guards closed the alarm"),
        "stopped": _("it was stopped"),
        "real_alarm": _("a real alarm came"),
        "second_press": _("the button was pressed again, for real"),
        "unknown": _("nobody knows"),
    }.get(code, code)


def seconds(measured: float | None) -> str:
    """A time after the press in whole seconds gone by, as 1:05; "-" where there is none."""
    if measured is None:
        return "-"
    whole = int(measured)  # as the response says it
    return f"{whole // 60}:{whole % 60:02d}"
