"""`guardroom check` says which policy is in force and where each value comes from."""

from __future__ import annotations

import re

import pytest
from config.conftest import Write

from guardroom.__main__ import main
from guardroom.config_policy import policies


def printed(config: object, capsys: pytest.CaptureFixture[str], *more: str) -> list[str]:
    main(["check", "--config", str(config), "--listen", "0", *more])
    return capsys.readouterr().out.splitlines()


def test_an_approved_policy(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(write('policy = "aabenraa"\n'), capsys)
    assert lines[1] == "ok  policy: aabenraa, version 1, approved by Lokal-MED on 19-09-2019"


def test_one_that_was_changed_and_approved_here(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    config = write(
        '[override]\nowner = "MED"\napproved_on = 2025-03-12\nversion = 3\nbans = { default_months = 4 }\n'
        'guard_hours = { mon = "08:00-17:00" }\n'
    )
    lines = printed(config, capsys, "--policy")
    assert lines[1] == (
        "ok  policy: fredensborg, version 3, approved by MED on 12-03-2025; "
        "changed here: approved_on, bans.default_months, guard_hours.mon, owner, version"
    )
    assert "ok  bans.default_months: 4 (guardroom.toml)" in lines
    assert "ok  bans.signatories: centre_head, director (fredensborg)" in lines
    assert "ok  guard_hours.mon: 08:00-17:00 (guardroom.toml)" in lines
    assert "ok  guard_hours.tue: 07:30-16:00 (fredensborg)" in lines
    assert "ok  bans.hearing_days: 14 (not stated there: the program's own)" in lines


@pytest.mark.parametrize("name", policies())
def test_every_value_of_every_policy_has_a_line(write: Write, capsys: pytest.CaptureFixture[str], name: str) -> None:
    import tomllib
    from pathlib import Path

    import guardroom

    path = Path(guardroom.__file__).parent / "policies" / f"{name}.toml"
    told = tomllib.loads(path.read_text("utf-8"))
    lines = printed(write(f'policy = "{name}"\n'), capsys, "--policy")
    keys = {line[4:].partition(":")[0] for line in lines if line.endswith(f"({name})")}

    def flat(values: dict[str, object], before: str = "") -> set[str]:
        found = set()
        for key, value in values.items():
            found |= flat(value, f"{before}{key}.") if isinstance(value, dict) else {before + key}
        return found

    assert keys == flat(told)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('approved_on = "2019-09-19"', "a day without quotes"),
        ("approved_on = 2019-09-19T08:00:00", "a day without quotes"),
        ("version = -1", "a number from 0"),
        ("ban = { default_months = 4 }", "did you mean bans?"),
        ('notices = { alarm = ["leader"] }', "did you mean leaders?"),
        ("notices = { escalate_s = 90, escalate_again_s = 60 }", "must be more than escalate_s"),
    ],
)
def test_what_cannot_be(write: Write, capsys: pytest.CaptureFixture[str], wrong: str, said: str) -> None:
    assert main(["check", "--config", str(write(f"[override]\n{wrong}\n")), "--listen", "0"]) == 2
    assert re.search(re.escape(said), capsys.readouterr().err)
