"""What was typed about a heads-up: read into values, and what is wrong with it. No database, no clock of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from guardroom.days import day_in, read_day
from guardroom.form_reading import Reading
from guardroom.headsups.form import ArrivalForm, HeadsUpForm, LoanForm, PrewarningForm
from guardroom.headsups.kinds import READY
from guardroom.incidents.check import read_clock, read_people, room_of
from guardroom.language import _
from guardroom.people.cpr import no_cpr, parted
from guardroom.people.initials import read_initials
from guardroom.people.roles import Role
from guardroom.refusal import Mistake
from guardroom.settings import MEETING_REASONS, POSTURES, Room
from guardroom.text import one_line

LONGEST = timedelta(hours=10)
"""No meeting is longer."""
FURTHEST_DAYS = 366
MOST_STAFF = 10
PLACE_LENGTH = 120
NOTE_LENGTH = 200
CITIZEN_LENGTH = 80
SIGNAL_LENGTH = 60
CASE_LENGTH = 40
_LEADERS = (Role.LEADER, Role.CENTRE_HEAD, Role.DIRECTOR)
FEWEST_MINUTES, MOST_MINUTES = 5, 240
REASON_LENGTH = 500
_CASE = re.compile(r"[^\W_]([^\W_]|[-/. ]){0,39}")
_MINUTES = re.compile(r"[0-9]{1,3}")
_MOMENT = re.compile(r"(?:(.+)\s)?(\S+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What a form is held against."""

    now: datetime
    zone: ZoneInfo
    rooms: Sequence[Room] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The values in a form without mistakes. `check_in_every` are minutes, 0 for none."""

    begins: datetime
    until: datetime
    place: str
    room: str | None
    area: str
    reason: str
    posture: str
    staff: tuple[str, ...]
    case_ref: str
    person: int | None
    citizen: str
    stop_signal: str
    check_in_at: datetime | None
    check_in_every: int
    ready: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The values of a police pre-warning."""

    reason: str
    case_ref: str
    leader: str
    leader_at: datetime
    legal: str
    legal_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Lent:
    """The values of a loan."""

    device: str
    holder: str
    place: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """The values of an announced arrival."""

    expected_at: datetime
    person: int | None
    citizen: str
    case_ref: str


class MeetingReading(Reading):
    """Reads fields, also those that are held against the house's rooms and clock."""

    def __init__(self, house: House) -> None:
        super().__init__()
        self._house = house

    @property
    def zone(self) -> ZoneInfo:
        """The house's zone."""
        return self._house.zone

    def wrong(self, field: str, sentence: str) -> None:
        """Note a mistake; one for each field is enough."""
        if all(mistake.field != field for mistake in self.mistakes):
            super().wrong(field, sentence)

    def case(self, typed: str, *, needed: bool = False) -> str:
        """A case number."""
        text = self.line("case_ref", typed, CASE_LENGTH, number=True)
        if text and not _CASE.fullmatch(text):
            self.wrong("case_ref", _("A case number is letters and digits with spaces and - / . between, at most 40."))
        if needed and not text:
            self.wrong("case_ref", _("Write the number under which the reason is filed (ESDH or case number)."))
        return text

    def citizen(self, person: int | None, name: str, described: str) -> str:
        """The few words for a citizen. A name is only how a known person is found."""
        text = self.line("citizen", described, CITIZEN_LENGTH)
        if person is None and one_line(name):
            self.wrong(
                "name",
                _(
                    "No known person was chosen, and names are not kept here: choose one with Down and Enter, or empty "
                    "the field and write a case number."
                ),
            )
        return text

    def initials(self, field: str, typed: str, asked: str) -> str:
        """One person's initials."""
        found = read_initials(typed)
        if not found:
            self.wrong(field, asked)
        return found

    def day(self, field: str, typed: str) -> date | None:
        """A day, which must be there."""
        day = super().day(field, typed)
        if day is None:
            self.wrong(field, _("Write the day as 24-11-2025."))
        return day

    def clock(self, field: str, typed: str) -> time | None:
        """A time of day."""
        text = one_line(typed)
        clock = read_clock(text)
        if clock is None:
            self.mistakes += no_cpr(field, text) or [Mistake(field, _("Write the time as 13:42."))]
        return clock

    def at(self, field: str, day: date, clock: time) -> datetime | None:
        """The moment, in UTC. An hour that the night leaves out is none; of one that comes twice it is the first."""
        here = datetime.combine(day, clock, self._house.zone)
        moment = here.astimezone(UTC)
        if moment.astimezone(self._house.zone).replace(tzinfo=None) != here.replace(tzinfo=None):
            self.wrong(field, _("There is no {time} on that day: the clocks go forward.").format(time=f"{clock:%H:%M}"))
            return None
        return moment

    def to_come(self, day_field: str, day: str, clock_field: str, clock: str) -> datetime | None:
        """A moment from this minute on, within a year."""
        on, at = self.day(day_field, day), self.clock(clock_field, clock)
        if on is None or at is None:
            return None
        if self.is_far(day_field, on):
            return None
        moment = self.at(clock_field, on, at)
        if moment is not None and moment < self._house.now.replace(second=0, microsecond=0):
            self.wrong(day_field, _("That has gone by: choose a time to come."))
        return moment

    def is_far(self, field: str, day: date) -> bool:
        """Whether a day is more than a year away, which is a mistake."""
        far = abs((day - day_in(self._house.now, self._house.zone)).days) > FURTHEST_DAYS
        if far:
            self.wrong(field, _("That is more than a year away."))
        return far

    def past(self, field: str, typed: str) -> datetime | None:
        """A moment that has been: a day and a time, or a time of today."""
        text = one_line(typed)
        found = _MOMENT.fullmatch(text)
        day = None
        clock = None
        if found is not None:
            day = day_in(self._house.now, self._house.zone) if found[1] is None else read_day(found[1])
            clock = read_clock(found[2])
        if day is None or clock is None:
            self.mistakes += no_cpr(field, text) or [
                Mistake(field, _("Write when, as 24-11-2025 10:15, or 10:15 for today."))
            ]
            return None
        if self.is_far(field, day):
            return None
        moment = self.at(field, day, clock)
        if moment is not None and moment > self._house.now:
            self.wrong(field, _("This lies in the future; write when it happened."))
            return None
        return moment


