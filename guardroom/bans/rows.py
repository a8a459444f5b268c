"""A ban's row as values for the rules, and a decision written into its row."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import cast

from sqlalchemy.orm import Session

from db import bans as stored
from db.ban_tables import BanIncidentRow, BanRow
from db.incident_tables import IncidentRow
from db.people_tables import PersonRow
from guardroom.bans.decision import Decision, Earlier, Facts, Hearing, Named, Other
from guardroom.bans.kinds import ATTENDANCE, Stage, Standing
from guardroom.bans.life import STANDS, collide, last_day, standing
from guardroom.bans.view import LinkedIncident
from guardroom.incidents.kinds import HARMLESS
from guardroom.incidents.number import written_number
from guardroom.settings import Settings

_PLAIN = (
    "kind",
    "area",
    "starts_on",
    "ends_on",
    "contact_person",
    "contact_phone",
    "contact_hours",
    "mail_to",
    "meeting",
    "reasons",
    "less_intrusive",
    "casework_reviewed",
    "appeal_guidance",
    "case_ref",
    "normalisation",
)


def stage_of(row: BanRow) -> Stage:
    """How far the decision has come."""
    return cast(Stage, row.stage)


def standing_of(row: BanRow, today: date) -> Standing:
    """What the ban is on the day `today`."""
    return standing(stage_of(row), row.starts_on, row.ends_on, row.lifted_on, today)


def stands_in_the_way(row: BanRow, kind: str, today: date) -> bool:
    """Whether the ban was decided, is not over, and may not run beside one of this kind."""
    last = last_day(row.ends_on, row.lifted_on)
    return stage_of(row) in STANDS and last is not None and today <= last and collide(kind, row.kind)


def decision_of(row: BanRow) -> Decision:
    """What is decided, or drafted."""
    return Decision(
        **{name: getattr(row, name) for name in _PLAIN},
        scope=tuple(row.scope),
        channels=tuple(row.channels),
        incidents=tuple(sorted(link.incident_id for link in row.incidents)),
    )


def put(row: BanRow, decision: Decision) -> tuple[str, ...]:
    """Write the decision into the row; returns the names of the fields that changed."""
    before = decision_of(row)
    changed = tuple(name for name in (*_PLAIN, "scope", "channels") if getattr(before, name) != getattr(decision, name))
    for name in changed:
        value = getattr(decision, name)
        setattr(row, name, list(value) if isinstance(value, tuple) else value)
    if before.incidents == decision.incidents:
        return changed
    wanted = set(decision.incidents)
    for link in [link for link in row.incidents if link.incident_id not in wanted]:
        row.incidents.remove(link)
    for incident in sorted(wanted.difference(before.incidents)):
        row.incidents.append(BanIncidentRow(incident_id=incident))
    return (*changed, "incidents")


def hearing_of(row: BanRow) -> Hearing:
    """Whether and how the citizen was heard."""
    return Hearing(
        sent_on=row.hearing_sent_on,
        due_on=row.hearing_due_on,
        answered_on=row.hearing_answered_on,
        answer=row.hearing_answer,
        skipped=row.hearing_skipped,
        about=row.hearing_about,
        days=row.hearing_length,
    )


def facts_of(session: Session, settings: Settings, row: BanRow, group: tuple[int, ...]) -> Facts:
    """The ban as the rules look at it; `group` are all records of its person, the kept one
    first."""
    earlier = None
    if row.extends_id is not None and (old := stored.ban(session, row.extends_id)) is not None:
        last = last_day(old.ends_on, old.lifted_on)
        assert old.starts_on is not None
        assert last is not None
        decided_at = _decided_at(settings, old, old.starts_on)
        earlier = Earlier(number=old.number, decided_at=decided_at, starts_on=old.starts_on, last=last)
    incidents = _linked(session, settings, stored.incidents(session, [link.incident_id for link in row.incidents]))
    about = {each.id for each in recorded_about(session, settings, group)} if incidents else set()
    return Facts(
        number=row.number,
        person=row.person_id,
        named=named_of(session.get_one(PersonRow, group[0])),
        stage=stage_of(row),
        decision=decision_of(row),
        hearing=hearing_of(row),
        incidents=incidents,
        signed=tuple(signature.role for signature in row.signatures),
        letter_ref=row.letter_ref,
        served_on=row.served_on,
        served_how=row.served_how,
        extends=earlier,
        others=_others(session, settings, row, group),
        strange=tuple(each.number for each in incidents if each.id not in about),
        followers=tuple(
            each.number
            for each in stored.extensions_of(session, row.id)
            if stage_of(each) in STANDS and each.lifted_on is None
        ),
        late=_late(session, row),
    )


def _late(session: Session, row: BanRow) -> date | None:
    line = stored.last_event(session, row.id, ("answered_late",))
    return None if line is None else date.fromisoformat(line.detail.partition(" ")[0])


def named_of(kept: PersonRow) -> Named:
    """The person whose kept record this is."""
    return Named(
        record=kept.id,
        name=kept.name or kept.description,
        birth_date=kept.birth_date,
        birth_year=kept.birth_year,
    )


def recorded_about(session: Session, settings: Settings, group: tuple[int, ...]) -> tuple[LinkedIncident, ...]:
    """The incidents about a person that can count against them (A4), oldest first."""
    about = [each for each in stored.incidents_about(session, group) if each.kind not in HARMLESS]
    return _linked(session, settings, about)


def _linked(session: Session, settings: Settings, rows: list[IncidentRow]) -> tuple[LinkedIncident, ...]:
    kinds = stored.kinds_of(session, {row.ban_id for row in rows if row.ban_id is not None})
    return tuple(_as_linked(settings, row, "" if row.ban_id is None else kinds[row.ban_id]) for row in rows)


def _as_linked(settings: Settings, row: IncidentRow, breached: str) -> LinkedIncident:
    room = settings.room(row.room_id) if row.room_id else None
    came = row.channel == "in_person" and (not breached or breached in ATTENDANCE)
    return LinkedIncident(
        id=row.id,
        number=written_number(row.number),
        happened_at=row.happened_at,
        kind=row.kind,
        place=row.place or (room.name if room else row.room_id or ""),
        channel=row.channel,
        breached=breached,
        behaviours=tuple(row.behaviours),
        attendance_only=row.kind == "ban_breach" and came and not row.behaviours,
    )


def _decided_at(settings: Settings, row: BanRow, starts_on: date) -> datetime:
    # When a ban of the case system's list was decided is not known: its first day is the earliest that matters.
    return row.decided_at or datetime.combine(starts_on, time(), settings.site.zone)


def _others(session: Session, settings: Settings, row: BanRow, group: tuple[int, ...]) -> tuple[Other, ...]:
    found: list[Other] = []
    for other in stored.bans_of(session, group):
        last = last_day(other.ends_on, other.lifted_on)
        if other.id == row.id or stage_of(other) not in STANDS or other.starts_on is None or last is None:
            continue
        decided_at = _decided_at(settings, other, other.starts_on)
        found.append(
            Other(
                number=other.number,
                decided_at=decided_at,
                starts_on=other.starts_on,
                kind=other.kind,
                last=last,
                incidents=tuple(link.incident_id for link in other.incidents),
                before=row.decided_at is None or decided_at < row.decided_at,
                lifted=other.lifted_on is not None,
            )
        )
    return tuple(found)
