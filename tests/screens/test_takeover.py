"""The takeover: where, how to get there, and one key; nothing that a stray key could do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from on_the_glass import glass, in_front, obeyed, said, until
from textual.pilot import Pilot
from textual.widgets import Static

from guardroom import language
from guardroom.alarms.view import AlarmView, BoardView, TimelineLine
from guardroom.text import clean
from screens import takeover
from screens.app import GuardroomApp

WIDE, SMALL = (120, 36), (80, 24)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    language.choose("en")
    yield
    language.choose("en")


async def _past_the_guard(pilot: Pilot[None], app: GuardroomApp, clock: Any) -> None:
    await in_front(pilot, app, "takeover")
    clock.advance(1.0)


async def test_the_first_five_seconds(app: GuardroomApp, feed: Any, scenario: Any) -> None:
    """Place, way in, way out, how long ago, real, and the key, at full size."""
    async with app.run_test(size=WIDE) as pilot:
        feed.show(scenario.one_alarm())
        await in_front(pilot, app, "takeover")
        seen = glass(app)
        for words in (
            "A L A R M",
            "Kontaktrum 2 · Jobcenter · Stuen",
            "Ud til højre, 3. dør på venstre hånd (ca. 35 m)",
            "Dør mellem K2 og K3",
            "TIME SINCE PRESS   00:00:09",
            "panel jobcenter",
            "point 005",
            "CCTV: yes",
            "5922",
            "»KONTAKTRUM 2«",
            "Other alarms: none",
            "F12 ACKNOWLEDGE - I AM GOING",
        ):
            assert words in seen
        assert "█████" in seen


async def test_a_small_terminal_keeps_what_matters(app: GuardroomApp, feed: Any, scenario: Any) -> None:
    """At 80×24: room, route, escape route, timer, the other alarms and the key."""
    async with app.run_test(size=SMALL) as pilot:
        feed.show(scenario.two_alarms())
        await in_front(pilot, app, "takeover")
        seen = glass(app)
        for words in (
            "Kontaktrum 2",
            "Ud til højre, 3. dør",
            "Dør mellem K2 og K3",
            "00:00:09",
            "Samtalerum 3",
            "F12 ACKNOWLEDGE",
        ):
            assert words in seen


async def test_the_smallest_terminal_still_says_where(app: GuardroomApp, feed: Any, scenario: Any) -> None:
    """At 20×5: the room's name and the key."""
    async with app.run_test(size=(20, 5)) as pilot:
        feed.show(scenario.one_alarm())
        await in_front(pilot, app, "takeover")
        assert "Kontaktrum 2" in glass(app)
        assert "F12" in glass(app)


async def test_one_key_acknowledges_what_was_seen(app: GuardroomApp, feed: Any, scenario: Any, clock: Any) -> None:
    """F12 names the alarm and how many presses were on the glass."""
    pressed_twice = scenario.alarm(presses=2, last_press_age_s=3.0)
    async with app.run_test(size=WIDE) as pilot:
        feed.show(scenario.with_alarms(scenario.quiet(), pressed_twice))
        await _past_the_guard(pilot, app, clock)
        assert "PRESS 2, 00:00:03 ago" in glass(app)
        await pilot.press("f12")
        await until(pilot, lambda: bool(feed.of("acknowledge")))
        assert [(act.alarm, act.press) for act in feed.of("acknowledge")] == [(459, 2)]


async def test_keys_on_the_way_do_nothing(app: GuardroomApp, feed: Any, scenario: Any, clock: Any) -> None:
    """For 0.7 s after the alarm reached the glass no key counts; Enter, Space and letters never acknowledge."""
    async with app.run_test(size=WIDE) as pilot:
        feed.show(scenario.one_alarm())
        await in_front(pilot, app, "takeover")
        await pilot.press("f12", "f8")
        clock.advance(1.0)
        await pilot.press("enter", "space", "a", "1", "escape", "tab")
        assert feed.of("acknowledge") == []
        assert app.focused is None
        assert app.screen.NAME == "takeover"


async def test_a_click_on_the_bar_is_the_key(app: GuardroomApp, feed: Any, scenario: Any, clock: Any) -> None:
    """The mouse acknowledges on the bar and nowhere else."""
    async with app.run_test(size=WIDE) as pilot:
        feed.show(scenario.one_alarm())
        await _past_the_guard(pilot, app, clock)
        await pilot.click("#where")
        assert feed.of("acknowledge") == []
        await pilot.click("#key")
        await until(pilot, lambda: bool(feed.of("acknowledge")))


async def test_the_other_keys(app: GuardroomApp, feed: Any, scenario: Any, clock: Any) -> None:
    """F11, F9 and S do what they say, and none of them acknowledges."""
    async with app.run_test(size=WIDE) as pilot:
        feed.show(scenario.one_alarm())
        await _past_the_guard(pilot, app, clock)
        await pilot.press("f11", "f9", "s")
        await until(pilot, lambda: len(feed.acts) == 3)
        assert [(act.kind, act.detail) for act in feed.acts] == [
            ("respond", "both"),
            ("respond", "second_guard"),
            ("silence", ""),
        ]


