"""Holding the list against the case system's: what is new there, gone there, different or broken, before anything."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input

from guardroom.alarms.view import BoardView
from guardroom.days import written
from guardroom.exchange.columns import heading as column_heading
from guardroom.language import _, n_
from guardroom.people.folding import born
from guardroom.people.roles import Right
from guardroom.refusal import Refused
from screens import theme
from screens.keys import bindings
from screens.more import Sheet
from screens.plain import Field, Line, lines, plain
from screens.record_screen import RecordScreen
from screens.wrapping import FittedLine, wrapped

if TYPE_CHECKING:
    from guardroom.exchange.exchange import Difference


def summary(found: Difference) -> str:
    """How many there are of each."""
    said = _("{same} the same · {new} new there · {gone} gone there · {different} different").format(
        same=len(found.same), new=len(found.new), gone=len(found.gone), different=len(found.different)
    )
    broken = len(found.broken)
    return f"{said} · {n_('{count} row broken', '{count} rows broken', broken).format(count=broken)}"


def rows_of(found: Difference, width: int) -> Content:
    """Every difference, the ones to act on first; those that are the same are only counted."""
    rows: list[Content] = wrapped(summary(found), width, "bold")

    def heading(text: str, count: int) -> None:
        if count:
            rows.extend((Content(""), *wrapped(f"{text} ({count})", width, "bold")))

    def one(text: str) -> None:
        first, *others = wrapped(text, max(1, width - 2))
        rows.extend((plain("  ") + first, *(plain("    ") + other for other in others)))

    heading(_("BROKEN: these rows cannot be used"), len(found.broken))
    for broken in found.broken:
        one(_("row {row}: {reason}").format(row=broken.row, reason=broken.reason))
    heading(_("DIFFERENT: settle which of the two is right"), len(found.different))
    for pair in found.different:
        one(f"{pair.ours.number}  {pair.ours.name}")
        for differs in pair.differs:
            one(
                "  "
                + _("{what}: here {ours}, there {theirs}").format(
                    what=differs.what, ours=differs.ours or "-", theirs=differs.theirs or "-"
                )
            )
    heading(_("GONE THERE: active here, and not in the case system's list"), len(found.gone))
    for ban in found.gone:
        one(f"{ban.number}  {ban.name}  {written(ban.starts_on)} -> {written(ban.ends_on)}")
    heading(_("NEW THERE: not in our list"), len(found.new))
    for row in found.new:
        facts = ", ".join(part for part in (row.birth, row.case_ref, row.number) if part)
        said = f"{row.name} ({facts})" if facts else row.name
        number = _("row {row}").format(row=row.row)
        one(f"{number}: {said}  {written(row.starts_on)} -> {written(row.ends_on) or '?'}")
        person = found.persons.get(row.row)
        if person is not None and person.id > 0:
            known = (person.name, born(person.birth_date, person.birth_year), *person.case_refs)
            one("  " + _("about {person}, who is known here").format(person=", ".join(part for part in known if part)))
        elif person is not None and person.id != -row.row:
            one("  " + _("about the same person as row {row}").format(row=-person.id))
        if row.lacks:
            lacking = ", ".join(column_heading(column) for column in row.lacks)
            one("  " + _("taken over as a draft: the list lacks {columns}").format(columns=lacking))
        elif not row.open_channels:
            one("  " + _("the list does not say how they may reach us: nor will the card"))
    heading(_("RUN OUT: left alone"), len(found.ended))
    return lines(*rows)


class Reconcile(RecordScreen):
    """The file is named, held against ours, and what was found is kept."""

    NAME: ClassVar[str] = "reconcile"
    NEEDS: ClassVar[frozenset[Right]] = frozenset({Right.BAN_REGISTER})
    TYPED_AT_ONCE: ClassVar[bool] = True
    BINDINGS = bindings("reconcile")

    def __init__(self) -> None:
        super().__init__()
        self._found: Difference | None = None
        self._take_new = False
        self._told = ""
        self._failed = ""

    def compose_body(self) -> ComposeResult:
        """Which file, what was found, what is done with it."""
        with Horizontal(id="reconcile-search"):
            yield Line(id="reconcile-label")
            yield Field(id="reconcile-path", max_length=500, compact=True, select_on_focus=False)
        with Sheet(id="reconcile-pane", classes="pane", can_focus=False):
            yield FittedLine(id="reconcile-text")
        yield Line(id="reconcile-foot")

    @property
    def _path(self) -> Field:
        return self.query_one("#reconcile-path", Field)

    def opened(self) -> None:
        """Ask for the file."""
        self._found, self._take_new = None, False
        self._told = self._failed = ""
        self.release()
        self.type_into(self._path)

    def forget(self) -> None:
        """Nobody's name stays."""
        super().forget()
        self._found = None
        self._told = self._failed = ""
        if self.has_widgets:
            self._path.value = ""
            self.line("reconcile-text").show(Content(""))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Read the file and hold it against ours; nothing is changed by that."""
        typed = self._path.value.strip()
        if not typed:
            self.say(_("Type the path of the file with the case system's list (.csv or .xlsx)."), urgent=True)
            return
        path = Path(typed).expanduser()
        self._found, self._take_new = None, False
        self._told, self._failed = _("One moment …"), ""
        self._catch_up()

        def compared(found: Difference) -> None:
            self._found, self._told = found, ""
            self.set_focus(None)
            self.query_one("#reconcile-pane").scroll_home(animate=False)
            self._catch_up()

        def failed(why: Refused) -> None:
            self._found, self._told = None, ""
            self._failed = why.sentence
            self._catch_up()

        self.take(lambda house, who: house.exchange.compare(who, house.exchange.read(who, path)), compared, failed)

    def action_take_new(self) -> None:
        """The new ones are taken over as drafts, or are not."""
        if self._found is not None and self._found.new:
            self._take_new = not self._take_new
            self._catch_up()

    def action_save(self) -> None:
        """Keep that the lists were held against each other, and take over what was chosen."""
        found, take_new = self._found, self._take_new
        if found is None:
            self.say(_("Enter compares the lists first; nothing is changed by that."))
            return

        def done(taken: int) -> None:
            self._found, self._failed = None, ""
            self._told = _("Noted: the list was held against {source}.").format(source=found.source)
            if taken:
                said = n_(
                    "{count} ban was taken over; what it still needs stands with it.",
                    "{count} bans were taken over; what they still need stands with them.",
                    taken,
                ).format(count=taken)
                self._told += " " + said
            if taken and (left := len(found.new) - taken):
                said = n_(
                    "{count} new ban is left: compare again to take it.",
                    "{count} new bans are left: compare again to take the next.",
                    left,
                ).format(count=left)
                self._told += " " + said
            self._catch_up()

        def failed(why: Refused) -> None:
            self._failed = why.sentence
            self._catch_up()

        # The broken rows stand on the screen: whoever takes the others has seen them.
        self.take(lambda house, who: house.exchange.apply(who, found, take_new, good_rows=take_new), done, failed)

    def action_back(self) -> None:
        """Back to the file's name, from there back to the list."""
        if self._found is not None:
            self._found = None
            self.set_focus(self._path)
            self._catch_up()
        else:
            self.desk.leave(self)

    def action_scroll(self, way: str) -> None:
        """Scroll what was found: page_up or page_down."""
        pane = self.query_one("#reconcile-pane", Sheet)
        {"page_up": pane.scroll_page_up, "page_down": pane.scroll_page_down}[way](animate=False)

    def render_view(self, view: BoardView, age: float) -> None:
        """Show what was found."""
        self.line("reconcile-label").show(plain(" " + _("The case system's list (file):") + " ", "bold"))
        self.titled("reconcile-pane", _("HELD AGAINST THE CASE SYSTEM"))
        width = self.room("reconcile-text")
        found = self._found
        rows: list[Content] = []
        if self._failed:
            rows += [*wrapped(self._failed, width, theme.URGENT), Content("")]
        if self._told:
            rows += wrapped(self._told, width, "bold")
        text = lines(*rows)
        if found is not None:
            if found.agrees:
                text = lines(*rows, *wrapped(_("Both lists say the same."), width, "bold"), rows_of(found, width))
            else:
                text = lines(*rows, rows_of(found, width))
        elif not rows:
            text = lines(*wrapped(_("Nothing is changed before you have seen the differences and confirm."), width))
        self.line("reconcile-text").show(text)
        self.line("reconcile-foot").show(self._foot(found))

    def _foot(self, found: Difference | None) -> Content:
        if found is None:
            return plain(" " + _("Enter reads the file and compares."), "bold")
        rows = []
        if found.new:
            mark = "[x]" if self._take_new else "[ ]"
            said = n_(
                "{key} {mark} take {count} new ban over", "{key} {mark} take {count} new bans over", found.at_once
            ).format(key=self.cap_of("take_new"), mark=mark, count=found.at_once)
            if found.broken:
                said += " " + _("(without the broken rows)")
            rows.append(plain(f" {said}", "bold"))
        said = (
            _("Ctrl+S keeps the result and takes the new ones over.")
            if self._take_new
            else _("Ctrl+S keeps the result; no ban is changed.")
        )
        rows.append(plain(f" {said}", "bold"))
        return lines(*rows)
