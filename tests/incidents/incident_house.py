"""A house whose incidents are tried out: people of every role, forms that can be saved, alarms and bans to write of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from harness.house import START, SmallHouse, small_house

from db.alarm_tables import AlarmLine, AlarmRow, ShiftRow
from db.ban_tables import BanRow
from db.main import writing
from db.people import count_up
from guardroom.incidents.form import AlarmRef, IncidentForm, SubjectForm
from guardroom.incidents.log import IncidentLog
from guardroom.incidents.view import IncidentView
from guardroom.people.person import PersonForm
from guardroom.people.persons import Persons
from guardroom.people.roles import Role
from guardroom.people.who import Who
from guardroom.refusal import BadInput

THREAT = IncidentForm(
    kind="threat",
    day="24-11-2025",
    time="09:30",
    place="K2",
    behaviours=("shouting", "threat_violence"),
    subjects=(SubjectForm(name="Kasper Eksempel", birth="1984", case_ref="J-2231"),),
    took_part="VT",
    account="Borger råbte en trussel og slog i bordet.",
)
"""Half an hour before the house's clock begins."""

EJECTION = replace(THREAT, kind="ejected_escorted", asked="yes", asked_time="09:32", asked_by="VT", complied="yes")


class IncidentHouse:
    """The house, its log, and the shortest way to an incident, an alarm or a ban."""

    def __init__(self, house: SmallHouse) -> None:
        self.house = house
        self.clock = house.clock
        self.persons = Persons(house.ground)
        self.log = IncidentLog(house.ground, self.persons)
        self.guard = house.who(Role.GUARD)
        self.leader = house.who(Role.LEADER)
        self.desk = house.who(Role.DESK)

    def person(self, name: str = "Kasper Eksempel", **more: str) -> int:
        """A person who is known."""
        return self.persons.create(self.leader, PersonForm(name=name, **more)).id

    def save(self, who: Who | None = None, form: IncidentForm = THREAT, **changes: Any) -> IncidentView:
        """A saved incident."""
        return self.log.save(who or self.guard, replace(form, **changes))

    def wrong(self, form: IncidentForm, who: Who | None = None) -> dict[str, str]:
        """What is wrong with a form, by field; what `mistakes` says is what `save` refuses for."""
        found = self.log.mistakes(who or self.guard, form)
        if found:
            with pytest.raises(BadInput) as refused:
                self.log.save(who or self.guard, form)
            assert refused.value.mistakes == found
        else:
            self.log.save(who or self.guard, form)
        return {mistake.field: mistake.sentence for mistake in found}

    def alarm(self, *lines: AlarmLine, number: int = 7, outcome: str = "escorted_out", **changes: Any) -> AlarmRef:
        """An alarm of room K2, pressed twenty minutes ago and closed."""
        values = {
            "pressed_at": START - timedelta(minutes=20),
            "closed_at": START - timedelta(minutes=5),
            "room_id": "K2",
            "place": "Kontaktrum 2",
            "block": "Jobcenter",
            "cause": "hold_up",
            "state": "closed",
        } | changes
        with writing(self.house.ground.engine) as session:
            session.add(AlarmRow(station="Vagtstuen", number=number, outcome=outcome, lines=list(lines), **values))
        return AlarmRef(station="Vagtstuen", number=number)

    def shift(self, *people: str, since: datetime = START - timedelta(hours=3)) -> None:
        """Who came on duty."""
        with writing(self.house.ground.engine) as session:
            session.add(ShiftRow(station="Vagtstuen", since=since, people=list(people)))

    def ban(
        self,
        person: int,
        *,
        stage: str = "in_force",
        until: date = date(2026, 5, 24),
        kind: str = "full",
        starts_on: date = date(2025, 11, 24),
        served_on: date | None = None,
        scope: tuple[str, ...] = ("Jobcenter",),
    ) -> int:
        """A ban from today on; `scope` is that of one from parts of the town hall."""
        with writing(self.house.ground.engine) as session:
            row = BanRow(
                number=f"F-{count_up(session, 'ban'):04d}",
                kind=kind,
                person_id=person,
                stage=stage,
                created_at=self.clock.now(),
                created_by=self.leader.user,
                changed=1,
                starts_on=starts_on,
                served_on=served_on,
                scope=list(scope) if kind == "department" else [],
                ends_on=until,
            )
            session.add(row)
            session.flush()
            return row.id


def line(
    number: int, what: str, detail: str = "", *, minutes: float = -15, by: str = "VT", text: str = ""
) -> AlarmLine:
    """A line of an alarm's timeline, so many minutes after the house's clock begins."""
    return AlarmLine(
        station="Vagtstuen",
        number=number,
        at=START + timedelta(minutes=minutes),
        what=what,
        detail=detail,
        by=by,
        text=text,
    )


@contextmanager
def incident_house(folder: Path, **more: Any) -> Iterator[IncidentHouse]:
    """A house of this policy that is closed at the end."""
    with small_house(folder, **more) as house:
        yield IncidentHouse(house)
