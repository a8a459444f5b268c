"""From the desk's state to the board that dashboards show. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from statistics import median

from drivers.link import LinkHealth
from guardroom.alarms.button_test import buttons, worst
from guardroom.alarms.doing import silence_left
from guardroom.alarms.drill import TOLD_S
from guardroom.alarms.life import still_in_alarm
from guardroom.alarms.out_of_service import standing
from guardroom.alarms.places import SEVERAL
from guardroom.alarms.state import Alarm, Drill, Fault, Moment, OutOfService, Past, State, TestWindow
from guardroom.alarms.view import (
    AlarmView,
    BoardView,
    ButtonView,
    DrillView,
    FaultView,
    HeadsUpLine,
    PanelState,
    PanelView,
    PassingNote,
    RecentAlarm,
    RoomState,
    RoomView,
    TestView,
    TimelineLine,
    ToldView,
)
from guardroom.clock import moment, stamp
from guardroom.headsups.check_in import GRACE
from guardroom.settings import PanelSettings, Room, Settings
from guardroom.text import clean

HISTORY_DAYS = 30
NOTE_S = 60.0
RECENT = 30
TIMELINE = 60
OVERDUE_S = 2.0
"""How long past its limit a line that calls itself alive is believed: a reader that hangs cannot say so."""


@dataclass(frozen=True, slots=True)
class PanelNow:
    """A panel's line as it is: None where no line has been started. `reader` is the station that reads it, "" where
    nobody is known to; None for a panel that only this station reads."""

    settings: PanelSettings
    health: LinkHealth | None
    mono: float
    reader: str | None = None

    @property
    def heard_age_s(self) -> float | None:
        """Seconds since the last valid frame, None where none has come."""
        if self.health is None or self.health.heard is None:
            return None
        return max(0.0, self.mono - self.health.heard)

    @property
    def state(self) -> PanelState:
        """The line's state; stale as well where it has not noticed its own silence."""
        if self.health is None:
            return "opening" if self.reader is None else "standby"
        told: PanelState = self.health.state.value
        limit = self.settings.supervision_s
        if told == "alive" and limit > 0 and (self.heard_age_s or 0.0) > limit + OVERDUE_S:
            return "stale"
        return told


def board(
    settings: Settings,
    state: State,
    troubles: Sequence[Fault],
    panels: Sequence[PanelNow],
    now: Moment,
    *,
    stored_upto: int,
    program: str,
    told: tuple[ToldView, ...] = (),
    headsups: tuple[HeadsUpLine, ...] = (),
) -> BoardView:
    """The whole board. `stored_upto` is the last journal number on disk: what is younger is marked as not stored."""
    here = settings.station
    alive = {panel.settings.name: panel.state == "alive" and panel.reader in (None, here) for panel in panels}
    elsewhere = frozenset(panel.settings.name for panel in panels if panel.reader not in (None, "", here))
    past = [one for one in _past_30_days(state.history, now) if not one.drill]
    out = standing(state, now)
    days = settings.policy.button_test_days
    known = buttons(settings.rooms, settings.mobiles, state.tested, moment(now.at), days, out)
    of_room: defaultdict[str, list[ButtonView]] = defaultdict(list)
    for button in known:
        of_room[button.room].append(button)
    acknowledged = [p.acknowledged_s for p in past if p.acknowledged_s is not None]
    on_scene = [p.on_scene_s for p in past if p.on_scene_s is not None]
    return BoardView(
        number=state.number,
        at=now.at,
        program=program,
        station=settings.station,
        site=settings.site.name,
        demo=settings.demo,
        shift=state.shift,
        shift_since=state.shift_since,
        known_guards=state.known_guards,
        sound_checked_at=state.sound_checked_at,
        alarms=tuple(_alarm(settings, alarm, now, stored_upto) for alarm in state.alarms.values()),
        faults=tuple(_fault(settings, fault, now) for fault in (*troubles, *state.faults.values())),
        rooms=tuple(
            replace(_room(room, state, alive, elsewhere, now, out.get(room.id)), button=worst(of_room[room.id]))
            for room in settings.rooms
        ),
        panels=tuple(_panel(settings, panel) for panel in panels),
        recent=tuple(_recent(p) for p in reversed(state.history[-RECENT:])),
        notes=tuple(
            PassingNote(at=n.moment.at, age_s=age, what=n.what, place=n.place, text=n.text)
            for n in reversed(state.notes)
            if (age := now.since(n.moment)) <= NOTE_S
        ),
        silenced_s=silence_left(state, now, _missed(headsups, now)),
        alarms_30_days=len(past),
        median_acknowledge_s=median(acknowledged) if acknowledged else None,
        longest_acknowledge_s=max(acknowledged, default=None),
        median_on_scene_s=median(on_scene) if on_scene else None,
        drill=_drill(state.drill, now),
        test=_test(state.test, now),
        buttons=tuple(known),
        told=tuple(each for each in told if each.alarm in state.alarms),
        headsups=headsups,
    )


