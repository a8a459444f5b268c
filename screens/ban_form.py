"""The text of a decision as a form. What is half written is kept with the draft; what cannot be so is refused there.

Nothing typed is lost: it is kept when one saves, leaves, is interrupted by an alarm or is signed out. Where a field
cannot be kept as it is, leaving says so first; where nobody is there to be told, the rest is kept, and the field
stands as it was typed when the same person opens the form again.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.timer import Timer

from guardroom.alarms.view import BoardView
from guardroom.bans import words
from guardroom.bans.changed import Changed
from guardroom.bans.form import BanForm
from guardroom.bans.kinds import CHANNELS, KINDS, MEETINGS
from guardroom.bans.view import BanView, LinkedIncident
from guardroom.incidents import words as incident_words
from guardroom.language import _
from guardroom.people.roles import Right
from guardroom.people.who import Who
from guardroom.refusal import BadInput, Mistake, Refused
from guardroom.settings import Settings
from screens.form import ChecksField, ChoiceField, Form, FormField, Options, TextBlock, TextField
from screens.keys import bindings
from screens.more import Sheet
from screens.plain import Line, lines, plain
from screens.record_screen import RecordScreen
from screens.wrapping import FittedLine, fact, wrapped

if TYPE_CHECKING:
    from guardroom.house import House
    from screens.app import GuardroomApp

KEPT_AFTER_S = 20.0
"""So long after the first change that is not kept yet, the draft is kept. Each keeping is a line in the ban's log."""

_TEXT = 8000
_YES = "yes"
_LINES = ("starts_on", "ends_on", "contact_person", "contact_phone", "contact_hours", "mail_to", "case_ref")
_BLOCKS = ("reasons", "less_intrusive", "normalisation")
_CHOICES = ("kind", "area", "meeting")
_SHOWN = frozenset((*_LINES, *_BLOCKS))
"""Fields whose text can be told as it is."""
_TOGETHER = frozenset(("kind", "starts_on", "ends_on"))
"""What is wrong with one of these may be its not fitting the others."""
_TICKS = ("casework_reviewed", "appeal_guidance")
_FIELDS = {"other_scope": "scope"}
"""Fields of the screen that are part of one of the ban's form."""
_WRITTEN = {part: field for field, part in _FIELDS.items()}
"""Where on the screen such a one is written: what is chosen from a list cannot be wrong."""


def open_form(desk: GuardroomApp, ban: BanView) -> None:
    """Bring the form of this ban to the front."""
    screen = desk.get_screen("ban_form")
    assert isinstance(screen, BanFormScreen)
    screen.choose(ban)
    desk.open("ban_form")


def make_fields(settings: Settings) -> tuple[FormField, ...]:
    """The fields, in the order in which a decision is thought through."""
    blocks = tuple((block.name, block.name) for block in settings.blocks)
    return (
        ChoiceField("kind", _("Kind"), tuple((code, words.kind(code)) for code in KINDS), required=True),
        ChoiceField("area", _("Unit"), (("", _("the whole house")), *blocks)),
        ChecksField("scope", _("Scope: parts"), blocks),
        TextField("other_scope", _("Other places"), hint=_("parted by commas")),
        TextField("starts_on", _("First day"), required=True, limit=20, hint=_("dd-mm-yyyy")),
        TextField("ends_on", _("Last day"), required=True, limit=20, hint=_("dd-mm-yyyy")),
        ChecksField(
            "channels", _("Open to them"), tuple((code, words.channel(code)) for code in CHANNELS), required=True
        ),
        TextField("contact_person", _("Contact person")),
        TextField("contact_phone", _("Contact's phone")),
        TextField("contact_hours", _("Contact hours")),
        TextField("mail_to", _("Mail address"), hint=_("mail blocked: theirs; mail redirected: ours")),
        ChoiceField("meeting", _("Necessary talk"), tuple((code, words.meeting(code)) for code in MEETINGS)),
        ChecksField("incidents", _("Incidents"), (), required=True),
        TextBlock("reasons", _("Reasons"), required=True, rows=5, limit=_TEXT),
        TextBlock("less_intrusive", _("Less intrusive"), required=True, rows=3, limit=_TEXT),
        ChecksField("casework_reviewed", _("Casework"), ((_YES, _("looked into: no mistakes of our own")),)),
        ChecksField("appeal_guidance", _("Appeal"), ((_YES, _("guidance and name are in the letter")),)),
        TextField("case_ref", _("Case number"), required=True),
        TextBlock("normalisation", _("Back to normal"), required=True, rows=3, limit=_TEXT),
    )


