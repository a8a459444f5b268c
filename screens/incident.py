"""One incident: what is known, what was written, and what may be added. The text itself is never changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from guardroom.alarms.view import BoardView
from guardroom.followups.view import IncidentDuties
from guardroom.incidents import words
from guardroom.incidents.view import IncidentView, LadderStanding, SubjectView
from guardroom.language import _
from guardroom.people.person import PersonForm
from guardroom.people.roles import Right
from guardroom.people.who import Who
from guardroom.refusal import BadInput, Mistake, Refused
from screens.followup_rows import duties_line, duty_rows
from screens.followup_step import ask_followup
from screens.form import Form, TextBlock, TextField
from screens.frame import GuardScreen
from screens.incident_facts import fact_rows
from screens.keys import bindings, works_while_typing
from screens.ladder import ladder_line, ladder_rows
from screens.more import Sheet
from screens.person_picker import PersonField
from screens.plain import Line, lines, plain
from screens.words import letter_at

if TYPE_CHECKING:
    from guardroom.house import House

Entry = Literal["", "text", "person", "note"]
"""What is being written: nothing, an addendum, who an unknown citizen is, or that it was not this person."""

_FIELDS: dict[Entry, tuple[str, ...]] = {
    "": (),
    "text": ("text",),
    "person": ("name", "birth", "case_ref"),
    "note": ("note",),
}

_IN_THE_PANE = frozenset(("incident_print", "incident_duties", "incident_absence", "incident_close"))
_ACTS = _IN_THE_PANE | {"add_text", "join_person", "not_person", "conduct_letter"}
_HERE = {"subjects": "name", "account": "text"}
"""The fields here of what the services call otherwise."""


class Incident(GuardScreen):
    """One incident."""

    NAME: ClassVar[str] = "incident"
    NEEDS = frozenset({Right.INCIDENT_LIST, Right.INCIDENT_LOG})
    BINDINGS = bindings("incident")

    def __init__(self) -> None:
        super().__init__()
        self._wanted: int | None = None
        self._view: IncidentView | None = None
        self._standing: LadderStanding | None = None
        self._duties: IncidentDuties | None = None
        self._told = ""
        self._wrong = ""
        self._chosen = 0
        self._entry: Entry = ""
        self._texts: dict[tuple[int, int], str] = {}
        self._sent = False

    def compose_body(self) -> ComposeResult:
        """The facts and what is being written on the left; what follows on the right."""
        with Horizontal(id="incident-one"):
            with Vertical(id="incident-left", classes="pane"):
                yield Line(id="incident-told")
                with Sheet(id="incident-scroll", can_focus=False):
                    yield Line(id="incident-facts")
                with Vertical(id="incident-entry"):
                    yield Line(id="incident-entry-label")
                    yield Form(
                        TextBlock("text", _("Addendum"), rows=4),
                        PersonField("name", _("Name"), why="work", limit=120),
                        TextField("birth", _("born"), limit=20, hint=_("year or day")),
                        TextField("case_ref", _("case"), limit=40, hint=_("case number, never CPR")),
                        TextField("note", _("Note"), limit=300),
                        id="incident-entry-form",
                    )
            with Vertical(id="incident-right"):
                with Vertical(id="incident-follows-pane", classes="pane"):
                    yield Line(id="incident-follows")
                with Sheet(id="incident-duties-pane", classes="pane", can_focus=False):
                    yield Line(id="incident-duties")
                with Vertical(id="incident-acts-pane", classes="pane"):
                    yield Line(id="incident-acts")

    @property
    def _form(self) -> Form:
        return self.query_one("#incident-entry-form", Form)

    def _line(self, name: str) -> Line:
        return self.query_one(f"#incident-{name}", Line)

    # Which one

    def choose(self, incident: int, told: str = "") -> None:
        """Show this incident when the screen is opened; `told` stands above it."""
        self._wanted, self._told = incident, told

    def opened(self) -> None:
        """Read the incident that was chosen."""
        who, wanted, told = self.desk.who, self._wanted, self._told
        self._empty()
        self._told = told
        if who is None or wanted is None:
            return

        def shown(view: IncidentView) -> None:
            if self.desk.who == who and self._wanted == wanted:
                self._show(view)

        def failed(refused: Refused) -> None:
            if self.desk.who == who and self._wanted == wanted:
                self._view, self._wrong = None, refused.sentence
                self._catch_up()

        self._catch_up()
        self.desk.ask(lambda house: house.incidents.read(who, wanted), shown, failed)

    def _show(self, view: IncidentView) -> None:
        self._view = view
        unknown = [number for number, subject in enumerate(view.subjects or ()) if subject.person is None]
        if self._chosen >= len(view.subjects or ()):
            self._chosen = unknown[0] if unknown else 0
        self._ask_ladder()
        self._ask_duties()
        self._catch_up()

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Something may have been done meanwhile."""
        self._ask_duties()

    def forget(self) -> None:
        """Show nothing of anybody's. Half an addendum waits for whoever wrote it."""
        self._hold_text()
        self._wanted = None
        self._empty()

    def _empty(self) -> None:
        self._view, self._standing, self._wrong, self._told = None, None, "", ""
        self._duties = None
        self._chosen = 0
        self._sent = False
        if self.app.is_running:
            self._form.disabled = False
            self._form.fill(dict.fromkeys(self._form.names, ""))
            self._ask_for("")
            self.query_one("#incident-scroll", Sheet).scroll_home(animate=False)

    @property
    def _subject(self) -> SubjectView | None:
        """The citizen that acts are about."""
        subjects = () if self._view is None or self._view.subjects is None else self._view.subjects
        return subjects[self._chosen] if self._chosen < len(subjects) else None

    def _ask_ladder(self) -> None:
        view, who, subject = self._view, self.desk.who, self._subject
        self._standing = None
        if view is None or who is None or not who.may(Right.PERSON_SEARCH):
            return
        if subject is None or subject.person is None:
            return
        person, incident = subject.person, view.id

        def told(standing: LadderStanding) -> None:
            if self._view is view and self._subject is subject:
                self._standing = standing
                self._catch_up()

        def failed(_refused: Refused) -> None:
            self._standing = None

        self.desk.ask(lambda house: house.incidents.ladder_of(who, incident, person), told, failed, key="ladder")

    def _ask_duties(self) -> None:
        """What is to be done because of it, as far as that is theirs to see."""
        view, who = self._view, self.desk.who
        if view is None or who is None or not who.may(Right.FOLLOWUP_SEE):
            return
        incident = view.id

        def told(duties: IncidentDuties) -> None:
            if self.desk.who == who and self._view is not None and self._view.id == incident:
                self._duties = duties
                self._catch_up()

        self.desk.ask(lambda house: house.followups.of_incident(who, incident), told, key="duties")

    # Showing

    def render_view(self, view: BoardView, age: float) -> None:
        """Draw the incident into the space it has."""
        incident = self._view
        pane = self.query_one("#incident-left")
        title = _("INCIDENT")
        if incident is not None:
            title = f"{incident.number}  {words.kind(incident.kind)}"
        if pane.border_title != title:
            pane.border_title = plain(title).markup
        self.query_one("#incident-follows-pane").border_title = _("THE LADDER (guidance)")
        self.query_one("#incident-duties-pane").border_title = _("FOLLOW-UPS")
        self.query_one("#incident-duties-pane").display = self._duties is not None
        self.query_one("#incident-acts-pane").border_title = _("WHAT CAN BE DONE")
        narrow = self.desk.size.width < 100
        told = [self._told]
        if self._duties is not None and (narrow or self._duties.closed_at is not None):
            told.append(duties_line(self._duties, self.desk.settings.site.zone))
        if narrow and self._standing is not None:
            told.append(ladder_line(self._standing, self.desk.settings.policy))
        self._line("told").show(plain(" ".join(part for part in told if part), "bold", limit=1000))
        self._line("told").display = any(told)
        if incident is None:
            self._line("facts").show(plain(self._wrong or _("One moment …"), "bold"))
        else:
            scroll = self.query_one("#incident-scroll", Sheet)
            width = max(20, scroll.scrollable_content_region.width)
            self._line("facts").show(fact_rows(incident, self._chosen, self.desk.settings.site.zone, width))
        if not narrow:
            self._show_right()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Other keys do something while one types."""
        self._catch_up()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """And others when one does not."""
        self._catch_up()

    def _show_right(self) -> None:
        width = max(10, self.query_one("#incident-follows-pane").content_size.width)
        follows = Content("")
        if self._standing is not None:
            follows = ladder_rows(self._standing, self.desk.settings.policy, width)
        self._line("follows").show(follows)
        if self._duties is not None:
            self._line("duties").show(lines(*duty_rows(self._duties, self.desk.settings.site.zone, width)))
        rows: list[Content] = []
        for key, said in self.caps_of(self._acts()):
            first, *others = plain(said).wrap(max(1, width - 4))
            rows += [plain(f"{key:<4}", "bold $key") + first, *(Content("    ") + other for other in others)]
        self._line("acts").show(lines(*rows) if rows else Content(""))

    def offers(self, key: str) -> bool:
        """The acts stand in a pane of their own where there is room for one."""
        if key == "save_incident":
            return bool(self._entry)
        if key in _ACTS:
            return key in dict(self._acts()) and (key not in _IN_THE_PANE or self.has_class("-narrow"))
        return super().offers(key)

    def _acts(self) -> list[tuple[str, str]]:
        """What whoever is signed in may do with this incident, by the names of the keys."""
        view, who, subject = self._view, self.desk.who, self._subject
        if view is None or who is None:
            return []
        acts = [("add_text", _("add something, or correct it"))] if view.may_add else []
        acts.append(("incident_print", _("print it: for the police, or as the incident form")))
        if subject is not None and self._may_join(who, subject):
            known = subject.person is not None
            acts.append(("join_person", _("it was somebody else") if known else _("the unknown citizen is known now")))
        if subject is not None and subject.person is not None and who.may(Right.BAN_LOOKUP):
            acts.append(("not_person", _("it was not this person")))
        if who.may(Right.BAN_DRAFT):
            acts.append(("conduct_letter", _("write the letter about the behaviour")))
        duties = self._duties
        if duties is not None and duties.may_close:
            acts.append(("incident_duties", _("ask for more to be done")))
            acts.append(("incident_absence", _("somebody is absent because of it")))
            again = duties.closed_at is not None
            acts.append(("incident_close", _("open the incident again") if again else _("close the incident")))
        return acts

    def _may_join(self, who: Who, subject: SubjectView) -> bool:
        """Whoever sees whom it is about says who it was; that it was somebody else, whoever may correct persons."""
        may = who.may(Right.INCIDENT_PERSON) and who.may(Right.PERSON_SEARCH)
        return may and (subject.person is None or who.may(Right.PERSON_EDIT))

    def action_choose(self, by: int) -> None:
        """Choose the citizen below or above; where there is one, scroll."""
        subjects = () if self._view is None or self._view.subjects is None else self._view.subjects
        if self._entry:
            return
        if len(subjects) > 1:
            self._chosen = min(max(self._chosen + by, 0), len(subjects) - 1)
            self._ask_ladder()
            self._catch_up()
        else:
            self.query_one("#incident-scroll", Sheet).scroll_relative(y=by, animate=False)

    def action_page(self, by: int) -> None:
        """Scroll a screenful."""
        scroll = self.query_one("#incident-scroll", Sheet)
        scroll.scroll_relative(y=by * max(1, scroll.size.height - 1), animate=False)

    # Writing

    def _ask_for(self, entry: Entry) -> None:
        """Begin to ask for this, or stop asking ("")."""
        self._entry = entry
        wanted = _FIELDS[entry]
        for name in self._form.names:
            self._form.field(name).display = name in wanted
        self.query_one("#incident-entry").display = bool(entry)
        self._form.show_mistakes(())
        if not entry:
            self.set_focus(None)
            return
        said = {
            "text": _("What was left out, or was not right? The text above stays. Ctrl+S saves, Esc stops."),
            "person": _("Who was it? {who}. Ctrl+S saves, Esc stops."),
            "note": _("It was not {who}: how was that seen? Ctrl+S saves, Esc stops."),
        }[entry]
        subject = self._subject
        who = "" if subject is None else words.subject_name(subject)
        self._line("entry-label").show(plain(said.format(who=who), "bold", limit=1000))
        self._form.enter(wanted[0])

    def on_form_changed(self, event: Form.Changed) -> None:
        """What is half written stays with its incident; what is known of a known person is not asked for."""
        event.stop()
        self._hold_text()
        if event.name == "name":
            name = self._form.field("name")
            assert isinstance(name, PersonField)
            for part in ("birth", "case_ref"):
                self._form.field(part).display = name.person is None

    def _hold_text(self) -> None:
        """Hold what is half written for whoever writes it, with its incident."""
        view, who = self._view, self.desk.who
        writing = self._entry == "text" and not self._sent and self.app.is_running
        if writing and view is not None and who is not None:
            self._texts[who.user, view.id] = self._form.text("text")

    def action_add_text(self) -> None:
        """Add something."""
        view, who = self._view, self.desk.who
        if view is None or who is None:
            return
        if not view.may_add:
            self.say(_("Whoever wrote it, took part or leads adds to it."))
            return
        self._form.fill({"text": self._texts.get((who.user, view.id), "")})
        self._ask_for("text")

    def action_join_person(self) -> None:
        """Say who an unknown citizen is."""
        who, subject = self.desk.who, self._subject
        if who is None or subject is None:
            self.say(_("Nobody is named in this incident."))
        elif not self._may_join(who, subject):
            self.say(
                _("It is known who it was; a leader corrects it.")
                if subject.person
                else _("A guard or a leader says who it was.")
            )
        else:
            self._form.fill({"name": "", "birth": "", "case_ref": ""})
            self._ask_for("person")

    def action_not_person(self) -> None:
        """Somebody was taken for this person, and was not."""
        who, subject = self.desk.who, self._subject
        if who is None or subject is None or subject.person is None or not who.may(Right.BAN_LOOKUP):
            self.say(_("There is no known person in this incident."))
            return
        self._form.fill({"note": ""})
        self._ask_for("note")

    def action_save(self) -> None:
        """Save what is being written."""
        view, who, subject = self._view, self.desk.who, self._subject
        if view is None or who is None or self._sent or not self._entry:
            return
        if self._entry == "text":
            text = self._form.text("text")
            self._send(lambda house: house.incidents.add(who, view.id, text), _("Added."))
        elif subject is None:
            return
        elif self._entry == "person":
            self._join(view, who, subject)
        else:
            self._not_this_person(view, who, subject)

    def _join(self, view: IncidentView, who: Who, subject: SubjectView) -> None:
        name = self._form.field("name")
        assert isinstance(name, PersonField)
        known = name.person
        typed = PersonForm(name=name.value, birth=self._form.text("birth"), case_ref=self._form.text("case_ref"))
        if known is None and not typed.name:
            self._form.show_mistakes([Mistake("name", _("Write the name, or choose a known person."))])
            return

        def join(house: House) -> IncidentView:
            person = known if known is not None else house.persons.create(who, typed).id
            return house.incidents.join(who, view.id, subject.id, person)

        self._send(join, _("It is known now who it was."))

    def _not_this_person(self, view: IncidentView, who: Who, subject: SubjectView) -> None:
        note, person = self._form.text("note"), subject.person
        if person is None:
            return

        self._send(
            lambda house: house.incidents.mistaken(who, view.id, person, note),
            _("The person was taken out of the incident; that somebody was taken for them is kept with the person."),
        )

    def _send(self, job: Callable[[House], IncidentView], done: str) -> None:
        who, view, here = self.desk.who, self._view, self.focused
        if who is None or view is None:
            return
        # An addendum that is on its way is not offered again meanwhile.
        text = ""
        if self._entry == "text":
            text = self._form.text("text")
            self._texts.pop((who.user, view.id), None)
        self._sent = True
        self._form.disabled = True

        def told(new: IncidentView) -> None:
            if self._view is view and self.desk.who == who:
                self._sent = self._form.disabled = False
                self._ask_for("")
                self._told = done
                self._show(new)

        def failed(refused: Refused) -> None:
            if text:
                self._texts.setdefault((who.user, view.id), text)
            if self.desk.who != who:
                return
            if self._view is not view or self not in self.desk.screen_stack:
                why = " ".join(one.sentence for one in refused.mistakes) if isinstance(refused, BadInput) else ""
                said = _("Nothing was added to {number}. {why}")
                self.desk.say(said.format(number=view.number, why=why or refused.sentence), urgent=True)
                return
            self._sent = self._form.disabled = False
            self._told_at_fields(refused)
            if self.focused is None:
                self.set_focus(here)

        self.desk.ask(job, told, failed)

    def _told_at_fields(self, refused: Refused) -> None:
        """Say what was wrong: at its field, or on the message line."""
        if isinstance(refused, BadInput):
            here = [replace(mistake, field=_HERE.get(mistake.field, mistake.field)) for mistake in refused.mistakes]
            others = self._form.show_mistakes(here)
            if not others:
                return
            refused = Refused(" ".join(mistake.sentence for mistake in others))
        self.say(refused.sentence, urgent=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While what was written is being saved, letters are still meant for it."""
        if self._sent and self._entry and not works_while_typing(action):
            return False
        return super().check_action(action, parameters)

    def action_back(self) -> None:
        """Stop writing (an addendum is kept for later); else leave."""
        if self._entry and not self._sent:
            self._hold_text()
            self._ask_for("")
        else:
            self.desk.leave(self)

    def action_add_follow_up(self) -> None:
        """Ask for something that the policy does not."""
        view, duties = self._view, self._duties
        if view is not None and duties is not None and duties.may_close:
            ask_followup(self.desk, "add", incident=view.id, number=view.number)

    def action_absence(self) -> None:
        """Say that somebody is absent because of it."""
        view, who = self._view, self.desk.who
        if view is not None and who is not None and who.may(Right.FOLLOWUP_AREA):
            ask_followup(self.desk, "absence", incident=view.id, number=view.number)

    def action_close_incident(self) -> None:
        """Close it, or open it again."""
        view, who, duties = self._view, self.desk.who, self._duties
        if view is None or who is None or duties is None or not duties.may_close:
            return
        incident, again = view.id, duties.closed_at is not None

        def act(house: House) -> None:
            if again:
                house.followups.reopen_incident(who, incident)
            else:
                house.followups.close_incident(who, incident)

        self.desk.ask(act, lambda _nothing: self._ask_duties())

    def action_print_incident(self) -> None:
        """Write the incident as a sheet, to be printed."""
        view, who = self._view, self.desk.who
        if view is None or who is None or self._sent:
            return

        def told(path: Path) -> None:
            if self._view is not None and self._view.id == view.id and self.desk.who == who:
                self._told = _("The sheet {name} is in the folder {folder}: open it and print it.").format(
                    name=path.name, folder=path.parent
                )
                self._catch_up()

        self.desk.ask(lambda house: house.incidents.print_sheet(who, view.id), told)

    def action_conduct_letter(self) -> None:
        """Write the letter about the behaviour."""
        view, who, subject = self._view, self.desk.who, self._subject
        if view is None or who is None or self._sent:
            return
        if not who.may(Right.BAN_DRAFT):
            self.say(_("A leader writes the letter about the behaviour."))
            return
        person = None if subject is None else subject.person
        self._sent = True

        def told(path: Path) -> None:
            if self._view is view and self.desk.who == who:
                self._sent = False
                self._told = letter_at(path)
                self._catch_up()

        def failed(refused: Refused) -> None:
            if self._view is view and self.desk.who == who:
                self._sent = False
                self.say(refused.sentence, urgent=True)

        self.desk.ask(lambda house: house.letters.write(who, "conduct", view.id, person), told, failed)
