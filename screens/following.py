"""A list that follows what is written elsewhere: at another station, or by somebody else here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from guardroom.alarms.view import BoardView
from guardroom.language import _
from guardroom.people.who import Who
from screens.plain import plain
from screens.records import Answer

if TYPE_CHECKING:
    from guardroom.house import House
    from screens.frame import GuardScreen


class Follower:
    """Knows which changes are in what a list shows, and has it read again when there are more.

    `quietly` reads the list again, which nobody has asked for, and says whether it does. Where the log would have an
    entry of that it does not: the frame of `pane` says that something was changed, and the key that reads it again.
    """

    def __init__(self, screen: GuardScreen, pane: str, quietly: Callable[[], bool]) -> None:
        self._screen = screen
        self._pane = pane
        self._quietly = quietly
        self._read: int | None = None
        self._asked = 0
        self._behind = False

    def noting(self, job: Callable[[House, Who], Answer]) -> Callable[[House, Who], Answer]:
        """`job`, which reads the list, and up to which change it is read then."""
        known = self._screen.desk.shown.records

        def read(house: House, who: Who) -> Answer:
            number = house.last_change(known)
            answer = job(house, who)
            self._read, self._behind = number, False
            return answer

        return read

    def fall_behind(self) -> None:
        """It could not be read again without an entry in the log: say that something was changed."""
        self._behind = True

    def forget(self) -> None:
        """Nothing is shown any more."""
        self._read, self._behind = None, False

    def look(self, view: BoardView) -> None:
        """Have the list read again where there are changes that are not in it; at every view, while it is in front."""
        if self._read is None or self._screen.desk.screen is not self._screen:
            return
        if view.records > max(self._read, self._asked):
            self._asked = view.records
            self._behind = not self._quietly()
        said = _("changed elsewhere: {key}").format(key=self._screen.cap_of("refresh")) if self._behind else ""
        told, pane = plain(said).markup, self._screen.query_one(f"#{self._pane}")
        if (pane.border_subtitle or "") != told:  # setting it paints the whole frame anew
            pane.border_subtitle = told
