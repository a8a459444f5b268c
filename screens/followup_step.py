"""What is written about a follow-up: how it ends, who sees to it now; and about an incident: more to do, absence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from guardroom.alarms.view import BoardView
from guardroom.days import day_in, written
from guardroom.followups import words
from guardroom.followups.closing import REFERENCE_LENGTH, RESULTS, SO_FAR, TEXT_LENGTH, ClosingForm
from guardroom.followups.kinds import BY_HAND, COMPANY, EXEMPTIONS
from guardroom.followups.view import FollowUpLine
from guardroom.language import _
from guardroom.people.roles import RIGHTS, Right, Role, named
from screens.form import ChoiceField, Form, FormField, TextBlock, TextField
from screens.keys import bindings
from screens.plain import Line, lines, plain
from screens.record_screen import StepScreen
from screens.wrapping import FittedLine, wrapped

if TYPE_CHECKING:
    from guardroom.house import House
    from guardroom.people.who import Who
    from screens.app import GuardroomApp

FORMS = ("close", "hand_on", "add", "absence")
_FORM_OF = {"exempt": "close"}
_COUNT = 4


def ask_followup(
    desk: GuardroomApp, code: str, line: FollowUpLine | None = None, incident: int | None = None, number: str = ""
) -> None:
    """Open one of the forms: "close", "exempt" and "hand_on" about this line; "add" and "absence" about an incident of
    this number."""
    screen = desk.get_screen("followup_step")
    assert isinstance(screen, FollowUpStep)
    screen.choose(code, line, incident, number)
    desk.open("followup_step")


def _fields(code: str) -> tuple[FormField, ...]:
    """The fields of a form; their names are those of the mistakes."""
    day = _("24-11-2025")
    match code:
        case "close":
            return (
                ChoiceField(
                    "result", _("How it ends"), tuple((each, words.state(each)) for each in RESULTS), required=True
                ),
                TextField("on", _("Day"), limit=20, hint=day),
                TextField("count", _("How many"), limit=_COUNT, required=True),
                TextField("expected", _("Of how many"), limit=_COUNT, required=True),
                ChoiceField(
                    "company", _("Goes along"), tuple((each, words.company(each)) for each in COMPANY), required=True
                ),
                ChoiceField("yes_no", _("Offered"), (("yes", _("yes")), ("no", _("no"))), required=True),
                ChoiceField(
                    "reason", _("Reason"), tuple((each, words.reason(each)) for each in EXEMPTIONS), required=True
                ),
                TextField("reference", _("Reference"), limit=REFERENCE_LENGTH),
                TextBlock("text", _("Why, in this case"), required=True, rows=3, limit=TEXT_LENGTH),
            )
        case "hand_on":
            roles = tuple((role.value, named(role)) for role in Role if Right.FOLLOWUP_SEE in RIGHTS[role])
            return (
                ChoiceField("role", _("To"), roles, required=True),
                TextField("initials", _("Initials"), limit=8, hint=_("empty: anybody of that role")),
                TextField("remind", _("Remind on"), limit=20, hint=day),
            )
        case "add":
            return (ChoiceField("kind", _("What"), tuple((each, words.kind(each)) for each in BY_HAND), required=True),)
        case _:
            stated = (("absent", _("somebody is absent")), ("withdrawn", _("take back the day that was told")))
            return (
                ChoiceField("stated", _("What"), stated, required=True),
                TextField("on", _("First day"), limit=20, hint=day),
            )


class FollowUpStep(StepScreen):
    """One of the forms."""

    NAME: ClassVar[str] = "followup_step"
    NEEDS: ClassVar[frozenset[Right]] = frozenset({Right.FOLLOWUP_SEE})
    BINDINGS = bindings("followup_step")

    def __init__(self) -> None:
        super().__init__()
        self._code = "close"
        self._line: FollowUpLine | None = None
        self._incident = 0
        self._number = ""

    def compose_body(self) -> ComposeResult:
        """One form for each, of which one is shown."""
        with Vertical(id="followup-step-page", classes="pane"):
            yield FittedLine(id="followup-step-text")
            for code in FORMS:
                yield Form(*_fields(code), id=f"followup-{code.replace('_', '-')}")
            yield Line(id="followup-step-keys")

    def choose(self, code: str, line: FollowUpLine | None, incident: int | None, number: str) -> None:
        """Ask for this."""
        self._put_aside()
        self._code, self._line, self._incident, self._number = code, line, incident or 0, number
        self.release()

    @property
    def _form(self) -> Form:
        return self._form_called(_FORM_OF.get(self._code, self._code))

    def _form_called(self, code: str) -> Form:
        return self.query_one(f"#followup-{code.replace('_', '-')}", Form)

    def opened(self) -> None:
        """An empty form, with what is known already, and with what the same person had begun to write."""
        self._sure = False
        for code in FORMS:
            self._form_called(code).display = self._form_called(code) is self._form
        self._fill({})
        line = self._line
        today = written(day_in(self.desk.clock.now(), self.desk.settings.site.zone))
        if line is not None and self._code in ("close", "exempt"):
            self._offer("result", tuple((each, words.state(each)) for each in line.results))
            self._offer("reason", tuple((each, words.reason(each)) for each in line.reasons))
            numbers = {"count": line.count, "expected": line.expected}
            come = {name: "" if number is None else str(number) for name, number in numbers.items()}
            self._fill({"result": "done" if self._code == "close" else "exempt", "on": today, **come})
        elif self._code == "absence":
            self._fill({"stated": "absent", "on": today})
        self._take_up()
        self._show_asked_for()
        names = [name for name in self._form.names if self._form.field(name).display]
        first = names[1] if self._code in ("close", "exempt", "absence") and len(names) > 1 else names[0]
        self._form.enter(first)

    def _offer(self, name: str, options: tuple[tuple[str, str], ...]) -> None:
        field = self._form.field(name)
        assert isinstance(field, ChoiceField)
        field.offer(options)

    def _fill(self, values: dict[str, str]) -> None:
        self._form.fill({**dict.fromkeys(self._form.names, ""), **values})

    @property
    def _about_what(self) -> tuple[object, ...]:
        return self._code, None if self._line is None else self._line.id, self._incident

    def _values(self) -> dict[str, str]:
        return {name: self._form.text(name) for name in self._form.names}

    def _show_asked_for(self) -> None:
        """How it ends decides what is asked for."""
        line = self._line
        if self._code == "absence":
            self._form.show_only({"stated", "on"} if self._form.text("stated") == "absent" else {"stated"})
        if line is None or _FORM_OF.get(self._code, self._code) != "close":
            return
        result = self._form.text("result")
        if result == "done":
            shown = {"result", "on", *("on" if each == "date" else each for each in line.asks_for)}
        elif result == SO_FAR:
            shown = {"result", "count", "expected"}
        elif result == "exempt":
            shown = {"result", "reason", "reference", "text"}
        else:
            shown = {"result", "text"}
        self._form.field("reference").need(result == "done" or self._form.text("reason") == "employee_declines")
        self._form.show_only(shown)

    def on_form_changed(self, event: Form.Changed) -> None:
        """Ask for what is asked for now."""
        super().on_form_changed(event)
        if event.name in ("result", "reason", "stated"):
            self._show_asked_for()

    def forget(self) -> None:
        """What is half written is put aside for whoever wrote it; nothing of it is shown."""
        super().forget()
        self._put_aside()
        self._line, self._incident, self._number = None, 0, ""
        if self.has_widgets:
            self._fill({})

    def render_view(self, view: BoardView, age: float) -> None:
        """Say what is asked for."""
        self.titled("followup-step-page", self._heading())
        text = wrapped(self._text(), self.room("followup-step-text"))
        self.line("followup-step-text").show(lines(*text, plain("")))
        self.line("followup-step-keys").show(self.keys_rows("followup-step-keys"))

    def _heading(self) -> str:
        about = self._number
        if self._line is not None:
            about = " ".join(part for part in (self._line.number, words.kind(self._line.kind)) if part)
        return {
            "close": _("CLOSE: {about}").format(about=about),
            "exempt": _("EXEMPT: {about}").format(about=about),
            "hand_on": _("HAND ON: {about}").format(about=about),
            "add": _("MORE TO DO: {about}").format(about=about),
            "absence": _("ABSENCE: {about}").format(about=about),
        }[self._code]

    def _text(self) -> str:
        said = {
            "exempt": _("Only a leader of that part of the house reads why. The reason is one of this very case."),
            "hand_on": _("Whoever it is handed to sees it among their own. A leader there can still close it."),
            "add": _("What the town hall's policy does not ask for, or not any more."),
            "absence": _(
                "The first day on which somebody was absent because of it: the earliest counts. Only the injury"
                " report's deadline is kept."
            ),
        }
        if self._code in said:
            return said[self._code]
        return " ".join(self._advice()) or _("Closed with what proves it.")

    def _advice(self) -> Iterator[str]:
        """What there is to know before it is closed."""
        line = self._line
        if line is None:
            return
        if line.system:
            yield _("Reported in {system}.").format(system=line.system)
        yield from filter(None, (words.advice(line.kind), words.more(line.kind)))
        if line.kind == "police_report":
            yield from words.for_the_police(self.desk.settings)

    @property
    def _locked(self) -> str:
        """How it ends: what is closed is not opened again. The other forms, and a count so far, lock nothing."""
        closes = _FORM_OF.get(self._code, self._code) == "close" and self._form.text("result") != SO_FAR
        return self._form.in_short() if closes else ""

    def action_save(self) -> None:
        """Keep it; what is closed with it once that has been looked at."""
        if self.shows_first():
            return
        said = {
            "close": _("Closed."),
            "exempt": _("Exempted."),
            "hand_on": _("Handed on."),
            "add": _("It is on the list."),
            "absence": _("The injury report is due by the earliest day that was told."),
        }[self._code]
        if self._code == "close" and self._form.text("result") == SO_FAR:
            said = _("Noted; it stays open.")
        elif self._code == "absence" and self._form.text("stated") == "withdrawn":
            said = _("Taken back: the injury report is due as without absence.")

        mine = self._mine

        def told(_nothing: object) -> None:
            self._is_kept(mine)
            self.close(said)

        self.take(self._job(), told, self._refused)

    def _job(self) -> Callable[[House, Who], None]:
        values, incident = self._values(), self._incident
        line = 0 if self._line is None else self._line.id
        match self._code:
            case "close" | "exempt":
                # What is not shown does not count: somebody may have written it before they chose another end.
                form = ClosingForm(**{name: said for name, said in values.items() if self._form.field(name).display})
                return lambda house, who: house.followups.close(who, line, form)
            case "hand_on":
                return lambda house, who: house.followups.hand_on(
                    who, line, values["role"], values["initials"], values["remind"]
                )
            case "add":
                return lambda house, who: house.followups.add(who, incident, values["kind"])
            case _ if values["stated"] == "withdrawn":
                return lambda house, who: house.followups.withdraw_absence(who, incident)
            case _:
                return lambda house, who: house.followups.absence(who, incident, values["on"])
