"""The walk that tries every button out: what is waited for, what came of it, and what the board says of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from on_the_glass import glass, in_front, obeyed, said, until
from textual.pilot import Pilot

from guardroom import language
from guardroom.alarms.acts import Act, ActReply
from guardroom.alarms.view import BoardView, ButtonState, ButtonView, PassingNote, RoomView
from guardroom.alarms.view import TestView as Waited
from screens import words
from screens.app import GuardroomApp
from screens.board import button_legend, button_sign, draw_rooms, running_test
from screens.button_tests import button_row, came_of_it, key_of, next_to_test, to_test

SIZES = {"120x36": (120, 36), "80x24": (80, 24)}
STATES: tuple[ButtonState, ...] = ("tested", "overdue", "untested", "failed")
AT = "2025-11-24T09:12:00.000Z"


def walked(scenario: Any, **states: ButtonState) -> BoardView:
    """A quiet board: the buttons of these rooms are so, those of blok A nobody has tried, the others work."""
    quiet: BoardView = scenario.quiet()
    buttons: list[ButtonView] = []
    rooms: list[RoomView] = []
    for number, room in enumerate(quiet.rooms, start=1):
        asked = states.get(room.id.replace("-", "_"), "untested" if room.id.startswith("A") else "tested")
        tried = {"at": "2025-08-01T06:00:00.000Z" if asked == "overdue" else AT, "by": "MH"}
        buttons.append(
            ButtonView(
                room=room.id,
                label=f"jobcenter:{number:03d}",
                state=asked,
                **({} if asked == "untested" else tried),
            )
        )
        rooms.append(replace(room, button=asked))
    return replace(quiet, rooms=tuple(rooms), buttons=tuple(buttons))


def waiting(view: BoardView, room: str = "A-03", left_s: float = 47.0) -> BoardView:
    """`view`, in which a press of this room is waited for."""
    place = next(one.name for one in view.rooms if one.id == room)
    return replace(view, number=view.number + 1, test=Waited(room=room, place=place, left_s=left_s, by="MH"))


def told(view: BoardView, room: str, state: ButtonState) -> BoardView:
    """`view`, in which the test of this room is over."""
    buttons = tuple(
        replace(one, state=state, at="2025-11-24T12:42:20.000Z", by="JB") if one.room == room else one
        for one in view.buttons
    )
    rooms = tuple(replace(one, button=state) if one.id == room else one for one in view.rooms)
    return replace(view, number=view.number + 1, test=None, buttons=buttons, rooms=rooms)


@pytest.fixture
def dashboard(scenario: Any, make_feed: Any, clock: Any) -> Callable[..., GuardroomApp]:
    """A dashboard on a house whose blok A has not been tried."""

    def make(view: BoardView | None = None, spoken: str = "en") -> GuardroomApp:
        language.choose(spoken)
        return GuardroomApp(scenario.settings(spoken), make_feed(view or walked(scenario)), None, clock)

    return make


async def opened(pilot: Pilot[None], app: GuardroomApp) -> None:
    """The walk is in front."""
    await in_front(pilot, app, "board")
    await pilot.press("t")
    await in_front(pilot, app, "button_tests")


def chosen(app: GuardroomApp) -> str:
    """The row that is chosen."""
    return next(row.strip(" │") for row in glass(app).split("\n") if row.lstrip(" │").startswith("> "))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("what", ["begun", "waiting", "failed", "to_test"])
def test_picture(
    snap_compare: Callable[..., bool], dashboard: Any, scenario: Any, spoken: str, size: str, what: str
) -> None:
    start = walked(scenario, K1="overdue", B_02="failed")

    async def show(pilot: Any) -> None:
        await opened(pilot, pilot.app)
        if what in ("waiting", "failed"):
            pilot.app.feed.show(waiting(start))
            await until(pilot, lambda: pilot.app.shown.test is not None)
        if what == "failed":
            pilot.app.feed.show(told(waiting(start), "A-03", "failed"))
            await until(pilot, lambda: pilot.app.shown.test is None)
        if what == "to_test":
            await pilot.press("f")
        await pilot.pause()

    assert snap_compare(dashboard(start, spoken), terminal_size=SIZES[size], run_before=show)


@pytest.mark.parametrize("size", SIZES)
def test_picture_of_the_board(
    snap_compare: Callable[..., bool], dashboard: Any, scenario: Any, spoken: str, size: str
) -> None:
    view = waiting(walked(scenario, K1="overdue", B_02="failed", A_04="failed"))
    view = replace(view, notes=(PassingNote(at=AT, age_s=9.0, what="test_failed", place="Samtalerum 4", text="MH"),))

    async def show(pilot: Any) -> None:
        await in_front(pilot, pilot.app, "board")

    assert snap_compare(dashboard(view, spoken), terminal_size=SIZES[size], run_before=show)


async def test_enter_tests_and_the_walk_goes_on_by_itself(dashboard: Any, scenario: Any, clock: Any) -> None:
    app = dashboard()
    start = walked(scenario)
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot, app)
        assert chosen(app).startswith("> A-03"), "the first that nobody has tried"
        assert "Enter tests the button in A-03" in glass(app)
        assert "Real all the same: a press anywhere else, one after the button was reset, and a duress code." in glass(
            app
        )
        await pilot.press("enter")
        assert [(act.kind, act.room, act.by) for act in app.feed.acts] == [("test_open", "A-03", "MH + JB")]
        app.feed.show(waiting(start))
        await said(pilot, app, "T  Press the button in Samtalerum 3 now: 47 s")
        assert "TEST NOW" in glass(app)
        clock.advance(2)
        await said(pilot, app, "now: 45 s")
        after = told(waiting(start), "A-03", "tested")
        app.feed.show(after)
        await said(pilot, app, "Samtalerum 3: the button works.")
        assert chosen(app).startswith("> A-04")
        assert "today 13:42" in glass(app)
        await pilot.press("enter")
        assert app.feed.acts[-1].room == "A-04"


async def test_a_button_that_failed_says_what_to_do(dashboard: Any, scenario: Any) -> None:
    app = dashboard()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, app)
        app.feed.show(waiting(walked(scenario)))
        await said(pilot, app, "now: 47 s")
        app.feed.show(told(waiting(walked(scenario)), "A-03", "failed"))
        await said(pilot, app, "NO PRESS CAME")
        assert "the technician (44 55 66 77)" in " ".join(glass(app).split())
        assert "T! FAILED" in glass(app)
        assert chosen(app).startswith("> A-03"), "to be tried once more"


async def test_a_key_stops_the_test(dashboard: Any, scenario: Any) -> None:
    app = dashboard()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, app)
        assert "X Stop the test" not in glass(app)
        await pilot.press("x")
        await said(pilot, app, "No button is being tested.")
        app.feed.show(waiting(walked(scenario)))
        await said(pilot, app, "X stops the test.")
        await pilot.press("x")
        assert [act.kind for act in app.feed.acts] == ["test_close"]
        app.feed.show(walked(scenario))
        await said(pilot, app, "Enter tests the button in A-03")
        assert "works." not in glass(app)
        assert "NO PRESS" not in glass(app)


@pytest.mark.parametrize(
    ("refused", "sentence"),
    [
        ("alarm_stands", "An alarm is open: close it"),
        ("unknown_room", "There is no such"),
        ("nobody_on_duty", "Nobody is on duty: sign the shift on"),
    ],
)
async def test_a_refusal_is_one_sentence(dashboard: Any, refused: Any, sentence: str) -> None:
    app = dashboard()

    def refuse(act: Act) -> ActReply:
        return ActReply(id=act.id, refused=refused)

    app.feed.answer = refuse
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, app)
        await pilot.press("enter")
        await said(pilot, app, sentence)


async def test_only_those_to_test_worst_first(dashboard: Any, scenario: Any) -> None:
    app = dashboard(walked(scenario, K1="overdue", B_02="failed"))
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, app)
        assert chosen(app).startswith("> K1")
        await pilot.press("f")
        await said(pilot, app, "worst first")
        rows = [row for row in glass(app).split("\n") if "jobcenter:" in row]
        assert [row.split("jobcenter")[0].strip(" │>") for row in rows] == [
            "B-02",
            "A-03",
            "A-04",
            "A-05",
            "A-06",
            "K1",
        ]
        assert chosen(app).startswith("> K1")
        await pilot.press("pageup", "down")
        assert chosen(app).startswith("> A-03")
        start = walked(scenario, K1="overdue", B_02="failed")
        app.feed.show(waiting(start))
        await said(pilot, app, "now: 47 s")
        app.feed.show(told(waiting(start), "A-03", "tested"))
        await said(pilot, app, "Samtalerum 3: the button works.")
        assert chosen(app).startswith("> A-04")
        await pilot.press("f")
        assert chosen(app).startswith("> A-04")


async def test_when_every_button_works_there_is_nothing_to_test(dashboard: Any, scenario: Any) -> None:
    done = walked(scenario, A_03="tested", A_04="tested", A_05="tested", A_06="tested")
    app = dashboard(done)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, app)
        await pilot.press("f")
        await said(pilot, app, "Every button works.")
        await pilot.press("down", "enter")
        assert app.feed.acts == []
        app.feed.show(replace(done, buttons=()))
        await said(pilot, app, "No room has a button.")


async def test_a_test_begun_at_another_station_is_followed(dashboard: Any, scenario: Any) -> None:
    app = dashboard(waiting(walked(scenario), "B-02"))
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot, app)
        await said(pilot, app, "Press the button in Pas og kørekort now")
        assert chosen(app).startswith("> B-02")
        app.feed.show(waiting(walked(scenario), "B-03"))
        await said(pilot, app, "Press the button in Ældrerådgivning now")
        assert chosen(app).startswith("> B-03")


async def test_an_alarm_breaks_in_and_the_test_is_told_afterwards(dashboard: Any, scenario: Any, clock: Any) -> None:
    app = dashboard()
    start = walked(scenario)
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot, app)
        app.feed.show(waiting(start))
        await said(pilot, app, "now: 47 s")
        app.feed.show(scenario.with_alarms(waiting(start), scenario.alarm()))
        await in_front(pilot, app, "takeover")
        assert "TEST" not in glass(app)
        clock.advance(1)
        await pilot.press("f12")
        after = told(waiting(start), "A-03", "tested")
        app.feed.show(scenario.with_alarms(after, scenario.acknowledged(scenario.alarm())))
        await in_front(pilot, app, "response")
        await pilot.press("escape")
        await in_front(pilot, app, "button_tests")
        assert "Samtalerum 3: the button works." in glass(app)


async def test_without_the_monitor_no_button_is_tested(dashboard: Any, clock: Any) -> None:
    app = dashboard()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, app)
        app.feed.down("gone")
        clock.advance(4)
        await said(pilot, app, "No button can be tested now.")
        await pilot.press("enter")
        await said(pilot, app, "The monitor does not answer: no button can be tested now.")
        assert app.feed.acts == []


async def test_a_click_chooses_and_a_second_one_tests(dashboard: Any) -> None:
    app = dashboard()
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot, app)
        await pilot.click("#buttons", offset=(5, 1))
        assert chosen(app).startswith("> K2")
        await pilot.click("#buttons", offset=(5, 1))
        assert [act.room for act in app.feed.acts] == ["K2"]
        await pilot.click("#buttons", offset=(5, 18))
        assert chosen(app).startswith("> K2")


async def test_foreign_text_is_shown_and_not_obeyed(dashboard: Any, scenario: Any) -> None:
    start = walked(scenario)
    nasty = replace(start.buttons[4], label=scenario.nasty, by=scenario.nasty)
    view = replace(start, buttons=(nasty,), test=Waited(room="A-03", place=scenario.nasty, left_s=9.0, by="MH"))
    app = dashboard(view)
    async with app.run_test(size=(200, 50)) as pilot:
        await opened(pilot, app)
        assert obeyed(glass(app)) == set()
        assert "[bold]x[/b]" in glass(app)


def test_an_old_test_that_nobody_put_their_initials_to_says_so(scenario: Any) -> None:
    tested = ButtonView(room="K1", label="jobcenter:001", state="tested", at=AT)
    row = button_row(tested, "Kontaktrum 1", False, 100, walked(scenario), scenario.settings())
    assert row.plain.split()[-1] == "-"


@pytest.mark.parametrize("size", [(1, 1), (20, 5), (40, 10), (200, 60)])
async def test_any_size_of_terminal(dashboard: Any, scenario: Any, size: tuple[int, int]) -> None:
    app = dashboard(waiting(walked(scenario)))
    async with app.run_test(size=size) as pilot:
        await opened(pilot, app)
        await pilot.press("down", "f", "pagedown")


async def test_help_and_the_danish_screen(dashboard: Any, scenario: Any) -> None:
    app = dashboard(waiting(walked(scenario, K1="overdue", B_02="failed")), "da")
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot, app)
        seen = set(glass(app).lower().split())
        assert not {"the", "test:", "button", "works", "never", "press", "real", "failed", "overdue"} & seen
        await pilot.press("question_mark")
        await in_front(pilot, app, "help")
        assert "KNAPTEST" in glass(app)


# -- the board -------------------------------------------------------------------------------------------------


async def test_the_board_shows_the_test_on_every_station(dashboard: Any, scenario: Any) -> None:
    app = dashboard(waiting(walked(scenario)))
    async with app.run_test(size=(80, 24)) as pilot:
        await in_front(pilot, app, "board")
        assert "T TEST: A-03 47 s   A press in Samtalerum 3 is a test, any other is real." in glass(app)
        app.feed.show(walked(scenario))
        await until(pilot, lambda: "TEST: A-03" not in glass(app))
        app.feed.show(waiting(walked(scenario)))
        await said(pilot, app, "TEST: A-03")
        app.feed.down("gone")
        app.clock.advance(4)
        await until(pilot, lambda: app.lost)
        await until(pilot, lambda: "TEST: A-03" not in glass(app))


def test_the_signs_of_buttons_and_their_legend(scenario: Any, spoken: str) -> None:
    signs = [button_sign(state) for state in STATES]
    assert signs[0] == ""
    assert len({*signs, *(words.button_state(state) for state in STATES)}) == 2 * len(STATES)
    legend = button_legend(walked(scenario, K1="failed"), "T", 78).plain
    assert f"T! {words.button_state('failed')} 1" in legend
    assert f"T? {words.button_state('untested')} 4" in legend
    assert "TX" not in legend
    narrow = button_legend(walked(scenario, K1="failed", K2="overdue"), "T", 46)
    assert narrow.cell_length <= 46
    assert narrow.plain.count("T") >= 3
    assert button_legend(scenario.quiet(), "T", 78).plain == ""


@pytest.mark.parametrize("width", [30, 78])
def test_a_room_in_alarm_shows_its_alarm_first(width: int) -> None:
    room = RoomView(id="K2", name="", block="B", floor="", state="ready", since_age_s=3.0, button="failed")
    language.choose("en")
    assert "T!" in draw_rooms((room,), 0.0, width, 20).plain
    for state in ("alarm", "acknowledged", "restored", "still_in_alarm"):
        drawn = draw_rooms((replace(room, state=state),), 0.0, width, 20).plain  # type: ignore[arg-type]
        assert "T!" not in drawn


def test_failed_buttons_come_before_quiet_rooms_where_space_is_short() -> None:
    rooms = tuple(
        RoomView(id=f"R{n}", name="", block=f"B{n}", floor="", state="ready", button="failed" if n == 30 else "tested")
        for n in range(40)
    )
    assert "R30" in draw_rooms(rooms, 0.0, 40, 5).plain.split("\n")[0]


@given(st.text(max_size=40), st.text(max_size=40), st.integers(1, 140), st.sampled_from(STATES), st.booleans())
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_row_fills_its_width(
    scenario: Any, room: str, text: str, width: int, state: ButtonState, picked: bool
) -> None:
    at = "" if state == "untested" else AT
    button = ButtonView(room=room, label=text, state=state, at=at, by=text)
    row = button_row(button, text, picked, width, scenario.quiet(), scenario.settings("en"))
    assert row.cell_length == width
    assert obeyed(row.plain) == set()
    shown = running_test(Waited(room=room, place=text, left_s=9.0, by=""), 3.0, width)
    assert (shown.cell_length, obeyed(shown.plain)) == (width, set())


buttons = st.lists(
    st.tuples(st.integers(0, 6), st.sampled_from(STATES)), min_size=1, max_size=12, unique_by=lambda one: one[0]
).map(lambda made: tuple(ButtonView(room=f"R{number}", label=str(number), state=state) for number, state in made))


@given(buttons, st.data())
def test_the_walk_reaches_every_button_once(house: tuple[ButtonView, ...], data: st.DataObject) -> None:
    at = key_of(data.draw(st.sampled_from(house)))
    left = {key_of(one) for one in house if one.state != "tested"}
    while left:
        at = next_to_test(house, at)
        assert at in left
        left.discard(at)
        house = tuple(replace(one, state="tested") if key_of(one) == at else one for one in house)
    assert next_to_test(house, at) == at
    assert to_test(house) == []


def test_what_came_of_a_test() -> None:
    one = ButtonView(room="K1", label="1", state="untested")
    other = ButtonView(room="K1", label="2", state="tested", at=AT)
    before = {key_of(button): button for button in (one, other)}
    works = {**before, key_of(one): replace(one, state="tested", at=AT)}
    fails = {key: replace(button, state="failed", at=AT) for key, button in before.items()}
    assert came_of_it("K1", before, works) == "tested"
    assert came_of_it("K1", before, fails) == "failed"
    assert came_of_it("K1", before, before) == ""
    assert came_of_it("K2", before, works) == ""
