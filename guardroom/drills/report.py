"""The report of a drill, to be printed: one page of HTML that needs nothing from elsewhere.

After FEMA's HSEEP: what was wanted, what was measured, strengths, and improvements with who sees to them and by when
(after-action report and improvement plan).
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from guardroom import printed
from guardroom.days import day_in, written, written_in
from guardroom.drills import words
from guardroom.drills.view import Aim, PastDrill
from guardroom.language import _


def report(drill: PastDrill, municipality: str, house: str, zone: ZoneInfo, language: str) -> str:
    """The report as HTML; every text in it is escaped."""
    facts = [
        (_("Place"), f"{house}, {drill.place}"),
        (_("Day and time"), written_in(drill.began_at, zone)),
        (_("Found by"), words.how(drill.how)),
        (_("Raised by"), words.press(drill.press)),
        (_("Led by"), drill.led_by or "-"),
        (_("Ended because"), words.end(drill.why)),
        (_("Shown as a drill"), _("yes, before the police were called") if drill.shown else _("no")),
    ]
    said = drill.evaluation
    improvements = [
        (each.what, each.owner, written(each.due_on), written(each.done_on) or "-") for each in drill.improvements
    ]
    finished = "-" if drill.finished_at is None else written(day_in(drill.finished_at, zone))
    title = _("Drill {number}").format(number=drill.number)
    parts = [
        printed.title(title),
        printed.paragraph(municipality),
        printed.facts(facts),
        printed.section(
            _("Aims and times"),
            printed.table([_aim_row(aim) for aim in drill.aims], (_("Aim"), _("Wanted"), _("Measured"), _("Met"))),
        ),
        _text(_("How the conversation was broken off"), said.stopped_well),
        _text(_("Strengths"), said.strengths),
        _text(_("To be better"), said.to_improve),
        printed.section(
            _("Improvements"),
            printed.table(improvements or [("-", "", "", "")], (_("What"), _("Who"), _("By"), _("Done"))),
        ),
        printed.facts(
            [
                (_("Debriefing held"), _("yes") if said.debriefed else _("no")),
                (_("Sent to the works committee"), said.sent_on or "-"),
                (_("Finished"), finished),
            ]
        ),
    ]
    return printed.page(title=title, language=language, style=printed.SHEET, parts=parts)


def _aim_row(aim: Aim) -> tuple[str, str, str, str]:
    met = {True: _("yes"), False: _("no"), None: "-"}[aim.met]
    wanted = "-" if aim.wanted_s is None else f"< {words.seconds(aim.wanted_s)}"
    return words.aim(aim.code), wanted, words.seconds(aim.measured_s), met


def _text(heading: str, text: str) -> str:
    return printed.section(heading, printed.paragraph(text))
