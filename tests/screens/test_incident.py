"""One incident: what each may read of it, what may be added, and that its text is never changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from harness.house import SmallHouse, small_house
from on_the_glass import glass, in_front, obeyed, said
from records_helper import Slow, answered, records_app, services, signed_in, typed, wrote
from textual.pilot import Pilot

from guardroom.incidents.form import SubjectForm
from guardroom.people.roles import Role
from guardroom.people.who import Who
from screens.app import GuardroomApp
from screens.incident import Incident

SIZES = {"120x36": (120, 36), "80x24": (80, 24)}
UNKNOWN = (SubjectForm(description="Høj mand i rød jakke"),)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    """A town hall that has a ladder."""
    with small_house(tmp_path, policy="albertslund") as made:
        yield made


@pytest.fixture
def desk(house: SmallHouse, feed: Any) -> GuardroomApp:
    """Its dashboard."""
    return records_app(house, feed)


@pytest.fixture
def guard(house: SmallHouse) -> Who:
    """The guard who writes."""
    return house.who(Role.GUARD, initials="MH")


async def read(pilot: Pilot[Any], who: Who, incident: int = 1) -> None:
    """`who` has opened an incident."""
    app = pilot.app
    assert isinstance(app, GuardroomApp)
    await signed_in(pilot, who)
    app.open_incident(incident)
    await in_front(pilot, app, "incident")
    await answered(pilot)


def screen(app: GuardroomApp) -> Incident:
    """The incident's screen."""
    found = app._named["incident"]
    assert isinstance(found, Incident)
    return found


def full(house: SmallHouse) -> None:
    """An incident that says everything, with an addendum, and one before it."""
    guard = house.who(Role.GUARD, initials="MH")
    wrote(house, guard, day="03-02-2025", time="10:00", asked_time="10:05")
    wrote(
        house,
        guard,
        kind="ejected_refused",
        complied="no",
        police="112",
        police_time="12:50",
        police_ref="0700-12345-25",
        injured=("employee", "guard"),
        sick_leave="no",
        felt="very_serious",
        assessed="serious",
        took_part="MH, JB",
        behaviours=("shouting", "threat_violence", "push", "struck_things"),
        subjects=(SubjectForm(person=1), *UNKNOWN),
        account="Borger rejste sig, råbte en trussel og slog i bordet.\n\nBedt om at gå, ville ikke. Politi 13:05.",
    )
    services(house).incidents.add(guard, 2, "Rettelse: politiet kom 13:10.")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["da", "en"])
def test_picture(snap_compare: Callable[..., bool], house: SmallHouse, feed: Any, language: str, size: str) -> None:
    full(house)

    async def run_before(pilot: Any) -> None:
        await read(pilot, house.who(Role.LEADER, "Jobcenter"), 2)

    assert snap_compare(records_app(house, feed, language), terminal_size=SIZES[size], run_before=run_before)


@pytest.mark.parametrize(
    ("key", "language", "size"), [("t", "da", "80x24"), ("k", "en", "120x36"), ("k", "da", "80x24")]
)
def test_picture_of_adding(
    snap_compare: Callable[..., bool], house: SmallHouse, feed: Any, key: str, language: str, size: str
) -> None:
    full(house)

    async def run_before(pilot: Any) -> None:
        await read(pilot, house.who(Role.GUARD, initials="MH"), 2)
        await pilot.press("down", key)
        await answered(pilot)
        await typed(pilot, "vinther" if key == "k" else "Vidnet hedder Åse og så det hele.")

    assert snap_compare(records_app(house, feed, language), terminal_size=SIZES[size], run_before=run_before)


@pytest.mark.parametrize("size", SIZES)
async def test_what_can_be_done_stands_there_at_every_size(desk: GuardroomApp, house: SmallHouse, size: str) -> None:
    full(house)
    async with desk.run_test(size=SIZES[size]) as pilot:
        await read(pilot, house.who(Role.LEADER, "Jobcenter"), 2)
        footer = str(desk.screen.query_one("#footer").render())
        for said in ("U Print it", "O Ask for more", "X Absence", "L Close it"):
            assert (said in footer) is (size == "80x24")
        assert "Ctrl+S" not in footer, "nothing is being written"
        await pilot.press("t")
        await answered(pilot)
        assert "Ctrl+S Save" in str(desk.screen.query_one("#footer").render())


