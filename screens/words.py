"""Codes of the monitor as sentences for a guard, in the chosen language. One place for each kind of code."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from guardroom import line_words
from guardroom.alarms import fault_words
from guardroom.alarms import words as alarm_words
from guardroom.alarms.view import STEPS, AlarmView, BoardView, FaultView, PanelView, TimelineLine, ToldView
from guardroom.language import _
from guardroom.settings import Settings
from screens.dates import short_time, time_of


def room_state(state: str) -> str:
    """One word for a room's state on the board."""
    return {
        "ready": _("ready"),
        "alarm": _("ALARM"),
        "acknowledged": _("IN PROGRESS"),
        "restored": _("NOT ACKNOWLEDGED"),
        "still_in_alarm": _("STILL IN ALARM"),
        "fault": _("FAULT"),
        "unknown": _("UNKNOWN"),
        "out_of_service": _("OUT OF SERVICE"),
        "no_panel": _("no button"),
    }.get(state, state)


def room_state_briefly(state: str) -> str:
    """The same where that word is too long; "" where there is no shorter one."""
    return {
        "restored": _("NOT ACKED"),
        "still_in_alarm": _("ALARM STILL"),
        "out_of_service": _("OUT OF USE"),
    }.get(state, "")


def alarm_state(alarm: AlarmView) -> str:
    """What is the matter with an alarm, in a word or two."""
    return alarm_words.state(alarm.state)


def carried_by(alarm: AlarmView) -> str:
    """Who has the mobile alarm that was pressed, and where they are; "" for an alarm of a room."""
    if not alarm.mobile:
        return ""
    if alarm.holder is None:
        return _("who has it is not known")
    if not alarm.holder:
        return _("no loan is noted")
    return " · ".join(part for part in (_("with {holder}").format(holder=alarm.holder), alarm.whereabouts) if part)


def placed(alarm: AlarmView) -> str:
    """The place as a guard goes there: of a mobile alarm its name, who has it and where they are."""
    return " · ".join(part for part in (alarm.place, carried_by(alarm)) if part)


def sent(station: str, unanswered: bool = False) -> str:
    """That an act was sent to the station whose alarm it is about, and what to do where that does not answer."""
    if unanswered:
        return _("{station} DOES NOT ANSWER: go there yourself, or phone.").format(station=station)
    return _("SENT to {station}, not confirmed yet.").format(station=station)


def cause(code: str) -> str:
    """What kind of alarm it is."""
    return {
        "hold_up": _("panic alarm"),
        "panic": _("panic alarm"),
        "duress": _("panic alarm (duress)"),
        "intrusion": _("intrusion"),
        "fire": _("FIRE"),
        "medical": _("medical alarm"),
        "other": _("other alarm"),
    }.get(code, code)


def guard_word(settings: Settings) -> str:
    """What this town hall calls its guards, in the chosen language."""
    return settings.policy.guard_word.get(settings.language) or _("the guard")


def panel_problem(panel: PanelView) -> str:
    """Why a panel cannot be heard, as a sentence; "" where there is no problem."""
    return line_words.problem(panel.problem, panel.detail, panel.driver)


def panel_remedy(panel: PanelView) -> str:
    """What to do about it; "" where there is no problem."""
    return line_words.remedy(panel.problem, panel.detail, panel.driver)


def received_late(panel_time: str) -> str:
    """That an alarm is older than its time of receipt, with the panel's own time where it gave one."""
    if panel_time:
        return _("Received late: the panel's own time for it is {time}. Go all the same.").format(time=panel_time)
    return _("Received late: it stood when the panel was heard again, and may be older. Go all the same.")


def by_user(point: str) -> str:
    """That the panel's number is a person's."""
    return _("{number} is the number of a person's code and may not be this place: look at the panel.").format(
        number=point
    )


