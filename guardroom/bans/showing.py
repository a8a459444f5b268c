"""A ban as whoever asks may see it: reasons are hidden by role and by part of the house."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from db import bans as stored
from db import persons
from db.ban_tables import BanRow
from db.people import initials
from db.people_tables import PersonRow
from guardroom.bans import card as cards
from guardroom.bans import words
from guardroom.bans.cautions import cautions
from guardroom.bans.check import form_of
from guardroom.bans.decision import Facts
from guardroom.bans.form import BanForm
from guardroom.bans.kinds import Standing
from guardroom.bans.life import STANDS, UNDECIDED, first_day, last_day, normalise_by
from guardroom.bans.lines import line_of, strictest_first
from guardroom.bans.requirements import needs, without_reasons
from guardroom.bans.rows import decision_of, recorded_about, standing_of
from guardroom.bans.unheard import parts
from guardroom.bans.view import BanCard, BanEvent, BanLine, BanView, OtherBan, SignatureView
from guardroom.days import written
from guardroom.language import _
from guardroom.people.folding import born
from guardroom.people.roles import RIGHTS, Right
from guardroom.people.who import Who
from guardroom.settings import Settings

_RUNS: frozenset[Standing] = frozenset(("coming", "active"))
READERS = tuple(role.value for role, rights in RIGHTS.items() if Right.BAN_READ in rights)
"""The roles that confirm having read each new ban (H12)."""


def sees_reasons(who: Who, row: BanRow) -> bool:
    """Whether the asker may read why."""
    return who.may(Right.BAN_REASONS) and who.sees_area(row.area)


def may_see(who: Who, standing: Standing) -> bool:
    """Whether the asker may know of a ban that stands so: guard and front desk see none that is not active, but
    whoever has to confirm it sees it from the day on which it is put in force."""
    if who.may(Right.BAN_PAST):
        return True
    return standing == "active" or (standing == "coming" and who.may(Right.BAN_READ))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a ban's view is made from: the row, what the rules say of it, its person with all records of them, the seal
    of its text, and what is wrong with it ("" where it is as it was signed)."""

    row: BanRow
    facts: Facts
    person: PersonRow
    group: tuple[int, ...]
    seal: str
    doubt: str


def view_of(session: Session, settings: Settings, who: Who, shown: Shown, today: date, may: frozenset[str]) -> BanView:
    """The whole ban for `who`; `may` are the steps they may take."""
    row = shown.row
    reasons = sees_reasons(who, row)
    standing = standing_of(row, today)
    policy = settings.policy.bans
    due = standing in _RUNS or row.stage in (*UNDECIDED, "decided", "served")
    view = BanView(
        id=row.id,
        number=row.number,
        person=shown.person.id,
        name=shown.person.name,
        born=born(shown.person.birth_date, shown.person.birth_year),
        standing=standing,
        form=form_of(shown.facts.decision),
        reasons_hidden=not reasons,
        starts_on=first_day(row.starts_on, row.served_on),
        ends_on=row.ends_on,
        hearing_sent_on=row.hearing_sent_on,
        hearing_due_on=row.hearing_due_on,
        hearing_answered_on=row.hearing_answered_on,
        hearing_answer=row.hearing_answer,
        hearing_ground=parts(row.hearing_skipped)[0],
        hearing_skipped=parts(row.hearing_skipped)[1],
        heard=shown.facts.heard,
        weighed=shown.facts.weighed,
        decided_at=row.decided_at,
        letter_ref=row.letter_ref,
        served_on=row.served_on,
        served_how=row.served_how,
        normalised_on=row.normalised_on,
        normalisation_result=row.normalisation_result,
        normalise_by=normalise_by(row.starts_on, row.ends_on, policy.normalise_before_days)
        if due and row.normalised_on is None
        else None,
        lifted_on=row.lifted_on,
        lifted_reason=row.lifted_reason,
        extends=shown.facts.extends.number if shown.facts.extends else "",
        extends_until=shown.facts.extends.last if shown.facts.extends else None,
        extended_by=", ".join(each.number for each in stored.extensions_of(session, row.id)),
        signatures=_signatures(row, policy.signatories),
        incidents=shown.facts.incidents,
        others=tuple(
            OtherBan(number=each.number, kind=each.kind, starts_on=each.starts_on, last=each.last)
            for each in shown.facts.others
            if each.starts_on <= each.last and each.last >= today
        ),
        needs=needs(shown.facts, policy, today),
        may=may,
        log=_log(session, row.id),
        not_listed=_not_listed(row),
        seal=shown.seal,
        warnings=(shown.doubt,) if shown.doubt else (),
    )
    if standing in _RUNS:
        view = _with_readers(session, view)
    if reasons:
        recorded = recorded_about(session, settings, shown.group)
        said = cautions(shown.facts, recorded, today, settings.site.zone, policy.hearing_days)
        return replace(view, warnings=(*view.warnings, *said))
    return _without_reasons(view)


