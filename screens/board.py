"""The live board: every room by block, the health of every panel, the latest alarms. Quiet is grey.

Rooms are drawn as text, as cards where there is space, else as one line each; where even that is too much, rooms
with something wrong come first. Every state has a sign and a word, so that it is read without colour too.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import ClassVar, cast

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from guardroom.alarms import words as alarm_words
from guardroom.alarms.button_test import worst
from guardroom.alarms.places import is_mobile
from guardroom.alarms.view import (
    BoardView,
    ButtonState,
    ButtonView,
    HeadsUpLine,
    PanelView,
    PassingNote,
    RecentAlarm,
    RoomView,
    TestView,
)
from guardroom.clock import moment
from guardroom.days import day_in
from guardroom.headsups import words as headsup_words
from guardroom.language import _, n_
from guardroom.settings import Settings
from screens import theme, words
from screens.dates import day_of, short_time
from screens.duties_line import duty_rows
from screens.frame import GuardScreen
from screens.keys import bindings
from screens.out_line import SIGN, out_rows
from screens.plain import Line, fitted, lines, plain
from screens.wrapping import FittedLine

CARD = 18
"""Cells of a room's card; a line of its own takes as much."""

_SIGNS = {
    "ready": " ",
    "alarm": "#",
    "acknowledged": "#",
    "restored": "#",
    "still_in_alarm": "#",
    "fault": "/",
    "unknown": "/",
    "out_of_service": SIGN,
    "no_panel": "~",
}
_STYLES = {
    "ready": "$quiet",
    "alarm": "bold $alarm-text on $alarm",
    "acknowledged": "bold $alarm-muted",
    "restored": "bold $alarm-muted",
    "still_in_alarm": "bold $alarm-muted",
    "fault": "$fault-text on $fault",
    "unknown": "$fault-text on $fault",
    "out_of_service": "bold $quiet",
    "no_panel": "dim $quiet",
}
_BUTTON_SIGNS: dict[ButtonState, str] = {"failed": "T!", "untested": "T?", "overdue": "TX"}
_BUTTON_STYLES = {"failed": "bold $fault-text on $fault", "untested": "$test", "overdue": "bold $test", "tested": ""}
_ALARM_STATES = frozenset(("alarm", "acknowledged", "restored", "still_in_alarm"))
_RANK = (
    "alarm",
    "restored",
    "acknowledged",
    "still_in_alarm",
    "fault",
    "unknown",
    "out_of_service",
    "no_panel",
    "ready",
)


def sign(state: str) -> str:
    """The one-character sign of a room's state; blank for a room that is ready."""
    return _SIGNS.get(state, "/")


def _style(state: str) -> str:
    return _STYLES.get(state, "$fault-text on $fault")


def _rank(room: RoomView) -> tuple[int, int]:
    untried = list(_BUTTON_SIGNS).index(room.button) if room.button in _BUTTON_SIGNS else len(_BUTTON_SIGNS)
    return (_RANK.index(room.state) if room.state in _RANK else 0, untried)


def button_sign(state: str) -> str:
    """The sign of what a button's tests say; "" where it has been tested."""
    return _BUTTON_SIGNS.get(cast("ButtonState", state), "")


def button_style(state: str) -> str:
    """The style of that sign; a button that failed is a fault, one that was never tried is none yet."""
    return _BUTTON_STYLES.get(state, "")


def _said(room: RoomView, age: float, width: int) -> tuple[str, Content]:
    """The room's state as a word; with how long it has lasted where it is not the ordinary one and there is room.

    After it the sign of its button, where that is not known to work; an alarm stands alone.
    """
    untried = "" if room.state in _ALARM_STATES else button_sign(room.button)
    untried = untried if width > len(untried) else ""
    tail = plain(untried, button_style(room.button))
    width -= tail.cell_length + bool(untried)
    word = words.room_state(room.state)
    if plain(word).cell_length > width:
        word = words.room_state_briefly(room.state) or word
    if room.state not in ("ready", "no_panel") and room.since_age_s is not None:
        lasted = f"{word} {words.short_span(room.since_age_s + age)}"
        word = lasted if len(lasted) <= width else word
    return fitted(word, width) + " " * bool(untried), tail


