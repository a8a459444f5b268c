"""The life of several bans of two persons against a small model: every step at every moment by every role."""

from __future__ import annotations

import random
import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from ban_house import COMPLETE, BanHouse, ban_house
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from db.ban_tables import BanRow
from db.main import reading
from guardroom.bans.changed import Changed
from guardroom.bans.check import form_of
from guardroom.bans.form import BanForm
from guardroom.bans.rows import decision_of, standing_of
from guardroom.days import written
from guardroom.people.roles import Role
from guardroom.refusal import BadInput, Forbidden, Refused

WRITES = {Role.LEADER, Role.CENTRE_HEAD}
SIGNS = {Role.CENTRE_HEAD, Role.DIRECTOR}
SERVES = {Role.LEADER, Role.CENTRE_HEAD, Role.BAN_REGISTRAR}
LIFTS = {Role.LEADER, Role.CENTRE_HEAD, Role.DIRECTOR}
READS = {Role.GUARD}
WHO = {
    "skip_hearing": WRITES,
    "send_hearing": WRITES,
    "answer_hearing": WRITES,
    "sign": SIGNS,
    "withdraw_signatures": WRITES | SIGNS,
    "file_letter": SERVES,
    "serve": SERVES,
    "activate": SERVES,
    "normalise": WRITES,
    "extend": WRITES,
    "lift": LIFTS,
    "drop": WRITES,
    "confirm_read": READS,
}
STEPS = tuple(WHO)
MOST_BANS = 5
MOSTLY = 0.6
SOMETIMES = 0.1
AT_ONCE = 5
DIRECT = ("skip_hearing", "sign", "sign", "file_letter", "serve", "activate")


@dataclass
class Model:
    """What is known of one ban, kept apart from the program's own tables."""

    id: int
    person: int
    state: str = "draft"
    starts: date | None = None
    ends: date | None = None
    complete: bool = False
    extends: Model | None = None
    extended: list[Model] = field(default_factory=list)
    happened: tuple[datetime, ...] = ()
    decided: datetime | None = None
    due: date | None = None
    reasons: bool = False
    weighed: bool = False
    linked: tuple[int, ...] = ()
    heard: tuple[bool, tuple[int, ...], int] | None = None
    answered: bool = False
    skipped: bool = False
    signed: set[Role] = field(default_factory=set)
    letter: bool = False
    lifted: date | None = None
    read: bool = False
    text: BanForm | None = None

    def last(self) -> date:
        assert self.ends is not None
        return self.ends if self.lifted is None else self.lifted - timedelta(days=1)

    def today(self, day: date) -> str:
        if self.state != "in_force":
            return self.state
        assert self.starts is not None
        if day > self.last():
            return "expired" if self.lifted is None else "lifted"
        return "active" if self.starts <= day else "coming"


ANY = st.integers(0, 11)


