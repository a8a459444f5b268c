"""One step of a ban that wants something written: a day, a reason, a number. A small form over the ban."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from guardroom.alarms.view import BoardView
from guardroom.bans import unheard, words
from guardroom.bans.kinds import SERVED
from guardroom.days import day_in, written
from guardroom.language import _
from guardroom.people.roles import Right
from guardroom.people.who import Who
from guardroom.refusal import Refused
from screens.form import ChoiceField, Form, FormField, TextBlock, TextField
from screens.keys import bindings
from screens.plain import Line, lines, plain
from screens.record_screen import StepScreen
from screens.wrapping import FittedLine, wrapped

if TYPE_CHECKING:
    from guardroom.house import House
    from screens.app import GuardroomApp

_HEARING = {
    "send_hearing": ("sent_on", "due_on"),
    "answer_hearing": ("on", "text"),
    "skip_hearing": ("ground", "reason"),
}
"""What can be said of a hearing, and the fields for it."""

_DAYS = ("sent_on", "on")


def ask_step(
    desk: GuardroomApp,
    code: str,
    subject: int,
    about: str,
    then: Callable[[], None] | None = None,
    may: frozenset[str] = frozenset(),
    incident: int | None = None,
) -> None:
    """Open the form of a step. `subject` is the ban, or the person who was mistaken for another; `about` is what
    stands in the title; `then` is called once the step has been taken; `may` are the steps that can be; `incident` is
    that from which somebody who was mistaken is taken out."""
    screen = desk.get_screen("ban_step")
    assert isinstance(screen, BanStep)
    screen.choose(code, subject, about, then, may, incident)
    desk.open("ban_step")


def _fields(code: str) -> tuple[FormField, ...]:
    """The fields of a step's form; their names are those of the mistakes."""
    day = _("Day")
    match code:
        case "hearing":
            return (
                ChoiceField("what", _("What"), _hearing_options(frozenset(_HEARING)), required=True),
                TextField("sent_on", _("Sent on"), limit=20),
                TextField("due_on", _("Answer by"), limit=20, hint=_("empty: the usual time")),
                TextField("on", _("Answered on"), limit=20),
                TextBlock("text", _("The answer"), required=True, rows=5),
                ChoiceField("ground", _("Ground in law"), _grounds(), required=True),
                TextBlock("reason", _("Concretely"), required=True, rows=5),
            )
        case "file_letter":
            return (TextField("ref", _("Letter's number"), required=True),)
        case "serve":
            options = tuple((way, words.served(way)) for way in SERVED)
            return (TextField("on", day, limit=20), ChoiceField("how", _("How"), options, required=True))
        case "normalise":
            return (TextField("on", day, limit=20), TextBlock("result", _("What came of it"), required=True, rows=5))
        case "lift":
            return (TextField("on", _("From the day"), limit=20), TextBlock("reason", _("Why"), required=True, rows=5))
        case "not_this_person":
            return (TextBlock("note", _("How you saw it"), required=True, rows=4),)
        case _:
            return (TextBlock("reason", _("Why"), required=True, rows=5),)


def _grounds() -> tuple[tuple[str, str], ...]:
    return tuple((code, unheard.ground(code)) for code in unheard.GROUNDS)


def _hearing_options(may: frozenset[str]) -> tuple[tuple[str, str], ...]:
    said = {
        "answer_hearing": _("the citizen has answered"),
        "send_hearing": _("the hearing was sent"),
        "skip_hearing": _("no hearing, for a reason"),
    }
    return tuple((code, word) for code, word in said.items() if code in may)


STEPS = ("hearing", "file_letter", "serve", "normalise", "lift", "drop", "withdraw_signatures", "not_this_person")


