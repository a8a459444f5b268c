"""What stays on top of every screen until it is over: the open alarms, and below them the fault in front."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rich.cells import cell_len
from textual import events
from textual.content import Content

from guardroom.alarms import fault_words
from guardroom.alarms.view import AlarmView, BoardView, FaultView, in_order
from guardroom.language import _, n_
from guardroom.settings import Settings
from screens import words
from screens.dates import time_of
from screens.drill import drill_mark, is_shown
from screens.keys import cap_of
from screens.plain import Line, fitted, lines, plain
from screens.wrapping import packed, wrapped

if TYPE_CHECKING:
    from screens.app import GuardroomApp

ROWS = 4


class AlarmStrip(Line):
    """Every open alarm, one line each up to four, unacknowledged first. A click does what F12 does."""

    def show_view(self, view: BoardView, age: float, now: float) -> None:
        """Show the open alarms; nothing at all where there is none. `now` (monotonic) makes `#` blink at 1 Hz."""
        self.display = bool(view.alarms)
        if not view.alarms:
            return
        width = max(1, self.app.size.width)
        rows_there = ROWS if self.app.size.height >= 20 else 2 if self.app.size.height >= 10 else 1
        alarms = in_order(view.alarms)
        zone = cast("GuardroomApp", self.app).settings.site.zone
        front = alarms[: rows_there if len(alarms) <= rows_there else max(1, rows_there - 1)]
        rows = [
            self._row(
                alarm,
                time_of(alarm.pressed_at, zone),
                age,
                width,
                int(now * 2) % 2 == 0 or not alarm.unacknowledged,
                drill_mark() if is_shown(view, alarm) else Content(""),
            )
            for alarm in front
        ]
        if len(alarms) > len(front):
            below = n_("{count} more below", "{count} more below", len(alarms) - len(front))
            rows.append(plain(fitted(f"   {below.format(count=len(alarms) - len(front))}", width), "bold $alarm-text"))
        self.show(lines(*rows))

    def _row(self, alarm: AlarmView, pressed: str, age: float, width: int, lit: bool, drill: Content) -> Content:
        desk = cast("GuardroomApp", self.app)
        place = alarm.place if alarm.room in (None, alarm.place) else f"{alarm.place} ({alarm.room})"
        parts = [
            f" {'#' if lit else ' '} {words.alarm_state(alarm)}",
            place,
            words.clock_span(alarm.age_s + age),
        ]
        if not alarm.threatens_people:
            parts.insert(1, words.cause(alarm.cause))
        if alarm.presses > 1:
            parts.append(n_("{count} press", "{count} presses", alarm.presses).format(count=alarm.presses))
        parts.append(_("pressed {time}").format(time=pressed))
        if alarm.owner:
            parts.insert(2, alarm.owner)
        if alarm.sent:
            parts.append(words.sent(alarm.owner, alarm.unanswered))
        elif alarm.unacknowledged and desk.acts_on_alarms:
            parts.append(_("{key} acknowledges").format(key=_acknowledge_key(desk.settings)))
        elif alarm.acknowledged_by:
            parts.append(_("acknowledged by {people}").format(people=alarm.acknowledged_by))
        style = "bold $alarm-text on $alarm" if alarm.unacknowledged else "bold $alarm-muted"
        return drill + plain(fitted("   ".join(parts), width - drill.cell_length), style)

    async def on_click(self, event: events.Click) -> None:
        """Acknowledge as F12 does where something waits for it; else open the alarm in front."""
        event.stop()
        desk = cast("GuardroomApp", self.app)
        if any(alarm.unacknowledged for alarm in desk.shown.alarms):
            await self.screen.run_action("acknowledge")
        else:
            desk.open_response(None)


class FaultBanner(Line):
    """The fault in front: what is wrong, which rooms, what to do now. White on blue, never like an alarm."""

    def show_view(self, view: BoardView, age: float, settings: Settings, height: int) -> None:
        """Show the fault in front; shorter where the screen is low, where it is acknowledged, or under an alarm."""
        self.display = bool(view.faults)
        if not view.faults:
            return
        width = max(1, self.app.size.width)
        fault, *others = in_front(view.faults)
        named = " ".join(fault.rooms)
        rooms = [_("Rooms whose alarms may be missing: {rooms}").format(rooms=named)] if named else []
        do_now = _do_now(words.fault_do_now(fault, view, settings), width - 3)
        if view.alarms or height < 16:
            told = []
        elif height < 30:
            told = rooms if rooms and fault.acknowledged else [*rooms, *do_now]
        else:
            told = [*words.fault_facts(fault, view, age, settings), *rooms, *do_now]
            if fault.kind != "monitor_gone" and cast("GuardroomApp", self.app).acts_on_alarms:
                told.append(_acknowledged(fault, _acknowledge_key(settings)))
            told += [f"  {fault_words.title(other)}" for other in others[:2]]
        rows = (plain(fitted(f" / {row}", width)) for row in told)
        self.show(lines(_title(fault, len(others), width), *rows))

    async def on_click(self, event: events.Click) -> None:
        """Acknowledge as F12 does."""
        event.stop()
        await self.screen.run_action("acknowledge")


def _title(fault: FaultView, others: int, width: int) -> Content:
    """What is wrong, and how many faults there are besides: that is said whole, however long the first is."""
    more = " · " + n_("{count} more fault", "{count} more faults", others).format(count=others) if others else ""
    title = plain(f" /// {fault_words.title(fault)}").truncate(max(1, width - cell_len(more) - 1), ellipsis=True)
    return plain(f"{title.plain}{more} " + "/" * (width - title.cell_length - cell_len(more) - 1), "bold")


def _do_now(steps: list[str], width: int) -> list[str]:
    """What to do in as many rows as it needs: a step is broken only where it is wider than a row."""
    numbered = [f"{number} {step}" for number, step in enumerate(steps, start=1)]
    numbered[:1] = [_("Do now: {steps}").format(steps=step) for step in numbered[:1]]
    rows = packed([row for step in numbered for row in wrapped(step, width)], width, 2)
    return [row.plain for row in rows]


def _acknowledge_key(settings: Settings) -> str:
    return cap_of("acknowledge", settings)


def _acknowledged(fault: FaultView, key: str) -> str:
    if fault.acknowledged:
        if not fault.acknowledged_by:
            return _("Acknowledged. It stays here until it is over.")
        return _("Acknowledged by {people}. It stays here until it is over.").format(people=fault.acknowledged_by)
    return _("Acknowledged: no. {key} acknowledges it; it stays here until it is over.").format(key=key)


_WEIGHT = (
    "monitor_gone",
    "station_unanswered",
    "storage",
    "panel_silent",
    "panel_lost",
    "panel_unread",
    "panel_twice",
    "station_silent",
    "sound",
    "unknown_code",
    "tamper",
)


def in_front(faults: tuple[FaultView, ...]) -> list[FaultView]:
    """Faults as they are shown: unacknowledged first, then those that cost most alarms, then the oldest."""
    return sorted(
        faults,
        key=lambda fault: (
            fault.acknowledged,
            _WEIGHT.index(fault.kind) if fault.kind in _WEIGHT else len(_WEIGHT),
            -fault.age_s,
        ),
    )
