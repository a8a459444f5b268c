"""What is filled in for the daily duties: a note to the next shift, doors that are locked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from guardroom.alarms.view import BoardView
from guardroom.days import EXAMPLE_DAY, written
from guardroom.duties import words
from guardroom.duties.door_locks import DoorLock, DoorLockForm
from guardroom.duties.handover import LENGTH, Note
from guardroom.language import _
from guardroom.people.roles import Right
from guardroom.settings import Settings
from screens.form import ChoiceField, Form, FormField, TextBlock, TextField
from screens.keys import bindings
from screens.plain import Line, lines, plain
from screens.record_screen import StepScreen
from screens.wrapping import FittedLine, wrapped

if TYPE_CHECKING:
    from guardroom.house import House
    from guardroom.people.who import Who
    from screens.app import GuardroomApp

STEPS = ("note", "lock")

_WHOLE_HOUSE = "*"
"""The choice of no part of the house; the form's code for nothing chosen is ""."""


def open_duty_step(desk: GuardroomApp, code: str) -> None:
    """Open one of the forms."""
    screen = desk.get_screen("duty_step")
    assert isinstance(screen, DutyStep)
    screen.choose(code)
    desk.open("duty_step")


def who_is_told(lock: DoorLock) -> str:
    """Who is told of what was just done about locked doors; or that nobody is."""
    if lock.told:
        return _("Told: {names}.").format(names=", ".join(lock.told))
    return _("Nobody is told of it: no recipient is set (door_lock). Tell them yourself.")


def _fields(code: str, settings: Settings) -> tuple[FormField, ...]:
    if code == "note":
        return (TextBlock("text", _("Note"), required=True, rows=6, limit=LENGTH),)
    areas = tuple((block.name, block.name) for block in settings.blocks if block.name)
    day = written(EXAMPLE_DAY)
    return (
        ChoiceField("area", _("Where"), (*areas, (_WHOLE_HOUSE, words.area(""))), required=True),
        TextField("day", _("From the day"), required=True, limit=20, hint=day),
        TextField("time", _("Time"), required=True, limit=5, hint="10:15"),
        TextField("until_day", _("Until the day"), required=True, limit=20, hint=day, coming=True),
        TextField("until_time", _("Until the time"), required=True, limit=5, hint="10:15"),
    )


class DutyStep(StepScreen):
    """One of the forms."""

    NAME: ClassVar[str] = "duty_step"
    NEEDS: ClassVar[frozenset[Right]] = frozenset({Right.HANDOVER, Right.DOOR_LOCK})
    BINDINGS = bindings("duty_step")

    def __init__(self) -> None:
        super().__init__()
        self._code = "note"

    def compose_body(self) -> ComposeResult:
        """One form for each, of which one is shown."""
        with Vertical(id="duty-step-page", classes="pane"):
            yield FittedLine(id="duty-step-text")
            for code in STEPS:
                yield Form(*_fields(code, self.desk.settings), id=f"duty-{code}")
            yield Line(id="duty-step-keys")

    def choose(self, code: str) -> None:
        """Ask for this."""
        self._put_aside()
        self._code = code
        self.release()

    @property
    def _form(self) -> Form:
        return self.query_one(f"#duty-{self._code}", Form)

    def opened(self) -> None:
        """The form with what is known already, and with what the same person had begun to write."""
        self._sure = False
        for code in STEPS:
            self.query_one(f"#duty-{code}", Form).display = code == self._code
        self._fill({})
        if self._code == "lock":
            self.ask(lambda house, who: house.door_locks.blank(who), self._begin)
        else:
            self._take_up()
        self._form.enter(self._form.names[0])

    def _begin(self, blank: DoorLockForm) -> None:
        if not self._written:
            self._fill({name: getattr(blank, name) for name in ("day", "time", "until_day", "until_time")})
            self._take_up()
            self._form.enter("area")

    def _fill(self, values: dict[str, str]) -> None:
        self._form.fill({**dict.fromkeys(self._form.names, ""), **values})
        self._start = self._form.values

    @property
    def _about_what(self) -> tuple[object, ...]:
        return (self._code,)

    def _values(self) -> dict[str, str]:
        return {name: self._form.text(name) for name in self._form.names}

    def forget(self) -> None:
        """What is half written is put aside for whoever wrote it; nothing of it is shown."""
        super().forget()
        self._put_aside()
        if self.has_widgets:
            self._fill({})

    def render_view(self, view: BoardView, age: float) -> None:
        """Say what is asked for."""
        note = self._code == "note"
        self.titled("duty-step-page", _("NOTE TO THE NEXT SHIFT") if note else _("LOCK DOORS"))
        said = (
            _("The next shift must confirm it. No names of citizens: use the incident's number.")
            if note
            else _("Talk with the guard about it first. Those whom the policy names are told now, and when it ends.")
        )
        self.line("duty-step-text").show(lines(*wrapped(said, self.room("duty-step-text")), plain("")))
        self.line("duty-step-keys").show(plain(_("Ctrl+S keeps it. Esc leaves without."), "bold"))

    def action_save(self) -> None:
        """Keep it."""
        if self._code == "lock" and not self._form.text("area"):
            self.say(_("Choose a part of the house."), urgent=True)
            return

        mine = self._mine

        def told(kept: Note | DoorLock) -> None:
            self._is_kept(mine)
            self.close(who_is_told(kept) if isinstance(kept, DoorLock) else _("The next shift will be shown it."))

        self.take(self._job(), told, self._refused)

    def _job(self) -> Callable[[House, Who], Note | DoorLock]:
        values = self._values()
        if self._code == "note":
            return lambda house, who: house.handover.write(who, values["text"])
        if values["area"] == _WHOLE_HOUSE:
            values["area"] = ""
        return lambda house, who: house.door_locks.begin(who, DoorLockForm(**values))
