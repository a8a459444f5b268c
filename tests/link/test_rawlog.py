"""The raw log: what it writes, how it stays small, and that it never stands in the way."""

from __future__ import annotations

import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.rawlog import RETRY_S, RawLog, raw_log_path, rotated

AT = datetime(2025, 11, 24, 12, 42, 7, 123_000, tzinfo=UTC)


def test_a_record(tmp_path: Path) -> None:
    log = RawLog(tmp_path / "raw" / "blok-a.jsonl")
    log.write("in", b"\x02\x01", AT, 12.345678)
    log.write("out", b"\x06", AT, 12.5)
    log.close()
    first, second = log.path.read_text().splitlines()
    assert first == '{"at": "2025-11-24T12:42:07.123Z", "mono": 12.345678, "dir": "in", "hex": "0201"}'
    assert json.loads(second)["dir"] == "out"
    if os.name == "posix":
        assert log.path.stat().st_mode & 0o777 == 0o600
        assert log.path.parent.stat().st_mode & 0o777 == 0o700


def test_a_record_is_there_at_once_and_survives_a_restart(tmp_path: Path) -> None:
    for number in range(3):
        log = RawLog(tmp_path / "blok-a.jsonl")
        log.write("in", b"\x02", AT, 1.0)
        assert len(log.path.read_text().splitlines()) == number + 1
        log.close()


def test_it_keeps_the_newest_records_in_four_files(tmp_path: Path) -> None:
    log = RawLog(tmp_path / "blok-a.jsonl", max_bytes=1000)
    for number in range(200):
        log.write("in", number.to_bytes(2), AT, number)
    log.close()
    files = [rotated(log.path, 3), rotated(log.path, 2), rotated(log.path, 1), log.path]
    assert sorted(tmp_path.iterdir()) == sorted(files)
    numbers = [int(json.loads(line)["hex"], 16) for file in files for line in file.read_text().splitlines()]
    assert numbers == list(range(numbers[0], 200))
    assert all(file.stat().st_size <= 1000 for file in files)


def test_a_large_file_from_before_is_rotated(tmp_path: Path) -> None:
    path = tmp_path / "blok-a.jsonl"
    path.write_text("old\n" * 1000)
    log = RawLog(path, max_bytes=1000)
    log.write("in", b"\x02", AT, 1.0)
    log.close()
    assert len(path.read_text().splitlines()) == 1
    assert rotated(path, 1).read_text().startswith("old")


def test_trouble_is_said_once_and_tried_again_later(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = tmp_path / "raw"
    folder.write_text("in the way")
    log = RawLog(folder / "blok-a.jsonl")
    log.write("in", b"\x01", AT, 100.0)
    log.write("in", b"\x02", AT, 100.0 + RETRY_S)
    assert len([record for record in caplog.records if record.levelname == "WARNING"]) == 1
    folder.unlink()
    log.write("in", b"\x03", AT, 100.1 + RETRY_S)
    assert not folder.exists()
    log.write("in", b"\x04", AT, 100.0 + 2 * RETRY_S)
    log.close()
    assert [json.loads(line)["hex"] for line in log.path.read_text().splitlines()] == ["04"]


@given(st.lists(st.text(max_size=40), unique_by=str.lower, min_size=2, max_size=4))
def test_every_panel_has_a_file_of_its_own_in_the_folder(names: list[str]) -> None:
    journal = Path("folder") / "journal.db"
    paths = [raw_log_path(journal, name) for name in names]
    assert len(set(paths)) == len(names)
    for path in paths:
        assert path.parent == Path("folder") / "journal-raw"
        assert re.fullmatch(r"[\w%.-]+\.jsonl", path.name)
        assert not path.name.startswith(".")


def test_an_ordinary_name_is_kept() -> None:
    assert raw_log_path(Path("x/journal.db"), "blok-a") == Path("x/journal-raw/blok-a.jsonl")