class BanStep(StepScreen):
    """The form of one step."""

    NAME: ClassVar[str] = "ban_step"
    NEEDS: ClassVar[frozenset[Right]] = frozenset({Right.BAN_LOOKUP})
    BINDINGS = bindings("ban_step")

    def __init__(self) -> None:
        super().__init__()
        self._code = "drop"
        self._subject = 0
        self._about = ""
        self._may: frozenset[str] = frozenset()
        self._incident: int | None = None
        self._then: Callable[[], None] | None = None
        self._fresh = False
        self._chosen = 0
        self._sure_of_loss = False

    def compose_body(self) -> ComposeResult:
        """One form for each step, of which one is shown."""
        with Vertical(id="ban-step", classes="dialog"):
            yield FittedLine(id="step-text")
            for code in STEPS:
                yield Form(*_fields(code), id=f"step-{code}")
            yield Line(id="step-keys")

    def choose(
        self,
        code: str,
        subject: int,
        about: str,
        then: Callable[[], None] | None,
        may: frozenset[str],
        incident: int | None,
    ) -> None:
        """Ask for this step."""
        self._put_aside()
        self._code, self._subject, self._about, self._then, self._may = code, subject, about, then, may
        self._incident = incident
        self._chosen += 1
        self._last_word = None
        self.release()
        self._fresh = True

    @property
    def _form(self) -> Form:
        return self.query_one(f"#step-{self._code}", Form)

    def opened(self) -> None:
        """Empty fields, today's date where a day is asked for; or what the same person had begun to write."""
        if not self._fresh:
            return
        self._fresh = False
        self._sure = self._sure_of_loss = False
        for code in STEPS:
            self.query_one(f"#step-{code}", Form).display = code == self._code
        self._empty()
        form = self._form
        today = written(day_in(self.desk.clock.now(), self.desk.settings.site.zone))
        shown = [field.field_name for field in form.query(FormField)]
        form.fill({name: today for name in _DAYS if name in shown})
        if self._code == "hearing":
            what = form.field("what")
            assert isinstance(what, ChoiceField)
            options = _hearing_options(self._may)
            what.offer(options)
            what.fill(options[0][0] if options else "")
        self._take_up()
        if self._code == "hearing":
            self._show_hearing()
        form.enter(shown[0] if self._code != "hearing" else "what")

    @property
    def _about_what(self) -> tuple[object, ...]:
        return self._code, self._subject

    def _values(self) -> dict[str, str]:
        form = self._form
        return {field.field_name: form.text(field.field_name) for field in form.query(FormField)}

    def forget(self) -> None:
        """What is half written is put aside for whoever wrote it; nothing of it is shown."""
        super().forget()
        self._put_aside()
        self._chosen += 1
        self._fresh = False
        self._about = ""
        self._then = None
        if self.has_widgets:
            self._empty()
            self.line("step-text").show(plain(""))

    def _empty(self) -> None:
        for code in STEPS:
            form = self.query_one(f"#step-{code}", Form)
            form.fill({field.field_name: "" for field in form.query(FormField)})

    def _show_hearing(self) -> None:
        form = self._form
        shown = _HEARING.get(form.text("what"), ())
        for names in _HEARING.values():
            for name in names:
                form.field(name).display = name in shown

    def on_form_changed(self, event: Form.Changed) -> None:
        """What is said of the hearing decides what is asked for."""
        self._sure = self._sure_of_loss = False
        if event.name == "what":
            self._show_hearing()

    def render_view(self, view: BoardView, age: float) -> None:
        """Say what is asked for, and of whom."""
        self.titled("ban-step", _heading(self._code))
        width = self.room("step-text")
        rows = [plain(self._about, "bold"), *wrapped(_text(self._code), width)]
        if self._code == "hearing" and not self._may & {"send_hearing", "answer_hearing"}:
            rows += wrapped(_("It can be noted as sent once the page of the ban no longer says what it lacks."), width)
        self.line("step-text").show(lines(*rows, plain("")))
        self.line("step-keys").show(self.keys_rows("step-keys"))

    @property
    def _locked(self) -> str:
        """What is noted of the ban: no step is changed afterwards."""
        return self._form.in_short()

    def action_save(self) -> None:
        """Take the step, at the second press: first is shown what will be locked, or what would be lost by it."""
        if self._code == "hearing" and not self._sure_of_loss and (lost := self._lost()):
            self._sure_of_loss = True
            self.say(lost, urgent=True)
            return
        if not self._sure_of_loss and self.shows_first():
            return
        values, subject, then, chosen, mine = self._values(), self._subject, self._then, self._chosen, self._mine
        what = values.get("what") or self._code

        def told(_nothing: object) -> None:
            self._aside.pop(mine, None)
            said = _("Noted.") if then is None else ""
            if self._chosen == chosen:
                self._start = {}
                self._empty()
                self.close(said)
            elif said:
                self.desk.say(said)
            if then is not None:
                then()

        def refused(why: Refused) -> None:
            if self._chosen == chosen and self in self.desk.screen_stack:
                self._refused(why)
            else:
                self.desk.say(why.sentence, urgent=True)

        incident = self._incident
        self.take(lambda house, who: _take(house, who, what, subject, values, incident), told, refused)

    def _lost(self) -> str:
        """What noting this of the hearing would throw away, as a sentence; "" where it is nothing."""
        form = self._form
        what = form.text("what")
        shown = ("what", *_HEARING.get(what, ()))
        for field in form.query(FormField):
            name = field.field_name
            if name not in shown and isinstance(field, TextBlock) and form.text(name) != self._start.get(name, ""):
                return _(
                    "What is written under “{field}” is not kept with this choice. Ctrl+S again leaves it out."
                ).format(field=field.label)
        if what == "send_hearing" and "answer_hearing" in self._may:
            return _("A hearing was noted as sent already. Ctrl+S again puts this one in its place.")
        return ""

    def action_back(self) -> None:
        """Leave without taking the step; where something is written, at the second press."""
        if self.asks_before_leaving(self._written):
            return
        if self.asking:
            self._put_aside()  # it may be refused yet
        self._start = {}
        self._empty()
        self.desk.leave(self)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in a form of one line takes the step."""
        if self._code == "file_letter":
            self.action_save()


def _take(house: House, who: Who, code: str, subject: int, said: dict[str, str], incident: int | None) -> object:
    """Take the step; whatever the service answers."""
    bans = house.bans
    match code:
        case "send_hearing":
            return bans.send_hearing(who, subject, said["sent_on"], said["due_on"])
        case "answer_hearing":
            return bans.answer_hearing(who, subject, said["on"], said["text"])
        case "skip_hearing":
            return bans.skip_hearing(who, subject, said["ground"], said["reason"])
        case "file_letter":
            return bans.file_letter(who, subject, said["ref"])
        case "serve":
            return bans.serve(who, subject, said["on"], said["how"])
        case "normalise":
            return bans.normalise(who, subject, said["on"], said["result"])
        case "lift":
            return bans.lift(who, subject, said["on"], said["reason"])
        case "drop":
            return bans.drop(who, subject, said["reason"])
        case "withdraw_signatures":
            return bans.withdraw_signatures(who, subject, said["reason"])
        case _ if incident is not None:
            return house.incidents.mistaken(who, incident, subject, said["note"])
        case _:
            house.persons.not_this_person(who, subject, said["note"])
            return None


def _heading(code: str) -> str:
    return {
        "hearing": _("HEARING OF THE CITIZEN"),
        "file_letter": _("THE LETTER IS FILED"),
        "serve": _("SERVED ON THE CITIZEN"),
        "normalise": _("ATTEMPT TO NORMALISE"),
        "lift": _("LIFT THE BAN"),
        "drop": _("GIVE UP THE DRAFT"),
        "withdraw_signatures": _("WITHDRAW THE SIGNATURES"),
        "not_this_person": _("NOT THIS PERSON"),
    }[code]


def _text(code: str) -> str:
    return {
        "hearing": _("The citizen is heard before a decision. Where that cannot wait, the reason is part of it."),
        "file_letter": _("The decision letter lies in the case system under this number."),
        "serve": _("When and how the decision reached the citizen."),
        "normalise": _("What was tried to make contact normal again, and what came of it."),
        "lift": _("The ban ends on this day, before its time. The reason is kept."),
        "drop": _("No decision will be made. The draft and the reason are kept in the log."),
        "withdraw_signatures": _("All signatures fall away, and the text can be changed again."),
        "not_this_person": _("Somebody was taken for this person and was not. The note is kept with the person."),
    }[code]
