"""Who is in a room and why, as an alarm there shows it: staff, posture, stop signal; the citizen's name never."""

from __future__ import annotations

from guardroom.alarms.view import AlarmView, BoardView, HeadsUpLine
from guardroom.clock import moment
from guardroom.headsups import words
from guardroom.headsups.in_room import meeting_in
from guardroom.language import _
from guardroom.settings import Settings
from screens.dates import short_time


def meeting_of(alarm: AlarmView, view: BoardView) -> HeadsUpLine | None:
    """The meeting that an alarm is about, as far as the guards were told of one."""
    return meeting_in(view.headsups, alarm.room, moment(alarm.pressed_at))


def who_and_why(meeting: HeadsUpLine, settings: Settings) -> str:
    """Who of the staff is there, since when or from when, and why."""
    zone = settings.site.zone
    since = _("since {time}").format(time=short_time(meeting.begun or meeting.begins, zone))
    parts = [f"{' + '.join(meeting.staff)} {since}", words.reason(meeting.reason)]
    if meeting.posture:
        parts.append(_("guards {posture}").format(posture=words.posture(meeting.posture)))
    if meeting.stop_signal:
        parts.append(_("stop signal »{signal}«").format(signal=meeting.stop_signal))
    return ", ".join(parts)


def name_hidden(meeting: HeadsUpLine) -> str:
    """That the citizen's name is not shown here, and where whoever may finds it."""
    return _("Citizen: name hidden (sign in, tab 4, {number})").format(number=meeting.number)
