"""The health of every panel: what is known of its line, what is wrong with it, and what to do about that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from guardroom import line_words
from guardroom.alarms import fault_words
from guardroom.alarms import words as alarm_words
from guardroom.alarms.view import BoardView, PanelView
from guardroom.language import _, n_
from screens import words
from screens.frame import GuardScreen
from screens.keys import bindings
from screens.more import Sheet
from screens.plain import Line, fitted, lines, plain

LABEL = 11
"""Cells of the names of the facts."""

_MANY_REJECTED = 0.1
_FEW = 5
"""A share, and a number that opening a port in the middle of a frame may cost."""


def list_rows(
    panels: tuple[PanelView, ...], marked: frozenset[str], chosen: int, age: float, width: int, height: int
) -> Content:
    """One line for each panel, the chosen one marked and in sight. `marked` are the panels that a fault names."""
    first = max(0, min(chosen - height // 2, len(panels) - height))
    rows: list[Content] = []
    for number, panel in list(enumerate(panels))[first : first + max(1, height)]:
        heard = words.short_span(None if panel.heard_age_s is None else panel.heard_age_s + age)
        tail = f"{fitted(alarm_words.panel_state(panel), 8)} {heard:>6}"
        mark = ">" if number == chosen else " "
        well = panel.well and panel.name not in marked
        head = fitted(f"{mark}{' ' if well else '/'} {panel.name}", max(1, width - len(tail) - 1))
        style = "$quiet" if well else "bold $fault-text on $fault"
        rows.append(plain(fitted(f"{head} {tail}", width), "reverse bold" if number == chosen else style))
    return lines(*rows)


def fact_rows(panel: PanelView, faults: Sequence[str], age: float, width: int) -> Content:
    """Everything that is known of a panel, what is wrong first. `faults` are what it has reported itself."""
    rows = [plain(fitted(f"{panel.name} · {panel.driver}", width), "bold")]
    wrong = words.panel_problem(panel)
    if wrong:
        rows += _wrapped(f"/ {wrong[:1].upper()}{wrong[1:]}.", width, "bold $fault-text on $fault")
        rows += _wrapped(words.panel_remedy(panel), width, "bold")
    if panel.problem == "hung_up" and panel.present is False:
        rows += _wrapped(_("The adapter is not plugged in now."), width, "bold")
    for fault in faults:
        rows += _wrapped(f"/ {fault}", width, "bold $fault-text on $fault")
    if wrong or faults:
        rows.append(Content(""))
    if panel.stands_by:
        # What it hears its reader knows.
        rows += _fact(_("State"), alarm_words.panel_state(panel), width, "" if panel.well else "bold")
    else:
        rows += _heard_here(panel, age, width)
    if panel.stations:
        rows += _fact(_("Reader"), reader(panel), width, "" if panel.reader else "bold")
    port = panel.port if panel.device in ("", panel.port) else f"{panel.port} = {panel.device}"
    rows += _fact(_("Port"), port, width)
    rows += _fact(_("Line"), panel.line, width)
    if not panel.stands_by:
        rows += _fact(_("Last bytes"), panel.last_raw or "-", width)
    rows += _fact(_("Rooms"), ", ".join(panel.rooms) or "-", width)
    if advice := line_words.unnamed_adapter(panel.by_path):
        rows += [Content(""), *_wrapped(advice, width)]
    return lines(*rows)


def _heard_here(panel: PanelView, age: float, width: int) -> list[Content]:
    since = _("{state} for {time}").format(
        state=alarm_words.panel_state(panel), time=words.short_span(panel.state_age_s + age)
    )
    rows = _fact(_("State"), since, width, "" if panel.well else "bold")
    rows += _fact(_("Heard"), _heard(panel, age), width)
    if panel.state == "lost":
        rows += _fact(_("Attempts"), _attempts(panel, age), width)
    return rows + _fact(_("Frames"), _frames(panel), width)


def reader(panel: PanelView) -> str:
    """Who reads a panel that several stations may read, and who they are."""
    others = ", ".join(station for station in panel.stations if station != panel.reader)
    said = panel.reader or _("nobody that is known")
    too = _("may read it too: {stations}").format(stations=others)
    return f"{said} ({too})" if others else said


def _reported(panel: PanelView, view: BoardView) -> list[str]:
    """The faults that a panel has reported, in words; what is wrong with its line stands there already."""
    return [
        fault_words.title(fault)
        for fault in view.faults
        if (fault.panel, fault.owner) == (panel.name, panel.owner) and fault.kind not in ("panel_silent", "panel_lost")
    ]


def _wrapped(text: str, width: int, style: str = "") -> list[Content]:
    return list(plain(text, style).wrap(max(1, width))) if text else []


def _fact(name: str, text: str, width: int, style: str = "") -> list[Content]:
    """A fact with its name before it; further lines stand beneath the first."""
    first, *others = _wrapped(text, width - LABEL, style) or [Content("")]
    label = plain(fitted(name, LABEL), "$quiet")
    return [label + first, *(Content(" " * LABEL) + other for other in others)]


def _heard(panel: PanelView, age: float) -> str:
    if panel.owner and panel.heard_age_s is None:
        return _("when it was last heard is shown at its own station")
    if panel.heard_age_s is None:
        said = _("no valid frame yet")
    else:
        said = _("last valid frame {time} ago").format(time=words.short_span(panel.heard_age_s + age))
    if panel.supervised:
        return said + " " + _("(limit {time})").format(time=words.short_span(panel.limit_s))
    return said + ". " + _("This panel has no heartbeat: silence cannot be told from health.")


def _attempts(panel: PanelView, age: float) -> str:
    said = n_("{count} attempt to open the port failed", "{count} attempts to open the port failed", panel.attempts)
    said = said.format(count=panel.attempts)
    if panel.next_attempt_s is None:
        return said
    left = words.short_span(max(0.0, panel.next_attempt_s - age))
    return said + ", " + _("the next in {time}").format(time=left)


def _frames(panel: PanelView) -> str:
    """Valid and rejected frames, with the rejected ones' share."""
    said = _("{frames} valid, {rejected} rejected").format(frames=panel.frames, rejected=panel.rejected)
    if not panel.rejected:
        return said
    share = panel.rejected / (panel.frames + panel.rejected)
    said += f" ({share:.0%})" if share >= 0.01 else " (<1%)"
    if share > _MANY_REJECTED and panel.rejected > _FEW and not panel.problem:
        said += ". " + _("So many point to the cable, to interference or to the line's settings.")
    return said


