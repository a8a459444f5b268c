"""The sentences of a ban's card: what the citizen may, what not, and what whoever meets them does now. No reasons."""

from __future__ import annotations

from guardroom.bans import words
from guardroom.bans.decision import Decision
from guardroom.bans.kinds import ATTENDANCE
from guardroom.language import _


def allowed(ban: Decision) -> tuple[str, ...]:
    """What the citizen may do, each as what follows "may"."""
    ways = [_way(ban, channel) for channel in ban.ways]
    if not ban.open_channels:
        ways.append(_("reach the municipality as the decision letter says: it is not in this list"))
    match ban.kind:
        case "department":
            ways.append(_("be in the other parts of the town hall"))
        case "mail_redirect" | "mail_block":
            ways.append(_("come to the town hall like everybody else"))
        case _:
            pass
    if ban.meeting:
        ways.append(_("come to a meeting that cannot be avoided: {where}").format(where=words.meeting(ban.meeting)))
    return tuple(ways)


def forbidden(ban: Decision) -> tuple[str, ...]:
    """What the citizen may not do, each as what follows "may not"."""
    match ban.kind:
        case "full":
            return (_("be in the town hall, hall and front desk included"),)
        case "department":
            return (_("be in {places}").format(places=", ".join(ban.scope)),)
        case "contact":
            return (_("contact the municipality in other ways or at other times"),)
        case "mail_redirect":
            return (_("write mail to single employees"),)
        case _:
            return (_("write mail from {address}: it is blocked").format(address=ban.mail_to),)


def do_now(ban: Decision, police_call: str) -> tuple[str, ...]:
    """What to do while the ban is active and the citizen is here, in order. `police_call` is the policy's.

    First comes what makes it no breach: an appointment or a meeting. Elsewhere than in the parts that a ban names
    there is none.
    """
    ways = ", ".join(_way(ban, channel) for channel in ban.open_channels)
    if ways:
        refer = _("Say that they may: {ways}.").format(ways=ways)
    else:
        refer = _("Say that the decision letter tells how they reach the municipality.")
    if ban.kind not in ATTENDANCE:
        return (_may_be_here(ban), refer)
    return (
        *_no_breach(ban),
        *_breach(ban, refer),
        _("They will not leave: decide on the police together with a leader. Danger: 112, ask nobody first.")
        if police_call == "with_leader"
        else _("They will not leave: call the police, 114. Danger: 112."),
        _("Tell the leader."),
    )


def once_logged(do_now: tuple[str, ...]) -> tuple[str, ...]:
    """What is left of it once the breach is logged."""
    return tuple(sentence for sentence in do_now if sentence != _("Log the breach."))


def not_now(ban: Decision, standing: str, first_day: str) -> tuple[str, ...]:
    """What is said instead where the ban is not active; `first_day` as written."""
    if ban.kind not in ATTENDANCE:
        if standing == "coming":
            return (_may_be_here(ban), _("It begins on {day}.").format(day=first_day))
        return (_("The ban is not active ({standing}).").format(standing=words.standing(standing)),)
    if standing == "coming":
        return (_("The ban begins on {day}: until then they may be here.").format(day=first_day),)
    return (_("The ban is not active ({standing}): they may be here.").format(standing=words.standing(standing)),)


def _no_breach(ban: Decision) -> tuple[str, ...]:
    said = []
    if ban.meeting == "room_two_guards":
        said.append(_("Is a meeting agreed, in a fixed room with two guards? Then they may be here for it."))
    if "appointment" in ban.channels:
        said.append(_("Is an appointment confirmed? Then they may be here for it."))
    return tuple(said)


def _breach(ban: Decision, refer: str) -> tuple[str, ...]:
    if ban.kind != "department":
        return (f"{_('Ask them to leave.')} {refer}", _("Log the breach."))
    return (
        _("Are they in {places}? Only then: ask them to leave, log the breach.").format(places=", ".join(ban.scope)),
        refer,
    )


def _may_be_here(ban: Decision) -> str:
    if ban.kind == "contact":
        return _("They may be here: the ban is about how they contact the municipality.")
    return _("They may be here: the ban is about mail.")


def _way(ban: Decision, channel: str) -> str:
    match channel:
        case "phone":
            return _contact(ban, _("ring {number}").format(number=ban.contact_phone or _("the switchboard")))
        case "letter":
            return _("write a letter")
        case "digital_post":
            return _("write by Digital Post")
        case "mail":
            if ban.kind == "mail_redirect" and ban.mail_to:
                return _("write mail to {address}").format(address=ban.mail_to)
            return _("write mail")
        case _:
            return _("come by appointment")


def _contact(ban: Decision, way: str) -> str:
    more = ", ".join(part for part in (ban.contact_person, ban.contact_hours) if part)
    return f"{way} ({more})" if more else way
