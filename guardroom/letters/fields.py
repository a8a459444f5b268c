"""The fields that a template may use, and what they are filled with. docs/letters.md tells template writers the same.

Every text is one line without control characters; lists are lists of such. A text that is not known is "".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta

from guardroom.bans.decision import paragraphs
from guardroom.bans.kinds import ATTENDANCE
from guardroom.bans.life import UNDECIDED
from guardroom.bans.unheard import in_full
from guardroom.bans.view import BanView, LinkedIncident, OtherBan
from guardroom.days import day_in
from guardroom.incidents.view import IncidentView, SubjectView
from guardroom.letters.words import (
    aim,
    allowed,
    behaviours,
    from_when,
    kind,
    limits,
    long_day,
    municipality,
    still_applies,
    town,
    what_happened,
)
from guardroom.people.roles import Role, named
from guardroom.people.who import Who
from guardroom.settings import Settings
from guardroom.text import clean

_LONGEST = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """What every letter can use."""

    municipality: str
    """Its full name: `Byby Kommune`."""
    town: str
    """The place beside the date: `Byby`."""
    site: str
    """The town hall's name."""
    address: str
    phone: str
    today: str
    """The day the letter is written, in full: `21. november 2026`."""
    name: str
    """The citizen's."""
    born: str
    """Birth year or day as far as known."""
    case_ref: str
    """The case number in the case system."""
    number: str
    """Our own number of the ban or incident."""
    draft: bool
    """True until the decision is made: the letter is then marked as a draft."""
    author_name: str
    """Whoever writes the letter."""
    author_title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedIncident:
    """One incident a ban rests on."""

    number: str
    day: str
    time: str
    place: str
    what: str
    behaviours: tuple[str, ...]
    """What was recorded that the citizen did, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """One signature: name, title and role, and the day it was given, "" where it is still missing (H18, H19)."""

    name: str
    title: str
    role: str
    signed_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfBan(Common):
    """What letters about a ban can use: hearing, ban, extension, lift."""

    kind: str
    """What kind of ban, as what follows "the decision about"."""
    aim: str
    """What it does to the citizen: "to give you an attendance ban"."""
    attendance: bool
    """True where it forbids being somewhere."""
    extends: str
    """The number of the ban that this one goes on from."""
    extends_until: str
    """That one's last day."""
    starts_on: str
    ends_on: str
    """The last day on which it holds."""
    hearing_from: str
    """From when it is to hold, as the hearing letter says: never before the citizen can have answered."""
    limits: tuple[str, ...]
    """What the citizen may not do: sentences."""
    allowed: tuple[str, ...]
    """How they reach the municipality: sentences."""
    contact_person: str
    contact_phone: str
    contact_hours: str
    mail_to: str
    """The town hall's mailbox where mail is redirected, the citizen's address where one is blocked; else ""."""
    incidents: tuple[DatedIncident, ...]
    """The incidents it rests on, oldest first."""
    reasons: tuple[str, ...]
    """The reasons, one paragraph each, without those of `hearing_weighed`."""
    less_intrusive: tuple[str, ...]
    """Which lesser means were considered, one paragraph each."""
    hearing_sent_on: str
    """When the citizen was asked about the text as it is; "" where they were not, as are the answer and its day."""
    hearing_due_on: str
    """Until when the citizen can answer."""
    hearing_answered_on: str
    hearing_answer: tuple[str, ...]
    hearing_weighed: tuple[str, ...]
    """How the answer was weighed, one paragraph each."""
    hearing_skipped: str
    """Why there was no hearing, or it was cut short: the law's ground, then the concrete reason."""
    hearing_other_on: str
    """When the citizen was asked about another text than this; "" where they were not."""
    hearing_other_answered_on: str
    """When they answered that; "" where they did not."""
    normalisation: str
    """How normal contact is to come back (H8)."""
    normalise_by: str
    decided_on: str
    copy: bool
    """True where the decision's letter was filed or served before: what is written now is a copy of it."""
    signatures: tuple[Signed, ...]
    lifted_on: str
    lifted_later: bool
    """True where that day is still to come."""
    lifted_reason: str
    others: tuple[str, ...]
    """The citizen's other bans that apply or are to begin, a line each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfIncident(Common):
    """What the letter about conduct can use (G3, G8)."""

    day: str
    time: str
    place: str
    what: str
    """What happened, in a sentence to the citizen."""
    breach: bool
    """True where it breached a ban."""
    bans: tuple[str, ...]
    """The citizen's bans that apply or are to begin, a line each."""
    behaviours: tuple[str, ...]
    """What the citizen did, in words."""
    asked_to_leave: str
    """When they were asked to leave; "" where they were not."""


def names(kind: type[Common]) -> frozenset[str]:
    """The fields of a letter, and those of its lists' lines."""
    lines = (Signed, DatedIncident) if kind is OfBan else ()
    return frozenset(each.name for part in (kind, *lines) for each in fields(part))


