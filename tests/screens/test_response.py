"""Response mode: one key a step, late entries marked as such, and no text ever lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from on_the_glass import glass, in_front, obeyed, said, until
from textual.pilot import Pilot
from textual.widgets import Input

from guardroom import language
from guardroom.alarms import words as alarm_words
from guardroom.alarms.acts import Act, ActReply
from guardroom.alarms.view import OUTCOMES, STEPS, AlarmView, BoardView, HeadsUpLine, LoanLine, TimelineLine
from screens import response
from screens.app import GuardroomApp

WIDE, SMALL = (120, 36), (80, 24)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    language.choose("en")
    yield
    language.choose("en")


def _at(seconds: float) -> str:
    moment = datetime(2025, 11, 24, 12, 42, 7, tzinfo=UTC) + timedelta(seconds=seconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _line(seconds: float, what: str, **fields: Any) -> TimelineLine:
    return TimelineLine(at=_at(seconds), what=what, **fields)


def _fresh(scenario: Any, **changes: Any) -> AlarmView:
    """K2, pressed at 13:42:07 and acknowledged eleven seconds later."""
    one: AlarmView = scenario.acknowledged(scenario.alarm(age_s=9.0, **changes), 4.0)
    return one


def _half_way(scenario: Any) -> AlarmView:
    """Three steps marked, one of them late, one taken back; a note, three repeats, a second press."""
    fresh = _fresh(scenario, presses=2, repeats=3, cancelled=True)
    on_scene = _line(55, "step", detail="on_scene", by="JB")
    stopped = _line(63, "step", detail="conversation_stopped", by="JB")
    asked = _line(75, "step", detail="asked_to_leave", by="MH", late=True)
    return replace(
        fresh,
        age_s=144.0,
        steps={"on_scene": on_scene, "conversation_stopped": stopped, "asked_to_leave": asked},
        timeline=(
            *fresh.timeline,
            on_scene,
            stopped,
            _line(66, "step", detail="left", by="JB"),
            _line(69, "withdraw_step", detail="left", by="JB"),
            _line(80, "note", by="MH", text="Slog i bordet, [ingen] våben set"),
            asked,
        ),
    )


def _ended(scenario: Any) -> AlarmView:
    """Police called and an outcome chosen."""
    half = _half_way(scenario)
    return replace(
        half,
        outcome="handed_to_police",
        police_called_at=_at(90),
        timeline=(
            *half.timeline,
            _line(90, "police_called", detail="112", by="MH"),
            _line(140, "outcome", detail="handed_to_police", by="MH"),
        ),
    )


async def _responding(pilot: Pilot[None], app: GuardroomApp, feed: Any, view: BoardView) -> None:
    """Show `view` and open the response to the alarm in front."""
    await in_front(pilot, app, "board")
    feed.show(view)
    await until(pilot, lambda: app.shown is view)
    app.open_response(None)
    await in_front(pilot, app, "response")


def _view(scenario: Any, *alarms: AlarmView) -> BoardView:
    view: BoardView = scenario.with_alarms(scenario.quiet(), *alarms)
    return view


class TestSteps:
    """Eight steps, eight keys."""

    async def test_a_digit_marks_its_step(self, app: GuardroomApp, feed: Any, scenario: Any) -> None:
        """1 is the first step, 8 the last; no time travels with them: the monitor has the clock."""
        async with app.run_test(size=WIDE) as pilot:
            await _responding(pilot, app, feed, _view(scenario, _fresh(scenario)))
            await pilot.press("1", "3", "8")
            await until(pilot, lambda: len(feed.of("step")) == 3)
            assert [(act.alarm, act.detail, act.at) for act in feed.of("step")] == [
                (459, "on_scene", None),
                (459, "asked_to_leave", None),
                (459, "button_reset", None),
            ]

    async def test_a_marked_step_tells_when(self, app: GuardroomApp, feed: Any, scenario: Any) -> None:
        """The digit of a marked step changes nothing."""
        async with app.run_test(size=WIDE) as pilot:
            await _responding(pilot, app, feed, _view(scenario, _half_way(scenario)))
            await pilot.press("1")
            await said(pilot, app, "Step 1 was marked at 13:43:02 JB.")
            assert feed.acts == []

    async def test_backspace_takes_back_the_last(self, app: GuardroomApp, feed: Any, scenario: Any) -> None:
        """The step that was marked last, not the one with the latest time; a taken-back one is passed over."""
        async with app.run_test(size=WIDE) as pilot:
            await _responding(pilot, app, feed, _view(scenario, _half_way(scenario)))
            await pilot.press("backspace")
            await until(pilot, lambda: bool(feed.of("withdraw_step")))
            assert [act.detail for act in feed.of("withdraw_step")] == ["asked_to_leave"]

    async def test_nothing_to_take_back(self, app: GuardroomApp, feed: Any, scenario: Any) -> None:
        """Said, not done."""
        async with app.run_test(size=WIDE) as pilot:
            await _responding(pilot, app, feed, _view(scenario, _fresh(scenario)))
            await pilot.press("backspace")
            await said(pilot, app, "No step is marked.")
            assert feed.acts == []

    async def test_the_mouse_marks_too(self, app: GuardroomApp, feed: Any, scenario: Any) -> None:
        """A click on a step or an outcome."""
        async with app.run_test(size=WIDE) as pilot:
            await _responding(pilot, app, feed, _view(scenario, _fresh(scenario)))
            await pilot.click("#step-2", offset=(10, 0))
            await pilot.click("#outcomes", offset=(40, 1))
            await until(pilot, lambda: len(feed.acts) == 2)
            assert [(act.kind, act.detail) for act in feed.acts] == [
                ("step", "conversation_stopped"),
                ("outcome", "accidental"),
            ]

    async def test_what_stands_on_the_screen(self, app: GuardroomApp, feed: Any, scenario: Any) -> None:
        """Steps with time and initials, late ones marked, repeats counted, what was taken back still there."""
        async with app.run_test(size=(120, 44)) as pilot:
            await _responding(pilot, app, feed, _view(scenario, _half_way(scenario)))
            seen = glass(app)
            for words in (
                "[x] 2   Conversation stopped",
                "13:43:10 JB",
                "13:43 MH late entry",
                "[ ] 4   Left or escorted out",
                "(PRESS 2)",
                "the panel has repeated the call 3×",
                "Taken back: Left or escorted out",
                "Note: Slog i bordet, [ingen] våben set",
                "P opens what is read aloud",
                "Vagten er ikke politi.",
            ):
                assert words in seen


class TestLateEntries:
    """T, the step, the time."""

    async def test_a_late_entry(self, app: GuardroomApp, feed: Any, scenario: Any, clock: Any) -> None:
        """The time is the house's; the act carries UTC."""
        clock.advance(600)
        async with app.run_test(size=WIDE) as pilot:
            await _responding(pilot, app, feed, _view(scenario, _fresh(scenario)))
            await pilot.press("t", "3")
            await said(pilot, app, "at what time?")
            assert app.screen.query_one("#late", Input).value == "13:52"
            await pilot.press(*"13:44", "enter")
            await until(pilot, lambda: bool(feed.of("step")))
            assert [(act.detail, act.at) for act in feed.of("step")] == [("asked_to_leave", "2025-11-24T12:44:00.000Z")]
            await pilot.press("1")
            await until(pilot, lambda: len(feed.of("step")) == 2)
            assert feed.of("step")[1].at is None

    async def test_a_time_that_cannot_be(self, app: GuardroomApp, feed: Any, scenario: Any) -> None:
        """In the future, before the press, or no time at all: a sentence, and the entry stays open."""
        async with app.run_test(size=WIDE) as pilot:
            await _responding(pilot, app, feed, _view(scenario, _fresh(scenario)))
            for typed in ("14:00", "13:30", "hmm"):
                await pilot.press("t", "3")
                await said(pilot, app, "at what time?")
                await pilot.press(*typed, "enter")
                await said(pilot, app, "The time must be between the press and now")
                app.say("")
                await pilot.press("escape")
            assert feed.acts == []
            assert app.screen.NAME == "response"

    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("13:43", "2025-11-24T12:43:00+00:00"),
            ("13.43", "2025-11-24T12:43:00+00:00"),
            ("1343", "2025-11-24T12:43:00+00:00"),
            ("13:42", "2025-11-24T12:42:07+00:00"),  # the minute of the press counts as the press
            ("13:50", "2025-11-24T12:50:00+00:00"),
            ("13:51", None),
            ("13:41", None),
            ("25:00", None),
            ("13:60", None),
            ("", None),
            ("1:3", None),
        ],
    )
    def test_what_a_time_means(self, scenario: Any, typed: str, meant: str | None) -> None:
        """Between 13:42:07 and 13:50:30."""
        pressed = datetime(2025, 11, 24, 12, 42, 7, tzinfo=UTC)
        now = datetime(2025, 11, 24, 12, 50, 30, tzinfo=UTC)
        found = response.late_moment(typed, pressed, now, scenario.settings())
        assert (found.isoformat() if found else None) == meant

    def test_after_midnight_the_evening_is_meant(self, scenario: Any) -> None:
        """Pressed at 23:55, written down at 00:10."""
        pressed = datetime(2025, 11, 24, 22, 55, tzinfo=UTC)
        now = datetime(2025, 11, 24, 23, 10, tzinfo=UTC)
        found = response.late_moment("23:58", pressed, now, scenario.settings())
        assert found == datetime(2025, 11, 24, 22, 58, tzinfo=UTC)

    def test_the_hour_that_comes_twice(self, scenario: Any) -> None:
        """On the night when summer time ends, 02:30 is the one that lies after the press."""
        pressed = datetime(2025, 10, 26, 1, 5, tzinfo=UTC)
        now = datetime(2025, 10, 26, 1, 40, tzinfo=UTC)
        found = response.late_moment("02:30", pressed, now, scenario.settings())
        assert found == datetime(2025, 10, 26, 1, 30, tzinfo=UTC)


