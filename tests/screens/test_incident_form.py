"""The incident's form: from an alarm in a few keys, without one, and never a word lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from harness.house import SmallHouse, cheap_codes, small_house
from on_the_glass import glass, in_front, obeyed, said, until
from records_helper import (
    NOON,
    Away,
    Slow,
    answered,
    closed_alarm,
    desk_of,
    opened,
    records_app,
    services,
    signed_in,
    signs_in,
    typed,
    wrote,
)
from sqlalchemy import select
from textual import events
from textual.pilot import Pilot

from db.incident_tables import DraftRow
from db.main import writing
from guardroom.incidents.form import SubjectForm
from guardroom.people.roles import Role
from screens import incident_form
from screens.app import GuardroomApp
from screens.incident_form import About, IncidentFormScreen
from screens.plain import Line

SIZES = {"120x36": (120, 36), "80x24": (80, 24)}
MOST_KEYS = 26
TEXT = "Borger rejste sig, råbte og slog i bordet. Fulgt ud ad syd."


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    """A town hall that has a ladder."""
    with small_house(tmp_path, policy="albertslund") as made:
        yield made


@pytest.fixture
def desk(house: SmallHouse, feed: Any) -> GuardroomApp:
    """Its dashboard."""
    return records_app(house, feed)


@pytest.fixture(autouse=True)
def _not_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is, no draft is kept that the test has not asked for."""
    monkeypatch.setattr(incident_form, "DRAFT_AFTER_S", 3600.0)


