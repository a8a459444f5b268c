"""A made-up half year, whose figures are worked out by hand in the tests: the first of 2025, and a little before it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from harness.house import SmallHouse, small_house
from sqlalchemy import update

from db.alarm_tables import AlarmLine, AlarmRow, ShiftRow
from db.drill_tables import ButtonTestRow, DrillRow, ImprovementRow
from db.duty_tables import DoorLockRow, HandoverNoteRow
from db.followup_tables import FollowUpRow
from db.headsup_tables import HeadsUpRow
from db.incident_tables import IncidentRow, SubjectRow
from db.main import writing
from db.people_tables import PersonRow, UserRow
from guardroom.people.roles import Role
from guardroom.reports.period import Period

HALF = Period(2025, 1)
ZONE = ZoneInfo("Europe/Copenhagen")
NAME = "Karl Vinther"
SECRET = "Råbte, at han ved, hvor Lone bor."
INITIALS = ("MH", "JB")

ROOMS = """
[[panels]]
name = "blok-a"
driver = "espa444"
port = "socket://127.0.0.1:1"

[[rooms]]
id = "K3"
name = "Akutrum Ærø"
block = "Jobcenter"
points = ["blok-a:003"]
"""

# When (Danish time), room, outcome, seconds to acknowledged, seconds to the room.
REAL = [
    ("2025-01-06 09:10", "K2", "escorted_out", 10, 60),  # a Monday
    ("2025-01-13 09:20", "K2", "escorted_out", 12, 70),  # a Monday
    ("2025-02-03 09:30", "K2", "escorted_out", 14, 80),  # a Monday
    ("2025-02-10 13:00", "K2", "left_by_themselves", 16, 90),  # a Monday
    ("2025-02-11 13:10", "K2", "left_by_themselves", 18, 100),
    ("2025-03-12 10:00", "K2", "handed_to_police", 20, 110),
    ("2025-03-13 10:10", "K3", "handed_to_police", 22, 120),
    ("2025-03-14 11:59", "K3", "handed_to_police", 24, 130),
    ("2025-04-07 12:00", "B1", "escorted_out", 26, 140),  # a Monday
    ("2025-04-08 14:30", "B1", "escorted_out", 28, 150),
    ("2025-05-07 15:00", "B1", "left_by_themselves", 40, None),
    ("2025-06-30 23:59", "B1", "left_by_themselves", None, None),  # a Monday, the last minute
]
OTHERS = [
    ("2025-02-01 10:00", "K2", "accidental", "real", True),
    ("2025-02-02 10:00", "K2", "accidental", "real", True),
    ("2025-02-04 10:00", "K2", "", "test", True),
    ("2025-05-20 10:00", "K2", "drill", "drill", True),
    ("2025-06-01 10:00", "K2", "", "real", False),
]
BEFORE = [("2024-03-04 09:00", "K2", "escorted_out", 30, 100)] * 4 + [("2024-10-07 09:00", "B1", "other", 30, 100)]
KINDS = (
    ["ejected_escorted"] * 5
    + ["ejected_left"] * 4
    + ["ejected_refused"] * 3
    + ["escort_out"] * 3
    + ["remote"] * 2
    + ["threat"] * 7
)


def moment(written: str) -> datetime:
    """The moment of a Danish day and time."""
    return datetime.strptime(written, "%Y-%m-%d %H:%M").replace(tzinfo=ZONE).astimezone(UTC)


def fill(house: SmallHouse) -> None:
    """Put it all into an empty house."""
    guard = house.who(Role.GUARD, initials=INITIALS[0])
    leader = house.who(Role.LEADER)
    settings = house.ground.settings
    with writing(house.ground.engine) as session:
        # The house is older than all of it, so that none is a figure.
        session.execute(update(UserRow).values(created_at=moment("2023-12-01 08:00")))
        session.add(ShiftRow(station="Vagtstuen", since=moment("2023-12-01 08:00"), people=list(INITIALS)))
        person = PersonRow(
            name=NAME, folded="karl vinther", changed=1, created_at=moment("2025-01-01 08:00"), created_by=guard.user
        )
        session.add(person)
        session.flush()
        number = 0
        for when, room, outcome, acknowledged, on_scene in REAL + BEFORE:
            number += 1
            session.add(alarm_row(settings, number, when, room, outcome, acknowledged, on_scene))
        for when, room, outcome, mode, closed in OTHERS:
            number += 1
            row = alarm_row(settings, number, when, room, outcome, 9, 9)
            row.mode, row.closed_at, row.state = (
                mode,
                row.closed_at if closed else None,
                "closed" if closed else "active_acknowledged",
            )
            session.add(row)
        for at, kind in enumerate(KINDS, 1):
            row = IncidentRow(
                number=at,
                kind=kind,
                happened_at=moment("2025-01-06 09:10") + timedelta(days=at),
                written_at=moment("2025-01-06 10:00"),
                written_by=guard.user,
                station="Vagtstuen",
                account=SECRET,
                room_id="K2",
                place="Kontaktrum 2",
                area="Jobcenter" if at % 2 else "Borgerservice",
                channel="phone" if kind == "remote" else "in_person",
                behaviours=["shouting"],
                police="112" if kind == "ejected_refused" else "",
                took_part=list(INITIALS),
            )
            row.subjects.append(SubjectRow(person_id=person.id))
            session.add(row)
        session.flush()
        for at, (state, days, kind) in enumerate(
            [("done", -1, "root_cause")] * 4
            + [("done", 1, "talk")] * 3
            + [("open", 0, "talk")] * 3
            + [("exempt", 0, "police_report")] * 3
        ):
            due = moment("2025-03-03 12:00") + timedelta(days=at)
            session.add(
                FollowUpRow(
                    key=f"made:{at}",
                    kind=kind,
                    owner_role="leader",
                    began_at=due - timedelta(days=3),
                    due_at=due,
                    rule="days:3",
                    created_at=due - timedelta(days=3),
                    incident_id=1,
                    area="jobcenter",
                    state=state,
                    closed_at=None if state == "open" else due + timedelta(days=days),
                    closed_by=leader.user,
                    reference="S-99",
                    reason_text=SECRET,
                )
            )
        drill = DrillRow(
            id=1,
            number="Ø-2025-1",
            how="sealed",
            press="button",
            room_id="K3",
            place="Akutrum Ærø",
            station="Vagtstuen",
            alarm=16,
            planned_at=moment("2025-05-01 08:00"),
            planned_by=leader.user,
            led_by="Lone Dam",
            began_at=moment("2025-05-20 10:00"),
            aims=json.dumps({"acknowledged": 30, "on_scene": 120}),
            ended_at=moment("2025-05-20 10:15"),
            why="time",
            acknowledged_s=21.0,
            on_scene_s=130.0,
            finished_at=moment("2025-05-21 10:00"),
        )
        drill.improvements.append(ImprovementRow(what=SECRET, owner="JB", due_on=moment("2025-06-01 08:00").date()))
        session.add(drill)
        for at, (room, worked) in enumerate([("K3", False), ("K2", True), ("B1", True)]):
            session.add(
                ButtonTestRow(
                    station="Vagtstuen",
                    number=900 + at,
                    at=moment("2025-02-20 08:00"),
                    room_id=room,
                    by="MH",
                    worked=worked,
                )
            )
        day = moment("2025-02-10 07:00")
        session.add(ShiftRow(station="Vagtstuen", since=day, people=list(INITIALS)))
        session.add(
            HandoverNoteRow(
                station="Vagtstuen",
                text="Døren ved K2 binder.",
                written_by=guard.user,
                written_at=day + timedelta(hours=8),
            )
        )
        session.add(
            DoorLockRow(
                area="Jobcenter",
                begins_at=day,
                ends_at=day + timedelta(hours=3),
                decided_by=leader.user,
                decided_role="leader",
                made_at=day,
            )
        )
        session.add(
            HeadsUpRow(
                created_at=day,
                created_by=guard.user,
                told_at=day,
                begins=day + timedelta(hours=2),
                until=day + timedelta(hours=3),
                place="Kontaktrum 2",
                room_id="K2",
                area="Jobcenter",
                posture="near",
                staff=["LD"],
                person_id=person.id,
                case_ref="J-2231",
                note=SECRET,
            )
        )


def alarm_row(
    settings: Any, number: int, when: str, room: str, outcome: str, acknowledged: float | None, on_scene: float | None
) -> AlarmRow:
    """A real alarm of the guard station that is closed."""
    pressed = moment(when)
    place = settings.room(room)
    row = AlarmRow(
        station="Vagtstuen",
        number=number,
        cause="hold_up",
        state="closed",
        pressed_at=pressed,
        room_id=room,
        place=place.name,
        block=place.block,
        outcome=outcome,
        closed_at=pressed + timedelta(minutes=20),
        acknowledged_s=acknowledged,
        on_scene_s=on_scene,
        acknowledged_by="" if acknowledged is None else "MH",
        acknowledged_at=None if acknowledged is None else pressed + timedelta(seconds=acknowledged),
    )
    row.lines.append(
        AlarmLine(
            station="Vagtstuen",
            number=number,
            at=pressed + timedelta(minutes=1),
            what="step",
            detail="on_scene",
            by="MH",
        )
    )
    return row


@contextmanager
def filled_house(folder: Path, **more: Any) -> Iterator[SmallHouse]:
    """The house with its half year."""
    with small_house(folder, toml=ROOMS + more.pop("toml", ""), filled=fill, **more) as made:
        yield made
