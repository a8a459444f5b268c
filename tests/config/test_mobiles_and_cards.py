"""What `guardroom.toml` says of mobile alarms, of a room's button, and what the cards say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from guardroom.config import ConfigError, load
from guardroom.config_policy import policies
from guardroom.settings import Claim, Mobile

Write = Callable[[str], Path]
PANEL = '[[panels]]\nname = "blok-a"\ndriver = "espa444"\nport = "COM4"\n'
MOBILE = '[[mobiles]]\nid = "M1"\nname = "Mobil 1"\n'


def mistakes(write: Write, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(write(PANEL + text))
    return [line.partition(": ")[2] for line in caught.value.lines]


def test_a_mobile_alarm_with_its_points(write: Write) -> None:
    text = PANEL + MOBILE + 'points = ["blok-a:901", { panel = "blok-a", point = "902" }]\n'
    assert load(write(text)).mobiles == (
        Mobile(
            id="M1",
            name="Mobil 1",
            claims=(Claim(panel="blok-a", point="901"), Claim(panel="blok-a", point="902")),
        ),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[mobiles]]\nname = "Mobil 1"\npoints = ["blok-a:901"]', "mobiles[1].id: is missing"),
        ('[[mobiles]]\nid = "M1"\npoints = ["blok-a:901"]', 'mobiles "M1".name: is missing'),
        (MOBILE, 'mobiles "M1".points: is missing; allowed is a list of points such as'),
        (MOBILE + "points = []", 'mobiles "M1".points = []: is empty; allowed is a list of points such as'),
        (MOBILE + 'points = ""', 'mobiles "M1".points = "": allowed is a list of points such as'),
        (MOBILE + 'points = "blok-a:901"', "a list of points such as"),
        (MOBILE + 'points = ["901"]', "panel:point"),
        (MOBILE + 'points = ["blok-b:901"]', "did you mean blok-a?"),
        (MOBILE + 'points = ["blok-a:901"]\nroom = "K1"', "is not a key that belongs here"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_is_allowed(write: Write, text: str, said: str) -> None:
    (line,) = mistakes(write, text + "\n")
    assert said in line


def test_two_of_one_name_are_a_mistake_also_where_one_is_the_others_id(write: Write) -> None:
    first = MOBILE + 'points = ["blok-a:901"]\n'
    (line,) = mistakes(write, first + '[[mobiles]]\nid = "m1"\nname = "Mobil 2"\npoints = ["blok-a:902"]\n')
    assert "is already used by mobiles[1]" in line
    (line,) = mistakes(write, first + '[[mobiles]]\nid = "M2"\nname = "m1"\npoints = ["blok-a:902"]\n')
    assert "is already used by mobiles[1]" in line


def test_a_room_and_a_mobile_cannot_claim_the_same_signals(write: Write) -> None:
    room = '[[rooms]]\nid = "K1"\nname = "Kontaktrum 1"\npoints = ["blok-a:901"]\n'
    (line,) = mistakes(write, room + MOBILE + 'points = ["blok-a:901"]\n')
    assert 'rooms "K1".points[1] claims the same signals' in line


def test_where_a_rooms_button_sits_and_how_long_it_is_held(write: Write) -> None:
    room = '[[rooms]]\nid = "K1"\nname = "Kontaktrum 1"\n'
    (known,) = load(write(room + 'button = "Under bordet."\nhold_s = 2.5\n')).rooms
    assert (known.button, known.hold_s) == ("Under bordet.", 2.5)
    (unknown,) = load(write(room)).rooms
    assert (unknown.button, unknown.hold_s) == ("", 0)
    assert "a number from 0 to 30 seconds" in mistakes(write, room + "hold_s = 31\n")[0]
    assert "where the button sits, in quotes" in mistakes(write, room + "button = 2\n")[0]


@pytest.mark.parametrize("name", policies())
def test_every_policys_cards_are_there_in_both_languages(write: Write, name: str) -> None:
    policy = load(write(f'policy = "{name}"\n')).policy
    for card in (policy.checklist, policy.deescalation):
        assert len(card["da"]) == len(card["en"]) >= 5
        assert all(len(line) <= 80 for lines in card.values() for line in lines)


def test_a_town_hall_writes_cards_of_its_own(write: Write) -> None:
    policy = load(write('[override]\nchecklist = { da = ["Døren er åben."] }\n')).policy
    assert policy.checklist["da"] == ("Døren er åben.",)
    assert len(policy.checklist["en"]) >= 5
    assert "checklist.da" in policy.overridden
    (line,) = mistakes(write, '[override]\ndeescalation = { da = "Rolig" }\n')
    assert "a list of texts in quotes" in line


def test_the_examples_mobiles_are_lent_by_their_names() -> None:
    example = load(Path(__file__).parents[2] / "guardroom.toml")
    assert [mobile.name for mobile in example.mobiles] == ["Mobil 1", "Mobil 2"]
    assert any(room.button and room.hold_s for room in example.rooms)
