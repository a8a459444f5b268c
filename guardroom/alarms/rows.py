"""An alarm as rows of the main database."""

from __future__ import annotations

from sqlalchemy.orm import Session

from db.alarm_tables import AlarmLine, AlarmRow, ShiftRow
from db.drill_tables import ButtonTestRow
from db.journal import Entry
from db.main import apply
from guardroom.alarms.state import Alarm, Change, State
from guardroom.alarms.view import TimelineLine
from guardroom.clock import moment
from guardroom.settings import Settings


def carry(session: Session, settings: Settings, entry: Entry, change: Change, state: State) -> None:
    """Write what one journal entry changed, within the caller's transaction."""
    station = settings.station
    alarms = {alarm.id: alarm for alarm in change.closed}
    alarms |= {number: state.alarms[number] for number in change.alarms if number in state.alarms}
    rows = [
        _row(settings, alarm, [_line(station, entry, line) for owner, line in change.lines if owner == alarm.id])
        for alarm in alarms.values()
    ]
    shift = None
    if change.shift:
        shift = ShiftRow(station=station, since=moment(entry.at), people=list(state.shift))
    tests = [
        ButtonTestRow(
            station=station,
            number=entry.number,
            at=moment(tested.at),
            room_id=tested.room,
            by=tested.by,
            worked=tested.worked,
            panel=tested.panel,
            account=tested.account,
            area=tested.area,
            point=tested.point,
        )
        for tested in change.tested
    ]
    apply(session, station, entry.number, rows, shift, tests)


def _row(settings: Settings, alarm: Alarm, lines: list[AlarmLine]) -> AlarmRow:
    room = settings.room(alarm.room) if alarm.room is not None else None
    return AlarmRow(
        station=settings.station,
        number=alarm.id,
        cause=alarm.cause,
        state=alarm.state,
        pressed_at=moment(alarm.opened.at),
        room_id=alarm.room,
        place=alarm.place,
        block=room.block if room else "",
        panel=alarm.panel,
        point=alarm.point,
        text=alarm.text,
        manual=alarm.manual,
        presses=alarm.presses,
        repeats=alarm.repeats,
        cancelled=alarm.cancelled,
        acknowledged_at=moment(alarm.acknowledged_at) if alarm.acknowledged_at else None,
        acknowledged_by=alarm.acknowledged_by,
        acknowledged_s=alarm.acknowledged_s,
        on_scene_s=alarm.on_scene_s,
        closed_at=moment(alarm.closed_at) if alarm.closed_at else None,
        outcome=alarm.outcome,
        mode="drill" if alarm.drill else "real",
        lines=lines,
    )


def _line(station: str, entry: Entry, line: TimelineLine) -> AlarmLine:
    return AlarmLine(
        station=station,
        number=entry.number,
        at=moment(line.at),
        what=line.what,
        detail=line.detail,
        by=line.by,
        text=line.text,
        late=line.late,
    )
