"""Who has been told of an alarm, and who could not be, on the glass."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from on_the_glass import glass, in_front, until
from textual.pilot import Pilot

from guardroom import language
from guardroom.alarms.view import BoardView, FaultView, ToldView
from guardroom.clock import stamp
from screens.app import GuardroomApp

WIDE, SMALL = (120, 36), (80, 24)
PRESSED = datetime(2025, 11, 24, 12, 42, 7, tzinfo=UTC)


def view(scenario: Any) -> BoardView:
    """An alarm of which three were told, one of them late, and one was not."""
    alarm = scenario.acknowledged(scenario.alarm(age_s=144.0), 40.0)
    quiet: BoardView = scenario.with_alarms(scenario.quiet(), alarm)

    def told(recipient: str, seconds: float, **more: Any) -> ToldView:
        at = stamp(PRESSED + timedelta(seconds=seconds))
        usual = ToldView(alarm=alarm.id, occasion="alarm", recipient=recipient, channel="mail", state="sent", at=at)
        return replace(usual, **more)

    missed = FaultView(
        key="notices:alarms",
        kind="notices",
        age_s=140.0,
        since=stamp(PRESSED),
        detail="Leder, Borgerservice",
        text="550 No such user",
    )
    return replace(
        quiet,
        faults=(missed,),
        told=(
            told("Vagterne", 1),
            told("Leder, Jobcenter", 1),
            told("Leder, Borgerservice", 2, state="failed", why="550 No such user"),
            told("Centerchef", 31, occasion="unacknowledged", channel="sms"),
            told("Direktør", 31, state="waiting", at=""),
        ),
    )


async def responding(pilot: Pilot[None], app: GuardroomApp, feed: Any, shown: BoardView) -> None:
    """Show it and open the response."""
    await in_front(pilot, app, "board")
    feed.show(shown)
    await until(pilot, lambda: app.shown is shown)
    app.open_response(None)
    await in_front(pilot, app, "response")


async def test_the_response_says_who_was_told_and_who_was_not(app: GuardroomApp, feed: Any, scenario: Any) -> None:
    async with app.run_test(size=(120, 44)) as pilot:
        await responding(pilot, app, feed, view(scenario))
        shown = glass(app)
    assert "Told by mail: Vagterne, Leder, Jobcenter" in shown
    assert "NOT REACHED by mail (550 No such user): Leder, Borgerservice" in shown
    assert "Told as well, because too little happened, by text message: Centerchef" in shown
    assert "Direktør" not in shown, "nothing is said of whom nobody has tried yet"


async def test_who_was_told_of_another_alarm_is_not_shown(app: GuardroomApp, feed: Any, scenario: Any) -> None:
    shown = view(scenario)
    async with app.run_test(size=WIDE) as pilot:
        elsewhere = tuple(replace(each, alarm=each.alarm + 1) for each in shown.told)
        await responding(pilot, app, feed, replace(shown, told=elsewhere))
        assert "Vagterne" not in glass(app)


@pytest.mark.parametrize("size", [WIDE, SMALL], ids=["120x36", "80x24"])
@pytest.mark.parametrize("spoken", ["da", "en"])
@pytest.mark.parametrize("where", ["response", "board"])
def test_picture(
    snap_compare: Any, feed: Any, scenario: Any, clock: Any, size: tuple[int, int], spoken: str, where: str
) -> None:
    """The response with who was told, and the fault on the board."""
    language.choose(spoken)
    app = GuardroomApp(scenario.settings(spoken), feed, None, clock)

    async def show(pilot: Pilot[None]) -> None:
        shown = view(scenario)
        if where == "response":
            await responding(pilot, app, feed, shown)
        else:
            await in_front(pilot, app, "board")
            calm = replace(shown, alarms=())
            feed.show(calm)
            await until(pilot, lambda: app.shown is calm)

    assert snap_compare(app, terminal_size=size, run_before=show)
