"""The form of a heads-up. What it is warned of is told before it is kept; none of it keeps anybody from keeping it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from guardroom.alarms.view import BoardView
from guardroom.headsups import words
from guardroom.headsups.form import HeadsUpForm
from guardroom.headsups.kinds import READY
from guardroom.headsups.view import HeadsUpView
from guardroom.headsups.warnings import Advice
from guardroom.language import _
from guardroom.people.roles import Right
from guardroom.refusal import Refused
from guardroom.settings import MEETING_REASONS, Settings
from screens.form import ChecksField, ChoiceField, Form, FormField, TextField
from screens.headsup_advice import advice_rows
from screens.incident_fields import PlaceField
from screens.keys import bindings
from screens.person_picker import Known, PersonField
from screens.plain import Line, lines, plain
from screens.record_screen import StepScreen
from screens.wrapping import FittedLine, wrapped

if TYPE_CHECKING:
    from guardroom.house import House
    from guardroom.people.who import Who
    from screens.app import GuardroomApp


def _fields(settings: Settings) -> tuple[FormField, ...]:
    postures = tuple((code, words.posture(code)) for code in settings.policy.headsups.postures)
    return (
        TextField("day", _("Day"), required=True, limit=20, hint=_("24-11-2025")),
        TextField("begins", _("Begins"), required=True, limit=10, hint="13:00"),
        TextField("ends", _("Ends"), required=True, limit=10, hint="14:00"),
        PlaceField("room", _("Where"), settings, required=True),
        ChoiceField("reason", _("Why"), tuple((code, words.reason(code)) for code in MEETING_REASONS), required=True),
        ChoiceField("posture", _("Guards"), (("", words.posture("")), *postures)),
        TextField("staff", _("Staff"), required=True, limit=80, hint=_("initials, two where you can: MH JB")),
        TextField("case_ref", _("Case"), limit=40, hint=_("case number, never CPR")),
        PersonField(
            "name", _("Known person"), why="heads_up", limit=120, hint=_("choose one; a name typed here is not kept")
        ),
        TextField("citizen", _("Or in few words"), limit=80, hint=_("without name, such as: man, 40, with dog")),
        TextField("stop_signal", _("Stop signal"), limit=60, hint=_("what is said when it must end")),
        TextField("check_in_at", _("Look in at"), limit=10, hint="13:30"),
        TextField("check_in_every", _("or every … minutes"), limit=4, hint="15"),
        ChecksField("ready", _("Seen to"), tuple((code, words.ready(code)) for code in READY)),
        TextField("note", _("Note"), limit=200, hint=_("one line; nothing about health")),
    )


def open_headsup_form(desk: GuardroomApp, about: HeadsUpView | None, arrival: int | None = None) -> None:
    """Change this one; None: enter one, for an announced `arrival` where it is for one."""
    screen = desk.get_screen("headsup_form")
    assert isinstance(screen, HeadsUpFormScreen)
    screen.choose(about, arrival)
    desk.open("headsup_form")


class HeadsUpFormScreen(StepScreen):
    """A heads-up is entered or changed."""

    NAME: ClassVar[str] = "headsup_form"
    NEEDS: ClassVar[frozenset[Right]] = frozenset({Right.HEADSUP_WRITE})
    BINDINGS = bindings("headsup_form")

    def __init__(self) -> None:
        super().__init__()
        self._about: HeadsUpView | None = None
        self._arrival: int | None = None
        self._version = 0
        self._advice: Advice | None = None
        self._warned_of: HeadsUpForm | None = None

    def compose_body(self) -> ComposeResult:
        """What is said of it, and the form."""
        with Vertical(id="headsup-form-page", classes="pane"):
            yield FittedLine(id="headsup-form-text")
            yield Form(*_fields(self.desk.settings), id="headsup-form")
            yield Line(id="headsup-form-keys")

    def choose(self, about: HeadsUpView | None, arrival: int | None = None) -> None:
        """Change this one; None: enter one, filled with what is known of an announced `arrival` where it is for one."""
        self._put_aside()
        self._about, self._arrival = about, arrival
        self.release()

    @property
    def _form(self) -> Form:
        return self.query_one("#headsup-form", Form)

    def opened(self) -> None:
        """The form with what is known already, and with what the same person had begun to write."""
        self._sure = False
        self._advice = self._warned_of = None
        about, arrival = self._about, self._arrival
        if about is not None:
            self.ask(lambda house, who: house.headsups.form(who, about.id), self._begin)
        elif arrival is not None:
            self.ask(lambda house, who: house.headsups.form_for_arrival(who, arrival), self._begin)
        else:
            self.ask(lambda house, who: house.headsups.blank(who), self._begin)

    def _begin(self, form: HeadsUpForm) -> None:
        self._version = form.version
        names = self._form.names
        self._form.fill(
            {name: cast("str | tuple[str, ...]", getattr(form, name)) for name in names if name != "name"}
            | {"name": ""}
        )
        if form.person is not None:
            self._person.stand_for(Known(person=form.person, name=_("(as before)")))
        self._take_up()
        self._form.enter("begins" if self._about is None else "day")
        self._catch_up()

    @property
    def _about_what(self) -> tuple[object, ...]:
        return None if self._about is None else self._about.id, self._arrival

    @property
    def _person(self) -> PersonField:
        field = self._form.field("name")
        assert isinstance(field, PersonField)
        return field

    def _typed(self) -> HeadsUpForm:
        form = self._form
        text = {name: form.text(name) for name in form.names if name != "ready"}
        return HeadsUpForm(
            **text,
            ready=form.codes("ready"),
            person=self._person.person,
            version=self._version,
        )

    def forget(self) -> None:
        """What is half written is put aside for whoever wrote it; nothing of it is shown."""
        super().forget()
        self._put_aside()
        self._about = self._arrival = self._advice = self._warned_of = None
        if self.has_widgets:
            self._form.fill({name: () if name == "ready" else "" for name in self._form.names})
            self.line("headsup-form-text").show(Content(""))

    def render_view(self, view: BoardView, age: float) -> None:
        """Say what is asked for, or what it is warned of."""
        about = self._about
        heading = _("A NEW HEADS-UP") if about is None else _("HEADS-UP {number}").format(number=about.number)
        self.titled("headsup-form-page", heading)
        width = self.room("headsup-form-text")
        rows = wrapped(_("For the guards: no diagnosis, no CPR number; employees by their initials."), width, "$quiet")
        if self._advice is not None:
            rows = advice_rows(self._advice, self.desk.settings, width)
        self.line("headsup-form-text").show(lines(*rows, plain("")))
        said = _("Ctrl+S keeps it. Esc leaves without.")
        if self._advice is not None:
            said = _("Ctrl+S keeps it as it is; or change it.")
        self.line("headsup-form-keys").show(plain(said, "bold"))

    def action_save(self) -> None:
        """Keep it; where it is warned of anything, once that has been read."""
        form, about = self._typed(), None if self._about is None else self._about.id
        if form == self._warned_of:
            self._keep(form, about)
            return

        def advised(found: Advice) -> None:
            self._form.show_mistakes(())
            if not found.warnings:
                self._keep(form, about)
                return
            self._advice, self._warned_of = found, form
            self.say(_("Read what stands above; Ctrl+S again keeps it as it is."), urgent=True)
            self._catch_up()

        out = self.desk.shown.out_rooms
        self.take(lambda house, who: house.headsups.advise(who, form, about, out), advised, self._refused)

    def _keep(self, form: HeadsUpForm, about: int | None) -> None:
        mine = self._mine

        def save(house: House, who: Who) -> HeadsUpView:
            return house.headsups.save(who, form, about)

        def kept(one: HeadsUpView) -> None:
            self._is_kept(mine)
            said = _("Kept: {number}. It stands on the board.")
            if "off_duty" in one.advice.warnings:
                said = _("Kept: {number}. It stands on the board, but no guard is on duty then.")
            self.close(said.format(number=one.number))

        self.take(save, kept, self._refused)

    def _refused(self, why: Refused) -> None:
        self._advice = self._warned_of = None
        super()._refused(why)
        self._catch_up()
