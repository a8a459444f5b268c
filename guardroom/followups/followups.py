"""What must be done: listed, closed with what proves it, exempted from with a reason, handed on; and the closing of
incidents (rule L2). Follow-ups are made where what asks for them is stored (`making`)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from db import followups as stored
from db import incidents
from db.followup_tables import FollowUpRow, IncidentClosingRow
from db.incident_tables import IncidentRow
from db.people import initials as initials_of
from guardroom.days import day_in, read_day, written
from guardroom.followups import access, closing, making, rules, showing
from guardroom.followups.closing import SO_FAR, Closing, ClosingForm
from guardroom.followups.exporting import listed, write_csv
from guardroom.followups.kinds import ABSENCE_WITHDRAWN, BY_HAND, KINDS, REGISTERS
from guardroom.followups.rules import Wanted
from guardroom.followups.view import FollowUpLine, FollowUpPage, IncidentDuties, KindCount, Which
from guardroom.ground import Ground
from guardroom.language import _
from guardroom.notices.telling import tell_police_report
from guardroom.people import audit
from guardroom.people.roles import RIGHTS, Right, Role
from guardroom.people.who import Who
from guardroom.refusal import BadInput, Forbidden, Mistake, Refused
from guardroom.settings import FollowUpPolicy

LONGEST_PAGE = 200
_AT_ONCE = 1000
"""So many lines of an export are read at a time."""

_BEFORE = timedelta(days=366)
"""What no incident asks for may have been done so long before it was due to begin."""


class FollowUps:
    """The follow-ups of one house. Every method raises Forbidden where the role may not."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    # Looking

    def page(self, who: Who, which: Which = "mine", after: FollowUpLine | None = None, limit: int = 50) -> FollowUpPage:
        """Open ones by their deadline: "mine", those of "area", "all"; or the "closed" ones, the last one first."""
        who.must(Right.FOLLOWUP_SEE)
        limit = max(1, min(limit, LONGEST_PAGE))
        with self._ground.reading(who) as session:
            rows = self._rows(session, who, which, after, limit + 1)
            return FollowUpPage(lines=self._lines(session, who, rows[:limit]), more=len(rows) > limit)

    def counts(self, who: Who, which: Which = "mine") -> tuple[KindCount, ...]:
        """How many are open and overdue of each kind, of "mine" or of what is to be seen; the most overdue first."""
        who.must(Right.FOLLOWUP_SEE)
        now, sight = self._ground.clock.now(), access.sight(who)
        where = stored.is_own(sight) if which == "mine" else stored.seen(sight)
        with self._ground.reading(who) as session:
            tallies = stored.tallies(session, now, now, self._day(now), where)
        found: dict[str, tuple[int, int]] = {}
        for one in tallies:
            if which == "area" and not who.sees_area(one.area):
                continue
            count, overdue = found.get(one.kind, (0, 0))
            found[one.kind] = count + one.open, overdue + one.overdue
        kinds = [KindCount(kind=kind, open=count, overdue=late) for kind, (count, late) in found.items()]
        return tuple(sorted(kinds, key=lambda one: (-one.overdue, KINDS.index(one.kind))))

    def of_incident(self, who: Who, incident: int) -> IncidentDuties:
        """What an incident asks for, as far as it is theirs to see, and whether it is closed. Raises Refused."""
        who.must(Right.FOLLOWUP_SEE)
        who.must(Right.INCIDENT_LIST, Right.FOLLOWUP_AREA)
        with self._ground.reading(who) as session:
            return self._duties(session, who, self._incident(session, incident))

    def export(self, who: Who, which: Which = "mine") -> Path:
        """Write the whole list for a spreadsheet into the letters' folder, with nobody's name in it; logged before the
        first line is written. Raises Refused."""
        who.must(Right.FOLLOWUP_SEE)
        settings, now = self._ground.settings, self._ground.clock.now()
        with self._ground.writing(who) as session:
            asked = which == "mine", which == "area", which == "closed"
            count = stored.how_many(session, access.sight(who), *asked)
            self._note(session, who, "follow_ups_exported", "list", None, which=which, count=count)
        with self._ground.reading(who) as session:
            found = stored.whole_list(session, access.sight(who), *asked, _AT_ONCE)
            return write_csv(settings, listed(session, settings, who, found, now), which, now)

    # Closing one

    def close(self, who: Who, follow_up: int, form: ClosingForm) -> None:
        """Close one with what proves it, or say why it is not done; of accounts that come one by one also only how many
        there are so far. Raises BadInput, Refused."""
        who.must(Right.FOLLOWUP_SEE)
        now = self._ground.clock.now()
        with self._ground.writing(who) as session:
            incident = self._held_incident(session, follow_up)
            row = self._mine(session, who, follow_up)
            if row.kind == "normalisation":
                raise Refused(_("The attempt is noted on the ban itself: that closes this too."))
            siblings = [] if incident is None else stored.of_incident(session, incident.id)
            reported = any(one.kind == "injury_report" and one.state == "done" for one in siblings)
            since = self._day(row.began_at - _BEFORE if incident is None else incident.happened_at)
            made = closing.read(row.kind, form, self._policy, since, self._day(now), reported)
            # Why there is an exemption may tell of somebody's health: it stands here, not in the log.
            self._note(session, who, f"follow_up_{made.result}", "follow_up", row.id, kind=row.kind)
            if made.result == SO_FAR:
                row.count, row.expected = made.count, made.expected
                return
            _put(row, made, who, now)
            if incident is not None:
                self._what_follows(session, incident, row, siblings, made, now)

    def _what_follows(
        self,
        session: Session,
        incident: IncidentRow,
        row: FollowUpRow,
        siblings: list[FollowUpRow],
        made: Closing,
        now: datetime,
    ) -> None:
        """What is to be done because of how this ended: of a police report (K11-K13, F7, K19), each of them; of an
        injury report, unless the incident is registered already (L2)."""
        policy, zone = self._policy, self._ground.settings.site.zone
        wanted: tuple[Wanted, ...] = ()
        if row.kind == "police_report" and made.result == "done":
            wanted = rules.of_occasion("reported", policy, now, zone)
            tell_police_report(session, self._ground.settings, incident.id, row.id, now)
        elif row.kind == "police_report":
            wanted = rules.of_occasion("not_reported", policy, now, zone)
            if made.reason == "employee_declines":
                # The leader's note is there already: its reference was asked for.
                wanted = tuple(one for one in wanted if one.kind != "no_report_note")
        elif row.kind == "injury_report" and made.result != "done" and not _is_registered(siblings):
            wanted = (rules.internal_registration(policy, now, zone),)
        making.again(session, incident, siblings, wanted, now)

    def hand_on(self, who: Who, follow_up: int, role: str, initials: str = "", remind: str = "") -> None:
        """Let another role, or one person of it, see to it from now on (L17), and remind on a day. Raises BadInput."""
        who.must(Right.FOLLOWUP_SEE)
        now = self._ground.clock.now()
        with self._ground.writing(who) as session:
            row = self._mine(session, who, follow_up)
            wrong: list[Mistake] = []
            if role not in set(Role) or Right.FOLLOWUP_SEE not in RIGHTS[Role(role)]:
                wrong.append(Mistake("role", _("Choose who is to see to it.")))
            named = initials.strip().upper()
            user = stored.active_user(session, named) if named else None
            if named and (user is None or user.role != role):
                wrong.append(Mistake("initials", _("There is nobody of that role with these initials.")))
            day = read_day(remind) if remind.strip() else None
            if remind.strip() and (day is None or day < self._day(now)):
                wrong.append(Mistake("remind", _("Give a day to come, as 24-11-2025.")))
            if wrong:
                raise BadInput(*wrong)
            if role != row.owner_role:
                row.from_role = "" if row.from_role == role else row.from_role or row.owner_role
            row.owner_role, row.owner_id, row.remind_on = role, None if user is None else user.id, day
            self._note(session, who, "follow_up_handed_on", "follow_up", row.id, role=role, user=row.owner_id)

    # What an incident asks for beside the policy

    def add(self, who: Who, incident: int, kind: str) -> None:
        """Ask for something that the policy does not, or not any more. Raises Refused where it is open already."""
        who.must(Right.FOLLOWUP_CLOSE)
        now, zone = self._ground.clock.now(), self._ground.settings.site.zone
        if kind not in BY_HAND:
            raise BadInput(Mistake("kind", _("Choose what is to be done.")))
        with self._ground.writing(who) as session:
            place = self._of_own_area(session, who, incident)
            there = stored.of_incident(session, incident)
            if any(one.kind == kind and one.closed_at is None for one in there):
                raise Refused(_("That is on the list already."))
            facts = making.facts_of(place, self._ground.settings)
            wanted = rules.by_hand(kind, facts, self._policy, who.role.value, now, zone)
            making.again(session, place, there, (wanted,), now)
            self._note(session, who, "follow_up_added", "incident", incident, kind=kind)
            self._open_again(session, who, incident)

    def absence(self, who: Who, incident: int, on: str = "") -> None:
        """Somebody is absent because of an incident: the injury report is due so many days after the first day (L4),
        the earliest one that is told. Nothing else is kept of it. Raises BadInput (field "on"), Refused."""
        who.must(Right.FOLLOWUP_AREA)
        now, zone = self._ground.clock.now(), self._ground.settings.site.zone
        with self._ground.writing(who) as session:
            place = self._of_own_area(session, who, incident)
            day = read_day(on) if on.strip() else self._day(now)
            happened = day_in(place.happened_at, zone)
            if day is None or not happened <= day <= self._day(now):
                said = _("Give the first day of absence: from {day} until today.").format(day=written(happened))
                raise BadInput(Mistake("on", said))
            there = stored.of_incident(session, incident)
            if any(one.kind == "injury_report" and one.state == "done" for one in there):
                raise Refused(_("The injury is reported already: tell them of the absence there."))
            wanted = rules.after_absence(self._policy, day, zone)
            row = _open_report(there)
            if row is None:
                making.again(session, place, there, (wanted,), now, because=rules.TOLD)
            elif not _absence_told(row) or wanted.began_at < row.began_at:
                _move(row, wanted)
            self._note(session, who, "incident_absence", "incident", incident)
            self._open_again(session, who, incident)

    def withdraw_absence(self, who: Who, incident: int) -> None:
        """Nobody was absent after all, or not from that day on: the injury report is due as if no day had been told.
        One that was asked for because of the absence alone goes. Raises Refused where no day has been told."""
        who.must(Right.FOLLOWUP_AREA)
        now, zone = self._ground.clock.now(), self._ground.settings.site.zone
        with self._ground.writing(who) as session:
            place = self._of_own_area(session, who, incident)
            there = stored.of_incident(session, incident)
            row = _open_report(there)
            if row is None or not _absence_told(row):
                raise Refused(_("No first day of absence has been told, or the report is closed."))
            facts = making.facts_of(place, self._ground.settings)
            earlier = any(one.kind == "injury_report" and one.id != row.id for one in there)
            if making.is_because(row, rules.TOLD) and (earlier or not rules.wants_report(facts, self._policy)):
                # What it was before stands: another one that was closed, or the registration in the house.
                row.state, row.closed_at, row.closed_by = "not_relevant", now, who.user
                row.reason, row.remind_on = ABSENCE_WITHDRAWN, None
                if not _is_registered(there):
                    making.again(session, place, there, (rules.internal_registration(self._policy, now, zone),), now)
            else:
                _move(row, rules.injury_report(facts, self._policy, zone))
            self._note(session, who, "incident_absence_withdrawn", "incident", incident)

    # Closing an incident

    def close_incident(self, who: Who, incident: int) -> None:
        """Everything about it is done. Raises Refused while neither injury report nor registration is made (L2)."""
        who.must(Right.FOLLOWUP_CLOSE)
        with self._ground.writing(who) as session:
            self._of_own_area(session, who, incident)
            rows = stored.of_incident(session, incident)
            if stored.closing(session, incident) is not None:
                raise Refused(_("The incident is closed already."))
            if why := _hindrance(rows):
                raise Refused(why)
            session.add(IncidentClosingRow(incident_id=incident, at=self._ground.clock.now(), by_id=who.user))
            self._note(session, who, "incident_closed", "incident", incident, open=_count_open(rows))

    def reopen_incident(self, who: Who, incident: int) -> None:
        """Something is to be done about it after all. Raises Refused where it is open."""
        who.must(Right.FOLLOWUP_CLOSE)
        with self._ground.writing(who) as session:
            self._of_own_area(session, who, incident)
            if not self._open_again(session, who, incident):
                raise Refused(_("The incident is open."))

    def _open_again(self, session: Session, who: Who, incident: int) -> bool:
        row = stored.closing(session, incident)
        if row is None:
            return False
        session.delete(row)
        self._note(session, who, "incident_reopened", "incident", incident)
        return True

    # Below

    @property
    def _policy(self) -> FollowUpPolicy:
        return self._ground.settings.policy.follow_ups

    def _day(self, now: datetime) -> date:
        return day_in(now, self._ground.settings.site.zone)

    def _rows(
        self, session: Session, who: Who, which: Which, after: FollowUpLine | None, limit: int
    ) -> list[FollowUpRow]:
        sight = access.sight(who)
        if which == "closed":
            closed_at = None if after is None else after.closed_at
            before = None if after is None or closed_at is None else (closed_at, after.id)
            return stored.closed_page(session, sight, before, limit)
        later = None if after is None else (after.due_at, after.id)
        return stored.open_page(session, sight, which == "mine", which == "area", later, limit)

    def _lines(self, session: Session, who: Who, rows: list[FollowUpRow]) -> tuple[FollowUpLine, ...]:
        return showing.lines(session, self._ground.settings, who, rows, self._ground.clock.now())

    def _mine(self, session: Session, who: Who, follow_up: int) -> FollowUpRow:
        """One that is theirs to close, held. Raises Refused, Forbidden."""
        row = stored.follow_up(session, follow_up, lock=True)
        if row is None:
            raise Refused(_("There is no such follow-up."))
        if not access.may_close(who, row):
            raise Forbidden(_("Whoever sees to it closes it, or a leader of that part of the house."))
        if row.closed_at is not None:
            raise Refused(_("It is closed already; look at the list again."))
        return row

    def _held_incident(self, session: Session, follow_up: int) -> IncidentRow | None:
        """The incident that one is about, held before the follow-up itself is: whoever wants both asks in this order,
        so that nobody waits for another who waits for them."""
        row = stored.follow_up(session, follow_up)
        return None if row is None or row.incident_id is None else self._incident(session, row.incident_id, lock=True)

    def _incident(self, session: Session, incident: int, *, lock: bool = False) -> IncidentRow:
        row = incidents.incident(session, incident, lock=lock)
        if row is None:
            raise Refused(_("There is no such incident."))
        return row

    def _of_own_area(self, session: Session, who: Who, incident: int) -> IncidentRow:
        """One of their part of the house, held. Raises Refused, Forbidden."""
        row = self._incident(session, incident, lock=True)
        if not who.sees_area(row.area):
            raise Forbidden(_("This happened in another part of the house."))
        return row

    def _duties(self, session: Session, who: Who, incident: IncidentRow) -> IncidentDuties:
        rows = stored.of_incident(session, incident.id)
        lines = self._lines(session, who, [row for row in rows if access.sees(who, row)])
        if not who.may(Right.INCIDENT_LIST) and not who.sees_area(incident.area):
            return IncidentDuties(lines=lines)
        closed = stored.closing(session, incident.id)
        by = "" if closed is None else initials_of(session, [closed.by_id]).get(closed.by_id, "")
        return IncidentDuties(
            lines=lines,
            closed_at=None if closed is None else closed.at,
            closed_by=by,
            hindrance=_hindrance(rows),
            may_close=access.leads(who, incident.area),
        )

    def _note(
        self, session: Session, who: Who, what: str, subject: audit.Subject, number: int | None, **detail: object
    ) -> None:
        key, now = self._ground.audit_key, self._ground.clock.now()
        audit.note(session, key, now, who, what, subject, number, detail=detail)


