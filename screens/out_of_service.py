"""A room is put out of service, or back into it: which one, why, and until when. It comes back by itself."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input

from guardroom.alarms.acts import ActReply
from guardroom.alarms.out_of_service import LONGEST
from guardroom.alarms.view import BoardView, RoomView
from guardroom.clock import stamp
from guardroom.days import read_day, time_of_day
from guardroom.duties.words import at
from guardroom.language import _
from guardroom.settings import Room
from screens.frame import GuardScreen
from screens.keys import bindings
from screens.out_line import SIGN, out_said
from screens.plain import Field, Line, fitted, plain
from screens.raise_alarm import matching
from screens.row_list import RowList

REASON_LIMIT = 80
_FIELDS = ("out-room", "out-reason", "out-until")


def typed_until(typed: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The moment in `14:00` (today), `25-11 14:00` or `25-11-2025 14:00`, by the house's clock; None where it is none.

    A day without its year is the next one that comes. Whether the moment may be used is for the monitor to say.
    """
    here = now.astimezone(zone)
    day, _space, clock = typed.strip().rpartition(" ")
    try:
        time = time_of_day(clock)
    except ValueError:
        return None
    found = here.date() if not day.strip() else read_day(day)
    if found is None and day.strip():
        with_year = (read_day(f"{day.strip().rstrip('-./')}-{year}") for year in (here.year, here.year + 1))
        found = next((each for each in with_year if each is not None and each >= here.date()), None)
    if found is None:
        return None
    try:
        return datetime.combine(found, time, zone).astimezone(now.tzinfo)
    except OverflowError:
        return None