class TestNotes:
    """What is typed is never lost."""

    async def test_a_note(self, app: GuardroomApp, feed: Any, scenario: Any) -> None:
        """Letters and digits are text while a note is written; Enter saves."""
        async with app.run_test(size=WIDE) as pilot:
            await _responding(pilot, app, feed, _view(scenario, _fresh(scenario)))
            await pilot.press("n", *"ser 3 t", "enter")
            await until(pilot, lambda: bool(feed.of("note")))
            assert [(act.kind, act.text) for act in feed.acts] == [("note", "ser 3 t")]
            await pilot.press("n")
            assert app.screen.query_one("#note", Input).value == ""

    async def test_escape_keeps_the_draft(self, app: GuardroomApp, feed: Any, scenario: Any) -> None:
        """Half a note is still there, and is said to be there; closing waits for it."""
        async with app.run_test(size=WIDE) as pilot:
            await _responding(pilot, app, feed, _view(scenario, _ended(scenario)))
            await pilot.press("n", *"slog", "escape")
            await said(pilot, app, "A note is half written: N opens it.")
            await pilot.press("ctrl+s")
            await said(pilot, app, "A note is not saved yet")
            await pilot.press("n", *" til", "enter")
            await until(pilot, lambda: bool(feed.of("note")))
            assert [act.text for act in feed.of("note")] == ["slog til"]

    async def test_a_note_that_was_not_taken_stays(self, app: GuardroomApp, feed: Any, scenario: Any) -> None:
        """Refused or unanswered: the words are still in the draft."""

        def refuse(act: Act) -> ActReply | None:
            return ActReply(id=act.id, refused="bad_act")

        feed.answer = refuse
        async with app.run_test(size=WIDE) as pilot:
            await _responding(pilot, app, feed, _view(scenario, _fresh(scenario)))
            await pilot.press("n", *"ord", "enter")
            await until(pilot, lambda: bool(feed.of("note")))
            await pilot.pause()
            await pilot.press("n")
            assert app.screen.query_one("#note", Input).value == "ord"

    async def test_a_new_alarm_breaks_in_and_the_note_comes_back(
        self, app: GuardroomApp, feed: Any, scenario: Any, clock: Any
    ) -> None:
        """The takeover takes the keys; back at the first alarm the words and the cursor are where they were."""
        first = _fresh(scenario)
        second = scenario.alarm(460, "A-03", 1.0)
        async with app.run_test(size=WIDE) as pilot:
            await _responding(pilot, app, feed, _view(scenario, first))
            await pilot.press("n", *"halv")
            feed.show(_view(scenario, first, second))
            await in_front(pilot, app, "takeover")
            await pilot.press("x", "enter", "1")
            assert feed.acts == []
            clock.advance(1.0)
            await pilot.press("f12")
            await until(pilot, lambda: bool(feed.of("acknowledge")))
            feed.show(_view(scenario, first, scenario.acknowledged(second, 1.0)))
            await in_front(pilot, app, "response")
            await said(pilot, app, "SAMTALERUM 3")
            await pilot.press("tab")
            await said(pilot, app, "KONTAKTRUM 2   pressed")
            await pilot.press(*"t")
            assert app.screen.query_one("#note", Input).value == "halvt"
            await pilot.press("enter")
            await until(pilot, lambda: bool(feed.of("note")))
            assert [(act.alarm, act.text) for act in feed.of("note")] == [(459, "halvt")]

    async def test_a_second_press_elsewhere_acknowledged_gives_the_note_back(
        self, app: GuardroomApp, feed: Any, scenario: Any
    ) -> None:
        """Another station acknowledges: the note goes on where it stopped."""
        first = _fresh(scenario)
        async with app.run_test(size=WIDE) as pilot:
            await _responding(pilot, app, feed, _view(scenario, first))
            await pilot.press("n", *"halv")
            feed.show(_view(scenario, replace(first, state="active_unacknowledged", presses=2)))
            await in_front(pilot, app, "takeover")
            feed.show(_view(scenario, replace(first, presses=2)))
            await in_front(pilot, app, "response")
            await pilot.press("t")
            assert app.screen.query_one("#note", Input).value == "halvt"
            assert feed.of("note") == []