@pytest.fixture
def at_once(_not_by_itself: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drafts are kept at the next turn of the loop."""
    monkeypatch.setattr(incident_form, "DRAFT_AFTER_S", 0.001)


class Keys:
    """Counts the keys that are pressed."""

    def __init__(self, pilot: Pilot[Any]) -> None:
        self._pilot = pilot
        self.count = 0

    async def press(self, *keys: str) -> None:
        """Press them one after the other, and let everything that follows happen."""
        for key in keys:
            await self._pilot.press(key)
            self.count += 1
        await answered(self._pilot)


async def begin(pilot: Pilot[Any], house: SmallHouse, *keys: str) -> None:
    """The guard MH has begun a form: blank, or with `keys` chosen what it is about."""
    await signed_in(pilot, house.who(Role.GUARD, initials="MH"))
    await pilot.press("n")
    await answered(pilot)
    await in_front(pilot, desk_of(pilot), "incident_form")
    for key in keys:
        await pilot.press(key)
        await answered(pilot)


def screen_of(pilot: Pilot[Any]) -> IncidentFormScreen:
    """The form's screen, wherever it lies."""
    screen = desk_of(pilot)._named["incident_form"]
    assert isinstance(screen, IncidentFormScreen)
    return screen


def place(pilot: Pilot[Any]) -> str:
    """The name of the field with the focus."""
    form = screen_of(pilot)._form
    return next((name for name in form.names if form.field(name).has_class("-here")), "")


async def enter(pilot: Pilot[Any], name: str, text: str) -> None:
    """Go to a field and write a text into it."""
    screen_of(pilot)._form.enter(name)
    await pilot.pause()
    await typed(pilot, text)


async def put(pilot: Pilot[Any], **values: str | tuple[str, ...]) -> None:
    """The fields say this, as if the person had just written it."""
    form = screen_of(pilot)._form
    form.fill(values)
    for name in values:
        form.field(name).changed()
    await pilot.pause()


async def fill_in(pilot: Pilot[Any], account: str = TEXT) -> None:
    """An ejection without an alarm is complete."""
    await put(
        pilot,
        kind="ejected_left",
        place="K2",
        asked="yes",
        asked_time="1342",
        asked_by="MH",
        complied="yes",
        behaviours=("shouting", "threat_violence"),
        name_0="Karla Vinter",
        account=account,
    )


# What it looks like


async def _choice(pilot: Pilot[Any], house: SmallHouse) -> None:
    guard = house.who(Role.GUARD, initials="MH")
    service = services(house).incidents
    closed_alarm(house)
    closed_alarm(house, 440, "accidental", room="B1", minutes_ago=3000)
    service.keep_draft(guard, replace(service.blank(guard), kind="remote", place="Telefonen"), None)
    await begin(pilot, house)


async def _begun(pilot: Pilot[Any], house: SmallHouse) -> None:
    closed_alarm(house)
    await begin(pilot, house, "enter")


async def _written(pilot: Pilot[Any], house: SmallHouse) -> None:
    wrote(house, house.who(Role.GUARD, initials="MH"))
    closed_alarm(house)
    await begin(pilot, house, "enter", "1", "h", "enter", "enter", "enter", "enter")
    await typed(pilot, "karl vi")
    await pilot.press("down", "enter")
    await typed(pilot, TEXT)
    screen_of(pilot)._keep()
    await answered(pilot)


async def _mistakes(pilot: Pilot[Any], house: SmallHouse) -> None:
    wrote(house, house.who(Role.GUARD, initials="MH"))
    await begin(pilot, house, "2")
    screen_of(pilot)._form.enter("asked")
    await pilot.press("1")
    await enter(pilot, "asked_time", "senere")
    await enter(pilot, "took_part", "alle sammen her")
    await enter(pilot, "name_0", "vinther")
    await pilot.press("ctrl+s", "ctrl+s")
    await answered(pilot)


async def _looking(pilot: Pilot[Any], house: SmallHouse) -> None:
    guard = house.who(Role.GUARD, initials="MH")
    wrote(house, guard)
    wrote(house, guard, subjects=(SubjectForm(name="Carl Winther", birth="12-03-1991"),))
    await begin(pilot, house, "1")
    await enter(pilot, "name_0", "vinther")
    await pilot.press("down")
    await answered(pilot)


SCENES = {"choice": _choice, "begun": _begun, "written": _written, "mistakes": _mistakes, "looking": _looking}


@pytest.mark.parametrize(
    ("scene", "language", "size"),
    [
        *((scene, language, size) for scene in ("begun", "written") for language in ("da", "en") for size in SIZES),
        *((scene, "da", "80x24") for scene in ("choice", "mistakes", "looking")),
        *((scene, "en", "120x36") for scene in ("choice", "mistakes", "looking")),
    ],
)
def test_picture(
    snap_compare: Callable[..., bool], house: SmallHouse, feed: Any, scene: str, language: str, size: str
) -> None:
    async def run_before(pilot: Any) -> None:
        await SCENES[scene](pilot, house)

    assert snap_compare(records_app(house, feed, language), terminal_size=SIZES[size], run_before=run_before)


def test_picture_on_the_linux_console(
    snap_compare: Callable[..., bool], house: SmallHouse, feed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "linux")

    async def run_before(pilot: Any) -> None:
        await _written(pilot, house)

    assert snap_compare(records_app(house, feed), terminal_size=(80, 24), run_before=run_before)


# From an alarm


async def test_an_ejection_is_logged_from_its_alarm_in_a_few_keys(
    house: SmallHouse, feed: Any, scenario: Any, clock: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    guard = house.who(Role.GUARD, initials="MH", code="417 skeer")
    wrote(house, guard)
    app = records_app(house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, guard)
        feed.show(scenario.with_alarms(scenario.quiet(), replace(scenario.acknowledged(scenario.alarm()), room="K2")))
        await until(pilot, lambda: bool(app.shown.alarms))
        await pilot.press("enter")
        await in_front(pilot, app, "response")
        await pilot.press("ctrl+s", "ctrl+s")
        closed_alarm(house)
        feed.show(scenario.quiet())
        await said(pilot, app, "K2 is closed. N writes what happened.")

        keys = Keys(pilot)
        await keys.press("n")
        assert "Alarm today 13:22" in glass(app)
        await keys.press("enter")
        assert place(pilot) == "behaviours", "all else is known from the alarm"
        await keys.press("1", "2", "enter", "enter", "enter", "enter")
        await typed(pilot, "karl vinther")
        await keys.press("down", "enter")
        assert place(pilot) == "account"
        assert "step 2  THIS ONE" in glass(app)
        await typed(pilot, TEXT)
        await keys.press("ctrl+s", "ctrl+s")
        await in_front(pilot, app, "incident")
        assert "Saved as H-0002" in glass(app)
        assert "Karl Vinther, born 1984, case J-2231" in glass(app)
    saved = services(house).incidents.read(guard, 2)
    assert (saved.kind, saved.account, saved.alarm) == ("ejected_escorted", TEXT, closed_reference(house))
    assert (saved.asked_by, saved.complied, saved.took_part) == ("MH", True, ("MH",))
    assert [subject.person for subject in saved.subjects or ()] == [1]
    assert services(house).incidents.drafts(guard) == ()
    with capsys.disabled():
        print(f"\nkeys from the closed alarm to the saved incident, without the text: {keys.count}")
    assert keys.count <= MOST_KEYS


def closed_reference(house: SmallHouse) -> Any:
    """The alarm that `closed_alarm` makes."""
    return incident_form.AlarmRef(station=house.ground.settings.station, number=459)


async def test_with_the_sign_in_it_is_still_few_keys(
    house: SmallHouse, feed: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cheap_codes(monkeypatch)
    house.who(Role.GUARD, initials="MH", code="417 skeer")
    closed_alarm(house)
    app = records_app(house, feed)
    async with app.run_test(size=(80, 24)) as pilot:
        await in_front(pilot, app, "board")
        await pilot.press("n")
        await signs_in(pilot, "mh", "417 skeer")
        keys = Keys(pilot)
        keys.count = 1 + len("mh") + 1 + len("417 skeer") + 1
        await in_front(pilot, app, "incident_form")
        await answered(pilot)
        await keys.press("enter", "1", "2", "enter", "enter", "enter", "enter")
        await typed(pilot, "Karla Vinter")
        await keys.press("enter", "enter", "enter")
        await typed(pilot, TEXT)
        await keys.press("ctrl+s", "ctrl+s")
        await in_front(pilot, app, "incident")
    with capsys.disabled():
        print(f"\nthe same with initials and a code of nine characters, and somebody new: {keys.count}")
    assert keys.count <= MOST_KEYS + len("mh 417 skeer")


async def test_a_town_hall_without_a_ladder_says_so_beside_the_form(tmp_path: Path, feed: Any) -> None:
    with small_house(tmp_path, policy="fredensborg") as house:
        app = records_app(house, feed)
        async with app.run_test(size=(120, 36)) as pilot:
            await begin(pilot, house)
            await pilot.press("enter")
            await answered(pilot)
            said = " ".join(glass(app).split())
            assert "Choose the citizen" not in said
            assert "This town hall has no ladder" in str(app.screen.query_one("#incident-ladder", Line).render())


async def test_what_the_alarm_says_is_filled_in_and_its_time_cannot_be_changed(
    desk: GuardroomApp, house: SmallHouse
) -> None:
    closed_alarm(house, outcome="handed_to_police", steps=("asked_to_leave", "refused_police_called"))
    async with desk.run_test(size=(120, 36)) as pilot:
        await begin(pilot, house, "enter")
        form = screen_of(pilot)._form.written()
        assert (form.kind, form.day, form.time, form.place) == ("ejected_refused", "24-11-2025", "13:22", "K2")
        assert (form.asked, form.asked_time, form.asked_by, form.complied) == ("yes", "13:23", "MH", "no")
        assert "24-11-2025 13:22, as the alarm says" in glass(desk)
        assert not screen_of(pilot)._form.field("day").display


async def test_an_alarm_that_another_has_begun_to_write_about_is_not_offered_twice(
    desk: GuardroomApp, house: SmallHouse
) -> None:
    alarm = closed_alarm(house)
    guard = house.who(Role.GUARD, initials="MH")
    service = services(house).incidents
    service.keep_draft(guard, replace(service.from_alarm(guard, alarm), account="Begyndt."), None)
    async with desk.run_test(size=(120, 36)) as pilot:
        await begin(pilot, house)
        assert "Draft kept today" in glass(desk)
        assert "Alarm today" not in glass(desk)
        await pilot.press("enter")
        await answered(pilot)
        assert screen_of(pilot)._form.text("account") == "Begyndt."
        assert screen_of(pilot)._form.written().alarm == alarm


async def test_an_accidental_press_asks_for_nobody(desk: GuardroomApp, house: SmallHouse) -> None:
    closed_alarm(house, outcome="accidental", steps=())
    async with desk.run_test(size=(120, 36)) as pilot:
        await begin(pilot, house, "enter")
        assert place(pilot) == "account"
        await pilot.press("ctrl+n")
        await said(pilot, desk, "Nobody is named")
        await typed(pilot, "Tasken stødte mod knappen.")
        await pilot.press("ctrl+s", "ctrl+s")
        await answered(pilot)
        await said(pilot, desk, "Saved as H-0001")


async def test_what_an_accidental_press_does_not_ask_for_is_not_missed_either(
    desk: GuardroomApp, house: SmallHouse
) -> None:
    closed_alarm(house, outcome="accidental", steps=("on_scene", "asked_to_leave"), by="")
    async with desk.run_test(size=(120, 36)) as pilot:
        await begin(pilot, house, "enter")
        await pilot.press("ctrl+s")
        await answered(pilot)
        await said(pilot, desk, "Not saved: 1 thing is missing or wrong.")
        assert "who asked them to leave" not in glass(desk)
        await typed(pilot, "Ingen fare.")
        await pilot.press("ctrl+s", "ctrl+s")
        await answered(pilot)
        await said(pilot, desk, "Write at least 3 words about what happened")


async def test_the_footer_tells_what_the_keys_do_to_what_is_on(desk: GuardroomApp, house: SmallHouse) -> None:
    closed_alarm(house, outcome="accidental", steps=())
    async with desk.run_test(size=(120, 36)) as pilot:
        await begin(pilot, house)
        footer = str(desk.screen.query_one("#footer").render())
        assert "Enter Write about it" in footer
        assert "Save" not in footer
        assert "Throw away" not in footer
        await pilot.press("enter")
        await answered(pilot)
        footer = str(desk.screen.query_one("#footer").render())
        assert "Ctrl+S Save" in footer
        assert "Write about it" not in footer


async def test_the_alarm_that_is_not_there_yet_is_said_so(desk: GuardroomApp, house: SmallHouse) -> None:
    async with desk.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, house.who(Role.GUARD))
        desk.write_incident(About(alarm=closed_reference(house)))
        await answered(pilot)
        await in_front(pilot, desk, "board")
        await said(pilot, desk, "has not reached the database yet")


# Without an alarm


async def test_without_anything_to_write_about_it_opens_blank(desk: GuardroomApp, house: SmallHouse) -> None:
    async with desk.run_test(size=(120, 36)) as pilot:
        await begin(pilot, house)
        assert place(pilot) == "kind"
        form = screen_of(pilot)._form.written()
        assert (form.day, form.time, form.took_part) == ("24-11-2025", "13:42", "MH")


@pytest.mark.parametrize("size", SIZES)
async def test_no_more_is_told_of_than_there_is_to_choose(desk: GuardroomApp, house: SmallHouse, size: str) -> None:
    closed_alarm(house)
    async with desk.run_test(size=SIZES[size]) as pilot:
        await begin(pilot, house)
        pane = screen_of(pilot).query_one("#incident-form-pane")
        assert not pane.border_subtitle
        await pilot.press("enter")
        await answered(pilot)
        await until(pilot, lambda: bool(pane.border_subtitle))
        await pilot.press("escape")
        await answered(pilot)
        await pilot.press("n")
        await answered(pilot)
        await in_front(pilot, desk, "incident_form")
        assert "Alarm today 13:22" in glass(desk)
        assert not pane.border_subtitle


async def test_the_last_row_is_without_an_alarm(desk: GuardroomApp, house: SmallHouse) -> None:
    closed_alarm(house)
    async with desk.run_test(size=(120, 36)) as pilot:
        await begin(pilot, house, "up", "down", "down", "down", "enter")
        assert screen_of(pilot)._form.written().alarm is None
        assert "INCIDENT without an alarm" in glass(desk)


async def test_an_ejection_without_an_alarm_about_somebody_new(desk: GuardroomApp, house: SmallHouse) -> None:
    async with desk.run_test(size=(120, 36)) as pilot:
        await begin(pilot, house)
        await fill_in(pilot)
        await put(pilot, birth_0="1984")
        await pilot.press("ctrl+s", "ctrl+s")
        await answered(pilot)
        await said(pilot, desk, "Karla Vinter, born 1984")


async def test_two_citizens_one_of_them_unknown(desk: GuardroomApp, house: SmallHouse) -> None:
    guard = house.who(Role.GUARD, initials="MH")
    async with desk.run_test(size=(120, 36)) as pilot:
        await begin(pilot, house)
        await fill_in(pilot)
        await pilot.press("ctrl+n")
        await until(pilot, lambda: place(pilot) == "name_1")
        await pilot.press("enter")
        await typed(pilot, "Høj mand i rød jakke")
        await pilot.press("ctrl+s", "ctrl+s")
        await answered(pilot)
        await said(pilot, desk, "unknown: Høj mand i rød jakke")
    about = services(house).incidents.read(guard, 1).subjects or ()
    assert [(one.name, one.description) for one in about] == [("Karla Vinter", ""), ("", "Høj mand i rød jakke")]


async def test_there_is_room_for_so_many_citizens_and_no_more(desk: GuardroomApp, house: SmallHouse) -> None:
    async with desk.run_test(size=(80, 24)) as pilot:
        await begin(pilot, house)
        await pilot.press(*["ctrl+n"] * 8)
        await said(pilot, desk, "There is room for 8")
        await pilot.press("escape")
        await answered(pilot)
        assert screen_of(pilot)._form.people == 1


async def test_only_what_matters_for_the_kind_is_asked_and_only_that_is_saved(
    desk: GuardroomApp, house: SmallHouse
) -> None:
    async with desk.run_test(size=(120, 36)) as pilot:
        await begin(pilot, house)
        await fill_in(pilot)
        form = screen_of(pilot)._form
        form.enter("kind")
        await pilot.press("7")
        assert not form.field("asked_time").display
        assert form.field("evidence").display
        assert (form.written().asked_time, form.written().channel) == ("", "")
        await pilot.press("2")
        assert form.written().asked_time == "1342", "what was typed is still there when the kind is taken back"
        assert form.written().channel == "in_person"
        form.enter("injured")
        await pilot.press("1")
        assert form.field("sick_leave").display
        form.enter("police")
        await pilot.press("3")
        assert form.field("police_ref").display


async def test_a_room_is_found_by_a_few_letters(desk: GuardroomApp, house: SmallHouse) -> None:
    async with desk.run_test(size=(120, 36)) as pilot:
        await begin(pilot, house)
        await enter(pilot, "place", "samtale")
        assert "B1       Samtalerum 1" in glass(desk)
        await pilot.press("down", "enter")
        assert screen_of(pilot)._form.text("place") == "B1"
        assert "Samtalerum 1, Borgerservice" in glass(desk)


async def test_the_front_desk_types_a_name_and_is_shown_nobody(desk: GuardroomApp, house: SmallHouse) -> None:
    wrote(house, house.who(Role.GUARD, initials="MH"))
    async with desk.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, house.who(Role.DESK))
        await pilot.press("n")
        await answered(pilot)
        await enter(pilot, "name_0", "Karl Vinther")
        assert "1984" not in glass(desk)
        assert "Choose the citizen to see" in glass(desk), "where anybody stands is for guards and leaders"


# Mistakes


async def test_mistakes_are_told_at_their_fields_and_nothing_is_lost(desk: GuardroomApp, house: SmallHouse) -> None:
    async with desk.run_test(size=(120, 50)) as pilot:
        await begin(pilot, house)
        await fill_in(pilot, "Han var her.\nHans cpr er 0101851234, sagde han.")
        await put(pilot, asked_by="010185-1234")
        await pilot.press("ctrl+s", "ctrl+s")
        await answered(pilot)
        assert glass(desk).count("CPR number") >= 2
        assert "Not saved: 2 things are missing or wrong." in glass(desk)
        assert place(pilot) == "asked_by"
        assert screen_of(pilot)._form.text("account").startswith("Han var her.\nHans cpr")
    assert services(house).incidents.page(house.who(Role.GUARD, initials="MH")).lines == ()


async def test_what_would_be_refused_is_asked_for_before_anything_is_to_be_locked(
    desk: GuardroomApp, house: SmallHouse
) -> None:
    async with desk.run_test(size=(120, 50)) as pilot:
        await begin(pilot, house)
        await fill_in(pilot, "Råbte 0101901234 mod vagten.")
        await put(pilot, case_ref_0="010190-1234")
        await pilot.press("ctrl+s")
        await answered(pilot)
        assert "Not saved: 2 things are missing or wrong." in glass(desk)
        assert glass(desk).count("CPR number") >= 2
        assert "Will be locked" not in glass(desk)


async def test_what_an_alarm_filled_in_is_looked_at_before_it_is_locked(desk: GuardroomApp, house: SmallHouse) -> None:
    """Also where the clock of the alarm's station is ahead of this one's."""
    closed_alarm(house, outcome="accidental", steps=(), minutes_ago=-5)
    async with desk.run_test(size=(120, 50)) as pilot:
        await begin(pilot, house, "enter")
        await typed(pilot, "Tasken stødte mod knappen.")
        await pilot.press("ctrl+s")
        await answered(pilot)
        assert "Will be locked" in glass(desk)
    assert services(house).incidents.page(house.who(Role.GUARD, initials="MH")).lines == ()


async def test_the_focus_goes_to_the_first_field_that_is_wrong_also_of_a_citizen(
    desk: GuardroomApp, house: SmallHouse
) -> None:
    async with desk.run_test(size=(120, 50)) as pilot:
        await begin(pilot, house)
        await fill_in(pilot)
        await pilot.press("ctrl+n")
        await until(pilot, lambda: place(pilot) == "name_1")
        await put(pilot, name_1="Karl Sommer", birth_1="næste år")
        await pilot.press("ctrl+s", "ctrl+s")
        await answered(pilot)
        assert place(pilot) == "birth_1"
        assert screen_of(pilot)._form.field("birth_1").has_mistake
        await put(pilot, name_0="", name_1="", birth_1="")
        await pilot.press("ctrl+s", "ctrl+s")
        await answered(pilot)
        assert place(pilot) == "name_0"
        assert screen_of(pilot)._form.field("name_0").has_mistake


RUBBISH = {
    "markup": "[/] [bold]x[/b] [@click=app.exit]klik[/]",
    "emoji": "🙂👨‍👩‍👧 Ærø ~^`",
    "very_long": "x" * 9000,
    "control": "\x1b[2J\x07\u202e",
}


@pytest.mark.parametrize("rubbish", RUBBISH.values(), ids=RUBBISH)
async def test_whatever_is_typed_is_shown_and_never_obeyed(desk: GuardroomApp, house: SmallHouse, rubbish: str) -> None:
    async with desk.run_test(size=(100, 40)) as pilot:
        await begin(pilot, house)
        await fill_in(pilot)
        for name in ("name_0", "account"):
            await enter(pilot, name, rubbish)
        texts = ("day", "time", "place", "asked_by", "took_part", "birth_0", "case_ref_0")
        await put(pilot, **dict.fromkeys(texts, rubbish))
        await pilot.press("ctrl+s", "ctrl+s")
        await answered(pilot)
        assert obeyed(glass(desk)) == set()
        assert "Not saved:" in glass(desk)
        await pilot.press("escape")
        await answered(pilot)
        await in_front(pilot, desk, "board")


# Drafts


async def test_an_alarm_breaks_in_and_the_form_is_there_afterwards_as_it_was(
    desk: GuardroomApp, house: SmallHouse, feed: Any, scenario: Any
) -> None:
    guard = house.who(Role.GUARD, initials="MH")
    async with desk.run_test(size=(120, 36)) as pilot:
        await begin(pilot, house)
        await fill_in(pilot, "")
        await enter(pilot, "account", "Han rejste sig og")
        feed.show(scenario.one_alarm())
        await in_front(pilot, desk, "takeover")
        await answered(pilot)
        (draft,) = services(house).incidents.drafts(guard)
        kept = services(house).incidents.draft(guard, draft.id)
        assert (kept.account, kept.subjects[0].name) == ("Han rejste sig og", "Karla Vinter")
        assert "Karla" not in glass(desk), "on an alarm nobody's name is shown"
        feed.show(scenario.in_progress())
        await in_front(pilot, desk, "incident_form")
        assert place(pilot) == "account"
        await typed(pilot, " råbte af alle.")
        await pilot.press("ctrl+s", "ctrl+s")
        await answered(pilot)
        await in_front(pilot, desk, "incident")
        assert "Han rejste sig og råbte af alle." in glass(desk)
    assert services(house).incidents.drafts(guard) == ()


async def test_an_alarm_while_it_is_being_saved(house: SmallHouse, feed: Any, scenario: Any, slow: Slow) -> None:
    guard = house.who(Role.GUARD, initials="MH")
    desk = records_app(house, feed, open_house=slow.open)
    async with desk.run_test(size=(120, 36)) as pilot:
        await begin(pilot, house)
        await fill_in(pilot)
        slow.gate.clear()
        await pilot.press("ctrl+s", "ctrl+s")
        feed.show(scenario.one_alarm())
        await in_front(pilot, desk, "takeover")
        slow.gate.set()
        await answered(pilot)
        await in_front(pilot, desk, "takeover")
        feed.show(scenario.in_progress())
        await in_front(pilot, desk, "incident")
        assert "Saved as H-0001" in glass(desk)
    assert services(house).incidents.drafts(guard) == ()
    assert len(services(house).incidents.page(guard).lines) == 1


async def test_a_draft_is_kept_a_while_after_the_last_change(
    desk: GuardroomApp, house: SmallHouse, at_once: None
) -> None:
    guard = house.who(Role.GUARD, initials="MH")
    async with desk.run_test(size=(120, 36)) as pilot:
        await begin(pilot, house)
        assert "Nothing to keep yet." in glass(desk)
        await enter(pilot, "account", "Et ord")
        await said(pilot, desk, "Draft kept 13:42:16.")
        await typed(pilot, " mere")
        await until(pilot, lambda: not desk.records.busy and not screen_of(pilot)._writing.unkept)  # type: ignore[union-attr]
    (draft,) = services(house).incidents.drafts(guard)
    assert services(house).incidents.draft(guard, draft.id).account == "Et ord mere"


async def test_escape_keeps_the_draft_and_the_form_goes_on_with_it(desk: GuardroomApp, house: SmallHouse) -> None:
    wrote(house, house.who(Role.GUARD, initials="MH"))
    async with desk.run_test(size=(120, 36)) as pilot:
        await begin(pilot, house)
        await fill_in(pilot, "Halvt skrevet")
        await put(pilot, name_0="")
        await enter(pilot, "name_0", "karl vinther")
        await pilot.press("down", "enter")
        before = screen_of(pilot)._form.written()
        await pilot.press("escape")
        await answered(pilot)
        await in_front(pilot, desk, "board")
        await said(pilot, desk, "Kept as a draft. N goes on with it.")
        assert screen_of(pilot)._form.text("account") == "", "nothing of it stays in the fields"
        await pilot.press("n", "enter")
        await answered(pilot)
        after = screen_of(pilot)._form.written()
        assert replace(after, subjects=()) == replace(before, subjects=())
        assert after.subjects == before.subjects
        assert screen_of(pilot)._form.text("name_0") == "Karl Vinther"
        await said(pilot, desk, "a known person, born 1984, case J-2231")
        await said(pilot, desk, "Draft kept 13:42:16.")


async def test_a_draft_of_another_day_says_on_which_it_was_kept(desk: GuardroomApp, house: SmallHouse) -> None:
    guard = house.who(Role.GUARD, initials="MH")
    service = services(house).incidents
    service.keep_draft(guard, replace(service.blank(guard), kind="remote", place="Telefonen"), None)
    with writing(house.ground.engine) as session:
        for row in session.scalars(select(DraftRow)):
            row.saved_at = NOON - timedelta(days=3)
    async with desk.run_test(size=(120, 36)) as pilot:
        await begin(pilot, house, "enter")
        assert "Draft kept Fri 13:42." in glass(desk)


async def test_leaving_an_untouched_form_keeps_nothing(desk: GuardroomApp, house: SmallHouse) -> None:
    guard = house.who(Role.GUARD, initials="MH")
    closed_alarm(house)
    async with desk.run_test(size=(120, 36)) as pilot:
        await begin(pilot, house, "enter")
        await pilot.press("escape")
        await answered(pilot)
        assert "Kept as a draft" not in glass(desk)
    assert services(house).incidents.drafts(guard) == ()


async def test_a_draft_is_thrown_away_at_the_second_press(desk: GuardroomApp, house: SmallHouse, at_once: None) -> None:
    guard = house.who(Role.GUARD, initials="MH")
    async with desk.run_test(size=(120, 36)) as pilot:
        await begin(pilot, house)
        await enter(pilot, "account", "Det var ingenting")
        await until(pilot, lambda: bool(services(house).incidents.drafts(guard)))
        await answered(pilot)
        await pilot.press("ctrl+d")
        await said(pilot, desk, "Press it again")
        await pilot.press("x", "ctrl+d")
        await said(pilot, desk, "Press it again")
        await answered(pilot)
        assert services(house).incidents.drafts(guard) != (), "a key in between takes the first press back"
        await pilot.press("ctrl+d")
        await answered(pilot)
        await in_front(pilot, desk, "board")
    assert services(house).incidents.drafts(guard) == ()


async def test_a_draft_that_was_saved_elsewhere_is_saved_again_only_at_the_second_press(
    desk: GuardroomApp, house: SmallHouse, at_once: None
) -> None:
    guard = house.who(Role.GUARD, initials="MH")
    async with desk.run_test(size=(120, 36)) as pilot:
        await begin(pilot, house)
        await fill_in(pilot, "Skrevet to steder")
        await until(pilot, lambda: bool(services(house).incidents.drafts(guard)))
        await answered(pilot)
        (draft,) = services(house).incidents.drafts(guard)
        services(house).incidents.drop_draft(guard, draft.id)
        await pilot.press("ctrl+s", "ctrl+s")
        await answered(pilot)
        assert "saved or thrown away elsewhere" in glass(desk)
        assert services(house).incidents.page(guard).lines == ()
        assert [one.id for one in services(house).incidents.drafts(guard)] != [draft.id]
        await pilot.press("ctrl+s", "ctrl+s")
        await answered(pilot)
    assert len(services(house).incidents.page(guard).lines) == 1


async def test_signing_out_keeps_the_draft_for_whoever_wrote_it_and_for_nobody_else(
    desk: GuardroomApp, house: SmallHouse
) -> None:
    guard, other = house.who(Role.GUARD, initials="MH"), house.who(Role.GUARD, initials="JB")
    async with desk.run_test(size=(120, 36)) as pilot:
        await begin(pilot, house)
        await put(pilot, account="Kun for mine øjne")
        desk.sign_out()
        await answered(pilot)
        await in_front(pilot, desk, "board")
        desk.signed_in(other)
        await pilot.press("n")
        await answered(pilot)
        assert "mine øjne" not in glass(desk)
        assert "Draft" not in glass(desk)
        assert screen_of(pilot)._form.text("account") == ""
        await put(pilot, account="Noget andet")
        desk.signed_in(guard)
        await answered(pilot)
        await opened(pilot, "incident_form")
        await pilot.press("enter")
        await answered(pilot)
        assert screen_of(pilot)._form.text("account") == "Kun for mine øjne"
    assert len(services(house).incidents.drafts(other)) == 1


async def test_the_end_of_the_program_keeps_the_draft(desk: GuardroomApp, house: SmallHouse) -> None:
    guard = house.who(Role.GUARD, initials="MH")
    async with desk.run_test(size=(120, 36)) as pilot:
        await begin(pilot, house)
        await put(pilot, account="Midt i det hele")
    (draft,) = services(house).incidents.drafts(guard)
    assert services(house).incidents.draft(guard, draft.id).account == "Midt i det hele"


@pytest.fixture
def away(house: SmallHouse) -> Away:
    """The house's database, which can be away."""
    return Away(house)


@pytest.fixture
def slow(house: SmallHouse) -> Iterator[Slow]:
    """The house's database, which can take its time."""
    found = Slow(house)
    yield found
    found.gate.set()


async def test_without_the_database_it_is_written_all_the_same_and_saved_later(
    house: SmallHouse, feed: Any, away: Away
) -> None:
    desk = records_app(house, feed, open_house=away.open)
    async with desk.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, house.who(Role.GUARD, initials="MH"))
        away.away = True
        await pilot.press("n")
        await answered(pilot)
        await said(pilot, desk, "The database does not answer")
        await fill_in(pilot)
        await pilot.press("ctrl+s", "ctrl+s")
        await answered(pilot)
        await said(pilot, desk, "nothing was saved")
        assert screen_of(pilot)._form.text("account") == TEXT
        await pilot.press("escape")
        await answered(pilot)
        await pilot.press("n")
        await answered(pilot)
        assert screen_of(pilot)._form.text("account") == TEXT, "it is not lost because it could not be kept"
        away.away = False
        await pilot.press("ctrl+s", "ctrl+s")
        await answered(pilot)
        await said(pilot, desk, "Saved as H-0001")


