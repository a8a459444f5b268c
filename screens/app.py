"""The dashboard: which screen is on the glass, what the newest view is, and the way of an act to the monitor.

Views come from the feed's own thread as messages that replace one another; the newest is shown. While any alarm is
unacknowledged the takeover is on top, whatever was there before stays beneath it as it was.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol, Unpack

from textual.app import App
from textual.driver import Driver
from textual.message import Message
from textual.screen import Screen
from textual.scrollbar import ScrollBar
from textual.widget import AwaitMount

from guardroom.alarms.acts import Act, ActFields, ActKind, ActReply
from guardroom.alarms.view import AlarmView, BoardView, FaultView, RoomView, in_order
from guardroom.clock import Clock, stamp
from guardroom.feed import Feed
from guardroom.language import _
from guardroom.settings import Settings
from screens import theme, words
from screens.board import Board
from screens.crash import QuietCrash
from screens.frame import INPUT_GUARD_S, GuardScreen
from screens.help import Help
from screens.keys import keymap
from screens.panels import Panels
from screens.plain import WholeCells
from screens.police import Police
from screens.quit import Quit
from screens.raise_alarm import RaiseAlarm
from screens.response import Response
from screens.shift import Shift, SoundCheck
from screens.strip import in_front
from screens.takeover import Takeover
from screens.terminal import watch

OUT_OF_REACH_S = 3.0
"""Without a view for this long the dashboard says that it knows nothing any more."""

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
    called about once a second from the screen's own loop: while it is, the dashboard does not hang.
    """

    CSS_PATH = "guardroom.tcss"
    TITLE = "guardroom"
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False

    def __init__(
        self,
        settings: Settings,
        feed: Feed,
        sound: Sounds | None,
        clock: Clock,
        driver_class: type[Driver] | None = None,
        turned: Callable[[], None] | None = None,
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
        self.lost = False
        """True while the monitor is out of reach: nothing on the screen is known to be so."""
        self._view: BoardView | None = None
        self._blind: BoardView | None = None
        self._down = ""
        self._started_at = self._view_at = clock.monotonic()
        self._ticks = 0
        self._warm = False
        self._wanted = ""
        self._on_glass: dict[tuple[int, int], float] = {}
        self._front: int | None = None
        self._front_is_new = False
        self._guard_since: float | None = None
        self._answered: list[int] = []
        self._reading: int | None = None
        self._named: dict[str, GuardScreen] = {}

    # What is known

    @property
    def view(self) -> BoardView | None:
        """The newest view from the monitor; None before the first."""
        return self._view

    @property
    def shown(self) -> BoardView:
        """What the screens show: the newest view, or, while the monitor is out of reach, what is left of it."""
        if self._view is not None and not self.lost:
            return self._view
        if self._blind is None:
            self._blind = self._without_monitor()
        return self._blind

    def view_age(self) -> float:
        """Seconds since the newest view came."""
        return max(0.0, self.clock.monotonic() - self._view_at)

    def _without_monitor(self) -> BoardView:
        """The last view with nothing in it that could pass for knowledge: every room unknown, a fault that says why.

        Open alarms stay: nobody has said that they are over.
        """
        rooms = tuple(
            RoomView(id=room.id, name=room.name, block=room.block, floor=room.floor, state="unknown", cctv=room.cctv)
            for room in self.settings.rooms
        )
        last = self._view or BoardView(
            number=0,
            at=stamp(self.clock.now()),
            program="",
            station=self.settings.station,
            site=self.settings.site.name,
            demo=self.settings.demo,
        )
        gone = FaultView(
            key="monitor_gone",
            kind="monitor_gone",
            age_s=0.0,
            since=last.at if self._view is not None else "",
            rooms=tuple(room.id for room in rooms),
            detail=self._down,
        )
        return replace(last, rooms=rooms, faults=(gone, *last.faults) if self.lost else (), notes=())

    # Start

    def get_default_screen(self) -> Screen[Any]:
        """The board lies beneath everything."""
        self._named = {
            "board": Board(),
            "takeover": Takeover(),
            "response": Response(),
            "raise_alarm": RaiseAlarm(),
            "help": Help(),
            "shift": Shift(),
            "sound_check": SoundCheck(),
            "panels": Panels(),
            "quit": Quit(),
        }
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
        """End the line to the monitor."""
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
        self._view = message.view
        self._view_at = self.clock.monotonic()
        self._blind = None
        self._down = ""
        self.lost = False
        self._settle()

    def on_monitor_gone(self, message: MonitorGone) -> None:
        """Say that nothing is known; a monitor that is only just starting is given its three seconds."""
        self._down = message.code
        self._blind = None
        if self._view is not None or message.code != "gone":
            self.lost = True
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
            self._turned()
        if not self.lost and self.view_age() > OUT_OF_REACH_S:
            self._blind = None
            self.lost = True
            self._settle()
        elif self.shown.alarms or self._ticks % 4 == 0:
            self._show()

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
        waiting = [alarm for alarm in in_order(self.shown.alarms) if alarm.unacknowledged]
        news = self._note_news(waiting)
        takeover = self._named["takeover"]
        if waiting:
            if takeover not in self.screen_stack:
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

    def _note_news(self, waiting: list[AlarmView]) -> bool:
        """Whether there is an alarm or a press that the guard has not seen yet.

        Another alarm in front begins the input guard. A further press of the same alarm does not: the key is answered,
        and covers the presses that have been on the glass for as long as the guard lasts.
        """
        now = self.clock.monotonic()
        presses = {(alarm.id, alarm.presses) for alarm in waiting}
        front = waiting[0].id if waiting else None
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
            for (number, presses), since in self._on_glass.items()
            if number == alarm.id and presses <= alarm.presses and now - since >= INPUT_GUARD_S
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
        reading = any(isinstance(screen, Police) for screen in self.screen_stack)
        self._back_to(takeover)
        self.pop_screen()
        self._go_on_with_answered()
        if reading and not any(isinstance(screen, Police) for screen in self.screen_stack):
            self.push_screen(Police(self._reading))

    def _go_on_with_answered(self) -> None:
        """Open the response to what this station acknowledged, once no other alarm waits."""
        open_now = {alarm.id for alarm in self.shown.alarms if not alarm.unacknowledged}
        answered = [alarm for alarm in self._answered if alarm in open_now]
        if answered:
            self._answered.clear()
            self.open_response(answered[0])

    def open(self, name: str) -> None:
        """Bring the screen of this name to the front. On an unacknowledged alarm only help lies above it."""
        if not self._warm:
            self._wanted = name
            return
        screen = self._named[name]
        stack = self.screen_stack
        if self._named["takeover"] in stack and name != "help":
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

    def open_response(self, alarm: int | None) -> None:
        """Open the response to an alarm; None: to the one in front."""
        if alarm is None and self.shown.alarms:
            alarm = in_order(self.shown.alarms)[0].id
        if alarm is not None:
            response = self._named["response"]
            assert isinstance(response, Response)
            response.choose(alarm)
            self.open("response")

    def open_police(self, alarm: int | None) -> None:
        """Open the police script for an alarm; None: for the one in front."""
        if not any(isinstance(screen, Police) for screen in self.screen_stack):
            self._reading = alarm
            self.push_screen(Police(alarm))

    def leave(self, screen: GuardScreen) -> None:
        """Go back to what lies beneath `screen`. The takeover is left by acknowledging only."""
        if not self._warm:
            return
        if screen is self.screen and len(self.screen_stack) > 1 and screen is not self._named["takeover"]:
            self.pop_screen()

    # Acts

    def by(self) -> str:
        """The initials that acts are named for: everybody on shift."""
        return " + ".join(self.shown.shift)

    def send(
        self, kind: ActKind, on_reply: Callable[[ActReply], None] | None = None, **fields: Unpack[ActFields]
    ) -> None:
        """Send an act to the monitor. Returns at once."""
        act = Act(kind=kind, by=self.by(), station=self.settings.station, **fields)
        self.feed.act(act, lambda reply: self._post_reply(reply, on_reply))
        if self.lost:
            self.say(_("The monitor is out of reach. This is sent when it answers again."), urgent=True)

    def _post_reply(self, reply: ActReply, on_reply: Callable[[ActReply], None] | None) -> None:
        self.post_message(Replied(reply, on_reply))

    def acknowledge(self) -> None:
        """Acknowledge the alarm in front, with the presses that are on the glass; else the fault in front."""
        view = self.shown
        waiting = [alarm for alarm in in_order(view.alarms) if alarm.unacknowledged]
        if waiting:
            alarm = waiting[0]
            if alarm.id not in self._answered:
                self._answered.append(alarm.id)
            seen = self._presses_seen(alarm)
            self.send("acknowledge", alarm=alarm.id, press=seen)
            if seen < alarm.presses:
                self.say(_("The button was pressed again just now: acknowledge that too."), urgent=True)
            return
        fault = next((fault for fault in in_front(view.faults) if not fault.acknowledged), None)
        if fault is None:
            self.say(_("There is nothing to acknowledge."))
        elif fault.kind == "monitor_gone":
            self.say(_("This ends when the monitor answers again; it cannot be acknowledged."), urgent=True)
        else:
            self.send("acknowledge_fault", fault=fault.key)

    def clear_fault(self) -> None:
        """Say that the acknowledged fault in front is over, where no panel tells."""
        fault = next((fault for fault in in_front(self.shown.faults) if fault.clearable), None)
        if fault is None:
            self.say(_("There is no fault that is cleared by hand; acknowledge it first."))
        else:
            self.send("clear_fault", fault=fault.key)

    def say(self, sentence: str, urgent: bool = False) -> None:
        """Show a sentence above the footer of the screen in front; it goes after ten seconds."""
        if (front := self._on_top()) is not None:
            front.say(sentence, urgent)

    def sound_problem(self, problem: str) -> None:
        """Tell the monitor why no sound can be made ("" when it can again); from any thread."""
        self.call_later(self.send, "sound_fault", None, detail=problem)

    def action_suspend_process(self) -> None:
        """The terminal is not lent to a shell."""
