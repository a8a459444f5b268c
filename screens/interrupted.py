"""Letters that were meant for a text which an alarm broke into.

Whoever looks at the keyboard writes on for a while: an "s" in a word must not silence the alarm. A letter that stands
alone, with a pause before and after it, is a key.
"""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.timer import Timer

from guardroom.clock import Clock

PAUSE_BEFORE_S = 1.0
PAUSE_AFTER_S = 0.5


class InterruptedText:
    """Tells letters of a text from keys. `after` calls something once so many seconds have passed; `press` presses a
    key."""

    def __init__(
        self, clock: Clock, after: Callable[[float, Callable[[], None]], Timer], press: Callable[[events.Key], object]
    ) -> None:
        self._clock = clock
        self._after = after
        self._press = press
        self._letter_at = clock.monotonic() - PAUSE_BEFORE_S
        self._waits: Timer | None = None
        self._pressed: events.Key | None = None

    def has(self, event: events.Key, *, interrupted: bool) -> bool:
        """Whether this key belongs to the text. `interrupted`: an alarm that broke into a text is in front. A letter
        that stood alone is pressed a moment later."""
        if not event.is_printable or event is self._pressed:
            return False
        now = self._clock.monotonic()
        alone, self._letter_at = now - self._letter_at >= PAUSE_BEFORE_S, now
        if not interrupted:
            return False
        if self._waits is not None:
            self._waits.stop()
        self._waits = self._after(PAUSE_AFTER_S, lambda: self._stood_alone(event)) if alone else None
        return True

    def _stood_alone(self, event: events.Key) -> None:
        self._pressed = event.copy()
        self._press(self._pressed)
