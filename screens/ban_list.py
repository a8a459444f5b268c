"""Lists of bans: the active ones, those that end soon, those under way, those that whoever is signed in has to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from guardroom.alarms.view import BoardView
from guardroom.bans.view import BanCard, BanLine
from guardroom.days import day_in, written
from guardroom.language import _, n_
from guardroom.people.purposes import PURPOSES
from guardroom.people.roles import Right
from guardroom.people.who import Who
from guardroom.refusal import Refused
from screens.ban import open_ban
from screens.bans import purpose_line, show_card, status
from screens.following import Follower
from screens.keys import bindings
from screens.plain import Line, fitted, lines, plain
from screens.record_screen import RecordScreen
from screens.row_list import RowList
from screens.wrapping import packed

if TYPE_CHECKING:
    from datetime import date

    from guardroom.house import House
    from screens.app import GuardroomApp

Which = Literal["active", "ending", "drafts", "all", "to_read"]
_RIGHTS = {
    "active": Right.BAN_LIST,
    "ending": Right.BAN_LIST,
    "drafts": Right.BAN_PAST,
    "all": Right.BAN_PAST,
    "to_read": Right.BAN_READ,
}
_KEYS = {
    "active": "bans_active",
    "ending": "bans_ending",
    "drafts": "bans_drafts",
    "all": "bans_all",
    "to_read": "bans_to_read",
}
_WIDE = 100
_AHEAD_DAYS = 60
"""So long before it is due, a list says by when the attempt to normalise is to be made."""


def open_list(desk: GuardroomApp, which: Which) -> None:
    """Bring one of the lists to the front."""
    screen = desk.get_screen("ban_list")
    assert isinstance(screen, BanLists)
    screen.which = which
    desk.open("ban_list")


def left(line: BanLine, today: date, *, short: bool = False) -> str:
    """How long it still is, and whether the attempt to normalise is due."""
    said = ""
    if line.days_left is not None:
        if short:
            said = _("{count} d").format(count=line.days_left)
        else:
            said = n_("{count} day left", "{count} days left", line.days_left).format(count=line.days_left)
    if line.normalise_by is not None and line.normalise_by <= today:
        said += " " + _("! NORMALISE")
    elif line.normalise_by is not None and not short and (line.normalise_by - today).days <= _AHEAD_DAYS:
        said += " " + _("normalise by {day}").format(day=written(line.normalise_by))
    return said.strip()


def columns(width: int, number: str, name: str, born: str, status: str, until: str, left: str) -> str:
    """The columns of a list, in so many cells; what is left of the ban takes the rest."""
    cells: tuple[tuple[str, int], ...]
    if width >= _WIDE:
        cells = ((number, 11), (name, 26), (born, 10), (status, 24), (until, 10))
    else:
        cells = ((number, 11), (name, 17), (status, 15), (until, 10))
    return fitted(" ".join(fitted(text, room) for text, room in cells) + " " + left, width)


def ban_row(line: BanLine, chosen: bool, width: int, today: date) -> Content:
    """One ban; one that is not read yet is marked."""
    short = width - 2 < _WIDE
    said = columns(
        width - 2,
        line.number,
        line.name,
        line.born or "-",
        status(line),
        written(line.ends_on) or "-",
        left(line, today, short=short),
    )
    mark = f"{'>' if chosen else ' '}{' ' if line.read else '*'}"
    return plain(mark + said, "reverse bold" if chosen else "" if line.read else "bold")


def heading_row(width: int) -> Content:
    """What the columns are."""
    said = columns(width - 2, _("Number"), _("Name"), _("Born"), _("Status"), _("Until"), _("Left"))
    return plain(f"  {said}", "$quiet")


class BanLists(RecordScreen):
    """One of the lists."""

    NAME: ClassVar[str] = "ban_list"
    NEEDS: ClassVar[frozenset[Right]] = frozenset({Right.BAN_LIST})
    BINDINGS = bindings("ban_list")

    def __init__(self) -> None:
        super().__init__()
        self.which: Which = "active"
        self._purpose = "shift"
        self._lines: tuple[BanLine, ...] | None = None
        self._failed = ""
        self._at = 0
        self._follower = Follower(self, "list-pane", self._ask_quietly)

    def compose_body(self) -> ComposeResult:
        """Which list, and its rows."""
        yield Line(id="list-purpose")
        yield Line(id="list-which")
        with Vertical(id="list-pane", classes="pane"):
            yield Line(id="list-heading")
            yield RowList(id="list-rows")
            yield Line(id="list-said")

    def opened(self) -> None:
        """Begin at the top."""
        self._at = 0
        self.set_focus(None)

    def forget(self) -> None:
        """Nobody's name stays."""
        super().forget()
        self._lines = None
        self.which = "active"
        self._follower.forget()
        if self.has_widgets:
            self.line("list-rows").show(Content(""))

    def look_again(self) -> None:
        """Ask for the list as it is now."""
        self._load()

    def _load(self) -> None:
        which, why = self.which, self._purpose

        def told(found: tuple[BanLine, ...]) -> None:
            if self.which == which:
                before = self._lines[self._at].id if self._lines else None
                ids = [line.id for line in found]
                self._lines, self._failed = found, ""
                self._at = ids.index(before) if before in ids else max(0, min(self._at, len(found) - 1))
                self._catch_up()

        def failed(why: Refused) -> None:
            if self.which == which:
                self._lines, self._failed = None, why.sentence
                self._catch_up()

        def lines(house: House, who: Who) -> tuple[BanLine, ...]:
            return house.bans.lines(who, which, why)

        self.ask(self._follower.noting(lines), told, failed, key="ban list")

    def _ask_quietly(self) -> bool:
        """Showing the list is logged, with its purpose: it is read when somebody asks for it."""
        return False

    def render_view(self, view: BoardView, age: float) -> None:
        """Show the rows that fit."""
        self._follower.look(view)
        width = max(1, self.desk.size.width - 2)
        self.line("list-purpose").show(plain(" ") + purpose_line(self._purpose, self.cap_of("purpose"), width))
        self.line("list-which").show(lines(*(Content(" ") + row for row in self._choices(width))))
        found = self._lines or ()
        heading = {
            "active": _("ACTIVE BANS"),
            "ending": _("ENDING WITHIN 30 DAYS, OR TO BE NORMALISED"),
            "drafts": _("UNDER WAY: NOT IN FORCE YET"),
            "all": _("ALL BANS, PAST ONES TOO"),
            "to_read": _("NEW BANS THAT YOU HAVE NOT READ"),
        }[self.which]
        self.titled("list-pane", f"{heading} ({len(found)})" if self._lines is not None else heading)
        rows = self.query_one("#list-rows", RowList)
        today = day_in(self.desk.clock.now(), self.desk.settings.site.zone)
        self.line("list-heading").display = bool(found)
        self.line("list-heading").show(heading_row(max(1, rows.size.width)))
        rows.draw(len(found), self._at, lambda at, chosen, cells: ban_row(found[at], chosen, cells, today))
        self.line("list-said").show(plain(self._said(), "bold" if self._failed else "$quiet"))

    def _choices(self, width: int) -> list[Content]:
        who = self.desk.who
        names = {
            "active": _("All active"),
            "ending": _("Ending soon"),
            "drafts": _("Under way"),
            "all": _("All, past ones too"),
            "to_read": _("To be read"),
        }
        shown = []
        for which, word in names.items():
            if who is not None and who.may(_RIGHTS[which]):
                said = f"{self.cap_of(_KEYS[which])} {word}"
                shown.append(plain(f"[{said}]", "bold") if which == self.which else plain(f" {said} "))
        if who is not None and who.may(Right.BAN_REGISTER):
            shown.append(plain(f" {self.cap_of('reconcile')} {_('Hold against the case system')} "))
        return packed(shown, width, 1)

    def _said(self) -> str:
        if self._failed:
            return self._failed
        if self._lines is None:
            return _("One moment …")
        if not self._lines:
            return {
                "active": _("There is no active ban."),
                "ending": _("No ban ends within 30 days, and none is to be normalised."),
                "drafts": _("No ban is under way."),
                "all": _("There is no ban."),
                "to_read": _("You have read every ban."),
            }[self.which]
        return _("Enter opens it. * is not read yet.") if any(not line.read for line in self._lines) else ""

    def on_row_list_clicked(self, event: RowList.Clicked) -> None:
        """A click chooses, a second one opens."""
        self._at = event.at
        if event.again:
            self.action_open_chosen()
        self._catch_up()

    def action_choose(self, by: int) -> None:
        """Choose a ban further down or up."""
        if self._lines:
            self._at = max(0, min(len(self._lines) - 1, self._at + by))
            self._catch_up()

    def action_refresh(self) -> None:
        """Read the list again, as it is now."""
        self._load()

    def action_which(self, which: Which) -> None:
        """Show another list."""
        who = self.desk.who
        if who is None or not who.may(_RIGHTS[which]):
            self.say(_("This list is not for your role."), urgent=True)
            return
        self.which = which
        self._lines = None
        self._at = 0
        self._load()
        self._catch_up()

    def action_open_chosen(self) -> None:
        """Open the card, or for those who work with bans the ban itself."""
        who = self.desk.who
        if not self._lines or who is None:
            return
        line, why = self._lines[self._at], self._purpose
        if who.may(Right.BAN_PAST) or who.may(Right.BAN_REASONS):
            open_ban(self.desk, line.id, why)
            return

        def opened(card: BanCard) -> None:
            if self.desk.screen is self:
                show_card(self, card, why)

        self.take(lambda house, who: house.bans.card(who, line.id, why), opened)

    def action_next_purpose(self) -> None:
        """The next of the purposes: the list is asked for anew, as what it is logged with is another now."""
        self._purpose = PURPOSES[(PURPOSES.index(self._purpose) + 1) % len(PURPOSES)]
        self._load()
        self._catch_up()

    def action_open_persons(self) -> None:
        """The persons."""
        self.desk.open("persons")

    def action_open_reconcile(self) -> None:
        """Hold the list against the case system's."""
        self.desk.open("reconcile")
