"""The emergency card: one A4 page of HTML to print, laminate and hang up (O1, O9). It holds no personal data (O8)."""

from __future__ import annotations

from datetime import datetime
from html import escape
from math import ceil

from guardroom import printed
from guardroom.days import day_in, written
from guardroom.duties import words
from guardroom.duties.phones import KINDS, Entry
from guardroom.language import _
from guardroom.settings import Settings

_MOST = 18
"""More numbers than these nobody finds their way in; of more the house's parts are left out first."""

_LINES = 38.0
"""So many lines the numbers have on the page beside everything else, and no more of them are shown than fit there."""

_CHARACTERS = 95
"""So many characters of a name and of what is said of it stand in one line."""

_RULED = 0.25
"""What the line drawn beneath a number takes, in lines; and above each kind is half a line of air."""

_STYLE = f"""@page {{ size: A4; margin: 12mm; }}
body {{ font-size: 9.5pt; line-height: 1.2; width: 186mm; }}
{printed.CARD}
.call > div {{ border: 3px solid #b00; padding: 1mm 5mm; margin: 2mm 0; }}
.call b {{ font-size: 28pt; line-height: 1; }}
td.kind {{ font-weight: bold; border: 0; padding-top: .4em; }}"""


def emergency_card(settings: Settings, entries: tuple[Entry, ...], now: datetime) -> str:
    """The page as HTML; every text in it is escaped. Entries that are a person's are left out, whatever is given."""
    every = [entry for entry in entries if not entry.person and entry.standing != "constant"]
    shown = _fitting(every)
    site, policy = settings.site, settings.policy
    title = _("EMERGENCY CARD")
    parts = [
        printed.title(f"{title}: {site.name}"),
        printed.paragraph(policy.municipality),
        _call(),
        printed.beside(
            printed.section(_("Say to the police"), printed.listing("ol", _script(settings))),
            printed.section(_("Remember"), printed.listing("ul", policy.guidance.get(settings.language, ()))),
        ),
        printed.section(_("Whom to ring"), _numbers(shown)),
        _next_of_kin(policy.text.care_forms.get(settings.language, "")),
        printed.beside(*_hours(settings)),
        printed.footer(_how_old(shown, len(every) - len(shown), now, settings)),
    ]
    return printed.page(title=title, language=settings.language, style=_STYLE, parts=parts)


def _fitting(entries: list[Entry]) -> list[Entry]:
    """As many as fit on the page, in their order."""
    if not _fit(entries):
        entries = [entry for entry in entries if not entry.key.startswith("block:")]
    return next((entries[:count] for count in range(len(entries), 0, -1) if _fit(entries[:count])), [])


def _fit(entries: list[Entry]) -> bool:
    texts = (len(entry.name) + len(_said(entry)) for entry in entries)
    lines = sum(ceil(count / _CHARACTERS) + _RULED for count in texts) + 1.5 * len({entry.kind for entry in entries})
    return len(entries) <= _MOST and lines <= _LINES


def _call() -> str:
    boxes = ((_("danger now"), "112"), (_("not urgent"), "114"))
    return (
        '<div class="beside call">' + "".join(f"<div><b>{n}</b> {escape(what)}</div>" for what, n in boxes) + "</div>"
    )


def _script(settings: Settings) -> tuple[str, ...]:
    """Where exactly, and very briefly what (F4); who meets them (F5)."""
    site = settings.site
    where = ", ".join(part for part in (site.name, site.address, site.entrance) if part)
    return (
        _("Where you are: {where}. Say which room.").format(where=where),
        _("What is happening, in one sentence; whether you have seen a weapon."),
        _("Which number they can ring back."),
        _("Meet the police in the hall."),
    )


def _numbers(entries: list[Entry]) -> str:
    rows = []
    for kind in KINDS:
        of_kind = [_row(entry) for entry in entries if entry.kind == kind]
        if of_kind:
            rows += [f'<tr><td class="kind" colspan="3">{escape(words.kind(kind))}</td></tr>', *of_kind]
    return "<table>" + "".join(rows) + "</table>"


def _row(entry: Entry) -> str:
    return printed.row((entry.name, entry.number or _("NUMBER MISSING"), _said(entry)), ("", "number"))


def _said(entry: Entry) -> str:
    """What stands behind the number."""
    said = [entry.role, answered_in(entry), entry.note]
    if entry.order:
        said.append(_("ordered by: {who}").format(who=words.orders(entry.order)))
    return ". ".join(part.rstrip(".") for part in said if part)


def answered_in(entry: Entry) -> str:
    """When they answer, by the week; "" where it is not stated."""
    if entry.otherwise:
        return _("answers when no other does")
    return words.week(entry.hours)


def _hours(settings: Settings) -> list[str]:
    policy = settings.policy
    said = [
        (_("Guards on duty"), words.week(policy.guard_hours)),
        (_("Police in the house"), words.week(policy.police_hours)),
    ]
    return [printed.section(name, printed.paragraph(week)) for name, week in said]


def _next_of_kin(where: str) -> str:
    """Where the forms are kept, never what stands in them (O3 to O6)."""
    return printed.section(_("Next of kin"), printed.paragraph(where))


def _how_old(entries: list[Entry], left_out: int, now: datetime, settings: Settings) -> str:
    """How old the numbers on it are: by the one that was tried the longest ago."""
    days = [entry.verified_on for entry in entries if entry.number]
    tried = [day for day in days if day is not None]
    said = [_("Printed {day}.").format(day=written(day_in(now, settings.site.zone)))]
    if tried:
        said.append(_("Numbers tried, the oldest on {day}.").format(day=written(min(tried))))
    if left := len(days) - len(tried):
        said.append(_("Never tried: {count}.").format(count=left))
    if left_out:
        said.append(_("{count} more on the phone card in guardroom.").format(count=left_out))
    return " ".join(said)
