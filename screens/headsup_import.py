"""Meetings from a calendar or a list: named, looked at, and only then kept."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input

from guardroom.alarms.view import BoardView
from guardroom.headsups.view import Calendar, Entry
from guardroom.language import _, n_
from guardroom.people.roles import Right
from guardroom.refusal import Refused
from screens import theme
from screens.keys import bindings
from screens.more import Sheet
from screens.plain import Field, Line, lines, plain
from screens.record_screen import RecordScreen
from screens.wrapping import FittedLine, wrapped


def rows_of(found: Calendar, width: int) -> list[Content]:
    """What was read: the pieces that are broken, those with a problem, those that would be kept."""
    rows: list[Content] = []
    good = [entry for entry in found.entries if not entry.problem]
    bad = [entry for entry in found.entries if entry.problem]
    if found.broken:
        rows += wrapped(f"{_('BROKEN: cannot be read')} ({len(found.broken)})", width, "bold")
    rows += [row for line in found.broken for row in wrapped(f"  {line}", width)]
    if bad:
        rows += [plain(""), *wrapped(f"{_('NOT TAKEN OVER: enter these by hand')} ({len(bad)})", width, "bold")]
        rows += [row for entry in bad for row in _entry(entry, width)]
    if good:
        rows += [plain(""), *wrapped(f"{_('TAKEN OVER with Ctrl+S')} ({len(good)})", width, "bold")]
        rows += [row for entry in good for row in _entry(entry, width)]
    return rows


def _entry(entry: Entry, width: int) -> list[Content]:
    form = entry.form
    said = f"{entry.place}: {form.day} {form.begins}-{form.ends} {form.room or '-'} {form.staff or '-'}"
    rows = wrapped(f"  {said}  {form.case_ref}".rstrip(), width)
    if entry.title:
        rows += wrapped(
            "    " + _("called “{title}” there; that is not kept").format(title=entry.title), width, "$quiet"
        )
    if entry.problem:
        rows += wrapped(f"    {entry.problem}", width)
    return rows


class HeadsUpImport(RecordScreen):
    """The file is named, read, and what can be is kept."""

    NAME: ClassVar[str] = "headsup_import"
    TABS: ClassVar[bool] = False
    NEEDS: ClassVar[frozenset[Right]] = frozenset({Right.HEADSUP_WRITE})
    TYPED_AT_ONCE: ClassVar[bool] = True
    BINDINGS = bindings("headsup_import")

    def __init__(self) -> None:
        super().__init__()
        self._found: Calendar | None = None
        self._failed = ""

    def compose_body(self) -> ComposeResult:
        """Which file, what was read, what is done with it."""
        with Horizontal(id="headsup-import-search"):
            yield Line(id="headsup-import-label")
            yield Field(id="headsup-import-path", max_length=500, compact=True, select_on_focus=False)
        with Sheet(id="headsup-import-pane", classes="pane", can_focus=False):
            yield FittedLine(id="headsup-import-text")
        yield Line(id="headsup-import-foot")

    @property
    def _path(self) -> Field:
        return self.query_one("#headsup-import-path", Field)

    def opened(self) -> None:
        """Ask for the file."""
        self._found, self._failed = None, ""
        self.release()
        self.type_into(self._path)

    def forget(self) -> None:
        """Nothing of it stays."""
        super().forget()
        self._found, self._failed = None, ""
        if self.has_widgets:
            self._path.value = ""
            self.line("headsup-import-text").show(Content(""))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Read the file; nothing is saved by that."""
        typed = self._path.value.strip()
        if not typed:
            self.say(_("Type the path of the calendar (.ics) or list (.csv)."), urgent=True)
            return
        path = Path(typed).expanduser()
        self._found, self._failed = None, ""

        def told(found: Calendar) -> None:
            self._found = found
            self.set_focus(None)
            self.query_one("#headsup-import-pane").scroll_home(animate=False)
            self._catch_up()

        def failed(why: Refused) -> None:
            self._failed = why.sentence
            self._catch_up()

        self.take(lambda house, who: house.headsups.read_file(who, path), told, failed)

    def action_save(self) -> None:
        """Keep those that can be."""
        found = self._found
        if found is None:
            self.say(_("Enter reads the file first; nothing is saved by that."))
            return

        def done(count: int) -> None:
            said = n_("{count} heads-up was taken over.", "{count} heads-ups were taken over.", count)
            self._found = None
            self.close(said.format(count=count))

        self.take(lambda house, who: house.headsups.take_over(who, found), done)

    def action_back(self) -> None:
        """Back to the file's name, from there to the list."""
        if self._found is not None:
            self._found = None
            self.set_focus(self._path)
            self._catch_up()
        else:
            self.desk.leave(self)

    def render_view(self, view: BoardView, age: float) -> None:
        """Show what was read."""
        self.line("headsup-import-label").show(plain(" " + _("Calendar or list (file):") + " ", "bold"))
        self.titled("headsup-import-pane", _("MEETINGS FROM A FILE"))
        width = self.room("headsup-import-text")
        rows = wrapped(self._failed, width, theme.URGENT)
        if self._found is not None:
            rows += rows_of(self._found, width)
        elif not rows:
            rows = wrapped(_("Nothing is saved before you have seen what was read."), width)
        self.line("headsup-import-text").show(lines(*rows))
        said = _("Enter reads the file.") if self._found is None else _("Ctrl+S takes over those that can be.")
        self.line("headsup-import-foot").show(plain(f" {said}", "bold"))
