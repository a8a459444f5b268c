"""One ban for those who prepare and decide it: from the draft to the list, in the steps that the rules allow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bans.ban_house import COMPLETE, BanHouse, ban_house
from on_the_glass import glass, in_front, said
from records_helper import answered, key_of, opened, records_app, signed_in, typed
from slow_house import SlowHouse
from textual.pilot import Pilot
from textual.widgets import TextArea

from guardroom import language
from guardroom.people.roles import Role
from screens.app import GuardroomApp
from screens.ban import Ban, begin_ban, decision_rows, open_ban

SIZES = {"120x36": (120, 36), "80x24": (80, 24)}


@pytest.fixture
def at(tmp_path: Path) -> Iterator[BanHouse]:
    """Fredensborg: two sign, six months are proposed."""
    with ban_house(tmp_path) as made:
        yield made


@pytest.fixture(autouse=True)
def _no_blinking_text_cursor(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text area's cursor that stands still, for the pictures."""
    monkeypatch.setattr(TextArea, "_toggle_cursor_blink_visible", lambda self: None)


async def shown(pilot: Pilot[Any], app: GuardroomApp, ban: int) -> None:
    """The ban is in front."""
    open_ban(app, ban)
    await in_front(pilot, app, "ban")
    await answered(pilot)


def extension(at: BanHouse) -> int:
    """The draft of an extension since which only attendance was recorded."""
    person = at.person("Christian Møller-Eksempel")
    at.incident(person)
    old = at.ban(person=person)
    at.clock.advance(days=60)
    at.incident(person, days_ago=1, kind="ban_breach")
    return at.bans.extend(at.leader, old.id).id


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("stage", ["draft", "active", "extension"])
def test_picture(
    snap_compare: Callable[..., bool], at: BanHouse, feed: Any, spoken: str, size: str, stage: str
) -> None:
    match stage:
        case "draft":
            person = at.person()
            at.incident(person)
            ban = at.bans.begin(at.leader, person).id
        case "active":
            ban = at.ban().id
        case _:
            ban = extension(at)

    async def run_before(pilot: Pilot[Any]) -> None:
        assert isinstance(pilot.app, GuardroomApp)
        await signed_in(pilot, at.leader)
        await shown(pilot, pilot.app, ban)

    assert snap_compare(records_app(at.house, feed, spoken), terminal_size=SIZES[size], run_before=run_before)


def test_what_is_not_seen_to_yet_is_not_told_as_an_answer(at: BanHouse) -> None:
    language.choose("en")
    person = at.person()
    at.incident(person)
    draft, active = at.bans.begin(at.leader, person), at.ban()
    for ban, reviewed, guided in (
        (draft, "not yet: looked into, no mistakes", "not yet: guidance and name in the letter"),
        (active, "yes: looked into, no mistakes", "yes: guidance and name are in the letter"),
    ):
        rows = decision_rows(ban, at.house.ground.settings, 200).plain
        assert reviewed in rows
        assert guided in rows


@pytest.mark.parametrize("size", SIZES)
def test_picture_of_a_step(snap_compare: Callable[..., bool], at: BanHouse, feed: Any, spoken: str, size: str) -> None:
    ban = at.ban("draft").id

    async def run_before(pilot: Pilot[Any]) -> None:
        assert isinstance(pilot.app, GuardroomApp)
        await signed_in(pilot, at.leader)
        await shown(pilot, pilot.app, ban)
        await pilot.press("h", "2")
        await in_front(pilot, pilot.app, "ban_step")
        await pilot.press("2", "tab", *"akut")

    assert snap_compare(records_app(at.house, feed, spoken), terminal_size=SIZES[size], run_before=run_before)


async def again(pilot: Pilot[Any], app: GuardroomApp) -> None:
    """The ban is read anew: somebody at another station has changed it."""
    screen = app._named["ban"]
    assert isinstance(screen, Ban)
    screen.look_again()
    await answered(pilot)


async def step(pilot: Pilot[Any], app: GuardroomApp, key: str, *keys: str) -> None:
    """A step with a form: its key, then what is typed there, then it is kept."""
    await pilot.press(key)
    await in_front(pilot, app, "ban_step")
    await pilot.press(*keys, "ctrl+s", "ctrl+s")
    await answered(pilot)
    await in_front(pilot, app, "ban")
    await answered(pilot)


