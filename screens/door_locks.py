"""Locked doors: which, until when, who decided it, and who has read of it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from guardroom.alarms.view import BoardView
from guardroom.days import written_in
from guardroom.duties import words
from guardroom.duties.door_locks import DoorLock
from guardroom.language import _
from guardroom.people.roles import Right
from guardroom.refusal import Refused
from screens.duty_step import open_duty_step, who_is_told
from screens.keys import bindings
from screens.more import Sheet
from screens.plain import fitted, lines, plain
from screens.record_screen import RecordScreen
from screens.row_list import RowList
from screens.wrapping import FittedLine, fact, wrapped

_LABEL = 15
_STATE_CELLS = 18


class DoorLocksScreen(RecordScreen):
    """Every door lock, those that stand first."""

    NAME: ClassVar[str] = "door_locks"
    NEEDS: ClassVar[frozenset[Right]] = frozenset({Right.DOOR_LOCK, Right.DOOR_LOCK_READ})
    BINDINGS = bindings("door_locks")

    def __init__(self) -> None:
        super().__init__()
        self._locks: tuple[DoorLock, ...] | None = None
        self._failed = ""
        self._at = 0

    def compose_body(self) -> ComposeResult:
        """What is locked, and all that is known of the chosen one."""
        yield FittedLine(id="locks-note")
        with Vertical(id="locks-pane", classes="pane"):
            yield RowList(id="lock-rows")
        with Sheet(id="lock-facts-pane", classes="pane", can_focus=False):
            yield FittedLine(id="lock-facts")

    def opened(self) -> None:
        """Begin with what stands."""
        self._at = 0
        self.set_focus(None)

    def forget(self) -> None:
        """Nothing of it stays on the glass, or in memory."""
        super().forget()
        self._locks, self._failed = None, ""
        if self.has_widgets:
            for name in ("locks-note", "lock-rows", "lock-facts"):
                self.line(name).show(Content(""))

    def look_again(self) -> None:
        """Ask for what is locked now."""

        def told(found: tuple[DoorLock, ...]) -> None:
            self._locks, self._failed = found, ""
            self._at = min(self._at, max(0, len(found) - 1))
            self._catch_up()

        def failed(why: Refused) -> None:
            self._locks, self._failed = None, why.sentence
            self._catch_up()

        self.ask(lambda house, who: house.door_locks.locks(who), told, failed, key="door_locks")

    @property
    def _chosen(self) -> DoorLock | None:
        return self._locks[self._at] if self._locks else None

    def render_view(self, view: BoardView, age: float) -> None:
        """Show what is locked."""
        self.titled("locks-pane", _("LOCKED DOORS"))
        self.titled("lock-facts-pane", _("THE CHOSEN ONE"))
        width = self.room("locks-note")
        locks = self._locks
        if locks is None:
            self.line("locks-note").show(lines(*wrapped(self._failed or _("One moment …"), width)))
            return
        self.line("locks-note").show(lines(*self._note(locks, width)))
        rows = self.query_one("#lock-rows", RowList)
        rows.draw(len(locks), self._at, lambda at, here, cells: self._row(locks[at], here, cells))
        self.line("lock-facts").show(lines(*self._facts(self.room("lock-facts"))))

    def _note(self, locks: tuple[DoorLock, ...], width: int) -> list[Content]:
        if any(_stands(lock) and not lock.read for lock in locks):
            said = _("Leader and guard talk it through; then confirm with {key} that you have read it.")
            return wrapped(said.format(key=self.cap_of("note_confirm")), width, "bold $warning")
        if any(_stands(lock) for lock in locks):
            return wrapped(_("You have read of everything that is locked."), width, "$quiet")
        return wrapped(_("No doors are locked."), width, "$quiet")

    def _row(self, lock: DoorLock, here: bool, width: int) -> Content:
        zone = self.desk.settings.site.zone
        span = f"{written_in(lock.begins_at, zone)} - {written_in(lock.lifted_at or lock.ends_at, zone)}"
        head = f"{'>' if here else ' '} {fitted(_state(lock), _STATE_CELLS)} {span}  {words.area(lock.area)}"
        style = "reverse bold" if here else "bold" if _stands(lock) else "$quiet"
        return plain(fitted(head, width), style)

    def _facts(self, width: int) -> list[Content]:
        lock = self._chosen
        if lock is None:
            return []
        zone = self.desk.settings.site.zone
        rows = fact(_("Where"), words.area(lock.area), _LABEL, width, "bold")
        rows += fact(_("From"), written_in(lock.begins_at, zone), _LABEL, width)
        rows += fact(_("Until"), written_in(lock.ends_at, zone), _LABEL, width)
        if lock.lifted_at is not None:
            rows += fact(_("Opened early"), written_in(lock.lifted_at, zone), _LABEL, width)
        rows += fact(_("Decided by"), f"{words.role(lock.decided_role)} {lock.decided_by}", _LABEL, width)
        return rows + fact(_("Read by"), ", ".join(lock.read_by) or _("nobody yet"), _LABEL, width)

    # Keys

    def action_choose(self, step: int) -> None:
        """Go to another one."""
        if self._locks:
            self._at = min(max(self._at + step, 0), len(self._locks) - 1)
            self._sure = False
            self._catch_up()

    def action_scroll(self, by: int) -> None:
        """Further down, or up, in the chosen one."""
        pane = self.query_one("#lock-facts-pane")
        pane.scroll_relative(y=by * max(1, pane.size.height - 1), animate=False)

    def on_row_list_clicked(self, event: RowList.Clicked) -> None:
        """A click chooses."""
        self.action_choose(event.at - self._at)

    def action_confirm(self) -> None:
        """The chosen one has been read."""
        if (lock := self._chosen_or_say()) is not None:
            self.take(
                lambda house, who: house.door_locks.confirm(who, lock.id), lambda _lock: self._done(_("Confirmed."))
            )

    def action_begin(self) -> None:
        """Lock doors."""
        open_duty_step(self.desk, "lock")

    def action_lift(self) -> None:
        """The doors are open again before the time is up; at the second press."""
        lock = self._chosen_or_say()
        if lock is None:
            return
        if not self._sure:
            self._sure = True
            said = _("{key} again: the doors are open again, and everybody who was told is told.")
            self.say(said.format(key=self.cap_of("lock_lift")), urgent=True)
            return
        self._sure = False

        def lifted(lock: DoorLock) -> None:
            self._done(" ".join((_("The doors are open again."), who_is_told(lock))))

        self.take(lambda house, who: house.door_locks.lift(who, lock.id), lifted)

    def _chosen_or_say(self) -> DoorLock | None:
        if self._chosen is None:
            self.say(_("No doors are locked."))
        return self._chosen

    def _done(self, sentence: str) -> None:
        self.say(sentence)
        self.look_again()


def _stands(lock: DoorLock) -> bool:
    return lock.state in ("active", "coming")


def _state(lock: DoorLock) -> str:
    return {
        "coming": _("to come"),
        "active": _("! LOCKED"),
        "lifted": _("opened early"),
        "over": _("over"),
    }[lock.state]
