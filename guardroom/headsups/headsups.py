"""Heads-ups: what the guards are told before a meeting, how it goes, and what belongs to it (rules A20, C, D, X1).

Warnings, check-ins and how a meeting stands follow from times whenever somebody asks; nothing sets them. The citizen is
a known person or a few words: the name is shown only to whoever asks for it and may search among persons, and that is
logged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from db import headsups as stored
from db import persons
from db.ban_tables import BanRow
from db.headsup_tables import AlarmLoanRow, ArrivalRow, HeadsUpRow, PrewarningRow
from db.people import count_up, initials
from guardroom.alarms.view import HeadsUpLine
from guardroom.bans.life import binds_on
from guardroom.days import day_in, written
from guardroom.ground import Ground
from guardroom.headsups import check
from guardroom.headsups.form import ArrivalForm, HeadsUpForm, LoanForm, PrewarningForm
from guardroom.headsups.in_room import meeting_in
from guardroom.headsups.kinds import OPEN, Status, decisions
from guardroom.headsups.reading import read_calendar
from guardroom.headsups.rows import form_of, line_of, status_of, view_of
from guardroom.headsups.view import Arrival, Calendar, Entry, HeadsUpView, Loan, Overview
from guardroom.headsups.warnings import Advice, Meeting, advice
from guardroom.language import _
from guardroom.people import audit
from guardroom.people.audit import Subject
from guardroom.people.persons import Persons
from guardroom.people.roles import Right
from guardroom.people.who import Who
from guardroom.refusal import BadInput, Mistake, Refused

MOST_PAST = 200
_SHOWN_TO_GUARDS = ("begins", "until", "place", "room_id", "posture", "staff")
"""What guards have seen: where any of it changes, they must see it again, and are told of it anew."""


class HeadsUps:
    """The heads-ups of one house."""

    def __init__(self, ground: Ground, people: Persons) -> None:
        self._ground = ground
        self._persons = people

    # Reading

    def overview(self, who: Who) -> Overview:
        """Everything on the tab that `who` may see. Raises Forbidden."""
        who.must(Right.HEADSUP_READ)
        now = self._now()
        begin, end = self._day_of(now)
        with self._ground.reading(who) as session:
            coming = stored.between(session, end, end + timedelta(days=check.FURTHEST_DAYS + 1))
            today = stored.between(session, begin, end)
            past = stored.before(session, begin, MOST_PAST)
            shown = self._views(session, who, [*today, *coming, *past])
            arrivals = stored.arrivals(session, begin)
            banned = self._banned_arrivals(session, who, arrivals)
            loans = stored.loans(session)
        in_today = {row.id for row in today}
        known = in_today | {row.id for row in past}
        return Overview(
            today=tuple(view for view in shown if view.id in in_today),
            coming=tuple(view for view in shown if view.id not in known),
            past=tuple(view for view in shown if view.id in known - in_today),
            loans=tuple(_loan(row, now) for row in loans),
            arrivals=tuple(_arrival(row, banned=row.id in banned) for row in arrivals),
        )

    def read(self, who: Who, headsup: int) -> HeadsUpView:
        """One heads-up. Raises Forbidden, Refused."""
        who.must(Right.HEADSUP_READ)
        with self._ground.reading(who) as session:
            return self._views(session, who, [self._row(session, who, headsup)])[0]

    def for_room(self, who: Who, room: str, at: datetime) -> HeadsUpLine | None:
        """The meeting in this room at that moment, as the board shows it; None where none is known. Raises
        Forbidden."""
        who.must(Right.HEADSUP_READ)
        begin, end = self._day_of(at)
        settings = self._ground.settings
        with self._ground.reading(who) as session:
            return meeting_in((line_of(row, settings) for row in stored.between(session, begin, end)), room, at)

    def name_of(self, who: Who, headsup: int) -> str:
        """The name of the citizen, for whoever may search among persons; looking is logged. Raises Forbidden, and
        Refused where it is about no known person."""
        who.must(Right.HEADSUP_READ)
        who.must(Right.PERSON_SEARCH)
        with self._ground.writing(who) as session:
            row = self._row(session, who, headsup)
            if row.person_id is None:
                raise Refused(_("This heads-up is about no known person."))
            root = self._persons.root(session, row.person_id)
            self._note(session, who, "headsup_named", headsup, person=root)
            return persons.group(session, root)[0].name

    # Entering

    def blank(self, who: Who) -> HeadsUpForm:
        """A form to begin with: today's day. Raises Forbidden."""
        who.must(Right.HEADSUP_WRITE)
        return HeadsUpForm(day=written(day_in(self._now(), self._ground.settings.site.zone)))

    def form(self, who: Who, headsup: int) -> HeadsUpForm:
        """What was entered, to be changed. Raises Forbidden, Refused."""
        who.must(Right.HEADSUP_WRITE)
        with self._ground.reading(who) as session:
            return form_of(self._row(session, who, headsup), self._ground.settings.site.zone)

    def advise(self, who: Who, form: HeadsUpForm, headsup: int | None = None) -> Advice:
        """What is to be said of a heads-up before it is saved. Raises BadInput, Forbidden."""
        who.must(Right.HEADSUP_WRITE)
        facts = self._facts(form)
        with self._ground.reading(who) as session:
            banned = facts.person is not None and self._banned(session, who, {facts.person: facts.begins}) != set()
            there = stored.between(session, facts.begins, facts.until)
            taken = _taken(there, headsup)
        meeting = Meeting(
            begins=facts.begins,
            until=facts.until,
            told_at=self._now(),
            room=facts.room,
            posture=facts.posture,
            reason=facts.reason,
            staff=len(facts.staff),
            banned=banned,
        )
        return advice(meeting, self._ground.settings, taken)

    def save(self, who: Who, form: HeadsUpForm, headsup: int | None = None) -> HeadsUpView:
        """Enter a heads-up, or change one; one that was postponed is planned anew. Raises BadInput, Forbidden, and
        Refused where somebody changed it since it was read, or it is over."""
        who.must(Right.HEADSUP_WRITE)
        facts = self._facts(form)
        with self._ground.writing(who) as session:
            if facts.person is not None:
                self._persons.root(session, facts.person)
            row = (
                self._new(session, who, facts) if headsup is None else self._changed(session, who, facts, form, headsup)
            )
            count_up(session, stored.COUNTER)
            return self._views(session, who, [row])[0]

    def read_file(self, who: Who, path: Path) -> Calendar:
        """The meetings in a calendar (ICS) or a list (CSV), each with what keeps it from being taken over; nothing is
        saved. Raises BadInput where the file cannot be read at all, Forbidden."""
        who.must(Right.HEADSUP_WRITE)
        found = read_calendar(path, self._ground.settings)
        entries = tuple(self._offered(who, entry) for entry in found.entries)
        return Calendar(source=found.source, entries=entries, broken=found.broken)

    def take_over(self, who: Who, found: Calendar) -> int:
        """Save every meeting of what was read and looked at that has no problem; returns how many. Raises
        Forbidden."""
        who.must(Right.HEADSUP_WRITE)
        saved = 0
        for entry in found.entries:
            if not self._offered(who, entry).problem:
                self.save(who, entry.form)
                saved += 1
        return saved

    def _offered(self, who: Who, entry: Entry) -> Entry:
        """The entry with what keeps it from being taken over as it is now."""
        facts, mistakes = check.read(entry.form, self._house())
        problem = entry.problem or " ".join(dict.fromkeys(mistake.sentence for mistake in mistakes))
        if facts is not None and not problem:
            with self._ground.reading(who) as session:
                there = stored.between(session, facts.begins, facts.until)
            if any(row.begins == facts.begins and row.place == facts.place and row.stage == "planned" for row in there):
                problem = _("It is there already.")
        return Entry(place=entry.place, title=entry.title, form=entry.form, problem=problem)

    # How it goes

    def take(self, who: Who, headsup: int) -> HeadsUpView:
        """A guard has seen it. Raises Forbidden, Refused."""

        def seen(row: HeadsUpRow, now: datetime) -> None:
            row.taken_at, row.taken_by = now, who.initials

        return self._step(who, headsup, "headsup_taken", ("planned",), seen)

    def begin(self, who: Who, headsup: int) -> HeadsUpView:
        """The meeting begins. Raises Forbidden, Refused."""

        def begun(row: HeadsUpRow, now: datetime) -> None:
            row.begun_at = now
            if row.taken_at is None:
                row.taken_at, row.taken_by = now, who.initials

        return self._step(who, headsup, "headsup_begun", ("planned", "taken"), begun)

    def all_well(self, who: Who, headsup: int) -> HeadsUpView:
        """Somebody has looked in and all is well (D22). Raises Forbidden, Refused."""

        def well(row: HeadsUpRow, now: datetime) -> None:
            row.well_at = now

        return self._step(who, headsup, "headsup_well", tuple(OPEN), well)

    def watch(self, who: Who, headsup: int) -> HeadsUpView:
        """A guard begins to watch the conversation, or ends to (D3). Raises Forbidden, Refused."""

        def watched(row: HeadsUpRow, now: datetime) -> None:
            if row.posture != "watched":
                raise Refused(_("Nobody has asked for this conversation to be watched: change the heads-up first."))
            if row.watched_at is None or row.watched_until is not None:
                row.watched_at, row.watched_until = now, None
            else:
                row.watched_until = now

        return self._step(who, headsup, "headsup_watched", tuple(OPEN), watched)

    def end(self, who: Who, headsup: int, *, early: bool = False) -> HeadsUpView:
        """The meeting is over (D23); `early`: it was ended before its time, which is always in order (D25). Raises
        Forbidden, Refused."""

        def over(row: HeadsUpRow, now: datetime) -> None:
            row.over_at, row.ended_early = now, early
            if row.watched_at is not None and row.watched_until is None:
                row.watched_until = now

        return self._step(who, headsup, "headsup_over", tuple(OPEN), over)

    def postpone(self, who: Who, headsup: int) -> HeadsUpView:
        """The meeting is put off (D16); changing it gives it its new time. Raises Forbidden, Refused."""

        def off(row: HeadsUpRow, _now: datetime) -> None:
            row.stage = "postponed"

        return self._step(who, headsup, "headsup_postponed", ("planned", "taken"), off)

    def call_off(self, who: Who, headsup: int) -> HeadsUpView:
        """There is no meeting. Raises Forbidden, Refused."""

        def off(row: HeadsUpRow, _now: datetime) -> None:
            row.stage = "called_off"

        return self._step(who, headsup, "headsup_called_off", ("planned", "taken", "postponed"), off)

    def prewarn(self, who: Who, headsup: int, form: PrewarningForm) -> HeadsUpView:
        """Note that the police are warned, with why and who was asked (D11-D13). Raises BadInput, Forbidden,
        Refused."""
        who.must(Right.POLICE_PREWARN)
        asked, mistakes = check.read_prewarning(form, self._house())
        if asked is None:
            raise BadInput(*mistakes)
        with self._ground.writing(who) as session:
            row = self._row(session, who, headsup, hold=True)
            self._must_be(row, ("planned", "taken", "running", "postponed"))
            row.prewarning = PrewarningRow(
                reason=asked.reason,
                case_ref=asked.case_ref,
                leader=asked.leader,
                leader_at=asked.leader_at,
                legal=asked.legal,
                legal_at=asked.legal_at,
                noted_at=self._now(),
                noted_by=who.user,
            )
            self._note(session, who, "police_prewarned", headsup)
            count_up(session, stored.COUNTER)
            session.flush()
            return self._views(session, who, [row])[0]

    # Mobile alarms

    def lend(self, who: Who, form: LoanForm) -> Loan:
        """Somebody takes a mobile alarm out of the house (A20). Raises BadInput, Forbidden, and Refused where it is
        lent already."""
        who.must(Right.HEADSUP_WRITE)
        lent, mistakes = check.read_loan(form, self._house())
        if lent is None:
            raise BadInput(*mistakes)
        with self._ground.writing(who) as session:
            count_up(session, stored.COUNTER)  # two who lend the same one at once come one after the other
            for other in stored.loans(session):
                if other.device.casefold() == lent.device.casefold():
                    raise Refused(
                        _("{device} is lent to {holder}: note first that it is back.").format(
                            device=other.device, holder=other.holder
                        )
                    )
            row = AlarmLoanRow(
                device=lent.device,
                holder=lent.holder,
                place=lent.place,
                lent_at=self._now(),
                lent_by=who.user,
                due_at=lent.due_at,
            )
            session.add(row)
            session.flush()
            self._note(session, who, "alarm_lent", row.id, "loan")
            return _loan(row, self._now())

    def give_back(self, who: Who, loan: int) -> None:
        """A mobile alarm is back. Raises Forbidden, Refused."""
        who.must(Right.HEADSUP_WRITE)
        with self._ground.writing(who) as session:
            row = stored.loan(session, loan)
            if row is None or row.back_at is not None:
                raise Refused(_("This alarm is back already."))
            count_up(session, stored.COUNTER)  # a press of it must not be taken for its last holder's
            row.back_at = self._now()
            self._note(session, who, "alarm_back", loan, "loan")

    # Announced arrivals

    def announce(self, who: Who, form: ArrivalForm) -> Arrival:
        """Somebody says that they come without appointment (D6, D7). Raises BadInput, Forbidden."""
        who.must(Right.HEADSUP_WRITE)
        told, mistakes = check.read_arrival(form, self._house())
        if told is None:
            raise BadInput(*mistakes)
        self._must_search(who, told.person)
        with self._ground.writing(who) as session:
            if told.person is not None:
                self._persons.root(session, told.person)
            row = ArrivalRow(
                expected_at=told.expected_at,
                told_at=self._now(),
                told_by=who.user,
                person_id=told.person,
                citizen=told.citizen,
                case_ref=told.case_ref,
            )
            session.add(row)
            session.flush()
            self._note(session, who, "arrival_announced", row.id, "arrival")
            return _arrival(row, banned=row.id in self._banned_arrivals(session, who, [row]))

    def decide(self, who: Who, arrival: int, decision: str) -> Arrival:
        """Decide whether there is an appointment or no meeting, as far as the town hall leaves it open. Raises
        BadInput, Forbidden, and Refused where it is decided."""
        who.must(Right.ARRIVAL_DECIDE)
        if decision not in decisions(self._ground.settings.policy.headsups):
            raise BadInput(Mistake("decision", _("Choose what the citizen is told.")))
        with self._ground.writing(who) as session:
            row = stored.arrival(session, arrival)
            if row is None or row.decision:
                raise Refused(_("This is decided already."))
            row.decision, row.decided_at, row.decided_by = decision, self._now(), who.initials
            self._note(session, who, "arrival_decided", arrival, "arrival", decision=decision)
            session.flush()
            return _arrival(row, banned=row.id in self._banned_arrivals(session, who, [row]))

    # Inside

    def _facts(self, form: HeadsUpForm) -> check.Facts:
        facts, mistakes = check.read(form, self._house())
        if facts is None:
            raise BadInput(*mistakes)
        return facts

    def _must_search(self, who: Who, person: int | None) -> None:
        """Whoever names a known person must be able to have found them."""
        if person is not None:
            who.must(Right.PERSON_SEARCH)

    def _new(self, session: Session, who: Who, facts: check.Facts) -> HeadsUpRow:
        self._must_search(who, facts.person)
        now = self._now()
        row = HeadsUpRow(
            created_at=now,
            created_by=who.user,
            told_at=now,
            begins=facts.begins,
            until=facts.until,
            place=facts.place,
        )
        self._fill(row, facts)
        session.add(row)
        session.flush()
        self._note(session, who, "headsup_entered", row.id)
        return row

    def _changed(self, session: Session, who: Who, facts: check.Facts, form: HeadsUpForm, headsup: int) -> HeadsUpRow:
        row = self._row(session, who, headsup, hold=True)
        self._must_be(row, ("planned", "taken", "running", "postponed"))
        if form.version != row.version:
            raise Refused(_("Somebody has changed this heads-up since you opened it: open it again and compare."))
        if facts.person != row.person_id:
            self._must_search(who, facts.person)
        was = [getattr(row, name) for name in _SHOWN_TO_GUARDS]
        self._fill(row, facts)
        row.version += 1
        if row.stage == "postponed":
            row.stage, row.begun_at, row.well_at = "planned", None, None
        if [getattr(row, name) for name in _SHOWN_TO_GUARDS] != was:
            row.told_at, row.taken_at, row.taken_by = self._now(), None, ""
        session.flush()
        self._note(session, who, "headsup_changed", row.id)
        return row

    def _fill(self, row: HeadsUpRow, facts: check.Facts) -> None:
        row.begins, row.until = facts.begins, facts.until
        row.place, row.room_id, row.area = facts.place, facts.room, facts.area
        row.posture, row.reason, row.staff = facts.posture, facts.reason, list(facts.staff)
        row.case_ref, row.person_id, row.citizen = facts.case_ref, facts.person, facts.citizen
        row.stop_signal, row.note, row.ready = facts.stop_signal, facts.note, list(facts.ready)
        row.check_in_at, row.check_in_every = facts.check_in_at, facts.check_in_every

    def _step(
        self,
        who: Who,
        headsup: int,
        what: str,
        allowed: tuple[Status, ...],
        change: Callable[[HeadsUpRow, datetime], None],
    ) -> HeadsUpView:
        who.must(Right.HEADSUP_WRITE)
        with self._ground.writing(who) as session:
            row = self._row(session, who, headsup, hold=True)
            self._must_be(row, allowed)
            change(row, self._now())
            self._note(session, who, what, headsup)
            count_up(session, stored.COUNTER)
            session.flush()
            return self._views(session, who, [row])[0]

    def _must_be(self, row: HeadsUpRow, allowed: tuple[Status, ...]) -> None:
        status = status_of(row)
        if status in allowed:
            return
        raise Refused(
            {
                "planned": _("No guard has seen it yet: take it first."),
                "taken": _("A guard has seen it already."),
                "running": _("The meeting goes on: note that it is over instead."),
                "over": _("The meeting is over."),
                "postponed": _("The meeting is postponed: change it to give it a new time."),
                "called_off": _("The meeting is called off."),
            }[status]
        )

    def _row(self, session: Session, who: Who, headsup: int, *, hold: bool = False) -> HeadsUpRow:
        row = stored.headsup(session, headsup, hold=hold)
        if row is None or not _sees(who, row):
            raise Refused(_("This heads-up is not kept any more, or is another part of the house's matter."))
        return row

    def _views(self, session: Session, who: Who, rows: Iterable[HeadsUpRow]) -> tuple[HeadsUpView, ...]:
        shown = [row for row in rows if _sees(who, row)]
        banned = self._banned_rows(session, who, shown)
        told_by = initials(session, {row.created_by for row in shown})
        open_rows = [row for row in shown if status_of(row) in OPEN]
        may_read_why = who.may(Right.POLICE_PREWARN)
        settings = self._ground.settings
        return tuple(
            view_of(
                row,
                told_by.get(row.created_by, ""),
                settings,
                banned=row.id in banned,
                reason_of_prewarning=may_read_why,
                taken=_taken((other for other in open_rows if _overlap(row, other)), row.id),
            )
            for row in shown
        )

    def _banned_rows(self, session: Session, who: Who, rows: Iterable[HeadsUpRow]) -> set[int]:
        about = {row.id: (row.person_id, row.begins) for row in rows if row.person_id is not None}
        return self._banned_among(session, who, about)

    def _banned_arrivals(self, session: Session, who: Who, rows: Iterable[ArrivalRow]) -> set[int]:
        about = {row.id: (row.person_id, row.expected_at) for row in rows if row.person_id is not None}
        return self._banned_among(session, who, about)

    def _banned(self, session: Session, who: Who, about: Mapping[int, datetime]) -> set[int]:
        return self._banned_among(session, who, {person: (person, at) for person, at in about.items()})

    def _banned_among(self, session: Session, who: Who, about: Mapping[int, tuple[int | None, datetime]]) -> set[int]:
        """Of these, by their keys, whom a ban binds on that day; nobody for whoever may not look up bans."""
        if not who.may(Right.BAN_LOOKUP):
            return set()
        zone = self._ground.settings.site.zone
        bans = stored.bans_about(session, [person for person, _at in about.values() if person is not None])

        def binds(ban: BanRow, at: datetime) -> bool:
            return binds_on(ban, day_in(at, zone), zone)

        return {
            key
            for key, (person, at) in about.items()
            if person is not None and any(binds(ban, at) for ban in bans.get(person, []))
        }

    def _house(self) -> check.House:
        settings = self._ground.settings
        return check.House(now=self._now(), zone=settings.site.zone, rooms=settings.rooms)

    def _now(self) -> datetime:
        return self._ground.clock.now()

    def _day_of(self, moment: datetime) -> tuple[datetime, datetime]:
        """The day that a moment lies in, from midnight to midnight by the house's clock."""
        zone = self._ground.settings.site.zone
        day = day_in(moment, zone)
        begin = datetime.combine(day, time(), zone).astimezone(UTC)
        return begin, datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)

    def _note(
        self, session: Session, who: Who, what: str, number: int, subject: Subject = "headsup", **detail: object
    ) -> None:
        audit.note(session, self._ground.audit_key, self._now(), who, what, subject, number, detail=detail)


def _sees(who: Who, row: HeadsUpRow) -> bool:
    return who.sees_area(row.area) or row.created_by == who.user


def _overlap(one: HeadsUpRow, other: HeadsUpRow) -> bool:
    return one.begins < other.until and other.begins < one.until


def _taken(rows: Iterable[HeadsUpRow], but: int | None) -> set[str]:
    """The rooms of these meetings, but for one."""
    return {row.room_id for row in rows if row.room_id is not None and row.id != but and status_of(row) in OPEN}


def _loan(row: AlarmLoanRow, now: datetime) -> Loan:
    return Loan(
        id=row.id, device=row.device, holder=row.holder, place=row.place, due_at=row.due_at, overdue=row.due_at < now
    )


def _arrival(row: ArrivalRow, *, banned: bool) -> Arrival:
    return Arrival(
        id=row.id,
        expected_at=row.expected_at,
        known=row.person_id is not None,
        citizen=row.citizen,
        case_ref=row.case_ref,
        decision=row.decision,
        decided_by=row.decided_by,
        banned=banned,
    )
