"""Response mode: one key a step, times set by the program, from the acknowledgement to the closing.

What is typed here is never lost: a note that is half written stays with its alarm, also when a new alarm takes the
screen over, until the monitor has said that it is in the journal.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input

from guardroom.alarms import words as alarm_words
from guardroom.alarms.acts import ActReply
from guardroom.alarms.view import OUTCOMES, STEPS, AlarmKey, AlarmView, BoardView, TimelineLine, ToldView, in_order
from guardroom.clock import moment, stamp
from guardroom.language import _
from guardroom.settings import Settings
from screens import theme, words
from screens.dates import short_time, time_of
from screens.drill import drill_mark, is_shown, running
from screens.frame import INPUT_GUARD_S, GuardScreen
from screens.in_the_room import may_read_more, meetings_of, name_hidden, who_and_why
from screens.interlock import do_not_call, real_danger
from screens.keys import bindings, cap_of
from screens.more import Sheet
from screens.plain import Field, Line, fitted, lines, plain
from screens.police import called, who_decides

Entry = Literal["", "note", "late_step", "late_time"]
"""What is being typed or asked for: nothing, a note, the step of a late entry, or its time."""

NOTE_LIMIT = 500
_MEETING_ROWS = 2
_STATE_ROWS = 2
_TIMELINE_ROWS = 4
"""Where it has a frame: that, its newest row, and what is typed."""
_STEP_ROWS = 1 + len(STEPS)
_BESIDE_LATE_LABEL = 12
"""The cells of its row that a late entry's sentence leaves to the frame and to the time."""
_ABOUT_THE_ALARM = frozenset(("step", "outcome", "close_alarm", "withdraw_step"))


def title(alarm: AlarmView, age: float, width: int, settings: Settings) -> str:
    """The alarm in one line of `width`: place, running time, press, acknowledgement. `age` is the view's, seconds.

    Where it is too narrow, that goes first which also stands elsewhere on the screen.
    """
    zone = settings.site.zone
    pressed = _("pressed {time}").format(time=time_of(alarm.pressed_at, zone))
    if alarm.presses > 1:
        pressed += " " + _("(PRESS {number})").format(number=alarm.presses)
    acknowledged = ""
    if alarm.acknowledged_at:
        acknowledged = (
            _("acknowledged {time} {by}")
            .format(time=time_of(alarm.acknowledged_at, zone), by=alarm.acknowledged_by)
            .rstrip()
        )
        if alarm.acknowledged_s is not None:
            acknowledged += f" ({words.short_span(alarm.acknowledged_s)})"
    parts = [
        words.cause(alarm.cause).upper(),
        words.placed(alarm).upper(),
        pressed,
        acknowledged,
        _("running {time}").format(time=words.clock_span(alarm.age_s + age)),
    ]
    for least, instead in ((3, ""), (0, ""), (2, ""), (1, alarm.place.upper())):
        if plain("   ".join(part for part in parts if part)).cell_length <= width:
            break
        parts[least] = instead
    return "   ".join(part for part in parts if part)


def state_line(alarm: AlarmView, at: int, count: int, settings: Settings, police: bool = False) -> str:
    """Which of the open alarms it is, what the panel says now, and what is not right yet; "" where there is nothing.
    `police`: also whether they were rung, where that stands nowhere else."""
    parts = []
    if count > 1:
        key = cap_of("next_alarm", settings)
        parts.append(_("alarm {at} of {count}, {key}: the next").format(at=at, count=count, key=key))
    if alarm.owner:
        parts.append(_("alarm of station {station}").format(station=alarm.owner))
    if alarm.state.startswith("restored"):
        parts.append(_("the button has been reset at the panel"))
    if alarm.by_user:
        parts.append(_("the panel's number is a person's code"))
    if alarm.received_late:
        parts.append(_("received late"))
    if alarm.cancelled:
        parts.append(_("somebody cancelled it at the panel"))
    if alarm.repeats:
        parts.append(_("the panel has repeated the call {count}×").format(count=alarm.repeats))
    if not alarm.stored:
        parts.append(_("NOT WRITTEN TO DISK YET: write it on paper too"))
    if police:
        rung = called(alarm, settings)
        parts.append(_("Police: {called}").format(called=", ".join(rung)) if rung else _("Police: not rung yet"))
    if not settings.recipients:
        # Of an alarm that is a hidden drill too: it must look as every other one does.
        parts.append(_("Nobody is told outside: no recipients are set."))
    return " · ".join(parts)


