"""Ten years of everything else that a busy town hall writes down: alarms, meetings, button tests, messages, drills."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from sqlalchemy import insert

from db.alarm_tables import AlarmRow
from db.drill_tables import ButtonTestRow, DrillRow
from db.headsup_tables import HeadsUpRow
from db.main import writing
from db.outbox_tables import DeliveryRow, NoticeRow
from harness.house import START, SmallHouse

ALARMS = 20_000
HEADSUPS = 5_000
TESTS = 5_000
NOTICES = 50_000
_YEARS = timedelta(days=3650)


def fill_alarms(house: SmallHouse) -> None:
    """An alarm every four hours or so, for ten years."""
    chance = random.Random(7)
    with writing(house.ground.engine) as session:
        session.execute(
            insert(AlarmRow),
            [
                {
                    "station": "Vagtstuen",
                    "number": number,
                    "cause": "hold_up",
                    "state": "closed",
                    "pressed_at": (pressed := START - timedelta(hours=4 * number)),
                    "room_id": chance.choice(("K2", "B1")),
                    "closed_at": pressed + timedelta(minutes=15),
                    "acknowledged_s": chance.uniform(5, 60),
                    "on_scene_s": chance.uniform(40, 200),
                    "outcome": chance.choice(("escorted_out", "left_by_themselves", "accidental", "handed_to_police")),
                    "mode": "real",
                    "place": "",
                    "block": "Jobcenter",
                    "panel": "",
                    "point": "",
                    "text": "",
                    "manual": False,
                    "presses": 1,
                    "repeats": 0,
                    "cancelled": False,
                    "acknowledged_by": "GA",
                }
                for number in range(1, ALARMS + 1)
            ],
        )


def fill_meetings(house: SmallHouse, entered_by: int, now: datetime) -> None:
    """Twenty meetings a working day for a year, the longest that they are kept: the last are still to come."""
    chance = random.Random(8)
    every = timedelta(days=360) / HEADSUPS
    rows = []
    for number in range(1, HEADSUPS + 1):
        begins = now + timedelta(days=2) - every * (HEADSUPS - number)
        is_over = begins < now - timedelta(hours=1)
        rows.append(
            {
                "id": number,
                "created_at": begins - timedelta(days=7),
                "created_by": entered_by,
                "told_at": begins - timedelta(days=7),
                "begins": begins,
                "until": begins + timedelta(hours=1),
                "place": "Kontaktrum 2",
                "room_id": "K2",
                "area": "Jobcenter",
                "posture": chance.choice(("near", "outside_door", "")),
                "reason": "known_risk",
                "staff": ["MH", "JB"],
                "case_ref": f"B-{number}",
                "person_id": chance.randint(1, 20_000),
                "citizen": "",
                "stop_signal": "jeg henter kaffe",
                "ready": [],
                "note": "",
                "stage": "planned",
                "taken_at": begins - timedelta(days=1),
                "taken_by": "GA",
                "begun_at": begins if is_over else None,
                "over_at": begins + timedelta(hours=1) if is_over else None,
                "check_in_every": 0,
                "version": 1,
                "ended_early": False,
                "origin": "",
            }
        )
    with writing(house.ground.engine) as session:
        session.execute(insert(HeadsUpRow), rows)


def fill_tests(house: SmallHouse, now: datetime) -> None:
    """Tests of buttons, some of which nothing was heard of."""
    with writing(house.ground.engine) as session:
        session.execute(
            insert(ButtonTestRow),
            [
                {
                    "station": "Vagtstuen",
                    "number": ALARMS + number,
                    "at": now - _YEARS / TESTS * number,
                    "room_id": ("K2", "K3", "B1")[number % 3],
                    "by": "GA",
                    "worked": number % 40 != 0,
                    "panel": "blok-a",
                    "point": "005",
                }
                for number in range(1, TESTS + 1)
            ],
        )


def fill_drills(house: SmallHouse, planned_by: int, now: datetime) -> None:
    """A drill a year, each with its evaluation."""
    rows = []
    for number in range(1, 11):
        began = now - timedelta(days=365 * number - 30)
        rows.append(
            {
                "id": number,
                "number": f"Ø-{began:%Y}-1",
                "how": "helper",
                "press": "K2",
                "room_id": "K2",
                "place": "Kontaktrum 2",
                "station": "Vagtstuen",
                "alarm": ALARMS + TESTS + number,
                "planned_at": began - timedelta(days=60),
                "planned_by": planned_by,
                "led_by": "RK",
                "began_at": began,
                "aims": '{"acknowledged": 15, "on_scene": 60, "leader": 120}',
                "ended_at": began + timedelta(minutes=10),
                "why": "closed",
                "shown": False,
                "acknowledged_s": 9.0,
                "on_scene_s": 54.0,
                "evaluation": '{"strengths": "Ro", "to_improve": "Hurtigere", "debriefed": true}',
                "finished_at": began + timedelta(days=3),
                "finished_by": planned_by,
            }
        )
    with writing(house.ground.engine) as session:
        session.execute(insert(DrillRow), rows)


def fill_notices(house: SmallHouse, now: datetime) -> None:
    """Messages, each to two recipients, all of which were told."""
    rows, deliveries = [], []
    for number in range(1, NOTICES + 1):
        made = now - _YEARS / NOTICES * (NOTICES - number) - timedelta(days=1)
        rows.append(
            {
                "id": number,
                "key": f"filled:{number}",
                "occasion": "alarm_over",
                "made_at": made,
                "subject": f"ALARM {number}: Kontaktrum 2",
                "body": "Log ind.",
                "urgent": True,
                "alarm": number,
            }
        )
        deliveries += [
            {
                "notice_id": number,
                "recipient": recipient,
                "channel": "mail",
                "address": f"{recipient.lower()}@byby.example",
                "next_at": made,
                "state": "sent",
                "reserve": False,
                "tries": 1,
                "tried_at": made,
                "error": "",
            }
            for recipient in ("Leder", "Vagt")
        ]
    with writing(house.ground.engine) as session:
        session.execute(insert(NoticeRow), rows)
        session.execute(insert(DeliveryRow), deliveries)
