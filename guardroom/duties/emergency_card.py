"""The emergency card: one A4 page of HTML to print, laminate and hang up (O1, O9). It holds no personal data (O8)."""

from __future__ import annotations

from datetime import datetime
from html import escape

from guardroom.days import day_in, written
from guardroom.duties import words
from guardroom.duties.phones import KINDS, Entry
from guardroom.language import _
from guardroom.settings import Settings

_MOST = 18
"""So many numbers fit on the page beside everything else; of more the house's parts are left out first."""

_PAGE = """<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title><style>
@page {{ size: A4; margin: 12mm; }}
body {{ font: 9.5pt/1.2 sans-serif; color: #111; width: 186mm; margin: 0 auto; }}
h1 {{ font-size: 18pt; margin: 0; }} h2 {{ font-size: 11pt; margin: .6em 0 .2em; border-bottom: 2px solid #111; }}
p {{ margin: .1em 0; }} ol, ul {{ margin: .2em 0; padding-left: 1.3em; }}
.beside {{ display: flex; gap: 6mm; }} .beside > div {{ flex: 1; }}
.call > div {{ border: 3px solid #b00; padding: 1mm 5mm; margin: 2mm 0; }}
.call b {{ font-size: 28pt; line-height: 1; }}
table {{ border-collapse: collapse; width: 100%; }} td {{ padding: .1em .5em .1em 0; vertical-align: top;
border-bottom: 1px solid #bbb; }} td.number {{ white-space: nowrap; font-weight: bold; }}
td.kind {{ font-weight: bold; border: 0; padding-top: .4em; }}
footer {{ margin-top: .6em; color: #444; font-size: 8pt; }}
</style></head><body>
{body}
</body></html>
"""


def emergency_card(settings: Settings, entries: tuple[Entry, ...], now: datetime) -> str:
    """The page as HTML; every text in it is escaped. Entries that are a person's are left out, whatever is given."""
    every = [entry for entry in entries if not entry.person and entry.standing != "constant"]
    printed = _fitting(every)
    site, policy = settings.site, settings.policy
    title = _("EMERGENCY CARD")
    parts = [
        f"<h1>{escape(title)}: {escape(site.name)}</h1>",
        f"<p>{escape(policy.municipality)}</p>" if policy.municipality else "",
        _call(),
        _beside(
            _heading(_("Say to the police")) + _list("ol", _script(settings)),
            _guidance(policy.guidance.get(settings.language, ())),
        ),
        _heading(_("Whom to ring")) + _numbers(printed),
        _next_of_kin(policy.text.care_forms.get(settings.language, "")),
        _beside(*_hours(settings)),
        _footer(printed, len(every) - len(printed), now, settings),
    ]
    body = "\n".join(part for part in parts if part)
    return _PAGE.format(language=escape(settings.language), title=escape(title), body=body)


def _fitting(entries: list[Entry]) -> list[Entry]:
    if len(entries) > _MOST:
        entries = [entry for entry in entries if not entry.key.startswith("block:")]
    return entries[:_MOST]


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
    said = [entry.role, answered_in(entry), entry.note]
    if entry.order:
        said.append(_("ordered by: {who}").format(who=words.orders(entry.order)))
    number = entry.number or _("NUMBER MISSING")
    rest = ". ".join(part.rstrip(".") for part in said if part)
    cells = f'<td>{escape(entry.name)}</td><td class="number">{escape(number)}</td><td>{escape(rest)}</td>'
    return f"<tr>{cells}</tr>"


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
    return [_heading(name) + f"<p>{escape(week)}</p>" for name, week in said if week]


def _guidance(rows: tuple[str, ...]) -> str:
    return _heading(_("Remember")) + _list("ul", rows) if rows else ""


def _next_of_kin(where: str) -> str:
    """Where the forms are kept, never what stands in them (O3 to O6)."""
    return _heading(_("Next of kin")) + f"<p>{escape(where)}</p>" if where else ""


def _beside(*parts: str) -> str:
    """Side by side; nothing where there is none."""
    there = [f"<div>{part}</div>" for part in parts if part]
    return '<div class="beside">' + "".join(there) + "</div>" if there else ""


def _footer(entries: list[Entry], left_out: int, now: datetime, settings: Settings) -> str:
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
    return f"<footer>{escape(' '.join(said))}</footer>"


def _heading(text: str) -> str:
    return f"<h2>{escape(text)}</h2>"


def _list(kind: str, rows: tuple[str, ...]) -> str:
    return f"<{kind}>" + "".join(f"<li>{escape(row)}</li>" for row in rows) + f"</{kind}>" if rows else ""
