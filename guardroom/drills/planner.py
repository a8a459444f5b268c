"""The risk coordinator's drills: planned, called off, looked at afterwards (rules M1, M2). Nobody else may."""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import cast

import msgspec
from sqlalchemy.orm import Session

from db import drills as stored
from db.drill_tables import DrillRow, ImprovementRow
from db.people import first_user_at
from guardroom.days import an_example, day_in, no_such_day, read_day, written
from guardroom.drills import vault
from guardroom.drills.around import around
from guardroom.drills.drawing import Below
from guardroom.drills.form import DrillForm, days, plan_of, read, window
from guardroom.drills.obligation import years
from guardroom.drills.plan import CONFIRMATIONS, Plan
from guardroom.drills.report import report
from guardroom.drills.slots import slots
from guardroom.drills.view import Aim, Evaluation, Improvement, Overview, PastDrill
from guardroom.ground import Ground
from guardroom.language import _
from guardroom.people import audit
from guardroom.people.cpr import no_cpr
from guardroom.people.roles import Right
from guardroom.people.who import Who
from guardroom.printed import put
from guardroom.refusal import BadInput, Mistake, Refused
from guardroom.text import clean, one_line

_LARGEST = 2**31 - 1
_TEXT_LENGTH = 4000
_LINE_LENGTH = 200
_WATCH = re.compile(r"(\d{1,2}):([0-5]\d)")


class Unreadable(Refused):
    """The vault cannot be read."""