def timeline(line: TimelineLine, zone: ZoneInfo) -> str:
    """What a line of the timeline says, without its time."""
    if line.what == "step":
        said = alarm_words.step(line.detail)
    elif line.what == "withdraw_step":
        said = _("Taken back: {step}").format(step=alarm_words.step(line.detail))
    elif line.what == "outcome":
        said = _("Outcome: {outcome}").format(outcome=alarm_words.outcome(line.detail))
    elif line.what == "respond":
        said = _("Both guards go") if line.detail == "both" else _("Guard 2 sent")
    elif line.what == "drill_over":
        said = " ".join(part for part in (_("Drill over."), drill_end(line.detail)) if part)
    elif line.what == "police_called":
        said = _("Police called on {number}").format(number=line.detail or "112")
    else:
        said = {
            "press": _("Button pressed"),
            "alarm": _("Alarm from the panel"),
            "late_press": _("Button pressed, received late"),
            "late_alarm": _("Alarm from the panel, received late"),
            "restore": _("Button reset at the panel"),
            "cancel": _("Cancelled at the panel"),
            "acknowledge": _("Acknowledged"),
            "silence": _("Sound silenced for 60 s"),
            "note": _("Note"),
            "raise": _("Alarm raised by hand"),
            "close": _("Closed"),
            "drill_revealed": _("Everybody is shown that it is a drill"),
        }.get(line.what, line.what)
        if line.what.endswith("press") and line.detail not in ("", "1"):
            said = _("Button pressed again ({number})").format(number=line.detail)
    if line.text:
        said = f"{said}: {line.text}"
    if line.late:
        said = _("{said} (added late)").format(said=said)
    if line.asked:
        said = _("{said} (asked for at {time})").format(said=said, time=time_of(line.asked, zone))
    return said


def refusal(code: str) -> str:
    """Why the monitor refused an act, as a sentence that says what to do."""
    return {
        "unknown_alarm": _("That alarm is closed already."),
        "not_acknowledged": _("Acknowledge the alarm before you close it."),
        "fault_stands": _("This fault ends by itself when it is mended; it cannot be cleared by hand."),
        "no_outcome": _("Choose an outcome before you close the alarm."),
        "unknown_step": _("There is no such step."),
        "unknown_outcome": _("There is no such outcome."),
        "unknown_room": _("There is no such room."),
        "unknown_fault": _("That fault is over already."),
        "nothing_said": _("Nothing was written. Write where it is, or what you saw."),
        "bad_time": _("The time must be between the press and now, for example 13.42."),
        "bad_initials": _("Initials are one to six letters, for example MH."),
        "no_drill": _("No drill runs."),
        "alarm_stands": _("An alarm is open: close it before you test a button."),
        "another_tests": _("Another station is testing a button: wait until it is done."),
        "nobody_on_duty": _("Nobody is on duty: sign the shift on first, so that the test says who made it."),
        "too_late": _("The monitor did not answer in time: nothing was done. Press again."),
        "no_answer": _("The station whose alarm it is has not answered: it is not known whether that was done."),
        "no_reason": _("Say why the room is out of service, for example: the button is being mended."),
        "bad_end": _("Say until when: a time that comes, within 31 days."),
        "in_service": _("That room is in service already."),
        "in_browser": _("In the browser nobody acts on alarms: that is done at a station in the town hall."),
        "bad_act": _("The monitor did not understand that. Nothing was done."),
    }.get(code, _("The monitor did not understand that. Nothing was done."))


def not_stored() -> str:
    """What is said when an act counts but could not be written to disk."""
    return _("It counts, but could not be written to disk yet. Write it on paper too.")


def note(code: str) -> str:
    """What kind of passing message it is."""
    return {
        "test": _("TEST press"),
        "info": _("information"),
        "status": _("information"),
        "cancel": _("cancelled at the panel"),
        "restore": _("button reset"),
        "tested": _("TEST works:"),
        "test_failed": _("TEST FAILED:"),
        "panel_read": _("panel, and who reads it now:"),
    }.get(code, code)


def drill_end(code: str) -> str:
    """Why a drill is over, as a sentence."""
    return {
        "time": _("Its time was up."),
        "closed": _("Its alarm was closed."),
        "stopped": _("Somebody stopped it."),
        "real_alarm": _("A real alarm came."),
        "second_press": _("Pressed again: that is real."),
    }.get(code, "")


def button_state(state: str) -> str:
    """What a button's tests say of it."""
    return {
        "tested": _("works"),
        "overdue": _("OVERDUE"),
        "untested": _("untested"),
        "failed": _("FAILED"),
    }.get(state, state)


