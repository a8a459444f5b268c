"""The program's files: for their owner alone, and nobody else's are taken for them."""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from full_house import fill, fill_files
from harness.house import SmallHouse, small_house

from db.sqlite import backup
from guardroom import language
from guardroom.check import findings
from guardroom.exchange.exporting import write_list
from guardroom.people.roles import Role
from guardroom.privacy.files import destroy, drop_lines, is_older, too_open, whole_files
from guardroom.privacy.now import purge_now
from guardroom.privacy.station import StationPurge

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows keeps rights in another way")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    former = os.umask(0o022)
    try:
        with small_house(tmp_path) as made:
            yield made
    finally:
        os.umask(former)


@pytest.mark.usefixtures("on_a_file")
def test_everything_that_the_program_writes_is_for_its_owner_alone(house: SmallHouse, tmp_path: Path) -> None:
    full = fill(house)
    fill_files(house).close()
    leader = house.who(Role.LEADER)
    full.services.followups.export(leader)
    full.services.access.ask(leader, full.person)
    full.services.access.answer(leader, full.person)
    with write_list(tmp_path / "letters" / "list.csv", [], house.ground.settings, overwrite=False) as place:
        place()
    backup(tmp_path / "guardroom.db", "backup")
    purge_now(house.ground.settings, house.clock)
    written = [path for path in tmp_path.rglob("*") if path.name not in ("guardroom.toml", "guardroom.db")]
    assert {"guardroom.anchor", "journal.db", "list.csv", "access-1.html", "access-1.json"} <= {p.name for p in written}
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in written if path.stat().st_mode & 0o077} == {}
    assert too_open(house.ground.settings) == ()


@pytest.mark.usefixtures("on_a_file")
@pytest.mark.parametrize("what", ["guardroom.db", "journal.db", "journal-raw", "letters", "letters/H-0001.html"])
def test_the_check_names_what_is_wider_open(house: SmallHouse, tmp_path: Path, what: str) -> None:
    fill(house)
    fill_files(house).close()
    (tmp_path / what).chmod(0o755)
    wrong = [each.said for each in findings(house.ground.settings, house.clock, 0) if each.what == "files"]
    assert len(wrong) == 1
    assert str(tmp_path / what) in wrong[0]


def test_somebody_elses_files_in_the_letters_folder_stay(house: SmallHouse, tmp_path: Path) -> None:
    fill(house)
    folder = tmp_path / "letters"
    for name in ("Julefrokost 2025-12-01.docx", "H-0001 noter.docx", "budget.xlsx", "H-0001.html.bak"):
        (folder / name).write_text("mit eget")
    (folder / "H-0002.html").symlink_to(folder / "budget.xlsx")
    for path in folder.iterdir():
        os.utime(path, (0, 0))
    assert StationPurge(house.ground.settings, house.clock).files()["letters"] == 3
    assert {path.name for path in folder.iterdir()} == {
        "Julefrokost 2025-12-01.docx",
        "H-0001 noter.docx",
        "budget.xlsx",
        "H-0001.html.bak",
        "H-0002.html",
    }
    assert (folder / "budget.xlsx").read_text() == "mit eget"


def test_danish_letters_are_known_for_the_programs_own(tmp_path: Path) -> None:
    with small_house(tmp_path) as house:
        language.choose("da")
        try:
            fill(house)
        finally:
            language.choose("en")
        names = {each.path.name for each in whole_files(house.ground.settings) if each.kind == "letters"}
    assert len(names) == 3
    assert names == {path.name for path in (tmp_path / "letters").iterdir()}


def test_only_the_old_lines_of_a_log_go(tmp_path: Path) -> None:
    log = tmp_path / "journal-monitor.log"
    log.write_text("2025-01-01 10:00:00,1 INFO old\nTraceback\n2025-06-01 10:00:00,1 INFO new\n  more\n")
    with log.open("a") as still_open:
        assert drop_lines(log, datetime(2025, 3, 1, tzinfo=UTC))
        assert log.read_text() == "2025-06-01 10:00:00,1 INFO new\n  more\n"
        still_open.write("2025-06-02 10:00:00,1 INFO newer\n")
    assert log.read_text().endswith("more\n2025-06-02 10:00:00,1 INFO newer\n")
    assert not drop_lines(log, datetime(2025, 3, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("was", "left", "left_later"),
    [
        ("Traceback\n  File ...\n", "Traceback\n  File ...\n", ""),
        ("2025-01-01 10:00:00,1 INFO old\nTraceback\n", "Traceback\n", ""),
        ("Traceback\n2025-06-01 10:00:00,1 INFO new\n",) * 3,
    ],
)
def test_lines_without_a_time_are_as_old_as_the_file(tmp_path: Path, was: str, left: str, left_later: str) -> None:
    log = tmp_path / "journal-monitor.log"
    before = datetime(2025, 3, 1, tzinfo=UTC)
    log.write_text(was)
    os.utime(log, (0, before.timestamp() + 60))
    for at, rest in ((before, left), (before + timedelta(days=1), left_later)):
        had = log.read_text()
        assert drop_lines(log, at) is (had != rest)
        assert log.read_text() == rest


def test_what_is_taken_out_of_a_long_file_is_overwritten_a_block_at_a_time(tmp_path: Path) -> None:
    """The panels are answered by the same process: it never takes all of a file into its memory."""
    log, copy = tmp_path / "journal-monitor.log", tmp_path / "copy"
    old = b"2025-01-01 10:00:00,1 INFO old" + b" " * 1000 + b"\n"
    rest = b"".join(b"2025-06-01 10:00:00,1 INFO %07d\n" % number for number in range(100_000))
    log.write_bytes(old * 5000 + rest)
    copy.write_bytes(old * 10_000)
    tracemalloc.start()
    try:
        assert drop_lines(log, datetime(2025, 3, 1, tzinfo=UTC))
        destroy(copy)
        assert tracemalloc.get_traced_memory()[1] < 3 << 20
    finally:
        tracemalloc.stop()
    assert log.read_bytes() == rest
    assert not copy.exists()


@pytest.mark.parametrize("size", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1])
def test_all_of_a_file_is_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    path = tmp_path / "copy"
    path.write_bytes(b"x" * size)
    monkeypatch.setattr(Path, "unlink", lambda _path: None)
    destroy(path)
    assert path.read_bytes() == bytes(size)


