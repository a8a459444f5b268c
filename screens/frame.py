"""The base of every screen: header, tabs, alarm strip, fault banner, the screen's own body, and the footer.

A screen overrides `compose_body` (its widgets, once) and `render_view` (what they say, at every view and every
second). It asks for acts with `act`, and the answer is told on the message line above the footer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar, Unpack, cast

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea

from guardroom.alarms.acts import ActFields, ActKind, ActReply
from guardroom.alarms.view import BoardView, in_order
from guardroom.language import _
from guardroom.people.roles import Right
from screens.drill import DrillOver
from screens.footer import StatusLine
from screens.form import Picker
from screens.header import HeaderLine, TabLine
from screens.keys import cap_of, in_table, works_while_typing
from screens.plain import Line, plain
from screens.reminders import Reminders
from screens.strip import AlarmStrip, FaultBanner

if TYPE_CHECKING:
    from screens.app import GuardroomApp


INPUT_GUARD_S = 0.7
"""Keys do nothing for this long after an alarm came to the front that the guard has not seen there."""

SENTENCE_S = 10.0
"""How long a sentence stays on the message line."""


class GuardScreen(Screen[None]):
    """What every screen of the dashboard has in common."""

    NAME: ClassVar[str] = ""
    """The screen's name in the key table (`screens.keys`)."""
    TABS: ClassVar[bool] = True
    """Whether the line of tabs is shown."""
    STRIP: ClassVar[bool] = True
    """Whether the open alarms are shown on top, and that a drill is over (the takeover is itself the alarm)."""
    BANNER: ClassVar[bool] = True
    """Whether the fault in front is shown."""
    NEEDS: ClassVar[frozenset[Right]] = frozenset()
    """Somebody must be signed in who has one of these rights; the services ask again. None: shown to everybody."""

    ALLOW_SELECT = False
    AUTO_FOCUS = ""

    def __init__(self) -> None:
        super().__init__()
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]
        self.VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-high")]
        self._said_at: float | None = None
        self._said_urgently = False
        self._refits = False

    def compose(self) -> ComposeResult:
        """The frame around the body; screens override `compose_body`, not this."""
        yield HeaderLine(id="header")
        if self.TABS:
            yield TabLine(id="tabs")
        if self.STRIP:
            yield AlarmStrip(id="strip")
            yield DrillOver(id="drill-over")
        if self.BANNER:
            yield FaultBanner(id="banner")
            yield Reminders(id="reminders")
        yield from self.compose_body()
        yield Line(id="message")
        yield StatusLine(self.NAME, id="footer")

    def compose_body(self) -> ComposeResult:
        """The screen's own widgets, made once."""
        yield from ()

    def render_view(self, view: BoardView, age: float) -> None:
        """Show `view`. `age` is how many seconds ago it came: add it to every age in the view.

        Called at every view and every second, also when nothing changed: use `Line.show`, which repaints only
        what differs. While the monitor is out of reach the view has every room unknown and a fault that says so.
        """

    def show_view(self, view: BoardView, age: float) -> None:
        """Bring the whole screen up to date; the app calls it, screens override `render_view`."""
        if not (self.is_mounted and self.app.is_running):
            return  # not made yet, or the program is ending and widgets go one after the other
        now = self.desk.clock.monotonic()
        if self._said_at is not None and now - self._said_at > SENTENCE_S:
            self.unsay()
        self.set_class(self.size.width < 60 or self.size.height < 14, "-small")
        for part in self.children:
            match part:
                case HeaderLine():
                    part.show_view(view, self.desk)
                case TabLine():
                    part.show_tabs(self.NAME, self.desk.who)
                case AlarmStrip():
                    part.show_view(view, age, now)
                case DrillOver():
                    part.show_view(view, self.desk.settings)
                case FaultBanner():
                    part.show_view(view, age, self.desk.settings, self.size.height)
                case Reminders():
                    part.show_view(view, age, self.desk.settings, self.size.width)
        self._show_keys()
        self.render_view(view, age)

    def _show_keys(self) -> None:
        who, typing = self.desk.who, self.typing is not None
        for footer in self.children:
            if isinstance(footer, StatusLine):
                footer.show_keys(self.desk.shown, self.desk.settings, who, typing, self._tells)

    def _tells(self, key: str) -> bool:
        return self.desk.offers(key) and self.offers(key)

    def offers(self, key: str) -> bool:
        """Whether the key of this name does anything on the screen as it is now: else the footer leaves it out."""
        return True

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Other keys do something while an input has the focus."""
        self._show_keys()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Single letters do something again."""
        self._show_keys()

    @property
    def desk(self) -> GuardroomApp:
        """The app, as what it is: settings, feed, clock and the newest view."""
        return cast("GuardroomApp", self.app)

    def opened(self) -> None:
        """The guard has just opened this screen; it may have been open before, with text in it."""

    def forget(self) -> None:
        """Whoever was signed in is so no longer: keep what is half written as a draft, and show nothing of theirs."""

    def holds(self, event: events.Key) -> bool:
        """Whether this screen, which is in front, keeps a key for later, before anything else is done with it."""
        return False

    async def took_early(self, event: events.Key) -> bool:
        """Take a key that was pressed before this screen was there; False where it means nothing here."""
        return False

    def act(
        self, kind: ActKind, on_reply: Callable[[ActReply], None] | None = None, **fields: Unpack[ActFields]
    ) -> None:
        """Ask the monitor for an act.

        Station and initials are filled in. A refusal, or an act that counts but could not be written to disk, is
        told as a sentence on the message line; `on_reply` is called afterwards, on the screen's own thread.
        """
        self.desk.send(kind, on_reply, **fields)

    def say(self, sentence: str, urgent: bool = False) -> None:
        """Show a sentence above the footer for ten seconds; `urgent` for what went wrong. On a screen that was opened
        this moment it is shown as soon as there is a line for it."""
        if not self.query("#message"):
            self.call_later(self.say, sentence, urgent)
            return
        message = self.query_one("#message", Line)
        message.show(plain(f" {sentence}", "bold" if urgent else ""))
        message.display = bool(sentence)
        message.set_class(urgent, "-urgent")
        self._said_at = self.desk.clock.monotonic() if sentence else None
        self._said_urgently = urgent

    def cap_of(self, name: str) -> str:
        """The key that does `name` in this town hall, as it is written on the keyboard."""
        return cap_of(name, self.desk.settings)

    def unsay(self, *, urgent_only: bool = False) -> None:
        """Take the sentence away: what it spoke of is past. `urgent_only`: only one that told of something wrong."""
        if self._said_at is not None and (self._said_urgently or not urgent_only):
            self.say("")

    @property
    def typing(self) -> Widget | None:
        """The input that has the focus, or None: single letters act only where there is none."""
        return self.focused if isinstance(self.focused, Input | TextArea | Picker) else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keep single letters out while typing, and every act out while the input guard runs (0.7 s)."""
        if self.typing is not None and not works_while_typing(action):
            return False
        if action == "acknowledge" or (self.NAME == "takeover" and in_table(action)):
            return not self.desk.too_soon()
        return True

    def action_acknowledge(self) -> None:
        """Acknowledge the alarm in front, else the fault in front that nobody acknowledged."""
        self.desk.acknowledge()

    def action_clear_fault(self) -> None:
        """The acknowledged fault in front is mended."""
        self.desk.clear_fault()

    def action_respond(self, who: str) -> None:
        """Say who goes: "both" or "second_guard"; counts for the alarm in front."""
        view = self.desk.shown
        if view.alarms:
            alarm = in_order(view.alarms)[0]
            self.act("respond", alarm=alarm.id, detail=who, owner=alarm.owner)

    def caps_of(self, keys: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Of these keys, by name with what each does, what is written of them on a page: none that is only refused."""
        return [(self.cap_of(name), said) for name, said in keys if self.desk.offers(name)]

    def action_silence(self) -> None:
        """Silence what sounds now for 60 s; acknowledges nothing."""
        view = self.desk.shown
        self.act("silence", press=view.number)
        if any(alarm.unacknowledged for alarm in view.alarms):
            self.say(_("Sound silenced for 60 s. The alarm is not acknowledged."))
        elif view.misses_a_look_in:
            self.say(_("Sound silenced for 60 s. Somebody must still look in."))
        else:
            self.say(_("Sound silenced for 60 s."))

    def action_police(self) -> None:
        """Open the police script."""
        self.desk.open_police(None)

    def action_raise_alarm(self) -> None:
        """Open the form for an alarm that somebody phoned or shouted."""
        self.desk.open("raise_alarm")

    def action_shift(self) -> None:
        """Open the shift sign-on."""
        self.desk.open("shift")

    def action_button_tests(self) -> None:
        """Open the walk through the rooms that tries every button out."""
        self.desk.open("button_tests")

    def action_messages(self) -> None:
        """Open what has been told to whom."""
        self.desk.open("messages")

    def action_handover(self) -> None:
        """Open the notes from one shift to the next."""
        self.desk.open("handover")

    def action_shift_report(self) -> None:
        """Open what happened in a day's shifts."""
        self.desk.open("shift_report")

    def action_door_locks(self) -> None:
        """Open what is locked."""
        self.desk.open("door_locks")

    def action_out_of_service(self) -> None:
        """Open the dialog that puts a room out of service, or back into it."""
        self.desk.open("out_of_service")

    def action_cards(self) -> None:
        """Open the room's checklist and what calms."""
        self.desk.open("cards")

    def action_sound_check(self) -> None:
        """Play the alarm tone and ask whether it was heard."""
        self.desk.open("sound_check")

    def action_panels(self) -> None:
        """Open the health of the panels."""
        self.desk.open("panels")

    def action_help(self) -> None:
        """Open the list of keys."""
        self.desk.open("help")

    def action_quit_program(self) -> None:
        """Ask whether to quit."""
        self.desk.open("quit")

    def action_sign_in(self) -> None:
        """Sign in, or let somebody else do so."""
        self.desk.open_sign_in()

    def action_mask(self) -> None:
        """Hide names now; only the code shows them again."""
        self.desk.cover(locked=True)

    def action_new_incident(self) -> None:
        """Begin the form of an incident."""
        self.desk.open("incident_form")

    def action_tab(self, name: str) -> None:
        """Go to a tab."""
        self.desk.open(name)

    def action_back(self) -> None:
        """Leave this screen; text in it stays."""
        self.desk.leave(self)

    def action_open_response(self) -> None:
        """Open the alarm in front."""
        self.desk.open_response(None)

    def on_mount(self) -> None:
        """Nothing has been said yet."""
        self.query_one("#message", Line).display = False

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Catch up with what came while another screen was in front."""
        # Nothing about the styles changed meanwhile; matching them all anew would hold up an alarm's first paint.
        event.refresh_styles = False
        self._catch_up()

    def on_screen_suspend(self) -> None:
        """What was said here is past when the guard comes back."""
        self.unsay()

    def on_resize(self) -> None:
        """Fill the new size, once the widgets have theirs."""
        self.call_after_refresh(self._catch_up)

    def on_fitted_line_resized(self) -> None:
        """Make the rows anew for the room there is now: once, however many lines have another size."""
        if not self._refits:
            self._refits = True
            self.call_later(self._refit)

    def _refit(self) -> None:
        self._refits = False
        self._catch_up()

    def _catch_up(self) -> None:
        self.show_view(self.desk.shown, self.desk.view_age())
