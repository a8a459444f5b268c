"""What a test needs to see of a running dashboard: which screen is in front, and what stands on it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from textual.pilot import Pilot

from screens.app import GuardroomApp
from screens.frame import GuardScreen


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Wait until `condition` holds; give up after a great many turns of the loop."""
    for _turn in range(500):
        if condition():
            return
        await pilot.pause(0.01)
    raise AssertionError(f"not so after all: {condition}")


async def in_front(pilot: Pilot[None], app: GuardroomApp, name: str) -> None:
    """Wait until the screen of this name is in front and painted."""
    await until(pilot, lambda: app._warm and isinstance(app.screen, GuardScreen) and name == app.screen.NAME)
    await pilot.pause()
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
