"""A house whose database takes its time or is away, and keys that arrive all at once."""

from __future__ import annotations

import threading
from typing import Any, cast

from harness.house import SmallHouse
from records_helper import WAIT_S, answered, desk_of, services
from textual import events
from textual.pilot import Pilot

from db.errors import StorageError
from guardroom.house import House


class SlowHouse:
    """The house's services behind a database that answers when it is let: `gate.clear()` holds every question up."""

    def __init__(self, house: SmallHouse) -> None:
        self.services = services(house)
        self.gate = threading.Event()
        self.gate.set()
        self.away = False
        """True: the database does not answer at all."""

    def __call__(self) -> House:
        """Itself, for `records_app(open_house=...)`."""
        return cast("House", self)

    def __getattr__(self, name: str) -> Any:
        self.gate.wait(WAIT_S)
        if self.away:
            raise StorageError("away", "connection refused")
        return getattr(self.services, name)


async def burst(pilot: Pilot[Any], *keys: str) -> None:
    """These keys arrive all at once, as from a terminal that was held up."""
    for key in keys:
        desk_of(pilot).post_message(events.Key(key, key if len(key) == 1 else None))
    await answered(pilot)
    await answered(pilot)