def context(filled: Common) -> Mapping[str, object]:
    """The fields as a template gets them, cleaned."""
    return {name: _cleaned(value) for name, value in asdict(filled).items()}


def of_ban(view: BanView, who: Who, settings: Settings, today: date, *, draft: bool) -> OfBan:
    """The fields of a letter about this ban, as `who` writes it today."""
    form, zone = view.form, settings.site.zone
    reasons = paragraphs(form.reasons)
    due = view.hearing_due_on if view.heard else None
    if due is None and settings.policy.bans.hearing_days:
        due = today + timedelta(days=settings.policy.bans.hearing_days)
    return OfBan(
        **_common(who, settings, today),
        name=view.name,
        born=view.born,
        case_ref=form.case_ref,
        number=view.number,
        draft=draft,
        kind=kind(form.kind),
        aim=aim(form.kind),
        attendance=form.kind in ATTENDANCE,
        extends=view.extends,
        extends_until=long_day(view.extends_until),
        starts_on=long_day(view.starts_on),
        ends_on=long_day(view.ends_on),
        hearing_from=from_when(view.starts_on, due),
        limits=limits(form, settings),
        allowed=allowed(form, settings),
        contact_person=form.contact_person,
        # A number beside the ways that are open would look like one of them.
        contact_phone=form.contact_phone if "phone" in form.channels else "",
        contact_hours=form.contact_hours,
        mail_to=form.mail_to if form.kind in ("mail_redirect", "mail_block") else "",
        incidents=tuple(
            _dated(each, settings) for each in sorted(view.incidents, key=lambda linked: linked.happened_at)
        ),
        reasons=reasons[: len(reasons) - len(view.weighed)],
        less_intrusive=paragraphs(form.less_intrusive),
        hearing_sent_on=long_day(view.hearing_sent_on if view.heard else None),
        hearing_due_on=long_day(due),
        hearing_answered_on=long_day(view.hearing_answered_on if view.heard else None),
        hearing_answer=paragraphs(view.hearing_answer if view.heard else ""),
        hearing_weighed=view.weighed,
        hearing_skipped=in_full(view.hearing_ground, view.hearing_skipped),
        hearing_other_on=long_day(None if view.heard else view.hearing_sent_on),
        hearing_other_answered_on=long_day(None if view.heard else view.hearing_answered_on),
        normalisation=form.normalisation,
        normalise_by=long_day(view.normalise_by),
        decided_on=long_day(None if view.decided_at is None else day_in(view.decided_at, zone)),
        copy=view.standing not in (*UNDECIDED, "decided") or bool(view.letter_ref),
        signatures=tuple(
            Signed(
                name=each.name,
                title=each.title,
                role=named(Role(each.role)),
                signed_on=long_day(None if each.at is None else day_in(each.at, zone)),
            )
            for each in view.signatures
        ),
        lifted_on=long_day(view.lifted_on),
        lifted_later=view.lifted_on is not None and view.lifted_on > today,
        lifted_reason=view.lifted_reason,
        others=tuple(
            still_applies(each) for each in view.others if view.lifted_on is None or each.last >= view.lifted_on
        ),
    )


def of_incident(
    view: IncidentView, to: SubjectView, bans: tuple[OtherBan, ...], who: Who, settings: Settings, today: date
) -> OfIncident:
    """The fields of the letter about this incident to one of those it was about, who has these bans."""
    zone = settings.site.zone
    happened = view.happened_at.astimezone(zone)
    asked = view.asked_to_leave_at
    return OfIncident(
        **_common(who, settings, today),
        name=to.name,
        born=to.born,
        case_ref=to.case_ref,
        number=view.number,
        draft=False,
        day=long_day(happened.date()),
        time=f"{happened:%H.%M}",
        place=view.place,
        what=what_happened(view.kind, view.channel, view.breached),
        breach=view.kind == "ban_breach",
        bans=tuple(still_applies(each) for each in bans),
        behaviours=behaviours(view.behaviours),
        asked_to_leave="" if asked is None else f"{asked.astimezone(zone):%H.%M}",
    )


def _common(who: Who, settings: Settings, today: date) -> dict[str, str]:
    return {
        "municipality": municipality(settings.policy.municipality),
        "town": town(settings.policy.municipality),
        "site": settings.site.name,
        "address": settings.site.address,
        "phone": settings.site.phone,
        "today": long_day(today),
        "author_name": who.name,
        "author_title": who.title or named(who.role),
    }


def _dated(incident: LinkedIncident, settings: Settings) -> DatedIncident:
    happened = incident.happened_at.astimezone(settings.site.zone)
    return DatedIncident(
        number=incident.number,
        day=long_day(happened.date()),
        time=f"{happened:%H.%M}",
        place=incident.place,
        what=what_happened(incident.kind, incident.channel, incident.breached),
        behaviours=behaviours(incident.behaviours),
    )


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        return clean(value, _LONGEST).strip()
    if isinstance(value, Mapping):
        return {key: _cleaned(each) for key, each in value.items()}
    if isinstance(value, Iterable):
        return [_cleaned(each) for each in value]
    return value
