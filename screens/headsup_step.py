"""The small forms beside a heads-up: police pre-warning, mobile alarms, announced arrivals."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from guardroom.alarms.places import mobile_called
from guardroom.alarms.view import BoardView
from guardroom.days import day_in, written
from guardroom.headsups import words
from guardroom.headsups.form import ArrivalForm, LoanForm, PrewarningForm
from guardroom.headsups.kinds import decisions
from guardroom.headsups.view import Arrival, HeadsUpView, Loan
from guardroom.language import _
from guardroom.people.roles import Right
from screens.device_field import DeviceField
from screens.form import ChoiceField, Form, FormField, TextField
from screens.headsup_form import open_headsup_form
from screens.keys import bindings
from screens.person_picker import PersonField
from screens.plain import Line, lines, plain
from screens.record_screen import StepScreen
from screens.wrapping import FittedLine, wrapped

if TYPE_CHECKING:
    from guardroom.house import House
    from guardroom.people.who import Who
    from screens.app import GuardroomApp

STEPS = ("prewarn", "lend", "give_back", "announce", "decide", "withdraw")


def open_headsup_step(
    desk: GuardroomApp, code: str, about: HeadsUpView | None, loans: tuple[Loan, ...], arrivals: tuple[Arrival, ...]
) -> None:
    """Open one of the forms; `loans` and `arrivals` are those that can be chosen from."""
    screen = desk.get_screen("headsup_step")
    assert isinstance(screen, HeadsUpStep)
    screen.choose(code, about, loans, arrivals)
    desk.open("headsup_step")


def _fields(code: str) -> tuple[FormField, ...]:
    moment = _("24-11-2025 10:15, or 10:15 for today")
    match code:
        case "prewarn":
            return (
                TextField("reason", _("Reason"), required=True, limit=500, hint=_("objective and proportionate")),
                TextField("case_ref", _("Filed as"), required=True, limit=40, hint=_("ESDH or case number")),
                TextField("leader", _("Leader asked"), required=True, limit=10, hint=_("initials")),
                TextField("leader_at", _("when"), required=True, limit=20, hint=moment),
                TextField("legal", _("Legal asked"), required=True, limit=10, hint=_("initials")),
                TextField("legal_at", _("when"), required=True, limit=20, hint=moment),
            )
        case "lend":
            return (
                DeviceField("device", _("Which alarm"), required=True, limit=40, hint="MOBIL 1"),
                TextField("holder", _("Who takes it"), required=True, limit=10, hint=_("initials")),
                TextField("place", _("Where to"), required=True, limit=80, hint=_("no private address")),
                TextField("due_day", _("Back on the day"), required=True, limit=20),
                TextField("due_time", _("at"), required=True, limit=10, hint="15:00"),
            )
        case "give_back":
            return (ChoiceField("loan", _("Which alarm is back"), (), required=True),)
        case "announce":
            return (
                TextField("day", _("Expected on the day"), required=True, limit=20),
                TextField("time", _("at"), required=True, limit=10, hint="14:00"),
                TextField("case_ref", _("Case"), limit=40, hint=_("case number, never CPR")),
                PersonField(
                    "name",
                    _("Known person"),
                    why="heads_up",
                    limit=120,
                    hint=_("choose one; a name typed here is not kept"),
                ),
                TextField("citizen", _("Or in few words"), limit=80, hint=_("without name")),
            )
        case "withdraw":
            return (ChoiceField("arrival", _("Which arrival"), (), required=True),)
        case _:
            return (
                ChoiceField("arrival", _("Which arrival"), (), required=True),
                ChoiceField("decision", _("The citizen is told"), (), required=True),
            )


class HeadsUpStep(StepScreen):
    """One of the forms."""

    NAME: ClassVar[str] = "headsup_step"
    NEEDS: ClassVar[frozenset[Right]] = frozenset({Right.HEADSUP_READ})
    BINDINGS = bindings("headsup_step")

    def __init__(self) -> None:
        super().__init__()
        self._code = "lend"
        self._about: HeadsUpView | None = None
        self._loans: tuple[Loan, ...] = ()
        self._arrivals: tuple[Arrival, ...] = ()

    def compose_body(self) -> ComposeResult:
        """One form for each, of which one is shown."""
        with Vertical(id="headsup-step-page", classes="pane"):
            yield FittedLine(id="headsup-step-text")
            for code in STEPS:
                yield Form(*_fields(code), id=f"headsup-{code}")
            yield Line(id="headsup-step-keys")

    def choose(
        self, code: str, about: HeadsUpView | None, loans: tuple[Loan, ...], arrivals: tuple[Arrival, ...]
    ) -> None:
        """Ask for this."""
        self._put_aside()
        self._code, self._about, self._loans, self._arrivals = code, about, loans, arrivals
        self.release()

    @property
    def _form(self) -> Form:
        return self.query_one(f"#headsup-{self._code}", Form)

    def opened(self) -> None:
        """The form with what is known already, and with what the same person had begun to write."""
        self._sure = False
        for code in STEPS:
            self.query_one(f"#headsup-{code}", Form).display = code == self._code
        form = self._form
        form.fill(dict.fromkeys(form.names, ""))
        today = written(day_in(self.desk.clock.now(), self.desk.settings.site.zone))
        form.fill({name: today for name in ("day", "due_day") if name in form.names})
        if self._code == "prewarn" and self._about is not None:
            form.fill({"case_ref": self._about.case_ref})
        if self._code == "lend":
            self._offer_mobiles()
        if self._code == "give_back":
            self._offer("loan", tuple((str(loan.id), f"{loan.device}, {loan.holder}") for loan in self._loans))
        if self._code in ("decide", "withdraw"):
            self._offer("arrival", tuple((str(each.id), self._told(each)) for each in self._arrivals))
        if self._code == "decide":
            options = decisions(self.desk.settings.policy.headsups)
            self._offer("decision", tuple((code, words.decision(code)) for code in options))
        self._take_up()
        form.enter(form.names[0])

    @property
    def _about_what(self) -> tuple[object, ...]:
        # Only the pre-warning is of the heads-up that was chosen in the list.
        return self._code, self._about.id if self._code == "prewarn" and self._about is not None else None

    def _offer_mobiles(self) -> None:
        """Offer the house's mobile alarms that are in their place."""
        field = self._form.field("device")
        assert isinstance(field, DeviceField)
        mobiles = self.desk.settings.mobiles
        lent = {one.id for loan in self._loans if (one := mobile_called(loan.device, mobiles)) is not None}
        field.have(one for one in mobiles if one.id not in lent)

    def _offer(self, name: str, options: tuple[tuple[str, str], ...]) -> None:
        field = self._form.field(name)
        assert isinstance(field, ChoiceField)
        field.offer(options)
        field.fill(options[0][0] if len(options) == 1 else "")

    def _told(self, arrival: Arrival) -> str:
        expected = arrival.expected_at.astimezone(self.desk.settings.site.zone)
        return f"{expected:%d-%m %H:%M} {arrival.citizen or arrival.case_ref or _('a known person')}"

    def _values(self) -> dict[str, str]:
        return {name: self._form.text(name) for name in self._form.names}

    def forget(self) -> None:
        """What is half written is put aside for whoever wrote it; nothing of it is shown."""
        super().forget()
        self._put_aside()
        self._about, self._loans, self._arrivals = None, (), ()
        if self.has_widgets:
            for code in STEPS:
                form = self.query_one(f"#headsup-{code}", Form)
                form.fill(dict.fromkeys(form.names, ""))

    def render_view(self, view: BoardView, age: float) -> None:
        """Say what is asked for."""
        self.titled("headsup-step-page", self._heading())
        self.line("headsup-step-text").show(lines(*wrapped(self._text(), self.room("headsup-step-text")), plain("")))
        self.line("headsup-step-keys").show(plain(_("Ctrl+S keeps it. Esc leaves without."), "bold"))

    def _heading(self) -> str:
        number = "" if self._about is None else self._about.number
        return {
            "prewarn": _("POLICE PRE-WARNING FOR {number}").format(number=number),
            "lend": _("A MOBILE ALARM IS LENT"),
            "give_back": _("A MOBILE ALARM IS BACK"),
            "announce": _("SOMEBODY SAYS THAT THEY COME"),
            "decide": _("DECIDE AN ANNOUNCED ARRIVAL"),
            "withdraw": _("AN ANNOUNCED ARRIVAL IS TAKEN BACK"),
        }[self._code]

    def _text(self) -> str:
        return {
            "prewarn": _(
                "The police are warned of a meeting in special cases only: with an objective and proportionate reason, "
                "filed in the case system, and after a leader and legal were asked."
            ),
            "lend": _("For meetings outside the house. Whoever takes it says when it is back."),
            "give_back": _("The alarm hangs in its place again."),
            "announce": _(
                "A threatening citizen says that they come without appointment. A leader decides what follows."
            ),
            "decide": _("A leader tells the citizen. Where there is an appointment, its heads-up is entered next."),
            "withdraw": _("They do not come after all, or it was a mistake: there is nothing to decide."),
        }[self._code]

    def action_save(self) -> None:
        """Keep it."""
        job = self._job()
        if job is None:
            self.say(_("Choose one first."), urgent=True)
            return
        said = {
            "prewarn": _("Noted. The program tells nobody: ring 114."),
            "lend": _("Noted: the alarm is lent."),
            "give_back": _("Noted: the alarm is back."),
            "announce": _("Noted. A leader decides."),
            "decide": _("Decided."),
            "withdraw": _("Taken back."),
        }[self._code]

        mine = self._mine

        def done(answer: object) -> None:
            self._is_kept(mine)
            self.close(said)
            if isinstance(answer, Arrival) and answer.decision == "appointment_made":
                open_headsup_form(self.desk, None, answer.id)

        self.take(job, done, self._refused)

    def _job(self) -> Callable[[House, Who], object] | None:
        said, about = self._values(), self._about
        match self._code:
            case "prewarn" if about is not None:
                warning = PrewarningForm(**said, version=about.version)
                return lambda house, who: house.headsups.prewarn(who, about.id, warning)
            case "lend":
                loan = LoanForm(**said)
                return lambda house, who: house.headsups.lend(who, loan)
            case "give_back" if said["loan"]:
                return lambda house, who: house.headsups.give_back(who, int(said["loan"]))
            case "announce":
                field = self._form.field("name")
                assert isinstance(field, PersonField)
                arrival = ArrivalForm(**said, person=field.person)
                return lambda house, who: house.headsups.announce(who, arrival)
            case "decide" if said["arrival"]:
                return lambda house, who: house.headsups.decide(who, int(said["arrival"]), said["decision"])
            case "withdraw" if said["arrival"]:
                return lambda house, who: house.headsups.withdraw(who, int(said["arrival"]))
        return None
