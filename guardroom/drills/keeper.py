"""The monitor's part in drills: draws when it is time, begins what is due, writes down what has become of it.

What is due follows from the vault, the clock and the desk alone: a monitor that was off or was restarted goes on where
it was. A slot that was missed is drawn again into those that are left; what cannot begin any more is told to the risk
coordinator. Nothing of a drill is logged before it has begun.
"""

from __future__ import annotations

import json
import logging
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from db import drills as stored
from db.drill_tables import DrillRow
from db.main import reading, writing
from guardroom.alarms.desk import AlarmDesk
from guardroom.alarms.state import DrillOrder
from guardroom.clock import Clock, moment
from guardroom.days import day_in
from guardroom.drills import vault
from guardroom.drills.around import around
from guardroom.drills.drawing import Below, advanced, latest_start, put_back
from guardroom.drills.gate import button_of, hindrances
from guardroom.drills.plan import Limits, Plan
from guardroom.drills.slots import Busy, slots
from guardroom.notices import words as notice_words
from guardroom.notices.notice import Notice, recipients
from guardroom.notices.sender import at_once
from guardroom.people import audit
from guardroom.people.secret import Secret
from guardroom.settings import Recipient, Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

log = logging.getLogger(__name__)

EXPECTED_S = 90.0
"""A helper's press is expected for so long after each look."""

LOST_AFTER = timedelta(hours=2)
"""A drill that has left no alarm after so long was never stored."""


_Of = tuple[Limits, date | None, Busy]
"""What slots were worked out of: the limits, the day of the last drill, and the meetings."""


