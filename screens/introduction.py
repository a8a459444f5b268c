"""Five short pages for a guard on their first shift here (N11). Esc skips them; help shows them again."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content

from guardroom.alarms.view import BoardView
from guardroom.language import _
from screens.frame import GuardScreen
from screens.keys import bindings
from screens.more import Sheet
from screens.plain import lines
from screens.wrapping import FittedLine, fact, wrapped

PAGES = 5


class Introduction(GuardScreen):
    """What an alarm looks like, its one key, the steps, the police, and what a day is made of."""

    NAME: ClassVar[str] = "introduction"
    TABS: ClassVar[bool] = False
    BINDINGS = bindings("introduction")

    def __init__(self) -> None:
        super().__init__()
        self._page = 0

    def compose_body(self) -> ComposeResult:
        """One page."""
        with Sheet(id="introduction", classes="pane", can_focus=False):
            yield FittedLine(id="introduction-text")

    def opened(self) -> None:
        """Begin with the first page."""
        self._page = 0
        self._catch_up()

    def render_view(self, view: BoardView, age: float) -> None:
        """Show the page."""
        title, texts = self._pages()[self._page]
        pane = self.query_one("#introduction", Sheet)
        heading = _("NEW ON SHIFT {number}/{all}: {title}").format(number=self._page + 1, all=PAGES, title=title)
        if pane.border_title != heading:  # setting it paints the whole pane anew
            pane.border_title = heading
        text = self.query_one("#introduction-text", FittedLine)
        width = max(20, text.size.width)
        rows = [row for said in texts for row in (*fact("·", said, 2, width), Content(""))]
        last = self._page == PAGES - 1
        end = _("{key} ends it. Help ({help}) shows it again.") if last else _("{key} goes on, Esc skips the rest.")
        rows += wrapped(end.format(key=self.cap_of("page_on"), help=self.cap_of("help")), width, "bold")
        text.show(lines(*rows))

    def _pages(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        key = self.cap_of
        return (
            (
                _("what an alarm looks like"),
                (
                    _("When a button is pressed, the alarm takes the whole screen: white on red, and it sounds."),
                    _("On top stands WHERE in big letters, then the way there, then how long ago."),
                    _("It comes whatever you are doing. What you were writing is kept."),
                    _("A fault is blue, with / signs and another sound: nobody has pressed, but a button may fail."),
                ),
            ),
            (
                _("the one key"),
                (
                    _("{key} means: I have seen it and I am going. The sound stops.").format(key=key("acknowledge")),
                    _("{key} says that you both go, {second} sends guard 2.").format(
                        key=key("both"), second=key("second_guard")
                    ),
                    _("{key} silences for 60 seconds and acknowledges nothing.").format(key=key("silence")),
                    _("Pressed again in the same room, it sounds again: {key} once more.").format(
                        key=key("acknowledge")
                    ),
                ),
            ),
            (
                _("the steps"),
                (
                    _(
                        "After {key} comes the response. The digits 1 to 9 note what you have done, with the time."
                    ).format(key=key("acknowledge")),
                    _("Forgot one? {key} adds it later with its real time.").format(key=key("late_entry")),
                    _("A letter says how it ended, {key} closes the alarm.").format(key=key("close")),
                    _("{key} shows the room's checklist and what calms, also while you write.").format(
                        key=key("cards")
                    ),
                ),
            ),
            (
                _("the police"),
                (
                    _("{key} shows what to read aloud to the police: address, entrance, what has happened.").format(
                        key=key("police")
                    ),
                    _("112 in danger: anybody may ring, nobody has to ask first. 114 where it is not urgent."),
                    _("A guard is not the police: you use no force."),
                    _("Note there that you have rung: {danger} for 112, {other} for 114.").format(
                        danger=key("called_112"), other=key("called_114")
                    ),
                ),
            ),
            (
                _("every day"),
                (
                    _("{key} tests a button: one room at a time, and only its next press is a test.").format(
                        key=key("button_tests")
                    ),
                    _(
                        "{key} opens the handover: read what the shift before has left, and write for the next one."
                    ).format(key=key("handover")),
                    _("{key} puts a room out of service when its button cannot be relied on.").format(
                        key=key("out_of_service")
                    ),
                    _("{key} raises an alarm by hand, where somebody phones or shouts.").format(key=key("raise_alarm")),
                ),
            ),
        )

    def action_turn(self, step: int) -> None:
        """Go to the next page or the one before; after the last one it is over."""
        if self._page + step >= PAGES:
            self.action_back()
            return
        self._page = max(0, self._page + step)
        self.query_one("#introduction", Sheet).scroll_home(animate=False)
        self._catch_up()

    def action_back(self) -> None:
        """It is over, or skipped; a shift that has just begun goes on."""
        self.desk.leave(self)
        self.desk.go_on_with_shift()
