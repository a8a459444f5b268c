"""The monitor's part in drills: draws when it is time, begins what is due, writes down what has become of it.

What is due follows from the vault, the clock and the desk alone: a monitor that was off or was restarted goes on where
it was. A slot that was missed is drawn again into those that are left; what cannot begin any more is told to the risk
coordinator. Nothing of a drill is logged before it has begun.
"""

from __future__ import annotations

import json
import logging
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from db import drills as stored
from db.drill_tables import DrillRow
from db.main import writing
from guardroom.alarms.desk import AlarmDesk
from guardroom.alarms.state import DrillOrder
from guardroom.clock import Clock, moment
from guardroom.drills import vault
from guardroom.drills.drawing import Below, advanced, latest_start, put_back
from guardroom.drills.gate import button_of, hindrances
from guardroom.drills.plan import Plan
from guardroom.drills.slots import EVERY_MIN, slots
from guardroom.people import audit
from guardroom.people.secret import Secret
from guardroom.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

log = logging.getLogger(__name__)


@dataclass(slots=True)
class DrillKeeper:
    """One station's keeper of drills. `below` is the source of chance; tests bring their own."""

    settings: Settings
    engine: Engine
    secret: Secret
    desk: AlarmDesk
    clock: Clock
    below: Below = secrets.randbelow
    _written: datetime | None = None

    def tick(self) -> None:
        """Do what is due. Once a minute; more often does no harm. Raises StorageError."""
        now = self.clock.now()
        slot = now.replace(minute=now.minute - now.minute % EVERY_MIN, second=0, microsecond=0)
        with writing(self.engine) as session:
            try:
                content = vault.read(session, self.secret, hold=True)
            except vault.Unreadable:
                self.desk.trouble("drill_vault", "drill_vault")
                return
            self.desk.trouble_over("drill_vault")
            plan = content.plan
            if plan is not None:
                plan = self._forward(session, plan, now)
            if plan != content.plan or slot != self._written:
                # Written at every slot, changed or not: when it was written tells nothing.
                vault.write(session, self.secret, vault.Content(plan=plan))
            self._written = slot
            self._write_down(session)

    def _forward(self, session: Session, plan: Plan, now: datetime) -> Plan | None:
        """The plan after what is due has been done; None where the drill has begun."""
        drill = self.desk.drill()
        if drill is not None and drill.order.id == plan.id:
            self._begun(session, plan, moment(drill.began.at), drill.alarm)
            return None
        if plan.over:
            return plan
        zone = self.settings.site.zone
        if plan.how == "sealed" and plan.begins_at is None:
            last = stored.last_began(session)
            open_slots = slots(
                plan.limits, self.settings.policy, zone, None if last is None else last.astimezone(zone).date()
            )
            plan = advanced(plan, now, open_slots, self.below)
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
            self.desk.forget_drill()
            why = "no_press" if plan.press == "helper" else "missed"
            last = plan.news[-1].detail if plan.news and plan.news[-1].what == "called_off" else ""
            return put_back(plan, now, last or why)
        if plan.press == "helper" and self.desk.expects_drill() == plan.id:
            return plan
        view = self.desk.view()
        against = hindrances(plan, plan.room, view, now, self.settings)
        button = button_of(self.settings, plan.room)
        if against or button is None:
            return plan.told(now, "called_off", against[0] if against else "no_button")
        order = self._order(plan, button)
        if plan.press == "helper":
            self.desk.expect_drill(order, (until - now).total_seconds())
            return plan
        if not self.desk.play_drill(order):
            return plan
        drill = self.desk.drill()
        assert drill is not None
        self._begun(session, plan, moment(drill.began.at), drill.alarm)
        return None

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
        )

    def _room(self, session: Session, plan: Plan) -> str:
        """One of the plan's rooms; of those that have not had a drill, where there are any."""
        had = stored.drilled_rooms(session)
        rooms = [room for room in plan.rooms if room not in had] or list(plan.rooms)
        return rooms[self.below(len(rooms))]

    def _begun(self, session: Session, plan: Plan, began: datetime, alarm: int) -> None:
        """Write the drill down: from here on it is no secret any more that there was one."""
        if stored.drill(session, plan.id) is not None:
            return
        policy, zone = self.settings.policy.drills, self.settings.site.zone
        year = began.astimezone(zone).year
        first = datetime.combine(began.astimezone(zone).date().replace(month=1, day=1), time(), zone)
        count = stored.how_many_between(session, first, first.replace(year=year + 1)) + 1
        room = self.settings.room(plan.room)
        session.add(
            DrillRow(
                id=plan.id,
                number=f"Ø-{year}-{count}",
                how=plan.how,
                press=plan.press,
                room_id=plan.room,
                place=room.name if room is not None else plan.room,
                station=self.settings.station,
                alarm=alarm,
                planned_at=plan.planned_at,
                planned_by=plan.planned_by,
                led_by=plan.led_by,
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
            plan.id,
            station=self.settings.station,
            detail={"planned_at": plan.planned_at.isoformat(), "planned_by": plan.planned_by, "how": plan.how},
        )

    def _write_down(self, session: Session) -> None:
        """What is known of drills that are over."""
        drill = self.desk.drill()
        for row in stored.unended(session):
            mine = drill is not None and drill.order.id == row.id
            if row.station != self.settings.station or (mine and drill is not None and drill.over is None):
                continue
            alarm = stored.alarm_of(session, row)
            if alarm is None or alarm.closed_at is None:
                continue
            row.ended_at = alarm.closed_at
            row.why = next((line.detail for line in alarm.lines if line.what == "drill_over"), "closed")
            row.shown = any(line.what == "drill_revealed" for line in alarm.lines)
            row.acknowledged_s, row.on_scene_s = alarm.acknowledged_s, alarm.on_scene_s
            steps = {line.detail: line.at for line in alarm.lines if line.what == "step"}
            row.stopped_s = _after(alarm.pressed_at, steps.get("conversation_stopped"))
            row.leader_s = _after(alarm.pressed_at, steps.get("leader_reached"))


def _after(pressed: datetime, at: datetime | None) -> float | None:
    return None if at is None else max(0.0, (at - pressed) / timedelta(seconds=1))
