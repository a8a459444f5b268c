"""Who may do and see what: written out once more, from the table of roles, and held against the program's."""

from __future__ import annotations

import pytest

from guardroom.people.roles import Right, Role, named
from guardroom.people.who import Who
from guardroom.refusal import Forbidden

# Each line: a role, and all it may. Nothing else.
MAY = """
guard                notices incident_log incident_list incident_person person_search ban_lookup ban_list ban_read \
                     ban_breach headsup_write headsup_read followup_see door_lock_read handover shift_report phones \
                     phone_verify
desk                 notices incident_log ban_lookup ban_breach headsup_write headsup_read door_lock_read phones
leader               notices incident_log incident_list incident_text incident_person person_search person_edit \
                     access_request ban_lookup ban_list ban_past ban_reasons ban_draft ban_sign ban_serve ban_lift \
                     ban_breach \
                     headsup_write headsup_read police_prewarn arrival_decide followup_see followup_area \
                     followup_close door_lock door_lock_read phones phone_verify report
director             ban_lookup ban_list ban_past ban_reasons ban_sign ban_lift followup_see phones
centre_head          person_search ban_lookup ban_list ban_past ban_reasons ban_draft ban_sign ban_serve ban_lift \
                     headsup_write headsup_read police_prewarn arrival_decide followup_see followup_area \
                     followup_close door_lock door_lock_read phones
ban_registrar        person_search person_edit ban_lookup ban_list ban_past ban_serve ban_register followup_see \
                     phones
safety_rep           notices incident_log incident_list incident_text ban_lookup ban_list ban_reasons headsup_write \
                     headsup_read followup_see followup_area phones report
hs_leader            notices incident_log incident_list headsup_write headsup_read followup_see followup_area \
                     door_lock door_lock_read phones report
risk_coordinator     drill_plan phones report
security_coordinator notices incident_list followup_see phones
legal                ban_lookup ban_list ban_past ban_reasons headsup_read police_prewarn phones
admin                notices users followup_see phones phone_verify
"""
TABLE = {words[0]: set(words[1:]) for words in map(str.split, MAY.replace("\\\n", " ").strip().splitlines())}

INCIDENTS = {"incident_log", "incident_list", "incident_text", "incident_person"}
PERSONS = {"person_search", "person_edit", "access_request"}
BANS = {
    "ban_lookup",
    "ban_list",
    "ban_past",
    "ban_reasons",
    "ban_draft",
    "ban_sign",
    "ban_serve",
    "ban_lift",
    "ban_register",
    "ban_read",
    "ban_breach",
}

FOLLOW_UPS = {"followup_area", "followup_close"}

MUST_NOT = [
    ("guard", FOLLOW_UPS, "other people's duties"),
    ("director", FOLLOW_UPS, "other people's duties"),
    ("security_coordinator", FOLLOW_UPS, "the video only"),
    ("admin", FOLLOW_UPS, "the phone list only"),
    ("desk", {*FOLLOW_UPS, "followup_see"}, "other lists"),
    ("guard", {"ban_reasons"}, "ban reasons"),
    ("guard", {"incident_text"}, "other people's accounts"),
    ("guard", {"ban_draft", "ban_sign", "ban_lift", "ban_past"}, "leaders decide"),
    ("desk", {"ban_reasons"}, "reasons"),
    ("desk", INCIDENTS - {"incident_log"}, "incidents' text"),
    ("desk", {"ban_list", "ban_past", "incident_list"}, "other lists"),
    ("desk", PERSONS, "recognises a banned person, and searches nobody else"),
    ("director", INCIDENTS, "the daily log"),
    ("centre_head", INCIDENTS, "the daily log"),
    ("ban_registrar", INCIDENTS, "incidents that are unrelated"),
    ("ban_registrar", {"ban_reasons", "ban_sign"}, "keeps the list, decides nothing"),
    ("safety_rep", {"incident_person", *PERSONS}, "names in statistics"),
    ("hs_leader", {*BANS, *PERSONS, "incident_person", "incident_text"}, "door locks and evaluations need no names"),
    ("risk_coordinator", {*INCIDENTS, *PERSONS, *BANS}, "person data"),
    ("security_coordinator", {*BANS, *PERSONS, "incident_person", "incident_text"}, "ban reasons"),
    ("guard", {"report"}, "statistics on persons"),
    ("director", {"report", "shift_report"}, "the daily log"),
    ("admin", {"report", "shift_report"}, "the content of incidents and bans"),
    ("desk", {"police_prewarn", "arrival_decide"}, "leaders decide"),
    ("guard", {"police_prewarn", "arrival_decide"}, "leaders decide"),
    ("risk_coordinator", {"headsup_read", "headsup_write"}, "plans drills, and knows nobody's meetings"),
    ("legal", INCIDENTS | PERSONS, "reviews bans only"),
    ("admin", {*INCIDENTS, *PERSONS, *BANS}, "the content of incidents and bans"),
]


def signed_in(role: str) -> Who:
    return Who(user=1, initials="X", role=Role(role), station="Vagtstuen")


def test_the_table_has_every_role_and_only_rights_there_are() -> None:
    assert set(TABLE) == {role.value for role in Role}
    assert set.union(*TABLE.values()) == {right.value for right in Right}


@pytest.mark.parametrize("right", [right.value for right in Right])
@pytest.mark.parametrize("role", TABLE)
def test_a_role_may_what_the_table_says_and_nothing_else(role: str, right: str) -> None:
    who = signed_in(role)
    if right in TABLE[role]:
        assert who.may(Right(right))
        who.must(Right(right))
    else:
        assert not who.may(Right(right))
        with pytest.raises(Forbidden) as refused:
            who.must(Right(right))
        assert named(Role(role)) in refused.value.sentence


@pytest.mark.parametrize(("role", "rights", "why"), MUST_NOT)
def test_what_a_role_must_not(role: str, rights: set[str], why: str) -> None:
    assert {right for right in rights if signed_in(role).may(Right(right))} == set(), why


def test_only_administrators_keep_users_and_they_do_nothing_else() -> None:
    assert [role for role in Role if signed_in(role).may(Right.USERS)] == [Role.ADMIN]


def test_one_of_several_rights_is_enough() -> None:
    signed_in("desk").must(Right.BAN_LIST, Right.BAN_LOOKUP)
    with pytest.raises(Forbidden):
        signed_in("desk").must(Right.BAN_LIST, Right.BAN_PAST)


def test_matters_of_ones_own_part_of_the_house() -> None:
    everywhere = signed_in("leader")
    jobcenter = Who(user=1, initials="X", role=Role.LEADER, station="Vagtstuen", area="Jobcenter")
    assert everywhere.sees_area("Jobcenter")
    assert everywhere.sees_area("")
    assert jobcenter.sees_area("jobcenter")
    assert jobcenter.sees_area("")
    assert not jobcenter.sees_area("Borgerservice")