def _drill(drill: Drill | None, now: Moment) -> DrillView | None:
    """The drill that runs, and for a while the one that did."""
    if drill is None:
        return None
    over = None if drill.over is None else now.since(drill.over)
    if drill.over is not None and not now.within(TOLD_S, drill.over):
        return None
    return DrillView(
        id=drill.order.id,
        alarm=drill.alarm,
        room=drill.order.room,
        place=drill.order.place,
        began=drill.began.at,
        shown=drill.shown or drill.order.marked or over is not None,
        over_age_s=over,
        why=drill.why,
    )


def _test(window: TestWindow | None, now: Moment) -> TestView | None:
    if window is None:
        return None
    left = max(0.0, window.wait_s - now.since(window.opened))
    return TestView(room=window.room, place=window.place, left_s=left, by=window.by)


def _missed(headsups: Iterable[HeadsUpLine], now: Moment) -> list[str]:
    """Since when looks in are missed."""
    late = (line for line in headsups if line.is_missed(moment(now.at)))
    return [stamp(moment(line.check_in_due) + GRACE) for line in late]


def _past_30_days(history: Sequence[Past], now: Moment) -> list[Past]:
    oldest = stamp(moment(now.at) - timedelta(days=HISTORY_DAYS))
    return [past for past in history if past.pressed_at >= oldest]


def _alarm(settings: Settings, alarm: Alarm, now: Moment, stored_upto: int) -> AlarmView:
    room = settings.room(alarm.room) if alarm.room is not None else None
    return AlarmView(
        id=alarm.id,
        state=alarm.state,
        cause=alarm.cause,
        room=alarm.room,
        place=room.name if room else alarm.place,
        block=room.block if room else "",
        floor=room.floor if room else "",
        route=room.route if room else "",
        escape_route=room.escape_route if room else "",
        cctv=room.cctv if room else False,
        phone=room.phone if room else "",
        panel=alarm.panel,
        point=alarm.point,
        text=alarm.text,
        pressed_at=alarm.opened.at,
        age_s=now.since(alarm.opened),
        last_press_age_s=now.since(alarm.last_press),
        presses=alarm.presses,
        repeats=alarm.repeats,
        received_late=alarm.received_late,
        by_user=alarm.by_user,
        panel_time=alarm.panel_time,
        cancelled=alarm.cancelled,
        manual=alarm.manual,
        acknowledged_at=alarm.acknowledged_at,
        acknowledged_by=alarm.acknowledged_by,
        acknowledged_s=alarm.acknowledged_s,
        steps=dict(alarm.steps),
        police_called_at=alarm.police_called_at,
        outcome=alarm.outcome,
        mobile=alarm.mobile,
        holder=alarm.holder,
        whereabouts=alarm.whereabouts,
        timeline=_timeline(alarm),
        stored=alarm.last_press_number <= stored_upto,
    )


def _timeline(alarm: Alarm) -> tuple[TimelineLine, ...]:
    if len(alarm.timeline) <= TIMELINE:
        return tuple(alarm.timeline)
    return (alarm.timeline[0], *alarm.timeline[-(TIMELINE - 1) :])


def _fault(settings: Settings, fault: Fault, now: Moment) -> FaultView:
    if fault.kind in ("panel_silent", "panel_lost"):
        rooms: Iterable[str] = (room.id for room in settings.rooms if fault.panel in _panels_of(room, settings))
    else:
        silent = (room.id for room in settings.rooms if _unheard(room, fault))
        rooms = dict.fromkeys((*((fault.room,) if fault.room else ()), *silent))
    return FaultView(
        key=fault.key,
        kind=fault.kind,
        age_s=now.since(fault.since),
        since=fault.since.at,
        panel=fault.panel,
        place=fault.place,
        rooms=tuple(rooms),
        text=fault.text,
        detail=fault.detail,
        trouble=fault.trouble,
        acknowledged=fault.acknowledged_by is not None,
        acknowledged_by=fault.acknowledged_by or "",
    )


