"""One alarm as a guard has it: the button, the keys, the sign-in, the incident; then what is left of it on disk."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

from harness.house import SmallHouse
from harness.town import PATIENCE, Town, command, town

from db.schema import prepare_main
from guardroom.clock import SystemClock
from guardroom.config import load
from guardroom.ground import open_ground
from guardroom.people.roles import Role
from guardroom.people.secret import make_secret

CODE = "417 skeer"
ACCOUNT = "Rejste sig og råbte. Fulgt ud ad syd."


def people_of(town: Town) -> None:
    """A guard and a leader who have chosen their codes."""
    settings = load(town.config)
    prepare_main(settings.database)
    make_secret(settings.secret)
    ground = open_ground(settings, SystemClock())
    house = SmallHouse(ground, ground.clock)  # type: ignore[arg-type]
    house.who(Role.GUARD, initials="MH", code=CODE)
    house.who(Role.LEADER, initials="LD", code=CODE)
    ground.engine.dispose()


def incidents_as(town: Town, initials: str) -> list[dict[str, object]]:
    """The incidents as the command gives them to somebody who shows their code."""
    told = subprocess.run(
        command("incidents", "--json", "--as", initials, "--config", str(town.config)),
        input=f"{CODE}\n",
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    found: list[dict[str, object]] = json.loads(told.stdout)
    return found


def test_a_guard_answers_an_alarm_and_writes_what_happened(tmp_path: Path) -> None:
    with town(tmp_path, supervision_s=600) as byby:
        walk(byby)


def walk(byby: Town) -> None:
    """From the button to the command that reads the incident."""
    people_of(byby)
    with byby.dashboard() as screen:
        screen.wait_for("UKENDT")
        assert byby.panel.press("005", "KONTAKTRUM 2")
        # For its first 0.7 s an alarm takes no key.
        screen.wait_for(lambda text: re.search(r"TID SIDEN TRYK +00:00:(0[2-9]|[1-5]\d)", text) is not None)
        screen.press("f12")
        screen.wait_for("INDSATS")
        for step, words in (("1", "Fremme"), ("3", "Borger bedt"), ("4", "Gik selv")):
            screen.press(step)
            screen.wait_for(f"[x] {step}   {words}")
        screen.press("e")
        screen.wait_for("(x) E Eskorteret")
        screen.press("ctrl+s")
        screen.wait_for("er lukket")
        screen.press("n")
        screen.wait_for("LOG IND")
        screen.press("mh", "enter", CODE, "enter")
        screen.wait_for("HVAD DREJER DET SIG OM?")
        screen.wait_for("Alarm i dag")
        screen.press("enter")
        screen.wait_for("HÆNDELSE fra alarmen")
        # Nobody was signed on to the shift: who asked is for whoever writes to say.
        screen.press("mh", *["enter"] * 5)
        screen.press("1", "enter", "enter", "enter", "enter", "Karla Vinter", "enter", "1984", "enter", "enter")
        screen.press(ACCOUNT, "ctrl+s")
        screen.wait_for("Bliver låst")
        screen.press("ctrl+s")
        screen.wait_for("Gemt som H-0001")
    (written,) = incidents_as(byby, "LD")
    assert written["number"] == "H-0001"
    assert written["account"] == ACCOUNT
    assert written["alarm"] is not None
