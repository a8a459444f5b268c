"""The sentences of a letter that depend on the ban: what is limited, what is allowed, and days in full."""

from __future__ import annotations

from datetime import date

from guardroom.bans import words as ban_words
from guardroom.bans.form import BanForm
from guardroom.bans.view import OtherBan
from guardroom.incidents import words as incident_words
from guardroom.language import _
from guardroom.settings import Settings


def long_day(day: date | None) -> str:
    """A day as it stands in a letter: `21 November 2026`; "" for none."""
    if day is None:
        return ""
    months = (
        _("January"),
        _("February"),
        _("March"),
        _("April"),
        _("May"),
        _("June"),
        _("July"),
        _("August"),
        _("September"),
        _("October"),
        _("November"),
        _("December"),
    )
    # Translators: a day in a letter; Danish is {day:d}. {month} {year}.
    return _("{day:d} {month} {year}").format(day=day.day, month=months[day.month - 1], year=day.year)


def municipality(name: str) -> str:
    """The municipality's full name; a name that is already full stays as it is."""
    if not name or any(word in name.casefold() for word in ("kommune", "municipality")):
        return name
    return _("{name} Municipality").format(name=name)


def town(name: str) -> str:
    """The municipality's name without the word for municipality: the place beside the date."""
    words = [word for word in name.split() if word.casefold() not in ("kommune", "municipality")]
    return " ".join(words)


def kind(code: str) -> str:
    """What kind of ban it is, as what follows "the decision about"."""
    return {
        "department": _("ban from coming to parts of the town hall"),
        "mail_redirect": _("gathering of your mail in one place"),
        "mail_block": _("blocking of your mail address"),
    }.get(code) or ban_words.kind(code)


def aim(code: str) -> str:
    """What a ban of this kind is to do to the citizen, as what follows "we are considering whether"."""
    return {
        "full": _("to give you an attendance ban"),
        "department": _("to ban you from coming to parts of the town hall"),
        "contact": _("to limit how you may contact us"),
        "mail_redirect": _("to gather your mail in one place"),
        "mail_block": _("to block your mail address"),
    }[code]


def limits(form: BanForm, settings: Settings) -> tuple[str, ...]:
    """What the citizen may not do, each a sentence to them (H5, H6, H9, H17, H20)."""
    site, scope = settings.site, ", ".join(form.scope)
    if form.kind == "full":
        lines = [
            _("You may not come to {site}, {address}. This goes for the whole building, its hall and front desk too.")
            if site.address
            else _("You may not come to {site}. This goes for the whole building, its hall and front desk too.")
        ]
    elif form.kind == "department":
        lines = [
            _("You may not come to these parts of {site}: {scope}. You may still come to the rest of the building.")
        ]
    elif form.kind == "contact":
        lines = [_("You may only contact us in the ways that are named below.")]
        if form.scope:
            lines.append(_("This goes for: {scope}."))
    elif form.kind == "mail_redirect":
        lines = [
            _("Mail from you to our employees is passed on to our mailbox {mail_to} and answered from there.")
            if form.mail_to
            else _("Mail from you to our employees is passed on to one mailbox of ours and answered from there.")
        ]
    else:
        lines = [
            _("Mail that you send to us from your address {mail_to} is not received. You can reach us in other ways.")
            if form.mail_to
            else _("Mail that you send to our employees is not received. You can reach us in other ways.")
        ]
    return tuple(line.format(site=site.name, address=site.address, scope=scope, mail_to=form.mail_to) for line in lines)