def test_a_link_is_never_old(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("x")
    (tmp_path / "link").symlink_to("real")
    os.utime(tmp_path / "real", (0, 0))
    now = datetime.now(UTC)
    assert is_older(tmp_path / "real", now)
    assert not is_older(tmp_path / "link", now)
    assert not is_older(tmp_path / "gone", now)


@pytest.mark.usefixtures("on_a_file")
def test_a_second_name_of_the_database_in_use_goes_without_its_content(house: SmallHouse, tmp_path: Path) -> None:
    """As a restore leaves it that is cut off between setting aside and putting in place."""
    fill(house)
    house.ground.engine.dispose()
    database, aside = tmp_path / "guardroom.db", tmp_path / "guardroom.db.before-restore.20250101T000000Z"
    before = database.read_bytes()
    aside.hardlink_to(database)
    os.utime(database, (0, 0))
    assert StationPurge(house.ground.settings, house.clock).files()["copies"] == 1
    assert not aside.exists()
    assert database.read_bytes() == before


@pytest.mark.usefixtures("on_a_file")
def test_what_a_restore_left_that_was_cut_off_is_a_copy_too(house: SmallHouse, tmp_path: Path) -> None:
    left = [f"{base}.restored.part" for base in ("guardroom.db", "journal.db", "journal-notices.db")]
    left.append("journal.db.restored.part-wal")
    for name in (*left, "guardroom.db.restored.by.hand"):
        (tmp_path / name).write_text("x")
        os.utime(tmp_path / name, (0, 0))
    assert StationPurge(house.ground.settings, house.clock).files() == {"copies": 4}
    assert not any((tmp_path / name).exists() for name in left)
    assert (tmp_path / "guardroom.db.restored.by.hand").exists()


@pytest.mark.usefixtures("on_a_file")
def test_what_was_only_just_set_aside_stays_however_old_it_is(house: SmallHouse, tmp_path: Path) -> None:
    """Its name says when that was; the time of its last change is from long before."""
    now = house.clock.now()
    aside = [
        f"{name}{at:%Y%m%dT%H%M%SZ}{ending}"
        for at in (now, now - timedelta(days=40))
        for name in ("journal.db.corrupt.", "guardroom.db.before-restore.", "journal.db.before-journal_0002-")
        for ending in ("", "-wal", ".2")
    ]
    for name in aside:
        (tmp_path / name).write_text("x")
        os.utime(tmp_path / name, (0, 0))
    purge = StationPurge(house.ground.settings, house.clock)
    assert purge.due() == {"copies": 9}
    assert purge.files() == {"copies": 9}
    assert [name for name in aside if (tmp_path / name).exists()] == aside[:9]
    house.clock.advance(days=40)
    assert purge.files() == {"copies": 9}


def test_what_browsers_and_a_crash_left_is_past_its_time_too(house: SmallHouse, tmp_path: Path) -> None:
    folder = tmp_path / "letters" / "reports"
    folder.mkdir(parents=True)
    left = (folder / ".page-x.part", folder / ".list-x.part", folder / "shift-2024-01-01.pdf")
    logs = (tmp_path / "journal-browser.log.1", tmp_path / "journal-dashboard.log.1")
    for path in (*left, *logs, folder / "figures-2024-1.pdf"):
        path.write_text("x")
        os.utime(path, (0, 0))
    (tmp_path / "journal-browser.log").write_text("2020-01-01 10:00:00,1 ERROR old\n")
    StationPurge(house.ground.settings, house.clock).files()
    assert [path.name for path in folder.iterdir()] == ["figures-2024-1.pdf"]
    assert not any(path.exists() for path in logs)
    assert (tmp_path / "journal-browser.log").read_text() == ""
