"""When a backup is due, when the last one is too old, and which are kept."""

from __future__ import annotations

import errno
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from backup.backup_house import made
from harness.house import SmallHouse
from hypothesis import given
from hypothesis import strategies as st

from guardroom.backup.keeping import Kept, is_due, is_too_old, kept, newest, remove, superfluous
from guardroom.backup.manifest import Manifest
from guardroom.clock import stamp
from guardroom.settings import BackupPlan

ZONE = ZoneInfo("Europe/Copenhagen")
FOLDER = Path("backups")
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
TIMES = st.times().filter(lambda at: at.hour not in (1, 2, 3))


def local(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        (None, local(2025, 11, 24, 12), True),
        (None, local(2025, 11, 24, 2), False),
        (local(2025, 11, 23, 5), local(2025, 11, 24, 4, 59), False),
        (local(2025, 11, 23, 5), local(2025, 11, 24, 5), True),
        (local(2025, 11, 24, 5), local(2025, 11, 24, 5, 1), False),
        (local(2025, 11, 21, 5), local(2025, 11, 24, 4, 30), True),  # the PC was off
        (local(2025, 10, 25, 5), local(2025, 10, 26, 5), True),  # the night of 25 hours
        (local(2026, 3, 28, 5), local(2026, 3, 29, 5), True),  # and of 23
        (local(2026, 3, 28, 5), local(2026, 3, 29, 4, 59), False),
    ],
)
def test_once_a_day(last: datetime | None, now: datetime, due: bool) -> None:
    assert is_due(BackupPlan(folder=FOLDER, at=time(5)), last, now, ZONE) is due


def test_every_few_hours_but_not_while_clocks_are_changed() -> None:
    plan = BackupPlan(folder=FOLDER, every_hours=6)
    last = local(2025, 10, 25, 20)
    assert not is_due(plan, last, local(2025, 10, 26, 1, 59), ZONE)
    assert not is_due(plan, last, local(2025, 10, 26, 3), ZONE)
    assert is_due(plan, last, local(2025, 10, 26, 4), ZONE)


def test_none_where_no_folder_is_set() -> None:
    assert not is_due(BackupPlan(), None, local(2025, 11, 24, 12), ZONE)


@given(now=MOMENTS, at=TIMES, ago=st.timedeltas(timedelta(0), timedelta(days=40)))
def test_a_plan_that_is_followed_never_makes_one_too_old(now: datetime, at: time, ago: timedelta) -> None:
    plan = BackupPlan(folder=FOLDER, at=at)
    last = now - ago
    if is_too_old(plan, last, now) and now.astimezone(ZONE).hour not in (1, 2, 3):
        assert is_due(plan, last, now, ZONE)
    if is_due(plan, last, now, ZONE):
        assert not is_due(plan, now, now, ZONE)


@given(now=MOMENTS, at=TIMES)
def test_it_is_due_once_a_day(now: datetime, at: time) -> None:
    plan, last, count = BackupPlan(folder=FOLDER, at=at), now, 0
    for step in range(1, 4 * 24 * 4 + 1):
        then = now + timedelta(minutes=15 * step)
        if is_due(plan, last, then, ZONE):
            last, count = then, count + 1
    assert 3 <= count <= 5


def one(number: int, database: str = "sqlite") -> Kept:
    at = datetime(2025, 11, number, 5, tzinfo=UTC)
    manifest = Manifest(
        program="1",
        station="Vagtstuen",
        made_at=stamp(at),
        database=database,  # type: ignore[arg-type]
        journal=number,
        parts=(),
    )
    return Kept(Path(f"guardroom-{number}"), manifest)


def test_the_newest_are_kept_and_the_last_one_with_the_main_database() -> None:
    found = [one(1), one(2), one(3, ""), one(4, ""), one(5, "")]
    now = datetime(2025, 11, 6, tzinfo=UTC)
    assert superfluous(found, 5, now) == ()
    assert superfluous(found, 2, now) == (found[0], found[2])
    assert superfluous([one(1), one(2), one(3)], 2, now) == (one(1),)


def test_none_goes_for_those_that_are_dated_ahead() -> None:
    found = [one(1), one(2), one(3), one(20), one(21), one(22)]
    assert superfluous(found, 2, datetime(2025, 11, 3, 12, tzinfo=UTC)) == (one(1),)
    assert superfluous(found, 2, datetime(2025, 11, 23, tzinfo=UTC)) == tuple(found[:-2])


def test_one_that_is_dated_ahead_says_nothing() -> None:
    found = [one(1), one(20)]
    assert newest(found, datetime(2025, 11, 10, tzinfo=UTC)) == found[0]
    assert newest([], datetime(2025, 11, 10, tzinfo=UTC)) is None


def test_others_and_half_ones_do_not_count(house: SmallHouse, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    first = made(house, folder)
    house.clock.advance(60)
    second = made(house, folder)
    (folder / "guardroom-notes").mkdir()
    assert [each.folder for each in kept(folder, "Vagtstuen")] == [first.folder, second.folder]
    assert kept(folder, "Receptionen") == ()
    with (second.folder / "journal.db").open("ab") as file:
        file.write(b"\0")
    assert [each.folder for each in kept(folder, "Vagtstuen")] == [first.folder]
    remove(kept(folder, "Vagtstuen")[0])
    assert not first.folder.exists()
    with pytest.raises(FileNotFoundError):
        kept(tmp_path / "nowhere", "Vagtstuen")


@pytest.mark.parametrize("called", ["os.listdir", "pathlib.Path.read_bytes"])
def test_a_disk_that_fails_is_not_taken_for_none(
    house: SmallHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, called: str
) -> None:
    """Names may still be known here where the rest can no longer be read."""
    folder = tmp_path / "backups"
    made(house, folder)
    (folder / "guardroom-notes").mkdir()

    def away(*_args: object) -> None:
        raise OSError(errno.EHOSTDOWN, "Host is down")

    monkeypatch.setattr(called, away)
    with pytest.raises(OSError, match="Host is down"):
        kept(folder, "Vagtstuen")


def test_one_file_that_cannot_be_read_hides_no_other_backup(
    house: SmallHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backups"
    first = made(house, folder)
    house.clock.advance(60)
    second = made(house, folder)
    real = Path.read_bytes

    def fails(path: Path) -> bytes:
        if path.parent == second.folder:
            raise OSError(errno.EIO, "Input/output error")
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", fails)
    assert [each.folder for each in kept(folder, "Vagtstuen")] == [first.folder]


def test_what_is_somebody_elses_does_not_count(
    house: SmallHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backups"
    made(house, folder)

    def refused(_path: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refused)
    assert kept(folder, "Vagtstuen") == ()
