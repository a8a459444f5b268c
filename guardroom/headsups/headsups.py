"""Heads-ups: what the guards are told before a meeting, how it goes, and what belongs to it (rules A20, C, D, X1).

Warnings, check-ins and how a meeting stands follow from times whenever somebody asks; nothing sets them. The citizen is
a known person or a few words: the name is shown only to whoever asks for it and may search among persons, and that is
logged.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from db import headsups as stored
from db import persons
from db.ban_tables import BanRow
from db.headsup_tables import AlarmLoanRow, ArrivalRow, HeadsUpRow, PrewarningRow
from db.people import count_up, initials, users
from guardroom.alarms.places import called, mobile_called
from guardroom.bans.life import binds_on
from guardroom.days import day_in, midnights, written
from guardroom.ground import Ground
from guardroom.headsups import check
from guardroom.headsups.form import ArrivalForm, HeadsUpForm, LoanForm, PrewarningForm
from guardroom.headsups.kinds import OPEN, UNENDED_DAYS, WITHDRAWN, Status, decisions
from guardroom.headsups.reading import read_calendar
from guardroom.headsups.rows import form_of, is_unended, status_of, view_of, written_number
from guardroom.headsups.view import Arrival, Calendar, Entry, HeadsUpView, Loan, Overview
from guardroom.headsups.warnings import NONE_OUT, Advice, Meeting, Out, advice
from guardroom.language import _
from guardroom.notices import meetings
from guardroom.people import audit
from guardroom.people.audit import Subject
from guardroom.people.persons import Persons
from guardroom.people.roles import Right, Role
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
        self._looked_up: set[tuple[int, int]] = set()
        """Whose bans were told to whom, by person and user, and logged on `_looked_up_on`."""
        self._looked_up_on: date | None = None

    # Reading

    def overview(self, who: Who, out: Out = NONE_OUT) -> Overview:
        """Everything on the tab that `who` may see. What nobody has ended is today's. `out` are the rooms that are
        out of service, as the monitor says. Raises Forbidden."""
        overview, looked_up = self._overview(who, out)
        self._log(who, looked_up)
        return overview

    def overview_unasked(self, who: Who, out: Out = NONE_OUT) -> Overview | None:
        """The same where nobody has asked for it; None where showing it would be a lookup that is to be logged. Raises
        Forbidden."""
        overview, looked_up = self._overview(who, out)
        return None if self._not_logged(who, looked_up) else overview

    def _overview(self, who: Who, out: Out) -> tuple[Overview, set[int]]:
        """Everything on the tab, and whose bans were looked up for it."""
        who.must(Right.HEADSUP_READ)
        now, zone = self._now(), self._ground.settings.site.zone
        day = day_in(now, zone)
        begin, end = midnights(day, day, zone)
        with self._ground.reading(who) as session:
            coming = stored.between(session, end, end + timedelta(days=check.FURTHEST_DAYS + 1))
            unended = [
                row
                for row in stored.between(session, begin - timedelta(days=UNENDED_DAYS), begin)
                if row.until <= begin and is_unended(row, now)
            ]
            today = [*unended, *stored.between(session, begin, end)]
            past = stored.before(session, begin, MOST_PAST)
            arrivals = [row for row in stored.arrivals(session, begin) if who.sees_area(row.area)]
            looked_up = self._looked_up_in(who, [*today, *coming, *past], arrivals)
            shown = self._views(session, who, [*today, *coming, *past], out)
            banned = self._banned_arrivals(session, who, arrivals)
            loans = [row for row in stored.loans(session) if who.sees_area(row.area)]
        in_today = {row.id for row in today}
        known = in_today | {row.id for row in past}
        views = {view.id: view for view in shown}
        overview = Overview(
            today=tuple(views[row.id] for row in today if row.id in views),
            coming=tuple(views[row.id] for row in coming if row.id in views and row.id not in known),
            past=tuple(views[row.id] for row in past if row.id in views and row.id not in in_today),
            loans=tuple(_loan(row, now) for row in loans),
            arrivals=tuple(_arrival(row, banned=row.id in banned) for row in arrivals),
        )
        return overview, looked_up

    def read(self, who: Who, headsup: int) -> HeadsUpView:
        """One heads-up. Raises Forbidden, Refused."""
        who.must(Right.HEADSUP_READ)
        with self._ground.reading(who) as session:
            row = self._row(session, who, headsup)
            looked_up = self._looked_up_in(who, [row])
            view = self._views(session, who, [row])[0]
        self._log(who, looked_up)
        return view

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
            self._note(session, who, "headsup_named", root, "person", headsup=headsup)
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

    def form_for_arrival(self, who: Who, arrival: int) -> HeadsUpForm:
        """A form with what is known of an announced arrival that was given an appointment (D6). Raises Forbidden,
        Refused."""
        who.must(Right.HEADSUP_WRITE)
        with self._ground.reading(who) as session:
            row = self._arrival_row(session, who, arrival, hold=False)
            expected = row.expected_at.astimezone(self._ground.settings.site.zone)
            return HeadsUpForm(
                day=written(expected.date()),
                begins=f"{expected:%H:%M}",
                reason="threat_before",
                case_ref=row.case_ref,
                person=row.person_id,
                citizen=row.citizen,
            )

    def advise(self, who: Who, form: HeadsUpForm, headsup: int | None = None, out: Out = NONE_OUT) -> Advice:
        """What is to be said of a heads-up before it is saved. `out` are the rooms that are out of service, as the
        monitor says. Raises BadInput, Forbidden, Refused."""
        who.must(Right.HEADSUP_WRITE)
        facts = self._facts(form)
        with self._ground.reading(who) as session:
            there = None if headsup is None else self._row(session, who, headsup)
            if there is None or facts.person != there.person_id:
                self._must_search(who, facts.person)
            banned = facts.person is not None and self._banned(session, who, {facts.person: facts.begins}) != set()
            taken = {each.room for each in stored.taken(session, facts.begins, facts.until) if each.headsup != headsup}
        if facts.person is not None and who.may(Right.BAN_LOOKUP):
            self._log(who, {facts.person})
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
        return advice(meeting, self._ground.settings, taken, out)

    def save(self, who: Who, form: HeadsUpForm, headsup: int | None = None) -> HeadsUpView:
        """Enter a heads-up, or change one; one that was postponed is planned anew. Raises BadInput, Forbidden, and
        Refused where somebody changed it since it was read, it is over, or it goes on and is moved."""
        who.must(Right.HEADSUP_WRITE)
        facts = self._facts(form)
        with self._ground.writing(who) as session:
            if facts.person is not None:
                self._persons.root(session, facts.person)
            row = (
                self._new(session, who, facts) if headsup is None else self._changed(session, who, facts, form, headsup)
            )
            count_up(session, stored.COUNTER)
            looked_up = self._looked_up_in(who, [row])
            view = self._views(session, who, [row])[0]
        self._log(who, looked_up)
        return view

    def read_file(self, who: Who, path: Path) -> Calendar:
        """The meetings in a calendar (ICS) or a list (CSV), each with what keeps it from being taken over; nothing is
        saved. Raises BadInput where the file cannot be read at all, Forbidden."""
        who.must(Right.HEADSUP_WRITE)
        with self._ground.reading(who) as session:
            staff = {row.initials for row in users(session) if row.disabled_at is None}
        found = read_calendar(path, self._ground.settings, staff)
        with self._ground.reading(who) as session:
            entries = tuple(self._offered(session, who, entry)[0] for entry in found.entries)
        return Calendar(source=found.source, entries=_each_once(entries), broken=found.broken)

    def take_over(self, who: Who, found: Calendar) -> int:
        """Save every meeting of what was read and looked at that has no problem, all of them or none; returns how many.
        Raises Forbidden."""
        who.must(Right.HEADSUP_WRITE)
        saved = 0
        with self._ground.writing(who) as session:
            for entry in found.entries:
                looked_at, facts = self._offered(session, who, entry)
                if facts is not None and not looked_at.problem:
                    self._new(session, who, facts, entry.origin)
                    saved += 1
            if saved:
                count_up(session, stored.COUNTER)
        return saved

    def _offered(self, session: Session, who: Who, entry: Entry) -> tuple[Entry, check.Facts | None]:
        """The entry with what keeps it from being taken over as it is now, and its values."""
        facts, mistakes = check.read(entry.form, self._house())
        problem = entry.problem or " ".join(dict.fromkeys(mistake.sentence for mistake in mistakes))
        if facts is not None and not problem:
            problem = self._there_already(session, who, entry.origin, facts)
        return replace(entry, problem=problem), facts

    def _there_already(self, session: Session, who: Who, origin: str, facts: check.Facts) -> str:
        """That a meeting of a file is known here, as a sentence; "" where it is not, or is not theirs to see."""
        for row in filter(partial(_sees, who), stored.of_origin(session, origin) if origin else []):
            if row.stage == "called_off":
                return _("It is called off here: {number}.").format(number=written_number(row.id))
            if row.begins != facts.begins or row.until != facts.until:
                return _("It is there at another time, as {number}: change it there.").format(
                    number=written_number(row.id)
                )
            return _("It is there already.")
        for row in filter(partial(_sees, who), stored.between(session, facts.begins, facts.until)):
            same_staff = row.staff == list(facts.staff)
            if row.begins != facts.begins or row.place != facts.place or (facts.room is None and not same_staff):
                continue
            if row.stage != "called_off":
                return _("It is there already.")
            if same_staff:
                return _("It is called off here: {number}.").format(number=written_number(row.id))
        return ""

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
            if row.begun_at is None and now < row.begins:
                raise Refused(_("The meeting has not begun: there is nobody to look in on yet."))
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
        """Note that the police are warned, with why and who was asked (D11-D13); what was noted before is kept. Raises
        BadInput, Forbidden, and Refused where somebody changed the heads-up since it was read."""
        who.must(Right.POLICE_PREWARN)
        with self._ground.writing(who) as session:
            roles = {row.initials: Role(row.role) for row in users(session)}
            asked, mistakes = check.read_prewarning(form, self._house(), roles)
            if asked is None:
                raise BadInput(*mistakes)
            row = self._row(session, who, headsup, hold=True)
            self._must_be(row, ("planned", "taken", "running", "postponed"))
            self._must_be_unchanged(row, form.version)
            row.version += 1
            warning = PrewarningRow(
                about=row.begins,
                reason=asked.reason,
                case_ref=asked.case_ref,
                leader=asked.leader,
                leader_at=asked.leader_at,
                legal=asked.legal,
                legal_at=asked.legal_at,
                noted_at=self._now(),
                noted_by=who.user,
            )
            row.prewarnings.append(warning)
            session.flush()
            self._note(session, who, "police_prewarned", headsup, prewarning=warning.id)
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
        device = self._device(lent.device)
        with self._ground.writing(who) as session:
            count_up(session, stored.COUNTER)  # two who lend the same one at once come one after the other
            for other in stored.loans(session):
                if called(self._device(other.device)) == called(device):
                    raise Refused(
                        _("{device} is lent to {holder}: note first that it is back.").format(
                            device=device, holder=other.holder
                        )
                    )
            row = AlarmLoanRow(
                device=device,
                holder=lent.holder,
                place=lent.place,
                lent_at=self._now(),
                lent_by=who.user,
                due_at=lent.due_at,
                area=who.area,
            )
            session.add(row)
            session.flush()
            self._note(session, who, "alarm_lent", row.id, "loan")
            return _loan(row, self._now())

    def _device(self, named: str) -> str:
        """The name that the house gave this mobile alarm; what was written where it gave none."""
        meant = mobile_called(named, self._ground.settings.mobiles)
        return named if meant is None else meant.name

    def give_back(self, who: Who, loan: int) -> None:
        """A mobile alarm is back. Raises Forbidden, Refused."""
        who.must(Right.HEADSUP_WRITE)
        with self._ground.writing(who) as session:
            row = stored.loan(session, loan)
            if row is None or row.back_at is not None or not who.sees_area(row.area):
                raise Refused(_("This alarm is back already, or was lent by another part of the house."))
            count_up(session, stored.COUNTER)  # a press of it must not be taken for its last holder's
            row.back_at = self._now()
            count_up(session, stored.COUNTER)
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
                area=who.area,
            )
            session.add(row)
            session.flush()
            self._note(session, who, "arrival_announced", row.id, "arrival")
            looked_up = self._looked_up_in(who, [], [row])
            arrival = _arrival(row, banned=row.id in self._banned_arrivals(session, who, [row]))
        self._log(who, looked_up)
        return arrival

    def decide(self, who: Who, arrival: int, decision: str) -> Arrival:
        """Decide whether there is an appointment or no meeting, as far as the town hall leaves it open. Raises
        BadInput, Forbidden, and Refused where it is decided."""
        who.must(Right.ARRIVAL_DECIDE)
        if decision not in decisions(self._ground.settings.policy.headsups):
            raise BadInput(Mistake("decision", _("Choose what the citizen is told.")))
        with self._ground.writing(who) as session:
            row = self._arrival_row(session, who, arrival, hold=True)
            if row.decision:
                raise Refused(_("This is decided already."))
            row.decision, row.decided_at, row.decided_by = decision, self._now(), who.initials
            self._note(session, who, "arrival_decided", arrival, "arrival", decision=decision)
            session.flush()
            return _arrival(row, banned=row.id in self._banned_arrivals(session, who, [row]))

    def withdraw(self, who: Who, arrival: int) -> Arrival:
        """Whoever said that they come takes it back, or it was a mistake: there is nothing to decide. Raises Forbidden,
        and Refused where it is decided."""
        who.must(Right.HEADSUP_WRITE)
        with self._ground.writing(who) as session:
            row = self._arrival_row(session, who, arrival, hold=True)
            if row.decision:
                raise Refused(_("This is decided already."))
            row.decision, row.decided_at, row.decided_by = WITHDRAWN, self._now(), who.initials
            self._note(session, who, "arrival_withdrawn", arrival, "arrival")
            session.flush()
            return _arrival(row, banned=False)

    # Inside

    def _arrival_row(self, session: Session, who: Who, arrival: int, *, hold: bool) -> ArrivalRow:
        row = stored.arrival(session, arrival, hold=hold)
        if row is None or not who.sees_area(row.area):
            raise Refused(_("This is not kept any more, or is another part of the house's matter."))
        return row

    def _facts(self, form: HeadsUpForm) -> check.Facts:
        facts, mistakes = check.read(form, self._house())
        if facts is None:
            raise BadInput(*mistakes)
        return facts

    def _must_search(self, who: Who, person: int | None) -> None:
        """Whoever names a known person must be able to have found them."""
        if person is not None:
            who.must(Right.PERSON_SEARCH)

    def _new(self, session: Session, who: Who, facts: check.Facts, origin: str = "") -> HeadsUpRow:
        self._must_search(who, facts.person)
        now = self._now()
        row = HeadsUpRow(
            created_at=now,
            created_by=who.user,
            told_at=now,
            begins=facts.begins,
            until=facts.until,
            place=facts.place,
            area=who.area,
            origin=origin,
        )
        self._fill(row, facts)
        session.add(row)
        session.flush()
        self._note(session, who, "headsup_entered", row.id)
        meetings.tell_announced(session, self._ground.settings, row, now)
        return row

    def _changed(self, session: Session, who: Who, facts: check.Facts, form: HeadsUpForm, headsup: int) -> HeadsUpRow:
        row = self._row(session, who, headsup, hold=True)
        self._must_be(row, ("planned", "taken", "running", "postponed"))
        self._must_be_unchanged(row, form.version)
        self._must_not_move_on(row, facts)
        if facts.person != row.person_id:
            self._must_search(who, facts.person)
        was = [getattr(row, name) for name in _SHOWN_TO_GUARDS]
        again, area = row.stage == "postponed", row.area
        if facts.room is None and row.room_id is not None:
            row.area = who.area
        self._fill(row, facts)
        row.version += 1
        if again:
            row.stage, row.well_at, row.watched_at, row.watched_until = "planned", None, None, None
        if again or [getattr(row, name) for name in _SHOWN_TO_GUARDS] != was:
            row.told_at, row.taken_at, row.taken_by = self._now(), None, ""
            meetings.tell_changed(session, self._ground.settings, row, area, self._now())
        session.flush()
        self._note(session, who, "headsup_changed", row.id)
        return row

    def _fill(self, row: HeadsUpRow, facts: check.Facts) -> None:
        row.begins, row.until = facts.begins, facts.until
        row.place, row.room_id = facts.place, facts.room
        if facts.room is not None:
            row.area = facts.area
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
            if status_of(row) in ("postponed", "called_off"):
                meetings.tell_cancelled(session, self._ground.settings, row, self._now())
            self._note(session, who, what, headsup)
            count_up(session, stored.COUNTER)
            session.flush()
            return self._views(session, who, [row])[0]

    def _must_be_unchanged(self, row: HeadsUpRow, version: int) -> None:
        if version != row.version:
            raise Refused(_("Somebody has changed this heads-up since you opened it: open it again and compare."))

    def _must_not_move_on(self, row: HeadsUpRow, facts: check.Facts) -> None:
        """A meeting that goes on is not another one to come."""
        zone = self._ground.settings.site.zone
        if status_of(row) == "running" and (
            facts.begins > self._now() or day_in(facts.begins, zone) != day_in(row.begins, zone)
        ):
            raise Refused(_("The meeting goes on: note that it is over, and enter the next one by itself."))

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

    def _views(
        self, session: Session, who: Who, rows: Iterable[HeadsUpRow], out: Out = NONE_OUT
    ) -> tuple[HeadsUpView, ...]:
        shown = [row for row in rows if _sees(who, row)]
        banned = self._banned_rows(session, who, shown)
        told_by = initials(session, {row.created_by for row in shown})
        taken = _Rooms(session, [row for row in shown if status_of(row) in OPEN])
        may_read_why = who.may(Right.POLICE_PREWARN)
        settings = self._ground.settings
        return tuple(
            view_of(
                row,
                told_by.get(row.created_by, ""),
                settings,
                banned=row.id in banned,
                reason_of_prewarning=may_read_why,
                taken=taken.beside(row),
                out=out,
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

    def _looked_up_in(self, who: Who, rows: Iterable[HeadsUpRow], arrivals: Iterable[ArrivalRow] = ()) -> set[int]:
        """Whose bans are looked up to show these."""
        if not who.may(Right.BAN_LOOKUP):
            return set()
        about = [*(row.person_id for row in rows if _sees(who, row)), *(row.person_id for row in arrivals)]
        return {person for person in about if person is not None}

    def _log(self, who: Who, looked_up: set[int]) -> None:
        """Every lookup of a ban is logged with its purpose; one that is seen again and again, once a day."""
        new = self._not_logged(who, looked_up)
        if not new:
            return
        with self._ground.writing(who) as session:
            key, now = self._ground.audit_key, self._now()
            audit.note_each(session, key, now, who, "lookup", "person", sorted(new), why="heads_up")
        self._looked_up |= {(who.user, person) for person in new}

    def _not_logged(self, who: Who, looked_up: set[int]) -> set[int]:
        today = day_in(self._now(), self._ground.settings.site.zone)
        if today != self._looked_up_on:
            self._looked_up_on = today
            self._looked_up.clear()
        return {person for person in looked_up if (who.user, person) not in self._looked_up}

    def _note(
        self, session: Session, who: Who, what: str, number: int, subject: Subject = "headsup", **detail: object
    ) -> None:
        audit.note(session, self._ground.audit_key, self._now(), who, what, subject, number, detail=detail)


def _sees(who: Who, row: HeadsUpRow) -> bool:
    return who.sees_area(row.area) or row.created_by == who.user


def _each_once(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries, of which those that stand in the file for a second time are told so."""
    seen: set[str] = set()
    found: list[Entry] = []
    for entry in entries:
        again = bool(entry.origin) and entry.origin in seen
        seen.add(entry.origin)
        found.append(replace(entry, problem=entry.problem or _("It stands in the file twice.")) if again else entry)
    return tuple(found)


class _Rooms:
    """Which rooms have another meeting while these go on: all meetings count, whoever may see them."""

    def __init__(self, session: Session, rows: Sequence[HeadsUpRow]) -> None:
        first = min((row.begins for row in rows), default=None)
        last = max((row.until for row in rows), default=None)
        found = [] if first is None or last is None else stored.taken(session, first, last)
        self._taken = sorted(found, key=lambda each: each.begins)
        self._begins = [each.begins for each in self._taken]

    def beside(self, row: HeadsUpRow) -> set[str]:
        """The rooms that are taken at the time of this one, but for itself."""
        near = self._taken[
            bisect_left(self._begins, row.begins - check.LONGEST) : bisect_right(self._begins, row.until)
        ]
        return {
            each.room for each in near if each.headsup != row.id and each.begins < row.until and row.begins < each.until
        }


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