async def test_what_could_not_be_kept_waits_for_whoever_wrote_it(house: SmallHouse, feed: Any, away: Away) -> None:
    guard, other = house.who(Role.GUARD, initials="MH"), house.who(Role.GUARD, initials="JB")
    desk = records_app(house, feed, open_house=away.open)
    async with desk.run_test(size=(120, 36)) as pilot:
        await begin(pilot, house)
        await put(pilot, account="Kun for mine øjne")
        away.away = True
        desk.sign_out()
        await answered(pilot)
        away.away = False
        desk.signed_in(other)
        await opened(pilot, "incident_form")
        assert screen_of(pilot)._form.text("account") == ""
        await pilot.press("escape")
        desk.signed_in(guard)
        await opened(pilot, "incident_form")
        assert screen_of(pilot)._form.text("account") == "Kun for mine øjne"
        assert "could not be kept before" in glass(desk)


async def test_what_could_not_be_kept_is_there_again_however_the_form_was_left(
    house: SmallHouse, feed: Any, away: Away
) -> None:
    guard = house.who(Role.GUARD, initials="MH")
    desk = records_app(house, feed, open_house=away.open)
    async with desk.run_test(size=(120, 36)) as pilot:
        await begin(pilot, house)
        await put(pilot, account="Han slog i bordet")
        away.away = True
        desk.cover(locked=False)
        await answered(pilot)
        await pilot.press("escape")
        await answered(pilot)
        await in_front(pilot, desk, "board")
        desk.signed_in(guard)
        await opened(pilot, "incident_form")
        assert screen_of(pilot)._form.text("account") == "Han slog i bordet"
        desk.go_to_board()
        away.away = False
        await opened(pilot, "incident_form")
        await pilot.press("enter")
        await answered(pilot)
        assert screen_of(pilot)._form.text("account") == "Han slog i bordet"
    assert len(services(house).incidents.drafts(guard)) == 1


