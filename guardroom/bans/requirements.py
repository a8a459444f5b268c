"""What a ban needs before it can be decided, and before it can be in force.

Sources: law.md 5.1; rules.md H1, H2, H7-H10, H16-H21.
Each is named in the user's language, met or not, always in the same order.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from guardroom.bans.decision import Decision, Earlier, Facts, Other
from guardroom.bans.kinds import Stage
from guardroom.bans.life import UNDECIDED, collide, share_a_day
from guardroom.bans.view import Requirement
from guardroom.days import written
from guardroom.language import _, n_
from guardroom.people.roles import Role, named
from guardroom.settings import BanPolicy

FEWEST_WORDS = 5
"""Reasons with fewer words than these name no concrete conduct (FOB 2010-20-3)."""

_HEARD_ABOUT = frozenset(
    (
        "start",
        "end",
        "not_over",
        "no_overlap",
        "scope",
        "contact",
        "mail_to",
        "channel",
        "reasons",
        "incident",
        "own_incident",
    )
)
"""The requirements of the text that a citizen is heard about: what is meant, for how long, and why."""

_AHEAD: frozenset[Stage] = frozenset((*UNDECIDED, "decided", "served"))


def needs(ban: Facts, policy: BanPolicy, today: date) -> tuple[Requirement, ...]:
    """Everything between this ban and being in force; nothing once it is, or was given up."""
    if ban.stage not in _AHEAD:
        return ()
    return for_decision(ban, policy, today) + for_force(ban, policy)


def for_decision(ban: Facts, policy: BanPolicy, today: date) -> tuple[Requirement, ...]:
    """What there must be before anybody signs."""
    said = ban.decision
    return tuple(
        requirement
        for requirement in (
            _signatories(ban, policy),
            Requirement(code="start", met=said.starts_on is not None, sentence=_("first day")),
            _ahead(ban, today),
            Requirement(code="end", met=said.ends_on is not None, sentence=_("last day (a ban always has an end)")),
            Requirement(
                code="not_over",
                met=said.ends_on is None or today <= said.ends_on,
                sentence=_("the last day has not passed"),
            ),
            _free_period(ban),
            of_the_kind(said),
            Requirement(
                code="channel",
                met=bool(said.open_channels),
                sentence=_("at least one open way to write or ring"),
            ),
            Requirement(
                code="reasons",
                met=len(said.reasons.split()) >= FEWEST_WORDS,
                sentence=_("concrete reasons: what was done, when and where"),
            ),
            _incident(ban),
            _own_incidents(ban),
            Requirement(
                code="less_intrusive",
                met=bool(said.less_intrusive),
                sentence=_("less intrusive means that were considered"),
            ),
            Requirement(
                code="casework",
                met=said.casework_reviewed,
                sentence=_("looked into: no mistakes of our own"),
            ),
            Requirement(code="appeal", met=said.appeal_guidance, sentence=_("appeal guidance and name in the letter")),
            _hearing(ban, today),
            _weighed(ban),
            Requirement(code="case_ref", met=bool(said.case_ref), sentence=_("case number")),
            Requirement(
                code="normalisation",
                met=bool(said.normalisation),
                sentence=_("how contact is to become normal again"),
            ),
        )
        if requirement is not None
    )


def for_hearing(ban: Facts, policy: BanPolicy, today: date) -> tuple[Requirement, ...]:
    """What there must be before the citizen can be asked about it."""
    return tuple(need for need in for_decision(ban, policy, today) if need.code in _HEARD_ABOUT)


def missing_for_hearing(requirements: tuple[Requirement, ...]) -> str:
    """What there must be, of all that a ban needs, before the citizen can be asked about it; "" where nothing lacks."""
    return missing(tuple(need for need in requirements if need.code in _HEARD_ABOUT))


def for_force(ban: Facts, policy: BanPolicy) -> tuple[Requirement, ...]:
    """What there must be, after the decision's own requirements, before it is in force."""
    # Once decided, those who signed were those whom the policy named then; no decision is signed by nobody.
    roles = policy.signatories if ban.stage in UNDECIDED or not ban.signed else ban.signed
    signatures = tuple(
        Requirement(
            code=f"signature_{role}",
            met=role in ban.signed,
            sentence=_("signature: {role}").format(role=named(Role(role))),
        )
        for role in roles
    )
    return (
        *signatures,
        Requirement(code="letter", met=bool(ban.letter_ref), sentence=_("letter filed, with its number in the case")),
        Requirement(
            code="served",
            met=ban.served_on is not None and bool(ban.served_how),
            sentence=_("served on the citizen: day and way"),
        ),
    )


def missing(requirements: tuple[Requirement, ...]) -> str:
    """What is not met, in one sentence; "" where all of it is."""
    lacking = [requirement.sentence for requirement in requirements if not requirement.met]
    if not lacking:
        return ""
    return n_("Still missing: {what}.", "Still missing ({count}): {what}.", len(lacking)).format(
        count=len(lacking), what="; ".join(lacking)
    )


def in_the_way(ban: Facts) -> Other | None:
    """The ban of the same person that this one would overlap with."""
    said = ban.decision
    return next(
        (
            other
            for other in ban.others
            if collide(said.kind, other.kind) and share_a_day(said.starts_on, said.ends_on, other.starts_on, other.last)
        ),
        None,
    )