class TestEnding:
    """Outcome, then closing."""

    async def test_an_outcome_can_be_changed(self, app: GuardroomApp, feed: Any, scenario: Any) -> None:
        """Each letter is an act; the last one counts."""
        async with app.run_test(size=WIDE) as pilot:
            await _responding(pilot, app, feed, _view(scenario, _fresh(scenario)))
            await pilot.press("e", "G", "b", "f", "o", "a")
            await until(pilot, lambda: len(feed.of("outcome")) == 6)
            assert [act.detail for act in feed.of("outcome")] == [
                "escorted_out",
                "left_by_themselves",
                "ejected_not_escorted",
                "accidental",
                "handed_to_police",
                "other",
            ]

    async def test_closing_wants_an_outcome(self, app: GuardroomApp, feed: Any, scenario: Any) -> None:
        """The monitor refuses a closing without one; the guard gets a sentence."""
        feed.answer = lambda act: ActReply(id=act.id, refused="no_outcome" if act.kind == "close" else "")
        async with app.run_test(size=WIDE) as pilot:
            await _responding(pilot, app, feed, _view(scenario, _fresh(scenario)))
            await pilot.press("ctrl+s")
            await said(pilot, app, "Choose an outcome")

    async def test_outcome_and_closing_in_one_breath(self, app: GuardroomApp, feed: Any, scenario: Any) -> None:
        """Two keys faster than the monitor's answer to the first: both acts go, in order."""
        async with app.run_test(size=WIDE) as pilot:
            await _responding(pilot, app, feed, _view(scenario, _fresh(scenario)))
            await pilot.press("o", "ctrl+s")
            await until(pilot, lambda: bool(feed.of("close")))
            assert [(act.kind, act.alarm, act.detail) for act in feed.acts] == [
                ("outcome", 459, "handed_to_police"),
                ("close", 459, ""),
            ]

    async def test_after_the_last_alarm_comes_the_board(self, app: GuardroomApp, feed: Any, scenario: Any) -> None:
        """Closed: the next open alarm, and after the last one the board."""
        other = scenario.acknowledged(scenario.alarm(460, "A-03", 5.0), 1.0)
        async with app.run_test(size=WIDE) as pilot:
            await _responding(pilot, app, feed, _view(scenario, _fresh(scenario), other))
            await said(pilot, app, "alarm 1 of 2, Tab: the next")
            feed.show(_view(scenario, other))
            await said(pilot, app, "SAMTALERUM 3")
            feed.show(scenario.quiet())
            await in_front(pilot, app, "board")

    async def test_going_to_and_fro(self, app: GuardroomApp, feed: Any, scenario: Any) -> None:
        """Tab and Shift+Tab walk through the open alarms; a step goes to the one that is shown."""
        other = scenario.acknowledged(scenario.alarm(460, "A-03", 5.0), 1.0)
        async with app.run_test(size=WIDE) as pilot:
            await _responding(pilot, app, feed, _view(scenario, _fresh(scenario), other))
            await pilot.press("tab")
            await said(pilot, app, "alarm 2 of 2")
            await pilot.press("1", "shift+tab")
            await said(pilot, app, "alarm 1 of 2")
            await pilot.press("1")
            await until(pilot, lambda: len(feed.of("step")) == 2)
            assert [act.alarm for act in feed.of("step")] == [460, 459]

    async def test_escape_leaves_and_the_alarm_stays_on_top(self, app: GuardroomApp, feed: Any, scenario: Any) -> None:
        """The board, with the strip."""
        async with app.run_test(size=WIDE) as pilot:
            await _responding(pilot, app, feed, _view(scenario, _fresh(scenario)))
            await pilot.press("escape")
            await in_front(pilot, app, "board")
            assert "IN PROGRESS" in glass(app)
            assert feed.acts == []


