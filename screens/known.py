"""What a dashboard knows of the house: the newest view, and what is left of it while the monitor is out of reach."""

from __future__ import annotations

from dataclasses import replace

from guardroom.alarms.view import BoardView, DrillView, FaultView, RoomView
from guardroom.clock import Clock, stamp
from guardroom.settings import Settings

OUT_OF_REACH_S = 3.0
"""Without a view for this long the dashboard says that it knows nothing any more."""


class Known:
    """The newest view with its age. `lost`: the monitor is out of reach, nothing on the screen is known to be so."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.view: BoardView | None = None
        self.lost = False
        self._settings = settings
        self._clock = clock
        self._came_at = clock.monotonic()
        self._blind: BoardView | None = None
        self._why = ""

    def came(self, view: BoardView) -> None:
        """The monitor has told how things are."""
        self.view = view
        self.lost = False
        self._came_at = self._clock.monotonic()
        self._blind = None
        self._why = ""

    def gone(self, code: str) -> None:
        """Why (gone, version or key) there is no line to the monitor. One that is only just starting is given its three
        seconds."""
        self._why = code
        self._blind = None
        if self.view is not None or code != "gone":
            self.lost = True

    def falls_silent(self) -> bool:
        """Note that the monitor is out of reach when it has said nothing for so long; True where that is news."""
        if self.lost or self.age() <= OUT_OF_REACH_S:
            return False
        self._blind = None
        self.lost = True
        return True

    def age(self) -> float:
        """Seconds since the newest view came."""
        return max(0.0, self._clock.monotonic() - self._came_at)

    @property
    def shown(self) -> BoardView:
        """What the screens show: the newest view, or, while the monitor is out of reach, what is left of it."""
        if self.view is not None and not self.lost:
            return self.view
        if self._blind is None:
            self._blind = self._without_monitor()
        return self._blind

    @property
    def drill_last_heard(self) -> DrillView | None:
        """The drill that ran when the monitor was last heard, while it is out of reach; else None."""
        drill = self.view.drill if self.view is not None and self.lost else None
        return drill if drill is not None and drill.running else None

    def _without_monitor(self) -> BoardView:
        """The last view with nothing in it that could pass for knowledge: every room unknown, a fault that says why.

        Open alarms stay: nobody has said that they are over.
        """
        settings = self._settings
        rooms = tuple(
            RoomView(id=room.id, name=room.name, block=room.block, floor=room.floor, state="unknown", cctv=room.cctv)
            for room in settings.rooms
        )
        last = self.view or BoardView(
            number=0,
            at=stamp(self._clock.now()),
            program="",
            station=settings.station,
            site=settings.site.name,
            demo=settings.demo,
        )
        gone = FaultView(
            key="monitor_gone",
            kind="monitor_gone",
            age_s=0.0,
            since=last.at if self.view is not None else "",
            rooms=tuple(room.id for room in rooms),
            detail=self._why,
        )
        return replace(
            last, rooms=rooms, faults=(gone, *last.faults) if self.lost else (), notes=(), test=None, drill=None
        )