# While it is being saved


async def test_while_it_is_saved_keys_do_nothing_and_afterwards_go_where_they_went(
    house: SmallHouse, feed: Any, slow: Slow
) -> None:
    desk = records_app(house, feed, open_house=slow.open)
    async with desk.run_test(size=(120, 36)) as pilot:
        await begin(pilot, house)
        await fill_in(pilot, "Uden sted")
        await put(pilot, place="")
        await enter(pilot, "account", " og tid")
        slow.gate.clear()
        await pilot.press("ctrl+s", "ctrl+s", "1", "3", "n")
        assert desk.screen is screen_of(pilot)
        slow.gate.set()
        await answered(pilot)
        assert "Not saved: 1 thing is missing or wrong." in glass(desk)
        assert place(pilot) == "place"
        await pilot.press("K", "2")
        assert screen_of(pilot)._form.text("place") == "K2"


async def test_whoever_left_while_it_was_saved_is_told_that_it_was_not(
    house: SmallHouse, feed: Any, slow: Slow
) -> None:
    desk = records_app(house, feed, open_house=slow.open)
    async with desk.run_test(size=(120, 36)) as pilot:
        await begin(pilot, house)
        await put(pilot, account="Hvor var det?")
        slow.gate.clear()
        await pilot.press("ctrl+s", "ctrl+s", "escape")
        await in_front(pilot, desk, "board")
        await said(pilot, desk, "It is still being saved.")
        slow.gate.set()
        await answered(pilot)
        await said(pilot, desk, "The incident was not saved, and is kept as a draft.")
        await opened(pilot, "incident_form")
        await pilot.press("enter")
        await answered(pilot)
        assert screen_of(pilot)._form.text("account") == "Hvor var det?"