async def test_the_timer_runs_and_nothing_else_is_made_anew(
    app: GuardroomApp, feed: Any, scenario: Any, clock: Any
) -> None:
    """A second later the timer has moved; the other texts are the very same objects."""
    async with app.run_test(size=WIDE) as pilot:
        feed.show(replace(scenario.one_alarm(), silenced_s=43.0))
        await in_front(pilot, app, "takeover")
        before = {name: app.screen.query_one(f"#{name}", Static).content for name in ("where", "facts", "under", "key")}
        assert "SILENT 43 s" in glass(app)
        clock.advance(2.0)
        await said(pilot, app, "00:00:11")
        assert "SILENT 41 s" in glass(app)
        after = {name: app.screen.query_one(f"#{name}", Static).content for name in before}
        assert all(after[name] is before[name] for name in before)


async def test_a_remapped_key_is_shown(feed: Any, scenario: Any, clock: Any) -> None:
    """The bar names the key that the town hall chose, and that key acknowledges."""
    chosen = replace(scenario.settings("en"), keys={"acknowledge": ("f5",)})
    app = GuardroomApp(chosen, feed, None, clock)
    async with app.run_test(size=WIDE) as pilot:
        feed.show(scenario.one_alarm())
        await _past_the_guard(pilot, app, clock)
        assert "F5 ACKNOWLEDGE" in glass(app)
        await pilot.press("f5")
        await until(pilot, lambda: bool(feed.of("acknowledge")))


async def test_a_new_alarm_is_seen_while_another_is_in_front(app: GuardroomApp, feed: Any, scenario: Any) -> None:
    """The oldest stays in front, the new one is listed."""
    async with app.run_test(size=WIDE) as pilot:
        feed.show(scenario.one_alarm())
        await in_front(pilot, app, "takeover")
        feed.show(scenario.two_alarms())
        await said(pilot, app, "Samtalerum 3")
        assert "OTHER ALARMS (1)" in glass(app)
        assert "1 of 2" in glass(app)


def _many(scenario: Any, count: int) -> BoardView:
    others = tuple(scenario.alarm(500 + n, "A-03", 5.0, place=f"Lokale {n:02d}") for n in range(count))
    view: BoardView = scenario.with_alarms(scenario.quiet(), scenario.alarm(), *others)
    return view


async def test_no_alarm_is_hidden(app: GuardroomApp, feed: Any, scenario: Any) -> None:
    """Ten others all stand on the full screen; what does not fit on a small one is counted."""
    async with app.run_test(size=WIDE) as pilot:
        feed.show(_many(scenario, 10))
        await in_front(pilot, app, "takeover")
        assert all(f"Lokale {n:02d}" in glass(app) for n in range(10))
        assert "more below" not in glass(app)
        feed.show(_many(scenario, 40))
        await said(pilot, app, "more below")
        seen = glass(app)
        listed = sum(f"Lokale {n:02d}" in seen for n in range(40))
        assert f"more below: {40 - listed}" in seen
        assert listed > 0
        assert "F12 ACKNOWLEDGE" in seen


def _raw(scenario: Any) -> BoardView:
    point = replace(
        scenario.alarm(),
        room=None,
        place="jobcenter:099",
        point="099",
        text="UKENDT PERSONSØGER 99",
        block="",
        floor="",
        route="",
        escape_route="",
        phone="",
        cctv=False,
        cancelled=True,
        stored=False,
        state="restored_unacknowledged",
    )
    return replace(scenario.quiet(), alarms=(point,))


CASES: dict[str, Callable[[Any], BoardView]] = {
    "single": lambda s: s.one_alarm(),
    "second_press": lambda s: replace(
        s.with_alarms(
            s.quiet(),
            s.alarm(
                presses=2,
                last_press_age_s=3.0,
                repeats=4,
                timeline=(
                    *s.alarm().timeline,
                    TimelineLine(at="2025-11-24T12:42:12.000Z", what="respond", detail="both", by="MH"),
                ),
            ),
        ),
        silenced_s=43.0,
    ),
    "three": lambda s: s.with_alarms(
        s.quiet(),
        s.alarm(),
        s.alarm(460, "A-03", 5.0),
        s.alarm(461, "K1", 4.0, state="restored_unacknowledged", presses=2),
        s.acknowledged(s.alarm(450, "B-01", 300.0)),
    ),
    "fire": lambda s: s.with_alarms(s.quiet(), s.alarm(cause="fire", text="BRAND K2")),
    "raw_point": _raw,
}


async def test_a_point_without_a_room_is_never_dropped(app: GuardroomApp, feed: Any, scenario: Any) -> None:
    """The raw point and its text are the place; what is not as it should be is said."""
    async with app.run_test(size=SMALL) as pilot:
        feed.show(_raw(scenario))
        await in_front(pilot, app, "takeover")
        seen = glass(app)
        for words in ("jobcenter:099", "UKENDT PERSONSØGER 99", "NOT WRITTEN TO DISK", "reset", "cancelled"):
            assert words in seen


