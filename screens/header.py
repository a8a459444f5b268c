"""The two lines on top of every screen: house, time, shift, line and sound; and the tabs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from textual.content import Content

from guardroom.alarms.view import BoardView
from guardroom.language import _, usual
from guardroom.people.roles import Right
from guardroom.people.who import Who
from screens import dates, theme, words
from screens.ban_keys import BAN_SCREENS
from screens.drill import drill_mark, is_shown
from screens.headsup_keys import HEADSUP_SCREENS
from screens.incident_keys import INCIDENT_SCREENS
from screens.plain import Line, plain

if TYPE_CHECKING:
    from screens.app import GuardroomApp

GOOD = "$quiet"
BAD = "bold $fault-text on $fault"


class HeaderLine(Line):
    """`GUARDROOM · site   date and time   shift   [LINK OK 3/3] [SOUND OK 07:31]`, shortened until it fits."""

    def show_view(self, view: BoardView, desk: GuardroomApp) -> None:
        """Show the view's header; what matters least goes first where the line is too narrow."""
        settings = desk.settings
        now = desk.clock.now().astimezone(settings.site.zone)
        shift = " + ".join(view.shift)
        site = f"GUARDROOM · {view.site or settings.site.name}"
        on_duty = ""
        if desk.view is not None:
            on_duty = _("Shift: {people}").format(people=shift) if shift else _("NOBODY ON DUTY")
        signed_in = ""
        if desk.who is not None:
            hidden = _("{initials} (names hidden)") if desk.covered else _("{initials} signed in")
            signed_in = hidden.format(initials=desk.who.initials)
        width = max(1, self.size.width or desk.size.width)
        tails = [self._tail(view, desk, short) for short in (False, True)]
        heads = [
            [site, dates.day_and_time(now), on_duty, signed_in],
            [site, f"{now:%H:%M:%S}", on_duty, signed_in],
            [f"{now:%H:%M:%S}", signed_in or on_duty],
            [f"{now:%H:%M:%S}"],
        ]
        for tail in tails:
            for head in heads:
                left = plain(" " + "   ".join(part for part in head if part), "bold")
                room = width - left.cell_length - tail.cell_length - 1
                if room >= 1:
                    self.show(left + Content(" " * room) + tail)
                    return
        self.show(plain(" " + heads[-1][0], "bold") + Content(" ") + tails[-1])

    def _tail(self, view: BoardView, desk: GuardroomApp, short: bool) -> Content:
        parts: list[Content] = []
        if view.demo or desk.settings.demo:
            parts.append(plain(" DEMO ", theme.URGENT))
        if any(is_shown(view, alarm) for alarm in view.alarms):
            parts.append(drill_mark())
        parts.append(_link(view, desk.lost, short))
        parts.append(_sound(view, desk, short))
        return Content(" ").join(parts)


def _link(view: BoardView, lost: bool, short: bool) -> Content:
    if lost:
        return plain(_("[NO MONITOR]"), BAD)
    alive = sum(panel.state == "alive" for panel in view.panels)
    count = f"{alive}/{len(view.panels)}"
    if alive == len(view.panels):
        return plain(f"[LINK {count}]" if short else _("[LINK OK {count}]").format(count=count), GOOD)
    if all(panel.well for panel in view.panels):
        # Just opened, or not heard yet and not expected to be: neither in order nor a fault.
        return plain(f"[LINK {count}]", GOOD)
    return plain(_("[LINK FAULT {count}]").format(count=count), BAD)


def _sound(view: BoardView, desk: GuardroomApp, short: bool) -> Content:
    if any(fault.kind == "sound" for fault in view.faults):
        return plain(_("[SOUND FAULT]"), BAD)
    if any(alarm.unacknowledged for alarm in view.alarms):
        if view.silenced_s:
            left = words.short_span(view.silenced_s - desk.view_age())
            return plain(_("[SILENT {time}]").format(time=left), "bold")
        return plain(_("[SOUNDING]"), "bold")
    if not view.sound_checked_at or view.sound_checked_at < view.shift_since:
        return plain(_("[SOUND NOT CHECKED]"), "bold")
    if short:
        return plain(_("[SOUND OK]"), GOOD)
    checked = dates.short_time(view.sound_checked_at, desk.settings.site.zone)
    return plain(_("[SOUND OK {time}]").format(time=checked), GOOD)


class TabLine(Line):
    """The tabs that exist; the one in front stands in brackets."""

    TABS = (
        ("board", "1"),
        ("incidents", "2"),
        ("bans", "3"),
        ("headsups", "4"),
        ("followups", "5"),
        ("drills", "6"),
        ("reports", "7"),
        ("phone_card", "8"),
    )
    NEEDS: ClassVar[Mapping[str, Right]] = {
        "headsups": Right.HEADSUP_READ,
        "followups": Right.FOLLOWUP_SEE,
        "drills": Right.DRILL_PLAN,
        "reports": Right.REPORT,
    }

    def show_tabs(self, front: str, who: Who | None) -> None:
        """Show the tabs with the one marked that the screen `front` belongs to. Nobody but the risk coordinator sees
        that there is one for drills, nor anybody heads-ups or follow-ups who may not."""
        parts = (("incidents", INCIDENT_SCREENS), ("bans", BAN_SCREENS), ("headsups", HEADSUP_SCREENS))
        front = next((name for name, screens in parts if front in screens), front)
        names = {
            "board": _("Board"),
            "incidents": _("Incidents"),
            "bans": _("Bans"),
            "headsups": _("Heads-ups"),
            "followups": _("Follow-ups"),
            "drills": _("Drills"),
            "reports": _("Reports"),
            "phone_card": _("Phones"),
        }
        shown = [
            f"[{key} {names[name]}]" if name == front else f" {key} {names[name]} "
            for name, key in self.TABS
            if name not in self.NEEDS or (who is not None and who.may(self.NEEDS[name]))
        ]
        said = " " + " ".join(shown)
        if 0 < self.size.width < len(said):
            # Whoever may see them all has one too many for 80 cells.
            said = " " + " ".join(tab.strip() for tab in shown)
        if 0 < self.size.width < len(said):
            said = said.replace(_("Bans"), usual("Bans"))
        self.show(plain(said, "$quiet"))
