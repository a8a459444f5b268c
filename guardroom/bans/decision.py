"""A ban as plain values, for the rules: the decision's own text, the hearing, and what has come of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime

from guardroom.bans.kinds import Stage
from guardroom.bans.view import LinkedIncident


def paragraphs(text: str) -> tuple[str, ...]:
    """The lines of a text that say something, each a paragraph of a letter."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is decided: a form that was read. Words are codes of `guardroom.bans.kinds`, `incidents` ids, ascending."""

    kind: str = "full"
    area: str = ""
    scope: tuple[str, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    channels: tuple[str, ...] = ()
    contact_person: str = ""
    contact_phone: str = ""
    contact_hours: str = ""
    mail_to: str = ""
    meeting: str = ""
    reasons: str = ""
    incidents: tuple[int, ...] = ()
    less_intrusive: str = ""
    casework_reviewed: bool = False
    appeal_guidance: bool = False
    case_ref: str = ""
    normalisation: str = ""

    @property
    def ways(self) -> tuple[str, ...]:
        """The channels that the citizen is left: blocked mail is none."""
        return tuple(channel for channel in self.channels if not (self.kind == "mail_block" and channel == "mail"))

    @property
    def open_channels(self) -> tuple[str, ...]:
        """The ways that really are open (H16): an appointment has to be made somehow."""
        return tuple(channel for channel in self.ways if channel != "appointment")

    @property
    def days(self) -> int | None:
        """How many days it runs, both ends included; None where an end is open."""
        if self.starts_on is None or self.ends_on is None:
            return None
        return (self.ends_on - self.starts_on).days + 1

    @property
    def matter(self) -> str:
        """What a citizen is heard about beside the time. First a digest of kind, places, incidents and reasons, and of
        what a ban of the kind decides: with whom and when contact may be made, which mail address is meant. After it
        the ways that are left to the citizen, a meeting among them."""
        return self.matter_for(paragraphs(self.reasons))

    def matter_for(self, reasons: tuple[str, ...]) -> str:
        """The matter as it would be with these paragraphs as its reasons."""
        decided = {
            "contact": (self.contact_person, self.contact_phone, self.contact_hours),
            "mail_redirect": (self.mail_to,),
            "mail_block": (self.mail_to,),
        }.get(self.kind, ())
        text = json.dumps([self.kind, self.scope, self.incidents, reasons, decided])
        left = (*self.ways, self.meeting) if self.meeting else self.ways
        return " ".join((hashlib.sha256(text.encode()).hexdigest(), *left))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """The citizen was heard, or `skipped` says why not (forvaltningsloven § 19). `due_on` is the last day to answer.

    `about` and `days` are the `matter` and the length of the decision as it was sent.
    """

    sent_on: date | None = None
    due_on: date | None = None
    answered_on: date | None = None
    answer: str = ""
    skipped: str = ""
    about: str = ""
    days: int | None = None

    def done(self, today: date) -> bool:
        """Answered, the time to answer is over, or left out for a stated reason."""
        if self.skipped or self.answered_on is not None:
            return True
        return self.sent_on is not None and self.due_on is not None and self.due_on < today


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The ban that this one goes on from; `last` is the last day on which it binds."""

    number: str
    decided_at: datetime
    starts_on: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Other(Earlier):
    """A ban of the same person that stands. `before`: it was decided before the one that is looked at. `lifted`: it
    ended, or is to end, before its time."""

    kind: str
    incidents: tuple[int, ...] = ()
    before: bool = True
    lifted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Whom a ban is about, as whoever signs it reads it: `record` is the one that is kept of the person, and a person
    without a name is known by the description."""

    record: int
    name: str
    birth_date: date | None
    birth_year: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One ban as it stands. `signed`: the roles that have signed. `others`: the person's other bans that stand.
    `strange`: the numbers of linked incidents that are not, or no longer, about this person. `followers`: those of the
    bans that were decided to go on from this one, and were not lifted. `late`: the day of an answer to the hearing that
    came when the text stood still already."""

    number: str
    person: int
    named: Named
    stage: Stage
    decision: Decision
    hearing: Hearing = Hearing()
    incidents: tuple[LinkedIncident, ...] = ()
    signed: tuple[str, ...] = ()
    letter_ref: str = ""
    served_on: date | None = None
    served_how: str = ""
    extends: Earlier | None = None
    others: tuple[Other, ...] = ()
    strange: tuple[str, ...] = ()
    followers: tuple[str, ...] = ()
    late: date | None = None

    @property
    def own_incidents(self) -> tuple[LinkedIncident, ...]:
        """The linked incidents that are about this person."""
        return tuple(incident for incident in self.incidents if incident.number not in self.strange)

    @property
    def heard(self) -> bool:
        """Whether the citizen was asked about this text, and not about another kind, other places, incidents or
        reasons, other terms of contact, more ways to reach us or a shorter time. Another hearing does not count
        (forvaltningsloven § 19; FOB 2010-20-3). A ban that only begins another day, ends earlier or leaves more ways
        open is no heavier than what the citizen was heard about; nor are reasons that go on, after the answer, with how
        it was weighed."""
        return self._heard_reasons is not None

    @property
    def weighed(self) -> tuple[str, ...]:
        """How the citizen's answer was weighed (forvaltningsloven § 24): the paragraphs that follow, in the reasons,
        those that the citizen was asked about."""
        return () if self._heard_reasons is None else paragraphs(self.decision.reasons)[len(self._heard_reasons) :]

    @property
    def _heard_reasons(self) -> tuple[str, ...] | None:
        """The paragraphs of the reasons that the citizen was asked about; None where it was another text."""
        asked, said = self.hearing, self.decision
        if asked.sent_on is None or asked.days is None or said.days is None or said.days > asked.days:
            return None
        then, *had = asked.about.split(" ")
        whole = paragraphs(said.reasons)
        fewest = len(whole) if asked.answered_on is None else 0
        for count in range(len(whole), fewest - 1, -1):
            now, *left = said.matter_for(whole[:count]).split(" ")
            if now == then:
                return whole[:count] if set(had) <= set(left) else None
        return None

    @property
    def heard_otherwise(self) -> bool:
        """Whether a hearing was sent that is not about this text, and the text must therefore be sent again."""
        return not self.hearing.skipped and self.hearing.sent_on is not None and not self.heard
