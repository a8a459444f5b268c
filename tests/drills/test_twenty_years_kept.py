"""Years of drills through the real keeper, vault, database, desk and journal, on a clock and chance of our own.

The PC is off at nights, at weekends and for weeks, the monitor restarts at any moment, the clock is set back once, and
people do what people do. A run prints what happened; its seed is in the test's name.
"""

from __future__ import annotations

import io
import itertools
import logging
import random
import shutil
import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from drills.drill_house import DrillHouse, drill_house
from harness.house import MovedClock, SmallHouse, cheap_codes
from sqlalchemy import text

from db.main import alarms, checkpoint, reading
from drivers.base import Cause
from guardroom.__main__ import main
from guardroom.alarms.state import Drill
from guardroom.alarms.view import AlarmView
from guardroom.clock import moment
from guardroom.config import load
from guardroom.drills.drawing import GRACE
from guardroom.drills.form import DrillForm
from guardroom.drills.plan import CONFIRMATIONS, Plan
from guardroom.drills.slots import is_free_day, slots
from guardroom.ground import open_ground
from guardroom.people.roles import Role
from guardroom.refusal import BadInput
from guardroom.settings import WEEKDAYS

ZONE = ZoneInfo("Europe/Copenhagen")
FIRST = 2026
MINUTE = timedelta(minutes=1)
HOURS = (("08:00", "09:00"), ("10:15", "12:00"), ("13:00", "15:00"))
ENDINGS = ("ignored", "time", "closed", "second press", "elsewhere", "restart", "off", "stopped")


def nights_with_another_hour(year: int) -> Iterator[datetime]:
    """Every half hour of the nights in which the clock changes, and of the year's last one."""
    for month in (3, 10):
        last = date(year, month, 31)
        sunday = last - timedelta(days=(last.weekday() + 1) % 7)
        for half in range(-2, 8):
            yield datetime(year, month, sunday.day, 0, 0, tzinfo=UTC) + half * 30 * MINUTE
    for half in range(-4, 5):
        yield datetime(year, 12, 31, 23, 0, tzinfo=UTC) + half * 15 * MINUTE


