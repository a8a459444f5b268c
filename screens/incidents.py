"""The history of incidents: newest first, filtered while one types; own drafts on top."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar
from zoneinfo import ZoneInfo

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input

from guardroom.alarms.view import BoardView
from guardroom.clock import stamp
from guardroom.incidents import words
from guardroom.incidents.view import DraftView, IncidentLine, IncidentPage
from guardroom.language import _
from guardroom.people.roles import Right
from guardroom.people.who import Who
from guardroom.refusal import Refused
from screens.dates import day_of
from screens.following import Follower
from screens.frame import GuardScreen
from screens.incident_form import About
from screens.keys import bindings
from screens.plain import Field, Line, fitted, lines, plain

if TYPE_CHECKING:
    from guardroom.house import House

PAGE = 50
"""So many incidents are asked for at once."""

ROOMY = 100
"""From so many cells on there is room for whole words."""

Row = DraftView | IncidentLine


def heading(width: int) -> Content:
    """The names of the columns, in `width` cells."""
    return plain(_columns(_("No."), _("Time"), _("What"), _("Where"), _("Who"), _("Police"), width), "$quiet")


def told(line: IncidentLine) -> str:
    """What the columns may have no room for, in a sentence's length."""
    return " · ".join(part for part in (words.kind(line.kind), line.place, line.who) if part)


def list_rows(rows: Sequence[Row], chosen: int, width: int, height: int, now: datetime, zone: ZoneInfo) -> Content:
    """As many lines as there is room for, the chosen one marked and in sight."""
    first = first_shown(len(rows), chosen, height)
    made: list[Content] = []
    for at, row in list(enumerate(rows))[first : first + max(1, height)]:
        text = _draft(row, width, now, zone) if isinstance(row, DraftView) else _incident(row, width, zone)
        style = "bold" if isinstance(row, DraftView) else ""
        made.append(plain(text, "reverse bold" if at == chosen else style))
    return lines(*made) if made else Content("")