def _unheard(room: Room, fault: Fault) -> bool:
    """Whether a button of `room` cannot be heard while `fault` lasts."""
    return bool(fault.unheard) and any(
        claim.panel in (None, fault.panel)
        and (claim.point in fault.unheard if claim.point is not None else claim.area in (None, fault.area))
        for claim in room.claims
    )


def _panels_of(room: Room, settings: Settings) -> set[str]:
    if any(claim.panel is None for claim in room.claims):
        return {panel.name for panel in settings.panels}
    return {claim.panel for claim in room.claims if claim.panel is not None}


def _room(
    room: Room,
    state: State,
    alive: dict[str, bool],
    elsewhere: frozenset[str],
    now: Moment,
    out: OutOfService | None,
) -> RoomView:
    """A room as this station hears it. Of panels that are read `elsewhere` that station tells."""
    shown: RoomState = "ready"
    since: Moment | None = None
    detail = ""
    alarms = [
        alarm
        for alarm in state.alarms.values()
        if alarm.room == room.id or (alarm.room is None and room.name in alarm.place.split(SEVERAL))
    ]
    faults = [fault for fault in state.faults.values() if fault.room == room.id]
    named = [claim.panel for claim in room.claims]
    every = list(alive) if None in named else [panel for panel in named if panel is not None]
    panels = [panel for panel in every if panel not in elsewhere]
    if alarms:
        first = min(alarms, key=lambda alarm: (not alarm.unacknowledged, alarm.id))
        since, detail = first.last_press, first.cause
        match first.state:
            case "active_unacknowledged":
                shown = "alarm"
            case "restored_unacknowledged":
                shown = "restored"
            case _:
                shown = "acknowledged"
    elif still_in_alarm(state, room.id, now):
        shown = "still_in_alarm"
    elif not room.claims or (every and not panels):
        shown = "no_panel" if out is None else "out_of_service"
    elif not all(alive.get(panel, False) for panel in panels):
        shown = "unknown"
        broken = [f.since for panel in panels if (f := state.faults.get(f"panel:{panel}")) is not None]
        since = broken[0] if broken else None
    elif silent := [fault for fault in state.faults.values() if _unheard(room, fault)]:
        shown, since = "unknown", silent[0].since
    elif faults:
        shown, since, detail = "fault", faults[0].since, faults[0].kind
    elif out is not None:
        shown = "out_of_service"
    return RoomView(
        id=room.id,
        name=room.name,
        block=room.block,
        floor=room.floor,
        state=shown,
        cctv=room.cctv,
        since_age_s=now.since(since) if since is not None else None,
        detail=detail,
        out_until=out.until if out is not None else "",
        out_reason=out.reason if out is not None else "",
        out_by=out.by if out is not None else "",
    )


def _panel(settings: Settings, panel: PanelNow) -> PanelView:
    health, mono = panel.health, panel.mono
    rooms = tuple(room.id for room in settings.rooms if panel.settings.name in _panels_of(room, settings))
    line, limit = panel.settings, panel.settings.supervision_s
    view = PanelView(
        name=panel.settings.name,
        driver=panel.settings.driver,
        state=panel.state,
        port=panel.settings.port,
        rooms=rooms,
        supervised=limit > 0,
        limit_s=limit,
        line=f"{line.baudrate} {line.bytesize}{line.parity}{line.stopbits:g}",
        stations=line.stations if panel.reader is not None else (),
        reader=panel.reader or "",
        stands_by=panel.reader not in (None, settings.station),
    )
    if health is None:
        return view
    return replace(
        view,
        heard_age_s=panel.heard_age_s,
        state_age_s=max(0.0, mono - health.since),
        frames=health.frames,
        rejected=health.rejected,
        attempts=health.attempts,
        next_attempt_s=max(0.0, health.next_attempt - mono) if health.next_attempt is not None else None,
        present=health.present,
        last_raw=clean(health.last_raw),
        problem=health.problem,
        detail=clean(health.detail),
        device=clean(health.device),
        by_path=None if health.by_path is None else clean(health.by_path),
    )


def _recent(past: Past) -> RecentAlarm:
    return RecentAlarm(
        id=past.id,
        place=past.place,
        room=past.room,
        cause=past.cause,
        pressed_at=past.pressed_at,
        closed_at=past.closed_at,
        outcome=past.outcome,
        presses=past.presses,
        acknowledged_s=past.acknowledged_s,
        on_scene_s=past.on_scene_s,
        drill=past.drill,
    )
