"""Every test here starts in English, in an empty folder, away from the developer's own configuration."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from guardroom import language

Write = Callable[[str], Path]


@pytest.fixture(autouse=True)
def clean_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GUARDROOM_CONFIG", raising=False)
    for variable in ("XDG_CONFIG_HOME", "APPDATA", "HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(tmp_path / "home"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    language.choose("en")
    yield
    language.choose("en")


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a `guardroom.toml` and return its path."""

    def write(text: str) -> Path:
        file = tmp_path / "guardroom.toml"
        file.write_text(text, encoding="utf-8")
        return file

    return write
