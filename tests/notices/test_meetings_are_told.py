"""Meetings are told in the transaction that causes it, to whom the policy names: number, time and room, nobody's name.
From the service on a real database to a real mail server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from harness.mail_server import MailServer
from headsups.headsup_house import HeadsUpHouse, headsup_house
from notices.conftest import recipient
from sqlalchemy import func, select

from db.headsup_tables import HeadsUpRow
from db.journal import Journal
from db.main import reading
from db.outbox_tables import NoticeRow
from db.schema import prepare_journal
from guardroom.alarms.desk import AlarmDesk
from guardroom.due import Due
from guardroom.refusal import BadInput

EVERYBODY = (
    recipient("Vagt", "guards"),
    replace(recipient("Leder-JC", "leaders"), blocks=("Jobcenter",)),
    replace(recipient("Leder-BS", "leaders"), blocks=("Borgerservice",)),
    replace(recipient("Gang-JC", "corridor"), blocks=("Jobcenter",)),
)


@contextmanager
def made(folder: Path, server: MailServer, policy: str, toml: str = "") -> Iterator[tuple[HeadsUpHouse, Due]]:
    """A house whose mail goes to this server, and its monitor's minute look."""
    with headsup_house(folder, policy=policy, recipients=EVERYBODY, mail=server.mail()) as at:  # type: ignore[arg-type]
        prepare_journal(at.settings.journal)
        journal = Journal.open(at.settings.journal)
        due = Due(at.settings, AlarmDesk(at.settings, journal, at.clock, "test"), at.clock)
        try:
            yield at, due
        finally:
            due.close()
            journal.close()


@pytest.fixture
def albertslund(tmp_path: Path, server: MailServer) -> Iterator[tuple[HeadsUpHouse, Due]]:
    with made(tmp_path, server, "albertslund") as at:
        yield at


def told(at: HeadsUpHouse) -> list[tuple[str, list[str]]]:
    """What is told to whom, the oldest first."""
    with reading(at.house.ground.engine) as session:
        rows = session.scalars(select(NoticeRow).order_by(NoticeRow.id))
        return [(row.subject, [each.recipient for each in row.deliveries]) for row in rows]


def test_it_goes_out_by_the_monitor_that_sends(albertslund: tuple[HeadsUpHouse, Due], server: MailServer) -> None:
    at, due = albertslund
    at.entered(citizen="Ham fra i går", note="Har truet Vibeke", case_ref="25/001", person=at.person())
    due.look()
    server.wait_for(3)
    assert {to for to, _said in server.subjects()} == {
        "vagt@byby.example",
        "leder-jc@byby.example",
        "gang-jc@byby.example",
    }
    message = server.got("vagt@byby.example")[0]
    assert message["Subject"] == "Meeting: V-0001, Kontaktrum 7, 25-11-2025 13:00"
    said = message.get_content()
    assert "from 25-11-2025 13:00 until 25-11-2025 14:00" in said
    assert "Sign in to guardroom." in said
    for secret in ("Møller", "Eksempel", "igår", "Vibeke", "25/001", "LD", "risk"):
        assert secret not in said


def test_whom_each_town_hall_wants_told(tmp_path: Path, server: MailServer) -> None:
    """Rules D1 and D5, D17, D18."""
    wanted = {
        "fredensborg": ["Vagt"],
        "albertslund": ["Vagt", "Leder-JC", "Gang-JC"],
        "aabenraa": ["Leder-JC", "Gang-JC"],
    }
    for policy, names in wanted.items():
        (tmp_path / policy).mkdir()
        with made(tmp_path / policy, server, policy) as (at, _due):
            at.entered()
            assert [who for _said, who in told(at)] == [names]


def test_how_it_goes_is_told(albertslund: tuple[HeadsUpHouse, Due]) -> None:
    at, _due = albertslund
    first = at.entered()
    form = at.headsups.form(at.leader, first.id)
    at.headsups.save(at.leader, replace(form, note="Kun en note."), first.id)
    assert len(told(at)) == 1, "what the guards have not seen is not told"
    form = at.headsups.form(at.leader, first.id)
    at.headsups.save(at.leader, replace(form, begins="13:30"), first.id)
    at.headsups.take(at.guard, first.id)
    at.headsups.postpone(at.leader, first.id)
    form = at.headsups.form(at.leader, first.id)
    at.headsups.save(at.leader, replace(form, day="26-11-2025"), first.id)
    at.headsups.postpone(at.leader, first.id)
    at.headsups.call_off(at.leader, first.id)
    assert [said.replace(": V-0001, Kontaktrum 7", "") for said, _who in told(at)] == [
        "Meeting, 25-11-2025 13:00",
        "Meeting changed, 25-11-2025 13:30",
        "Meeting postponed, 25-11-2025 13:30",
        "Meeting changed, 26-11-2025 13:30",
        "Meeting postponed, 26-11-2025 13:30",
        "Meeting called off, 26-11-2025 13:30",
    ]


