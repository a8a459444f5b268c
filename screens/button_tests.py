"""The walk through the rooms that tries every button out: which work, which failed, which nobody has tried.

One room at a time is waited for; its next press is the test and everything else is real. What comes of it is told
by the monitor's next view, here as on every other station.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from guardroom.alarms.places import is_mobile, mobile_key
from guardroom.alarms.view import BoardView, ButtonView, TestView
from guardroom.clock import moment
from guardroom.language import _
from guardroom.settings import Settings
from screens import words
from screens.board import button_sign, button_style
from screens.dates import day_of
from screens.frame import GuardScreen
from screens.keys import bindings
from screens.plain import fitted, lines, plain
from screens.row_list import RowList
from screens.wrapping import FittedLine, wrapped

_WORST_FIRST = ("failed", "untested", "overdue", "tested")
_ROOM_CELLS = 12
_STATE_CELLS = 18
_WHEN_CELLS = 13
_BY_CELLS = 9
_NARROWEST_NAME = 16
_WIDE = 90

Known = dict[tuple[str, str], ButtonView]
"""Buttons by room and label."""


def to_test(buttons: Iterable[ButtonView]) -> list[ButtonView]:
    """Those that are not known to work, the worst first."""
    return sorted((one for one in buttons if one.state != "tested"), key=lambda one: _WORST_FIRST.index(one.state))


def came_of_it(room: str, before: Known, now: Known) -> str:
    """What has come of the test of `room`: "tested", "failed", or "" where it was given up."""
    changed = [one for key, one in now.items() if one.room == room and one != before.get(key)]
    states = {one.state for one in changed}
    return next((state for state in ("tested", "failed") if state in states), "")


def next_to_test(buttons: Sequence[ButtonView], after: tuple[str, str]) -> tuple[str, str]:
    """The button to go on with after this one, in their order and round; itself where none is left."""
    keys = [key_of(one) for one in buttons]
    at = keys.index(after) if after in keys else -1
    following = [*buttons[at + 1 :], *buttons[: at + 1]]
    return next((key_of(one) for one in following if one.state != "tested"), after)


def key_of(button: ButtonView) -> tuple[str, str]:
    """What names a button."""
    return (button.room, button.label)


def count_line(buttons: tuple[ButtonView, ...]) -> str:
    """How far the walk has come: tested of all, and how many are not well."""
    said = [
        _("tested {count} of {all}").format(count=sum(one.state == "tested" for one in buttons), all=len(buttons)),
    ]
    for state in _WORST_FIRST[:-1]:
        if count := sum(one.state == state for one in buttons):
            said.append(f"{words.button_state(state)} {count}")
    return " · ".join(said)


def button_row(button: ButtonView, name: str, chosen: bool, width: int, view: BoardView, settings: Settings) -> Content:
    """One button in exactly `width` cells: room, button, state, when it was last tested and by whom.

    Where it is too narrow for all of them, the state stays.
    """
    said = f"{button_sign(button.state):<2} {words.button_state(button.state)}"
    style = button_style(button.state) or "$quiet"
    if view.test is not None and view.test.room == button.room:
        said, style = f"T  {_('TEST NOW')}", "bold $test"
    when = day_of(button.at, moment(view.at), settings.site.zone) if button.at else "-"
    by = button.by or ("-" if button.at else "")
    right = [(said, _STATE_CELLS, style), (when, _WHEN_CELLS, "$quiet"), (by, _BY_CELLS, "$quiet")]
    while len(right) > 1 and sum(cells for _text, cells, _style in right) + _NARROWEST_NAME > width:
        right.pop()
    room = max(0, width - sum(cells for _text, cells, _style in right))
    short = name if is_mobile(button.room) else button.room
    named = [(f"{'>' if chosen else ' '} {short}", min(room, _ROOM_CELLS), "$quiet")]
    room -= named[0][1]
    if width >= _WIDE:
        named.append((name, room // 2, "$quiet"))
    named.append((button.label, room - sum(cells for _text, cells, _style in named[1:]), "$quiet"))
    row = [
        plain(fitted(fitted(text, cells - 1), cells), "reverse bold" if chosen else look)
        for text, cells, look in (*named, *right)
        if cells > 0
    ]
    return Content("").join(row).truncate(width)


class ButtonTests(GuardScreen):
    """Every button with its last test; Enter tests the chosen one."""

    NAME: ClassVar[str] = "button_tests"
    TABS: ClassVar[bool] = False
    BINDINGS = bindings("button_tests")

    def __init__(self) -> None:
        super().__init__()
        self._chosen = ("", "")
        self._only_to_test = False
        self._waited: TestView | None = None
        self._before: Known = {}
        self._last = ("", "")

    def compose_body(self) -> ComposeResult:
        """What to do now, every button, and what is real all the same."""
        yield FittedLine(id="test-now")
        with Vertical(id="buttons-pane", classes="pane"):
            yield RowList(id="buttons")
        yield FittedLine(id="test-real")

    def opened(self) -> None:
        """Begin with the first button that is not known to work."""
        buttons = self.desk.shown.buttons
        keys = [key_of(one) for one in buttons]
        self._last = ("", "")
        self._waited = None
        if buttons and self.desk.shown.test is None:
            self._chosen = next_to_test(buttons, keys[-1])

    def render_view(self, view: BoardView, age: float) -> None:
        """Show every button, the test that runs, and what came of the one before."""
        self._follow(view)
        pane = self.query_one("#buttons-pane")
        heading = _("BUTTONS: {count}").format(count=count_line(view.buttons))
        if self._only_to_test:
            left, all_of_them = len(to_test(view.buttons)), len(view.buttons)
            heading = _("TO TEST, worst first: {count} of {all}").format(count=left, all=all_of_them)
        if pane.border_title != heading:  # setting it paints the whole pane anew
            pane.border_title = heading
        self._show_now(view, age)
        real = self.query_one("#test-real", FittedLine)
        said = _("Real all the same: a press anywhere else, one after the button was reset, and a duress code.")
        real.show(lines(*wrapped(said, max(1, real.size.width), "bold")))
        rows, listed = self._listed(view), self.query_one("#buttons", RowList)
        names = self._names(view)
        if not rows:
            said = _("No room has a button.") if not view.buttons else _("Every button works.")
            listed.draw(1, 0, lambda _number, _chosen, width: plain(fitted(f" {said}", width), "bold"))
            return
        settings = self.desk.settings
        listed.draw(
            len(rows),
            self._at(rows),
            lambda number, chosen, width: button_row(
                rows[number], names.get(rows[number].room, ""), chosen, width, view, settings
            ),
        )

    def _names(self, view: BoardView) -> dict[str, str]:
        """What rooms and mobile alarms are called, by what stands for them."""
        mobiles = {mobile_key(each.id): each.name for each in self.desk.settings.mobiles}
        return {room.id: room.name for room in view.rooms} | mobiles

    def _listed(self, view: BoardView) -> list[ButtonView]:
        return to_test(view.buttons) if self._only_to_test else list(view.buttons)

    def _at(self, rows: list[ButtonView]) -> int:
        keys = [key_of(one) for one in rows]
        return keys.index(self._chosen) if self._chosen in keys else 0

    def _choice(self) -> ButtonView | None:
        rows = self._listed(self.desk.shown)
        return rows[self._at(rows)] if rows else None

    def _follow(self, view: BoardView) -> None:
        """Notice that a test has begun, or what came of it, and go on to the next button once one works."""
        if self.desk.lost:
            return
        now = {key_of(one): one for one in view.buttons}
        waited = self._waited
        if waited is not None and (view.test is None or view.test.room != waited.room):
            came = came_of_it(waited.room, self._before, now)
            self._last = (came, waited.place)
            if (
                came == "tested"
                and (chosen := now.get(self._chosen)) is not None
                and chosen.room == waited.room
                and chosen.state == "tested"
            ):
                order = to_test(self._before.values()) if self._only_to_test else self._before.values()
                self._chosen = next_to_test([now.get(key_of(one), one) for one in order], self._chosen)
            self._waited = None
        if view.test is not None:
            if self._waited is None:
                self._before = now
                if not any(self._chosen == key and key[0] == view.test.room for key in now):
                    self._chosen = next((key for key in now if key[0] == view.test.room), self._chosen)
            self._waited = view.test

    def _show_now(self, view: BoardView, age: float) -> None:
        """The one thing to do now, in two rows at least, so that the list does not jump."""
        line = self.query_one("#test-now", FittedLine)
        width = max(1, line.size.width)
        rows = [row for text, style in self._now(view, age) for row in wrapped(text, width, style)]
        rows.extend([Content("")] * (2 - len(rows)))
        line.show(lines(*rows))

    def _now(self, view: BoardView, age: float) -> list[tuple[str, str]]:
        """What is said on top, with its styles."""
        if self.desk.lost:
            return [(_("UNKNOWN: the monitor does not answer. No button can be tested now."), "bold $fault-muted")]
        said: list[tuple[str, str]] = []
        came, place = self._last
        if came == "tested":
            said.append((_("{place}: the button works.").format(place=place), "bold"))
        elif came == "failed":
            said.append((f"T! {_failed(place, self.desk.settings)}", "bold $fault-text on $fault"))
        if view.test is not None:
            seconds = max(0, int(view.test.left_s - age))
            press = _("T  Press the button in {place} now: {seconds} s")
            said = [(press.format(place=view.test.place, seconds=seconds), "bold $test")]
            said.append((_("{key} stops the test.").format(key=self.cap_of("test_close")), ""))
        elif (choice := self._choice()) is not None and came != "failed":
            room = self._names(view).get(choice.room, "") if is_mobile(choice.room) else choice.room
            begin = _("{key} tests the button in {room}. It is waited for 60 s.")
            said.append((begin.format(key=self.cap_of("test_open"), room=room), ""))
        return said

    # -- keys --------------------------------------------------------------------------------------------------

    def action_choose(self, step: int) -> None:
        """Go `step` buttons on in the list."""
        rows = self._listed(self.desk.shown)
        if rows:
            self._choose(min(max(self._at(rows) + step, 0), len(rows) - 1))

    def _choose(self, at: int) -> None:
        rows = self._listed(self.desk.shown)
        self._chosen = key_of(rows[min(at, len(rows) - 1)])
        self._last = ("", "")
        self._catch_up()

    def action_filter(self) -> None:
        """Show every button in the order of the house, or only those to test, the worst first."""
        choice = self._choice()
        self._only_to_test = not self._only_to_test
        if choice is not None:
            self._chosen = key_of(choice)
        self._catch_up()

    def action_test_open(self) -> None:
        """Wait for a press of the chosen button; pressed again while it is waited for, begin anew."""
        choice = self._choice()
        if self.desk.lost:
            # Sent later it would make a test of a press that is real.
            self.say(_("The monitor does not answer: no button can be tested now."), urgent=True)
        elif choice is not None:
            self._last = ("", "")
            self.act("test_open", room=choice.room)

    def action_test_close(self) -> None:
        """Wait for no press any more."""
        if self.desk.shown.test is not None:
            self.act("test_close")
        else:
            self.say(_("No button is being tested."))

    def on_row_list_clicked(self, event: RowList.Clicked) -> None:
        """A click chooses, a click on the chosen one tests it."""
        if event.again:
            self.action_test_open()
        elif event.at < len(self._listed(self.desk.shown)):
            self._choose(event.at)


def _failed(place: str, settings: Settings) -> str:
    """What to do where no press came."""
    technician = _("the technician")
    if settings.technician:
        technician = _("the technician ({phone})").format(phone=settings.technician)
    said = _("{place}: NO PRESS CAME. Try once more; if it fails again, use another room and call {technician}.")
    return said.format(place=place, technician=technician)