def incident_options(linkable: tuple[LinkedIncident, ...], settings: Settings) -> Options:
    """The incidents that the ban may rest on, newest first."""
    return tuple(
        (
            str(one.id),
            f"{one.number} {one.happened_at.astimezone(settings.site.zone):%d-%m-%Y} "
            f"{incident_words.kind(one.kind)}, {one.place}",
        )
        for one in reversed(linkable)
    )


def fill(form: Form, said: BanForm, settings: Settings) -> None:
    """Write a ban's form into the fields."""
    blocks = {block.name for block in settings.blocks}
    values: dict[str, str | tuple[str, ...]] = {name: getattr(said, name) for name in (*_LINES, *_BLOCKS, *_CHOICES)}
    values |= {name: (_YES,) if getattr(said, name) else () for name in _TICKS}
    values["channels"] = said.channels
    values["incidents"] = tuple(str(one) for one in said.incidents)
    values["scope"] = tuple(part for part in said.scope if part in blocks)
    values["other_scope"] = ", ".join(part for part in said.scope if part not in blocks)
    form.fill(values)


def written(form: Form) -> BanForm:
    """The ban's form as it stands in the fields."""
    other = (part.strip() for part in form.text("other_scope").split(","))
    return BanForm(
        kind=form.text("kind"),
        area=form.text("area"),
        scope=(*form.codes("scope"), *(part for part in other if part)),
        starts_on=form.text("starts_on"),
        ends_on=form.text("ends_on"),
        channels=form.codes("channels"),
        contact_person=form.text("contact_person"),
        contact_phone=form.text("contact_phone"),
        contact_hours=form.text("contact_hours"),
        mail_to=form.text("mail_to"),
        meeting=form.text("meeting"),
        reasons=form.text("reasons"),
        incidents=tuple(int(one) for one in form.codes("incidents")),
        less_intrusive=form.text("less_intrusive"),
        casework_reviewed=bool(form.codes("casework_reviewed")),
        appeal_guidance=bool(form.codes("appeal_guidance")),
        case_ref=form.text("case_ref"),
        normalisation=form.text("normalisation"),
    )


@dataclass
class Seen:
    """The seal of the ban as it was last read or kept. Only the thread that asks the house changes it: a second keeping
    may be asked for before the first is answered."""

    seal: str


def keep(house: House, who: Who, ban: int, said: BanForm, seen: Seen) -> BanView:
    """Keep the form, unless somebody else has changed the ban meanwhile. Raises Changed, BadInput."""
    view = house.bans.change(who, ban, said, seen.seal)
    seen.seal = view.seal
    return view


@dataclass(frozen=True, slots=True, kw_only=True)
class _Left:
    """A form that was left with something in it that could not be kept. `before` is the form as it was kept."""

    said: BanForm
    before: BanForm


def joined(said: BanForm, before: BanForm, theirs: BanForm) -> tuple[BanForm, tuple[str, ...]]:
    """What was written here since `before`, and what somebody else wrote since then in the other fields. Also the
    fields in which both wrote something else: these stay as written here."""
    names = tuple(field.name for field in fields(BanForm))
    mine = {name for name in names if getattr(said, name) != getattr(before, name)}
    both = tuple(
        name
        for name in names
        if name in mine and getattr(theirs, name) not in (getattr(before, name), getattr(said, name))
    )
    return replace(theirs, **{name: getattr(said, name) for name in mine}), both


