"""From what is stored of a heads-up to what is shown of it. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from db.headsup_tables import AlarmLoanRow, HeadsUpRow
from guardroom.alarms.view import HeadsUpLine, LoanLine
from guardroom.clock import stamp
from guardroom.days import written
from guardroom.headsups.check_in import CheckIn, due, missed
from guardroom.headsups.form import HeadsUpForm
from guardroom.headsups.kinds import OPEN, Status
from guardroom.headsups.view import HeadsUpView, Prewarning
from guardroom.headsups.warnings import NONE_OUT, Meeting, Out, advice, warned
from guardroom.settings import Settings

_ABOUT_THE_CITIZEN = frozenset(("banned", "threat_before"))
"""Reasons that tell of the citizen what only whoever is signed in may read."""


def written_number(number: int) -> str:
    """What a heads-up is called: `V-0012`."""
    return f"V-{number:04d}"


def status_of(row: HeadsUpRow) -> Status:
    """How it stands, from its times."""
    if row.stage == "postponed":
        return "postponed"
    if row.stage == "called_off":
        return "called_off"
    if row.over_at is not None:
        return "over"
    if row.begun_at is not None:
        return "running"
    return "planned" if row.taken_at is None else "taken"


def check_in_of(row: HeadsUpRow) -> CheckIn:
    """When somebody looks in on it."""
    return CheckIn(
        begins=row.begins,
        until=row.until,
        at=row.check_in_at,
        every_min=row.check_in_every,
        begun_at=row.begun_at,
        well_at=row.well_at,
        open=status_of(row) in OPEN,
    )


def is_unended(row: HeadsUpRow, now: datetime) -> bool:
    """Whether a meeting still needs somebody, whatever its time was: it goes on, or nobody has looked in."""
    status = status_of(row)
    return status == "running" or (status in OPEN and missed(due(check_in_of(row)), now))


def meeting_of(row: HeadsUpRow, *, banned: bool = False) -> Meeting:
    """What is looked at for warnings."""
    return Meeting(
        begins=row.begins,
        until=row.until,
        told_at=row.told_at,
        room=row.room_id,
        posture=row.posture,
        reason=row.reason,
        staff=len(row.staff),
        banned=banned,
    )


def line_of(row: HeadsUpRow, settings: Settings, out: Out = NONE_OUT) -> HeadsUpLine:
    """What the board knows of it, which everybody sees. The citizen is left out of it altogether, so is their ban, or
    what they have done before; and where they are visited. `out` are the rooms that are out of service."""
    due_at = due(check_in_of(row))
    return HeadsUpLine(
        number=written_number(row.id),
        begins=stamp(row.begins),
        until=stamp(row.until),
        place="" if row.room_id is None else row.place,
        room=row.room_id,
        staff=tuple(row.staff),
        status=status_of(row),
        posture=row.posture,
        reason="known_risk" if row.reason in _ABOUT_THE_CITIZEN else row.reason,
        stop_signal=row.stop_signal,
        begun="" if row.begun_at is None else stamp(row.begun_at),
        check_in_due="" if due_at is None else stamp(due_at),
        warnings=warned(meeting_of(row), settings, out),
    )


def loan_line_of(row: AlarmLoanRow) -> LoanLine:
    """What the desk knows of a mobile alarm that is out."""
    return LoanLine(device=row.device, holder=row.holder, due=stamp(row.due_at), place=row.place)


def view_of(
    row: HeadsUpRow,
    told_by: str,
    settings: Settings,
    *,
    banned: bool,
    reason_of_prewarning: bool,
    taken: Collection[str] = (),
    out: Out = NONE_OUT,
) -> HeadsUpView:
    """One heads-up with everything but the citizen's name. `taken` are rooms that have another meeting then; `out`
    those that are out of service."""
    status = status_of(row)
    return HeadsUpView(
        id=row.id,
        number=written_number(row.id),
        begins=row.begins,
        until=row.until,
        place=row.place,
        room=row.room_id,
        area=row.area,
        posture=row.posture,
        reason=row.reason,
        staff=tuple(row.staff),
        status=status,
        told_at=row.told_at,
        told_by=told_by,
        version=row.version,
        case_ref=row.case_ref,
        known=row.person_id is not None,
        citizen=row.citizen,
        stop_signal=row.stop_signal,
        check_in_at=row.check_in_at,
        check_in_every=row.check_in_every,
        due_at=due(check_in_of(row)),
        ready=tuple(row.ready),
        note=row.note,
        taken_at=row.taken_at,
        taken_by=row.taken_by,
        begun_at=row.begun_at,
        well_at=row.well_at,
        watched_at=row.watched_at,
        watched_until=row.watched_until,
        over_at=row.over_at,
        ended_early=row.ended_early,
        prewarning=_prewarning(row, reason_of_prewarning),
        advice=advice(meeting_of(row, banned=banned), settings, taken, out),
    )


def _prewarning(row: HeadsUpRow, with_reason: bool) -> Prewarning | None:
    """The last one."""
    if not row.prewarnings:
        return None
    last = row.prewarnings[-1]
    return Prewarning(
        case_ref=last.case_ref,
        leader=last.leader,
        leader_at=last.leader_at,
        legal=last.legal,
        legal_at=last.legal_at,
        about=last.about,
        reason=last.reason if with_reason else "",
        earlier=len(row.prewarnings) - 1,
    )


def form_of(row: HeadsUpRow, zone: ZoneInfo) -> HeadsUpForm:
    """The form as it would have been typed."""
    begins, until = row.begins.astimezone(zone), row.until.astimezone(zone)
    return HeadsUpForm(
        day=written(begins.date()),
        begins=f"{begins:%H:%M}",
        ends=f"{until:%H:%M}",
        room=row.room_id or row.place,
        reason=row.reason,
        posture=row.posture,
        staff=" ".join(row.staff),
        case_ref=row.case_ref,
        person=row.person_id,
        citizen=row.citizen,
        stop_signal=row.stop_signal,
        check_in_at="" if row.check_in_at is None else f"{row.check_in_at.astimezone(zone):%H:%M}",
        check_in_every=str(row.check_in_every) if row.check_in_every else "",
        ready=tuple(row.ready),
        note=row.note,
        version=row.version,
    )
