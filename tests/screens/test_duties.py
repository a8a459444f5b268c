"""The phone card, the handover, locked doors; and what the board says of the day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from harness.house import SmallHouse, small_house
from on_the_glass import glass, in_front, said
from records_helper import Away, answered, opened, records_app, services, signed_in, typed
from textual.pilot import Pilot

from db.alarm_tables import ShiftRow
from db.main import writing
from guardroom import language
from guardroom.alarms.view import BoardView, DutyView, HandoverView, LockView
from guardroom.duties.door_locks import DoorLockForm
from guardroom.people.roles import Role
from guardroom.settings import Hours
from screens.app import GuardroomApp

SIZES = {"120x36": (120, 36), "80x24": (80, 24)}
PHONES = """
[contacts]
technician = "5990"
leader = "5901"

[[phones]]
name = "Politiet, lokalstationen"
role = "ikke hastende"
number = "5980"
kind = "police"

[[phones]]
name = "Falck Healthcare"
number = "5982"
kind = "crisis"

[[phones]]
name = "Kollegial førstehjælp"
role = "de første timer"
number = "5983"
kind = "safety"
order = ["everybody"]

[[phones]]
name = "Lis Vang"
role = "AMR"
number = "5984"
kind = "safety"
person = true

[override]
door_lock = { enabled = true }
"""
DUTY = DutyView(
    guards=(
        ("2025-11-24T06:30:00.000Z", "2025-11-24T17:00:00.000Z"),
        ("2025-11-25T06:30:00.000Z", "2025-11-25T15:00:00.000Z"),
    ),
    police=(("2025-11-24T14:30:00.000Z", "2025-11-24T15:30:00.000Z"),),
)
LOCK = LockView(
    id=1,
    area="Blok A",
    begins_at="2025-11-24T09:00:00.000Z",
    ends_at="2025-11-24T15:00:00.000Z",
    decided_role="hs_leader",
    read_by=("MH",),
)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    """Fredensborg, which locks doors here."""
    with small_house(tmp_path, toml=PHONES) as made:
        yield made


def noted(house: SmallHouse) -> None:
    """A note that was confirmed, and one that waits for KK, who has come on duty."""
    handover = services(house).handover
    first, second = house.who(Role.GUARD, initials="MH"), house.who(Role.GUARD, initials="KK")
    for text in (
        "A-06: elektriker er bestilt til tirsdag.",
        "Nøglen til skabet ligger i skuffen.\nBrug A-03 til i morgen.",
    ):
        with writing(house.ground.engine) as session:
            session.merge(ShiftRow(station="Vagtstuen", since=house.clock.now(), people=["MH"]))
        house.clock.advance(60)
        note = handover.write(first, text)
        house.clock.advance(600)
        with writing(house.ground.engine) as session:
            session.merge(ShiftRow(station="Vagtstuen", since=house.clock.now(), people=["KK"]))
        house.clock.advance(60)
        if text.startswith("A-06"):
            handover.confirm(second, note.id)


def locked(house: SmallHouse) -> None:
    """The job centre is locked until four; citizen service was until the leader lifted it."""
    locks = services(house).door_locks
    leader = house.who(Role.HS_LEADER)
    form = DoorLockForm(
        area="Borgerservice", day="24-11-2025", time="09:00", until_day="24-11-2025", until_time="16:00"
    )
    locks.lift(leader, locks.begin(leader, form).id)
    lock = locks.begin(leader, replace(form, area="Jobcenter"))
    locks.confirm(house.who(Role.DESK), lock.id)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("what", ["phones", "phones_away", "handover", "note", "locks", "lock"])
def test_picture(
    snap_compare: Callable[..., bool], house: SmallHouse, feed: Any, spoken: str, size: str, what: str
) -> None:
    phones = services(house).phone_card
    phones.verify(house.who(Role.GUARD), "technician", "5990")
    noted(house)
    locked(house)
    away = Away(house)
    away.away = what == "phones_away"

    async def show(pilot: Pilot[Any]) -> None:
        if what.startswith("phones"):
            await opened(pilot, "phone_card")
            await pilot.press("down", "down", "down")
        elif what in ("handover", "note"):
            await signed_in(pilot, house.who(Role.GUARD, initials="KK"))
            await opened(pilot, "handover")
        else:
            await signed_in(pilot, house.who(Role.LEADER))
            await opened(pilot, "door_locks")
        if what in ("note", "lock"):
            await pilot.press("n")
        await answered(pilot)

    app = records_app(house, feed, spoken, open_house=away.open)
    assert snap_compare(app, terminal_size=SIZES[size], run_before=show)


@pytest.fixture
def board(scenario: Any, make_feed: Any, clock: Any) -> Callable[..., GuardroomApp]:
    """A dashboard whose monitor shows this of the day."""

    def make(spoken: str = "en", **shown: Any) -> GuardroomApp:
        language.choose(spoken)
        view: BoardView = replace(scenario.quiet(), **shown)
        settings = scenario.settings(spoken)
        hours = Hours((((time(7, 30), time(18, 0)),),) * 7)
        settings = replace(settings, policy=replace(settings.policy, guard_hours=hours, police_hours=hours))
        return GuardroomApp(settings, make_feed(view), None, clock)

    return make


@pytest.mark.parametrize("size", SIZES)
def test_picture_of_the_board(snap_compare: Callable[..., bool], board: Any, spoken: str, size: str) -> None:
    locks = (
        LOCK,
        replace(
            LOCK, id=2, area="", begins_at="2025-11-25T07:00:00.000Z", ends_at="2025-11-25T11:00:00.000Z", read_by=()
        ),
    )
    app = board(spoken, duty=DUTY, locks=locks, handover=HandoverView(waiting=2, due=1))

    async def show(pilot: Any) -> None:
        await in_front(pilot, pilot.app, "board")

    assert snap_compare(app, terminal_size=SIZES[size], run_before=show)


async def test_the_board_follows_the_clock(board: Any, clock: Any) -> None:
    app = board(duty=DUTY, locks=(LOCK,))
    async with app.run_test(size=(120, 36)) as pilot:
        await said(pilot, app, "Guards on duty until 18:00   police in the house from 15:30")
        assert "DOORS LOCKED: Blok A until 16:00   read by MH   decided by health and safety leader" in glass(app)
        for seconds, words in (
            (6464, "POLICE IN THE HOUSE until 16:30"),
            (3600, "Guards on duty until 18:00"),
            (6000, "No guard on duty; next Tue 07:30"),
        ):
            clock.advance(seconds)
            app.feed.show(app.view)
            await said(pilot, app, words)
        assert "POLICE" not in glass(app)
        assert "DOORS LOCKED" not in glass(app), "its time is up"


async def test_in_duty_hours_somebody_should_have_signed_on(board: Any) -> None:
    app = board(duty=DUTY, shift=())
    async with app.run_test(size=(120, 36)) as pilot:
        await said(pilot, app, "Duty hours until 18:00, and nobody has signed on: I")


async def test_a_house_that_has_not_said_shows_nothing(board: Any) -> None:
    app = board()
    async with app.run_test(size=(80, 24)) as pilot:
        await in_front(pilot, app, "board")
        assert "on duty until" not in glass(app)
        assert "No guard on duty" not in glass(app)


async def test_the_phone_card_needs_nobody_and_shows_no_person(house: SmallHouse, feed: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await in_front(pilot, app, "board")
        await pilot.press("8")
        await in_front(pilot, app, "phone_card")
        await answered(pilot)
        assert "Kollegial førstehjælp" in glass(app)
        assert "Lis Vang" not in glass(app)
        assert "! 1 number is missing: Mølholm" in glass(app)
        assert "Crisis help now: Mølholm NUMBER MISSING" in glass(app)
        await pilot.press("u")
        await answered(pilot)
        assert "The emergency card lies in" in glass(app)
        assert (house.ground.settings.letters.folder / "emergency-card.html").exists()
        app.signed_in(house.who(Role.DESK))
        await answered(pilot)
        app.feed.show(app.view)
        await said(pilot, app, "Lis Vang")
        await pilot.press("v")
        assert "Guards, leaders and administrators" in glass(app)
        await pilot.press("ctrl+l")
        await in_front(pilot, app, "phone_card")
        app.feed.show(app.view)
        await answered(pilot)
        assert "Lis Vang" not in glass(app), "names are hidden"


async def test_a_guard_notes_that_a_number_is_right(house: SmallHouse, feed: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, house.who(Role.GUARD))
        await opened(pilot, "phone_card")
        await pilot.press("down", "down", "v")
        await answered(pilot)
        assert "Politiet, lokalstationen: noted that the number is right." in glass(app)
        assert "tried 24-11-2025" in glass(app)


async def test_without_the_database_the_numbers_are_there(house: SmallHouse, feed: Any) -> None:
    away = Away(house)
    away.away = True
    app = records_app(house, feed, open_house=away.open)
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot, "phone_card")
        assert "5982" in glass(app)
        assert "the database does not answer" in " ".join(glass(app).split())
        assert "Lis Vang" not in glass(app)


@pytest.mark.parametrize(
    ("role", "name", "field"), [(Role.GUARD, "handover", "text"), (Role.LEADER, "door_locks", "until_time")]
)
async def test_what_was_half_written_is_there_again(
    house: SmallHouse, feed: Any, role: Role, name: str, field: str
) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        for again in (False, True):
            await signed_in(pilot, house.who(role))
            await opened(pilot, name)
            await pilot.press("n")
            await answered(pilot)
            await in_front(pilot, app, "duty_step")
            form = app.screen._form  # type: ignore[attr-defined]
            assert (form.text(field) == "Halvt") == again
            assert ("What you had begun to write is here again." in glass(app)) == again
            form.fill({field: "Halvt"})
            app.sign_out()
            await in_front(pilot, app, "board")


async def test_a_shift_that_signs_on_reads_what_the_one_before_left(house: SmallHouse, feed: Any) -> None:
    noted(house)
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, house.who(Role.GUARD, initials="KK"))
        feed.show(replace(app.view, handover=HandoverView(waiting=1, due=1)))
        await said(pilot, app, "! 1 handover note to confirm: O")
        await pilot.press("i")
        await in_front(pilot, app, "shift")
        await pilot.press("k", "k", "enter")
        await in_front(pilot, app, "sound_check")
        await pilot.press("y")
        await in_front(pilot, app, "handover")
        await answered(pilot)
        assert "1 note is for you to confirm." in glass(app)
        assert "Brug A-03 til i morgen." in glass(app)
        await pilot.press("k")
        await answered(pilot)
        assert "Nothing to confirm. N writes a note" in glass(app)
        assert "[read KK 24-11-2025" in glass(app)
        await pilot.press("n")
        await in_front(pilot, app, "duty_step")
        await answered(pilot)
        await typed(pilot, "Døren til gården binder.")
        await pilot.press("escape")
        assert "Esc again leaves" in glass(app)
        await pilot.press("ctrl+s")
        await answered(pilot)
        await in_front(pilot, app, "handover")
        assert "Døren til gården binder." in glass(app)
        assert "[waits]" in glass(app)
        await pilot.press("k")
        await answered(pilot)
        assert "The next shift confirms this note" in glass(app)


async def test_a_long_note_can_be_read_to_its_end(house: SmallHouse, feed: Any) -> None:
    services(house).handover.write(house.who(Role.GUARD), "\n".join(f"linje {number}" for number in range(1, 31)))
    app = records_app(house, feed)
    async with app.run_test(size=(80, 24)) as pilot:
        await signed_in(pilot, house.who(Role.GUARD))
        await opened(pilot, "handover")
        assert "linje 30" not in glass(app)
        await pilot.press(*["pagedown"] * 8)
        assert "linje 30" in glass(app)


async def test_a_sound_check_of_its_own_opens_no_handover(house: SmallHouse, feed: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(80, 24)) as pilot:
        await signed_in(pilot, house.who(Role.GUARD))
        feed.show(replace(app.view, handover=HandoverView(waiting=1, due=1)))
        await said(pilot, app, "to confirm: O")
        await pilot.press("l")
        await in_front(pilot, app, "sound_check")
        await pilot.press("escape")
        await in_front(pilot, app, "board")


async def test_a_leader_locks_doors_and_a_guard_reads_of_it(house: SmallHouse, feed: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, house.who(Role.LEADER))
        await pilot.press("d")
        await in_front(pilot, app, "door_locks")
        assert "No doors are locked." in glass(app)
        await pilot.press("n")
        await in_front(pilot, app, "duty_step")
        await answered(pilot)
        await pilot.press("ctrl+s")
        assert "Choose a part of the house." in glass(app)
        await pilot.press("1", "ctrl+s")
        await answered(pilot)
        await in_front(pilot, app, "door_locks")
        assert "! LOCKED" in glass(app)
        assert "Nobody is told of it: no recipient is set" in glass(app)
        assert "nobody yet" in glass(app)
        app.signed_in(house.who(Role.GUARD))
        await answered(pilot)
        await opened(pilot, "door_locks")
        assert "N Lock doors" not in glass(app)
        assert "Leader and guard talk it through" in glass(app)
        await pilot.press("k")
        await answered(pilot)
        assert "You have read of everything that is locked." in glass(app)
        await pilot.press("x", "x")
        await answered(pilot)
        assert "As guard you may not do or see this." in glass(app)
        app.signed_in(house.who(Role.LEADER))
        await answered(pilot)
        await opened(pilot, "door_locks")
        await pilot.press("x")
        assert "! LOCKED" in glass(app)
        await pilot.press("x")
        await answered(pilot)
        assert "opened early" in glass(app)


async def test_who_may_not_is_not_offered_it(house: SmallHouse, feed: Any) -> None:
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, house.who(Role.LEGAL))
        for key, screen in (("o", "handover"), ("d", "door_locks")):
            await pilot.press(key)
            await answered(pilot)
            assert app.screen.NAME == "board", screen
            assert "you may not do or see this" in glass(app)
