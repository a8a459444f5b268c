"""What a test needs to see of a running dashboard: which screen is in front, and what stands on it."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Callable

from textual._context import active_app
from textual.app import App
from textual.message_pump import MessagePump
from textual.pilot import Pilot

from screens.app import GuardroomApp
from screens.frame import GuardScreen

IDLE_TURNS = 5
ANSWER_TURNS = 100
MOST_TURNS = 800
"""Given up after so many, ten times what anything that ends takes: a scrolled text in a terminal of two columns is laid
out anew for ever. Not after some seconds, which pass before a busy computer has done the work."""


async def idle(_min_sleep: float = 0.0, _max_sleep: float = 0.0) -> None:
    """Wait until no widget has a message left, nothing waits to be painted, and nothing waited a few turns later.

    Called as Textual's own `wait_for_idle` is, in whose place it stands.
    """
    app = active_app.get()
    idle_turns = 0
    for _turn in range(MOST_TURNS):
        await asyncio.sleep(0)
        idle_turns = 0 if _at_work(app) else idle_turns + 1
        if idle_turns == IDLE_TURNS:
            break


def _at_work(app: App[object]) -> bool:
    """Whether something is on its way to a widget, or to the glass."""
    if any(_busy(pump) for pump in (app, *app._registry)):
        return True
    if app._resize_timer is not None:
        # The app waits some ms for the next size before it tells its screens of this one.
        app._check_resize()
        return True
    screen = app.screen_stack[-1] if app.screen_stack else None
    if screen is None or app._batch_count:
        return False
    waits = screen._layout_required or screen._scroll_required or screen._repaint_required or screen._dirty_widgets
    if waits or screen._callbacks:
        screen._on_timer_update()
        return True
    return False


def _busy(pump: MessagePump) -> bool:
    """Whether a message waits for this widget, or is being handled: else it waits for the next one."""
    queue = pump._message_queue
    return pump._running and not pump._closed and (not queue.empty() or not queue.ready_event._waiters)


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Wait until `condition` holds; give up after a great many turns of the loop."""
    for _turn in range(500):
        if condition():
            return
        await pilot.pause(0.01)
    raise AssertionError(f"not so after all: {condition}")


async def in_front(pilot: Pilot[None], app: GuardroomApp, name: str) -> None:
    """Wait until the screen of this name is in front and painted, with what a house at hand answers it."""
    await until(pilot, lambda: app._warm and isinstance(app.screen, GuardScreen) and name == app.screen.NAME)
    await pilot.pause()
    for _turn in range(ANSWER_TURNS):
        if not app.records.busy:
            break
        await asyncio.sleep(0.002)
    await pilot.pause()


async def said(pilot: Pilot[None], app: GuardroomApp, words: str) -> None:
    """Wait until `words` stand on the glass."""
    await until(pilot, lambda: words in glass(app))


def glass(app: GuardroomApp) -> str:
    """The rows of the screen in front as one text."""
    return "\n".join("".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips())


def obeyed(text: str) -> set[str]:
    """Characters of `text` that a terminal would obey or that turn the writing direction."""
    return {
        character for character in text if character != "\n" and unicodedata.category(character) in ("Cc", "Cf", "Cs")
    }
