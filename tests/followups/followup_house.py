"""A house whose follow-ups are tried out: incidents of every kind, and what they ask for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from harness.house import START, SmallHouse, small_house
from incidents.incident_house import EJECTION, THREAT, IncidentHouse

from guardroom.followups.closing import ClosingForm
from guardroom.followups.followups import FollowUps
from guardroom.followups.view import FollowUpLine
from guardroom.incidents.form import IncidentForm
from guardroom.people.roles import Role
from guardroom.people.who import Who

FILMED = """
[[rooms]]
id = "K9"
name = "Akutrum"
block = "Jobcenter"
cctv = true
"""

ACCIDENT = replace(THREAT, kind="accidental", behaviours=(), subjects=(), account="Ramte knappen med knæet.")


class FollowUpHouse:
    """The house with handles for tests."""

    def __init__(self, house: SmallHouse) -> None:
        self.house = house
        self.clock = house.clock
        self.incidents = IncidentHouse(house)
        self.followups = FollowUps(house.ground)
        self.leader = house.who(Role.LEADER)

    def saved(self, form: IncidentForm = THREAT, *, pressed: bool = False, **changes: Any) -> int:
        """An incident that has been saved; `pressed`: of a real alarm, twenty minutes ago."""
        if pressed:
            minute = START - timedelta(minutes=20)
            local = minute.astimezone(self.house.ground.settings.site.zone)
            changes |= {"alarm": self.incidents.alarm(number=self._next()), "time": f"{local:%H:%M}"}
        return self.incidents.save(form=form, **changes).id

    def lines(self, incident: int, who: Who | None = None) -> dict[str, FollowUpLine]:
        """What an incident asks for, by kind."""
        return {line.kind: line for line in self.followups.of_incident(who or self.leader, incident).lines}

    def close(self, incident: int, kind: str, who: Who | None = None, **said: str) -> None:
        """Close one with everything that is asked for."""
        line = self.lines(incident)[kind]
        self.followups.close(who or self.leader, line.id, complete(**said))

    def _next(self) -> int:
        self._number = getattr(self, "_number", 6) + 1
        return self._number


def complete(**said: str) -> ClosingForm:
    """A form that says enough to close anything."""
    usual = {
        "reference": "S-1",
        "count": "3",
        "yes_no": "yes",
        "company": "leader",
        "text": "Aftalt med den ramte.",
        "reason": "other",
    }
    return ClosingForm(**(usual | said))


@contextmanager
def followup_house(folder: Path, **more: Any) -> Iterator[FollowUpHouse]:
    """A house in this folder that is closed at the end; see `small_house`."""
    with small_house(folder, toml=FILMED, **more) as house:
        yield FollowUpHouse(house)


__all__ = ["ACCIDENT", "EJECTION", "FILMED", "THREAT", "FollowUpHouse", "complete", "followup_house"]
