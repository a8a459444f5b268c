"""A town hall on paper, a clock that stands still, and a feed that says what the test tells it to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from on_the_glass import idle
from textual._compositor import Compositor
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.widgets import Input, TextArea

from guardroom.alarms.acts import Act, ActReply
from guardroom.alarms.view import (
    AlarmView,
    BoardView,
    FaultView,
    PanelView,
    PassingNote,
    RecentAlarm,
    RoomView,
    TimelineLine,
)
from guardroom.clock import stamp
from guardroom.settings import Block, Policy, Room, Settings, Site
from screens.app import GuardroomApp

NOW = datetime(2025, 11, 24, 12, 42, 16, tzinfo=UTC)
"""Monday, 13:42:16 in Copenhagen."""


class FixedClock:
    """A clock that only moves when it is told to."""

    def __init__(self) -> None:
        self.at = NOW
        self.running = 1000.0

    def now(self) -> datetime:
        """The time of day."""
        return self.at

    def monotonic(self) -> float:
        """Running time."""
        return self.running

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.at += timedelta(seconds=seconds)
        self.running += seconds


class FakeFeed:
    """A line to no monitor: `show` is a view that comes, `acts` are those that were asked for.

    `answer` makes the reply to an act; None: the monitor says nothing.
    """

    def __init__(self, first: BoardView | None = None) -> None:
        self.acts: list[Act] = []
        self.stopped = False
        self.answer: Callable[[Act], ActReply | None] = lambda act: ActReply(id=act.id)
        self._first = first
        self._on_view: Callable[[BoardView], None] = lambda view: None
        self._on_down: Callable[[str], None] = lambda code: None

    def start(self, on_view: Callable[[BoardView], None], on_down: Callable[[str], None]) -> None:
        """Begin; the first view comes at once."""
        self._on_view, self._on_down = on_view, on_down
        if self._first is not None:
            on_view(self._first)

    def act(self, act: Act, on_reply: Callable[[ActReply], None] | None = None) -> None:
        """Remember the act, and answer it."""
        self.acts.append(act)
        reply = self.answer(act)
        if on_reply is not None and reply is not None:
            on_reply(reply)

    def stop(self) -> None:
        """The end."""
        self.stopped = True

    def show(self, view: BoardView) -> None:
        """A view comes."""
        self._on_view(view)

    def down(self, code: str = "gone") -> None:
        """The monitor is out of reach."""
        self._on_down(code)

    def of(self, kind: str) -> list[Act]:
        """The acts of this kind."""
        return [act for act in self.acts if act.kind == kind]


ROOMS = tuple(
    Room(
        id=room_id,
        name=name,
        block=block,
        floor=floor,
        route=route,
        escape_route=escape,
        cctv=cctv,
        phone=phone,
    )
    for room_id, name, block, floor, route, escape, cctv, phone in (
        (
            "K1",
            "Kontaktrum 1",
            "Jobcenter",
            "Stuen",
            "Ud til højre, 2. dør på venstre hånd",
            "Dør til gangen",
            True,
            "",
        ),
        (
            "K2",
            "Kontaktrum 2",
            "Jobcenter",
            "Stuen",
            "Ud til højre, 3. dør på venstre hånd (ca. 35 m)",
            "Dør mellem K2 og K3",
            True,
            "5922",
        ),
        ("K3", "Kontaktrum 3", "Jobcenter", "Stuen", "Ud til højre, 4. dør", "Dør mellem K2 og K3", False, ""),
        ("K4", "Kontaktrum 4", "Jobcenter", "Stuen", "Ud til højre, 5. dør", "Vindue mod gården", False, ""),
        ("A-03", "Samtalerum 3", "Blok A", "Stuen", "Ud til venstre, op ad rampen", "Branddør", False, "5903"),
        ("A-04", "Samtalerum 4", "Blok A", "Stuen", "Ud til venstre, op ad rampen", "Branddør", False, "5904"),
        ("A-05", "Samtalerum 5", "Blok A", "1. sal", "Trappe A, 1. sal", "Trappe B", False, ""),
        ("A-06", "Samtalerum 6", "Blok A", "1. sal", "Trappe A, 1. sal", "Trappe B", True, ""),
        ("B-01", "Borgerservice skranke", "Borgerservice", "Stuen", "Ligeud i forhallen", "Bagdør", True, "5801"),
        ("B-02", "Pas og kørekort", "Borgerservice", "Stuen", "Ligeud i forhallen", "Bagdør", True, ""),
        ("B-03", "Ældrerådgivning", "Borgerservice", "Stuen", "Ligeud, 2. dør", "Bagdør", False, ""),
        ("B-04", "Økonomi", "Borgerservice", "Stuen", "Ligeud, 3. dør", "Bagdør", False, ""),
    )
)


def _settings(language: str = "da") -> Settings:
    return Settings(
        path=Path("guardroom.toml"),
        language=language,
        database="sqlite:///guardroom.db",
        journal=Path("journal.db"),
        station="vagtstuen",
        site=Site(
            name="Rådhuset",
            address="Egevej 1, 3000 Byby",
            entrance="Indgang syd",
            phone="72 56 50 00",
            zone=ZoneInfo("Europe/Copenhagen"),
        ),
        policy=Policy(
            name="fredensborg",
            municipality="Fredensborg",
            guard_word={"da": "vagten", "en": "the guard"},
            police_call="guard",
            guidance={
                "da": (
                    "Vagten er ikke politi.",
                    "Lav stemme, ca. 1 m afstand, åbne hænder.",
                    "Sagsbehandlingen genoptages IKKE i dag.",
                    "Den ramte: ikke alene, ikke alene hjem.",
                ),
                "en": (
                    "The guard is not police.",
                    "Low voice, about 1 m away, open hands.",
                    "The case is NOT taken up again today.",
                    "The affected employee: not alone, not home alone.",
                ),
            },
        ),
        blocks=(
            Block(name="Jobcenter", phone="5920"),
            Block(name="Blok A", phone="5900"),
            Block(name="Borgerservice"),
        ),
        panels=(),
        rooms=ROOMS,
        technician="44 55 66 77",
        leader="22 33 44 55",
    )


def panel(name: str, rooms: tuple[str, ...], **changes: object) -> PanelView:
    """A panel that is well."""
    well = PanelView(
        name=name,
        driver="espa444",
        state="alive",
        port="/dev/serial/by-id/usb-FTDI_1",
        rooms=rooms,
        limit_s=15,
        heard_age_s=0.4,
        state_age_s=86400,
        frames=48211,
        rejected=3,
    )
    return replace(well, **changes)  # type: ignore[arg-type]


def _rooms(**states: str) -> tuple[RoomView, ...]:
    return tuple(
        RoomView(
            id=room.id,
            name=room.name,
            block=room.block,
            floor=room.floor,
            state=states.get(room.id.replace("-", "_"), "ready"),  # type: ignore[arg-type]
            cctv=room.cctv,
            since_age_s=9.0 if room.id.replace("-", "_") in states else None,
        )
        for room in ROOMS
    )


def alarm(number: int = 459, room: str = "K2", age_s: float = 9.0, **changes: object) -> AlarmView:
    """A panic alarm that nobody has acknowledged, `age_s` seconds old."""
    where = next(one for one in ROOMS if one.id == room)
    pressed = stamp(NOW - timedelta(seconds=age_s))
    pressed_alarm = AlarmView(
        id=number,
        state="active_unacknowledged",
        cause="hold_up",
        room=room,
        place=where.name,
        block=where.block,
        floor=where.floor,
        route=where.route,
        escape_route=where.escape_route,
        cctv=where.cctv,
        phone=where.phone,
        panel="jobcenter",
        point="005",
        text="KONTAKTRUM 2",
        pressed_at=pressed,
        age_s=age_s,
        last_press_age_s=age_s,
        timeline=(TimelineLine(at=pressed, what="press"),),
    )
    return replace(pressed_alarm, **changes)  # type: ignore[arg-type]


def acknowledged(one: AlarmView, after_s: float = 4.0) -> AlarmView:
    """`one`, acknowledged by MH."""
    at = stamp(NOW - timedelta(seconds=one.age_s - after_s))
    return replace(
        one,
        state="active_acknowledged",
        acknowledged_at=at,
        acknowledged_by="MH",
        acknowledged_s=after_s,
        timeline=(*one.timeline, TimelineLine(at=at, what="acknowledge", by="MH", station="vagtstuen")),
    )


def _quiet() -> BoardView:
    jobcenter, blok_a, service = (
        ("K1", "K2", "K3", "K4"),
        ("A-03", "A-04", "A-05", "A-06"),
        ("B-01", "B-02", "B-03", "B-04"),
    )
    return BoardView(
        number=1200,
        at=stamp(NOW),
        program="0.1.0",
        station="vagtstuen",
        site="Rådhuset",
        shift=("MH", "JB"),
        shift_since="2025-11-24T06:30:00.000Z",
        known_guards=("JB", "KK", "MH"),
        sound_checked_at="2025-11-24T06:31:00.000Z",
        rooms=_rooms(),
        panels=(
            panel("jobcenter", jobcenter),
            panel("blok-a", blok_a, heard_age_s=0.9),
            panel("borgerservice", service, driver="line", supervised=False, heard_age_s=4210.0, limit_s=0),
        ),
        recent=(
            RecentAlarm(
                id=456,
                place="Kontaktrum 2",
                room="K2",
                cause="hold_up",
                pressed_at="2025-11-20T14:20:00.000Z",
                closed_at="2025-11-20T14:44:00.000Z",
                outcome="escorted_out",
                acknowledged_s=9.0,
                on_scene_s=54.0,
            ),
            RecentAlarm(
                id=454,
                place="Kontaktrum 1",
                room="K1",
                cause="hold_up",
                pressed_at="2025-11-19T13:48:00.000Z",
                closed_at="2025-11-19T13:55:00.000Z",
                outcome="accidental",
                acknowledged_s=21.0,
                on_scene_s=None,
            ),
            RecentAlarm(
                id=440,
                place="Samtalerum 6",
                room="A-06",
                cause="fire",
                pressed_at="2025-11-03T08:05:00.000Z",
                closed_at="2025-11-03T08:35:00.000Z",
                outcome="other",
                acknowledged_s=7.0,
                on_scene_s=95.0,
            ),
        ),
        alarms_30_days=4,
        median_acknowledge_s=9.0,
        longest_acknowledge_s=21.0,
        median_on_scene_s=54.0,
    )


def _with(view: BoardView, *alarms: AlarmView, **changes: object) -> BoardView:
    """`view` with these open alarms, and its rooms in the state that follows."""
    states = {
        one.room: {
            "active_unacknowledged": "alarm",
            "restored_unacknowledged": "restored",
        }.get(one.state, "acknowledged")
        for one in alarms
    }
    rooms = tuple(
        replace(room, state=states[room.id], since_age_s=9.0) if room.id in states else room  # type: ignore[arg-type]
        for room in view.rooms
    )
    return replace(view, number=view.number + 1, alarms=alarms, rooms=rooms, **changes)  # type: ignore[arg-type]


def silent_fault() -> FaultView:
    """Panel blok-a has been silent for three minutes and forty seconds."""
    return FaultView(
        key="panel_silent blok-a",
        kind="panel_silent",
        age_s=220.0,
        since=stamp(NOW - timedelta(seconds=220)),
        panel="blok-a",
        rooms=("A-03", "A-04", "A-05", "A-06"),
    )


def _faulty(fault: FaultView | None = None) -> BoardView:
    quiet = _quiet()
    fault = fault or silent_fault()
    rooms = tuple(
        replace(room, state="unknown", since_age_s=220.0) if room.id in fault.rooms else room for room in quiet.rooms
    )
    panels = tuple(
        replace(one, state="stale", heard_age_s=235.0, attempts=14) if one.name == fault.panel else one
        for one in quiet.panels
    )
    return replace(quiet, number=quiet.number + 1, faults=(fault,), rooms=rooms, panels=panels)


def _many(count: int = 60) -> BoardView:
    """A house with many rooms, three of them not as they should be, the last one in alarm."""
    rooms = tuple(
        RoomView(
            id=f"{'ABCDEF'[index // 10]}-{index % 10 + 1:02d}",
            name=f"Rum {index + 1}",
            block=f"Blok {'ABCDEF'[index // 10]}",
            floor="",
            state="ready",
        )
        for index in range(count)
    )
    rooms = (
        replace(rooms[0], state="fault"),
        *rooms[1:30],
        replace(rooms[30], state="unknown", since_age_s=70.0),
        *rooms[31:-1],
        replace(rooms[-1], state="acknowledged", since_age_s=50.0),
    )
    return replace(_quiet(), rooms=rooms)


NASTY = "\x1b[2J\x1b]0;pwned\x07\u202egnp.exe\u200b [bold]x[/b] [/] [@click=app.exit]klik[/] \x9b31m\r\n\tslut"


def _foreign(text: str = NASTY) -> BoardView:
    """A view whose every foreign text is `text`."""
    quiet = _quiet()
    one = alarm(
        place=text,
        block=text,
        floor=text,
        route=text,
        escape_route=text,
        phone=text,
        text=text,
        point=text,
        acknowledged_by=text,
        timeline=(TimelineLine(at=stamp(NOW), what="note", by=text, station=text, text=text),),
    )
    fault = replace(
        silent_fault(), kind="fault", place=text, text=text, detail=text, acknowledged_by=text, rooms=(text,)
    )
    return replace(
        quiet,
        site=text,
        shift=(text,),
        alarms=(one,),
        faults=(fault, replace(silent_fault(), panel=text)),
        rooms=tuple(replace(room, name=text, block=text, floor=text, detail=text) for room in quiet.rooms[:3])
        + tuple(
            replace(room, id=text[:40], out_until=stamp(NOW), out_reason=text, out_by=text) for room in quiet.rooms[3:4]
        ),
        panels=(replace(quiet.panels[0], name=text, port=text, last_raw=text, detail=text, problem="busy"),),
        recent=(replace(quiet.recent[0], place=text, room=None, outcome=text),),
        notes=(PassingNote(at=stamp(NOW), age_s=1.0, what="test", place=text, text=text),),
    )


@dataclass(frozen=True)
class Scenario:
    """Builders of what a monitor may say."""

    quiet: Callable[[], BoardView] = _quiet
    faulty: Callable[..., BoardView] = _faulty
    many_rooms: Callable[..., BoardView] = _many
    foreign: Callable[..., BoardView] = _foreign
    alarm: Callable[..., AlarmView] = alarm
    acknowledged: Callable[..., AlarmView] = acknowledged
    with_alarms: Callable[..., BoardView] = _with
    settings: Callable[..., Settings] = _settings
    nasty: str = NASTY
    now: datetime = field(default=NOW)

    def one_alarm(self) -> BoardView:
        """K2 has just been pressed."""
        return _with(_quiet(), alarm())

    def two_alarms(self) -> BoardView:
        """K2 nine seconds ago, A-03 two seconds ago; nobody has acknowledged."""
        return _with(_quiet(), alarm(), alarm(460, "A-03", 2.0, panel="blok-a", point="003", text="SAMTALERUM 3"))

    def in_progress(self) -> BoardView:
        """K2 was acknowledged and somebody is on the way."""
        return _with(_quiet(), acknowledged(alarm(age_s=144.0), 11.0))


@pytest.fixture
def scenario() -> Scenario:
    """What a monitor may say."""
    return Scenario()


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands still at 13:42:16."""
    return FixedClock()


