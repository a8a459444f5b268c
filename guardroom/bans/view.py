"""What the screens and commands are shown of bans; already only what whoever asks may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from guardroom.bans.form import BanForm
from guardroom.bans.kinds import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """Something a ban needs before its next step; `sentence` says what, in the user's language."""

    code: str
    met: bool
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureView:
    """A signature that is given, or (`at` None) that is still missing."""

    role: str
    name: str = ""
    title: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BanEvent:
    """One line of a ban's log."""

    at: datetime
    by: str
    what: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedIncident:
    """An incident that a ban rests on, or could rest on. `breached`: the kind of the ban that was breached, "" for
    none. `behaviours` are the incidents' codes. `attendance_only`: a banned person was here and did nothing else, which
    alone is no ground for an extension (FOB 2014-5)."""

    id: int
    number: str
    happened_at: datetime
    kind: str
    place: str
    channel: str = "in_person"
    breached: str = ""
    behaviours: tuple[str, ...] = ()
    attendance_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherBan:
    """Another ban of the same person that is decided and not over; `last` is the last day on which it binds. `told`:
    the decision has been served on the citizen."""

    number: str
    kind: str
    starts_on: date
    last: date
    told: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class BanLine:
    """One line of a list of bans. `normalise_by` is when the attempt is due, None where it has been made or is not
    wanted. `read`: the asker has confirmed having read it."""

    id: int
    number: str
    person: int
    name: str
    born: str
    kind: str
    standing: Standing
    starts_on: date | None
    ends_on: date | None
    scope: tuple[str, ...] = ()
    area: str = ""
    days_left: int | None = None
    normalise_by: date | None = None
    read: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class BanCard:
    """What guard and front desk see of an active ban: what is allowed, what is not, what to do now. No reason.

    The sentences are in the user's language. `case_ref`: the person's case number, and the ban's where it is another.
    `also`: the person's other active bans, one sentence each.
    """

    id: int
    number: str
    person: int
    name: str
    born: str
    case_ref: str
    aliases: tuple[str, ...]
    description: str
    kind: str
    standing: Standing
    starts_on: date | None
    ends_on: date | None
    days_left: int | None
    scope: tuple[str, ...]
    allowed: tuple[str, ...]
    forbidden: tuple[str, ...]
    do_now: tuple[str, ...]
    read: bool = True
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BanCounts:
    """How many bans are active, and how many of them end soon: numbers only, for the board."""

    active: int
    ending: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BanView:
    """One ban with everything that the asker may see. `form` holds its text; its reasons, linked incidents, less
    intrusive means, way back to normal contact, hearing and `others` are empty, and `reasons_hidden` is True, where the
    asker may not see them.

    `seal` is a digest of the whole text and the hearing as they stand: who signs or changes the ban hands it back, so
    that nobody signs or writes over what they have not read. It is "" where the reasons are hidden.

    `hearing_ground` is one of `unheard.GROUNDS` and `hearing_skipped` the concrete reason where there was no hearing.
    `heard`: the hearing was about the text as it is. `not_listed`: what the case system's list, from which a ban in
    force was taken over, does not say, in words. `weighed` are those paragraphs of the reasons that say how the
    citizen's answer was weighed. `extends_until`: the last day of the ban that this one extends. `others`: the person's
    other bans that are decided and not over.

    `needs` is what is missing for the next step, all of it with `met`. `warnings` are sentences to be read before
    going on, such as FOB 2014-5. `may` are the codes of the steps that the asker may take now (`guardroom.bans.life`).
    """

    id: int
    number: str
    person: int
    name: str
    born: str
    standing: Standing
    form: BanForm
    reasons_hidden: bool
    starts_on: date | None = None
    ends_on: date | None = None
    hearing_sent_on: date | None = None
    hearing_due_on: date | None = None
    hearing_answered_on: date | None = None
    hearing_answer: str = ""
    hearing_ground: str = ""
    hearing_skipped: str = ""
    heard: bool = False
    weighed: tuple[str, ...] = ()
    decided_at: datetime | None = None
    letter_ref: str = ""
    served_on: date | None = None
    served_how: str = ""
    normalised_on: date | None = None
    normalisation_result: str = ""
    normalise_by: date | None = None
    lifted_on: date | None = None
    lifted_reason: str = ""
    extends: str = ""
    extends_until: date | None = None
    extended_by: str = ""
    signatures: tuple[SignatureView, ...] = ()
    incidents: tuple[LinkedIncident, ...] = ()
    others: tuple[OtherBan, ...] = ()
    needs: tuple[Requirement, ...] = ()
    warnings: tuple[str, ...] = ()
    may: frozenset[str] = frozenset()
    log: tuple[BanEvent, ...] = ()
    read_by: tuple[str, ...] = ()
    not_read_by: tuple[str, ...] = ()
    not_listed: tuple[str, ...] = ()
    seal: str = ""