def read(form: HeadsUpForm, house: House) -> tuple[Facts | None, tuple[Mistake, ...]]:
    """The values in a form, and everything that is wrong with it; no values where anything is."""
    reading = MeetingReading(house)
    times = _times(form, reading, house)
    place = reading.line("room", form.room, PLACE_LENGTH)
    if not place:
        reading.wrong("room", _("Write where the meeting is: a room, or in words."))
    if form.reason not in MEETING_REASONS:
        reading.wrong("reason", _("Choose why the guards are told."))
    if form.posture and form.posture not in POSTURES:
        reading.wrong("posture", _("Choose where the guards are asked to be."))
    staff = _staff(form, reading)
    case_ref = reading.case(form.case_ref)
    citizen = reading.citizen(form.person, form.name, form.citizen)
    stop_signal = reading.line("stop_signal", form.stop_signal, SIGNAL_LENGTH)
    check_in_at, every = _check_in(form, reading, times)
    note = reading.line("note", form.note, NOTE_LENGTH)
    if parted(form.citizen, form.case_ref) or parted(form.case_ref, form.note):
        reading.wrong("case_ref", _("This looks like a CPR number in two fields; it is never kept here."))
    if reading.mistakes or times is None:
        return None, tuple(reading.mistakes)
    room = room_of(place, house.rooms)
    return Facts(
        begins=times[0],
        until=times[1],
        place=place if room is None else room.name,
        room=None if room is None else room.id,
        area="" if room is None else room.block,
        reason=form.reason,
        posture=form.posture,
        staff=staff,
        case_ref=case_ref,
        person=form.person,
        citizen=citizen,
        stop_signal=stop_signal,
        check_in_at=check_in_at,
        check_in_every=every,
        ready=tuple(code for code in READY if code in form.ready),
        note=note,
    ), ()


def read_prewarning(
    form: PrewarningForm, house: House, roles: Mapping[str, Role]
) -> tuple[Asked | None, tuple[Mistake, ...]]:
    """The values of a police pre-warning: nothing of it may be missing (D12, D13). `roles` are those of the house's
    users by their initials: whoever is one must be what they were asked as; others are taken at their word."""
    reading = MeetingReading(house)
    reason = reading.line("reason", form.reason, REASON_LENGTH)
    if not reason:
        reading.wrong("reason", _("Write the objective and proportionate reason for which the police are warned."))
    case_ref = reading.case(form.case_ref, needed=True)
    leader = reading.initials("leader", form.leader, _("Write which leader was asked: initials such as LD."))
    leader_at = reading.past("leader_at", form.leader_at)
    legal = reading.initials("legal", form.legal, _("Write who in legal was asked: initials such as JK."))
    legal_at = reading.past("legal_at", form.legal_at)
    if leader and leader == legal:
        reading.wrong("legal", _("Leader and legal are two people: write who in legal was asked."))
    if roles.get(leader, _LEADERS[0]) not in _LEADERS:
        sentence = _("{initials} is no leader here: write which leader was asked.")
        reading.wrong("leader", sentence.format(initials=leader))
    if roles.get(legal, Role.LEGAL) != Role.LEGAL:
        reading.wrong("legal", _("{initials} is not in legal: write who there was asked.").format(initials=legal))
    if reading.mistakes or leader_at is None or legal_at is None:
        return None, tuple(reading.mistakes)
    return Asked(
        reason=reason, case_ref=case_ref, leader=leader, leader_at=leader_at, legal=legal, legal_at=legal_at
    ), ()


