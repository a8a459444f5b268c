"""What somebody changes in the database itself, without the house's secret, is seen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from bans.ban_house import BanHouse, ban_house
from harness.house import cheap_codes
from sqlalchemy import text

from db.main import reading
from guardroom.check_people import people_findings
from guardroom.finding import Finding
from guardroom.house import on_ground
from guardroom.incidents.form import IncidentForm, SubjectForm
from guardroom.people.roles import Role
from guardroom.people.users import Users
from guardroom.refusal import Refused

CODE = "417 skeer"
ANOTHERS_CODE = """
UPDATE "user" SET code_hash = (SELECT code_hash FROM "user" WHERE initials = 'LD') WHERE initials = 'DB'
"""


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[BanHouse]:
    """A house with an active ban, a draft, an incident about somebody, and two users who signed in."""
    cheap_codes(monkeypatch)
    with ban_house(tmp_path) as made:
        made.ban()
        made.bans.begin(made.leader, made.person("Anders And", "1934"))
        services = on_ground(made.house.ground)
        services.incidents.save(
            made.guard,
            IncidentForm(
                kind="turned_away",
                day="24-11-2025",
                time="09:30",
                place="Forhallen",
                took_part="AX",
                subjects=(SubjectForm(name="Karl Vinther", birth="1984"),),
                account="Ville ind, blev afvist.",
            ),
        )
        admin = made.house.who(Role.ADMIN, code=CODE)
        users = Users(made.house.ground)
        for initials, role in (("LD", "leader"), ("DB", "director")):
            given = users.add(admin, initials, role, name="Lone Dam", title="chef")
            who = services.sign_in.sign_in(initials, given, "Vagtstuen")
            services.sign_in.set_code(who, given, f"{CODE} {initials}")
        yield made


def change(at: BanHouse, statement: str) -> None:
    """Somebody writes in the database."""
    at.house.meddle(statement)


def wrong(at: BanHouse) -> dict[str, str]:
    """What `guardroom check` finds wrong, by what it looked at."""
    found: list[Finding] = list(people_findings(at.house.ground.settings, at.clock.now(), readable=True))
    return {finding.what: finding.said for finding in found if finding.standing == "wrong"}


def test_only_the_incident_that_the_fixture_wrote_past_the_program_is_wrong_at_first(at: BanHouse) -> None:
    assert wrong(at) == {"incidents": "changed after they were saved: H-0001"}


@pytest.mark.parametrize(
    ("statement", "what", "sentence"),
    [
        ("DELETE FROM ban WHERE id = 1", "bans", "1 was taken out"),
        ("UPDATE ban SET stage = 'draft' WHERE id = 1", "bans", "FB-2025-001"),
        ("UPDATE ban SET stage = 'dropped' WHERE id = 1", "bans", "FB-2025-001"),
        ("UPDATE incident_subject SET person_id = 1 WHERE id = 2", "incidents", "H-0002"),
        ("UPDATE incident_subject SET description = 'en anden' WHERE id = 2", "incidents", "H-0002"),
        ("UPDATE \"user\" SET role = 'admin' WHERE initials = 'LD'", "users", "LD"),
        ("UPDATE \"user\" SET area = 'Jobcenter' WHERE initials = 'LD'", "users", "LD"),
        (
            ANOTHERS_CODE,
            "users",
            "DB",
        ),
    ],
)
def test_what_was_changed_is_told(at: BanHouse, statement: str, what: str, sentence: str) -> None:
    change(at, statement)
    assert sentence in wrong(at)[what]


def test_nobody_signs_in_with_anothers_code_or_a_role_they_were_not_given(at: BanHouse) -> None:
    services = on_ground(at.house.ground)
    assert services.sign_in.sign_in("DB", f"{CODE} DB", "Vagtstuen").role is Role.DIRECTOR
    change(
        at,
        ANOTHERS_CODE,
    )
    with pytest.raises(Refused, match="outside the program"):
        services.sign_in.sign_in("DB", f"{CODE} LD", "Vagtstuen")
    change(at, "UPDATE \"user\" SET role = 'director' WHERE initials = 'LD'")
    with pytest.raises(Refused, match="outside the program"):
        services.sign_in.sign_in("LD", f"{CODE} LD", "Vagtstuen")
    with reading(at.house.ground.engine) as session:
        assert session.execute(text("SELECT count(*) FROM audit WHERE what = 'signed_in'")).scalar_one() == 3