def goes_on_from(ban: Facts) -> Earlier | None:
    """The ban that this one goes on from: the one that it extends; or, where it was begun by itself, the newest earlier
    one that may not run beside it and was not lifted. What carried that one does not carry another (FOB 2014-5)."""
    if ban.extends is not None:
        return ban.extends
    earlier = (
        other for other in ban.others if other.before and not other.lifted and collide(ban.decision.kind, other.kind)
    )
    return max(earlier, key=lambda other: other.decided_at, default=None)


def carried_before(ban: Facts) -> Other | None:
    """The lifted ban that all the incidents of this one have carried already."""
    chosen = set(ban.decision.incidents)
    return next(
        (
            other
            for other in ban.others
            if other.lifted and chosen and chosen <= set(other.incidents) and collide(ban.decision.kind, other.kind)
        ),
        None,
    )


def without_reasons(requirements: tuple[Requirement, ...]) -> tuple[Requirement, ...]:
    """The same for those who may not see why the ban is made: nothing of its incidents and its hearing."""
    plain = {
        "own_incident": _("only incidents about this person"),
        "hearing": _("the hearing is over, or left out for a stated reason"),
        "weighed": _("the reasons are complete"),
    }
    return tuple(replace(each, sentence=plain.get(each.code, each.sentence)) for each in requirements)


def _signatories(ban: Facts, policy: BanPolicy) -> Requirement:
    if policy.signatories or ban.signed:
        return Requirement(code="signatories", met=True, sentence=_("who signs is decided"))
    return Requirement(
        code="signatories",
        met=False,
        sentence=_("who signs: the town hall has not decided it (signatories in the policy)"),
    )


def _ahead(ban: Facts, today: date) -> Requirement | None:
    """Only until it is decided: after that, the citizen is bound from the day on which it is served."""
    if ban.stage not in UNDECIDED or ban.decision.starts_on is None:
        return None
    return Requirement(
        code="not_begun", met=today <= ban.decision.starts_on, sentence=_("the first day has not passed")
    )


def _free_period(ban: Facts) -> Requirement:
    other = in_the_way(ban)
    if other is None:
        return Requirement(code="no_overlap", met=True, sentence=_("no other such ban in the period"))
    return Requirement(
        code="no_overlap",
        met=False,
        sentence=_("no other such ban in the period: {number} runs until {day}").format(
            number=other.number, day=written(other.last)
        ),
    )


def of_the_kind(said: Decision) -> Requirement | None:
    """What a ban of this kind needs beside what every ban needs."""
    match said.kind:
        case "department":
            return Requirement(code="scope", met=bool(said.scope), sentence=_("the parts of the town hall it is about"))
        case "contact":
            return Requirement(
                code="contact",
                met=bool(said.contact_person or said.contact_phone),
                sentence=_("contact person or telephone"),
            )
        case "mail_redirect":
            return Requirement(code="mail_to", met=bool(said.mail_to), sentence=_("the mailbox that the mail goes to"))
        case "mail_block":
            return Requirement(code="mail_to", met=bool(said.mail_to), sentence=_("the mail address that is blocked"))
        case _:
            return None


def _incident(ban: Facts) -> Requirement:
    earlier = goes_on_from(ban)
    if earlier is None:
        return Requirement(code="incident", met=bool(ban.own_incidents), sentence=_("at least one dated incident"))
    return Requirement(
        code="incident",
        met=any(incident.happened_at > earlier.decided_at for incident in ban.own_incidents),
        sentence=_("an incident since {number} was decided").format(number=earlier.number),
    )


def _own_incidents(ban: Facts) -> Requirement | None:
    """Only where it is not met: an incident was corrected after it was linked."""
    if not ban.strange:
        return None
    return Requirement(
        code="own_incident",
        met=False,
        sentence=_("only incidents about this person: take {numbers} away").format(numbers=", ".join(ban.strange)),
    )


def _hearing(ban: Facts, today: date) -> Requirement:
    heard = ban.hearing
    if ban.heard_otherwise:
        sentence = _("hearing about the text as it is now: send it again, or say why there is none")
        return Requirement(code="hearing", met=False, sentence=sentence)
    if heard.done(today):
        sentence = _("hearing left out for a stated reason") if heard.skipped else _("the citizen was heard")
        return Requirement(code="hearing", met=True, sentence=sentence)
    if heard.sent_on is not None:
        sentence = _("hearing: the citizen may answer until {day}").format(day=written(heard.due_on))
    else:
        sentence = _("hearing sent, or the reason why there is none")
    return Requirement(code="hearing", met=False, sentence=sentence)


def _weighed(ban: Facts) -> Requirement | None:
    """Only where the citizen has answered: reasons that pass over the answer are none (forvaltningsloven § 24)."""
    if ban.hearing.answered_on is None or not ban.heard:
        return None
    return Requirement(
        code="weighed",
        met=bool(ban.weighed),
        sentence=_(
            "how the citizen's answer was weighed: a new paragraph at the end of the reasons, without new facts"
        ),
    )
