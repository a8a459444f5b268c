"""The takeover: an alarm that nobody has acknowledged fills the screen.

What the guard needs in the first five seconds, in this order: where, how to get there, real or not, who else is in
trouble, and the one key. Nothing to type, nothing to choose, nothing that can have the focus: keys meant for a
half-written note cannot acknowledge. Texts are made once for each change; only the timer's line is made each second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from guardroom.alarms.view import AlarmView, BoardView, HeadsUpLine, in_order
from guardroom.language import _
from guardroom.settings import Settings
from screens import words
from screens.big_letters import ROWS, big, drawing_block
from screens.dates import time_of
from screens.drill import is_shown
from screens.frame import GuardScreen
from screens.in_the_room import may_read_more, meetings_of, name_hidden, who_and_why
from screens.keys import bindings, cap_of
from screens.plain import Line, lines, plain

_LABEL_CELLS = 17
_LOWEST_FOR_BIG_LETTERS = 14
_LOWEST_FOR_FRAMED_KEY = 17
_LOWEST_FOR_TALL_KEY = 30
_LOWEST_FOR_FRAME = 8
_NARROWEST_FOR_LABELS = 50


def cause_sign(cause: str) -> str:
    """The sign of a cause, so that it is told apart without colour: people's alarms are `#`."""
    return {"fire": "^", "intrusion": ">", "medical": "+", "other": "*"}.get(cause, "#")


def cause_title(cause: str) -> str:
    """What kind of alarm it is, as the takeover's title."""
    return {
        "fire": _("FIRE"),
        "intrusion": _("INTRUSION"),
        "medical": _("MEDICAL HELP"),
        "other": _("OTHER ALARM"),
    }.get(cause, _("ALARM"))


def cause_class(cause: str) -> str:
    """The style class of a cause: `-people`, `-fire`, `-intrusion`, `-medical` or `-other`."""
    return f"-{cause}" if cause in ("fire", "intrusion", "medical", "other") else "-people"


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A piece of the takeover. `need` says how much it is needed: where rows are scarce the highest goes first."""

    content: Content
    need: int

    @property
    def height(self) -> int:
        """How many rows of the screen it takes."""
        return self.content.plain.count("\n") + 1


BLANK = Content("")
_AIR = 100
"""Rows from this need on are only air."""


def fit(rows: list[Row], height: int) -> list[Row]:
    """Those of `rows`, in their order, that are needed most and fit in `height` rows of the screen."""
    kept: set[int] = set()
    left = height
    for index in sorted(range(len(rows)), key=lambda index: rows[index].need):
        if rows[index].height <= left:
            kept.add(index)
            left -= rows[index].height
    return [row for index, row in enumerate(rows) if index in kept]


def _named(label: str, text: str, width: int, style: str = "") -> Content:
    """`text` after its label, wrapped to `width` with the text in a column of its own."""
    if width < _NARROWEST_FOR_LABELS:
        return _wrapped(text, width, style)
    wrapped = plain(text, style).wrap(width - _LABEL_CELLS)
    indented = [Content(" " * _LABEL_CELLS) + row for row in wrapped[1:]]
    return lines(plain(label.ljust(_LABEL_CELLS)) + wrapped[0], *indented)


def _way(label: str, text: str, width: int, low: bool, style: str = "") -> Content:
    """A way in or out. Where room is scarce one row of it, so that a way out never stands where the way in should."""
    if width >= _NARROWEST_FOR_LABELS and not low:
        return _named(label, text, width, style)
    return plain(f"{label}: {text}", style).truncate(width, ellipsis=True)


def place_line(alarm: AlarmView) -> str:
    """The place in words: the room's name with its block and floor, a mobile alarm's with who has it and where they
    are, or the raw point with its text."""
    if alarm.mobile:
        return words.placed(alarm)
    if alarm.room is None and not alarm.manual:
        return alarm.place if alarm.text in alarm.place else f"{alarm.place} · {alarm.text}"
    return " · ".join(part for part in (alarm.place, alarm.block, alarm.floor) if part)


def _wrapped(text: str, width: int, style: str = "") -> Content:
    return lines(*plain(text, style).wrap(max(1, width)))


def where_rows(alarm: AlarmView, width: int, block: str, *, tall: bool = False, low: bool = False) -> list[Row]:
    """Where it is and how to get there and out; `tall`: letters twice as high; `low`: one row for each way."""
    rows = [
        # One piece with the row above: letters that touch the title cannot be read.
        *(Row(lines(BLANK, drawn), 4) for drawn in _big_rows(alarm, width, block, tall)),
        Row(BLANK, _AIR + 1),
        Row(_name(alarm, width), 0),
    ]
    if alarm.route:
        rows.append(Row(_way(_("Way in"), alarm.route, width, low, "bold"), 1))
    if alarm.escape_route:
        rows.append(Row(_way(_("Escape route"), alarm.escape_route, width, low), 2))
    if alarm.room is None and not (alarm.manual or alarm.mobile):
        rows.append(Row(plain(_("No room owns this point: look for the place on the panel.")), 3))
    rows.append(Row(BLANK, _AIR + 2))
    return rows


def _name(alarm: AlarmView, width: int) -> Content:
    """The place in plain letters; the room's name alone where there is no room for its block and floor."""
    if width < _NARROWEST_FOR_LABELS:
        return plain(alarm.place, "bold").truncate(width, ellipsis=True)
    return _wrapped(place_line(alarm), width, "bold")