def is_sent(alarm: AlarmView, what: str, detail: str | None = None) -> bool:
    """Whether the station whose alarm it is has been asked for this and has not answered."""
    return any(line.what == what and detail in (None, line.detail) for line in alarm.sent)


def step_row(number: int, code: str, alarm: AlarmView, width: int, settings: Settings) -> Content:
    """One step: `[x] 3  Citizen asked to leave   13:43:10 JB`."""
    done = alarm.steps.get(code)
    key = cap_of(f"step_{number}", settings)
    when = _("SENT") if is_sent(alarm, "step", code) else "__:__:__"
    if done is not None:
        clock = short_time if done.late else time_of
        when = f"{clock(done.at, settings.site.zone)} {done.by}".rstrip()
        if done.late:
            when = _("{when} late entry").format(when=when)
    return _checked(done is not None, key, alarm_words.step(code), when, width)


def acknowledged_row(alarm: AlarmView, width: int, settings: Settings) -> Content:
    """The first row of the response: the acknowledgement itself."""
    when = _("SENT") if is_sent(alarm, "acknowledge") else "__:__:__"
    if alarm.acknowledged_at:
        when = f"{time_of(alarm.acknowledged_at, settings.site.zone)} {alarm.acknowledged_by}".rstrip()
    key = cap_of("acknowledge", settings)
    return _checked(alarm.acknowledged_at is not None, key, _("Acknowledged, guard on the way"), when, width)


def _checked(done: bool, key: str, label: str, when: str, width: int) -> Content:
    room = max(0, width - len(when) - 1)
    return plain(fitted(f"{'[x]' if done else '[ ]'} {key:<3} {label}", room) + f" {when}", "bold" if done else "")


