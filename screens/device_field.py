"""The field for a mobile alarm: those of the house that are in their place are offered, any other can be written."""

from __future__ import annotations

from collections.abc import Iterable

from textual import events

from guardroom.alarms.places import called
from guardroom.settings import Mobile
from screens.suggest import SuggestField


class DeviceField(SuggestField[Mobile]):
    """A mobile alarm, by its name. Where the house has named none, it is a line of text like any other."""

    def __init__(self, name: str, label: str, *, required: bool = False, limit: int = 200, hint: str = "") -> None:
        super().__init__(name, label, required=required, limit=limit, hint=hint)
        self._here: tuple[Mobile, ...] = ()

    def have(self, mobiles: Iterable[Mobile]) -> None:
        """Offer these from now on."""
        self._here = tuple(mobiles)
        self.asked(self.value)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """They are offered before anything is typed."""
        if self.taken is None:
            self.asked(self.value)

    def asked(self, typed: str) -> None:
        """Offer those whose id or name has what is typed in it."""
        sought = called(typed)
        self.offer([one for one in self._here if sought in called(one.name) or sought in called(one.id)])

    def row(self, meant: Mobile, width: int) -> str:
        """Its id, and its name where that is another one."""
        return meant.name if called(meant.id) == called(meant.name) else f"{meant.id:<8} {meant.name}"

    def taken_as(self, meant: Mobile) -> str:
        """Its name."""
        return meant.name
