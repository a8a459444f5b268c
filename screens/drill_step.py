"""What the risk coordinator fills in: a plan, what has been seen to, an evaluation, an improvement."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.containers import Vertical

from guardroom.alarms.view import BoardView
from guardroom.days import EXAMPLE_DAY, weekday, written
from guardroom.drills import words
from guardroom.drills.form import HOWS, NOTICES, PRESSES, DrillForm
from guardroom.drills.plan import CONFIRMATIONS
from guardroom.drills.view import Evaluation, PastDrill
from guardroom.language import _
from guardroom.people.roles import Right
from guardroom.settings import WEEKDAYS, Settings
from screens import dates
from screens.form import ChecksField, ChoiceField, Form, FormField, TextBlock, TextField
from screens.keys import bindings
from screens.plain import Line, lines, plain
from screens.record_screen import StepScreen
from screens.wrapping import FittedLine, wrapped

if TYPE_CHECKING:
    from guardroom.house import House
    from guardroom.people.who import Who
    from screens.app import GuardroomApp

Values = dict[str, str | tuple[str, ...]]

_GIVEN = ("day", "time")
_WINDOW = ("first", "last", "weekdays", "months", "earliest", "latest", "apart_days")
_SHOWN = {
    "sealed": (*_WINDOW, "notice"),
    "proposed": (*_WINDOW, *_GIVEN),
    "fixed": _GIVEN,
}
"""What is asked for, by how the time is found."""

STEPS = ("plan", "confirm", "evaluate", "improve")


def open_step(desk: GuardroomApp, code: str, drill: PastDrill | None = None, given: Values | None = None) -> None:
    """Open one of the forms, about this drill where it is about one, filled with what is `given`."""
    screen = desk.get_screen("drill_step")
    assert isinstance(screen, DrillStep)
    screen.choose(code, drill, given or {})
    desk.open("drill_step")


def month(number: int) -> str:
    """A month of the year, from 1."""
    return dates.month(datetime(2000, number, 1, tzinfo=UTC))


def _fields(code: str, settings: Settings) -> tuple[FormField, ...]:
    day = written(EXAMPLE_DAY)
    weekdays = tuple((each, weekday(each)) for each in WEEKDAYS)
    seen_to = tuple((each, words.confirmation(each)) for each in CONFIRMATIONS)
    match code:
        case "plan":
            return (
                ChoiceField("how", _("The time is"), tuple((each, words.how(each)) for each in HOWS), required=True),
                TextField("first", _("From the day"), required=True, limit=20, hint=day, coming=True),
                TextField("last", _("Until the day"), required=True, limit=20, hint=day, coming=True),
                ChecksField("weekdays", _("Weekdays"), weekdays, required=True),
                ChecksField("months", _("Months"), tuple((str(number), month(number)) for number in range(1, 13))),
                TextField("earliest", _("Not before"), required=True, limit=5, hint="08:00"),
                TextField("latest", _("Not after"), required=True, limit=5, hint="15:00"),
                TextField("apart_days", _("Days since the last"), required=True, limit=4, hint="60"),
                TextField("day", _("Day"), required=True, limit=20, hint=day, coming=True),
                TextField("time", _("Time"), required=True, limit=5, hint="10:15"),
                ChoiceField("notice", _("I am told"), tuple((each, words.notice(each)) for each in NOTICES)),
                ChecksField("rooms", _("Rooms"), tuple((room.id, room.name) for room in settings.rooms if room.claims)),
                ChoiceField("press", _("Raised by"), tuple((each, words.press(each)) for each in PRESSES)),
                TextField("led_by", _("Led by"), limit=60),
                TextField("helpers", _("Helpers"), limit=60),
                ChecksField("confirmed", _("Seen to"), seen_to),
            )
        case "confirm":
            return (ChecksField("confirmed", _("Seen to"), seen_to),)
        case "evaluate":
            return (
                TextBlock("strengths", _("What went well"), required=True, rows=4),
                TextBlock("to_improve", _("To be better"), required=True, rows=4),
                TextField("stopped_well", _("Talk broken off"), limit=200),
                TextField("leader", _("Leader reached"), limit=8, hint=_("0:45, where nobody marked it")),
                ChoiceField("debriefed", _("Debriefing held"), (("yes", _("yes")), ("no", _("no")))),
                TextField("sent_on", _("Sent to the committee"), limit=12, hint=day),
            )
        case _:
            return (
                TextBlock("what", _("What is to be better"), required=True, rows=3),
                TextField("owner", _("Who sees to it"), required=True, limit=60),
                TextField("due", _("By the day"), required=True, limit=20, hint=day, coming=True),
            )


class DrillStep(StepScreen):
    """One of the forms."""

    NAME: ClassVar[str] = "drill_step"
    NEEDS: ClassVar[frozenset[Right]] = frozenset({Right.DRILL_PLAN})
    BINDINGS = bindings("drill_step")

    def __init__(self) -> None:
        super().__init__()
        self._code = "plan"
        self._drill: PastDrill | None = None
        self._given: Values = {}

    def compose_body(self) -> ComposeResult:
        """One form for each, of which one is shown."""
        with Vertical(id="drill-step-page", classes="pane"):
            yield FittedLine(id="drill-step-text")
            for code in STEPS:
                yield Form(*_fields(code, self.desk.settings), id=f"drill-{code}")
            yield Line(id="drill-step-keys")

    def choose(self, code: str, drill: PastDrill | None, given: Values) -> None:
        """Ask for this."""
        self._put_aside()
        self._code, self._drill, self._given = code, drill, given
        self.release()

    @property
    def _form(self) -> Form:
        return self.query_one(f"#drill-{self._code}", Form)

    def opened(self) -> None:
        """The form with what is known already, and with what the same person had begun to write."""
        self._sure = False
        for code in STEPS:
            self.query_one(f"#drill-{code}", Form).display = code == self._code
        self._fill(self._given)
        if self._code == "plan":
            self.ask(lambda house, who: house.drills.blank(who), self._begin)
        else:
            self._take_up()
            self._form.enter(self._form.names[0])

    @property
    def _about_what(self) -> tuple[object, ...]:
        return self._code, None if self._drill is None else self._drill.id

    def _begin(self, form: DrillForm) -> None:
        self._fill({name: cast("str | tuple[str, ...]", getattr(form, name)) for name in DrillForm.__slots__})
        self._take_up()
        self._show_asked_for()
        self._form.enter("how")

    def _fill(self, values: Values) -> None:
        empty: Values = {
            field.field_name: () if isinstance(field, ChecksField) else "" for field in self._form.query(FormField)
        }
        self._form.fill({**empty, **{name: value for name, value in values.items() if name in empty}})
        self._start = self._form.values
        self._show_asked_for()

    def _values(self) -> Values:
        return {
            field.field_name: self._form.codes(field.field_name)
            if isinstance(field, ChecksField)
            else self._form.text(field.field_name)
            for field in self._form.query(FormField)
        }

    def _show_asked_for(self) -> None:
        if self._code != "plan":
            return
        shown = _SHOWN.get(self._form.text("how"), ())
        asked_by_time = {*_WINDOW, *_GIVEN, "notice"}
        self._form.show_only([name for name in self._form.names if name in shown or name not in asked_by_time])

    def on_form_changed(self, event: Form.Changed) -> None:
        """How the time is found decides what is asked for, and with the notice what is said of it."""
        self._sure = False
        if event.name in ("how", "notice"):
            self._show_asked_for()
            self._catch_up()

    def forget(self) -> None:
        """What is half written is put aside for whoever wrote it; nothing of it is shown."""
        super().forget()
        self._put_aside()
        self._drill, self._given = None, {}
        if self.has_widgets:
            self._fill({})

    def render_view(self, view: BoardView, age: float) -> None:
        """Say what is asked for."""
        self.titled("drill-step-page", self._heading())
        self.line("drill-step-text").show(lines(*wrapped(self._text(), self.room("drill-step-text")), plain("")))
        self.line("drill-step-keys").show(plain(_("Ctrl+S keeps it. Esc leaves without."), "bold"))

    def offers(self, key: str) -> bool:
        """A time is proposed for a plan only."""
        return key != "drill_propose" or self._code == "plan"

    def _heading(self) -> str:
        number = "" if self._drill is None else self._drill.number
        return {
            "plan": _("PLAN A DRILL"),
            "confirm": _("WHAT HAS BEEN SEEN TO"),
            "evaluate": _("EVALUATION OF {number}").format(number=number),
            "improve": _("IMPROVEMENT AFTER {number}").format(number=number),
        }[self._code]

    def _text(self) -> str:
        if self._code == "plan" and self._form.text("how") == "sealed" and self._form.text("notice") in NOTICES[1:]:
            return _(
                "Nobody else is shown any of it before it begins. You are told as long before as you choose; where "
                "this PC was off then, when it is on again, an hour before at the latest."
            )
        return {
            "plan": _(
                "Nobody else is shown any of it before it begins. Sealed: there is no date until it begins, not for "
                "you either. Without a room chosen it is in any room that has a button."
            ),
            "confirm": _("Without all of it the drill does not begin."),
            "evaluate": _(
                "The times are the program's. Nobody's name: the report goes to the committee. Improvements, each with "
                "who sees to it and by when, are added afterwards: {key} in the list of drills."
            ).format(key=self.cap_of("drill_improve")),
            "improve": _("One thing, with one person who sees to it."),
        }[self._code]

    def action_propose(self) -> None:
        """Draw a day and time within the limits, at once."""
        if self._code != "plan":
            return
        form = self._plan_form()
        self.ask(lambda house, who: house.drills.propose(who, form), self._proposed, self._refused)

    def _proposed(self, form: DrillForm) -> None:
        self._form.fill({"how": form.how, "day": form.day, "time": form.time})
        self._show_asked_for()
        self.say(_("{day} at {time}. Nothing is planned yet: Ctrl+S plans it.").format(day=form.day, time=form.time))

    def _plan_form(self) -> DrillForm:
        return DrillForm(**self._values())  # type: ignore[arg-type]

    def action_save(self) -> None:
        """Keep it."""
        job = self._job()
        said = {
            "plan": _("The drill is planned."),
            "confirm": _("Noted."),
            "evaluate": _("Kept. L finishes and locks it."),
            "improve": _("Kept."),
        }[self._code]

        mine = self._mine

        def told(_nothing: object) -> None:
            self._is_kept(mine)
            self.close(said)

        self.take(job, told, self._refused)

    def _job(self) -> Callable[[House, Who], object]:
        values, code = self._values(), self._code
        drill = 0 if self._drill is None else self._drill.id
        if code == "plan":
            form = self._plan_form()
            return lambda house, who: house.drills.plan(who, form)
        if code == "confirm":
            confirmed = cast("tuple[str, ...]", values["confirmed"])
            return lambda house, who: house.drills.confirm(who, confirmed)
        text = {name: str(value) for name, value in values.items()}
        if code == "evaluate":
            said = Evaluation(
                strengths=text["strengths"],
                to_improve=text["to_improve"],
                stopped_well=text["stopped_well"],
                leader=text["leader"],
                debriefed=text["debriefed"] == "yes",
                sent_on=text["sent_on"],
            )
            return lambda house, who: house.drills.evaluate(who, drill, said)
        return lambda house, who: house.drills.improve(who, drill, text["what"], text["owner"], text["due"])