async def test_every_fact_stands_there_in_words(desk: GuardroomApp, house: SmallHouse, guard: Who) -> None:
    full(house)
    async with desk.run_test(size=(120, 50)) as pilot:
        await read(pilot, guard, 2)
        shown = " ".join(glass(desk).replace("│", " ").split())
        for fact in (
            "H-0002 ejected, refused to leave: police",
            "shouting, abuse, threat of violence, push, trip, struck the table or things",
            "very serious",
            "at 12:43 by MH, and did not leave",
            "112 called at 12:50, their number 0700-12345-25",
            "employee, guard",
            "MH, JB",
            "> Karl Vinther, born 1984, case J-2231",
            "unknown: Høj mand i rød jakke",
            "Written by MH 24-11-2025 13:42, locked",
            "Bedt om at gå, ville ikke.",
            "1 addendum",
            "Rettelse: politiet kom 13:10.",
        ):
            assert fact in shown, fact
        beside = " ".join(str(screen(desk)._line("follows").content).split())
        assert "step 1 03-02-2025 H-0001 step 2 THIS ONE -> the leader is involved" in beside
        assert "step 3 (the next) -> the leader may propose a ban The program proposes, a leader decides." in beside


async def test_each_reads_what_the_role_may_read(desk: GuardroomApp, house: SmallHouse, guard: Who) -> None:
    wrote(house, guard)
    async with desk.run_test(size=(120, 36)) as pilot:
        await read(pilot, house.who(Role.HS_LEADER))
        assert "You may not see whom it was about." in glass(desk)
        assert "You may not read what was written." in glass(desk)
        assert "Vinther" not in glass(desk)
        await pilot.press("t")
        await said(pilot, desk, "Whoever wrote it, took part or leads adds to it.")
        await pilot.press("k")
        await said(pilot, desk, "Nobody is named in this incident.")
        await pilot.press("w")
        await said(pilot, desk, "There is no known person in this incident.")
        await pilot.press("b")
        await said(pilot, desk, "A leader writes the letter about the behaviour.")
        await pilot.press("down", "up", "pagedown", "pageup", "ctrl+s")
    assert house.told()[-2:] == ["incident_saved", "incident_opened"]


async def test_an_incident_of_others_is_refused_to_the_front_desk(
    desk: GuardroomApp, house: SmallHouse, guard: Who
) -> None:
    wrote(house, guard)
    async with desk.run_test(size=(80, 24)) as pilot:
        await read(pilot, house.who(Role.DESK))
        assert "You may open only what you wrote yourself." in glass(desk)
        await pilot.press("t", "k", "w", "b", "down", "ctrl+s", "escape")
        await in_front(pilot, desk, "board")


async def test_an_addendum_stands_beneath_the_text(desk: GuardroomApp, house: SmallHouse, guard: Who) -> None:
    before = wrote(house, guard)
    async with desk.run_test(size=(120, 36)) as pilot:
        await read(pilot, guard)
        await pilot.press("t")
        await answered(pilot)
        await pilot.press("ctrl+s")
        await answered(pilot)
        await said(pilot, desk, "Write in a few words what happened")
        await typed(pilot, "Hans cpr er 010185-1234, har jeg hørt.")
        await pilot.press("ctrl+s")
        await said(pilot, desk, "CPR number")
        await answered(pilot)
        await pilot.press(*["backspace"] * 50)
        await typed(pilot, "Det var ham fra i går.")
        await pilot.press("ctrl+s")
        await answered(pilot)
        assert "Added." in glass(desk)
        assert "24-11-2025 13:42 MH:" in glass(desk)
        assert "Det var ham fra i går." in glass(desk)
        assert "Ctrl+S saves, Esc stops" not in glass(desk)
    after = services(house).incidents.read(guard, 1)
    assert after.account == before.account
    assert [line.text for line in after.addenda] == ["Det var ham fra i går."]


async def test_a_half_written_addendum_outlives_escape_and_an_alarm_but_not_its_writer(
    desk: GuardroomApp, house: SmallHouse, guard: Who, feed: Any, scenario: Any
) -> None:
    wrote(house, guard)
    async with desk.run_test(size=(120, 36)) as pilot:
        await read(pilot, guard)
        await pilot.press("t")
        await answered(pilot)
        await typed(pilot, "Vidnet siger")
        feed.show(scenario.one_alarm())
        await in_front(pilot, desk, "takeover")
        feed.show(scenario.in_progress())
        await in_front(pilot, desk, "incident")
        await typed(pilot, " at han gik")
        await pilot.press("escape")
        await pilot.pause()
        assert "Vidnet" not in glass(desk)
        await pilot.press("t")
        await answered(pilot)
        assert "Vidnet siger at han gik" in glass(desk)
        desk.signed_in(house.who(Role.LEADER))
        await answered(pilot)
        desk.open_incident(1)
        await answered(pilot)
        await pilot.press("t")
        await answered(pilot)
        assert "Vidnet" not in glass(desk)
        desk.signed_in(guard)
        await answered(pilot)
        desk.open_incident(1)
        await answered(pilot)
        await pilot.press("t")
        await answered(pilot)
        assert "Vidnet siger at han gik" in glass(desk), "it waited for whoever wrote it"


