"""Six incidents in three town halls: what each asks for, of whom and by when, written out from the guidelines.

All are written down on Monday 24 November 2025 at 10:00, and happened at 09:30 (09:40 where a button was pressed).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from followups.followup_house import ACCIDENT, EJECTION, THREAT, FollowUpHouse, followup_house

from guardroom.incidents.form import IncidentForm

INCIDENTS: dict[str, tuple[IncidentForm, dict[str, object]]] = {
    "press, threatened, ejected": (EJECTION, {"pressed": True, "place": "K9", "asked_time": "09:42"}),
    "accidental press": (ACCIDENT, {"pressed": True}),
    "near miss": (THREAT, {"kind": "near_miss", "behaviours": ()}),
    "threat by mail": (THREAT, {"kind": "remote", "channel": "mail", "place": "", "evidence": "not_secured"}),
    "hit, sick leave": (
        THREAT,
        {"behaviours": ("hit",), "injured": ("employee",), "sick_leave": "yes"},
    ),
    "harassed off duty": (
        THREAT,
        {"kind": "other", "behaviours": ("harassment",), "off_duty": True, "place": "Netto"},
    ),
}

# kind, owner, due (local), rule. The hour of "1 hour" counts from when it was written.
EXPECTED = {
    ("fredensborg", "press, threatened, ejected"): """
        safety_org            leader               24-11 11:00  B4
        crisis_help           leader               24-11 23:59  J13
        debriefing            leader               24-11 23:59  J1
        inform_staff          leader               25-11 23:59  L20
        police_report         leader               27-11 09:40  K3 K1
        injury_report         leader               08-12 23:59  L10
        secure_video          security_coordinator 24-12 09:40  K21 A8
        """,
    ("fredensborg", "accidental press"): """
        internal_registration leader               08-12 23:59  L2
        """,
    ("fredensborg", "near miss"): """
        internal_registration leader               08-12 23:59  L2
        """,
    ("fredensborg", "threat by mail"): """
        safety_org            leader               24-11 11:00  B4
        crisis_help           leader               24-11 23:59  J13
        debriefing            leader               24-11 23:59  J1
        inform_staff          leader               25-11 23:59  L20
        police_report         leader               27-11 09:30  K3 K1
        injury_report         leader               08-12 23:59  L10
        """,
    ("fredensborg", "hit, sick leave"): """
        safety_org            leader               24-11 11:00  B4
        crisis_help           leader               24-11 23:59  J13
        debriefing            leader               24-11 23:59  J1
        inform_staff          leader               25-11 23:59  L20
        police_report         leader               27-11 09:30  K3 K1
        injury_report         leader               08-12 23:59  L10 the law
        """,
    ("fredensborg", "harassed off duty"): """
        safety_org            leader               24-11 11:00  B4
        internal_registration leader               08-12 23:59  L2
        """,
    ("albertslund", "press, threatened, ejected"): """
        centres_mail          leader               24-11 23:59  G2
        crisis_help           leader               24-11 23:59  J12
        safety_org            leader               24-11 23:59  B6
        secure_video          leader               24-11 23:59  A8 nobody has said how long it is kept
        talk                  leader               24-11 23:59  J2
        journal_note          leader               25-11 23:59  G1
        written_accounts      leader               26-11 23:59  J5
        police_report         leader               27-11 09:40  K1 K4 K23
        later_talk            leader               27-11 23:59  J4
        conduct_letter        leader               29-11 23:59  G3
        injury_report         safety_rep           08-12 23:59  L1 L8
        root_cause            hs_leader            08-12 23:59  N4
        apv_plan              hs_leader            24-12 23:59  N5
        """,
    ("albertslund", "accidental press"): """
        internal_registration safety_rep           08-12 23:59  L2
        """,
    ("albertslund", "near miss"): """
        internal_registration safety_rep           08-12 23:59  L2 L15
        """,
    ("albertslund", "threat by mail"): """
        crisis_help           leader               24-11 23:59  J12
        safety_org            leader               24-11 23:59  B6
        secure_evidence       leader               24-11 23:59  P8
        talk                  leader               24-11 23:59  J2
        written_accounts      leader               26-11 23:59  J5
        police_report         leader               27-11 09:30  K1 K23
        later_talk            leader               27-11 23:59  J4
        inform_citizen        leader               29-11 23:59  G8
        injury_report         safety_rep           08-12 23:59  L3 L7
        root_cause            hs_leader            08-12 23:59  N4
        apv_plan              hs_leader            24-12 23:59  N5
        """,
    ("albertslund", "hit, sick leave"): """
        crisis_help           leader               24-11 23:59  J12
        safety_org            leader               24-11 23:59  B6
        talk                  leader               24-11 23:59  J2
        written_accounts      leader               26-11 23:59  J5
        police_report         leader               27-11 09:30  K1 K4
        later_talk            leader               27-11 23:59  J4
        inform_citizen        leader               29-11 23:59  G8
        injury_report         safety_rep           08-12 23:59  L3 the law
        root_cause            hs_leader            08-12 23:59  N4
        apv_plan              hs_leader            24-12 23:59  N5
        """,
    ("albertslund", "harassed off duty"): """
        safety_org            leader               24-11 23:59  B6
        inform_citizen        leader               29-11 23:59  G8
        internal_registration safety_rep           08-12 23:59  L2
        """,
    ("aabenraa", "press, threatened, ejected"): """
        safety_org            leader               24-11 11:00  B5
        crisis_help           leader               24-11 23:59  J18
        secure_video          leader               24-11 23:59  A8 nobody has said how long it is kept
        talk                  leader               24-11 23:59  J23
        written_accounts      leader               25-11 23:59  J6
        police_report         leader               27-11 09:40  K10 the law
        injury_report         safety_rep           08-12 23:59  L6 L5
        apv_plan              hs_leader            24-12 23:59  N6
        inform_staff          hs_leader            24-12 23:59  N10
        """,
    ("aabenraa", "accidental press"): """
        internal_registration safety_rep           08-12 23:59  L2
        """,
    ("aabenraa", "near miss"): """
        injury_report         safety_rep           08-12 23:59  L6
        """,
    ("aabenraa", "threat by mail"): """
        safety_org            leader               24-11 11:00  B5
        crisis_help           leader               24-11 23:59  J18
        talk                  leader               24-11 23:59  J23
        written_accounts      leader               25-11 23:59  J6
        police_report         leader               27-11 09:30  K10 the law
        injury_report         safety_rep           08-12 23:59  L6
        apv_plan              hs_leader            24-12 23:59  N6
        inform_staff          hs_leader            24-12 23:59  N10
        """,
    ("aabenraa", "hit, sick leave"): """
        safety_org            leader               24-11 11:00  B5
        crisis_help           leader               24-11 23:59  J18
        talk                  leader               24-11 23:59  J23
        written_accounts      leader               25-11 23:59  J6
        police_report         leader               27-11 09:30  K10 the law
        injury_report         safety_rep           29-11 23:59  L4
        apv_plan              hs_leader            24-12 23:59  N6
        inform_staff          hs_leader            24-12 23:59  N10
        """,
    ("aabenraa", "harassed off duty"): """
        safety_org            leader               24-11 11:00  B5
        injury_report         safety_rep           08-12 23:59  L6
        """,
}


@pytest.fixture(params=["fredensborg", "albertslund", "aabenraa"])
def at(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FollowUpHouse]:
    """Each town hall."""
    with followup_house(tmp_path, policy=request.param) as made:
        yield made


@pytest.mark.parametrize("incident", INCIDENTS)
def test_what_an_incident_asks_for(at: FollowUpHouse, incident: str) -> None:
    form, changes = INCIDENTS[incident]
    zone = at.house.ground.settings.site.zone
    saved = at.saved(form, **changes)  # type: ignore[arg-type]
    asked = [
        (line.kind, line.owner_role, f"{line.due_at.astimezone(zone):%d-%m %H:%M}") for line in at.lines(saved).values()
    ]
    policy = at.house.ground.settings.policy.name
    expected = [
        (kind, owner, f"{day} {time}")
        for kind, owner, day, time, *_rules in map(str.split, EXPECTED[policy, incident].strip().splitlines())
    ]
    assert sorted(asked) == sorted(expected)


def test_a_ban_in_force_asks_of_those_the_guideline_names(at: FollowUpHouse) -> None:
    """H3, H4 (Fredensborg), H12 and H14 (Albertslund); H8 everywhere."""
    from guardroom.followups.rules import of_ban

    settings = at.house.ground.settings
    now, zone = at.clock.now(), settings.site.zone
    by = now.date().replace(month=12, day=15)
    asked = {one.kind: one.owner for one in of_ban(settings.policy.follow_ups, now, by, zone)}
    assert (
        asked
        == {
            "fredensborg": {
                "list_update": "ban_registrar",
                "centres_told": "safety_rep",
                "normalisation": "leader",
            },
            "albertslund": {"centres_told": "leader", "journal_note": "leader", "normalisation": "leader"},
            "aabenraa": {"centres_told": "leader", "normalisation": "leader"},
        }[settings.policy.name]
    )


def test_who_tells_the_director_is_the_policys(at: FollowUpHouse) -> None:
    """K11: Aabenraa alone; K18 and K19: who goes along, Fredensborg and Aabenraa."""
    saved = at.saved()
    at.close(saved, "police_report")
    follows = {"director_told", "company"} & set(at.lines(saved))
    expected = {"fredensborg": {"company"}, "albertslund": set(), "aabenraa": {"company", "director_told"}}
    assert follows == expected[at.house.ground.settings.policy.name]