def first_shown(count: int, chosen: int, height: int) -> int:
    """Which line is the first of those shown, so that the chosen one is in sight."""
    return max(0, min(chosen - height // 2, count - height))


def _columns(number: str, when: str, what: str, where: str, who: str, police: str, width: int) -> str:
    roomy = width >= ROOMY
    gap = 2 if roomy else 1
    cells = [8, 16 if roomy else 14, 34 if roomy else 20, 0, 0, 6]
    rest = max(0, width - 2 - sum(cells) - 5 * gap)
    cells[3], cells[4] = rest // 2, rest - rest // 2
    texts = (number, when, what, where, who, police)
    row = (" " * gap).join(fitted(text, cell) for text, cell in zip(texts, cells, strict=True))
    return fitted(f"  {row}", width)


def _incident(line: IncidentLine, width: int, zone: ZoneInfo) -> str:
    form = "%d-%m-%Y %H:%M" if width >= ROOMY else "%d-%m-%y %H:%M"
    when = line.happened_at.astimezone(zone).strftime(form)
    return _columns(line.number, when, words.kind(line.kind), line.place, line.who, line.police, width)


def _draft(draft: DraftView, width: int, now: datetime, zone: ZoneInfo) -> str:
    kind = words.kind(draft.kind) if draft.kind else ""
    said = _("YOUR DRAFT, kept {when}").format(when=day_of(stamp(draft.saved_at), now, zone))
    return fitted("  " + "   ".join(part for part in (said, kind, draft.place) if part), width)


def _which(row: Row) -> tuple[bool, int]:
    """Which row it is, whatever stands in it by now."""
    return isinstance(row, DraftView), row.id


class Incidents(GuardScreen):
    """The list of incidents."""

    NAME: ClassVar[str] = "incidents"
    NEEDS = frozenset({Right.INCIDENT_LIST, Right.INCIDENT_LOG})
    BINDINGS = bindings("incidents")

    def __init__(self) -> None:
        super().__init__()
        self._drafts: tuple[DraftView, ...] = ()
        self._lines: tuple[IncidentLine, ...] = ()
        self._more = False
        self._asked = False
        self._loaded = False
        self._chosen = 0
        self._wrong = ""
        self._follower = Follower(self, "incidents-pane", self._ask_quietly)

    def compose_body(self) -> ComposeResult:
        """The search, the names of the columns, the lines, and what is to be said about them."""
        with Vertical(id="incidents-pane", classes="pane"):
            with Horizontal(id="incidents-search-row"):
                yield Line(id="incidents-search-label")
                yield Field(id="incidents-search", max_length=100, compact=True, select_on_focus=False)
            yield Line(id="incidents-heading")
            yield Line(id="incidents-rows")
            yield Line(id="incidents-foot")

    @property
    def _search(self) -> Field:
        return self.query_one("#incidents-search", Field)

    @property
    def _rows(self) -> tuple[Row, ...]:
        return (*self._drafts, *self._lines)

    def opened(self) -> None:
        """Begin with the newest."""
        self._empty()
        self._ask()

    def forget(self) -> None:
        """Show nothing of anybody's."""
        self._empty()

    def _empty(self) -> None:
        self._drafts, self._lines = (), ()
        self._more = self._asked = self._loaded = False
        self._chosen, self._wrong = 0, ""
        self._follower.forget()
        if self.app.is_running:
            with self.prevent(Input.Changed):
                self._search.value = ""
            self.set_focus(None)
            self._catch_up()

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Something may have been written since."""
        if self._loaded and self.desk.who is not None:
            self._ask()

    # Asking

    def _ask(self) -> None:
        """Ask for the newest that fit what is searched for."""
        who = self.desk.who
        if who is None:
            return
        query, limit = self._search.value.strip(), max(PAGE, len(self._lines))

        def look(house: House, who: Who) -> tuple[tuple[DraftView, ...], IncidentPage]:
            drafts = house.incidents.drafts(who) if who.may(Right.INCIDENT_LOG) and not query else ()
            return drafts, house.incidents.page(who, query, limit=limit)

        read = self._follower.noting(look)

        def told(answer: tuple[tuple[DraftView, ...], IncidentPage]) -> None:
            if self.desk.who != who or self._search.value.strip() != query:
                return
            before = _which(self._rows[self._chosen]) if self._chosen < len(self._rows) else None
            self._drafts, page = answer
            self._lines, self._more = page.lines, page.more
            self._loaded, self._asked, self._wrong = True, False, ""
            now = [_which(row) for row in self._rows]
            self._chosen = now.index(before) if before in now else 0
            self._catch_up()

        self.desk.ask(lambda house: read(house, who), told, self._refused, key="incidents")

    def _ask_quietly(self) -> bool:
        """Ask again where that is not logged as opening the list: while something is searched for."""
        searching = bool(self._search.value.strip())
        if searching:
            self._ask()
        return searching

    def _ask_more(self, then: int) -> None:
        """Ask for the next older ones, and choose the line of this number when they are there."""
        who = self.desk.who
        if who is None or self._asked or not self._more:
            return
        self._asked = True
        query, before = self._search.value.strip(), self._lines[-1]

        def told(page: IncidentPage) -> None:
            self._asked = False
            if self.desk.who != who or not self._lines or self._lines[-1] != before:
                return
            self._lines = (*self._lines, *page.lines)
            self._more = page.more
            self._chosen = min(then, len(self._rows) - 1)
            self._catch_up()

        self.desk.ask(lambda house: house.incidents.page(who, query, before, PAGE), told, self._refused)

    def _refused(self, refused: Refused) -> None:
        self._asked = False
        self._wrong = refused.sentence
        self._catch_up()
        self.desk.say(refused.sentence, urgent=True)

    # Showing

    def _height(self) -> int:
        return max(1, self.query_one("#incidents-rows").size.height)

    def render_view(self, view: BoardView, age: float) -> None:
        """Draw the lines that there is room for."""
        pane = self.query_one("#incidents-pane")
        title = _("INCIDENTS, newest first")
        if pane.border_title != title:
            pane.border_title = title
        self._follower.look(view)
        width = max(20, pane.content_size.width)
        self._line("search-label").show(plain(_("S searches:")))
        self._line("heading").show(heading(width))
        zone = self.desk.settings.site.zone
        rows = list_rows(self._rows, self._chosen, width, self._height(), self.desk.clock.now(), zone)
        self._line("rows").show(rows)
        self._line("foot").show(plain(fitted(self._foot(), width), "$quiet"))

    def _foot(self) -> str:
        if self._wrong:
            return self._wrong
        if not self._loaded:
            return _("One moment …")
        if not self._rows:
            who = self.desk.who
            if self._search.value.strip():
                return _("Nothing fits that.")
            if who is not None and not who.may(Right.INCIDENT_LIST):
                return _("You have written no incident; those of others are not shown to you.")
            return _("No incident has been written.")
        at, count = self._chosen + 1, len(self._rows)
        said = _("{at} of {count}").format(at=at, count=count)
        if self._more:
            said = _("{at} of the newest {count}, PgDn: older").format(at=at, count=count)
        row = self._rows[self._chosen]
        if self.desk.size.width < ROOMY and isinstance(row, IncidentLine):
            return f"{told(row)}   {said}"
        return said

    def _line(self, name: str) -> Line:
        return self.query_one(f"#incidents-{name}", Line)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Other keys do something while one types."""
        self._catch_up()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """And others when one does not."""
        self._catch_up()

    # Choosing

    def _choose(self, at: int) -> None:
        count = len(self._rows)
        if not count:
            return
        if at >= count and self._more:
            self._ask_more(at)
        self._chosen = min(max(at, 0), count - 1)
        self._catch_up()

    def action_choose(self, by: int) -> None:
        """Go to the line below or above."""
        self._choose(self._chosen + by)

    def action_page(self, by: int) -> None:
        """Go a screenful on or back."""
        self._choose(self._chosen + by * max(1, self._height() - 1))

    def action_newest(self) -> None:
        """Go to the newest."""
        self._choose(0)

    def action_oldest(self) -> None:
        """Go to the oldest that has been shown, and ask for older ones."""
        self._choose(len(self._rows) - 1 + (PAGE if self._more else 0))

    def action_refresh(self) -> None:
        """Read the list again, as it is now."""
        self._ask()

    def action_search(self) -> None:
        """Begin to type what is searched for."""
        self._search.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Every letter filters."""
        self._chosen = 0
        self._ask()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes back to the list."""
        self.set_focus(None)

    def action_open_chosen(self) -> None:
        """Open the incident, or go on with the draft."""
        if self._chosen >= len(self._rows):
            return
        row = self._rows[self._chosen]
        if isinstance(row, DraftView):
            self.desk.write_incident(About(draft=row.id))
        elif row.readable:
            self.desk.open_incident(row.id)
        else:
            self.say(self._why_not(self.desk.who))

    def _why_not(self, who: Who | None) -> str:
        if who is not None and who.may(Right.INCIDENT_TEXT):
            return _("This is of another part of the house: its leader reads it.")
        return _("You read those that you wrote or took part in; a leader reads the others.")

    def action_back(self) -> None:
        """Leave the search first, then the screen."""
        if self._search.has_focus or self._search.value:
            self.set_focus(None)
            self._search.value = ""
        else:
            self.desk.leave(self)

    def on_click(self, event: events.Click) -> None:
        """A click chooses a line; on the chosen one it opens it."""
        if event.widget is not self.query_one("#incidents-rows"):
            return
        at = first_shown(len(self._rows), self._chosen, self._height()) + event.y
        if at >= len(self._rows):
            return
        if at == self._chosen:
            self.action_open_chosen()
        else:
            self._choose(at)