def _big_rows(alarm: AlarmView, width: int, block: str, tall: bool) -> list[Content]:
    drawn = big(alarm.place, width, *(name for name in (alarm.room, alarm.mobile, alarm.point) if name), block=block)
    if drawn.count("\n") != ROWS - 1:
        return []
    indent = Content(" " * ((width - len(drawn.split("\n", 1)[0])) // 2))
    rows = [indent + Content.styled(row, "bold") for row in drawn.split("\n")]
    return [lines(*(row for row in rows for _times in range(2 if tall else 1)))]


def fact_rows(
    alarm: AlarmView,
    width: int,
    settings: Settings,
    *,
    drill: bool = False,
    after_drill: bool = False,
    meetings: Sequence[HeadsUpLine] = (),
    more: bool = False,
) -> list[Row]:
    """What is known besides the place: warnings first, then how real it is, who is in the room and why, then how to see
    and ring the room. `meetings` are what the guards were told of it; `more`: as whoever is signed in may read it.

    `drill`: everybody is to see that it is one; `after_drill`: one was over a short while ago, and this is none.
    """
    rows: list[Row] = []
    warnings = (
        (bool(alarm.sent), f"! {words.sent(alarm.owner, alarm.unanswered)}"),
        (after_drill, _("! The drill is over: this alarm is REAL.")),
        (not alarm.stored, _("! NOT WRITTEN TO DISK YET: write place and time on paper.")),
        (
            alarm.state == "restored_unacknowledged",
            _("! The button has been reset, but nobody has acknowledged: go and see."),
        ),
        (alarm.received_late, f"! {words.received_late(alarm.panel_time)}"),
        (alarm.by_user, f"! {words.by_user(alarm.point)}"),
        (alarm.cancelled, _("! Somebody cancelled it at the panel. It counts until you have been there.")),
    )
    rows.extend(Row(_wrapped(said, width, "bold"), 5) for so, said in warnings if so)
    for line in alarm.timeline:
        if line.what == "respond":
            zone = settings.site.zone
            said = f"{words.timeline(line, zone)}  {time_of(line.at, zone)} {line.by}".rstrip()
            rows.append(Row(_wrapped(f"[x] {said}", width, "bold"), 7))
    rows.append(Row(_wrapped(_what(alarm, drill), width), 6))
    for at, said in enumerate(who_and_why(meetings, settings, more=more)):
        rows.append(Row(_named(_("or") if at else _("In the room"), said, width, "bold"), 7))
    if meetings:
        rows.append(Row(_wrapped(name_hidden(meetings), width), 42))
    ways = [_("CCTV: yes") if alarm.cctv else _("CCTV: no")] if alarm.room is not None else []
    if alarm.phone:
        ways.append(_("Telephone in the room: {number}").format(number=alarm.phone))
    if ways:
        rows.append(Row(_wrapped(" · ".join(ways), width), 40))
    if alarm.text and (alarm.room is not None or alarm.manual or alarm.mobile):
        said = _("Told") if alarm.manual else _("Panel's text")
        rows.append(Row(_named(said, f"»{alarm.text}«", width), 41))
    return rows


def _what(alarm: AlarmView, drill: bool) -> str:
    """What kind of alarm it is and whose word it is. Nothing says that one is real: a hidden drill would have to."""
    parts = [_("DRILL: do not ring the police about it")] if drill else []
    parts.append(words.cause(alarm.cause))
    if alarm.manual:
        parts.append(_("raised by hand"))
    if alarm.owner:
        parts.append(_("station {station}").format(station=alarm.owner))
    if alarm.panel:
        parts.append(_("panel {panel}").format(panel=alarm.panel))
    if alarm.point:
        parts.append(_("point {point}").format(point=alarm.point))
    if alarm.repeats:
        parts.append(_("call repeated {count}×").format(count=alarm.repeats))
    return " · ".join(parts)


def other_rows(others: list[AlarmView], room: int, width: int, settings: Settings) -> list[Row]:
    """The other alarms, each on a row, unacknowledged and oldest first; "more below" only where `room` ends."""
    if not others:
        return [Row(plain(_("Other alarms: none")), 45)]
    heading = _("OTHER ALARMS ({count})").format(count=len(others))
    rows = [Row(plain(heading, "bold"), 8)]
    shown = len(others) if len(others) < room else max(0, room - 2)
    for alarm in others[:shown]:
        parts = [
            f"{cause_sign(alarm.cause)} {time_of(alarm.pressed_at, settings.site.zone)}",
            place_line(alarm),
            words.alarm_state(alarm),
            *([alarm.owner] if alarm.owner else []),
        ]
        if alarm.presses > 1:
            parts.append(_("PRESS {number}").format(number=alarm.presses))
        said = plain("  ".join(parts), "bold" if alarm.unacknowledged else "")
        rows.append(Row(said.truncate(max(1, width), ellipsis=True), 9))
    if shown < len(others):
        more = _("more below: {count}").format(count=len(others) - shown)
        if shown == 0:
            rows = [Row(plain(f"{heading}, {more}", "bold"), 8)]
        else:
            rows.append(Row(plain(more, "bold"), 8))
    return rows


def timer(alarm: AlarmView, age: float, silenced_s: float | None, width: int) -> Content:
    """The one line that changes each second: time since the press, presses, silence. `age` is the view's, seconds."""
    running = words.clock_span(alarm.age_s + age)
    label = _("TIME SINCE PRESS") if alarm.threatens_people else _("TIME SINCE ALARM")
    if alarm.manual:
        label = _("TIME SINCE CALL")
    elif alarm.received_late:
        label = _("TIME SINCE RECEIVED")
    parts = [running if width < _NARROWEST_FOR_LABELS else f"{label}   {running}"]
    if alarm.presses > 1:
        pressed = _("PRESS {number}").format(number=alarm.presses)
        if width >= _NARROWEST_FOR_LABELS:
            ago = words.clock_span(alarm.last_press_age_s + age)
            pressed = _("{press}, {time} ago").format(press=pressed, time=ago)
        parts.append(pressed)
    left = None if silenced_s is None else int(silenced_s - age)
    if left is not None and left > 0:
        parts.append(_("SILENT {seconds} s").format(seconds=left))
    return plain("   ".join(parts), "bold")


def key_bar(settings: Settings, width: int) -> str:
    """The one key, as wide as there is room; the key that the town hall chose."""
    key = cap_of("acknowledge", settings)
    short = _("{key} ACKNOWLEDGE").format(key=key)
    going = _("I AM GOING")
    candidates = (
        f">>>   {short} - {going}   <<<",
        f">>> {short} <<<",
        short,
    )
    return next((text for text in candidates if len(text) <= width), candidates[-1])


def under_rows(settings: Settings, width: int) -> list[Row]:
    """The other keys, and what acknowledging does and does not do."""

    def key(name: str, text: str) -> str:
        return f"{cap_of(name, settings)} {text}"

    others = (
        key("both", _("We both go")),
        key("second_guard", _("Send guard 2")),
        key("police", _("Police script")),
        key("silence", _("Silence 60 s (does NOT acknowledge)")),
    )
    wide = "    ".join(others)
    half = ("   ".join(others[:2]), "   ".join(others[2:]))
    offered = [wide] if len(wide) <= width else list(half)
    return [
        *(Row(plain(row), 30) for row in offered),
        Row(_wrapped(_("Acknowledging stops the sound. The timeline goes on by itself: just go."), width), 60),
        Row(_wrapped(_("Keys are ignored for the first 0.7 s: typing cannot acknowledge by accident."), width), 61),
    ]


class Takeover(GuardScreen):
    """An unacknowledged alarm on the whole screen."""

    NAME: ClassVar[str] = "takeover"
    TABS: ClassVar[bool] = False
    STRIP: ClassVar[bool] = False
    BANNER: ClassVar[bool] = False
    AUTO_FOCUS = ""
    BINDINGS = bindings("takeover")

    def __init__(self) -> None:
        super().__init__()
        self._made_of: object = None

    def compose_body(self) -> ComposeResult:
        """Six lines of text and nothing that takes the focus; filled before the first paint."""
        with Vertical(id="takeover"):
            yield Line(id="cause")
            yield Line(id="where")
            yield Line(id="timer")
            yield Line(id="facts")
            yield Line(id="key")
            yield Line(id="under")

    def render_view(self, view: BoardView, age: float) -> None:
        """Show the oldest unacknowledged alarm; all but the timer only when something has changed."""
        waiting = [alarm for alarm in in_order(view.alarms) if alarm.unacknowledged]
        if not waiting:
            return
        alarm = waiting[0]
        others = [other for other in in_order(view.alarms) if other.key != alarm.key]
        width = max(1, self.desk.size.width - (4 if self.desk.size.width >= _NARROWEST_FOR_LABELS else 0))
        drill = is_shown(view, alarm)
        self._line("cause").show(plain(self._title(alarm, len(waiting), width, drill), "bold"))
        self._line("timer").show(timer(alarm, age, view.silenced_s, width))
        after_drill = view.drill is not None and not view.drill.running
        meetings, more = meetings_of(alarm, view), may_read_more(self.desk.who)
        made_of = (
            _timeless(alarm),
            [_timeless(other) for other in others],
            self.desk.size,
            drill,
            after_drill,
            meetings,
            more,
        )
        if made_of != self._made_of:
            self._made_of = made_of
            self.set_class(drill, "-drill")
            facts = fact_rows(
                alarm,
                width,
                self.desk.settings,
                drill=drill,
                after_drill=after_drill,
                meetings=meetings,
                more=more,
            )
            self._lay_out(alarm, others, facts, width)

    def _lay_out(self, alarm: AlarmView, others: list[AlarmView], facts: list[Row], width: int) -> None:
        settings = self.desk.settings
        height = self.desk.size.height
        tiny = height < _LOWEST_FOR_FRAME
        framed = height >= _LOWEST_FOR_FRAMED_KEY
        self.set_class(tiny, "-tiny")
        self.set_class(tiny or self.desk.size.width < _NARROWEST_FOR_LABELS, "-tight")
        tall = height >= _LOWEST_FOR_TALL_KEY
        self.set_class(framed, "-framed")
        self.set_class(tall, "-tall")
        for name in ("-people", "-fire", "-intrusion", "-medical", "-other"):
            self.set_class(name == cause_class(alarm.cause), name)

        # Header and footer are one row each; cause, timer and key one each, the key's frame two more, its air two.
        free = height - (0 if tiny else 2) - 3 - (2 if framed else 0) - (2 if tall else 0)
        block = drawing_block(self.desk.has_class("-console"))
        where = where_rows(alarm, width, block, low=not framed)
        if height < _LOWEST_FOR_BIG_LETTERS:
            where = [row for row in where if row.height <= ROWS]
        under = under_rows(settings, width)
        needed = sum(row.height for row in where + facts if row.need < 8)
        facts = [
            Row(BLANK, _AIR + 3),
            *facts,
            Row(BLANK, _AIR + 4),
            *other_rows(others, free - needed, width, settings),
        ]
        taller = where_rows(alarm, width, block, tall=True)
        if sum(row.height for row in taller + facts + under) <= free:
            where = taller
        kept = fit(where + facts + under, free)

        self._line("where").show(_stacked([row for row in where if row in kept]))
        said = [row for row in facts if row in kept]
        self._line("facts").display = bool(said)
        self._line("facts").show(_stacked(said))
        self._line("key").show(plain(key_bar(settings, width - (2 if framed else 0)), "bold"))
        below = [row for row in under if row in kept]
        self._line("under").display = bool(below)
        self._line("under").show(_stacked(below))

    def _title(self, alarm: AlarmView, waiting: int, width: int, drill: bool) -> str:
        # The sign blinks at 1 Hz for as long as nobody has acknowledged.
        sign = (cause_sign(alarm.cause) if self.desk.clock.monotonic() % 1 < 0.5 else " ") * 3
        title = cause_title(alarm.cause)
        count = _("1 of {count}").format(count=waiting) if waiting > 1 else ""
        marked = _("DRILL") if drill else ""
        wide = "   ".join(part for part in (marked, sign, " ".join(title), sign, marked, count) if part)
        return wide if len(wide) <= width else " ".join(part for part in (marked, sign, title, count) if part)

    def _line(self, name: str) -> Line:
        return self.query_one(f"#{name}", Line)

    def on_click(self, event: events.Click) -> None:
        """A click on the key's bar is the key."""
        if event.widget is not None and event.widget.id == "key" and not self.desk.too_soon():
            self.action_acknowledge()


def _timeless(alarm: AlarmView) -> AlarmView:
    """`alarm` without its ages, so that two views differ only where something happened."""
    return replace(alarm, age_s=0.0, last_press_age_s=0.0)


def _stacked(rows: list[Row]) -> Content:
    return lines(*(row.content for row in rows))
