"""Looking a ban up: letter by letter, never certain, with a purpose; and the card of whoever is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bans.ban_house import BanHouse, ban_house
from harness.house import SmallHouse
from on_the_glass import glass, in_front, obeyed, said, until
from records_helper import answered, opened, records_app, services, signed_in, typed
from slow_house import SlowHouse, burst
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from db.errors import StorageError
from guardroom.people.roles import Role
from screens.app import GuardroomApp
from screens.ban import open_ban
from screens.ban_step import ask_step
from screens.form import Form
from screens.keys import KEYS
from screens.plain import Line

SIZES = {"120x36": (120, 36), "80x24": (80, 24)}


@pytest.fixture
def at(tmp_path: Path) -> Iterator[BanHouse]:
    """A house with two active bans, one that was lifted, and a draft."""
    with ban_house(tmp_path, filled=four_bans) as made:
        yield made


def four_bans(house: SmallHouse) -> None:
    """The house of this file."""
    made = BanHouse(house)
    christian = made.person("Christian Møller-Eksempel", "1984", aliases=("Chris Møller",), case_ref="J-2231")
    made.incident(christian)
    made.ban(person=christian)
    kristian = made.person("Kristian Moe", "1991", case_ref="J-2240", description="høj, briller")
    made.incident(kristian)
    made.ban(person=kristian, kind="department", scope=("Jobcenter",))
    lifted = made.person("Kristoffer Møbjerg", "1979")
    made.incident(lifted)
    made.bans.lift(made.leader, made.ban(person=lifted).id, "", "Forholdet er normalt.")
    made.bans.begin(made.leader, made.person("Kristina Møgaard", "1984"))


@pytest.fixture
def app(at: BanHouse, feed: Any) -> GuardroomApp:
    """The dashboard over that house."""
    return records_app(at.house, feed)


async def looked_up(pilot: Pilot[Any], app: GuardroomApp, name: str) -> None:
    """`name` is typed into the lookup, and answered."""
    await opened(pilot, "bans")
    await typed(pilot, name)
    await answered(pilot)


async def card_of(pilot: Pilot[Any], app: GuardroomApp, name: str) -> None:
    """The card of the first who is found under `name` is in front."""
    await looked_up(pilot, app, name)
    await pilot.press("enter")
    await answered(pilot)
    await in_front(pilot, app, "ban_card")


def whys(at: BanHouse) -> list[str]:
    """The purposes of the lookups so far."""
    return [entry.why for entry in at.house.audit() if entry.what == "lookup"]


# Pictures


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("stage", ["empty", "hits", "card", "breach"])
def test_picture(
    snap_compare: Callable[..., bool], at: BanHouse, feed: Any, spoken: str, size: str, stage: str
) -> None:
    async def run_before(pilot: Pilot[Any]) -> None:
        app = pilot.app
        assert isinstance(app, GuardroomApp)
        await signed_in(pilot, at.leader if stage == "hits" else at.guard)
        if stage in ("empty", "hits"):
            await looked_up(pilot, app, "christian mø" if stage == "hits" else "")
        else:
            await card_of(pilot, app, "christian møller")
            if stage == "breach":
                app.clock.advance(1)  # type: ignore[attr-defined]
                await pilot.press("o")
                await answered(pilot)

    assert snap_compare(records_app(at.house, feed, spoken), terminal_size=SIZES[size], run_before=run_before)


# The key table


async def test_every_key_of_the_table_does_something_on_its_screen(app: GuardroomApp) -> None:
    async with app.run_test() as pilot:
        await in_front(pilot, app, "board")
        for key in KEYS:
            for name in key.where & app._named.keys():
                assert hasattr(app._named[name], f"action_{key.action.split('(')[0]}"), (key.name, name)


# Typing


@pytest.mark.parametrize("name", ["bans", "persons", "raise_alarm", "incident_form", "ban_step", "reconcile"])
async def test_help_comes_while_one_types_and_a_question_mark_is_typed(
    app: GuardroomApp, at: BanHouse, name: str
) -> None:
    ban = at.ban().id
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.someone(Role.BAN_REGISTRAR) if name == "reconcile" else at.leader)
        if name == "ban_step":
            ask_step(app, "drop", ban, "FB-1")
            await in_front(pilot, app, name)
        else:
            await opened(pilot, name)
        if name == "incident_form":
            app.screen.query_one("#incident-form", Form).enter("account")
            await pilot.pause()
        field = app.screen.focused
        assert isinstance(field, Input | TextArea)
        await pilot.press("question_mark")
        await answered(pilot)
        await in_front(pilot, app, name)
        assert (field.value if isinstance(field, Input) else field.text) == "?"
        await pilot.press("f1")
        await in_front(pilot, app, "help")
        await pilot.press("escape")
        await in_front(pilot, app, name)
        assert app.screen.focused is field


async def test_letters_typed_into_the_search_are_only_letters(app: GuardroomApp, at: BanHouse) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.guard)
        await opened(pilot, "bans")
        await pilot.press(*"opwdrs12")
        await answered(pilot)
        assert app.screen is app._named["bans"]
        assert app.screen.query_one("#bans-typed", Input).value == "opwdrs12"
        assert "incident_saved" not in at.house.told()


async def test_it_says_how_many_letters_are_needed_and_what_no_hit_means(app: GuardroomApp, at: BanHouse) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.guard)
        await looked_up(pilot, app, "k")
        await said(pilot, app, "Type at least 2 letters.")
        await typed(pilot, "zzyzx")
        await answered(pilot)
        await said(pilot, app, "No hit only means that there is no active ban in the list.")
        await said(pilot, app, "Always confirm with year of birth or case.")
        await pilot.press("enter")
        await answered(pilot)
        assert app.screen is app._named["bans"]


async def test_a_guard_finds_active_bans_only_and_a_leader_the_others_too(app: GuardroomApp, at: BanHouse) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.guard)
        await looked_up(pilot, app, "christian mø")
        shown = glass(app)
        assert "2 POSSIBLE: always confirm with year of birth or case" in shown
        assert "also searched as: kristian moe" in shown
        assert "ATTENDANCE BAN" in shown
        assert "BAN: JOBCENTER" in shown
        assert "Møgaard" not in shown
        await looked_up(pilot, app, "kristoffer møbjerg")
        assert "NO HIT" in glass(app) or "Kristoffer" not in glass(app).split("Search")[1]
        app.signed_in(at.leader)
        await answered(pilot)
        await looked_up(pilot, app, "kristoffer møbjerg")
        assert "lifted: attendance ban" in glass(app)


async def test_rubbish_a_cpr_number_and_markup_are_answered_with_a_sentence(app: GuardroomApp, at: BanHouse) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.guard)
        for rubbish in ("[bold]x[/b] [/]", "'; drop table ban;--", "\x1b[2J\x07", "æøåßı" * 30, "%_%", "«»"):
            await looked_up(pilot, app, "")
            await typed(pilot, rubbish)
            await answered(pilot)
            assert app.screen is app._named["bans"]
            assert not obeyed(glass(app))
        await opened(pilot, "board")
        await looked_up(pilot, app, "010190-1234")
        await said(pilot, app, "─ THE LOOKUP FAILED ─")
        assert "CPR" in glass(app)
        assert "NO HIT" not in glass(app)


async def test_a_name_with_markup_in_it_is_shown_and_not_obeyed(at: BanHouse, feed: Any, scenario: Any) -> None:
    nasty = at.person(f"Nastia {scenario.nasty}"[:100], "1990")
    at.incident(nasty)
    at.ban(person=nasty, scope=("[bold]x[/b] [/]",), contact_person="[@click=app.exit]klik[/]")
    app = records_app(at.house, feed)
    async with app.run_test(size=(80, 24)) as pilot:
        await signed_in(pilot, at.leader)
        await card_of(pilot, app, "nastia")
        assert not obeyed(glass(app))
        await said(pilot, app, "[@click=app.exit]klik[/]")
        await pilot.press("d")
        await answered(pilot)
        await in_front(pilot, app, "ban")
        assert not obeyed(glass(app))


async def test_enter_before_the_answer_opens_the_only_one_who_fits(app: GuardroomApp, at: BanHouse) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.guard)
        await opened(pilot, "bans")
        await typed(pilot, "J-2240")
        await pilot.press("enter")
        await answered(pilot)
        await in_front(pilot, app, "ban_card")
        await said(pilot, app, "KRISTIAN MOE")


async def test_a_lookup_that_fails_is_no_hit(at: BanHouse, feed: Any) -> None:
    house = services(at.house)

    class Away:
        """A lookup whose database does not answer."""

        def bans(self, who: Any, typed: str) -> Any:
            raise StorageError("away", "connection refused")

    app = records_app(at.house, feed, open_house=lambda: replace(house, lookup=Away()))  # type: ignore[arg-type]
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.guard)
        await looked_up(pilot, app, "christian")
        await said(pilot, app, "THE LOOKUP FAILED: nothing is known of this name.")
        assert "The database does not answer" in glass(app)


# The card


@pytest.mark.parametrize(
    ("role", "offered"), [(Role.BAN_REGISTRAR, "D   Details\n"), (Role.LEADER, "D   Details and reasons\n")]
)
async def test_the_key_to_the_details_promises_reasons_only_to_those_who_see_them(
    app: GuardroomApp, at: BanHouse, role: Role, offered: str
) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.someone(role))
        await looked_up(pilot, app, "kristian moe")
        await pilot.press("enter")
        await answered(pilot)
        await in_front(pilot, app, "ban_card")
        assert offered in f"{app.screen.query_one('#card-keys', Line).render()}\n"
        await pilot.press("d")
        await in_front(pilot, app, "ban")
        await answered(pilot)
        await said(pilot, app, "THE DECISION")
        assert "There is nothing that you can do with it now." not in glass(app)


async def test_the_card_says_what_to_do_hides_the_reason_and_is_logged_with_its_purpose(
    app: GuardroomApp, at: BanHouse
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await signed_in(pilot, at.guard)
        await looked_up(pilot, app, "kristian moe")
        assert whys(at) == []
        await pilot.press("f5", "enter")
        await answered(pilot)
        await in_front(pilot, app, "ban_card")
        shown = " ".join(glass(app).split())
        for words in (
            "BAN FROM PARTS OF THE TOWN HALL ACTIVE",
            "IF THE PERSON IS HERE NOW",
            "ring 11 22 33 44",
            "MAY NOT be in Jobcenter",
            "born 1991",
            "case J-2240 / J-2231",
            "høj, briller",
            "shown to leaders and the safety representative only",
            "This lookup is logged: AX 13:42, a heads-up or an appointment.",
        ):
            assert words in shown, words
        assert "Råbte trusler" not in shown
        assert whys(at) == ["heads_up"]
        await pilot.press("d")
        await said(pilot, app, "As guard you may not")


async def test_a_breach_is_logged_once_in_one_key_and_says_what_to_do_now(app: GuardroomApp, at: BanHouse) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await signed_in(pilot, at.desk)
        await looked_up(pilot, app, "christian møller")
        await pilot.press("enter")
        await answered(pilot)
        await pilot.press("o")  # it may have been meant for the search: too soon
        await answered(pilot)
        assert "incident_saved" not in at.house.told()
        app.clock.advance(1)  # type: ignore[attr-defined]
        await pilot.press("o", "o")
        await answered(pilot)
        await said(pilot, app, "BREACH LOGGED as H-0004. Now:")
        assert "Log the breach" not in glass(app)
        assert "O Breach" not in glass(app)
        await said(pilot, app, "They will not leave: call the police")
        await pilot.press("o")
        await answered(pilot)
        await said(pilot, app, "The breach is logged as H-0004.")
        assert at.house.told().count("incident_saved") == 1
        told = services(at.house).incidents.page(at.guard).lines[0]
        assert (told.number, told.kind, told.place) == ("H-0004", "ban_breach", "Vagtstuen")


async def test_a_breach_of_somebody_who_was_mistaken_is_taken_off_them(app: GuardroomApp, at: BanHouse) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.guard)
        await card_of(pilot, app, "christian møller")
        app.clock.advance(1)  # type: ignore[attr-defined]
        await pilot.press("o")
        await answered(pilot)
        await said(pilot, app, "BREACH LOGGED as H-0004. Now:")
        await pilot.press("w")
        await in_front(pilot, app, "ban_step")
        await pilot.press(*"hans bror", "ctrl+s", "ctrl+s")
        await answered(pilot)
        await in_front(pilot, app, "ban_card")
        await said(pilot, app, "H-0004 is no longer about this person.")
        assert "BREACH LOGGED" not in glass(app)
    house = services(at.house)
    (hit,) = house.lookup.persons(at.leader, "J-2231")
    assert house.persons.read(at.leader, hit.person, "other").not_person[0][2] == "hans bror"
    breach = next(line for line in house.incidents.page(at.leader).lines if line.number == "H-0004")
    assert breach.kind == "ban_breach"
    assert [one.person for one in house.incidents.read(at.leader, breach.id).subjects or ()] == [None]
    assert "H-0004" not in {each.number for each in at.bans.linkable(at.leader, 1)}


async def test_a_breach_of_a_contact_restriction_asks_which_way(app: GuardroomApp, at: BanHouse) -> None:
    somebody = at.person("Aysel Prøve", "1970")
    at.incident(somebody)
    at.ban(person=somebody, kind="contact")
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.guard)
        await card_of(pilot, app, "aysel")
        app.clock.advance(1)  # type: ignore[attr-defined]
        await pilot.press("o")
        await in_front(pilot, app, "incident_form")
        await pilot.press("ctrl+s")
        await answered(pilot)
        assert "How it came" in glass(app)
        assert "Where" not in glass(app)
        assert "Choose how it reached the employee." in glass(app)
        await pilot.press("2", "ctrl+s", "ctrl+s")
        await answered(pilot)
        await in_front(pilot, app, "incident")
    line = services(at.house).incidents.page(at.guard).lines[0]
    assert (line.kind, line.place) == ("ban_breach", "")


async def test_a_breach_of_a_ban_from_parts_of_the_house_asks_where(app: GuardroomApp, at: BanHouse) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.guard)
        await card_of(pilot, app, "kristian moe")
        app.clock.advance(1)  # type: ignore[attr-defined]
        await pilot.press("o")
        await in_front(pilot, app, "incident_form")
        await pilot.press("ctrl+s")
        await answered(pilot)
        assert "Write where it happened" in glass(app)
    assert at.house.told().count("incident_saved") == 0


async def test_a_role_that_may_not_log_a_breach_is_told_so(app: GuardroomApp, at: BanHouse) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.someone(Role.BAN_REGISTRAR))
        await card_of(pilot, app, "christian møller")
        assert "Breach" not in glass(app)
        app.clock.advance(1)  # type: ignore[attr-defined]
        await pilot.press("o")
        await answered(pilot)
        await said(pilot, app, "As ban registrar you may not do or see this.")


async def test_that_it_was_somebody_else_is_kept_with_the_person(app: GuardroomApp, at: BanHouse) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await signed_in(pilot, at.guard)
        await card_of(pilot, app, "kristian moe")
        await pilot.press("w")
        await in_front(pilot, app, "ban_step")
        await pilot.press(*"fodt 1966", "ctrl+s", "ctrl+s")
        await answered(pilot)
        await in_front(pilot, app, "ban_card")
        await said(pilot, app, "Noted.")
    house = services(at.house)
    (hit,) = house.lookup.persons(at.leader, "J-2240")
    ((_when, by, note),) = house.persons.read(at.leader, hit.person, "other").not_person
    assert (by, note) == ("AX", "fodt 1966")


async def test_escape_goes_from_the_card_to_the_search_and_from_there_away(app: GuardroomApp, at: BanHouse) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.guard)
        await card_of(pilot, app, "kristian moe")
        await pilot.press("escape")
        await in_front(pilot, app, "bans")
        assert app.screen.focused is app.screen.query_one("#bans-typed")
        await pilot.press("escape")
        await in_front(pilot, app, "board")


# To be read


async def test_a_guard_is_told_of_unread_bans_and_confirms_each_in_one_key(app: GuardroomApp, at: BanHouse) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await signed_in(pilot, at.guard)
        await opened(pilot, "bans")
        await said(pilot, app, "2 new bans that you have not read: F6 shows them.")
        for _ban in range(2):
            if app.screen is app._named["bans"]:
                await pilot.press("f6")
                await answered(pilot)
            await in_front(pilot, app, "ban_list")
            await pilot.press("enter")
            await answered(pilot)
            await in_front(pilot, app, "ban_card")
            await pilot.press("r")
            await answered(pilot)
            await said(pilot, app, "Noted: you have read FB-2025-00")
            await pilot.press("escape")
            await answered(pilot)
        await said(pilot, app, "You have read every ban.")
        await pilot.press("escape")
        await answered(pilot)
        assert "not read" not in glass(app)
    assert services(at.house).bans.unread(at.guard) == 0
    assert whys(at) == ["shift", "shift"]


# Alarms and names


async def test_an_alarm_in_the_middle_of_typing_takes_the_screen_and_loses_nothing(
    app: GuardroomApp, at: BanHouse, feed: Any, scenario: Any
) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.guard)
        await looked_up(pilot, app, "christian")
        feed.show(scenario.one_alarm())
        await in_front(pilot, app, "takeover")
        assert "Møller" not in glass(app)
        feed.show(scenario.quiet())
        await in_front(pilot, app, "bans")
        assert app.screen.query_one("#bans-typed", Input).value == "christian"
        assert "Møller" in glass(app)


def names_left(app: GuardroomApp) -> list[str]:
    """Where a person's name or case can still be read, in any widget of any screen."""
    return [
        f"{name} {widget}"
        for name, screen in app._named.items()
        if screen.is_mounted
        for widget in screen.query("*")
        for text in (
            widget._shown.plain if isinstance(widget, Line) and widget._shown is not None else "",
            widget.value if isinstance(widget, Input) else "",
            str(widget.border_title or ""),
        )
        if "Møller" in text or "MØLLER" in text or "christian" in text or "J-2231" in text
    ]


