"""What reaches the log of a dashboard: kinds and places of errors, never what people and panels wrote."""

from __future__ import annotations

import errno
import logging
import os
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.worker import WorkerFailed

from screens.crash import log_to, redacted

NAME = "Jens " + "Hansen"


def caught(raiser: type[Exception] | Exception) -> Exception:
    try:
        raise raiser
    except Exception as error:
        return error


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """A log file; pytest's own handlers and hooks are put back afterwards."""
    root = logging.getLogger()
    handlers, level, hook = root.handlers[:], root.level, threading.excepthook
    root.handlers[:] = []
    handler = log_to(tmp_path / "dashboard.log")
    yield tmp_path / "dashboard.log"
    handler.close()
    logging.captureWarnings(capture=False)
    logging.raiseExceptions = True
    root.handlers[:] = handlers
    root.setLevel(level)
    threading.excepthook = hook


def test_a_message_stays_out_and_the_place_is_named() -> None:
    text = redacted(caught(ValueError(NAME)))
    assert text.startswith("builtins.ValueError\n")
    assert "terminal/test_redaction.py:" in text
    assert "caught" in text
    assert "Hansen" not in text


def test_the_systems_own_words_are_kept_and_the_file_name_is_not() -> None:
    text = redacted(caught(FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), f"/home/{NAME}")))
    assert "builtins.FileNotFoundError: [2] No such file or directory" in text
    assert "Hansen" not in text


def test_causes_groups_and_workers_are_followed_once() -> None:
    group = ExceptionGroup(NAME, [caught(KeyError(NAME)), caught(WorkerFailed(TypeError(NAME)))])
    group.__cause__ = caught(IndexError(NAME))
    group.__cause__.__cause__ = group  # round in a circle
    text = redacted(group)
    for kind in ("ExceptionGroup", "KeyError", "WorkerFailed", "TypeError", "IndexError"):
        assert text.count(f".{kind}") == 1
    assert "Hansen" not in text


def test_messages_warnings_and_errors_are_logged_in_one_private_file(
    log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger("guardroom.feed").info("the line is open")
    logging.getLogger("guardroom.feed").warning("odd\x1b]0;title\x07\x9b2J text")
    try:
        raise ValueError(NAME)
    except ValueError:
        logging.getLogger("guardroom.feed").exception("a view could not be read")
    logging.getLogger("asyncio").error(f"Task exception was never retrieved\nfuture: ValueError('{NAME}')")
    logging.getLogger("guardroom.feed").info("wrong %d", "number")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old", DeprecationWarning, stacklevel=1)
    text = log.read_text()
    assert "INFO guardroom.feed the line is open" in text
    assert "a view could not be read\nbuiltins.ValueError\n" in text
    assert "Task exception was never retrieved" in text
    assert "WARNING py.warnings" in text
    assert "Hansen" not in text
    assert all(character.isprintable() or character == "\n" for character in text)
    assert capsys.readouterr() == ("", "")
    assert log.stat().st_mode & 0o777 == 0o600


def test_the_log_does_not_grow_without_end(log: Path) -> None:
    for _line in range(5000):
        logging.getLogger("guardroom").info("x" * 450)
    files = sorted(log.parent.glob("dashboard.log*"))
    assert [file.name for file in files] == ["dashboard.log", "dashboard.log.1"]
    assert all(file.stat().st_size <= 1_000_000 for file in files)
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in files)
