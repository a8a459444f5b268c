"""What is written where somebody says so takes no place of the town hall's own files; its folders are private."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from harness.house import SmallHouse, small_house

from db.schema import prepare_journal
from guardroom.exports.exports import Exports
from guardroom.house import on_ground
from guardroom.people.roles import Role
from guardroom.private_folder import private_folder
from guardroom.refusal import Refused
from guardroom.reports.reports import Reports


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    with small_house(tmp_path) as made:
        prepare_journal(made.ground.settings.journal)
        yield made


def _list(house: SmallHouse, path: Path) -> object:
    return Exports(house.ground).export(house.who(Role.GUARD), "incidents", "csv", path, overwrite=True)


def _report(house: SmallHouse, path: Path) -> object:
    day = date(2025, 11, 24)
    return Reports(house.ground).print_shift(house.who(Role.GUARD), day, "html", path, overwrite=True)


OWN = ("guardroom.toml", "guardroom.secret", "guardroom.anchor", "guardroom.db", "guardroom.db-wal", "journal.db",
       "journal.db.lock", "journal-notices.db", "journal-reserve")  # fmt: skip


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("write", [_list, _report])
def test_nothing_is_written_over_a_file_of_the_house(
    house: SmallHouse, tmp_path: Path, name: str, write: Callable[[SmallHouse, Path], object]
) -> None:
    kept = [tmp_path / own for own in ("guardroom.toml", "guardroom.secret")]
    before = [path.read_bytes() for path in kept]
    is_there = (tmp_path / name).exists()
    for path in (tmp_path / name, tmp_path / "letters" / ".." / name):
        with pytest.raises(Refused, match="one of the program's own files"):
            write(house, path)
    assert [path.read_bytes() for path in kept] == before
    assert is_there or name.endswith("-wal") or not (tmp_path / name).exists()


def test_a_list_of_bans_neither(house: SmallHouse, tmp_path: Path) -> None:
    registrar = house.who(Role.BAN_REGISTRAR)
    with pytest.raises(Refused, match="one of the program's own files"):
        on_ground(house.ground).exchange.export(registrar, tmp_path / "guardroom.db.csv", overwrite=True)


def test_what_is_the_readers_own_is_written_over(house: SmallHouse, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("old", "utf-8")
    _list(house, path)
    assert path.read_text("utf-8-sig") != "old"


@pytest.mark.skipif(sys.platform == "win32", reason="rights of POSIX")
def test_every_folder_that_is_made_is_its_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        private_folder(tmp_path / "letters" / "reports")
        private_folder(tmp_path / "letters")
    finally:
        os.umask(before)
    assert {(tmp_path / name).stat().st_mode & 0o777 for name in ("letters", "letters/reports")} == {0o700}


def test_a_file_in_its_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "letters").write_text("", "utf-8")
    with pytest.raises(NotADirectoryError):
        private_folder(tmp_path / "letters")
