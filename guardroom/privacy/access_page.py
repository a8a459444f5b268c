"""A citizen's dossier as a page to be printed, and as JSON."""

from __future__ import annotations

import json
from datetime import datetime
from html import escape

from guardroom.clock import stamp
from guardroom.days import written_in
from guardroom.language import _
from guardroom.privacy.dossier import Dossier, Part
from guardroom.settings import Settings

_PAGE = """<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title><style>
@page {{ size: A4; margin: 20mm; }}
body {{ font: 11pt/1.35 sans-serif; color: #111; max-width: 170mm; margin: 1em auto; }}
h1 {{ font-size: 18pt; margin: 0 0 .2em; }} h2 {{ font-size: 13pt; margin: 1.4em 0 .2em; break-after: avoid; }}
h3 {{ font-size: 11pt; margin: .9em 0 .1em; break-after: avoid; }}
table {{ border-collapse: collapse; width: 100%; }} td {{ text-align: left; padding: .2em .6em .2em 0;
border-bottom: 1px solid #bbb; vertical-align: top; white-space: pre-wrap; overflow-wrap: anywhere; }}
td:first-child {{ width: 48mm; color: #444; }}
footer {{ margin-top: 1.5em; color: #444; font-size: 9pt; }}
</style></head><body>
<h1>{title}</h1>
{body}
</body></html>
"""


def page(dossier: Dossier, settings: Settings, now: datetime) -> str:
    """The page as HTML; every text in it is escaped."""
    zone = settings.site.zone
    sender = settings.policy.municipality or settings.site.name
    said = [
        _("This is what {sender} keeps of you in the guards' program.").format(sender=sender),
        _("Names of other people, and of employees, are left out; a single one in small letters may still stand."),
        _("You may ask to have what is wrong put right, and complain to Datatilsynet."),
    ]
    body = "".join(f"<p>{escape(sentence)}</p>" for sentence in said)
    body += "".join(_part(part) for part in dossier.parts)
    made = _("Made {when}.").format(when=written_in(now, zone))
    if dossier.asked_at is not None:
        made = _("Asked for {when}.").format(when=written_in(dossier.asked_at, zone)) + " " + made
    body += f"<footer>{escape(made)}</footer>"
    title = _("What is kept of {name}").format(name=dossier.name or _("(no name)"))
    return _PAGE.format(language=escape(settings.language), title=escape(title), body=body)


def as_json(dossier: Dossier, now: datetime) -> str:
    """The same for a program."""
    return json.dumps(
        {
            "name": dossier.name,
            "made_at": stamp(now),
            "asked_at": None if dossier.asked_at is None else stamp(dossier.asked_at),
            **{
                # A list of pairs: a name may come twice, as with two texts that were added in the same minute.
                part.code: [
                    {"title": entry.title, "facts": [{"name": name, "fact": fact} for name, fact in entry.facts]}
                    for entry in part.entries
                ]
                for part in dossier.parts
            },
        },
        ensure_ascii=False,
        indent=1,
    )


def _part(part: Part) -> str:
    rows = [f"<h2>{escape(part.heading)}</h2>"]
    for entry in part.entries:
        rows.append(f"<h3>{escape(entry.title)}</h3>")
        facts = "".join(f"<tr><td>{escape(name)}</td><td>{escape(fact)}</td></tr>" for name, fact in entry.facts)
        if facts:
            rows.append(f"<table>{facts}</table>")
    return "\n".join(rows)
