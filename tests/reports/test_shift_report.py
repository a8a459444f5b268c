"""What happened on a day, for the guards; and the head of the audit log that stands on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from harness.house import SmallHouse
from reports.half_year import NAME, SECRET, filled_house
from sqlalchemy import text

from db.main import writing
from guardroom.people import audit
from guardroom.people.roles import Role
from guardroom.refusal import BadInput, Forbidden
from guardroom.reports.document import Document
from guardroom.reports.reports import Reports

DAY = date(2025, 2, 10)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    with filled_house(tmp_path) as made:
        yield made


def rows(document: Document) -> dict[str, tuple[tuple[str, ...], ...]]:
    """The rows of each section."""
    return {section.heading: section.tables[0].rows for section in document.sections}


def test_what_happened_that_day(house: SmallHouse) -> None:
    found = rows(Reports(house.ground).shift(house.who(Role.GUARD, initials="MH"), DAY))
    assert found["On duty"] == (("07:00", "Vagtstuen", "MH, JB"),)
    assert found["Alarms"] == (("13:00:00", "Kontaktrum 2", "MH (16 s)", "Left by themselves"),)
    assert ("13:01:00", "Kontaktrum 2", "At the room", "MH") in found["What was done"]
    assert found["Notes to the next shift"] == (("15:00", "MH", "Døren ved K2 binder.", "-"),)
    assert found["Doors locked"] == (("Jobcenter", "07:00", "10:00"),)
    assert found["Heads-ups"] == (("V-0001", "09:00", "Kontaktrum 2", "near the room", "-"),)
    assert "Incidents" not in found


def test_an_alarm_has_the_seconds_that_the_board_shows_and_no_empty_brackets(house: SmallHouse) -> None:
    with writing(house.ground.engine) as session:
        session.execute(text("UPDATE alarm SET acknowledged_by = '', acknowledged_s = 19.8"))
    found = rows(Reports(house.ground).shift(house.who(Role.GUARD, initials="MH"), DAY))
    assert found["Alarms"] == (("13:00:00", "Kontaktrum 2", "19 s", "Left by themselves"),)


def test_incidents_stand_there_by_number(house: SmallHouse) -> None:
    found = rows(Reports(house.ground).shift(house.who(Role.GUARD, initials="MH"), date(2025, 1, 7)))
    assert found["Incidents"] == (("H-0001", "09:10", "ejected and escorted out", "Kontaktrum 2"),)


@pytest.mark.parametrize("form", ["html", "json"])
def test_no_citizen_and_no_account_stands_in_it(house: SmallHouse, form: str) -> None:
    path = Reports(house.ground).print_shift(house.who(Role.GUARD, initials="MH"), DAY, form)  # type: ignore[arg-type]
    text = path.read_text("utf-8")
    for hidden in (NAME, SECRET, "J-2231"):
        assert hidden not in text


def anchor_on(path: Path) -> str:
    """The audit log's head as it is printed."""
    found = re.search(r"--anchor (\d+-[0-9a-f]{16})", path.read_text("utf-8"))
    assert found is not None
    return found[1]


def test_the_paper_shows_whether_the_log_was_changed_later(house: SmallHouse) -> None:
    reports, guard = Reports(house.ground), house.who(Role.GUARD, initials="MH")
    anchor = anchor_on(reports.print_shift(guard, DAY, "html"))
    # It is the head with the printing itself in the log.
    assert anchor.split("-")[0] == str(house.audit()[-1].number)
    reports.print_shift(guard, DAY, "html")
    assert reports.holds(guard, anchor) == "holds"
    assert reports.holds(guard, anchor.upper()) == "holds"
    changed = anchor[:-1] + ("0" if anchor[-1] != "0" else "1")
    assert reports.holds(guard, changed) == "changed"


def test_a_log_that_was_cut_does_not_hold_it_any_more(house: SmallHouse) -> None:
    """Cut, and the head put back as an earlier backup had it: the log itself looks whole, the paper tells."""
    reports, guard = Reports(house.ground), house.who(Role.GUARD, initials="MH")
    reports.print_shift(guard, DAY, "html")
    with writing(house.ground.engine) as session:
        number, digest = session.execute(text("SELECT number, digest FROM audit_head")).one()
    anchor = anchor_on(reports.print_shift(guard, DAY, "html"))
    with writing(house.ground.engine) as session:
        session.execute(text("DELETE FROM audit WHERE number > :number"), {"number": number})
        session.execute(
            text("UPDATE audit_head SET number = :number, digest = :digest"), {"number": number, "digest": digest}
        )
    assert house.first_break() is None
    assert reports.holds(guard, anchor) == "changed"


def test_what_was_deleted_with_its_month_is_past(house: SmallHouse) -> None:
    reports, guard = Reports(house.ground), house.who(Role.GUARD, initials="MH")
    anchor = anchor_on(reports.print_shift(guard, DAY, "html"))
    later = anchor_on(reports.print_shift(guard, DAY, "html"))
    with writing(house.ground.engine) as session:
        audit.cut(session, house.ground.audit_key, house.clock.now(), int(anchor.split("-")[0]), ())
    assert reports.holds(guard, anchor) == "past"
    assert reports.holds(guard, later) == "holds"


@pytest.mark.parametrize("typed", ["", "12", "x-0123456789abcdef", "12-abc"])
def test_what_is_no_head_of_the_log(house: SmallHouse, typed: str) -> None:
    with pytest.raises(BadInput, match="16 letters and digits"):
        Reports(house.ground).holds(house.who(Role.GUARD, initials="MH"), typed)


def test_it_is_the_guards_alone(house: SmallHouse) -> None:
    for role in set(Role) - {Role.GUARD}:
        with pytest.raises(Forbidden):
            Reports(house.ground).shift(house.who(role), DAY)


def test_a_day_to_come(house: SmallHouse) -> None:
    with pytest.raises(BadInput, match="still to come"):
        Reports(house.ground).shift(house.who(Role.GUARD, initials="MH"), date(2025, 11, 25))