def _crowded(scenario: Any, *, reminders: int = 0, others: int = 0) -> BoardView:
    """A fault, two meetings that the alarm may be about, police who were rung; `reminders` of what is not back, and
    `others` that wait on the strip."""
    one = replace(_ended(scenario), state="restored_acknowledged", received_late=True)
    met = HeadsUpLine(
        number="V-0001",
        begins=_at(-2400),
        until=_at(1200),
        place="Kontaktrum 2",
        room="K2",
        staff=("MH", "JB"),
        status="running",
        reason="enforcement",
        begun=_at(-2300),
        posture="near",
    )
    following = replace(met, number="V-0002", begins=_at(180), until=_at(3600), status="planned", begun="")
    quiet = replace(
        scenario.faulty(),
        headsups=(met, following),
        loans=tuple(LoanLine(device=f"MOBIL {at}", holder="VT", due=_at(-600)) for at in range(reminders)),
    )
    rooms = ("A-03", "B-01", "K4")[:others]
    waiting = [
        scenario.acknowledged(scenario.alarm(460 + at, room, 5.0), 1.0) for at, room in enumerate(rooms, start=1)
    ]
    crowded: BoardView = scenario.with_alarms(quiet, one, *waiting)
    return crowded


NEWEST = {"da": "13:44:27  Udfald: Overdraget til politiet", "en": "13:44:27  Outcome: Handed to the police"}