class Panels(GuardScreen):
    """The list of panels, and all that is known of the chosen one."""

    NAME: ClassVar[str] = "panels"
    TABS: ClassVar[bool] = False
    BINDINGS = bindings("panels")

    def __init__(self) -> None:
        super().__init__()
        self._chosen = ""

    def compose_body(self) -> ComposeResult:
        """The list on the left, the chosen panel on the right."""
        with Horizontal(id="panels-page"):
            with Vertical(id="panel-list-pane", classes="pane"):
                yield Line(id="panel-list")
            with Sheet(id="panel-facts-pane", classes="pane", can_focus=False):
                yield Line(id="panel-facts")

    def opened(self) -> None:
        """Begin with the first panel that is not well."""
        faulty = {fault.panel for fault in self.desk.shown.faults}
        unwell = [panel.name for panel in self.desk.shown.own_panels if not panel.well or panel.name in faulty]
        if unwell:
            self._chosen = unwell[0]

    def render_view(self, view: BoardView, age: float) -> None:
        """Draw both panes into the space they have."""
        for name, heading in (("list", _("PANELS")), ("facts", _("HEALTH OF THE CHOSEN PANEL"))):
            pane = self.query_one(f"#panel-{name}-pane")
            if pane.border_title != heading:  # setting it paints the whole pane anew
                pane.border_title = heading
        listed, facts = self.query_one("#panel-list", Line), self.query_one("#panel-facts", Line)
        if self.desk.lost or not view.own_panels:
            unknown = _("UNKNOWN: the monitor does not answer.")
            said = unknown if self.desk.lost else _("No panel is connected to this PC.")
            listed.show(plain(fitted(said, max(1, listed.size.width)), "bold"))
            facts.show(plain(said, "bold"))
            return
        number = self._number(view)
        size = self.query_one("#panel-list-pane").content_size
        marked = frozenset(fault.panel for fault in view.faults)
        listed.show(list_rows(view.own_panels, marked, number, age, max(1, size.width), max(1, size.height)))
        width = self.query_one("#panel-facts-pane").scrollable_content_region.width
        panel = view.own_panels[number]
        facts.show(fact_rows(panel, _reported(panel, view), age, max(LABEL + 1, width)))

    def _number(self, view: BoardView) -> int:
        names = [panel.name for panel in view.own_panels]
        return names.index(self._chosen) if self._chosen in names else 0

    def action_choose(self, step: int) -> None:
        """Go `step` panels on in the list."""
        view = self.desk.shown
        if view.own_panels:
            number = min(max(self._number(view) + step, 0), len(view.own_panels) - 1)
            self._chosen = view.own_panels[number].name
            self.query_one("#panel-facts-pane", Sheet).scroll_home(animate=False)
            self.show_view(view, self.desk.view_age())

    def action_scroll(self, way: str) -> None:
        """Scroll what is known of the panel: page_up or page_down."""
        pane = self.query_one("#panel-facts-pane", Sheet)
        {"page_up": pane.scroll_page_up, "page_down": pane.scroll_page_down}[way](animate=False)
