"""A command's list with nothing in it says so, beside the list; and that nobody listens, where nobody does."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from harness.house import small_house

from guardroom import language
from guardroom.__main__ import main
from guardroom.people.roles import Role

CODE = "417 heste"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("alarms",), ["No alarm is known.", "No monitor runs: alarms are not received here."]),
        (("signals",), ["No signal is in the journal.", "No monitor runs: alarms are not received here."]),
        (("bans", "--as", "MH"), ["No active ban that you may see."]),
        (("bans", "--all", "--as", "LD"), ["No ban that you may see."]),
        (("incidents", "--as", "MH"), ["No incident that you may see."]),
    ],
)
def test_it_is_said_and_a_script_reads_none(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    said: list[str],
) -> None:
    with small_house(tmp_path) as house:
        house.who(Role.GUARD, initials="MH", code=CODE)
        house.who(Role.LEADER, initials="LD", code=CODE)
        for more, out in (((), ""), (("--json",), "[]\n")):
            monkeypatch.setattr("sys.stdin", io.StringIO(CODE + "\n"))
            assert main([*command, *more, "--config", str(house.config)]) == 0
            language.choose("en")
            found = capsys.readouterr()
            assert found.out == out
            assert found.err.splitlines() == ([] if more else said)