@pytest.mark.parametrize("spoken", ["da", "en"])
class TestALowScreen:
    """24 rows, and more to tell than they hold: what is typed is always seen."""

    @pytest.fixture(autouse=True)
    def _spoken(self, spoken: str) -> None:
        language.choose(spoken)

    @pytest.fixture
    def app(self, scenario: Any, feed: Any, clock: Any, spoken: str) -> GuardroomApp:
        """The dashboard in this language."""
        return GuardroomApp(scenario.settings(spoken), feed, None, clock)

    @pytest.mark.parametrize(("reminders", "others"), [(0, 0), (3, 0), (3, 3)])
    async def test_a_note_is_seen_while_it_is_typed(
        self, app: GuardroomApp, feed: Any, scenario: Any, spoken: str, reminders: int, others: int
    ) -> None:
        """And above it what happened last, also beside a sentence that has just been told."""
        async with app.run_test(size=SMALL) as pilot:
            await _responding(pilot, app, feed, _crowded(scenario, reminders=reminders, others=others))
            await pilot.press("n", *"han gik")
            await said(pilot, app, "han gik")
            await said(pilot, app, NEWEST[spoken])
            app.say("told", urgent=True)
            await said(pilot, app, "told")
            assert "han gik" in glass(app)
            await said(pilot, app, NEWEST[spoken])

    @pytest.mark.parametrize("reminders", [0, 3])
    async def test_a_late_entry_is_seen_with_every_step(
        self, app: GuardroomApp, feed: Any, scenario: Any, spoken: str, reminders: int
    ) -> None:
        """First the steps with their digits, which are asked for; then the time."""
        view = _crowded(scenario, reminders=reminders)
        view = replace(view, alarms=(replace(view.alarms[0], steps={}),))
        async with app.run_test(size=SMALL) as pilot:
            await _responding(pilot, app, feed, view)
            for number, code in enumerate(STEPS, start=1):
                await pilot.press("t")
                await said(pilot, app, _late_question())
                for each, other in enumerate(STEPS, start=1):
                    assert f"[ ] {each}   {alarm_words.step(other)}" in glass(app)
                await said(pilot, app, NEWEST[spoken])
                await pilot.press(str(number), *"11:23")
                await said(pilot, app, "11:23")
                assert alarm_words.step(code)[:12] in _row_of(app, "11:23")
                await pilot.press("escape")

    @pytest.mark.parametrize(("reminders", "others"), [(0, 0), (3, 0), (3, 3)])
    async def test_what_happened_last_is_seen(
        self, app: GuardroomApp, feed: Any, scenario: Any, spoken: str, reminders: int, others: int
    ) -> None:
        """Also while nothing is typed, and again after a note was."""
        async with app.run_test(size=SMALL) as pilot:
            await _responding(pilot, app, feed, _crowded(scenario, reminders=reminders, others=others))
            await said(pilot, app, NEWEST[spoken])
            assert "V-0001" in glass(app) or "MH + JB" in glass(app)
            await pilot.press("n", "escape")
            await pilot.pause()
            await said(pilot, app, NEWEST[spoken])

    async def test_the_steps_and_outcomes_stay(self, app: GuardroomApp, feed: Any, scenario: Any, spoken: str) -> None:
        """Beside a fault and a meeting alone, nothing that has a key gives way."""
        async with app.run_test(size=SMALL) as pilot:
            await _responding(pilot, app, feed, _crowded(scenario))
            seen = glass(app)
            for code in STEPS:
                assert alarm_words.step(code) in seen
            for code in OUTCOMES.values():
                assert alarm_words.outcome(code) in seen
            assert "112" in seen

    async def test_a_screen_of_thirty_rows_says_that_there_is_more(
        self, app: GuardroomApp, feed: Any, scenario: Any, spoken: str
    ) -> None:
        """Where the steps have a frame, it says so; the note is seen there too."""
        async with app.run_test(size=(120, 30)) as pilot:
            await _responding(pilot, app, feed, _crowded(scenario, reminders=3, others=3))
            await pilot.press("n", *"han gik")
            await said(pilot, app, "han gik")
            assert {"da": "mere nedenfor", "en": "more below"}[spoken] in glass(app)
            await said(pilot, app, NEWEST[spoken])


