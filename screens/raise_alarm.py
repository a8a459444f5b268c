"""A manual alarm: somebody phoned or shouted. A few letters of the room and Enter, or the place in free words."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input

from guardroom.alarms.acts import ActReply
from guardroom.alarms.view import BoardView
from guardroom.language import _
from guardroom.settings import Room
from screens.frame import GuardScreen
from screens.keys import bindings
from screens.plain import Field, Line, fitted, lines, plain

TEXT_LIMIT = 200


def _folded(text: str) -> str:
    """`text` as it is compared: small letters, Danish letters as they are typed on a foreign keyboard."""
    folded = text.casefold()
    for letter, typed in (("å", "aa"), ("æ", "ae"), ("ø", "oe"), ("-", ""), (".", "")):
        folded = folded.replace(letter, typed)
    return " ".join(folded.split())


def matching(rooms: tuple[Room, ...], typed: str) -> list[Room]:
    """The rooms that `typed` may mean, likeliest first: the id, how id or name begins, how a word begins, anywhere."""
    wanted = _folded(typed)
    if not wanted:
        return list(rooms)

    def rank(room: Room) -> int | None:
        room_id, name = _folded(room.id), _folded(room.name)
        if wanted in (room_id, name):
            return 0
        if room_id.startswith(wanted) or name.startswith(wanted):
            return 1
        words = f"{name} {_folded(room.block)}".split()
        if all(any(word.startswith(part) for word in words) for part in wanted.split()):
            return 2
        return 3 if wanted in f"{room_id} {name} {_folded(room.block)}" else None

    ranked = [(found, room) for room in rooms if (found := rank(room)) is not None]
    return [room for _rank, room in sorted(ranked, key=lambda pair: pair[0])]


class RaiseAlarm(GuardScreen):
    """Raise an alarm by hand."""

    NAME: ClassVar[str] = "raise_alarm"
    TABS: ClassVar[bool] = False
    BANNER: ClassVar[bool] = False
    AUTO_FOCUS = "#where"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("raise_alarm"),
        Binding("down", "move(1)", show=False),
        Binding("up", "move(-1)", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._at: int | None = None
        self._first = 0
        self._sent = False

    def compose_body(self) -> ComposeResult:
        """Where, the rooms that fit, what is happening, and the bar that raises it."""
        with Vertical(id="raise", classes="box"):
            yield Line(id="where-label")
            yield Field(id="where", max_length=TEXT_LIMIT, compact=True)
            yield Line(id="rooms")
            yield Line(id="what-label")
            yield Field(id="what", max_length=TEXT_LIMIT, compact=True)
            yield Line(id="raise-bar")

    def render_view(self, view: BoardView, age: float) -> None:
        """Show the rooms that fit what has been typed."""
        self.query_one("#raise", Vertical).border_title = _("RAISE AN ALARM: somebody phoned or shouted")
        self._line("where-label").show(plain(_("Where? (room or place)"), "bold"))
        self._line("what-label").show(plain(_("What is happening? (may be left empty; Tab goes here)")))
        self._show_rooms()

    def opened(self) -> None:
        """Begin afresh: what was typed for an earlier alarm must not raise this one."""
        with self.prevent(Input.Changed):
            self.query_one("#where", Input).value = ""
            self.query_one("#what", Input).value = ""
        self._at = None
        self._sent = False
        self.query_one("#where", Input).focus()

    # -- the choice --------------------------------------------------------------------------------------------

    @property
    def _typed(self) -> str:
        return self.query_one("#where", Input).value.strip()

    def _choices(self) -> list[Room | None]:
        """The rooms that fit, then (None) the place as it was typed."""
        found: list[Room | None] = list(matching(self.desk.settings.rooms, self._typed))
        return [*found, None] if self._typed else found

    def _choice(self) -> tuple[str, str] | None:
        """The room's id and how the place is named, or ("", the place typed); None where nothing is chosen."""
        choices = self._choices()
        at = self._at if self._at is not None else (0 if self._typed else None)
        if at is None or not choices:
            return None
        room = choices[min(at, len(choices) - 1)]
        return ("", self._typed) if room is None else (room.id, f"{room.id} {room.name}")

    def _show_rooms(self) -> None:
        choices = self._choices()
        chosen = self._at if self._at is not None else (0 if self._typed else -1)
        # Beside the list: header, footer, message, frame, two labels, two inputs, the bar and the air between them.
        air = 15 if self.desk.size.height >= 30 else 11
        space = max(1, self.desk.size.height - air - min(4, len(self.desk.shown.alarms)))
        first = max(0, min(chosen - space // 2, len(choices) - space))
        width = max(1, self.desk.size.width - 8)
        rows: list[Content] = []
        for at, room in enumerate(choices[first : first + space], start=first):
            if room is None:
                said = _("another place: »{place}«").format(place=self._typed)
            else:
                said = f"{room.id:<8} {'  '.join(part for part in (room.name, room.block, room.floor) if part)}"
            mark = ">" if at == chosen else " "
            rows.append(plain(fitted(f"{mark} {said}", width), "reverse bold" if at == chosen else ""))
        self._line("rooms").show(lines(*rows) if rows else Content(""))
        self._first = first
        choice = self._choice()
        bar = (
            _("Enter: RAISE THE ALARM in {place}").format(place=choice[1])
            if choice is not None
            else _("Type a few letters of the room, or choose with the arrow keys. Esc: no alarm.")
        )
        self._line("raise-bar").show(plain(bar, "bold"))

    def on_input_changed(self, event: Input.Changed) -> None:
        """The likeliest room is chosen again with every letter."""
        if event.input.id == "where":
            self._at = None
            self._show_rooms()

    def action_move(self, by: int) -> None:
        """Choose the room below or above."""
        count = len(self._choices())
        if count:
            at = self._at if self._at is not None else (0 if self._typed else (-1 if by > 0 else count))
            self._at = max(0, min(count - 1, at + by))
            self._show_rooms()

    # -- raising -----------------------------------------------------------------------------------------------

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter raises."""
        self.action_save()

    def action_save(self) -> None:
        """Raise the alarm; the form closes when the monitor has it."""
        choice = self._choice()
        if choice is None:
            self.say(_("Choose a room, or write where it is."), urgent=True)
            return
        if self._sent:
            return
        self._sent = True
        room, place = choice
        said = self.query_one("#what", Input).value.strip()
        if not room:
            said = f"{place}: {said}" if said else place

        def told(reply: ActReply) -> None:
            self._sent = False
            if not reply.refused:
                self.desk.leave(self)

        self.act("raise", told, room=room, text=said)

    # -- mouse -------------------------------------------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        """A click chooses a room; a click on the bar raises."""
        if event.widget is None:
            return
        if event.widget.id == "rooms":
            at = self._first + event.y
            if 0 <= at < len(self._choices()):
                self._at = at
                self._show_rooms()
        elif event.widget.id == "raise-bar":
            self.action_save()

    def _line(self, name: str) -> Line:
        return self.query_one(f"#{name}", Line)
