"""What must be done is told once a day to whoever is to see to it; a report to the police to the director at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from followups.followup_house import FollowUpHouse, followup_house
from harness.house import small_house
from notices.conftest import recipient
from sqlalchemy import select

from db.journal import Journal
from db.main import reading
from db.outbox_tables import NoticeRow
from db.schema import prepare_journal
from guardroom.alarms.desk import AlarmDesk
from guardroom.due import Due

EVERYBODY = (
    replace(recipient("Leder-JC", "leaders"), blocks=("Jobcenter",)),
    replace(recipient("Leder-BS", "leaders"), blocks=("Borgerservice",)),
    recipient("AMR", "safety_org"),
    recipient("Direktør", "directors"),
    recipient("Arbejdsmiljø", "hs_leaders"),
)


@contextmanager
def due_house(folder: Path, policy: str) -> Iterator[tuple[FollowUpHouse, Due]]:
    """A house, and its monitor's minute look."""
    with followup_house(folder, policy=policy, recipients=EVERYBODY) as made:
        settings = made.house.ground.settings
        prepare_journal(settings.journal)
        journal = Journal.open(settings.journal)
        due = Due(settings, AlarmDesk(settings, journal, made.clock, "test"), made.clock)
        try:
            yield made, due
        finally:
            due.close()
            journal.close()


def told(at: FollowUpHouse, occasion: str) -> list[tuple[str, list[str]]]:
    """Who has been told what."""
    with reading(at.house.ground.engine) as session:
        rows = session.scalars(select(NoticeRow).where(NoticeRow.occasion == occasion).order_by(NoticeRow.id))
        return [(row.subject, [each.recipient for each in row.deliveries]) for row in rows]


def at_local(at: FollowUpHouse, day: int, hour: int, minute: int = 0) -> None:
    """Set the clock to a local time of November 2025 (one hour ahead of UTC)."""
    moment = datetime(2025, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=1)
    at.clock.advance((moment - at.clock.now()).total_seconds())


def test_once_a_day_from_the_morning_on(tmp_path: Path) -> None:
    with due_house(tmp_path, "albertslund") as (at, due):
        at.saved()
        at_local(at, 25, 6, 59)
        due.look()
        assert told(at, "digest") == []
        at_local(at, 25, 7, 1)
        for _minute in range(3):
            due.look()
        leaders = [who for _said, who in told(at, "digest") if "Leder-JC" in who]
        assert leaders == [["Leder-JC"]], "those of the other part of the house are not told"
        at_local(at, 26, 7, 0)
        due.look()
        assert len([who for _said, who in told(at, "digest") if "Leder-JC" in who]) == 2


def test_a_pc_that_was_off_in_the_morning_tells_it_later_and_a_restart_not_again(tmp_path: Path) -> None:
    with due_house(tmp_path, "albertslund") as (at, due):
        at.saved()
        at_local(at, 25, 15, 30)
        due.look()
        count = len(told(at, "digest"))
        assert count
        due.close()
        settings = at.house.ground.settings
        journal = Journal.open(settings.journal)
        again = Due(settings, AlarmDesk(settings, journal, at.clock, "test"), at.clock)
        again.look()
        again.close()
        journal.close()
        assert len(told(at, "digest")) == count


def test_it_names_nobody(tmp_path: Path) -> None:
    with due_house(tmp_path, "albertslund") as (at, due):
        at.saved()
        at_local(at, 28, 9)
        due.look()
        with reading(at.house.ground.engine) as session:
            said = "\n".join(row.subject + row.body for row in session.scalars(select(NoticeRow)))
    assert "overdue" in said
    for secret in ("Kasper", "Eksempel", "J-2231", "VT"):
        assert secret not in said


@pytest.mark.parametrize(("policy", "directors"), [("aabenraa", [["Direktør"]]), ("fredensborg", [])])
def test_the_director_is_told_of_a_report_to_the_police_where_the_policy_says_so(
    tmp_path: Path, policy: str, directors: list[list[str]]
) -> None:
    """Rule K11."""
    with due_house(tmp_path, policy) as (at, _due):
        incident = at.saved()
        assert told(at, "police_report") == []
        at.close(incident, "police_report", result="done", on="24-11-2025", reference="0700-1")
        assert [who for _said, who in told(at, "police_report")] == directors


def test_one_that_is_not_made_is_told_to_nobody(tmp_path: Path) -> None:
    with due_house(tmp_path, "aabenraa") as (at, _due):
        incident = at.saved()
        at.close(incident, "police_report", result="exempt", reason="dementia_or_disability")
        assert told(at, "police_report") == []


BUTTONS = """
[[panels]]
name = "blok-b"
driver = "espa444"
port = "socket://127.0.0.1:9"

[[rooms]]
id = "K7"
name = "Kontaktrum 7"
block = "Jobcenter"
points = ["blok-b:007"]
"""


def test_buttons_that_are_not_known_to_work_are_told_on_mondays(tmp_path: Path) -> None:
    with small_house(
        tmp_path, policy="albertslund", recipients=(recipient("Sikkerhed", "security_coordinator"),), toml=BUTTONS
    ) as house:
        settings = house.ground.settings
        prepare_journal(settings.journal)
        journal = Journal.open(settings.journal)
        due = Due(settings, AlarmDesk(settings, journal, house.clock, "test"), house.clock)
        for _day in range(8):  # Monday to Monday, the look of each morning
            due.look()
            house.clock.advance(days=1)
        due.close()
        journal.close()
        with reading(house.ground.engine) as session:
            rows = list(session.scalars(select(NoticeRow).where(NoticeRow.occasion == "fault")))
            assert [row.key for row in rows] == ["buttons:Vagtstuen:2025-11-24", "buttons:Vagtstuen:2025-12-01"]
            assert "Never tested: 1." in rows[0].body