@pytest.fixture
def feed(scenario: Scenario) -> FakeFeed:
    """A feed whose first view is a quiet board."""
    return FakeFeed(scenario.quiet())


@pytest.fixture
def app(scenario: Scenario, feed: FakeFeed, clock: FixedClock) -> GuardroomApp:
    """The dashboard on a quiet board, silent."""
    return GuardroomApp(scenario.settings(), feed, None, clock)


@pytest.fixture(autouse=True)
def _no_blinking_cursor(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cursor that stands still, for the pictures."""
    monkeypatch.setattr(Input, "_toggle_cursor", lambda self: None)
    monkeypatch.setattr(TextArea, "_toggle_cursor_blink_visible", lambda self: None)


@pytest.fixture(autouse=True)
def _no_guess_whether_it_is_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pilot waits until nothing is left to do; Textual's own would guess it from the processor's time."""
    monkeypatch.setattr("textual.pilot.wait_for_idle", idle)
    monkeypatch.setattr("textual.app.wait_for_idle", idle)


_PARSED: dict[tuple[object, ...], list[RuleSet]] = {}
_parse_rules = Stylesheet._parse_rules


def _parsed_once(sheet: Stylesheet, css: str, *said: object, **more: object) -> list[RuleSet]:
    key = (css, frozenset(sheet._variables.items()), said, frozenset(more.items()))
    if key not in _PARSED:
        _PARSED[key] = _parse_rules(sheet, css, *said, **more)  # type: ignore[arg-type]
    return _PARSED[key]


@pytest.fixture(autouse=True)
def _styles_are_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """One dashboard after another reads the same styles: the first one's are taken."""
    monkeypatch.setattr(Stylesheet, "_parse_rules", _parsed_once)


_render_update = Compositor.render_update


def _rendered_when_all_is_wanted(compositor: Compositor, full: bool = False, **options: Any) -> object:
    return _render_update(compositor, full=True, **options) if full else None


@pytest.fixture(autouse=True)
def _nothing_is_painted_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a terminal, what is on the glass is rendered when a test looks at it, and not after every key."""
    monkeypatch.setattr(Compositor, "render_update", _rendered_when_all_is_wanted)


@pytest.fixture(autouse=True)
def _alarm_screens_made_when_needed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where people and bans are the matter, an alarm's screens are not mounted beforehand: a third of each start."""
    if request.module.__name__.startswith(("test_ban", "test_incident", "test_person", "test_reconcile", "test_sign")):
        monkeypatch.setattr("screens.app._WARM", frozenset())


@pytest.fixture
def make_feed() -> type[FakeFeed]:
    """A feed with another first view, or none."""
    return FakeFeed


class FakeSounds:
    """Remembers what it was told to sound."""

    def __init__(self) -> None:
        self.heard: list[BoardView] = []
        self.lost = 0
        self.tested = 0

    def hear(self, view: BoardView) -> None:
        """The board is now like this."""
        self.heard.append(view)

    def no_view(self) -> None:
        """The monitor is out of reach."""
        self.lost += 1

    def test(self) -> None:
        """Play the alarm's sound once."""
        self.tested += 1


@pytest.fixture
def sounds() -> FakeSounds:
    """Sounds that nobody hears."""
    return FakeSounds()
