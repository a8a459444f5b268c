"""Heads-ups: what the guards are told before a meeting. The list, and the one that is chosen with everything about it.

No citizen's name stands here until somebody who may asks for it, which is logged; it goes with the next key.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Literal

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from guardroom.alarms.view import BoardView
from guardroom.days import written_in
from guardroom.headsups import words
from guardroom.headsups.view import Arrival, HeadsUpView, Loan, Overview
from guardroom.language import _, n_
from guardroom.people.roles import Right
from guardroom.refusal import Refused
from screens.following import Follower
from screens.headsup_advice import advice_rows, urgent
from screens.headsup_form import open_headsup_form
from screens.headsup_step import open_headsup_step
from screens.keys import bindings
from screens.more import Sheet
from screens.plain import fitted, lines, plain
from screens.record_screen import RecordScreen
from screens.row_list import RowList
from screens.wrapping import FittedLine, fact, wrapped

if TYPE_CHECKING:
    from guardroom.house import House
    from guardroom.people.who import Who

Which = Literal["today", "coming", "past"]
_LISTS: tuple[Which, ...] = ("today", "coming", "past")
_LABEL = 19


class HeadsUpsScreen(RecordScreen):
    """The tab."""

    NAME: ClassVar[str] = "headsups"
    NEEDS: ClassVar[frozenset[Right]] = frozenset({Right.HEADSUP_READ})
    BINDINGS = bindings("headsups")

    def __init__(self) -> None:
        super().__init__()
        self._overview: Overview | None = None
        self._failed = ""
        self._which: Which = "today"
        self._at = 0
        self._name = ""
        self._follower = Follower(self, "headsups-list-pane", self._ask_quietly)

    def compose_body(self) -> ComposeResult:
        """The list, loans and arrivals beneath it, and the chosen one beside them."""
        with Horizontal(id="headsups-page"):
            with Vertical(id="headsups-left"):
                with Vertical(id="headsups-list-pane", classes="pane"):
                    yield RowList(id="headsups-rows")
                with Sheet(id="headsups-beside-pane", classes="pane", can_focus=False):
                    yield FittedLine(id="headsups-beside")
            with Sheet(id="headsup-pane", classes="pane", can_focus=False):
                yield FittedLine(id="headsup-text")

    def opened(self) -> None:
        """Begin with today."""
        self._which, self._at, self._name = "today", 0, ""
        self.set_focus(None)

    def forget(self) -> None:
        """Nothing of it stays on the glass, or in memory."""
        super().forget()
        self._overview, self._failed, self._name = None, "", ""
        self._follower.forget()
        if self.has_widgets:
            for name in ("headsups-rows", "headsups-beside", "headsup-text"):
                self.line(name).show(Content(""))

    def look_again(self) -> None:
        """Ask for everything as it is now."""

        def failed(why: Refused) -> None:
            self._overview, self._failed = None, why.sentence
            self._catch_up()

        out = self.desk.shown.out_rooms

        def overview(house: House, who: Who) -> Overview:
            return house.headsups.overview(who, out)

        self.ask(self._follower.noting(overview), self._told, failed, key="headsups")

    def _ask_quietly(self) -> bool:
        """Ask for everything again, where that is no lookup of somebody's bans that is logged."""

        def told(found: Overview | None) -> None:
            if found is None:
                self._follower.fall_behind()
                self._catch_up()
            else:
                self._told(found)

        out = self.desk.shown.out_rooms

        def overview(house: House, who: Who) -> Overview | None:
            return house.headsups.overview_unasked(who, out)

        self.ask(self._follower.noting(overview), told, lambda why: self._follower.fall_behind(), key="headsups")
        return True

    def _told(self, found: Overview) -> None:
        before = None if self._chosen is None else self._chosen.id
        self._overview, self._failed = found, ""
        ids = [one.id for one in self._shown]
        if before in ids:
            self._at = ids.index(before)
        else:
            self._at, self._name = min(self._at, max(0, len(ids) - 1)), ""
        self._catch_up()

    @property
    def _shown(self) -> tuple[HeadsUpView, ...]:
        if self._overview is None:
            return ()
        return {"today": self._overview.today, "coming": self._overview.coming, "past": self._overview.past}[
            self._which
        ]

    @property
    def _chosen(self) -> HeadsUpView | None:
        return self._shown[self._at] if self._at < len(self._shown) else None

    # Showing

    def render_view(self, view: BoardView, age: float) -> None:
        """Show the list, what stands beside it, and the chosen one."""
        self._follower.look(view)
        headings = {"today": _("TODAY ({count})"), "coming": _("COMING ({count})"), "past": _("PAST ({count})")}
        self.titled("headsups-list-pane", headings[self._which].format(count=len(self._shown)))
        self.titled("headsups-beside-pane", _("MOBILE ALARMS AND ANNOUNCED ARRIVALS"))
        chosen = self._chosen
        self.titled("headsup-pane", _("HEADS-UP {number}").format(number=chosen.number) if chosen else _("HEADS-UP"))
        width = self.room("headsup-text")
        if self._overview is None:
            self.line("headsup-text").show(lines(*wrapped(self._failed or _("One moment …"), width)))
            return
        now = self.desk.clock.now()
        shown = self._shown
        rows = self.query_one("#headsups-rows", RowList)
        rows.draw(len(shown), self._at, lambda at, here, cells: self._row(shown[at], here, cells, now))
        self.line("headsups-beside").show(lines(*self._beside(self.room("headsups-beside"))))
        text = self._rows(chosen, width, now) if chosen is not None else self._none(width)
        self.line("headsup-text").show(lines(*text))

    def _none(self, width: int) -> list[Content]:
        said = {
            "today": _("No meeting today. {new} enters one, {which} shows the coming ones."),
            "coming": _("No meeting is coming. {new} enters one, {which} shows the past ones."),
            "past": _("No past meeting is kept. {which} shows today's."),
        }[self._which]
        keys = {"new": self.cap_of("headsup_new"), "which": self.cap_of("headsup_which")}
        return wrapped(said.format(**keys), width, "$quiet")

    def _row(self, one: HeadsUpView, here: bool, width: int, now: datetime) -> Content:
        begins = self._local(one.begins)
        when = f"{begins:%H:%M}" if self._which == "today" else f"{begins:%d-%m %H:%M}"
        missed = one.missed(now)
        mark = "!" if missed or (one.open and one.advice.warnings) else " "
        said = (one.room or one.place, words.posture_short(one.posture), " ".join(one.staff))
        tail = _("LOOK IN!") if missed else words.status_short(one.status)
        row = f"{'>' if here else mark} {when} {fitted(said[0], 6)} {fitted(said[1], 9)} {fitted(said[2], 8)} {tail}"
        style = "reverse bold" if here else "bold $warning" if missed else "" if one.open else "$quiet"
        return plain(fitted(row, width), style)

    def _beside(self, width: int) -> list[Content]:
        assert self._overview is not None
        rows = [row for loan in self._overview.loans for row in self._loan_rows(loan, width)]
        rows += [row for arrival in self._overview.arrivals for row in self._arrival_rows(arrival, width)]
        return rows or wrapped(_("No mobile alarm is out; nobody has said that they come."), width, "$quiet")

    def _loan_rows(self, loan: Loan, width: int) -> list[Content]:
        due = self._local(loan.due_at)
        said = _("{device}: {holder}, {place}, back {due}").format(
            device=loan.device, holder=loan.holder, place=loan.place, due=f"{due:%d-%m %H:%M}"
        )
        if loan.overdue:
            return urgent(_("{loan}: OVERDUE").format(loan=said), width)
        return wrapped(said, width)

    def _arrival_rows(self, arrival: Arrival, width: int) -> list[Content]:
        expected = self._local(arrival.expected_at)
        who = arrival.citizen or arrival.case_ref or _("a known person")
        rows = wrapped(f"{expected:%d-%m %H:%M} {who}: {words.decision(arrival.decision)}", width)
        if not arrival.decision:
            rows = [plain(row.plain, "bold $warning") for row in rows]
        if arrival.banned:
            rows += urgent(words.warning("banned", "", 0), width)
        return rows

    def _rows(self, one: HeadsUpView, width: int, now: datetime) -> list[Content]:
        begins, until = self._local(one.begins), self._local(one.until)
        rows: list[Content] = []
        if one.missed(now) and one.due_at is not None:
            said = _("CHECK-IN MISSED: somebody should have looked in at {time}. Look in now; {key} when all is well.")
            told = said.format(time=f"{self._local(one.due_at):%H:%M}", key=self.cap_of("headsup_well"))
            rows += urgent(told, width)
        if one.open or one.status == "postponed":
            rows += advice_rows(one.advice, self.desk.settings, width)
        if rows:
            rows.append(plain(""))
        when = f"{begins:%d-%m-%Y} {begins:%H:%M}-{until:%H:%M}"
        rows += fact(_("When"), when, _LABEL, width, "bold")
        place = f"{one.room} {one.place}" if one.room else one.place
        rows += fact(_("Where"), ", ".join(part for part in (place, one.area) if part), _LABEL, width, "bold")
        rows += fact(_("Why"), words.reason(one.reason), _LABEL, width)
        rows += fact(_("Guards"), words.posture(one.posture), _LABEL, width)
        rows += fact(_("Staff"), " + ".join(one.staff), _LABEL, width)
        rows += self._citizen(one, width)
        rows += fact(_("Case"), one.case_ref or "-", _LABEL, width)
        rows += fact(_("Stop signal"), one.stop_signal or "-", _LABEL, width)
        rows += fact(_("Check-in"), self._check_in(one), _LABEL, width)
        if one.ready:
            rows += fact(_("Seen to"), "; ".join(words.ready(code) for code in one.ready), _LABEL, width)
        if one.note:
            rows += fact(_("Note"), one.note, _LABEL, width)
        rows.append(plain(""))
        rows += fact(_("Stands"), self._stands(one), _LABEL, width)
        rows += self._prewarning(one, width)
        told = f"{written_in(one.told_at, self.desk.settings.site.zone)} {one.told_by}"
        rows += fact(_("Guards told"), told, _LABEL, width, "$quiet")
        return rows

    def _citizen(self, one: HeadsUpView, width: int) -> list[Content]:
        who = self.desk.who
        if self._name:
            said = self._name
        elif not one.known:
            said = one.citizen or _("not said")
        elif who is not None and who.may(Right.PERSON_SEARCH):
            said = _("name hidden: {key} shows it (logged)").format(key=self.cap_of("headsup_name"))
        else:
            said = _("name hidden")
        return fact(_("Citizen"), said, _LABEL, width, "bold" if self._name else "")

    def _check_in(self, one: HeadsUpView) -> str:
        if one.check_in_every:
            said = _("every {minutes} minutes").format(minutes=one.check_in_every)
        elif one.check_in_at is not None:
            said = _("at {time}").format(time=f"{self._local(one.check_in_at):%H:%M}")
        else:
            return "-"
        if one.due_at is not None:
            said += "; " + _("next at {time}").format(time=f"{self._local(one.due_at):%H:%M}")
        if one.well_at is not None:
            said += "; " + _("all well at {time}").format(time=f"{self._local(one.well_at):%H:%M}")
        return said

    def _stands(self, one: HeadsUpView) -> str:
        said = words.status(one.status, early=one.ended_early)
        if one.status == "taken" and one.taken_at is not None:
            said += f" {self._local(one.taken_at):%d-%m %H:%M} {one.taken_by}"
        if one.begun_at is not None:
            said += ", " + _("begun {time}").format(time=f"{self._local(one.begun_at):%H:%M}")
        if one.over_at is not None:
            said += ", " + _("over {time}").format(time=f"{self._local(one.over_at):%H:%M}")
        if one.watched_at is not None:
            until = "" if one.watched_until is None else f"{self._local(one.watched_until):%H:%M}"
            said += ", " + _("watched {begin}-{end}").format(begin=f"{self._local(one.watched_at):%H:%M}", end=until)
        return said

    def _prewarning(self, one: HeadsUpView, width: int) -> list[Content]:
        told = one.prewarning
        if told is None:
            return []
        zone = self.desk.settings.site.zone
        said = _("warned; filed {case}; leader {leader} {leader_at}, legal {legal} {legal_at}").format(
            case=told.case_ref,
            leader=told.leader,
            leader_at=written_in(told.leader_at, zone),
            legal=told.legal,
            legal_at=written_in(told.legal_at, zone),
        )
        if told.earlier:
            said += "; " + n_("noted {count} time before", "noted {count} times before", told.earlier).format(
                count=told.earlier
            )
        rows = fact(_("Police"), said, _LABEL, width, "bold")
        if told.about != one.begins:
            known = _("The police know of {time}: the meeting has been moved since.")
            rows = urgent(known.format(time=written_in(told.about, zone)), width) + rows
        return rows + (fact("", told.reason, _LABEL, width) if told.reason else [])

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.desk.settings.site.zone)

    # Keys

    def action_refresh(self) -> None:
        """Read everything again, as it is now."""
        self.look_again()

    def action_choose(self, by: int) -> None:
        """Go to the one below or above; a name that was shown is hidden again."""
        if self._shown:
            self._at = min(max(self._at + by, 0), len(self._shown) - 1)
            self._name = ""
            self.query_one("#headsup-pane").scroll_home(animate=False)
            self._catch_up()

    def on_row_list_clicked(self, event: RowList.Clicked) -> None:
        """A click chooses."""
        self.action_choose(event.at - self._at)

    def action_scroll(self, by: int) -> None:
        """Further down, or up, in the chosen one."""
        pane = self.query_one("#headsup-pane")
        pane.scroll_relative(y=by * max(1, pane.size.height - 1), animate=False)

    def action_next_list(self) -> None:
        """Today's, the coming ones, the past ones."""
        self._which = _LISTS[(_LISTS.index(self._which) + 1) % len(_LISTS)]
        self._at, self._name = 0, ""
        self._catch_up()

    def action_new(self) -> None:
        """Enter a meeting."""
        open_headsup_form(self.desk, None)

    def action_edit(self) -> None:
        """Change the chosen one."""
        if (one := self._one()) is not None:
            open_headsup_form(self.desk, one)

    def action_take_it(self) -> None:
        """A guard has seen it."""
        self._act(lambda house, who, one: house.headsups.take(who, one), _("Noted: you have seen it."))

    def action_begin(self) -> None:
        """The meeting begins."""
        self._act(lambda house, who, one: house.headsups.begin(who, one), _("Noted: the meeting has begun."))

    def action_all_well(self) -> None:
        """Somebody has looked in, and all is well."""
        self._act(lambda house, who, one: house.headsups.all_well(who, one), _("Noted: all well."))

    def action_watch_it(self) -> None:
        """A guard begins to watch, or ends to."""
        self._act(lambda house, who, one: house.headsups.watch(who, one), _("Noted."))

    def action_end(self, early: bool) -> None:
        """The meeting is over."""
        said = _("Noted: it was ended early, which is always in order.") if early else _("Noted: the meeting is over.")
        self._act(lambda house, who, one: house.headsups.end(who, one, early=early), said)

    def action_postpone(self) -> None:
        """The meeting is put off."""
        said = _("Postponed. {key} gives it a new time.").format(key=self.cap_of("headsup_edit"))
        self._act(lambda house, who, one: house.headsups.postpone(who, one), said)

    def action_call_off(self) -> None:
        """There is no meeting; at the second press."""
        if self._one() is None:
            return
        if not self._sure:
            self._sure = True
            self.say(_("{key} again calls it off.").format(key=self.cap_of("headsup_call_off")), urgent=True)
            return
        self._sure = False
        self._act(lambda house, who, one: house.headsups.call_off(who, one), _("Called off."))

    def action_show_name(self) -> None:
        """Show who it is about; that is logged."""
        if (one := self._one()) is None:
            return
        if self._name:
            self._name = ""
            self._catch_up()
            return
        number = one.id

        def told(name: str) -> None:
            if self._chosen is not None and self._chosen.id == number:
                self._name = name
                self._catch_up()

        self.ask(lambda house, who: house.headsups.name_of(who, number), told)

    def action_step(self, code: str) -> None:
        """Open one of the small forms."""
        overview = self._overview
        if overview is None:
            return
        if code == "prewarn" and self._one() is None:
            return
        if code == "give_back" and not overview.loans:
            self.say(_("No mobile alarm is out."))
            return
        undecided = tuple(arrival for arrival in overview.arrivals if not arrival.decision)
        if code in ("decide", "withdraw") and not undecided:
            self.say(_("No announced arrival waits for a decision."))
            return
        open_headsup_step(self.desk, code, self._chosen, overview.loans, undecided)

    def action_import_file(self) -> None:
        """Take meetings from a calendar or a list."""
        self.desk.open("headsup_import")

    def _one(self) -> HeadsUpView | None:
        if self._chosen is None:
            self.say(_("No meeting is chosen."))
        return self._chosen

    def _act(self, job: Callable[[House, Who, int], HeadsUpView], said: str) -> None:
        one = self._one()
        if one is None:
            return
        number = one.id

        def done(_view: HeadsUpView) -> None:
            self.say(said)
            self.look_again()

        self.take(lambda house, who: job(house, who, number), done)
