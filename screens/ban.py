"""One ban for those who prepare, decide and keep it: what is decided, what is missing, what has been done, what can be.

The rules are the register's: a step is offered where it says that whoever is signed in may take it now.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.content import Content

from guardroom.alarms.view import BoardView
from guardroom.bans import unheard, words
from guardroom.bans.life import UNDECIDED
from guardroom.bans.there_already import ThereAlready
from guardroom.bans.view import BanView, Requirement
from guardroom.days import written, written_in
from guardroom.incidents import words as incident_words
from guardroom.language import _, n_
from guardroom.people.roles import Right, Role, named
from guardroom.people.who import Who
from guardroom.refusal import Refused
from guardroom.settings import Settings
from screens.ban_form import open_form
from screens.ban_keys import BAN_STEPS
from screens.ban_step import ask_step
from screens.keys import bindings
from screens.more import Sheet
from screens.plain import Line, fitted, lines, plain
from screens.record_screen import RecordScreen
from screens.sign import ask_to_sign
from screens.words import letter_at
from screens.wrapping import FittedLine, fact, packed, wrapped

if TYPE_CHECKING:
    from screens.app import GuardroomApp

LetterKind = Literal["hearing", "ban", "extension", "lift"]

LABEL = 16
"""Cells of the column of labels."""


_STAGES = ("draft", "hearing", "signing", "decided", "served", "active")
_HEARING = frozenset(("send_hearing", "answer_hearing", "skip_hearing"))
_AFTER_DECISION = frozenset(("letter", "served", "not_over"))
"""The requirements that nobody needs to have met before signing."""

_TWICE_S = 10.0
"""How long a step that is taken by pressing its key twice waits for the second press."""

_AGAIN_S = 120.0
"""How long after a ban was shown instead another one may be begun: so long it takes to look and to go back."""


def open_ban(desk: GuardroomApp, ban: int, why: str = "work") -> None:
    """Bring a ban to the front; `why` is the purpose that is logged with it."""
    screen = _ban_of(desk)
    screen.choose(ban, why)
    desk.open("ban")


def begin_ban(screen: RecordScreen, person: int) -> None:
    """Begin the draft of a ban of this person, once, and bring it to the front if this screen still is there.

    Where the person has a draft or a ban already, that one is brought to the front; another is begun beside it when
    that is asked for once more.
    """
    page = _ban_of(screen.desk)
    beside = page.was_shown_for(person)

    def refused(why: Refused) -> None:
        if not isinstance(why, ThereAlready):
            screen.desk.say(why.sentence, urgent=True)
            return
        said = why.sentence
        if screen.desk.screen is screen:
            open_ban(screen.desk, why.ban)
            page.show_for(person)
            said += " " + _("{key} at the person again begins another.").format(key=screen.cap_of("person_ban"))
        screen.desk.say(said, urgent=True)

    screen.take(
        lambda house, who: house.bans.begin(who, person, beside=beside),
        lambda view: _show_begun(screen, view),
        refused,
    )


def _ban_of(desk: GuardroomApp) -> Ban:
    screen = desk.get_screen("ban")
    assert isinstance(screen, Ban)
    return screen


def _show_begun(screen: RecordScreen, view: BanView) -> None:
    if screen.desk.screen is screen:
        open_ban(screen.desk, view.id)
    screen.desk.say(_("The draft {number} was begun.").format(number=view.number))


def stage_line(view: BanView) -> str:
    """How far it has come: `draft > [HEARING] > being signed > …`."""
    here = "active" if view.standing == "coming" else view.standing
    if here in ("expired", "lifted", "dropped"):
        before = ("draft",) if here == "dropped" else _STAGES
        return " > ".join([*(words.standing(stage) for stage in before), f"[{words.standing(here).upper()}]"])
    now = words.standing(view.standing)
    if view.lifted_on is not None:
        now = _("{standing}, lifted from {day}").format(standing=now, day=written(view.lifted_on))
    shown = [f"[{now.upper()}]" if stage == here else words.standing(stage) for stage in _STAGES]
    ends = "/".join((words.standing("expired"), words.standing("lifted")))
    return " > ".join([*shown, ends])


def may_sign_here(view: BanView) -> bool:
    """Whether a signature can be given at this screen: by whoever is signed in, or by another who comes to it."""
    if "sign" in view.may:
        return True
    ready = all(need.met for need in view.needs if _before_signing(need))
    open_ = any(signature.at is None for signature in view.signatures)
    return view.standing in ("hearing", "signing") and ready and open_


def why_not(view: BanView, step: str) -> str:
    """Why a step is not offered: of what the way to it still lacks, the first."""
    if step == "sign" and view.standing in UNDECIDED:
        lacking = [need.sentence for need in view.needs if not need.met and _before_signing(need)]
        if lacking:
            return n_(
                "It cannot be signed yet. Missing: {what}.",
                "It cannot be signed yet. Missing first, of {count}: {what}.",
                len(lacking),
            ).format(count=len(lacking), what=lacking[0])
    return _("This cannot be done now, or not by you.")


def _before_signing(need: Requirement) -> bool:
    return need.code not in _AFTER_DECISION and not need.code.startswith("signature_")


def offered(view: BanView, who: Who) -> frozenset[str]:
    """The steps that are offered, by their names in `BAN_STEPS`."""
    names = {name for name, _key, _action, _label in BAN_STEPS}
    found = set(view.may & names)
    if view.may & _HEARING:
        found.add("hearing")
    if may_sign_here(view):
        found.add("sign")
    if who.may(Right.BAN_DRAFT) and not view.reasons_hidden and view.standing != "dropped":
        found.add("letter")
    return frozenset(found)


def decision_rows(view: BanView, settings: Settings, width: int) -> Content:
    """The decision's text."""
    form = view.form
    rows: list[Content] = []

    def add(label: str, text: str, style: str = "") -> None:
        rows.extend(fact(label, text or "-", LABEL, width, style))

    add(_("Kind"), words.kind(form.kind), "bold")
    period = f"{form.starts_on or '?'} -> {form.ends_on or '?'}"
    if view.lifted_on is not None:
        period += ", " + _("lifted from {day}").format(day=written(view.lifted_on))
    add(_("Period"), period, "bold")
    add(_("Unit"), form.area or _("the whole house"))
    if form.scope:
        add(_("Scope"), ", ".join(form.scope))
    add(_("Open to them"), ", ".join(words.channel(channel) for channel in form.channels))
    contact = ", ".join(part for part in (form.contact_person, form.contact_phone, form.contact_hours) if part)
    add(_("Contact"), contact)
    if form.mail_to:
        add(_("Mail"), form.mail_to)
    add(_("Necessary talk"), words.meeting(form.meeting))
    add(_("Case"), form.case_ref)
    if view.reasons_hidden:
        add(_("Reasons"), _("shown to leaders and the safety representative only"))
    else:
        for at, incident in enumerate(view.incidents):
            when = written_in(incident.happened_at, settings.site.zone)
            said = f"{incident.number}  {when}  {incident_words.kind(incident.kind)}, {incident.place}"
            add("" if at else _("Incidents"), said)
        if not view.incidents:
            add(_("Incidents"), "")
        add(_("Reasons"), form.reasons)
        add(_("Less intrusive"), form.less_intrusive)
        add(_("Back to normal"), form.normalisation)
    if not view.not_listed:
        reviewed = _("yes: looked into, no mistakes of our own")
        add(_("Casework"), reviewed if form.casework_reviewed else _("not yet: looked into, no mistakes of our own"))
        guided = _("yes: guidance and name are in the letter")
        add(_("Appeal"), guided if form.appeal_guidance else _("not yet: guidance and name in the letter"))
    rows += _course_rows(view, width)
    return lines(*rows)