async def test_half_an_addendum_outlives_hiding_names_and_signing_out(
    desk: GuardroomApp, house: SmallHouse, guard: Who
) -> None:
    wrote(house, guard)
    wrote(house, guard)
    async with desk.run_test(size=(120, 36)) as pilot:
        await read(pilot, guard)
        await pilot.press("t")
        await typed(pilot, "Vidnet siger")
        desk.cover(locked=False)
        await in_front(pilot, desk, "sign_in")
        desk.sign_out()
        await answered(pilot)
        await read(pilot, guard, 2)
        await pilot.press("t")
        await answered(pilot)
        assert "Vidnet" not in glass(desk), "it belongs to the other incident"
        desk.go_to_board()
        await read(pilot, guard)
        await pilot.press("t")
        await answered(pilot)
        assert "Vidnet siger" in glass(desk)


async def test_an_addendum_that_was_saved_is_not_offered_again(house: SmallHouse, feed: Any, guard: Who) -> None:
    wrote(house, guard)
    slow = Slow(house)
    desk = records_app(house, feed, open_house=slow.open)
    async with desk.run_test(size=(120, 36)) as pilot:
        await read(pilot, guard)
        await pilot.press("t")
        await typed(pilot, "Kun en gang")
        slow.gate.clear()
        await pilot.press("ctrl+s", "b", "escape")
        await in_front(pilot, desk, "board")
        desk.open_incident(1)
        slow.gate.set()
        await answered(pilot)
        await pilot.press("t")
        await answered(pilot)
        assert screen(desk)._form.text("text") == ""
        await pilot.press("escape")
    assert [line.text for line in services(house).incidents.read(guard, 1).addenda] == ["Kun en gang"]


async def test_an_addendum_that_was_refused_is_offered_again(house: SmallHouse, feed: Any, guard: Who) -> None:
    wrote(house, guard)
    slow = Slow(house)
    desk = records_app(house, feed, open_house=slow.open)
    async with desk.run_test(size=(120, 36)) as pilot:
        await read(pilot, guard)
        await pilot.press("t")
        await typed(pilot, "Hans cpr er 010185-1234")
        slow.gate.clear()
        await pilot.press("ctrl+s", "escape")
        await in_front(pilot, desk, "board")
        slow.gate.set()
        await answered(pilot)
        await said(pilot, desk, "CPR number")
        desk.open_incident(1)
        await answered(pilot)
        await pilot.press("t")
        await answered(pilot)
        assert screen(desk)._form.text("text") == "Hans cpr er 010185-1234"


async def test_an_answer_about_another_incident_is_never_shown(house: SmallHouse, feed: Any, guard: Who) -> None:
    wrote(house, guard)
    slow = Slow(house)
    desk = records_app(house, feed, open_house=slow.open)
    async with desk.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, guard)
        slow.gate.clear()
        desk.open_incident(1)
        await in_front(pilot, desk, "incident")
        await pilot.press("escape")
        desk.open_incident(9999)
        await in_front(pilot, desk, "incident")
        slow.gate.set()
        await answered(pilot)
        assert screen(desk)._view is None
        assert "There is no such incident." in glass(desk)
        await pilot.press("t", "ctrl+s")
        await answered(pilot)
    assert services(house).incidents.read(guard, 1).addenda == ()


async def test_somebody_unknown_becomes_known(desk: GuardroomApp, house: SmallHouse, guard: Who) -> None:
    wrote(house, guard)
    wrote(house, guard, subjects=UNKNOWN)
    async with desk.run_test(size=(120, 40)) as pilot:
        await read(pilot, guard, 2)
        assert "the unknown citizen is known now" in glass(desk)
        await pilot.press("k")
        await answered(pilot)
        assert "Who was it? unknown: Høj mand i rød jakke." in glass(desk)
        await pilot.press("ctrl+s")
        await said(pilot, desk, "Write the name, or choose a known person.")
        await typed(pilot, "karl vinther")
        await pilot.press("down", "enter", "ctrl+s")
        await answered(pilot)
        assert "It is known now who it was." in glass(desk)
        assert "Karl Vinther, born 1984, case J-2231" in glass(desk)
        assert "Now known: Karl Vinther" in glass(desk)
        assert "step 2  THIS ONE" in glass(desk), "now it counts with the others"
        await pilot.press("k")
        await said(pilot, desk, "It is known who it was; a leader corrects it.")