class Years:
    """A house over years, with everybody in it."""

    def __init__(self, at: DrillHouse, seed: int, caplog: pytest.LogCaptureFixture) -> None:
        self.at, self.caplog = at, caplog
        self.chance = random.Random(seed)
        at.chance.say = self.chance.randrange
        self.per_year = at.settings.policy.drills.per_year
        self.drills: list[tuple[Drill, datetime]] = []
        self.real = 0
        self.told: Counter[tuple[int, str]] = Counter()
        self.looks: list[datetime] = []
        self.off: list[tuple[datetime, datetime]] = []
        self.office_hours = False
        self.set_back_on = datetime(FIRST + 1, 9, 1, 9, 30, tzinfo=UTC)
        self.slots: tuple[datetime, ...] = ()
        self.plan: Plan | None = None
        self.drawn = 0

    @property
    def now(self) -> datetime:
        return self.at.clock.now()

    def happened(self, what: str) -> None:
        """For whoever looks at a run that failed."""
        print(f"{self.now:%Y-%m-%d %H:%M:%S} {what}")

    # The years

    def live(self, years: int) -> None:
        """So many years, and the morning after."""
        self.at.at(datetime(FIRST, 1, 1, 0, 0, tzinfo=UTC))
        for year in range(FIRST, FIRST + years):
            self._year(year)
            self.look()
            self._account_for(year)

    def _year(self, year: int) -> None:
        begin, end = datetime(year, 1, 1, tzinfo=ZONE), datetime(year + 1, 1, 1, tzinfo=ZONE)
        minutes = int((end - begin) / MINUTE)

        def sometimes(count: int) -> list[datetime]:
            return [begin + self.chance.randrange(minutes) * MINUTE for _ in range(count)]

        self.office_hours = self.chance.random() < 0.5
        self.off = [(at, at + timedelta(hours=self.chance.randrange(1, 500))) for at in sometimes(3)]
        monday = begin - timedelta(days=begin.weekday())
        visits = [
            monday + timedelta(days=7 * week + self.chance.randrange(5), hours=9, minutes=7) for week in range(1, 53)
        ]
        presses, restarts = sometimes(12), sometimes(12)
        self.looks = sorted(
            at for at in {*visits, *presses, *restarts, *sometimes(30), *nights_with_another_hour(year)} if at < end
        )
        if self.set_back_on.year == year:
            self.looks = sorted([*self.looks, self.set_back_on])
        while (now := self._next()) < end:
            if (on_again := self._off_until(now)) is not None:
                self.switched_off_until(min(on_again, end))
                continue
            self.at.at(now)
            if now == self.set_back_on:
                self.happened("the clock is set back")
                self.at.clock.advance(days=-3)
                self.set_back_on = datetime(FIRST - 1, 1, 1, tzinfo=UTC)
            if now in visits:
                self.coordinator()
            if now in presses:
                self.somebody_presses()
            if now in restarts:
                self.restart()
            self.look()
        if self._off_until(end) is not None:
            self.happened("off at the year's end")
        self.at.at(end.astimezone(UTC) + MINUTE)

    def _next(self) -> datetime:
        """The next moment at which anything may be due, a little late as the monitor's minutes are."""
        late = timedelta(seconds=self.chance.randrange(60))
        due = [at for at in self.looks if at > self.now][:1] or [self.now + timedelta(days=400)]
        if self.plan is not None and not self.plan.over:
            if self.plan.begins_at is not None:
                begins = self.plan.begins_at + late
                due.append(begins if begins > self.now else self.now + 3 * MINUTE)
            else:
                notice = timedelta(minutes=self.plan.notice_min)
                at = bisect_right(self.slots, self.now + notice)
                if at < len(self.slots):
                    due.append(self.slots[at] - notice + late)
                elif self.slots:
                    due.append(self.now + 20 * MINUTE)
        return min(due)

    def _off_until(self, at: datetime) -> datetime | None:
        """When the PC is switched on again; None where it is on."""
        until = max((end for begin, end in self.off if begin <= at < end), default=None)
        local = (until or at).astimezone(ZONE)
        if self.office_hours and (local.weekday() > 4 or not 7 <= local.hour < 17):
            day = local.date() + timedelta(days=1 if local.hour >= 7 else 0)
            while day.weekday() > 4:
                day += timedelta(days=1)
            return datetime(day.year, day.month, day.day, 7, 25, tzinfo=ZONE).astimezone(UTC)
        return until

    # What happens

    def look(self) -> None:
        """The monitor's minute, and what must be so after it."""
        before = self.plan
        self.at.tick()
        self._vault_tells_nothing()
        plan = self.at.planner.overview(self.at.coordinator).plan
        begun = self.at.desk.drill()
        if self.at.desk.expects_drill():
            begun = self._helper(begun)
        if begun is not None and (not self.drills or begun.order.id != self.drills[-1][0].order.id):
            assert before is not None
            self._begun(begun, before)
            plan = self.at.planner.overview(self.at.coordinator).plan
        if plan is not None and plan.begins_at is not None and not (before and before.begins_at):
            self._no_file_tells(plan.begins_at)
        self.plan = plan
        for one in plan.news if plan is not None else ():
            self.told[one.at.astimezone(ZONE).year, one.what] += 1

    def _helper(self, before: Drill | None) -> Drill | None:
        """A helper is to press now: does, or does not, or a real alarm comes first."""
        self.at.clock.advance(self.chance.randrange(1, 60))
        what = self.chance.choices(("presses", "is late", "another alarm"), (6, 3, 1))[0]
        self.happened(f"helper: {what}")
        if what == "is late":
            return before
        if what == "another alarm":
            self.real_alarm("008")
            self.at.press()
            self.real_alarm()
            return before
        self.at.press()
        begun: Drill | None = self.at.desk.drill()
        return begun

    def coordinator(self) -> None:
        """The risk coordinator's weekly look: plans while drills are missing."""
        found = self.at.planner.overview(self.at.coordinator)
        if found.plan is not None and not found.plan.over:
            return
        year = found.years[0]
        if year.state == "done":
            return
        if found.plan is not None:
            self.at.planner.call_off(self.at.coordinator)
        self.plan = None
        for form in (self._form(), self._form(plainly=True)):
            try:
                if form.how == "proposed":
                    form = self.at.planner.propose(self.at.coordinator, form)
                self.plan = self.at.planner.plan(self.at.coordinator, form)
                break
            except BadInput as why:
                self.told[year.year, why.mistakes[0].field] += 1
        if self.plan is not None:
            self.happened(f"planned: {self.plan.how} {self.plan.press} {self.plan.notice_min} {self.plan.limits}")
            last = max((at for drill, at in self.drills if self.counts(drill)), default=None)
            day = None if last is None else last.astimezone(ZONE).date()
            self.slots = slots(self.plan.limits, self.at.settings.policy, ZONE, day)
            self.caplog.clear()

    def _form(self, *, plainly: bool = False) -> DrillForm:
        today = self.now.astimezone(ZONE).date()
        usual = DrillForm(first=f"{today:%d-%m-%Y}", last=f"31-12-{today.year}", confirmed=CONFIRMATIONS)
        earliest, latest = self.chance.choice(HOURS)
        usual = replace(usual, earliest=earliest, latest=latest)
        if plainly:
            return usual
        notice = self.chance.choice(("none", "morning", "day"))
        return replace(
            usual,
            how=self.chance.choices(("sealed", "proposed"), (5, 1))[0],
            weekdays=tuple(self.chance.sample(WEEKDAYS[:5], self.chance.randrange(1, 6))),
            months=tuple(str(month) for month in self.chance.sample(range(1, 13), self.chance.choice((0, 4, 8)))),
            notice=notice,
            press="program" if notice == "none" else self.chance.choice(("program", "helper")),
            rooms=self.chance.choice(((), ("K7",), ("K7", "K8"))) if notice == "none" else ("K7",),
        )

    def somebody_presses(self) -> None:
        """A real alarm, in the middle of which the monitor may restart."""
        if self.at.desk.expects_drill():
            return
        begun = self.at.desk.drill()
        self.at.press(self.chance.choice(("007", "008")))
        assert self.at.desk.drill() == begun, "a press that nobody waited for is no drill"
        if self.chance.random() < 0.5:
            self.restart()
        self.real_alarm()

    def real_alarm(self, point: str = "") -> None:
        """Press, where a point is given; then guards see to what stands, which is real."""
        if point:
            self.at.press(point, Cause.FIRE)
        (alarm,) = self.at.desk.view().alarms[-1:]
        drill = self.at.desk.view().drill
        assert drill is None or not drill.running
        assert alarm.unacknowledged
        if len(self.at.desk.view().alarms) > 1 or not point:
            for each in self.at.desk.view().alarms:
                self._answer(each)
            assert self.at.desk.view().alarms == ()

    def _answer(self, alarm: AlarmView) -> None:
        self.real += 1
        self.at.clock.advance(20)
        self.at.act("acknowledge", alarm=alarm.id, press=alarm.presses)
        assert not self.at.act("close", alarm=alarm.id, detail="left_by_themselves").refused

    def restart(self, *, off_for: timedelta = timedelta(0), boot: bool = False) -> None:
        """The monitor is gone and comes again, with the PC or without it: a drill is a drill, what is real is real."""
        view = self.at.desk.view()
        drill = self.at.desk.drill()
        self.at.crash()
        if boot:
            boots.append(next(boot_numbers))
        self.at.clock.advance(off_for.total_seconds())
        self.at.start()
        assert not self.at.desk.expects_drill()
        assert self.at.desk.drill() == drill
        assert [(one.id, one.room, one.presses) for one in self.at.desk.view().alarms] == [
            (one.id, one.room, one.presses) for one in view.alarms
        ]

    def switched_off_until(self, on_again: datetime) -> None:
        """The PC is off; when it is on again the monitor looks at once."""
        self.restart(off_for=max(on_again.astimezone(UTC) - self.now, MINUTE), boot=True)
        self.look()

    # What must be so

    def _begun(self, drill: Drill, plan: Plan) -> None:
        began = moment(drill.began.at)
        self.happened(f"drill {len(self.drills) + 1} begins in {drill.order.room}")
        local, limits, policy = began.astimezone(ZONE), plan.limits, self.at.settings.policy
        end = local + timedelta(minutes=policy.drills.length_min)
        late = timedelta(minutes=plan.wait_min) + MINUTE if plan.press == "helper" else GRACE
        assert plan.id == drill.order.id
        assert limits.first <= local.date() <= limits.last
        assert not limits.months or local.month in limits.months
        assert local.weekday() in limits.weekdays
        assert local.weekday() < 5
        assert not is_free_day(local.date())
        assert limits.earliest <= local.time()
        assert (local - late).time() <= limits.latest
        assert policy.guard_hours.cover(local, end)
        assert not policy.police_hours.touch(local, end)
        last = max((at for each, at in self.drills if self.counts(each)), default=None)
        if last is not None and plan.how == "sealed":
            assert (local.date() - last.astimezone(ZONE).date()).days >= limits.apart_days
        if plan.how == "sealed":
            assert any(slot <= began <= slot + late for slot in self.slots)
        if plan.rooms:
            assert drill.order.room in plan.rooms
        view = self.at.desk.view()
        assert [one.id for one in view.alarms] == [drill.alarm], "alone"
        assert view.drill is not None
        assert view.drill.running
        assert not view.drill.shown, "an alarm as any other"
        assert all(one.over is not None for one, _at in self.drills), "never two at once"
        assert not any(
            hint in record.getMessage() for record in self.caplog.records for hint in ("drill", "Ø-", drill.order.room)
        )
        self._let_it_end(drill)
        over = self.at.desk.drill()
        assert over is not None
        assert over.over is not None
        self.drills.append((over, began))
        if self.at.desk.view().alarms:
            self.real_alarm()
        self.at.carried()
        self.at.tick()

    def _let_it_end(self, drill: Drill) -> None:
        what = self.chance.choice(ENDINGS)
        self.happened(what)
        at, alarm = self.at, drill.alarm
        at.clock.advance(self.chance.randrange(5, 90))
        if what != "ignored":
            at.act("acknowledge", alarm=alarm, press=1)
        match what:
            case "closed":
                at.act("close", alarm=alarm, detail="left_by_themselves")
            case "stopped":
                at.act("drill_stop", alarm=alarm)
            case "second press":
                at.press("007" if drill.order.room == "K7" else "008")
                assert at.desk.view().alarms[0].unacknowledged, "real"
            case "elsewhere":
                at.press("008" if drill.order.room == "K7" else "007")
                assert at.desk.view().alarms[0].unacknowledged, "real"
            case "off":
                self.restart(off_for=timedelta(minutes=self.chance.randrange(1, 3000)), boot=True)
        if what in ("restart", "second press", "elsewhere", "time"):
            self.restart()
        standing = at.desk.drill()
        if standing is not None and standing.over is None:
            length = timedelta(seconds=drill.order.length_s)
            at.at(max(self.now, moment(drill.began.at) + length + timedelta(seconds=1)))
            at.desk.tick()
            assert at.desk.view().alarms == (), "it ended by itself"

    def counts(self, drill: Drill) -> bool:
        """Whether somebody answered it."""
        return any(
            one.counts for one in self.at.planner.overview(self.at.coordinator).drills if one.id == drill.order.id
        )

    def _vault_tells_nothing(self) -> None:
        with reading(self.at.house.ground.engine) as session:
            lengths = session.execute(text("SELECT length(sealed) FROM drill_vault")).scalars().all()
        assert lengths == [LENGTH]

    def _no_file_tells(self, slot: datetime) -> None:
        """A time is drawn and lies ahead."""
        self.drawn += 1
        found, local = self.at.bytes_on_disk(), slot.astimezone(ZONE)
        for at in (slot, local):
            for written in (f"{at:%Y-%m-%dT%H:%M}", f"{at:%Y-%m-%d %H:%M}", f"{at:%d-%m-%Y %H:%M}"):
                assert written.encode() not in found or self.now >= slot, written

    def _account_for(self, year: int) -> None:
        """The drills of a year that has gone by, or the reason why they are missing; on New Year's morning."""
        found = self.at.planner.overview(self.at.coordinator)
        (shown,) = (one for one in found.years if one.year == year)
        held = [at for drill, at in self.drills if at.astimezone(ZONE).year == year and self.counts(drill)]
        self.happened(f"{year}: {len(held)} of {self.per_year}")
        assert shown.done == len(held)
        if len(held) == self.per_year:
            assert shown.state == "done"
            return
        assert len(held) < self.per_year, "no more than are asked for"
        assert (shown.state, shown.days_left) == ("missing", 0)
        ignored = any(at.astimezone(ZONE).year == year and not self.counts(drill) for drill, at in self.drills)
        reasons = {what for told, what in self.told if told in (year, year + 1)} - {"drawn"}
        assert ignored or reasons, "in silence"
        self.happened(f"told: {sorted(reasons)}")

    def account_for_all(self) -> None:
        """Everything that was begun has ended, and is in the database as what it was."""
        self.at.carried()
        self.at.tick()
        found = self.at.planner.overview(self.at.coordinator).drills
        assert sorted(one.id for one in found) == sorted(drill.order.id for drill, _at in self.drills)
        assert all(one.ended_at is not None and one.why for one in found)
        with reading(self.at.house.ground.engine) as session:
            rows = alarms(session)
        modes = Counter(row.mode for row in rows)
        assert modes == Counter({"drill": len(self.drills), "real": self.real})
        assert {row.number for row in rows if row.mode == "drill"} == {drill.alarm for drill, _at in self.drills}
        assert self.at.house.told().count("drill_begun") == len(self.drills)
        assert self.at.house.first_break() is None


