"""`guardroom bans`: the same roles and the same log as on the screen."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from ban_house import BanHouse
from harness.house import cheap_codes

from guardroom.__main__ import main
from guardroom.people.roles import Role

CODE = "417 skeer 22"
Bans = Callable[..., tuple[int, str, str]]


@pytest.fixture
def bans(at: BanHouse, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Bans:
    cheap_codes(monkeypatch)
    # The command has the computer's own clock.
    at.move_to(datetime.now(UTC))

    def run(role: Role, *more: str, code: str = CODE) -> tuple[int, str, str]:
        who = at.house.who(role, code=CODE)
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{code}\n"))
        done = main(["bans", "--config", str(at.house.config), "--as", who.initials, *more])
        told = capsys.readouterr()
        return done, told.out, told.err

    return run


def test_the_list_as_json_is_logged(at: BanHouse, bans: Bans) -> None:
    ban = at.ban(kind="department", scope=("Jobcenter",))
    done, out, err = bans(Role.GUARD, "--json")
    assert (done, err) == (0, "")
    (line,) = json.loads(out)
    assert line["number"] == ban.number
    assert line["starts_on"] == ban.starts_on.isoformat() != line["ends_on"] == ban.ends_on.isoformat()
    assert line["scope"] == ["Jobcenter"]
    assert line["read"] is False
    assert set(line) == {
        "id", "number", "person", "name", "born", "kind", "standing", "starts_on", "ends_on", "scope", "area",
        "days_left", "normalise_by", "read",
    }  # fmt: skip
    assert at.house.told()[-2:] == ["bans_listed", "signed_out"]


def test_for_people_one_line_each(at: BanHouse, bans: Bans) -> None:
    ban = at.ban()
    at.ban("draft")
    done, out, _err = bans(Role.LEADER)
    assert done == 0
    assert out == f"{ban.number} active, attendance ban, {ban.form.ends_on}: Christian Møller-Eksempel, 1984\n"
    done, out, _err = bans(Role.LEADER, "--all")
    assert len(out.splitlines()) == 2


@pytest.mark.parametrize(("role", "more"), [(Role.DESK, ()), (Role.ADMIN, ()), (Role.GUARD, ("--all",))])
def test_who_may_not_is_told_so(at: BanHouse, bans: Bans, role: Role, more: tuple[str, ...]) -> None:
    at.ban()
    done, out, err = bans(role, *more, "--json")
    assert (done, out) == (1, "")
    assert "you may not do or see this" in err


def test_without_the_right_code_nothing_is_listed(at: BanHouse, bans: Bans) -> None:
    at.ban()
    done, out, err = bans(Role.GUARD, "--json", code="wrong")
    assert (done, out) == (1, "")
    assert err
