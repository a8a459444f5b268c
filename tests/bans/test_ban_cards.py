"""The card that guard and front desk see: what is allowed, what is not, what to do now."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ban_house import BanHouse, ban_house

from guardroom.bans.view import BanCard
from guardroom.refusal import Forbidden


def card(at: BanHouse, **change: Any) -> BanCard:
    return at.bans.card(at.desk, at.ban(**change).id, "here_now")


def test_a_full_ban(at: BanHouse) -> None:
    shown = card(at)
    assert (shown.name, shown.born, shown.case_ref, shown.days_left) == (
        "Christian Møller-Eksempel",
        "1984",
        "J-2231",
        181,
    )
    assert shown.allowed == (
        "ring 11 22 33 44 (A. Leder, hverdage 9-12)",
        "write a letter",
        "come to a meeting that cannot be avoided: at the police station",
    )
    assert shown.forbidden == ("be in the town hall, hall and front desk included",)
    assert shown.do_now == (
        "Ask them to leave. Say that they may: ring 11 22 33 44 (A. Leder, hverdage 9-12), write a letter.",
        "Log the breach.",
        "They will not leave: call the police, 114. Danger: 112.",
        "Tell the leader.",
    )


@pytest.mark.parametrize(
    ("change", "allowed", "forbidden", "steps"),
    [
        (
            {"kind": "department", "scope": ("Jobcenter", "Blok A"), "meeting": ""},
            "be in the other parts of the town hall",
            "be in Jobcenter, Blok A",
            4,
        ),
        (
            {"kind": "contact", "meeting": "room_two_guards"},
            "come to a meeting that cannot be avoided: in a fixed room, with two guards",
            "contact the municipality in other ways or at other times",
            2,
        ),
        (
            {"kind": "mail_redirect", "mail_to": "post@example.dk", "channels": ("mail", "phone")},
            "write mail to post@example.dk",
            "write mail to single employees",
            2,
        ),
        (
            {"kind": "mail_block", "mail_to": "x@example.dk", "channels": ("digital_post",)},
            "write by Digital Post",
            "write mail from x@example.dk: it is blocked",
            2,
        ),
        (
            {"channels": ("mail", "appointment")},
            "come by appointment",
            "be in the town hall, hall and front desk included",
            5,
        ),
    ],
)
def test_each_kind(at: BanHouse, change: dict[str, Any], allowed: str, forbidden: str, steps: int) -> None:
    shown = card(at, **change)
    assert allowed in shown.allowed
    assert shown.forbidden == (forbidden,)
    assert len(shown.do_now) == steps
    # Only who is banned from being somewhere is asked to leave.
    assert any("ask them to leave" in said.casefold() for said in shown.do_now) == (steps >= 4)
    assert shown.do_now[0].startswith("They may be here:") == (steps == 2)


MEETING = "Is a meeting agreed, in a fixed room with two guards? Then they may be here for it."
APPOINTMENT = "Is an appointment confirmed? Then they may be here for it."
PLACES = "Are they in Jobcenter, Blok A? Only then: ask them to leave, log the breach."


@pytest.mark.parametrize(
    ("change", "first"),
    [
        ({"kind": "department", "scope": ("Jobcenter", "Blok A")}, (PLACES,)),
        ({"kind": "department", "scope": ("Jobcenter", "Blok A"), "channels": ("phone", "appointment")},
         (APPOINTMENT, PLACES)),
        ({"channels": ("phone", "appointment"), "meeting": "room_two_guards"}, (MEETING, APPOINTMENT)),
        ({"channels": ("phone",), "meeting": "police_station"}, ()),
    ],
)  # fmt: skip
def test_what_may_make_it_no_breach_is_asked_first(
    at: BanHouse, change: dict[str, Any], first: tuple[str, ...]
) -> None:
    done = card(at, **change).do_now
    assert done[: len(first)] == first
    assert done[len(first)].startswith(("Ask them to leave.", "Say that they may:"))


def test_blocked_mail_is_not_offered(at: BanHouse) -> None:
    shown = card(at, kind="mail_block", mail_to="x@example.dk", channels=("mail", "letter"))
    assert "write mail" not in shown.allowed


def test_without_a_number_the_switchboard_is_rung(at: BanHouse) -> None:
    shown = card(at, contact_phone="", contact_person="", contact_hours="")
    assert shown.allowed[0] == "ring the switchboard"


def test_where_a_leader_is_asked_first_the_card_says_so(tmp_path: Path) -> None:
    with ban_house(tmp_path, toml='[override]\npolice_call = "with_leader"\n') as at:
        assert card(at).do_now[2] == (
            "They will not leave: decide on the police together with a leader. Danger: 112, ask nobody first."
        )


@pytest.mark.parametrize(
    ("starts_on", "lift", "sentence"),
    [
        ("01-12-2025", False, "The ban begins on 01-12-2025: until then they may be here."),
        ("24-11-2025", True, "The ban is not active (lifted): they may be here."),
    ],
)
def test_a_ban_that_is_not_active_says_so_instead(at: BanHouse, starts_on: str, lift: bool, sentence: str) -> None:
    ban = at.ban(starts_on=starts_on)
    if lift:
        at.bans.lift(at.leader, ban.id, "", "Forliget.")
    assert at.bans.card(at.leader, ban.id, "other").do_now == (sentence,)


def test_a_persons_strictest_ban_comes_first_and_names_the_others(at: BanHouse) -> None:
    person = at.person(aliases=("Kris Møller",), description="Høj, rød jakke")
    same = at.person("Kristian Moe", "1984")
    at.incident(person)
    contact = at.ban("in_force", person, kind="contact")
    full = at.ban("in_force", person)
    assert at.bans.card_of(at.desk, same, "here_now") is None
    assert at.house.audit()[-1].subject == "person"
    at.persons.merge(at.leader, person, same)
    shown = at.bans.card_of(at.desk, same, "here_now")
    assert shown is not None
    assert shown.number == full.number
    assert shown.also == (f"{contact.number}: contact restriction, until 24-05-2026",)
    assert (shown.name, shown.aliases, shown.description) == (
        "Christian Møller-Eksempel",
        ("Kris Møller", "Kristian Moe"),
        "Høj, rød jakke",
    )
    assert at.bans.card(at.desk, contact.id, "here_now").also == (f"{full.number}: attendance ban, until 24-05-2026",)


def test_an_expired_ban_is_no_card(at: BanHouse) -> None:
    ban = at.ban(ends_on="30-11-2025")
    at.clock.advance(days=7)
    assert at.bans.card_of(at.guard, ban.person, "here_now") is None


def test_the_front_desk_gets_cards_and_no_lists(at: BanHouse) -> None:
    at.ban()
    with pytest.raises(Forbidden, match="As front desk you may not do or see this"):
        at.bans.lines(at.desk)
