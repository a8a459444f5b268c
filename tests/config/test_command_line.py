"""What stands before and behind a command, and how the demo's buttons are pressed."""

from __future__ import annotations

import argparse
from itertools import islice
from pathlib import Path

import pytest

from guardroom import config, demo
from guardroom.__main__ import main
from guardroom.settings import Settings


@pytest.fixture
def town(tmp_path: Path) -> Settings:
    """The example's town hall."""
    path = tmp_path / "guardroom.toml"
    path.write_text(config.example_text(), "utf-8")
    return config.load(path)


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


@pytest.mark.parametrize("typed", ["-1", "often", "nan", "inf"])
def test_the_demo_says_what_may_stand_there(typed: str, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    demo.add_arguments(parser)
    with pytest.raises(SystemExit):
        parser.parse_args(["--every", typed])
    assert "a number of seconds" in capsys.readouterr().err
