"""Every role against everything there is to see of an incident (roles.md)."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from incident_house import THREAT, IncidentHouse

from guardroom.incidents.form import SubjectForm
from guardroom.incidents.view import IncidentView
from guardroom.people.roles import Role
from guardroom.people.who import Who
from guardroom.refusal import Forbidden


class Sees(NamedTuple):
    """What a role sees of incidents that others wrote: in the own part of the house, and elsewhere."""

    logs: bool = False
    facts: bool = False
    names: bool = False
    text_here: bool = False
    text_elsewhere: bool = False


TABLE = {
    Role.GUARD: Sees(logs=True, facts=True, names=True),
    Role.DESK: Sees(logs=True),
    Role.LEADER: Sees(logs=True, facts=True, names=True, text_here=True),
    Role.DIRECTOR: Sees(),
    Role.CENTRE_HEAD: Sees(),
    Role.BAN_REGISTRAR: Sees(),
    Role.SAFETY_REP: Sees(logs=True, facts=True, text_here=True),
    Role.HS_LEADER: Sees(logs=True, facts=True),
    Role.RISK_COORDINATOR: Sees(),
    Role.SECURITY_COORDINATOR: Sees(facts=True),
    Role.LEGAL: Sees(),
    Role.ADMIN: Sees(),
}


@pytest.fixture
def author(at: IncidentHouse) -> Who:
    """Somebody else, who writes everything."""
    return at.house.who(Role.GUARD, initials="ZZ")


def read(at: IncidentHouse, who: Who, incident: int) -> IncidentView | None:
    try:
        return at.log.read(who, incident)
    except Forbidden:
        return None


def test_every_role_is_in_the_table() -> None:
    assert list(TABLE) == list(Role)


@pytest.mark.parametrize("role", Role)
def test_reading_what_others_wrote(at: IncidentHouse, author: Who, role: Role) -> None:
    sees = TABLE[role]
    who = at.house.who(role, "Jobcenter")
    hidden = {"account", "felt", "assessed", "asked_by", "police_ref", "sick_leave", "took_part"}
    for place, text in (("K2", sees.text_here), ("B1", sees.text_elsewhere), ("Hallen", sees.text_here)):
        saved = at.save(
            who=author,
            place=place,
            took_part="ZZ",
            felt="mild",
            assessed="serious",
            asked="yes",
            asked_time="09:31",
            asked_by="Hemmelig",
            police="112",
            police_time="09:33",
            police_ref="Hemmelig",
            sick_leave="yes",
        )
        at.log.add(author, saved.id, "Hemmelig tilføjelse her.")
        opened = at.house.told().count("incident_opened")
        view = read(at, who, saved.id)
        if not sees.facts:
            assert view is None
            assert at.house.told().count("incident_opened") == opened
            continue
        assert view is not None
        assert at.house.told().count("incident_opened") == opened + 1
        assert (view.kind, view.place, view.happened_at) == (saved.kind, saved.place, saved.happened_at)
        assert (view.account is not None) == text
        assert ("Hemmelig" in repr(view)) == text
        assert all(bool(getattr(view, name)) == text for name in hidden)
        assert bool(view.addenda) == text
        assert (view.subjects is not None) == sees.names
        assert ("Kasper" in repr(view)) == sees.names
        assert view.may_add == (text and sees.logs)


@pytest.mark.parametrize("role", Role)
def test_the_history(at: IncidentHouse, author: Who, role: Role) -> None:
    sees = TABLE[role]
    who = at.house.who(role, "Jobcenter")
    at.save(who=author, place="K2", took_part="")
    at.save(who=author, place="B1", took_part="")
    if not (sees.facts or sees.logs):
        for ask in (at.log.page, lambda who: list(at.log.listing(who))):
            with pytest.raises(Forbidden):
                ask(who)
        assert "incidents_listed" not in at.house.told()
        return
    lines = at.log.page(who).lines
    assert len(lines) == (2 if sees.facts else 0)
    assert [line.readable for line in lines] == ([sees.text_elsewhere, sees.text_here] if sees.facts else [])
    assert all((line.who == "Kasper Eksempel") == sees.names for line in lines)
    listed = list(at.log.listing(who))
    assert [view.number for view in listed] == [line.number for line in reversed(lines)]
    assert [view.account is not None for view in listed] == [line.readable for line in reversed(lines)]
    assert at.house.told()[-1] == "incidents_listed"


@pytest.mark.parametrize("role", [role for role, sees in TABLE.items() if sees.logs])
def test_what_one_wrote_oneself(at: IncidentHouse, role: Role) -> None:
    who = at.house.who(role, "Jobcenter")
    saved = at.save(who=who, place="B1", took_part="")
    view = read(at, who, saved.id)
    assert view == saved
    assert view.account == THREAT.account
    assert view.may_add
    assert view.subjects is not None
    assert [subject.name for subject in view.subjects] == ["Kasper Eksempel"]
    (line,) = at.log.page(who).lines
    assert (line.who, line.readable) == ("Kasper Eksempel", True)


@pytest.mark.parametrize("role", Role)
def test_what_one_took_part_in(at: IncidentHouse, author: Who, role: Role) -> None:
    sees = TABLE[role]
    who = at.house.who(role, "Jobcenter")
    saved = at.save(who=author, place="B1", took_part=f"ZZ, {who.initials}")
    view = read(at, who, saved.id)
    # The front desk sees only what it wrote; the security coordinator logs nothing and so takes part in nothing.
    both = sees.logs and sees.facts
    assert (view is not None and view.account is not None) == both
    if both:
        at.log.add(who, saved.id, "Jeg så det samme.")
    else:
        with pytest.raises(Forbidden):
            at.log.add(who, saved.id, "Jeg så det samme.")


@pytest.mark.parametrize("role", [role for role, sees in TABLE.items() if not sees.logs])
def test_who_does_not_log_writes_nothing(at: IncidentHouse, role: Role) -> None:
    who = at.house.who(role)
    for ask in (
        lambda: at.log.blank(who),
        lambda: at.log.save(who, THREAT),
        lambda: at.log.mistakes(who, THREAT),
        lambda: at.log.keep_draft(who, THREAT, None),
        lambda: at.log.drafts(who),
        lambda: at.log.draft(who, 1),
        lambda: at.log.drop_draft(who, 1),
        lambda: at.log.from_alarm(who, at.alarm()),
    ):
        with pytest.raises(Forbidden):
            ask()


def test_a_leader_of_the_whole_house_reads_everything(at: IncidentHouse, author: Who) -> None:
    for place in ("K2", "B1"):
        view = read(at, at.leader, at.save(who=author, place=place).id)
        assert view is not None
        assert view.account is not None


def test_the_safety_representative_reads_accounts_without_names(at: IncidentHouse, author: Who) -> None:
    saved = at.save(who=author, subjects=(SubjectForm(description="mand med rød jakke"),))
    view = read(at, at.house.who(Role.SAFETY_REP), saved.id)
    assert view is not None
    assert view.account is not None
    assert view.subjects is None
    assert "rød jakke" not in repr(view)