async def test_the_whole_life_of_a_ban_in_keys(at: BanHouse, feed: Any) -> None:
    person = at.person()
    at.incident(person)
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.leader)
        await opened(pilot, "persons")
        begin_ban(app.screen, person)  # type: ignore[arg-type]
        await answered(pilot)
        await in_front(pilot, app, "ban")
        await said(pilot, app, "[A DRAFT] > in hearing")
        assert "missing: cannot be made active." in glass(app)
        (line,) = at.bans.lines(at.leader, "drafts")
        ban = line.id
        at.bans.change(at.leader, ban, at.form(at.bans.read(at.leader, ban)))
        await again(pilot, app)

        await step(pilot, app, "h", "tab", "tab")  # sent today, the usual time to answer
        await said(pilot, app, "> [IN HEARING] >")
        await said(pilot, app, "sent 24-11-2025, answer by 08-12-2025")
        await step(pilot, app, "h", "1", "tab", "tab", *"ok")
        await said(pilot, app, "the citizen was heard")
        form = at.bans.read(at.leader, ban).form
        at.bans.change(at.leader, ban, replace(form, reasons=form.reasons + "\nSvaret ændrer ikke afgørelsen."))
        at.lead_from_hearing(ban)
        await again(pilot, app)
        await said(pilot, app, "> [DECIDED] >")
        assert "A Put in force" not in glass(app)
        await pilot.press("a")
        await said(pilot, app, "This cannot be done now, or not by you.")
        await step(pilot, app, "j", *"D-77")
        await step(pilot, app, "g", "tab", "1")
        await said(pilot, app, "> [SERVED] >")
        await pilot.press("a")
        await said(pilot, app, "Press the key again: the ban is put in force")
        assert at.bans.read(at.leader, ban).standing == "served"
        await pilot.press("a")
        await answered(pilot)
        await said(pilot, app, "> [ACTIVE] >")
        await said(pilot, app, "Not yet   AX")
        await step(pilot, app, "n", "tab", *"tlf")
        await said(pilot, app, "Normalised")
        await step(pilot, app, "x", "tab", *"enig")
        await said(pilot, app, "[LIFTED]")
        assert at.bans.read(at.leader, ban).lifted_reason == "enig"
        assert "X Lift" not in glass(app)


async def test_what_is_missing_before_it_can_be_signed_is_said_where_the_key_is_pressed(
    at: BanHouse, feed: Any
) -> None:
    ban = at.ban("hearing")
    less = replace(at.bans.read(at.leader, ban.id).form, case_ref="")
    at.bans.change(at.leader, ban.id, replace(less, less_intrusive=""))
    app = records_app(at.house, feed)
    async with app.run_test(size=(80, 24)) as pilot:
        await signed_in(pilot, at.head)
        await shown(pilot, app, ban.id)
        assert "U Sign" not in glass(app)
        await pilot.press("u")
        await said(pilot, app, "Missing first, of 2: less intrusive means that were")
        at.bans.change(at.leader, ban.id, less)
        await again(pilot, app)
        await pilot.press("u")
        await said(pilot, app, "It cannot be signed yet. Missing: case number.")


async def test_what_is_wrong_with_a_step_stands_at_its_field(at: BanHouse, feed: Any) -> None:
    ban = at.ban("decided").id
    app = records_app(at.house, feed)
    async with app.run_test(size=(80, 24)) as pilot:
        await signed_in(pilot, at.leader)
        await shown(pilot, app, ban)
        await pilot.press("j")
        await in_front(pilot, app, "ban_step")
        await pilot.press("ctrl+s", "ctrl+s")
        await answered(pilot)
        await said(pilot, app, "Write the letter's number in the case system.")
        await pilot.press("escape")
        await in_front(pilot, app, "ban")
        await pilot.press("g")
        await in_front(pilot, app, "ban_step")
        await pilot.press(*["backspace"] * 12, *"31-02-2026", "ctrl+s", "ctrl+s")
        await answered(pilot)
        await said(pilot, app, "02-2026 has 28 days.")
        assert at.bans.read(at.leader, ban).standing == "decided"


async def test_a_step_is_left_with_escape_and_nothing_of_it_stays(at: BanHouse, feed: Any) -> None:
    ban = at.ban("draft").id
    app = records_app(at.house, feed)
    async with app.run_test(size=(80, 24)) as pilot:
        await signed_in(pilot, at.leader)
        await shown(pilot, app, ban)
        await pilot.press("z")
        await in_front(pilot, app, "ban_step")
        await pilot.press(*"fortrudt", "escape")
        await said(pilot, app, "Esc again leaves without what is written here.")
        await pilot.press("escape")
        await in_front(pilot, app, "ban")
        await pilot.press("z")
        await in_front(pilot, app, "ban_step")
        assert "fortrudt" not in glass(app)
        assert at.bans.read(at.leader, ban).standing == "draft"


