"""The form of an incident: pre-filled from an alarm, kept as a draft while it is written, locked once it is saved.

What is typed is never lost: it is kept two seconds after the last change, when an alarm takes the screen, when the form
is left, and when whoever writes is signed out. Where the database is away, it stays here until it can be kept.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

from guardroom.alarms import words as alarm_words
from guardroom.alarms.view import BoardView
from guardroom.clock import stamp
from guardroom.days import day_in
from guardroom.days import written as written_day
from guardroom.incidents import check
from guardroom.incidents import words as incident_words
from guardroom.incidents.form import AlarmRef, IncidentForm
from guardroom.incidents.view import DraftView, IncidentView, LadderStanding, UnwrittenAlarm
from guardroom.language import _, n_
from guardroom.people.roles import Right
from guardroom.people.who import Who
from guardroom.refusal import BadInput, Mistake, Refused
from screens.dates import day_of, time_of
from screens.form import Form
from screens.frame import GuardScreen
from screens.incident_fields import MOST_SUBJECTS, IncidentFields
from screens.keys import bindings, works_while_typing
from screens.ladder import ladder_line, ladder_rows
from screens.plain import Line, fitted, lines, plain
from screens.wrapping import wrapped

if TYPE_CHECKING:
    from guardroom.house import House

DRAFT_AFTER_S = 2.0
"""So long after the last change a draft is kept."""

_OF_THE_FORM = frozenset(("save_incident", "another_citizen", "drop_draft"))
_OF_THE_CHOICE = frozenset(("about_down", "about_take"))

_TOUCHES_LADDER = frozenset(("kind", "day", "time", "subject_kind"))


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is to be written about: an alarm, a breached ban, a draft to go on with; nothing of these: none of them."""

    alarm: AlarmRef | None = None
    ban: int | None = None
    draft: int | None = None


@dataclass(slots=True, kw_only=True, eq=False)
class _Writing:
    """A form that somebody is filling in. `draft` is touched on the records thread only.

    `form` is what was written when it was read last.
    """

    who: Who
    form: IncidentForm
    kept: IncidentForm
    draft: int | None = None
    kept_at: datetime | None = None
    over: bool = False

    @property
    def unkept(self) -> bool:
        """Whether something would be lost if it were forgotten now."""
        return not self.over and self.form != self.kept


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begun:
    """A form as it begins, what is still missing in it, and the draft it was kept as, with when that was."""

    form: IncidentForm
    missing: tuple[Mistake, ...]
    draft: int | None = None
    kept_at: datetime | None = None


