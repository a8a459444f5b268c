"""The risk coordinator's drills: the year's obligation, what is planned, and what the drills showed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from guardroom.alarms.view import BoardView
from guardroom.days import day_in, written, written_in
from guardroom.drills import words
from guardroom.drills.gate import button_of, hindrances
from guardroom.drills.plan import Plan
from guardroom.drills.view import Aim, Overview, PastDrill, Year
from guardroom.language import _, n_
from guardroom.people.roles import Right
from guardroom.refusal import Refused
from screens.drill_step import open_step
from screens.keys import bindings
from screens.more import Sheet
from screens.plain import Line, fitted, lines, plain
from screens.record_screen import RecordScreen
from screens.row_list import RowList
from screens.wrapping import FittedLine, fact, wrapped

_LABEL = 15
_NEWS = 4
_ASK_AGAIN_S = 3.0
_WIDE = 100
_BESIDE = 5
"""Cells of a pane's border and padding, and of the scroll bar."""


class Drills(RecordScreen):
    """The planner."""

    NAME: ClassVar[str] = "drills"
    NEEDS: ClassVar[frozenset[Right]] = frozenset({Right.DRILL_PLAN})
    BINDINGS = bindings("drills")

    def __init__(self) -> None:
        super().__init__()
        self._overview: Overview | None = None
        self._failed = ""
        self._at = 0
        self._told_then: tuple[object, ...] = ()
        """What the board told of drills when the house was asked last."""
        self._asked_at = 0.0
        self._finishes: PastDrill | None = None
        """The drill of which was shown what finishing it locks."""

    def compose_body(self) -> ComposeResult:
        """Obligation and plan side by side, beneath them one drill."""
        yield FittedLine(id="drills-note")
        with Vertical(id="drills-page"):
            with Horizontal(id="drills-top"):
                with Vertical(id="drills-years-pane", classes="pane"):
                    yield Line(id="drills-years")
                    yield RowList(id="drills-rows")
                with Sheet(id="drills-plan-pane", classes="pane", can_focus=False):
                    yield FittedLine(id="drills-plan")
            with Sheet(id="drill-pane", classes="pane", can_focus=False):
                yield FittedLine(id="drill-text")

    def opened(self) -> None:
        """Begin with the newest."""
        self._at = 0
        self.set_focus(None)

    def forget(self) -> None:
        """Nothing of it stays on the glass, or in memory."""
        super().forget()
        self._overview, self._failed, self._finishes = None, "", None
        if self.has_widgets:
            for name in ("drills-years", "drills-rows", "drills-plan", "drill-text"):
                self.line(name).show(Content(""))

    def look_again(self) -> None:
        """Ask for everything as it is now."""
        self._told_then, self._asked_at = _told_of_drills(self.desk.shown), self.desk.clock.monotonic()

        def told(found: Overview) -> None:
            self._overview, self._failed = found, ""
            self._at = min(self._at, max(0, len(found.drills) - 1))
            self._catch_up()

        def failed(why: Refused) -> None:
            self._overview, self._failed = None, why.sentence
            self._catch_up()

        self.ask(lambda house, who: house.drills.overview(who), told, failed, key="drills")

    def _has_gone_on(self, view: BoardView) -> bool:
        """Whether something may have become known since the house was asked: of a drill's steps, or of its end, which
        is written down a while after the board tells of it."""
        if _told_of_drills(view) != self._told_then:
            return True
        waits = self._overview is not None and any(drill.ended_at is None for drill in self._overview.drills)
        return waits and self.desk.clock.monotonic() - self._asked_at > _ASK_AGAIN_S

    @property
    def _chosen(self) -> PastDrill | None:
        found = self._overview.drills if self._overview is not None else ()
        return found[self._at] if self._at < len(found) else None

    # Showing

    def render_view(self, view: BoardView, age: float) -> None:
        """Show the obligation, the plan and the chosen drill; ask anew where the board tells that a drill went on."""
        if self.is_current and self._has_gone_on(view):
            self.look_again()
        note = _(
            "Drills: hidden from guards, front desk and leaders until they begin, on every screen and in every list."
        )
        self.line("drills-note").show(lines(*wrapped(note, self.room("drills-note"), "$quiet")))
        self.titled("drills-years-pane", _("THE YEAR'S DUTY"))
        self.titled("drills-plan-pane", _("WHAT IS PLANNED"))
        chosen = self._chosen
        self.titled("drill-pane", _("DRILL {number}").format(number=chosen.number) if chosen else _("THE DRILL"))
        if self._overview is None:
            said = self._failed or _("One moment …")
            self.line("drills-plan").show(lines(*wrapped(said, self.room("drills-plan"))))
            return
        today = day_in(self.desk.clock.now(), self.desk.settings.site.zone)
        rows = [_year_row(year) for year in self._overview.years if year.year >= today.year - 1]
        if any(each.overdue for each in self._overview.open_improvements):
            count = sum(each.overdue for each in self._overview.open_improvements)
            late = n_("! {count} improvement is overdue", "! {count} improvements are overdue", count)
            rows.append(plain(late.format(count=count), "bold $warning"))
        self.line("drills-years").show(lines(*rows, plain("")))
        drills = self._overview.drills
        rows_line = self.query_one("#drills-rows", RowList)
        rows_line.draw(len(drills), self._at, lambda at, here, width: self._drill_row(drills[at], here, width))
        self.line("drills-plan").show(lines(*self._plan_rows(view, self._width("drills-plan"))))
        width = self._width("drill-text")
        self.line("drill-text").show(lines(*(self._drill_rows(chosen, width) if chosen else self._none(width))))

    def _width(self, name: str) -> int:
        """The cells that rows may have. In one column it follows from the terminal's: rows that were made for another
        width would leave their pane as high as they were."""
        return self.desk.size.width - _BESIDE if self.desk.size.width < _WIDE else self.room(name)

    def _none(self, width: int) -> list[Content]:
        return wrapped(_("There has been no drill yet. N plans one."), width, "$quiet")

    def _drill_row(self, drill: PastDrill, here: bool, width: int) -> Content:
        day = f"{self._local(drill.began_at):%d-%m-%Y}"
        state = "" if drill.locked else _("(not evaluated)") + "  "
        said = f"{'>' if here else ' '} {drill.number}  {day}  {state}{drill.place}"
        return plain(fitted(said, width), "reverse bold" if here else "")

    def _plan_rows(self, view: BoardView, width: int) -> list[Content]:
        assert self._overview is not None
        running = view.drill is not None and view.drill.running
        rows: list[Content] = []
        if running:
            said = _("A DRILL RUNS NOW. {key} stops it.").format(key=self.cap_of("drill_stop"))
            rows += [*wrapped(said, width, "bold $warning"), plain("")]
        plan = self._overview.plan
        if plan is None:
            return [*rows, *wrapped(_("Nothing. N plans a drill."), width)]
        zone = self.desk.settings.site.zone
        rooms = plan.room or ", ".join(plan.rooms) or _("any that has a button")
        rows += fact(_("The time is"), words.how(plan.how), _LABEL, width)
        if plan.how == "sealed":
            days = f"{written(plan.limits.first)} - {written(plan.limits.last)}"
            rows += fact(_("Window"), days, _LABEL, width)
        if plan.begins_at is not None and not plan.over:
            rows += fact(_("It begins"), written_in(plan.begins_at, zone), _LABEL, width, "bold")
        rows += fact(_("Rooms"), rooms, _LABEL, width)
        rows += fact(_("Raised by"), words.press(plan.press), _LABEL, width)
        rows += self._seen_to(plan, width)
        if not plan.over and not running:
            rows += self._gate(plan, view, width)
        for one in plan.news[-_NEWS:]:
            at = one.at.astimezone(zone)
            rows += wrapped(f"{at:%d-%m %H:%M} {words.news(one.what, one.detail)}", width, "bold" if plan.over else "")
        if plan.over:
            rows += wrapped(_("X puts it away; then N plans another one."), width)
        return rows

    def _seen_to(self, plan: Plan, width: int) -> list[Content]:
        rows = []
        for code in plan.wanted:
            done = code in plan.confirmed
            said = f"{'[ok]' if done else '[!!]'} {words.confirmation(code)}"
            rows += wrapped(said, width, "" if done else "bold $warning")
        if not plan.over and set(plan.wanted) - set(plan.confirmed):
            said = _("[!!] is still to be seen to: {key} notes it. Without all of it the drill does not begin.")
            rows += wrapped(said.format(key=self.cap_of("drill_confirm")), width, "$quiet")
        return rows

    def _gate(self, plan: Plan, view: BoardView, width: int) -> list[Content]:
        """What would keep it from beginning at this moment."""
        assert self._overview is not None
        now, settings, around = self.desk.clock.now(), self.desk.settings, self._overview.around
        in_each = [
            hindrances(plan, room, view, around, now, settings, seen_to=False) for room in self._candidates(plan)
        ]
        # While no room is settled, only what speaks against every one of them does.
        against = [code for code in in_each[0] if all(code in other for other in in_each)]
        if not against:
            return wrapped(_("[ok] nothing else speaks against it now"), width)
        said = _("Now against it: {why}").format(why=", ".join(words.hindrance(code) for code in against))
        return wrapped(said, width, "$quiet")

    def _candidates(self, plan: Plan) -> tuple[str, ...]:
        """The rooms that it may be in; one at least, "" where there is none."""
        if plan.room:
            return (plan.room,)
        settings = self.desk.settings
        return plan.rooms or tuple(room.id for room in settings.rooms if button_of(settings, room.id)) or ("",)

    def _drill_rows(self, drill: PastDrill, width: int) -> list[Content]:
        began = written_in(drill.began_at, self.desk.settings.site.zone)
        rows = fact(_("Began"), f"{began}, {drill.place}", _LABEL, width)
        now = self.desk.shown.drill
        over = now is not None and not now.running and now.id == drill.id
        not_yet = _("it is over; the times come within a minute") if over else _("it is not over yet")
        ended = words.end(drill.why) if drill.ended_at is not None else not_yet
        if drill.shown:
            ended += "; " + _("revealed before the police were called")
        rows += fact(_("Ended"), ended, _LABEL, width)
        rows += _whether_it_counts(drill, width)
        rows.append(plain(""))
        head = (fitted(_("Aim"), 26), fitted(_("Wanted"), 10), fitted(_("Measured"), 10), _("Met"))
        rows.append(plain(fitted(" ".join(head), width), "$quiet"))
        rows += [plain(fitted(_aim_row(aim), width), "bold $warning" if aim.met is False else "") for aim in drill.aims]
        rows.append(plain(""))
        said = drill.evaluation
        rows += fact(_("Strengths"), said.strengths or "-", _LABEL, width)
        rows += fact(_("To be better"), said.to_improve or "-", _LABEL, width)
        if not drill.locked and drill.ended_at is not None:
            rows += wrapped(self._what_is_missing(drill), width, "$quiet")
        for each in drill.improvements:
            mark = "X" if each.done_on is not None else "!!" if each.overdue else "!"
            due = written(each.done_on or each.due_on)
            rows += wrapped(f"{mark:<2} {each.what} ({each.owner}, {due})", width, "bold" if each.overdue else "")
        rows += self._open_from_others(drill, width)
        if drill.finished_at is not None:
            day = f"{self._local(drill.finished_at):%d-%m-%Y}"
            rows += wrapped(_("Finished on {day}: locked.").format(day=day), width, "$quiet")
        return rows

    def _what_is_missing(self, drill: PastDrill) -> str:
        """What is still to be done about a drill that is over, with its keys."""
        keys = {name: self.cap_of(f"drill_{name}") for name in ("evaluate", "improve", "finish")}
        if not drill.evaluation.written:
            return _("{evaluate} writes the evaluation, {improve} adds an improvement with who and when.").format(
                **keys
            )
        return _("{improve} adds an improvement with who and when; {finish} finishes and locks it.").format(**keys)

    def _open_from_others(self, drill: PastDrill, width: int) -> list[Content]:
        """Improvements that other drills asked for and that are not made yet."""
        found = self._overview.open_improvements if self._overview is not None else ()
        others = [each for each in found if each.drill != drill.number]
        if not others:
            return []
        rows = [plain(""), plain(_("Open from other drills:"), "$quiet")]
        for each in others:
            said = f"{'!!' if each.overdue else '!'} {each.drill}: {each.what} ({each.owner}, {written(each.due_on)})"
            rows += wrapped(said, width, "bold" if each.overdue else "")
        return rows

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.desk.settings.site.zone)

    # Keys

    def action_choose(self, by: int) -> None:
        """Go to the drill below or above."""
        if self._overview is not None and self._overview.drills:
            self._at = min(max(self._at + by, 0), len(self._overview.drills) - 1)
            self._catch_up()

    def on_row_list_clicked(self, event: RowList.Clicked) -> None:
        """A click chooses."""
        self.action_choose(event.at - self._at)

    def action_scroll(self, by: int) -> None:
        """Further down, or up, in the chosen drill."""
        # In a small terminal everything is one column, which is then what is scrolled.
        for name in ("#drills-page", "#drill-pane"):
            pane = self.query_one(name)
            if pane.max_scroll_y:
                pane.scroll_relative(y=by * max(1, pane.size.height - 1), animate=False)
                return

    def action_plan(self) -> None:
        """Plan a drill."""
        if self._overview is not None and self._overview.plan is not None and not self._overview.plan.over:
            self.say(_("A drill is planned already: call it off first."))
            return
        open_step(self.desk, "plan")

    def action_confirm(self) -> None:
        """Note what has been seen to."""
        plan = self._overview.plan if self._overview is not None else None
        if plan is None:
            self.say(_("No drill is planned."))
            return
        open_step(self.desk, "confirm", given={"confirmed": plan.confirmed})

    def action_call_off(self) -> None:
        """Call the planned drill off, at the second press."""
        if self._overview is None or self._overview.plan is None:
            self.say(_("No drill is planned."))
            return
        if not self._sure and not self._overview.plan.over:
            self._sure = True
            self.say(_("X again calls the drill off."), urgent=True)
            return
        self._sure = False
        self.take(lambda house, who: house.drills.call_off(who), lambda _nothing: self._done(_("No drill is planned.")))

    def action_stop_drill(self) -> None:
        """Stop the drill that runs, at once."""
        drill = self.desk.shown.drill
        if drill is not None and drill.running:
            self.act("drill_stop", alarm=drill.alarm, owner=drill.owner)
        else:
            self.say(_("No drill runs."))

    def action_evaluate(self) -> None:
        """Write down what people made of the chosen drill."""
        drill = self._unlocked()
        if drill is not None:
            said = drill.evaluation
            open_step(
                self.desk,
                "evaluate",
                drill,
                {
                    "strengths": said.strengths,
                    "to_improve": said.to_improve,
                    "stopped_well": said.stopped_well,
                    "leader": said.leader,
                    "debriefed": "yes" if said.debriefed else "",
                    "sent_on": said.sent_on,
                },
            )

    def action_improve(self) -> None:
        """Add an improvement to the chosen drill."""
        drill = self._unlocked()
        if drill is not None:
            open_step(self.desk, "improve", drill)

    def action_improved(self) -> None:
        """The first improvement of the chosen drill that is open has been made."""
        drill = self._chosen
        left = next((each for each in drill.improvements if each.done_on is None), None) if drill is not None else None
        if left is None:
            self.say(_("No improvement of this drill is open."))
            return
        said = _("Made: {what}").format(what=left.what)
        self.take(lambda house, who: house.drills.improved(who, left.id), lambda _nothing: self._done(said))

    def action_finish(self) -> None:
        """Lock the evaluation of the chosen drill, at the second press: what is locked is shown first."""
        drill = self._unlocked()
        if drill is not None:
            if drill.evaluation.written and self._finishes != drill:
                self._finishes = drill
                self.say(_to_be_locked(drill, self.cap_of("drill_finish")), urgent=True)
                return
            number = drill.id
            said = _("{number} is finished and locked.").format(number=drill.number)
            self.take(lambda house, who: house.drills.finish(who, number), lambda _drill: self._done(said))

    def action_print_report(self) -> None:
        """Write the report of the chosen drill, to be printed."""
        drill = self._chosen
        if drill is None:
            self.say(_("There has been no drill yet. N plans one."))
            return
        number = drill.id

        def told(path: Path) -> None:
            self.say(_("The report lies in {file}: open it and print it.").format(file=path))

        self.take(lambda house, who: house.drills.print_report(who, number), told)

    def _unlocked(self) -> PastDrill | None:
        drill = self._chosen
        if drill is None:
            self.say(_("There has been no drill yet. N plans one."))
        elif drill.locked:
            self.say(_("{number} is finished: nothing in it is changed any more.").format(number=drill.number))
            return None
        return drill

    def _done(self, sentence: str) -> None:
        self.say(sentence)
        self.look_again()


