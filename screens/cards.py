"""Two cards at hand, one key away: what to check in a room before a meeting, and what calms (P12, E13).

They are the town hall's own texts and need nobody signed in: nobody's name is on them.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content

from guardroom.alarms.view import BoardView, in_order
from guardroom.duties.room_cards import button_of
from guardroom.language import _
from guardroom.settings import Room
from screens.frame import GuardScreen
from screens.keys import bindings
from screens.more import Sheet
from screens.plain import Line, lines, plain
from screens.wrapping import FittedLine, fact, wrapped

_LABEL = 17


class Cards(GuardScreen):
    """The checklist of a room, and on the next page what calms a citizen."""

    NAME: ClassVar[str] = "cards"
    TABS: ClassVar[bool] = False
    BINDINGS = bindings("cards")

    def __init__(self) -> None:
        super().__init__()
        self._room = 0
        self._calming = False

    def compose_body(self) -> ComposeResult:
        """One card that scrolls, and what turns it."""
        with Sheet(id="card", classes="pane", can_focus=False):
            yield FittedLine(id="card-text")
        yield Line(id="card-keys")

    def opened(self) -> None:
        """Begin with what calms while an alarm stands, else with the checklist; in the room of the alarm in front."""
        alarms = in_order(self.desk.shown.alarms)
        rooms = [room.id for room in self.desk.settings.rooms]
        self._calming = bool(alarms)
        if alarms and alarms[0].room in rooms:
            self._room = rooms.index(alarms[0].room)
        self._catch_up()

    def render_view(self, view: BoardView, age: float) -> None:
        """Show the page."""
        pane = self.query_one("#card", Sheet)
        heading = _("WHAT CALMS") if self._calming else _("BEFORE A MEETING: the room")
        if pane.border_title != heading:  # setting it paints the whole pane anew
            pane.border_title = heading
        text = self.query_one("#card-text", FittedLine)
        width = max(20, text.size.width)
        text.show(lines(*(self._calm(width) if self._calming else self._check(width))))
        self.query_one("#card-keys", Line).show(plain(self._keys(), "bold"))

    def _keys(self) -> str:
        said = _("{key}: the room's checklist") if self._calming else _("{key}: what calms")
        return " " + said.format(key=self.cap_of("cards"))

    def _check(self, width: int) -> list[Content]:
        """The checklist of every room, then what is known of the chosen one."""
        policy, rooms = self.desk.settings.policy, self.desk.settings.rooms
        rows = _listed(policy.checklist.get(self.desk.settings.language, ()), width, "[ ]")
        if not rooms:
            return rows
        room = rooms[min(self._room, len(rooms) - 1)]
        named = f"{room.id}  {room.name}" if room.id != room.name else room.name
        rows += [Content(""), *wrapped(named, width, "bold")]
        for label, text in _known(room):
            rows += fact(label, text, _LABEL, width)
        return rows

    def _calm(self, width: int) -> list[Content]:
        return _listed(self.desk.settings.policy.deescalation.get(self.desk.settings.language, ()), width, "·")

    # Keys

    def action_cards(self) -> None:
        """Turn the page."""
        self._calming = not self._calming
        self.query_one("#card", Sheet).scroll_home(animate=False)
        self._catch_up()

    def action_choose(self, step: int) -> None:
        """Show another room."""
        rooms = self.desk.settings.rooms
        if rooms and not self._calming:
            self._room = (self._room + step) % len(rooms)
            self._catch_up()

    def action_print_rooms(self) -> None:
        """Write a card for each room, to be printed."""

        def told(path: Path) -> None:
            self.say(_("The rooms' cards lie in {file}: open it and print it.").format(file=path))

        self.desk.ask(lambda house: house.phone_card.print_room_cards(), told)

    def action_scroll(self, way: int) -> None:
        """Scroll the card down or up."""
        card = self.query_one("#card", Sheet)
        (card.scroll_page_down if way > 0 else card.scroll_page_up)(animate=False)


def _listed(texts: tuple[str, ...], width: int, mark: str) -> list[Content]:
    """The texts, each behind a mark; that there are none is said."""
    if not texts:
        return wrapped(_("The town hall has written nothing here: see [override] in guardroom.toml."), width)
    return [row for text in texts for row in fact(mark, text, len(mark) + 1, width)]


def _known(room: Room) -> list[tuple[str, str]]:
    """What is known of a room, by label."""
    known = [
        (_("The button"), button_of(room)),
        (_("Way out"), room.escape_route),
        (_("Way in"), room.route),
        (_("Telephone"), room.phone),
        (_("Video"), _("yes") if room.cctv else _("no")),
    ]
    return [(label, text) for label, text in known if text]