def card_of(session: Session, settings: Settings, who: Who, row: BanRow, today: date, doubt: str) -> BanCard:
    """The card of one ban; `doubt` is what is to be read before anybody acts on it, "" where nothing is."""
    records = persons.group(session, row.person_id)
    person = records[0]
    policy = settings.policy
    read = row.id in stored.read_by(session, who.user)
    line = line_of(row, person, today, policy.bans, read=read or not who.may(Right.BAN_READ))
    decision = decision_of(row)
    if line.standing == "active":
        now = cards.do_now(decision, policy.police_call)
    else:
        now = cards.not_now(decision, line.standing, written(row.starts_on))
    others = active_of(session, settings, records, today)
    names = dict.fromkeys(
        name for each in records for name in (each.name, *each.aliases) if name and name != person.name
    )
    return BanCard(
        id=row.id,
        number=row.number,
        person=person.id,
        name=person.name,
        born=line.born,
        case_ref=" / ".join(dict.fromkeys(case for case in (person.case_ref, row.case_ref) if case)),
        aliases=tuple(names),
        description=person.description,
        kind=row.kind,
        standing=line.standing,
        starts_on=first_day(row.starts_on, row.served_on),
        ends_on=last_day(row.ends_on, row.lifted_on),
        days_left=line.days_left,
        scope=line.scope,
        allowed=cards.allowed(decision),
        forbidden=cards.forbidden(decision),
        do_now=(doubt, *now) if doubt else now,
        read=line.read,
        also=tuple(_also(other, last) for other, last in others if other.id != row.id),
    )


def active_of(
    session: Session, settings: Settings, records: list[PersonRow], today: date
) -> list[tuple[BanLine, date | None]]:
    """The active bans of a person with their last days, the strictest first; `records` are the person's."""
    found = [
        (line_of(row, records[0], today, settings.policy.bans), last_day(row.ends_on, row.lifted_on))
        for row in stored.bans_of(session, [record.id for record in records])
        if standing_of(row, today) == "active"
    ]
    return sorted(found, key=lambda each: strictest_first(each[0]))


def decided_of(session: Session, records: list[PersonRow], today: date) -> tuple[OtherBan, ...]:
    """The bans of a person that are decided and not over, the one that begins first before the others."""
    rows = stored.bans_of(session, [record.id for record in records])
    found = []
    for row in rows:
        first, last = first_day(row.starts_on, row.served_on), last_day(row.ends_on, row.lifted_on)
        if row.stage in STANDS and first is not None and last is not None and max(first, today) <= last:
            told = row.stage != "decided"
            found.append(OtherBan(number=row.number, kind=row.kind, starts_on=first, last=last, told=told))
    return tuple(sorted(found, key=lambda other: (other.starts_on, other.number)))


def _also(line: BanLine, last: date | None) -> str:
    return _("{number}: {kind}, until {day}").format(number=line.number, kind=words.kind(line.kind), day=written(last))


def _signatures(row: BanRow, named: tuple[str, ...]) -> tuple[SignatureView, ...]:
    given = {
        each.role: SignatureView(role=each.role, name=each.name, title=each.title, at=each.at)
        for each in row.signatures
    }
    if row.decided_at is not None:
        return tuple(given.values())
    open_roles = tuple(role for role in named if role not in given) if row.stage in UNDECIDED else ()
    return (*given.values(), *(SignatureView(role=role) for role in open_roles))


def _not_listed(row: BanRow) -> tuple[str, ...]:
    """What a ban lacks that was taken over in force from the case system's list, which nobody signed here."""
    if row.stage != "in_force" or row.signatures:
        return ()
    said = {
        _("ways to reach us"): bool(decision_of(row).open_channels),
        _("incidents"): bool(row.incidents),
        _("reasons"): bool(row.reasons),
        _("less intrusive means"): bool(row.less_intrusive),
        _("hearing"): bool(row.hearing_sent_on or row.hearing_skipped),
        _("day of the decision"): row.decided_at is not None,
        _("signatures"): False,
        _("service on the citizen"): row.served_on is not None,
    }
    return tuple(what for what, there in said.items() if not there)


def _log(session: Session, ban_id: int) -> tuple[BanEvent, ...]:
    rows = stored.events(session, ban_id)
    by = initials(session, (row.by_id for row in rows))
    return tuple(BanEvent(at=row.at, by=by.get(row.by_id, ""), what=row.what, detail=row.detail) for row in rows)


def _with_readers(session: Session, view: BanView) -> BanView:
    readers = stored.readers(session, view.id)
    guards = stored.enabled_users(session, READERS)
    return replace(
        view,
        read_by=tuple(sorted(initials(session, readers).values())),
        not_read_by=tuple(guard.initials for guard in guards if guard.id not in readers),
    )


def _without_reasons(view: BanView) -> BanView:
    plain: BanForm = replace(view.form, reasons="", incidents=(), less_intrusive="", normalisation="")
    return replace(
        view,
        form=plain,
        incidents=(),
        others=(),
        needs=without_reasons(view.needs),
        seal="",
        hearing_sent_on=None,
        hearing_due_on=None,
        hearing_answered_on=None,
        hearing_answer="",
        hearing_ground="",
        hearing_skipped="",
        heard=False,
        weighed=(),
        normalisation_result="",
        lifted_reason="",
        log=tuple(replace(line, detail="") for line in view.log),
    )