def keep_what_can_be(
    house: House, who: Who, ban: int, said: BanForm, before: BanForm, seen: Seen
) -> tuple[BanView | None, BanForm]:
    """Keep the form; fields that cannot be so stay as they were before. What the ban is then (None where nothing could
    be kept), and the form as it was kept. Raises Changed."""
    view: BanView | None = None
    while view is None and said != before:
        try:
            view = keep(house, who, ban, said, seen)
        except BadInput as wrong:
            names = {_FIELDS.get(mistake.field, mistake.field) for mistake in wrong.mistakes}
            if names & _TOGETHER:
                names |= _TOGETHER
            mended = replace(said, **{name: getattr(before, name) for name in names})
            if mended == said:
                raise  # it is not what was written here that cannot be kept
            said = mended
    return view, said


def keep_beside_theirs(house: House, who: Who, ban: int, said: BanForm, before: BanForm, seen: Seen) -> _Left | None:
    """Keep what can be. Where somebody else has changed the ban meanwhile, their fields stay, and a text in which both
    wrote holds both. What could not be kept of what was written here."""
    try:
        kept = keep_what_can_be(house, who, ban, said, before, seen)[1]
    except Changed:
        view = house.bans.read(who, ban)
        seen.seal = view.seal
        form, both = joined(said, before, view.form)
        texts = {name: f"{getattr(view.form, name)}\n{getattr(said, name)}" for name in both if name in _BLOCKS}
        theirs = {name: getattr(view.form, name) for name in both}
        wanted = replace(form, **(theirs | texts))
        kept = keep_what_can_be(house, who, ban, wanted, view.form, seen)[1]
        lost = [name for name in both if name not in texts and getattr(said, name)]
        said = replace(wanted, **{name: getattr(said, name) for name in lost})
    return _Left(said=said, before=kept) if said != kept else None


