"""What stands before and behind a command, and how the demo's buttons are pressed."""

from __future__ import annotations

import argparse
import re
from itertools import islice
from pathlib import Path

import pytest

from guardroom import config, demo, language
from guardroom.__main__ import _commands, main
from guardroom.settings import Settings


@pytest.fixture
def town(tmp_path: Path) -> Settings:
    """The example's town hall."""
    path = tmp_path / "guardroom.toml"
    path.write_text(config.example_text(), "utf-8")
    return config.load(path)


def test_every_command_is_in_the_readmes_table_and_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    readme = (Path(__file__).parent.parent.parent / "README.md").read_text(encoding="utf-8")
    table = "".join(line.split("|")[1] for line in readme.splitlines() if line.startswith("| `guardroom"))
    named = set(re.findall(r"`(?:guardroom )?([a-z]+)", table)) - {"guardroom"}
    language.choose("en")
    commands = _commands()
    assert named - {"import"} == set(commands)
    with pytest.raises(SystemExit):
        main(["--help"])
    said = capsys.readouterr().out
    assert all(f"  {name:9} {_commands()[name][1]}" in said for name in commands)


@pytest.mark.parametrize("name", ["restore", "purge", "report", "export", "serve", "secret", "backup", "bans", "check"])
def test_the_help_of_a_command_says_what_it_does(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([name, "--help"])
    assert left.value.code == 0
    said = " ".join(capsys.readouterr().out.split())
    assert _commands()[name][1] in said


@pytest.mark.parametrize("before", [True, False])
def test_the_configuration_may_be_named_before_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], before: bool
) -> None:
    path = tmp_path / "g.toml"
    path.write_text('language = "dk"', "utf-8")
    for given in (["--config", str(path)], [f"--config={path}"]):
        assert main([*given, "check"] if before else ["check", *given]) != 0
        said = "".join(capsys.readouterr())
        assert "unrecognized" not in said
        assert "g.toml" in said


def test_the_demo_presses_as_often_as_it_is_told(town: Settings) -> None:
    def moments(every: float) -> list[float]:
        return sorted(at for panel in town.panels for at, _signal in islice(demo.presses(town, panel, 8.0, every), 3))

    assert moments(0.0) == [8.0]
    assert min(later - sooner for sooner, later in zip(moments(600.0), moments(600.0)[1:], strict=False)) >= 600.0


@pytest.mark.parametrize("option", ["--first", "--every"])
@pytest.mark.parametrize("typed", ["-1", "often", "nan", "inf"])
def test_the_demo_says_what_may_stand_there(option: str, typed: str, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    demo.add_arguments(parser)
    with pytest.raises(SystemExit):
        parser.parse_args([option, typed])
    assert "a number of seconds" in capsys.readouterr().err