async def test_somebody_unknown_was_somebody_new(desk: GuardroomApp, house: SmallHouse, guard: Who) -> None:
    wrote(house, guard, subjects=UNKNOWN)
    async with desk.run_test(size=(120, 40)) as pilot:
        await read(pilot, guard)
        await pilot.press("k")
        await answered(pilot)
        await typed(pilot, "Ny Person")
        await pilot.press("enter")
        await typed(pilot, "om lidt")
        await pilot.press("ctrl+s")
        await answered(pilot)
        await said(pilot, desk, "Write the year of birth")
        await pilot.press(*["backspace"] * 7, *"1990", "ctrl+s")
        await answered(pilot)
        assert "Ny Person, born 1990" in glass(desk)


async def test_a_leader_says_that_it_was_somebody_else(desk: GuardroomApp, house: SmallHouse, guard: Who) -> None:
    wrote(house, guard)
    async with desk.run_test(size=(120, 40)) as pilot:
        await read(pilot, house.who(Role.LEADER))
        assert "it was somebody else" in glass(desk)
        await pilot.press("k")
        await answered(pilot)
        await typed(pilot, "Karl Winther")
        await pilot.press("ctrl+s")
        await answered(pilot)
        assert "Karl Winther" in glass(desk)
        assert "Vinther" not in glass(desk)


async def test_it_was_not_this_person_is_kept_with_the_person(
    desk: GuardroomApp, house: SmallHouse, guard: Who
) -> None:
    wrote(house, guard)
    async with desk.run_test(size=(120, 40)) as pilot:
        await read(pilot, guard)
        await pilot.press("w")
        await answered(pilot)
        assert "It was not Karl Vinther, born 1984" in glass(desk)
        await typed(pilot, "cpr 010185-1234")
        await pilot.press("ctrl+s")
        await said(pilot, desk, "CPR number")
        await pilot.press(*["backspace"] * 15, *"bror", "ctrl+s")
        await answered(pilot)
        assert "somebody was taken for them" in glass(desk)
    assert [entry[1:] for entry in services(house).persons.read(guard, 1, "shift").not_person] == [("MH", "bror")]


async def test_a_leader_writes_the_conduct_letter(desk: GuardroomApp, house: SmallHouse, guard: Who) -> None:
    wrote(house, guard)
    async with desk.run_test(size=(200, 40)) as pilot:
        await read(pilot, house.who(Role.LEADER, "Jobcenter"))
        assert "B   write the letter about the" in glass(desk)
        await pilot.press("b")
        await answered(pilot)
        (letter,) = house.ground.settings.letters.folder.glob("*.docx")
        assert letter.name in glass(desk).replace("\n", "")
        await pilot.press("escape")
        await in_front(pilot, desk, "board")


async def test_foreign_text_is_shown_and_not_obeyed(
    desk: GuardroomApp, house: SmallHouse, guard: Who, scenario: Any
) -> None:
    wrote(house, guard, account=f"{scenario.nasty}\n{scenario.nasty} og mere", place="[b]K9[/b] [/]")
    services(house).incidents.add(guard, 1, scenario.nasty + " igen og igen")
    async with desk.run_test(size=(120, 50)) as pilot:
        await read(pilot, guard)
        assert obeyed(glass(desk)) == set()
        assert "[@click=app.exit]klik[/]" in glass(desk)
        assert "[b]K9[/b] [/]" in glass(desk)


async def test_one_that_is_gone_is_said_so(desk: GuardroomApp, guard: Who) -> None:
    async with desk.run_test(size=(80, 24)) as pilot:
        await read(pilot, guard, 77)
        assert "There is no such incident." in glass(desk)


async def test_nothing_of_it_stays_after_signing_out(desk: GuardroomApp, house: SmallHouse, guard: Who) -> None:
    wrote(house, guard)
    async with desk.run_test(size=(80, 24)) as pilot:
        await read(pilot, guard)
        desk.sign_out()
        await answered(pilot)
        assert screen(desk)._view is None
        await in_front(pilot, desk, "board")


@pytest.mark.parametrize("size", [(20, 5), (1, 1), (200, 60)])
async def test_any_size_of_terminal(desk: GuardroomApp, house: SmallHouse, guard: Who, size: tuple[int, int]) -> None:
    full(house)
    async with desk.run_test(size=size) as pilot:
        await read(pilot, guard, 2)
        await pilot.press("down", "pagedown", "t")
        await answered(pilot)


async def test_it_is_printed(house: SmallHouse, desk: GuardroomApp, guard: Who) -> None:
    full(house)
    async with desk.run_test(size=(120, 36)) as pilot:
        await read(pilot, guard, 2)
        await pilot.press("u")
        await answered(pilot)
        await said(pilot, desk, "The sheet H-0002.html is in the folder")
    text = (house.ground.settings.letters.folder / "H-0002.html").read_text("utf-8")
    assert "Rettelse: politiet kom 13:10." in text
    assert house.told()[-1] == "incident_printed"
