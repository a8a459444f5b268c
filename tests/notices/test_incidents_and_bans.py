"""What is told of incidents and bans: to whom the policy says, with the number alone, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from bans.ban_house import ban_house
from harness.house import SmallHouse
from harness.mail_server import MailServer
from harness.town import Town, town
from incidents.incident_house import EJECTION, THREAT, IncidentHouse, incident_house
from notices.conftest import recipient
from sqlalchemy import select

from db.main import reading
from db.outbox_tables import NoticeRow
from db.schema import prepare_main
from guardroom.clock import SystemClock
from guardroom.config import load
from guardroom.ground import open_ground
from guardroom.incidents.log import IncidentLog
from guardroom.people.lookup import Lookup
from guardroom.people.persons import Persons
from guardroom.people.roles import Role
from guardroom.people.secret import make_secret
from guardroom.refusal import BadInput

EVERYBODY = (
    recipient("Vagt", "guards"),
    recipient("Centre", "centres"),
    replace(recipient("AMR-JC", "safety_org"), blocks=("Jobcenter",)),
    replace(recipient("AMR-BS", "safety_org"), blocks=("Borgerservice",)),
    recipient("Test", "test"),
)


@pytest.fixture
def byby(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path) as made:
        yield made


@pytest.fixture
def albertslund(tmp_path: Path) -> Iterator[IncidentHouse]:
    with incident_house(tmp_path, policy="albertslund", recipients=EVERYBODY) as made:
        yield made


def told(house: SmallHouse) -> dict[str, list[str]]:
    """Who is told what."""
    found: dict[str, list[str]] = {}
    with reading(house.ground.engine) as session:
        for row in session.scalars(select(NoticeRow).order_by(NoticeRow.id)):
            found.setdefault(row.subject, []).extend(each.recipient for each in row.deliveries)
    return found


def text(house: SmallHouse) -> str:
    """Everything that is told."""
    with reading(house.ground.engine) as session:
        return "\n".join(row.subject + row.body for row in session.scalars(select(NoticeRow)))


def test_an_ejection_is_told_to_the_centres_and_the_safety_organisation(albertslund: IncidentHouse) -> None:
    albertslund.save(form=EJECTION)
    assert told(albertslund.house) == {"New incident: H-0001": ["AMR-JC"], "Ejection: H-0001": ["Centre"]}
    assert "Eksempel" not in text(albertslund.house)
    assert "24-11-2025 09:30" in text(albertslund.house)


def test_a_press_by_accident_is_not(albertslund: IncidentHouse) -> None:
    albertslund.save(form=replace(THREAT, kind="accidental", subjects=(), behaviours=()))
    assert told(albertslund.house) == {}


def test_what_is_not_saved_is_not_told(albertslund: IncidentHouse) -> None:
    with pytest.raises(BadInput):
        albertslund.save(form=replace(THREAT, day="31-02-2025"))
    assert told(albertslund.house) == {}


@pytest.mark.usefixtures("both_databases")
def test_a_ban_is_told_when_it_is_in_force_and_when_it_is_lifted(tmp_path: Path) -> None:
    with ban_house(tmp_path, recipients=EVERYBODY) as at:
        decided = at.ban("served")
        assert told(at.house) == {}
        at.lead_on(decided.id)
        assert told(at.house) == {f"A new ban is in force: {decided.number}": ["Vagt", "AMR-JC", "AMR-BS"]}
        at.bans.lift(at.leader, decided.id, "", "Kontakten er normal igen.")
        assert f"A ban has been lifted: {decided.number}" in told(at.house)
        said = text(at.house)
        assert "Møller" not in said
        assert "attendance ban, 24-11-2025 to" in said


def test_the_monitor_sends_it(byby: Town) -> None:
    with MailServer() as server:
        people = '\n[[recipients]]\nname = "AMR"\ngroups = ["safety_org"]\nmail = "amr@byby.example"\n'
        byby.config.write_text(byby.config.read_text("utf-8") + server.toml() + people, "utf-8")
        prepare_main(f"sqlite:///{byby.folder / 'guardroom.db'}")
        make_secret(byby.folder / "guardroom.secret")
        byby.start_monitor()
        _save_an_incident(byby)
        server.wait_for(1)
        assert server.subjects() == [("amr@byby.example", "Ny hændelse: H-0001")]


def _save_an_incident(byby: Town) -> None:
    ground = open_ground(load(byby.config), SystemClock())
    try:
        house = SmallHouse(ground, SystemClock())  # type: ignore[arg-type]
        log = IncidentLog(ground, Persons(ground, Lookup(ground)))
        guard = house.who(Role.GUARD)
        log.save(guard, replace(log.blank(guard), kind="other", account="Råbte i forhallen.", place="Forhal"))
    finally:
        ground.engine.dispose()
