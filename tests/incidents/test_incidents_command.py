"""`guardroom incidents`: the same roles and the same log as on the screen."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable

import pytest
from harness.house import cheap_codes
from incident_house import IncidentHouse

from guardroom.__main__ import main
from guardroom.incidents.words import kind
from guardroom.people.roles import Role

CODE = "417 skeer 22"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def incidents(at: IncidentHouse, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    cheap_codes(monkeypatch)

    def run(role: Role, *more: str, code: str = CODE) -> tuple[int, str, str]:
        who = at.house.who(role, code=CODE)
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{code}\n"))
        done = main(["incidents", "--config", str(at.house.config), "--as", who.initials, *more])
        told = capsys.readouterr()
        return done, told.out, told.err

    return run


def test_as_json_with_what_the_role_may_see(at: IncidentHouse, incidents: Run) -> None:
    other = at.house.who(Role.GUARD, initials="ZZ")
    own = at.save(police="112", police_time="09:35", alarm=None)
    at.log.add(at.guard, own.id, "Døren var åben.")
    at.save(who=other, place="Hallen", took_part="", day="23-11-2025", account="Hemmelig tekst, som er en andens.")
    done, out, err = incidents(Role.GUARD, "--json")
    assert (done, err) == (0, "")
    first, second = json.loads(out)
    assert (first["number"], first["place"], first["happened_at"]) == ("H-0002", "Hallen", "2025-11-23T08:30:00.000Z")
    assert first["subjects"][0]["name"] == "Kasper Eksempel"
    assert "account" not in first
    assert "Hemmelig" not in out
    assert second["account"] == own.account
    assert [line["text"] for line in second["addenda"]] == ["Døren var åben."]
    assert (second["police"], second["police_at"]) == ("112", "2025-11-24T08:35:00.000Z")
    assert second["alarm"] is None
    assert second["ban"] is None
    entry = at.house.audit()[-2]
    assert (entry.what, entry.station) == ("incidents_listed", "Vagtstuen (command line)")


def test_facts_only(at: IncidentHouse, incidents: Run) -> None:
    at.save()
    done, out, _err = incidents(Role.SECURITY_COORDINATOR, "--json")
    assert done == 0
    (facts,) = json.loads(out)
    assert facts["kind"] == "threat"
    assert not {"account", "addenda", "subjects", "took_part", "sick_leave", "asked_by"} & set(facts)
    assert "Kasper" not in out


def test_in_lines(at: IncidentHouse, incidents: Run) -> None:
    at.save(place="Hall\x1b[2Jen")
    done, out, err = incidents(Role.GUARD)
    assert (done, err) == (0, "")
    assert out == f"H-0001  24-11-2025 09:30  {kind('threat')}  Hall[2Jen  Kasper Eksempel\n"


def test_nothing_yet_and_nobody_in_particular(at: IncidentHouse, incidents: Run) -> None:
    assert incidents(Role.LEADER, "--json") == (0, "[]\n", "")
    at.save()
    done, out, err = incidents(Role.ADMIN, "--json")
    assert (done, out) == (1, "")
    assert err == "As administrator you may not do or see this.\n"
    done, out, err = incidents(Role.GUARD, "--json", code="wrong")
    assert (done, out) == (1, "")
    assert err