async def test_nobodys_name_is_left_when_the_guard_signs_out(app: GuardroomApp, at: BanHouse) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.leader)
        await card_of(pilot, app, "christian møller")
        await pilot.press("d")
        await answered(pilot)
        await pilot.press("x")
        await in_front(pilot, app, "ban_step")
        assert names_left(app)
        app.sign_out()
        await answered(pilot)
        await in_front(pilot, app, "board")
        assert names_left(app) == []


async def test_hidden_names_come_back_as_they_were(app: GuardroomApp, at: BanHouse) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.guard)
        await card_of(pilot, app, "christian møller")
        app.cover(locked=False)
        await in_front(pilot, app, "sign_in")
        assert "MØLLER" not in glass(app)
        await pilot.press("x")
        await in_front(pilot, app, "ban_card")
        await until(pilot, lambda: "CHRISTIAN MØLLER" in glass(app))


async def test_a_name_that_is_typed_before_the_lookup_is_there_is_looked_up(app: GuardroomApp, at: BanHouse) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.guard)
        for _time in range(2):
            await burst(pilot, "3", *"nielsen1")
            assert app.screen is app._named["bans"]
            assert app.screen.query_one("#bans-typed", Input).value == "nielsen1"
            app.go_to_board()
            await in_front(pilot, app, "board")


async def test_an_answer_that_nobody_waits_for_any_more_does_not_stop_the_next(at: BanHouse, feed: Any) -> None:
    slow = SlowHouse(at.house)
    app = records_app(at.house, feed, open_house=slow)
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.guard)
        await looked_up(pilot, app, "kristian moe")
        slow.gate.clear()
        await pilot.press("enter")
        app.sign_out()
        slow.gate.set()
        await answered(pilot)
        await in_front(pilot, app, "board")
        await signed_in(pilot, at.desk)
        await card_of(pilot, app, "kristian moe")


async def test_a_refusal_is_not_told_to_whoever_comes_next(at: BanHouse, feed: Any) -> None:
    slow = SlowHouse(at.house)
    app = records_app(at.house, feed, open_house=slow)
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, at.leader)
        slow.gate.clear()
        open_ban(app, 4711)
        await in_front(pilot, app, "ban")
        app.sign_out()
        slow.gate.set()
        await answered(pilot)
        await in_front(pilot, app, "board")
        assert not app.screen.query_one("#message").display
