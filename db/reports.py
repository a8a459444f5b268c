"""The main database's questions for reports: what lies between two moments, in narrow rows."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload

from db.alarm_tables import AlarmRow, ShiftRow
from db.ban_tables import BanRow
from db.drill_tables import ButtonTestRow, DrillRow, ImprovementRow
from db.duty_tables import DoorLockRow, HandoverNoteRow
from db.followup_tables import FollowUpRow
from db.headsup_tables import HeadsUpRow
from db.incident_tables import IncidentRow
from db.people_tables import UserRow
from db.report_facts import AlarmFact, BanFact, ButtonTestFact, DrillFact, FollowUpFact, IncidentFact
from db.station_tables import StationRow

_BY_MONITORS = (AlarmRow.pressed_at, ShiftRow.since, ButtonTestRow.at, DrillRow.began_at, StationRow.seen_at)
"""When something was that is here because a monitor ran."""


def alarms(session: Session, begin: datetime, end: datetime) -> list[AlarmFact]:
    """The alarms pressed from `begin` until before `end`, in their order."""
    row = AlarmRow
    asked = (
        select(
            row.pressed_at, row.mode, row.closed_at, row.outcome, row.room_id, row.block,
            row.acknowledged_s, row.on_scene_s,
        )
        .where(row.pressed_at >= begin, row.pressed_at < end)
        .order_by(row.pressed_at, row.id)
    )  # fmt: skip
    return [
        AlarmFact(
            pressed_at=pressed_at,
            mode=mode,
            closed=closed_at is not None,
            outcome=outcome,
            room=room,
            block=block,
            acknowledged_s=acknowledged_s,
            on_scene_s=on_scene_s,
        )
        for pressed_at, mode, closed_at, outcome, room, block, acknowledged_s, on_scene_s in session.execute(asked)
    ]


def incidents(session: Session, begin: datetime, end: datetime) -> list[IncidentFact]:
    """The incidents that happened from `begin` until before `end`."""
    row = IncidentRow
    asked = select(
        row.happened_at, row.kind, row.room_id, row.area, row.channel, row.behaviours, row.police, row.injured
    ).where(row.happened_at >= begin, row.happened_at < end)
    return [
        IncidentFact(
            happened_at=happened_at,
            kind=kind,
            room=room,
            area=area,
            channel=channel,
            behaviours=tuple(behaviours),
            police=police,
            injured=tuple(injured),
        )
        for happened_at, kind, room, area, channel, behaviours, police, injured in session.execute(asked)
    ]


def bans(session: Session, stages: Collection[str]) -> list[BanFact]:
    """Every ban of these stages."""
    row = BanRow
    asked = select(row.kind, row.area, row.decided_at, row.extends_id, row.starts_on, row.ends_on, row.lifted_on).where(
        row.stage.in_(list(stages))
    )
    return [
        BanFact(
            kind=kind,
            area=area,
            decided_at=decided_at,
            extends=extends is not None,
            starts_on=starts_on,
            ends_on=ends_on,
            lifted_on=lifted_on,
        )
        for kind, area, decided_at, extends, starts_on, ends_on, lifted_on in session.execute(asked)
    ]


def follow_ups(session: Session, begin: datetime, end: datetime) -> list[FollowUpFact]:
    """The follow-ups due from `begin` until before `end`."""
    row = FollowUpRow
    asked = select(row.kind, row.area, row.state, row.due_at, row.closed_at, row.done_on).where(
        row.due_at >= begin, row.due_at < end
    )
    return [
        FollowUpFact(kind=kind, area=area, state=state, due_at=due_at, closed_at=closed_at, done_on=done_on)
        for kind, area, state, due_at, closed_at, done_on in session.execute(asked)
    ]


def drills(session: Session, begin: datetime, end: datetime) -> list[DrillFact]:
    """The drills that began from `begin` until before `end` and are over: of others nobody is told here."""
    row, made = DrillRow, ImprovementRow
    asked = (
        select(
            row.began_at, row.room_id, row.why, row.aims, row.acknowledged_s, row.on_scene_s, row.leader_s,
            row.finished_at, func.count(made.id), func.count(made.done_on),
        )
        .outerjoin(made, made.drill_id == row.id)
        .where(row.began_at >= begin, row.began_at < end, row.ended_at.is_not(None))
        .group_by(row.id)
        .order_by(row.began_at)
    )  # fmt: skip
    return [
        DrillFact(
            began_at=began_at,
            room=room,
            why=why,
            aims=aims,
            acknowledged_s=acknowledged_s,
            on_scene_s=on_scene_s,
            leader_s=leader_s,
            finished=finished_at is not None,
            improvements=improvements,
            improved=improved,
        )
        for (
            began_at, room, why, aims, acknowledged_s, on_scene_s, leader_s, finished_at, improvements, improved,
        ) in session.execute(asked)
    ]  # fmt: skip


def button_tests(session: Session, begin: datetime, end: datetime) -> list[ButtonTestFact]:
    """The tests of buttons from `begin` until before `end`."""
    row = ButtonTestRow
    asked = select(row.at, row.room_id, row.worked).where(row.at >= begin, row.at < end).order_by(row.at)
    return [ButtonTestFact(at=at, room=room, worked=worked) for at, room, worked in session.execute(asked)]


def first_told(session: Session) -> datetime | None:
    """The first moment of which a monitor of any station has told something; None where none has yet."""
    return _first(session, *_BY_MONITORS)


def first_written(session: Session) -> datetime | None:
    """When the first user was added, or the first incident was written down; None where there is neither."""
    return _first(session, UserRow.created_at, IncidentRow.written_at)


def told_of(session: Session, begin: datetime, end: datetime) -> bool:
    """Whether a monitor of any station has told something of the time from `begin` until before `end`, if only that it
    was there."""
    return any(session.scalar(select(exists().where(column >= begin, column < end))) for column in _BY_MONITORS)


# Whole rows: of one day, or of an export.


def alarm_rows(session: Session, begin: datetime, end: datetime) -> list[AlarmRow]:
    """The alarms pressed from `begin` until before `end`, with their timelines."""
    query = (
        select(AlarmRow)
        .options(selectinload(AlarmRow.lines))
        .where(AlarmRow.pressed_at >= begin, AlarmRow.pressed_at < end)
    )
    return list(session.scalars(query.order_by(AlarmRow.pressed_at, AlarmRow.id)))


def incident_rows(session: Session, begin: datetime, end: datetime) -> list[IncidentRow]:
    """The incidents that happened from `begin` until before `end`."""
    query = select(IncidentRow).where(IncidentRow.happened_at >= begin, IncidentRow.happened_at < end)
    return list(session.scalars(query.order_by(IncidentRow.happened_at, IncidentRow.id)))


def notes(session: Session, begin: datetime, end: datetime) -> list[HandoverNoteRow]:
    """The handover notes written from `begin` until before `end`."""
    query = (
        select(HandoverNoteRow)
        .options(joinedload(HandoverNoteRow.read))
        .where(HandoverNoteRow.written_at >= begin, HandoverNoteRow.written_at < end)
    )
    return list(session.scalars(query.order_by(HandoverNoteRow.id)))


def locks(session: Session, begin: datetime, end: datetime) -> list[DoorLockRow]:
    """What was locked at some time from `begin` until before `end`."""
    row = DoorLockRow
    until = func.coalesce(row.lifted_at, row.ends_at)
    return list(session.scalars(select(row).where(row.begins_at < end, until > begin).order_by(row.begins_at)))


def headsups(session: Session, begin: datetime, end: datetime) -> list[HeadsUpRow]:
    """The meetings that begin from `begin` until before `end`."""
    row = HeadsUpRow
    return list(session.scalars(select(row).where(row.begins >= begin, row.begins < end).order_by(row.begins, row.id)))


def button_test_rows(session: Session, begin: datetime, end: datetime) -> list[ButtonTestRow]:
    """The tests of buttons from `begin` until before `end`."""
    row = ButtonTestRow
    return list(session.scalars(select(row).where(row.at >= begin, row.at < end).order_by(row.at, row.id)))


def drill_rows(session: Session, begin: datetime, end: datetime) -> list[DrillRow]:
    """The drills that began from `begin` until before `end` and are over."""
    row = DrillRow
    over: ColumnElement[bool] = and_(row.began_at >= begin, row.began_at < end, row.ended_at.is_not(None))
    return list(session.scalars(select(row).where(over).order_by(row.began_at)))


def ban_rows(session: Session, stages: Collection[str], first: date, last: date) -> list[BanRow]:
    """The bans of these stages that ran on some of the days from `first` to `last`."""
    row = BanRow
    query = select(row).where(
        row.stage.in_(list(stages)),
        or_(row.starts_on.is_(None), row.starts_on <= last),
        or_(row.ends_on.is_(None), row.ends_on >= first),
    )
    return list(session.scalars(query.order_by(row.id)))


def follow_up_rows(session: Session, begin: datetime, end: datetime) -> list[FollowUpRow]:
    """The follow-ups due from `begin` until before `end`."""
    row = FollowUpRow
    return list(session.scalars(select(row).where(row.due_at >= begin, row.due_at < end).order_by(row.due_at, row.id)))


def shifts(session: Session, begin: datetime, end: datetime) -> list[ShiftRow]:
    """Who came on duty from `begin` until before `end`, at every station."""
    row = ShiftRow
    return list(session.scalars(select(row).where(row.since >= begin, row.since < end).order_by(row.since)))


def _first(
    session: Session, *columns: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]
) -> datetime | None:
    firsts = (session.scalar(select(func.min(column))) for column in columns)
    return min((each for each in firsts if each is not None), default=None)
