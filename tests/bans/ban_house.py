"""A house whose bans are tried out: people of every role, persons with incidents, and bans led to any stage."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from harness.house import SmallHouse, small_house

from db.incident_tables import IncidentRow, SubjectRow
from db.main import writing
from db.people import count_up
from guardroom.bans.form import BanForm
from guardroom.bans.register import BanRegister
from guardroom.bans.view import BanView
from guardroom.days import day_in, months_on, written
from guardroom.people.person import PersonForm
from guardroom.people.persons import Persons
from guardroom.people.roles import Role
from guardroom.people.who import Who

WAY = ("draft", "hearing", "signing", "decided", "served", "in_force")

NO_HEARING = "Der er akut fare for medarbejderne."

COMPLETE = BanForm(
    channels=("phone", "letter"),
    contact_person="A. Leder",
    contact_phone="11 22 33 44",
    contact_hours="hverdage 9-12",
    meeting="police_station",
    reasons="Råbte trusler mod to medarbejdere i kontaktrum 2 den 20-11-2025.",
    less_intrusive="Kun efter aftale er forsøgt siden 10-09-2025.",
    casework_reviewed=True,
    appeal_guidance=True,
    case_ref="J-2231",
    normalisation="Samtale med leder og vagt i maj.",
)


class BanHouse:
    """The house, its register, and the shortest way to a ban of any stage."""

    def __init__(self, house: SmallHouse) -> None:
        self.house = house
        self.clock = house.clock
        self.persons = Persons(house.ground)
        self.bans = BanRegister(house.ground, self.persons)
        self.leader = house.who(Role.LEADER)
        self.head = house.who(Role.CENTRE_HEAD)
        self.director = house.who(Role.DIRECTOR)
        self.guard = house.who(Role.GUARD)
        self.desk = house.who(Role.DESK)

    def person(self, name: str = "Christian Møller-Eksempel", birth: str = "1984", **more: Any) -> int:
        return self.persons.create(self.leader, PersonForm(name=name, birth=birth, **more)).id

    def incident(
        self, *persons: int, days_ago: float = 4, kind: str = "threat", behaviours: tuple[str, ...] | None = None
    ) -> int:
        """An incident about these persons, written just now."""
        if behaviours is None:
            behaviours = () if kind == "ban_breach" else ("shouting",)
        now = self.clock.now()
        with writing(self.house.ground.engine) as session:
            row = IncidentRow(
                number=count_up(session, "incident"),
                kind=kind,
                happened_at=now - timedelta(days=days_ago),
                written_at=now,
                written_by=self.guard.user,
                station="Vagtstuen",
                account="Hemmelig beretning.",
                place="Kontaktrum 2",
                behaviours=list(behaviours),
            )
            row.subjects = [SubjectRow(person_id=person) for person in persons]
            session.add(row)
            session.flush()
            return row.id

    def form(self, view: BanView, **more: Any) -> BanForm:
        """What makes this draft complete: six months from today, and every incident there is."""
        incidents = tuple(each.id for each in self.bans.linkable(self.leader, view.id))
        today = day_in(self.clock.now(), self.house.ground.settings.site.zone)
        # One that goes on from another keeps its days; else from today, as where nobody is heard.
        proposed = (view.form.starts_on, view.form.ends_on)
        period = proposed if view.extends else (written(today), written(months_on(today, 6)))
        given: dict[str, Any] = {
            "starts_on": period[0],
            "ends_on": period[1],
            "area": view.form.area,
            "incidents": incidents,
        }
        return replace(COMPLETE, **(given | more))

    def ban(self, stage: str = "in_force", person: int | None = None, **more: Any) -> BanView:
        """A ban led up to this stage."""
        if person is None:
            person = self.person()
            self.incident(person)
        view = self.bans.begin(self.leader, person, beside=True)
        return self.lead(view.id, stage, self.form(view, **more))

    def lead(self, ban: int, stage: str = "in_force", form: BanForm | None = None) -> BanView:
        """Lead a draft on to this stage."""
        view = None if form is None else self.bans.change(self.leader, ban, form)
        steps = (
            lambda: self.bans.skip_hearing(self.leader, ban, "urgent", NO_HEARING),
            lambda: self.sign(self.head, ban),
            lambda: self.sign(self.director, ban),
            lambda: self._serve(ban),
            lambda: self.bans.activate(self.leader, ban),
        )
        for step in steps[: WAY.index(stage)]:
            view = step()
        # As the leader sees it, whoever took the last step.
        return self.bans.read(self.leader, ban) if view is None or stage in ("signing", "decided") else view

    def lead_on(self, ban: int) -> None:
        """Lead one that is being signed, decided or served on until it is in force."""
        at = WAY.index(self.bans.read(self.leader, ban).standing)
        if at < WAY.index("decided"):
            self.sign(self.director, ban)
        if at < WAY.index("served"):
            self._serve(ban)
        self.bans.activate(self.leader, ban)

    def weigh(self, ban: int, how: str = "Svaret ændrer ikke vurderingen.") -> BanView:
        """Add to the reasons how the citizen's answer was weighed."""
        form = self.bans.read(self.leader, ban).form
        return self.bans.change(self.leader, ban, replace(form, reasons=f"{form.reasons}\n{how}"))

    def lead_from_hearing(self, ban: int) -> None:
        """Both sign."""
        for signer in (self.head, self.director):
            self.sign(signer, ban)

    def sign(self, who: Who, ban: int) -> BanView:
        """Sign the text as it stands now, with the code that was given now."""
        seen = self.bans.read(self.leader, ban).seal
        return self.bans.sign(replace(who, proved_at=self.clock.now()), ban, seen)

    def someone(self, role: Role, area: str = "") -> Who:
        return self.house.who(role, area)

    def move_to(self, moment: datetime) -> None:
        """Set the clock."""
        self.clock.advance((moment - self.clock.now()).total_seconds())

    def _serve(self, ban: int) -> BanView:
        self.bans.file_letter(self.leader, ban, "D-77")
        return self.bans.serve(self.leader, ban, "", "digital_post")


@contextmanager
def ban_house(folder: Path, **more: Any) -> Iterator[BanHouse]:
    """A house in this folder that is closed at the end; see `small_house`."""
    with small_house(folder, **more) as house:
        yield BanHouse(house)
