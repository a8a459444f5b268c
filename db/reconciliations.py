"""The main database's questions about holding the list of bans against the case system's."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, load_only

from db.ban_tables import BanRow, ReconciliationRow
from db.people_tables import CounterRow, PersonRow, UserRow


def latest(session: Session) -> tuple[ReconciliationRow, str] | None:
    """The last reconciliation and the initials of whoever made it."""
    found = session.execute(
        select(ReconciliationRow, UserRow.initials)
        .join(UserRow, UserRow.id == ReconciliationRow.by_id)
        .order_by(ReconciliationRow.id.desc())
        .limit(1)
    ).first()
    return None if found is None else (found[0], found[1])


def hold(session: Session, *names: str) -> None:
    """Take these counters, in this order: until the transaction ends, nothing that counts them up is written."""
    for name in names:
        if session.get(CounterRow, name, with_for_update=True) is None:
            try:
                with session.begin_nested():
                    session.add(CounterRow(name=name, value=0))
            except IntegrityError:
                # Somebody else was the first, and is done now.
                session.get_one(CounterRow, name, with_for_update=True)


def persons(session: Session) -> list[list[PersonRow]]:
    """The records of every person, the kept one first; of each what identifies."""
    groups: dict[int, list[PersonRow]] = {}
    rows = select(PersonRow).order_by(PersonRow.id).options(load_only(*_IDENTIFIES, raiseload=True))
    for person in session.scalars(rows):
        group = groups.setdefault(person.merged_into or person.id, [])
        group.insert(0 if person.merged_into is None else len(group), person)
    return list(groups.values())


def bans(session: Session) -> list[BanRow]:
    """Every ban that was not given up, by id; of each what a list says of it, no reasons."""
    rows = select(BanRow).where(BanRow.stage != "dropped").order_by(BanRow.id)
    return list(session.scalars(rows.options(load_only(*_LISTED, raiseload=True))))


_IDENTIFIES = (
    PersonRow.name,
    PersonRow.aliases,
    PersonRow.birth_date,
    PersonRow.birth_year,
    PersonRow.case_ref,
    PersonRow.merged_into,
)
_LISTED = (
    BanRow.number,
    BanRow.kind,
    BanRow.person_id,
    BanRow.stage,
    BanRow.area,
    BanRow.scope,
    BanRow.channels,
    BanRow.mail_to,
    BanRow.starts_on,
    BanRow.ends_on,
    BanRow.lifted_on,
    BanRow.case_ref,
    BanRow.letter_ref,
)