class IncidentFormScreen(GuardScreen):
    """Write an incident down."""

    NAME: ClassVar[str] = "incident_form"
    NEEDS = frozenset({Right.INCIDENT_LOG})
    BINDINGS = bindings("incident_form")

    def __init__(self) -> None:
        super().__init__()
        self._about: About | None = None
        self._writing: _Writing | None = None
        self._fields: IncidentFields | None = None
        self._shown = IncidentForm()
        self._changed = False
        self._unkept: dict[int, list[_Writing]] = {}
        self._choices: tuple[DraftView | UnwrittenAlarm | None, ...] = ()
        self._at = 0
        self._begins = False
        self._early: list[events.Key] = []
        self._typed: events.Key | None = None
        self._timer: Timer | None = None
        self._saving = False
        self._saved: IncidentView | None = None
        self._refusal = ""
        self._standing: LadderStanding | None = None
        self._throws_away = False
        self._looked_at: IncidentForm | None = None

    def compose_body(self) -> ComposeResult:
        """The choice of what to write about, the form, and beside it the ladder and what belongs to it."""
        with Horizontal(id="incident-page"):
            with Vertical(id="incident-form-pane", classes="pane"):
                yield Line(id="incident-choice")
                # Held here too: what is written is read once more when the program ends and the widgets go.
                self._fields = IncidentFields(self.desk.settings, id="incident-form")
                yield self._fields
                yield Line(id="incident-foot")
            with Vertical(id="incident-beside"):
                with Vertical(id="incident-ladder-pane", classes="pane"):
                    yield Line(id="incident-ladder")
                with Vertical(id="incident-notes-pane", classes="pane"):
                    yield Line(id="incident-notes")

    @property
    def _form(self) -> IncidentFields:
        assert self._fields is not None
        return self._fields

    def _line(self, name: str) -> Line:
        return self.query_one(f"#incident-{name}", Line)

    # What it is about

    def about(self, about: About | None) -> None:
        """What the form is to be about when it is opened; None: that is asked for."""
        self._about = about

    def opened(self) -> None:
        """Begin: with what could not be kept before, with what was asked for, or with the question what it is about."""
        who = self.desk.who
        about, self._about = self._about, None
        self._keep()  # the form may have been left without its own doing, and not be kept yet
        self._empty()
        if who is None:
            return
        if self._took_up_unkept(who):
            return
        if about is not None:
            self._begin(who, about)
        else:
            self._look_around(who)

    def _took_up_unkept(self, who: Who) -> bool:
        """Whether there was something that could not be kept, to go on with."""
        unkept = self._unkept.get(who.user)
        if not unkept:
            return False
        self._go_on(unkept.pop(0), ())
        self.say(_("This could not be kept before: save it, or leave it as a draft."), urgent=True)
        return True

    def _look_around(self, who: Who) -> None:
        """Ask what there is to write about; where there is nothing, begin without an alarm."""

        def look(house: House) -> tuple[DraftView | UnwrittenAlarm | None, ...]:
            drafts = house.incidents.drafts(who)
            drafted = {draft.alarm for draft in drafts if draft.alarm is not None}
            unwritten = house.incidents.unwritten(who) if who.may(Right.INCIDENT_PERSON) else ()
            alarms = [one for one in unwritten if one.alarm not in drafted]
            choices: list[DraftView | UnwrittenAlarm] = [*drafts, *alarms]
            return (*sorted(choices, key=_moment, reverse=True), None)

        def told(choices: tuple[DraftView | UnwrittenAlarm | None, ...]) -> None:
            self._begins = False
            if self.desk.who != who or self._writing is not None or self._took_up_unkept(who):
                return
            if choices == (None,):
                self._begin(who, About())
                return
            self._choices, self._at = choices, 0
            self._catch_up()
            if self._early and self._early.pop(0).key == "enter":
                self.action_take()  # What was typed after it goes into the form.
            else:
                self._early.clear()  # Text for a form: here each letter would be a key.

        def failed(refused: Refused) -> None:
            self._begins = False
            self._begin_alone(who, refused)
            self._type_early()

        self._begins = True
        self.desk.ask(look, told, failed)

    def _begin_alone(self, who: Who, refused: Refused) -> None:
        """Begin an empty form without the database: what happened is written down now, and kept later."""
        if self.desk.who != who or self._writing is not None or self._took_up_unkept(who):
            return
        zone = self.desk.settings.site.zone
        now = self.desk.clock.now()
        form = IncidentForm(day=written_day(day_in(now, zone)), time=f"{now.astimezone(zone):%H:%M}")
        self._go_on(_Writing(who=who, form=form, kept=form), ())
        self.say(refused.sentence, urgent=True)

    def _begin(self, who: Who, about: About) -> None:
        def begin(house: House) -> _Begun:
            log = house.incidents
            kept_at = None
            if about.draft is not None:
                form = log.draft(who, about.draft)
                kept_at = next((one.saved_at for one in log.drafts(who) if one.id == about.draft), None)
            elif about.alarm is not None:
                form = log.from_alarm(who, about.alarm)
            elif about.ban is not None:
                form = log.of_breach(who, about.ban)
            else:
                form = log.blank(who)
            return _Begun(form=form, missing=log.mistakes(who, form), draft=about.draft, kept_at=kept_at)

        def told(begun: _Begun) -> None:
            self._begins = False
            if self.desk.who == who and self._writing is None and not self._took_up_unkept(who):
                writing = _Writing(who=who, form=begun.form, kept=begun.form, draft=begun.draft, kept_at=begun.kept_at)
                self._go_on(writing, begun.missing)
                self._type_early()

        def failed(refused: Refused) -> None:
            self._begins = False
            self._early.clear()
            if self.desk.who != who or self._writing is not None or self._took_up_unkept(who):
                return
            if about == About():
                self._begin_alone(who, refused)
            else:
                if not self._choices:
                    self.desk.leave(self)
                self.desk.say(refused.sentence, urgent=True)

        self._begins = True
        self.desk.ask(begin, told, failed)

    def holds(self, event: events.Key) -> bool:
        """Keep what is typed while the choice or the form is on its way: it is typed into it then, in order with what
        comes after it."""
        if event is self._typed:
            self._typed = None
            self.desk.call_later(self._type_early)
            return False
        waits = self._begins or self._early or self._typed is not None
        if waits and (event.is_printable or event.key in ("enter", "tab")):
            self._early.append(event)
            return True
        return False

    def _type_early(self) -> None:
        if self._early and self._typed is None:
            self._typed = self._early.pop(0).copy()
            self.desk.post_message(self._typed)

    def _go_on(self, writing: _Writing, missing: tuple[Mistake, ...]) -> None:
        """Show this form, and go to the first field that must still be answered."""
        self._choices = ()
        self._writing = writing
        self._form.write(writing.form)
        self._shown = self._form.written()
        self._changed = False
        self._ask_ladder()
        self._catch_up()
        wanted = {self._field_of(mistake) for mistake in missing}
        first = next((name for name in self._form.names if name in wanted and self._form.field(name).display), None)
        self._form.enter(first or ("account" if writing.form.kind else "kind"))

    def _read(self) -> None:
        """Read what is written: the newest letters too, of which nobody has told yet."""
        writing = self._writing
        if writing is None:
            return
        now = self._form.written()
        if now != self._shown:
            self._shown = writing.form = now

    def _field_of(self, mistake: Mistake) -> str:
        """The field here of what a mistake is about: for one about a citizen, where it is if that is asked for."""
        if mistake.field != "subjects":
            return mistake.field
        asked = mistake.part in self._form.names and self._form.field(mistake.part).display
        return mistake.part if asked else f"name_{mistake.part.rpartition('_')[2] or 0}"

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key that is typed before the form is there, or while it is saved, is meant for the form."""
        waiting = self._saving or (self._writing is None and not self._choices)
        if waiting and not works_while_typing(action):
            return False
        return super().check_action(action, parameters)

    def offers(self, key: str) -> bool:
        """While one chooses what to write about there is nothing to save yet; afterwards nothing to choose."""
        if key in _OF_THE_CHOICE:
            return self._writing is None and bool(self._choices)
        return self._writing is not None or key not in _OF_THE_FORM

    # Showing

    def render_view(self, view: BoardView, age: float) -> None:
        """Show the choice or the form, and what stands beside it."""
        choosing = self._writing is None
        self._line("choice").display = choosing
        self._form.display = not choosing
        pane = self.query_one("#incident-form-pane")
        heading = self._heading()
        if pane.border_title != heading:
            pane.border_title = heading
        self.query_one("#incident-ladder-pane").border_title = _("THE LADDER (guidance)")
        self.query_one("#incident-notes-pane").border_title = _("BEFORE YOU SAVE")
        width = max(20, pane.content_size.width)
        if choosing:
            self._line("choice").show(self._choice_rows(width))
        narrow = self.desk.size.width < 100
        looks = self._looked_at is not None
        self._line("foot").display = (narrow or looks) and not choosing
        if looks:
            self._line("foot").show(self._to_be_locked(width))
        elif narrow:
            self._line("foot").show(plain(fitted(self._foot(), width), "$quiet"))
        if not narrow:
            self._show_beside()

    def _heading(self) -> str:
        if self._writing is None:
            return _("WHAT IS IT ABOUT?")
        form = self._writing.form
        if form.alarm is not None:
            return _("INCIDENT from the alarm {day} {time}").format(day=form.day, time=form.time)
        return _("INCIDENT: a ban was breached") if form.ban is not None else _("INCIDENT without an alarm")

    def _choice_rows(self, width: int) -> Content:
        if not self._choices:
            return plain(_("One moment …"))
        rows = [plain(_("Enter takes it:"), "$quiet"), Content("")]
        for at, choice in enumerate(self._choices):
            text = fitted(f"{'>' if at == self._at else ' '} {self._choice(choice)}", width)
            rows.append(plain(text, "reverse bold" if at == self._at else ""))
        return lines(*rows)

    def _choice(self, choice: DraftView | UnwrittenAlarm | None) -> str:
        if choice is None:
            return _("Without an alarm")
        when = day_of(stamp(_moment(choice)), self.desk.clock.now(), self.desk.settings.site.zone)
        if isinstance(choice, UnwrittenAlarm):
            outcome = alarm_words.outcome(choice.outcome) if choice.outcome else ""
            parts = (_("Alarm {when}").format(when=when), choice.place, outcome)
        else:
            kind = incident_words.kind(choice.kind) if choice.kind else ""
            parts = (_("Draft kept {when}").format(when=when), choice.place, kind)
        return "   ".join(part for part in parts if part)

    def _foot(self) -> str:
        """The line that matters most of what stands beside the form."""
        ladder = "" if self._standing is None else ladder_line(self._standing, self.desk.settings.policy)
        return " · ".join(part for part in (ladder, self._draft_state()) if part)

    def _to_be_locked(self, width: int) -> Content:
        """What saving locks: shown once more, since a letter that was meant for elsewhere may have chosen something."""
        said = _("Will be locked: {summary}").format(summary=self._form.in_short(self._form.to_look_at))
        return lines(*wrapped(said, width, "$key"), plain(_("Ctrl+S again locks it."), "bold"))

    def _draft_state(self) -> str:
        writing = self._writing
        unkept = writing is not None and (self._changed or writing.unkept)
        if writing is None or (writing.kept_at is None and not unkept):
            return _("nothing to keep yet")
        if unkept:
            return _("not kept yet")
        assert writing.kept_at is not None
        kept, now, zone = stamp(writing.kept_at), self.desk.clock.now(), self.desk.settings.site.zone
        today = day_in(writing.kept_at, zone) == day_in(now, zone)
        return _("draft kept {time}").format(time=time_of(kept, zone) if today else day_of(kept, now, zone))

    def _show_beside(self) -> None:
        width = max(10, self.query_one("#incident-ladder-pane").content_size.width)
        policy = self.desk.settings.policy
        ladder = plain("") if self._writing is None else ladder_rows(self._standing, policy, width)
        self._line("ladder").show(ladder)
        told = [self._draft_state()[:1].upper() + self._draft_state()[1:] + "."] if self._writing is not None else []
        told += [
            _("Save locks the text: corrections become addenda."),
            _("Short and factual: the citizen may be given access to it."),
            _("Never a CPR number. Nobody's health."),
            _("An alarm takes the screen and keeps what is written here."),
        ]
        rows: list[Content] = []
        for number, sentence in enumerate(told):
            rows += plain(sentence, "bold" if number == 0 else "").wrap(width)
            rows.append(Content(""))
        self._line("notes").show(lines(*rows))

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Other keys do something while one types."""
        self._catch_up()

    # Writing

    def on_form_changed(self, event: Form.Changed) -> None:
        """Keep it in a while; the ladder follows the citizen. The whole form is read only when it is kept."""
        event.stop()
        if self._writing is None:
            return
        self._throws_away = False
        if self._looked_at is not None and self._form.written() != self._looked_at:
            self._looked_at = None
            self._catch_up()
        news, self._changed = not self._changed, True
        if event.name in _TOUCHES_LADDER or event.name.startswith("name_"):
            self._ask_ladder()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(DRAFT_AFTER_S, self._keep)
        if news:
            self._catch_up()

    async def action_another_citizen(self) -> None:
        """There was somebody else too. The keys that follow wait until there is a field for them."""
        if self._writing is None:
            return
        if not self._form.field("name_0").display:
            self.say(_("Nobody is named where the button was pressed by accident."))
        elif self._form.people >= MOST_SUBJECTS:
            self.say(_("There is room for {count} here; write the others into the text.").format(count=MOST_SUBJECTS))
        else:
            await self._form.caught_up()
            mounting = self._form.have_people(self._form.people + 1)
            if mounting is not None:
                await mounting
            self._form.show_asked_for()
            self._form.enter(f"name_{self._form.people - 1}")

    def _ask_ladder(self) -> None:
        """Ask where the first known citizen stands."""
        writing = self._writing
        assert writing is not None
        self._read()
        form, who = writing.form, writing.who
        known = next((subject for subject in form.subjects if not subject.empty), None)
        if known is None or not who.may(Right.PERSON_SEARCH):
            self._standing = None
            return

        def told(standing: LadderStanding) -> None:
            if self._writing is writing:
                self._standing = standing
                self._catch_up()

        def failed(_refused: Refused) -> None:
            self._standing = None

        self.desk.ask(lambda house: house.incidents.ladder(who, known.person, form), told, failed, key="ladder")

    # Keeping

    def _keep(self) -> None:
        """Keep what is written as a draft."""
        if self._writing is not None and not self._saving:
            self._read()
            self._changed = False
            self._keep_as_draft(self._writing)

    def _keep_as_draft(self, writing: _Writing) -> None:
        if not writing.unkept:
            return
        form, who = writing.form, writing.who

        def keep(house: House) -> None:
            writing.draft = house.incidents.keep_draft(who, form, writing.draft)

        def told(_nothing: None) -> None:
            writing.kept, writing.kept_at = form, self.desk.clock.now()
            if self._writing is writing:
                self._catch_up()

        def failed(refused: Refused) -> None:
            waiting = self._unkept.setdefault(who.user, [])
            if self._writing is not writing and writing not in waiting:
                waiting.append(writing)
            if self.desk.who == who:
                self.desk.say(refused.sentence, urgent=True)

        self.desk.ask(keep, told, failed)

    def _empty(self) -> None:
        """Nothing of anybody's is shown any more."""
        if self._timer is not None:
            self._timer.stop()
        self._writing = self._standing = self._saved = None
        self._choices, self._at = (), 0
        self._saving = self._throws_away = self._changed = self._begins = False
        self._looked_at = None
        self._early.clear()
        self._typed = None
        self._refusal = ""
        if self.app.is_running:
            self._form.disabled = False
            self._form.write(IncidentForm())
            self.set_focus(None)

    def forget(self) -> None:
        """Keep what is half written for whoever wrote it, and show nothing of it."""
        self._keep()
        self._about = None
        self._empty()

    def on_screen_suspend(self) -> None:
        """Something takes the screen, it may be an alarm: keep what is written now."""
        self._keep()

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Go on to what was saved meanwhile, or say why it was not."""
        if self._saved is not None:
            self.call_later(self._show_saved)
        elif self._refusal:
            self.say(self._refusal, urgent=True)
            self._refusal = ""

    def action_back(self) -> None:
        """Leave; what is written is kept as a draft."""
        writing, saving = self._writing, self._saving
        self._keep()
        self.desk.leave(self)
        if saving:
            self.desk.say(_("It is still being saved. If that fails, it is kept as a draft."))
        elif writing is not None and (writing.unkept or writing.kept_at is not None or writing.draft is not None):
            key = self.cap_of("new_incident")
            self.desk.say(_("Kept as a draft. {key} goes on with it.").format(key=key))
        self._empty()

    def action_drop_draft(self) -> None:
        """Throw the form away, at the second press."""
        writing = self._writing
        if writing is None:
            return
        if not self._throws_away:
            self._throws_away = True
            self.say(_("Press it again to throw away what is written here. Esc keeps it as a draft."), urgent=True)
            return
        writing.over = True
        who = writing.who

        def drop(house: House) -> None:
            if writing.draft is not None:
                house.incidents.drop_draft(who, writing.draft)

        self.desk.ask(drop, lambda _nothing: None)
        self._empty()
        self.desk.leave(self)
        self.desk.say(_("Thrown away."))

    # Saving

    def action_save(self) -> None:
        """Save, at the second press: the text is locked from then on, and what is locked is looked at first."""
        writing = self._writing
        if writing is None or self._saving:
            return
        # What the alarm filled in and this kind does not ask for is left out, also where nobody has changed anything.
        form = writing.form = self._form.written()
        who, here = writing.who, self.focused
        if form != self._looked_at and not self._is_refused(form):
            self._looked_at = form
            self.say(_("Nothing is locked yet: look at it once more, then Ctrl+S."), urgent=True)
            self._catch_up()
            return
        self._looked_at = None
        self._saving = True
        self._throws_away = False
        self._form.disabled = True
        self.say(_("One moment …"))

        def save(house: House) -> IncidentView:
            from guardroom.incidents.log import DraftGone

            try:
                return house.incidents.save(who, form, writing.draft)
            except DraftGone:
                # Told once: whoever saves again knows, and does not lose what they wrote.
                writing.draft = None
                raise

        def told(view: IncidentView) -> None:
            writing.over = True
            if self._writing is writing and self in self.desk.screen_stack:
                self._empty()
                self._saved = view
                self._show_saved()
                return
            if self._writing is writing:
                self._empty()
            if self.desk.who == who:
                self.desk.say(_("The incident was saved as {number}.").format(number=view.number))

        def failed(refused: Refused) -> None:
            self._not_saved(writing, refused, here)

        self.desk.ask(save, told, failed)

    def _is_refused(self, form: IncidentForm) -> bool:
        """Whether it is known without the database already that it is not saved as it is."""
        tidied, settings = check.tidy(form), self.desk.settings
        house = check.House(now=self.desk.clock.now(), zone=settings.site.zone, rooms=settings.rooms)
        if form.alarm is not None:
            house = replace(house, pressed_at=check.happened(tidied, house))
        return bool(check.read(tidied, house)[1])

    def _show_saved(self) -> None:
        """Show the incident that was saved; an alarm that is in front comes first."""
        saved = self._saved
        if saved is not None and self.desk.screen is self:
            self._saved = None
            self.desk.leave(self)
            said = _("Saved as {number}: the text is locked, what is added later stands beneath it.")
            self.desk.open_incident(saved.id, said.format(number=saved.number))

    def _not_saved(self, writing: _Writing, refused: Refused, here: Widget | None) -> None:
        """Say why it was not saved: at the form, and where somebody has left it meanwhile, there too."""
        if self._writing is writing:
            self._saving = False
            self._form.disabled = False
            said = self._told_at_fields(refused)
            if self.focused is None:
                self.set_focus(here)
            self.say(said, urgent=True)
            self._refusal = "" if self.desk.screen is self else said
            self._keep()
        else:
            self._keep_as_draft(writing)
        if self.desk.who == writing.who and self not in self.desk.screen_stack:
            why = " ".join(one.sentence for one in refused.mistakes) if isinstance(refused, BadInput) else ""
            said = _("The incident was not saved, and is kept as a draft. {why}")
            self.desk.say(said.format(why=why or refused.sentence), urgent=True)

    def _told_at_fields(self, refused: Refused) -> str:
        """Say at each field what is wrong there. Returns what is to be said of the whole."""
        if not isinstance(refused, BadInput):
            return refused.sentence
        here = [replace(mistake, field=self._field_of(mistake)) for mistake in refused.mistakes]
        others = self._form.show_mistakes(here)
        count = len(here)
        said = n_(
            "Not saved: {count} thing is missing or wrong.",
            "Not saved: {count} things are missing or wrong.",
            count,
        ).format(count=count)
        return " ".join((said, *(mistake.sentence for mistake in others)))

    # Choosing

    def action_choose(self, by: int) -> None:
        """Go to the thing below or above."""
        if self._choices:
            self._at = min(max(self._at + by, 0), len(self._choices) - 1)
            self._catch_up()

    def action_take(self) -> None:
        """Begin with the chosen thing."""
        who = self.desk.who
        if self._writing is not None or not self._choices or who is None:
            return
        choice = self._choices[self._at]
        match choice:
            case None:
                about = About()
            case DraftView():
                about = About(draft=choice.id)
            case UnwrittenAlarm():
                about = About(alarm=choice.alarm)
        self._begin(who, about)


def _moment(choice: DraftView | UnwrittenAlarm) -> datetime:
    return choice.pressed_at if isinstance(choice, UnwrittenAlarm) else choice.saved_at