@dataclass(slots=True)
class DrillKeeper:
    """One station's keeper of drills. `below` is the source of chance, `tell` sends a message at once."""

    settings: Settings
    engine: Engine
    secret: Secret
    desk: AlarmDesk
    clock: Clock
    below: Below = secrets.randbelow
    tell: Callable[[Settings, Notice, datetime], tuple[Recipient, ...]] = at_once
    _messaged: tuple[int, int] | None = None
    _messenger: threading.Thread | None = None
    _slots: tuple[_Of, tuple[datetime, ...]] | None = None

    def write_down(self) -> None:
        """Write down what has become of this station's own drills: each station does so. Raises StorageError."""
        with writing(self.engine) as session:
            self._write_begun(session)
            self._write_down(session, self.clock.now())

    def can_keep(self) -> bool:
        """Whether this station can hold the drill that is planned, or any: one of its rooms has a button of its own.
        Raises StorageError."""
        with reading(self.engine) as session:
            try:
                plan = vault.read(session, self.secret).plan
            except vault.Unreadable:
                plan = None
        rooms = (plan.rooms if plan is not None else ()) or tuple(room.id for room in self.settings.rooms)
        return any(button_of(self.settings, room) is not None for room in rooms)

    def tick(self) -> None:
        """Do what is due of the plan. Once a minute; more often does no harm. Raises StorageError."""
        now = self.clock.now()
        self._work_out_slots(now)
        with writing(self.engine) as session:
            try:
                content = vault.read(session, self.secret, hold=True)
            except vault.Unreadable:
                self.desk.forget_drill()
                self.desk.trouble("drill_vault", "drill_vault")
                return
            self.desk.trouble_over("drill_vault")
            plan = content.plan
            self._write_begun(session)
            if plan is not None and self._messaged is not None and self._messaged[0] == plan.id:
                plan = replace(plan, messaged=max(plan.messaged, self._messaged[1]))
            if plan is not None:
                plan = self._forward(session, plan, now)
            if plan is None or plan.over or plan.press != "helper" or plan.begins_at is None:
                self.desk.forget_drill()
            # Written every time, changed or not: when it was written tells nothing.
            vault.write(session, self.secret, vault.Content(plan=plan))
            self._write_down(session, now)
        if plan is not None and plan.to_message:
            self._message(plan, now)

    def _message(self, plan: Plan, now: datetime) -> None:
        """Ask the coordinator to sign in; where nobody could be reached, again at the next look. Nothing of it is kept
        in the outbox, and nothing more is said: there it could be read what is to come.

        In a thread of its own: a server that hangs must not keep a helper's press from being expected.
        """
        if self._messenger is not None and self._messenger.is_alive():
            return
        notice = Notice(
            key=f"sign in {now.isoformat()}",
            occasion="sign_in",
            subject=notice_words.sign_in(),
            body=notice_words.sign_in(),
            recipients=recipients(self.settings, ("risk_coordinator",)),
        )

        def tell() -> None:
            if not notice.recipients or self.tell(self.settings, notice, now):
                self._messaged = plan.id, len(plan.news)

        self._messenger = threading.Thread(target=tell, name="messenger", daemon=True)
        self._messenger.start()

    def _forward(self, session: Session, plan: Plan, now: datetime) -> Plan | None:
        """The plan after what is due has been done; None where the drill has begun."""
        drill = self.desk.drill()
        if drill is not None and drill.order.id == plan.id:
            return None
        if plan.over:
            return plan
        if plan.how == "sealed" and plan.begins_at is None:
            known = self._slots
            if known is None or known[0] != self._slots_of(session, plan, now):
                # It was planned, or a meeting was, in this very moment: the next look knows its slots.
                return plan
            plan = advanced(plan, now, known[1], self.below)
        if plan.begins_at is None:
            return plan
        begins_at = plan.begins_at
        if not plan.room:
            plan = replace(plan, room=self._room(session, plan))
        if now < begins_at:
            return plan
        return self._start(session, plan, now, begins_at)

    def _start(self, session: Session, plan: Plan, now: datetime, begins_at: datetime) -> Plan | None:
        until = latest_start(plan, begins_at)
        if now > until:
            why = "no_press" if plan.press == "helper" else "missed"
            last = plan.news[-1].detail if plan.news and plan.news[-1].what == "called_off" else ""
            return put_back(plan, now, last or why)
        view = self.desk.view()
        beside = around(session, self.settings, now)
        against = hindrances(plan, plan.room, view, beside, now, self.settings)
        button = button_of(self.settings, plan.room)
        if against or button is None:
            self.desk.forget_drill()
            return plan.told(now, "called_off", against[0] if against else "no_button")
        order = self._order(plan, button)
        if plan.press == "helper":
            # For a little longer than until the next look: where nobody looks any more, a press is real again.
            self.desk.expect_drill(order, min(EXPECTED_S, (until - now).total_seconds()))
            return plan
        if not self.desk.play_drill(order):
            return plan
        self._write_begun(session)
        return None

    def _work_out_slots(self, now: datetime) -> None:
        """The slots of a sealed plan's window; worked out once, while nothing waits for the database."""
        with reading(self.engine) as session:
            try:
                plan = vault.read(session, self.secret).plan
            except vault.Unreadable:
                return
            if plan is None or plan.how != "sealed" or plan.over or plan.begins_at is not None:
                return
            of = self._slots_of(session, plan, now)
        if self._slots is None or self._slots[0] != of:
            limits, last, busy = of
            self._slots = of, slots(limits, self.settings.policy, self.settings.site.zone, last, busy)

    def _slots_of(self, session: Session, plan: Plan, now: datetime) -> _Of:
        limits = plan.limits
        busy = around(session, self.settings, now, (limits.first, limits.last)).meetings
        return (
            limits,
            self._last_day(session),
            tuple((begin, until) for begin, until in busy if until > plan.planned_at),
        )

    def _last_day(self, session: Session) -> date | None:
        """The day of the last drill that somebody answered."""
        last = stored.last_began(session)
        return None if last is None else day_in(last, self.settings.site.zone)

    def _order(self, plan: Plan, button: tuple[str, str | None]) -> DrillOrder:
        policy = self.settings.policy.drills
        room = self.settings.room(plan.room)
        return DrillOrder(
            id=plan.id,
            room=plan.room,
            place=room.name if room is not None else plan.room,
            panel=button[0],
            point=button[1],
            length_s=policy.length_min * 60.0,
            marked=policy.marked,
            how=plan.how,
            press=plan.press,
            led_by=plan.led_by,
            planned_at=plan.planned_at,
            planned_by=plan.planned_by,
        )

    def _room(self, session: Session, plan: Plan) -> str:
        """One of the plan's rooms; of those in service then that have not had a drill, where there are any."""
        had = stored.drilled_rooms(session)
        every = plan.rooms or tuple(room.id for room in self.settings.rooms if button_of(self.settings, room.id))
        out = self.desk.view().out_rooms
        begins_at = plan.begins_at or self.clock.now()
        usable = [room for room in every if room not in out or out[room] <= begins_at] or list(every)
        rooms = [room for room in usable if room not in had] or usable
        return rooms[self.below(len(rooms))]

    def _write_begun(self, session: Session) -> None:
        """Write the desk's drill down, whatever has become of its plan: it is no secret any more that there was one."""
        drill = self.desk.drill()
        if drill is None or stored.drill(session, drill.order.id) is not None:
            return
        order, began = drill.order, moment(drill.began.at)
        policy, zone = self.settings.policy.drills, self.settings.site.zone
        year = began.astimezone(zone).year
        session.add(
            DrillRow(
                id=order.id,
                number=f"Ø-{year}-{stored.last_number(session, f'Ø-{year}-') + 1}",
                how=order.how,
                press=order.press,
                room_id=order.room,
                place=order.place,
                station=self.settings.station,
                alarm=drill.alarm,
                planned_at=order.planned_at or began,
                planned_by=order.planned_by,
                led_by=order.led_by,
                began_at=began,
                aims=json.dumps(
                    {"acknowledged": policy.acknowledge_s, "on_scene": policy.on_scene_s, "leader": policy.leader_s}
                ),
            )
        )
        audit.note(
            session,
            self.secret.key("audit"),
            self.clock.now(),
            None,
            "drill_begun",
            "drill",
            order.id,
            station=self.settings.station,
            detail={"planned_by": order.planned_by, "how": order.how},
        )

    def _write_down(self, session: Session, now: datetime) -> None:
        """What is known of drills that are over."""
        drill = self.desk.drill()
        for row in stored.unended(session):
            mine = drill is not None and drill.order.id == row.id
            if row.station != self.settings.station or (mine and drill is not None and drill.over is None):
                continue
            alarm = stored.alarm_of(session, row)
            if alarm is None and not mine and now - row.began_at > LOST_AFTER:
                # It was begun while nothing could be stored, and is nowhere.
                row.ended_at, row.why = row.began_at, "unknown"
            if alarm is None or alarm.closed_at is None:
                continue
            row.ended_at = alarm.closed_at
            row.why = next((line.detail for line in alarm.lines if line.what == "drill_over"), "closed")
            marked = mine and drill is not None and drill.order.marked
            row.shown = marked or any(line.what == "drill_revealed" for line in alarm.lines)
            row.acknowledged_s, row.on_scene_s = alarm.acknowledged_s, alarm.on_scene_s
            steps: dict[str, datetime] = {}
            for line in alarm.lines:
                if line.what == "step":
                    steps[line.detail] = line.at
                elif line.what == "withdraw_step":
                    steps.pop(line.detail, None)
            row.stopped_s = _after(alarm.pressed_at, steps.get("conversation_stopped"))
            row.leader_s = _after(alarm.pressed_at, steps.get("leader_reached"))


def _after(pressed: datetime, at: datetime | None) -> float | None:
    return None if at is None else max(0.0, (at - pressed) / timedelta(seconds=1))