@pytest.mark.parametrize(
    ("cause", "sign", "title"),
    [("fire", "^^^", "F I R E"), ("intrusion", ">>>", "I N T R U S I O N"), ("medical", "+++", "M E D I C A L")],
)
async def test_other_causes_have_their_own_sign(
    app: GuardroomApp, feed: Any, scenario: Any, cause: str, sign: str, title: str
) -> None:
    """A fire looks different from an attack without any colour."""
    async with app.run_test(size=WIDE) as pilot:
        feed.show(scenario.with_alarms(scenario.quiet(), scenario.alarm(cause=cause)))
        await in_front(pilot, app, "takeover")
        assert f"{sign}   {title}" in glass(app)
        assert "###" not in glass(app)
        assert app.screen.has_class(f"-{cause}")


@pytest.mark.parametrize("size", [WIDE, SMALL], ids=["120x36", "80x24"])
async def test_foreign_text_is_shown_and_not_obeyed(
    app: GuardroomApp, feed: Any, scenario: Any, size: tuple[int, int]
) -> None:
    """Escape sequences, bidi tricks and markup from a panel are letters."""
    async with app.run_test(size=size) as pilot:
        feed.show(scenario.foreign())
        await in_front(pilot, app, "takeover")
        assert obeyed(glass(app)) == set()
        assert "[bold]x[/b]" in glass(app)


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=80), width=st.integers(20, 130), height=st.integers(5, 40))
def test_any_text_at_any_size(text: str, width: int, height: int) -> None:
    """Whatever the texts and the size: no exception, nothing to obey, and the rows fit."""
    one = AlarmView(
        id=1,
        state="restored_unacknowledged",
        cause="hold_up",
        room=text,
        place=text,
        block=text,
        floor=text,
        route=text,
        escape_route=text,
        phone=text,
        panel=text,
        point=text,
        text=text,
        pressed_at="2025-11-24T12:42:07.000Z",
    )
    rows = [*takeover.where_rows(one, width, "█"), takeover.Row(takeover.timer(one, 1.0, 9.0, width), 0)]
    kept = takeover.fit(rows, height)
    assert sum(row.height for row in kept) <= height
    assert obeyed("".join(row.content.plain for row in rows)) == set()
    if clean(text).strip():
        assert rows[0].height >= 1


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("size", [WIDE, SMALL], ids=["120x36", "80x24"])
@pytest.mark.parametrize("spoken", ["da", "en"])
def test_picture(
    snap_compare: Any, feed: Any, scenario: Any, clock: Any, case: str, size: tuple[int, int], spoken: str
) -> None:
    """The takeover as it looks."""
    language.choose(spoken)
    app = GuardroomApp(scenario.settings(spoken), feed, None, clock)

    async def show(pilot: Pilot[None]) -> None:
        feed.show(CASES[case](scenario))
        await in_front(pilot, app, "takeover")

    assert snap_compare(app, terminal_size=size, run_before=show)


@pytest.mark.parametrize("poor", ["no_colours", "linux_console"])
def test_picture_on_a_poor_terminal(
    snap_compare: Any, feed: Any, scenario: Any, clock: Any, monkeypatch: pytest.MonkeyPatch, poor: str
) -> None:
    """Without colours, and with a console's sixteen: title and key still stand out."""
    if poor == "no_colours":
        monkeypatch.setenv("NO_COLOR", "1")
    else:
        monkeypatch.setenv("TERM", "linux")
    app = GuardroomApp(scenario.settings("en"), feed, None, clock)

    async def show(pilot: Pilot[None]) -> None:
        feed.show(CASES["three"](scenario))
        await in_front(pilot, app, "takeover")

    assert snap_compare(app, terminal_size=SMALL, run_before=show)


async def test_a_console_gets_signs_that_its_fonts_have(
    feed: Any, scenario: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Letters drawn with `#`, frames of `+`, `-` and `|`."""
    monkeypatch.setenv("TERM", "linux")
    app = GuardroomApp(scenario.settings("da"), feed, None, clock)
    async with app.run_test(size=WIDE) as pilot:
        feed.show(CASES["three"](scenario))
        await in_front(pilot, app, "takeover")
        assert {sign for sign in glass(app) if ord(sign) > 255} <= {"…"}
        assert "#####" in glass(app)


async def test_a_terminal_that_was_resized_meanwhile(app: GuardroomApp, feed: Any, scenario: Any) -> None:
    """The first picture after a resize is made for the new size."""
    async with app.run_test(size=SMALL) as pilot:
        await in_front(pilot, app, "board")
        await pilot.resize_terminal(*WIDE)
        feed.show(scenario.one_alarm())
        await in_front(pilot, app, "takeover")
        assert "Keys are ignored for the first 0.7 s" in glass(app)
        await pilot.resize_terminal(40, 10)
        await said(pilot, app, "F12 ACKNOWLEDGE")
        assert "Kontaktrum 2" in glass(app)