def read_loan(form: LoanForm, house: House) -> tuple[Lent | None, tuple[Mistake, ...]]:
    """The values of a loan."""
    reading = MeetingReading(house)
    device = reading.line("device", form.device, SIGNAL_LENGTH)
    if not device:
        reading.wrong("device", _("Write which alarm it is, such as MOBIL 1."))
    holder = reading.initials("holder", form.holder, _("Write who takes it: initials such as VT."))
    place = reading.line("place", form.place, PLACE_LENGTH)
    if not place:
        reading.wrong("place", _("Write where it is taken to; no private address."))
    due_at = reading.to_come("due_day", form.due_day, "due_time", form.due_time)
    if reading.mistakes or due_at is None:
        return None, tuple(reading.mistakes)
    return Lent(device=device, holder=holder, place=place, due_at=due_at), ()


def read_arrival(form: ArrivalForm, house: House) -> tuple[Announced | None, tuple[Mistake, ...]]:
    """The values of an announced arrival."""
    reading = MeetingReading(house)
    expected_at = reading.to_come("day", form.day, "time", form.time)
    citizen = reading.citizen(form.person, form.name, form.citizen)
    case_ref = reading.case(form.case_ref)
    if form.person is None and not citizen and not case_ref and not reading.mistakes:
        reading.wrong("citizen", _("Say whom it is about: a known person, a case number, or a few words."))
    if reading.mistakes or expected_at is None:
        return None, tuple(reading.mistakes)
    return Announced(expected_at=expected_at, person=form.person, citizen=citizen, case_ref=case_ref), ()


def _times(form: HeadsUpForm, reading: MeetingReading, house: House) -> tuple[datetime, datetime] | None:
    day = reading.day("day", form.day)
    begin, end = reading.clock("begins", form.begins), reading.clock("ends", form.ends)
    if day is None or begin is None or end is None:
        return None
    if reading.is_far("day", day):
        return None
    begins, until = reading.at("begins", day, begin), reading.at("ends", day, end)
    if begins is None or until is None:
        return None
    if until <= begins:
        reading.wrong("ends", _("The meeting ends before it begins."))
    elif until - begins > LONGEST:
        reading.wrong("ends", _("A meeting is ten hours at most."))
    elif until <= house.now:
        reading.wrong("day", _("That has gone by: choose a time to come."))
    return begins, until


def _staff(form: HeadsUpForm, reading: MeetingReading) -> tuple[str, ...]:
    typed = one_line(form.staff)
    known, others = read_people(typed)
    if found := no_cpr("staff", typed):
        reading.mistakes += found
    elif others or len(known) > MOST_STAFF:
        reading.wrong("staff", _("Write the staff as initials with spaces between, such as MH JB; no names."))
    elif not known:
        reading.wrong("staff", _("Write who of the staff is in the meeting: initials such as MH JB."))
    return known


def _check_in(
    form: HeadsUpForm, reading: MeetingReading, times: tuple[datetime, datetime] | None
) -> tuple[datetime | None, int]:
    """When somebody looks in (D22): at a time, or every so many minutes."""
    at, every = one_line(form.check_in_at), one_line(form.check_in_every)
    if at and every:
        reading.wrong("check_in_every", _("Give a time or a number of minutes, not both."))
        return None, 0
    if every:
        if not (_MINUTES.fullmatch(every) and FEWEST_MINUTES <= int(every) <= MOST_MINUTES):
            sentence = _("Give a number of minutes from {fewest} to {most}.")
            reading.wrong("check_in_every", sentence.format(fewest=FEWEST_MINUTES, most=MOST_MINUTES))
            return None, 0
        return None, int(every)
    if not at:
        return None, 0
    clock = reading.clock("check_in_at", at)
    if clock is None or times is None:
        return None, 0
    moment = reading.at("check_in_at", times[0].astimezone(reading.zone).date(), clock)
    if moment is not None and not times[0] < moment <= times[1]:
        reading.wrong("check_in_at", _("Somebody looks in after the meeting has begun, and by its end."))
    return moment, 0
