"""What happened on a day, for the guards; and the head of the audit log that stands on it."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from harness.house import SmallHouse, cheap_codes
from pypdf import PdfReader
from reports.half_year import NAME, SECRET, ZONE, filled_house, moment
from sqlalchemy import text

from db.journal import Journal
from db.main import writing
from db.schema import prepare_journal
from guardroom.__main__ import main
from guardroom.alarms.journalling import entry_of
from guardroom.alarms.state import Health, Moment
from guardroom.clock import stamp
from guardroom.people import audit
from guardroom.people.roles import Role
from guardroom.refusal import BadInput, Forbidden, Refused
from guardroom.reports.document import Document
from guardroom.reports.reports import Reports

DAY = date(2025, 2, 10)
CODE = "417 heste"


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
    for rubbish in ("", "12", "x-0123456789abcdef", "9" * 20 + anchor[anchor.index("-") :]):
        with pytest.raises(Refused, match="head as it is printed"):
            reports.holds(guard, rubbish)


def test_one_that_is_not_written_over_what_is_there_is_not_said_to_be_printed(
    house: SmallHouse, tmp_path: Path
) -> None:
    there = tmp_path / "shift.html"
    there.write_text("somebody else's", "utf-8")
    before = len(house.audit())
    with pytest.raises(Refused, match="is there already"):
        Reports(house.ground).print_shift(house.who(Role.GUARD, initials="MH"), DAY, "html", there)
    assert [entry.what for entry in house.audit()[before:]] == []
    assert there.read_text("utf-8") == "somebody else's"


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


def journal_health(house: SmallHouse, *told: tuple[datetime, str]) -> None:
    """Write into the journal when blok-a was silent, and when it was heard again ("")."""
    path = house.ground.settings.journal
    prepare_journal(path)
    journal = Journal(path)
    for number, (at, kind) in enumerate(told, 1):
        event = Health(panel="blok-a", kind=kind)  # type: ignore[arg-type]
        journal.append([entry_of(number, Moment(stamp(at), "boot", float(number)), event)])
    journal.close()


def test_a_panel_that_is_silent_still_has_no_end(
    house: SmallHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cheap_codes(monkeypatch)
    house.who(Role.GUARD, initials="VT", code=CODE)
    now = datetime.now(UTC)
    journal_health(house, (now - timedelta(seconds=150), "panel_silent"))

    def printed(*arguments: str) -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO(CODE + "\n"))
        day = f"{now.astimezone(ZONE):%d-%m-%Y}"
        assert main(["report", "--shift", day, *arguments, "--config", str(house.config), "--as", "VT"]) == 0
        return capsys.readouterr().out

    (row,) = [line for line in printed().splitlines() if line.startswith("blok-a")]
    assert re.fullmatch(r"blok-a  \d\d:\d\d  still silent  .*\d s", row)
    files = {form: tmp_path / f"shift.{form}" for form in ("html", "pdf", "json")}
    for path in files.values():
        printed("-o", str(path))
    assert "still silent" in files["html"].read_text("utf-8")
    assert "still silent" in PdfReader(BytesIO(files["pdf"].read_bytes())).pages[0].extract_text()
    (section,) = json.loads(files["json"].read_text("utf-8"))["sections"]
    assert section["tables"][0]["rows"][0][2] == "still silent"


def test_a_silence_that_lasted_into_the_next_day_did_not_end_at_midnight(house: SmallHouse) -> None:
    journal_health(
        house,
        (moment("2025-02-10 08:00"), "panel_silent"),
        (moment("2025-02-10 08:01"), ""),
        (moment("2025-02-10 23:50"), "panel_silent"),
        (moment("2025-02-11 00:10"), ""),
    )
    found = rows(Reports(house.ground).shift(house.who(Role.GUARD, initials="MH"), DAY))
    assert found["Panels that were silent"] == (
        ("blok-a", "08:00", "08:01", "1 min 00 s"),
        ("blok-a", "23:50", "after midnight", "10 min 00 s"),
    )


def test_it_is_the_guards_alone(house: SmallHouse) -> None:
    for role in set(Role) - {Role.GUARD}:
        with pytest.raises(Forbidden):
            Reports(house.ground).shift(house.who(role), DAY)


def test_a_day_to_come(house: SmallHouse) -> None:
    with pytest.raises(BadInput, match="still to come"):
        Reports(house.ground).shift(house.who(Role.GUARD, initials="MH"), date(2025, 11, 25))
