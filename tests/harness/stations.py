"""Two town halls' folders as two stations of one house: real monitors on one main database, and lines to them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from guardroom.alarms.acts import Act, ActReply
from guardroom.alarms.view import BoardView
from guardroom.feed import MonitorFeed
from harness.town import PATIENCE, Town

VIEWS_KEPT = 4000


class Watched:
    """A station with its monitor, and a dashboard's line to it that notes when each view came."""

    def __init__(self, folder: Path, name: str, database: str, *, rooms: tuple[str, str] = ("K2", "K3")) -> None:
        folder.mkdir()
        self.name = name
        self.town = Town(folder, supervision_s=120)
        text = self.town.config.read_text("utf-8")
        for before, after in (
            ('"sqlite:///guardroom.db"', f'"{database}"'),
            ('station = "Vagtstuen"', f'station = "{name}"'),
            ('id = "K2"', f'id = "{rooms[0]}"'),
            ('id = "K3"', f'id = "{rooms[1]}"'),
        ):
            text = text.replace(before, after)
        self.town.config.write_text(text, "utf-8")
        self.views: list[tuple[int, BoardView]] = []
        self.replies: list[ActReply] = []
        self._came = threading.Condition()
        self.feed = MonitorFeed(folder / "journal.db")
        self.feed.start(self._view_came, lambda _code: None)

    def _view_came(self, view: BoardView) -> None:
        with self._came:
            self.views.append((time.monotonic_ns(), view))
            del self.views[:-VIEWS_KEPT]
            self._came.notify_all()

    def when(self, wanted: Callable[[BoardView], bool], since_ns: int = 0, timeout: float = PATIENCE) -> int:
        """When (monotonic ns) the first view since then came that is so; waits for it."""
        end = time.monotonic() + timeout
        seen = 0
        with self._came:
            while True:
                for at, view in self.views[seen:]:
                    if at >= since_ns and wanted(view):
                        return at
                seen = len(self.views)
                left = end - time.monotonic()
                assert left > 0, f"not so at {self.name} in {timeout} s: {self.views[-1][1] if self.views else None}"
                self._came.wait(left)

    def sees(self, wanted: Callable[[BoardView], bool], timeout: float = PATIENCE) -> BoardView:
        """Wait until the newest view is so."""
        self.when(wanted, time.monotonic_ns() if not self.views else self.views[-1][0], timeout)
        return next(view for _at, view in reversed(self.views) if wanted(view))

    def act(self, act: Act) -> None:
        """As a dashboard here does; the answer comes into `replies`."""
        self.feed.act(act, self.replies.append)

    def close(self) -> None:
        """End the line and the monitor."""
        self.feed.stop()
        self.town.close()


@contextmanager
def two_stations(folder: Path, database: str) -> Iterator[tuple[Watched, Watched]]:
    """The guard room and the front desk; both monitors run and know each other."""
    guards = Watched(folder / "guards", "Vagtstuen", database)
    desk = Watched(folder / "desk", "Skranken", database, rooms=("B1", "B2"))
    try:
        for each in (guards, desk):
            each.town.start_monitor()
        for each in (guards, desk):
            each.when(lambda view: any(panel.owner for panel in view.panels))
        yield guards, desk
    finally:
        for each in (desk, guards):
            each.close()
