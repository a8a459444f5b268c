"""Forms: everything with the keyboard, nothing lost, mistakes where they are, foreign text never obeyed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual import events
from textual.app import App, ComposeResult
from textual.content import Content
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Input, TextArea

from guardroom.refusal import Mistake
from guardroom.text import clean
from screens.form import ChecksField, ChoiceField, FixedField, Form, TextBlock, TextField, columns
from screens.plain import Line
from screens.suggest import SuggestField
from screens.theme import ROOM

NASTY = "\x1b[2J\x1b]0;pwned\x07\u202egnp [bold]x[/b] [/] [@click=app.exit]klik[/] 🙂 Ærø"
FRUIT = (("apple", "an apple"), ("pear", "a pear"), ("plum", "a plum"))


class Towns(SuggestField[str]):
    """Offers the towns that begin with what was typed."""

    def asked(self, typed: str) -> None:
        self.offer([town for town in ("Ribe", "Ringsted", "Rønne") if town.startswith(typed)] if typed else [])

    def row(self, meant: str, width: int) -> str:
        return meant

    def taken_as(self, meant: str) -> str:
        return meant

    def told(self) -> str:
        return "" if self.taken is None else f"taken: {self.taken}"


class PlumForm(Form):
    """A form that asks how many where it is plums."""

    def show_asked_for(self) -> None:
        always = {name for name in self.names if name != "many"}
        self.show_only(always | {"many"} if self.text("fruit") == "plum" else always)


class OneForm(App[None]):
    """Nothing but a form."""

    CSS_PATH = "../../screens/form.tcss"

    def __init__(self, form: Form) -> None:
        super().__init__()
        self.register_theme(ROOM)
        self.theme = ROOM.name
        self.form = form
        self.changes: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.form

    def on_form_changed(self, event: Form.Changed) -> None:
        self.changes.append(event.name)


def every_kind() -> PlumForm:
    """A form with one field of each kind."""
    return PlumForm(
        FixedField("fixed", "Settled"),
        TextField("who", "Who", required=True, limit=20),
        ChoiceField("fruit", "Fruit", FRUIT),
        TextField("many", "How many"),
        ChecksField("baskets", "Baskets", (("red", "red"), ("blue", "blue"))),
        TextBlock("text", "Text"),
    )


@asynccontextmanager
async def shown(form: Form, size: tuple[int, int] = (80, 24)) -> Iterator[Any]:
    """The form is on the glass, with the focus in its first field."""
    app = OneForm(form)
    async with app.run_test(size=size) as pilot:
        form.show_asked_for()
        form.enter(form.names[0])
        await pilot.pause()
        yield pilot


def rows(pilot: Pilot[Any]) -> str:
    """What is on the glass."""
    return "\n".join(strip.text for strip in pilot.app.screen._compositor.render_strips())


def place(form: Form) -> str:
    """The name of the field with the focus."""
    return next(name for name in form.names if form.field(name).has_class("-here"))


async def test_it_is_filled_in_from_top_to_bottom_without_a_mouse() -> None:
    form = every_kind()
    async with shown(form) as pilot:
        assert place(form) == "who", "what is settled takes no focus"
        await pilot.press("B", "o", "enter", "2", "enter", "1", "2", "tab", *"hej", "enter", *"igen")
        assert form.text("who") == "Bo"
        assert form.text("fruit") == "pear"
        assert form.codes("baskets") == ("red", "blue")
        assert form.text("text") == "hej\nigen"
        await pilot.press("tab")
        assert place(form) == "who", "after the last comes the first"
        await pilot.press("shift+tab")
        assert place(form) == "text"
    assert set(pilot.app.changes) == {"who", "fruit", "baskets", "text"}


@pytest.mark.parametrize("key", ["tab", "shift+tab"])
async def test_whoever_comes_to_a_text_goes_on_at_its_end(key: str) -> None:
    app = OneForm(Form(TextField("line", "Line"), TextField("other", "Other"), TextBlock("text", "Text")))
    async with app.run_test(size=(60, 20)) as pilot:
        app.form.fill({"line": "Mødet", "text": "Samtale med\nlederen i april."})
        await pilot.pause()
        app.form.enter("other")
        await pilot.press(key, *"ok")
        app.form.enter("other")
        await pilot.press(key, *"ja", "home", key, key, key, *"nu")
        written = "".join(app.form.text(name) for name in ("line", "text"))
        assert written.endswith("Samtale med\nlederen i april.okjanu" if key == "tab" else "april.")
        assert app.form.text("line") == ("Mødet" if key == "tab" else "Mødetokjanu")


@pytest.mark.parametrize("field", ["fruit", "baskets"])
async def test_a_letter_that_is_no_key_of_a_list_does_nothing(field: str) -> None:
    form = every_kind()
    async with shown(form) as pilot:
        form.fill({"fruit": "pear", "baskets": ("blue",)})
        form.enter(field)
        pilot.app.changes.clear()
        passed: list[str] = []
        pilot.app.on_key = lambda event: passed.append(event.key)
        for key in ("z", "Q", "0", "9", "å", "a"):
            await pilot.press(key)
        assert (form.text("fruit"), form.codes("baskets"), place(form)) == ("pear", ("blue",), field)
        assert (pilot.app.changes, passed) == ([], []), "it is no key of the screen either"


async def test_a_mistake_of_a_field_that_is_not_shown_is_not_lost() -> None:
    form = every_kind()
    async with shown(form) as pilot:
        hidden, there = Mistake("many", "How many?"), Mistake("text", "Too short.")
        assert form.show_mistakes([hidden, there]) == [hidden]
        await pilot.pause()
        assert place(form) == "text"


async def test_arrows_and_space_choose_too_and_let_go_again() -> None:
    form = every_kind()
    async with shown(form) as pilot:
        form.fill({"fruit": "apple"})
        form.enter("fruit")
        await pilot.press("down")
        assert form.text("fruit") == "pear"
        await pilot.press("up", "up")
        assert form.text("fruit") == "plum"
        form.enter("baskets")
        await pilot.press("space", "down", "space", "up", "space")
        assert form.codes("baskets") == ("blue",)
        await pilot.press("7", "x")
        assert form.codes("baskets") == ("blue",), "there is no such basket"


@pytest.mark.parametrize(("key", "first", "second"), [("down", "apple", "pear"), ("up", "plum", "pear")])
async def test_the_first_arrow_key_where_nothing_is_chosen_skips_nothing(key: str, first: str, second: str) -> None:
    form = every_kind()
    async with shown(form) as pilot:
        form.enter("fruit")
        await pilot.press(key)
        assert form.text("fruit") == first
        await pilot.press(key)
        assert form.text("fruit") == second
        await pilot.press("ctrl+z", "ctrl+z")
        assert form.text("fruit") == ""
        await pilot.press(key)
        assert form.text("fruit") == first
        await pilot.press("2", "ctrl+z", "down")
        assert form.text("fruit") == ("pear" if first == "apple" else "apple"), "from what is chosen again"


async def test_a_list_is_one_line_until_it_is_entered() -> None:
    form = every_kind()
    async with shown(form) as pilot:
        form.fill({"fruit": "pear", "fixed": "once and for all"})
        await pilot.pause()
        assert "a plum" not in rows(pilot)
        assert "a pear" in rows(pilot)
        assert "once and for all" in rows(pilot)
        form.enter("fruit")
        await pilot.pause()
        assert "( ) 3 a plum" in rows(pilot)
        await pilot.press("tab")
        await pilot.pause()
        assert "a plum" not in rows(pilot)


async def test_an_answer_asks_for_more_before_the_next_key() -> None:
    form = every_kind()
    async with shown(form) as pilot:
        form.enter("fruit")
        await pilot.press("3", "enter", "1", "2")
        assert form.text("many") == "12", "the field was there when Enter went on"
        await pilot.press("shift+tab", "1", "enter", "1")
        assert form.codes("baskets") == ("red",), "and gone when it was not asked for"
        assert form.text("many") == "12", "what stood in it is not lost"


async def test_where_the_focus_is_in_a_field_that_goes_it_goes_on() -> None:
    form = every_kind()
    async with shown(form) as pilot:
        form.show_only(form.names)
        form.enter("many")
        await pilot.pause()
        form.show_only([name for name in form.names if name != "many"])
        await pilot.pause()
        assert place(form) == "baskets"


async def test_filling_in_is_no_change_of_the_persons() -> None:
    form = every_kind()
    async with shown(form) as pilot:
        form.fill({"who": "Bo", "fruit": "plum", "baskets": ("blue",), "text": "a\nb"})
        await pilot.pause()
        assert (form.text("who"), form.text("fruit"), form.codes("baskets")) == ("Bo", "plum", ("blue",))
        assert form.text("text") == "a\nb"
        form.fill({"fruit": "no such fruit", "baskets": "red"})
        assert (form.text("fruit"), form.codes("baskets")) == ("", ("red",))
    assert pilot.app.changes == []


async def test_mistakes_stand_at_their_fields_and_the_first_is_gone_to() -> None:
    form = every_kind()
    async with shown(form) as pilot:
        form.enter("text")
        others = form.show_mistakes(
            [Mistake("fruit", "Choose [a] fruit."), Mistake("who", "Say who."), Mistake("elsewhere", "Not here.")]
        )
        await pilot.pause()
        await pilot.pause()
        assert others == [Mistake("elsewhere", "Not here.")]
        assert place(form) == "who"
        assert "Say who." in rows(pilot)
        assert "Choose [a] fruit." in rows(pilot)
        await pilot.press("x")
        await pilot.pause()
        assert "Say who." not in rows(pilot), "it is being mended"
        assert "Choose [a] fruit." in rows(pilot)
        form.show_mistakes([])
        await pilot.pause()
        assert "fruit." not in rows(pilot)


async def test_a_mistake_in_a_field_that_cannot_be_changed_goes_to_the_next() -> None:
    form = every_kind()
    async with shown(form) as pilot:
        form.enter("text")
        form.show_mistakes([Mistake("fixed", "That is odd.")])
        await pilot.pause()
        assert place(form) == "who"


async def test_what_is_pasted_is_cleaned_and_shown_and_never_obeyed() -> None:
    form = every_kind()
    async with shown(form, (120, 30)) as pilot:
        for name in ("who", "text"):
            form.enter(name)
            await pilot.pause()
            assert isinstance(form.field(name).control, Input | TextArea)
            pilot.app.post_message(events.Paste(NASTY + "\n" + NASTY))
            await pilot.pause()
            await pilot.pause()
        assert form.text("who") == clean(NASTY, 200)[: len(form.text("who"))].strip()
        assert form.text("text").splitlines() == [clean(NASTY).strip()] * 2
        assert "[@click=app.exit]klik[/]" in rows(pilot)
        form.fill({"fixed": NASTY})
        form.show_mistakes([Mistake("who", NASTY)])
        await pilot.pause()
        assert "\x1b" not in rows(pilot)


async def test_more_fields_are_put_in() -> None:
    form = every_kind()
    async with shown(form) as pilot:
        form.add(TextField("more", "More"), TextField("most", "Most"), before="text")
        await pilot.pause()
        assert form.names[-3:] == ("more", "most", "text")
        form.enter("more")
        await pilot.press("a", "enter", "b", "tab")
        assert place(form) == "text"
        assert (form.text("more"), form.text("most")) == ("a", "b")
        await pilot.press("shift+tab", "shift+tab")
        assert place(form) == "more"


async def test_a_suggestion_is_taken_only_where_it_was_chosen() -> None:
    form = Form(Towns("town", "Town"), TextField("after", "After"))
    async with shown(form) as pilot:
        town = form.field("town")
        assert isinstance(town, Towns)
        await pilot.press("R")
        await pilot.pause()
        assert "Ringsted" in rows(pilot)
        await pilot.press("enter")
        assert (town.taken, form.text("town"), place(form)) == (None, "R", "after")
        assert "Ringsted" not in rows(pilot), "the list is shown where the focus is"
        await pilot.press("shift+tab", "down", "down", "up", "down", "enter")
        assert (town.taken, form.text("town"), place(form)) == ("Ringsted", "Ringsted", "after")
        assert "taken: Ringsted" in rows(pilot)
        await pilot.press("shift+tab", "x")
        await pilot.pause()
        assert town.taken is None
        assert "taken" not in rows(pilot)


async def burst(pilot: Pilot[Any], *keys: str) -> None:
    """All these keys are there before the first of them is handled."""
    for key in keys:
        pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
    await pilot.pause()
    await pilot.pause()


async def test_what_is_typed_faster_than_the_screen_works_lands_in_its_field() -> None:
    form = every_kind()
    async with shown(form) as pilot:
        await burst(
            pilot, *"Bo", "enter", "3", "tab", *"12", "enter", "2", "1", "tab", *"hej", "enter", *"du", "tab", "x"
        )
        assert form.text("who") == "Box"
        assert form.text("fruit") == "plum"
        assert form.text("many") == "12", "the answer before it had asked for it"
        assert form.codes("baskets") == ("red", "blue")
        assert form.text("text") == "hej\ndu"
        await burst(pilot, "shift+tab", "z", "shift+tab", "1", "shift+tab", "3")
        assert (form.text("text"), form.codes("baskets"), form.text("many")) == ("hej\nduz", ("blue",), "123")


async def test_editing_keys_act_in_their_turn_too() -> None:
    form = every_kind()
    async with shown(form) as pilot:
        await burst(pilot, *"Bi", "backspace", *"ox", "left", "delete", "home", "J", "tab", *["down"] * 3, "tab", "1")
        assert form.text("who") == "JBo"
        assert (form.text("fruit"), form.text("many")) == ("plum", "1")
        form.enter("text")
        await burst(pilot, *"hei", "backspace", *"j", "enter", "x", "up", "end", "!")
        assert form.text("text") == "hej!\nx"


async def test_a_suggestion_is_taken_however_fast_it_is_chosen() -> None:
    form = Form(Towns("town", "Town"), TextField("after", "After"))
    async with shown(form) as pilot:
        town = form.field("town")
        assert isinstance(town, Towns)
        await burst(pilot, *"Ri", "down", "down", "enter", *"så")
        assert (town.taken, form.text("after")) == ("Ringsted", "så")
        await burst(pilot, "shift+tab", "backspace", "down", "x", "enter", "!")
        assert (town.taken, form.text("town"), form.text("after")) == (None, "Ringstex", "så!")


@pytest.mark.parametrize("size", [(1, 1), (12, 4), (200, 50)])
async def test_any_size_of_terminal(size: tuple[int, int]) -> None:
    form = every_kind()
    async with shown(form, size) as pilot:
        await pilot.press("a", "tab", "3", "tab", "tab", "1", "tab", "x")
        assert form.text("text") == "x"


@given(st.lists(st.text(max_size=30), min_size=1, max_size=34), st.integers(1, 120))
@settings(max_examples=80, deadline=None)
def test_columns_fit_and_have_room_for_every_cell(cells: list[str], width: int) -> None:
    cells = [clean(cell) for cell in cells]
    widths, height = columns(cells, width)
    assert len(widths) * height >= len(cells)
    assert sum(widths) <= width + 2 or len(widths) == 1
    if len(widths) > 1:
        for at, cell in enumerate(cells):
            assert Content(cell).cell_length + 2 <= widths[at // height]


def test_a_line_takes_no_markup() -> None:
    assert Line()._render_markup is False


async def test_past_the_last_field_no_list_is_entered() -> None:
    form = Form(ChoiceField("fruit", "Fruit", FRUIT), TextField("who", "Who"))
    async with shown(form) as pilot:
        await pilot.press("1", "tab", "tab", "enter", "2", "shift+tab")
        assert (form.text("fruit"), form.text("who")) == ("apple", "2")
        assert place(form) == "fruit"


async def test_an_example_says_that_it_is_one_and_has_a_day_of_now() -> None:
    form = Form(
        TextField("who", "Who", hint="initials"),
        TextField("time", "Time", hint="13:00"),
        TextField("alarm", "Alarm", hint="MOBIL 1"),
        TextField("day", "Day", hint="24-11-2025"),
        TextField("due", "By the day", hint="24-11-2025", coming=True),
    )
    async with shown(form) as pilot:
        form.show_day(date(2026, 2, 20))
        await pilot.pause()
        drawn = rows(pilot)
    for told in ("initials", "e.g. 13:00", "e.g. MOBIL 1", "e.g. 20-02-2026", "e.g. 06-03-2026"):
        assert told in drawn
    assert "e.g. initials" not in drawn


async def test_a_label_and_what_is_written_do_not_touch() -> None:
    form = Form(TextField("what", "What the citizen is told", required=True), TextField("who", "Who"))
    async with shown(form) as pilot:
        form.fill({"what": "om mødet", "who": "MH"})
        await pilot.pause()
        assert "* What the citizen is told om mødet" in rows(pilot)


async def test_the_frame_tells_that_there_is_more_of_a_form() -> None:
    form = Form(*(TextField(f"line{number}", f"Line {number}") for number in range(30)))
    async with shown(form) as pilot:
        frame = form.parent
        assert isinstance(frame, Widget)
        await pilot.pause()
        assert frame.border_subtitle == "more below"
        form.enter("line15")
        await pilot.pause()
        await pilot.pause()
        assert frame.border_subtitle == "more above and below"
        form.show_mistakes([Mistake("line29", "This is missing.")])
        await pilot.pause()
        await pilot.pause()
        assert frame.border_subtitle == "more above"
        assert "This is missing." in rows(pilot)


async def test_a_letter_that_slipped_in_is_shown_and_taken_back() -> None:
    form = every_kind()
    async with shown(form) as pilot:
        form.fill({"fruit": "pear"})
        form.enter("fruit")
        await pilot.press("1")
        assert form.text("fruit") != "pear"
        assert "Before: " in rows(pilot)
        await pilot.press("ctrl+z")
        assert form.text("fruit") == "pear"
        assert "Before: " not in rows(pilot)
        await pilot.press("ctrl+z")
        assert form.text("fruit") == "pear", "there is nothing more to take back"
        form.enter("baskets")
        await pilot.press("1", "2", "ctrl+z")
        assert form.codes("baskets") == ("red",)


async def test_what_stands_in_a_form_in_short() -> None:
    form = every_kind()
    async with shown(form) as pilot:
        form.fill({"who": "Bo", "fruit": "pear", "baskets": ("red", "blue"), "text": "tre korte ord"})
        await pilot.pause()
        assert form.in_short(("who", "baskets", "text", "many")) == "Who: Bo · Baskets: red, blue · Text: 3 words"
        assert not form.unanswered
        form.fill({"who": " "})
        assert form.unanswered
