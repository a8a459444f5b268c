"""Reports on the glass: the half year's figures with their drawings, and what happened in a day's shifts.

They are counted and printed on a thread of their own: neither the board nor the questions of other screens wait.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import ProgressBar

from guardroom.alarms.view import BoardView
from guardroom.days import day_in, written
from guardroom.language import _
from guardroom.people.roles import Right
from guardroom.people.who import Who
from guardroom.refusal import Refused
from guardroom.reports.document import Document, Table
from guardroom.reports.period import Period, half_year_of
from screens.keys import bindings
from screens.more import Sheet
from screens.plain import Line, lines, plain
from screens.record_screen import RecordScreen
from screens.records import as_refused
from screens.report_rows import rows_of
from screens.wrapping import FittedLine, wrapped

if TYPE_CHECKING:
    from guardroom.reports.reports import Form, Reports
    from screens.app import GuardroomApp
    from screens.report_plot import ReportPlot

Answer = TypeVar("Answer")
STEPS = 4
"""So many steps a half year's report takes (`guardroom.reports.reports.STEPS`)."""


class Stepped(Message):
    """So many steps of a job are done."""

    def __init__(self, job: int, done: int) -> None:
        super().__init__()
        self.job = job
        self.done = done

    def can_replace(self, message: Message) -> bool:
        """Only the newest counts."""
        return isinstance(message, Stepped)


class Finished(Message):
    """A job is over; `handle` takes its answer, or why there is none."""

    def __init__(self, job: int, handle: Callable[[], None]) -> None:
        super().__init__()
        self.job = job
        self.handle = handle


