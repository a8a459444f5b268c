"""The half year's report over a made-up half year: each figure worked out by hand, and nobody in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from harness.house import SmallHouse
from pypdf import PdfReader
from reports.half_year import HALF, INITIALS, NAME, SECRET, ZONE, filled_house, moment

from db.journal import Entry, Journal
from db.schema import prepare_journal
from guardroom import language
from guardroom.alarms.journalling import entry_of
from guardroom.alarms.state import Health, Moment
from guardroom.clock import stamp
from guardroom.people.roles import Role
from guardroom.refusal import BadInput, Forbidden, Refused
from guardroom.reports.pack import Pack
from guardroom.reports.period import Period, half_year_of, read_half_year
from guardroom.reports.publishing import Repeat
from guardroom.reports.reports import Reports
from guardroom.reports.small_numbers import Cell


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    with filled_house(tmp_path) as made:
        yield made


@pytest.fixture
def pack(house: SmallHouse) -> Pack:
    return Reports(house.ground).pack(house.who(Role.SAFETY_REP), HALF)


def cells(pack: Pack, name: str, at: int = 0) -> dict[str, str]:
    """What is told of a figure that adds up: counts as they are, "few", "held", "hidden"."""
    found = pack.told[at].splits[name].cells()
    return {code: cell.withheld or str(cell.count) for code, cell in found.items()}


def in_danish(house: SmallHouse) -> None:
    """The house speaks Danish from now on."""
    house.ground = replace(house.ground, settings=replace(house.ground.settings, language="da"))
    language.choose("da")


def test_the_counts(pack: Pack) -> None:
    counts = pack.told[0].counts
    assert {name: cell.withheld or cell.count for name, cell in counts.items()} == {
        "real": 12, "accidental": "few", "tests": "few", "open": "few", "incidents": 24, "bans": 0,
        "bans_lifted": 0, "follow_ups": 13,
    }  # fmt: skip


def test_beside_the_half_year_before_and_that_of_the_year_before(pack: Pack) -> None:
    assert [told.period for told in pack.told] == [HALF, Period(2024, 2), Period(2024, 1)]
    assert [told.counts["real"] for told in pack.told] == [Cell(12), Cell(None, "few"), Cell(4)]


def test_where_and_when(pack: Pack) -> None:
    # Kontaktrum 2 six times, Akutrum Ærø twice, Samtalerum 1 four times.
    assert cells(pack, "room") == {
        "Jobcenter": "8", "Jobcenter/K2": "held", "Jobcenter/K3": "few", "Borgerservice": "4",
        "Borgerservice/B1": "4", "": "0",
    }  # fmt: skip
    # Six on Mondays; Tuesday 2, Wednesday 2, Thursday 1, Friday 1.
    assert cells(pack, "weekday") == {
        "mon": "held", "tue": "few", "wed": "few", "thu": "few", "fri": "few", "sat": "0", "sun": "0",
    }  # fmt: skip
    # 11:59 is before twelve, 12:00 is not; 14:30 and 15:00; 23:59.
    assert cells(pack, "hour") == {
        "00-08": "0", "08-10": "3", "10-12": "3", "12-14": "held", "14-16": "few", "16-24": "few",
    }  # fmt: skip
    # 2, 3, 3, 2, 1, and 1 in the last minute of June.
    assert cells(pack, "month") == {
        "2025-01": "few", "2025-02": "3", "2025-03": "held", "2025-04": "few", "2025-05": "few", "2025-06": "few",
    }  # fmt: skip


def test_outcomes_and_kinds(pack: Pack) -> None:
    assert cells(pack, "outcome") == {
        "escorted_out": "5", "left_by_themselves": "4", "ejected_not_escorted": "0", "handed_to_police": "3",
        "other": "0",
    }  # fmt: skip
    kinds = {code: said for code, said in cells(pack, "kind").items() if said != "0"}
    assert kinds == {
        "ejections": "12", "ejections/ejected_escorted": "5", "ejections/ejected_left": "4",
        "ejections/ejected_refused": "3", "escort_out": "3", "remote": "few", "threat": "held",
    }  # fmt: skip
    assert cells(pack, "police") == {"": "21", "114": "0", "112": "3"}
    assert cells(pack, "channel")["phone"] == "few"
    assert pack.told[0].several["behaviour"]["shouting"] == Cell(24)


def test_how_soon_somebody_came(pack: Pack) -> None:
    # 10, 12 … 28 within the aim of 30 s, 40 later, one never: eleven times. 7 of 10 at the room within 120 s.
    acknowledged, on_scene = (pack.told[0].spreads[name] for name in ("acknowledged", "on_scene"))
    assert acknowledged is not None
    assert on_scene is not None
    # That nine in ten were within the aim and the longest was not would say that one was late: only half is told.
    assert (acknowledged.median, acknowledged.p90, acknowledged.worst) == (20, None, None)
    assert (on_scene.median, on_scene.p90, on_scene.worst) == (105, None, None)
    for name in ("acknowledged", "on_scene"):
        assert cells(pack, name) == {"in_time": "hidden", "late": "hidden", "never": "hidden"}
    # One alarm in the second half of 2024: no times of it.
    assert pack.told[1].spreads == {"acknowledged": None, "on_scene": None}


def test_what_comes_again(pack: Pack) -> None:
    # Four Mondays and three mornings in Kontaktrum 2; nothing else three times.
    assert pack.told[0].repeats == (Repeat("K2", "hour", "08-10"), Repeat("K2", "weekday", "mon"))


def test_what_had_to_be_done(pack: Pack) -> None:
    assert cells(pack, "follow_up") == {
        "in_time": "4", "late": "3", "overdue": "3", "waiting": "0", "not_done": "3",
    }  # fmt: skip
    assert cells(pack, "root_cause") == {"done": "4", "not": "0"}
    assert pack.told[0].overdue == ("talk",)


def test_drills_and_tests_of_buttons(pack: Pack) -> None:
    (drill,) = pack.told[0].drills
    assert (drill.day, drill.room, drill.acknowledged_in_time, drill.on_scene_in_time) == (
        date(2025, 5, 20), "K3", True, False,
    )  # fmt: skip
    assert (drill.improvements, drill.improved, drill.evaluated) == (1, 0, True)
    tests = pack.told[0].tests
    # Kontaktrum 2 and Samtalerum 1 have no button: nobody waits for their test.
    assert (tests.count, tests.failed, tests.rooms_without) == (3, 1, ("K3",))


def test_how_long_panels_were_silent(house: SmallHouse) -> None:
    settings = house.ground.settings
    prepare_journal(settings.journal)
    told = [
        ("2024-12-31 23:00", "panel_silent"),  # from the year before: an hour of it lies in the half year
        ("2025-01-01 01:00", ""),
        ("2025-02-01 10:00", "panel_lost"),
        ("2025-02-01 10:05", "panel_silent"),
        ("2025-02-01 10:30", ""),
    ]
    journal = Journal(settings.journal)
    for number, (when, kind) in enumerate(told, 1):
        now = Moment(stamp(moment(when)), "boot", float(number))
        entry: Entry = entry_of(number, now, Health(panel="blok-a", kind=kind))  # type: ignore[arg-type]
        journal.append([entry])
    journal.close()
    silences = Reports(house.ground).pack(house.who(Role.SAFETY_REP), HALF).told[0].silences
    assert silences is not None
    (silence,) = silences
    assert (silence.panel, silence.times, silence.seconds, silence.longest_s) == ("blok-a", 2, 5400, 3600)


def test_a_leader_of_one_part_of_the_house_sees_that_part_only(house: SmallHouse) -> None:
    pack = Reports(house.ground).pack(house.who(Role.LEADER, "Borgerservice"), HALF)
    assert cells(pack, "room") == {"Borgerservice": "4", "Borgerservice/B1": "4", "": "0"}
    assert pack.told[0].counts["incidents"] == Cell(12)
    assert pack.told[0].counts["follow_ups"] == Cell(0)
    assert pack.told[0].drills == ()


@pytest.mark.parametrize("form", ["html", "pdf", "json"])
@pytest.mark.parametrize("spoken", ["da", "en"])
def test_nobody_stands_in_it(house: SmallHouse, form: str, spoken: str) -> None:
    if spoken == "da":
        in_danish(house)
    reports = Reports(house.ground)
    path = reports.print_pack(house.who(Role.SAFETY_REP), HALF, form)  # type: ignore[arg-type]
    text = _text(path)
    assert "Akutrum Ærø" in text or "K3" in text
    for hidden in (NAME, "Vinther", SECRET, "J-2231", "S-99", "H-0001", "Ø-2025-1", "Lone Dam", "Døren ved K2"):
        assert hidden not in text
    for initials in INITIALS:
        assert not re.search(rf"\b{initials}\b", text)


def _text(path: Path) -> str:
    content = path.read_bytes()
    if path.suffix != ".pdf":
        return content.decode()
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def test_the_page_needs_nothing_from_elsewhere_and_has_a_table_for_each_drawing(house: SmallHouse) -> None:
    path = Reports(house.ground).print_pack(house.who(Role.SAFETY_REP), HALF, "html")
    page = path.read_text("utf-8")
    outside = re.findall(r"(?:src|href|url)\s*[=(]\s*[\"']?([^\"')> ]+)", page)
    assert [address for address in outside if not address.startswith("#")] == []
    assert "http" not in page.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert "<script" not in page
    drawings = re.findall(r"<title>([^<]+)</title>", page)[1:]
    captions = re.findall(r"<caption[^>]*>([^<]+)</caption>", page)
    assert len(drawings) == 4
    assert set(drawings) <= set(captions)
    names = re.findall(r'id="([^"]+)"', page)
    assert len(names) == len(set(names)) == 4
    assert "@media print" in page
    assert path.stat().st_mode & 0o077 == 0


def test_the_paper_says_it_in_danish(house: SmallHouse) -> None:
    in_danish(house)
    path = Reports(house.ground).print_pack(house.who(Role.SAFETY_REP), HALF, "pdf")
    text = _text(path)
    assert "Alarmer og hændelser, 1. halvår 2025" in text
    assert "Akutrum Ærø" in text
    assert "færre end 3" in text
    assert "lørdag" in text.lower()


def test_json_says_why_a_number_is_missing(house: SmallHouse) -> None:
    path = Reports(house.ground).print_pack(house.who(Role.SAFETY_REP), HALF, "json")
    found = json.loads(path.read_text("utf-8"))
    assert found["fewer_than"] == 3
    assert found["figures"][0]["counts"]["accidental"] == {"count": None, "withheld": "few"}
    assert found["figures"][0]["times_s"]["acknowledged"] == {"median": 20, "p90": None, "longest": None}
    assert found["figures"][0]["splits"]["room"]["parts"][0]["parts"][0] == {
        "code": "K2", "count": None, "withheld": "held",
    }  # fmt: skip


def test_a_town_hall_may_want_larger_numbers(tmp_path: Path) -> None:
    with filled_house(tmp_path, toml="\n[override]\nreports = { fewer_than = 5 }\n") as house:
        pack = Reports(house.ground).pack(house.who(Role.SAFETY_REP), HALF)
        assert pack.told[0].counts["real"] == Cell(12)
        assert pack.told[-1].counts["real"] == Cell(None, "few")  # four


def test_printing_is_logged_without_names(house: SmallHouse) -> None:
    Reports(house.ground).print_pack(house.who(Role.SAFETY_REP), HALF, "html")
    entry = house.audit()[-1]
    assert (entry.what, json.loads(entry.detail)) == ("report_printed", {"form": "html", "period": "2025-1"})
    assert house.first_break() is None


def test_progress_is_told_step_by_step(house: SmallHouse) -> None:
    steps: list[int] = []
    Reports(house.ground).half_year(house.who(Role.SAFETY_REP), HALF, steps.append)
    assert steps == [1, 2, 3, 4]


@pytest.mark.parametrize("role", [Role.GUARD, Role.DESK, Role.DIRECTOR, Role.ADMIN, Role.LEGAL])
def test_who_may_not(house: SmallHouse, role: Role) -> None:
    with pytest.raises(Forbidden):
        Reports(house.ground).pack(house.who(role), HALF)


def test_a_period_that_has_not_begun(house: SmallHouse) -> None:
    reports, who = Reports(house.ground), house.who(Role.SAFETY_REP)
    with pytest.raises(BadInput, match="has not begun yet"):
        reports.pack(who, Period(2026, 1))


def test_a_file_that_is_there_is_not_written_over(house: SmallHouse, tmp_path: Path) -> None:
    there = tmp_path / "kept.html"
    there.write_text("mine", "utf-8")
    reports, who = Reports(house.ground), house.who(Role.SAFETY_REP)
    with pytest.raises(Refused, match="is there already"):
        reports.print_pack(who, HALF, "html", there)
    assert there.read_text("utf-8") == "mine"
    reports.print_pack(who, HALF, "html", there, overwrite=True)
    assert there.read_text("utf-8").startswith("<!DOCTYPE")


@pytest.mark.parametrize(
    ("period", "before", "year_before"),
    [
        (Period(2025, 1), Period(2024, 2), Period(2024, 1)),
        (Period(2025, 2), Period(2025, 1), Period(2024, 2)),
    ],
)
def test_periods(period: Period, before: Period, year_before: Period) -> None:
    assert period.beside() == (before, year_before)
    assert before.after() == period
    assert before.last + timedelta(days=1) == period.first


def test_half_years_are_read_as_they_are_written() -> None:
    assert read_half_year("2026-1") == Period(2026, 1)
    assert read_half_year(" 2026-2 ") == Period(2026, 2)
    assert [read_half_year(typed) for typed in ("2026-3", "26-1", "2026", "", "1900-1")] == [None] * 5
    assert half_year_of(datetime(2025, 6, 30, 22, 30, tzinfo=UTC).astimezone(ZONE).date()) == Period(2025, 2)