def _course_rows(view: BanView, width: int) -> list[Content]:
    """What has become of it so far."""
    rows: list[Content] = []

    def add(label: str, *parts: str) -> None:
        rows.extend(fact(label, ", ".join(part for part in parts if part), LABEL, width))

    if view.hearing_sent_on is not None:
        due = _("answer by {day}").format(day=written(view.hearing_due_on))
        add(_("Hearing"), _("sent {day}").format(day=written(view.hearing_sent_on)), due)
    if view.hearing_answered_on is not None:
        add(_("Answer"), written(view.hearing_answered_on), view.hearing_answer)
    if view.hearing_skipped:
        add(_("No hearing"), unheard.ground(view.hearing_ground), view.hearing_skipped)
    for signature in view.signatures:
        role = named(Role(signature.role))
        if signature.at is not None:
            add(_("Signed"), f"{signature.at:%d-%m-%Y}", signature.name, signature.title or role)
    if view.letter_ref:
        add(_("Letter"), view.letter_ref)
    if view.served_on is not None:
        add(_("Served"), written(view.served_on), words.served(view.served_how))
    if view.normalised_on is not None:
        add(_("Normalised"), written(view.normalised_on), view.normalisation_result)
    elif view.normalise_by is not None:
        add(_("Normalise by"), written(view.normalise_by))
    if view.lifted_on is not None:
        add(_("Lifted"), written(view.lifted_on), view.lifted_reason)
    if view.extends:
        add(_("Extends"), view.extends)
    if view.extended_by:
        add(_("Extended by"), view.extended_by)
    return rows


