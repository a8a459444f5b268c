"""The register of bans: every step of a ban's life, for whoever may take it, in one transaction with its log.

The rules are in `life`, `check`, `requirements`, `cautions` and `card`; here they meet rows, rights and the clock.
Nothing happens to a ban by itself: what it is today follows from its dates when it is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from db import bans as stored
from db import persons
from db.ban_tables import BanRow
from db.main import reading
from db.people_tables import PersonRow
from guardroom.bans.check import read_form
from guardroom.bans.decision import Decision, Hearing
from guardroom.bans.form import BanForm
from guardroom.bans.kinds import SERVED
from guardroom.bans.life import ENDING_DAYS, UNDECIDED, UNDER_WAY, last_day, proposed_end, proposed_start
from guardroom.bans.lines import ends_soon, line_of
from guardroom.bans.noting import note
from guardroom.bans.requirements import FEWEST_WORDS, in_the_way
from guardroom.bans.rows import decision_of, put, recorded_about, standing_of, stands_in_the_way
from guardroom.bans.showing import active_of, card_of, decided_of, may_see
from guardroom.bans.steps import Step, Steps, must_see_area, no_such_ban
from guardroom.bans.there_already import ThereAlready
from guardroom.bans.unheard import GROUNDS, kept
from guardroom.bans.view import BanCard, BanCounts, BanLine, BanView, LinkedIncident, OtherBan
from guardroom.days import day_in, written
from guardroom.followups.making import ban_in_force, ban_lifted, ban_normalised
from guardroom.form_reading import Reading
from guardroom.ground import Ground
from guardroom.language import _
from guardroom.notices.telling import tell_ban
from guardroom.people import audit
from guardroom.people.persons import Persons
from guardroom.people.purposes import must_be_purpose
from guardroom.people.roles import Right
from guardroom.people.who import Who
from guardroom.refusal import BadInput, Mistake

Which = Literal["active", "all", "ending", "drafts", "to_read"]
_WORK = ("work", "letter")
"""Purposes of opening a ban beside those of a lookup."""
_RIGHTS: Mapping[Which, Right] = {
    "active": Right.BAN_LIST,
    "all": Right.BAN_PAST,
    "ending": Right.BAN_LIST,
    "drafts": Right.BAN_PAST,
    "to_read": Right.BAN_READ,
}


class BanRegister:
    """The bans of one house. Every method raises Forbidden where the role may not, and Refused where it cannot be."""

    def __init__(self, ground: Ground, persons: Persons) -> None:
        self._ground = ground
        self._persons = persons
        self._steps = Steps(ground, persons)

    # The draft

    def begin(self, who: Who, person: int, *, beside: bool = False) -> BanView:
        """A draft about a person, with what the policy proposes: from when the citizen can have been heard, for the
        usual time (H7).

        Raises ThereAlready where the person has an undecided draft, or a ban that another may not overlap with: that
        one is to be gone on with, or extended. With `beside` another is begun all the same, as for a ban of another
        kind; the days that are proposed are then free.
        """
        who.must(Right.BAN_DRAFT)
        now, today = self._steps.moment()
        policy = self._ground.settings.policy.bans
        with self._ground.writing(who) as session:
            others = stored.bans_of(session, self._persons.group(session, person))
            standing = [other for other in others if stands_in_the_way(other, Decision().kind, today)]
            if not beside:
                _must_be_first(others, standing, today)
            free = [
                last + timedelta(days=1) for other in standing if (last := last_day(other.ends_on, other.lifted_on))
            ]
            first = max([proposed_start(today, policy.hearing_days), *free])
            decision = Decision(area=who.area, starts_on=first, ends_on=proposed_end(first, policy.default_months))
            row = self._steps.add(session, person, decision, who)
            note(session, self._ground.audit_key, who, row, now, "begun")
            return self._steps.view(session, who, row)

    def take_over(self, session: Session, who: Who, person: int, form: BanForm) -> int:
        """A draft from the case system's list, within the caller's transaction; returns its id. It goes the whole way
        like any other. Raises BadInput."""
        who.must(Right.BAN_REGISTER)
        now, today = self._steps.moment()
        decision = read_form(form, today, who.sees_area, frozenset(), self._areas)
        row = self._steps.add(session, person, decision, who)
        note(session, self._ground.audit_key, who, row, now, "taken_over")
        return row.id

    def change(self, who: Who, ban: int, form: BanForm, seen: str = "") -> BanView:
        """Keep the form, complete or not. Raises BadInput where something in it cannot be so; and where `seen`, the
        seal of what was read, is given: Changed if somebody has changed the ban since then."""
        with self._steps.taking(who, ban, "change") as step:
            linkable = frozenset(each.id for each in self._linkable(step.session, step.group))
            decision = read_form(form, step.today, who.sees_area, linkable, self._areas)
            if seen and decision != step.facts.decision:
                self._steps.must_have_seen(step, seen)
            other = in_the_way(replace(step.facts, decision=decision))
            if other is not None:
                raise BadInput(
                    Mistake(
                        "starts_on",
                        _(
                            "{number} runs from {first} until {last}, and two such bans may not overlap: "
                            "begin after it, or extend that one."
                        ).format(number=other.number, first=written(other.starts_on), last=written(other.last)),
                    )
                )
            if changed := put(step.row, decision):
                before = step.facts.decision
                heard = Hearing(sent_on=step.today, about=before.matter, days=before.days)
                heavier = not replace(step.facts, decision=decision, hearing=heard).heard
                step.note("changed", fields=list(changed), heavier=heavier)
            return self._after(step)

    def linkable(self, who: Who, ban: int) -> tuple[LinkedIncident, ...]:
        """The incidents of the ban's person that it may rest on, oldest first."""
        who.must(Right.BAN_DRAFT)
        with self._ground.reading(who) as session:
            row = self._row(session, ban)
            must_see_area(who, row)
            return self._linkable(session, self._persons.group(session, row.person_id))

    def drop(self, who: Who, ban: int, reason: str) -> BanView:
        """Give up a draft."""
        with self._steps.taking(who, ban, "drop") as step:
            why = _reason(reason)
            step.row.stage = "dropped"
            step.note("dropped", why)
            return self._after(step)

    # The hearing

    def send_hearing(self, who: Who, ban: int, sent_on: str = "", due_on: str = "") -> BanView:
        """The citizen was asked about the text as it is now. Nothing typed means today, and the policy's time to
        answer."""
        with self._steps.taking(who, ban, "send_hearing") as step:
            read = Reading()
            sent = _day_or(read, "sent_on", sent_on, step.today)
            days = timedelta(days=max(1, self._ground.settings.policy.bans.hearing_days))
            due = _day_or(read, "due_on", due_on, sent + days)
            _not_to_come(read, "sent_on", sent, step.today)
            row, decision = step.row, step.facts.decision
            begun = day_in(row.created_at, self._ground.settings.site.zone)
            if sent < begun:
                read.wrong(
                    "sent_on",
                    _("The draft was begun on {day}: the hearing was sent then or later.").format(day=written(begun)),
                )
            elif (changed := self._steps.heavier_since(step.session, row)) is not None and sent < changed:
                read.wrong(
                    "sent_on",
                    _(
                        "The text was made another on {day}: what was sent before was not about it. Send it as it is "
                        "now."
                    ).format(day=written(changed)),
                )
            if due < step.today:
                read.wrong(
                    "due_on",
                    _("{day} has passed: the citizen may answer until today or later.").format(day=written(due)),
                )
            if due <= sent:
                read.wrong(
                    "due_on",
                    _("The citizen was asked on {sent}: the answer is due a day later at the earliest.").format(
                        sent=written(sent)
                    ),
                )
            read.finish()
            row.stage, row.hearing_skipped = "hearing", ""
            row.hearing_sent_on, row.hearing_due_on = sent, due
            row.hearing_about, row.hearing_length = decision.matter, decision.days
            row.hearing_answered_on, row.hearing_answer = None, ""
            step.note("hearing_sent", due.isoformat())
            return self._after(step)

    def skip_hearing(self, who: Who, ban: int, ground: str, reason: str) -> BanView:
        """There is no hearing, on one of the law's grounds (`unheard.GROUNDS`) and for this concrete reason."""
        with self._steps.taking(who, ban, "skip_hearing") as step:
            read = Reading()
            on = read.word("ground", ground, GROUNDS, _("Choose which of the law's grounds it is."))
            asked = _("Say in five words or more why the citizen is not heard: it is part of the decision.")
            why = read.needed("reason", reason, asked)
            if why and len(why.split()) < FEWEST_WORDS:
                read.wrong("reason", asked)
            read.finish()
            step.row.stage, step.row.hearing_skipped = "hearing", kept(on, why)
            step.note("hearing_skipped", kept(on, why))
            return self._after(step)

    def answer_hearing(self, who: Who, ban: int, on: str, text: str) -> BanView:
        """What the citizen answered. A second answer takes the first one's place; the log keeps both. Where somebody
        has signed already, it is only noted, and whoever signs or looks at the ban is told."""
        with self._steps.taking(who, ban, "answer_hearing") as step:
            read = Reading()
            sent = step.row.hearing_sent_on
            day = _day_or(read, "on", on, step.today)
            _not_to_come(read, "on", day, step.today)
            if sent is not None and day < sent:
                read.wrong("on", _("The citizen was asked on {day}: the answer came later.").format(day=written(sent)))
            said = read.needed("text", text, _("Write what the citizen answered, in short."))
            read.finish()
            if step.row.stage == "hearing":
                step.row.hearing_answered_on, step.row.hearing_answer = day, said
                step.note("hearing_answered", f"{day.isoformat()} {said}")
            else:
                step.note("answered_late", f"{day.isoformat()} {said}")
            return self._after(step)

    # The decision

    def sign(self, who: Who, ban: int, seen: str) -> BanView:
        """Sign the decision; the last signature decides. `seen` is the seal of what was read. Raises Changed where it
        has been changed since, and Refused where the signer did not give their own code just now."""
        with self._steps.taking(who, ban, "sign") as step:
            row = step.row
            self._steps.must_have_seen(step, seen)
            self._steps.sign(step)
            row.stage = "signing"
            if {each.role for each in row.signatures}.issuperset(self._ground.settings.policy.bans.signatories):
                row.stage, row.decided_at = "decided", step.now
                step.note("decided")
            return self._after(step)

    def withdraw_signatures(self, who: Who, ban: int, reason: str) -> BanView:
        """Take all signatures back, so that the text can be changed. Only before the last one is given."""
        with self._steps.taking(who, ban, "withdraw_signatures") as step:
            why = _reason(reason)
            roles = [each.role for each in step.row.signatures]
            step.row.signatures.clear()
            step.row.stage = "hearing"
            step.note("signatures_withdrawn", why, roles=roles)
            return self._after(step)

    # From the decision to being in force

    def file_letter(self, who: Who, ban: int, ref: str) -> BanView:
        """The letter lies in the case system under this number (H2)."""
        with self._steps.taking(who, ban, "file_letter") as step:
            read = Reading()
            number = read.line("ref", ref, number=True)
            if not number:
                read.wrong("ref", _("Write the letter's number in the case system."))
            read.finish()
            step.row.letter_ref = number
            step.note("letter_filed", number)
            return self._after(step)

    def serve(self, who: Who, ban: int, on: str, how: str) -> BanView:
        """The decision has reached the citizen."""
        with self._steps.taking(who, ban, "serve") as step:
            read = Reading()
            day = _day_or(read, "on", on, step.today)
            _not_to_come(read, "on", day, step.today)
            assert step.row.decided_at is not None
            decided = day_in(step.row.decided_at, self._ground.settings.site.zone)
            if day < decided:
                read.wrong("on", _("It was decided on {day}: it is served then or later.").format(day=written(decided)))
            way = read.word("how", how, SERVED, _("Choose how."))
            read.finish()
            row = step.row
            row.stage, row.served_on, row.served_how = "served", day, way
            step.note("served", f"{day.isoformat()} {way}", on=day.isoformat(), how=way)
            return self._after(step)

    def activate(self, who: Who, ban: int) -> BanView:
        """Put it in force: from now on guard and front desk see it, and the guards confirm that they have read it."""
        with self._steps.taking(who, ban, "activate") as step:
            step.row.stage = "in_force"
            step.note("activated")
            tell_ban(step.session, self._ground.settings, step.row, "active", step.now)
            ban_in_force(step.session, self._ground.settings, step.row, step.now)
            return self._after(step)

    # While it is in force

    def normalise(self, who: Who, ban: int, on: str, result: str) -> BanView:
        """The attempt to make contact normal again, and what came of it (H8)."""
        with self._steps.taking(who, ban, "normalise") as step:
            read = Reading()
            day = _day_or(read, "on", on, step.today)
            _not_to_come(read, "on", day, step.today)
            if step.row.starts_on is not None and day < step.row.starts_on:
                read.wrong(
                    "on",
                    _("The ban began on {day}: the attempt came later.").format(day=written(step.row.starts_on)),
                )
            said = read.needed("result", result, _("Write what came of the attempt, in short."))
            read.finish()
            step.row.normalised_on, step.row.normalisation_result = day, said
            step.note("normalised", f"{day.isoformat()} {said}")
            ban_normalised(step.session, who, step.row.id, day, step.now)
            return self._after(step)

    def extend(self, who: Who, ban: int) -> BanView:
        """A draft of a new decision that goes on from this ban. The frame is taken over; reasons and incidents are
        not: they must be new (FOB 2014-5)."""
        with self._steps.taking(who, ban, "extend") as step:
            old = step.row
            assert old.ends_on is not None
            starts_on = old.ends_on + timedelta(days=1)
            decision = replace(
                decision_of(old),
                starts_on=starts_on,
                ends_on=proposed_end(starts_on, self._ground.settings.policy.bans.default_months),
                reasons="",
                incidents=(),
                less_intrusive="",
                casework_reviewed=False,
                appeal_guidance=False,
                normalisation="",
            )
            new = self._steps.add(step.session, old.person_id, decision, who)
            new.extends_id = old.id
            step.note("extension_begun", new.number, by=new.id)
            note(step.session, step.key, who, new, step.now, "begun", old.number)
            return self._steps.view(step.session, who, new)

    def lift(self, who: Who, ban: int, on: str, reason: str) -> BanView:
        """End it from this day on, before its time. One that is not in force yet is lifted at once."""
        with self._steps.taking(who, ban, "lift") as step:
            row, today = step.row, step.today
            read = Reading()
            day = _day_or(read, "on", on, today)
            if day < today:
                read.wrong("on", _("{day} has passed: a ban is lifted from today or later.").format(day=written(day)))
            if row.stage == "in_force":
                if row.ends_on is not None and day > row.ends_on:
                    ends = written(row.ends_on)
                    read.wrong("on", _("The ban ends on {day} anyway: lift it earlier.").format(day=ends))
            elif day > today:
                read.wrong("on", _("The ban is not in force: it is lifted today, {day}.").format(day=written(today)))
            why = read.needed("reason", reason, _("Say why."))
            read.finish()
            row.lifted_on, row.lifted_reason = day, why
            if row.stage == "in_force":
                tell_ban(step.session, self._ground.settings, row, "lifted", step.now)
            else:
                row.stage = "lifted"
            step.note("lifted", f"{day.isoformat()} {why}", on=day.isoformat())
            ban_lifted(step.session, who, step.row.id, step.now)
            return self._after(step)

    def confirm_read(self, who: Who, ban: int) -> None:
        """A guard has read the ban (H12); once is enough."""
        with self._steps.taking(who, ban, "confirm_read") as step:
            if who.user not in stored.readers(step.session, step.row.id):
                stored.add_reader(step.session, step.row.id, who.user, step.now)
                step.note("read")

    # Looking

    def read(self, who: Who, ban: int, purpose: str = "work") -> BanView:
        """One ban, as far as `who` may see it; the opening is logged with its purpose. Who prepares, decides or keeps
        bans may open it to "work" on it or to write its "letter"; others name one of `PURPOSES`. Raises BadInput."""
        who.must(Right.BAN_LIST)
        if purpose not in _WORK or not (who.may(Right.BAN_PAST) or who.may(Right.BAN_REASONS)):
            must_be_purpose(purpose)
        now, today = self._steps.moment()
        with self._ground.writing(who) as session:
            row = self._visible(session, who, ban, today)
            view = self._steps.view(session, who, row)
            audit.note(session, self._ground.audit_key, now, who, "ban_opened", "ban", ban, why=purpose)
            return view

    def card(self, who: Who, ban: int, purpose: str) -> BanCard:
        """What is allowed and what to do now; the lookup is logged with its purpose. Raises BadInput without one."""
        who.must(Right.BAN_LOOKUP)
        must_be_purpose(purpose)
        now, today = self._steps.moment()
        with self._ground.writing(who) as session:
            row = self._visible(session, who, ban, today)
            return self._looked_up(session, who, row, purpose, now, today)

    def card_of(self, who: Who, person: int, purpose: str) -> BanCard | None:
        """The card of the person's strictest active ban, None where they have none; logged like any lookup."""
        who.must(Right.BAN_LOOKUP)
        must_be_purpose(purpose)
        now, today = self._steps.moment()
        with self._ground.writing(who) as session:
            records = persons.group(session, self._persons.root(session, person))
            active = active_of(session, self._ground.settings, records, today)
            if active:
                row = self._row(session, active[0][0].id)
                return self._looked_up(session, who, row, purpose, now, today)
            audit.note(session, self._ground.audit_key, now, who, "lookup", "person", person, why=purpose)
            return None

    def binding(self, who: Who, person: int) -> tuple[OtherBan, ...]:
        """The bans of a person that are decided and not over, for whoever writes to them."""
        who.must(Right.BAN_DRAFT)
        with self._ground.reading(who) as session:
            records = persons.group(session, self._persons.root(session, person))
            return decided_of(session, records, self._steps.moment()[1])

    def lines(self, who: Who, which: Which = "active", purpose: str = "work") -> tuple[BanLine, ...]:
        """A list of bans; showing it is logged with its purpose, "work" or one of `PURPOSES`. `ending`: active ones
        that end soon or whose attempt to normalise is due; `drafts`: all that are under way and not in force yet;
        `to_read`: those that `who` has not confirmed. Raises BadInput where there is no such purpose."""
        who.must(_RIGHTS[which])
        if purpose != "work":
            must_be_purpose(purpose)
        now, today = self._steps.moment()
        with self._ground.writing(who) as session:
            lines = self._lines(session, who, which, today)
            detail = {"which": which, "count": len(lines)}
            audit.note(session, self._ground.audit_key, now, who, "bans_listed", "list", why=purpose, detail=detail)
            return lines

    def unread(self, who: Who) -> int:
        """How many bans `who` has still to confirm; 0 for roles that confirm none."""
        if not who.may(Right.BAN_READ):
            return 0
        with self._ground.reading(who) as session:
            return stored.count_to_read(session, self._steps.moment()[1], who.user)

    def counts(self, today: date) -> BanCounts:
        """How many bans are active on that day, and how many of them end soon. Numbers only, for everybody."""
        normalise = timedelta(days=self._ground.settings.policy.bans.normalise_before_days)
        with reading(self._ground.engine) as session:
            active, ending = stored.count_active(
                session, today, ending_by=today + timedelta(days=ENDING_DAYS), normalise_by=today + normalise
            )
            return BanCounts(active=active, ending=ending)

    # Below

    @property
    def _areas(self) -> tuple[str, ...]:
        return tuple(block.name for block in self._ground.settings.blocks)

    def _after(self, step: Step) -> BanView:
        return self._steps.view(step.session, step.who, step.row)

    def _row(self, session: Session, ban: int) -> BanRow:
        row = stored.ban(session, ban)
        if row is None:
            raise no_such_ban()
        return row

    def _visible(self, session: Session, who: Who, ban: int, today: date) -> BanRow:
        row = self._row(session, ban)
        if not may_see(who, standing_of(row, today)):
            # Whether there ever was one is not theirs to know either.
            raise no_such_ban()
        return row

    def _looked_up(self, session: Session, who: Who, row: BanRow, purpose: str, now: datetime, today: date) -> BanCard:
        card = card_of(session, self._ground.settings, who, row, today, self._steps.doubt(session, row))
        audit.note(session, self._ground.audit_key, now, who, "lookup", "ban", row.id, why=purpose)
        return card

    def _linkable(self, session: Session, group: tuple[int, ...]) -> tuple[LinkedIncident, ...]:
        return recorded_about(session, self._ground.settings, group)

    def _lines(self, session: Session, who: Who, which: Which, today: date) -> tuple[BanLine, ...]:
        read = stored.read_by(session, who.user) if who.may(Right.BAN_READ) else None
        match which:
            case "active":
                return self._as_lines(stored.active_lines(session, today), today, read)
            case "ending":
                running = self._as_lines(stored.active_lines(session, today), today, read)
                return tuple(line for line in running if ends_soon(line, today))
            case "to_read":
                return self._as_lines(stored.lines_to_read(session, today, who.user), today, read)
            case "drafts":
                return self._as_lines(stored.lines_in(session, UNDER_WAY), today, None)
            case "all":
                return self._as_lines(stored.lines_of_all(session), today, read)

    def _as_lines(
        self, rows: list[tuple[BanRow, PersonRow]], today: date, read: set[int] | None
    ) -> tuple[BanLine, ...]:
        policy = self._ground.settings.policy.bans
        return tuple(line_of(row, person, today, policy, read=read is None or row.id in read) for row, person in rows)


def _must_be_first(others: list[BanRow], standing: list[BanRow], today: date) -> None:
    """Raises ThereAlready where one of a person's bans is undecided, or is `standing` in the way of another."""
    for draft in others:
        if draft.stage in UNDECIDED:
            said = _("{number} of this person is not decided yet: go on with it.")
            raise ThereAlready(said.format(number=draft.number), draft.id)
    for other in standing:
        first, last = written(other.starts_on), written(last_day(other.ends_on, other.lifted_on))
        if standing_of(other, today) == "active" and other.lifted_on is None:
            said = _("The person has {number} from {first} until {last} already: extend that one.")
        else:
            said = _("The person has {number} from {first} until {last} already.")
        raise ThereAlready(said.format(number=other.number, first=first, last=last), other.id)


def _reason(typed: str) -> str:
    read = Reading()
    why = read.needed("reason", typed, _("Say why."))
    read.finish()
    return why


def _day_or(read: Reading, field: str, typed: str, otherwise: date) -> date:
    return read.day(field, typed) or otherwise


def _not_to_come(read: Reading, field: str, day: date, today: date) -> None:
    if day > today:
        read.wrong(field, _("{day} is still to come: give the day on which it was.").format(day=written(day)))