class Planner:
    """The drills of one house. `below` is the source of chance; tests bring their own."""

    def __init__(self, ground: Ground, below: Below = secrets.randbelow) -> None:
        self._ground = ground
        self._below = below

    # Planning

    def overview(self, who: Who) -> Overview:
        """Everything there is. Raises Forbidden, and Refused where the plan cannot be read."""
        who.must(Right.DRILL_PLAN)
        with self._ground.reading(who) as session:
            plan = self._read(session).plan
            rows = stored.drills(session)
            used_since = first_user_at(session)
            beside = around(session, self._ground.settings, self._ground.clock.now())
        today = self._today()
        past = tuple(self._past(row, today) for row in rows)
        zone = self._ground.settings.site.zone
        done = [one.began_at.astimezone(zone).date() for one in past if one.counts]
        planned = None if plan is None or plan.over else plan.limits.last.year
        since = today if used_since is None else day_in(used_since, zone)
        return Overview(
            years=years(self._ground.settings.policy.drills.per_year, done, planned, today, since),
            plan=plan,
            drills=past,
            open_improvements=tuple(
                sorted(
                    (each for one in past for each in one.improvements if each.done_on is None),
                    key=lambda each: each.due_on,
                )
            ),
            around=beside,
        )

    def blank(self, who: Who) -> DrillForm:
        """A form to begin with: sealed, from today to the end of the year; in its last fortnight all of the next."""
        who.must(Right.DRILL_PLAN)
        today = self._today()
        year = today.year if today < date(today.year, 12, 15) else today.year + 1
        return DrillForm(
            first=f"{max(today, date(year, 1, 1)):%d-%m-%Y}", last=f"{date(year, 12, 31):%d-%m-%Y}", led_by=who.initials
        )

    def propose(self, who: Who, form: DrillForm) -> DrillForm:
        """The form with a day and time drawn at once from its limits. Raises BadInput."""
        who.must(Right.DRILL_PLAN)
        now, settings = self._ground.clock.now(), self._ground.settings
        with self._ground.reading(who) as session:
            last = self._last_drill(session)
            busy = around(session, settings, now, days(replace(form, how="sealed"))).meetings
        told = window(form, settings, now, last, busy)
        if told.limits is None:
            raise BadInput(*told.mistakes)
        open_slots = [
            slot for slot in slots(told.limits, settings.policy, settings.site.zone, last, busy) if slot > now
        ]
        local = open_slots[self._below(len(open_slots))].astimezone(settings.site.zone)
        return replace(form, how="proposed", day=f"{local:%d-%m-%Y}", time=f"{local:%H:%M}")

    def plan(self, who: Who, form: DrillForm) -> Plan:
        """Plan a drill. Raises BadInput, and Refused where one is planned already."""
        who.must(Right.DRILL_PLAN)
        now, settings = self._ground.clock.now(), self._ground.settings
        with self._ground.writing(who) as session:
            content = self._read(session, hold=True)
            if content.plan is not None and not content.plan.over:
                raise Refused(_("A drill is planned already: call it off first."))
            busy = around(session, settings, now, days(form)).meetings
            told = read(form, settings, now, self._last_drill(session), busy)
            if told.mistakes:
                raise BadInput(*told.mistakes)
            plan = plan_of(form, told, 1 + self._below(_LARGEST), now, who.user)
            vault.write(session, self._ground.secret, vault.Content(plan=plan))
        return plan

    def confirm(self, who: Who, codes: tuple[str, ...]) -> Plan:
        """Note what has been seen to. Raises Refused where no drill is planned."""
        who.must(Right.DRILL_PLAN)
        with self._ground.writing(who) as session:
            plan = self._planned(session)
            plan = replace(plan, confirmed=tuple(code for code in CONFIRMATIONS if code in codes))
            vault.write(session, self._ground.secret, vault.Content(plan=plan))
        return plan

    def call_off(self, who: Who) -> None:
        """Plan no drill any more; also puts away one that could not begin. Raises Refused where none is planned."""
        who.must(Right.DRILL_PLAN)
        with self._ground.writing(who) as session:
            try:
                self._planned(session)
            except Unreadable:
                # It is lost either way; what cannot be read is put away.
                self._note(session, who, "drill_vault_emptied", 0)
            vault.write(session, self._ground.secret, vault.Content())

    def _read(self, session: Session, *, hold: bool = False) -> vault.Content:
        try:
            return vault.read(session, self._ground.secret, hold=hold)
        except vault.Unreadable as problem:
            raise Unreadable(
                _(
                    "The drill that was planned cannot be read: it was changed, or made under another secret. "
                    "Put back the secret's file, or call it off."
                )
            ) from problem

    def _planned(self, session: Session) -> Plan:
        plan = self._read(session, hold=True).plan
        if plan is None:
            raise Refused(_("No drill is planned."))
        return plan

    def _last_drill(self, session: Session) -> date | None:
        last = stored.last_began(session)
        return None if last is None else day_in(last, self._ground.settings.site.zone)

    def _today(self) -> date:
        return day_in(self._ground.clock.now(), self._ground.settings.site.zone)

    # Evaluating

    def evaluate(self, who: Who, drill: int, said: Evaluation) -> PastDrill:
        """Keep what people made of a drill. Raises BadInput, and Refused where it is locked."""
        who.must(Right.DRILL_PLAN)
        kept = replace(
            said,
            strengths=clean_text(said.strengths),
            to_improve=clean_text(said.to_improve),
            stopped_well=one_line(said.stopped_well, _LINE_LENGTH),
            leader=one_line(said.leader, 8),
            sent_on=one_line(said.sent_on, 12),
        )
        mistakes = [
            mistake
            for name in ("strengths", "to_improve", "stopped_well")
            for mistake in no_cpr(name, getattr(kept, name))
        ]
        if kept.leader and _seconds(kept.leader) is None:
            mistakes.append(Mistake("leader", _("Give minutes and seconds after the press, as 0:45.")))
        if kept.sent_on and read_day(kept.sent_on) is None:
            mistakes.append(Mistake("sent_on", _no_day(kept.sent_on, self._today())))
        if mistakes:
            raise BadInput(*mistakes)
        with self._ground.writing(who) as session:
            row = self._open(session, drill)
            row.evaluation = msgspec.json.encode(kept).decode()
            return self._past(row, self._today())

    def improve(self, who: Who, drill: int, what: str, owner: str, due: str) -> PastDrill:
        """Add an improvement, with who sees to it and by when. Raises BadInput, and Refused where it is locked."""
        who.must(Right.DRILL_PLAN)
        what, owner, day = clean_text(what), one_line(owner, 60), read_day(due)
        mistakes = [*no_cpr("what", what), *no_cpr("owner", owner)]
        if not what:
            mistakes.append(Mistake("what", _("Say what is to be better.")))
        if not owner:
            mistakes.append(Mistake("owner", _("Say who sees to it.")))
        if day is None or day < self._today():
            asked = _("Say by which day, one to come, as {day}.").format(day=written(an_example(self._today())))
            mistakes.append(Mistake("due", no_such_day(due) or asked))
        if mistakes or day is None:
            raise BadInput(*mistakes)
        with self._ground.writing(who) as session:
            row = self._open(session, drill)
            row.improvements.append(ImprovementRow(what=what, owner=owner, due_on=day))
            session.flush()
            return self._past(row, self._today())

    def improved(self, who: Who, improvement: int) -> None:
        """An improvement is made; also one of a drill that is locked. Raises Refused where there is none."""
        who.must(Right.DRILL_PLAN)
        with self._ground.writing(who) as session:
            row = stored.improvement(session, improvement)
            if row is None:
                raise Refused(_("There is no such improvement."))
            if row.done_on is None:
                row.done_on, row.done_by = self._today(), who.user
                self._note(session, who, "drill_improved", row.drill_id, improvement=improvement)

    def finish(self, who: Who, drill: int) -> PastDrill:
        """Lock the evaluation. Raises Refused where it is locked, or says nothing yet."""
        who.must(Right.DRILL_PLAN)
        with self._ground.writing(who) as session:
            row = self._open(session, drill)
            said = _evaluation(row)
            if row.ended_at is None:
                raise Refused(_("The drill is not over yet."))
            if not said.written:
                raise Refused(
                    _("Write what went well and what is to be better before you finish it: E writes the evaluation.")
                )
            row.finished_at, row.finished_by = self._ground.clock.now(), who.user
            self._note(session, who, "drill_finished", drill)
            return self._past(row, self._today())

    def drill(self, who: Who, drill: int) -> PastDrill:
        """One drill. Raises Refused where there is none."""
        who.must(Right.DRILL_PLAN)
        with self._ground.reading(who) as session:
            row = next((row for row in stored.drills(session) if row.id == drill), None)
        if row is None:
            raise Refused(_("There is no such drill."))
        return self._past(row, self._today())

    def print_report(self, who: Who, drill: int) -> Path:
        """Write the report into the letters' folder, to be printed; one that was written before is replaced. Raises
        Refused where there is no such drill or the folder cannot be written."""
        past = self.drill(who, drill)
        settings = self._ground.settings
        text = report(past, settings.policy.municipality, settings.site.name, settings.site.zone, settings.language)
        return put(settings.letters.folder, f"{past.number.replace('Ø', 'Oe')}.html", text)

    def _open(self, session: Session, drill: int) -> DrillRow:
        row = stored.drill(session, drill)
        if row is None:
            raise Refused(_("There is no such drill."))
        if row.finished_at is not None:
            raise Refused(_("{number} is finished: nothing in it is changed any more.").format(number=row.number))
        return row

    def _note(self, session: Session, who: Who, what: str, drill: int, **detail: object) -> None:
        audit.note(session, self._ground.audit_key, self._ground.clock.now(), who, what, "drill", drill, detail=detail)

    def _past(self, row: DrillRow, today: date) -> PastDrill:
        said = _evaluation(row)
        return PastDrill(
            id=row.id,
            number=row.number,
            place=row.place,
            began_at=row.began_at,
            ended_at=row.ended_at,
            why=row.why,
            shown=row.shown,
            how=row.how,
            press=row.press,
            led_by=row.led_by,
            aims=_aims(row, said),
            evaluation=said,
            improvements=tuple(
                Improvement(
                    id=each.id,
                    drill=row.number,
                    what=each.what,
                    owner=each.owner,
                    due_on=each.due_on,
                    done_on=each.done_on,
                    overdue=each.done_on is None and each.due_on < today,
                )
                for each in row.improvements
            ),
            finished_at=row.finished_at,
            counts=row.acknowledged_s is not None,
        )


