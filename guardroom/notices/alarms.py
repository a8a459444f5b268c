"""What is told of alarms: at once when they come, again where nobody acts, and when they are over. Pure.

Everything follows from the journal and the clock, so that after a restart nothing is told twice and nothing is
forgotten: what was told is known by its key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from guardroom.alarms.state import Alarm, Change, Moment, State
from guardroom.clock import moment
from guardroom.headsups import warnings as duty
from guardroom.notices import words
from guardroom.notices.notice import Notice, everybody, testers, told_of
from guardroom.settings import Recipient, Settings

_PRESSES = frozenset(("press", "alarm", "late_press", "late_alarm", "raise"))

_UNACKNOWLEDGED = ("unacknowledged", "still_unacknowledged")


def of_change(settings: Settings, state: State, change: Change) -> Iterator[Notice]:
    """What one journal entry gives to tell: a new alarm or press, an alarm that is over."""
    for number, line in change.lines:
        alarm = state.alarms.get(number)
        if alarm is not None and line.what in _PRESSES:
            yield of_alarm(settings, alarm)
    for alarm in change.closed:
        occasion = "drill_over" if alarm.drill else "alarm_over"
        yield _notice(settings, alarm, occasion, "over", _at_once(settings, alarm), urgent=False)


def escalations(settings: Settings, alarms: Iterable[Alarm], now: Moment) -> Iterator[Notice]:
    """What is to be told because too little happens: an alarm that nobody acknowledges, or does anything about."""
    policy = settings.policy.notices
    quiet_s = policy.no_progress_min * 60
    for alarm in alarms:
        if alarm.unacknowledged:
            for occasion, after in zip(_UNACKNOWLEDGED, (policy.escalate_s, policy.escalate_again_s), strict=True):
                if now.is_past(after, alarm.last_press):
                    yield _notice(
                        settings,
                        alarm,
                        occasion,
                        f"press:{alarm.presses}:{occasion}",
                        _asked(settings, alarm, occasion),
                    )
        elif policy.no_progress_min and (last := alarm.last_done) is not None and now.is_past(quiet_s, last):
            who = _asked(settings, alarm, "no_progress")
            yield _notice(settings, alarm, "no_progress", f"quiet:{last.at}", who)


def of_alarm(settings: Settings, alarm: Alarm) -> Notice:
    """What is told of an alarm's last press at once."""
    return _notice(settings, alarm, "alarm", f"press:{alarm.presses}", _at_once(settings, alarm))


def is_off_duty(settings: Settings, stamped: str) -> bool:
    """Whether no guard is on duty at that moment, as far as the town hall has said when they are (rule C1)."""
    now = moment(stamped)
    return duty.is_off_duty(now, now, settings.policy, settings.site.zone)


def prefix(station: str, alarm: Alarm) -> str:
    """How the keys of all notices about an alarm begin: a journal that is begun anew may give a number again."""
    return f"{station}:{alarm.id}:{alarm.opened.at}:"


def _notice(
    settings: Settings, alarm: Alarm, occasion: str, cause: str, who: tuple[Recipient, ...], *, urgent: bool = True
) -> Notice:
    return Notice(
        key=prefix(settings.station, alarm) + cause,
        occasion=occasion,
        subject=words.alarm_subject(settings, occasion, alarm),
        body=words.alarm_body(settings, occasion, alarm),
        recipients=who,
        urgent=urgent,
        alarm=alarm.id,
    )


def _at_once(settings: Settings, alarm: Alarm) -> tuple[Recipient, ...]:
    """Who is told of an alarm: those of a drill alone for a drill; while nobody is on duty others besides."""
    if alarm.drill:
        return testers(settings)
    unsaid = not settings.policy.guard_hours
    occasions = ("alarm", "off_duty") if unsaid or is_off_duty(settings, alarm.last_press.at) else ("alarm",)
    # Never to silence: where nobody is named that can be reached, everybody is told.
    return told_of(settings, *occasions, block=_block(settings, alarm)) or everybody(settings)


def _asked(settings: Settings, alarm: Alarm, occasion: str) -> tuple[Recipient, ...]:
    if alarm.drill:
        return testers(settings)
    return told_of(settings, occasion, block=_block(settings, alarm)) or everybody(settings)


def _block(settings: Settings, alarm: Alarm) -> str:
    room = settings.room(alarm.room) if alarm.room is not None else None
    return room.block if room is not None else ""