class OutOfServiceScreen(GuardScreen):
    """Choose a room, say why and until when. A room that is out of service is brought back with both left empty."""

    NAME: ClassVar[str] = "out_of_service"
    TABS: ClassVar[bool] = False
    BANNER: ClassVar[bool] = False
    AUTO_FOCUS = "#out-room"
    BINDINGS = bindings("out_of_service")

    def __init__(self) -> None:
        super().__init__()
        self._at: int | None = None
        self._sent = False

    def compose_body(self) -> ComposeResult:
        """Which room, the rooms that fit, why, until when, and what Enter does."""
        with Vertical(id="out", classes="pane"):
            yield Line(id="out-real")
            yield Line(id="out-room-label")
            yield Field(id="out-room", max_length=60, compact=True)
            yield RowList(id="out-rooms")
            yield Line(id="out-reason-label")
            yield Field(id="out-reason", max_length=REASON_LIMIT, compact=True)
            yield Line(id="out-until-label")
            yield Field(id="out-until", max_length=20, compact=True)
            yield Line(id="out-bar")

    def opened(self) -> None:
        """Begin afresh."""
        with self.prevent(Input.Changed):
            for name in _FIELDS:
                self._field(name).value = ""
        self._at = None
        self._sent = False
        self._field("out-room").focus()
        self._catch_up()

    def render_view(self, view: BoardView, age: float) -> None:
        """Show the rooms that fit what has been typed, and what Enter does."""
        pane = self.query_one("#out", Vertical)
        heading = _("ROOM OUT OF SERVICE")
        if pane.border_title != heading:  # setting it paints the whole pane anew
            pane.border_title = heading
        self._line("out-real").show(
            plain(
                _("A press from the room is a real alarm all the same. It comes back into service by itself."), "bold"
            )
        )
        self._line("out-room-label").show(plain(_("Which room? A few letters, or the arrow keys")))
        self._line("out-reason-label").show(plain(_("Why? No names: it stands on the board")))
        self._line("out-until-label").show(plain(_("Until when? 14:00, or 25-11 14:00; at most 31 days")))
        self._show_rooms()
        self._show_bar()

    # The room

    def _choices(self) -> list[Room]:
        return matching(self.desk.settings.rooms, self._field("out-room").value)

    def _choice(self) -> Room | None:
        """The chosen room: with the arrow keys, else the likeliest for what is typed."""
        choices = self._choices()
        if not choices or (self._at is None and not self._field("out-room").value.strip()):
            return None
        return choices[min(self._at or 0, len(choices) - 1)]

    def _now(self, room: Room) -> RoomView | None:
        """The room as it is now, where it is out of service."""
        return next((one for one in self.desk.shown.rooms if one.id == room.id and one.out_until), None)

    def _show_rooms(self) -> None:
        choices, chosen = self._choices(), self._choice()

        def row(number: int, here: bool, width: int) -> Content:
            room = choices[number]
            out = self._now(room)
            said = out_said(out, self.desk.clock.now(), self.desk.settings) if out else f"{room.id:<8} {room.name}"
            chosen_here = here and chosen is not None
            mark = f"{'>' if chosen_here else ' '} {SIGN if out else ' '}"
            return plain(fitted(f"{mark} {said}", width), "reverse bold" if chosen_here else "" if out else "$quiet")

        at_now = 0 if chosen is None else choices.index(chosen)
        self.query_one("#out-rooms", RowList).draw(len(choices), at_now, row)

    def _show_bar(self) -> None:
        room = self._choice()
        if room is None:
            said = _("Choose a room. Esc: nothing is changed.")
        elif self._ends_it(room):
            said = _("Enter: {room} IS IN SERVICE AGAIN. Another time or reason: write both.").format(room=room.id)
        elif (until := self._until()) is not None and self._reason():
            zone = self.desk.settings.site.zone
            time = at(until.astimezone(zone), self.desk.clock.now().astimezone(zone))
            said = _("Enter: {room} OUT OF SERVICE until {time}").format(room=room.id, time=time)
        else:
            said = _("{room}: say why and until when. Enter goes to the next field.").format(room=room.id)
        self._line("out-bar").show(plain(said, "bold"))

    def _ends_it(self, room: Room) -> bool:
        """Whether Enter brings the room back: it is out of service, and nothing else is said of it."""
        return self._now(room) is not None and not self._reason() and not self._field("out-until").value.strip()

    def _reason(self) -> str:
        return self._field("out-reason").value.strip()

    def _until(self) -> datetime | None:
        desk = self.desk
        return typed_until(self._field("out-until").value, desk.clock.now(), desk.settings.site.zone)

    # Keys

    def on_input_changed(self, event: Input.Changed) -> None:
        """The likeliest room is chosen again with every letter."""
        if event.input.id == "out-room":
            self._at = None
        self._catch_up()

    def action_choose(self, step: int) -> None:
        """Choose the room below or above."""
        count = len(self._choices())
        if count:
            at_now = self._at if self._at is not None else (0 if self._choice() else -1 if step > 0 else count)
            self._at = max(0, min(count - 1, at_now + step))
            self._catch_up()

    def on_row_list_clicked(self, event: RowList.Clicked) -> None:
        """A click chooses."""
        self._at = event.at
        self._catch_up()

    def action_next_field(self) -> None:
        """Go to the field after this one, and round."""
        here = self.focused.id if self.focused is not None else None
        at_now = _FIELDS.index(here) if here in _FIELDS else -1
        self._field(_FIELDS[(at_now + 1) % len(_FIELDS)]).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter saves where everything is said, else it goes on to what is not."""
        room = self._choice()
        if room is None or self._ends_it(room) or event.input.id == "out-until":
            self.action_save()
        elif not self._reason():
            self._field("out-reason").focus()
        elif not self._field("out-until").value.strip():
            self._field("out-until").focus()
        else:
            self.action_save()

    def action_save(self) -> None:
        """Have it done; the dialog closes when the monitor has it."""
        room = self._choice()
        if room is None:
            self._refuse(_("Choose a room."), "out-room")
        elif self._ends_it(room):
            self._send(room, "")
        elif not self._reason():
            self._refuse(
                _("Say why the room is out of service, for example: the button is being mended."), "out-reason"
            )
        elif (until := self._until()) is None:
            self._refuse(_("Say until when, for example 14:00 or 25-11 14:00."), "out-until")
        elif until <= self.desk.clock.now():
            self._refuse(_("That time is past. Write the day too, for example 25-11 14:00."), "out-until")
        elif until - self.desk.clock.now() > LONGEST:
            self._refuse(_("At most 31 days: it is said again then, if need be."), "out-until")
        else:
            self._send(room, stamp(until))

    def _send(self, room: Room, until: str) -> None:
        """Ask for the act: out of service until then, or in service again with no time."""
        if self._sent:
            return
        self._sent = True

        def told(reply: ActReply) -> None:
            self._sent = False
            if not reply.refused:
                self.desk.leave(self)

        if until:
            self.act("out_of_service", told, room=room.id, text=self._reason(), until=until)
        else:
            self.act("in_service", told, room=room.id)

    def _refuse(self, sentence: str, name: str) -> None:
        self.say(sentence, urgent=True)
        self._field(name).focus()

    def on_click(self, event: events.Click) -> None:
        """A click on the bar is Enter."""
        if event.widget is not None and event.widget.id == "out-bar":
            self.action_save()

    def _field(self, name: str) -> Field:
        return self.query_one(f"#{name}", Field)

    def _line(self, name: str) -> Line:
        return self.query_one(f"#{name}", Line)
