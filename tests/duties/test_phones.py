"""The phone card: who answers by the clock, who may order, what is missing or was long not tried."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from harness.house import SmallHouse, small_house

from guardroom import language
from guardroom.duties.emergency_card import emergency_card
from guardroom.duties.phone_card import PhoneCard
from guardroom.duties.phones import Entry, card, numbers_missing, to_verify
from guardroom.people.roles import Role
from guardroom.refusal import Forbidden, Refused

ZONE = ZoneInfo("Europe/Copenhagen")
PHONES = """
[contacts]
technician = "5990"
leader = "5901"

[[phones]]
name = "Mølholm"
number = "5981"
kind = "crisis"

[[phones]]
name = "Kollegial førstehjælp"
number = "5983"
kind = "safety"
order = ["everybody"]

[[phones]]
name = "Lis Vang"
role = "<AMR>"
number = "5984"
kind = "safety"
person = true
"""


@pytest.fixture
def byby(tmp_path: Path) -> Iterator[SmallHouse]:
    with small_house(tmp_path, toml=PHONES) as made:
        yield made


@pytest.fixture
def phones(byby: SmallHouse) -> PhoneCard:
    return PhoneCard(byby.ground)


def called(entries: tuple[Entry, ...], name: str) -> Entry:
    (found,) = [entry for entry in entries if entry.name == name]
    return found


@pytest.mark.parametrize(
    ("now", "molholm", "falck", "changes"),
    [
        ("2025-11-24T07:59", False, True, "2025-11-24T08:00"),
        ("2025-11-24T08:00", True, False, "2025-11-24T16:00"),
        ("2025-11-24T15:59", True, False, "2025-11-24T16:00"),
        ("2025-11-24T16:00", False, True, "2025-11-25T08:00"),
        ("2025-11-28T08:30", False, True, "2025-11-28T09:00"),
        ("2025-11-28T09:00", True, False, "2025-11-28T16:00"),
        ("2025-11-29T12:00", False, True, "2025-12-01T08:00"),
        ("2025-12-25T10:00", False, True, "2025-12-29T08:00"),
    ],
)
def test_who_gives_crisis_help_by_the_clock(
    byby: SmallHouse, now: str, molholm: bool, falck: bool, changes: str
) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=ZONE)
    entries = card(byby.ground.settings, at, {}, persons=False)
    found = [called(entries, name) for name in ("Mølholm", "Falck Healthcare")]
    assert [entry.answers for entry in found] == [molholm, falck]
    expected = datetime.fromisoformat(changes).replace(tzinfo=ZONE)
    assert all(entry.changes_at == expected for entry in found)


@pytest.mark.parametrize(
    ("policy", "providers"),
    [
        ("fredensborg", ["Mølholm", "Falck Healthcare"]),
        ("albertslund", ["Falck Healthcare", "Dansk Krisekorps"]),
        ("aabenraa", ["Human House"]),
    ],
)
def test_every_policy_names_its_own_without_a_number(tmp_path: Path, policy: str, providers: list[str]) -> None:
    with small_house(tmp_path, policy=policy) as house:
        entries = card(house.ground.settings, house.clock.now(), {}, persons=False)
    assert [entry.name for entry in entries if entry.kind == "crisis"] == providers
    assert set(providers) <= set(numbers_missing(entries))


def test_who_may_order(tmp_path: Path) -> None:
    with small_house(tmp_path, policy="albertslund") as house:
        entries = card(house.ground.settings, house.clock.now(), {}, persons=False)
    assert called(entries, "Falck Healthcare").order == ("leader", "safety_rep", "union_rep")


def test_a_number_is_right_for_six_months_and_only_that_number(byby: SmallHouse, phones: PhoneCard) -> None:
    guard = byby.who(Role.GUARD)
    entry = called(phones.public(), "Mølholm")
    assert entry.standing == "unverified"
    phones.verify(guard, entry.key, entry.number)
    entry = called(phones.public(), "Mølholm")
    assert (entry.standing, entry.verified_by) == ("ok", guard.initials)
    assert "phone_verified" in byby.told()
    byby.clock.advance(days=181)  # 24 May
    assert called(phones.public(), "Mølholm").standing == "ok"
    byby.clock.advance(days=1)
    assert called(phones.public(), "Mølholm").standing == "overdue"
    assert "Mølholm" in to_verify(phones.public())
    settings = byby.ground.settings
    others = tuple(replace(phone, number="5999") for phone in settings.phones)
    changed = PhoneCard(replace(byby.ground, settings=replace(settings, phones=others)))
    assert called(changed.public(), "Mølholm").standing == "unverified"


def test_what_is_missing_is_told(phones: PhoneCard) -> None:
    assert numbers_missing(phones.public()) == ["Falck Healthcare"]
    assert called(phones.public(), "112").standing == "constant"


def test_who_may_note_that_a_number_is_right(byby: SmallHouse, phones: PhoneCard) -> None:
    entry = called(phones.public(), "Technician")
    for role in Role:
        who = byby.who(role)
        assert called(phones.whole(who), "Lis Vang").number == "5984"
        if role in (Role.GUARD, Role.LEADER, Role.ADMIN):
            phones.verify(who, entry.key, entry.number)
        else:
            with pytest.raises(Forbidden):
                phones.verify(who, entry.key, entry.number)


@pytest.mark.parametrize(
    ("key", "number", "sentence"),
    [
        ("nobody", "1", "has changed"),
        ("technician", "5991", "has changed"),
        ("112", "112", "all over the country"),
        ("phone:Falck Healthcare", "", "has no number"),
    ],
)
def test_what_cannot_be_right(byby: SmallHouse, phones: PhoneCard, key: str, number: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        phones.verify(byby.who(Role.GUARD), key, number)


def test_a_person_is_shown_only_to_who_is_signed_in(byby: SmallHouse, phones: PhoneCard) -> None:
    assert "Lis Vang" not in [entry.name for entry in phones.public()]
    assert "Lis Vang" in [entry.name for entry in phones.whole(byby.who(Role.DESK))]


class _Tags(HTMLParser):
    """Counts what is open; a page is whole where everything was closed in turn."""

    VOID = frozenset({"meta"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("spoken", ["da", "en"])
def test_the_emergency_card(byby: SmallHouse, phones: PhoneCard, spoken: str) -> None:
    language.choose(spoken)
    guard = byby.who(Role.GUARD)
    entry = called(phones.public(), "Mølholm")
    phones.verify(guard, entry.key, entry.number)
    settings = replace(byby.ground.settings, language=spoken)
    made = PhoneCard(replace(byby.ground, settings=settings))
    text = made.print_card().read_text("utf-8")
    tags = _Tags()
    tags.feed(text)
    assert tags.open == []
    assert {"script", "img", "link"}.isdisjoint(tags.seen), "it needs nothing from elsewhere"
    assert "size: A4" in text
    for word in ("112", "114", "Egevej 1, 3000 Byby", "Indgang syd", "5981", "5983", "24-11-2025", "07:30-18:00"):
        assert word in text
    assert ("man-tor 08:00-16:00" if spoken == "da" else "Mon-Thu 08:00-16:00") in text
    assert ("NUMMER MANGLER" if spoken == "da" else "NUMBER MISSING") in text
    for secret in ("Lis Vang", "5984", "mailto", guard.name, f" {guard.initials}<"):
        assert secret not in text


def test_the_cards_say_where_next_of_kin_are_found_and_the_cvr(tmp_path: Path) -> None:
    """Rules O3 and K16: a pointer and the municipality's number, nobody's data."""
    with small_house(tmp_path, toml=PHONES) as bare:
        before = PhoneCard(bare.ground).print_card().read_text("utf-8")
        assert called(PhoneCard(bare.ground).public(), bare.ground.settings.site.name).note == ""
        site = replace(bare.ground.settings.site, cvr="12345678")
        text = replace(bare.ground.settings.policy.text, care_forms={"da": "Den <gule> mappe."})
        settings = replace(
            bare.ground.settings, language="da", site=site, policy=replace(bare.ground.settings.policy, text=text)
        )
        language.choose("da")
        made = PhoneCard(replace(bare.ground, settings=settings))
        assert called(made.public(), site.name).note == "CVR 12345678"
        after = made.print_card().read_text("utf-8")
    assert "CVR" not in before
    assert "Next of kin" not in before
    assert "CVR 12345678" in after
    assert "<h2>Pårørende</h2><p>Den &lt;gule&gt; mappe.</p>" in after


def test_a_card_of_a_large_house_stays_one_page(byby: SmallHouse) -> None:
    many = tuple(Entry(key=f"block:{n}", kind="house", name=f"Blok {n}", number=f"59{n:02}") for n in range(40))
    others = tuple(Entry(key=f"phone:{n}", kind="other", name=f"<Nr {n}>", number=f"58{n:02}") for n in range(30))
    text = emergency_card(byby.ground.settings, (*many, *others), datetime(2025, 11, 24, tzinfo=UTC))
    assert len(re.findall('class="number"', text)) == 18
    assert "Blok 1" not in text
    assert "&lt;Nr 1&gt;" in text
    assert "52 more on the phone card" in text


def test_a_folder_that_cannot_be_written(byby: SmallHouse, tmp_path: Path) -> None:
    (tmp_path / "letters").write_text("in the way")
    with pytest.raises(Refused, match="cannot be written"):
        PhoneCard(byby.ground).print_card()
