"""Another station's alarm on the glass: as urgent as our own, never called done before its station has said so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from on_the_glass import glass, in_front, said, until
from textual.pilot import Pilot

from guardroom.alarms.acts import Act, ActReply
from guardroom.alarms.view import AlarmView, BoardView, FaultView, TimelineLine, in_order
from screens.app import GuardroomApp
from screens.panels import fact_rows

SIZES = {"120x36": (120, 36), "80x24": (80, 24)}
SENT = TimelineLine(at="2025-11-24T12:42:14.000Z", what="acknowledge", detail="1", by="MH + JB", station="vagtstuen")


def there(view: BoardView) -> BoardView:
    """The view with its alarms and its last panel at the front desk."""
    own, last = view.panels[:-1], view.panels[-1]
    return replace(
        view,
        alarms=tuple(replace(alarm, owner="Skranken") for alarm in view.alarms),
        panels=(*own, replace(last, owner="Skranken", heard_age_s=None)),
    )


def sent(view: BoardView, *, unanswered: bool = False) -> BoardView:
    first, *rest = view.alarms
    return replace(view, alarms=(replace(first, sent=(SENT,), unanswered=unanswered), *rest))


def station_fault(kind: str, **changes: Any) -> FaultView:
    fault = FaultView(key=f"{kind}:Skranken", kind=kind, age_s=18.0, since="", place="Skranken")
    return replace(fault, **changes)


def silent(scenario: Any) -> BoardView:
    view = there(scenario.quiet())
    fault = station_fault("station_silent", rooms=("B-01", "B-02", "B-03", "B-04"))
    rooms = tuple(replace(room, state="unknown") if room.id in fault.rooms else room for room in view.rooms)
    panels = tuple(replace(panel, state="stale") if panel.owner else panel for panel in view.panels)
    return replace(view, faults=(fault,), rooms=rooms, panels=panels)


CASES: dict[str, Callable[[Any], BoardView]] = {
    "takeover": lambda scenario: there(scenario.one_alarm()),
    "takeover_sent": lambda scenario: sent(there(scenario.one_alarm())),
    "takeover_unanswered": lambda scenario: replace(
        sent(there(scenario.one_alarm()), unanswered=True), faults=(station_fault("station_unanswered"),)
    ),
    "board_in_progress": lambda scenario: there(scenario.in_progress()),
    "board_not_heard": silent,
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("size", SIZES)
def test_picture(snap_compare: Any, feed: Any, scenario: Any, clock: Any, spoken: str, case: str, size: str) -> None:
    app = GuardroomApp(scenario.settings(spoken), feed, None, clock)

    async def show(pilot: Pilot[None]) -> None:
        feed.show(CASES[case](scenario))
        if case.startswith("takeover"):
            await in_front(pilot, app, "takeover")
        else:
            await until(pilot, lambda: app._warm and bool(app.shown.alarms or app.shown.faults))

    assert snap_compare(app, terminal_size=SIZES[size], run_before=show)


@pytest.mark.parametrize("size", SIZES)
def test_picture_of_the_response(
    snap_compare: Any, feed: Any, scenario: Any, clock: Any, spoken: str, size: str
) -> None:
    """A step that was sent and is not confirmed stands last on the timeline."""
    app = GuardroomApp(scenario.settings(spoken), feed, None, clock)
    step = replace(SENT, what="step", detail="on_scene")

    async def show(pilot: Pilot[None]) -> None:
        view = there(scenario.in_progress())
        feed.show(replace(view, alarms=(replace(view.alarms[0], sent=(step,)),)))
        await until(pilot, lambda: app._warm and bool(app.shown.alarms))
        app.open_response(None)
        await in_front(pilot, app, "response")

    assert snap_compare(app, terminal_size=SIZES[size], run_before=show)


async def test_where_there_are_other_stations_the_latest_alarms_are_said_to_be_this_ones(
    app: GuardroomApp, feed: Any, scenario: Any
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await in_front(pilot, app, "board")
        assert "LATEST ALARMS ─" in glass(app)
        feed.show(replace(there(scenario.quiet()), recent=(), alarms_30_days=0))
        await said(pilot, app, "LATEST ALARMS AT THIS STATION ─")


async def test_f12_asks_the_station_whose_alarm_it_is(app: GuardroomApp, feed: Any, scenario: Any, clock: Any) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        feed.show(there(scenario.one_alarm()))
        await in_front(pilot, app, "takeover")
        clock.advance(1.0)
        await pilot.press("f12")
        await until(pilot, lambda: bool(feed.of("acknowledge")))
        (act,) = feed.of("acknowledge")
        assert (act.owner, act.alarm, act.press) == ("Skranken", 459, 1)
        feed.show(sent(there(scenario.one_alarm())))
        await said(pilot, app, "SENT to Skranken")
        await pilot.press("f12")
        await said(pilot, app, "SENT to Skranken, not confirmed yet.")
        assert len(feed.of("acknowledge")) == 1, "it is asked once"


async def test_an_alarm_whose_station_does_not_answer_does_not_stand_before_ours(
    app: GuardroomApp, feed: Any, scenario: Any, clock: Any
) -> None:
    """The oldest alarm was sent: F12 is for the next one, whichever station it is at."""
    view = scenario.two_alarms()
    older, younger = in_order(view.alarms)
    asked = replace(older, owner="Skranken", sent=(SENT,), unanswered=True)
    async with app.run_test(size=(120, 36)) as pilot:
        feed.show(replace(view, alarms=(asked, younger)))
        await in_front(pilot, app, "takeover")
        clock.advance(1.0)
        assert "Skranken" in glass(app)
        await pilot.press("f12")
        await until(pilot, lambda: bool(feed.of("acknowledge")))
        (act,) = feed.of("acknowledge")
        assert (act.owner, act.alarm) == ("", younger.id)


async def test_a_note_stays_written_until_the_other_station_has_it(
    app: GuardroomApp, feed: Any, scenario: Any, clock: Any
) -> None:
    waiting: list[Act] = []

    def late(act: Act) -> ActReply | None:
        waiting.append(act)
        return ActReply(id=act.id, refused="no_answer") if act.kind == "note" else None

    feed.answer = late
    async with app.run_test(size=(120, 36)) as pilot:
        feed.show(there(scenario.in_progress()))
        await until(pilot, lambda: app._warm and bool(app.shown.alarms))
        app.open_response(None)
        await in_front(pilot, app, "response")
        await pilot.press("n", "o", "k", "enter")
        await until(pilot, lambda: bool(waiting))
        assert (waiting[0].kind, waiting[0].owner, waiting[0].text) == ("note", "Skranken", "ok")
        await said(pilot, app, "A note is half written")


@pytest.mark.parametrize(
    "fault",
    [
        station_fault("station_version", detail="0.2.0"),
        station_fault("station_twice", text="vagtstuen"),
        station_fault("station_unanswered"),
    ],
    ids=lambda fault: fault.kind,
)
async def test_what_is_wrong_between_stations_says_what_to_do(
    app: GuardroomApp, feed: Any, scenario: Any, fault: FaultView
) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        feed.show(replace(scenario.quiet(), faults=(fault,)))
        await until(pilot, lambda: app._warm and bool(app.shown.faults))
        await said(pilot, app, "Do now")
        assert "STATION" in glass(app)


def test_alarms_of_several_stations_are_in_the_order_of_their_presses(scenario: Any) -> None:
    one: AlarmView = scenario.one_alarm().alarms[0]
    own = replace(one, id=9, pressed_at="2025-11-24T12:42:01.000Z")
    theirs = replace(one, id=2, owner="Skranken", pressed_at="2025-11-24T12:42:02.000Z")
    first = replace(one, id=700, owner="Leder", pressed_at="2025-11-24T12:42:00.000Z")
    assert in_order((theirs, own, first)) == [first, own, theirs]


def test_a_panel_of_another_station_is_not_called_unheard(scenario: Any) -> None:
    panel = there(scenario.quiet()).panels[-1]
    shown = fact_rows(panel, (), 0.0, 100).plain
    assert "when it was last heard is shown at its own station" in shown
    assert "no valid frame yet" not in shown