def _put(row: FollowUpRow, made: Closing, who: Who, now: datetime) -> None:
    row.state, row.closed_at, row.closed_by = made.result, now, who.user
    row.done_on, row.reference, row.count, row.yes_no = made.on, made.reference, made.count, made.yes_no
    row.company = made.company
    row.reason, row.reason_text, row.remind_on = made.reason, made.text, None


def _is_registered(rows: list[FollowUpRow]) -> bool:
    """Whether the injury is reported, or registered in the house."""
    return any(row.kind in REGISTERS and row.state == "done" for row in rows)


def _open_report(rows: list[FollowUpRow]) -> FollowUpRow | None:
    return next((row for row in rows if row.kind == "injury_report" and row.closed_at is None), None)


def _absence_told(row: FollowUpRow) -> bool:
    """Whether the deadline of an injury report goes by a first day of absence."""
    return row.rule.startswith(f"{rules.TOLD}:")


def _move(row: FollowUpRow, wanted: Wanted) -> None:
    row.began_at, row.due_at, row.rule = wanted.began_at, wanted.due_at, wanted.rule


def _hindrance(rows: list[FollowUpRow]) -> str:
    """Why an incident with these cannot be closed, "" where it can."""
    if _open_report(rows) is not None:
        return _("The work injury report is missing: make it, or say why not and register it in the house.")
    if not _is_registered(rows):
        return _("Neither an injury report nor an internal registration is made: the incident stays open until then.")
    return ""


def _count_open(rows: list[FollowUpRow]) -> int:
    return sum(row.closed_at is None for row in rows)
