"""A whole drill in a real terminal: the helper's button, the guards' keys, the police script that is none, its end."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from harness.house import MovedClock, SmallHouse
from harness.terminal import PtyProgram
from harness.town import PATIENCE, Town, command, town, until
from sqlalchemy import text

from db.main import reading
from db.schema import prepare_main
from guardroom.config import load
from guardroom.drills.form import DrillForm
from guardroom.drills.plan import CONFIRMATIONS
from guardroom.drills.planner import Planner
from guardroom.ground import open_ground
from guardroom.people.roles import Role
from guardroom.people.secret import make_secret

CODE = "417 skeer"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def always_noon(byby: Town) -> None:
    """The town lies where it is between noon and one now, its guards are there every day and the police never: drills
    are planned for duty hours alone."""
    east = 12 - datetime.now(UTC).hour
    zone = "Etc/GMT" if not east else f"Etc/GMT{-east:+d}"
    hours = "\n".join(f'{day} = "08:00-18:00"' for day in DAYS)
    none = "\n".join(f'{day} = ""' for day in DAYS)
    written = byby.config.read_text("utf-8").replace("[site]\n", f'[site]\nzone = "{zone}"\n')
    # Each press tells itself: within the usual two minutes a second one would be the panel saying it again.
    written = written.replace("repeat_s = 120", "repeat_s = 0")
    # Nobody has to have signed on.
    byby.config.write_text(
        f"{written}\n[override.drills]\nguards = 0\n[override.guard_hours]\n{hours}\n[override.police_hours]\n{none}\n",
        "utf-8",
    )


@contextmanager
def planned(byby: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallHouse]:
    """The coordinator has planned, a minute ago, a helper's drill in K2 for this minute; everything is seen to."""
    monkeypatch.setattr("guardroom.drills.form.is_free_day", lambda day: False)
    monkeypatch.setattr("guardroom.drills.slots.is_free_day", lambda day: False)
    minute = datetime.now(UTC).replace(second=0, microsecond=0)
    settings = load(byby.config)
    ground = open_ground(settings, MovedClock(minute - timedelta(minutes=1)))
    try:
        house = SmallHouse(ground, ground.clock)  # type: ignore[arg-type]
        coordinator = house.who(Role.RISK_COORDINATOR, initials="RK", code=CODE)
        house.who(Role.LEADER, initials="LD", code=CODE)
        local = minute.astimezone(settings.site.zone)
        Planner(ground).plan(
            coordinator,
            DrillForm(
                how="fixed",
                day=f"{local:%d-%m-%Y}",
                time=f"{local:%H:%M}",
                rooms=("K2",),
                press="helper",
                led_by="RK",
                confirmed=CONFIRMATIONS,
            ),
        )
        yield house
    finally:
        ground.engine.dispose()


def in_the_vault(house: SmallHouse) -> bytes:
    """What lies there; anew after every look."""
    with reading(house.ground.engine) as session:
        found: bytes = session.execute(text("SELECT sealed FROM drill_vault")).scalar_one()
        return found


@contextmanager
def drilling(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Town, PtyProgram]]:
    """A dashboard that shows nothing, and a monitor that waits for the helper's press."""
    with town(folder, supervision_s=600) as byby:
        always_noon(byby)
        settings = load(byby.config)
        prepare_main(settings.database)
        make_secret(settings.secret)
        with planned(byby, monkeypatch) as house, byby.dashboard() as screen:
            before = in_the_vault(house)
            with byby.panel.polling():
                screen.wait_for("LINK OK 1/1")
                # A look has been taken: within a minute none follows.
                until(lambda: in_the_vault(house) != before)
            plan = Planner(house.ground).overview(house.who(Role.RISK_COORDINATOR, initials="RK")).plan
            assert plan is not None
            assert plan.news == (), "nothing speaks against it"
            yield byby, screen


def nothing_shows_a_drill(screen: PtyProgram) -> None:
    """It looks as every alarm does, which all say what they are not."""
    assert "ØVELSE" not in screen.screen_text().upper().replace("(IKKE ØVELSE, IKKE TEST)", "")


def press_once(byby: Town) -> None:
    """The button in K2, told once: told again it would be another press. No answer of a poll is left on the line."""
    until(byby.panel.poll)
    byby.panel.timeout = PATIENCE
    assert byby.panel.press("005", "KONTAKTRUM 2", attempts=1)


def takes_keys(screen: PtyProgram) -> None:
    """For its first 0.7 s an alarm takes no key."""
    screen.wait_for(lambda shown: re.search(r"TID SIDEN TRYK +00:00:(0[2-9]|[1-5]\d)", shown) is not None)


def alarm_taken(byby: Town, screen: PtyProgram) -> None:
    """The helper presses, the guards acknowledge what looks as every alarm does."""
    nothing_shows_a_drill(screen)
    press_once(byby)
    takes_keys(screen)
    nothing_shows_a_drill(screen)
    screen.press("f12")
    screen.wait_for("INDSATS")
    nothing_shows_a_drill(screen)


def told(byby: Town) -> str:
    """`guardroom incidents` for somebody who sees them all."""
    return subprocess.run(
        command("incidents", "--json", "--as", "LD", "--config", str(byby.config)),
        input=f"{CODE}\n",
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    ).stdout


def test_a_helper_presses_guards_would_call_and_the_coordinator_stops_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with drilling(tmp_path, monkeypatch) as (byby, screen):
        alarm_taken(byby, screen)
        screen.press("p")
        screen.wait_for("Ring ikke til politiet")
        screen.press("1")
        screen.press("escape")
        screen.wait_for("ØVELSE, RING IKKE")
        # On the response a digit is a step.
        screen.press("escape")
        screen.wait_for("[1 Tavle]")
        screen.press("f2")
        screen.wait_for("LOG IND")
        screen.press("rk", "enter", CODE, "enter")
        screen.wait_for("RK logget ind")
        screen.press("6")
        screen.wait_for("EN ØVELSE KØRER NU")
        screen.press("ctrl+x")
        screen.wait_for("ØVELSE SLUT: alarmen i Kontaktrum 2")
        until(lambda: [alarm["mode"] for alarm in byby.alarms()] == ["drill"])
        (alarm,) = byby.alarms()
        assert alarm["room"] == "K2"
        assert "police_called" not in json.dumps(alarm), "1 noted no call"
        assert json.loads(told(byby)) == []


def test_a_second_press_in_the_room_is_real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with drilling(tmp_path, monkeypatch) as (byby, screen):
        alarm_taken(byby, screen)
        press_once(byby)
        screen.wait_for("denne alarm er SKARP")
        until(lambda: [alarm["mode"] for alarm in byby.alarms()] == ["drill", "real"])
        takes_keys(screen)
        screen.press("f12")
        screen.wait_for("INDSATS")
        screen.press("p")
        screen.wait_for("RING POLITI: læs dette højt")
        screen.wait_for("ØVELSE SLUT: alarmen i Kontaktrum 2")