async def test_whoever_left_while_it_was_saved_is_told_that_it_was(house: SmallHouse, feed: Any, slow: Slow) -> None:
    desk = records_app(house, feed, open_house=slow.open)
    async with desk.run_test(size=(120, 36)) as pilot:
        await begin(pilot, house)
        await fill_in(pilot)
        slow.gate.clear()
        await pilot.press("ctrl+s", "ctrl+s")
        desk.go_to_board()
        slow.gate.set()
        await answered(pilot)
        await said(pilot, desk, "The incident was saved as H-0001.")
        await in_front(pilot, desk, "board")


async def test_a_refusal_during_an_alarm_stands_at_the_form_afterwards(
    house: SmallHouse, feed: Any, scenario: Any, slow: Slow
) -> None:
    desk = records_app(house, feed, open_house=slow.open)
    async with desk.run_test(size=(120, 36)) as pilot:
        await begin(pilot, house)
        await put(pilot, account="Uden resten")
        slow.gate.clear()
        await pilot.press("ctrl+s", "ctrl+s")
        feed.show(scenario.one_alarm())
        await in_front(pilot, desk, "takeover")
        slow.gate.set()
        await answered(pilot)
        house.clock.advance(30)
        feed.show(scenario.in_progress())
        await in_front(pilot, desk, "incident_form")
        await said(pilot, desk, "Not saved:")


