"""What must be done: the follow-ups by their deadline, and the chosen one whole."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from guardroom.alarms.view import BoardView
from guardroom.days import day_in
from guardroom.followups import words
from guardroom.followups.view import WHICH, FollowUpLine, FollowUpPage, KindCount, Which
from guardroom.house import House
from guardroom.language import _
from guardroom.people.roles import Right
from guardroom.people.who import Who
from guardroom.refusal import Refused
from guardroom.reports.period import half_year_of
from screens.ban import open_ban
from screens.following import Follower
from screens.followup_rows import count_rows, heading, row, whole
from screens.followup_step import ask_followup
from screens.keys import bindings
from screens.more import Sheet
from screens.plain import fitted, lines, plain
from screens.record_screen import RecordScreen
from screens.reports import open_reports
from screens.row_list import RowList
from screens.wrapping import FittedLine

PAGE = 50
"""So many are asked for at once."""


class FollowUpList(RecordScreen):
    """The list."""

    NAME: ClassVar[str] = "followups"
    NEEDS: ClassVar[frozenset[Right]] = frozenset({Right.FOLLOWUP_SEE})
    BINDINGS = bindings("followups")

    def __init__(self) -> None:
        super().__init__()
        self._which: Which = "mine"
        self._exporting = False
        self._lines: tuple[FollowUpLine, ...] = ()
        self._counts: tuple[KindCount, ...] = ()
        self._more = self._loaded = self._asked = False
        self._at = 0
        self._failed = ""
        self._follower = Follower(self, "followups-pane", self._ask_quietly)

    def compose_body(self) -> ComposeResult:
        """The list; beneath it the chosen one, and beside that how many there are."""
        with Vertical(id="followups-pane", classes="pane"):
            yield FittedLine(id="followups-note")
            yield FittedLine(id="followups-heading")
            yield RowList(id="followups-rows")
            yield FittedLine(id="followups-foot")
        with Horizontal(id="followups-below"):
            with Sheet(id="followup-pane", classes="pane", can_focus=False):
                yield FittedLine(id="followup-text")
            with Sheet(id="followup-counts-pane", classes="pane", can_focus=False):
                yield FittedLine(id="followup-counts")

    def opened(self) -> None:
        """Begin with the most urgent of one's own."""
        self._which, self._at = "mine", 0
        self.set_focus(None)

    def forget(self) -> None:
        """Nothing of it stays on the glass, or in memory."""
        super().forget()
        self._lines, self._counts, self._failed = (), (), ""
        self._more = self._loaded = self._asked = False
        self._follower.forget()
        if self.has_widgets:
            for name in ("followups-rows", "followups-foot", "followup-text", "followup-counts"):
                self.line(name).show(Content(""))

    # Asking

    def look_again(self) -> None:
        """Ask for the first page as it is now; as many as are shown already."""
        which, limit = self._which, max(PAGE, len(self._lines))

        def told(page: FollowUpPage) -> None:
            if which != self._which:
                return
            before = self._chosen
            self._lines, self._more = page.lines, page.more
            self._loaded, self._asked, self._failed = True, False, ""
            ids = [line.id for line in self._lines]
            self._at = ids.index(before.id) if before is not None and before.id in ids else min(self._at, len(ids))
            self._at = max(0, min(self._at, len(ids) - 1))
            self._catch_up()

        def failed(why: Refused) -> None:
            self._failed = why.sentence
            self._catch_up()

        def counted(counts: tuple[KindCount, ...]) -> None:
            self._counts = counts
            self._catch_up()

        def page(house: House, who: Who) -> FollowUpPage:
            return house.followups.page(who, which, limit=limit)

        self.ask(self._follower.noting(page), told, failed, key="followups")
        self.ask(lambda house, who: house.followups.counts(who, which), counted, failed, key="followup-counts")

    def _ask_quietly(self) -> bool:
        """Reading the list is not logged."""
        self.look_again()
        return True

    def _ask_more(self, then: int) -> None:
        """Ask for the next ones, and choose the line of this number when they are there."""
        if self._asked or not self._more:
            return
        self._asked = True
        which, last = self._which, self._lines[-1]

        def told(page: FollowUpPage) -> None:
            self._asked = False
            if which != self._which or not self._lines or self._lines[-1] != last:
                return
            self._lines, self._more = (*self._lines, *page.lines), page.more
            self._at = min(then, len(self._lines) - 1)
            self._catch_up()

        def failed(why: Refused) -> None:
            self._asked = False
            self.desk.say(why.sentence, urgent=True)

        self.ask(lambda house, who: house.followups.page(who, which, last, PAGE), told, failed)

    @property
    def _chosen(self) -> FollowUpLine | None:
        return self._lines[self._at] if self._at < len(self._lines) else None

    # Showing

    def render_view(self, view: BoardView, age: float) -> None:
        """Draw the lines that there is room for, and the chosen one."""
        self._follower.look(view)
        zone, now = self.desk.settings.site.zone, self.desk.clock.now()
        self.titled("followups-pane", _("FOLLOW-UPS: {which}").format(which=words.which(self._which)))
        note = _("Real hours, weekends too.  ! under a quarter left   !! under 12 h   X overdue")
        self.line("followups-note").show(plain(fitted(note, self.room("followups-note")), "$quiet"))
        self.line("followups-heading").show(heading(self.room("followups-heading")))
        shown = self.query_one("#followups-rows", RowList)
        found = self._lines
        shown.draw(len(found), self._at, lambda at, here, width: row(found[at], here, width, now, zone))
        self.line("followups-foot").show(plain(fitted(self._foot(), self.room("followups-foot")), "$quiet"))
        self._show_chosen()
        self.titled("followup-counts-pane", _("HOW MANY"))
        self.line("followup-counts").show(lines(*count_rows(self._counts, self.room("followup-counts"))))

    def _show_chosen(self) -> None:
        chosen, width = self._chosen, self.room("followup-text")
        if chosen is None:
            self.titled("followup-pane", _("THE CHOSEN ONE"))
            self.line("followup-text").show(Content(""))
            return
        title = " ".join(part for part in (chosen.number, words.kind(chosen.kind)) if part)
        self.titled("followup-pane", title)
        self.line("followup-text").show(lines(*whole(chosen, self.desk.settings.site.zone, width)))

    def _foot(self) -> str:
        if self._failed or not self._loaded:
            return self._failed or _("One moment …")
        if not self._lines:
            return _("Nothing is left to do here.") if self._which != "closed" else _("Nothing has been closed yet.")
        at, count = self._at + 1, len(self._lines)
        if self._more:
            return _("{at} of the first {count}, PgDn: more").format(at=at, count=count)
        return _("{at} of {count}").format(at=at, count=count)

    # Keys

    def action_refresh(self) -> None:
        """Read the list again, as it is now."""
        self.look_again()

    def action_choose(self, by: int) -> None:
        """Go to the one below or above."""
        self._go(self._at + by)

    def action_page(self, by: int) -> None:
        """A screenful on, or back."""
        self._go(self._at + by * max(1, self.line("followups-rows").size.height - 1))

    def action_end(self, to: int) -> None:
        """To the first, or to the last that is shown."""
        self._go(0 if to < 0 else len(self._lines) - 1)

    def _go(self, at: int) -> None:
        if not self._lines:
            return
        if at >= len(self._lines) and self._more:
            self._ask_more(at)
        self._at = max(0, min(at, len(self._lines) - 1))
        self.query_one("#followup-pane", Sheet).scroll_home(animate=False)
        self._catch_up()

    def on_row_list_clicked(self, event: RowList.Clicked) -> None:
        """A click chooses; on the chosen one it opens."""
        if event.again:
            self.action_open_chosen()
        else:
            self._go(event.at)

    def action_filter(self) -> None:
        """Show the next list: one's own, the area's, all, the closed ones."""
        self._which = WHICH[(WHICH.index(self._which) + 1) % len(WHICH)]
        self._lines, self._more, self._loaded, self._at = (), False, False, 0
        self.look_again()
        self._catch_up()

    def action_open_chosen(self) -> None:
        """Open the incident or the ban that it is about."""
        chosen, who = self._chosen, self.desk.who
        if chosen is None or who is None:
            return
        if chosen.incident is not None and who.may(Right.INCIDENT_LIST):
            self.desk.open_incident(chosen.incident)
        elif chosen.ban is not None and (who.may(Right.BAN_PAST) or who.may(Right.BAN_REASONS)):
            open_ban(self.desk, chosen.ban)
        elif chosen.kind == "evaluation" and who.may(Right.REPORT):
            # What is evaluated: the figures of the half year that it is due in (N1).
            zone = self.desk.settings.site.zone
            open_reports(self.desk, half_year_of(day_in(chosen.due_at, zone)))
        elif chosen.incident is None and chosen.ban is None:
            self.say(_("This is about no incident: it comes again every year."))
        else:
            self.say(_("What it is about is not shown to your role; the task is."))

    def _closable(self) -> FollowUpLine | None:
        """The chosen one, where it may be closed by whoever is there; else why not is said."""
        chosen = self._chosen
        if chosen is None:
            return None
        if chosen.closed_at is not None:
            self.say(_("It is closed already."))
        elif not chosen.may_close:
            self.say(_("Whoever sees to it closes it, or a leader of that part of the house."))
        else:
            return chosen
        return None

    def action_close_chosen(self) -> None:
        """Close it, with what proves it. The attempt to normalise is noted on its ban."""
        chosen = self._closable()
        if chosen is None:
            return
        if chosen.kind == "normalisation":
            self.say(_("The attempt is noted on the ban: Enter opens it, N notes it."))
        else:
            ask_followup(self.desk, "close", line=chosen)

    def action_exempt(self) -> None:
        """Say why it is not done."""
        chosen = self._closable()
        if chosen is None:
            return
        if "exempt" in chosen.results and chosen.kind != "normalisation":
            ask_followup(self.desk, "exempt", line=chosen)
        else:
            self.say(_("From this there is no exemption."))

    def action_hand_on(self) -> None:
        """Let somebody else see to it."""
        chosen = self._closable()
        if chosen is not None:
            ask_followup(self.desk, "hand_on", line=chosen)

    def action_export(self) -> None:
        """Write the list for a spreadsheet, while other things are asked: a long one takes some seconds."""
        which = self._which
        if self._exporting:
            self.say(_("The list is being written."))
            return
        self._exporting = True

        def export(house: House, who: Who) -> Path:
            try:
                return house.followups.export(who, which)
            finally:
                self._exporting = False

        def written(path: Path) -> None:
            self.say(_("{name} is in the folder {folder}").format(name=path.name, folder=path.parent))

        self.ask(export, written, beside=True)
