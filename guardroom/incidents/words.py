"""The words for the codes of incidents, and for facts that are several; a code that nobody knows is shown as it is."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from guardroom.incidents.view import IncidentView, SubjectView
from guardroom.language import _


def kind(code: str) -> str:
    """What kind of incident."""
    return {
        "ejected_escorted": _("ejected and escorted out"),
        "ejected_left": _("ejected, left by themselves"),
        "ejected_refused": _("ejected, refused to leave: police"),
        "escort_out": _("escorted out without being ejected"),
        "turned_away": _("turned away without being ejected"),
        "ban_breach": _("breach of a ban"),
        "remote": _("threat by telephone, mail or social media"),
        "threat": _("threat or violence, not ejected"),
        "near_miss": _("near miss"),
        "accidental": _("accidental press"),
        "other": _("another incident"),
    }.get(code, code)


def breach(ban_kind: str, number: str) -> str:
    """What was done in spite of a ban of this kind, as the whole account of it."""
    said = {
        "full": _("Was here in spite of ban {number}."),
        "department": _("Was in a part of the town hall that ban {number} forbids."),
        "contact": _("Made contact in another way or at another time than ban {number} allows."),
        "mail_redirect": _("Wrote mail to an employee in spite of ban {number}."),
        "mail_block": _("Wrote mail from the address that ban {number} blocks."),
    }
    return said[ban_kind].format(number=number)


def channel(code: str) -> str:
    """How it reached the employee."""
    return {
        "in_person": _("in person"),
        "phone": _("telephone"),
        "letter": _("letter"),
        "mail": _("mail"),
        "sms": _("text message"),
        "social_media": _("social media"),
    }.get(code, code)


def subject_kind(code: str) -> str:
    """Who behaved so."""
    return {
        "citizen": _("citizen"),
        "partner": _("business partner"),
        "employee": _("employee"),
    }.get(code, code)


def behaviour(code: str) -> str:
    """What somebody did, after the working environment authority's definitions (rules P1-P3)."""
    return {
        "shouting": _("shouting, abuse"),
        "threat_violence": _("threat of violence"),
        "threat_life": _("threat to life"),
        "threat_family": _("threat to the family"),
        "threat_property": _("threat to damage things"),
        "gesture": _("threat without words"),
        "harassment": _("harassment"),
        "push": _("push, trip"),
        "hit": _("blow"),
        "kick": _("kick"),
        "throw": _("threw something at somebody"),
        "hold": _("held somebody"),
        "spit": _("spitting"),
        "bite_scratch_pinch": _("bite, scratch, pinch"),
        "choke": _("strangling"),
        "stab": _("stabbing"),
        "struck_things": _("struck the table or things"),
        "vandalism": _("vandalism"),
        "weapon": _("weapon, or a thing as one"),
        "other": _("other behaviour"),
    }.get(code, code)


def severity(code: str) -> str:
    """How bad it was (P5); "" where nobody said."""
    return {
        "mild": _("mild"),
        "serious": _("serious"),
        "very_serious": _("very serious"),
    }.get(code, code)


def evidence(code: str) -> str:
    """Whether messages were kept as evidence (P8); "" where nobody said."""
    return {"secured": _("evidence secured"), "not_secured": _("evidence not secured")}.get(code, code)


def injured(code: str) -> str:
    """Who was injured."""
    return {"employee": _("employee"), "guard": _("guard"), "citizen": _("citizen")}.get(code, code)


def police(code: str) -> str:
    """Whether the police were called, and on which number."""
    return code or _("not called")


def subject_name(subject: SubjectView) -> str:
    """Somebody as they are told from others; a description where nobody knows who it is."""
    if not subject.name:
        return _("unknown: {description}").format(description=subject.description or "-")
    facts = [_("born {year}").format(year=subject.born)] if subject.born else []
    facts += [_("case {number}").format(number=subject.case_ref)] if subject.case_ref else []
    return ", ".join((subject.name, *facts))


def asked(view: IncidentView, zone: ZoneInfo) -> str:
    """When they were asked to leave, by whom as far as that is shown, and whether they went; "" where they were not."""
    if view.asked_to_leave_at is None:
        return ""
    said = _clock(view.asked_to_leave_at, zone)
    if view.asked_by:
        said = _("at {time} by {who}").format(time=said, who=view.asked_by)
    if view.complied is None:
        return said
    went = _("and left") if view.complied else _("and did not leave")
    return f"{said}, {went}"


def called(view: IncidentView, zone: ZoneInfo) -> str:
    """Whether the police were called, when, and their number for it."""
    if not view.police:
        return police("")
    said = police(view.police)
    if view.police_at is not None:
        said = _("{number} called at {time}").format(number=said, time=_clock(view.police_at, zone))
    if not view.police_ref:
        return said
    number = _("their number {ref}").format(ref=view.police_ref)
    return f"{said}, {number}"


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%H:%M}"


def ladder_step(code: str) -> str:
    """What a rung of the ladder asks for (rules G3-G5); a leader decides."""
    return {
        "conduct_letter": _("the leader sends a letter about the behaviour"),
        "leader_involved": _("the leader is involved as soon as possible"),
        "propose_ban": _("the leader may propose a ban"),
    }.get(code, code)