def allowed(form: BanForm, settings: Settings) -> tuple[str, ...]:
    """How the citizen reaches the municipality all the same, each a sentence to them (H5, H16, H17, H22, F6)."""
    site = settings.site
    lines = []
    for channel in form.channels:
        if channel == "phone":
            lines.append(_phone(form, site.phone))
        elif channel == "letter":
            lines.append(
                _("You may write to us by letter: {site}, {address}.")
                if site.address
                else _("You may write to us by letter.")
            )
        elif channel == "digital_post":
            lines.append(_("You may write to us in Digital Post."))
        elif channel == "mail":
            if form.kind != "mail_block":
                redirected = form.mail_to and form.kind == "mail_redirect"
                lines.append(
                    _("You may write mail to our mailbox {mail_to}.") if redirected else _("You may write mail to us.")
                )
        elif channel == "appointment":
            lines.append(_("You may come when we have confirmed an appointment with you beforehand."))
    if form.kind in ("mail_redirect", "mail_block"):
        lines.append(_("You may come to the town hall like everybody else."))
    if form.meeting == "police_station":
        lines.append(_("If a meeting cannot be avoided, we agree on it with you and hold it at a police station."))
    elif form.meeting == "room_two_guards":
        lines.append(_("If a meeting cannot be avoided, we agree on it with you; two of our guards are then present."))
    return tuple(
        line.format(
            site=site.name,
            address=site.address,
            mail_to=form.mail_to,
            person=form.contact_person,
            phone=form.contact_phone or site.phone,
            hours=form.contact_hours,
        )
        for line in lines
    )


def still_applies(ban: OtherBan) -> str:
    """Another ban that the citizen has, as a line of a letter."""
    return _("{number}: {kind}, from {first} up to and including {last}").format(
        number=ban.number, kind=kind(ban.kind), first=long_day(ban.starts_on), last=long_day(ban.last)
    )


def from_when(first: date | None, answer_by: date | None) -> str:
    """From when a ban is to hold that is only considered: its first day, or where that lies before the citizen's answer
    is due, the day on which they are told of the decision."""
    if first is not None and answer_by is not None and first <= answer_by:
        return _("the day on which you are told of the decision")
    return long_day(first)


def behaviours(codes: tuple[str, ...]) -> tuple[str, ...]:
    """What was recorded that the citizen did, each in words; what is only "other" says nothing to them.

    A code that stands for several things says so: nobody is told that they did both.
    """
    either = {
        "shouting": _("shouting or abuse"),
        "push": _("a push or a trip"),
        "bite_scratch_pinch": _("a bite, a scratch or a pinch"),
        "struck_things": _("a blow on the table or on things"),
    }
    return tuple(either.get(code) or incident_words.behaviour(code) for code in codes if code != "other")


def what_happened(kind: str, channel: str, breached: str) -> str:
    """What an incident of this kind was, as a sentence to the citizen; the codes are the incidents' own. `breached` is
    the kind of the ban that was breached, "" where it is not known or was none."""
    if kind == "ban_breach":
        return _breach(channel, breached)
    return {
        "ejected_escorted": _("You were asked to leave and were escorted out."),
        "ejected_left": _("You were asked to leave, and left."),
        "ejected_refused": _("You were asked to leave and did not, and the police were called."),
        "escort_out": _("You were escorted out."),
        "turned_away": _("You were turned away."),
        "remote": _("You contacted us in a way that was experienced as a threat."),
    }.get(kind, _("Your behaviour was experienced as threatening or unsafe."))


def _breach(channel: str, breached: str) -> str:
    if breached == "department":
        return _("You were in a part of the town hall where you may not be.")
    if breached == "mail_redirect":
        return _("You wrote mail to an employee although it is to go to one mailbox.")
    if breached == "mail_block":
        return _("You wrote mail to us from an address that is blocked.")
    if breached == "contact" or channel != "in_person":
        return _("You contacted us in another way or at another time than you may ({channel}).").format(
            channel=incident_words.channel(channel)
        )
    return _("You were here although you may not be.")


def _phone(form: BanForm, switchboard: str) -> str:
    if form.contact_person and form.contact_phone:
        said = _("You may ring {person} on {phone}.")
    elif form.contact_person and switchboard:
        said = _("You may ring us on {phone} and ask for {person}.")
    elif form.contact_phone or switchboard:
        said = _("You may ring us on {phone}.")
    elif form.contact_person:
        said = _("You may ring and ask for {person}.")
    else:
        said = _("You may ring us.")
    return f"{said} {_('Hours: {hours}.')}" if form.contact_hours else said
