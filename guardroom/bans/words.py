"""The words of bans, in the user's language, for the codes that are stored."""

from __future__ import annotations

from guardroom.bans import unheard
from guardroom.days import read_day, written
from guardroom.language import _
from guardroom.people.roles import Role, named


def kind(code: str) -> str:
    """What kind of ban it is."""
    return {
        "full": _("attendance ban"),
        "department": _("ban from parts of the town hall"),
        "contact": _("contact restriction"),
        "mail_redirect": _("mail redirected"),
        "mail_block": _("mail address blocked"),
    }[code]


def channel(code: str) -> str:
    """A way that is open to the citizen."""
    return {
        "phone": _("telephone"),
        "letter": _("letter"),
        "digital_post": _("Digital Post"),
        "mail": _("mail"),
        "appointment": _("appointment"),
    }[code]


def meeting(code: str) -> str:
    """Where a meeting that cannot be avoided is held."""
    return {
        "": _("not agreed"),
        "police_station": _("at the police station"),
        "room_two_guards": _("in a fixed room, with two guards"),
    }[code]


def served(code: str) -> str:
    """How the decision reached the citizen."""
    return {
        "": "",
        "digital_post": _("Digital Post"),
        "letter": _("letter"),
        "handed_over": _("handed over"),
    }[code]


def standing(code: str) -> str:
    """What the ban is today."""
    return {
        "draft": _("a draft"),
        "hearing": _("in hearing"),
        "signing": _("being signed"),
        "decided": _("decided"),
        "served": _("served"),
        "coming": _("coming"),
        "active": _("active"),
        "expired": _("expired"),
        "lifted": _("lifted"),
        "dropped": _("given up"),
    }[code]


def step(code: str) -> str:
    """A step that can be taken."""
    return {
        "change": _("change"),
        "send_hearing": _("send the hearing"),
        "skip_hearing": _("leave out the hearing"),
        "answer_hearing": _("answer to the hearing"),
        "sign": _("sign"),
        "withdraw_signatures": _("withdraw the signatures"),
        "file_letter": _("file the letter"),
        "serve": _("serve"),
        "activate": _("put in force"),
        "normalise": _("attempt to normalise"),
        "extend": _("extend"),
        "lift": _("lift"),
        "drop": _("give up"),
        "confirm_read": _("confirm as read"),
    }[code]


def event(what: str, detail: str) -> str:
    """A line of a ban's log; `detail` may be "" where the reader may not see it."""
    said = {
        "begun": _("draft begun"),
        "taken_over": _("draft begun from an imported list"),
        "changed": _("draft changed"),
        "hearing_sent": _("hearing sent, answer by"),
        "hearing_skipped": _("hearing left out"),
        "hearing_answered": _("hearing answered"),
        "answered_late": _("late answer to the hearing"),
        "person_changed": _("the person's record was changed"),
        "signed": _("signed"),
        "decided": _("decided"),
        "signatures_withdrawn": _("signatures withdrawn"),
        "letter_filed": _("letter filed"),
        "served": _("served"),
        "activated": _("in force from now on"),
        "normalised": _("attempt to normalise"),
        "extension_begun": _("extension begun"),
        "lifted": _("lifted"),
        "dropped": _("given up"),
        "read": _("confirmed as read"),
    }[what]
    shown = _detail(what, detail)
    return f"{said}: {shown}" if shown else said


_DATED = frozenset(("hearing_sent", "hearing_answered", "answered_late", "normalised", "lifted"))
"""Lines whose detail begins with a day."""


def _detail(what: str, detail: str) -> str:
    if what == "signed" and detail:
        return named(Role(detail))
    if what == "hearing_skipped":
        ground, reason = unheard.parts(detail)
        return ", ".join(part for part in (unheard.ground(ground), reason) if part)
    day, _space, rest = detail.partition(" ")
    if what == "served" and read_day(day) is not None:
        return f"{written(read_day(day))}, {served(rest)}"
    if what in _DATED and (on := read_day(day)) is not None:
        return f"{written(on)} {rest}".rstrip()
    return detail
