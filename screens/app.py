"""The dashboard: which screen is on the glass, what the newest view is, and the way of an act to the monitor.

Views come from the feed's own thread as messages that replace one another; the newest is shown. While any alarm is
unacknowledged the takeover is on top, whatever was there before stays beneath it as it was.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Unpack

from textual import events
from textual.app import App
from textual.driver import Driver
from textual.message import Message
from textual.screen import Screen
from textual.scrollbar import ScrollBar
from textual.types import CSSPathType
from textual.widget import AwaitMount

from guardroom.alarms.acts import AT_ONCE, Act, ActFields, ActKind, ActReply
from guardroom.alarms.view import AlarmKey, AlarmView, BoardView, DrillView, in_order
from guardroom.clock import Clock, stamp
from guardroom.feed import Feed
from guardroom.language import _
from guardroom.people.roles import Right, named
from guardroom.people.who import Who
from guardroom.refusal import Refused
from guardroom.settings import Settings
from screens import theme, words
from screens.crash import QuietCrash
from screens.every_screen import every_screen
from screens.frame import INPUT_GUARD_S, GuardScreen
from screens.incident import Incident
from screens.incident_form import About, IncidentFormScreen
from screens.interrupted import InterruptedText
from screens.keys import keymap
from screens.known import Known
from screens.plain import WholeCells
from screens.police import Police
from screens.records import Answer, Answered, Records
from screens.response import Response
from screens.searches import Searches
from screens.sign_in import Asks, SignIn
from screens.strip import in_front
from screens.terminal import watch

if TYPE_CHECKING:
    from guardroom.house import House

_WARM = frozenset(("takeover", "response", "raise_alarm"))


class Sounds(Protocol):
    """What makes the sounds; every method may be called from any thread and returns at once."""

    def hear(self, view: BoardView) -> None:
        """The board is now like this."""
        ...

    def no_view(self) -> None:
        """The monitor is out of reach."""
        ...

    def test(self) -> None:
        """Play the alarm's sound once."""
        ...


class ViewArrived(Message):
    """A view came from the monitor. A newer one takes its place: only the newest is worth showing."""

    def __init__(self, view: BoardView) -> None:
        super().__init__()
        self.view = view

    def can_replace(self, message: Message) -> bool:
        """Any view that waits is overtaken by a later one."""
        return isinstance(message, ViewArrived)