def _card(room: RoomView, age: float, ascii_only: bool) -> tuple[Content, Content, Content]:
    """A card: sign and id in the frame, the state within. The frame itself is the pattern of what is wrong."""
    style = _style(room.state)
    mark = sign(room.state)
    if mark == " ":
        top_left, top_right, side, flat = ("+", "+", "|", "-") if ascii_only else ("┌", "┐", "│", "─")
        low_left, low_right = ("+", "+") if ascii_only else ("└", "┘")
    else:
        top_left = top_right = low_left = low_right = side = flat = mark
    camera = _("CCTV")
    video = f" {camera} {flat}" if room.cctv else ""
    inner = CARD - 2
    name = plain(room.id).truncate(max(1, inner - len(video) - 3), ellipsis=True).plain
    head = plain(f"{flat} {name} ")
    said, tail = _said(room, age, inner - 1)
    top = f"{top_left}{head.plain}{flat * (inner - head.cell_length - len(video))}{video}{top_right}"
    return (
        plain(top, style),
        plain(f"{side} {said}{side}", style)
        if not tail
        else plain(f"{side} {said}", style) + tail + plain(side, style),
        plain(f"{low_left}{flat * inner}{low_right}", style),
    )


def _cell(room: RoomView, age: float, id_width: int, width: int) -> Content:
    """A room in one line of `width` cells: sign, id, state."""
    said, tail = _said(room, age, width - id_width - 2)
    return plain(f"{sign(room.state)}{fitted(room.id, id_width)} {said}", _style(room.state)) + tail


def _grouped(rooms: Iterable[RoomView]) -> list[tuple[str, list[RoomView]]]:
    """Rooms by block and floor, in the order of the town hall's list."""
    groups: dict[str, list[RoomView]] = {}
    for room in rooms:
        groups.setdefault(" · ".join(part for part in (room.block, room.floor) if part), []).append(room)
    return list(groups.items())


def _heading(name: str, rooms: list[RoomView]) -> Content:
    if rooms and all(room.state == "unknown" for room in rooms):
        return plain(f" {name}: ", "bold") + plain(_("UNKNOWN (not »ready«)"), "bold $fault-muted")
    return plain(f" {name}", "bold $quiet")


