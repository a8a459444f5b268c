"""The notes from one shift to the next: those that wait, one of them in full, and who confirmed the others."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from guardroom.alarms.view import BoardView
from guardroom.days import written_in
from guardroom.duties.handover import Note
from guardroom.language import _, n_
from guardroom.people.roles import Right
from guardroom.refusal import Refused
from screens.duty_step import open_duty_step
from screens.keys import bindings
from screens.more import Sheet
from screens.plain import fitted, lines, plain
from screens.record_screen import RecordScreen
from screens.row_list import RowList
from screens.wrapping import FittedLine, wrapped


class HandoverScreen(RecordScreen):
    """Every note."""

    NAME: ClassVar[str] = "handover"
    NEEDS: ClassVar[frozenset[Right]] = frozenset({Right.HANDOVER})
    BINDINGS = bindings("handover")

    def __init__(self) -> None:
        super().__init__()
        self._notes: tuple[Note, ...] | None = None
        self._failed = ""
        self._at = 0

    def compose_body(self) -> ComposeResult:
        """What waits, the notes, and the chosen one in full."""
        yield FittedLine(id="handover-note")
        with Vertical(id="handover-pane", classes="pane"):
            yield RowList(id="handover-rows")
        with Sheet(id="handover-text-pane", classes="pane", can_focus=False):
            yield FittedLine(id="handover-text")

    def opened(self) -> None:
        """Begin with the oldest that waits."""
        self._at = 0
        self.set_focus(None)

    def forget(self) -> None:
        """Nothing of it stays on the glass, or in memory."""
        super().forget()
        self._notes, self._failed = None, ""
        if self.has_widgets:
            for name in ("handover-note", "handover-rows", "handover-text"):
                self.line(name).show(Content(""))

    def look_again(self) -> None:
        """Ask for the notes as they are now."""

        def told(found: tuple[Note, ...]) -> None:
            self._notes, self._failed = found, ""
            self._at = min(self._at, max(0, len(found) - 1))
            self._catch_up()

        def failed(why: Refused) -> None:
            self._notes, self._failed = None, why.sentence
            self._catch_up()

        self.ask(lambda house, who: house.handover.notes(who), told, failed, key="handover")

    @property
    def _chosen(self) -> Note | None:
        return self._notes[self._at] if self._notes else None

    def render_view(self, view: BoardView, age: float) -> None:
        """Show the notes."""
        self.titled("handover-pane", _("HANDOVER FROM ONE SHIFT TO THE NEXT"))
        self.titled("handover-text-pane", _("THE NOTE"))
        notes = self._notes
        if notes is None:
            said = self._failed or _("One moment …")
            self.line("handover-note").show(lines(*wrapped(said, self.room("handover-note"))))
            return
        mine = sum(note.mine for note in notes)
        if mine:
            said = n_("{count} note is for you to confirm.", "{count} notes are for you to confirm.", mine)
            row = wrapped(said.format(count=mine), self.room("handover-note"), "bold $warning")
        else:
            said = _("Nothing to confirm. {key} writes a note to the next shift.")
            row = wrapped(said.format(key=self.cap_of("note_write")), self.room("handover-note"), "$quiet")
        self.line("handover-note").show(lines(*row))
        rows = self.query_one("#handover-rows", RowList)
        rows.draw(len(notes), self._at, lambda at, here, width: self._row(notes[at], here, width))
        chosen = self._chosen
        width = self.room("handover-text")
        said = chosen.text if chosen is not None else _("There is no note.")
        self.line("handover-text").show(lines(*wrapped(said, width)))

    def _row(self, note: Note, here: bool, width: int) -> Content:
        zone = self.desk.settings.site.zone
        if note.confirmed_at is not None:
            tail = _("[read {by} {moment}]").format(by=note.confirmed_by, moment=written_in(note.confirmed_at, zone))
        else:
            tail = _("! TO CONFIRM") if note.mine else _("[waits]")
        head = f"{'>' if here else ' '} {written_in(note.written_at, zone)} {note.written_by}  "
        room = max(1, width - len(tail) - 1)
        said = fitted(head + " ".join(note.text.split()), room) + " " + tail
        return plain(fitted(said, width), "reverse bold" if here else "bold" if note.mine else "$quiet")

    # Keys

    def action_choose(self, step: int) -> None:
        """Go to another note."""
        if self._notes:
            self._at = min(max(self._at + step, 0), len(self._notes) - 1)
            self._catch_up()

    def action_scroll(self, by: int) -> None:
        """Further down, or up, in the chosen one."""
        pane = self.query_one("#handover-text-pane")
        pane.scroll_relative(y=by * max(1, pane.size.height - 1), animate=False)

    def on_row_list_clicked(self, event: RowList.Clicked) -> None:
        """A click chooses."""
        self.action_choose(event.at - self._at)

    def action_confirm(self) -> None:
        """The chosen note has been read."""
        note = self._chosen
        if note is None:
            self.say(_("There is no note."))
            return

        def told(_note: Note) -> None:
            self.say(_("Confirmed."))
            self.look_again()

        self.take(lambda house, who: house.handover.confirm(who, note.id), told)

    def action_write(self) -> None:
        """Write a note to the next shift."""
        open_duty_step(self.desk, "note")