class MonitorGone(Message):
    """The monitor is out of reach: `code` is gone, version or key."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code


class Replied(Message):
    """The monitor answered an act."""

    def __init__(self, reply: ActReply, on_reply: Callable[[ActReply], None] | None) -> None:
        super().__init__()
        self.reply = reply
        self.on_reply = on_reply


class GuardroomApp(QuietCrash, App[None], inherit_bindings=False):
    """The guard's dashboard.

    `feed` is the line to the monitor, `sound` makes the sounds (None: silent), `clock` tells the time. `turned` is
    called about once a second from the screen's own loop, with the seconds for which nobody has needed it (no key, no
    open alarm): while it is, the dashboard does not hang.
    """

    CSS_PATH: ClassVar[CSSPathType | None] = [
        # All of them at once: a screen that brings its own has every rule read anew when it is first opened.
        "guardroom.tcss",
        "takeover.tcss",
        "response.tcss",
        "panels.tcss",
        "button_tests.tcss",
        "drills.tcss",
        "messages.tcss",
        "headsups.tcss",
        "followups.tcss",
        "duties.tcss",
        "reports.tcss",
        "rooms.tcss",
        "form.tcss",
        "incidents.tcss",
        "bans.tcss",
    ]
    TITLE = "guardroom"
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    acts_on_alarms: ClassVar[bool] = True
    """Whether alarms are acknowledged and led to their end from here."""

    def __init__(
        self,
        settings: Settings,
        feed: Feed,
        sound: Sounds | None,
        clock: Clock,
        driver_class: type[Driver] | None = None,
        turned: Callable[[float], None] | None = None,
        open_house: Callable[[], House] | None = None,
    ) -> None:
        super().__init__(driver_class=driver_class)
        console = os.environ.get("TERM") == "linux"
        self.register_theme(theme.CONSOLE if console else theme.ROOM)
        self.theme = theme.CONSOLE.name if console else theme.ROOM.name
        self.set_class(console, "-console")
        ScrollBar.renderer = WholeCells
        self.settings = settings
        self.feed = feed
        self.sound = sound
        self.clock = clock
        self._turned = turned
        self._known = Known(settings, clock)
        self._ticks = 0
        self._warm = False
        self._wanted = ""
        self._on_glass: dict[tuple[AlarmKey, int], float] = {}
        self._front: AlarmKey | None = None
        self._front_is_new = False
        self._guard_since: float | None = None
        self._answered: list[AlarmKey] = []
        self._broke_into_text = False
        self._text = InterruptedText(clock, self.set_timer, self.post_message)
        self._named: dict[str, GuardScreen] = {}
        self.records = Records(open_house or self._open_house, self.post_message)
        self.searches = Searches(self)
        self.who: Who | None = None
        """Who is signed in; None where nobody is."""
        self.begins_shift = False
        """True from a shift's sign-on until it has been asked and shown everything that a shift begins with."""
        self.newcomers = False
        """Whether somebody on it has never been on a shift here."""
        self._touched_at = clock.monotonic()
        self._covered_at: float | None = None
        self._locked = False
        self._then = ""
        self._sign_in = SignIn()
        self._police = Police()
        self._hidden: list[GuardScreen] = []

    def _open_house(self) -> House:
        # Loaded by the first question: it is not needed to show an alarm.
        from guardroom.house import open_house

        return open_house(self.settings, self.clock)

    # What is known

    @property
    def view(self) -> BoardView | None:
        """The newest view from the monitor; None before the first."""
        return self._known.view

    @property
    def lost(self) -> bool:
        """True while the monitor is out of reach: nothing on the screen is known to be so."""
        return self._known.lost

    @property
    def shown(self) -> BoardView:
        """What the screens show: the newest view, or, while the monitor is out of reach, what is left of it."""
        return self._known.shown

    @property
    def drill_last_heard(self) -> DrillView | None:
        """The drill that ran when the monitor was last heard, while it is out of reach; else None."""
        return self._known.drill_last_heard

    def view_age(self) -> float:
        """Seconds since the newest view came."""
        return self._known.age()

    # Start

    def refresh_css(self, animate: bool = True) -> None:
        """Read the rules anew with the theme's colours; before the first screen is there, when it reads them anyway,
        only the colours are put in."""
        if self.screen_stack:
            super().refresh_css(animate)
        else:
            self.stylesheet.set_variables(self.get_css_variables())

    def get_default_screen(self) -> Screen[Any]:
        """The board lies beneath everything."""
        self._named = every_screen(self._sign_in, self._police)
        return self._named["board"]

    async def on_mount(self) -> None:
        """Take the keys that the town hall chose, listen to the monitor, and get every screen ready."""
        self.set_keymap(keymap(self.settings.keys))
        watch(self)
        self.set_interval(0.25, self._tick, name="ages")
        self.feed.start(self._on_view, self._on_down)
        self.call_after_refresh(self._warm_up)

    async def _warm_up(self) -> None:
        """Mount an alarm's screens once, unseen, so that the first alarm is as quick as the hundredth."""
        with self.batch_update():
            for name, screen in self._named.items():
                if name != "board":
                    self.install_screen(screen, name)
                if name in _WARM:
                    await self.push_screen(screen)
                    await self.pop_screen()
        self._warm = True
        self._settle()
        if self._wanted and not self.shown.alarms:
            self.open(self._wanted)

    async def on_unmount(self) -> None:
        """Keep what is half written, log whom a search has just shown, and end the line to the monitor."""
        self.searches.end()
        for screen in self._named.values():
            if screen.NEEDS and screen.is_mounted:
                screen.forget()
        self.records.stop()
        self.feed.stop()

    # The feed (its own thread)

    def _on_view(self, view: BoardView) -> None:
        if self.sound is not None:
            self.sound.hear(view)
        self.post_message(ViewArrived(view))

    def _on_down(self, code: str) -> None:
        if self.sound is not None:
            self.sound.no_view()
        self.post_message(MonitorGone(code))

    def on_view_arrived(self, message: ViewArrived) -> None:
        """Show the newest view."""
        self._known.came(message.view)
        self._settle()

    def on_monitor_gone(self, message: MonitorGone) -> None:
        """Say that nothing is known any more."""
        self._known.gone(message.code)
        self._settle()

    def on_replied(self, message: Replied) -> None:
        """Tell the guard what became of an act, where it did not simply happen."""
        reply = message.reply
        if reply.refused:
            self.say(words.refusal(reply.refused), urgent=True)
        elif not reply.stored:
            self.say(words.not_stored(), urgent=True)
        elif (front := self._on_top()) is not None:
            front.unsay(urgent_only=True)
        if message.on_reply is not None:
            message.on_reply(reply)

    def _tick(self) -> None:
        """Ages go on without views; a monitor that says nothing for three seconds is out of reach."""
        self._ticks += 1
        if self._turned is not None and self._ticks % 4 == 1:
            self._turned(0.0 if self.shown.alarms else self.clock.monotonic() - self._touched_at)
        if self._known.falls_silent():
            self._settle()
        elif self.shown.alarms or self._ticks % 4 == 0:
            self._show()
        self.searches.turned(self._on_top())
        self._look_who_is_there()

    # Which screen is on the glass

    def _on_top(self) -> GuardScreen | None:
        """The screen in front; None while the program ends, when there is none any more."""
        stack = self.screen_stack if self.is_running else []
        return stack[-1] if stack and isinstance(stack[-1], GuardScreen) else None

    def _show(self) -> None:
        if (front := self._on_top()) is not None:
            front.show_view(self.shown, self.view_age())

    def _settle(self) -> None:
        """Put on top what must be on top now, and show it."""
        if not self._warm or self._on_top() is None:
            self._show()
            return
        waiting = self.taking_over()
        news = self._note_news(waiting)
        takeover = self._named["takeover"]
        if waiting:
            if takeover not in self.screen_stack:
                self._broke_into_text = (front := self._on_top()) is not None and front.typing is not None
                takeover.show_view(self.shown, self.view_age())
                self.push_screen(takeover)
                self.call_after_refresh(self._reached_the_glass)
                return
            if news:
                self._back_to(takeover)
        elif takeover in self.screen_stack:
            self._end_takeover(takeover)
        else:
            self._go_on_with_answered()
        self._show()
        if self._front_is_new:
            self.screen.call_after_refresh(self._reached_the_glass)

    def taking_over(self) -> list[AlarmView]:
        """The alarms that take the screen over: those that nobody has acknowledged, in their order."""
        return [alarm for alarm in in_order(self.shown.alarms) if alarm.unacknowledged]

    def offers(self, key: str) -> bool:
        """Whether the key of this name may do anything at all in this dashboard: else neither footer nor help tells of
        it."""
        return True

    def opens(self, name: str) -> bool:
        """Whether the screen of this name may be opened at all in this dashboard."""
        return True

    def _note_news(self, waiting: list[AlarmView]) -> bool:
        """Whether there is an alarm or a press that the guard has not seen yet.

        Another alarm in front begins the input guard. A further press of the same alarm does not: the key is answered,
        and covers the presses that have been on the glass for as long as the guard lasts.
        """
        now = self.clock.monotonic()
        presses = {(alarm.key, alarm.presses) for alarm in waiting}
        front = waiting[0].key if waiting else None
        news = bool(presses - set(self._on_glass))
        if front is not None and front != self._front:
            news = True
            self._guard_since = now
            self._front_is_new = True
        self._on_glass = {
            **{seen: since for seen, since in self._on_glass.items() if seen[0] == front},
            **{press: self._on_glass.get(press, now) for press in presses},
        }
        self._front = front
        return news

    def _presses_seen(self, alarm: AlarmView) -> int:
        """How many presses of the alarm in front have been on the glass long enough to be seen; at least the first."""
        now = self.clock.monotonic()
        seen = (
            presses
            for (key, presses), since in self._on_glass.items()
            if key == alarm.key and presses <= alarm.presses and now - since >= INPUT_GUARD_S
        )
        return max(seen, default=1)

    def _reached_the_glass(self) -> None:
        self._front_is_new = False
        self._guard_since = self.clock.monotonic()

    def too_soon(self) -> bool:
        """Whether the input guard still runs: what the guard's fingers were doing must not acknowledge."""
        if not self._warm:
            return True
        return self._guard_since is not None and self.clock.monotonic() - self._guard_since < INPUT_GUARD_S

    def _back_to(self, screen: GuardScreen) -> None:
        """Take away what lies above `screen`. Installed screens keep what is written in them."""
        while self.screen_stack[-1] is not screen:
            self.pop_screen()

    def _end_takeover(self, takeover: GuardScreen) -> None:
        """Nothing is unacknowledged any more. A police script that somebody reads aloud stays where it is."""
        reading = self._police in self.screen_stack
        self._back_to(takeover)
        self.pop_screen()
        self._go_on_with_answered()
        if self.who is not None and self._covered_at is None:
            self._open_then()
        if reading and self._police not in self.screen_stack:
            self.push_screen(self._police)

    def _go_on_with_answered(self) -> None:
        """Open the response to what this station acknowledged, once no other alarm waits."""
        open_now = {alarm.key for alarm in self.shown.alarms if not alarm.unacknowledged}
        answered = [alarm for alarm in self._answered if alarm in open_now]
        if answered:
            self._answered.clear()
            self.open_response(answered[0])

    def needs_of(self, name: str) -> frozenset[Right]:
        """The rights of which somebody must have one to open the screen of this name; none: everybody may."""
        return self._named[name].NEEDS if name in self._named else frozenset()

    def open(self, name: str) -> None:
        """Bring the screen of this name to the front. On an unacknowledged alarm only help lies above it."""
        if not self._warm:
            self._wanted = name
            return
        screen = self._named[name]
        stack = self.screen_stack
        if self._named["takeover"] in stack and name != "help":
            return
        if screen.NEEDS and not self._may_open(screen, name):
            return
        if screen in stack:
            self._back_to(screen)
        else:
            mounting = self.push_screen(screen)
            if screen.is_mounted:
                screen.opened()
            else:
                self.call_later(self._opened_first, screen, mounting)
        self._show()

    async def _opened_first(self, screen: GuardScreen, mounting: AwaitMount) -> None:
        await mounting
        screen.opened()
        self._show()

    def open_response(self, alarm: AlarmKey | None) -> None:
        """Open the response to an alarm; None: to the one in front."""
        if alarm is None and self.shown.alarms:
            alarm = in_order(self.shown.alarms)[0].key
        if alarm is not None:
            response = self._named["response"]
            assert isinstance(response, Response)
            response.choose(alarm)
            self.open("response")

    def open_incident(self, incident: int, told: str = "") -> None:
        """Open an incident; `told` stands above it."""
        screen = self._named["incident"]
        assert isinstance(screen, Incident)
        screen.choose(incident, told)
        self.open("incident")

    def write_incident(self, about: About) -> None:
        """Open the form of an incident about an alarm, a breached ban or a draft."""
        screen = self._named["incident_form"]
        assert isinstance(screen, IncidentFormScreen)
        screen.about(about)
        self.open("incident_form")

    def open_police(self, alarm: AlarmKey | None) -> None:
        """Open the police script for an alarm; None: for the one in front. One that lies beneath comes to the front."""
        if self.screen is not self._police:
            self._police.alarm = alarm
            self._lay([*(screen for screen in self._laid() if screen is not self._police), self._police])

    def leave(self, screen: GuardScreen) -> None:
        """Go back to what lies beneath `screen`. The takeover is left by acknowledging only."""
        if not self._warm:
            return
        if screen is self.screen and len(self.screen_stack) > 1 and screen is not self._named["takeover"]:
            self.pop_screen()

    # Who is there

    @property
    def covered(self) -> bool:
        """Whether names are hidden."""
        return self._covered_at is not None

    def ask(
        self,
        job: Callable[[House], Answer],
        then: Callable[[Answer], None],
        failed: Callable[[Refused], None] | None = None,
        key: str = "",
        *,
        beside: bool = False,
    ) -> None:
        """Ask the house: `job` runs on the records thread, `then` here with its answer. Returns at once.

        `failed` is told why nothing was done; left out, the sentence is shown. See `Records.ask` for `key`
        and `beside`.
        """
        who = self.who

        def refused(why: Refused) -> None:
            if failed is not None:
                failed(why)
            elif self.who == who:
                # Whoever has come since is told nothing of another's.
                self.say(why.sentence, urgent=True)

        self.records.ask(job, then, refused, key, beside=beside)

    def on_answered(self, message: Answered) -> None:
        """Hand the answer to whoever asked; nobody is there to take it while the program ends."""
        if self.is_running:
            self.records.handle(message)

    async def on_event(self, event: events.Event) -> None:
        """Note that somebody is there."""
        if isinstance(event, events.Key | events.MouseDown | events.MouseScrollDown | events.MouseScrollUp):
            self._touched_at = self.clock.monotonic()
        if isinstance(event, events.Key) and not event.is_forwarded:
            front = self._on_top()
            interrupted = self._broke_into_text and front is self._named["takeover"]
            if self._text.has(event, interrupted=interrupted) or (front is not None and front.holds(event)):
                return
        if not (isinstance(event, events.Key) and event.is_forwarded and await self._took_early(event)):
            await super().on_event(event)

    async def _took_early(self, event: events.Key) -> bool:
        """Give a key that has come up from the screen that was in front when it was pressed to the one that is now."""
        return isinstance(self.screen, GuardScreen) and await self.screen.took_early(event)

    def _look_who_is_there(self) -> None:
        """Hide names when nobody has touched a key for a while, and sign out who stays away."""
        if self.who is None:
            return
        now, privacy = self.clock.monotonic(), self.settings.privacy
        if self._covered_at is None:
            if now - self._touched_at >= privacy.mask_after_s:
                self.cover(locked=False)
        elif now - self._covered_at >= privacy.sign_out_after_s:
            self.sign_out()
        elif not self._locked and now - self._covered_at >= privacy.code_after_s:
            self._locked = True
            if self._sign_in.asks_any_key:
                self._sign_in.ask("code")

    def cover(self, *, locked: bool) -> None:
        """Hide names now. `locked`: the code is asked for before they are shown again."""
        if self.who is None:
            return
        self._covered_at = self.clock.monotonic()
        self._locked = locked or self.settings.privacy.code_after_s == 0
        if self._sign_in.asks_any_key:
            # Hidden already: from now on for longer.
            self._sign_in.ask(self._cover_asks)
        stack = self._laid()
        with_names = [screen for screen in stack if screen.NEEDS]
        if with_names:
            # In their place, and not over what lies above them: an alarm, its response, the police script.
            at = stack.index(with_names[0])
            self._hidden = with_names
            self._sign_in.ask(self._cover_asks)
            rest = [screen for screen in stack if not screen.NEEDS and screen is not self._sign_in]
            self._lay([*rest[:at], self._sign_in, *rest[at:]])

    @property
    def _cover_asks(self) -> Asks:
        return "code" if self._locked else "any_key"

    def uncover(self) -> None:
        """Show names again, where no code is asked for."""
        if not self._locked and self._covered_at is not None:
            self._covered_at = None
            self._show_hidden()
            self._open_then()

    def _show_hidden(self) -> None:
        """Put what was hidden back in its place."""
        stack, hidden = self._laid(), self._hidden
        self._hidden = []
        if self._sign_in in stack:
            at = stack.index(self._sign_in)
            self._lay([*stack[:at], *hidden, *stack[at + 1 :]])

    def _laid(self) -> list[GuardScreen]:
        """What lies on the board, the board first."""
        return [screen for screen in self.screen_stack if isinstance(screen, GuardScreen)]

    def _lay(self, wanted: list[GuardScreen]) -> None:
        """Have these on the glass, the board first; screens that are laid anew keep what is written in them."""
        now = self._laid()
        same = next((n for n, pair in enumerate(zip(now, wanted, strict=False)) if pair[0] is not pair[1]), None)
        keep = min(len(now), len(wanted)) if same is None else same
        while len(self.screen_stack) > keep:
            self.pop_screen()
        for screen in wanted[keep:]:
            self.push_screen(screen)
        self._show()

    def open_sign_in(self) -> None:
        """Ask who is there."""
        self._then = ""
        self._lay_over("who")

    def _lay_over(self, asks: Asks) -> None:
        self._sign_in.ask(asks)
        stack = self._laid()
        if self._sign_in not in stack:
            self.open("sign_in")
        elif self._named["takeover"] not in stack:
            self._lay([*(screen for screen in stack if screen is not self._sign_in), self._sign_in])

    def _may_open(self, screen: GuardScreen, name: str) -> bool:
        """Whether a screen with names in it may be shown now; else the way there is begun."""
        if self.who is None or self._covered_at is not None:
            self._then = name
            self._lay_over("who" if self.who is None else self._cover_asks)
            return False
        if not any(self.who.may(right) for right in screen.NEEDS):
            self.say(_("As {role} you may not do or see this.").format(role=named(self.who.role)), urgent=True)
            return False
        return True

    def signed_in(self, who: Who) -> None:
        """`who` has shown who they are: what lay open before is theirs to see again, or nobody's."""
        before = self.who
        self._covered_at = None
        self._locked = False
        self._touched_at = self.clock.monotonic()
        if before is not None and before.user != who.user:
            self._close_names()
            self.ask(lambda house: house.sign_in.sign_out(before), lambda _nothing: None)
        self.who = who
        self._show_hidden()
        if who.may(Right.BAN_LOOKUP) or who.may(Right.PERSON_SEARCH):
            # Read now, so that the first letter of a lookup finds every name there.
            self.ask(lambda house: house.lookup.load(), lambda _nothing: None, lambda _refused: None)
        self._open_then()
        self._show()

    def _open_then(self) -> None:
        """Open what was asked for before somebody was signed in; an alarm comes first."""
        if self._then and self._named["takeover"] not in self.screen_stack:
            then, self._then = self._then, ""
            self.open(then)

    def sign_out(self) -> None:
        """Nobody is signed in any more; what they had half written is kept for them."""
        who, self._then = self.who, ""
        if who is None:
            return
        self._close_names()
        self.who = None
        self._covered_at = None
        self._locked = False
        if not self._sign_in.asks_a_newcomer:
            # Else somebody may be typing there: what comes next would act on the board.
            self._show_hidden()
        self.ask(lambda house: house.sign_in.sign_out(who), lambda _nothing: None)
        self._show()

    def _close_names(self) -> None:
        """Take every screen with names in it away, after it has kept what is half written."""
        for screen in self._named.values():
            if screen.NEEDS and screen.is_mounted:
                screen.forget()
        self._hidden = []
        self._lay([screen for screen in self._laid() if not screen.NEEDS])

    def forget_what_was_wanted(self) -> None:
        """Whoever wanted to open something has gone."""
        self._then = ""

    def go_on_with_shift(self) -> None:
        """The next thing for a shift that has just begun: the introduction where somebody is new, then what the shift
        before it has left."""
        if not self.begins_shift:
            return
        if self.newcomers:
            self.newcomers = False
            self.open("introduction")
            return
        self.begins_shift = False
        if self.shown.handover.waiting:
            self.open("handover")

    def go_to_board(self) -> None:
        """Leave everything that lies over the board; an alarm stays on top."""
        if self._named["takeover"] not in self.screen_stack:
            self._then = ""
            self._back_to(self._named["board"])
            self._show()

    # Acts

    def by(self) -> str:
        """The initials that acts are named for: everybody on shift."""
        return " + ".join(self.shown.shift)

    def send(
        self, kind: ActKind, on_reply: Callable[[ActReply], None] | None = None, **fields: Unpack[ActFields]
    ) -> None:
        """Send an act to the monitor. Returns at once."""
        act = Act(kind=kind, by=self.by(), station=self.settings.station, asked=stamp(self.clock.now()), **fields)
        self.feed.act(act, lambda reply: self._post_reply(reply, on_reply))
        if self.lost and kind not in AT_ONCE:
            self.say(_("The monitor is out of reach. This is sent when it answers again."), urgent=True)

    def _post_reply(self, reply: ActReply, on_reply: Callable[[ActReply], None] | None) -> None:
        self.post_message(Replied(reply, on_reply))

    def acknowledge(self) -> None:
        """Acknowledge the alarm in front, with the presses that are on the glass; else the fault in front."""
        view = self.shown
        waiting = [alarm for alarm in in_order(view.alarms) if alarm.unacknowledged]
        if waiting:
            alarm = waiting[0]
            if alarm.acknowledgement_sent:
                self.say(words.sent(alarm.owner, alarm.unanswered), urgent=alarm.unanswered)
                return
            if alarm.key not in self._answered:
                self._answered.append(alarm.key)
            seen = self._presses_seen(alarm)
            self.send("acknowledge", alarm=alarm.id, press=seen, owner=alarm.owner)
            if seen < alarm.presses:
                self.say(_("The button was pressed again just now: acknowledge that too."), urgent=True)
            return
        fault = next((fault for fault in in_front(view.faults) if not fault.acknowledged), None)
        if fault is None:
            self.say(_("There is nothing to acknowledge."))
        elif fault.kind == "monitor_gone":
            self.say(_("This ends when the monitor answers again; it cannot be acknowledged."), urgent=True)
        else:
            self.send("acknowledge_fault", fault=fault.key, owner=fault.owner)

    def clear_fault(self) -> None:
        """Say that the acknowledged fault in front is over, where no panel tells."""
        fault = next((fault for fault in in_front(self.shown.faults) if fault.clearable), None)
        if fault is None:
            self.say(_("There is no fault that is cleared by hand; acknowledge it first."))
        else:
            self.send("clear_fault", fault=fault.key, owner=fault.owner)

    def say(self, sentence: str, urgent: bool = False) -> None:
        """Show a sentence above the footer of the screen in front; it goes after ten seconds."""
        if (front := self._on_top()) is not None:
            front.say(sentence, urgent)

    def sound_problem(self, problem: str) -> None:
        """Tell the monitor why no sound can be made ("" when it can again); from any thread."""
        self.call_later(self.send, "sound_fault", None, detail=problem)

    def action_suspend_process(self) -> None:
        """The terminal is not lent to a shell."""
