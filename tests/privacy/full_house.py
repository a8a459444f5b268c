"""A house with something of every kind in it about one citizen, whose name stands wherever somebody can write one."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from harness.house import SmallHouse
from sqlalchemy import func, select, update

from db.alarm_tables import AlarmLine, AlarmRow, ShiftRow, StationCursor
from db.drill_tables import ButtonTestRow
from db.followup_tables import FollowUpRow
from db.journal import Journal
from db.main import reading, writing
from db.schema import prepare_journal
from drivers.base import Cause, Kind, Signal
from drivers.rawlog import RawLog, raw_log_path
from guardroom.alarms.acts import Act
from guardroom.alarms.journalling import entry_of
from guardroom.alarms.state import Done, Moment, Received
from guardroom.bans.form import BanForm
from guardroom.clock import stamp
from guardroom.days import written
from guardroom.headsups.form import HeadsUpForm
from guardroom.house import House, on_ground
from guardroom.incidents.form import AlarmRef, IncidentForm, SubjectForm
from guardroom.people.person import PersonForm
from guardroom.people.roles import Role

NAME = "Zebulon Qvistgaard"
TOLD = b"qvistgaard"
"""Part of the name, which stands in every text about the citizen, in small letters."""
OTHER = "Malthe Ejegod"
"""Somebody else who was there."""


@dataclass(frozen=True)
class Full:
    """What was put in."""

    services: House
    person: int
    incident: int
    ban: int


def count(house: SmallHouse, table: type) -> int:
    """How many rows the table has."""
    with reading(house.ground.engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def fill(house: SmallHouse) -> Full:
    """One citizen with an alarm, an incident, a ban of thirty days, a heads-up, a note, a draft and letters."""
    services = on_ground(house.ground)
    leader, guard = house.who(Role.LEADER), house.who(Role.GUARD)
    person = services.persons.create(leader, PersonForm(name=NAME, description=f"Ligner {NAME}s bror")).id
    services.persons.create(leader, PersonForm(name=OTHER))
    services.persons.not_this_person(leader, person, f"Ikke {NAME}")
    now = house.clock.now()
    with writing(house.ground.engine) as session:
        alarm = AlarmRow(
            station="Vagtstuen",
            number=1,
            cause="hold_up",
            state="closed",
            pressed_at=now - timedelta(hours=1),
            closed_at=now - timedelta(minutes=50),
            room_id="K2",
            place="Kontaktrum 2",
            block="Jobcenter",
            text=f"KONTAKTRUM 2 {NAME}",
            acknowledged_by="VT",
            acknowledged_s=12.0,
            on_scene_s=40.0,
            outcome="escorted_out",
        )
        alarm.lines.append(AlarmLine(station="Vagtstuen", number=2, at=now, what="note", text=f"{NAME} råber", by="VT"))
        session.add(alarm)
        session.add(ShiftRow(station="Vagtstuen", since=now - timedelta(days=1), people=["VT"]))
        session.add(ShiftRow(station="Vagtstuen", since=now, people=["KK"]))
        session.add(ButtonTestRow(station="Vagtstuen", number=3, at=now, room_id="K2", by="VT", worked=True))
    form = IncidentForm(
        kind="ejected_escorted",
        day="24-11-2025",
        time="09:00",
        asked="yes",
        asked_time="09:05",
        asked_by="VT",
        complied="yes",
        place="K2",
        behaviours=("shouting",),
        account=f"{NAME} råbte ad {OTHER} og blev fulgt ud af {guard.initials}.",
        subjects=(SubjectForm(person=person, name=NAME),),
        alarm=AlarmRef(station="Vagtstuen", number=1),
    )
    incident = services.incidents.save(leader, form).id
    services.incidents.add(leader, incident, f"{NAME} ringede bagefter.")
    services.incidents.keep_draft(guard, IncidentForm(account=f"{NAME} kom igen"), None)
    services.handover.write(guard, f"Hold øje med {NAME}")
    meeting = HeadsUpForm(
        day="25-11-2025",
        begins="10:00",
        ends="11:00",
        room="K2",
        reason="known_risk",
        staff="MH",
        person=person,
        note=f"Om {NAME}",
    )
    services.headsups.save(leader, meeting)
    ban = _banned(house, services, person, incident)
    services.letters.write(leader, "ban", ban)
    services.letters.write(leader, "conduct", incident)
    services.incidents.print_sheet(leader, incident)
    _close_everything(house, services)
    return Full(services=services, person=person, incident=incident, ban=ban)


def _banned(house: SmallHouse, services: House, person: int, incident: int) -> int:
    """A ban of thirty days that rests on the incident, in force."""
    leader, today = house.who(Role.LEADER), house.clock.now().date()
    bans = services.bans
    ban = bans.begin(leader, person).id
    form = BanForm(
        starts_on=written(today),
        ends_on=written(today + timedelta(days=30)),
        channels=("phone",),
        contact_person="A. Leder",
        contact_phone="11 22 33 44",
        contact_hours="hverdage 9-12",
        reasons=f"{NAME} råbte trusler den 24-11-2025; også {OTHER} hørte det.",
        less_intrusive="Kun efter aftale er forsøgt.",
        casework_reviewed=True,
        appeal_guidance=True,
        case_ref="J-2231",
        normalisation="Samtale med leder.",
        incidents=(incident,),
    )
    bans.change(leader, ban, form)
    bans.skip_hearing(leader, ban, "urgent", "Der er akut fare for medarbejderne.")
    for role in (Role.CENTRE_HEAD, Role.DIRECTOR):
        signer = replace(house.who(role), proved_at=house.clock.now())
        bans.sign(signer, ban, bans.read(leader, ban).seal)
    bans.file_letter(leader, ban, "D-77")
    bans.serve(leader, ban, "", "digital_post")
    bans.activate(leader, ban)
    return ban


def _close_everything(house: SmallHouse, services: House) -> None:
    """Every follow-up is closed, as if each had been seen to."""
    with writing(house.ground.engine) as session:
        session.execute(
            update(FollowUpRow).values(closed_at=house.clock.now(), state="done", reason_text=f"Talte med {NAME}")
        )


def fill_files(house: SmallHouse) -> Journal:
    """This PC's journal, carried over, and a raw log, with the name in them."""
    settings = house.ground.settings
    prepare_journal(settings.journal)
    journal = Journal.open(settings.journal)
    now = Moment(stamp(house.clock.now()), "boot", 1.0)
    signal = Signal(kind=Kind.ALARM, cause=Cause.HOLD_UP, point="005", text=f"K2 {NAME}", raw=NAME.encode())
    events = (
        Received("blok-a", signal, "K2", "Kontaktrum 2", 0, duplicate=False),
        Done(Act(kind="acknowledge", id="a1", by="VT", alarm=1, press=1)),
        Done(Act(kind="note", id="a2", by="VT", alarm=1, text=f"{NAME} råber")),
        Done(Act(kind="close", id="a3", by="VT", alarm=1, detail="other", text=f"{NAME} gik")),
        Done(Act(kind="raise", id="a4", by="VT", text=f"Ved {NAME}s bord"), None, f"Ved {NAME}s bord"),
        Done(Act(kind="close", id="a5", by="VT", alarm=5, detail="other")),
    )
    journal.append([entry_of(number, now, event) for number, event in enumerate(events, 1)])
    with writing(house.ground.engine) as session:
        session.merge(StationCursor(station=settings.station, number=len(events)))
    raw = RawLog(raw_log_path(settings.journal, "blok-a"))
    raw.write("in", NAME.encode(), house.clock.now(), 1.0)
    raw.close()
    return journal


def files_that_tell(folder: Path) -> list[str]:
    """The files under the folder that hold the name: as it is, or as the raw log writes bytes, or packed."""
    found = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        content = path.read_bytes()
        if path.suffix == ".docx":
            with zipfile.ZipFile(path) as packed:
                content = b"".join(packed.read(name) for name in packed.namelist())
        if TOLD in content.lower() or NAME.encode().hex().encode() in content:
            found.append(str(path.relative_to(folder)))
    return found
