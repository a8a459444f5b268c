"""Heads-ups on the screen: entered, warned of, seen, looked in on, taken from a file; and on every alarm's screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from headsups.headsup_house import MOBILES, ROOMS, HeadsUpHouse, headsup_house
from on_the_glass import glass, in_front, said
from records_helper import NOON, answered, opened, records_app, signed_in, typed
from textual.pilot import Pilot

from guardroom.alarms.view import HeadsUpLine, LoanLine, RoomView
from guardroom.clock import stamp
from guardroom.headsups.form import ArrivalForm, LoanForm, PrewarningForm
from guardroom.people.roles import Role
from screens.app import GuardroomApp
from screens.form import Form
from screens.headsup_form import HeadsUpFormScreen
from screens.headsup_step import HeadsUpStep

DAY = timedelta(days=1)
SIZES = {"120x36": (120, 36), "80x24": (80, 24)}


@pytest.fixture
def at(tmp_path: Path) -> Iterator[HeadsUpHouse]:
    """Fredensborg; it is 13:42:16 on the screens."""
    with headsup_house(tmp_path) as made:
        yield made


def busy_day(at: HeadsUpHouse) -> None:
    """Meetings of every make, a loan, and somebody who says that they come."""
    person = at.person()
    at.banned(person, "24-11-2025", "30-11-2025")
    today = {"day": "24-11-2025"}
    first = at.entered(
        **today,
        begins="13:00",
        ends="14:00",
        room="K7",
        posture="watched",
        reason="enforcement",
        case_ref="J-2231",
        person=person,
        stop_signal="jeg henter kaffe",
        check_in_at="13:30",
        ready=("escape_open", "alarm_in_reach"),
        note="Borger har bedt om tolk.",
    )
    at.headsups.take(at.guard, first.id)
    at.at(NOON - timedelta(minutes=40))
    at.headsups.begin(at.guard, first.id)
    at.headsups.watch(at.guard, first.id)
    form = PrewarningForm(
        reason="Har truet med kniv.",
        case_ref="25/1234",
        leader="LD",
        leader_at="09:10",
        legal="JK",
        legal_at="09:20",
        version=at.headsups.read(at.leader, first.id).version,
    )
    at.headsups.prewarn(at.leader, first.id, form)
    at.entered(**today, begins="15:00", ends="15:30", room="M1", staff="VT", citizen="mand, 40, med hund")
    at.entered(**today, begins="18:15", ends="19:00", room="K2", staff="VT ÆØ", posture="near")
    at.entered(day="25-11-2025")
    loan = LoanForm(device="MOBIL 1", holder="JH", place="Byvej", due_day="24-11-2025", due_time="13:30")
    at.headsups.lend(at.guard, loan)
    at.headsups.announce(at.desk, ArrivalForm(day="24-11-2025", time="15:00", case_ref="J-2240"))


async def tab(pilot: Pilot[Any], at: HeadsUpHouse, role: Role = Role.GUARD) -> GuardroomApp:
    """Somebody is signed in, with the tab in front."""
    app = pilot.app
    assert isinstance(app, GuardroomApp)
    await signed_in(pilot, at.house.who(role))
    await opened(pilot, "headsups")
    return app


def form_of(app: GuardroomApp) -> Form:
    """The form that is shown."""
    assert isinstance(app.screen, HeadsUpFormScreen | HeadsUpStep)
    return app.screen._form


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("stage", ["nothing", "busy", "second", "form", "warned", "prewarn", "import"])
def test_picture(
    snap_compare: Callable[..., bool],
    at: HeadsUpHouse,
    feed: Any,
    spoken: str,
    size: str,
    stage: str,
    tmp_path: Path,
) -> None:
    if stage not in ("nothing", "import"):
        busy_day(at)

    async def run_before(pilot: Pilot[Any]) -> None:
        app = await tab(pilot, at, Role.LEADER)
        if stage == "second":
            await pilot.press("down")
        if stage in ("form", "warned"):
            await pilot.press("n")
            await answered(pilot)
        if stage == "warned":
            form_of(app).fill(
                {
                    "begins": "18:30",
                    "ends": "19:00",
                    "room": "K2",
                    "reason": "threat_before",
                    "staff": "VT",
                    "posture": "watched",
                }
            )
            await pilot.press("ctrl+s")
            await answered(pilot)
        if stage == "prewarn":
            await pilot.press("f")
            await answered(pilot)
        if stage == "import":
            path = Path("moeder.csv")
            (tmp_path / path).write_text(
                "Dato;Fra;Til;Rum;Medarbejder;Sagsnr\n"
                "25-11-2025;13.00;14.00;Kontaktrum 7;LD VT;J-2231\n"
                "i morgen;13.00;14.00;Cafeen;LD;J-2240\n"
                "25-11-2025;13.00;14.00;K2;LD;010190-1234\n",
                "utf-8",
            )
            await pilot.press("i")
            await answered(pilot)
            await typed(pilot, str(tmp_path / path))
            await pilot.press("enter")
            await answered(pilot)
            # The folder's name is another one each time.
            app.screen.query_one("#headsup-import-path").value = str(path)  # type: ignore[attr-defined]
            await pilot.pause()

    assert snap_compare(records_app(at.house, feed, spoken), terminal_size=SIZES[size], run_before=run_before)


async def test_a_meeting_is_entered_warned_of_and_kept(at: HeadsUpHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 40)) as pilot:
        await tab(pilot, at, Role.LEADER)
        await pilot.press("n")
        await answered(pilot)
        await in_front(pilot, app, "headsup_form")
        assert "* Where" in glass(app)
        await pilot.press("ctrl+s")
        await answered(pilot)
        await said(pilot, app, "Write the time as 13:42.")
        form_of(app).fill({"begins": "15:00", "ends": "15:30", "room": "K2", "reason": "bad_news", "staff": "VT"})
        await pilot.press("ctrl+s")
        await answered(pilot)
        await said(pilot, app, "The guards were not told by the working day before.")
        await said(pilot, app, "Better rooms: K7")
        assert at.headsups.overview(at.guard).today == ()
        await pilot.press("ctrl+s")
        await answered(pilot)
        await in_front(pilot, app, "headsups")
        await said(pilot, app, "Kept: V-0001. It stands on the board.")
        await said(pilot, app, "bad news")
    assert [each.room for each in at.headsups.overview(at.guard).today] == ["K2"]


async def test_what_was_half_written_is_there_again_for_whoever_wrote_it_and_for_nobody_else(
    at: HeadsUpHouse, feed: Any
) -> None:
    at.person()
    other = at.house.who(Role.LEADER, initials="LD")
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 40)) as pilot:
        await tab(pilot, at, Role.LEADER)
        await pilot.press("n")
        await answered(pilot)
        form_of(app).fill({"begins": "15:00", "room": "K2", "reason": "bad_news", "ready": ("escape_open",)})
        form_of(app).enter("name")
        await typed(pilot, "christian")
        await pilot.press("down", "enter")
        await answered(pilot)
        await said(pilot, app, "a known person, born 1984, case J-2231")
        app.signed_in(other)
        await answered(pilot)
        await opened(pilot, "headsups")
        await pilot.press("n")
        await answered(pilot)
        assert (form_of(app).text("begins"), form_of(app).text("room"), form_of(app).codes("ready")) == ("", "", ())
        assert "Christian" not in glass(app)
        assert "is here again" not in glass(app)
        await pilot.press("escape")
        await in_front(pilot, app, "headsups")
        app.go_to_board()
        await signed_in(pilot, at.leader)
        await opened(pilot, "headsups")
        await pilot.press("n")
        await answered(pilot)
        await said(pilot, app, "What you had begun to write is here again.")
        await said(pilot, app, "a known person, born 1984, case J-2231")
        assert (form_of(app).text("begins"), form_of(app).text("room")) == ("15:00", "K2")
        form_of(app).fill({"ends": "15:30", "staff": "VT"})
        await pilot.press("ctrl+s")
        await answered(pilot)
        await pilot.press("ctrl+s")
        await answered(pilot)
        await in_front(pilot, app, "headsups")
        await pilot.press("n")
        await answered(pilot)
        assert "is here again" not in glass(app)
    (kept,) = at.headsups.overview(at.guard).today
    assert (kept.room, kept.known, kept.ready) == ("K2", True, ("escape_open",))


async def test_what_was_half_written_of_one_heads_up_is_not_put_into_another_and_what_is_given_up_is_gone(
    at: HeadsUpHouse, feed: Any
) -> None:
    at.entered(day="24-11-2025", begins="15:00", ends="16:00", note="Med tolk.")
    at.entered(day="24-11-2025", begins="17:00", ends="18:00")
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 40)) as pilot:
        await tab(pilot, at, Role.LEADER)
        await pilot.press("e")
        await answered(pilot)
        form_of(app).fill({"note": "Uden tolk."})
        app.sign_out()
        await in_front(pilot, app, "board")
        await signed_in(pilot, at.leader)
        await opened(pilot, "headsups")
        await pilot.press("down", "e")
        await answered(pilot)
        assert form_of(app).text("note") == ""
        await pilot.press("escape")
        await pilot.press("up", "e")
        await answered(pilot)
        await said(pilot, app, "What you had begun to write is here again.")
        assert (form_of(app).text("begins"), form_of(app).text("note")) == ("15:00", "Uden tolk.")
        await pilot.press("escape", "escape")
        await in_front(pilot, app, "headsups")
        await pilot.press("e")
        await answered(pilot)
        assert form_of(app).text("note") == "Med tolk."


async def test_an_arrival_that_was_half_written_is_of_the_same_known_person(at: HeadsUpHouse, feed: Any) -> None:
    at.person()
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await tab(pilot, at, Role.LEADER)
        await pilot.press("h")
        await answered(pilot)
        form_of(app).enter("name")
        await typed(pilot, "christian")
        await pilot.press("down", "enter")
        await answered(pilot)
        app.sign_out()
        await in_front(pilot, app, "board")
        await tab(pilot, at, Role.LEADER)
        await pilot.press("h")
        await answered(pilot)
        await said(pilot, app, "What you had begun to write is here again.")
        await said(pilot, app, "a known person, born 1984, case J-2231")
        form_of(app).fill({"time": "15:00"})
        await pilot.press("ctrl+s")
        await answered(pilot)
        await in_front(pilot, app, "headsups")
    (arrival,) = at.headsups.overview(at.guard).arrivals
    assert arrival.known


async def test_a_guard_takes_begins_looks_in_and_ends(at: HeadsUpHouse, feed: Any) -> None:
    made = at.entered(day="24-11-2025", begins="13:00", ends="15:00", posture="watched", check_in_every="30")
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await tab(pilot, at)
        await said(pilot, app, "! CHECK-IN MISSED: somebody should have looked in at 13:30.")
        for key, told in (("t", "you have seen it"), ("b", "has begun"), ("k", "all well"), ("w", "watched 13:42")):
            await pilot.press(key)
            await answered(pilot)
            await said(pilot, app, told)
        assert "CHECK-IN MISSED" not in glass(app)
        await pilot.press("d")
        await answered(pilot)
        await said(pilot, app, "ended early")
    seen = at.headsups.read(at.guard, made.id)
    assert (seen.status, seen.ended_early) == ("over", True)


async def test_it_is_called_off_at_the_second_press_only(at: HeadsUpHouse, feed: Any) -> None:
    made = at.entered(day="24-11-2025", begins="15:00", ends="16:00")
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await tab(pilot, at)
        await pilot.press("x")
        await answered(pilot)
        await said(pilot, app, "X again calls it off.")
        assert at.headsups.read(at.guard, made.id).status == "planned"
        await pilot.press("x")
        await answered(pilot)
        assert at.headsups.read(at.guard, made.id).status == "called_off"


async def test_the_name_is_shown_when_asked_for_and_gone_with_the_next_one(at: HeadsUpHouse, feed: Any) -> None:
    at.entered(day="24-11-2025", begins="15:00", ends="16:00", person=at.person())
    at.entered(day="24-11-2025", begins="15:30", ends="16:00")
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await tab(pilot, at)
        await said(pilot, app, "name hidden: V shows it (logged)")
        await pilot.press("v")
        await answered(pilot)
        await said(pilot, app, "Christian Møller-Eksempel")
        assert at.house.told()[-1] == "headsup_named"
        await pilot.press("down")
        await answered(pilot)
        assert "Møller" not in glass(app)
        await pilot.press("up", "v")
        await answered(pilot)
        app.sign_out()
        await in_front(pilot, app, "board")
        assert app._named["headsups"]._name == ""  # type: ignore[attr-defined]


async def test_the_front_desk_is_told_that_a_name_is_hidden_and_no_key_shows_it(at: HeadsUpHouse, feed: Any) -> None:
    at.entered(day="24-11-2025", begins="15:00", ends="16:00", person=at.person())
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await tab(pilot, at, Role.DESK)
        await said(pilot, app, "name hidden")
        await pilot.press("v")
        await answered(pilot)
        assert "Møller" not in glass(app)
        await said(pilot, app, "As front desk you may not do or see this.")


async def test_loans_and_arrivals_from_beginning_to_end(at: HeadsUpHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await tab(pilot, at, Role.LEADER)
        await pilot.press("m")
        await answered(pilot)
        form_of(app).fill({"device": "MOBIL 1", "holder": "JH", "place": "Byvej", "due_time": "15:00"})
        await pilot.press("ctrl+s")
        await answered(pilot)
        await said(pilot, app, "MOBIL 1: JH, Byvej, back 24-11 15:00")
        await pilot.press("r")
        await answered(pilot)
        await pilot.press("ctrl+s")
        await answered(pilot)
        assert at.headsups.overview(at.guard).loans == ()
        await pilot.press("h")
        await answered(pilot)
        form_of(app).fill({"time": "15:00", "case_ref": "J-2240"})
        await pilot.press("ctrl+s")
        await answered(pilot)
        await said(pilot, app, "24-11 15:00 J-2240: NOT DECIDED")
        await pilot.press("g")
        await answered(pilot)
        form_of(app).fill({"decision": "no_meeting"})
        await pilot.press("ctrl+s")
        await answered(pilot)
        await said(pilot, app, "24-11 15:00 J-2240: the citizen is told")
    assert [each.decision for each in at.headsups.overview(at.guard).arrivals] == ["no_meeting"]


async def test_the_houses_mobile_alarms_that_are_in_their_place_are_offered(tmp_path: Path, feed: Any) -> None:
    with headsup_house(tmp_path, toml=ROOMS + MOBILES) as at:
        loan = LoanForm(device="M1", holder="JH", place="Byvej", due_day="24-11-2025", due_time="15:00")
        at.headsups.lend(at.guard, loan)
        app = records_app(at.house, feed)
        async with app.run_test(size=(120, 36)) as pilot:
            await tab(pilot, at)
            await pilot.press("m")
            await answered(pilot)
            await said(pilot, app, "M2       Mobil 2")
            assert "Mobil 1" not in glass(app)
            await pilot.press("down", "enter")
            assert form_of(app).text("device") == "Mobil 2"
            form_of(app).fill({"device": "mobil 1", "holder": "VT", "place": "Egevej", "due_time": "15:00"})
            await pilot.press("ctrl+s")
            await answered(pilot)
            await said(pilot, app, "Mobil 1 is lent to JH: note first that it is back.")
            form_of(app).fill({"device": "M2"})
            await pilot.press("ctrl+s")
            await answered(pilot)
            await said(pilot, app, "Mobil 2: VT, Egevej, back 24-11 15:00")


async def test_a_room_that_is_out_of_service_is_warned_of_and_another_one_suggested(
    at: HeadsUpHouse, feed: Any, scenario: Any
) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 40)) as pilot:
        await tab(pilot, at, Role.LEADER)
        out = RoomView(id="K7", name="", block="", floor="", state="out_of_service", out_until=stamp(NOON + DAY))
        feed.show(replace(scenario.quiet(), rooms=(out,)))
        await pilot.press("n")
        await answered(pilot)
        form_of(app).fill({"day": "25-11-2025", "begins": "13:00", "ends": "14:00", "room": "K7", "staff": "LD VT"})
        form_of(app).fill({"reason": "other"})
        await pilot.press("ctrl+s")
        await answered(pilot)
        await said(pilot, app, "! The room is out of service until 25-11-2025 13:42: choose another one.")
        await said(pilot, app, "Better rooms: K8")
        await pilot.press("ctrl+s")
        await answered(pilot)
        await in_front(pilot, app, "headsups")
        await pilot.press("l")
        await said(pilot, app, "! The room is out of service until")


async def test_an_appointment_leads_to_its_heads_up_and_what_was_taken_back_to_nothing(
    at: HeadsUpHouse, feed: Any
) -> None:
    for clock in ("15:00", "16:00"):
        at.headsups.announce(at.desk, ArrivalForm(day="24-11-2025", time=clock, case_ref="J-2240"))
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 40)) as pilot:
        await tab(pilot, at, Role.LEADER)
        await pilot.press("g")
        await answered(pilot)
        form_of(app).fill({"arrival": "1", "decision": "appointment_made"})
        await pilot.press("ctrl+s")
        await answered(pilot)
        await in_front(pilot, app, "headsup_form")
        await answered(pilot)
        found = form_of(app)
        assert [found.text(name) for name in ("day", "begins", "case_ref")] == ["24-11-2025", "15:00", "J-2240"]
        found.fill({"ends": "15:30", "room": "K7", "staff": "LD VT"})
        for _twice in range(2):
            await pilot.press("ctrl+s")
            await answered(pilot)
        await in_front(pilot, app, "headsups")
        await pilot.press("a")
        await answered(pilot)
        await pilot.press("ctrl+s")
        await answered(pilot)
        await said(pilot, app, "24-11 16:00 J-2240: taken back")
    assert [each.place for each in at.headsups.overview(at.guard).today] == ["Kontaktrum 7"]


@pytest.mark.parametrize("role", [Role.RISK_COORDINATOR, Role.ADMIN, Role.DIRECTOR, Role.BAN_REGISTRAR])
async def test_whoever_may_not_read_them_is_shown_no_tab(at: HeadsUpHouse, feed: Any, role: Role) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.house.who(role))
        assert "Heads-ups" not in glass(app)
        app.open("headsups")
        await answered(pilot)
        assert app.screen.NAME != "headsups"  # type: ignore[attr-defined]


# On the board and on an alarm's screens


def lines_of_the_day() -> tuple[HeadsUpLine, ...]:
    """What the monitor tells of a day."""

    def line(number: int, minutes: int, room: str, **said: Any) -> HeadsUpLine:
        begins = NOON.replace(second=0) + timedelta(minutes=minutes)
        usual = HeadsUpLine(
            number=f"V-{number:04d}",
            begins=stamp(begins),
            until=stamp(begins + timedelta(hours=1)),
            place=f"Kontaktrum {room[1:]}",
            room=room,
            staff=("MH", "JB"),
            status="taken",
            reason="enforcement",
        )
        return replace(usual, **said)

    return (
        line(
            1,
            -42,
            "K2",
            status="running",
            begun=stamp(NOON - timedelta(minutes=41)),
            posture="near",
            stop_signal="jeg henter kaffe",
            check_in_due=stamp(NOON - timedelta(minutes=12)),
        ),
        line(2, 78, "K1", posture="watched", staff=("VT",), warnings=("alone",)),
        line(3, 273, "A-05", posture="outside_door", warnings=("off_duty",)),
        line(4, 24 * 60, "K3"),
    )


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("what", ["board", "takeover", "response"])
def test_picture_of_a_day_with_meetings(
    snap_compare: Callable[..., bool],
    scenario: Any,
    make_feed: Any,
    clock: Any,
    spoken: str,
    size: str,
    what: str,
) -> None:
    view = replace(scenario.quiet(), headsups=lines_of_the_day())
    if what == "takeover":
        view = scenario.with_alarms(view, scenario.alarm())
    if what == "response":
        view = scenario.with_alarms(view, scenario.acknowledged(scenario.alarm()))
    app = GuardroomApp(scenario.settings(spoken), make_feed(view), None, clock)

    async def run_before(pilot: Pilot[Any]) -> None:
        while not app._warm:
            await pilot.pause()
        if what == "response":
            app.open_response(None)
        await in_front(pilot, app, what)
        await pilot.pause()

    assert snap_compare(app, terminal_size=SIZES[size], run_before=run_before)


async def test_an_alarm_tells_who_is_in_the_room_and_why_and_no_name(scenario: Any, make_feed: Any, clock: Any) -> None:
    quiet = replace(scenario.quiet(), headsups=lines_of_the_day())
    feed = make_feed(scenario.with_alarms(quiet, scenario.alarm()))
    app = GuardroomApp(scenario.settings("en"), feed, None, clock)
    async with app.run_test(size=(120, 36)) as pilot:
        await in_front(pilot, app, "takeover")
        await said(pilot, app, "MH + JB since 13:01, enforcement case, guards near the room")
        await said(pilot, app, "Citizen: name hidden (sign in, tab 4, V-0001)")
        assert "kaffe" not in glass(app)
        feed.show(scenario.with_alarms(quiet, scenario.alarm(room="K4")))
        await pilot.pause()
        assert "In the room" not in glass(app)


async def test_the_stop_signal_is_for_whoever_is_signed_in(at: HeadsUpHouse, scenario: Any, feed: Any) -> None:
    quiet = replace(scenario.quiet(), headsups=lines_of_the_day())
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        feed.show(scenario.with_alarms(quiet, scenario.alarm()))
        await in_front(pilot, app, "takeover")
        assert "kaffe" not in glass(app)
        app.signed_in(at.house.who(Role.GUARD))
        await said(pilot, app, "stop signal »jeg henter kaffe«")
        app.sign_out()
        await pilot.pause()
        assert "kaffe" not in glass(app)


async def test_where_two_meetings_may_be_in_the_room_both_are_told(scenario: Any, make_feed: Any, clock: Any) -> None:
    running = lines_of_the_day()[0]
    begins = NOON.replace(second=0) + timedelta(minutes=3)
    following = replace(
        running,
        number="V-0009",
        begins=stamp(begins),
        until=stamp(begins + timedelta(minutes=30)),
        staff=("VT",),
        status="planned",
        begun="",
    )
    quiet = replace(scenario.quiet(), headsups=(running, following))
    feed = make_feed(scenario.with_alarms(quiet, scenario.alarm()))
    app = GuardroomApp(scenario.settings("en"), feed, None, clock)
    async with app.run_test(size=(120, 36)) as pilot:
        await in_front(pilot, app, "takeover")
        await said(pilot, app, "In the room      MH + JB 13:00-14:00 (begun 13:01), enforcement case")
        await said(pilot, app, "or               VT 13:45-14:15, enforcement case")
        await said(pilot, app, "(sign in, tab 4, V-0001, V-0009)")
    feed = make_feed(scenario.with_alarms(quiet, scenario.acknowledged(scenario.alarm())))
    app = GuardroomApp(scenario.settings("en"), feed, None, clock)
    async with app.run_test(size=(120, 36)) as pilot:
        while not app._warm:
            await pilot.pause()
        app.open_response(None)
        await in_front(pilot, app, "response")
        await said(pilot, app, "or VT 13:45-14:15")


async def test_a_mobile_alarm_that_is_not_back_is_told_on_every_screen(
    scenario: Any, make_feed: Any, clock: Any
) -> None:
    loans = (
        LoanLine(device="MOBIL 1", holder="JH", due=stamp(NOON + timedelta(minutes=1))),
        LoanLine(device="MOBIL 2", holder="VT", due=stamp(NOON + timedelta(hours=1))),
    )
    quiet = replace(scenario.quiet(), loans=loans)
    feed = make_feed(quiet)
    app = GuardroomApp(scenario.settings("en"), feed, None, clock)
    async with app.run_test(size=(120, 36)) as pilot:
        await in_front(pilot, app, "board")
        assert "NOT BACK" not in glass(app)
        feed.show(replace(quiet, at=stamp(NOON + timedelta(minutes=2))))
        await said(pilot, app, "! MOBILE ALARM NOT BACK 24-11 13:43: MOBIL 1 JH.")
        assert "MOBIL 2" not in glass(app)


async def test_a_reminder_comes_with_time_alone_and_never_over_an_alarm(
    scenario: Any, make_feed: Any, clock: Any
) -> None:
    first = replace(lines_of_the_day()[0], check_in_due=stamp(NOON))
    quiet = replace(scenario.quiet(), headsups=(first,))
    feed = make_feed(quiet)
    app = GuardroomApp(scenario.settings("en"), feed, None, clock)
    async with app.run_test(size=(120, 36)) as pilot:
        await in_front(pilot, app, "board")
        await said(pilot, app, "TODAY: HEADS-UPS")
        assert "CHECK-IN MISSED" not in glass(app)
        # The monitor tells nothing new; the database may be away.
        feed.show(replace(quiet, at=stamp(NOON + timedelta(minutes=3))))
        await said(pilot, app, "! CHECK-IN MISSED 13:42: K2 MH + JB.")
        feed.show(scenario.with_alarms(quiet, scenario.alarm()))
        await in_front(pilot, app, "takeover")
        assert "CHECK-IN MISSED" not in glass(app)


async def test_the_sound_of_a_look_in_that_is_missed_is_silenced_from_the_board(
    scenario: Any, make_feed: Any, clock: Any
) -> None:
    first = replace(lines_of_the_day()[0], check_in_due=stamp(NOON))
    quiet = replace(scenario.quiet(), headsups=(first,))
    feed = make_feed(quiet)
    app = GuardroomApp(scenario.settings("en"), feed, None, clock)
    async with app.run_test(size=(120, 36)) as pilot:
        await in_front(pilot, app, "board")
        await said(pilot, app, "TODAY: HEADS-UPS")
        assert "Silence for 60 s" not in glass(app)
        feed.show(replace(quiet, at=stamp(NOON + timedelta(minutes=3))))
        await said(pilot, app, "Silence for 60 s")
        await pilot.press("z")
        await said(pilot, app, "Somebody must still look in.")
        assert len(feed.of("silence")) == 1
        # Beside an alarm that somebody is on the way to, the look in is what sounds.
        late = replace(quiet, at=stamp(NOON + timedelta(minutes=3)))
        feed.show(scenario.with_alarms(late, scenario.acknowledged(scenario.alarm())))
        await pilot.press("z")
        await said(pilot, app, "Somebody must still look in.")
        assert "is not acknowledged" not in glass(app)