@pytest.mark.parametrize("size", SIZES.values())
async def test_the_warning_of_fob_2014_5_is_on_the_first_page(at: BanHouse, feed: Any, size: tuple[int, int]) -> None:
    ban = extension(at)
    app = records_app(at.house, feed)
    async with app.run_test(size=size) as pilot:
        await signed_in(pilot, at.leader)
        await shown(pilot, app, ban)
        shown_now = " ".join(glass(app).split())
        assert "only attendance is recorded. That alone is not enough (Ombudsman FOB 2014-5)." in shown_now


async def test_an_extension_is_a_new_draft_and_wants_its_key_twice(at: BanHouse, feed: Any) -> None:
    old = at.ban()
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.leader)
        await shown(pilot, app, old.id)
        await pilot.press("f")
        app.clock.advance(11)  # type: ignore[attr-defined]
        await pilot.press("f")
        await answered(pilot)
        assert at.bans.read(at.leader, old.id).extended_by == ""
        await pilot.press("f")
        await answered(pilot)
        await said(pilot, app, "FB-2025-002")
        await said(pilot, app, "Extends         FB-2025-001")


async def test_the_letter_says_where_it_is(at: BanHouse, feed: Any) -> None:
    ban = at.ban("decided").id
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.leader)
        await shown(pilot, app, ban)
        await pilot.press("b")
        await answered(pilot)
        await said(pilot, app, "is in the folder")
    (letter,) = at.house.ground.settings.letters.folder.iterdir()
    assert letter.name.startswith("FB-2025-001")


async def test_where_the_letter_is_can_be_read_on_a_small_screen(at: BanHouse, feed: Any) -> None:
    ban = at.ban("decided").id
    app = records_app(at.house, feed)
    async with app.run_test(size=(80, 24)) as pilot:
        await signed_in(pilot, at.leader)
        await shown(pilot, app, ban)
        await pilot.press("b")
        await answered(pilot)
        (letter,) = at.house.ground.settings.letters.folder.iterdir()
        shown_now = "".join(row.strip() for row in glass(app).splitlines()).replace(" ", "")
        assert f"{letter.name}isinthefolder/".replace(" ", "") in shown_now, "whatever is cut of a long folder's name"


async def test_who_may_not_read_the_reasons_sees_the_rest(at: BanHouse, feed: Any) -> None:
    ban = at.ban().id
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.someone(Role.BAN_REGISTRAR))
        await shown(pilot, app, ban)
        assert COMPLETE.reasons[:20] not in glass(app)
        assert "shown to leaders and the safety representative only" in glass(app)
        assert "X Lift" not in glass(app)
        assert "B Write" not in glass(app)
        app.signed_in(at.guard)
        await answered(pilot)
        open_ban(app, ban)
        await said(pilot, app, "As guard you may not do or see this.")


async def test_a_ban_that_is_not_there_says_so(at: BanHouse, feed: Any) -> None:
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.leader)
        await opened(pilot, "bans")
        open_ban(app, 4711)
        await answered(pilot)
        await in_front(pilot, app, "ban")
        await pilot.press("x", "e", "u", "pagedown")
        await answered(pilot)
        assert app.screen is app._named["ban"]
        assert "One moment" not in glass(app)


async def test_a_step_that_was_taken_under_an_alarm_is_closed_afterwards(
    at: BanHouse, feed: Any, scenario: Any
) -> None:
    ban = at.ban().id
    slow = SlowHouse(at.house)
    app = records_app(at.house, feed, open_house=slow)
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.leader)
        await shown(pilot, app, ban)
        await pilot.press("x")
        await in_front(pilot, app, "ban_step")
        await pilot.press("tab", *"enig")
        slow.gate.clear()
        await pilot.press("ctrl+s", "ctrl+s")
        feed.show(scenario.one_alarm())
        await in_front(pilot, app, "takeover")
        slow.gate.set()
        await answered(pilot)
        feed.show(scenario.quiet())
        await in_front(pilot, app, "ban")
        await said(pilot, app, "Noted.")
        await said(pilot, app, "[LIFTED]")


async def test_a_half_written_step_is_there_again_for_whoever_wrote_it_and_nobody_else(at: BanHouse, feed: Any) -> None:
    ban = at.ban("draft").id
    app = records_app(at.house, feed)
    async with app.run_test(size=(80, 24)) as pilot:
        for who, there in ((at.leader, False), (at.head, False), (at.leader, True)):
            await signed_in(pilot, who)
            await shown(pilot, app, ban)
            await pilot.press("z")
            await in_front(pilot, app, "ban_step")
            await pilot.pause()
            assert ("Vi har fortrudt" in glass(app)) == there
            if who is at.leader and not there:
                await typed(pilot, "Vi har fortrudt")
            app.sign_out()
            await answered(pilot)
            assert "Vi har fortrudt" not in glass(app)