class BanFormScreen(RecordScreen):
    """Write a decision."""

    NAME: ClassVar[str] = "ban_form"
    NEEDS: ClassVar[frozenset[Right]] = frozenset({Right.BAN_DRAFT})
    LETTERS: ClassVar[bool] = False
    TABS: ClassVar[bool] = False
    BINDINGS = bindings("ban_form")

    def __init__(self) -> None:
        super().__init__()
        self._ban: BanView | None = None
        self._ready = False
        self._kept = BanForm()
        self._said = BanForm()
        self._seen = Seen("")
        self._wrong = False
        """Whether something stands here of which it is known that it cannot be kept."""
        self._timer: Timer | None = None
        self._left: dict[tuple[int, int], _Left] = {}
        """What could not be kept: whose it is, and of which ban."""

    def compose_body(self) -> ComposeResult:
        """The form, and beside it what is missing."""
        with Horizontal(id="ban-form-page"):
            with Vertical(id="ban-form-pane", classes="pane"):
                yield Form(*make_fields(self.desk.settings), id="ban-form")
                yield Line(id="ban-form-foot")
            with Sheet(id="ban-form-beside", classes="pane", can_focus=False):
                yield FittedLine(id="ban-form-needs")

    @property
    def _form(self) -> Form:
        return self.query_one("#ban-form", Form)

    def choose(self, ban: BanView) -> None:
        """Write this ban."""
        self._put_aside()
        self._ban = ban
        self._ready = False
        self._wrong = self._sure = False
        self._last_word = None
        self.release()

    def opened(self) -> None:
        """Ask which incidents can be linked, then fill the fields in."""
        ban = self._ban
        if ban is None:
            return

        def linkable(found: tuple[LinkedIncident, ...]) -> None:
            if self._ban is ban and not self._ready:
                self._begin(ban, found)

        self.ask(lambda house, who: house.bans.linkable(who, ban.id), linkable, key="linkable")

    def _begin(self, ban: BanView, found: tuple[LinkedIncident, ...]) -> None:
        incidents = self._form.field("incidents")
        assert isinstance(incidents, ChecksField)
        incidents.offer(incident_options(found, self.desk.settings))
        incidents.display = bool(found)
        fill(self._form, ban.form, self.desk.settings)
        self._kept = self._said = written(self._form)
        self._seen = Seen(ban.seal)
        self._ready = True
        self._form.scroll_home(animate=False)
        self._form.enter("kind")
        if (left := self._left.get(self._mine)) is not None:
            self._take_in(ban, left.said, left.before)
            self.say(_("What could not be kept of your text is here again: look through it and keep it."), urgent=True)
        self._catch_up()

    @property
    def _mine(self) -> tuple[int, int]:
        who = self.desk.who
        return who.user if who is not None else 0, self._ban.id if self._ban is not None else 0

    def _put_aside(self) -> None:
        """What is not kept is there again when whoever wrote it opens this form the next time."""
        if self.unkept and self._ban is not None and self.desk.who is not None:
            self._left[self._mine] = _Left(said=self._said, before=self._kept)

    @property
    def unkept(self) -> bool:
        """Whether something is written that is not kept."""
        if self._ready and self.has_widgets:
            self._said = written(self._form)  # the last letter's own message may still be on its way
        return self._ready and self._said != self._kept

    def forget(self) -> None:
        """Keep what is written, and show nothing of it."""
        super().forget()
        self._put_aside()
        self._keep_beside_theirs()
        self._ban, self._ready = None, False
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self.has_widgets:
            fill(self._form, BanForm(kind=""), self.desk.settings)
            self.line("ban-form-needs").show(plain(""))

    def on_screen_suspend(self) -> None:
        """An alarm takes the screen, or names are hidden: what is written is kept."""
        self._keep_quietly()

    def on_form_changed(self, event: Form.Changed) -> None:
        """Keep it, a while after the first change."""
        if self._ready:
            self._said = written(self._form)
        if self._sure or self._wrong:
            self._sure = False
            self._wrong = self._wrong and self._form.has_mistakes
            self._catch_up()
        if self._timer is None:
            self._timer = self.set_timer(KEPT_AFTER_S, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        self._keep_quietly()

    def _keep_quietly(self) -> None:
        """Keep what can be; what cannot stays in its field, and is told when it is kept by hand."""
        ban = self._ban
        if ban is None or not self.unkept:
            return
        said, before, seen, number = self._said, self._kept, self._seen, ban.id

        def kept(answer: tuple[BanView | None, BanForm]) -> None:
            view, form = answer
            if view is not None and self._seen is seen:
                self._ban, self._kept = view, form
            if self._seen is seen and form != said == self._said:
                self._wrong = True
            if self._seen is seen:
                self._catch_up()

        self.ask(
            lambda house, who: keep_what_can_be(house, who, number, said, before, seen), kept, lambda _not_kept: None
        )

    def _keep_now(self, *, leave: bool = False) -> None:
        """Keep the form as it stands; whoever writes is told what cannot be so."""
        ban = self._ban
        if ban is None or not self._ready:
            return
        said, seen, mine = written(self._form), self._seen, self._mine

        def kept(view: BanView) -> None:
            self._left.pop(mine, None)
            if self._seen is not seen:
                self.desk.say(_("Kept."))
                return
            self._ban, self._kept = view, said
            self._wrong = self._sure = False
            if leave and not self.unkept:
                self.close()
            else:
                self.desk.say(_("Kept."))
            self._catch_up()

        def failed(why: Refused) -> None:
            if self._seen is not seen or self not in self.desk.screen_stack:
                self.desk.say(why.sentence, urgent=True)
            elif isinstance(why, Changed):
                self.ask(lambda house, who: house.bans.read(who, ban.id), lambda view: self._join(view, why))
            else:
                self._refused(why, leaving=leave)

        self.ask(lambda house, who: keep(house, who, ban.id, said, seen), kept, failed)

    def _join(self, theirs: BanView, why: Refused) -> None:
        """Somebody else has changed the ban: take in what they wrote beside what is written here, and say so."""
        if self._ban is None or self._ban.id != theirs.id or not self._ready:
            return
        self._take_in(theirs, written(self._form), self._kept)
        self.say(
            _(
                "{why} What else they wrote has been taken in; nothing of yours is lost. Look through it and keep it."
            ).format(why=why.sentence),
            urgent=True,
        )
        self._catch_up()

    def _take_in(self, theirs: BanView, said: BanForm, before: BanForm) -> None:
        """Show the ban as it is now with what was written here since `before`."""
        settings = self.desk.settings
        form, both = joined(said, before, theirs.form)
        fill(self._form, theirs.form, settings)
        self._kept = written(self._form)
        fill(self._form, form, settings)
        self._said = written(self._form)
        self._ban, self._seen = theirs, Seen(theirs.seal)
        told = _("Somebody else has written here too, and what stands here is yours. Theirs: {text}")
        self._form.show_mistakes(
            tuple(Mistake(name, told.format(text=getattr(theirs.form, name))) for name in both if name in _SHOWN)
        )

    def _keep_beside_theirs(self) -> None:
        ban, who, mine = self._ban, self.desk.who, self._mine
        if ban is None or who is None or not self.unkept:
            return
        said, before, seen, number = self._said, self._kept, self._seen, ban.id
        aside = self._left[mine]

        def kept(left: _Left | None) -> None:
            if self._left.get(mine) is not aside:
                return
            if left is None:
                del self._left[mine]
            else:
                self._left[mine] = left

        # Whoever sits here by then need not hear of it: what was not kept is there when its writer comes back.
        self.desk.ask(
            lambda house: keep_beside_theirs(house, who, number, said, before, seen), kept, lambda _not_kept: None
        )

    def _refused(self, why: Refused, *, leaving: bool) -> None:
        """Say what cannot be kept. Only where one wanted to leave, the next Esc does."""
        self._sure = leaving
        if not isinstance(why, BadInput):
            said = why.sentence
        else:
            self._wrong = True
            here = [replace(mistake, field=_WRITTEN.get(mistake.field, mistake.field)) for mistake in why.mistakes]
            others = self._form.show_mistakes(here)
            said = " ".join(mistake.sentence for mistake in others)
            if not said:
                said = _("Not kept: mend what is marked.")
        if leaving:
            said += " " + _("Esc again leaves without it.")
        self.say(said, urgent=True)
        self._catch_up()

    def action_save(self) -> None:
        """Keep it, complete or not."""
        self._keep_now()

    def action_back(self) -> None:
        """Keep it and leave. What cannot be kept is said; pressed again, that alone is left behind."""
        if not self.unkept:
            self.desk.leave(self)
        elif self._sure:
            self._keep_quietly()
            self._left.pop(self._mine, None)
            self._ready = False
            self.desk.leave(self)
        else:
            self._keep_now(leave=True)

    def _foot(self) -> str:
        """What the keys do with what stands here."""
        if self._sure and not self._wrong:
            return _("Esc again leaves without what is written here.")
        if self._sure:
            return _("Esc again leaves without what is marked; the rest is kept.")
        if self._wrong:
            return _("Something here cannot be kept: Ctrl+S says what. Esc asks first.")
        return _("Ctrl+S keeps the draft, complete or not. Esc keeps it and leaves.")

    def render_view(self, view: BoardView, age: float) -> None:
        """Say whose ban it is, and what is missing."""
        ban = self._ban
        if ban is None:
            return
        self.titled("ban-form-pane", f"{ban.number}  {ban.name}  {ban.born}".rstrip())
        self.titled("ban-form-beside", _("NEEDED BEFORE IT IS ACTIVE"))
        self.line("ban-form-foot").show(plain(self._foot(), "bold" if self._wrong else "$quiet"))
        width = self.room("ban-form-needs")
        rows = [row for said in ban.warnings for row in (*wrapped(f"! {said}", width, "bold"), plain(""))]
        for need in ban.needs:
            rows += fact("[x]" if need.met else "[ ]", need.sentence, 4, width, "" if need.met else "bold")
        rows += [plain(""), *wrapped(_("As of the last time it was kept."), width, "$quiet")]
        self.line("ban-form-needs").show(lines(*rows))
