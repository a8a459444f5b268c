"""A house of today with a leader and a guard who have codes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bans.ban_house import BanHouse, ban_house
from harness.house import cheap_codes
from harness.served import CODE

from guardroom.people.roles import Role


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[BanHouse]:
    """Today, as the processes that windows are have it: bans count by their days."""
    cheap_codes(monkeypatch)
    with ban_house(tmp_path) as made:
        made.move_to(datetime.now(UTC))
        made.house.who(Role.LEADER, initials="LLD", code=CODE)
        made.house.who(Role.GUARD, initials="VT", code=CODE)
        yield made