def need_rows(view: BanView, width: int) -> Content:
    """How much is missing, and what it needs, met or not; once it is in force, who has read it."""
    rows: list[Content] = []
    missing = sum(not need.met for need in view.needs)
    if missing:
        rows += wrapped(_("{count} missing: cannot be made active.").format(count=missing), width, "bold")
    elif view.needs:
        rows += wrapped(_("Nothing is missing."), width)
    elif not view.not_listed:
        rows += wrapped(_("Nothing more is needed."), width, "$quiet")
    else:
        said = _("Taken over from the case system's list, which does not say: {what}. Look in the case system: {ref}.")
        rows += wrapped(said.format(what=", ".join(view.not_listed), ref=view.letter_ref), width, "bold")
    for need in view.needs:
        rows += fact("[x]" if need.met else "[ ]", need.sentence, 4, width, "" if need.met else "bold")
    if view.read_by or view.not_read_by:
        rows.append(Content(""))
        rows += fact(_("Read by"), ", ".join(view.read_by) or "-", 10, width)
        rows += fact(_("Not yet"), ", ".join(view.not_read_by) or "-", 10, width, "bold" if view.not_read_by else "")
    return lines(*rows)


def log_rows(view: BanView, settings: Settings, width: int) -> Content:
    """What was done, newest first."""
    rows: list[Content] = []
    for event in reversed(view.log):
        when = written_in(event.at, settings.site.zone)
        rows += fact(f"{when} {event.by}", words.event(event.what, event.detail), 22, width)
    return lines(*rows)


def letter_of(view: BanView) -> LetterKind:
    """The letter that is written as it stands: of the hearing, the decision, the extension, or the lifting."""
    heard = any(need.code == "hearing" and need.met for need in view.needs)
    if view.standing in ("draft", "hearing") and not heard:
        return "hearing"
    if view.lifted_on is not None:
        return "lift"
    return "extension" if view.extends else "ban"