class PeriodLine(Line):
    """What the report is of; a click on its left half goes back, on its right half on."""

    class Pressed(Message):
        """Back (-1) or on (1)."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    def on_click(self, event: events.Click) -> None:
        """Tell the screen."""
        self.post_message(self.Pressed(-1 if event.x < self.content_size.width / 2 else 1))


class ReportScreen(RecordScreen):
    """A report that is made on a thread, shown, moved through time, and printed."""

    def __init__(self) -> None:
        super().__init__()
        self._document: Document | None = None
        self._failed = ""
        self._job = 0
        self._made_of: tuple[Document | None, str, int] | None = None
        """What the rows on the glass were made of."""
        self.working = False
        """True while a report is counted or printed."""

    def compose_body(self) -> ComposeResult:
        """The period, how far the work is, and the report."""
        yield PeriodLine(id="report-period")
        yield ProgressBar(STEPS, id="report-progress", show_eta=False)
        with Horizontal(id="report-body"):
            with Sheet(id="report-pane", classes="pane", can_focus=False):
                yield FittedLine(id="report-text")
            with Vertical(id="report-plot-pane", classes="pane"):
                yield FittedLine(id="report-plot-note")

    def opened(self) -> None:
        """Begin with what is asked for most."""
        self.set_focus(None)
        # What was shown before is counted anew: painting it first would hold the screen up.
        self._drop()
        self.begin()
        self.look_again()

    def begin(self) -> None:
        """Choose what is shown first."""
        raise NotImplementedError

    def named(self) -> str:
        """What the report is of."""
        raise NotImplementedError

    def made(self, reports: Reports, who: Who, progress: Callable[[int], object]) -> Document:
        """The report; runs on a thread."""
        raise NotImplementedError

    def printed(self, reports: Reports, who: Who, form: Form, progress: Callable[[int], object]) -> Path:
        """Write the report; runs on a thread."""
        raise NotImplementedError

    def forget(self) -> None:
        """Nothing of it stays on the glass, or in memory; what is being counted is for nobody."""
        super().forget()
        self._drop()
        if self.has_widgets:
            self.line("report-text").show(Content(""))

    def look_again(self) -> None:
        """Count it anew: something may have happened meanwhile."""
        if self.working:
            return

        def told(found: Document) -> None:
            self._document, self._failed = found, ""
            self.shown(found)
            self._catch_up()

        def failed(why: Refused) -> None:
            self._document, self._failed = None, why.sentence
            self._catch_up()

        self.working = True
        self._job += 1
        asked = self._job

        def begin() -> None:
            if self._job == asked:
                self._begin_job(self.made, told, failed)

        # The screen is painted first: counting on a thread takes its share of the computer too.
        self.call_after_refresh(begin)

    def shown(self, document: Document) -> None:
        """A new report is there."""

    @property
    def goes_on(self) -> bool:
        """Whether there is a period after this one: those that have not begun have no figures."""
        raise NotImplementedError

    def turn(self, by: int) -> None:
        """Look at the period after this one, or before."""
        raise NotImplementedError

    def render_view(self, view: BoardView, age: float) -> None:
        """Show the report."""
        on = "  >" if self.goes_on else ""
        self.line("report-period").show(plain(f" <  {self.named()}{on}", "bold"))
        self.titled("report-pane", self._document.title if self._document is not None else self.named())
        width = self.room("report-text")
        # Made anew at every view and every second, the rows of a whole report would be felt.
        if self._made_of != (self._document, self._failed, width):
            self._made_of = (self._document, self._failed, width)
            waiting = wrapped(self._failed or _("One moment …"), width)
            rows = rows_of(self._document, width) if self._document is not None else waiting
            self.line("report-text").show(lines(*rows))

    def _drop(self) -> None:
        self._job += 1
        self._document, self._failed, self._made_of, self.working = None, "", None, False
        if self.has_widgets:
            self.query_one("#report-progress").display = False

    # The thread

    def _begin_job(
        self,
        job: Callable[[Reports, Who, Callable[[int], object]], Answer],
        then: Callable[[Answer], None],
        failed: Callable[[Refused], None],
    ) -> None:
        """Do `job` on a thread of its own; one that is not over yet is answered to nobody any more."""
        self._job += 1
        number, who = self._job, self.desk.who
        if who is None or not self.has_widgets:
            self.working = False
            return
        self.working = True
        bar = self.query_one("#report-progress", ProgressBar)
        bar.update(progress=0)
        bar.display = True

        def work(reports: Reports) -> None:
            def run() -> None:
                try:
                    # Loaded here and not on the screen's loop: it takes some 100 ms.
                    import screens.report_plot  # noqa: F401

                    answer = job(reports, who, lambda done: self.post_message(Stepped(number, done)))
                except Exception as problem:  # whatever it is, the screen lives on and says that nothing was done
                    refused = as_refused(problem)
                    self.post_message(Finished(number, lambda: failed(refused)))
                else:
                    self.post_message(Finished(number, lambda: then(answer)))

            self.run_worker(run, thread=True, group="reports", exit_on_error=False)

        def away(why: Refused) -> None:
            self.post_message(Finished(number, lambda: failed(why)))

        self.ask(lambda house, _who: house.reports, work, away)

    def on_stepped(self, message: Stepped) -> None:
        """Show how far it is."""
        if message.job == self._job:
            self.query_one("#report-progress", ProgressBar).update(progress=message.done)

    def on_finished(self, message: Finished) -> None:
        """Take the answer, unless something else was asked meanwhile or somebody else is there."""
        if message.job != self._job:
            return
        self.working = False
        self.query_one("#report-progress").display = False
        message.handle()

    # Keys

    def action_turn(self, by: int) -> None:
        """Another half year, or another day."""
        if by > 0 and not self.goes_on:
            return
        self.turn(by)
        self._drop()
        self.query_one("#report-pane", Sheet).scroll_home(animate=False)
        self.look_again()
        self._catch_up()

    def on_period_line_pressed(self, event: PeriodLine.Pressed) -> None:
        """A click is as good as a key."""
        self.action_turn(event.by)

    def action_print(self, form: Form) -> None:
        """Write it into the folder of reports."""
        if self.working:
            self.say(_("One moment …"))
            return

        def told(path: Path) -> None:
            self.say(_("{name} is in the folder {folder}").format(name=path.name, folder=path.parent))

        self._begin_job(
            lambda reports, who, progress: self.printed(reports, who, form, progress), told, self._say_refused
        )

    def action_scroll(self, by: int) -> None:
        """A page down, or up."""
        pane = self.query_one("#report-pane", Sheet)
        pane.scroll_relative(y=by * max(1, pane.size.height - 1), animate=False)

    def action_scroll_by(self, by: int) -> None:
        """A row down, or up."""
        self.query_one("#report-pane", Sheet).scroll_relative(y=by, animate=False)


class ReportsScreen(ReportScreen):
    """The half year's figures."""

    NAME: ClassVar[str] = "reports"
    NEEDS: ClassVar[frozenset[Right]] = frozenset({Right.REPORT})
    BINDINGS = bindings("reports")

    def __init__(self) -> None:
        super().__init__()
        self._period: Period | None = None
        self._figure = 0
        self._drawing = False
        """In a small terminal: whether the drawing stands where the text does."""

    def show_period(self, period: Period) -> None:
        """Show this one when the screen is opened next."""
        self._period = period

    def begin(self) -> None:
        """The half year that is over."""
        self._figure, self._drawing = 0, False

    @property
    def _shown_period(self) -> Period:
        if self._period is None:
            self._period = self._period_of_today.before()
        return self._period

    @property
    def _period_of_today(self) -> Period:
        return half_year_of(day_in(self.desk.clock.now(), self.desk.settings.site.zone))

    @property
    def goes_on(self) -> bool:
        """The half year of today is the last."""
        return self._shown_period < self._period_of_today

    def turn(self, by: int) -> None:
        """The half year before, or after."""
        self._period = self._shown_period.before() if by < 0 else self._shown_period.after()

    def named(self) -> str:
        """The period."""
        return self._shown_period.named()

    def made(self, reports: Reports, who: Who, progress: Callable[[int], object]) -> Document:
        """The figures."""
        return reports.half_year(who, self._shown_period, progress)

    def printed(self, reports: Reports, who: Who, form: Form, progress: Callable[[int], object]) -> Path:
        """The figures as a file."""
        return reports.print_pack(who, self._shown_period, form, progress=progress)

    def forget(self) -> None:
        """Nothing of it stays."""
        super().forget()
        self._period = None
        for plot in self.query("#report-plot"):
            plot.remove()
        if self.has_widgets:
            self.line("report-plot-note").display = False

    def shown(self, document: Document) -> None:
        """Make room for its drawings."""
        from screens.report_plot import ReportPlot

        if not self.query("#report-plot"):
            pane = self.query_one("#report-plot-pane", Vertical)
            pane.mount(ReportPlot(id="report-plot"), before="#report-plot-note")

    def render_view(self, view: BoardView, age: float) -> None:
        """Show the report and its drawing."""
        super().render_view(view, age)
        self._draw()

    def _draw(self) -> None:
        """Show the drawing; where there are no figures, none, and the text that says why."""
        drawn = self._drawn
        self.set_class(self._drawing and drawn is not None, "-drawn")
        self.titled("report-plot-pane", drawn.heading if drawn is not None else "")
        for plot in self.query("#report-plot"):
            shown: ReportPlot = plot  # type: ignore[assignment]
            shown.draw(drawn.plot if drawn is not None else None)
        # Only the bars of the period that was asked for are drawn here.
        explained = drawn.plot.explained(0) if drawn is not None and drawn.plot is not None else ""
        note = self.line("report-plot-note")
        note.display = bool(explained)
        note.show(lines(*wrapped(explained, self.room("report-plot-note"), "$quiet")))

    @property
    def _drawn(self) -> Table | None:
        drawings = self._document.drawn if self._document is not None else ()
        return drawings[self._figure % len(drawings)] if drawings else None

    def action_figure(self) -> None:
        """The next drawing; in a small terminal the drawings stand where the text does, which comes after the last."""
        count = len(self._document.drawn) if self._document is not None else 0
        if not count:
            return
        if self.size.width >= 100 or self._drawing:
            self._figure = (self._figure + 1) % count
            self._drawing = self._drawing and self._figure != 0
        else:
            self._figure, self._drawing = 0, True
        self._draw()


