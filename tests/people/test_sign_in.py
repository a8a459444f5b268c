"""Signing in, and not signing in."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from harness.house import SmallHouse, small_house
from sqlalchemy import select

from db.main import reading, writing
from db.people import user_called
from db.people_tables import SignInFailureRow
from guardroom.ground import open_ground
from guardroom.people import codes
from guardroom.people.roles import Role
from guardroom.people.secret import NoSecret
from guardroom.people.signin import SignIn, WrongCode
from guardroom.people.users import Users
from guardroom.refusal import BadInput

CODE = "417 heste"
WRONG = "417 geder"
HERE = "Vagtstuen"
ELSEWHERE = "Reception"


@pytest.fixture
def signing(house: SmallHouse) -> SignIn:
    house.who(Role.GUARD, initials="VT", code=CODE)
    return SignIn(house.ground)


def refused(signing: SignIn, initials: str, code: str, station: str = HERE) -> WrongCode:
    with pytest.raises(WrongCode) as raised:
        signing.sign_in(initials, code, station)
    return raised.value


def rows(house: SmallHouse) -> list[tuple[str, str, int]]:
    with reading(house.ground.engine) as session:
        found = session.scalars(select(SignInFailureRow).order_by(SignInFailureRow.initials))
        return [(row.initials, row.station, row.failures) for row in found]


def test_initials_and_code_make_somebody_known(house: SmallHouse) -> None:
    leader = house.who(Role.LEADER, "Jobcenter", initials="LD", code=CODE)
    who = SignIn(house.ground).sign_in(" ld ", CODE, HERE)
    assert who == replace(leader, proved_at=house.clock.now())
    (entry,) = house.audit()
    assert (entry.what, entry.subject, entry.subject_id, entry.user_id) == ("signed_in", "user", who.user, who.user)
    assert (entry.role, entry.station, entry.at) == ("leader", HERE, house.clock.now())


def test_unknown_disabled_codeless_and_wrong_are_told_the_same(house: SmallHouse, signing: SignIn) -> None:
    admin = house.who(Role.ADMIN, code=CODE)
    house.who(Role.GUARD, initials="GONE", code=CODE)
    Users(house.ground).disable(admin, "GONE")
    house.who(Role.GUARD, initials="NOCODE")
    told = {
        str(refused(signing, initials, code))
        for initials, code in (("VT", WRONG), ("NOBODY", CODE), ("GONE", CODE), ("NOCODE", ""), ("12 34", CODE))
    }
    assert len(told) == 1


def test_each_of_them_costs_one_look_at_a_code(
    house: SmallHouse, signing: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[bool] = []
    fits = codes.fits

    def watched(code: str, hashed: str, secret: object) -> bool:
        looked.append(bool(hashed))
        return fits(code, hashed, house.ground.secret)

    monkeypatch.setattr(codes, "fits", watched)
    for initials in ("VT", "NOBODY", "12 34"):
        refused(signing, initials, WRONG)
    assert looked == [True, False, False]


def test_wrong_codes_make_one_wait_longer_and_longer(house: SmallHouse, signing: SignIn) -> None:
    waits = []
    for _ in range(9):
        wait = refused(signing, "VT", WRONG).wait_s
        waits.append(wait)
        house.clock.advance(wait)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_too_early_is_not_looked_at_and_makes_nothing_longer(house: SmallHouse, signing: SignIn) -> None:
    for _ in range(4):
        house.clock.advance(refused(signing, "VT", WRONG).wait_s)
    assert refused(signing, "VT", WRONG).wait_s == 16
    before = house.told()
    house.clock.advance(6)
    for _ in range(20):
        early = refused(signing, "VT", CODE)
        assert early.wait_s == pytest.approx(10)
        assert "10 seconds" in early.sentence
    assert house.told() == before
    house.clock.advance(10)
    assert signing.sign_in("VT", CODE, HERE).initials == "VT"


def test_the_right_code_ends_the_delay(house: SmallHouse, signing: SignIn) -> None:
    for _ in range(5):
        house.clock.advance(refused(signing, "VT", WRONG).wait_s)
    signing.sign_in("VT", CODE, HERE)
    assert rows(house) == []
    assert refused(signing, "VT", WRONG).wait_s == 1


def test_nobody_elsewhere_is_held_up(house: SmallHouse, signing: SignIn) -> None:
    house.who(Role.GUARD, initials="KK", code=CODE)
    for _ in range(8):
        house.clock.advance(refused(signing, "VT", WRONG, ELSEWHERE).wait_s)
    refused(signing, "VT", WRONG, ELSEWHERE)
    assert signing.sign_in("VT", CODE, HERE).initials == "VT"
    assert signing.sign_in("KK", CODE, ELSEWHERE).initials == "KK"
    assert refused(signing, "VT", CODE, ELSEWHERE).wait_s == 60, "what goes well here tells nothing over there"


def test_a_restart_shortens_nothing(house: SmallHouse, signing: SignIn) -> None:
    for _ in range(6):
        house.clock.advance(refused(signing, "VT", WRONG).wait_s)
    refused(signing, "VT", WRONG)
    again = open_ground(house.ground.settings, house.clock)
    try:
        assert refused(SignIn(again), "VT", CODE).wait_s == 60
    finally:
        again.engine.dispose()


def test_whoever_types_wrong_codes_beside_somebody_makes_them_wait_once(house: SmallHouse, signing: SignIn) -> None:
    beside = SignIn(house.ground)
    for _ in range(9):
        house.clock.advance(refused(beside, "VT", WRONG).wait_s)
    refused(beside, "VT", WRONG)
    house.clock.advance(20)
    assert refused(signing, "VT", CODE).wait_s == 40
    house.clock.advance(39)
    assert refused(signing, "VT", CODE).wait_s == 1, "to come too early makes it no later"
    house.clock.advance(1)
    assert refused(beside, "VT", WRONG).wait_s == 60, "the other is faster"
    house.clock.advance(1)
    assert signing.sign_in("VT", CODE, HERE).initials == "VT"


def test_a_turn_is_for_one_attempt(house: SmallHouse, signing: SignIn) -> None:
    beside = SignIn(house.ground)
    for _ in range(9):
        house.clock.advance(refused(beside, "VT", WRONG).wait_s)
    refused(beside, "VT", WRONG)
    house.clock.advance(refused(signing, "VT", WRONG).wait_s)
    refused(beside, "VT", WRONG)
    failed = house.told().count("sign_in_failed")
    assert refused(signing, "VT", WRONG).wait_s == 60
    assert house.told().count("sign_in_failed") == failed + 1
    house.clock.advance(1)
    assert refused(signing, "VT", CODE).wait_s == 59
    assert house.told().count("sign_in_failed") == failed + 1


def test_a_dashboard_that_is_started_anew_has_no_turn(house: SmallHouse, signing: SignIn) -> None:
    for _ in range(9):
        house.clock.advance(refused(signing, "VT", WRONG).wait_s)
    refused(signing, "VT", WRONG)
    for _ in range(5):
        house.clock.advance(10)
        assert refused(SignIn(house.ground), "VT", CODE).wait_s > 0


def test_three_dashboards_guess_three_times_a_minute_and_no_more(house: SmallHouse, signing: SignIn) -> None:
    dashboards = [signing, SignIn(house.ground), SignIn(house.ground)]
    for _ in range(6):
        house.clock.advance(refused(signing, "VT", WRONG).wait_s)
    before = house.told().count("sign_in_failed")
    for _ in range(60):
        for dashboard in dashboards:
            refused(dashboard, "VT", WRONG)
        house.clock.advance(10)
    assert house.told().count("sign_in_failed") - before <= 3 * 10


def test_many_attempts_at_once_are_one(tmp_path: Path) -> None:
    # With the cost of a real code, so that all of them are under way while the first is looked at.
    with small_house(tmp_path) as house:
        house.who(Role.GUARD, initials="VT", code=CODE)
        signing = SignIn(house.ground)
        waits: list[float] = []

        def attempt() -> None:
            waits.append(refused(signing, "VT", WRONG).wait_s)

        threads = [threading.Thread(target=attempt) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert waits == [1] * 8
        assert house.told() == ["sign_in_failed"]


def test_a_clock_that_was_set_back_locks_nobody_out(house: SmallHouse, signing: SignIn) -> None:
    for _ in range(8):
        house.clock.advance(refused(signing, "VT", WRONG).wait_s)
    refused(signing, "VT", WRONG)
    house.clock.advance(days=-400)
    assert refused(signing, "VT", CODE).wait_s == 60
    house.clock.advance(30)
    assert refused(signing, "VT", CODE).wait_s == 30
    house.clock.advance(30)
    assert signing.sign_in("VT", CODE, HERE).initials == "VT"


def test_old_wrong_codes_are_forgotten_and_not_kept(house: SmallHouse, signing: SignIn) -> None:
    for initials in ("VT", "XX"):
        refused(signing, initials, WRONG)
    house.clock.advance(3601)
    assert refused(signing, "VT", WRONG).wait_s == 1
    assert rows(house) == [("VT", HERE, 1)]


def test_what_was_typed_is_kept_nowhere(house: SmallHouse, signing: SignIn, tmp_path: Path) -> None:
    for typed in ("417093", "2405901234", "hest og vogn"):
        house.clock.advance(refused(signing, typed, "muldvarp 12").wait_s)
    refused(signing, "VT", "muldvarp 12")
    failed = [(entry.subject_id, entry.user_id, entry.why, entry.detail, entry.station) for entry in house.audit()]
    known = house.who(Role.GUARD, initials="VT").user
    assert failed == [(None, None, "", "{}", HERE)] * 3 + [(known, None, "", "{}", HERE)]
    house.ground.engine.dispose()
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("guardroom.db*"))
    assert not [typed for typed in (b"417093", b"2405901234", b"hest og vogn", b"muldvarp") if typed in kept]


def test_a_code_that_was_given_is_to_be_changed(house: SmallHouse) -> None:
    code = Users(house.ground).add(house.who(Role.ADMIN), "VT", "guard")
    signing = SignIn(house.ground)
    who = signing.sign_in("VT", code, HERE)
    assert signing.must_change(who)
    signing.set_code(who, code, CODE)
    assert not signing.must_change(who)
    assert house.told()[-2:] == ["signed_in", "code_changed"]
    assert signing.sign_in("VT", CODE, HERE) == who
    refused(signing, "VT", code)


def test_a_one_time_code_counts_for_a_week(house: SmallHouse) -> None:
    code = Users(house.ground).add(house.who(Role.ADMIN), "VT", "guard")
    signing = SignIn(house.ground)
    house.clock.advance(days=7)
    who = signing.sign_in("VT", code, HERE)
    house.clock.advance(1)
    assert "more than 7 days ago" in refused(signing, "VT", code).sentence
    house.clock.advance(1)
    with pytest.raises(WrongCode, match="more than 7 days ago"):
        signing.set_code(who, code, CODE)
    assert [(entry.what, entry.detail) for entry in house.audit()[-2:]] == [
        ("sign_in_failed", '{"code": "ran_out"}')
    ] * 2
    house.clock.advance(2)
    assert "do not belong together" in refused(signing, "VT", WRONG).sentence, "nothing is told to whoever guesses"


def test_a_code_of_ones_own_counts_for_ever(house: SmallHouse) -> None:
    code = Users(house.ground).add(house.who(Role.ADMIN), "VT", "guard")
    signing = SignIn(house.ground)
    signing.set_code(signing.sign_in("VT", code, HERE), code, CODE)
    house.clock.advance(days=400)
    assert signing.sign_in("VT", CODE, HERE).initials == "VT"


@pytest.mark.parametrize("new", ["123456", "hest", CODE, "VT 9999999"])
def test_a_code_that_may_not_be_is_not_set(house: SmallHouse, signing: SignIn, new: str) -> None:
    who = signing.sign_in("VT", CODE, HERE)
    with pytest.raises(BadInput) as bad:
        signing.set_code(who, CODE, new)
    assert [mistake.field for mistake in bad.value.mistakes] == ["new"]
    assert signing.sign_in("VT", CODE, HERE) == who


def test_whoever_finds_a_screen_open_cannot_try_codes_on_it(house: SmallHouse, signing: SignIn) -> None:
    who = signing.sign_in("VT", CODE, HERE)
    waits = []
    for _ in range(3):
        with pytest.raises(WrongCode) as wrong:
            signing.set_code(who, WRONG, "en ny kode")
        waits.append(wrong.value.wait_s)
        house.clock.advance(wrong.value.wait_s)
    assert waits == [1, 2, 4]
    assert signing.sign_in("VT", CODE, HERE).user == who.user


def test_a_code_is_hashed_anew_when_the_cost_has_changed(
    house: SmallHouse, signing: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codes, "STRENGTH", codes.Strength(memory_kib=16, passes=1, lanes=1))
    signing.sign_in("VT", CODE, HERE)
    with reading(house.ground.engine) as session:
        row = user_called(session, "VT")
        assert row is not None
        assert "m=16," in row.code_hash
    assert signing.sign_in("VT", CODE, HERE).initials == "VT"


def test_two_sign_ins_at_once_while_the_cost_has_changed(
    house: SmallHouse, signing: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codes, "STRENGTH", codes.Strength(memory_kib=16, passes=1, lanes=1))
    fits = codes.fits
    other: list[str] = []

    def slow(code: str, hashed: str, secret: object) -> bool:
        if not other:
            other.append("")
            other.append(SignIn(house.ground).sign_in("VT", CODE, ELSEWHERE).initials)
        return fits(code, hashed, house.ground.secret)

    monkeypatch.setattr(codes, "fits", slow)
    assert signing.sign_in("VT", CODE, HERE).initials == "VT"
    assert other[1:] == ["VT"]
    assert house.told() == ["code_hashed", "signed_in", "signed_in"]


def test_a_code_that_was_taken_away_while_it_was_looked_at_is_wrong(
    house: SmallHouse, signing: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = house.who(Role.ADMIN, code=CODE)
    fits = codes.fits
    given: list[str] = []

    def slow(code: str, hashed: str, secret: object) -> bool:
        if not given:
            given.append(Users(house.ground).new_code(admin, "VT"))
        return fits(code, hashed, house.ground.secret)

    monkeypatch.setattr(codes, "fits", slow)
    refused(signing, "VT", CODE)
    assert house.told() == ["code_given", "sign_in_failed"]


def test_whoever_is_disabled_while_the_code_is_looked_at_is_out(
    house: SmallHouse, signing: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    fits = codes.fits

    def slow(code: str, hashed: str, secret: object) -> bool:
        with writing(house.ground.engine) as session:
            row = user_called(session, "VT")
            assert row is not None
            row.disabled_at = house.clock.now()
        return fits(code, hashed, house.ground.secret)

    monkeypatch.setattr(codes, "fits", slow)
    refused(signing, "VT", CODE)
    assert house.told() == ["sign_in_failed"]


def test_signing_out_is_noted(house: SmallHouse, signing: SignIn) -> None:
    who = signing.sign_in("VT", CODE, HERE)
    signing.sign_out(who)
    assert [(entry.what, entry.user_id) for entry in house.audit()] == [
        ("signed_in", who.user),
        ("signed_out", who.user),
    ]


def test_what_was_refused_is_noted_by_its_code(house: SmallHouse, signing: SignIn) -> None:
    who = signing.sign_in("VT", CODE, HERE)
    signing.note_refused(who, "users list")
    entry = house.audit()[-1]
    assert (entry.what, entry.user_id, entry.role, entry.station) == ("refused", who.user, "guard", HERE)
    assert (entry.subject, entry.subject_id, entry.detail) == ("", None, '{"act": "users list"}')
    assert house.first_break() is None


def test_another_houses_secret_says_so_and_spoils_no_log(house: SmallHouse, signing: SignIn) -> None:
    signing.sign_in("VT", CODE, HERE)
    right = house.ground.settings.secret.read_text()
    house.ground.settings.secret.write_text("ab" * 32)
    other = open_ground(house.ground.settings, house.clock)
    house.ground.settings.secret.write_text(right)
    try:
        with pytest.raises(NoSecret) as told:
            SignIn(other).sign_in("VT", CODE, HERE)
    finally:
        other.engine.dispose()
    assert "not the secret of this database" in told.value.sentence
    assert house.told() == ["signed_in"]
    assert house.first_break() is None
