"""The form of an incident: what somebody has typed so far, as it is drafted, checked and saved."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRef:
    """An alarm: its station, and the number of the journal entry that opened it."""

    station: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectForm:
    """Somebody it is about. `person` is a known person; else a name makes a new one, and a description alone waits
    to be joined. `birth` is a year or a day as typed."""

    person: int | None = None
    name: str = ""
    birth: str = ""
    case_ref: str = ""
    description: str = ""

    @property
    def empty(self) -> bool:
        """True where nothing has been said about anybody."""
        return self.person is None and not any((self.name, self.birth, self.case_ref, self.description))


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentForm:
    """Everything as typed; words are codes of `guardroom.incidents.kinds`, "" where nothing was chosen.

    `place` is a room's id or free words. `asked`, `complied` and `sick_leave` are "yes", "no" or "". Times are of the
    house's clock. `took_part` are initials, parted as people part them. From an alarm `day` and `time` are fixed.
    """

    kind: str = ""
    day: str = ""
    time: str = ""
    place: str = ""
    channel: str = "in_person"
    subject_kind: str = "citizen"
    off_duty: bool = False
    behaviours: tuple[str, ...] = ()
    asked: str = ""
    asked_time: str = ""
    asked_by: str = ""
    complied: str = ""
    police: str = ""
    police_time: str = ""
    police_ref: str = ""
    injured: tuple[str, ...] = ()
    sick_leave: str = ""
    evidence: str = ""
    felt: str = ""
    assessed: str = ""
    took_part: str = ""
    subjects: tuple[SubjectForm, ...] = ()
    account: str = ""
    alarm: AlarmRef | None = None
    ban: int | None = None