async def test_digits_and_letters_do_nothing_beside_the_fields_of_a_step(at: BanHouse, feed: Any) -> None:
    ban = at.ban("draft").id
    app = records_app(at.house, feed)
    async with app.run_test(size=(80, 24)) as pilot:
        await signed_in(pilot, at.leader)
        await shown(pilot, app, ban)
        await pilot.press("z")
        await in_front(pilot, app, "ban_step")
        app.screen.set_focus(None)
        await pilot.press("1", "2", "3", "p")
        assert app.screen is app._named["ban_step"]


async def test_a_name_with_markup_in_it_stands_in_titles_and_is_not_obeyed(at: BanHouse, feed: Any) -> None:
    name = "x [/b] [@click=app.exit]Møller[/]"
    person = at.person(name)
    at.incident(person)
    ban = at.bans.begin(at.leader, person).id
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.leader)
        await shown(pilot, app, ban)
        await pilot.press("e")
        await in_front(pilot, app, "ban_form")
        await answered(pilot)
        await said(pilot, app, name)
        await opened(pilot, "persons")
        await typed(pilot, "Møller")
        await pilot.press("enter")
        await answered(pilot)
        await pilot.press("m")
        await said(pilot, app, f"WHO IS THE SAME AS {name.upper()}?")
        app.sign_out()
        await answered(pilot)
        for screen in ("ban_form", "persons"):
            assert not any("øller" in str(one.border_title).lower() for one in app._named[screen].query("*"))


async def test_a_person_with_a_draft_is_shown_it_before_another_begins(at: BanHouse, feed: Any) -> None:
    person = at.person()
    first = at.bans.begin(at.leader, person)
    app = records_app(at.house, feed)

    async def begin(pilot: Pilot[Any]) -> None:
        await opened(pilot, "persons")
        begin_ban(app.screen, person)  # type: ignore[arg-type]
        await answered(pilot)
        await in_front(pilot, app, "ban")

    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.leader)
        await begin(pilot)
        await said(pilot, app, f"{first.number} of this person is not decided yet")
        await said(pilot, app, "B at the person again begins another.")
        assert len(at.bans.lines(at.leader, "drafts")) == 1
        await begin(pilot)
        await said(pilot, app, "The draft FB-2025-002 was begun.")
        await begin(pilot)
        assert len(at.bans.lines(at.leader, "drafts")) == 2


async def test_an_answer_is_not_thrown_away_by_a_slip_of_the_choice(at: BanHouse, feed: Any) -> None:
    ban = at.ban("draft").id
    at.bans.send_hearing(at.leader, ban)
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.leader)
        open_ban(app, ban)
        await answered(pilot)
        await pilot.press("h")
        await in_front(pilot, app, "ban_step")
        await pilot.press("1", "tab", "tab", *"nej", "shift+tab", "shift+tab", "2", "ctrl+s")
        await answered(pilot)
        await said(pilot, app, "What is written under “The answer” is not kept with this choice.")
        assert at.bans.read(at.leader, ban).log[-1].what == "hearing_sent"
        await pilot.press("1", "ctrl+s", "ctrl+s")
        await answered(pilot)
        assert at.bans.read(at.leader, ban).hearing_answer == "nej"


async def test_no_hearing_is_noted_with_its_ground(at: BanHouse, feed: Any) -> None:
    ban = at.ban("draft").id
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.leader)
        open_ban(app, ban)
        await answered(pilot)
        await pilot.press("h")
        await in_front(pilot, app, "ban_step")
        await pilot.press("2", "tab", "tab", *[key_of(letter) for letter in "der er fare for nogen"], "ctrl+s")
        await answered(pilot)
        await said(pilot, app, "Choose which of the law's grounds it is.")
        await pilot.press("1", "ctrl+s", "ctrl+s")
        await answered(pilot)
    view = at.bans.read(at.leader, ban)
    assert (view.hearing_ground, view.hearing_skipped) == ("urgent", "der er fare for nogen")


async def test_a_ban_that_is_lifted_from_a_day_to_come_says_so(at: BanHouse, feed: Any) -> None:
    ban = at.ban().id
    at.bans.lift(at.leader, ban, "10-12-2025", "Forliget.")
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.leader)
        open_ban(app, ban)
        await answered(pilot)
        await said(pilot, app, "[ACTIVE, LIFTED FROM 10-12-2025]")
        await said(pilot, app, "24-05-2026, lifted from 10-12-2025")
        assert "X Lift" not in glass(app)
