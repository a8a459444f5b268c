"""Who is in a room and why, as an alarm there shows it: staff, posture; the citizen's name never.

Everybody who passes by can read it: what may tell who the citizen is, is for whoever is signed in.
"""

from __future__ import annotations

from collections.abc import Sequence

from guardroom.alarms.view import AlarmView, BoardView, HeadsUpLine
from guardroom.clock import moment
from guardroom.headsups import words
from guardroom.headsups.in_room import meetings_in
from guardroom.language import _, n_
from guardroom.people.roles import Right
from guardroom.people.who import Who
from guardroom.settings import Settings
from screens.dates import short_time

_MOST = 2


def meetings_of(alarm: AlarmView, view: BoardView) -> tuple[HeadsUpLine, ...]:
    """The meetings that an alarm may be about, as far as the guards were told of any; the likeliest first."""
    return meetings_in(view.headsups, alarm.room, moment(alarm.pressed_at))


def may_read_more(who: Who | None) -> bool:
    """Whether somebody is signed in who may read what the guards are told."""
    return who is not None and who.may(Right.HEADSUP_READ)


def who_and_why(meetings: Sequence[HeadsUpLine], settings: Settings, *, more: bool) -> list[str]:
    """Who of the staff is there, since when or from when, and why: a sentence for each meeting, with both its times
    where there are several. `more`: also the stop signal, which somebody has made up."""
    said = [_one(meeting, settings, more=more, alone=len(meetings) == 1) for meeting in meetings[:_MOST]]
    if left := len(meetings) - _MOST if len(meetings) > _MOST else 0:
        said[-1] += " " + n_("({count} more: tab 4)", "({count} more: tab 4)", left).format(count=left)
    return said


def _one(meeting: HeadsUpLine, settings: Settings, *, more: bool, alone: bool) -> str:
    zone = settings.site.zone
    begun = short_time(meeting.begun or meeting.begins, zone)
    if alone:
        when = _("since {time}").format(time=begun)
    else:
        when = f"{short_time(meeting.begins, zone)}-{short_time(meeting.until, zone)}"
        if meeting.status == "running":
            when += " " + _("(begun {time})").format(time=begun)
    parts = [f"{' + '.join(meeting.staff)} {when}", words.reason(meeting.reason)]
    if meeting.posture:
        parts.append(_("guards {posture}").format(posture=words.posture(meeting.posture)))
    if meeting.stop_signal and more:
        parts.append(_("stop signal »{signal}«").format(signal=meeting.stop_signal))
    return ", ".join(parts)


def name_hidden(meetings: Sequence[HeadsUpLine]) -> str:
    """That the citizen's name is not shown here, and where whoever may finds it."""
    numbers = ", ".join(meeting.number for meeting in meetings[:_MOST])
    return _("Citizen: name hidden (sign in, tab 4, {number})").format(number=numbers)
