"""The incident log: written once, read by whom it concerns, and added to; never changed.

Saving locks the text. What turns out later is an addendum; a person who becomes known later is joined to the
description. What is half written is a draft, which only its owner sees.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from db import bans, incidents
from db.ban_tables import BanRow
from db.incident_tables import AddendumRow, DraftRow, IncidentRow, SubjectRow
from db.people import count_up
from guardroom.bans.life import binds_on
from guardroom.days import day_in, written
from guardroom.followups.making import created
from guardroom.ground import Ground
from guardroom.incidents import access, drafts, prefill, saving, seal, search, sheet, showing, words
from guardroom.incidents.check import account_mistakes, happened, several_lines, tidy
from guardroom.incidents.form import AlarmRef, IncidentForm, SubjectForm
from guardroom.incidents.ladder import Occurrence, standing
from guardroom.incidents.places import lies_in
from guardroom.incidents.view import (
    DraftView,
    IncidentLine,
    IncidentPage,
    IncidentView,
    LadderStanding,
    UnwrittenAlarm,
)
from guardroom.language import _
from guardroom.notices.telling import tell_incident
from guardroom.people import audit
from guardroom.people.folding import born
from guardroom.people.persons import Persons
from guardroom.people.roles import Right, Role
from guardroom.people.who import Who
from guardroom.printed import put
from guardroom.refusal import BadInput, Forbidden, Mistake, Refused

UNWRITTEN_DAYS = 14
"""How long a closed alarm without an incident is offered to be written about."""
LONGEST_PAGE = 200
_AT_ONCE = 500
_CHANNELS = {
    "full": "in_person",
    "department": "in_person",
    "contact": "",
    "mail_redirect": "mail",
    "mail_block": "mail",
}
"""How a ban of each kind is breached; a contact restriction in more ways than one."""
_SAME_BREACH = timedelta(minutes=2)
_SAME_LOOK = timedelta(minutes=10)
"""For how long a ladder that is looked at again while somebody writes is one look."""


class DraftGone(Refused):
    """The draft that a form was kept as has been saved or thrown away meanwhile, in another window or elsewhere."""


class IncidentLog:
    """The incidents of one house. Every method raises Forbidden where the role may not."""

    def __init__(self, ground: Ground, persons: Persons) -> None:
        self._ground = ground
        self._persons = persons
        self._looked: tuple[Who, int, datetime] | None = None

    # Beginning a form.

    def blank(self, who: Who) -> IncidentForm:
        """A form for now."""
        who.must(Right.INCIDENT_LOG)
        here = self._ground.clock.now().astimezone(self._ground.settings.site.zone)
        return IncidentForm(
            day=written(here.date()),
            time=f"{here:%H:%M}",
            took_part=who.initials if who.role is Role.GUARD else "",
        )

    def from_alarm(self, who: Who, alarm: AlarmRef) -> IncidentForm:
        """A form filled in as far as the alarm tells. Raises Refused where this database does not have it yet."""
        who.must(Right.INCIDENT_LOG)
        with self._ground.reading(who) as session:
            row = saving.alarm_of(session, alarm)
            until = row.closed_at or self._ground.clock.now()
            on_duty = incidents.on_duty(session, row.station, until)
            form = prefill.from_alarm(row, on_duty, self._ground.settings)
        if who.role is not Role.GUARD:
            return form
        # Where nobody was signed on to the shift, whoever writes was likely there; who asked, only they can say.
        return replace(form, took_part=form.took_part or who.initials)

    def of_breach(self, who: Who, ban: int) -> IncidentForm:
        """A form about the breach of a ban that binds today; it names the person, and so is logged as a lookup. Raises
        Refused where the ban does not bind."""
        who.must(Right.BAN_BREACH)
        with self._ground.writing(who) as session:
            form = self._breach(session, who, self._binding(session, ban))
            self._looked_up(session, who, ban)
            return form

    def unwritten(self, who: Who, limit: int = 10) -> tuple[UnwrittenAlarm, ...]:
        """Real alarms closed in the last `UNWRITTEN_DAYS` days that nobody has written about, newest first; of the
        own part of the house. For guards and leaders."""
        who.must(Right.INCIDENT_PERSON)
        since = self._ground.clock.now() - timedelta(days=UNWRITTEN_DAYS)
        with self._ground.reading(who) as session:
            rows = [row for row in incidents.unwritten_alarms(session, since) if who.sees_area(row.block)]
        return tuple(
            UnwrittenAlarm(
                alarm=AlarmRef(station=row.station, number=row.number),
                pressed_at=row.pressed_at,
                place=row.place,
                outcome=row.outcome,
            )
            for row in rows[:limit]
        )

    # Saving.

    def mistakes(self, who: Who, form: IncidentForm) -> tuple[Mistake, ...]:
        """Everything for which `save` would refuse the form. Raises Refused where its alarm is not there yet."""
        who.must(Right.INCIDENT_LOG)
        with self._ground.reading(who) as session:
            return saving.examine(session, self._ground, who, form).mistakes

    def save(self, who: Who, form: IncidentForm, draft: int | None = None) -> IncidentView:
        """Save and lock an incident; the draft it was is gone with it. The same form of the same user a moment later is
        the same incident. Raises BadInput, Refused, and DraftGone where the draft is there no more."""
        who.must(Right.INCIDENT_LOG)
        with self._ground.writing(who) as session:
            return self._save(session, who, form, draft)

    def breach(self, who: Who, ban: int, place: str) -> IncidentView:
        """Log at once that a ban is breached; what was logged of it at this station a moment ago is not logged again,
        and whoever may not see that is told of its number alone.

        Raises Refused where the ban does not bind today, or what happened has to be told (a contact restriction: which
        way? parts of the town hall: which of them?); BadInput (field "place") where no place is given and it is about
        being here, or the ban is not about that place.
        """
        who.must(Right.BAN_BREACH)
        with self._ground.writing(who) as session:
            row = self._binding(session, ban, lock=True)
            if row.kind == "contact":
                raise Refused(_("Say how they made contact: log this breach with the incident form."))
            told = not place.strip() or lies_in(row.scope, place, self._ground.settings) is not None
            if row.kind == "department" and not told:
                raise Refused(_("Say where they were: log this breach with the incident form."))
            since = self._ground.clock.now() - _SAME_BREACH
            logged = incidents.last_breach(session, row.id, who.station, since)
            if logged is not None:
                return self._again(session, who, logged) if access.sees(who, logged) else showing.only_logged(logged)
            return self._save(session, who, self._breach(session, who, row, place), None)

    def _save(self, session: Session, who: Who, form: IncidentForm, draft: int | None) -> IncidentView:
        examined = saving.examine(session, self._ground, who, form)
        saved = saving.saved_already(session, self._ground, who, examined)
        there = draft is None or incidents.drop_draft(session, who.user, draft)
        if saved is not None:
            return self._again(session, who, saved)
        if not there:
            raise DraftGone(
                _(
                    "This draft was saved or thrown away elsewhere: look in the list, and save again only if it is not"
                    " there."
                )
            )
        row = saving.store(session, self._ground, self._persons, who, examined)
        session.flush()
        created(session, self._ground, row)
        sealed, about = seal.saved_seal(self._sealing, row), seal.about_seal(self._sealing, row)
        self._note(session, who, "incident_saved", row.id, kind=row.kind, sealed=sealed, about=about)
        tell_incident(session, self._ground.settings, row, self._ground.clock.now())
        return self._view(session, who, row)

    def _again(self, session: Session, who: Who, row: IncidentRow) -> IncidentView:
        """What was saved already, shown again."""
        self._note(session, who, "incident_opened", row.id, text=access.reads_text(who, row))
        return self._view(session, who, row)

    def _binding(self, session: Session, ban: int, *, lock: bool = False) -> BanRow:
        """A ban that can be breached today. Raises Refused."""
        row = bans.ban(session, ban, lock=lock)
        if row is None or not binds_on(row, self._today(), self._ground.settings.site.zone):
            raise Refused(_("This ban does not bind today; log what happened as another kind of incident."))
        return row

    def _breach(self, session: Session, who: Who, row: BanRow, place: str = "") -> IncidentForm:
        here = self._ground.clock.now().astimezone(self._ground.settings.site.zone)
        person = bans.kept_persons(session, [row.person_id])[row.person_id]
        channel = _CHANNELS[row.kind]
        return IncidentForm(
            kind="ban_breach",
            day=written(here.date()),
            time=f"{here:%H:%M}",
            place=place if channel == "in_person" else "",
            channel=channel,
            subjects=(SubjectForm(person=person.id, name=person.name),),
            took_part=who.initials if who.role is Role.GUARD else "",
            account=words.breach(row.kind, row.number),
            ban=row.id,
        )

    # Adding to what was saved.

    def add(self, who: Who, incident: int, text: str) -> IncidentView:
        """Add a correction or what turned out later. Raises BadInput (field "text"), Refused."""
        said = several_lines(text)
        with self._ground.writing(who) as session:
            row = self._seen(session, who, incident, lock=True)
            if not access.may_add(who, row):
                raise Forbidden(_("You may add only to what you may read."))
            if wrong := account_mistakes("text", said):
                raise BadInput(*wrong)
            added = AddendumRow(at=self._ground.clock.now(), by_id=who.user, text=said)
            row.addenda.append(added)
            saving.add_to_search(session, row.id, said)
            session.flush()
            self._note(session, who, "incident_added_to", row.id, sealed=seal.added_seal(self._sealing, added))
            return self._view(session, who, row)

    def join(self, who: Who, incident: int, subject: int, person: int | None) -> IncidentView:
        """Say who somebody was that had only been described; for whoever may correct persons, also that it was
        somebody else than was thought, or (None) not this person: that also whoever named them the same day. For
        guards, and for others in their own part of the house. Raises Refused."""
        who.must(Right.INCIDENT_PERSON)
        who.must(Right.PERSON_SEARCH)
        with self._ground.writing(who) as session:
            # No decision about a ban is made meanwhile: it may rest on this incident.
            count_up(session, "ban")
            row = self._seen(session, who, incident, lock=True)
            if not access.may_name(who, row):
                raise Forbidden(
                    _("This happened in another part of the house: tell the leader there whom it was about.")
                )
            one = next((one for one in row.subjects if one.id == subject), None)
            if one is None:
                raise Refused(_("The incident is not about this person any more; open it again."))
            if one.person_id is not None and not (person is None and self._named_today(who, row, subject)):
                who.must(Right.PERSON_EDIT)
            if person is None and one.person_id is None:
                raise Refused(_("Nobody is named here: it is not known who it was."))
            root = None if person is None else self._persons.root(session, person)
            others = [other.person_id for other in row.subjects if other.person_id is not None]
            if root in {kept.id for kept in bans.kept_persons(session, others).values()}:
                raise Refused(_("This person is in the incident already."))
            self._name(session, who, row, one, root)
            return self._view(session, who, row)

    def mistaken(self, who: Who, incident: int, person: int, note: str) -> IncidentView:
        """Somebody in an incident was taken for this person and was not: they are unknown from now on, and the note is
        kept with the person. For whoever may add to the incident. Raises BadInput (field "note"), Refused."""
        who.must(Right.BAN_LOOKUP)
        with self._ground.writing(who) as session:
            count_up(session, "ban")
            row = self._seen(session, who, incident, lock=True)
            if not access.may_add(who, row):
                raise Forbidden(_("You may add only to what you may read."))
            records = self._persons.group(session, person)
            one = next((one for one in row.subjects if one.person_id in records), None)
            if one is None:
                raise Refused(_("The incident is not about this person any more; open it again."))
            self._persons.keep_mistaken(session, who, records[0], note)
            self._name(session, who, row, one, None)
            return self._view(session, who, row)

    def _name(self, session: Session, who: Who, row: IncidentRow, one: SubjectRow, root: int | None) -> None:
        """Say who somebody in an incident is, None for nobody known; it stands among what was added."""
        was, one.person_id = one.person_id, root
        # The addendum says which of them; the name is read from the person whenever it is shown.
        what = "joined" if root is not None else "parted"
        added = AddendumRow(at=self._ground.clock.now(), by_id=who.user, text=str(one.id), what=what)
        row.addenda.append(added)
        session.flush()
        sealed, about = seal.added_seal(self._sealing, added), seal.about_seal(self._sealing, row)
        told: dict[str, object] = {"subject": one.id, "person": root, "was": was}
        self._note(session, who, f"incident_{what}", row.id, **told, sealed=sealed, about=about)

    def _named_today(self, who: Who, row: IncidentRow, subject: int) -> bool:
        """Whether it was they who said today who this is."""
        said = [line for line in row.addenda if line.what in ("joined", "parted") and line.text == str(subject)]
        zone = self._ground.settings.site.zone
        return bool(said) and said[-1].by_id == who.user and day_in(said[-1].at, zone) == self._today()

    # Reading.

    def read(self, who: Who, incident: int) -> IncidentView:
        """One incident, as far as it is theirs to see; the reading is logged. Raises Refused."""
        with self._ground.writing(who) as session:
            row = self._seen(session, who, incident)
            self._note(session, who, "incident_opened", row.id, text=access.reads_text(who, row))
            return self._view(session, who, row)

    def print_sheet(self, who: Who, incident: int) -> Path:
        """Write an incident into the letters' folder as a sheet to be printed, as far as it is theirs to see; one that
        was written before is replaced. It is logged as read and as printed. Raises Refused."""
        settings, now = self._ground.settings, self._ground.clock.now()
        path: Path | None = None
        try:
            with self._ground.writing(who) as session:
                row = self._seen(session, who, incident)
                text = access.reads_text(who, row)
                self._note(session, who, "incident_opened", row.id, text=text)
                self._note(session, who, "incident_printed", row.id, text=text)
                view = self._view(session, who, row)
                alarm = None
                if view.alarm is not None:
                    alarm = incidents.alarm(session, view.alarm.station, view.alarm.number)
                moments = () if alarm is None else sheet.response(alarm, initials=text)
                page = sheet.sheet(view, moments, settings, now)
                path = put(settings.letters.folder, f"{view.number}.html", page)
        except BaseException:
            # No sheet lies there that the log does not tell of.
            if path is not None:
                path.unlink(missing_ok=True)
            raise
        return path

    def page(self, who: Who, query: str = "", before: IncidentLine | None = None, limit: int = 50) -> IncidentPage:
        """The history, newest first: all that is theirs to see, or what is found in it where `query` says something.
        Opening it (the first page, nothing searched for) is logged; each letter of a search is not."""
        who.must(Right.INCIDENT_LIST, Right.INCIDENT_LOG)
        settings = self._ground.settings
        older = None if before is None else (before.happened_at, before.id)
        limit = max(1, min(limit, LONGEST_PAGE))
        wanted = search.read_query(query, settings.site.zone)
        sight = access.sight(who)
        opening = wanted.empty and before is None
        with self._ground.writing(who) if opening else self._ground.reading(who) as session:
            if opening:
                self._note_list(session, who)
            if not wanted.empty:
                rows = incidents.found(
                    session,
                    [(word.text, word.kinds) for word in wanted.words],
                    sight,
                    older,
                    limit + 1,
                    number=wanted.number,
                    since=wanted.since,
                    until=wanted.until,
                )
            else:
                rows = incidents.lines(session, who.user if sight.own_only else None, older, limit + 1)
            return IncidentPage(lines=showing.lines(session, settings, who, rows[:limit]), more=len(rows) > limit)

    def listing(self, who: Who) -> Iterator[IncidentView]:
        """Every incident that is theirs to see, oldest first, as far as it is; logged before the first is given."""
        who.must(Right.INCIDENT_LIST, Right.INCIDENT_LOG)
        with self._ground.writing(who) as session:
            self._note_list(session, who)
        with self._ground.reading(who) as session:
            after: tuple[datetime, int] | None = None
            while rows := incidents.all_incidents(session, None if access.sees_all(who) else who.user, after, _AT_ONCE):
                yield from showing.views(session, self._ground.settings, who, rows)
                after = rows[-1].happened_at, rows[-1].id
                session.expunge_all()

    # The ladder.

    def ladder(self, who: Who, person: int | None, form: IncidentForm) -> LadderStanding:
        """Where a person stands with what is being written; None for somebody who is not known yet. Logged once for
        each person, not with every word that is written."""
        who.must(Right.INCIDENT_PERSON)
        tidied = tidy(form)
        with self._looking(who, person) as session:
            pressed_at = None
            if tidied.alarm is not None:
                pressed_at = saving.alarm_of(session, tidied.alarm).pressed_at
            at = happened(tidied, saving.house_of(self._ground, pressed_at)) or self._ground.clock.now()
            this = Occurrence(happened_at=at, kind=tidied.kind, behaviours=tidied.behaviours)
            return self._standing(session, person, this)

    def ladder_of(self, who: Who, incident: int, person: int) -> LadderStanding:
        """Where a person stood with an incident that was saved. Raises Refused."""
        who.must(Right.INCIDENT_PERSON)
        with self._looking(who, person) as session:
            return self._standing(session, person, _occurrence(self._seen(session, who, incident)))

    @contextmanager
    def _looking(self, who: Who, person: int | None) -> Iterator[Session]:
        """A session to look at the ladder of a person, which is logged unless they have just looked at it."""
        now = self._ground.clock.now()
        if person is None or (self._looked is not None and self._looked[:2] == (who, person) and now < self._looked[2]):
            with self._ground.reading(who) as session:
                yield session
            return
        with self._ground.writing(who) as session:
            audit.note(session, self._ground.audit_key, now, who, "ladder_opened", "person", person)
            yield session
        self._looked = who, person, now + _SAME_LOOK

    def _standing(self, session: Session, person: int | None, this: Occurrence) -> LadderStanding:
        rows: list[IncidentRow] = []
        if person is not None:
            rows = incidents.incidents_of(session, self._persons.group(session, person))
        settings = self._ground.settings
        return standing(settings.policy.ladder, this, map(_occurrence, rows), settings.site.zone)

    # Drafts.

    def keep_draft(self, who: Who, form: IncidentForm, draft: int | None) -> int:
        """Keep what is half written, in place of the draft it was; returns the draft's number. A CPR number in it is
        crossed out, never refused: an alarm does not wait. Raises DraftGone where that draft is there no more."""
        who.must(Right.INCIDENT_LOG)
        kept = drafts.kept(form)
        with self._ground.writing(who) as session:
            row = incidents.draft(session, who.user, draft, lock=True) if draft is not None else None
            if row is None and draft is not None:
                raise DraftGone(_("This draft is gone: it was saved or thrown away."))
            if row is None:
                row = DraftRow(owner_id=who.user, kind="", saved_at=self._ground.clock.now(), body="")
                session.add(row)
            row.kind, row.body, row.saved_at = kept.kind, drafts.encode(kept), self._ground.clock.now()
            row.alarm_station = kept.alarm.station if kept.alarm is not None else None
            row.alarm_number = kept.alarm.number if kept.alarm is not None else None
            session.flush()
            return row.id

    def drafts(self, who: Who) -> tuple[DraftView, ...]:
        """One's own drafts, the one kept last first."""
        who.must(Right.INCIDENT_LOG)
        with self._ground.reading(who) as session:
            return tuple(map(showing.draft_view, incidents.drafts(session, who.user)))

    def draft(self, who: Who, draft: int) -> IncidentForm:
        """A draft of one's own, to be written on. Raises Refused where there is none such."""
        who.must(Right.INCIDENT_LOG)
        with self._ground.writing(who) as session:
            row = incidents.draft(session, who.user, draft)
            if row is None:
                raise Refused(_("This draft is gone: it was saved or thrown away."))
            return self._with_persons(session, who, drafts.decode(row.body))

    def drop_draft(self, who: Who, draft: int) -> None:
        """Throw a draft of one's own away."""
        who.must(Right.INCIDENT_LOG)
        with self._ground.writing(who) as session:
            incidents.drop_draft(session, who.user, draft)

    def _with_persons(self, session: Session, who: Who, form: IncidentForm) -> IncidentForm:
        """The form with what tells the known persons in it, which a draft does not keep: of those whom they may see.

        Whoever may not look persons up sees the name of whom a ban binds today that they may log a breach of; a lookup
        like others.
        """
        ids = [subject.person for subject in form.subjects if subject.person is not None]
        kept = bans.kept_persons(session, ids)
        searches = who.may(Right.PERSON_SEARCH)
        if not searches:
            bound = None
            if form.ban is not None and who.may(Right.BAN_BREACH):
                bound = saving.bound_by(session, form.ban, self._today(), self._ground.settings.site.zone)
            kept = {each: row for each, row in kept.items() if row.id in (bound or ())}
            if kept and form.ban is not None:
                self._looked_up(session, who, form.ban)

        def told(subject: SubjectForm) -> SubjectForm:
            if subject.person is None:
                return subject
            row = kept.get(subject.person)
            if row is None or not searches:
                return replace(subject, name="" if row is None else row.name)
            return replace(subject, name=row.name, birth=born(row.birth_date, row.birth_year), case_ref=row.case_ref)

        return replace(form, subjects=tuple(map(told, form.subjects)))

    def _seen(self, session: Session, who: Who, incident: int, *, lock: bool = False) -> IncidentRow:
        who.must(Right.INCIDENT_LIST, Right.INCIDENT_LOG)
        row = incidents.incident(session, incident, lock=lock)
        if row is None:
            raise Refused(_("There is no such incident."))
        access.must_see(who, row)
        return row

    def _view(self, session: Session, who: Who, row: IncidentRow) -> IncidentView:
        return showing.views(session, self._ground.settings, who, [row])[0]

    @property
    def _sealing(self) -> bytes:
        return self._ground.secret.key(seal.KEY)

    def _today(self) -> date:
        return day_in(self._ground.clock.now(), self._ground.settings.site.zone)

    def _looked_up(self, session: Session, who: Who, ban: int) -> None:
        key, now = self._ground.audit_key, self._ground.clock.now()
        audit.note(session, key, now, who, "lookup", "ban", ban, why="here_now")

    def _note_list(self, session: Session, who: Who) -> None:
        audit.note(session, self._ground.audit_key, self._ground.clock.now(), who, "incidents_listed", "list")

    def _note(self, session: Session, who: Who, what: str, incident: int, **detail: object) -> None:
        key, now = self._ground.audit_key, self._ground.clock.now()
        audit.note(session, key, now, who, what, "incident", incident, detail=detail)


def _occurrence(row: IncidentRow) -> Occurrence:
    return Occurrence(happened_at=row.happened_at, kind=row.kind, behaviours=tuple(row.behaviours), number=row.number)
