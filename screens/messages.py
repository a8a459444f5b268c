"""What has been told to whom, and whether it arrived."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from guardroom.alarms.view import BoardView
from guardroom.days import written_in
from guardroom.language import _, n_
from guardroom.notices.sent import SentNotice, SentTo
from guardroom.people.roles import Right
from guardroom.refusal import Refused
from screens import words
from screens.keys import bindings
from screens.more import Sheet
from screens.plain import Line, fitted, lines, plain
from screens.record_screen import RecordScreen
from screens.row_list import RowList
from screens.wrapping import FittedLine, wrapped

_TIME = 17
_STATE = 30


def state(one: SentTo) -> str:
    """What became of one delivery, in words."""
    if one.state == "waiting" and one.tries:
        return n_("not reached after {count} try", "not reached after {count} tries", one.tries).format(count=one.tries)
    return {
        "waiting": _("is being sent"),
        "sent": _("arrived at the server"),
        "failed": _("NOT REACHED, given up"),
        "stopped": _("not needed any more"),
    }[one.state]


def summary(notice: SentNotice) -> str:
    """How it stands with all of its recipients."""
    if notice.missed:
        return n_("! {count} not reached", "! {count} not reached", notice.missed).format(count=notice.missed)
    reached = len({one.recipient for one in notice.to if one.state == "sent"})
    return n_("{count} reached", "{count} reached", reached).format(count=reached)


class Messages(RecordScreen):
    """The newest messages, and the chosen one's recipients."""

    NAME: ClassVar[str] = "messages"
    NEEDS: ClassVar[frozenset[Right]] = frozenset({Right.NOTICES})
    BINDINGS = bindings("messages")

    def __init__(self) -> None:
        super().__init__()
        self._found: tuple[SentNotice, ...] | None = None
        self._failed = ""
        self._at = 0

    def compose_body(self) -> ComposeResult:
        """The list, and beneath it the chosen one."""
        with Vertical(id="messages-pane", classes="pane"):
            yield RowList(id="messages-rows")
            yield Line(id="messages-said")
        with Sheet(id="message-pane", classes="pane", can_focus=False):
            yield FittedLine(id="message-text")

    def opened(self) -> None:
        """Begin with the newest."""
        self._at = 0
        self.set_focus(None)

    def forget(self) -> None:
        """Nothing of it stays."""
        super().forget()
        self._found, self._failed = None, ""
        if self.has_widgets:
            self.line("messages-rows").show(Content(""))
            self.line("message-text").show(Content(""))

    def look_again(self) -> None:
        """Ask for them as they are now."""

        def told(found: tuple[SentNotice, ...]) -> None:
            self._found, self._failed = found, ""
            self._at = max(0, min(self._at, len(found) - 1))
            self._catch_up()

        def failed(why: Refused) -> None:
            self._found, self._failed = None, why.sentence
            self._catch_up()

        self.ask(lambda house, who: house.sent.notices(who), told, failed, key="messages")

    def render_view(self, view: BoardView, age: float) -> None:
        """Show the rows that fit, and the chosen one whole."""
        found = self._found or ()
        self.titled("messages-pane", _("MESSAGES SENT: names are never in them"))
        self.titled("message-pane", _("WHO WAS TOLD"))
        rows = self.query_one("#messages-rows", RowList)
        rows.draw(len(found), self._at, lambda at, here, width: self._row(found[at], here, width))
        said = self._failed or (_("One moment …") if self._found is None else "")
        if self._found == ():
            said = _("Nothing has been sent yet.")
            if not self.desk.settings.recipients:
                said += " " + _("Nobody is named for messages: see [[recipients]] in guardroom.toml.")
        self.line("messages-said").display = bool(said)
        self.line("messages-said").show(plain(said, "$quiet"))
        width = self.room("message-text")
        self.line("message-text").show(lines(*(self._whole(found[self._at], width) if found else [Content("")])))

    def _row(self, notice: SentNotice, here: bool, width: int) -> Content:
        at = written_in(notice.made_at, self.desk.settings.site.zone)
        room = max(10, width - _TIME - _STATE // 2 - 3)
        said = f"{'>' if here else ' '}{fitted(at, _TIME)}{fitted(notice.subject, room)} {summary(notice)}"
        return plain(fitted(said, width), "reverse bold" if here else "bold $warning" if notice.missed else "")

    def _whole(self, notice: SentNotice, width: int) -> list[Content]:
        zone = self.desk.settings.site.zone
        rows = []
        for one in notice.to:
            at = f"{one.tried_at.astimezone(zone):%H:%M:%S}" if one.tried_at is not None else "-"
            said = f"{one.recipient} ({words.channel(one.channel)}): {state(one)}, {at}"
            if one.why:
                said += f", {one.why}"
            failing = one.state == "failed" or (one.state == "waiting" and one.tries > 0)
            rows += wrapped(said, width, "bold $warning" if failing else "")
        return [*rows, Content(""), *wrapped(notice.body, width, "$quiet")]

    def on_row_list_clicked(self, event: RowList.Clicked) -> None:
        """A click chooses."""
        self._at = event.at
        self._catch_up()

    def action_choose(self, by: int) -> None:
        """Choose one further down or up."""
        if self._found:
            self._at = max(0, min(len(self._found) - 1, self._at + by))
            self._catch_up()

    def action_scroll(self, by: int) -> None:
        """Further down, or up, among the recipients."""
        pane = self.query_one("#message-pane")
        pane.scroll_relative(y=by * max(1, pane.size.height - 1), animate=False)