def _to_be_locked(drill: PastDrill, key: str) -> str:
    """What finishing the evaluation locks, in a sentence."""
    said, open_still = drill.evaluation, sum(each.done_on is None for each in drill.improvements)
    facts = (
        _("debriefing held") if said.debriefed else _("no debriefing"),
        _("sent to the committee {day}").format(day=said.sent_on) if said.sent_on else _("not sent to the committee"),
        n_("{count} improvement, {open} open", "{count} improvements, {open} open", len(drill.improvements)).format(
            count=len(drill.improvements), open=open_still
        ),
    )
    told = _("Will be locked: {summary}").format(summary=f"{drill.number} · {' · '.join(facts)}")
    return f"{told}. " + _("{key} again locks it.").format(key=key)


def _told_of_drills(view: BoardView) -> tuple[object, ...]:
    """What of a drill the board tells that the planner shows too: it has begun, somebody took a step, it is over."""
    drill = view.drill
    if drill is None:
        return ()
    alarm = next((one for one in view.alarms if one.key == drill.alarm_key), None)
    steps = () if alarm is None else (alarm.acknowledged_by, *alarm.steps)
    return (drill.id, drill.running, drill.shown, *steps)


def _whether_it_counts(drill: PastDrill, width: int) -> list[Content]:
    """Whether it counts for the year: nothing is known of that while it runs."""
    if drill.ended_at is None:
        return []
    if not drill.counts:
        return wrapped(_("Nobody answered the alarm: it does not count for the year."), width, "bold $warning")
    if drill.why == "stopped":
        return wrapped(_("It was stopped, but somebody had answered the alarm: it counts for the year."), width)
    return []


def _year_row(year: Year) -> Content:
    if year.state == "not_asked":
        return plain(_("{year}: the policy asks for no drill").format(year=year.year), "$quiet")
    said = {
        "done": _("{year}: {done} of {needed} held"),
        "planned": _("{year}: {done} of {needed} held; one is planned, {days} days left"),
        "missing": _("{year}: {done} of {needed} held; MISSING, {days} days left")
        if year.days_left
        else _("{year}: {done} of {needed} held; OVERDUE"),
    }[year.state]
    text = said.format(year=year.year, done=year.done, needed=year.needed, days=year.days_left)
    return plain(text, "bold $warning" if year.state == "missing" else "")


def _aim_row(aim: Aim) -> str:
    met = {True: _("yes"), False: _("NO"), None: "-"}[aim.met]
    wanted = "-" if aim.wanted_s is None else f"< {words.seconds(aim.wanted_s)}"
    cells = (fitted(words.aim(aim.code), 26), fitted(wanted, 10), fitted(words.seconds(aim.measured_s), 10), met)
    return " ".join(cells)
