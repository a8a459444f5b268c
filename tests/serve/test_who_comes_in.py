"""The parts that decide who comes in and how long they stay: tickets, addresses, places, sessions."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardroom.people.roles import Role
from guardroom.people.secret import Secret
from guardroom.people.who import Who
from guardroom.serve.addresses import MOST, WITHIN_S, Addresses
from guardroom.serve.origin import Places, is_loopback
from guardroom.serve.sessions import AWAY_S, Sessions, somebody_typed
from guardroom.serve.ticket import NotATicket, issue, new_challenge, redeem
from guardroom.settings import Serve

SECRET = Secret(bytes(range(32)))
LEADER = Who(user=7, initials="LLD", role=Role.LEADER, station="Vagtstuen (browser)", name="Lone Dam", area="Jobcenter")


class TestTicket:
    def test_it_says_who_has_signed_in(self) -> None:
        challenge = new_challenge()
        assert redeem(SECRET, challenge, issue(SECRET, challenge, LEADER)) == LEADER

    def test_it_answers_one_challenge_only(self) -> None:
        with pytest.raises(NotATicket):
            redeem(SECRET, new_challenge(), issue(SECRET, new_challenge(), LEADER))

    def test_it_cannot_be_made_without_the_secret(self) -> None:
        challenge = new_challenge()
        with pytest.raises(NotATicket):
            redeem(SECRET, challenge, issue(Secret(bytes(32)), challenge, LEADER))

    def test_nobody_can_be_put_in_anothers_place(self) -> None:
        challenge = new_challenge()
        with pytest.raises(NotATicket):
            redeem(SECRET, challenge, issue(SECRET, challenge, LEADER).replace(b'"leader"', b'"director"'))

    @given(st.binary(max_size=300))
    def test_anything_else_is_no_ticket(self, line: bytes) -> None:
        with pytest.raises(NotATicket):
            redeem(SECRET, "c", line)


class TestAddresses:
    def test_the_twenty_first_wrong_code_waits_until_the_first_is_forgotten(self) -> None:
        addresses = Addresses()
        for second in range(MOST):
            assert addresses.wait_s("10.0.0.7", second) == 0
            addresses.note_wrong("10.0.0.7", second)
        assert addresses.wait_s("10.0.0.7", MOST) == WITHIN_S - MOST
        assert addresses.wait_s("10.0.0.8", MOST) == 0
        assert addresses.wait_s("10.0.0.7", WITHIN_S) == 0


class TestPlaces:
    HERE = Places.of(Serve(), "127.0.0.1", 8470)
    BEHIND = Places.of(Serve(behind_proxy=True, public_url="https://vagt.byby.example"), "127.0.0.1", 8470)

    @pytest.mark.parametrize("host", ["127.0.0.1:8470", "localhost:8470", "LOCALHOST:8470", "[::1]:8470"])
    def test_this_pcs_own_names(self, host: str) -> None:
        assert self.HERE.is_ours(host)
        assert self.HERE.is_own_page(f"http://{host}", host)

    @pytest.mark.parametrize("host", ["", "evil.example", "127.0.0.1", "127.0.0.1:80", "vagt.byby.example:8470"])
    def test_other_names(self, host: str) -> None:
        assert not self.HERE.is_ours(host)

    @pytest.mark.parametrize(
        "origin",
        [
            None,
            "",
            "null",
            "https://127.0.0.1:8470",
            "http://127.0.0.1:8471",
            "http://localhost:8470",
            "http://e.example",
        ],
    )
    def test_foreign_pages(self, origin: str | None) -> None:
        assert not self.HERE.is_own_page(origin, "127.0.0.1:8470")

    def test_behind_a_proxy_its_address_alone(self) -> None:
        assert self.BEHIND.is_own_page("https://vagt.byby.example", "vagt.byby.example")
        assert not self.BEHIND.is_own_page("http://vagt.byby.example", "vagt.byby.example")
        assert not self.BEHIND.is_ours("127.0.0.1:8470")
        assert self.BEHIND.are_secure
        assert not self.HERE.are_secure

    def test_loopback(self) -> None:
        assert all(is_loopback(host) for host in ("127.0.0.1", "127.9.9.9", "::1", "localhost"))
        assert not any(is_loopback(host) for host in ("0.0.0.0", "::", "10.0.0.1", "vagt.byby.example", ""))


class TestSessions:
    def test_an_id_is_256_random_bits(self) -> None:
        sessions = Sessions(most=2, idle_s=60, longest_s=600)
        one, two = sessions.begin(LEADER, 0), sessions.begin(LEADER, 0)
        assert one != two
        assert len(one) == len(two) == 43  # six bits a letter
        assert sessions.are_full

    @pytest.mark.parametrize(
        ("touched", "away_since", "now", "why"),
        [
            (0, None, 299, None),
            (0, None, 300, "idle"),
            (590, None, 600, "longest"),
            (100, 100, 100 + AWAY_S - 1, None),
            (100, 100, 100 + AWAY_S, "away"),
        ],
    )
    def test_when_its_time_is_up(self, touched: float, away_since: float | None, now: float, why: str | None) -> None:
        sessions = Sessions(most=2, idle_s=300, longest_s=600)
        key = sessions.begin(LEADER, 0)
        session = sessions.open[0]
        session.touched, session.away_since = touched, away_since
        assert sessions.why_over(session, now) == why
        assert (sessions.find(key, now) is session) == (why is None)

    def test_one_that_has_ended_is_not_found(self) -> None:
        sessions = Sessions(most=2, idle_s=300, longest_s=600)
        key = sessions.begin(LEADER, 0)
        session = sessions.open[0]
        assert sessions.end(session)
        assert not sessions.end(session)
        assert sessions.find(key, 0) is None

    @pytest.mark.parametrize(
        "typed", ["a", "æ", "\r", "\x1b", "\x1b[A", "\x1bOP", "\x1b[<0;5;7M", "\x1b[<64;5;7M", "\x1b[Ia"]
    )
    def test_keys_and_buttons_are_a_persons(self, typed: str) -> None:
        assert somebody_typed(typed)

    @pytest.mark.parametrize(
        "heard", ["", "\x1b[<35;5;7M", "\x1b[<35;5;7M\x1b[<35;6;7M", "\x1b[?2026;2$y", "\x1b[I", "\x1b[O"]
    )
    def test_a_mouse_that_is_pushed_and_a_terminals_answers_are_not(self, heard: str) -> None:
        assert not somebody_typed(heard)


def test_who_is_told_whole_in_a_ticket() -> None:
    challenge = new_challenge()
    whole = replace(LEADER, title="teamleder", area="")
    told = redeem(SECRET, challenge, issue(SECRET, challenge, whole))
    assert (told.title, told.area, told.role) == ("teamleder", "", Role.LEADER)