def test_a_meeting_that_moves_is_told_where_it_was_and_where_it_is(albertslund: tuple[HeadsUpHouse, Due]) -> None:
    at, _due = albertslund
    first = at.entered()
    form = at.headsups.form(at.leader, first.id)
    at.headsups.save(at.leader, replace(form, room="K8"), first.id)
    assert told(at)[-1] == (
        "Meeting changed: V-0001, Kontaktrum 8, 25-11-2025 13:00",
        ["Vagt", "Leder-BS", "Leder-JC", "Gang-JC"],
    )


def test_where_somebody_is_visited_is_not_told(albertslund: tuple[HeadsUpHouse, Due]) -> None:
    at, _due = albertslund
    at.entered(room="Egevej 7, 2. th.")
    assert told(at)[0][0] == "Meeting: V-0001, another place, 25-11-2025 13:00"


def test_what_is_not_saved_is_not_told(albertslund: tuple[HeadsUpHouse, Due], monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor kept what could not be told: it is one transaction."""
    at, _due = albertslund
    with pytest.raises(BadInput):
        at.entered(day="31-02-2025")
    monkeypatch.setattr("guardroom.notices.meetings.put", _broken)
    with pytest.raises(RuntimeError):
        at.entered()
    assert told(at) == []
    with reading(at.house.ground.engine) as session:
        assert session.scalar(select(func.count()).select_from(HeadsUpRow)) == 0


def _broken(*_told: object) -> bool:
    raise RuntimeError("the disk is full")


def test_that_it_begins_soon_is_told_once(albertslund: tuple[HeadsUpHouse, Due]) -> None:
    at, due = albertslund
    at.entered()
    at.at(datetime(2025, 11, 25, 11, 44, tzinfo=UTC))
    due.look()
    assert len(told(at)) == 1
    for _minute in range(3):
        at.clock.advance(60)
        due.look()
    assert told(at)[1:] == [("Meeting begins soon: V-0001, Kontaktrum 7, 25-11-2025 13:00", ["Vagt"])]


def test_who_was_just_told_of_it_is_not_told_again_and_nor_of_what_is_off(
    albertslund: tuple[HeadsUpHouse, Due],
) -> None:
    at, due = albertslund
    at.entered(day="24-11-2025", begins="10:10", ends="11:00")
    off = at.entered(day="24-11-2025", begins="11:00", ends="12:00")
    at.headsups.call_off(at.leader, off.id)
    due.look()
    at.clock.advance(50 * 60)
    due.look()
    assert not any("soon" in said for said, _who in told(at))


def test_one_that_was_moved_begins_soon_again(albertslund: tuple[HeadsUpHouse, Due]) -> None:
    at, due = albertslund
    first = at.entered()
    at.at(datetime(2025, 11, 25, 11, 50, tzinfo=UTC))
    due.look()
    form = at.headsups.form(at.leader, first.id)
    at.headsups.save(at.leader, replace(form, begins="13:30"), first.id)
    due.look()
    at.at(datetime(2025, 11, 25, 12, 20, tzinfo=UTC))
    due.look()
    assert [said for said, _who in told(at) if "soon" in said] == [
        "Meeting begins soon: V-0001, Kontaktrum 7, 25-11-2025 13:00",
        "Meeting begins soon: V-0001, Kontaktrum 7, 25-11-2025 13:30",
    ]


def test_a_look_in_that_stays_missed_is_told_until_somebody_has_looked_in(
    albertslund: tuple[HeadsUpHouse, Due],
) -> None:
    """Missed two minutes after it was agreed, and told five minutes later (D22, D23)."""
    at, due = albertslund
    first = at.entered(day="24-11-2025", begins="10:05", ends="11:00", check_in_every="15")
    at.clock.advance(5 * 60)
    at.headsups.begin(at.guard, first.id)

    def missed() -> list[tuple[str, list[str]]]:
        due.look()
        return [(said, who) for said, who in told(at) if said.startswith("LOOK IN")]

    at.clock.advance(15 * 60 + 6 * 60)
    assert missed() == []
    at.clock.advance(60)
    for _minute in range(3):
        assert missed() == [("LOOK IN: V-0001, Kontaktrum 7, 24-11-2025 10:05", ["Vagt"])]
        at.clock.advance(60)
    at.headsups.all_well(at.guard, first.id)
    at.clock.advance(20 * 60)
    assert len(missed()) == 1
    at.clock.advance(2 * 60)
    assert len(missed()) == 2
    at.headsups.end(at.guard, first.id)
    at.clock.advance(3600)
    assert len(missed()) == 2