def left_column(width: int) -> int:
    """How many cells of `width` the left column of outcomes takes."""
    return max(1, width * 11 // 20)


def outcome_rows(alarm: AlarmView, width: int, settings: Settings) -> Content:
    """The outcomes with their keys, in two columns; the chosen one is marked."""
    left_cells = left_column(width)
    cells: list[Content] = []
    for code in OUTCOMES.values():
        chosen = code == alarm.outcome
        key = cap_of(code, settings)
        cells.append(
            plain(
                fitted(
                    f"{'(x)' if chosen else '( )'} {key} {alarm_words.outcome(code)}",
                    width - left_cells if len(cells) % 2 else left_cells,
                ),
                "bold" if chosen else "",
            )
        )
    return lines(*(left + right for left, right in zip(cells[0::2], cells[1::2], strict=True)))


def timeline_rows(alarm: AlarmView, told: tuple[ToldView, ...], width: int, settings: Settings) -> Content:
    """The timeline, oldest first, with who has been told when."""

    def said_of(line: TimelineLine) -> str:
        by = " ".join(part for part in (line.by, line.station) if part)
        return words.timeline(line, settings.site.zone) + (f"   {by}" if by else "")

    happened = [(line.at, said_of(line)) for line in alarm.timeline]
    if told:
        happened = sorted([*happened, *_told_rows(told)], key=lambda each: each[0])
    # Last, whatever their time: they have not happened yet where they count.
    sent = [(line.at, f"{words.sent(alarm.owner, alarm.unanswered)} {said_of(line)}") for line in alarm.sent]
    rows = []
    for at, said in [*happened, *sent]:
        row = f"{time_of(at, settings.site.zone)}  {said}"
        wrapped = plain(row).wrap(max(12, width))
        rows.append(wrapped[0])
        rows.extend(Content(" " * 10) + rest for piece in wrapped[1:] for rest in piece.wrap(max(2, width - 10)))
    return lines(*rows) if rows else Content("")


def _told_rows(told: tuple[ToldView, ...]) -> list[tuple[str, str]]:
    """Who has been told, and who could not be, with the last time that it was tried; a row for each reason."""
    found: dict[str, list[ToldView]] = {}
    for each in told:
        if each.state in ("sent", "failing", "failed"):
            found.setdefault(words.told(each), []).append(each)
    return [
        (max(each.at for each in alike), f"{said} {', '.join(dict.fromkeys(each.recipient for each in alike))}")
        for said, alike in found.items()
    ]


def last_marked(alarm: AlarmView) -> str | None:
    """The step that was marked last and still stands, whatever time it carries; None where none is marked."""
    for line in reversed(alarm.timeline):
        if line.what == "step" and line.detail in alarm.steps:
            return line.detail
    return next(reversed(alarm.steps), None)


def late_moment(typed: str, pressed: datetime, now: datetime, settings: Settings) -> datetime | None:
    """The moment that `typed` (13:42, 13.42, 1342) means between press and now, by the house's clock.

    A minute that the press or the present lies in counts as that moment. After midnight the evening before is
    meant where today's time has not been reached. None where it is no time, in the future or before the press.
    """
    digits = typed.strip().replace(".", ":")
    hours, colon, minutes = digits.partition(":")
    if not colon and len(digits) in (3, 4):
        hours, minutes = digits[:-2], digits[-2:]
    if not (hours.isdecimal() and minutes.isdecimal() and len(minutes) == 2 and len(hours) <= 2):
        return None
    if int(hours) > 23 or int(minutes) > 59:
        return None
    here = now.astimezone(settings.site.zone)
    for days in (0, 1):
        meant = (here - timedelta(days=days)).replace(
            hour=int(hours), minute=int(minutes), second=0, microsecond=0, fold=0
        )
        for fold in (0, 1):
            start = meant.replace(fold=fold).astimezone(now.tzinfo)
            if start <= now and start + timedelta(minutes=1) > pressed:
                return max(start, pressed)
    return None


class _Body(Vertical):
    """All between the bars on top and the message below: what is left of the screen to share out."""

    def on_resize(self) -> None:
        """The bars take more rows than before, or fewer."""
        screen = self.screen
        if isinstance(screen, Response):
            screen.share_out()


class Response(GuardScreen):
    """The response to one open alarm; Tab goes to the next."""

    NAME: ClassVar[str] = "response"
    TABS: ClassVar[bool] = False
    """Here the digits are steps: tabs with numbers would say otherwise."""
    BINDINGS = bindings("response")

    def __init__(self, alarm: AlarmKey | None = None) -> None:
        super().__init__()
        self._chosen = alarm
        self._entry: Entry = ""
        self._late_step = ""
        self._moved_at = float("-inf")
        self._notes: dict[AlarmKey, str] = {}
        self._interrupted: set[AlarmKey] = set()
        self._timeline_of: object = None
        self._meeting_rows: list[Content] = []
        self._state_rows = 0
        self._shared: object = None
        self._closed_here = ""

    def compose_body(self) -> ComposeResult:
        """Title, steps and outcome on the left, police and guidance on the right, the timeline below."""
        with _Body(id="response-body"):
            yield Line(id="response-title")
            yield Line(id="response-state")
            yield Line(id="response-meeting")
            with Horizontal(id="response-top"):
                with Vertical(id="steps", classes="box"), Sheet(id="step-rows", can_focus=False):
                    yield Line(id="acknowledged")
                    for number in range(1, len(STEPS) + 1):
                        yield Line(id=f"step-{number}", classes="step")
                    yield Line(id="outcome-heading")
                    yield Line(id="outcomes")
                    yield Line(id="step-hints")
                with Vertical(id="beside"):
                    with Vertical(id="police-box", classes="box"):
                        yield Line(id="police-text")
                    with Vertical(id="guidance", classes="box"):
                        yield Line(id="guidance-text")
            with Vertical(id="timeline-box", classes="box"):
                with Sheet(id="timeline", can_focus=False):
                    yield Line(id="timeline-text")
                with Horizontal(id="entry"):
                    yield Line(id="entry-label")
                    # A draft that is opened again must not be overwritten by the next letter.
                    yield Field(id="note", max_length=NOTE_LIMIT, compact=True, select_on_focus=False)
                    yield Field(id="late", max_length=5, compact=True)

    def on_mount(self) -> None:
        """Nothing is being typed yet."""
        self._ask("")

    # -- which alarm -------------------------------------------------------------------------------------------

    def choose(self, alarm: AlarmKey | None) -> None:
        """Show this alarm (None: the one in front); a half-written note stays with the alarm it was for."""
        if alarm == self._chosen:
            return
        if self._entry == "note" and self._chosen is not None:
            self._interrupted.add(self._chosen)
            self._notes[self._chosen] = self.query_one("#note", Input).value
        if self._entry:
            self._ask("")
        self._chosen = alarm
        self.unsay()
        if not self.is_mounted or alarm is None:
            return
        note = self.query_one("#note", Input)
        with self.prevent(Input.Changed):
            note.value = self._notes.get(alarm, "")
        note.cursor_position = len(note.value)
        self._ask("note" if alarm in self._interrupted else "")
        self._interrupted.discard(alarm)
        self._catch_up()

    def _alarm(self, view: BoardView) -> AlarmView | None:
        return next((alarm for alarm in view.alarms if alarm.key == self._chosen), None)

    def _move(self, by: int) -> None:
        alarms = in_order(self.desk.shown.alarms)
        keys = [alarm.key for alarm in alarms]
        if keys:
            at = keys.index(self._chosen) if self._chosen in keys else 0
            self.choose(keys[(at + by) % len(keys)])

    def action_next_alarm(self) -> None:
        """Go to the next open alarm."""
        self._move(1)

    def action_previous_alarm(self) -> None:
        """Go to the open alarm before."""
        self._move(-1)

    # -- showing -----------------------------------------------------------------------------------------------

    def render_view(self, view: BoardView, age: float) -> None:
        """Show the chosen alarm; once it is closed, the next open one, and the board after the last."""
        alarm = self._alarm(view)
        if alarm is None:
            following = next(iter(in_order(view.alarms)), None)
            if following is None:
                if self.is_current:
                    self.desk.leave(self)
                    self._say_what_comes_next()
                return
            self.choose(following.key)
            self._moved_at = self.desk.clock.monotonic()
            return
        settings = self.desk.settings
        alarms = in_order(view.alarms)
        at = [other.key for other in alarms].index(alarm.key) + 1
        drill = is_shown(view, alarm)
        marked = drill_mark() + Content(" ") if drill else Content("")
        told = title(alarm, age, self.desk.size.width - 2 - marked.cell_length, settings)
        self._line("response-title").show(marked + plain(told, "bold", limit=1000))
        narrow = self.has_class("-narrow")
        state = state_line(alarm, at, len(alarms), settings, police=narrow and not drill)
        self._line("response-state").display = bool(state)
        self._line("response-state").show(plain(state))
        self._state_rows = len(plain(state).wrap(max(1, self.desk.size.width - 2))[:_STATE_ROWS]) if state else 0
        self._show_meeting(alarm, view, settings)
        self._show_boxes(alarm, settings, drill)
        who = tuple(each for each in view.told if (each.owner, each.alarm) == alarm.key)
        made_of = (replace(alarm, age_s=0.0, last_press_age_s=0.0), who, self.desk.size)
        if made_of != self._timeline_of:
            self._timeline_of = made_of
            self._line("timeline-text").show(timeline_rows(alarm, who, self.desk.size.width - 5, settings))
            self.query_one("#timeline", Sheet).scroll_end(animate=False)
        self.share_out()

    def share_out(self) -> None:
        """Share out the rows: what is typed and the newest row of the timeline always have theirs.

        Where there are too few, a heading goes first, then the second row of who is in the room, then as many of the
        outcomes and steps as must; what was cut is there by scrolling. Where no step would be left, who is in the room
        goes; while a step is entered late its number is looked for, and it goes before any of them does.
        """
        room = self.query_one("#response-body").size.height
        if not room:
            return  # nothing has its place yet
        low = self.has_class("-low")
        frame = 0 if low else 2
        asking = self.query_one("#entry").has_class("-asking")
        timeline = frame + 1 + asking if low else _TIMELINE_ROWS
        left = room - 1 - self._state_rows - timeline - frame
        choices = _STEP_ROWS + len(OUTCOMES) // 2
        met = len(self._meeting_rows)
        heading = not low or left >= choices + 1 + met
        if low and left < choices + met:
            met = min(met, 1)
        if left - met < (_STEP_ROWS if self._entry in ("late_step", "late_time") else 1):
            met = 0
        most = max(0, left - met)
        told = _cut(self._meeting_rows, met, max(1, self.desk.size.width - 2)) if met else []
        shared = (self.desk.size, room, timeline, asking, heading, most, [row.plain for row in told])
        if shared == self._shared:
            return
        self._shared = shared
        self._line("outcome-heading").display = heading
        self._line("response-meeting").display = bool(told)
        self._line("response-meeting").show(lines(*told))
        self.query_one("#step-rows").styles.max_height = most
        self.query_one("#timeline-box").styles.min_height = timeline
        # It is scrolled to its end again: the newest row would be the first to go.
        self.query_one("#timeline", Sheet).scroll_end(animate=False)

    def _show_meeting(self, alarm: AlarmView, view: BoardView, settings: Settings) -> None:
        """Who is in the room and why, where the guards were told; `share_out` gives it its rows."""
        meetings = meetings_of(alarm, view)
        self._meeting_rows = []
        if meetings:
            told = f" {_('or')} ".join(who_and_why(meetings, settings, more=may_read_more(self.desk.who)))
            said = f"{_('In the room')}: {told}. {name_hidden(meetings)}"
            width = max(1, self.desk.size.width - 2)
            self._meeting_rows = _cut(plain(said).wrap(width), _MEETING_ROWS, width)

    def _show_boxes(self, alarm: AlarmView, settings: Settings, drill: bool) -> None:
        for name, heading in (
            ("steps", _("RESPONSE: one key a step, the time is set by itself")),
            ("police-box", ", ".join(do_not_call()) if drill else _("POLICE")),
            ("guidance", _("GUIDANCE")),
            ("timeline-box", _("TIMELINE (written by the system)")),
        ):
            pane = self.query_one(f"#{name}")
            if pane.border_title != heading:  # setting it paints the whole pane anew
                pane.border_title = heading
        wide = self.desk.size.width >= 100
        width = (self.desk.size.width * 11 // 20 if wide else self.desk.size.width) - 4
        self._line("acknowledged").show(acknowledged_row(alarm, width, settings))
        for number, code in enumerate(STEPS, start=1):
            self._line(f"step-{number}").show(step_row(number, code, alarm, width, settings))
        self._line("outcome-heading").show(plain(_("Outcome (choose one):"), "" if alarm.outcome else "bold"))
        self._line("outcomes").show(outcome_rows(alarm, width, settings))
        self._line("step-hints").show(
            lines(
                plain(
                    _("A forgotten step: {key} adds it later, marked as a late entry.").format(
                        key=cap_of("late_entry", settings)
                    )
                ),
                plain(
                    _("Step {number} is proof that the citizen was asked to leave.").format(
                        number=words.step_number("asked_to_leave")
                    )
                ),
            )
        )
        self._line("police-text").show(_kept_from_calling() if drill else _police(alarm, settings))
        guidance = settings.policy.guidance.get(settings.language, ())
        self._line("guidance-text").show(lines(*(plain(line) for line in guidance)) if guidance else Content(""))

    def _line(self, name: str) -> Line:
        return self.query_one(f"#{name}", Line)

    # -- steps -------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keep keys that were meant for the alarm before from the one that has taken its place."""
        if action in _ABOUT_THE_ALARM and self.desk.clock.monotonic() - self._moved_at < INPUT_GUARD_S:
            return False
        return super().check_action(action, parameters)

    def action_step(self, number: int) -> None:
        """Mark a step, now; or choose it for a late entry that is being made."""
        alarm = self._alarm(self.desk.shown)
        if alarm is None:
            return
        code = STEPS[number - 1]
        if code == "refused_police_called" and running(self.desk.shown) is not None:
            self.action_police()
            return
        done = alarm.steps.get(code)
        if done is not None:
            self.say(_marked_already(number, done, self.desk.settings))
        elif is_sent(alarm, "step", code):
            self.say(words.sent(alarm.owner, alarm.unanswered), urgent=alarm.unanswered)
        elif self._entry == "late_step":
            self._late_step = code
            self._ask("late_time")
        else:
            self.act("step", alarm=alarm.id, detail=code, owner=alarm.owner)

    def action_withdraw_step(self) -> None:
        """Take the step back that was marked last; both stay on the timeline."""
        alarm = self._alarm(self.desk.shown)
        if alarm is None:
            return
        code = last_marked(alarm)
        if code is None:
            self.say(_("No step is marked."))
            return
        self.act("withdraw_step", alarm=alarm.id, detail=code, owner=alarm.owner)
        self.say(_("Taken back: {step}").format(step=alarm_words.step(code)))

    def action_outcome(self, code: str) -> None:
        """Choose how it ended; the last choice counts."""
        alarm = self._alarm(self.desk.shown)
        if alarm is not None and alarm.outcome != code:
            self.act("outcome", alarm=alarm.id, detail=code, owner=alarm.owner)

    def action_close_alarm(self) -> None:
        """Close the alarm; the monitor refuses one without an outcome, which may be on its way to it."""
        alarm = self._alarm(self.desk.shown)
        if alarm is None:
            return
        if self._has_draft(alarm.key):
            said = _("A note is not saved yet: {key} opens it, Enter saves it.")
            self.say(said.format(key=self.cap_of("note")), urgent=True)
        else:
            place = alarm.room or alarm.place

            def told(reply: ActReply) -> None:
                if not reply.refused:
                    self._closed_here = place

            self.act("close", told, alarm=alarm.id, owner=alarm.owner)

    def _say_what_comes_next(self) -> None:
        """The alarm that was closed here is over; its incident is written where the guard is now. A drill has none."""
        place, self._closed_here = self._closed_here, ""
        drill = self.desk.shown.drill
        if drill is not None and drill.alarm_key == self._chosen:
            return
        front = self.desk.screen
        if place and isinstance(front, GuardScreen) and front is not self and front.typing is None:
            said = _("{place} is closed. {key} writes what happened.")
            if any(line.room == place and line.status == "running" for line in self.desk.shown.headsups):
                said = _(
                    "{place} is closed, but its meeting still stands as going on (tab 4). {key} writes what happened."
                )
            self.desk.say(said.format(place=place, key=self.cap_of("new_incident")))

    def action_police(self) -> None:
        """The police script of this alarm."""
        self.desk.open_police(self._chosen)

    # -- typing ------------------------------------------------------------------------------------------------

    def _ask(self, entry: Entry) -> None:
        """Begin to ask for `entry`, or stop asking ("")."""
        self._entry = entry
        note, late = self.query_one("#note", Input), self.query_one("#late", Input)
        note.display = entry == "note"
        late.display = entry == "late_time"
        label = self._line("entry-label")
        if entry == "note":
            label.show(plain(_("Note (Enter saves, Esc keeps it for later):"), "bold"))
            note.focus()
        elif entry == "late_step":
            label.show(plain(_("Late entry: which step? Press 1-9, or Esc."), "bold"))
            self.set_focus(None)
        elif entry == "late_time":
            said = _("Late entry: {step}, at what time? (HH:MM, Enter saves)")
            step = plain(alarm_words.step(self._late_step))
            others = plain(said.format(step="")).cell_length
            # The time that is typed beside it must stay on the glass.
            step = step.truncate(max(1, self.desk.size.width - _BESIDE_LATE_LABEL - others), ellipsis=True)
            label.show(plain(said.format(step=step.plain), "bold"))
            late.value = f"{self.desk.clock.now().astimezone(self.desk.settings.site.zone):%H:%M}"
            late.focus()
            late.select_all()
        else:
            self.set_focus(None)
            draft = self._chosen is not None and self._has_draft(self._chosen)
            said = _("A note is half written: {key} opens it.").format(key=self.cap_of("note"))
            label.show(plain(said if draft else "", "bold"))
        self.query_one("#entry").set_class(entry != "" or bool(label.content), "-asking")
        self.share_out()

    def _has_draft(self, alarm: AlarmKey) -> bool:
        return bool(self._notes.get(alarm, "").strip())

    def action_note(self) -> None:
        """Write a note, or go on with the one that is half written."""
        self._ask("note")

    def action_late_entry(self) -> None:
        """Add a step that was forgotten, with its time."""
        self._ask("late_step")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Every key of a note is kept at once."""
        # The value is asked again: the key may have been pressed before another alarm was chosen.
        if event.input.id == "note" and self._entry == "note" and self._chosen is not None:
            self._notes[self._chosen] = event.input.value

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Save the note or the late entry."""
        alarm = self._alarm(self.desk.shown)
        if alarm is None:
            return
        if event.input.id == "note":
            self._save_note(alarm, event.value)
        else:
            self._save_late(alarm, event.value)

    def _save_note(self, alarm: AlarmView, text: str) -> None:
        key = alarm.key
        if not text.strip():
            self._notes.pop(key, None)
            self._ask("")
            return

        def told(reply: ActReply) -> None:
            # What has been typed since then is a new note and stays.
            if not reply.refused and self._notes.get(key) == text:
                del self._notes[key]
                if self._chosen == key:
                    self.query_one("#note", Input).value = ""
                    self._ask(self._entry)

        self._ask("")
        self.act("note", told, alarm=alarm.id, text=text, owner=alarm.owner)

    def _save_late(self, alarm: AlarmView, typed: str) -> None:
        desk = self.desk
        at = late_moment(typed, moment(alarm.pressed_at), desk.clock.now(), desk.settings)
        if at is None:
            self.say(words.refusal("bad_time"), urgent=True)
            return
        step = self._late_step
        self._ask("")
        self.act("step", alarm=alarm.id, detail=step, at=stamp(at), owner=alarm.owner)

    def action_back(self) -> None:
        """Stop typing (a note is kept); else go to the board, where the alarm stays on top."""
        if self._entry:
            self._ask("")
        else:
            self.desk.leave(self)

    # -- mouse -------------------------------------------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        """A click on a step or an outcome is its key."""
        widget = event.widget
        if widget is None or widget.id is None or self.typing is not None:
            return
        if widget.has_class("step"):
            self.action_step(int(widget.id.removeprefix("step-")))
        elif widget.id == "outcomes":
            column = 0 if event.x < left_column(widget.size.width) else 1
            codes = list(OUTCOMES.values())
            at = event.y * 2 + column
            if 0 <= at < len(codes):
                self.action_outcome(codes[at])


def _cut(rows: list[Content], most: int, width: int) -> list[Content]:
    """`rows` in at most so many: the last one says as much of the rest as goes into `width`."""
    if len(rows) <= most:
        return rows
    rest = Content(" ").join(rows[most - 1 :])
    return [*rows[: most - 1], rest.truncate(width, ellipsis=True)]


def _police(alarm: AlarmView, settings: Settings) -> Content:
    """Where the script is, who decides, and the calls made. The script itself is behind its key: there a hidden drill
    keeps them from calling."""
    rung = called(alarm, settings)
    opens = _("{key} opens what is read aloud: address, entrance, room.").format(key=cap_of("police", settings))
    return lines(
        plain(opens, "bold"),
        plain(who_decides(settings)),
        plain("   ".join(rung) if rung else _("Not rung yet."), "bold" if rung else ""),
    )


def _kept_from_calling() -> Content:
    """What stands in its place where everybody is shown that it is a drill."""
    return lines(plain(f" {', '.join(do_not_call())} ", theme.DRILL), plain(real_danger(), "bold"))


def _marked_already(number: int, done: TimelineLine, settings: Settings) -> str:
    return (
        _("Step {number} was marked at {time} {by}.")
        .format(number=number, time=time_of(done.at, settings.site.zone), by=done.by)
        .replace(" .", ".")
    )