def clean_text(typed: str) -> str:
    """A text of several lines, each of them cleaned."""
    return "\n".join(clean(line, _TEXT_LENGTH).rstrip() for line in typed[:_TEXT_LENGTH].splitlines()).strip()


def _no_day(typed: str, today: date) -> str:
    return no_such_day(typed) or _("Give the day as {day}.").format(day=written(today))


def _evaluation(row: DrillRow) -> Evaluation:
    return msgspec.json.decode(row.evaluation, type=Evaluation) if row.evaluation else Evaluation()


def _aims(row: DrillRow, said: Evaluation) -> tuple[Aim, ...]:
    wanted = cast("dict[str, int]", json.loads(row.aims))
    leader = row.leader_s if row.leader_s is not None else _seconds(said.leader)
    stopped = Aim(code="stopped", wanted_s=None, measured_s=row.stopped_s, met=row.stopped_s is not None or None)
    return (
        _aim("acknowledged", wanted, row.acknowledged_s),
        _aim("on_scene", wanted, row.on_scene_s),
        stopped,
        _aim("leader", wanted, leader),
    )


def _aim(code: str, wanted: dict[str, int], measured: float | None) -> Aim:
    limit = wanted.get(code)
    met = None if measured is None or limit is None else measured <= limit
    return Aim(code=code, wanted_s=limit, measured_s=measured, met=met)  # type: ignore[arg-type]


def _seconds(watch: str) -> float | None:
    found = _WATCH.fullmatch(watch.strip())
    return None if found is None else int(found[1]) * 60.0 + int(found[2])
