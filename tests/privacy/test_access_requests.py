"""What a citizen is given who asks what is kept: all of it, dates and purposes of lookups, and nobody else's name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from full_house import NAME, OTHER, Full, fill
from harness.house import SmallHouse, small_house
from hypothesis import given
from hypothesis import strategies as st

from db.alarm_tables import AlarmLine, AlarmRow
from db.main import writing
from guardroom.headsups.form import HeadsUpForm
from guardroom.incidents.form import IncidentForm, SubjectForm
from guardroom.people.folding import fold
from guardroom.people.roles import Role
from guardroom.privacy.dossier import Dossier
from guardroom.privacy.masking import MASK, masking
from guardroom.privacy.naming import naming
from guardroom.privacy.now import purge_now
from guardroom.refusal import Forbidden, Refused


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    with small_house(tmp_path) as made:
        yield made


@pytest.fixture
def full(house: SmallHouse) -> Full:
    return fill(house)


def texts(dossier: Dossier) -> str:
    return "\n".join(
        f"{entry.title} {name} {fact}" for part in dossier.parts for entry in part.entries for name, fact in entry.facts
    )


def test_it_has_everything_and_nobody_elses_name(house: SmallHouse, full: Full) -> None:
    guard = house.who(Role.GUARD)
    full.services.persons.read(guard, full.person, "here_now")
    dossier = full.services.access.show(house.who(Role.LEADER), full.person)
    assert [part.code for part in dossier.parts] == [
        "person", "incidents", "drafts", "bans", "headsups", "follow_ups", "texts", "mistaken", "lookups",
    ]  # fmt: skip
    said = texts(dossier)
    for told in (
        NAME, "H-0001", "FB-2025-001", "råbte", "ringede bagefter", "J-2231", "Om Zebulon",
        "kom igen", "Hold øje med", "KONTAKTRUM 2", "råber",
    ):  # fmt: skip
        assert told in said, told
    for hidden in (*OTHER.split(), "Vagn", "Torp", "Lone", "Dam", guard.initials, "A. Leder"):
        assert f" {hidden}" not in said, hidden
    assert f"råbte ad {MASK} og blev" in said
    (opened,) = [
        entry for part in dossier.parts if part.code == "lookups" for entry in part.entries
        if ("What", "your record was opened") in entry.facts
    ]  # fmt: skip
    assert opened.title == "24-11-2025 10:00"
    assert ("Why", "the person is here") in opened.facts


def test_that_their_name_was_shown_with_a_meeting_is_in_it(house: SmallHouse, full: Full) -> None:
    guard = house.who(Role.GUARD)
    found = full.services.headsups.overview(guard)
    (headsup,) = [each for each in (*found.today, *found.coming, *found.past) if each.known]
    assert full.services.headsups.name_of(guard, headsup.id) == NAME
    dossier = full.services.access.show(house.who(Role.LEADER), full.person)
    (looked,) = [part for part in dossier.parts if part.code == "lookups"]
    assert [("What", "your name was shown with a meeting")] in [list(entry.facts) for entry in looked.entries]


def test_that_a_search_has_shown_them_is_in_it(house: SmallHouse, full: Full) -> None:
    full.services.persons.shown(house.who(Role.DESK), [full.person], "here_now")
    dossier = full.services.access.show(house.who(Role.LEADER), full.person)
    (looked,) = [part for part in dossier.parts if part.code == "lookups"]
    shown = [("What", "shown in a search"), ("Why", "the person is here")]
    assert shown in [list(entry.facts) for entry in looked.entries]


def test_it_is_written_as_a_page_and_as_json_and_logged(house: SmallHouse, full: Full) -> None:
    leader = house.who(Role.LEADER)
    access = full.services.access
    with pytest.raises(Refused, match="No request of this person is open"):
        access.answer(leader, full.person)
    assert access.ask(leader, full.person).asked_at == house.clock.now()
    access.ask(leader, full.person)
    path = access.answer(leader, full.person)
    page = path.read_text("utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert NAME in page
    assert OTHER.split()[0] not in page
    found = json.loads(path.with_suffix(".json").read_text("utf-8"))
    assert found["name"] == NAME
    assert {"person", "incidents", "bans", "headsups", "lookups"} <= found.keys()
    assert house.told()[-2:] == ["access_asked", "access_answered"]
    assert all(NAME not in entry.detail for entry in house.audit())
    with pytest.raises(Refused):
        access.answer(leader, full.person)
    answered_at = house.clock.now()
    house.clock.advance(3600)
    seen = access.show(leader, full.person)
    assert (seen.asked_at, seen.answered_at) == (None, answered_at)
    again = access.ask(leader, full.person)
    assert (again.asked_at, again.answered_at) == (house.clock.now(), answered_at)


def test_where_nothing_can_be_written_the_request_stays_open(house: SmallHouse, full: Full, tmp_path: Path) -> None:
    leader, access = house.who(Role.LEADER), full.services.access
    access.ask(leader, full.person)
    (tmp_path / "letters" / "access-1.json").mkdir()
    with pytest.raises(Refused):
        access.answer(leader, full.person)
    assert not (tmp_path / "letters" / "access-1.html").exists()
    assert access.show(leader, full.person).asked_at is not None


def test_whoever_sees_a_part_of_the_house_cannot_answer(house: SmallHouse, full: Full) -> None:
    with pytest.raises(Forbidden, match="The answer must be whole"):
        full.services.access.show(house.who(Role.LEADER, "Jobcenter"), full.person)


def test_a_draft_tells_nothing_of_the_others_in_it(house: SmallHouse, full: Full) -> None:
    described = SubjectForm(name="Karl Ukendt", description="skaldet, bor Strandvej 7")
    form = IncidentForm(
        account="Hun slog Karl Ukendt",
        subjects=(SubjectForm(person=full.person, name=NAME, description="rød hue"), described),
    )
    full.services.incidents.keep_draft(house.who(Role.GUARD), form, None)
    dossier = full.services.access.show(house.who(Role.LEADER), full.person)
    (facts,) = [
        dict(entry.facts) for part in dossier.parts if part.code == "drafts" for entry in part.entries
        if "Hun slog" in dict(entry.facts)["Account"]
    ]  # fmt: skip
    assert (facts["Looks"], facts["Account"]) == ("rød hue", f"Hun slog {MASK}")


@pytest.mark.parametrize(
    "form",
    [
        IncidentForm(account="Ukendt mand", subjects=(SubjectForm(name=NAME, description="blå jakke"),)),
        IncidentForm(account="Ukendt mand", subjects=(SubjectForm(description=f"blå jakke, {NAME}s bil"),)),
        IncidentForm(account="Ukendt mand, blå jakke", place=f"Uden for {NAME}s hus"),
    ],
)
def test_a_draft_is_about_whoever_is_typed_anywhere_in_it(house: SmallHouse, full: Full, form: IncidentForm) -> None:
    full.services.incidents.keep_draft(house.who(Role.GUARD), form, None)
    assert "blå jakke" in texts(full.services.access.show(house.who(Role.LEADER), full.person))


def test_what_somebody_who_raised_a_standing_alarm_wrote_is_in_it(house: SmallHouse, full: Full) -> None:
    with writing(house.ground.engine) as session:
        alarm = session.get_one(AlarmRow, 1)
        raised = AlarmLine(station="Vagtstuen", number=4, at=alarm.pressed_at, what="raise", text=f"{NAME} har kniv")
        alarm.lines.append(raised)
    assert f"{NAME} har kniv" in texts(full.services.access.show(house.who(Role.LEADER), full.person))


def test_a_place_tells_nobody_elses_name_either(house: SmallHouse, full: Full) -> None:
    leader = house.who(Role.LEADER)
    form = IncidentForm(
        kind="accidental",
        day="24-11-2025",
        time="09:30",
        place=f"{OTHER}s kontor",
        account="Hun gik forkert og fandt selv ud igen.",
        subjects=(SubjectForm(person=full.person, name=NAME),),
    )
    full.services.incidents.save(leader, form)
    meeting = HeadsUpForm(
        day="26-11-2025", begins="10:00", ends="11:00", room=f"hos {OTHER.lower()}", reason="known_risk", staff="MH",
        person=full.person,
    )  # fmt: skip
    full.services.headsups.save(leader, meeting)
    said = texts(full.services.access.show(leader, full.person))
    assert f"Where {MASK} kontor" in said
    assert f"Where hos {MASK}" in said
    assert OTHER.split()[1] not in said


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Søren Vang-Lund kom igen", True),
        ("SOEREN LUND", True),
        ("spørg Søren Lunds sagsbehandler", True),
        ("se J-2231.", True),
        ("Lund, Søren", True),
        ("Kontaktrum 2: Peter Hansen slog", False),
        ("Søren kom med Lund", False),
        ("Søren Lundgaard", False),
        ("Lund", False),
        ("J-22310", False),
        ("", False),
    ],
)
def test_a_text_names_a_citizen_by_a_whole_name_or_the_case(text: str, named: bool) -> None:
    assert naming(["Søren Vang-Lund", "Lund"], ["J-2231", "2", ""]).stands_in(text) is named


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Malthe Ejegod råbte.", f"{MASK} råbte."),
        ("malthe kom; Ejegods bror også", f"malthe kom; {MASK} bror også"),
        ("MALTHE EJEGOD", MASK),
        ("talte med malthe ejegod", f"talte med {MASK}"),
        ("ejegod, malthe: malthe ejegods bror", f"{MASK}: {MASK} bror"),
        ("signe Vang-Lund, og vang lund, signe", f"{MASK}, og {MASK}"),
        ("signe lund", MASK),
        ("ejegod så malthe", "ejegod så malthe"),
        ("malthe zebulon", f"{MASK} zebulon"),
        ("Anne-Malthe og VT", f"{MASK} og {MASK}"),
        ("vt og Vej", "vt og Vej"),
        ("Zebulon og Malthe", f"Zebulon og {MASK}"),
        ("Åge og Aage", f"{MASK} og {MASK}"),
    ],
)
def test_names_are_masked_in_any_spelling(text: str, masked: str) -> None:
    others = ["Malthe Ejegod", "Åge", "Signe Vang-Lund", "Malthe Zebulon"]
    assert masking(others, ["Zebulon"], ["VT"]).masked(text) == masked


@given(st.lists(st.sampled_from(("Malthe", "Ejegod", "Zebulon", "kom", ",", "Møller's", "\n")), max_size=20))
def test_no_masked_text_has_the_name_and_the_own_stays(words: list[str]) -> None:
    text = " ".join(words)
    masked = masking([OTHER, "Møller"], [NAME], []).masked(text)
    assert not {"malthe", "ejegod", "moeller"} & set(fold(masked))
    assert masked.count("Zebulon") == text.count("Zebulon")
    assert masked.count("kom") == text.count("kom")


def test_two_things_of_one_name_are_both_in_the_json(house: SmallHouse, full: Full) -> None:
    leader = house.who(Role.LEADER)
    full.services.incidents.add(leader, full.incident, "Og så igen samme minut.")
    full.services.access.ask(leader, full.person)
    page = full.services.access.answer(leader, full.person)
    found = page.with_suffix(".json").read_text("utf-8")
    assert "ringede bagefter" in found
    assert "Og så igen samme minut." in found


def test_while_a_request_is_open_nobody_forgets_who_looked(house: SmallHouse, full: Full) -> None:
    full.services.persons.read(house.who(Role.GUARD), full.person, "here_now")
    full.services.bans.read(house.who(Role.LEADER), full.ban)
    access = full.services.access
    access.ask(house.who(Role.LEADER), full.person)
    house.clock.advance(days=800)
    purge_now(house.ground.settings, house.clock)
    dossier = access.show(house.who(Role.LEADER), full.person)
    looked = [entry.title for part in dossier.parts if part.code == "lookups" for entry in part.entries]
    assert looked.count("24-11-2025 10:00") >= 2
    assert house.first_break() is None
    access.answer(house.who(Role.LEADER), full.person)
    purge_now(house.ground.settings, house.clock)
    assert "person_opened" not in house.told()
    assert house.first_break() is None


def test_what_is_half_written_about_them_is_in_it_too(house: SmallHouse, full: Full) -> None:
    guard = house.who(Role.GUARD)
    about = IncidentForm(
        kind="threat",
        day="24-11-2025",
        time="09:30",
        place="K2",
        behaviours=("shouting",),
        account=f"Hun truede {OTHER}",
        subjects=(SubjectForm(person=full.person, name=NAME),),
    )
    other = IncidentForm(account="En helt anden", subjects=(SubjectForm(name="Nogen Anden"),))
    for form in (about, other):
        full.services.incidents.keep_draft(guard, form, None)
    dossier = full.services.access.show(house.who(Role.LEADER), full.person)
    (part,) = [part for part in dossier.parts if part.code == "drafts"]
    # What names them in its account alone is somebody's draft about them all the same.
    by_name, by_link = (dict(entry.facts) for entry in part.entries)
    assert by_name["Account"] == f"{NAME} kom igen"
    assert by_link["When"] == "24-11-2025 09:30"
    assert by_link["Account"] == f"Hun truede {MASK}"