# Typed faster than the screen works


async def burst(pilot: Pilot[Any], *keys: str) -> None:
    """All these keys are there before the first of them is handled."""
    for key in keys:
        pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
    await answered(pilot)


async def test_what_is_typed_fast_lands_in_its_field(desk: GuardroomApp, house: SmallHouse) -> None:
    async with desk.run_test(size=(120, 36)) as pilot:
        await begin(pilot, house)
        form = screen_of(pilot)._form
        form.enter("name_0")
        await burst(pilot, *"Karl", "tab", *"1984", "tab", *"J22", "ctrl+n", *"Bo", "tab", *"1990")
        written = form.written()
        assert [(one.name, one.birth, one.case_ref) for one in written.subjects] == [
            ("Karl", "1984", "J22"),
            ("Bo", "1990", ""),
        ]
        assert (written.account, written.behaviours) == ("", ())


async def test_what_is_typed_before_the_form_is_there_is_typed_into_it_in_its_order(
    house: SmallHouse, feed: Any, slow: Slow
) -> None:
    closed_alarm(house)
    desk = records_app(house, feed, open_house=slow.open)
    async with desk.run_test(size=(120, 36)) as pilot:
        await begin(pilot, house)
        slow.gate.clear()
        for key in ("enter", "1", "2", "enter"):
            await pilot.press(key)
        assert desk.screen.NAME == "incident_form"  # type: ignore[attr-defined]
        slow.gate.set()
        await burst(pilot, "enter", "enter", "enter", *"Karl")
        written = screen_of(pilot)._form.written()
        assert written.behaviours == ("shouting", "threat_violence")
        assert written.subjects[0].name == "Karl"