LENGTH = 12 + 16_384 + 16
"""The vault's: its nonce, what is in it, its tag."""

boots: list[str] = []
boot_numbers = (f"boot-{number}" for number in itertools.count())


@pytest.mark.parametrize(
    ("seed", "per_year", "years"),
    [
        (1, 1, 3),
        (2, 2, 2),
        pytest.param(3, 1, 20, marks=[pytest.mark.soak, pytest.mark.timeout(1800)]),
        pytest.param(4, 2, 20, marks=[pytest.mark.soak, pytest.mark.timeout(1800)]),
    ],
)
def test_every_year_has_its_drills_or_the_coordinator_is_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    seed: int,
    per_year: int,
    years: int,
) -> None:
    monkeypatch.setattr("guardroom.alarms.desk.boot_id", lambda: boots[-1] if boots else "boot")
    caplog.set_level(logging.INFO, "guardroom")
    with drill_house(tmp_path, toml=f"[override.drills]\nper_year = {per_year}\n") as at:
        life = Years(at, seed, caplog)
        life.live(years)
        life.account_for_all()
        assert len(life.drills) >= years * per_year / 2
        assert life.drawn, "some with notice"


# Two worlds that differ in the slot alone

CODE = "417 skeer 22"
PAGE = 4096
DAY_BEFORE = datetime(2025, 11, 25, 6, 0, tzinfo=UTC)
"""Before the first draw of a drill on Wednesday that wants a day's notice."""


