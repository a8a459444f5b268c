"""Writing a decision: incomplete is kept, impossible is refused at its field, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bans.ban_house import BanHouse, ban_house
from on_the_glass import glass, in_front, said, until
from records_helper import answered, records_app, signed_in, typed
from slow_house import SlowHouse
from textual.pilot import Pilot

from guardroom.bans.form import BanForm
from screens.app import GuardroomApp
from screens.ban import open_ban
from screens.ban_form import KEPT_AFTER_S, fill, written
from screens.form import Form, TextField

SIZES = {"120x36": (120, 36), "80x24": (80, 24)}


@pytest.fixture
def at(tmp_path: Path) -> Iterator[BanHouse]:
    """Fredensborg."""
    with ban_house(tmp_path) as made:
        yield made


def draft(at: BanHouse) -> int:
    """A new draft about somebody with three incidents."""
    person = at.person()
    for days in (4, 40, 90):
        at.incident(person, days_ago=days)
    return at.bans.begin(at.leader, person).id


async def writing(pilot: Pilot[Any], at: BanHouse, ban: int) -> Form:
    """The form of this ban is open, and filled in."""
    app = pilot.app
    assert isinstance(app, GuardroomApp)
    await signed_in(pilot, at.leader)
    open_ban(app, ban)
    await in_front(pilot, app, "ban")
    await answered(pilot)
    await pilot.press("e")
    await in_front(pilot, app, "ban_form")
    await answered(pilot)
    await pilot.pause()
    return app.screen.query_one("#ban-form", Form)


async def put(pilot: Pilot[Any], form: Form, name: str, text: str) -> None:
    """Somebody goes to a field of one line and writes this into it instead of what was there."""
    field = form.field(name)
    assert isinstance(field, TextField)
    field.control.focus()
    field.control.value = text
    await pilot.pause()
    await pilot.pause()


@pytest.mark.parametrize("size", SIZES)
def test_picture(snap_compare: Callable[..., bool], at: BanHouse, feed: Any, spoken: str, size: str) -> None:
    ban = draft(at)

    async def run_before(pilot: Pilot[Any]) -> None:
        form = await writing(pilot, at, ban)
        await put(pilot, form, "ends_on", "31-02-2026")
        await pilot.press("ctrl+s")
        await answered(pilot)

    assert snap_compare(records_app(at.house, feed, spoken), terminal_size=SIZES[size], run_before=run_before)


async def test_what_is_chosen_and_typed_is_kept_complete_or_not(at: BanHouse, feed: Any) -> None:
    ban = draft(at)
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        form = await writing(pilot, at, ban)
        await pilot.press("2", "tab", "tab", "1", "tab", *"sal 2", "comma", *"kantinen")
        form.enter("channels")
        await pilot.press("1", "3")
        form.enter("incidents")
        await pilot.press("space", "down", "space")
        form.enter("reasons")
        await pilot.press(*"vred")
        await pilot.press("ctrl+s")
        await answered(pilot)
        await said(pilot, app, "Kept.")
        await said(pilot, app, "[ ] concrete reasons")
    kept = at.bans.read(at.leader, ban).form
    assert kept.kind == "department"
    assert set(kept.scope) == {"Jobcenter", "sal 2", "kantinen"}
    assert kept.channels == ("phone", "digital_post")
    assert kept.incidents == (1, 2)
    assert kept.reasons == "vred"


async def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_kept(at: BanHouse, feed: Any) -> None:
    ban = draft(at)
    before = at.bans.read(at.leader, ban).form
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        form = await writing(pilot, at, ban)
        await put(pilot, form, "case_ref", "010190-1234")
        await put(pilot, form, "contact_phone", "ring til mig")
        await put(pilot, form, "ends_on", "31-02-2026")
        await pilot.press("ctrl+s")
        await answered(pilot)
        await said(pilot, app, "02-2026 has 28 days.")
        await said(pilot, app, "A telephone number is written in digits")
        await said(pilot, app, "CPR")
        assert app.screen.focused is form.field("ends_on").control
    assert at.bans.read(at.leader, ban).form == before


async def test_what_is_wrong_with_a_place_stands_where_it_was_written(at: BanHouse, feed: Any) -> None:
    ban = draft(at)
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        form = await writing(pilot, at, ban)
        await put(pilot, form, "other_scope", "010190-1234")
        await put(pilot, form, "case_ref", "010190-1234")
        await pilot.press("ctrl+s")
        await answered(pilot)
        assert form.field("other_scope").has_mistake
        assert not form.field("scope").has_mistake
        assert form.field("other_scope").has_class("-here")


async def test_escape_keeps_and_leaves(at: BanHouse, feed: Any) -> None:
    ban = draft(at)
    app = records_app(at.house, feed)
    async with app.run_test(size=(80, 24)) as pilot:
        form = await writing(pilot, at, ban)
        await put(pilot, form, "contact_person", "A. Leder")
        await pilot.press("escape")
        await answered(pilot)
        await in_front(pilot, app, "ban")
        await answered(pilot)
        await said(pilot, app, "A. Leder")
    assert at.house.told().count("ban_changed") == 1


async def test_escape_with_something_impossible_asks_once(at: BanHouse, feed: Any) -> None:
    ban = draft(at)
    app = records_app(at.house, feed)
    async with app.run_test(size=(80, 24)) as pilot:
        form = await writing(pilot, at, ban)
        last_day = form.text("ends_on")
        await put(pilot, form, "ends_on", "i morgen")
        await put(pilot, form, "case_ref", "25/9")
        await pilot.press("escape")
        await answered(pilot)
        await said(pilot, app, "Esc again leaves without it.")
        await pilot.press("escape")
        await in_front(pilot, app, "ban")
        await pilot.press("e")
        await in_front(pilot, app, "ban_form")
        await answered(pilot)
        await until(pilot, lambda: form.text("ends_on") == last_day)
        assert form.text("case_ref") == "25/9", "only what could not be kept is left behind"


async def test_after_a_refusal_the_first_escape_asks_and_loses_nothing(at: BanHouse, feed: Any) -> None:
    ban = draft(at)
    app = records_app(at.house, feed)
    async with app.run_test(size=(80, 24)) as pilot:
        form = await writing(pilot, at, ban)
        await said(pilot, app, "Esc keeps it and leaves.")
        await put(pilot, form, "contact_person", "A. Leder")
        form.enter("reasons")
        await typed(pilot, "Borgeren, 010190-1234, truede to gange.")
        await pilot.press("ctrl+s")
        await answered(pilot)
        await said(pilot, app, "Not kept: mend what is marked.")
        assert "Esc keeps it and leaves" not in glass(app)
        await pilot.press("escape")
        await answered(pilot)
        assert app.screen is app._named["ban_form"]
        await said(pilot, app, "Esc again leaves without what is marked; the rest is kept.")
        assert "010190-1234" in form.text("reasons")
        await pilot.press("x")
        await pilot.pause()
        await pilot.press("escape")
        await answered(pilot)
        assert app.screen is app._named["ban_form"], "something was changed since: it is asked again"
        await pilot.press("escape")
        await in_front(pilot, app, "ban")
        await answered(pilot)
    assert at.bans.read(at.leader, ban).form.contact_person == "A. Leder"


async def test_the_line_beneath_does_not_promise_to_keep_what_cannot_be(
    at: BanHouse, feed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screens.ban_form.KEPT_AFTER_S", KEPT_AFTER_S / 1000)
    ban = draft(at)
    app = records_app(at.house, feed)
    async with app.run_test(size=(80, 24)) as pilot:
        form = await writing(pilot, at, ban)
        await put(pilot, form, "ends_on", "i morgen")
        await said(pilot, app, "Something here cannot be kept: Ctrl+S says what.")
        await put(pilot, form, "ends_on", form.text("starts_on"))
        await pilot.press("ctrl+s")
        await answered(pilot)
        await said(pilot, app, "Esc keeps it and leaves.")


async def test_an_alarm_keeps_what_is_written_and_leaves_it_there(at: BanHouse, feed: Any, scenario: Any) -> None:
    ban = draft(at)
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        form = await writing(pilot, at, ban)
        form.enter("reasons")
        await pilot.press(*"midt i en")
        feed.show(scenario.one_alarm())
        await in_front(pilot, app, "takeover")
        await answered(pilot)
        assert at.bans.read(at.leader, ban).form.reasons == "midt i en"
        feed.show(scenario.quiet())
        await in_front(pilot, app, "ban_form")
        await pilot.press(*" saetning")
        assert form.text("reasons") == "midt i en saetning"


async def test_signing_out_keeps_what_can_be_kept_and_shows_none_of_it(at: BanHouse, feed: Any) -> None:
    ban = draft(at)
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        form = await writing(pilot, at, ban)
        await put(pilot, form, "ends_on", "snart")
        await put(pilot, form, "contact_person", "A. Leder")
        app.sign_out()
        await answered(pilot)
        await in_front(pilot, app, "board")
        assert form.text("contact_person") == ""
        assert "Møller" not in glass(app)
    kept = at.bans.read(at.leader, ban).form
    assert (kept.contact_person, kept.ends_on) == ("A. Leder", "08-06-2026")


async def test_the_end_of_the_program_keeps_what_is_written(at: BanHouse, feed: Any) -> None:
    ban = draft(at)
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        form = await writing(pilot, at, ban)
        await put(pilot, form, "contact_person", "A. Leder")
    assert at.bans.read(at.leader, ban).form.contact_person == "A. Leder"


async def test_it_is_kept_by_itself_after_a_while(at: BanHouse, feed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screens.ban_form.KEPT_AFTER_S", KEPT_AFTER_S / 1000)
    ban = draft(at)
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        form = await writing(pilot, at, ban)
        await put(pilot, form, "contact_person", "A. Leder")
        await until(pilot, lambda: at.bans.read(at.leader, ban).form.contact_person == "A. Leder")


async def test_a_form_that_is_filled_in_reads_the_same_again(at: BanHouse, feed: Any) -> None:
    ban = draft(at)
    app = records_app(at.house, feed)
    full = BanForm(
        kind="mail_block",
        area="Jobcenter",
        scope=("Jobcenter", "2. sal"),
        starts_on="01-12-2025",
        ends_on="01-06-2026",
        channels=("phone", "appointment"),
        contact_person="[b]A. Leder[/b]",
        contact_phone="11 22 33 44",
        contact_hours="9-12",
        mail_to="a@example.dk",
        meeting="police_station",
        reasons="En.\nTo.",
        incidents=(3, 1),
        less_intrusive="Kun telefon.",
        casework_reviewed=True,
        appeal_guidance=True,
        case_ref="J-1",
        normalisation="Samtale.",
    )
    async with app.run_test(size=(120, 36)) as pilot:
        form = await writing(pilot, at, ban)
        fill(form, full, app.settings)
        again = written(form)
        assert set(again.incidents) == {1, 3}
        assert again == BanForm(
            **{**{name: getattr(full, name) for name in full.__slots__}, "incidents": again.incidents}
        )


async def test_what_somebody_else_wrote_meanwhile_is_taken_in_and_nothing_is_lost(at: BanHouse, feed: Any) -> None:
    ban = draft(at)
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        form = await writing(pilot, at, ban)
        await put(pilot, form, "contact_person", "A. Leder")
        await put(pilot, form, "case_ref", "J-1")
        view = at.bans.read(at.head, ban)
        at.bans.change(at.head, ban, replace(view.form, case_ref="J-2", contact_phone="11 22 33 44"), view.seal)
        await pilot.press("ctrl+s")
        await said(pilot, app, f"{at.head.initials} changed it last")
        await answered(pilot)
        assert [form.text(name) for name in ("contact_person", "case_ref", "contact_phone")] == [
            "A. Leder",
            "J-1",
            "11 22 33 44",
        ]
        assert at.bans.read(at.leader, ban).form.case_ref == "J-2"
        await pilot.press("ctrl+s")
        await said(pilot, app, "Kept.")
    kept = at.bans.read(at.leader, ban).form
    assert (kept.contact_person, kept.case_ref, kept.contact_phone) == ("A. Leder", "J-1", "11 22 33 44")


async def test_signing_out_keeps_both_texts_where_two_wrote(at: BanHouse, feed: Any) -> None:
    ban = draft(at)
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        form = await writing(pilot, at, ban)
        form.fill({"reasons": "Mit.", "contact_person": "A. Leder"})
        await pilot.pause()
        view = at.bans.read(at.head, ban)
        at.bans.change(at.head, ban, replace(view.form, reasons="Den andens."), view.seal)
        app.sign_out()
        await answered(pilot)
    kept = at.bans.read(at.leader, ban).form
    assert (kept.reasons, kept.contact_person) == ("Den andens.\nMit.", "A. Leder")


async def test_an_impossible_day_keeps_the_rest_and_is_there_again(at: BanHouse, feed: Any) -> None:
    ban = draft(at)
    app = records_app(at.house, feed)
    async with app.run_test(size=(120, 36)) as pilot:
        form = await writing(pilot, at, ban)
        await put(pilot, form, "ends_on", "31-02-2026")
        form.enter("reasons")
        await typed(pilot, "En lang begrundelse.")
        app.cover(locked=False)
        await answered(pilot)
        assert at.bans.read(at.leader, ban).form.reasons == "En lang begrundelse."
        app.go_to_board()
        await answered(pilot)
        form = await writing(pilot, at, ban)
        assert (form.text("ends_on"), form.text("reasons")) == ("31-02-2026", "En lang begrundelse.")
        await said(pilot, app, "What could not be kept of your text is here again")
        app.sign_out()
        await answered(pilot)
        assert form.text("ends_on") == ""
        form = await writing(pilot, at, ban)
        assert form.text("ends_on") == "31-02-2026"
        await put(pilot, form, "ends_on", "24-04-2026")
        await pilot.press("ctrl+s")
        await answered(pilot)
        await said(pilot, app, "Kept.")
        app.go_to_board()
        form = await writing(pilot, at, ban)
        assert "here again" not in glass(app)
    assert at.bans.read(at.leader, ban).form.ends_on == "24-04-2026"


async def test_what_was_written_while_the_database_was_away_is_there_again(at: BanHouse, feed: Any) -> None:
    ban = draft(at)
    slow = SlowHouse(at.house)
    app = records_app(at.house, feed, open_house=slow)
    async with app.run_test(size=(120, 36)) as pilot:
        form = await writing(pilot, at, ban)
        form.enter("reasons")
        await typed(pilot, "En lang begrundelse.")
        slow.away = True
        app.sign_out()
        await answered(pilot)
        slow.away = False
        form = await writing(pilot, at, ban)
        assert form.text("reasons") == "En lang begrundelse."
        await pilot.press("escape")
        await answered(pilot)
        await in_front(pilot, app, "ban")
    assert at.bans.read(at.leader, ban).form.reasons == "En lang begrundelse."
