"""A town hall with rooms of every make, and heads-ups in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from harness.house import SmallHouse, small_house

from guardroom.bans.form import BanForm
from guardroom.days import written
from guardroom.headsups.form import HeadsUpForm
from guardroom.headsups.headsups import HeadsUps
from guardroom.headsups.view import HeadsUpView
from guardroom.house import on_ground
from guardroom.incidents.form import IncidentForm, SubjectForm
from guardroom.people.person import PersonForm
from guardroom.people.roles import Role

ROOMS = """
[[rooms]]
id = "K7"
name = "Kontaktrum 7"
block = "Jobcenter"
escape_route = "Dør til gangen"
cctv = true
by_guard_station = true

[[rooms]]
id = "M1"
name = "Mødelokale 1"
block = "Jobcenter"
contact_room = false

[[rooms]]
id = "K8"
name = "Kontaktrum 8"
block = "Borgerservice"
escape_door = true
"""

MOBILES = """
[[panels]]
name = "blok-a"
driver = "espa444"
port = "socket://127.0.0.1:9"
baudrate = 9600
supervision_s = 0
repeat_s = 0

[[mobiles]]
id = "M1"
name = "Mobil 1"
points = ["blok-a:901"]

[[mobiles]]
id = "M2"
name = "Mobil 2"
points = ["blok-a:902"]
"""


class HeadsUpHouse:
    """The house with handles for tests. It is Monday 24-11-2025, 10:00."""

    def __init__(self, house: SmallHouse) -> None:
        self.house = house
        self.clock = house.clock
        self.settings = house.ground.settings
        self.services = on_ground(house.ground)
        self.headsups: HeadsUps = self.services.headsups
        self.guard = house.who(Role.GUARD, initials="MH")
        self.desk = house.who(Role.DESK)
        self.leader = house.who(Role.LEADER)
        house.who(Role.LEADER, initials="LD")
        house.who(Role.HS_LEADER, initials="VT")

    def form(self, **said: object) -> HeadsUpForm:
        """A form with nothing wrong: tomorrow at 13 in K7."""
        usual = HeadsUpForm(
            day="25-11-2025", begins="13:00", ends="14:00", room="K7", reason="known_risk", staff="LD VT"
        )
        return replace(usual, **said)  # type: ignore[arg-type]

    def entered(self, **said: object) -> HeadsUpView:
        """A heads-up that a leader entered."""
        return self.headsups.save(self.leader, self.form(**said))

    def at(self, moment: datetime) -> None:
        """Set the clock."""
        self.clock.advance((moment - self.clock.now()).total_seconds())

    def person(self, name: str = "Christian Møller-Eksempel") -> int:
        """A known person."""
        return self.services.persons.create(self.leader, PersonForm(name=name, birth="1984", case_ref="J-2231")).id

    def banned(self, person: int, first: str, last: str) -> None:
        """A ban of this person is in force."""
        bans = self.services.bans
        self.services.incidents.save(
            self.leader,
            IncidentForm(
                kind="threat",
                day="21-11-2025",
                time="10:00",
                place="K2",
                behaviours=("shouting",),
                subjects=(SubjectForm(person=person),),
                account="Råbte ad en medarbejder.",
            ),
        )
        ban = bans.begin(self.leader, person).id
        today = written(self.clock.now().date())
        form = BanForm(
            kind="full",
            starts_on=first,
            ends_on=last,
            channels=("phone",),
            meeting="police_station",
            contact_person="A. Leder",
            contact_phone="11 22 59 01",
            contact_hours="hverdage 9-12",
            reasons="Truede personalet ved flere lejligheder.",
            less_intrusive="Samtale; adfærden fortsatte.",
            casework_reviewed=True,
            appeal_guidance=True,
            case_ref="25/004711",
            normalisation="Samtale en måned før udløb.",
            incidents=tuple(each.id for each in bans.linkable(self.leader, ban)),
        )
        bans.change(self.leader, ban, form)
        bans.skip_hearing(self.leader, ban, "urgent", "Nærliggende fare for nye trusler.")
        for role in self.settings.policy.bans.signatories:
            signer = replace(self.house.who(Role(role)), proved_at=self.clock.now())
            bans.sign(signer, ban, bans.read(signer, ban).seal)
        bans.file_letter(self.leader, ban, "25/004711-3")
        bans.serve(self.leader, ban, today, "digital_post")
        bans.activate(self.leader, ban)


@contextmanager
def headsup_house(folder: Path, **more: str) -> Iterator[HeadsUpHouse]:
    """A house in this folder that is closed at the end."""
    with small_house(folder, **{"toml": ROOMS, **more}) as house:  # type: ignore[arg-type]
        yield HeadsUpHouse(house)
