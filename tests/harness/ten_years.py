"""A busy town hall's history: 100,000 incidents about 20,000 persons, put straight into the main database."""

from __future__ import annotations

import random
from datetime import timedelta

from sqlalchemy import insert

from db.incident_tables import IncidentRow, IncidentSearchRow, SubjectRow
from db.main import writing
from db.people_tables import PersonRow
from guardroom.incidents.search import search_words
from guardroom.people.folding import fold
from guardroom.people.roles import Role
from harness.house import START, SmallHouse

INCIDENTS = 100_000
PERSONS = 20_000
GUARDS = 10

_KINDS = ("incidents", "persons", "follow_ups", "alarms", "drills", "duties", "notices", "audit")
NOTHING_LEAVES = "\n[override.headsups]\nkeep_days = 365\n\n[override.retention]\n" + "".join(
    f'{kind} = ""\n' for kind in _KINDS
)
"""For `small_house(toml=...)`: else the monitor begins to purge what is older than the policy keeps it."""


def fill(house: SmallHouse) -> None:
    """Fill an empty house; always with the same."""
    chance = random.Random(20)
    guards = [house.who(Role.GUARD, initials=f"G{'ABCDEFGHIJ'[number]}") for number in range(GUARDS)]
    known = search_words("borger råbte trussel slog bordet gik ud fulgt vagt bedt om at forlade politi dør").split()
    letters = "aaabdeeefghiiklmnooprrsstuvyæøå"
    rare = ["".join(chance.choices(letters, k=chance.randint(4, 11))) for _ in range(20_000)]
    first = ["".join(chance.choices(letters, k=6)).title() for _ in range(400)]
    last = ["Eksempel", "Prøve", *("".join(chance.choices(letters, k=7)).title() + "sen" for _ in range(1500))]

    def one_of(names: list[str]) -> str:
        """One in twenty has the most common name, as in Denmark."""
        return chance.choices(names, [1 / (rank + 3) for rank in range(len(names))])[0]

    with writing(house.ground.engine) as session:
        session.execute(
            insert(PersonRow),
            [
                {
                    "id": number,
                    "name": (name := f"{one_of(first)} {one_of(last)}"),
                    "folded": " ".join(fold(name)),
                    "changed": number,
                    "created_at": START,
                    "created_by": guards[0].user,
                    "aliases": [],
                    "case_ref": "",
                    "description": "",
                }
                for number in range(1, PERSONS + 1)
            ],
        )
        for begin in range(0, INCIDENTS, 10_000):
            rows, searched, subjects = [], [], []
            for number in range(begin + 1, begin + 10_001):
                account = " ".join(chance.choices(known, k=18) + chance.choices(rare, k=12))
                if number == INCIDENTS // 2:
                    account += " brandslukker"
                guard = chance.choice(guards)
                # Now and then somebody writes days later of what happened before.
                at = START - timedelta(hours=4 * (INCIDENTS - number) + chance.choice((0, 0, 0, 50)))
                rows.append(
                    {
                        "id": number,
                        "number": number,
                        "kind": chance.choice(("ejected_escorted", "threat", "turned_away")),
                        "happened_at": at,
                        "written_at": at,
                        "written_by": guard.user,
                        "station": "Vagtstuen",
                        "account": account,
                        "room_id": "K2",
                        "place": "Kontaktrum 2",
                        "area": "Jobcenter",
                        "took_part": [guard.initials],
                        "behaviours": ["shouting"],
                        "injured": [],
                    }
                )
                searched.append(
                    {
                        "happened_at": at,
                        "incident_id": number,
                        "kind": rows[-1]["kind"],
                        "written_by": guard.user,
                        "area": "jobcenter",
                        "took_part": f" {guard.initials} ",
                        "named": "",
                        "facts": search_words(f"H-{number:04d}", "Kontaktrum 2", "K2"),
                        "about": "",
                        "words": search_words(account),
                    }
                )
                subjects.append({"incident_id": number, "person_id": chance.randint(1, PERSONS), "description": ""})
            defaults = {"channel": "in_person", "subject_kind": "citizen", "off_duty": False}
            empty = dict.fromkeys(("felt", "assessed", "asked_by", "police", "police_ref", "evidence"), "")
            session.execute(insert(IncidentRow), [row | defaults | empty for row in rows])
            session.execute(insert(IncidentSearchRow), searched)
            session.execute(insert(SubjectRow.__table__), subjects)
