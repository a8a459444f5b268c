"""Who sees which bans, and how much of them: by role, and by part of the house."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from ban_house import BanHouse, ban_house
from sqlalchemy import text

from db.main import writing
from guardroom.bans import words
from guardroom.bans.register import Which
from guardroom.people.roles import RIGHTS, Right, Role
from guardroom.refusal import BadInput, Forbidden, Refused

STANDINGS = ("draft", "hearing", "signing", "decided", "served", "coming", "active", "expired", "lifted", "dropped")
SECRETS = (
    "Råbte trusler",
    "Kun efter aftale er forsøgt",
    "Der er akut fare for medarbejderne",
    "H-0001",
    "Hemmelig beretning",
    "Fortrolig grund",
)


def stand(at: BanHouse, standing: str, area: str = "") -> int:
    """A ban of this standing."""
    match standing:
        case "coming":
            return at.ban(starts_on="20-12-2025", ends_on="24-05-2026", area=area).id
        case "active":
            return at.ban(area=area).id
        case "expired":
            ban = at.ban(ends_on="30-11-2025", area=area).id
            at.clock.advance(days=7)
            return ban
        case "lifted":
            ban = at.ban(area=area).id
            at.bans.lift(at.leader, ban, "", "Fortrolig grund")
            return ban
        case "dropped":
            ban = at.ban("draft", area=area).id
            at.bans.drop(at.leader, ban, "Fortrolig grund")
            return ban
        case _:
            return at.ban(standing, area=area).id


@dataclass
class Stands:
    """A house with one ban of each standing, and their ids; the tests of it only look."""

    at: BanHouse
    bans: dict[str, int]


@pytest.fixture(scope="module")
def stands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stands]:
    with ban_house(tmp_path_factory.mktemp("house")) as at:
        expired = stand(at, "expired")
        yield Stands(at, {each: expired if each == "expired" else stand(at, each) for each in STANDINGS})


@pytest.mark.parametrize("standing", STANDINGS)
def test_each_role_opens_only_what_is_theirs(stands: Stands, standing: str) -> None:
    at, ban = stands.at, stands.bans[standing]
    for role in Role:
        who = at.someone(role)
        listed, past = Right.BAN_LIST in RIGHTS[role], Right.BAN_PAST in RIGHTS[role]
        opens = listed and (past or standing == "active" or (standing == "coming" and role is Role.GUARD))
        before = len(at.house.audit())
        if not opens:
            with pytest.raises(Refused) as refused:
                at.bans.read(who, ban, "shift")
            # Where the role may list bans, a ban that is not active is as if it were not there.
            assert isinstance(refused.value, Forbidden) != listed
            assert len(at.house.audit()) == before
            continue
        view = at.bans.read(who, ban, "shift")
        assert view.standing == standing
        assert view.reasons_hidden == (Right.BAN_REASONS not in RIGHTS[role])
        entry = at.house.audit()[-1]
        assert (entry.what, entry.subject_id, entry.why, entry.user_id) == ("ban_opened", ban, "shift", who.user)


@pytest.mark.parametrize("standing", STANDINGS)
def test_each_role_looks_up_only_what_is_theirs(stands: Stands, standing: str) -> None:
    at, ban = stands.at, stands.bans[standing]
    for role in Role:
        who = at.someone(role)
        looks, past = Right.BAN_LOOKUP in RIGHTS[role], Right.BAN_PAST in RIGHTS[role]
        sees = looks and (past or standing == "active" or (standing == "coming" and role is Role.GUARD))
        if not sees:
            with pytest.raises(Refused) as refused:
                at.bans.card(who, ban, "here_now")
            assert isinstance(refused.value, Forbidden) != looks
            continue
        card = at.bans.card(who, ban, "here_now")
        assert card.standing == standing
        assert not any(secret in repr(card) for secret in SECRETS)
        entry = at.house.audit()[-1]
        assert (entry.what, entry.subject, entry.why) == ("lookup", "ban", "here_now")


def test_reasons_never_reach_a_role_that_may_not_read_them(at: BanHouse) -> None:
    person = at.person()
    at.incident(person)
    active = at.ban("in_force", person).id
    at.bans.normalise(at.leader, active, "", "Fortrolig grund")
    at.bans.lift(at.leader, active, "30-12-2025", "Fortrolig grund")
    for role in Role:
        if Right.BAN_LIST not in RIGHTS[role]:
            continue
        view = at.bans.read(at.someone(role), active, "shift")
        found = {secret for secret in SECRETS if secret in repr(view)}
        allowed = set(SECRETS) - {"Hemmelig beretning"} if Right.BAN_REASONS in RIGHTS[role] else set()
        assert found == allowed, role
        assert "Råbte" not in repr(at.bans.lines(at.someone(role)))


def test_reasons_are_of_the_own_part_of_the_house(at: BanHouse) -> None:
    bans = {of_ban: stand(at, "active", of_ban) for of_ban in ("", "Jobcenter")}
    for number, (area, of_ban, sees) in enumerate(
        (
            ("", "Jobcenter", True),
            ("Jobcenter", "", True),
            ("jobcenter", "Jobcenter", True),
            ("Borgerservice", "Jobcenter", False),
        )
    ):
        for role in (Role.LEADER, Role.SAFETY_REP, Role.LEGAL, Role.CENTRE_HEAD):
            view = at.bans.read(at.house.who(role, area, initials=f"{role}{number}"), bans[of_ban])
            assert view.reasons_hidden != sees
            assert bool(view.form.reasons) == bool(view.incidents) == bool(view.form.incidents) == sees
            assert any(line.detail for line in view.log) == sees


def test_whoever_writes_or_signs_may_read_what_is_written() -> None:
    for rights in RIGHTS.values():
        if rights & {Right.BAN_DRAFT, Right.BAN_SIGN, Right.BAN_LIFT}:
            assert {Right.BAN_REASONS, Right.BAN_LIST, Right.BAN_PAST} <= rights


def test_a_leader_does_nothing_with_a_ban_of_another_part(at: BanHouse) -> None:
    stranger = at.house.who(Role.LEADER, "Borgerservice")
    draft = at.ban("draft", area="Jobcenter")
    active = at.ban(area="Jobcenter").id
    for step in (
        lambda: at.bans.change(stranger, draft.id, draft.form),
        lambda: at.bans.skip_hearing(stranger, draft.id, "urgent", "Der er akut fare for personalet."),
        lambda: at.bans.drop(stranger, draft.id, "Fejl."),
        lambda: at.bans.linkable(stranger, draft.id),
        lambda: at.bans.lift(stranger, active, "", "Fejl."),
        lambda: at.bans.extend(stranger, active),
    ):
        with pytest.raises(Forbidden, match="another part of the house: Jobcenter"):
            step()
    assert at.bans.read(stranger, active, "shift").may == frozenset()


def test_who_gets_which_list(stands: Stands) -> None:
    rights: dict[Which, Right] = {
        "active": Right.BAN_LIST,
        "ending": Right.BAN_LIST,
        "all": Right.BAN_PAST,
        "drafts": Right.BAN_PAST,
        "to_read": Right.BAN_READ,
    }
    for (which, right), role in itertools.product(rights.items(), Role):
        who = stands.at.someone(role)
        if right in RIGHTS[role]:
            stands.at.bans.lines(who, which)
            assert stands.at.house.told()[-1] == "bans_listed"
        else:
            with pytest.raises(Forbidden):
                stands.at.bans.lines(who, which)


def test_what_each_list_holds(stands: Stands) -> None:
    lists: tuple[Which, ...] = ("active", "all", "drafts", "ending")
    held = {which: {line.id for line in stands.at.bans.lines(stands.at.leader, which)} for which in lists}
    assert held["active"] == {stands.bans["active"]}
    assert held["drafts"] == {stands.bans[each] for each in ("draft", "hearing", "signing", "decided", "served")}
    assert held["all"] == set(stands.bans.values())
    assert held["ending"] == set()


def test_guards_confirm_each_new_ban_once(at: BanHouse) -> None:
    second = at.house.who(Role.GUARD, initials="KK")
    ban = at.ban()
    coming = at.ban(starts_on="01-12-2025").id
    assert (ban.read_by, ban.not_read_by) == ((), ("AX", "KK"))
    assert {line.id for line in at.bans.lines(at.guard, "to_read")} == {ban.id, coming}
    assert "confirm_read" in at.bans.read(at.guard, ban.id, "shift").may
    at.bans.confirm_read(at.guard, ban.id)
    at.bans.confirm_read(at.guard, ban.id)
    assert "confirm_read" not in at.bans.read(at.guard, ban.id, "shift").may
    assert (at.bans.unread(at.guard), at.bans.unread(second), at.bans.unread(at.leader)) == (1, 2, 0)
    view = at.bans.read(at.leader, ban.id)
    assert (view.read_by, view.not_read_by) == (("AX",), ("KK",))
    assert at.house.told().count("ban_read") == 1
    assert at.bans.card(at.guard, ban.id, "shift").read
    assert not at.bans.card(second, ban.id, "shift").read
    # Roles that confirm nothing have nothing unread.
    assert at.bans.card(at.desk, ban.id, "shift").read


@pytest.mark.parametrize("standing", ["draft", "decided", "expired", "lifted"])
def test_what_is_not_in_force_is_not_there_to_be_confirmed(stands: Stands, standing: str) -> None:
    to_read = {line.id for line in stands.at.bans.lines(stands.at.guard, "to_read")}
    assert to_read == {stands.bans["active"], stands.bans["coming"]}
    with pytest.raises(Refused, match="cannot be done now"):
        stands.at.bans.confirm_read(stands.at.guard, stands.bans[standing])


def test_a_lookup_has_a_purpose(at: BanHouse) -> None:
    ban = at.ban()
    for purpose in ("", "curiosity"):
        with pytest.raises(BadInput):
            at.bans.card(at.guard, ban.id, purpose)
        with pytest.raises(BadInput):
            at.bans.card_of(at.guard, ban.person, purpose)


def test_audit_and_log_hold_no_names_and_the_chain_holds(at: BanHouse) -> None:
    ban = at.ban()
    at.bans.card_of(at.guard, ban.person, "here_now")
    entries = at.house.audit()
    assert {entry.what for entry in entries} >= {"ban_begun", "ban_signed", "ban_served", "ban_activated", "lookup"}
    for entry, word in itertools.product(entries, ("Møller", "Råbte", "Akut", "J-2231", "11 22")):
        assert word not in f"{entry.detail}{entry.why}"
    assert at.house.first_break() is None


def test_every_line_of_a_log_and_every_code_has_words(at: BanHouse, spoken: str) -> None:
    ban = at.ban()
    at.bans.lift(at.leader, ban.id, "", "Forliget.")
    told = [words.event(line.what, line.detail) for line in at.bans.read(at.leader, ban.id).log]
    hidden = [words.event(line.what, line.detail) for line in at.bans.read(at.someone(Role.BAN_REGISTRAR), ban.id).log]
    assert "24-11-2025" in told[-1]
    assert "Forliget" in told[-1]
    assert all(hidden)
    assert not any("Forliget" in line or "Akut" in line for line in hidden)


def test_what_is_missing_tells_the_registrar_no_reasons(at: BanHouse) -> None:
    """Neither the numbers of its incidents nor the days of its hearing."""
    registrar = at.someone(Role.BAN_REGISTRAR)
    asked = at.ban("draft")
    at.bans.send_hearing(at.leader, asked.id)
    person, other = at.person("Bo Eksempel", "1970"), at.person("Ida Eksempel", "1971")
    incident = at.incident(person)
    served = at.ban("served", person)
    with writing(at.house.ground.engine) as session:
        session.execute(text(f"UPDATE incident_subject SET person_id = {other} WHERE incident_id = {incident}"))
    seen = {each.id: {need.code: need.sentence for need in each.needs} for each in (
        at.bans.read(registrar, asked.id), at.bans.read(registrar, served.id)
    )}  # fmt: skip
    assert seen[asked.id]["hearing"] == "the hearing is over, or left out for a stated reason"
    assert seen[served.id]["own_incident"] == "only incidents about this person"
    with pytest.raises(Refused, match=r"only incidents about this person\.$"):
        at.bans.activate(registrar, served.id)
    # Whoever may see the reasons is told which.
    with pytest.raises(Refused, match="take H-0002 away"):
        at.bans.activate(at.leader, served.id)