def clock_span(seconds: float) -> str:
    """A running time as hh:mm:ss: 00:03:40."""
    whole = max(0, int(seconds))
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def short_span(seconds: float | None) -> str:
    """A short running time: 9 s, 3:40, 2 t; "-" where it is not known."""
    if seconds is None:
        return "-"
    whole = max(0, int(seconds))
    if whole < 60:
        return _("{seconds} s").format(seconds=whole)
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02d}"
    if whole < 48 * 3600:
        return _("{hours} h").format(hours=whole // 3600)
    return _("{days} d").format(days=whole // 86400)


def step_number(code: str) -> int:
    """The key of a step: 1 for the first."""
    return STEPS.index(code) + 1


def fault_facts(fault: FaultView, view: BoardView, age: float, settings: Settings) -> list[str]:
    """What is known about a fault, one sentence a line."""
    lasted = _("For {time}").format(time=clock_span(fault.age_s + age))
    if fault.since:
        lasted += _(", since {time}").format(time=short_time(fault.since, settings.site.zone))
    panel = next((panel for panel in view.panels if (panel.name, panel.owner) == (fault.panel, fault.owner)), None)
    facts = [lasted]
    if panel is not None and fault.kind in ("panel_silent", "panel_lost"):
        if panel.limit_s:
            facts[0] += _(" (limit {time})").format(time=clock_span(panel.limit_s))
        facts[0] += _(", port {port}").format(port=panel.port)
        if panel.attempts:
            facts[0] += _(", attempt {number}").format(number=panel.attempts)
        if problem := panel_problem(panel):
            facts.append(problem[:1].upper() + problem[1:])
    if fault.kind == "monitor_gone":
        facts.append(
            {
                "version": _("The monitor is another version of the program than this dashboard."),
                "key": _("The monitor does not know this dashboard's key."),
            }.get(fault.detail, _("The monitor does not answer."))
        )
    facts += fault_words.facts(fault)
    return facts


def _technician(settings: Settings) -> str:
    if settings.technician:
        return _("call the technician ({phone})").format(phone=settings.technician)
    return _("call the technician")


def _ring_blocks(fault: FaultView, settings: Settings) -> list[str]:
    """Whom to ring: every block that has a room in the fault, with its number where one is set."""
    named = {room.block for room in settings.rooms if room.id in fault.rooms}
    blocks = [block for block in settings.blocks if block.name in named]
    return [
        _("ring {block} ({phone})").format(block=block.name, phone=block.phone)
        if block.phone
        else _("ring {block}").format(block=block.name)
        for block in blocks
    ]


def fault_do_now(fault: FaultView, view: BoardView, settings: Settings) -> list[str]:
    """What the guard does now, in order."""
    send_round = _("send the guard round")
    if fault.kind in ("panel_silent", "panel_lost"):
        return [*_ring_blocks(fault, settings), send_round, _technician(settings)]
    if fault.kind in ("tamper", "fault", "unknown_code"):
        return [*_ring_blocks(fault, settings), _("send a guard there"), _technician(settings)]
    if fault.kind in ("panel_unread", "panel_twice"):
        return [send_round, _technician(settings)]
    if fault.kind == "station_silent":
        return [_("ring {station}").format(station=fault.place), send_round, _technician(settings)]
    if fault.kind == "station_unanswered":
        return [_("go there yourself"), _("ring {station}").format(station=fault.place)]
    if fault.kind == "bypass":
        return [*_ring_blocks(fault, settings), _("use another room"), _technician(settings)]
    if fault.kind == "low_battery":
        return [_("use another room"), _technician(settings)]
    if fault.kind == "database_replaced":
        return [
            _("users, bans and incidents are missing until a backup is put back"),
            _technician(settings),
        ]
    if fault.kind == "storage":
        return [_("write alarms on paper"), _("free some disk space"), _technician(settings)]
    if fault.kind == "sound":
        return [_("stay at the screen"), _("turn on the loudspeaker"), _("check the sound")]
    if fault.kind == "monitor_gone":
        return [
            _("rely on the panel's own siren"),
            send_round,
            _("start the monitor again"),
            _technician(settings),
        ]
    if fault.kind == "notices":
        return [_("ring them"), _technician(settings)]
    if fault.kind == "drill_vault":
        return [_("tell the risk coordinator")]
    if fault.kind == "clock":
        return [_("write times from your own watch"), _technician(settings)]
    return [_technician(settings)]


def channel(code: str) -> str:
    """The way that a message goes."""
    return {"mail": _("mail"), "sms": _("text message"), "webhook": _("web address")}[code]


def told(each: ToldView) -> str:
    """How somebody was told of an alarm, or why not; their name follows."""
    by = channel(each.channel)
    escalated = each.occasion in ("unacknowledged", "still_unacknowledged", "no_progress")
    if each.state == "sent":
        said = _("Told as well, because too little happened, by {way}:") if escalated else _("Told by {way}:")
        return said.format(way=by)
    return _("NOT REACHED by {way} ({why}):").format(way=by, why=each.why)


def letter_at(path: Path) -> str:
    """Where a letter was written. Its name first: the folder is the same every time, and may be cut."""
    return _("The letter {name} is in the folder {folder}").format(name=path.name, folder=path.parent)