def _rows(rooms: list[RoomView], age: float, id_width: int, width: int, columns: int) -> list[Content]:
    """Rooms as lines of their own, in columns that fill the width."""
    cell = max(1, (width - 1) // columns - 1)
    cells = [_cell(room, age, id_width, cell) for room in rooms]
    return [Content(" ") + Content(" ").join(cells[start : start + columns]) for start in range(0, len(cells), columns)]


def draw_rooms(rooms: tuple[RoomView, ...], age: float, width: int, height: int, ascii_only: bool = False) -> Content:
    """Every room in `width` × `height` cells: as cards, else as lines, else those with something wrong first."""
    columns = max(1, (width - 1) // (CARD + 1))
    id_width = min(10, max((len(room.id) for room in rooms), default=1))
    groups = _grouped(rooms)
    if width > CARD:
        cards: list[Content] = []
        for name, members in groups:
            cards.append(_heading(name, members))
            for start in range(0, len(members), columns):
                drawn = [_card(room, age, ascii_only) for room in members[start : start + columns]]
                cards.extend(Content(" ") + Content(" ").join(parts) for parts in zip(*drawn, strict=True))
        if len(cards) <= height:
            return lines(*cards)
    for spaced in (True, False):
        listed: list[Content] = []
        for name, members in groups:
            if spaced and listed:
                listed.append(Content(""))
            listed.append(_heading(name, members))
            listed.extend(_rows(members, age, id_width, width, columns))
        if len(listed) <= height:
            return lines(*listed)
    worst_first = sorted(rooms, key=_rank)
    there = columns * max(1, height - 1)
    listed = _rows(worst_first[:there], age, id_width, width, columns)
    left = worst_first[there:]
    if left:
        wrong = sum(room.state != "ready" for room in left)
        more = n_("{count} more room", "{count} more rooms", len(left)).format(count=len(left))
        said = (
            _("{more}, {wrong} of them not ready").format(more=more, wrong=wrong)
            if wrong
            else _("{more}, all ready").format(more=more)
        )
        listed.append(plain(f" {said}", "bold" if wrong else "$quiet"))
    return lines(*listed)


def legend() -> Content:
    """What the signs mean."""
    return plain(
        " " + _("Signs: ready · # ALARM · / fault or unknown · ~ no button · T test"),
        "$quiet",
    )


def button_legend(view: BoardView, key: str, width: int) -> Content:
    """What the signs of the buttons mean, and in how many rooms and mobile alarms; nothing where every button works.
    `key` tests.

    Where it is too narrow, what the signs mean is left.
    """
    mobiles: dict[str, list[ButtonView]] = {}
    for button in view.buttons:
        if is_mobile(button.room):
            mobiles.setdefault(button.room, []).append(button)
    states = [room.button for room in view.rooms] + [worst(each) for each in mobiles.values()]
    there = [state for state in _BUTTON_SIGNS if state in states]
    if not there:
        return Content("")
    gap = plain(" · ", "$quiet")
    meant = [(state, f"{button_sign(state)} {words.button_state(state)}") for state in there]
    counted = gap.join(plain(f"{said} {states.count(state)}", button_style(state)) for state, said in meant)
    whole = (
        plain(" " + _("Buttons:") + " ", "$quiet") + counted + gap + plain(_("{key} tests").format(key=key), "$quiet")
    )
    if whole.cell_length <= width:
        return whole
    return Content(" ") + gap.join(plain(said, button_style(state)) for state, said in meant)


def running_test(test: TestView, age: float, width: int) -> Content:
    """The room whose button is tested now, and what that means for a press."""
    named = test.place if is_mobile(test.room) else test.room
    head = _("TEST: {room} {seconds} s").format(room=named, seconds=max(0, int(test.left_s - age)))
    rest = _("A press in {place} is a test, any other is real.").format(place=test.place)
    return plain(fitted(f" T {head}   {rest}", width), "bold $test")


def _panel_name(panel: PanelView, width: int) -> str:
    """Its name, behind another station's: that is cut, or left out, where both are too wide."""
    station = plain(panel.owner).truncate(max(0, width - cell_len(panel.name) - 2), ellipsis=True).plain
    return f"{station}: {panel.name}" if station else panel.name


def _panel_rows(panel: PanelView, age: float, width: int, roomy: bool) -> list[Content]:
    """A panel's health: name, state, when it was last heard, how many rooms hang on it."""
    tail = fitted(alarm_words.panel_state(panel), 8)
    if panel.heard_age_s is not None or not panel.owner:  # of another station's it is not known
        heard = words.short_span(None if panel.heard_age_s is None else panel.heard_age_s + age)
        tail += f" {heard:>5}"
    if width >= 36:
        count = n_("{count} room", "{count} rooms", len(panel.rooms)).format(count=len(panel.rooms))
        tail += f" {count:>8}"
    there = max(1, width - len(tail) - 1)
    head = fitted(f"{' ' if panel.well else '/'} {_panel_name(panel, there - 2)}", there)
    rows = [plain(fitted(f"{head} {tail}", width), "$quiet" if panel.well else "bold $fault-text on $fault")]
    if problem := words.panel_problem(panel):
        rows.append(plain(fitted(f"  {problem}", width), "bold"))
    elif panel.stations and not panel.owner:
        said = (
            _("read by {station}").format(station=panel.reader) if panel.reader else _("READ BY NOBODY that is known")
        )
        rows.append(plain(fitted(f"  {said}", width), "$quiet" if panel.reader else "bold"))
    elif not panel.supervised:
        rows.append(plain(fitted("  " + _("no supervision (no heartbeat)"), width), "$quiet"))
    if roomy and not panel.owner:
        facts = _("{frames} frames, {rejected} rejected").format(frames=panel.frames, rejected=panel.rejected)
        rows.append(plain(fitted(f"    {panel.driver} · {facts}", width), "$quiet"))
    return rows


def draw_panels(panels: tuple[PanelView, ...], age: float, width: int, height: int) -> Content:
    """The health of every panel, those with something wrong first where not all fit."""
    if not panels:
        return plain(_("No panel is connected to this PC."), "$quiet")
    for roomy in (True, False) if width >= 36 else (False,):
        drawn = [_panel_rows(panel, age, width, roomy) for panel in panels]
        if sum(map(len, drawn)) <= height:
            return lines(*(row for rows in drawn for row in rows))
    worst_first = sorted(panels, key=lambda panel: panel.well)
    short = [_panel_rows(panel, age, width, False)[0] for panel in worst_first]
    if len(short) > max(1, height):
        shown = max(1, height - 1)
        left = len(short) - shown
        short = [*short[:shown], plain(n_("{count} more panel", "{count} more panels", left).format(count=left))]
    return lines(*short)


def _recent_row(alarm: RecentAlarm, view: BoardView, settings: Settings, width: int) -> Content:
    when = day_of(alarm.pressed_at, moment(view.at), settings.site.zone)
    place = alarm.room or alarm.place
    parts = [fitted(when, 11), fitted(place, 8)]
    if width >= 70:
        parts.append(fitted(words.cause(alarm.cause), 14))
    parts += [
        f"{words.short_span(alarm.acknowledged_s):>6}",
        f"{words.short_span(alarm.on_scene_s):>6} ",
        f"Ø {_('DRILL')}" if alarm.drill else alarm_words.outcome(alarm.outcome),
    ]
    return plain(fitted(" " + " ".join(parts), width), "$quiet")


def draw_recent(view: BoardView, settings: Settings, width: int, height: int) -> Content:
    """The latest closed alarms with their times, and the line of the last thirty days."""
    parts = [fitted(_("Time"), 11), fitted(_("Room"), 8)]
    if width >= 70:
        parts.append(fitted(_("What"), 14))
    acknowledged, there = _("Ack."), _("There")
    parts += [f"{acknowledged:>6}", f"{there:>6} ", _("Outcome")]
    rows = [plain(fitted(" " + " ".join(parts), width), "bold $quiet")]
    room = max(0, height - 2)
    rows.extend(_recent_row(alarm, view, settings, width) for alarm in view.recent[:room])
    if not view.recent:
        rows.append(plain(" " + _("No closed alarms yet."), "$quiet"))
    rows.extend([Content("")] * (height - 1 - len(rows)))
    rows.append(plain(fitted(" " + _thirty_days(view, width), width), "$quiet"))
    return lines(*rows[-height:] if len(rows) > height > 0 else rows)


def _thirty_days(view: BoardView, width: int) -> str:
    alarms = n_("30 days: {count} closed alarm", "30 days: {count} closed alarms", view.alarms_30_days).format(
        count=view.alarms_30_days
    )
    if not view.alarms_30_days:
        return alarms
    acknowledged = _("acknowledged median {median}, longest {longest}").format(
        median=words.short_span(view.median_acknowledge_s), longest=words.short_span(view.longest_acknowledge_s)
    )
    there = _("there median {median}").format(median=words.short_span(view.median_on_scene_s))
    parts = [alarms, acknowledged, there]
    while len(" · ".join(parts)) > width and len(parts) > 1:
        parts.pop()
    return " · ".join(parts)


def _note_row(note: PassingNote, settings: Settings, width: int) -> Content:
    about_a_test = note.what in ("test", "tested", "test_failed")
    mark = "T" if about_a_test else "·"
    said = " ".join(part for part in (words.note(note.what), note.place, note.text) if part)
    return plain(
        fitted(f" {mark} {short_time(note.at, settings.site.zone)} {said}", width),
        button_style("failed") if note.what == "test_failed" else "bold $test" if about_a_test else "",
    )


def draw_headsups(view: BoardView, now: datetime, settings: Settings, width: int, height: int) -> Content:
    """Today's meetings that are not over, by when they begin, and how many the next working day has."""
    zone = settings.site.zone
    today = day_in(now, zone)
    here = [line for line in view.headsups if day_in(moment(line.begins), zone) <= today]
    coming = len(view.headsups) - len(here)
    rows = [_headsup_row(line, now, settings, width) for line in here]
    more = n_("next day: {count} heads-up (tab 4)", "next day: {count} heads-ups (tab 4)", coming).format(count=coming)
    tail = [plain(fitted(f"  {more}", width), "$quiet")] if coming else []
    space = max(1, height - len(tail))
    if len(rows) > space:
        left = len(rows) - space + 1
        said = n_("{count} more heads-up", "{count} more heads-ups", left).format(count=left)
        rows = [*rows[: space - 1], plain(fitted(f"  {said}", width), "bold")]
    return lines(*rows, *tail)


def _headsup_row(line: HeadsUpLine, now: datetime, settings: Settings, width: int) -> Content:
    """A meeting in one line. What it is warned of stands last, or that nobody looked in."""
    late = line.is_missed(now)
    running = line.status == "running"
    # That the guards were told late is past once they are there.
    codes = [code for code in line.warnings if not (running and code == "too_late")]
    warned = next((said for code in codes if (said := headsup_words.warning_short(code))), "")
    told = _("LOOK IN!") if late else warned
    room = line.room or _("away")
    place = f"{short_time(line.begins, settings.site.zone)} {fitted(room, 5)}"
    posture, staff = fitted(headsup_words.posture_short(line.posture), 9), " ".join(line.staff)
    # What it is warned of says more than who is there, and that more than where the guards are.
    choices = (
        [[place, posture, staff, told], [place, posture, told], [place, told]] if told else [[place, posture, staff]]
    )
    said = next((text for parts in choices if len(text := " ".join(parts)) + 2 <= width), " ".join(choices[-1]))
    sign = ">" if running and not late else "!" if late or warned else " "
    style = theme.URGENT if late else "bold $warning" if warned else "bold" if running else "$quiet"
    return plain(fitted(f"{sign} {said}", width), style)


class Board(GuardScreen):
    """What the guard looks at all day."""

    NAME: ClassVar[str] = "board"
    BINDINGS = bindings("board")

    def compose_body(self) -> ComposeResult:
        """Rooms and latest alarms on the left, panels, heads-ups and passing notes on the right; above them a test that
        runs."""
        yield Line(id="duties-line")
        yield Line(id="test-line")
        with Horizontal(id="board"):
            with Vertical(id="board-left"):
                with Vertical(id="rooms", classes="pane"):
                    yield FittedLine(id="room-map")
                    yield Line(id="out-line")
                    yield Line(id="legend")
                    yield Line(id="button-legend")
                with Vertical(id="recent", classes="pane"):
                    yield FittedLine(id="recent-rows")
            with Vertical(id="board-right"):
                with Vertical(id="panels", classes="pane"):
                    yield FittedLine(id="panel-rows")
                with Vertical(id="headsups", classes="pane"):
                    yield FittedLine(id="headsup-rows")
                with Vertical(id="notes", classes="pane"):
                    yield FittedLine(id="note-rows")

    def render_view(self, view: BoardView, age: float) -> None:
        """Draw every part into the space it has."""
        settings = self.desk.settings
        for name, heading in (
            ("rooms", _("ROOMS (quiet is grey)")),
            ("recent", _("LATEST ALARMS AT THIS STATION") if view.among_others else _("LATEST ALARMS")),
            ("panels", _("PANELS: last heard")),
            ("notes", _("MESSAGES")),
            ("headsups", _("TODAY: HEADS-UPS")),
        ):
            pane = self.query_one(f"#{name}")
            if pane.border_title != heading:  # setting it paints the whole pane anew
                pane.border_title = heading
        rooms, width, height = self._part("room-map")
        rooms.show(draw_rooms(view.rooms, age, width, height, self.desk.has_class("-console")))
        now = moment(view.at) + timedelta(seconds=age)
        out = out_rows(view, now, settings, width, 2 if self.has_class("-low") else 4, self.cap_of("out_of_service"))
        self._part("out-line")[0].display = bool(out)
        self._part("out-line")[0].show(lines(*out))
        self._part("legend")[0].show(legend())
        untried = button_legend(view, self.cap_of("button_tests"), width)
        self._part("button-legend")[0].display = bool(untried.plain)
        self._part("button-legend")[0].show(untried)
        self._show_duties(view)
        self._part("test-line")[0].display = view.test is not None
        if view.test is not None:
            self._part("test-line")[0].show(running_test(view.test, age, max(1, self.desk.size.width)))
        recent, width, height = self._part("recent-rows")
        recent.show(draw_recent(view, settings, width, height))
        panels, width, height = self._part("panel-rows")
        if self.desk.lost:
            panels.show(plain(_("UNKNOWN: the monitor does not answer."), "bold $fault-muted"))
        else:
            panels.show(draw_panels(view.panels, age, width, height))
        self.query_one("#headsups").display = bool(view.headsups)
        if view.headsups:
            headsups, width, height = self._part("headsup-rows")
            headsups.show(draw_headsups(view, now, settings, width, height))
        notes, width, height = self._part("note-rows")
        latest = [_note_row(note, settings, width) for note in view.notes[-max(1, height) :]]
        notes.show(lines(*latest) if latest else plain(" " + _("Nothing new."), "$quiet"))

    def _show_duties(self, view: BoardView) -> None:
        keys = {name: self.cap_of(name) for name in ("handover", "door_locks", "shift")}
        rows = duty_rows(view, self.desk.settings, self.desk.clock.now(), keys, max(1, self.desk.size.width))
        self._part("duties-line")[0].display = bool(rows)
        if rows:
            self._part("duties-line")[0].show(lines(*rows))

    def _part(self, name: str) -> tuple[Line, int, int]:
        part = self.query_one(f"#{name}", Line)
        return part, max(1, part.size.width), part.size.height