async def test_what_is_typed_before_there_is_anything_to_choose_from_chooses_and_is_typed(
    house: SmallHouse, feed: Any, slow: Slow
) -> None:
    closed_alarm(house)
    desk = records_app(house, feed, open_house=slow.open)
    async with desk.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, house.who(Role.GUARD, initials="MH"))
        slow.gate.clear()
        for key in ("n", "enter", "1", "2", "enter"):
            await pilot.press(key)
        slow.gate.set()
        await burst(pilot, "enter", "enter", "enter", *"Karl")
        written = screen_of(pilot)._form.written()
        assert written.alarm is not None
        assert written.behaviours == ("shouting", "threat_violence")
        assert written.subjects[0].name == "Karl"


async def test_text_typed_before_there_is_anything_to_choose_from_is_no_key(
    house: SmallHouse, feed: Any, slow: Slow
) -> None:
    closed_alarm(house)
    desk = records_app(house, feed, open_house=slow.open)
    async with desk.run_test(size=(120, 36)) as pilot:
        await signed_in(pilot, house.who(Role.GUARD, initials="MH"))
        slow.gate.clear()
        for key in ("n", *"p1b"):
            await pilot.press(key)
        slow.gate.set()
        await answered(pilot)
        await said(pilot, desk, "WHAT IS IT ABOUT?")
        assert screen_of(pilot)._writing is None