@contextmanager
def world(folder: Path, drawn_with_left: int, room: int) -> Iterator[DrillHouse]:
    """A house that was copied into this folder; the slot is drawn with so many slots left, and the room of two."""
    ground = open_ground(load(folder / "guardroom.toml"), MovedClock(DAY_BEFORE))
    at = DrillHouse(SmallHouse(ground, ground.clock))  # type: ignore[arg-type]
    at.chance.say = lambda count: room if count == 2 else 0 if count == drawn_with_left else count - 1
    try:
        yield at
    finally:
        at.crash()
        ground.engine.dispose()


def until_it_begins(at: DrillHouse) -> None:
    """Every quarter of an hour until the first drill would begin; the monitor restarts on the way, the PC is off."""
    for quarter in range(4 * 25):
        if not 40 <= quarter < 94:
            at.tick()
        if quarter in (20, 94):
            at.restart()
        at.clock.advance(15 * 60)
    at.carried()


def listed(at: DrillHouse, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the commands say that anybody may ask, or a guard."""
    guard = at.house.who(Role.GUARD)
    found = []
    for command in (["signals"], ["alarms"], ["alarms", "--json"], ["incidents", "--json", "--as", guard.initials]):
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{CODE}\n"))
        assert main([*command, "--config", str(at.house.config)]) == 0
        found.append(capsys.readouterr().out)
    return found


def sealed(at: DrillHouse) -> bytes:
    """What lies in the vault."""
    with reading(at.house.ground.engine) as session:
        found: bytes = session.execute(text("SELECT sealed FROM drill_vault")).scalar_one()
        return found


@pytest.mark.usefixtures("on_a_file")
def test_two_worlds_with_another_slot_differ_in_the_vaults_ciphertext_alone(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    cheap_codes(monkeypatch)
    monkeypatch.setattr("guardroom.alarms.desk.boot_id", lambda: "boot")
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    with drill_house(first) as at:
        at.house.who(Role.GUARD, code=CODE)
        at.planner.plan(
            at.coordinator, at.form(first="26-11-2025", last="26-11-2025", notice="day", rooms=("K7", "K8"))
        )
        at.tick()
        at.press("008")
        at.act("acknowledge", alarm=at.desk.view().alarms[0].id, press=1)
        at.act("close", alarm=at.desk.view().alarms[0].id, detail="left_by_themselves")
        at.carried()
        listed(at, capsys, monkeypatch)
        checkpoint(at.house.ground.engine)
    shutil.copytree(first, second)
    logs, files, journals, vaults = [], [], [], []
    with world(first, 27, 0) as a, world(second, 9, 1) as b:
        for at in (a, b):
            caplog.clear()
            with caplog.at_level(logging.DEBUG, "guardroom"):
                until_it_begins(at)
            logs.append(caplog.messages)
            vaults.append(sealed(at))
            at.journal.checkpoint()
            checkpoint(at.house.ground.engine)
            files.append((at.settings.path.parent / "guardroom.db").read_bytes())
            journals.append(at.settings.journal.read_bytes())
        plans = [at.planner.overview(at.coordinator).plan for at in (a, b)]
        assert [(plan.begins_at, plan.room) for plan in plans if plan is not None] == [
            (datetime(2025, 11, 26, 7, 30, tzinfo=UTC), "K7"),
            (datetime(2025, 11, 26, 12, 0, tzinfo=UTC), "K8"),
        ]
        assert a.desk.drill() is b.desk.drill() is None
        assert logs[0] == logs[1]
        assert journals[0] == journals[1]
        assert [len(each) for each in vaults] == [LENGTH, LENGTH]
        differing = _pages_that_differ(files, vaults)
        assert 0 < differing <= 2 + LENGTH // (PAGE - 4)
        assert a.desk.view() == b.desk.view()
        entries = [[(row.number, row.what, row.digest) for row in at.house.audit()] for at in (a, b)]
        assert entries[0] == entries[1] != []
        assert listed(a, capsys, monkeypatch) == listed(b, capsys, monkeypatch)


def _pages_that_differ(files: list[bytes], vaults: list[bytes]) -> int:
    """How many pages of two databases differ; where one does it is in a piece of the vault's ciphertext."""
    assert len(files[0]) == len(files[1])
    count = 0
    for begin in range(0, len(files[0]), PAGE):
        pages = [file[begin : begin + PAGE] for file in files]
        differing = [at for at, (one, other) in enumerate(zip(*pages, strict=True)) if one != other]
        if differing:
            count += 1
            for page, vault in zip(pages, vaults, strict=True):
                assert page[differing[0] : differing[-1] + 1] in vault, begin // PAGE
    return count