class BanLife(RuleBasedStateMachine):
    @initialize(steps=st.integers(0, len(DIRECT)), first=st.booleans())
    def begin_house(self, steps: int, first: bool) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.stack = ExitStack()
        self.at: BanHouse = self.stack.enter_context(ban_house(self.folder))
        self.persons = (self.at.person("Kim Eksempel"), self.at.person("Bo Eksempel"))
        for person in self.persons:
            self.at.incident(person)
        self.all: list[Model] = []
        # One or two have come some way already, so that there is something to do at once.
        if first:
            self.begin(0)
            self.straight_on(0, len(DIRECT))
        self.begin(1)
        self.straight_on(len(self.all) - 1, steps)

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            assert self.at.house.first_break() is None
            for ban in self.all:
                assert not any("outside" in said for said in self.at.bans.read(self.at.leader, ban.id).warnings)
            self.stack.close()
            shutil.rmtree(self.folder)

    @property
    def day(self) -> date:
        return self.at.clock.now().date()

    def others(self, ban: Model) -> list[Model]:
        return [
            other
            for other in self.all
            if other is not ban and other.person == ban.person and other.state in ("decided", "served", "in_force")
        ]

    def overlaps(self, ban: Model, starts: date | None, ends: date | None) -> bool:
        if starts is None or ends is None:
            return False
        return any(
            other.starts is not None and max(starts, other.starts) <= min(ends, other.last())
            for other in self.others(ban)
        )

    def stale(self, ban: Model) -> bool:
        """The citizen was asked about another text than it is now, and there is no reason why not about this one."""
        return not ban.skipped and self.differs(ban)

    def differs(self, ban: Model) -> bool:
        """The citizen was asked about another text than it is now."""
        if ban.heard is None:
            return False
        reasons, linked, days = ban.heard
        if ban.starts is None or ban.ends is None:
            return True
        return (ban.reasons, ban.linked) != (reasons, linked) or (ban.ends - ban.starts).days > days

    def ready_to_sign(self, ban: Model) -> bool:
        heard = ban.skipped or ((ban.answered or (ban.due is not None and ban.due < self.day)) and not self.stale(ban))
        ahead = ban.starts is not None and self.day <= ban.starts
        weighed = not ban.answered or self.differs(ban) or ban.weighed
        return heard and weighed and ahead and self.ready_to_hear(ban)

    def ready_to_hear(self, ban: Model) -> bool:
        in_time = ban.ends is not None and self.day <= ban.ends
        return ban.complete and self.new_enough(ban) and in_time and not self.overlaps(ban, ban.starts, ban.ends)

    def new_enough(self, ban: Model) -> bool:
        """Something has happened since the ban was decided that this one goes on from."""
        if ban.extends is not None:
            since = ban.extends.decided
        else:
            earlier = [other.decided for other in self.others(ban) if other.decided and other.lifted is None]
            since = max((at for at in earlier if ban.decided is None or at < ban.decided), default=None)
        return since is None or any(moment > since for moment in ban.happened)

    def possible(self, ban: Model, step: str, role: Role) -> bool:
        if role not in WHO[step]:
            return False
        now = ban.today(self.day)
        match step:
            case "skip_hearing" | "send_hearing":
                still = now in ("draft", "hearing") and (not ban.answered or self.stale(ban))
                return still and (step == "skip_hearing" or self.ready_to_hear(ban))
            case "answer_hearing":
                return now in ("hearing", "signing", "decided", "served") and ban.due is not None
            case "sign":
                return now in ("hearing", "signing") and role not in ban.signed and self.ready_to_sign(ban)
            case "withdraw_signatures":
                return now == "signing"
            case "file_letter" | "serve":
                return now in ("decided", "served")
            case "activate":
                return now == "served" and ban.letter and ban.ends is not None and self.day <= ban.ends
            case "normalise":
                return now in ("active", "expired")
            case "extend":
                return now == "active" and all(each.state == "dropped" for each in ban.extended)
            case "lift":
                follows = any(
                    each.state in ("decided", "served", "in_force") and each.lifted is None for each in ban.extended
                )
                still = now in ("decided", "served", "coming", "active")
                return still and not follows and self.day <= self.latest_lift(ban)
            case "drop":
                return now in ("draft", "hearing")
            case _:
                return now in ("coming", "active")

    def latest_lift(self, ban: Model) -> date:
        return ban.last() if ban.state == "in_force" else date.max

    def take(self, ban: Model, step: str, role: Role) -> int | None:
        """Do it for real; returns the new draft's id where one was begun."""
        register, who = self.at.bans, self.at.someone(role)
        match step:
            case "skip_hearing":
                register.skip_hearing(who, ban.id, "urgent", "Der er akut fare for personalet.")
            case "send_hearing":
                register.send_hearing(who, ban.id)
            case "answer_hearing":
                register.answer_hearing(who, ban.id, "", "Det var ikke mig.")
                if ban.state == "hearing" and self.ready_to_hear(ban) and not self.differs(ban):
                    self.at.weigh(ban.id)
                    ban.weighed = True
            case "file_letter":
                register.file_letter(who, ban.id, "D-1")
            case "serve":
                register.serve(who, ban.id, "", "letter")
            case "normalise":
                register.normalise(who, ban.id, "", "God samtale.")
            case "lift" | "drop" | "withdraw_signatures":
                arguments = ("", "Grund.") if step == "lift" else ("Grund.",)
                getattr(register, step)(who, ban.id, *arguments)
            case "sign":
                self.at.sign(who, ban.id)
            case "extend":
                return register.extend(who, ban.id).id
            case _:
                getattr(register, step)(who, ban.id)
        return None

    def believe(self, ban: Model, step: str, role: Role, new: int | None) -> None:
        """Follow in the model."""
        match step:
            case "skip_hearing":
                ban.state, ban.skipped = "hearing", True
            case "send_hearing":
                assert ban.starts is not None
                assert ban.ends is not None
                ban.state, ban.skipped, ban.answered, ban.weighed = "hearing", False, False, False
                ban.due = self.day + timedelta(days=14)
                ban.heard = (ban.reasons, ban.linked, (ban.ends - ban.starts).days)
            case "answer_hearing":
                # Later it is only noted.
                ban.answered = ban.answered or ban.state == "hearing"
            case "sign":
                ban.signed.add(role)
                ban.state = "decided" if ban.signed == SIGNS else "signing"
                ban.decided = self.at.clock.now() if ban.signed == SIGNS else None
                ban.text = ban.text or self.at.bans.read(self.at.leader, ban.id).form
            case "withdraw_signatures":
                ban.state, ban.text = "hearing", None
                ban.signed.clear()
            case "file_letter":
                ban.letter = True
            case "serve":
                ban.state = "served"
            case "activate":
                ban.state = "in_force"
            case "lift":
                ban.lifted = self.day
                ban.state = "in_force" if ban.state == "in_force" else "lifted"
            case "drop":
                ban.state = "dropped"
            case "confirm_read":
                ban.read = True
            case "extend":
                assert new is not None
                starts = ban.last() + timedelta(days=1)
                row = self.row(new)
                assert row.starts_on == starts
                follower = Model(id=new, person=ban.person, starts=starts, ends=row.ends_on, extends=ban)
                ban.extended.append(follower)
                self.all.append(follower)
            case _:
                pass

    def attempt(self, ban: Model, step: str, role: Role) -> None:
        who = self.at.someone(role)
        expected = self.possible(ban, step, role)
        if role is not Role.DESK:
            try:
                may = self.at.bans.read(who, ban.id, "shift").may
            except Refused:
                may = frozenset()
            assert (step in may) == (expected and not (step == "confirm_read" and ban.read)), step
        changed = self.row(ban.id).changed
        try:
            new = self.take(ban, step, role)
        except Refused as why:
            refused = why
        else:
            assert expected
            self.believe(ban, step, role, new)
            return
        assert not expected, refused.sentence
        assert refused.sentence
        assert self.row(ban.id).changed == changed
        if role not in WHO[step] and not (step == "sign" and role is Role.LEADER):
            assert isinstance(refused, Forbidden)

    def one(self, which: int) -> Model:
        return self.all[which % len(self.all)]

    def row(self, ban: int) -> BanRow:
        with reading(self.at.house.ground.engine) as session:
            row = session.get(BanRow, ban)
            assert row is not None
            return row

    @precondition(lambda self: len(self.all) < MOST_BANS)
    @rule(person=st.sampled_from((0, 1)))
    def begin(self, person: int) -> None:
        view = self.at.bans.begin(self.at.leader, self.persons[person], beside=True)
        ban = Model(id=view.id, person=self.persons[person], starts=view.starts_on, ends=view.ends_on)
        self.all.append(ban)

    @rule(
        which=ANY,
        role=st.sampled_from((Role.LEADER, Role.LEADER, Role.GUARD, Role.DIRECTOR)),
        ahead=st.sampled_from((0, 0, 0, 5, 190)),
        length=st.sampled_from((0, 6, 40, 180)),
        lacks=st.sampled_from((None, None, None, "channels", "ends_on", "reasons")),
    )
    def write(self, which: int, role: Role, ahead: int, length: int, lacks: str | None) -> None:
        ban = self.one(which)
        starts = self.day + timedelta(days=ahead)
        ends = None if lacks == "ends_on" else starts + timedelta(days=length)
        with reading(self.at.house.ground.engine) as session:
            group = self.at.persons.group(session, ban.person)
        assert group == (ban.person,)
        values = {"starts_on": written(starts), "ends_on": written(ends)} | ({lacks: ()} if lacks == "channels" else {})
        values |= {"reasons": ""} if lacks == "reasons" else {}
        incidents = tuple(each.id for each in self.at.bans.linkable(self.at.leader, ban.id))
        form = BanForm(**{**_values(COMPLETE), **values, "incidents": incidents})  # type: ignore[arg-type]
        expected = (
            role is Role.LEADER and ban.today(self.day) in ("draft", "hearing") and not self.overlaps(ban, starts, ends)
        )
        try:
            self.at.bans.change(self.at.someone(role), ban.id, form)
        except Refused:
            assert not expected
            return
        assert expected
        ban.starts, ban.ends, ban.complete = starts, ends, lacks is None
        ban.reasons, ban.linked, ban.weighed = lacks != "reasons", incidents, False
        ban.happened = tuple(each.happened_at for each in self.at.bans.linkable(self.at.leader, ban.id))

    @rule(which=ANY, first=st.booleans())
    def two_write_at_once(self, which: int, first: bool) -> None:
        """Both read the draft; who keeps it last is told, and may have read it again. Neither signs unread."""
        ban = self.one(which)
        if ban.state not in ("draft", "hearing") or (ban.ends is not None and ban.ends < self.day):
            return
        register, writers = self.at.bans, (self.at.leader, self.at.head)
        read = [register.read(who, ban.id) for who in writers]
        quick, slow = (0, 1) if first else (1, 0)
        texts = [
            replace(view.form, contact_hours=f"{who.initials} {self.day}")
            for view, who in zip(read, writers, strict=True)
        ]
        try:
            changed = register.change(writers[quick], ban.id, texts[quick], read[quick].seal)
        except BadInput:
            # Another ban of the person has since been put in force over these days.
            assert register.read(self.at.leader, ban.id).form == read[quick].form
            return
        if changed.seal != read[slow].seal:
            with pytest.raises(Changed):
                register.change(writers[slow], ban.id, texts[slow], read[slow].seal)
            if self.possible(ban, "sign", Role.DIRECTOR):
                director = replace(self.at.director, proved_at=self.at.clock.now())
                with pytest.raises(Changed):
                    register.sign(director, ban.id, read[slow].seal)
        assert register.read(self.at.leader, ban.id).form == texts[quick]

    @rule(seed=st.integers(0, 2**32))
    def take_steps(self, seed: int) -> None:
        """Some steps, each mostly one that can be taken, each as likely as the others; else any step by anybody."""
        dice = random.Random(seed)
        for _n in range(AT_ONCE):
            doable = {
                step: [(ban, role) for ban in self.all for role in sorted(WHO[step]) if self.possible(ban, step, role)]
                for step in STEPS
            }
            steps = [step for step in STEPS if doable[step]]
            if steps and dice.random() < MOSTLY:
                step = dice.choice(steps)
                ban, role = dice.choice(doable[step])
            else:
                step, ban, role = dice.choice(STEPS), dice.choice(self.all), dice.choice(list(Role))
            self.attempt(ban, step, role)
            if dice.random() < SOMETIMES:
                self.at.clock.advance(days=dice.choice((1, 14, 15, 40)))

    @rule(which=ANY, steps=st.integers(1, len(DIRECT)))
    def straight_on(self, which: int, steps: int) -> None:
        ban = self.one(which)
        if ban.state == "draft":
            self.write(which, Role.LEADER, 0, 40, None)
        for step, role in zip(DIRECT, (Role.LEADER, *sorted(SIGNS), *(Role.LEADER,) * 3), strict=True):
            if steps and self.possible(ban, step, role):
                self.attempt(ban, step, role)
                steps -= 1

    @rule(days=st.sampled_from((1, 6, 15, 39, 41, 100)))
    def days_pass(self, days: int) -> None:
        self.at.clock.advance(days=days)

    @rule(person=st.sampled_from((0, 1)), kind=st.sampled_from(("ban_breach", "threat")))
    def something_happens(self, person: int, kind: str) -> None:
        self.at.incident(self.persons[person], days_ago=0.01, kind=kind)

    @invariant()
    def what_is_active_has_everything_and_signed_text_stands_still(self) -> None:
        if not hasattr(self, "all"):
            return
        active: list[Model] = []
        with reading(self.at.house.ground.engine) as session:
            for ban in self.all:
                row = session.get(BanRow, ban.id)
                assert row is not None
                now = ban.today(self.day)
                assert standing_of(row, self.day) == now
                if now in ("coming", "active", "expired"):
                    assert row.ends_on is not None
                    assert decision_of(row).open_channels
                    assert {each.role for each in row.signatures} == {role.value for role in SIGNS}
                    assert row.letter_ref
                    assert row.served_on is not None
                    assert row.incidents
                if now == "active":
                    active.append(ban)
                if ban.text is not None:
                    assert form_of(decision_of(row)) == ban.text
        lines = self.at.bans.lines(self.at.guard)
        assert {line.id: line.read for line in lines} == {ban.id: ban.read for ban in active}
        assert len({ban.person for ban in active}) == len(active)


def _values(form: BanForm) -> dict[str, object]:
    return {name: getattr(form, name) for name in BanForm.__dataclass_fields__}


BanLife.TestCase.settings = settings(
    max_examples=5,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


class TestBanLife(BanLife.TestCase):  # type: ignore[name-defined,misc]
    """Run by pytest."""