async def test_a_note_is_seen_on_the_lowest_screen(app: GuardroomApp, feed: Any, scenario: Any) -> None:
    """Ten rows: next to nothing is left of the steps, and the note still stands there."""
    async with app.run_test(size=(80, 10)) as pilot:
        await _responding(pilot, app, feed, _crowded(scenario))
        await pilot.press("n", *"han gik")
        await said(pilot, app, "han gik")


def _late_question() -> str:
    return language._("Late entry: which step? Press 1-9, or Esc.")


def _row_of(app: GuardroomApp, words: str) -> str:
    return next(row for row in glass(app).splitlines() if words in row)


TEXTS = st.text(max_size=120)


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS, width=st.integers(12, 130))
def test_any_text_in_the_timeline(scenario: Any, text: str, width: int) -> None:
    """Whatever people and panels write: no exception and nothing to obey."""
    line = TimelineLine(at=_at(0), what="note", text=text, by=text, station=text, detail=text)
    steps = {"on_scene": replace(line, what="step", detail="on_scene")}
    one = AlarmView(
        id=1,
        state="active_acknowledged",
        cause="hold_up",
        room="K2",
        place=text,
        acknowledged_by=text,
        acknowledged_at=_at(5),
        pressed_at=_at(0),
        steps=steps,
        timeline=(replace(line, what="press"), line, replace(line, what=text), *steps.values()),
    )
    house = scenario.settings("en")
    shown = [
        response.timeline_rows(one, (), width, house),
        response.step_row(1, "on_scene", one, width, house),
        response.acknowledged_row(one, width, house),
        response.outcome_rows(one, width, house),
        response.plain(response.title(one, 1.0, width, house)),
    ]
    assert obeyed("".join(content.plain for content in shown)) == set()


@pytest.mark.parametrize("size", [WIDE, SMALL], ids=["120x36", "80x24"])
async def test_foreign_text_is_shown_and_not_obeyed(
    app: GuardroomApp, feed: Any, scenario: Any, size: tuple[int, int]
) -> None:
    """Escape sequences, bidi tricks and markup are letters."""
    foreign = scenario.foreign()
    open_alarm = replace(foreign.alarms[0], state="active_acknowledged", acknowledged_at=_at(4))
    async with app.run_test(size=size) as pilot:
        await _responding(pilot, app, feed, replace(foreign, alarms=(open_alarm,)))
        assert obeyed(glass(app)) == set()
        assert "[@click=app.exit]" in glass(app)


CASES: dict[str, Callable[[Any], AlarmView]] = {"fresh": _fresh, "half_way": _half_way, "with_outcome": _ended}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("size", [WIDE, SMALL], ids=["120x36", "80x24"])
@pytest.mark.parametrize("spoken", ["da", "en"])
def test_picture(
    snap_compare: Any, feed: Any, scenario: Any, clock: Any, case: str, size: tuple[int, int], spoken: str
) -> None:
    """The response as it looks."""
    language.choose(spoken)
    app = GuardroomApp(scenario.settings(spoken), feed, None, clock)

    async def show(pilot: Pilot[None]) -> None:
        await _responding(pilot, app, feed, _view(scenario, CASES[case](scenario)))

    assert snap_compare(app, terminal_size=size, run_before=show)
