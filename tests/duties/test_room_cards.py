"""The rooms' cards: one page for each, nobody's name, and nothing that the settings say is obeyed."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from pathlib import Path

import pytest
from harness.house import SmallHouse, small_house

from guardroom import language
from guardroom.duties.phone_card import PhoneCard
from guardroom.refusal import Refused
from guardroom.settings import Settings

PHONES = """
[contacts]
leader = "5977"

[[phones]]
name = "Lis Vang"
number = "5984"
kind = "other"
person = true
"""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    """Fredensborg, which has written what calms."""
    with small_house(tmp_path, policy="fredensborg", toml=PHONES) as made:
        yield made
    language.choose("en")


def printed(house: SmallHouse, settings: Settings) -> str:
    language.choose(settings.language)
    path = PhoneCard(replace(house.ground, settings=settings)).print_room_cards()
    assert path.name == "room-cards.html"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    return path.read_text("utf-8")


def cards(text: str) -> list[str]:
    return text.split("<section>")[1:]


@pytest.mark.parametrize("spoken", ["da", "en"])
def test_a_page_for_each_room(house: SmallHouse, spoken: str) -> None:
    settings = replace(house.ground.settings, language=spoken)
    first, *others = settings.rooms
    room = replace(first, button="Under bordet.", hold_s=2.5, escape_route="døren til <K9>", phone="5999")
    text = printed(house, replace(settings, rooms=(room, *others)))
    made = cards(text)
    assert len(made) == len(settings.rooms)
    assert "size: A5" in text
    assert "break-after: page" in text
    assert "<script" not in text
    for each, card in zip(settings.rooms, made, strict=True):
        assert escape(each.name) in card
        for said in ("112", "114", settings.site.phone, escape(settings.site.address), "24-11-2025"):
            assert said in card
        assert escape(settings.policy.deescalation[spoken][0]) in card
    held = "Hold den inde i 2,5 sekunder" if spoken == "da" else "Hold it for 2.5 seconds"
    for said in ("Under bordet.", held, "døren til &lt;K9&gt;", "5999"):
        assert said in made[0]
    assert "5999" not in made[1]
    for secret in ("Lis Vang", "5984", "5977", "<K9>"):
        assert secret not in text


def test_a_room_without_a_button_says_so(house: SmallHouse) -> None:
    settings = replace(house.ground.settings, language="en")
    bare = replace(settings.rooms[0], claims=(), button="", escape_route="", escape_door=True)
    (card,) = cards(printed(house, replace(settings, rooms=(bare,))))
    assert "this room has none" in card
    assert "Call for help, or ring." in card
    assert "Press as soon" not in card
    assert "own escape door" in card


def test_what_stands_in_the_way_is_said(house: SmallHouse) -> None:
    settings = house.ground.settings
    with pytest.raises(Refused, match="no rooms"):
        PhoneCard(replace(house.ground, settings=replace(settings, rooms=()))).print_room_cards()
    settings.letters.folder.write_text("in the way")
    with pytest.raises(Refused, match="cannot be written"):
        PhoneCard(house.ground).print_room_cards()
