"""A busy town hall's follow-ups: 100,000 open and closed, put straight into the main database."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from sqlalchemy import insert

from db.followup_tables import FollowUpRow
from db.main import writing
from guardroom.followups.kinds import KINDS
from harness.house import SmallHouse

FOLLOW_UPS = 100_000
OPEN_EVERY = 10
"""One in so many is open, unless it is said otherwise."""

_OWNERS = ("leader", "leader", "leader", "safety_rep", "hs_leader", "security_coordinator")


def fill_followups(
    house: SmallHouse, incidents: int, closed_by: int, now: datetime, open_every: int = OPEN_EVERY
) -> None:
    """Fill the list of a house with so many incidents; always with the same. `open_every`: one in so many is open."""
    chance = random.Random(30)
    with writing(house.ground.engine) as session:
        for begin in range(0, FOLLOW_UPS, 10_000):
            session.execute(
                insert(FollowUpRow),
                [
                    _row(number, chance, incidents, closed_by, now, open_every)
                    for number in range(begin + 1, begin + 10_001)
                ],
            )


def _row(
    number: int, chance: random.Random, incidents: int, closed_by: int, now: datetime, open_every: int
) -> dict[str, object]:
    is_open = number % open_every == 0
    age = timedelta(minutes=chance.randint(0, 60 * 24 * (20 if is_open else 3000)))
    began = now - age
    return {
        "key": f"filled:{number}",
        "kind": chance.choice(KINDS),
        "owner_role": chance.choice(_OWNERS),
        "began_at": began,
        "due_at": began + timedelta(days=chance.choice((1, 3, 14, 30))),
        "rule": "days:3",
        "created_at": began,
        "incident_id": chance.randint(1, incidents) if incidents else None,
        "area": chance.choice(("jobcenter", "borgerservice")),
        "from_role": "",
        "state": "open" if is_open else "done",
        "closed_at": None if is_open else began + timedelta(days=1),
        "closed_by": None if is_open else closed_by,
        "reference": "",
        "company": "",
        "reason": "",
        "reason_text": "",
    }