def open_reports(desk: GuardroomApp, period: Period) -> None:
    """Open the figures of this period."""
    screen = desk.get_screen("reports")
    assert isinstance(screen, ReportsScreen)
    screen.show_period(period)
    desk.open("reports")


class ShiftReport(ReportScreen):
    """What happened on a day."""

    NAME: ClassVar[str] = "shift_report"
    NEEDS: ClassVar[frozenset[Right]] = frozenset({Right.SHIFT_REPORT})
    BINDINGS = bindings("shift_report")

    def __init__(self) -> None:
        super().__init__()
        self._day: date | None = None

    def begin(self) -> None:
        """Today."""
        self._day = None
        self.query_one("#report-plot-pane").display = False

    @property
    def _shown_day(self) -> date:
        if self._day is None:
            self._day = self._today
        return self._day

    @property
    def _today(self) -> date:
        return day_in(self.desk.clock.now(), self.desk.settings.site.zone)

    @property
    def goes_on(self) -> bool:
        """Today is the last."""
        return self._shown_day < self._today

    def turn(self, by: int) -> None:
        """The day before, or after."""
        self._day = self._shown_day + timedelta(days=by)

    def named(self) -> str:
        """The day."""
        return written(self._shown_day)

    def made(self, reports: Reports, who: Who, progress: Callable[[int], object]) -> Document:
        """What happened."""
        return reports.shift(who, self._shown_day)

    def printed(self, reports: Reports, who: Who, form: Form, progress: Callable[[int], object]) -> Path:
        """What happened, as a file."""
        return reports.print_shift(who, self._shown_day, form)
