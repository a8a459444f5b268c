"""Persons and bans put straight into the main database, for tests that are about looking them up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import insert
from sqlalchemy.orm import Session

from db.ban_tables import BanRow
from db.main import writing
from db.people import count_up
from db.people_tables import PersonRow
from guardroom.ground import Ground
from guardroom.people.folding import fold
from harness.house import START

TODAY = date(2025, 11, 24)


def put_ban(
    ground: Ground,
    person: int,
    *,
    kind: str = "full",
    stage: str = "in_force",
    starts_on: date | None = TODAY - timedelta(days=30),
    ends_on: date | None = TODAY + timedelta(days=150),
    lifted_on: date | None = None,
    case_ref: str = "",
) -> int:
    """A ban of this person; returns its id."""
    with writing(ground.engine) as session:
        number = count_up(session, "ban")
        row = BanRow(
            number=f"FB-2025-{number:03}",
            kind=kind,
            person_id=person,
            stage=stage,
            created_at=START,
            created_by=1,
            changed=number,
            scope=["town_hall"],
            channels=["phone", "letter"],
            starts_on=starts_on,
            ends_on=ends_on,
            lifted_on=lifted_on,
            case_ref=case_ref,
        )
        session.add(row)
        session.flush()
        return row.id


def put_many(ground: Ground, people: Sequence[tuple[str, int | None]], banned: Sequence[int] = ()) -> None:
    """A whole register at once: names and birth years get the ids 1, 2, 3 …; `banned` of them have an active ban.

    The house must have a user with the id 1, and nobody in its register.
    """
    with writing(ground.engine) as session:
        _put_persons(session, people)
        changed = count_up(session, "ban")
        bans = [
            {
                "id": number,
                "number": f"FB-{number}",
                "kind": "full",
                "person_id": person,
                "stage": "in_force",
                "created_at": START,
                "created_by": 1,
                "changed": changed,
                "scope": ["town_hall"],
                "channels": ["phone"],
                "starts_on": TODAY - timedelta(days=number % 100),
                "ends_on": TODAY + timedelta(days=1 + number % 90),
            }
            for number, person in enumerate(banned, 1)
        ]
        if bans:
            session.execute(insert(BanRow), bans)


def _put_persons(session: Session, people: Sequence[tuple[str, int | None]]) -> None:
    changed = count_up(session, "person")
    session.execute(
        insert(PersonRow),
        [
            {
                "id": number,
                "name": name,
                "folded": " ".join(fold(name)),
                "changed": changed,
                "created_at": START,
                "created_by": 1,
                "aliases": [],
                "birth_year": year,
            }
            for number, (name, year) in enumerate(people, 1)
        ],
    )
