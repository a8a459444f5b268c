"""What is said of heads-ups, in the chosen language."""

from __future__ import annotations

from guardroom.language import _


def reason(code: str) -> str:
    """Why the guards are told (D10)."""
    return {
        "known_risk": _("known risk"),
        "threat_before": _("has threatened before"),
        "bad_news": _("bad news"),
        "enforcement": _("enforcement case"),
        "banned": _("has a ban"),
        "other": _("other reason"),
    }.get(code, code)


def posture(code: str) -> str:
    """Where the guards are asked to be (D2-D4, A17)."""
    return {
        "": _("guards only know of it"),
        "near": _("near the room"),
        "outside_door": _("outside the door"),
        "watched": _("watched"),
        "by_guard_station": _("by the guard room"),
    }.get(code, code)


def posture_short(code: str) -> str:
    """The same in a word or two, for the board."""
    return {
        "near": _("NEAR"),
        "outside_door": _("AT THE DOOR"),
        "watched": _("WATCHED"),
        "by_guard_station": _("BY US"),
    }.get(code, "-")


def other_place() -> str:
    """What stands for a place that is no room of the house, where nobody may read more of it."""
    return _("another place")


def status(code: str, *, early: bool = False) -> str:
    """How it stands; `early`: it ended before its time (D25)."""
    if code == "over" and early:
        return _("ended early")
    return {
        "planned": _("not seen by a guard"),
        "taken": _("seen by a guard"),
        "running": _("goes on now"),
        "over": _("over"),
        "postponed": _("postponed"),
        "called_off": _("called off"),
    }.get(code, code)


def status_short(code: str) -> str:
    """The same in a word, for lists."""
    return {
        "planned": _("not seen"),
        "taken": _("seen"),
        "running": _("now"),
    }.get(code, status(code))


def ready(code: str) -> str:
    """What is looked at before the meeting (A11-A13, A19, C8)."""
    return {
        "escape_open": _("the escape route stands open"),
        "nothing_to_throw": _("nothing lies about that can be thrown"),
        "seat_by_door": _("the staff sit nearest the door"),
        "alarm_in_reach": _("the alarm is within reach"),
        "colleague_waits": _("a colleague waits until it is over"),
    }.get(code, code)


def decision(code: str) -> str:
    """What was decided of an announced arrival (D6, D7)."""
    return {
        "": _("NOT DECIDED"),
        "appointment_made": _("the citizen is given an appointment"),
        "no_meeting": _("the citizen is told that there is no meeting"),
        "withdrawn": _("taken back"),
    }.get(code, code)


def warning(code: str, lead: str, hours: int, out_until: str = "") -> str:
    """What it is warned of, as a sentence; `lead` and `hours` are the policy's; `out_until`: when its room is in
    service again."""
    if code == "too_late":
        if lead == "hours":
            return _("The guards were told less than {hours} hours before.").format(hours=hours)
        return _("The guards were not told by the working day before.")
    return {
        "banned": _(
            "The citizen has a ban that day and may not come: a meeting that is needed is held with the police, at the "
            "police station."
        ),
        "out_of_service": _("The room is out of service until {time}: choose another one.").format(time=out_until),
        "off_duty": _("No guard is on duty for the whole of it: move it, or see that nobody is alone."),
        "alone": _("One of the staff is alone: let a colleague join."),
        "other_place": _("It is in none of the house's rooms: the guards cannot see or hear it."),
        "not_a_contact_room": _("The room is not a contact room."),
        "no_escape_route": _("The room has no escape route."),
        "no_cctv": _("The room has no CCTV."),
        "posture_unknown": _("Guards are not asked for that here: agree it with them."),
    }.get(code, code)


def warning_short(code: str) -> str:
    """The same in a few words, for the board."""
    return {
        "out_of_service": _("OUT OF SERVICE"),
        "too_late": _("told late"),
        "off_duty": _("NO GUARD ON DUTY"),
        "alone": _("alone"),
        "no_escape_route": _("no way out"),
        "no_cctv": _("no CCTV"),
    }.get(code, "")