class Ban(RecordScreen):
    """One ban and its steps."""

    NAME: ClassVar[str] = "ban"
    NEEDS: ClassVar[frozenset[Right]] = frozenset({Right.BAN_PAST, Right.BAN_REASONS})
    BINDINGS = bindings("ban")

    def __init__(self) -> None:
        super().__init__()
        self._ban: int | None = None
        self._view: BanView | None = None
        self._failed = ""
        self._why = "work"
        self._pressed = ""
        self._pressed_at = 0.0
        self._shown_for: tuple[int, float] | None = None
        """The person of whom another ban was to be begun, and when."""

    def compose_body(self) -> ComposeResult:
        """Who and what, how far it has come, warnings; the decision, the requirements, the log; the steps."""
        yield Line(id="ban-title")
        yield Line(id="ban-stages")
        yield Line(id="ban-warnings")
        with Sheet(id="ban-page", classes="pane", can_focus=False), Container(id="ban-columns"):
            with Sheet(id="ban-decision-pane", classes="pane", can_focus=False):
                yield FittedLine(id="ban-decision")
            with Vertical(id="ban-right"):
                with Sheet(id="ban-needs-pane", classes="pane", can_focus=False):
                    yield FittedLine(id="ban-needs")
                with Sheet(id="ban-log-pane", classes="pane", can_focus=False):
                    yield FittedLine(id="ban-log")
        yield Line(id="ban-steps")

    def choose(self, ban: int, why: str) -> None:
        """Show this ban, for this purpose."""
        if self._ban != ban:
            self._view = None
            self._failed = ""
        self._ban, self._why = ban, why
        self.release()
        self._pressed = ""
        if self.is_current:
            self._load()

    def show_for(self, person: int) -> None:
        """This ban was brought to the front instead of another that was to be begun of the same person."""
        self._shown_for = person, self.desk.clock.monotonic()

    def was_shown_for(self, person: int) -> bool:
        """Whether that was a moment ago, for this person; once it was asked, it was not."""
        shown, self._shown_for = self._shown_for, None
        return shown is not None and shown[0] == person and self.desk.clock.monotonic() - shown[1] <= _AGAIN_S

    def opened(self) -> None:
        """Begin at the top."""
        self.set_focus(None)
        for pane in ("page", "decision-pane", "needs-pane", "log-pane"):
            self.query_one(f"#ban-{pane}").scroll_home(animate=False)

    def forget(self) -> None:
        """Nobody's ban stays."""
        super().forget()
        self._ban, self._view = None, None
        self._failed = ""
        self._shown_for = None
        if self.has_widgets:
            for name in ("title", "stages", "warnings", "decision", "needs", "log", "steps"):
                self.line(f"ban-{name}").show(Content(""))

    def look_again(self) -> None:
        """Ask for the ban as it is now."""
        self._load()

    def _load(self) -> None:
        ban, why = self._ban, self._why
        if ban is not None:
            self.ask(lambda house, who: house.bans.read(who, ban, why), self._took, self._refused, key="ban")

    def _refused(self, why: Refused) -> None:
        self._view = None
        self._failed = why.sentence
        self._catch_up()

    def _took(self, view: BanView) -> None:
        """Show the ban as it is after a step, or as it was read; another ban than the one chosen is not shown."""
        if view.id == self._ban:
            self._view, self._failed = view, ""
            self._pressed = ""
            self._catch_up()

    def render_view(self, view: BoardView, age: float) -> None:
        """Show everything."""
        ban, who = self._view, self.desk.who
        self.titled("ban-decision-pane", _("THE DECISION"))
        self.titled("ban-log-pane", _("LOG"))
        if ban is None or who is None:
            self.line("ban-title").show(plain(f" {self._failed or _('One moment …')}", "bold"))
            for name in ("stages", "warnings", "decision", "needs", "log", "steps"):
                self.line(f"ban-{name}").show(Content(""))
            self.line("ban-warnings").display = False
            return
        self.titled("ban-needs-pane", self._needs_heading(ban))
        width = max(20, self.desk.size.width - 2)
        person = ", ".join(part for part in (ban.name, ban.born) if part)
        head = f"{ban.number}  {words.kind(ban.form.kind).upper()}  {person}"
        lacking = sum(not need.met for need in ban.needs)
        tail = "  " + _("{count} missing").format(count=lacking) if lacking else ""
        self.line("ban-title").show(plain(f" {fitted(head, width - len(tail))}{tail}", "bold"))
        self.line("ban-stages").show(lines(*(plain(" ") + row for row in wrapped(stage_line(ban), width, "bold"))))
        warned = self.line("ban-warnings")
        warned.display = bool(ban.warnings)
        warned.show(lines(*(row for said in ban.warnings for row in wrapped(f"! {said}", width, "bold"))))
        settings = self.desk.settings
        self.line("ban-decision").show(decision_rows(ban, settings, self.room("ban-decision")))
        self.line("ban-needs").show(need_rows(ban, self.room("ban-needs")))
        self.line("ban-log").show(log_rows(ban, settings, self.room("ban-log")))
        self.line("ban-steps").show(self._steps(ban, who, width))

    def _needs_heading(self, ban: BanView) -> str:
        policy = self.desk.settings.policy
        return _("NEEDED BEFORE ACTIVE (policy: {name})").format(name=policy.municipality or policy.name)

    def _steps(self, ban: BanView, who: Who, width: int) -> Content:
        may = offered(ban, who)
        shown = [
            plain(cap, "bold $key") + plain(f" {said}")
            for cap, said in self.caps_of(
                (f"ban_{name}", _(label)) for name, _key, _action, label in BAN_STEPS if name in may
            )
        ]
        if not shown and ban.reasons_hidden:
            return Content("")  # their part is to read it
        if not shown:
            return plain(" " + _("There is nothing that you can do with it now."), "$quiet")
        return lines(*(Content(" ") + row for row in packed(shown, width)))

    # Steps

    def _may(self, step: str) -> BanView | None:
        """The ban, where this step is offered; else None, and why."""
        ban, who = self._view, self.desk.who
        if ban is None or who is None:
            return None
        if step not in offered(ban, who):
            self.say(why_not(ban, step), urgent=True)
            return None
        return ban

    def _twice(self, step: str, sentence: str) -> bool:
        """Whether the key of this step was pressed a moment ago too; else the sentence is said."""
        now = self.desk.clock.monotonic()
        if self._pressed == step and now - self._pressed_at <= _TWICE_S:
            self._pressed = ""
            return True
        self._pressed, self._pressed_at = step, now
        self.say(sentence, urgent=True)
        return False

    def action_change(self) -> None:
        """Write the text."""
        if (ban := self._may("change")) is not None:
            open_form(self.desk, ban)

    def action_hearing(self) -> None:
        """The hearing was sent, was answered, or there is none for a reason."""
        self._ask_step("hearing")

    def action_sign(self) -> None:
        """Somebody signs with their own initials and code."""
        if (ban := self._may("sign")) is not None:
            ask_to_sign(self.desk, ban, self._load)

    def action_withdraw_signatures(self) -> None:
        """All signatures are taken back, for a reason."""
        self._ask_step("withdraw_signatures")

    def action_file_letter(self) -> None:
        """The letter lies in the case system."""
        self._ask_step("file_letter")

    def action_serve(self) -> None:
        """The citizen has it."""
        self._ask_step("serve")

    def action_activate(self) -> None:
        """Put it in force."""
        if (ban := self._may("activate")) is not None and self._twice(
            "activate", _("Press the key again: the ban is put in force, and guards and front desk see it.")
        ):
            number = ban.id
            self.take(lambda house, who: house.bans.activate(who, number), self._put_in_force)

    def _put_in_force(self, view: BanView) -> None:
        self._took(view)
        if view.standing == "coming":
            said = _("Done: it applies from {day}, and guards and front desk are shown it from then on.")
        else:
            said = _("Done: it applies, and guards and front desk see it.")
        self.say(said.format(day=view.form.starts_on))

    def action_normalise(self) -> None:
        """The attempt to normalise was made."""
        self._ask_step("normalise")

    def action_extend(self) -> None:
        """Begin a new decision that goes on from this one."""
        if (ban := self._may("extend")) is not None and self._twice(
            "extend", _("Press the key again: an extension is a new decision, and begins as a draft.")
        ):
            number = ban.id
            self.take(lambda house, who: house.bans.extend(who, number), lambda new: _show_begun(self, new))

    def action_lift(self) -> None:
        """End it before its time."""
        self._ask_step("lift")

    def action_drop(self) -> None:
        """Give the draft up."""
        self._ask_step("drop")

    def _ask_step(self, code: str) -> None:
        if (ban := self._may(code)) is not None:
            ask_step(self.desk, code, ban.id, f"{ban.number}  {ban.name}", may=ban.may)

    def action_letter(self) -> None:
        """Write the letter that fits how far it has come."""
        if (ban := self._may("letter")) is None:
            return
        number, kind = ban.id, letter_of(ban)

        def wrote(path: Path) -> None:
            self.desk.say(letter_at(path))

        self.take(lambda house, who: house.letters.write(who, kind, number), wrote)

    def action_scroll(self, way: str) -> None:
        """Scroll what does not fit: page_up or page_down."""
        for pane in ("page", "decision-pane", "needs-pane", "log-pane"):
            widget = self.query_one(f"#ban-{pane}", Sheet)
            {"page_up": widget.scroll_page_up, "page_down": widget.scroll_page_down}[way](animate=False)
