"""The report of a drill, to be printed: one page of HTML that needs nothing from elsewhere.

After FEMA's HSEEP: what was wanted, what was measured, strengths, and improvements with who sees to them and by when
(after-action report and improvement plan).
"""

from __future__ import annotations

from html import escape
from zoneinfo import ZoneInfo

from guardroom.days import written, written_in
from guardroom.drills import words
from guardroom.drills.view import Aim, PastDrill
from guardroom.language import _

_PAGE = """<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title><style>
@page {{ size: A4; margin: 20mm; }}
body {{ font: 11pt/1.4 sans-serif; color: #111; max-width: 170mm; margin: 1em auto; }}
h1 {{ font-size: 18pt; margin: 0 0 .2em; }} h2 {{ font-size: 12pt; margin: 1.4em 0 .3em; }}
table {{ border-collapse: collapse; width: 100%; }} th, td {{ text-align: left; padding: .25em .6em .25em 0;
border-bottom: 1px solid #999; vertical-align: top; }} p {{ margin: .2em 0; white-space: pre-wrap; }}
</style></head><body>
<h1>{title}</h1>
{body}
</body></html>
"""


def report(drill: PastDrill, municipality: str, house: str, zone: ZoneInfo, language: str) -> str:
    """The report as HTML; every text in it is escaped."""
    facts: list[tuple[str, ...]] = [
        (_("Place"), f"{house}, {drill.place}"),
        (_("Day and time"), written_in(drill.began_at, zone)),
        (_("Found by"), words.how(drill.how)),
        (_("Raised by"), words.press(drill.press)),
        (_("Led by"), drill.led_by or "-"),
        (_("Ended because"), words.end(drill.why)),
        (_("Shown as a drill"), _("yes, before the police were called") if drill.shown else _("no")),
    ]
    said = drill.evaluation
    parts = [
        f"<p>{escape(municipality)}</p>" if municipality else "",
        _table(facts),
        _section(_("Aims and times")),
        _table(
            [_aim_row(aim) for aim in drill.aims],
            (_("Aim"), _("Wanted"), _("Measured"), _("Met")),
        ),
        _text(_("How the conversation was broken off"), said.stopped_well),
        _text(_("Strengths"), said.strengths),
        _text(_("To be better"), said.to_improve),
        _section(_("Improvements")),
        _table(
            [(each.what, each.owner, written(each.due_on), written(each.done_on) or "-") for each in drill.improvements]
            or [("-", "", "", "")],
            (_("What"), _("Who"), _("By"), _("Done")),
        ),
        _table(
            [
                (_("Debriefing held"), _("yes") if said.debriefed else _("no")),
                (_("Sent to the works committee"), said.sent_on or "-"),
                (_("Finished"), "-" if drill.finished_at is None else f"{drill.finished_at.astimezone(zone):%d-%m-%Y}"),
            ]
        ),
    ]
    title = _("Drill {number}").format(number=drill.number)
    return _PAGE.format(language=escape(language), title=escape(title), body="\n".join(part for part in parts if part))


def _aim_row(aim: Aim) -> tuple[str, str, str, str]:
    met = {True: _("yes"), False: _("no"), None: "-"}[aim.met]
    wanted = "-" if aim.wanted_s is None else f"< {words.seconds(aim.wanted_s)}"
    return words.aim(aim.code), wanted, words.seconds(aim.measured_s), met


def _section(heading: str) -> str:
    return f"<h2>{escape(heading)}</h2>"


def _text(heading: str, text: str) -> str:
    return f"{_section(heading)}<p>{escape(text)}</p>" if text else ""


def _table(rows: list[tuple[str, ...]], heads: tuple[str, ...] = ()) -> str:
    head = "<tr>" + "".join(f"<th>{escape(text)}</th>" for text in heads) + "</tr>" if heads else ""
    body = "".join("<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>" for row in rows)
    return f"<table>{head}{body}</table>"
