"""The main database's questions about persons, and those of the lookup: what changed since it last asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, load_only

from db.ban_tables import BAN_LINE, BanReadRow, BanRow
from db.people_tables import CounterRow, NotPersonRow, PersonRow, UserRow


@dataclass(frozen=True, slots=True)
class Names:
    """What the lookup keeps of one record of a person."""

    record: int
    folded: str
    birth_date: date | None
    birth_year: int | None
    case_ref: str
    merged_into: int | None
    changed: int


@dataclass(frozen=True, slots=True)
class BanDates:
    """What the lookup keeps of one ban."""

    ban: int
    person: int
    number: str
    case_ref: str
    stage: str
    starts_on: date | None
    ends_on: date | None
    lifted_on: date | None
    changed: int


def counters(session: Session) -> dict[str, int]:
    """How often persons and bans have changed: the counters "person" and "ban", 0 where there is none yet."""
    found = {"person": 0, "ban": 0}
    for name, value in session.execute(
        select(CounterRow.name, CounterRow.value).where(CounterRow.name.in_(tuple(found)))
    ):
        found[name] = value
    return found


def names_since(session: Session, changed: int) -> list[Names]:
    """The records that changed after this value of the counter "person"."""
    rows = session.execute(
        select(
            PersonRow.id,
            PersonRow.folded,
            PersonRow.birth_date,
            PersonRow.birth_year,
            PersonRow.case_ref,
            PersonRow.merged_into,
            PersonRow.changed,
        ).where(PersonRow.changed > changed)
    )
    return [Names(*row) for row in rows]


def bans_since(session: Session, changed: int) -> list[BanDates]:
    """The bans that changed after this value of the counter "ban"."""
    rows = session.execute(
        select(
            BanRow.id,
            BanRow.person_id,
            BanRow.number,
            BanRow.case_ref,
            BanRow.stage,
            BanRow.starts_on,
            BanRow.ends_on,
            BanRow.lifted_on,
            BanRow.changed,
        ).where(BanRow.changed > changed)
    )
    return [BanDates(*row) for row in rows]


def how_many(session: Session) -> tuple[int, int]:
    """How many records of persons there are, and how many bans."""
    persons, bans = session.execute(
        select(
            select(func.count()).select_from(PersonRow).scalar_subquery(),
            select(func.count()).select_from(BanRow).scalar_subquery(),
        )
    ).one()
    return persons, bans


def held(session: Session, records: Iterable[int]) -> dict[int, PersonRow]:
    """These records as they are now, kept from other writers until the transaction ends; in one order, so that two who
    want the same wait for each other. Incidents and bans may still be written about them meanwhile."""
    rows = session.scalars(
        select(PersonRow)
        .where(PersonRow.id.in_(set(records)))
        .order_by(PersonRow.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in rows}


def kept(session: Session, records: Iterable[int]) -> list[int]:
    """Which of these records there still are, in one order."""
    return list(session.scalars(select(PersonRow.id).where(PersonRow.id.in_(set(records))).order_by(PersonRow.id)))


def group(session: Session, person: int) -> list[PersonRow]:
    """All records of the person whom this record stands for: the one that is kept first, then by id."""
    record = session.get_one(PersonRow, person)
    kept = record.merged_into or record.id
    rows = session.scalars(
        select(PersonRow).where((PersonRow.id == kept) | (PersonRow.merged_into == kept)).order_by(PersonRow.id)
    )
    return sorted(rows, key=lambda row: row.id != kept)


def groups(session: Session, roots: Sequence[int]) -> list[PersonRow]:
    """The records of several persons with those merged into them, by id."""
    return list(
        session.scalars(
            select(PersonRow).where(PersonRow.id.in_(roots) | PersonRow.merged_into.in_(roots)).order_by(PersonRow.id)
        )
    )


def not_person(session: Session, records: Iterable[int]) -> list[tuple[NotPersonRow, str]]:
    """When somebody was taken for one of these records and was not, with the initials of who said so; oldest first."""
    rows = session.execute(
        select(NotPersonRow, UserRow.initials)
        .join(UserRow, UserRow.id == NotPersonRow.by_id)
        .where(NotPersonRow.person_id.in_(list(records)))
        .order_by(NotPersonRow.at, NotPersonRow.id)
    )
    return list(rows)


def bans_of(session: Session, records: Iterable[int], user: int) -> list[tuple[BanRow, bool]]:
    """All bans of these records, and whether the user has confirmed having read each; the newest first.

    What a line of a list shows is read at once, the rest when it is asked for.
    """
    rows = session.execute(
        select(BanRow, BanReadRow.user_id)
        .outerjoin(BanReadRow, (BanReadRow.ban_id == BanRow.id) & (BanReadRow.user_id == user))
        .where(BanRow.person_id.in_(list(records)))
        .order_by(BanRow.id.desc())
        .options(load_only(BanRow.person_id, *BAN_LINE))
    )
    return [(row, reader is not None) for row, reader in rows]