async def test_the_last_letters_are_saved_however_fast_save_follows(desk: GuardroomApp, house: SmallHouse) -> None:
    async with desk.run_test(size=(120, 36)) as pilot:
        await begin(pilot, house)
        await fill_in(pilot, "")
        screen_of(pilot)._form.enter("account")
        await burst(pilot, *"Han gik igen.", "ctrl+s", "ctrl+s")
        await in_front(pilot, desk, "incident")
    saved = services(house).incidents.read(house.who(Role.GUARD, initials="MH"), 1)
    assert saved.account == "Han gik igen."


async def test_a_key_in_the_account_does_not_read_the_form(
    desk: GuardroomApp, house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desk.run_test(size=(120, 36)) as pilot:
        await begin(pilot, house)
        form = screen_of(pilot)._form
        form.enter("account")
        reads = 0
        written = form.written

        def counted() -> Any:
            nonlocal reads
            reads += 1
            return written()

        monkeypatch.setattr(form, "written", counted)
        await burst(pilot, *"abcdefghij")
        assert (form.text("account"), reads) == ("abcdefghij", 0)
        screen_of(pilot)._keep()
        await answered(pilot)
        assert reads == 1
    guard = house.who(Role.GUARD, initials="MH")
    (draft,) = services(house).incidents.drafts(guard)
    assert services(house).incidents.draft(guard, draft.id).account == "abcdefghij"


async def test_citizens_come_and_go_in_one_turn(desk: GuardroomApp, house: SmallHouse) -> None:
    async with desk.run_test(size=(120, 36)) as pilot:
        await begin(pilot, house)
        form = screen_of(pilot)._form
        form.have_people(2)
        await pilot.pause()
        form.fill({"name_1": "Karla Vinter"})
        form.have_people(1)
        form.have_people(2)
        form.show_asked_for()
        await pilot.pause()
        assert (form.people, form.text("name_1")) == (2, ""), "the one who was taken out is gone"
        form.have_people(1)
        form.show_asked_for()
        assert not form.field("name_1").display


@pytest.mark.parametrize("size", [(20, 5), (1, 1), (200, 60)])
async def test_any_size_of_terminal(desk: GuardroomApp, house: SmallHouse, size: tuple[int, int]) -> None:
    async with desk.run_test(size=size) as pilot:
        await begin(pilot, house, "2", "tab", "tab")
        await pilot.press("ctrl+s", "ctrl+s")
        await answered(pilot)
